"""What may stand in the place of a withheld value: a part of it, or another value (RFC 9537 §3).

What is sent is RDAP all the same, and a client reads a date where RFC 9083 has one. So a part of a value must be
one of the element's values still, and so must what stands instead of it; a word such as REDACTED is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from directory.document import Document, Place
from directory.errors import BadValue, Finding
from directory.model import format as form
from directory.model.element import Element
from directory.profile import placeholder, wording
from directory.profile.format import FORMATS
from directory.profile.formats import uri
from directory.profile.redaction import CONTACT_URI, NAME

EXAMPLE = "example.com"
"""A name of a domain, to see what a value with a name in it is like."""
_DIVISIBLE = frozenset({"text", "email", "phone", "phone-extension"})
"""The types of element of which a part is such a value still: all others are codes, names and numbers."""
_IN_TEXT = "text: REDACTED FOR PRIVACY, for text replies"

_NO_VALUE = re.compile(
    r"([x*#.?_-])\1*"
    r"|(data |value |information )?(is |was )?(redacted|withheld|hidden|removed|masked|suppressed|undisclosed"
    r"|private|protected|confidential|unknown|none|null|(not|non|un)[ -]?(disclosed|available|public|shown))"
    r"( (for|by|due to|under|because of) .*)?[.!]?"
    r"|n/?a",
    re.IGNORECASE,
)
"""Words that say that there is a value, and are none (RFC 9537 §3: "XXXX")."""
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\s)\S+\Z")
_TEL = re.compile(r"tel:\+[0-9]([0-9().-]*[0-9])?(;[a-z0-9-]+=[^\s;]+)*\Z", re.IGNORECASE)


def check(document: Document, place: Place, data: Mapping[str, Any], element: Element) -> Iterator[Finding]:
    """The faults of a withholding that leaves a part of a value or puts another in its place; and of its words."""
    yield from wording.lines(document, (*place, "text"), data.get("text", ""))
    yield from placeholder.texts(document, (*place, "text"), data.get("text", ""))
    if "keep" in data and data.get("method") == "partialValue":
        yield from _part(document, (*place, "keep"), data["keep"], element)
    if "value" in data and data.get("method") == "replacementValue":
        unknown = list(placeholder.texts(document, (*place, "value"), data["value"], (NAME,)))
        yield from unknown or _value(document, (*place, "value"), data, element)


def _part(document: Document, place: Place, keep: Any, element: Element) -> Iterator[Finding]:
    said = ""
    if element.type not in _DIVISIBLE or element.values:
        said = f"{element.key} is of the type {element.type}, and a part of such a value is none"
    elif element.type == "phone" and (isinstance(keep, Mapping) and keep.get("first", 0) < 2):
        said = f"what is left of {element.key} is no telephone number: it begins with + and a digit"
    if said:
        yield document.finding(
            place, "RFC 9537 §3.3", said, "method: removal" if element.type != "phone" else _FIRST
        )


_FIRST = "keep: {first: 4}"


def _value(document: Document, place: Place, data: Mapping[str, Any], element: Element) -> Iterator[Finding]:
    """Whether a value can stand instead of those of an element, with any domain's name in it."""
    value = data["value"]
    if _NO_VALUE.fullmatch(value.strip()):
        said = f"{value!r} says that a value is withheld, and must not stand where there is one"
        yield document.finding(place, "RFC 9537 §3", said, f"leave out method and value; {_IN_TEXT}")
        return
    filled = value.replace(NAME, EXAMPLE)
    try:
        if data.get("as") == CONTACT_URI:
            _contact_uri(filled)
        else:
            _fits(element, filled)
    except BadValue as error:
        said = f"{value!r} cannot stand instead of {element.key}: {error}"
        hint = f"text: {value}, if it is for text replies"
        if element.short == "email" and _URI.match(filled):
            hint = f"as: {CONTACT_URI}, with an address of http, https, mailto or tel"
        yield document.finding(place, error.rule, said, hint)


def _fits(element: Element, value: str) -> None:
    """Raises `BadValue` where a value can be none of an element's."""
    canonical = element.canonical(value)
    if canonical != value:
        raise BadValue(f"it is written {canonical!r}", element.source)
    if element.type == "uri":  # it becomes a link
        _WEB(value)
    if element.type in _FORMATS:
        FORMATS[_FORMATS[element.type]].check(value)
    scheme = _URI.match(value)
    if scheme and element.type == "text" and scheme[1].lower() not in _SCHEMES:
        raise BadValue(f"the scheme {scheme[1]!r} is none that a client should follow", "RFC 9083 §4.2")


def _mail(text: str) -> None:
    form.email(text.partition(":")[2].partition("?")[0])


def _telephone(text: str) -> None:
    if not _TEL.match(text):
        raise BadValue(f"{text!r} is no telephone number like tel:+1-555-0100", "RFC 3966 §3")


_FORMATS = {"epp-status": "epp-status", "date-time": "rfc3339"}
"""The formats that RDAP has for types of which the store holds more."""
_WEB = uri.web_uri
_SCHEMES = {"http": _WEB, "https": _WEB, "mailto": _mail, "tel": _telephone}


def _contact_uri(text: str) -> None:
    """Raises `BadValue` where a text is no URI by which someone can be reached."""
    scheme = text.partition(":")[0].lower()
    if not _URI.match(text) or scheme not in _SCHEMES:
        raise BadValue(f"a URI of {', '.join(_SCHEMES)} is wanted", "RFC 8605 §2.1")
    _SCHEMES[scheme](text)
