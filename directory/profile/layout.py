"""What a profile says of an object and in which order: entries, fixed lines and groups (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.language import ROLE
from directory.profile import constraint
from directory.profile.constraint import NOTHING, Demand
from directory.profile.format import FORMATS

KINDS = ("domain", "host", "registrar", "contact")

Speak = Callable[[str | Mapping[str, str], str], str]
"""What makes a text of one language out of words; the context tells apart what English has one word for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An element under a label, or several `together` on one line. Values are shown one by one, or as one
    with `join` between them; `text` is what each reads as, `{value}` in it; `some` and `none` replace the
    value of a group, which is only there or not. `show_empty`: the label stands there without a value. `demand`
    is what is asked of the values, by which clause (`source`), and `display` how a person reads one (E.123), if
    that is another way."""

    shorts: tuple[str, ...]
    label: str = ""
    together: bool = False
    join: str = ""
    text: str = ""
    some: str = ""
    none: str = ""
    show_empty: bool = False
    demand: Demand = NOTHING
    source: str = ""
    display: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A line that is the same for every object of the kind."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of each object of a table that belongs to the one at hand; `roles` maps the parts that it
    may play to the words that stand for `{role}` in labels. `show_empty`: its labels stand there without it."""

    table: str
    roles: Mapping[str, str]
    items: tuple[Item, ...]
    show_empty: bool = False


Item = Entry | Fixed | Group
Layout = tuple[Item, ...]


@dataclass(slots=True)
class Outline:
    """The elements that a layout names, without their order on the page: what has to be presented."""

    demands: dict[str, Demand] = field(default_factory=dict)
    groups: dict[tuple[str, str], Outline] = field(default_factory=dict)

    def add(self, layout: Layout) -> Outline:
        """Note all that a layout names; a group that stands in it twice is one."""
        for item in layout:
            if isinstance(item, Entry):
                for short in item.shorts:
                    self.demands[short] = constraint.merge(self.demands.get(short, NOTHING), item.demand)
            elif isinstance(item, Group):
                for role in item.roles or ("",):
                    self.groups.setdefault((item.table, role), Outline()).add(item.items)
        return self

    def only(self, shorts: frozenset[str]) -> Outline:
        """These elements of it, of which there may be any number, and no groups."""
        kept = {short: asked for short, asked in self.demands.items() if short in shorts}
        return Outline({short: constraint.without_count(asked) for short, asked in kept.items()})


def from_data(data: list[Any], table: str, speak: Speak, empty: str) -> Layout:
    """The layout of a table's checked data, with the labels of one language."""
    return tuple(_item(item, table, speak, empty) for item in data)


def _item(data: Any, table: str, speak: Speak, empty: str) -> Item:
    if isinstance(data, str):
        return Entry((data,))
    if "each" in data:
        given = data.get("roles", {})
        named = given if isinstance(given, dict) else dict.fromkeys(given, "")
        roles = {role: speak(word, ROLE) for role, word in named.items()}
        inner = from_data(data["elements"], data["each"], speak, empty)
        return Group(data["each"], roles, inner, show_empty=data.get("empty") == "show")
    label = speak(data.get("label", ""), table)
    if "fixed" in data:
        return Fixed(label, speak(data["fixed"], ""))
    together = "together" in data
    asked = constraint.demand(data)
    known = FORMATS.get(data.get("format", ""))
    return Entry(
        tuple(data["together"]) if together else (data["element"],),
        label,
        together,
        join=data.get("join", " " if together else ""),
        text=data.get("text", ""),
        some=speak(data.get("some", ""), ""),
        none=speak(data.get("none", ""), ""),
        show_empty=data.get("empty", empty) == "show",
        demand=constraint.without_count(asked) if "some" in data else asked,
        source=data.get("source", ""),
        display=known.display if known else None,
    )
