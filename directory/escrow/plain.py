"""Reads objects that are plainly written by a pattern, where a parser would build a tree to be thrown away.

The tables say which elements an object has, in the order that RFC 9022 §9 has them. From that comes a pattern, in
the prefixes of the deposit. What it matches is well-formed and is what the parser would have seen: it has no
comments, no namespaces of its own, no references but the five of XML, and nothing that the tables do not have.
Whatever is not matched, or is not of its format, is left to the parser, which knows to say what is wrong; so
nothing is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr, unescape

from lxml import etree

from directory.errors import BadValue
from directory.escrow.fields import Convert, Field, Form, Nested, Report, Table
from directory.model.base import Value

_SPACE = r"[ \t\r\n]*+"
_ILLEGAL = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"  # no document may have them (XML 1.0 §2.2)
_OTHER = rf"[^<>&{_ILLEGAL}]*+"
_TEXT = rf"{_OTHER}(?:&(?:amp|lt|gt|quot|apos);{_OTHER})*+"
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_VALUE = rf'[^"<>&{_ILLEGAL}]++'
_NOTHING = r"(?!)"
_KNOWN = 1 << 12  # elements of which few serve most objects
_LONGEST = 1 << 12  # characters of one

Name = Callable[[str], str | None]
"""How a tag is written, ready for a pattern; None if its namespace has no prefix."""


class NotPlain(Exception):
    """It is for the parser to say what this is."""


@dataclass(frozen=True, slots=True)
class Plain:
    """How objects are read where they are plainly written: the table of their elements, and what makes an object
    of its values. `make` raises `BadValue` where there is anything to be said."""

    table: Table
    make: Callable[[dict[str, Any]], Value]


class Reader:
    """Reads the objects of one tag as a deposit writes them: with these namespaces, in this encoding."""

    def __init__(self, tag: str, plain: Plain, namespaces: Mapping[str | None, str], encoding: str) -> None:
        name = _namer(namespaces)
        self._make = plain.make
        self._encoding = encoding
        own = name(tag)
        around = (f"<{own}>", f"</{own}>")
        self._values = _Values(plain.table, name, namespaces, around)

    def __call__(self, octets: bytes) -> Value | None:
        """The object, from its start tag to its end tag; None if that is for the parser to say."""
        try:
            return self._make(self._values.read(octets.decode(self._encoding)))
        except (NotPlain, BadValue, UnicodeDecodeError):
            return None


class Leaves:
    """Reads the texts of an element's children, all of which are of its namespace and have nothing but text."""

    def __init__(self, tag: str, namespaces: Mapping[str | None, str], encoding: str) -> None:
        own = _namer(namespaces)(tag) or _NOTHING
        prefix = own.rpartition(":")[0]
        child = rf"{prefix}:([\w.-]++)" if prefix else r"([\w.-]++)"
        one = rf"<{child}>({_TEXT})</{child}>"
        self._match = re.compile(rf"<{own}>{_SPACE}((?:{_ungrouped(one)}{_SPACE})*+)</{own}>").fullmatch
        self._each = re.compile(one).findall
        self._encoding = encoding

    def __call__(self, octets: bytes) -> list[tuple[str, str]] | None:
        """The local names and texts; None if they are for the parser to say."""
        try:
            found = self._match(octets.decode(self._encoding))
        except UnicodeDecodeError:
            return None
        said = self._each(found[1]) if found else [("", "", "/")]
        if any(begin != end for begin, _, end in said):
            return None
        return [(name, " ".join(unescape(text, _QUOTES).split())) for name, text, _ in said]


_Leaf = tuple[int, str, Convert]
"""The group of the pattern, the name of the value, and what makes it of its text."""
_Part = tuple[int, str, Callable[[str], Any]]
"""The group, the name, and what makes the value of all elements of the tag as they stand there."""


