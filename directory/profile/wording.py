"""The words of a profile and how they are written: what would be printed and not seen is refused (SAC054 §5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import idna

from directory import language as languages_of
from directory.document import Document, Place, walk
from directory.errors import Finding
from directory.language import ROLE

Words = str | Mapping[str, str]
Text = tuple[Place, Words, str]
"""Words at a place, with the context of their translation."""

_RULE = "SAC054 §5 (output label)"
_PROSE = frozenset({("texts", "help"), ("footer", "disclaimer")})
"""Texts of several lines."""
_URI = re.compile(r"https?://\S+\Z")
"""What reads the same in every language."""
_JOINERS = "\u200c\u200d"
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def texts(data: Mapping[str, Any]) -> Iterator[Text]:
    """The words of a checked profile that are said in its languages."""
    for kind, items in data["objects"].items():
        yield from _items(items, ("objects", kind), kind)
    for place, words in _around(data):
        yield place, words, ""


def _items(items: Sequence[Any], place: Place, table: str) -> Iterator[Text]:
    for index, item in enumerate(items):
        at = (*place, index)
        if isinstance(item, str):
            continue
        if "each" in item:
            roles = item.get("roles", ())
            for role, word in roles.items() if isinstance(roles, dict) else ():
                yield (*at, "roles", role), word, ROLE
            yield from _items(item["elements"], (*at, "elements"), item["each"])
            continue
        for key in ("label", "some", "none", "fixed"):
            if key in item:
                yield (*at, key), item[key], table if key == "label" else ""


def _around(data: Mapping[str, Any]) -> Iterator[tuple[Place, Words]]:
    """The words around the objects."""
    if "title" in data:
        yield ("title",), data["title"]
    said = data.get("texts", {})
    for place, words in [
        *((("texts", key), said[key]) for key in ("reserved", "help", "many", "more") if key in said),
        *((("footer", key), words) for key, words in data.get("footer", {}).items()),
        *(
            (("texts", group, key), words)
            for group in ("not-found", "errors")
            for key, words in said.get(group, {}).items()
        ),
    ]:
        yield place, words
    for index, notice in enumerate(data.get("notices", ())):
        yield ("notices", index, "title"), notice["title"]
        for number, words in enumerate(notice["description"]):
            yield ("notices", index, "description", number), words


def is_in(language: str, words: Words, context: str = "") -> bool:
    """Whether words are there in a language: in their own form, or by a catalogue from the English one."""
    if not isinstance(words, str):
        if language in words or languages_of.primary(language) in words:
            return True
        words = words.get("en", "")
        if not words:
            return False
    if not words or languages_of.primary(language) == "en" or _URI.match(words):
        return True
    return languages_of.has(words, language, context)


def check(document: Document) -> Iterator[Finding]:
    """The words of a checked profile that are not as they look: blank, with a space at an end, not composed, with
    characters that cannot be seen, or with a line break where there is one line."""
    translation = document.data.get("parameters", {}).get("translation", "")
    found = [(place, words) for place, words, _ in texts(document.data)]
    for place, words in [*found, (("parameters", "translation"), translation)]:
        yield from lines(document, place, words, prose=place in _PROSE)
    for place, item in _written(document.data["objects"]):
        for key in ("text", "join"):
            if key in item:
                yield from lines(document, (*place, key), item[key], spaced=True)
    for key, hidden in document.data.get("redaction", {}).items():
        yield from lines(document, ("redaction", key, "text"), hidden.get("text", ""))


def _written(objects: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The items of all layouts that say how values are written."""
    for place, item in walk(objects, ("objects",)):
        if isinstance(item, dict) and ("element" in item or "together" in item):
            yield place, item


def lines(
    document: Document, place: Place, words: Words, *, prose: bool = False, spaced: bool = False
) -> Iterator[Finding]:
    """The faults of words at a place, in each of their languages; `prose` has several lines, and what is `spaced`
    stands beside others and may begin or end with a space, or be nothing else. No words at all are none."""
    by_place = {place: words} if isinstance(words, str) else {(*place, tag): text for tag, text in words.items()}
    for at, text in by_place.items():
        if text:
            for said, hint in _faults(text, prose, spaced):
                yield document.finding(at, _RULE, said, hint)


def _faults(text: str, prose: bool, spaced: bool) -> Iterator[tuple[str, str]]:
    if not text.strip() and not (spaced and text.isprintable()):
        yield f"{text!r} is blank", "say something, or leave it out"
        return
    if not prose and not spaced and text != text.strip():
        yield f"{text!r} has a space at an end", f"write {text.strip()!r}"
    unseen = dict.fromkeys(char for index, char in enumerate(text) if _is_unseen(text, index, prose))
    if unseen:
        names = ", ".join(f"U+{ord(char):04X} {unicodedata.name(char, 'control')}" for char in unseen)
        yield f"{text!r} has characters in it that cannot be seen: {names}", "remove them"
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        yield f"{text!r} is not composed (Unicode NFC)", f"write {composed!r}"


def _is_unseen(text: str, index: int, prose: bool) -> bool:
    """Controls, line ends, characters without width or that turn the direction of writing; not a joiner between
    letters that take another form by it, as Persian and the scripts of India have them (RFC 5892 A.1, A.2)."""
    char = text[index]
    if char in _LINE_ENDS:
        return not (prose and char == "\n")
    if char in _JOINERS:
        return not _joins(text, index)
    return unicodedata.category(char) in ("Cc", "Cf", "Cs")


def _joins(text: str, index: int) -> bool:
    try:
        return idna.valid_contextj(text, index)
    except ValueError:  # it stands beside something that is not assigned
        return False
