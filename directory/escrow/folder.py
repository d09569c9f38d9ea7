"""The deposits of a folder: which there are, and which of them, in what order, follow what a store has.

Nothing is applied here. Every repository has a chain of its own (RFC 8909 §2, §5.1): a FULL, then either an INCR
or the DIFFs in the order of their prevIds, of each deposit the highest resend.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from directory.escrow.chain import Deposit, Step, follows, name
from directory.escrow.envelope.name import parse_name
from directory.escrow.envelope.parts import find_segments, signature_of, starts_envelope
from directory.model.base import Instant
from directory.model.format import moment
from directory.store.chain import Incoming

_DOCUMENTS = (".xml", ".xml.gz")
_TABLES = (".csv", ".csv.gz", ".gz", ".txt")

Stamp = tuple[tuple[str, int, int], ...]
"""The files of an envelope: the name, octets and time of the last change (nanoseconds) of each."""


@dataclass(frozen=True, slots=True)
class Arrived(Incoming):
    """A deposit of a folder, and what it says of itself."""

    path: Path


@dataclass(frozen=True, slots=True)
class Left:
    """A deposit that is not to be applied. `is_missed` if it would be, were something else there, else it is
    simply no longer needed."""

    deposit: Arrived
    why: str
    is_missed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What to apply, in this order, and what not."""

    steps: tuple[Arrived, ...]
    left: tuple[Left, ...]


def find(folder: Path) -> list[Path]:
    """What deposits a folder may hold, by name: documents, archives, the first segments of messages, and folders
    with a document in them. Hidden ones, whose name begins with a dot, are not looked at."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if any(each.name.endswith(_DOCUMENTS) for each in _files(path)):
                    found.append(path)
            elif starts_envelope(path):
                found.append(path)
    return sorted(found)


def stamp(path: Path) -> Stamp:
    """What tells whether any file of a deposit was changed; empty if it is gone. Of a document those files count
    that may be its tables."""
    if path.is_dir():
        return _stamped(_files(path))
    files, _ = find_segments(path, parse_name(path.name))
    signatures = [beside for file in files if (beside := signature_of(file))]
    tables = _files(path.parent) if path.name.endswith(_DOCUMENTS) else ()
    return _stamped([*files, *signatures, *(each for each in tables if _is_table(each))])


def _is_table(path: Path) -> bool:
    return path.name.endswith(_TABLES) and not starts_envelope(path)


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(folder / each.name for each in entries if each.is_file() and each.name[0] != ".")
    except OSError:
        return []


def _stamped(paths: Iterable[Path]) -> Stamp:
    found = []
    for path in sorted(set(paths)):
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((path.name, state.st_size, state.st_mtime_ns))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Way:
    """What to apply, and the chain that there is then."""

    steps: tuple[Arrived, ...]
    chain: tuple[Deposit, ...]

    def worth(self) -> tuple[datetime, datetime, int]:
        """The newest state is the best, by the newest FULL, in the fewest steps."""
        return moment(self.chain[-1].watermark), moment(self.chain[0].watermark), -len(self.steps)


def choose(applied: Sequence[Deposit], found: Sequence[Arrived]) -> Choice:
    """Which of the deposits of one repository to apply after those that were applied since the last FULL, to come
    to the newest state that can be reached."""
    latest = {each.id: each for each in sorted(found, key=lambda one: (one.resend, str(one.path)))}
    waiting = sorted(latest.values(), key=lambda one: moment(one.watermark), reverse=True)
    ways = [way for start in _starts(applied, waiting) for way in _onward(start, waiting, latest)]
    best = max(ways, key=_Way.worth, default=_Way((), tuple(applied)))
    left = [_left(each, latest[each.id], best) for each in found if each not in best.steps]
    return Choice(best.steps, tuple(left))


def _starts(applied: Sequence[Deposit], waiting: Sequence[Arrived]) -> Iterator[_Way]:
    """What there is, with a resend of what was applied last; and every FULL that may come after it."""
    again = next((each for each in waiting if applied and each.id == applied[-1].id), None)
    resent = again and _after(tuple(applied), again)
    if again and resent:
        yield _Way((again,), resent)
    elif applied:
        yield _Way((), tuple(applied))
    for each in waiting:
        if each.type == "FULL" and each is not again and _after(tuple(applied), each):
            yield _Way((each,), (each,))


def _onward(start: _Way, waiting: Sequence[Arrived], latest: dict[str, Arrived]) -> Iterator[_Way]:
    """The way itself, and those to the newest state that changes lead to from there; `waiting` is from the newest
    to the oldest."""
    yield start
    reached: Instant | None = None
    for target in waiting:
        if reached is not None and moment(target.watermark) < moment(reached):
            return
        chain = start.chain
        path = _path(chain, target, latest) if target.type != "FULL" else ()
        for each in path:
            chain = _after(chain, each) or ()
            if not chain:
                break
        if path and chain:
            reached = target.watermark
            yield _Way((*start.steps, *path), chain)


def _path(chain: Sequence[Deposit], target: Arrived, latest: dict[str, Arrived]) -> tuple[Arrived, ...]:
    """The deposits from the chain up to a target by their prevIds; nothing if one is not there."""
    known = {each.id for each in chain}
    path = {target.id: target}
    each = target
    while each.prev_id is not None and each.prev_id not in known:
        before = latest.get(each.prev_id)
        if before is None or before.type == "FULL" or before.id in path:
            return ()
        path[before.id] = each = before
    return tuple(reversed(path.values()))


def _after(chain: tuple[Deposit, ...], deposit: Arrived) -> tuple[Deposit, ...] | None:
    """The chain once a deposit is applied; None if it does not follow, or was applied already."""
    if follows(deposit, chain).step in (Step.REFUSE, Step.SAME):
        return None
    kept = () if deposit.type == "FULL" else tuple(each for each in chain if each.id != deposit.id)
    return (*kept, deposit)


def _left(deposit: Arrived, latest: Arrived, way: _Way) -> Left:
    """Why a deposit is not on the way."""
    if deposit is not latest:
        what = "the same" if latest.resend == deposit.resend else f"resend {latest.resend} of it"
        return Left(deposit, f"{what} is {latest.path.name}", is_missed=False)
    verdict = follows(deposit, way.chain)
    if verdict.step is not Step.REFUSE:
        return Left(deposit, verdict.reason or "something newer is applied", is_missed=False)
    is_newer = not way.chain or moment(deposit.watermark) > moment(way.chain[-1].watermark)
    if verdict.reload or is_newer:
        return Left(deposit, f"{verdict.reason} ({verdict.hint})", is_missed=True)
    return Left(deposit, f"{name(way.chain[-1])} is as new, or newer", is_missed=False)
