"""An audit: the objects of a registry against a profile, all of each, whoever may see it (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.profile.constraint import Violation
from directory.profile.profile import Profile
from directory.profile.source import GRAPHS

EXAMPLES = 3
"""How many objects are named of those that break a rule."""


@dataclass(slots=True)
class Total:
    """How often an element of a kind of object breaks a rule: how many violations there are, in how many objects,
    and the first of these."""

    kind: str
    element: str
    rule: str
    violations: int = 0
    objects: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """How many objects of a kind were looked at, and how many of them break a rule."""

    objects: int = 0
    violating: int = 0


class Audit:
    """Checks objects one by one and counts what it finds; it keeps no object, and of each total no more than
    some names. What a registrar breaks counts in every object that is shown with it, as it does in answers."""

    def __init__(self, profile: Profile) -> None:
        # A profile that refuses or drops what breaks its rules is judged like one that serves it.
        compiler = replace(profile.compiler(frozenset(), everything=True), violations="serve")
        self._present = {kind: compiler.present(kind, layout) for kind, layout in profile.layouts.items()}
        self._totals: dict[tuple[str, str, str], Total] = {}
        self.tallies: dict[str, Tally] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of objects of which the profile says anything."""
        return tuple(kind for kind in GRAPHS if kind in self._present)

    def check(self, kind: str, graph: Graph) -> tuple[Violation, ...]:
        """What an object of one of these kinds violates."""
        found = self._present[kind](graph).violations
        tally = self.tallies.setdefault(kind, Tally())
        tally.objects += 1
        if found:
            tally.violating += 1
            self._count(kind, name_of(graph), found)
        return found

    def totals(self) -> Iterator[Total]:
        """What was found, by kind, that which concerns most objects first."""
        order = {kind: number for number, kind in enumerate(GRAPHS)}
        yield from sorted(
            self._totals.values(), key=lambda each: (order[each.kind], -each.objects, each.element, each.rule)
        )

    def _count(self, kind: str, name: str, found: tuple[Violation, ...]) -> None:
        seen = set()
        for violation in found:
            key = (kind, violation.element, violation.rule)
            total = self._totals.get(key)
            if total is None:
                total = self._totals[key] = Total(*key)
            total.violations += 1
            if key not in seen:
                seen.add(key)
                total.objects += 1
                if len(total.examples) < EXAMPLES:
                    total.examples.append(name)


def name_of(graph: Graph) -> str:
    """What an object is found by: a domain by its name, a host by its name and ROID, as two may bear one name, a
    contact by its ROID, a registrar by its id."""
    if isinstance(graph, DomainGraph):
        return graph.domain.name
    if isinstance(graph, HostGraph):
        return f"{graph.host.name} {graph.host.roid}".rstrip()
    if isinstance(graph, ContactGraph):
        return graph.contact.roid
    return graph.sponsor.registrar.id if isinstance(graph, RegistrarGraph) else graph.name
