"""The names of deposit files, and whether they say what the content says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import BadValue
from directory.escrow.envelope.name import FileName, agrees, parse_name
from directory.model.base import Instant


class Head(NamedTuple):
    repository: str = "example"


class Top(NamedTuple):
    type: str = "FULL"
    resend: int = 0
    watermark: Instant = Instant("2026-06-01T00:00:00Z")


NAME = FileName("example", date(2026, 6, 1), "full")
LABELS = st.from_regex(r"[a-z]([a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
NAMES = st.builds(
    FileName,
    st.lists(LABELS, min_size=1, max_size=2).map(".".join),
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(("full", "diff", "incr", "thin", "thick-1", "thick-9995")),
    st.integers(1, 9999),
    st.integers(0, 65535),
)


@pytest.mark.clause("ICANN base registry agreement, specification 2 A §5")
@pytest.mark.clause("ICANN RST rde-01")
@given(NAMES, st.sampled_from(("", ".ryde", ".sig", ".xml", ".xml.gz", ".tar", ".tar.gz", ".tgz")))
def test_a_name_is_read_as_it_is_written(name: FileName, suffix: str) -> None:
    assert FileName.from_text(name.to_text(suffix)) == name


def test_the_example_of_the_agreement_is_read() -> None:
    assert NAME.to_text(".ryde") == "example_2026-06-01_full_S1_R0.ryde"
    assert parse_name("xn--fiqs8s_2009-08-02_thick-9995_S12_R3.sig") == FileName(
        "xn--fiqs8s", date(2009, 8, 2), "thick-9995", 12, 3
    )


@pytest.mark.clause("ICANN RST rde-01")
@pytest.mark.parametrize(
    "text",
    [
        "deposit.xml",
        "example_2026-06-01_full_S1_R0.zip",
        "example_2026-06-01_full_S1_R0.ryde.part",
        "example_2026-06-01_full_S1_R0\n",
        "example_2026-06-01_full_S0_R0.ryde",
        "example_2026-06-01_full_S01_R0.ryde",
        "example_2026-06-01_full_S1_R00.ryde",
        "example_2026-06-01_full_S1_R-1.ryde",
        "example_2026-06-01_full_S1_R99999999.ryde",
        "example_2026-06-01_full_S1.ryde",
        "example_2026-06-01_FULL_S1_R0.ryde",
        "example_2026-06-01_thick_S1_R0.ryde",
        "example_2026-02-30_full_S1_R0.ryde",
        "example_20260601_full_S1_R0.ryde",
        "example_2026-06-0１_full_S1_R0.ryde",
        "EXAMPLE_2026-06-01_full_S1_R0.ryde",
        "ñandú_2026-06-01_full_S1_R0.ryde",
        "xn--a_2026-06-01_full_S1_R0.ryde",
        "example._2026-06-01_full_S1_R0.ryde",
        "-example_2026-06-01_full_S1_R0.ryde",
        "../example_2026-06-01_full_S1_R0.ryde",
        "_2026-06-01_full_S1_R0.ryde",
    ],
)
def test_other_names_are_none(text: str) -> None:
    assert parse_name(text) is None
    with pytest.raises(BadValue):
        FileName.from_text(text)


@pytest.mark.parametrize(
    ("type_", "of"),
    [("full", "FULL"), ("thin", "FULL"), ("thick-1", "FULL"), ("diff", "DIFF"), ("incr", "INCR")],
)
def test_a_name_agrees_with_its_content(type_: str, of: str) -> None:
    assert not list(agrees(replace(NAME, type=type_), Head(), Top(of)))
    assert not list(agrees(replace(NAME, segment=7), Head(), Top()))


@pytest.mark.clause("ICANN RST rde-01")
@pytest.mark.parametrize(
    ("name", "part"),
    [
        (replace(NAME, tld="test"), "of 'test', its header of 'example'"),
        (replace(NAME, type="diff"), "type diff, the deposit of type FULL"),
        (replace(NAME, date=date(2026, 5, 31)), "2026-05-31, its watermark of 2026-06-01"),
        (replace(NAME, revision=1), "revision 1, the deposit of resend 0"),
        (None, "does not tell whose"),
    ],
)
def test_every_difference_is_one_finding(name: FileName | None, part: str) -> None:
    [finding] = agrees(name, Head(), Top())
    assert part in finding.message
    assert finding.code == "RDE_INVALID_FILENAME"


def test_all_differences_are_found_at_once() -> None:
    other = FileName("test", date(2020, 1, 1), "incr", revision=9)
    assert len(list(agrees(other, Head(), Top()))) == 4


def test_the_day_is_that_of_utc() -> None:
    assert not list(agrees(NAME, Head(), Top(watermark=Instant("2026-06-01T23:59:59.999Z"))))


def test_what_was_not_readable_is_not_compared() -> None:
    assert not list(agrees(replace(NAME, tld="test", type="diff"), None, None))
    assert len(list(agrees(replace(NAME, tld="test", type="diff"), None, Top()))) == 1
    assert len(list(agrees(replace(NAME, tld="test", type="diff"), Head(), None))) == 1
