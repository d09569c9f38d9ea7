"""Which deposits of a folder follow what a store has: pure choice, and what counts as a deposit at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.escrow.folder import Arrived, choose, find, stamp
from directory.model.base import Instant


def deposit(type: str, id: str, prev: str | None, day: int, resend: int = 0, path: str = "") -> Arrived:
    name = path or f"{id}-{resend}.xml"
    return Arrived("tld", "example", type, id, prev, resend, Instant(f"2026-01-{day:02}T00:00:00Z"), Path(name))


FULL = deposit("FULL", "f1", None, 1)
DIFFS = [deposit("DIFF", f"d{day}", f"d{day - 1}" if day > 2 else "f1", day) for day in range(2, 7)]
NEXT = deposit("FULL", "f2", None, 4)


def ids(applied: list[Arrived], found: list[Arrived]) -> list[str]:
    return [f"{each.id}r{each.resend}" if each.resend else each.id for each in choose(applied, found).steps]


def missed(applied: list[Arrived], found: list[Arrived]) -> dict[str, str]:
    return {each.deposit.id: each.why for each in choose(applied, found).left if each.is_missed}


@pytest.mark.clause("RFC 8909 §2")
@given(st.permutations([FULL, *DIFFS]))
def test_differences_are_applied_in_the_order_of_their_prev_ids_whatever_that_of_the_files(
    found: list[Arrived],
) -> None:
    assert ids([], found) == ["f1", "d2", "d3", "d4", "d5", "d6"]


@given(st.permutations([FULL, *DIFFS]), st.integers(0, 6))
def test_choosing_again_after_each_step_leads_the_same_way(found: list[Arrived], number: int) -> None:
    steps = list(choose([], found).steps)
    assert list(choose(steps[:number], found).steps) == steps[number:]


def test_what_was_applied_is_not_applied_again_and_is_no_gap() -> None:
    choice = choose([FULL, *DIFFS], [FULL, *DIFFS])
    assert choice.steps == ()
    assert [each.is_missed for each in choice.left] == [False] * 6
    assert choice.left[0].why == "FULL f1 was applied already"


def test_the_newest_full_is_the_base_and_what_is_older_is_left() -> None:
    after = deposit("DIFF", "e5", "f2", 5)
    choice = choose([], [FULL, *DIFFS[:2], NEXT, after])
    assert choice.steps == (NEXT, after)
    assert {each.deposit.id for each in choice.left} == {"f1", "d2", "d3"}
    assert not any(each.is_missed for each in choice.left)


def test_a_full_that_nothing_builds_on_does_not_stand_in_the_way_of_newer_differences() -> None:
    assert ids([FULL], [NEXT, *DIFFS]) == ["d2", "d3", "d4", "d5", "d6"]


@pytest.mark.clause("RFC 8909 §2")
def test_the_last_incremental_is_enough() -> None:
    increments = [deposit("INCR", f"i{day}", "f1", day) for day in (2, 3, 4)]
    choice = choose([], [FULL, *increments])
    assert choice.steps == (FULL, increments[-1])
    assert [each.is_missed for each in choice.left] == [False, False]


def test_an_incremental_that_names_the_one_before_it_needs_that_one() -> None:
    chained = [deposit("INCR", "i2", "f1", 2), deposit("INCR", "i3", "i2", 3)]
    assert ids([], [FULL, *chained]) == ["f1", "i2", "i3"]


def test_one_incremental_is_preferred_to_as_new_differences() -> None:
    assert ids([], [FULL, *DIFFS, deposit("INCR", "i6", "f1", 6)]) == ["f1", "i6"]


@pytest.mark.clause("RFC 8909 §5.1")
def test_the_highest_resend_is_taken_and_the_others_are_named() -> None:
    again = deposit("DIFF", "d2", "f1", 2, resend=2)
    choice = choose([], [FULL, DIFFS[0], again, deposit("DIFF", "d2", "f1", 2, resend=1), DIFFS[1]])
    assert ids([], [FULL, DIFFS[0], again, DIFFS[1]]) == ["f1", "d2r2", "d3"]
    assert {each.why for each in choice.left} == {"resend 2 of it is d2-2.xml"}


def test_a_resend_of_what_was_applied_last_comes_before_what_builds_on_it() -> None:
    again = deposit("DIFF", "d2", "f1", 2, resend=1)
    assert ids([FULL, DIFFS[0]], [again, DIFFS[1]]) == ["d2r1", "d3"]


def test_a_resend_of_an_earlier_deposit_is_missed_with_what_to_reload() -> None:
    again = deposit("DIFF", "d2", "f1", 2, resend=1)
    why = missed([FULL, *DIFFS[:2]], [again])["d2"]
    assert "FULL f1, DIFF d2 resend 1, DIFF d3" in why


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_gap_is_named_and_what_is_before_it_is_applied(gone: int) -> None:
    found = [FULL, *DIFFS[:gone], *DIFFS[gone + 1 :]]
    assert ids([], found) == ["f1", *(each.id for each in DIFFS[:gone])]
    told = missed([], found)
    assert list(told) == [each.id for each in DIFFS[gone + 1 :]]
    assert f"'{DIFFS[gone].id}'" in told[DIFFS[gone + 1].id]


def test_changes_without_a_full_wait_for_one() -> None:
    assert choose([], DIFFS).steps == ()
    assert "builds on a FULL" in missed([], DIFFS)["d2"]


def test_deposits_that_follow_each_other_in_a_circle_are_left() -> None:
    circle = [deposit("DIFF", "a", "b", 2), deposit("DIFF", "b", "a", 3)]
    assert ids([], [FULL, *circle]) == ["f1"]


def test_two_files_of_one_deposit_are_one() -> None:
    twin = deposit("FULL", "f1", None, 1, path="copy.xml")
    choice = choose([], [FULL, twin])
    assert choice.steps == (FULL,) or choice.steps == (twin,)
    assert choice.left[0].why.startswith("the same is ")


def test_documents_envelopes_and_folders_with_a_document_are_deposits(tmp_path: Path) -> None:
    for name in (
        "a.xml",
        "b.xml.gz",
        "example_2026-01-01_full_S1_R0.ryde",
        "example_2026-01-01_full_S2_R0.ryde",
        "example_2026-01-01_full_S1_R0.sig",
        ".c.xml",
        "d.csv",
        "e.refused.json",
    ):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "f.xml").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    names = [path.name for path in find(tmp_path)]
    assert names == ["a.xml", "b.xml.gz", "example_2026-01-01_full_S1_R0.ryde", "folder"]


@pytest.mark.parametrize("changed", ["x_2026-01-01_full_S2_R0.ryde", "x_2026-01-01_full_S1_R0.sig"])
def test_the_stamp_of_an_envelope_is_that_of_all_its_files(tmp_path: Path, changed: str) -> None:
    first = tmp_path / "x_2026-01-01_full_S1_R0.ryde"
    first.write_bytes(b"1")
    before = stamp(first)
    (tmp_path / changed).write_bytes(b"2")
    assert stamp(first) != before


def test_the_stamp_of_a_document_is_also_that_of_tables_but_not_of_other_deposits(tmp_path: Path) -> None:
    document = tmp_path / "a.xml"
    document.write_bytes(b"1")
    before = stamp(document)
    (tmp_path / "b.xml.gz").write_bytes(b"2")
    assert stamp(document) == before
    (tmp_path / "domain.csv").write_bytes(b"2")
    assert stamp(document) != before
    document.unlink()
    (tmp_path / "domain.csv").unlink()
    assert stamp(document) == ()
