"""A view of a contact, registrar or desk as a jCard (RFC 7095; RFC 6350; RFC 8605 for the country code).

Positional fields that are withheld are empty and still there (RFC 9537 §3.2); all others are left out. Where a
contact is shown in both of its postal forms, the properties in which these differ stand there twice, as
alternatives of each other (RFC 6350 §5.4, ALTID), each with its language (§5.1) where the profile tells it.
"""

from __future__ import annotations

from typing import Any

from directory.profile.redaction import CONTACT_URI
from directory.profile.view import View

SECOND = "postal"
"""The part of a contact's view that is its other postal form."""
ALTID = "1"

_VERSION = ["version", {}, "text", "4.0"]
_EMPTY_NAME = ["fn", {}, "text", ""]
_ADDRESS = frozenset({"street", "city", "sp", "pc", "cc"})
_SPOKEN = frozenset({"street", "city", "sp"})
_PLACES = frozenset({"street", "city", "sp", "pc"})
"""The elements that have a fixed place in an address, which stays there when they are withheld."""

Property = list[Any]


def jcard(view: View, name: str = "name", org: str = "org") -> list[Any]:
    """The `vcardArray` of a view; `name` and `org` say which elements are the jCard's fn and org."""
    fields = view.fields
    postal = _postal(view, name, org)
    for second in view.parts.get(SECOND, ()):
        postal = _both(postal, _postal(second, name, org))
    properties = [_VERSION]
    if not postal or postal[0][0] != "fn":
        # It must be there, and may be empty where the name is not known (RFC 9083 §3).
        properties.append(_EMPTY_NAME)
    properties += postal
    if "voice" in fields:
        properties.append(_phone("voice", fields["voice"][0], _first(fields, "voiceExt")))
    if "fax" in fields:
        properties.append(_phone("fax", fields["fax"][0], _first(fields, "faxExt")))
    if "email" in fields:
        properties.append(_email(view, fields["email"][0]))
    return ["vcard", properties]


def _postal(view: View, name: str, org: str) -> list[Property]:
    """The properties of a postal form: fn, org, adr, as far as there is anything to be said of them."""
    fields = view.fields
    language = {"language": view.lang} if view.lang else {}  # RFC 6350 §5.1
    properties: list[Property] = []
    if name in fields:
        properties.append(["fn", language, "text", fields[name][0]])
    elif name in view.redacted:
        properties.append(_EMPTY_NAME)
    if org in fields:
        properties.append(["org", language, "text", fields[org][0]])
    if _has_address(view):
        properties.append(_address(fields, {} if _SPOKEN.isdisjoint(fields) else language))
    return properties


def _both(first: list[Property], second: list[Property]) -> list[Property]:
    """The properties of two postal forms: one where they are alike or only one form has it, else the two as
    alternatives of each other."""
    others = {each[0]: each for each in second}
    result = []
    for each in first:
        other = others.pop(each[0], each)
        result += [each] if other == each else [_alternative(each), _alternative(other)]
    result += others.values()
    return sorted(result, key=lambda each: _ORDER[each[0]])


_ORDER = {"fn": 0, "org": 1, "adr": 2}


def _alternative(made: Property) -> Property:
    name, parameters, *rest = made
    return [name, {**parameters, "altid": ALTID}, *rest]


def _email(view: View, value: str) -> Property:
    """An address, or the page that stands instead (RFC 8605 §2.1)."""
    redaction = view.redacted.get("email")
    if redaction is not None and redaction.shape == CONTACT_URI:
        return ["contact-uri", {}, "uri", value]
    return ["email", {}, "text", value]


def _first(fields: dict[str, tuple[str, ...]], short: str) -> str:
    values = fields.get(short)
    return values[0] if values else ""


def _has_address(view: View) -> bool:
    """Whether a part of the address is shown, or withheld so that its place must be there and empty."""
    return not (_ADDRESS.isdisjoint(view.fields) and _PLACES.isdisjoint(view.redacted))


def _address(fields: dict[str, tuple[str, ...]], language: dict[str, str]) -> Property:
    """Street lines are a text if there is one, an array if there are several (TIG 3.8.1); the country's name
    stays empty and its code is a parameter (gTLD RDAP Response Profile 1.4)."""
    lines = fields.get("street", ())
    street: str | list[str] = list(lines) if len(lines) > 1 else "".join(lines)
    country = fields.get("cc")
    parameters = {**language, "cc": country[0]} if country else language
    parts = ["", "", street, _first(fields, "city"), _first(fields, "sp"), _first(fields, "pc"), ""]
    return ["adr", parameters, "text", parts]


def _phone(type_: str, number: str, extension: str) -> Property:
    """A telephone number as a URI of RFC 3966; an extension that is not of digits cannot stand in one and is
    left out."""
    # RFC 3966 §3: ext takes phonedigits only.
    tail = f";ext={extension}" if extension.isascii() and extension.isdigit() else ""
    return ["tel", {"type": type_}, "uri", f"tel:{number}{tail}"]
