"""Elements by their paths in an object: `domain.name`, `registrant.voice`, `registrar/desk[abuse].email`.

A path is of the parts between the object and the element, with the parts that a contact plays under their own
names. It is the same in a layout and in a view, so that the two can be held side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.profile.layout import Entry, Fixed, Item
from directory.profile.view import View

POSTAL = "postal"
"""The part of a view that is its second postal form."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a layout says at a path: an entry, or a line that is the same for every object, under its label. `part`
    is the one by which the rule of an element is found."""

    path: str
    part: str
    label: str
    item: Entry | Fixed


def step(table: str, role: str) -> str:
    """A part of an object: the role of a contact, `desk[abuse]`, else the table."""
    if table == "contact":
        return role or table
    return f"{table}[{role}]" if role else table


def below(at: str, kind: str, step: str) -> str:
    """The path of a part that stands below another; the object itself is not said."""
    return step if at == kind else f"{at}/{step}"


def lines(layout: Sequence[Item], kind: str) -> Iterator[Line]:
    """All that a layout of a kind of object says, in its order."""
    yield from _lines(layout, kind, (kind, kind), "")


def _lines(items: Sequence[Item], kind: str, here: tuple[str, str], word: str) -> Iterator[Line]:
    """The lines of items at a path and of a part."""
    at, part = here
    for item in items:
        if isinstance(item, Entry):
            label = item.label.replace("{role}", word)
            for short in item.shorts:
                yield Line(f"{at}.{short}", part, label, item)
        elif isinstance(item, Fixed):
            yield Line(f"{at}.={item.label}", part, item.label, item)
        else:
            for role, said in (item.roles or {"": word}).items():
                inner = role if item.table == "contact" else item.table
                path = below(at, kind, step(item.table, role))
                yield from _lines(item.items, kind, (path, inner), said)


def parts(view: View) -> Iterator[tuple[str, View]]:
    """A view and all that it is made of, each with its path; several parts of one path follow each other."""
    yield from _parts(view, view.table, view.table)


def _parts(view: View, kind: str, at: str) -> Iterator[tuple[str, View]]:
    yield at, view
    for name, found in view.parts.items():
        for each in found:
            word = POSTAL if name == POSTAL else step(each.table, each.role)
            yield from _parts(each, kind, below(at, kind, word))
