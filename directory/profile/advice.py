"""What is not wrong in a profile or a disclosure, and was probably not meant: notes for those who write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from directory import language as languages_of
from directory.document import Document, Place
from directory.errors import Finding
from directory.language import ROLE
from directory.profile.paths import lines
from directory.profile.profile import Profile

Words = str | Mapping[str, str]
_Text = tuple[Place, Words, str]

_MOST = 5
_LANGUAGES = "SAC054 §5 (language)"


def of_profile(document: Document) -> Iterator[Finding]:
    """Notes on a checked profile with all that it extends: texts that one of its languages lacks, and texts in a
    language that it cannot be had in."""
    texts = [*_texts(document.data)]
    languages: Sequence[str] = document.data.get("parameters", {}).get("languages", ("en",))
    place = ("parameters", "languages")
    for each in languages:
        missing = [text for text in texts if not _is_in(each, text)]
        if missing:
            said = f"{len(missing)} {_texts_are(missing)} not in {each!r}: {_examples(document, missing)}"
            yield _note(document, place, _LANGUAGES, said, f"{{en: …, {each}: …}}")
    spoken = {languages_of.primary(each) for each in languages} | {"en"}
    for tag in dict.fromkeys(tag for _, words, _ in texts if not isinstance(words, str) for tag in words):
        if languages_of.primary(tag) not in spoken:
            idle = [text for text in texts if not isinstance(text[1], str) and tag in text[1]]
            said = f"{len(idle)} {_texts_are(idle)} in {tag!r}, in which the profile cannot be had"
            yield _note(document, place, _LANGUAGES, said, f"languages: [{', '.join([*languages, tag])}]")


def of_disclosure(document: Document, profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Notes on a disclosure by which these profiles speak: elements that have a rule and that none says."""
    said = {
        f"{line.part}.{line.path.rpartition('.')[2]}"
        for profile in profiles
        for kind, layout in profile.layouts.items()
        for line in lines(layout, kind)
    }
    idle = [key for key in document.data.get("rules", {}) if key not in said]
    if idle:
        names = " and ".join(profile.name for profile in profiles)
        what = "element has a rule and is" if len(idle) == 1 else "elements have rules and are"
        text = f"{len(idle)} {what} not said by {names}: {_some(idle)}"
        yield _note(document, ("rules", idle[0]), "an element is said by a profile", text, "")


def _note(document: Document, place: Place, rule: str, said: str, hint: str) -> Finding:
    return replace(document.finding(place, rule, said, hint), warning=True)


def _texts_are(texts: Sequence[_Text]) -> str:
    return "text is" if len(texts) == 1 else "texts are"


def _examples(document: Document, texts: Sequence[_Text]) -> str:
    return _some([f"{_english(words)!r} on line {document.line(place)}" for place, words, _ in texts])


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more


def _english(words: Words) -> str:
    text = words if isinstance(words, str) else words.get("en") or next(iter(words.values()))
    first = text.strip().split("\n")[0]
    return first if len(first) <= 40 else f"{first[:39]}…"


def _is_in(language: str, text: _Text) -> bool:
    """Whether words are there in a language: in their own form, or by a catalogue from the English one."""
    _, words, context = text
    if not isinstance(words, str):
        if language in words or languages_of.primary(language) in words:
            return True
        words = words.get("en", "")
        if not words:
            return False
    return not words or languages_of.primary(language) == "en" or languages_of.has(words, language, context)


def _texts(data: Mapping[str, Any]) -> Iterator[_Text]:
    """The words of a checked profile that are said in its languages, with the context of their translation."""
    for kind, items in data["objects"].items():
        yield from _items(items, ("objects", kind), kind)
    for place, words in _words(data):
        yield place, words, ""


def _items(items: Sequence[Any], place: Place, table: str) -> Iterator[_Text]:
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


def _words(data: Mapping[str, Any]) -> Iterator[tuple[Place, Words]]:
    """The words around the objects."""
    if "title" in data:
        yield ("title",), data["title"]
    texts = data.get("texts", {})
    for place, words in [
        *((("texts", key), texts[key]) for key in ("reserved", "help", "many", "more") if key in texts),
        *((("footer", key), words) for key, words in data.get("footer", {}).items()),
        *(
            (("texts", group, key), words)
            for group in ("not-found", "errors")
            for key, words in texts.get(group, {}).items()
        ),
    ]:
        yield place, words
    for index, notice in enumerate(data.get("notices", ())):
        yield ("notices", index, "title"), notice["title"]
        for number, words in enumerate(notice["description"]):
            yield ("notices", index, "description", number), words
