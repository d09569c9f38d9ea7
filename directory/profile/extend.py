"""A profile that extends another: everything of that one, with what it says itself instead (SAC054 §5, reuse).

Mappings are merged, all else is replaced. `change` says how the objects differ, item by item, so that nothing has
to be written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from directory.document import Document, Place, suggest, walk
from directory.errors import DocumentError, Finding

_STEP = re.compile(r"([A-Za-z0-9]+)(?:\[([a-z]+)\])?\Z")
_RULE = "SAC054 §5 (a profile is reused)"

Items = list[Any]


def extended(document: Document, base: Document) -> Document:
    """The document that results; its lines are those of what the extending one says, and for all that comes from
    the other the line of `extends`. Raises `DocumentError` where a path selects nothing."""
    own: Mapping[str, Any] = document.data
    lines = {id(value): document.lines[place] for place, value in walk(own) if place in document.lines}
    data = _merged(base.data, {key: value for key, value in own.items() if key not in ("extends", "change")})
    findings: list[Finding] = []
    spelled: list[Any] = []
    objects = dict(data.get("objects", {}))
    for kind, changes in own.get("change", {}).items():
        items: Items = [*objects.get(kind, [])]
        for index, given in enumerate(changes):
            place = ("change", kind, index)
            change = _spelled(given, document, place, lines)
            spelled.append(change)  # kept, for their items are known by identity
            items, hits = _changed(items, change)
            if not hits:
                findings.append(_nothing(document, place, change, items, kind))
        objects[kind] = items
        if not items:  # a kind of which nothing is left is one that the profile does not mention
            del objects[kind]
    if findings:
        raise DocumentError(document.file, findings)
    data["objects"] = objects
    return Document(document.file, data, _lines(data, lines, document.line(("extends",))))


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in own.items():
        before = result.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping) and key not in _WHOLE
        result[key] = _merged(before, value) if both and isinstance(before, Mapping) else value
    return result


_WHOLE = frozenset({"bind", "title"})
"""Mappings that are one statement."""


def _lines(data: Any, known: Mapping[int, int], otherwise: int) -> dict[Place, int]:
    """The line of every mapping and list: its own, or that of what it stands in."""
    found: dict[Place, int] = {(): otherwise}
    for place, value in walk(data):
        if place and isinstance(value, dict | list):
            found[place] = known.get(id(value), found[place[:-1]] if len(place) > 1 else otherwise)
    return found


def _spelled(change: Mapping[str, Any], document: Document, place: Place, lines: dict[int, int]) -> dict[str, Any]:
    """A change in which items that are only a name are spelled out, so that each has a line."""
    spelled = dict(change)
    if "add" in change:
        spelled["add"] = [{"element": item} if isinstance(item, str) else item for item in change["add"]]
        for index, item in enumerate(spelled["add"]):
            lines[id(item)] = document.line((*place, "add", index))
    return spelled


def _changed(items: Items, change: Mapping[str, Any]) -> tuple[Items, int]:
    """The items after a change, and how many it has met."""
    if "at" not in change and "after" not in change and "before" not in change:
        return [*items, *change["add"]], 1
    word = next(word for word in ("at", "after", "before") if word in change)
    steps = [_step(step) for step in change[word].split("/")]
    return _at(items, steps, word, change)


def _step(text: str) -> tuple[str, str]:
    match = _STEP.match(text)
    assert match, text  # the schema has the form
    return match[1], match[2] or ""


def _at(items: Items, steps: list[tuple[str, str]], word: str, change: Mapping[str, Any]) -> tuple[Items, int]:
    """Apply a change to all items that a path selects."""
    (name, role), *rest = steps
    result: Items = []
    hits = 0
    for item in _parted(items, name, role):
        if not _is(item, name, role):
            result.append(item)
        elif rest and isinstance(item, dict) and "each" in item:
            inner, found = _at(item["elements"], rest, word, change)
            hits += found
            if inner:
                result.append({**item, "elements": inner} if found else item)
        elif rest:
            result.append(item)
        else:
            hits += 1
            result += _replacement(item, word, change)
    return result, hits


def _parted(items: Items, name: str, role: str) -> Items:
    """The items, with a group that has other roles besides this one parted, so that only this one is changed."""
    result: Items = []
    for item in items:
        roles = item.get("roles", ()) if isinstance(item, dict) and role and _is(item, name, role) else ()
        if len(roles) < 2:
            result.append(item)
            continue
        order = list(roles)
        place = order.index(role)
        for some in (order[:place], [role], order[place + 1 :]):
            if some:
                kept = {each: roles[each] for each in some} if isinstance(roles, dict) else some
                result.append({**item, "roles": kept})
    return result


def _replacement(item: Any, word: str, change: Mapping[str, Any]) -> Items:
    if word == "after":
        return [item, *change["add"]]
    if word == "before":
        return [*change["add"], item]
    if "omit" in change:
        return []
    plain = {"element": item} if isinstance(item, str) else item
    return [{key: value for key, value in {**plain, **change["set"]}.items() if value is not None}]


def _is(item: Any, name: str, role: str) -> bool:
    if isinstance(item, str):
        return item == name and not role
    if "each" in item:
        return bool(item["each"] == name) and (not role or role in item.get("roles", ()))
    if "fixed" in item:  # a fixed line has no element to be called by
        return name == "fixed" and not role
    return not role and name in (item.get("element"), *item.get("together", ())[:1])


def _nothing(document: Document, place: Place, change: Mapping[str, Any], items: Items, kind: str) -> Finding:
    word = next(word for word in ("at", "after", "before") if word in change)
    said = f"{change[word]!r} selects nothing in the {kind} of the profile that is extended"
    known = list(_paths(items))
    hint = suggest(change[word], known) or f"there is: {', '.join(known[:12])} …"
    return document.finding((*place, word), _RULE, said, hint)


def _paths(items: Items, before: str = "") -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield before + item
        elif "each" in item:
            yield before + item["each"]
            yield from _paths(item["elements"], f"{before}{item['each']}/")
        elif "fixed" in item:
            yield before + "fixed"
        elif "element" in item or "together" in item:
            yield before + (item.get("element") or item["together"][0])
