"""What a profile says of an object and in which order: entries, fixed lines and groups (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.document import Document, Place
from directory.errors import Finding
from directory.model.catalogue import Catalogue
from directory.profile.disclosure import Disclosure
from directory.profile.element import NOWHERE

KINDS = ("domain", "host", "registrar", "contact")

_WITHIN: Mapping[str, frozenset[str]] = {
    "domain": frozenset({"registrar", "contact", "host"}),
    "host": frozenset({"registrar"}),
    "contact": frozenset({"registrar"}),
    "registrar": frozenset(),
}
"""The objects that a lookup brings along with another (SAC054 appendix A: a domain is shown whole)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An element under a label, or several `together` on one line. Values are shown one by one, or as one
    with `join` between them; `text` is what each reads as, `{value}` in it; `some` and `none` replace the
    value of a group, which is only there or not. `show_empty`: the label stands there without a value."""

    shorts: tuple[str, ...]
    label: str = ""
    together: bool = False
    join: str = ""
    text: str = ""
    some: str = ""
    none: str = ""
    show_empty: bool = False


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

    shorts: dict[str, None] = field(default_factory=dict)
    groups: dict[tuple[str, str], Outline] = field(default_factory=dict)

    def add(self, layout: Layout) -> Outline:
        """Note all that a layout names; a group that stands in it twice is one."""
        for item in layout:
            if isinstance(item, Entry):
                self.shorts.update(dict.fromkeys(item.shorts))
            elif isinstance(item, Group):
                for role in item.roles or ("",):
                    self.groups.setdefault((item.table, role), Outline()).add(item.items)
        return self


def from_data(data: list[Any], language: str, empty: str) -> Layout:
    """The layout of checked data, with the labels of one language."""
    return tuple(_item(item, language, empty) for item in data)


def _item(data: Any, language: str, empty: str) -> Item:
    if isinstance(data, str):
        return Entry((data,))
    if "each" in data:
        given = data.get("roles", {})
        named = given if isinstance(given, dict) else dict.fromkeys(given, "")
        roles = {role: _word(word, language) for role, word in named.items()}
        inner = from_data(data["elements"], language, empty)
        return Group(data["each"], roles, inner, show_empty=data.get("empty") == "show")
    label = _word(data.get("label", ""), language)
    if "fixed" in data:
        return Fixed(label, data["fixed"])
    together = "together" in data
    return Entry(
        tuple(data["together"]) if together else (data["element"],),
        label,
        together,
        join=data.get("join", " " if together else ""),
        text=data.get("text", ""),
        some=data.get("some", ""),
        none=data.get("none", ""),
        show_empty=data.get("empty", empty) == "show",
    )


def _word(data: str | Mapping[str, str], language: str) -> str:
    """A word in the profile's language, else in English, else in the first that there is."""
    if isinstance(data, str):
        return data
    return data.get(language) or data.get("en") or next(iter(data.values()), "")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks a profile's layouts against the catalogue and the disclosure."""

    document: Document
    catalogue: Catalogue
    disclosure: Disclosure
    labels: bool

    def check(self, kind: str) -> Iterator[Finding]:
        """The faults of the layout of a kind of object."""
        yield from self._items(self.document.data["objects"][kind], ("objects", kind), kind, (kind,))

    def _items(self, items: list[Any], place: Place, table: str, parts: tuple[str, ...]) -> Iterator[Finding]:
        for index, item in enumerate(items):
            at = (*place, index)
            if isinstance(item, dict) and "each" in item:
                yield from self._group(item, at, table)
            elif isinstance(item, str):
                yield from self._element(item, at, table, parts)
            else:
                for short in item.get("together", [item["element"]] if "element" in item else ()):
                    yield from self._element(short, at, table, parts)
            if self.labels and (isinstance(item, str) or not ("each" in item or "label" in item)):
                said = "a line of text needs a label"
                yield self.document.finding(at, "SAC054 §5 (output label)", said, "label: {en: …}")

    def _group(self, item: dict[str, Any], place: Place, table: str) -> Iterator[Finding]:
        inner = item["each"]
        known = self.catalogue.tables.get(inner)
        if inner not in _WITHIN.get(table, ()) and (known is None or table not in known.of):
            said = f"{inner!r} is nothing that belongs to a {table}"
            groups = [name for name, each in self.catalogue.tables.items() if table in each.of]
            hint = ", ".join([*sorted(_WITHIN.get(table, ())), *groups])
            yield self.document.finding((*place, "each"), "schemas/model.yaml", said, f"known: {hint}")
            return
        if "elements" in place and inner != "desk" and inner not in _WITHIN.get(table, ()):
            said = (
                f"{inner!r} stands inside a part; a lookup brings along what extensions add to the object itself"
            )
            yield self.document.finding(
                (*place, "each"), "schemas/model.yaml", said, f"list it under objects: {table}"
            )
            return
        roles = tuple(item.get("roles", ()))
        if inner in ("contact", "desk") and not roles:
            yield self.document.finding(place, "RFC 5731 §2.2", f"{inner} needs roles: in which part?")
            return
        parts = roles if inner == "contact" else (inner,)
        yield from self._items(item["elements"], (*place, "elements"), inner, parts)

    def _element(self, short: str, place: Place, table: str, parts: tuple[str, ...]) -> Iterator[Finding]:
        key = f"{table}.{short}"
        if key not in self.catalogue:
            said = f"{key!r} is no element"
            yield self.document.finding(place, "schemas/model.yaml", said, self.catalogue.suggest(key))
            return
        element = self.catalogue[key]
        if element.never or (table, short) in NOWHERE:
            why = "never stored nor served" if element.never else "not part of what a lookup finds"
            yield self.document.finding(place, element.source, f"{key} is {why}")
            return
        for part in parts:
            if self.disclosure.rule(part, short) is None:
                said = f"{part}.{short} has no rule in the disclosure {self.disclosure.name!r}, so it cannot leave"
                hint = "give it a rule, or put it on the public list"
                yield self.document.finding(place, "no element without a rule", said, hint)
