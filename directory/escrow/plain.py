"""Reads objects that are plainly written by a pattern, where a parser would build a tree to be thrown away.

The tables say which elements an object has, in the order that RFC 9022 §9 has them. From that comes a pattern, in
the prefixes of the deposit. What it matches is well-formed and is what the parser would have seen: it has no
comments, no namespaces of its own, no references but the five of XML, no white space that would be collapsed, and
nothing that the tables do not have. Elements of which few serve most objects are captured as they stand there, and
the parser reads each once. Whatever is not matched, or is not of its format, is left to the parser, which knows to
say what is wrong; so nothing is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from xml.sax.saxutils import quoteattr, unescape

from lxml import etree

from directory.errors import BadValue
from directory.escrow.fields import Convert, Field, Form, Nested, Report, Table
from directory.model.base import Value

_SPACE = r"[ \t\r\n]*+"
_ILLEGAL = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"  # no document may have them (XML 1.0 §2.2)
_BLANK = r"\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffe\uffff"
_WORD = rf"(?:[^<>&{_BLANK}]++|&(?:amp|lt|gt|quot|apos);)++"
_TEXT = rf"{_WORD}(?: {_WORD})*+"
_VALUE = rf'[^"<>&{_BLANK}]++'
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_NOTHING = r"(?!)"
_KNOWN = 1 << 12  # elements of which few serve most objects
_LONGEST = 1 << 12  # characters of them that stand together
_MOST = 100  # tags in them

Namespaces = Mapping[str | None, str]
"""Those in scope, by their prefixes."""
Name = Callable[[str], str | None]
"""How a tag is written, ready for a pattern; None if its namespace has no prefix."""
Groups = Sequence[str | None]


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

    def __init__(self, tag: str, plain: Plain, namespaces: Namespaces, encoding: str) -> None:
        name = _namer(namespaces)
        self._make = plain.make
        self._encoding = encoding
        self._values = _Values(plain.table, name, namespaces)
        self._match = re.compile(f"<{name(tag)}>{self._values.pattern}</{name(tag)}>").fullmatch

    def __call__(self, octets: bytes) -> Value | None:
        """The object, from its start tag to its end tag; None if that is for the parser to say."""
        try:
            found = self._match(octets.decode(self._encoding))
            return self._make(self._values.of(found.groups())) if found else None
        except (NotPlain, BadValue, UnicodeDecodeError):
            return None


class Leaves:
    """Reads the texts of an element's children, all of which are of its namespace and have nothing but text."""

    def __init__(self, tag: str, namespaces: Namespaces, encoding: str) -> None:
        own = _namer(namespaces)(tag) or _NOTHING
        colon = own.rpartition(":")[1] and own.rpartition(":")[0] + ":"
        one = rf"<{colon}([\w.-]++)>({_TEXT})</{colon}([\w.-]++)>{_SPACE}"
        self._match = re.compile(rf"<{own}>{_SPACE}((?:{_ungrouped(one)})*+)</{own}>").fullmatch
        self._each = re.compile(one).findall
        self._encoding = encoding

    def __call__(self, octets: bytes) -> list[tuple[str, str]] | None:
        """The local names and texts; None if they are for the parser to say."""
        try:
            found = self._match(octets.decode(self._encoding))
        except UnicodeDecodeError:
            return None
        said = self._each(found[1]) if found else []
        if not found or any(begin != end for begin, _, end in said):
            return None
        return [(name, _plain(text)) for name, text, _ in said]


class _Values:
    """Reads the values of the children of an element by a table, as `fields.read` does: `pattern` is what they
    look like, and has `count` groups."""

    def __init__(self, table: Table, name: Name, namespaces: Namespaces) -> None:
        self.count = 0
        self._name = name
        self._namespaces = namespaces
        self._leaves: list[tuple[int, str, Convert]] = []
        self._parts: list[tuple[int, str, Callable[[str], Any]]] = []
        self._inner: list[tuple[int, int, str, Callable[[Groups], Any]]] = []
        self.pattern = _SPACE + "".join(self._piece(str(tag), each[0]) for tag, each in table.readings.items())

    def of(self, groups: Groups) -> dict[str, Any]:
        """The values of what was matched. Raises `NotPlain` and `BadValue`."""
        values: dict[str, Any] = {}
        for group, name, convert in self._leaves:
            said = groups[group]
            if said is not None:
                values[name] = convert(unescape(said, _QUOTES) if "&" in said else said)
        for group, name, make in self._parts:
            if said := groups[group]:
                values[name] = make(said)
        for first, end, name, make_inner in self._inner:
            values[name] = make_inner(groups[first:end])
        return values

    def _piece(self, tag: str, field: Field) -> str:
        """The part of the pattern for one field; where its values go."""
        own, form = self._name(tag), field.form
        is_inner = form and form.table and not form.attributes and field.least and not field.many
        if own and field.few:
            return self._part(field, _element(own), _Few(tag, field, self._namespaces).read)
        if own and form and is_inner:
            return self._inside(own, field, form)
        if own and form:
            return self._part(field, *_formed(own, form, self._name, self._namespaces, is_many=field.many))
        if own and field.convert and field.many:
            return self._part(field, f"<{own}>{_TEXT}</{own}>{_SPACE}", _repeated(own, field.convert))
        if own and field.convert:
            return self._leaf(own, field, field.convert)
        return _NOTHING if field.least else ""

    def _leaf(self, own: str, field: Field, convert: Convert) -> str:
        attributes = _attributes(field.attributes)
        for name, of_attribute in field.attributes.values():
            self._leaves.append((self._take(), name, of_attribute))
        self._leaves.append((self._take(), field.name, convert))
        return f"(?:<{own}{attributes}>({_TEXT})</{own}>{_SPACE})" + ("" if field.least else "?+")

    def _part(self, field: Field, one: str, make: Callable[[str], Any]) -> str:
        """Elements that are captured as they stand there."""
        self._parts.append((self._take(), field.name, make))
        if field.many:
            return f"((?:{one}){{{field.least},{field.most or ''}}}+)"
        return f"((?:{one}){'' if field.least else '?+'})"

    def _inside(self, own: str, field: Field, form: Form) -> str:
        """One element, whose children are captured with ours."""
        assert form.table is not None
        inner, first = _Values(form.table, self._name, self._namespaces), self.count
        self.count += inner.count
        make = form.make
        self._inner.append((first, self.count, field.name, lambda groups: make(inner.of(groups))))
        return f"<{own}>{inner.pattern}</{own}>{_SPACE}"

    def _take(self) -> int:
        self.count += 1
        return self.count - 1


