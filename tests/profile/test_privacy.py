"""No value that is hidden from a requester occurs anywhere in the bytes sent, in any markup; what is shown does.

What an answer has to say is decided a second time by `oracle`, out of the documents. CSV has a row for each value
and each withholding, so it is compared as a whole; in the other markups marks are looked for.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from unittest import mock

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from directory import resources
from directory.access.standing import Standing
from directory.answer import Found, Matches
from directory.document import Document
from directory.model.graph import Graph
from directory.profile.loader import Library
from directory.profile.profile import Profile
from directory.query import Kind, Lookup
from tests.profile import replies, shipped
from tests.profile.marked import Registry
from tests.profile.marks import Dice, Marks
from tests.profile.objects import AS_OF
from tests.profile.oracle import Expected, Oracle, Place, Record, Said
from tests.profile.told import (
    carried_by_rdap,
    carried_by_text,
    check_redacted,
    expected_groups,
    expected_rows,
    groups,
    marks_in,
    rows,
    translated,
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

_READERS = ("", "es", "en-GB")

_CHOICES, _OBJECTS = 3000, 1600
"""More choices than are ever needed for a disclosure with its profile, and for two objects of each kind."""
_ANY = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Without shrinking, for a smaller seed is no smaller example: that is for `_smallest`."""
_SEEDS = st.integers(0, 2**64 - 1)


def _smallest(check: Callable[[int, int], None], most: tuple[int, int]) -> None:
    """Check with so many choices of two sorts; if that fails, with as few as fail too."""
    try:
        check(*most)
    except Exception:
        first = _bisected(lambda length: check(length, most[1]), most[0])
        second = _bisected(lambda length: check(first, length), most[1])
        note(f"with {first} and {second} choices:")
        check(first, second)
        raise


def _bisected(check: Callable[[int], None], most: int) -> int:
    """Somewhere where less does not fail and this does."""
    least = 0
    while least < most:
        middle = (least + most) // 2
        try:
            check(middle)
        except Exception:
            most = middle
        else:
            least = middle + 1
    return most


@dataclass
class Case:
    """Some objects of each kind, and a profile that speaks of them."""

    profile: Profile
    oracle: Oracle
    marks: Marks
    reader: str

    def __post_init__(self) -> None:
        self.translated = translated(self.oracle.profile)

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
        allowed = self._marks_of(set().union(*(each.texts() for each in told)))
        # Several hosts of one name are one object and a remark on the others, of several addresses a list.
        for asked in {of, Kind.NAMESERVER} if kind == "host" else {of}:
            answer = Matches(Lookup(asked, "x"), self.profile, AS_OF, tuple(views))
            bodies = {markup: replies.MARKUPS[markup](answer, _URL) for markup in ("text", "RDAP")}
            for markup, reply in bodies.items():
                self._checked(markup, reply, allowed)
            body = json.loads(bodies["RDAP"])
            if results in body:
                for result, expected in zip(body[results], told, strict=True):
                    self._check_redacted(body, result.get("redacted", []), expected)

    def _check_one(self, answer: Found, told: Expected) -> None:
        bodies = {markup: render(answer, _URL) for markup, render in replies.MARKUPS.items()}
        allowed = self._marks_of(told.texts())
        for markup, reply in bodies.items():
            marks = self._checked(markup, reply, allowed)
            carried = {value for said in self._carried(markup, told) for value in said.values}
            lacking = self._marks_of(carried) - marks
            assert not lacking, (markup, [self._what(mark) for mark in lacking])
        if answer.view.table:
            (said, withheld), (all_, hidden) = rows(bodies["CSV"]), expected_rows(told)
            assert (said - all_, all_ - said) == ({}, {})
            assert withheld == hidden
            there, known = groups(json.loads(bodies["JSON"])["objects"][0]), expected_groups(told)
            assert (there - known, known - there) == (set(), set())
        body = json.loads(bodies["RDAP"])
        self._check_redacted(body, body.get("redacted", []), told)

    def _checked(self, markup: str, reply: bytes, allowed: set[str]) -> set[str]:
        """The marks in a reply, in which there are no others than these."""
        marks = marks_in(reply, self.marks)
        assert marks <= allowed, (markup, [self._what(mark) for mark in marks - allowed])
        return marks

    def _check_redacted(self, body: Any, entries: list[dict[str, Any]], told: Expected) -> None:
        """RDAP declares what is withheld of an object, of its parts and of a registrar's desks; descriptions of
        ours are translated."""
        check_redacted(body, entries)
        names = {name for entry in entries for name in entry["name"].items()}
        declared = [each.name for each in told.withheld if _stands_in_rdap(each.place)]
        expected = {("type" if key == "name" else key, text) for key, text in declared}
        if self.profile.language != "en":
            names, expected = ({each for each in some if each[0] == "type"} for some in (names, expected))
        assert names == expected

    def _carried(self, markup: str, told: Expected) -> Iterator[Said]:
        """The elements that a markup has a place for."""
        if markup == "RDAP":
            return carried_by_rdap(told)
        return carried_by_text(told, self.translated) if markup == "text" else iter(told.said)

    def _marks_of(self, texts: set[str]) -> set[str]:
        return marks_in("\n".join(texts).encode(), self.marks)

    def _what(self, mark: str) -> str:
        return f"{mark} of {self.marks.what.get(mark) or self.marks.countries[mark]}"


