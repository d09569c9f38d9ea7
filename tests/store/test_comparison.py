"""The digests that a FULL is compared with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from directory.store.comparison import Known, Marked

digests = st.binary(min_size=16, max_size=16)
# Many that begin alike, as no two in a million do.
alike = st.binary(min_size=1, max_size=1).map(lambda end: bytes(8) + b"1234567" + end)


@given(st.sets(st.one_of(digests, alike), max_size=60), st.lists(st.one_of(digests, alike)), st.integers(1, 20))
def test_every_digest_that_is_known_is_found_and_no_other(
    known: set[bytes], others: list[bytes], step: int
) -> None:
    numbers = {digest: place + 7 for place, digest in enumerate(known)}
    compared = Known()
    rows = sorted(numbers.items())
    for start in range(0, len(rows), step):
        compared.extend(rows[start : start + step])
    for digest in (*known, *others):
        assert compared.number_of(digest) == numbers.get(digest, 0)
    assert sorted(compared.numbers) == sorted(numbers.values())


@given(st.lists(st.tuples(alike, st.sampled_from([None, 1, 255])), max_size=40), alike)
def test_all_that_have_a_mark_in_common_are_found(marks: list[tuple[bytes, int | None]], other: bytes) -> None:
    rows = sorted(
        ((mark, number, inside) for number, (mark, inside) in enumerate(marks, 1)), key=lambda row: row[:2]
    )
    marked = Marked()
    marked.extend(rows[:7])
    marked.extend(rows[7:])
    for mark in {other, *(mark for mark, _ in marks)}:
        expected = [(number, inside or 0) for one, number, inside in rows if one == mark]
        assert marked.inside(mark) == [number for number, _ in expected]
        assert marked.find(mark) == (expected[0] if expected else (0, 0))


def test_what_is_forgotten_is_not_found() -> None:
    marked = Marked()
    marked.extend([(bytes(16), 1, 2), (bytes(15) + b"\1", 2, None)])
    marked.forget()
    assert marked.find(bytes(16)) == (0, 0)
    assert not marked.inside(bytes(16))
    marked.extend([(bytes(15) + b"\1", 3, None)])
    assert marked.find(bytes(15) + b"\1") == (3, 0)
