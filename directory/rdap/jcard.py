"""A view of a contact, registrar or desk as a jCard (RFC 7095; RFC 6350; RFC 8605 for the country code).

Positional fields that are withheld are empty and still there (RFC 9537 §3.2); all others are left out.
"""

from __future__ import annotations

from typing import Any

from directory.profile.redaction import CONTACT_URI
from directory.profile.view import View

_VERSION = ["version", {}, "text", "4.0"]
_ADDRESS = ("street", "city", "sp", "pc", "cc")


def jcard(view: View, name: str = "name", org: str = "org") -> list[Any]:
    """The `vcardArray` of a view; `name` and `org` say which elements are the jCard's fn and org."""
    fields = view.fields
    # fn must be there, and may be empty where the name is withheld or not known (RFC 9083 §3, RFC 9537 §3.2).
    language = {"language": view.lang} if view.lang else {}  # RFC 6350 §5.1
    properties: list[Any] = [_VERSION, ["fn", language if name in fields else {}, "text", _first(fields, name)]]
    if org in fields:
        properties.append(["org", language, "text", fields[org][0]])
    if _has_address(view):
        spoken = any(short in fields for short in ("street", "city", "sp"))
        properties.append(_address(fields, language if spoken else {}))
    if "voice" in fields:
        properties.append(_phone("voice", fields["voice"][0], _first(fields, "voiceExt")))
    if "fax" in fields:
        properties.append(_phone("fax", fields["fax"][0], _first(fields, "faxExt")))
    if "email" in fields:
        properties.append(_email(view, fields["email"][0]))
    return ["vcard", properties]


def _email(view: View, value: str) -> list[Any]:
    """An address, or the page that stands instead (RFC 8605 §2.1)."""
    redaction = view.redacted.get("email")
    if redaction is not None and redaction.shape == CONTACT_URI:
        return ["contact-uri", {}, "uri", value]
    return ["email", {}, "text", value]


def _first(fields: dict[str, tuple[str, ...]], short: str) -> str:
    values = fields.get(short)
    return values[0] if values else ""


def _has_address(view: View) -> bool:
    """Whether a part of the address is shown, or withheld in a way that must leave its place empty."""
    if any(short in view.fields for short in _ADDRESS):
        return True
    return any(short in view.redacted and view.redacted[short].method != "removal" for short in _ADDRESS)


def _address(fields: dict[str, tuple[str, ...]], language: dict[str, str]) -> list[Any]:
    """Street lines are a text if there is one, an array if there are several (TIG 3.8.1); the country's name
    stays empty and its code is a parameter (gTLD RDAP Response Profile 1.4)."""
    lines = fields.get("street", ())
    street: str | list[str] = list(lines) if len(lines) > 1 else "".join(lines)
    country = fields.get("cc")
    parameters = {**language, "cc": country[0]} if country else language
    parts = ["", "", street, _first(fields, "city"), _first(fields, "sp"), _first(fields, "pc"), ""]
    return ["adr", parameters, "text", parts]


def _phone(type_: str, number: str, extension: str) -> list[Any]:
    """A telephone number as a URI of RFC 3966; an extension that is not of digits cannot stand in one and is
    left out."""
    # RFC 3966 §3: ext takes phonedigits only.
    tail = f";ext={extension}" if extension.isascii() and extension.isdigit() else ""
    return ["tel", {"type": type_}, "uri", f"tel:{number}{tail}"]