def _stands_in_rdap(place: Place) -> bool:
    """Whether what is there of an object has a place in RDAP, or in its remarks: of resellers the first has."""
    if len(place) == 1:
        name, number = place[0]
        return name != "reseller" or number == 1
    return not place or (len(place) == 2 and place[0][0] == "registrar")


def _standings(
    found: Sequence[tuple[Graph, Record]], audiences: Sequence[str], choose: random.Random
) -> list[Standing]:
    """Some audiences, for no registrar, for the one that sponsors the first object, or one that asks for it."""
    _, record = found[0]
    registrars = ["", record.one("registrarid"), *(each.one("reRr") for each in record.groups("transfer"))]
    some = choose.sample(["public", "nobody-knows-this", *audiences], min(4, 2 + len(audiences)))
    return [Standing(audience, choose.choice(registrars)) for audience in some]


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
@settings(_ANY, max_examples=4)
@given(_SEEDS)
def test_a_shipped_profile_says_what_its_disclosure_shows_and_no_more(name: str, seed: int) -> None:
    data, disclosure = _documents(name)

    def check(length: int, _: int) -> None:
        dice = Dice(seed, length)
        case = Case(shipped.profile(name), Oracle(disclosure, data), Marks(dice), dice.pick(_READERS))
        registry, choose = Registry(case.marks, replies.catalogue()), random.Random(seed)
        for kind in KINDS:
            found = [registry.graph(kind), registry.graph(kind)]
            for standing in _standings(found, list(disclosure["audiences"]), choose):
                case.check(kind, found, standing)

    _smallest(check, (_OBJECTS, 0))


def _written(choices: Dice) -> tuple[Any, Any]:
    """A disclosure and a profile by which it is used."""
    writer = Writer(choices, replies.catalogue())
    profile = writer.profile()
    return writer.disclosure(), profile


def _loaded(disclosure: Any, profile: Any) -> Profile:
    library = Library(replies.catalogue())
    library.add(Document("disclosure.yaml", disclosure, {}))
    return library.build(library.add(Document("profile.yaml", profile, {})), _DAY)


@settings(_ANY, max_examples=10)
@given(_SEEDS)
def test_the_documents_of_these_tests_are_accepted(seed: int) -> None:
    assert _loaded(*_written(Dice(seed, _CHOICES))).layouts.keys() == set(KINDS)


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.clause("RFC 9537 §4.2")
@settings(_ANY, max_examples=60)
@given(_SEEDS)
def test_any_profile_says_what_its_disclosure_shows_and_no_more(seed: int) -> None:
    def check(written: int, made: int) -> None:
        disclosure, data = _written(Dice(seed, written))
        with mock.patch("directory.schema.check", return_value=[]):  # half of the time goes into it
            profile = _loaded(disclosure, data)
        dice = Dice(seed + 1, made)
        case = Case(profile, Oracle(disclosure, data), Marks(dice), dice.pick(_READERS))
        registry, choose = Registry(case.marks, replies.catalogue()), random.Random(seed)
        for kind in KINDS:
            found = [registry.graph(kind), registry.graph(kind)]
            for standing in _standings(found, list(disclosure["audiences"]), choose):
                case.check(kind, found, standing)

    _smallest(check, (_CHOICES, _OBJECTS))


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
