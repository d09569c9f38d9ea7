"""Postal forms and telephone numbers, of contacts and of registrars (RFC 5733 §2.4–2.5, RFC 9022 §4.6.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from directory.errors import BadValue
from directory.escrow.fields import Element, Field, Form, Report, Table, read, text
from directory.model import format as formats

LENGTH = "RFC 5733 §4"
PHONE = {"x": ("voice_ext", text(1, 16, LENGTH))}
FAX = {"x": ("fax_ext", text(1, 16, LENGTH))}
NOT_ASCII = "the int form has other characters than 7-bit ASCII"


def _address_table(space: str) -> Table:
    return Table(
        {
            f"{{{space}}}street": Field("street", text(0, 255, LENGTH), many=True, most=3, rule=LENGTH),
            f"{{{space}}}city": Field("city", text(1, 255, LENGTH), least=1),
            f"{{{space}}}sp": Field("sp", text(0, 255, LENGTH)),
            f"{{{space}}}pc": Field("pc", text(0, 16, LENGTH)),
            f"{{{space}}}cc": Field("cc", formats.country, least=1),
        }
    )


def postal_address(space: str) -> Callable[[Element, Report], dict[str, Any]]:
    """A reader of the address in a postal form; its children are in this namespace."""
    table = _address_table(space)

    def nested(element: Element, report: Report) -> dict[str, Any]:
        return _numbered(read(element, table, report))

    return nested


def plain_address(space: str) -> Form:
    """The same where it is plainly written."""
    return Form(_numbered, table=_address_table(space))


def _numbered(values: dict[str, Any]) -> dict[str, Any]:
    """With the lines of the street each by itself."""
    for place, line in enumerate([line for line in values.pop("street", ()) if line][:3], 1):
        values[f"street_{place}"] = line
    return values


def postal_type(element: Element) -> str:
    """Whether a postal form is `int` or `loc`."""
    return to_postal_type(element.get("type"))


def to_postal_type(type_: str | None) -> str:
    """The same of what an attribute says; raises `BadValue`."""
    if type_ not in ("int", "loc"):
        raise BadValue(f"attribute type: {type_!r} is neither int nor loc", "RFC 5733 §2.4")
    return type_


def language(type_: str, texts: list[str | None]) -> dict[str, str]:
    """The script of a local form; deposits carry no language tag, and none is guessed (RFC 9022 §4.6.3)."""
    joined = " ".join(one for one in texts if one)
    if type_ != "loc" or joined.isascii():
        return {}
    tag = formats.script_tag(joined)
    return {"lang": tag, "lang_origin": "script"} if tag else {}


def check_ascii(element: Element, type_: str, report: Report) -> None:
    """An `int` form is in 7-bit ASCII (RFC 9022 §4.6.3)."""
    if type_ != "int":
        return
    for child in element.iter():
        if child.text and not child.text.isascii():
            report.fault(child, NOT_ASCII, "RFC 9022 §5.3.1.1", code="")
