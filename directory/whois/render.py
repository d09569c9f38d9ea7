"""Answers as WHOIS text: `Key: value` lines, CR LF, UTF-8 (RFC 3912; gTLD registry agreement, specification 4 §1).

The order and the labels are the profile's; here they become functions once per profile. Nothing of an object is
shown that is not in its view.

A character that could break a line or turn the direction of writing, as U+202E, is replaced here, for a terminal
obeys it. JSON, XML, CSV and RDAP carry what the registry holds as it is: they mark where a value ends, and whoever
shows one to a person has to isolate it (RFC 8259 §7; Unicode UAX #9 §2.4).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.language import message, said, translate
from directory.profile.layout import Entry, Fixed, Item, Layout
from directory.profile.postal import TEXTS
from directory.profile.profile import Profile
from directory.profile.redaction import Redaction
from directory.profile.view import View
from directory.query import Kind, Lookup

Write = Callable[[View, list[str]], None]

_EOL = "\r\n"


def render(answer: Answer) -> bytes:
    """The whole reply."""
    profile = answer.profile
    if isinstance(answer, Found):
        lines: list[str] = []
        _object(profile, answer.view, lines)
        if not lines:  # a kind of object that the profile does not mention is not there
            return _missing(NotFound(answer.query, profile, answer.as_of))
        return _encode(lines, _footer(profile, answer.as_of))
    if isinstance(answer, Matches):
        return _matches(answer)
    if isinstance(answer, NotFound):
        return _missing(answer)
    return _help(answer)


def error(profile: Profile, kind: str) -> bytes:
    """The reply to a query without an answer: `empty`, `no-parameter`, `malformed`, `too-long`, `internal`,
    `refused`."""
    texts = profile.texts
    line = texts.errors.get(kind) or (
        translate(_REFUSED, profile.language) if kind == "refused" else texts.errors["internal"]
    )
    return _encode([line, ""], [*texts.disclaimer.split("\n")])


_REFUSED = message("Error: this object does not keep to the profile of the registry and cannot be shown.")
"""What is said where a profile has no words of its own for it: to ask again would not help."""


def _missing(answer: NotFound) -> bytes:
    """One clear line, the time of the data, the disclaimer."""
    texts = answer.profile.texts
    kind = answer.query.kind if isinstance(answer.query, Lookup) else Kind.DOMAIN
    line = texts.reserved if answer.reserved and texts.reserved else texts.not_found[kind.value]
    return _encode([line], _footer(answer.profile, answer.as_of, pointer=False))


def _help(answer: HelpText) -> bytes:
    texts = answer.profile.texts
    return _encode(texts.help.split("\n"), _footer(answer.profile, answer.as_of, pointer=False))


def _matches(answer: Matches) -> bytes:
    """Several name servers as a list, several objects of another kind one after the other, each after an empty
    line and opened by its key."""
    profile = answer.profile
    lines: list[str] = []
    if len(answer.views) > 1 and all(view.table == "host" for view in answer.views):
        lines.append(profile.texts.many)
        lines.extend(_match(profile.texts.match, view) for view in answer.views)
    else:
        for view in answer.views:
            if lines:
                lines.append("")
            _object(profile, view, lines)
    footer = _footer(profile, answer.as_of)
    if answer.is_cut:
        footer.insert(0, profile.texts.more.replace("{shown}", str(len(answer.views))))
    return _encode(lines, footer)


def _match(template: str, view: View) -> str:
    line = template
    for short in ("id", "name"):
        line = line.replace(f"{{{short}}}", plain(view.first(short) or ""))
    return line


def _object(profile: Profile, view: View, lines: list[str]) -> None:
    for write in _writers(profile, view.table):
        write(view, lines)


def _footer(profile: Profile, as_of: str | None, pointer: bool = True) -> list[str]:
    """What stands below: the commit time of the data served, the pointer to the status codes, the disclaimer."""
    texts = profile.texts
    lines = [texts.update.replace("{as_of}", as_of), ""] if as_of else [""]
    if pointer and texts.pointer:
        lines += [texts.pointer, ""]
    lines.append(texts.disclaimer)
    return lines


def _encode(lines: list[str], footer: list[str]) -> bytes:
    text = _EOL.join(lines) + _EOL + "\n".join(footer).replace("\n", _EOL) + _EOL
    return text.encode("utf-8", "replace")


def plain(text: str) -> str:
    """A value that cannot break out of its line or steer a terminal: white space becomes a blank, controls,
    line breaks and marks that turn the direction of writing become U+FFFD."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _JOINERS else _REPLACED.get(unicodedata.category(char), char)
        for char in text.replace("\r\n", " ")
    ).translate(_DIRECTIONS)


