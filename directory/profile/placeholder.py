"""The placeholders of a profile's texts, as `{role}`: one that nothing replaces would be printed (SAC054 §5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from directory.document import Document, Place, suggest, walk
from directory.errors import Finding

_PLACEHOLDER = re.compile(r"\{\s*[\w.-]+\s*\}")

_KNOWN: Mapping[Place, tuple[str, ...]] = {
    ("texts", "match"): ("{id}", "{name}"),
    ("texts", "more"): ("{shown}",),
    ("footer", "update"): ("{as_of}",),
}
"""What the texts around an object know; those that are not here know nothing."""

_ROLE = ("{role}",)
_VALUE = ("{value}",)

_Text = tuple[Place, str, tuple[str, ...]]


def check(document: Document) -> Iterator[Finding]:
    """The placeholders that are not known where they stand, of a document that need not fit its schema."""
    data = document.data if isinstance(document.data, dict) else {}
    for place, text, known in _texts(data):
        yield from _strange(document, place, text, known)


def texts(document: Document, place: Place, words: Any, known: tuple[str, ...] = ()) -> Iterator[Finding]:
    """The placeholders that are not known in words at a place, in any of their languages."""
    for each, text, _ in _strings(words, place, known):
        yield from _strange(document, each, text, known)


def _strange(document: Document, place: Place, text: str, known: tuple[str, ...]) -> Iterator[Finding]:
    for word in dict.fromkeys(_PLACEHOLDER.findall(text)):
        if word not in known:
            said = f"{word} is no placeholder that is known here"
            yield document.finding(place, "profile.schema.json", said, _hint(word, known))


def _hint(word: str, known: tuple[str, ...]) -> str:
    if not known:
        role = "; {role} needs roles with words, as roles: {registrant: Registrant}" if word in _ROLE else ""
        return f"nothing is put into this text{role}"
    return suggest(word, known) or f"known: {', '.join(known)}"


def _texts(data: Mapping[str, Any]) -> Iterator[_Text]:
    """Every text of a profile with its place and what is known in it."""
    objects = data.get("objects")
    if isinstance(objects, dict):
        for kind, items in objects.items():
            yield from _items(items, ("objects", kind), ())
    for key in ("texts", "footer"):
        for place, text in walk(data.get(key), (key,)):
            if isinstance(text, str):
                yield place, text, _KNOWN.get(place[:2], ())  # below it are languages
    parameters = data.get("parameters")
    yield from _strings(data.get("title"), ("title",), ())
    yield from _strings(
        parameters.get("translation") if isinstance(parameters, dict) else None, ("parameters", "translation"), ()
    )
    notices = data.get("notices")
    for index, notice in enumerate(notices if isinstance(notices, list) else ()):
        if isinstance(notice, dict):
            for key in ("title", "description"):
                yield from _strings(notice.get(key), ("notices", index, key), ())


def _items(items: Any, place: Place, role: tuple[str, ...]) -> Iterator[_Text]:
    """The texts of a layout. A label knows `{role}` if a group around it gives its parts words; a fixed line is
    the same for every object, and so is its label."""
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        at = (*place, index)
        if "each" in item:
            roles = item.get("roles")
            yield from _strings(roles if isinstance(roles, dict) else None, (*at, "roles"), ())
            inner = role if roles is None else _ROLE if isinstance(roles, dict) else ()
            yield from _items(item.get("elements"), (*at, "elements"), inner)
            continue
        yield from _strings(item.get("label"), (*at, "label"), () if "fixed" in item else role)
        yield from _strings(item.get("text"), (*at, "text"), _VALUE)
        for key in ("fixed", "some", "none"):
            yield from _strings(item.get(key), (*at, key), ())


def _strings(data: Any, place: Place, known: tuple[str, ...]) -> Iterator[_Text]:
    for each, text in walk(data, place):
        if isinstance(text, str):
            yield each, text, known
