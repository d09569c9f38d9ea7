"""The schemas of values: whatever a type or a format takes fits, and Python and ECMAScript read them alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from directory.errors import BadValue
from directory.model.element import CANONICAL
from directory.profile.constraint import Demand
from directory.profile.format import FORMATS
from directory.profile.promise import Promise
from directory.profile.redaction import Redaction
from directory.profile.valueschema import FORMATS as SCHEMAS
from directory.profile.valueschema import TYPES, held, literal, one_of, replacement, text
from tests.profile import replies

_SEEDS = """example.test xn--e1aybc.test 192.0.2.1 2001:db8::1 ::ffff:192.0.2.1 пример.test ñ HTTP://a.test
https://www.example.test/a?b=c 2026-01-31T12:00:00Z 2016-12-31T23:59:60.5Z 2026-01-31 ok clientHold +34.911234567
+1.5555550100 a@b.test "a,b"@c.test ñ@ñandú.test es zh-Hant-TW 9995 13 256 257 3 0 00 45 123456789012345678
ABCDEF0123 AwEAAc== D1-EXAMPLE US us registrar-1 C-1 a,b 1 --- ;x=1""".split()
_VALUES = st.sampled_from(_SEEDS) | st.text(max_size=12) | st.from_regex(r"\A[+.0-9A-Za-z:@/-]{1,20}\Z")


def _fits(schema: Any, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def test_every_type_and_every_format_has_a_schema() -> None:
    assert set(TYPES) == set(CANONICAL)
    assert set(SCHEMAS) == set(FORMATS)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_some_seeds_are_of_each_format(name: str) -> None:
    """So that the property below says something of it."""
    fitting = [value for value in _SEEDS if _passes(name, value)]
    assert fitting or name in ("digest", "public-key", "iana-accredited-id"), name


def _passes(name: str, value: str) -> bool:
    try:
        FORMATS[name].check(value)
    except BadValue:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(_VALUES)
def test_what_a_format_takes_fits_its_schema(value: str) -> None:
    for name, schema in SCHEMAS.items():
        if _passes(name, value):
            assert _fits({"type": "string", **schema}, value), name


@settings(max_examples=200, deadline=None)
@given(_VALUES)
def test_the_canonical_text_of_a_type_fits_its_schema(value: str) -> None:
    for name, canonical in CANONICAL.items():
        try:
            found = canonical(value)
        except BadValue:
            continue
        if found:  # an element has a value or none, but no empty one
            assert _fits({"type": "string", **TYPES[name]}, found), name


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("domain.crDate", "2001-02-03T04:05:06Z", "2001-02-03T04:05:06+00:00"),
        ("contact.cc", "CA", "ca"),
        ("host.addr", "2001:db8::1", "2001:db8::1%eth0"),
        ("dnssec.digest", "ABCD", "abcd"),
        ("trademark.entitlement", "owner", "thief"),
        ("trademark.name", "x" * 255, "x" * 256),
        ("contact.voice", "+1.5555550100", "tel:+15555550100"),
    ],
)
def test_a_type_says_which_values_there_are(key: str, good: str, bad: str) -> None:
    schema = held(replies.catalogue()[key], Demand())
    assert _fits(schema, good)
    assert not _fits(schema, bad)
    assert not _fits(schema, "")


@pytest.mark.clause("SAC054 §5")
def test_a_demand_narrows_what_a_type_says() -> None:
    schema = held(replies.catalogue()["contact.email"], Demand(shortest=6, longest=8, format="rfc5322"))
    assert [_fits(schema, value) for value in ("a@b.c", "aa@b.cd", "aaaa@b.cd")] == [False, True, False]


def _strings(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "pattern":
                yield value
            yield from _strings(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from _strings(each)


def test_no_pattern_has_what_ecmascript_reads_otherwise() -> None:
    """Classes that are Unicode's in one and ASCII's in the other, anchors and groups that the other lacks."""
    for pattern in _strings([*TYPES.values(), *SCHEMAS.values()]):
        assert not re.search(r"\\[wWdDbBAZz]|\(\?[^:]", pattern), pattern


@given(st.text(), st.text())
def test_a_literal_is_a_pattern_of_itself_only(value: str, other: str) -> None:
    assert re.fullmatch(literal(value), value)
    assert (re.fullmatch(literal(value), other) is not None) is (value == other)


def _promise(sight: Any, redaction: Redaction | None) -> Promise:
    return Promise(replies.catalogue()["contact.email"], Demand(low=1), sight, redaction)


@pytest.mark.clause("RFC 9537 §3.3")
@pytest.mark.clause("RFC 9537 §3.4")
def test_a_value_may_be_what_is_held_or_a_part_of_it_or_what_stands_instead() -> None:
    replaced = Redaction(value="https://x.test/?d={name}&x=1")
    cut = Redaction(cut=lambda values: values)
    assert _fits(text(_promise("always", None)), "a@b.test")
    assert not _fits(text(_promise("always", None)), "b.test")
    assert _fits(text(_promise("sometimes", cut)), "b.test")
    assert _fits(text(_promise("never", replaced)), "https://x.test/?d=a.test&x=1")
    assert not _fits(text(_promise("never", replaced)), "a@b.test")
    assert _fits(text(_promise("sometimes", replaced)), "a@b.test")
    assert replacement(_promise("never", Redaction(value="none"))) == {"const": "none"}


def test_one_of_one_is_that() -> None:
    assert one_of([{"const": 1}]) == {"const": 1}
    assert one_of([{"const": 1}, {"const": 2}]) == {"anyOf": [{"const": 1}, {"const": 2}]}
