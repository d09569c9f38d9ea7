"""What answers tell, read out of their bytes: the marks in them, the rows of CSV, the paths of `redacted`."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonpath_rfc9535 as jsonpath

from directory.markup.csv import from_cell
from tests.profile.marks import Marks
from tests.profile.oracle import POSTAL, Data, Expected, Place, Said

_MARK = re.compile(rb"zq\d{5}qz|88\d{5}88|77\d{5}77|99\d{5}99|\d{5}-02-03T04:05:06Z|\d{5}-02-03|2001:db8::\d{5}")
_COUNTRY = re.compile(rb"(?<![A-Za-z0-9%])[A-Z]{2}(?![A-Za-z0-9])")
_GROUPED = re.compile(rb"\+1 [\d ]+")


def marks_in(reply: bytes, marks: Marks) -> set[str]:
    """The marks that occur in a reply; country codes where they stand alone, numbers also in groups (E.123)."""
    found = {each.decode() for each in _MARK.findall(reply)}
    for number in _GROUPED.findall(reply):
        found |= {each.decode() for each in _MARK.findall(number.replace(b" ", b"")[2:])}
    countries = {each.decode() for each in _COUNTRY.findall(reply)}
    return (found & marks.what.keys()) | (countries & marks.countries.keys())


Row = tuple[Place, str, str, str, str]
"""The place, the element in its part, the value, its postal form, the method by which a part of it is withheld."""

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def rows(reply: bytes) -> tuple[Counter[Row], set[tuple[Place, str, str]]]:
    """What an answer in CSV says: each value, and what is withheld by place, element and method."""
    said: Counter[Row] = Counter()
    withheld = set()
    for row in csv.DictReader(io.StringIO(reply.decode(), newline="")):
        place = tuple((name, int(number or 1)) for name, number in _STEP.findall(row["part"]))
        if row["index"]:
            said[place, row["element"], from_cell(row["value"]), row["form"], row["redacted"]] += 1
        else:
            withheld.add((place, row["element"], row["redacted"]))
    return said, withheld


def expected_rows(expected: Expected) -> tuple[Counter[Row], set[tuple[Place, str, str]]]:
    """What an answer in CSV has to say. Where nothing has a fixed place, what is emptied is removed."""
    said = Counter(
        (each.place, each.element, value, each.form, each.method)
        for each in expected.said
        for value in each.values
    )
    withheld = {
        (each.place, each.element, each.method if each.seen else "removal")
        for each in expected.withheld
        if not each.seen
    }
    return said, withheld


_GROUPS = frozenset({"transfer", "disclose", "desk", "reseller", "trademark", "person", "postalLanguage"})


def groups(body: Any, place: Place = ()) -> set[Place]:
    """Where in an object that was written as JSON a group stands, whatever is in it."""
    found: set[Place] = set()
    for member, value in body.items():
        named = value if member in ("contacts", "desks", "extension") else {_SINGULAR.get(member, member): value}
        for name, parts in named.items():
            for number, part in enumerate(parts if isinstance(parts, list) else [parts], 1):
                if isinstance(part, dict) and member in _PARTS and name != "postal":
                    at = (*place, (name, number))
                    found |= groups(part, at) | (
                        {at} if member not in ("contacts", "hosts", "registrar") else set()
                    )
    return found


_SINGULAR = {"hosts": "host", "preferences": "disclose"}
_PARTS = frozenset("registrar contacts hosts desks transfer preferences extension".split())


def expected_groups(expected: Expected) -> set[Place]:
    """Where a group has to stand: there is none of which nothing is said, for that would tell of it."""
    return {each.place for each in expected.said if each.table in _GROUPS}


def carried_by_text(expected: Expected, translated: frozenset[str]) -> Iterator[Said]:
    """The elements that a text has a line for; `translated` are those of a second postal form."""
    return (said for said in expected.said if not said.second or said.short in translated)


def translated(profile: Data) -> frozenset[str]:
    """The elements whose second form a text says: all, if there is a word for translations."""
    return frozenset(POSTAL) if "translation" in profile.get("parameters", {}) else frozenset()


_CARRIED = {
    "domain": frozenset({"id", "name", "uName", "crDate", "exDate", "upDate", "trDate", "originalName"}),
    "registrar": frozenset("gurid org street city sp pc cc voice fax email url whoisinfo".split()),
    "desk": frozenset({"name", "org", "voice", "fax", "email"}),
    "contact": frozenset("roid name org street city sp pc cc voice fax email crDate upDate trDate".split()),
    "host": frozenset({"id", "name", "uName", "addr"}),
    "dnssec": frozenset({"digest", "pubKey"}),
    "reseller": frozenset({"name", "url"}),
}
"""What RDAP has a member for, wherever the object stands. It drops statuses that are not registered, ids and
clients of registrars, references (what they refer to is nested), and counts."""
_AT_TOP = {"registrar": frozenset({"crDate", "upDate"}), "host": frozenset({"crDate", "upDate", "trDate"})}
_REMARKS = frozenset({"trademark", "transfer", "disclose", "person", "postalLanguage"})
"""Groups that are remarks, if they belong to the topmost object; others have no place."""


def carried_by_rdap(expected: Expected) -> Iterator[Said]:
    """The elements that RDAP has a place for. Of several resellers it says one (response profile 2.5)."""
    there = {(each.place, each.short) for each in expected.said if not each.second}
    for said in expected.said:
        table, short, place = said.table, said.short, said.place
        if ("reseller", 2) in place:
            continue
        if table in _REMARKS:
            is_carried = len(place) == 1
        elif short in ("voiceExt", "faxExt"):  # an extension is a part of the number's URI (RFC 3966 §3)
            number = (place, short.removesuffix("Ext"))
            is_carried = number in there and all(value.isdigit() for value in said.values)
        elif short in ("idnTableId", "keyTag"):
            is_carried = (place, "originalName" if table == "domain" else "digest") in there
        else:
            is_carried = short in _CARRIED.get(table, ()) or (not place and short in _AT_TOP.get(table, ()))
        if is_carried:
            yield said


@lru_cache(maxsize=4096)
def _path(text: str) -> Any:
    return jsonpath.compile(text)


def check_redacted(body: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """Every entry is well formed, and its paths select in the reply what they say (RFC 9537 §4.2, RFC 9535)."""
    for entry in entries:
        (key, text), *others = entry["name"].items()
        assert key in ("type", "description"), entry
        assert text, entry
        assert not others, entry
        method = entry["method"]
        assert method in ("removal", "emptyValue", "partialValue", "replacementValue"), entry
        paths = {word: _path(entry[word]).find(body).values() for word in _PATHS if word in entry}
        assert ("pathLang" in entry) == bool(paths), entry
        assert entry.get("pathLang", "jsonpath") == "jsonpath", entry
        assert set(entry) <= {"name", "method", "reason", "pathLang", *_PATHS}, entry
        assert not {"prePath", "postPath"} <= paths.keys(), entry
        assert not paths.get("prePath"), entry
        assert all(found for word, found in paths.items() if word != "prePath"), entry
        if "prePath" in paths:
            assert method in ("removal", "replacementValue"), entry
        if "postPath" in paths:
            assert method != "removal", entry
        if "replacementPath" in paths:
            assert method == "replacementValue", entry
        if method == "emptyValue":
            assert set(paths["postPath"]) == {""}, entry


_PATHS = ("prePath", "postPath", "replacementPath")
