"""Where profiles vary: the same element under other labels, formats, lengths and so on (SAC054 conclusion 3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from directory.profile import constraint
from directory.profile.audience import Audiences
from directory.profile.disclosure import Rule
from directory.profile.layout import KINDS, Entry, Group, Layout
from directory.profile.profile import Profile
from directory.profile.promise import SIGHTS, Sight, seen

ASPECTS = ("label", "format", "length", "cardinality", "language", "order", "audiences")
"""What may differ of an element; each is an attribute of `Saying`."""

_ROLE = "{role}"


class Key(NamedTuple):
    """An element where it stands: the kind of object that was asked for, and the element in its part."""

    kind: str
    element: str


@dataclass(frozen=True, slots=True)
class Saying:
    """How a profile says an element. What it does not ask for is empty; `label` is empty where the service has no
    labels. `order` is its place among the elements of its kind of object, from 1. `audiences` are the smallest
    that see it, with a `*` if only under a condition."""

    label: str
    format: str
    length: str
    cardinality: str
    language: str
    order: int
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An element with what each profile says of it, None if it does not say it; `differing` are the aspects in
    which those that say it differ."""

    key: Key
    sayings: tuple[Saying | None, ...]
    differing: tuple[str, ...]

    @property
    def is_common(self) -> bool:
        """Whether all of the profiles say it."""
        return None not in self.sayings

    @property
    def varies(self) -> bool:
        """Whether it is not the same in all of the profiles."""
        return bool(self.differing) or not self.is_common


@dataclass(frozen=True, slots=True)
class Summary:
    """How many elements there are in all, in all of the profiles, and of these the same in each; and in how many
    that several profiles say each aspect differs."""

    elements: int
    common: int
    same: int
    aspects: Mapping[str, int]


def compare(profiles: Sequence[Profile]) -> list[Row]:
    """A row for each element of any of the profiles, in the order of the first that says it."""
    said = [sayings(profile) for profile in profiles]
    keys = sorted(dict.fromkeys(key for each in said for key in each), key=lambda key: KINDS.index(key.kind))
    moved = set()
    for first, second in combinations(said, 2):
        moved |= _moved(first, second)
    return [_row(key, tuple(each.get(key) for each in said), key in moved) for key in keys]


def summary(rows: Sequence[Row]) -> Summary:
    """What there is to say of all rows."""
    return Summary(
        elements=len(rows),
        common=sum(row.is_common for row in rows),
        same=sum(not row.varies for row in rows),
        aspects={aspect: sum(aspect in row.differing for row in rows) for aspect in ASPECTS},
    )


def sayings(profile: Profile) -> dict[Key, Saying]:
    """All that a profile says, in its order. An element that stands there twice is one, with both labels."""
    found: dict[Key, Saying] = {}
    for kind in KINDS:
        found_here = _entries(profile.layouts.get(kind, ()), kind, "")
        for number, (part, role, entry, short) in enumerate(found_here, 1):
            key = Key(kind, f"{part}.{short}")
            saying = _saying(profile, part, short, entry, entry.label.replace(_ROLE, role), number)
            before = found.get(key)
            found[key] = saying if before is None else _together(before, saying)
    return found


def _entries(layout: Layout, part: str, role: str) -> Iterator[tuple[str, str, Entry, str]]:
    """Part, word of its role, item and short name of every element of a layout; groups as often as they have
    roles."""
    for item in layout:
        if isinstance(item, Entry):
            for short in item.shorts:
                yield part, role, item, short
        elif isinstance(item, Group):
            for name, word in (item.roles or {"": ""}).items():
                inner = name if item.table == "contact" else f"{item.table}/{name}" if name else item.table
                yield from _entries(item.items, inner, word)


def _saying(profile: Profile, part: str, short: str, entry: Entry, label: str, number: int) -> Saying:
    demand = entry.demand
    rule = profile.disclosure.rule(part.partition("/")[0], short)  # desks have one rule, whatever they are for
    has_length = demand.shortest > 0 or demand.longest is not None
    has_count = demand.low > 0 or demand.high is not None
    return Saying(
        label=label,
        format=demand.format,
        length=constraint.said(demand.shortest, demand.longest) if has_length else "",
        cardinality=constraint.said(demand.low, demand.high) if has_count else "",
        language=demand.language,
        order=number,
        audiences=tuple(_smallest(profile.disclosure.audiences, rule)) if rule else (),
    )


def _smallest(audiences: Audiences, rule: Rule) -> Iterator[str]:
    """The audiences that see more than each that they include."""
    sights = {name: SIGHTS.index(seen(rule, within)) for name, within in audiences.within.items()}
    for name, within in audiences.within.items():
        included = max((sights[each] for each in within if each != name), default=0)
        if sights[name] > included:
            yield name + _MARKS[SIGHTS[sights[name]]]


_MARKS: Mapping[Sight, str] = {"always": "", "sometimes": "*", "never": ""}


def _together(first: Saying, second: Saying) -> Saying:
    label = " / ".join(dict.fromkeys(each for each in (first.label, second.label) if each))
    return replace(first, label=label)


def _row(key: Key, sayings: tuple[Saying | None, ...], is_moved: bool) -> Row:
    said = [each for each in sayings if each is not None]
    found = {aspect: {getattr(each, aspect) for each in said} for aspect in ASPECTS}
    found["label"].discard("")  # a service without labels has no other label
    differing = tuple(aspect for aspect in ASPECTS if (is_moved if aspect == "order" else len(found[aspect]) > 1))
    return Row(key, sayings, differing)


def _moved(first: Mapping[Key, Saying], second: Mapping[Key, Saying]) -> set[Key]:
    """Of the elements that both say, the fewest that would have to be moved for the order to be the same."""
    common = [key for key in second if key in first]
    places = [(KINDS.index(key.kind), first[key].order) for key in common]
    kept = longest_rising(places)
    return {key for index, key in enumerate(common) if index not in kept}


def longest_rising(values: Sequence[tuple[int, int]]) -> set[int]:
    """The indices of a longest subsequence that rises, by patience sorting."""
    tops: list[tuple[int, int]] = []
    holders: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        pile = bisect_left(tops, value)
        before.append(holders[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        holders[pile : pile + 1] = [index]
    found: set[int] = set()
    index = holders[-1] if holders else -1
    while index >= 0:
        found.add(index)
        index = before[index]
    return found