class _Values:
    """Reads the values of the children of an element by a table, as `fields.read` does."""

    def __init__(
        self, table: Table, name: Name, namespaces: Mapping[str | None, str], around: tuple[str, str] = ("", "")
    ) -> None:
        self._leaves: list[_Leaf] = []
        self._attributes: list[_Leaf] = []
        self._parts: list[_Part] = []
        self._groups = 0
        pieces = [self._piece(str(tag), each[0], name, namespaces) for tag, each in table.readings.items()]
        self._raw = frozenset(group for group, _, _ in self._parts)
        self._match = re.compile(around[0] + _SPACE + "".join(pieces) + around[1]).fullmatch

    def read(self, text: str) -> dict[str, Any]:
        """The values. Raises `NotPlain` and `BadValue`."""
        found = self._match(text)
        if found is None:
            raise NotPlain
        groups: Sequence[str | None] = found.groups()
        if "&" in text:
            groups = [each if place in self._raw else _unescaped(each) for place, each in enumerate(groups)]
        values: dict[str, Any] = {}
        for group, name, convert in self._leaves:
            if (said := groups[group]) is not None:
                words = said.split()
                if not words:
                    raise NotPlain
                values[name] = convert(words[0] if len(words) == 1 else " ".join(words))
        for group, name, convert in self._attributes:
            if (said := groups[group]) is not None:
                values[name] = convert(" ".join(said.split()))
        for group, name, make in self._parts:
            if said := groups[group]:
                values[name] = make(said)
        return values

    def _piece(self, tag: str, field: Field, name: Name, namespaces: Mapping[str | None, str]) -> str:
        """The part of the pattern for one field, and where its values go."""
        own = name(tag)
        if own is None:
            return "" if not field.least else _NOTHING
        make: Callable[[str], Any]
        if field.few and field.nested:
            one = _raw(own)
            make = _Few(field, namespaces)
        elif field.form:
            one, make = _formed(own, field, name, namespaces)
        elif field.convert and field.many:
            one, make = rf"<{own}>{_TEXT}</{own}>{_SPACE}", _repeated(own, field.convert)
        elif field.convert:
            return self._leaf(own, field)
        else:
            return "" if not field.least else _NOTHING
        times = "" if field.least else "?+"
        if field.many:
            times = f"{{{field.least},{field.most or ''}}}+"
        self._parts.append((self._take(), field.name, make))
        return f"((?:{one}){times})"

    def _leaf(self, own: str, field: Field) -> str:
        attributes = ""
        for local, (name, convert) in field.attributes.items():
            attributes += rf'(?:[ \t\r\n]++{local}="({_VALUE})")?+'
            self._attributes.append((self._take(), name, convert))
        assert field.convert is not None
        self._leaves.append((self._take(), field.name, field.convert))
        return f"(?:<{own}{attributes}>({_TEXT})</{own}>{_SPACE})" + ("" if field.least else "?+")

    def _take(self) -> int:
        self._groups += 1
        return self._groups - 1


class _Few:
    """Values of elements of which few serve most objects: what the parser makes of them is kept."""

    def __init__(self, field: Field, namespaces: Mapping[str | None, str]) -> None:
        said = (
            f"xmlns{':' if prefix else ''}{prefix or ''}={quoteattr(uri)}" for prefix, uri in namespaces.items()
        )
        self._head = f"<x {' '.join(said)}>"
        assert field.nested is not None
        self._nested: Nested = field.nested
        self._many = field.many
        self._known = lru_cache(maxsize=_KNOWN)(self._read)

    def __call__(self, text: str) -> Any:
        return self._known(text) if len(text) <= _LONGEST else self._read(text)

    def _read(self, text: str) -> Any:
        report = Report()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
        try:
            found = [self._nested(one, report) for one in etree.fromstring(f"{self._head}{text}</x>", parser)]
        except etree.XMLSyntaxError:
            raise NotPlain from None
        if report.findings or report.notes or (not self._many and len(found) != 1):
            raise NotPlain
        return found if self._many else found[0]


def _inside(own: str) -> str:
    """Whatever is in an element but its end tag."""
    other = rf"[^<{_ILLEGAL}]*+"
    return rf"{other}(?:<(?!/{own}>){other})*+"


def _raw(own: str) -> str:
    """An element as it stands there, whatever is in it."""
    begin = rf"<{own}(?=[ \t\r\n/>])[^<>&{_ILLEGAL}]*+"
    return rf"{begin}(?:(?<=/)>|(?<!/)>{_inside(own)}</{own}>){_SPACE}"


def _formed(
    own: str, field: Field, name: Name, namespaces: Mapping[str | None, str]
) -> tuple[str, Callable[[str], Any]]:
    """The pattern of an element with attributes and a text or children, and what makes values of some of them."""
    form: Form = field.form  # type: ignore[assignment]
    inner = _inside(own) if form.table else _TEXT

    def pattern(value: str, content: str) -> str:
        said = "".join(rf'(?:[ \t\r\n]++{local}="{value}")?+' for local in form.attributes)
        return rf"<{own}{said}>{content}</{own}>{_SPACE}"

    each = re.compile(pattern(f"({_VALUE})", f"({inner})")).findall
    read = _Values(form.table, name, namespaces).read if form.table else _token
    make, is_many = form.make, field.many

    def made(text: str) -> Any:
        found = each(text)
        if not form.attributes:
            values = [make(read(content)) for content in found]
        else:
            values = [make(*said, read(content)) for *said, content in found]
        return values if is_many else values[0]

    return pattern(_VALUE, inner), made


def _ungrouped(pattern: str) -> str:
    return re.sub(r"\((?!\?)", "(?:", pattern)


def _repeated(own: str, convert: Convert) -> Callable[[str], Any]:
    each = re.compile(rf"<{own}>({_TEXT})</").findall
    return lambda text: [convert(_token(one)) for one in each(text)]


def _unescaped(text: str | None) -> str | None:
    return unescape(text, _QUOTES) if text and "&" in text else text


def _token(text: str) -> str:
    words = unescape(text, _QUOTES).split()
    if not words:
        raise NotPlain
    return " ".join(words)


def _namer(namespaces: Mapping[str | None, str]) -> Name:
    """How tags are written; where a namespace has several prefixes, with one of them."""
    prefixes = {uri: prefix for prefix, uri in namespaces.items()}

    def name(tag: str) -> str | None:
        uri, _, local = tag[1:].partition("}")
        prefix = prefixes.get(uri, "")
        return None if prefix == "" else re.escape(f"{prefix}:{local}" if prefix else local)

    return name
