"""A profile that extends another: everything of that one, with what it says itself instead (SAC054 §5, reuse).

Mappings are merged, all else is replaced. `change` says how the objects differ, item by item, so that nothing has
to be written twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from directory.document import Document, Place, suggest, walk
from directory.errors import DocumentError, Finding
from directory.language import said

_STEP = re.compile(r"([A-Za-z0-9]+)(?:\[([a-z]+)\])?\Z")
_RULE = "SAC054 §5 (a profile is reused)"

NOTICES = "notices"
"""What is changed besides the kinds of objects."""

_Mark = tuple[int, str]
"""Where something is said: its line, and its origin where another document says it."""
_MarkOf = Callable[[Place], _Mark]


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a layout, with the marks of all that it says by their places in it; the items of a group are its
    own, and stand in `inner`."""

    data: Any
    marks: Mapping[Place, _Mark]
    inner: tuple[_Item, ...] | None = None

    @property
    def roles(self) -> Any:
        """The parts of a group."""
        return self.data.get("roles", ()) if isinstance(self.data, dict) else ()


@dataclass(slots=True)
class Marked:
    """The data of a document as it is put together, with the marks of all its places."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[Place, _Mark] = field(default_factory=dict)

    def document(self, file: str) -> Document:
        """The document, under the name of the file that extends."""
        lines = {place: line for place, (line, _) in self.marks.items()}
        origins = {place: origin for place, (_, origin) in self.marks.items() if origin}
        return Document(file, self.data, lines, origins)


def extended(document: Document, base: Document) -> Document:
    """The document that results. Its lines are those of what the extending one says, and for all that comes from
    the other the line of `extends`. Raises `DocumentError` where a path selects nothing."""
    own: Mapping[str, Any] = document.data
    findings: list[Finding] = []
    of_base = inheriting(document, base)
    result = Marked(marks={(): (document.line(("extends",)), "")})
    result.data = _merged(result.marks, (), (base.data, of_base), (own, own_marks(document)))
    for kind, changes in own.get("change", {}).items():
        place: Place = (kind,) if kind == NOTICES else ("objects", kind)
        items = _opened(_at_place(result.data, place), lambda at: result.marks[at], place)
        for index, change in enumerate(changes):
            changed, hits = _changed(items, _Change.of(change, document, ("change", kind, index)), kind)
            if not hits:
                findings.append(_nothing(document, ("change", kind, index), change, items, kind))
            items = changed
        _put(result, place, items, of_base(place))
    if findings:
        raise DocumentError(document.file, findings)
    return result.document(document.file)


def own_marks(document: Document) -> _MarkOf:
    """The marks of what a document says itself."""
    return lambda place: (document.line(place), document.origin(place))


def inheriting(document: Document, base: Document) -> _MarkOf:
    """The marks of what a document has from one that it extends: the line where it does so, and where it stands
    there."""
    line = document.line(("extends",))
    return lambda place: (line, base.origin(place) or f"{base.file}:{base.line(place)}")


def _merged(
    marks: dict[Place, _Mark],
    place: Place,
    base: tuple[Mapping[str, Any], _MarkOf],
    own: tuple[Mapping[str, Any], _MarkOf],
) -> dict[str, Any]:
    """Both together, what is said last instead of what was said before; the marks of all of it are noted."""
    result: dict[str, Any] = {}
    for key in [*base[0], *(key for key in own[0] if key not in base[0])]:
        at = (*place, key)
        if not place and key in _OWN:
            continue
        before, after = base[0].get(key), own[0].get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping) and key not in _WHOLE:
            marks[at] = own[1](at)
            result[key] = _merged(marks, at, (before, base[1]), (after, own[1]))
            continue
        result[key], mark = (after, own[1]) if key in own[0] else (before, base[1])
        marks.update({each: mark(each) for each, _ in walk(result[key], at)})
    return result


_OWN = frozenset({"extends", "change"})
"""What a document says of itself alone."""
_WHOLE = frozenset({"bind", "title"})
"""Mappings that are one statement."""


def _opened(items: Sequence[Any], mark: _MarkOf, place: Place) -> list[_Item]:
    """The items of a layout that stands at a place, with the marks of that."""
    result = []
    for index, item in enumerate(items):
        at = (*place, index)
        inner = item.get("elements") if isinstance(item, dict) else None
        marks = {each: mark((*at, *each)) for each, _ in walk(item) if each[:1] != ("elements",)}
        data = item if inner is None else {key: value for key, value in item.items() if key != "elements"}
        kept = None if inner is None else tuple(_opened(inner, mark, (*at, "elements")))
        result.append(_Item(data, marks, kept))
    return result


def _at_place(data: Mapping[str, Any], place: Place) -> list[Any]:
    """The items that stand at a place, of a profile that may not mention it."""
    found: Any = data
    for step in place:
        found = found.get(step, {})
    return found or []


def _put(result: Marked, place: Place, items: Sequence[_Item], mark: _Mark) -> None:
    """Put items in at their place; a kind of object of which nothing is left is one that the profile does not
    mention."""
    for each in [each for each in result.marks if each[: len(place)] == place]:
        del result.marks[each]
    owner = result.data
    if len(place) > 1:
        owner = result.data["objects"] = dict(result.data.get("objects", {}))
        result.marks.setdefault(place[:1], mark)
    if items or len(place) == 1:
        result.marks[place] = mark
        owner[str(place[-1])] = _closed(items, place, result.marks)
    else:
        owner.pop(str(place[-1]), None)


def _closed(items: Sequence[_Item], place: Place, marks: dict[Place, _Mark]) -> list[Any]:
    """The data of items at a place, of which the marks are noted."""
    result = []
    for index, item in enumerate(items):
        at = (*place, index)
        marks.update({(*at, *each): mark for each, mark in item.marks.items()})
        if item.inner is None:
            result.append(item.data)
            continue
        marks[(*at, "elements")] = item.marks[()]
        result.append({**item.data, "elements": _closed(item.inner, (*at, "elements"), marks)})
    return result


@dataclass(frozen=True, slots=True)
class _Change:
    """A change: which word says where it acts, by which path, what it adds, or sets, with the marks of that."""

    word: str
    path: str
    added: tuple[_Item, ...]
    set: Mapping[str, Any] | None
    marks: Mapping[Place, _Mark]
    elements: tuple[_Item, ...] | None

    @classmethod
    def of(cls, data: Mapping[str, Any], document: Document, place: Place) -> _Change:
        """The change that a document says at a place."""
        word = next((word for word in ("at", "after", "before") if word in data), "")
        mark = own_marks(document)
        added = tuple(_opened(data.get("add", ()), mark, (*place, "add")))
        new = data.get("set")
        at = (*place, "set")
        marks = {each: mark((*at, *each)) for each, _ in walk(new) if each and each[0] != "elements"}
        inner = new.get("elements") if new else None
        elements = tuple(_opened(inner, mark, (*at, "elements"))) if isinstance(inner, list) else None
        return cls(word, data.get(word, ""), added, new, marks, elements)


def _changed(items: list[_Item], change: _Change, kind: str) -> tuple[list[_Item], int]:
    """The items after a change, and how many it has met."""
    if not change.word:
        return [*items, *change.added], 1
    steps = [(change.path, "")] if kind == NOTICES else [_step(step) for step in change.path.split("/")]
    return _at(items, steps, change)


def _step(text: str) -> tuple[str, str]:
    match = _STEP.match(text)
    assert match, text  # the schema has the form
    return match[1], match[2] or ""


def _at(items: Sequence[_Item], steps: list[tuple[str, str]], change: _Change) -> tuple[list[_Item], int]:
    """Apply a change to all items that a path selects."""
    (name, role), *rest = steps
    result: list[_Item] = []
    hits = 0
    for item in _parted(items, name, role):
        if not _is(item.data, name, role):
            result.append(item)
        elif rest and item.inner is not None:
            inner, found = _at(item.inner, rest, change)
            hits += found
            if inner:
                result.append(replace(item, inner=tuple(inner)))
        elif rest:
            result.append(item)
        else:
            hits += 1
            result += _replacement(item, change)
    return result, hits


def _parted(items: Sequence[_Item], name: str, role: str) -> list[_Item]:
    """The items, with a group that has other roles besides this one parted, so that only this one is changed."""
    result: list[_Item] = []
    for item in items:
        roles = item.roles if role and _is(item.data, name, role) else ()
        if len(roles) < 2:
            result.append(item)
            continue
        order = list(roles)
        place = order.index(role)
        for some in (order[:place], [role], order[place + 1 :]):
            if some:
                kept = {each: roles[each] for each in some} if isinstance(roles, dict) else some
                result.append(replace(item, data={**item.data, "roles": kept}))
    return result


def _replacement(item: _Item, change: _Change) -> list[_Item]:
    if change.word == "after":
        return [item, *change.added]
    if change.word == "before":
        return [*change.added, item]
    if change.set is None:
        return []
    plain = {"element": item.data} if isinstance(item.data, str) else item.data
    data = {key: value for key, value in {**plain, **change.set}.items() if value is not None}
    elements = data.pop("elements", None)
    if elements is not None and change.elements is None:  # no list: the schema will refuse it
        data["elements"] = elements
    inner = change.elements if "elements" in change.set else item.inner
    marks = {each: mark for each, mark in item.marks.items() if not each or each[0] not in change.set}
    return [_Item(data, {**marks, **change.marks}, inner)]


def _is(item: Any, name: str, role: str) -> bool:
    if isinstance(item, str):
        return item == name and not role
    if "each" in item:
        return bool(item["each"] == name) and (not role or role in item.get("roles", ()))
    if "description" in item:  # a notice is called by its title
        return _titled(item) == name
    if "fixed" in item:  # a fixed line has no element to be called by
        return name == "fixed" and not role
    return not role and name in (item.get("element"), *item.get("together", ())[:1])


def _titled(notice: Mapping[str, Any]) -> str:
    title: str = said(notice["title"], "en")
    return title


def _nothing(
    document: Document, place: Place, change: Mapping[str, Any], items: Sequence[_Item], kind: str
) -> Finding:
    word = next(word for word in ("at", "after", "before") if word in change)
    text = f"{change[word]!r} selects nothing in the {kind} of the profile that is extended"
    known = list(_paths(items))
    hint = suggest(change[word], known) or f"there is: {', '.join(known[:12])} …"
    return document.finding((*place, word), _RULE, text, hint)


def _paths(items: Sequence[_Item], before: str = "") -> Iterator[str]:
    for item in items:
        if isinstance(item.data, str):
            yield before + item.data
        elif "each" in item.data:
            yield before + item.data["each"]
            yield from _paths(item.inner or (), f"{before}{item.data['each']}/")
        elif "description" in item.data:
            yield _titled(item.data)
        elif "fixed" in item.data:
            yield before + "fixed"
        elif "element" in item.data or "together" in item.data:
            yield before + (item.data.get("element") or item.data["together"][0])
