"""Why a deposit cannot be written, sort by sort: what ails a million objects alike is one finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from directory.errors import Finding
from directory.escrow.fields import Report

_NAMED = 3  # objects of a sort that are named


@dataclass(slots=True)
class _Sort:
    """The first finding of a sort, and the objects that have it: the first by name, and how many."""

    first: Finding
    named: list[str] = field(default_factory=list)
    last: str = ""
    number: int = 0

    def add(self, name: str) -> None:
        """Count an object, once: its findings come one after the other."""
        if self.number and name == self.last:
            return
        self.last = name
        self.number += 1
        if len(self.named) < _NAMED:
            self.named.append(name)

    def finding(self, kind: str) -> Finding:
        """The finding, of all of its objects."""
        left = self.number - len(self.named)
        more = f" and {left:,} more" if left else ""
        return replace(self.first, place=f"{kind} {', '.join(self.named)}{more}".strip())


@dataclass(slots=True)
class Faults(Report):
    """Collects findings on objects, of which each has a place of its kind and its key."""

    sorts: dict[tuple[str, ...], _Sort] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Keep a finding with others of its sort, or count it if there are too many sorts to read."""
        self.faults += 1
        kind, _, name = finding.place.partition(" ")
        sort = kind, finding.rule, finding.message, finding.element, finding.hint
        if sort not in self.sorts:
            if len(self.sorts) == self.cap:
                self.hidden += 1
                return
            self.sorts[sort] = _Sort(finding)
        self.sorts[sort].add(name)

    def restart(self) -> None:
        """Forget the findings; notes stay."""
        self.sorts.clear()
        self.faults = self.hidden = 0

    def told(self) -> list[Finding]:
        """A finding of each sort."""
        return [each.finding(sort[0]) for sort, each in self.sorts.items()]
