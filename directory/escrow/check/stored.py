"""Findings from what a store answers after a deposit was applied: counts, references, keys (RFC 9022 §5.9, §8).

A deposit of changes does not tell these by itself: its counts are those of the repository (RFC 9022 §8), and what
its objects refer to may be there since long. The codes are those of one deposit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from directory.errors import Finding
from directory.escrow.check.level import Level
from directory.escrow.check.rule import LABELS, Fault, Reference, Unique
from directory.escrow.check.table import CODES, RULES
from directory.escrow.check.whole import KINDS
from directory.escrow.header import Header
from directory.store.references import Dangling

_CHECKS = tuple((rule, check) for rule in RULES for check in rule.checks)
_REFERENCES = {
    (check.kind, check.field, check.target): (rule, check)
    for rule, check in _CHECKS
    if isinstance(check, Reference)
}
_UNIQUE = {(check.kind, check.field): (rule, check) for rule, check in _CHECKS if isinstance(check, Unique)}


def miscounted(header: Header, stored: Mapping[str, int], level: Level) -> Iterator[Finding]:
    """Where the header counts other objects than the repository has, by kind, after the deposit was applied. What
    is no object of RFC 9022 is not looked at."""
    counted: dict[str, int] = defaultdict(int)
    lines = {}
    for uri, number in header.counts.items():
        if kind := KINDS.get(uri):
            counted[kind] += number
            lines[kind] = header.lines.get(uri, 0)
    rule = CODES["RDE_OBJECT_COUNT_MISMATCH"]
    for kind, number in counted.items():
        if number != stored.get(kind, 0):
            what = LABELS.get(kind, kind)
            message = f"the header counts {number:,} objects of the kind {what}, the repository has"
            fault = Fault(f"{message} {stored.get(kind, 0):,}", lines[kind], "rdeHeader:count")
            yield rule.finding(fault, level)


def dangling(lost: Iterable[Dangling], level: Level) -> Iterator[Finding]:
    """References of the repository that lead nowhere: each example, the last of a sort with how many more there
    are."""
    for sort in lost:
        rule, check = _REFERENCES[sort.reference]
        more = sort.number - len(sort.examples)
        for place, example in enumerate(sort.examples, 1):
            message = f"there is no {LABELS.get(check.target, check.target)} {example.missing!r} in the repository"
            if more and place == len(sort.examples):
                message += f"; {more:,} more are so"
            whose = f"{LABELS.get(check.kind, check.kind)} {example.key}"[:110]
            yield rule.finding(Fault(message, element=check.element, place=whose), level)


def clashing(names: Iterable[str], level: Level) -> Iterator[Finding]:
    """Names of the repository that are a domain and an NNDN."""
    rule = CODES["RDE_NNDN_CONFLICTS_WITH_DOMAIN"]
    for name in names:
        yield rule.finding(
            Fault(f"{name!r} is a domain too", element="rdeNNDN:aName", place=f"NNDN {name}"), level
        )


def doubled(kind: str, field: str, key: str, level: Level, line: int = 0, file: str = "") -> Finding:
    """An object that a deposit has twice, by the field of the model that is its key."""
    rule, check = _UNIQUE[kind, field]
    label = LABELS.get(kind, kind)
    fault = Fault(f"the deposit has this {label} twice", line, check.element, f"{label} {key}"[:110])
    return rule.finding(fault, level, file)
