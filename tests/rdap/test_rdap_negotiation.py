"""What a client would rather have: the fields, their weights, and what is chosen."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rdap.negotiation import languages, media_types, weighted

JSON, XML, CSV = "application/vnd.dnrd+json", "application/vnd.dnrd+xml", "text/csv"
choose = media_types((JSON, XML, CSV))

FIELDS = st.text('abq*/+-.;,="\\ \t01é\udc80', max_size=60) | st.text(max_size=60)


@pytest.mark.clause("RFC 9110 §12.4.2")
def test_members_have_the_weight_that_they_say_or_one() -> None:
    fields = {
        "a/b": [("a/b", 1.0)],
        "A/B;q=0.5 , c/d;Q=0": [("a/b", 0.5), ("c/d", 0.0)],
        "a/b ; x=y; q=0.123;z=1": [("a/b", 0.123)],
        'a/b;x="q=0;,";q=1.000,c/d': [("a/b", 1.0), ("c/d", 1.0)],
        'a/b;x="\\"";q=0.': [("a/b", 0.0)],
        ", ,a/b,,": [("a/b", 1.0)],
        "": [],
        "es-MX, *;q=0.1": [("es-mx", 1.0), ("*", 0.1)],
    }
    assert {field: [*weighted(field)] for field in fields} == fields


def test_what_is_malformed_is_passed_over_and_the_rest_is_read() -> None:
    for bad in ("a/b;q=2", "a/b;q=0.1234", "a/b;q=x", "a/b;q", "a b", 'a/b;x="', "a/b;=1", "a/b;q=-1", ";q=1"):
        members = [*weighted(f"c/d;q=0.5, {bad}, e/f")]
        assert members[0] == ("c/d", 0.5), bad
        assert "a/b" not in dict(members), bad


@pytest.mark.clause("RFC 7480 §4.2")
@pytest.mark.parametrize(
    "field",
    ["", "application/rdap+json", "application/json", "*/*", "application/*", "text/html", "text/*", "nonsense"],
)
def test_whoever_names_no_plain_form_gets_rdap(field: str) -> None:
    assert choose(field) == ""


@pytest.mark.clause("RFC 9110 §12.5.1")
@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        (JSON, JSON),
        ("TEXT/CSV", CSV),
        ("text/csv; charset=utf-8; header=present", CSV),
        (f"{XML}, {CSV};q=0.9", XML),
        (f"{CSV}, {XML}, {JSON}", JSON),
        (f"{JSON}, application/rdap+json", ""),
        (f"{JSON}, application/rdap+json;q=0.9", JSON),
        (f"{JSON};q=0.8, application/json;q=0.9", ""),
        (f"{CSV}, */*", ""),
        (f"{CSV}, */*;q=0.1", CSV),
        (f"{CSV};q=0.2, application/*;q=0.1, */*;q=0.3", CSV),
        (f"{CSV};q=0.5, application/rdap+json;q=0, application/json;q=0, */*", CSV),
        (f"{CSV};q=0", ""),
        (f"{CSV};q=0, {CSV};q=0.1", CSV),
        ("text/*;q=1, application/rdap+json;q=0", ""),
    ],
)
def test_a_plain_form_is_chosen_if_it_is_named_and_weighs_more_than_rdap(field: str, chosen: str) -> None:
    assert choose(field) == chosen
    assert choose(field) == chosen


def test_nothing_but_rdap_is_chosen_where_nothing_else_is_offered() -> None:
    assert media_types(())(JSON) == ""


@pytest.mark.clause("RFC 9110 §12.5.4")
def test_languages_come_best_first_and_those_that_are_not_wanted_not_at_all() -> None:
    fields: dict[str, tuple[str, ...]] = {
        "es": ("es",),
        "es-MX, en;q=0.7, es;q=0.9": ("es-mx", "es", "en"),
        "da, en-gb;q=0.8, en;q=0.7": ("da", "en-gb", "en"),
        "en, es": ("en", "es"),
        "es, es;q=0.1": ("es",),
        "zh-Hant-TW;q=0.5": ("zh-hant-tw",),
        "*": (),
        "fr;q=0, es": ("es",),
        "": (),
        "e_s, 1x, toolongword, es;q=9, -": (),
        "x" * 9: (),
        "es-" + "-".join(["abcdefgh"] * 4): (),
    }
    assert {field: languages(field) for field in fields} == fields


def test_no_field_is_read_beyond_a_bound() -> None:
    many = ",".join(f"{first}{second}" for first in "abcdefgh" for second in "abcdefgh")
    assert len(languages(many)) == 10
    assert languages("es" + " " * 2000) == ()
    assert choose(f"{CSV}," + "x" * 2000) == ""
    assert len([*weighted("a," * 500)]) == 64


@given(FIELDS)
def test_any_text_is_read_without_a_fault(field: str) -> None:
    assert choose(field) in {"", JSON, XML, CSV}
    for tag in languages(field):
        assert tag.isascii()
        assert tag == tag.lower()
    assert all(0 <= weight <= 1 for _, weight in weighted(field))


@given(
    st.lists(st.tuples(st.sampled_from([JSON, XML, CSV, "application/rdap+json", "*/*"]), st.integers(0, 1000)))
)
def test_what_is_chosen_weighs_more_than_rdap_and_no_less_than_the_others(members: list[tuple[str, int]]) -> None:
    chosen = choose(", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in members))
    weights: dict[str, int] = {}
    for name, weight in members[:64]:
        weights[name] = max(weight, weights.get(name, 0))
    rdap = max(weights.get("application/rdap+json", weights.get("*/*", 0)), weights.get("*/*", 0))
    best = max(weights.get(each, 0) for each in (JSON, XML, CSV))
    assert (weights[chosen] == best > rdap) if chosen else best <= rdap


@pytest.mark.parametrize("part", ["; ", "\t;", ';a="', '"\\', "a/b;q=", ",;", "*", ";a=b ", ' ;a="x" '])
def test_a_field_made_to_be_slow_is_not(part: str) -> None:
    field = (part * 1024)[:1023] + "!"
    started = time.perf_counter()
    members = [*weighted(field)]
    assert time.perf_counter() - started < 0.1
    assert len(members) <= 64
