"""An element of the data model: its names, its meaning, its type, and where it lives (SAC054 §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from directory.errors import BadValue
from directory.model import format as form
from directory.model.name import to_ascii

NONE: Mapping[str, Wording] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in Spanish and English."""

    es: str
    en: str

    def text(self, lang: str) -> str:
        """The text in a language, `es` or `en`."""
        return self.es if lang == "es" else self.en


def _text(value: str) -> str:
    clean = " ".join(value.split())
    if not clean.isprintable():
        raise BadValue(f"{value!r} has control characters in it", "RFC 9022 §4")
    return clean


def _token(value: str) -> str:
    clean = _text(value)
    if not 1 <= len(clean) <= 255:
        raise BadValue(f"an identifier has 1 to 255 characters, not {len(clean)}", "RFC 5730 §4")
    return clean


def _u_label(value: str) -> str:
    to_ascii(value)
    return value


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadValue(f"{value!r} is no date like 2026-01-31", "RFC 3339 §5.6") from None


def _integer(value: str) -> str:
    return str(form.integer(value, 0, 10**18 - 1, "XML Schema Part 2 §3.3.20"))


def _extension(value: str) -> str:
    if not (value.isascii() and value.isprintable() and len(value) <= 32 and value.strip()):
        raise BadValue(f"{value!r} is no extension of a telephone number", "RFC 5733 §2.5")
    return value


def _group(value: str) -> str:
    raise BadValue(f"a group has parts and no value such as {value!r}", "SAC054 §4")


CANONICAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "domain-name": to_ascii,
        "u-label": _u_label,
        "host-name": to_ascii,
        "text": _text,
        "id": _token,
        "roid": form.roid,
        "epp-status": _token,
        "date-time": form.instant,
        "date": _date,
        "country": form.country,
        "phone": form.phone,
        "phone-extension": _extension,
        "email": form.email,
        "uri": form.web_uri,
        "ip-address": form.address,
        "registrar-id": _token,
        "integer": _integer,
        "hex": form.hexadecimal,
        "base64": form.base64_text,
        "language": form.language,
        "contact-reference": _token,
        "host-reference": to_ascii,
        "group": _group,
        "enum": _token,
    }
)
"""The types of elements, each with what makes the canonical text of a value or raises `BadValue`."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a table; `key` is how profiles name it, `contact.voice`.

    `printed` is SAC054's short name where it differs. `origin` is `deposit`, `side-data`, `extension` or
    `derived`. `group` is the table that has its parts. `xml`, `csv`, `rdap` and `whois` are its places, empty
    where it has none. `max` None is without limit. `never`: neither stored nor served.
    """

    table: str
    short: str
    long: Wording
    description: Wording
    type: str
    source: str
    printed: str = ""
    group: str = ""
    origin: str = "deposit"
    lang: bool = False
    never: bool = False
    xml: str = ""
    csv: str = ""
    rdap: str = ""
    whois: str = ""
    min: int = 0
    max: int | None = 1
    length: tuple[int, int | None] = (0, None)
    range: tuple[int, int | None] = (0, None)
    values: Mapping[str, Wording] = field(default_factory=lambda: NONE)

    @property
    def key(self) -> str:
        """The name by which profiles, disclosure and findings know the element."""
        return f"{self.table}.{self.short}"

    @property
    def many(self) -> bool:
        """Whether it may have several values."""
        return self.max != 1

    def canonical(self, text: str) -> str:
        """The canonical text of a value, by type, length, range and allowed values; raises `BadValue`."""
        value = CANONICAL[self.type](text)
        _within(len(value), self.length, f"{self.key} has {len(value)} characters", self.source)
        if self.type == "integer":
            _within(int(value), self.range, f"{self.key} is {value}", self.source)
        if self.values and value not in self.values:
            raise BadValue(f"{value!r} is none of {', '.join(self.values)}", self.source)
        return value


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the model: an object of the registry, or a group of elements that belongs to one (`of`)."""

    name: str
    long: Wording
    description: Wording
    source: str
    elements: tuple[Element, ...]
    of: tuple[str, ...] = ()
    extension: str = ""


def _within(number: int, bounds: tuple[int, int | None], said: str, rule: str) -> None:
    low, high = bounds
    if number < low or (high is not None and number > high):
        raise BadValue(f"{said}, which is not {low} to {high}" if high is not None else f"{said}, not {low}", rule)
