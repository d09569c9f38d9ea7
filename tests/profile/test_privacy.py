"""No value that is hidden from a requester occurs anywhere in the bytes sent, in any markup; what is shown does.

What an answer has to say is decided a second time by `oracle`, out of the documents. CSV has a row for each value
and each withholding, so it is compared as a whole; in the other markups marks are looked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import resources
from directory.access.gate import Standing
from directory.answer import Answer, Found, Matches
from directory.document import Document
from directory.model.graph import Graph
from directory.profile.loader import Library
from directory.profile.profile import Profile
from directory.query import Kind, Lookup
from tests.profile import replies, shipped
from tests.profile.marked import Registry
from tests.profile.marks import Dice, Marks
from tests.profile.objects import AS_OF
from tests.profile.oracle import Expected, Oracle, Record, Said
from tests.profile.told import (
    carried_by_rdap,
    carried_by_text,
    check_redacted,
    expected_groups,
    expected_rows,
    groups,
    marks_in,
    rows,
)
from tests.profile.written import Writer

_DAY = date(2027, 1, 1)

KINDS = ("domain", "contact", "host", "registrar")
_URL = replies.BASE + "of-the/object"  # of what was asked, for that is in the answer whoever may see it
_SEARCHES = {
    "domain": (Kind.DOMAIN, "domainSearchResults"),
    "host": (Kind.ADDRESS, "nameserverSearchResults"),
    "contact": (Kind.ENTITY, "entitySearchResults"),
    "registrar": (Kind.ENTITY, "entitySearchResults"),
}

_WORDS = st.lists(
    st.text(
        st.characters(
            codec="utf-8", exclude_characters="0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        ),
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)


_READERS = st.sampled_from(["", "es", "en-GB"])


def _dice(size: int) -> st.SearchStrategy[Dice]:
    return st.binary(min_size=size, max_size=size).map(Dice)


@dataclass
class Case:
    """Some objects of each kind, and a profile that speaks of them."""

    profile: Profile
    oracle: Oracle
    marks: Marks
    reader: str

    def check(self, kind: str, found: Sequence[tuple[Graph, Record]], standing: Standing) -> None:
        """Every answer with these objects to a requester."""
        told, views = [], []
        for graph, record in found:
            audiences = self.oracle.audiences(record, standing.audience, standing.registrar)
            told.append(self.oracle.expected(record, audiences, self.reader))
            views.append(self.profile.present(graph, standing, (self.reader,)))
        of, results = _SEARCHES[kind]
        for view, expected in zip(views, told, strict=True):
            self._check_one(Found(Lookup(of, "x"), self.profile, AS_OF, view), expected)
        answer = Matches(Lookup(of, "x"), self.profile, AS_OF, tuple(views))
        bodies = self._without_leaks(answer, set().union(*(each.texts() for each in told)), ("text", "RDAP"))
        body = json.loads(bodies["RDAP"])
        for result, expected in zip(body.get(results, ()), told, strict=False):
            self._check_redacted(body, result.get("redacted", []), expected)

    def _check_one(self, answer: Found, told: Expected) -> None:
        bodies = self._without_leaks(answer, told.texts(), tuple(replies.MARKUPS))
        for markup, reply in bodies.items():
            lacking = self._marks_of({value for each in self._carried(markup, told) for value in each.values})
            lacking -= marks_in(reply, self.marks)
            assert not lacking, (markup, [self._what(mark) for mark in lacking])
        if answer.view.table:
            (said, withheld), (all_, hidden) = rows(bodies["CSV"]), expected_rows(told)
            assert (said - all_, all_ - said) == ({}, {})
            assert withheld == hidden
            there, known = groups(json.loads(bodies["JSON"])["objects"][0]), expected_groups(told)
            assert (there - known, known - there) == (set(), set())
        body = json.loads(bodies["RDAP"])
        self._check_redacted(body, body.get("redacted", []), told)

    def _check_redacted(self, body: Any, entries: list[dict[str, Any]], told: Expected) -> None:
        """RDAP declares what is withheld of an object and of its parts, not of theirs; descriptions of ours are
        translated."""
        check_redacted(body, entries)
        names = {name for entry in entries for name in entry["name"].items()}
        declared = [each.name for each in told.withheld if len(each.place) <= 1 and not each.second]
        expected = {("type" if key == "name" else key, text) for key, text in declared}
        if self.profile.language != "en":
            names, expected = ({each for each in some if each[0] == "type"} for some in (names, expected))
        assert names == expected

    def _without_leaks(self, answer: Answer, texts: set[str], markups: Sequence[str]) -> dict[str, bytes]:
        """The answer in some markups, none of which has a mark in it that is in none of these texts."""
        bodies = {markup: replies.MARKUPS[markup](answer, _URL) for markup in markups}
        allowed = self._marks_of(texts)
        for markup, reply in bodies.items():
            leaking = marks_in(reply, self.marks) - allowed
            assert not leaking, (markup, [self._what(mark) for mark in leaking])
        return bodies

    def _carried(self, markup: str, told: Expected) -> Iterator[Said]:
        """The elements that a markup has a place for."""
        if markup == "RDAP":
            yield from carried_by_rdap(told)
        elif markup == "text":
            yield from carried_by_text(told, self.oracle.profile)
        else:
            yield from told.said

    def _marks_of(self, texts: set[str]) -> set[str]:
        joined = "\n".join(texts)
        return {mark for mark in self.marks.what if mark in joined} | (self.marks.countries.keys() & texts)

    def _what(self, mark: str) -> str:
        return f"{mark} of {self.marks.what.get(mark) or self.marks.countries[mark]}"


def _standings(found: Sequence[tuple[Graph, Record]], audiences: Sequence[str]) -> list[Standing]:
    """Each audience, also if it is of the registrar that sponsors the first object or asks for it."""
    _, record = found[0]
    asking = [each.one("reRr") for each in record.groups("transfer")]
    return [
        Standing(audience, registrar)
        for audience in ("public", "nobody-knows-this", *audiences)
        for registrar in ("", record.one("registrarid"), *asking)
    ]


@cache
def _documents(name: str) -> tuple[Any, Any]:
    """The data of a shipped profile, with all that it extends, and of the disclosure that it names."""
    library = Library(replies.catalogue())
    document = library.add(resources.find("profiles", f"{name}.yaml"))
    data = library.whole(document, _DAY).data
    disclosure = shipped.data(data["disclosure"])
    assert "extends" not in disclosure, "the oracle reads disclosures that stand alone"
    return data, disclosure


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.parametrize("name", shipped.PROFILES)
@settings(max_examples=4, deadline=None)
@given(_dice(1600), _WORDS, _READERS)
def test_a_shipped_profile_says_what_its_disclosure_shows_and_no_more(
    name: str, dice: Dice, words: list[str], reader: str
) -> None:
    data, disclosure = _documents(name)
    case = Case(shipped.profile(name), Oracle(disclosure, data), Marks(dice, words), reader)
    registry = Registry(case.marks, replies.catalogue())
    for kind in KINDS:
        found = [registry.graph(kind), registry.graph(kind)]
        for standing in _standings(found, list(disclosure["audiences"])):
            case.check(kind, found, standing)


def _written(choices: Dice) -> tuple[Any, Any]:
    """A disclosure and a profile by which it is used."""
    writer = Writer(choices, replies.catalogue())
    profile = writer.profile()
    return writer.disclosure(), profile


def _loaded(disclosure: Any, profile: Any) -> Profile:
    library = Library(replies.catalogue())
    library.add(Document("disclosure.yaml", disclosure, {}))
    return library.build(library.add(Document("profile.yaml", profile, {})), _DAY)


@settings(max_examples=10, deadline=None)
@given(_dice(3000))
def test_the_documents_of_these_tests_are_accepted(choices: Dice) -> None:
    assert _loaded(*_written(choices)).layouts.keys() == set(KINDS)


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.clause("RFC 9537 §4.2")
@settings(max_examples=110, deadline=None, suppress_health_check=[HealthCheck.large_base_example])
@given(_dice(3000), _dice(1600), _WORDS, _READERS)
def test_any_profile_says_what_its_disclosure_shows_and_no_more(
    choices: Dice, dice: Dice, words: list[str], reader: str
) -> None:
    disclosure, data = _written(choices)
    with mock.patch("directory.schema.check", return_value=[]):  # half of the time goes into it
        profile = _loaded(disclosure, data)
    case = Case(profile, Oracle(disclosure, data), Marks(dice, words), reader)
    registry = Registry(case.marks, replies.catalogue())
    for kind in KINDS:
        found = [registry.graph(kind), registry.graph(kind)]
        for standing in choices.shuffled(_standings(found, list(disclosure["audiences"])))[:4]:
            case.check(kind, found, standing)


_DNS = (
    "domain.name domain.ns domain.secDNS host.name host.addr dnssec.keyTag dnssec.alg dnssec.digestType "
    "dnssec.digest dnssec.flags dnssec.protocol dnssec.keyAlg dnssec.pubKey"
).split()


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize("name", shipped.DISCLOSURES)
def test_delegation_ds_records_and_glue_are_public(name: str) -> None:
    oracle = Oracle(shipped.data(name), {})
    assert all(oracle.sees(key, {"public"}, Record("domain"), "") for key in _DNS)


def test_both_doors_go_by_one_disclosure() -> None:
    assert replies.whois_profile().disclosure is replies.rdap_profile().disclosure


def test_a_registrars_view_is_made_anew_where_it_names_the_domain() -> None:
    """What stands instead of a withheld value may have the domain's name in it, which is no other domain's."""
    disclosure = {
        "disclosure": "rules",
        "version": "1",
        "from": "2020-01-01",
        "public": ["domain.name"],
        "rules": {
            "registrar.email": {
                "show": [],
                "hidden": {"method": "replacementValue", "value": "https://www.example.com/{name}"},
                "source": "test",
            }
        },
    }
    layout = ["name", {"each": "registrar", "elements": ["email"]}]
    data = {**_written(Dice(b""))[1], "objects": {kind: ["name"] for kind in ("domain", "host")}}
    data["objects"] = {"domain": layout}
    data["bind"] = {"tlds": ["*"], "service": "data"}
    del data["redaction"]
    profile = _loaded(disclosure, data)
    names = ("one.test", "two.test")
    sponsoring = sponsor()
    views = [profile.present(domain(Parts(name=name, sponsor=sponsoring)), Standing("public")) for name in names]
    found = [view.parts["registrar"][0].first("email") for view in views]
    assert found == [f"https://www.example.com/{name}" for name in names]
