"""Remarks: what a profile says of an object and RDAP has no member for (RFC 9083 §4.3).

A group that an extension declares (SAC054 §4) is a remark under the name of its table, one line for each value.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from directory.language import message, translate
from directory.profile.layout import Entry, Fixed, Group, Item
from directory.profile.profile import Profile
from directory.profile.view import View
from directory.rdap.nest import Json

_NESTED = frozenset({"registrar", "contact", "host", "dnssec", "reseller", "desk"})
"""The tables that `nest` has members for."""

_NAMESAKES = message("Host objects of one name")
_NAMESAKE = message("Another host object bears this name: {id}.")
_UNNAMED = message("Another host object bears this name.")
_MORE = message("There are more of them.")

Remarked = tuple[tuple[str, str, tuple[Item, ...]], ...]


def remarks(profile: Profile, view: View) -> list[Json]:
    """The remarks on an object: one for each view of a part that has no member of its own."""
    return [
        {"title": title, "description": description}
        for part, title, items in remarked(profile, view.table)
        if part in view.parts
        for each in view.parts[part]
        if (description := _description(items, each))
    ]


def namesakes(others: Iterable[View], is_cut: bool, language: str) -> Json:
    """The remark on a host that there are others of its name: the handle tells them apart."""
    handles = [other.first("id") for other in others]
    named, unnamed = translate(_NAMESAKE, language), translate(_UNNAMED, language)
    lines = [named.replace("{id}", handle) if handle else unnamed for handle in handles]
    if is_cut:
        lines.append(translate(_MORE, language))
    return {"title": translate(_NAMESAKES, language), "description": lines}


@lru_cache(maxsize=256)
def remarked(profile: Profile, table: str) -> Remarked:
    """By the name of its part: the groups of a kind of object that are said in remarks, none twice."""
    found: dict[tuple[str, str], tuple[Item, ...]] = {}
    for item in profile.layouts.get(table, ()):
        if isinstance(item, Group) and item.table not in _NESTED:
            for part in item.roles or (item.table,):
                found[part, item.table] = (*found.get((part, item.table), ()), *item.items)
    return tuple((part, title, items) for (part, title), items in found.items())


def _description(items: tuple[Item, ...], view: View) -> list[str]:
    """The lines that a view fills; empty if nothing of it is shown, for what is fixed alone tells nothing."""
    if not view.fields:
        return []
    return [line for item in items for line in _lines(item, view)]


def _lines(item: Item, view: View) -> list[str]:
    if isinstance(item, Fixed):
        return [f"{item.label}: {item.value}" if item.label else item.value]
    if isinstance(item, Group):  # the loader knows no group within an extension's
        return []
    values = _values(item, view)
    if item.join and values:
        values = [item.join.join(values)]
    label = item.label or ", ".join(item.shorts)
    return [f"{label}: {item.text.replace('{value}', value) if item.text else value}" for value in values]


def _values(entry: Entry, view: View) -> list[str]:
    values = [value for short in entry.shorts for value in view.fields.get(short, ())]
    if entry.some:  # only whether there is one is said
        return [entry.some if values else entry.none]
    return values
