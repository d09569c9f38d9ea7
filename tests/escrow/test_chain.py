"""Which deposit may follow which (RFC 8909 §2, §5.1)."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from directory.escrow.chain import Step, follows
from directory.model.base import Instant


class D(NamedTuple):
    type: str
    id: str
    prev_id: str | None = None
    resend: int = 0
    day: int = 1

    @property
    def watermark(self) -> Instant:
        return Instant(f"2026-01-{self.day:02}T00:00:00Z")


FULL, ONE, TWO = D("FULL", "f", day=1), D("DIFF", "d1", "f", day=2), D("DIFF", "d2", "d1", day=3)
INCR = D("INCR", "i1", "f", day=4)

_CASES = [
    ("the first is a FULL", FULL, (), Step.APPLY),
    ("changes need a FULL", ONE, (), Step.REFUSE),
    ("INCR needs a FULL", INCR, (), Step.REFUSE),
    ("a DIFF follows the last", ONE, (FULL,), Step.APPLY),
    ("a DIFF follows a DIFF", TWO, (FULL, ONE), Step.APPLY),
    ("a gap", TWO, (FULL,), Step.REFUSE),
    ("no prevId", D("DIFF", "d1", day=2), (FULL,), Step.REFUSE),
    ("a DIFF after an INCR", D("DIFF", "d5", "i1", day=5), (FULL, ONE, INCR), Step.APPLY),
    ("a DIFF beside another", D("DIFF", "dx", "f", day=5), (FULL, ONE), Step.REFUSE),
    ("an INCR after DIFFs", INCR, (FULL, ONE, TWO), Step.REBASE),
    ("an INCR without prevId", D("INCR", "i1", day=4), (FULL, ONE), Step.REBASE),
    ("an INCR after an INCR", D("INCR", "i2", "i1", day=5), (FULL, INCR), Step.REBASE),
    ("an INCR of another FULL", D("INCR", "i1", "g", day=4), (FULL, ONE), Step.REFUSE),
    ("the next FULL", D("FULL", "g", day=8), (FULL, ONE, TWO), Step.APPLY),
    ("a FULL of the same moment", D("FULL", "g", day=3), (FULL, ONE, TWO), Step.APPLY),
    ("an older FULL", D("FULL", "e", day=1), (D("FULL", "f", day=2),), Step.REFUSE),
    ("an older DIFF", D("DIFF", "dx", "d1", day=1), (FULL, ONE), Step.REFUSE),
    ("the last again", TWO, (FULL, ONE, TWO), Step.SAME),
    ("an earlier one again", ONE, (FULL, ONE, TWO), Step.SAME),
    ("a resend of the last", D("DIFF", "d2", "d1", 1, 3), (FULL, ONE, TWO), Step.REPLACE),
    ("a resend of the last that follows another", D("DIFF", "d2", "f", 1, 3), (FULL, ONE, TWO), Step.REFUSE),
    (
        "a resend of the last, older than what it follows",
        D("DIFF", "d2", "d1", 1, 1),
        (FULL, ONE, TWO),
        Step.REFUSE,
    ),
    (
        "a resend of the last, an INCR",
        D("INCR", "i2", "f", 1, 3),
        (FULL, ONE, D("INCR", "i2", "f", 0, 3)),
        Step.REBASE,
    ),
    ("a resend of the FULL", D("FULL", "f", None, 2, 1), (FULL,), Step.REPLACE),
    ("a resend of an earlier one", D("DIFF", "d1", "f", 1, 2), (FULL, ONE, TWO), Step.REFUSE),
    ("a lower resend", D("DIFF", "d1", "f", 0, 2), (FULL, D("DIFF", "d1", "f", 1, 2)), Step.REFUSE),
    ("its id with another watermark", D("DIFF", "d1", "f", 0, 9), (FULL, ONE), Step.REFUSE),
    ("its id with another type", D("FULL", "d1", None, 0, 9), (FULL, ONE), Step.REFUSE),
]


@pytest.mark.clause("RFC 8909 §2")
@pytest.mark.clause("RFC 8909 §5.1")
@pytest.mark.parametrize(
    ("incoming", "applied", "step"), [case[1:] for case in _CASES], ids=[c[0] for c in _CASES]
)
def test_a_deposit_follows_or_not(incoming: D, applied: tuple[D, ...], step: Step) -> None:
    verdict = follows(incoming, applied)
    assert verdict.step is step
    if step is Step.REFUSE:
        assert verdict.reason
        assert verdict.rule.startswith("RFC 8909")
        assert verdict.hint


def test_a_gap_says_what_is_missing() -> None:
    verdict = follows(D("DIFF", "d9", "d8", day=9), (FULL, ONE))
    assert "'d8', which was not applied; the last one is DIFF d1" in verdict.reason
    assert "'d1'" in verdict.hint


def test_a_resend_of_an_earlier_deposit_says_what_to_reload() -> None:
    verdict = follows(D("DIFF", "d1", "f", 1, 2), (FULL, ONE, TWO))
    assert verdict.reload == ("FULL f", "DIFF d1 resend 1", "DIFF d2")
