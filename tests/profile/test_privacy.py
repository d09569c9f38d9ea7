"""No value that is hidden from a requester occurs anywhere in the bytes sent, in any markup; what is shown does.

What an answer has to say is decided a second time by `oracle`, out of the documents. CSV has a row for each value
and each withholding, so it is compared as a whole; in the other markups marks are looked for.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import resources
from directory.access.gate import Standing
from directory.answer import Answer, Found, Matches
from directory.model.graph import Graph
from directory.profile.loader import Library
from directory.profile.profile import Profile
from directory.profile.view import View
from directory.query import Kind, Lookup
from tests.profile import replies, shipped
from tests.profile.marked import Registry
from tests.profile.marks import Dice, Marks
from tests.profile.objects import AS_OF
from tests.profile.oracle import Expected, Oracle, Record, Said
from tests.profile.told import carried_by_rdap, check_redacted, expected_rows, marks_in, rows
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


def _dice(size: int) -> st.SearchStrategy[Dice]:
    return st.binary(min_size=size, max_size=size).map(Dice)


@dataclass
class Case:
    """Some objects of a kind, and a profile that speaks of them."""

    profile: Profile
    oracle: Oracle
    marks: Marks
    kind: str
    found: list[tuple[Graph, Record]]
    reader: str

    def check(self, standing: Standing) -> None:
        """Every answer with these objects to a requester."""
        expected = [
            self.oracle.expected(
                record, self.oracle.audiences(record, standing.audience, standing.registrar), self.reader
            )
            for _, record in self.found
        ]
        views = [self.profile.present(graph, standing, (self.reader,)) for graph, _ in self.found]
        for view, told in zip(views, expected, strict=True):
            self._check_one(view, told)
        kind, results = _SEARCHES[self.kind]
        answer = Matches(Lookup(kind, "x"), self.profile, AS_OF, tuple(views))
        bodies = self._check_leaks(answer, set().union(*(told.texts() for told in expected)))
        found = json.loads(bodies["RDAP"])
        for each, told in zip(found.get(results, ()), expected, strict=False):
            self._check_redacted(found, each.get("redacted", []), told)

    def _check_one(self, view: View, told: Expected) -> None:
        answer = Found(Lookup(_SEARCHES[self.kind][0], "x"), self.profile, AS_OF, view)
        bodies = self._check_leaks(answer, told.texts())
        for markup, reply in bodies.items():
            lacking = self._marks_of(self._carried(markup, told)) - marks_in(reply, self.marks)
            assert not lacking, (markup, [self._what(mark) for mark in lacking])
        if view.table:
            (said, withheld), (all_, hidden) = rows(bodies["CSV"]), expected_rows(told)
            assert (said - all_, all_ - said) == ({}, {})
            assert withheld == hidden
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

    def _check_leaks(self, answer: Answer, texts: set[str]) -> dict[str, bytes]:
        bodies = {markup: render(answer, _URL) for markup, render in replies.MARKUPS.items()}
        allowed = self._marks_of_texts(texts)
        for markup, reply in bodies.items():
            leaking = marks_in(reply, self.marks) - allowed
            assert not leaking, (markup, [self._what(mark) for mark in leaking])
        return bodies

    def _carried(self, markup: str, told: Expected) -> Iterator[Said]:
        """The elements that a markup has a place for."""
        if markup == "RDAP":
            yield from carried_by_rdap(told)
        elif markup == "text":
            yield from (said for said in told.said if not said.second)
        else:
            yield from told.said

    def _marks_of(self, said: Iterator[Said]) -> set[str]:
        return self._marks_of_texts({value for each in said for value in each.values})

    def _marks_of_texts(self, texts: set[str]) -> set[str]:
        joined = "\n".join(texts)
        return {mark for mark in self.marks.what if mark in joined} | (self.marks.countries.keys() & texts)

    def _what(self, mark: str) -> str:
        return f"{mark} of {self.marks.what.get(mark) or self.marks.countries[mark]}"


def _found(kind: str, dice: Dice, words: Sequence[str]) -> tuple[Marks, list[tuple[Graph, Record]]]:
    marks = Marks(dice, words)
    registry = Registry(marks, replies.catalogue())
    return marks, [registry.graph(kind) for _ in range(2)]


def _standings(case: Case, audiences: Sequence[str]) -> Iterator[Standing]:
    """Each audience, also if it is of the registrar that sponsors the first object or is to gain it."""
    _, record = case.found[0]
    gaining = [each.one("reRr") for each in record.groups("transfer")]
    for audience in audiences:
        for registrar in ("", record.one("registrarid"), *gaining):
            yield Standing(audience, registrar)


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
@settings(max_examples=8, deadline=None)
@given(st.sampled_from(KINDS), _dice(700), _WORDS, st.sampled_from(["", "es", "en-GB"]))
def test_a_shipped_profile_says_what_its_disclosure_shows_and_no_more(
    name: str, kind: str, dice: Dice, words: list[str], reader: str
) -> None:
    data, disclosure = _documents(name)
    marks, found = _found(kind, dice, words)
    case = Case(shipped.profile(name), Oracle(disclosure, data), marks, kind, found, reader)
    for standing in _standings(case, ["public", "nobody-knows-this", *disclosure["audiences"]]):
        case.check(standing)


class _File:
    """A document that is read like one in a file."""

    def __init__(self, name: str, data: Any) -> None:
        self.name = name
        self._text = json.dumps(data).encode()

    def open(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._text)


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.clause("RFC 9537 §4.2")
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), _dice(700), _dice(900), _WORDS, st.sampled_from(["", "es", "en-GB"]))
def test_any_profile_says_what_its_disclosure_shows_and_no_more(
    kind: str, dice: Dice, choices: Dice, words: list[str], reader: str
) -> None:
    writer = Writer(choices, replies.catalogue())
    data = writer.profile()
    disclosure = writer.disclosure()
    library = Library(replies.catalogue())
    library.add(cast(Path, _File("disclosure.yaml", disclosure)))
    profile = library.build(library.add(cast(Path, _File("profile.yaml", data))), _DAY)
    marks, found = _found(kind, dice, words)
    case = Case(profile, Oracle(disclosure, data), marks, kind, found, reader)
    for standing in _standings(case, ["public", "nobody-knows-this", *disclosure["audiences"]]):
        case.check(standing)
