"""Audiences: who may see what is configured by name, each with those whose view it includes (RFC 3375 §8.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from directory.document import Document, suggest
from directory.errors import Finding

PUBLIC = "public"
SPONSOR = "sponsor"
GAINING = "gaining"


@dataclass(frozen=True, slots=True)
class Audiences:
    """The audiences of a registry. `within` maps each to all whose view it has, itself among them; `relations`
    maps what a registrar may be to an object (`sponsor`, `gaining`) to the audience that it then is."""

    within: Mapping[str, frozenset[str]]
    relations: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """All audiences, in the order of the document."""
        return tuple(self.within)

    def seen_by(self, audiences: Iterable[str]) -> frozenset[str]:
        """All whose view these have together. One that is not known has the public's and no more."""
        return _EVERYONE.union(*(self.within.get(audience, _EVERYONE) for audience in audiences))


_EVERYONE = frozenset({PUBLIC})


def from_data(data: Mapping[str, Any]) -> Audiences:
    """The audiences that a checked document declares; the public is always there."""
    given: Mapping[str, Mapping[str, Any]] = {PUBLIC: {}, **data}
    found: dict[str, frozenset[str]] = {}
    for name in _order(given):  # those whose view is included come first
        found[name] = _EVERYONE.union((name,), *(found[each] for each in given[name].get("includes", ())))
    relations = {entry["is"]: name for name, entry in given.items() if "is" in entry}
    return Audiences({name: found[name] for name in given}, relations)


def _order(given: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The audiences, each after those that it includes. Raises `CycleError` where one includes itself."""
    return iter(
        TopologicalSorter({name: entry.get("includes", ()) for name, entry in given.items()}).static_order()
    )


def check(document: Document) -> Iterator[Finding]:
    """Inclusions of what is not declared, circles, and relations that two audiences claim."""
    data: Mapping[str, Mapping[str, Any]] = {PUBLIC: {}, **document.data.get("audiences", {})}
    claimed: dict[str, str] = {}
    for name, entry in data.items():
        place = ("audiences", name)
        for index, other in enumerate(entry.get("includes", ())):
            if other not in data:
                said = f"{name!r} includes {other!r}, which is no audience"
                yield document.finding((*place, "includes", index), _RULE, said, hint(other, data))
        if name == PUBLIC and (entry.get("includes") or "is" in entry):
            yield document.finding(place, _RULE, "the public is everyone: it includes nobody and is nobody's")
        relation = entry.get("is")
        if relation in claimed:
            said = f"the {relation} registrar is the audience {claimed[relation]!r} already"
            yield document.finding((*place, "is"), _RULE, said)
        elif relation:
            claimed[relation] = name
    try:
        list(_order(data))
    except CycleError as error:
        circle: list[str] = error.args[1]
        said = f"{circle[0]!r} includes itself, by way of what it includes: {', '.join(reversed(circle))}"
        yield document.finding(("audiences", circle[0], "includes"), _RULE, said)


_RULE = "the audiences of the disclosure"


def hint(word: str, known: Iterable[str]) -> str:
    """What to say of an audience that is not known."""
    return suggest(word, known) or f"declared: {', '.join(known)}"
