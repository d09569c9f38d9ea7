"""What is withheld is called the same over RDAP and in the plain forms, in each language of a profile."""

from __future__ import annotations

import json as reader
from typing import Any

import pytest
from lxml import etree

from directory.language import translate
from directory.markup import json, xml
from directory.profile.profile import Profile
from tests.markup.answers import URL
from tests.profile import replies, shipped
from tests.profile.objects import SHOWN


def _rdap(profile: Profile) -> set[str]:
    entries = replies.rdap_json(SHOWN["contact"], profile=profile)["redacted"]
    return {entry["name"]["description"] for entry in entries if "description" in entry["name"]}


def _json(profile: Profile) -> set[str]:
    body = reader.loads(json.render(replies.found(SHOWN["contact"], profile), URL))
    return {entry["name"] for entry in body["objects"][0]["redacted"]}


def _xml(profile: Profile) -> set[str]:
    tree: Any = etree.fromstring(xml.render(replies.found(SHOWN["contact"], profile), URL))
    return {each.get("name") for each in tree.iter("{*}redacted")}


@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_withholding_is_called_alike_in_every_form(language: str) -> None:
    profile = shipped.profile("cctld-es-rdap").speaking([language])
    assert profile.language == language
    names = _rdap(profile)
    assert translate("Contact Phone", language) in names
    assert names <= _json(profile)
    assert _json(profile) == _xml(profile)


def test_the_languages_do_not_say_the_same() -> None:
    english, spanish = (_json(shipped.profile("cctld-es-rdap").speaking([each])) for each in ("en", "es"))
    assert english.isdisjoint(spanish)
