"""What a deposit of changes builds on: a state that the store was in, and still knows (RFC 8909 §2)."""

from __future__ import annotations

from dataclasses import dataclass

from directory.errors import DepositError, Finding
from directory.escrow.fields import Report
from directory.model import format as formats
from directory.model.base import Instant
from directory.store.chain import Applied
from directory.store.dump import Dump, Owners


class Unchanged(DepositError):
    """There are no changes to write: the store has no later state than the one they would begin at."""


@dataclass(frozen=True, slots=True)
class Base:
    """The deposit that was applied last in that state; whose extensions were put since, and whose taken away."""

    deposit: Applied
    gained: Owners
    lost: Owners


async def find_base(dump: Dump, name: str, type_: str, since: Instant | None, report: Report) -> Base:
    """The state at a watermark; without one, that of the last FULL for an INCR, and that of the deposit before the
    last for a DIFF. Raises `Unchanged` if it has no later one, `DepositError` if it is not known
    what became of it."""
    applied = await dump.deposits()
    last = formats.moment(applied[-1].watermark)
    if since is not None and formats.moment(since) >= last:
        message = f"nothing was changed since {since}: the last state of the store is of {applied[-1].watermark}"
        raise Unchanged(name, [Finding("deposit", "RFC 8909 §2", message, hint="there is nothing to send")])
    older = [each for each in applied if formats.moment(each.watermark) < last]
    if type_ == "INCR":
        older = [each for each in older if each.type == "FULL"]
        if since is not None and all(formats.moment(each.watermark) != formats.moment(since) for each in older):
            known = ", ".join(dict.fromkeys(each.watermark for each in older)) or "none"
            message = f"an INCR has all changes since a FULL, and none is of {since}; there are: {known}"
            raise _refusal(name, message, "leave --since out, or write a DIFF")
    if since is not None:
        older = [each for each in older if formats.moment(each.watermark) <= formats.moment(since)]
    if not older:
        known = ", ".join(dict.fromkeys(each.watermark for each in applied))
        message = f"the store has no state that this {type_} could begin at; its watermarks: {known}"
        raise _refusal(name, message, "write a FULL")
    base = older[-1]
    if since is not None and formats.moment(base.watermark) != formats.moment(since):
        report.note(f"the state of {since} is that of the watermark before, {base.watermark}")
    if erased := await dump.erased_since(base.number):
        message = f"what was there at {base.watermark} was erased in part ({erased} records)"
        raise _refusal(name, message, "write a FULL, or begin at a later watermark")
    return Base(base, *await dump.owners_since(base.number))


def _refusal(name: str, message: str, hint: str) -> DepositError:
    return DepositError(name, [Finding("deposit", "RFC 8909 §2", message, hint=hint)])
