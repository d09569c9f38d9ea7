"""Which deposit may follow which: watermark, id, prevId and resend decide (RFC 8909 §2, §5.1).

Nothing here looks at a store or a file: what was applied since the last FULL, and what comes, are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from directory.model.base import Instant
from directory.model.format import moment

_MISSING_PREV = "a deposit of changes names the one that it follows"


class Step(StrEnum):
    """What becomes of a deposit that arrives."""

    APPLY = "apply"
    """It follows what is there: a FULL is compared, the changes of a DIFF are made."""
    REBASE = "rebase"
    """An INCR: what was changed since the FULL goes back to it, then its changes are made."""
    REPLACE = "replace"
    """A resend of the FULL or DIFF that was applied last: that is taken back, then this is applied."""
    SAME = "same"
    """It was applied already; nothing is to be done."""
    REFUSE = "refuse"
    """It does not follow."""


class Deposit(Protocol):
    """What a deposit says of itself, applied or arriving."""

    @property
    def type(self) -> str:
        """FULL, INCR or DIFF."""

    @property
    def id(self) -> str:
        """Its id, which is the repository's for one deposit and its resends."""

    @property
    def prev_id(self) -> str | None:
        """The id of the deposit before it."""

    @property
    def resend(self) -> int:
        """How many times it was sent before."""

    @property
    def watermark(self) -> Instant:
        """The moment that its data are of."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done, and why; `hint` is what would help, and `reload` the deposits that would have to be
    applied anew, in order."""

    step: Step
    reason: str = ""
    rule: str = ""
    hint: str = ""
    reload: tuple[str, ...] = ()


def follows(incoming: Deposit, applied: Sequence[Deposit]) -> Verdict:
    """What becomes of a deposit after those that were applied since the last FULL, that FULL first."""
    if not applied:
        if incoming.type == "FULL":
            return Verdict(Step.APPLY)
        said = f"a deposit of type {incoming.type} builds on a FULL, and none was applied"
        hint = (
            f"apply a FULL first, and what comes up to {incoming.prev_id!r}"
            if incoming.prev_id
            else "apply a FULL"
        )
        return _refuse(said, "RFC 8909 §2", hint)
    known = next((each for each in applied if each.id == incoming.id), None)
    if known is not None:
        return _again(incoming, known, applied)
    return _after(incoming, applied)


def name(deposit: Deposit) -> str:
    """A deposit as it is spoken of: `DIFF 20260102001`, with its resend if it is one."""
    again = f" resend {deposit.resend}" if deposit.resend else ""
    return f"{deposit.type} {deposit.id}{again}"


def _again(incoming: Deposit, known: Deposit, applied: Sequence[Deposit]) -> Verdict:
    """A deposit whose id was applied already."""
    if incoming.type != known.type:
        said = f"its id was applied as {name(known)}, of another type"
        return _refuse(said, "RFC 8909 §5.1", "each deposit has an id of its own")
    if incoming.resend == known.resend:
        if moment(incoming.watermark) == moment(known.watermark):
            return Verdict(Step.SAME, f"{name(known)} was applied already")
        said = f"{name(known)} was applied with another watermark, {known.watermark}"
        return _refuse(said, "RFC 8909 §5.1", "a deposit that is sent once more has a higher resend")
    if incoming.resend < known.resend:
        return _refuse(f"a later resend of it was applied: {name(known)}", "RFC 8909 §5.1", "it is out of date")
    if known is applied[-1]:
        return _replaced(incoming, known, applied[:-1])
    after = applied[[each.id for each in applied].index(known.id) + 1 :]
    reload = (*(name(each) for each in _before(known, applied)), name(incoming), *(name(each) for each in after))
    said = f"{name(known)} was applied, and {len(after)} after it, which build on it"
    return Verdict(Step.REFUSE, said, "RFC 8909 §5.1", f"into a new store: {', '.join(reload)}", reload)


def _replaced(incoming: Deposit, known: Deposit, before: Sequence[Deposit]) -> Verdict:
    """A resend of what was applied last: it has to follow what came before that, as the first did."""
    if not before:
        return Verdict(Step.REPLACE, f"{name(incoming)} replaces {name(known)}")
    follows = _after(incoming, before)
    if follows.step is Step.APPLY:
        return Verdict(Step.REPLACE, f"{name(incoming)} replaces {name(known)}")
    return follows


def _after(incoming: Deposit, applied: Sequence[Deposit]) -> Verdict:
    """A deposit whose id is new to those that were applied."""
    last = applied[-1]
    if moment(incoming.watermark) < moment(last.watermark):
        said = f"its watermark {incoming.watermark} is older than the store's, {last.watermark} of {name(last)}"
        return _refuse(
            said, "RFC 8909 §5.2", "an older state cannot replace a newer one; apply it to another store"
        )
    return _STEPS[incoming.type](incoming, applied)


def _before(known: Deposit, applied: Sequence[Deposit]) -> Sequence[Deposit]:
    return applied[: [each.id for each in applied].index(known.id)]


def _full(incoming: Deposit, applied: Sequence[Deposit]) -> Verdict:
    return Verdict(Step.APPLY)


def _diff(incoming: Deposit, applied: Sequence[Deposit]) -> Verdict:
    """The changes since the deposit before, which must be there (RFC 8909 §2)."""
    last = applied[-1]
    if not incoming.prev_id:
        return _refuse(f"{name(incoming)} has no prevId", "RFC 8909 §5.1", _MISSING_PREV)
    if incoming.prev_id == last.id:
        return Verdict(Step.APPLY)
    if any(each.id == incoming.prev_id for each in applied):
        said = f"it follows {incoming.prev_id!r}, but {name(last)} was applied after that"
        return _refuse(said, "RFC 8909 §2", "changes are applied in their order; the next FULL sets all right")
    said = f"it follows {incoming.prev_id!r}, which was not applied; the last one is {name(last)}"
    return _refuse(
        said, "RFC 8909 §2", f"apply what is between {last.id!r} and this one, {incoming.prev_id!r} at its end"
    )


def _incr(incoming: Deposit, applied: Sequence[Deposit]) -> Verdict:
    """All changes since the last FULL, whatever was applied after that (RFC 8909 §2)."""
    if incoming.prev_id and all(each.id != incoming.prev_id for each in applied):
        full = name(applied[0])
        said = f"it follows {incoming.prev_id!r}, which was not applied since the last FULL, {full}"
        return _refuse(said, "RFC 8909 §2", "it may build on another FULL: apply that first")
    return Verdict(Step.REBASE)


_STEPS = {"FULL": _full, "DIFF": _diff, "INCR": _incr}


def _refuse(reason: str, rule: str, hint: str) -> Verdict:
    return Verdict(Step.REFUSE, reason, rule, hint)
