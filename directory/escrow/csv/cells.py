"""How the text of a cell becomes a value: the formats of the XML model, for text that nobody collapses (RFC 4180).

In XML, blanks at the ends of a value are none of it; in a cell they are (RFC 4180 §2.4). So a cell of a format
that knows no blanks is refused if it has them, while free text is collapsed, as it is in XML.
"""

from __future__ import annotations

from directory.errors import BadValue
from directory.escrow.fields import Convert
from directory.escrow.objects import shared
from directory.model import format as formats


def strict(convert: Convert) -> Convert:
    """A converter that takes no blanks at the ends of a cell, nor several in a row."""

    def checked(cell: str) -> object:
        if (" " in cell or not cell.isprintable()) and " ".join(cell.split()) != cell:
            raise BadValue(f"{cell!r} has blanks that are none of it", "RFC 4180 §2.4")
        return convert(cell)

    return checked


def identifier(convert: Convert, most: int) -> Convert:
    """A strict converter of identifiers, of which deposits have millions: most of them are plainly well."""
    slowly = strict(convert)

    def checked(cell: str) -> object:
        return cell if cell.isalnum() and len(cell) <= most else slowly(cell)

    return checked


def prose(convert: Convert | None = None) -> Convert:
    """A converter of free text: white space is collapsed, and what is nothing else is no text."""

    def checked(cell: str) -> object:
        collapsed = " ".join(cell.split())
        if not collapsed:
            return None
        return collapsed if convert is None else convert(collapsed)

    return checked


ID = identifier(shared.ID, 64)
CLIENT = identifier(shared.CLIENT, 255)
BOOLEAN = shared.boolean


def number(high: int, rule: str, low: int = 0) -> Convert:
    """A converter of whole numbers from `low` to `high`."""
    return lambda cell: formats.integer(cell, low, high, rule)


def ip_version(cell: str) -> str:
    """`v4` or `v6` (RFC 5732 §4)."""
    if cell not in ("v4", "v6"):
        raise BadValue(f"{cell!r} is neither v4 nor v6", "RFC 5732 §4")
    return cell