_JOINERS = "\u200c\u200d"  # IDNA2008 and Indic and Persian names need them (RFC 5892 appendix A)
_REPLACED = {"Cc": "\ufffd", "Cs": "\ufffd", "Co": "\ufffd", "Cn": "\ufffd", "Zl": " ", "Zp": " ", "Zs": " "}
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF], 0xFFFD)


@lru_cache(maxsize=256)
def _writers(profile: Profile, table: str) -> tuple[Write, ...]:
    """The functions that write a kind of object's lines, in the profile's order."""
    return _compile(profile.layouts.get(table, ()), "", profile)


def _compile(layout: Layout, word: str, profile: Profile) -> tuple[Write, ...]:
    return tuple(write for item in layout for write in _writer(item, word, profile))


def _writer(item: Item, word: str, profile: Profile) -> list[Write]:
    if isinstance(item, Fixed):
        return [_fixed(f"{item.label}: {item.value}")]
    if isinstance(item, Entry):
        label = item.label.replace("{role}", word)
        if item.together:
            return [_together(item, label), *_second(item, label, profile)]
        if item.some:
            return [_flag(item, label)]
        return [_entry(item, label, profile.language), *_second(item, label, profile)]
    roles = item.roles or {item.table: word}
    return [_group(role, _compile(item.items, named, profile), item.show_empty) for role, named in roles.items()]


def _fixed(line: str) -> Write:
    def write(view: View, lines: list[str]) -> None:
        lines.append(line)

    return write


def _entry(entry: Entry, label: str, language: str) -> Write:
    """An element: a line for each of its values, or for what stands for them, or for nothing."""
    short = entry.shorts[0]
    start = f"{label}: "
    read, join, show_empty, display = entry.text, entry.join, entry.show_empty, entry.display
    is_worded = bool(read or join)

    def write(view: View, lines: list[str]) -> None:
        values = view.fields.get(short)
        if values is None:
            redaction = view.redacted.get(short)
            if redaction is not None and redaction.text:
                lines.append(start + _withheld(redaction, language))
            elif show_empty:
                lines.append(start)
            return
        if display is not None and short not in view.redacted:
            values = tuple([display(value) for value in values])
        if is_worded:
            values = _worded(values, read, join)
        for value in values:
            if not value.isprintable():
                value = plain(value)
            lines.append(start + value)

    return write


def _worded(values: tuple[str, ...], read: str, join: str) -> tuple[str, ...]:
    """Values as their text reads, each by itself, and joined if they are to be."""
    texts = [plain(value) for value in values]
    if read:
        texts = [read.replace("{value}", text) for text in texts]
    return (join.join(texts),) if join else tuple(texts)


@lru_cache(maxsize=4096)
def _withheld(redaction: Redaction, language: str) -> str:
    """What stands for a value that is withheld."""
    return said(redaction.text, language)


def _second(entry: Entry, label: str, profile: Profile) -> list[Write]:
    """The same elements in the second postal form, as `Key (Translation): value` (specification 4 §1.4); of those
    on one line the ones that a form has."""
    if not profile.translation or TEXTS.isdisjoint(entry.shorts):
        return []
    again, named = replace(entry, show_empty=False), f"{label} ({profile.translation})"
    write = _together(again, named) if entry.together else _entry(again, named, profile.language)

    def write_second(view: View, lines: list[str]) -> None:
        for other in view.parts.get("postal", ()):
            if not other.fields.keys().isdisjoint(entry.shorts):
                write(other, lines)

    return [write_second]


def _flag(entry: Entry, label: str) -> Write:
    """A group that is only there or not."""
    short = entry.shorts[0]
    some, none = f"{label}: {entry.some}", f"{label}: {entry.none}"

    def write(view: View, lines: list[str]) -> None:
        lines.append(some if short in view.fields else none)

    return write


def _together(entry: Entry, label: str) -> Write:
    """Several elements on one line; no line if none has a value."""
    shorts, join, show_empty = entry.shorts, entry.join, entry.show_empty

    def write(view: View, lines: list[str]) -> None:
        values = [plain(value) for short in shorts for value in view.fields.get(short, ())]
        if values or show_empty:
            lines.append(f"{label}: {join.join(values)}")

    return write


def _group(name: str, writers: tuple[Write, ...], show_empty: bool) -> Write:
    """The parts of a name. One of which nothing is shown reads the same each time: it is written once."""
    blank: tuple[object, list[str]] = (None, [])
    absent = (View(name, "", {}, {}, {}),) if show_empty else ()

    def write(view: View, lines: list[str]) -> None:
        nonlocal blank
        for part in view.parts.get(name, absent):
            if part.fields or part.parts:
                for writer in writers:
                    writer(part, lines)
                continue
            if blank[0] is not part.redacted:
                text: list[str] = []
                for writer in writers:
                    writer(part, text)
                blank = (part.redacted, text)
            lines.extend(blank[1])

    return write
