"""Languages: which is chosen, what a text reads as in it, which script a tag implies (RFC 4647, RFC 5646, CLDR).

English is the language of the sources: a text is translated by looking it up, as it stands there, in the gettext
catalogue of another language, `locale/<language>/LC_MESSAGES/dnrd.po`. The catalogues are read as they are, so
that there is nothing to compile and to forget; `make messages` gathers their texts anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

# Babel takes 40 ms to import: only who needs a catalogue or the data of CLDR pays.

ROLE = "role"
"""The context of a word that stands for `{role}` in labels, which may be inflected there."""

_LOCALE = files("directory") / "locale"
_CATALOGUE = "LC_MESSAGES/dnrd.po"


def _shipped() -> tuple[str, ...]:
    """The tags of the languages that have a catalogue; the folder of `pt-BR` is `pt_BR`, as gettext has it."""
    return tuple(
        sorted(each.name.replace("_", "-") for each in _LOCALE.iterdir() if (each / _CATALOGUE).is_file())
    )


LANGUAGES: tuple[str, ...] = _shipped()
"""The languages that have a catalogue here, by their tags."""

_LONGEST = 64
"""Octets of a language range; RFC 5646 §4.4.1 expects no tag of more than 35."""
_MOST = 32
"""Language ranges of one requester that are looked at."""

_Message = tuple[str, str]
"""A context, mostly empty, and an English text."""
_Likely = tuple[str, str, str]
"""Language, script and region."""


def message(text: str) -> str:
    """The text itself: marks an English text in code as one that `make messages` gathers, and that is translated
    where it is said."""
    return text


def translate(text: str, language: str, context: str = "") -> str:
    """What an English text reads as in a language, by the catalogue of that or of a wider one (`es` for `es-MX`);
    itself if none has it. `context` tells apart what English has one word for: `role`, or the table whose label it
    is; a text that is not there in that context is looked for without it. Line ends at the end do not count."""
    messages = _messages(language)
    key = text.rstrip("\n")
    return messages.get((context, key)) or messages.get(("", key)) or text


def has(text: str, language: str, context: str = "") -> bool:
    """Whether a catalogue says what an English text reads as in a language; `context` as for `translate`."""
    messages = _messages(language)
    key = text.rstrip("\n")
    return (context, key) in messages or ("", key) in messages


def said(words: str | Mapping[str, str], language: str, context: str = "") -> str:
    """Words in a language: those given for it, or for a wider one; else the English ones translated; else the
    first that there are. A text alone is English."""
    if isinstance(words, str):
        return translate(words, language, context) if words else ""
    own = words.get(language) or words.get(primary(language))
    if own:
        return own
    english = words.get("en")
    return translate(english, language, context) if english else next(iter(words.values()))


@lru_cache(maxsize=64)
def _messages(language: str) -> Mapping[_Message, str]:
    """What the catalogues of a language say, over what those of the wider ones do."""
    messages: dict[_Message, str] = {}
    shipped = {tag.lower(): tag for tag in LANGUAGES}
    for tag in reversed([*_truncations(language.lower())]):
        if tag in shipped:
            messages.update(_read(shipped[tag]))
    return MappingProxyType(messages)


@cache
def _read(tag: str) -> dict[_Message, str]:
    """The translations of a catalogue, without those that are empty or only guessed."""
    from babel.messages import pofile

    with (_LOCALE / tag.replace("-", "_") / _CATALOGUE).open("rb") as stream:
        catalogue = pofile.read_po(stream, ignore_obsolete=True)
    return {
        (each.context or "", str(each.id)): str(each.string)
        for each in catalogue
        if each.id and each.string and not each.fuzzy
    }


def chosen(wanted: Sequence[str], offered: Sequence[str]) -> str | None:
    """The tag of those offered that suits a requester best, None if none does.

    `wanted` are language ranges, best first. Each is looked up as RFC 4647 §3.4 has it: as it is, then cut shorter
    from its end. Before that the script that it implies is kept as long as there is something in it: `zh-TW` finds
    `zh-Hant`, and `zh` only where there is none. A tag without a region is as good as one with the likely region,
    `pt` as `pt-BR`. A last range `*` takes what is offered first. More than 32 ranges are not looked at.
    """
    return _chosen(tuple(wanted[:_MOST]), tuple(offered))


@lru_cache(maxsize=1024)
def _chosen(wanted: tuple[str, ...], offered: tuple[str, ...]) -> str | None:
    exact = {tag.lower(): tag for tag in reversed(offered)}
    alike = {_likely(tag): tag for tag in reversed(offered) if _PLAIN.match(tag)}
    for each in wanted:
        if each == "*" or len(each) > _LONGEST:
            continue
        found = exact.get(each.lower()) or _in_script(each, alike)
        found = found or next((exact[tag] for tag in _truncations(each.lower()) if tag in exact), None)
        if found is not None:
            return found
    return offered[0] if offered and wanted and wanted[-1] == "*" else None


def _in_script(tag: str, alike: Mapping[_Likely, str]) -> str | None:
    """A tag of the same language and script, in the same region or in none."""
    likely = _likely(tag)
    language, script, _ = likely
    if not script:
        return None
    return alike.get(likely) or alike.get(_likely(f"{language}-{script}"))


def _truncations(tag: str) -> Iterator[str]:
    """A range, then what is left of it, subtag by subtag, as none may end in a single letter (RFC 4647 §3.4)."""
    parts = tag.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        if parts and len(parts[-1]) == 1:
            parts.pop()


def primary(tag: str) -> str:
    """The first subtag, which is the language (RFC 5646 §2.2.1), in lower case."""
    return tag.partition("-")[0].lower()


def script_of(tag: str) -> str:
    """The script that a tag says or implies, by its ISO 15924 code: `Cyrl` for `ru` and for `und-Cyrl`, `Hant` for
    `zh-TW`; empty where it cannot be known."""
    return _likely(tag)[1]


def fits(tag: str, script_tag: str) -> bool:
    """Whether a tag can be true of a text whose script is known, as `und-Cyrl`: `ru` can, `es` cannot. A tag that
    names no script fits all in which its language is written (`sr`: Cyrl, Latn); what is not known fits."""
    script = script_of(script_tag)
    scripts = _scripts(tag)
    return not script or not scripts or _is_of(script, scripts)


def stands(tag: str, found: frozenset[str]) -> bool:
    """Whether a tag can be true of a text with letters of these scripts: each is one in which the language is
    written, but that Latin letters may stand beside its own script if there is a letter of that (北京 ABC 公司 can
    be `zh`, and neither it nor ABC alone is `es` or `ru`). A text without letters, and a language of which no
    script is known, contradict nothing."""
    scripts = _scripts(tag)
    others = {each for each in found if not _is_of(each, scripts)} if scripts else ()
    return not others or (others == {"Latn"} and len(found) > 1)


def _is_of(script: str, scripts: frozenset[str]) -> bool:
    return any(script == each or script in _PARTS.get(each, ()) for each in scripts)


_PARTS: Mapping[str, frozenset[str]] = {
    "Hanb": frozenset({"Hani", "Bopo"}),
    "Hans": frozenset({"Hani"}),
    "Hant": frozenset({"Hani"}),
    "Hrkt": frozenset({"Hira", "Kana"}),
    "Jpan": frozenset({"Hani", "Hira", "Kana", "Hrkt"}),
    "Kore": frozenset({"Hani", "Hang"}),
}
"""What the codes of ISO 15924 for several scripts, and for variants of one, are made of."""

_SUBTAGS = (
    r"(?:[a-z]{2,3}-(?=[a-z]{3}(?:-|\Z)))?(?P<language>[a-z]{2,8})"  # zh-yue is yue (RFC 5646 §4.1.2)
    r"(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
)
_PLAIN = re.compile(rf"{_SUBTAGS}\Z", re.IGNORECASE)
_BEGINNING = re.compile(rf"{_SUBTAGS}(?:-|\Z)", re.IGNORECASE)
"""Language, script and region of a tag (RFC 5646 §2.1): the whole of it, or what variants and the like follow."""


@lru_cache(maxsize=4096)
def _likely(tag: str) -> _Likely:
    """A tag with the subtags that it leaves out, as far as CLDR knows (UTS #35, likely subtags). An alias of a
    language (`iw`, `sh`) is replaced; nothing is guessed of an undetermined one."""
    from babel.core import get_global

    match = _BEGINNING.match(tag)
    if not match:
        return "", "", ""
    language = match["language"].lower()
    alias: Sequence[str] = get_global("language_aliases").get(language, language).split("_")
    implied = next((part for part in alias[1:] if len(part) == 4), "")
    language, script, region = alias[0], (match["script"] or implied).title(), (match["region"] or "").upper()
    if language == "und":
        return language, script, region
    subtags = get_global("likely_subtags")
    key = "_".join(part for part in (language, script, region) if part)
    found = subtags.get(key) or subtags.get(language) or f"{language}__"
    _, likely_script, likely_region = found.split("_")
    return language, script or likely_script, region or likely_region


def _scripts(tag: str) -> frozenset[str]:
    """The scripts that a text under a tag can be in; none if that is not known."""
    match = _BEGINNING.match(tag)
    if match and not match["script"]:
        language, script, _ = _likely(tag)
        written = frozenset() if language == "und" else _written().get(language, frozenset())
        return written | ({script} if script else frozenset())
    return frozenset({script_of(tag)} - {""})


@cache
def _written() -> Mapping[str, frozenset[str]]:
    """By language: the scripts that it is written in somewhere, as far as CLDR knows."""
    from babel.core import get_global

    written: dict[str, frozenset[str]] = {}
    for likely in get_global("likely_subtags").values():
        language, script, _ = likely.split("_")
        written[language] = written.get(language, frozenset()) | {script}
    return written


def territory(code: str, language: str) -> str:
    """The name of a country or region (ISO 3166-1) in a language, as CLDR has it; empty if it has none."""
    return _territories(language).get(code.upper(), "")


@lru_cache(maxsize=64)
def _territories(language: str) -> Mapping[str, str]:
    from babel import Locale, UnknownLocaleError

    for tag in _truncations(language):
        try:
            return Locale.parse(tag, sep="-").territories
        except (UnknownLocaleError, ValueError):
            continue
    return {}
