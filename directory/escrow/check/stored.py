"""Findings from what a store answers once a deposit was applied: what no object shows by itself (RFC 9022 §8).

A deposit of changes does not tell these by itself: its counts are those of the repository (RFC 9022 §8), and what
its objects refer to may be there since long. The codes are those of one deposit. Each finding stands for a number
of objects, of which only some are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from directory.errors import Finding
from directory.escrow.check.fault import LABELS, Fault
from directory.escrow.check.level import Level
from directory.escrow.check.local import CHECKS
from directory.escrow.check.policies import Required
from directory.escrow.check.rule import Reference, Rule, Unique
from directory.escrow.check.table import CODES, REQUIRED
from directory.escrow.check.whole import KINDS
from directory.escrow.header import Header
from directory.store.integrity import Sort
from directory.store.references import Dangling
from directory.store.tables import SHAPES

Found = Iterator[tuple[Finding, int]]
"""Findings, and for how many objects each stands."""

_REFERENCES = {
    (check.kind, check.field, check.target): (rule, check)
    for rule, check in CHECKS
    if isinstance(check, Reference)
}
_UNIQUE = {(check.kind, check.field): (rule, check) for rule, check in CHECKS if isinstance(check, Unique)}
IN_COMMON = tuple((kind, field) for kind, field in _UNIQUE if SHAPES[kind].key != field)
"""The kinds and fields of which no two objects may have one in common, besides the keys of the store."""


def miscounted(
    header: Header, stored: Mapping[str, int], level: Level, groups: Mapping[str, int] | None = None
) -> Found:
    """Where the header counts other objects than the repository has, by kind, after the deposit was applied;
    `groups` are how many objects of extensions it has, by URI. What nobody reads is not looked at."""
    counted: dict[str, int] = defaultdict(int)
    lines = {}
    for uri, number in header.counts.items():
        kind = KINDS.get(uri, uri)
        counted[kind] += number
        lines[kind] = header.lines.get(uri, 0)
    rule = CODES["RDE_OBJECT_COUNT_MISMATCH"]
    held = {**dict.fromkeys(KINDS.values(), 0), **stored, **(groups or {})}
    for kind, number in counted.items():
        if number != held.get(kind, number):
            what = f"of the kind {LABELS.get(kind, kind)}" if kind in SHAPES else f"of {kind}"
            message = f"the header counts {number:,} objects {what}, the repository has {held[kind]:,}"
            yield rule.finding(Fault(message, lines[kind], "rdeHeader:count"), level), 1


def dangling(lost: Iterable[Dangling], level: Level) -> Found:
    """References of the repository that lead nowhere."""
    for sort in lost:
        rule, check = _REFERENCES[sort.reference]
        what = LABELS.get(check.target, check.target)
        faults = [
            Fault(
                f"there is no {what} {one.missing!r} in the repository",
                0,
                check.element,
                _whose(check.kind, one.key),
            )
            for one in sort.examples
        ]
        yield from _counted(rule, faults, sort.number, level)


def clashing(names: Sort, level: Level) -> Found:
    """Names of the repository that are a domain and an NNDN."""
    faults = [
        Fault(f"{name!r} is a domain too", 0, "rdeNNDN:aName", f"NNDN {name}"[:110]) for name, _ in names.examples
    ]
    yield from _counted(CODES["RDE_NNDN_CONFLICTS_WITH_DOMAIN"], faults, names.number, level)


def in_common(kind: str, field: str, found: Sort, level: Level) -> Found:
    """Objects of the repository that have a field in common with another one."""
    rule, check = _UNIQUE[kind, field]
    label = LABELS.get(kind, kind)
    faults = [
        Fault(f"{value!r} is another {label}'s too", 0, check.element, _whose(kind, key))
        for key, value in found.examples
    ]
    yield from _counted(rule, faults, found.number, level)


def lacking(one: Required, scope: str, found: Sort, level: Level) -> Found:
    """Objects of the repository that have not what a policy of that scope requires."""
    message = f"it is missing, and a policy of the scope {scope} requires it"
    faults = [Fault(message, 0, one.element, _whose(one.kind, key)) for key, _ in found.examples]
    yield from _counted(REQUIRED, faults, found.number, level)


def doubled(kind: str, key: str, level: Level, line: int = 0, file: str = "") -> Finding:
    """An object that a deposit has twice, by the store's key."""
    rule, check = _UNIQUE[kind, SHAPES[kind].key]
    message = f"the deposit has this {LABELS.get(kind, kind)} twice"
    return rule.finding(Fault(message, line, check.element, _whose(kind, key)), level, file)


def _whose(kind: str, key: str) -> str:
    return f"{LABELS.get(kind, kind)} {key}"[:110]


def _counted(rule: Rule, faults: Sequence[Fault], number: int, level: Level) -> Found:
    """The findings, the last of which stands for all that are not named."""
    for place, fault in enumerate(faults, 1):
        yield rule.finding(fault, level), 1 if place < len(faults) else number - place + 1