class _Few:
    """Elements of which few serve most objects: what the parser makes of them is kept."""

    def __init__(self, tag: str, field: Field, namespaces: Namespaces) -> None:
        self._tag = tag
        names = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in namespaces.items()}
        self._head = f"<x {' '.join(f'{name}={quoteattr(uri)}' for name, uri in names.items())}>"
        assert field.nested is not None
        self._nested: Nested = field.nested
        self._many = field.many
        self._most = (field.most or _MOST) if field.many else 1
        self.read = lru_cache(maxsize=_KNOWN)(self._read)
        """The value of elements that stand together. Raises `NotPlain` and `BadValue`."""

    def _read(self, text: str) -> Any:
        known = self.read.cache_info()
        if len(text) > _LONGEST or text.count("<") > _MOST or known.misses > max(_KNOWN, known.hits):
            raise NotPlain  # or they are not few, and the parser is quicker with all of the object at once
        report = Report()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            elements = list(etree.fromstring(f"{self._head}{text}</x>", parser))
        except etree.XMLSyntaxError:
            raise NotPlain from None
        if len(elements) > self._most or any(one.tag != self._tag for one in elements):
            raise NotPlain
        found = [self._nested(one, report) for one in elements]
        if report.findings or report.notes:
            raise NotPlain
        return found if self._many else found[0]


def _element(own: str) -> str:
    """An element as it stands there, whatever is in it."""
    other = rf"[^<{_ILLEGAL}]*+"
    attributes = rf"""(?:[^<>"'{_ILLEGAL}]|"[^<>"{_ILLEGAL}]*+"|'[^<>'{_ILLEGAL}]*+')*+"""
    begin = rf"<{own}(?=[ \t\r\n/>]){attributes}"
    return rf"{begin}(?:(?<=/)>|(?<!/)>{other}(?:<(?!/{own}[ \t\r\n>]){other})*+</{own}>){_SPACE}"


def _attributes(names: Iterable[str]) -> str:
    """Attributes in this order, each captured if it is there."""
    return "".join(f'(?: {name}="({_VALUE})")?+' for name in names)


def _formed(
    own: str, form: Form, name: Name, namespaces: Namespaces, *, is_many: bool
) -> tuple[str, Callable[[str], Any]]:
    """The pattern of an element with attributes and a text or children, and what makes values of some of them."""
    attributes = _attributes(form.attributes)
    make, count = form.make, len(form.attributes)
    assert form.table or count, "an element that has nothing but text is a leaf"
    inner = _Values(form.table, name, namespaces) if form.table else None
    one = rf"<{own}{attributes}>{inner.pattern if inner else f'({_TEXT})'}</{own}>{_SPACE}"
    each = re.compile(one)

    def parents(text: str) -> Iterator[Any]:
        assert inner is not None
        for match in each.finditer(text):
            groups = match.groups()
            yield make(*[_plain(said or "") for said in groups[:count]], inner.of(groups[count:]))

    def leaves(text: str) -> Iterator[Any]:
        for said in each.findall(text):
            yield make(*map(_plain, said)) if "&" in text else make(*said)

    values = parents if inner else leaves
    return _ungrouped(one), lambda text: list(values(text)) if is_many else next(values(text))


def _repeated(own: str, convert: Convert) -> Callable[[str], Any]:
    each = re.compile(f"<{own}>({_TEXT})</").findall
    return lambda text: [convert(_plain(one)) for one in each(text)]


def _plain(text: str) -> str:
    return unescape(text, _QUOTES) if "&" in text else text


def _ungrouped(pattern: str) -> str:
    """A pattern that matches the same and captures nothing."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


def _namer(namespaces: Namespaces) -> Name:
    """How tags are written; where a namespace has several prefixes, with one of them."""
    return partial(_written, {uri: prefix for prefix, uri in namespaces.items()})


def _written(prefixes: Mapping[str, str | None], tag: str) -> str | None:
    uri, _, local = tag[1:].partition("}")
    if uri not in prefixes:
        return None
    prefix = prefixes[uri]
    return re.escape(f"{prefix}:{local}" if prefix else local)
