"""Whole answers in each plain form, byte by byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from directory import resources
from directory.markup import csv, json, xml
from directory.profile.profile import Profile
from tests.markup.answers import URL, answers

Golden = Callable[[str, bytes], None]

SORTS = ["domain", "registrar", "contact", "hosts", "miss", "reserved", "help"]
_FAULT = (501, "Not Implemented", ["Networks are not in this directory."])


@pytest.mark.parametrize("sort", SORTS)
def test_an_answer_is_as_its_golden_file(sort: str, profile: Profile, golden: Golden) -> None:
    answer = answers(profile)[sort]
    golden(f"markup/{sort}.json", json.render(answer, URL))
    golden(f"markup/{sort}.xml", xml.render(answer, URL))
    golden(f"markup/{sort}.csv", csv.render(answer, URL))


def test_an_error_is_as_its_golden_file(profile: Profile, golden: Golden) -> None:
    golden("markup/error.json", json.error(*_FAULT, profile, URL))
    golden("markup/error.xml", xml.error(*_FAULT, profile, URL))
    golden("markup/error.csv", csv.error(*_FAULT, profile, URL))


@pytest.mark.parametrize("sort", [*SORTS, "error"])
def test_xml_of_every_sort_is_valid(sort: str, profile: Profile) -> None:
    known = answers(profile)
    reply = xml.render(known[sort], URL) if sort in known else xml.error(*_FAULT, profile, URL)
    schema = etree.XMLSchema(etree.fromstring(resources.read("schemas", "data.xsd").encode()))
    schema.assertValid(etree.fromstring(reply))
