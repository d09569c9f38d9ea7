"""Text as XML: values escaped, elements with attributes (XML 1.0 §2.4, §3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from directory.errors import BadValue

_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(value: str) -> str:
    """A value as the content of an element."""
    if "&" in value or "<" in value or ">" in value:
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value


def quoted(value: str) -> str:
    """A value as that of an attribute, between double quotes."""
    return escaped(value).replace('"', "&quot;")


def element(tag: str, value: str | None) -> str:
    """An element with a value; nothing without one."""
    return f"<{tag}>{escaped(value)}</{tag}>" if value else ""


def elements(tag: str, values: Iterable[str]) -> str:
    """An element for each of the values."""
    return "".join([f"<{tag}>{escaped(value)}</{tag}>" for value in values])


def number(tag: str, value: int | None) -> str:
    """An element with a number; nothing without one."""
    return "" if value is None else f"<{tag}>{value}</{tag}>"


def attributed(tag: str, value: str | None, name: str, attribute: str | None) -> str:
    """An element with a value and an attribute, either of which may be missing; nothing without both."""
    if attribute is None:
        return element(tag, value)
    return f'<{tag} {name}="{quoted(attribute)}">{escaped(value or "")}</{tag}>'


def group(tag: str, content: str, attributes: str = "") -> str:
    """An element around others; nothing around nothing."""
    return f"<{tag}{attributes}>{content}</{tag}>" if content else ""


def checked(xml: str) -> str:
    """The text itself. Raises `BadValue` for a character that no XML document can have (XML 1.0 §2.2)."""
    found = _NO_CHARACTER.search(xml)
    if found:
        raise BadValue(f"U+{ord(found[0]):04X} is a character that XML cannot carry", "XML 1.0 §2.2")
    return xml
