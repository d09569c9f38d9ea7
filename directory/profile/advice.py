"""What is not wrong in a profile or a disclosure, and was probably not meant: notes for those who write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from directory import language as languages_of
from directory.document import Document, Place, suggest
from directory.errors import Finding
from directory.profile import wording
from directory.profile.binding import markup
from directory.profile.paths import lines
from directory.profile.profile import Profile
from directory.profile.registered import REDACTED_NAMES
from directory.profile.wording import Text, Words

_MOST = 5
_LANGUAGES = "SAC054 §5 (language)"


def of_profile(document: Document) -> Iterator[Finding]:
    """Notes on a checked profile with all that it extends: texts that one of its languages lacks, texts in a
    language that it cannot be had in, and a second postal form that has no key."""
    texts = [*wording.texts(document.data)]
    parameters = document.data.get("parameters", {})
    languages: Sequence[str] = parameters.get("languages", ("en",))
    place = ("parameters", "languages")
    for each in languages:
        missing = [text for text in texts if not _is_in(each, text)]
        if missing:
            said = f"{len(missing)} {_texts_are(missing)} not in {each!r}: {_examples(document, missing)}"
            hint = ", ".join(f"{tag}: …" for tag in dict.fromkeys(("en", each)))
            yield _note(document, place, _LANGUAGES, said, f"{{{hint}}}")
    spoken = {languages_of.primary(each) for each in languages} | {"en"}
    for tag in dict.fromkeys(tag for _, words, _ in texts if not isinstance(words, str) for tag in words):
        if languages_of.primary(tag) not in spoken:
            idle = [text for text in texts if not isinstance(text[1], str) and tag in text[1]]
            said = f"{len(idle)} {_texts_are(idle)} in {tag!r}, in which the profile cannot be had"
            yield _note(document, place, _LANGUAGES, said, f"languages: [{', '.join([*languages, tag])}]")
    for key, hidden in document.data.get("redaction", {}).items():
        yield from _name(document, ("redaction", key), hidden)
    if document.data.get("rules") and parameters.get("violations") == "drop":
        said = "of what breaks a rule over several elements nothing is dropped: the object is served, and counted"
        hint = "violations: refuse, if such objects are not to be served"
        yield _note(document, ("parameters", "violations"), "SAC054 §5 (rules)", said, hint)
    if (
        markup(document) == "text"
        and parameters.get("postal-forms") == "both"
        and not parameters.get("translation")
    ):
        said = "both postal forms are shown, and as text the second has no key: it is left out"
        hint = "translation: Translation, for keys as `City (Translation)`"
        yield _note(document, ("parameters", "postal-forms"), "SAC054 §5 (parameters)", said, hint)


def of_disclosure(document: Document, profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Notes on a disclosure: redacted names that are not registered, and, if there are profiles that speak by it,
    elements that have a rule and that none of them says."""
    for key, rule in document.data.get("rules", {}).items():
        yield from _name(document, ("rules", key, "hidden"), rule["hidden"])
    if not profiles:
        return
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


def _name(document: Document, place: Place, hidden: Mapping[str, Any]) -> Iterator[Finding]:
    """A name that is not registered is a description, and one that is registered is none (RFC 9537 §4.2)."""
    name, description = hidden.get("name", ""), hidden.get("description", "")
    if name and name not in REDACTED_NAMES:
        said = f"{name!r} is none of the redacted names that are known to be registered at IANA"
        hint = suggest(name, REDACTED_NAMES) or f"description: {name}"
        yield _note(document, (*place, "name"), "RFC 9537 §4.2", said, hint)
    elif description in REDACTED_NAMES:
        said = f"{description!r} is a redacted name that is registered at IANA"
        yield _note(document, (*place, "description"), "RFC 9537 §4.2", said, f"name: {description}")


def _note(document: Document, place: Place, rule: str, said: str, hint: str) -> Finding:
    return replace(document.finding(place, rule, said, hint), warning=True)


def _texts_are(texts: Sequence[Text]) -> str:
    return "text is" if len(texts) == 1 else "texts are"


def _examples(document: Document, texts: Sequence[Text]) -> str:
    return _some([f"{_english(words)!r} on line {document.line(place)}" for place, words, _ in texts])


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more


def _english(words: Words) -> str:
    text = words if isinstance(words, str) else words.get("en") or next(iter(words.values()))
    first = text.strip().split("\n")[0]
    return first if len(first) <= 40 else f"{first[:39]}…"


def _is_in(language: str, text: Text) -> bool:
    """Whether words are there in a language: in their own form, or by a catalogue from the English one."""
    _, words, context = text
    return wording.is_in(language, words, context)
