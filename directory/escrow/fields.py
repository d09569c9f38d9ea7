"""Reads an object's child elements by a table, and reports everything that is wrong with them.

Every kind of element has a table: tag to `Field`. A field says which field of the struct the element fills, and
how its text becomes a canonical value. Faults do not stop the reading; the object is then not built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from lxml import etree

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow.namespace import shown

Element = etree._Element
Convert = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How an element with parts is read where it is plainly written (directory.escrow.plain): `make` is given each
    of its attributes, empty where it is not there, and its text, or the values of its children by a table. It
    raises `BadValue` where there is anything to be said of them."""

    make: Callable[..., Any]
    attributes: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """How one child element is read.

    `name` is the struct's field; `convert` makes the canonical value of a text; `nested` reads an element that has
    children of its own; `many` collects; `attributes` maps attributes to further fields; `least` is how often the
    element has to be there. Where what is `nested` is plainly written, `form` reads it as well; or it is the same
    in so many objects (`few`) that it need not be read each time.
    """

    name: str
    convert: Convert | None = None
    nested: Callable[[Element, Report], Any] | None = None
    many: bool = False
    attributes: Mapping[str, tuple[str, Convert]] = dataclass_field(default_factory=dict)
    least: int = 0
    most: int = 0
    rule: str = "RFC 9022 §9"
    few: bool = False
    form: Form | None = None


Nested = Callable[[Element, "Report"], Any]
_Reading = tuple[Field, str, Nested | None, Convert | None, bool]
"""A field with what is asked of it for every element: name, how it is read, and whether it collects."""


class Table:
    """The child elements of one kind of element."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.readings: dict[object, _Reading] = {
            tag: (one, one.name, one.nested, one.convert, one.many) for tag, one in fields.items()
        }
        self.required = tuple((tag, field) for tag, field in fields.items() if field.least)
        self.bounded = tuple((tag, field) for tag, field in fields.items() if field.most)


@dataclass(slots=True)
class Report:
    """Collects what is wrong with a deposit: the first `cap` findings, and how many more there are."""

    cap: int = 1_000
    findings: list[Finding] = dataclass_field(default_factory=list)
    notes: dict[str, int] = dataclass_field(default_factory=dict)
    hidden: int = 0
    subject: tuple[str, Element, str] | None = None
    foreign: Callable[[Element, Element, Report], bool] | None = None
    faults: int = 0

    def fault(
        self,
        element: Element | None,
        message: str,
        rule: str,
        *,
        tag: str = "",
        hint: str = "",
        code: str = codes.SCHEMA,
    ) -> None:
        """Something that refuses the deposit; what an XML object has wrong breaks its schema."""
        line = 0
        if element is not None:
            line = element.sourceline or 0
            tag = tag or str(element.tag)
        self.add(Finding(self.place(), rule, message, shown(tag) if tag else "", line, hint, code=code))

    def refuse(self, element: Element, error: BadValue, attribute: str = "") -> None:
        """A value that is not of its format; in an attribute, if one is named."""
        code = codes.invalid(self.kind, str(element.tag).partition("}")[2]) or codes.SCHEMA
        message = f"attribute {attribute}: {error}" if attribute else str(error)
        self.fault(element, message, error.rule, code=code)

    def miss(self, element: Element, tag: str, message: str, rule: str) -> None:
        """A value that has to be there and is not: the element of this tag in `element`, or itself, if empty."""
        code = codes.missing(self.kind, tag.partition("}")[2]) or codes.SCHEMA
        self.fault(element, message, rule, tag=tag, code=code)

    @property
    def kind(self) -> str:
        """What is being read, as people call it: `domain`, `IDN table`."""
        return self.subject[0] if self.subject else "deposit"

    def place(self) -> str:
        """The object that is being read, by its kind and its key."""
        if self.subject is None:
            return "deposit"
        kind, element, key = self.subject
        return f"{kind} {' '.join(((key and element.findtext(key)) or '(without a key)').split())[:100]}"

    def add(self, finding: Finding) -> None:
        """Keep a finding, or count it if there are too many to read; a warning is no fault."""
        if not finding.warning:
            self.faults += 1
        if len(self.findings) < self.cap:
            self.findings.append(finding)
        else:
            self.hidden += 1

    def note(self, message: str, times: int = 1) -> None:
        """Something worth saying that refuses nothing, counted by its text."""
        if message in self.notes or len(self.notes) < self.cap:
            self.notes[message] = self.notes.get(message, 0) + times


@dataclass(slots=True)
class Said:
    """How much was said of a deposit so far, by all who read it."""

    findings: int = 0
    notes: int = 0

    @property
    def total(self) -> int:
        """Findings and notes."""
        return self.findings + self.notes


@dataclass(slots=True)
class Passage(Report):
    """One reading of a deposit that is read several times: what an earlier one said is not said again.

    The same octets are read in the same order, so that what is said has its number.
    """

    main: Report = dataclass_field(default_factory=Report)
    said: Said = dataclass_field(default_factory=Said)
    own: Said = dataclass_field(default_factory=Said)

    def add(self, finding: Finding) -> None:
        """Tell the report, unless it was told."""
        if not finding.warning:
            self.faults += 1
        self.own.findings += 1
        if self.own.findings > self.said.findings:
            self.said.findings = self.own.findings
            self.main.add(finding)

    def note(self, message: str, times: int = 1) -> None:
        """Tell the report, unless it was told."""
        self.own.notes += 1
        if self.own.notes > self.said.notes:
            self.said.notes = self.own.notes
            self.main.note(message, times)


def token(element: Element) -> str:
    """An element's text with its white space collapsed (RFC 8909 §6.1: tokens)."""
    text = element.text
    return " ".join(text.split()) if text else ""


def read(parent: Element, table: Table, report: Report) -> dict[str, Any]:
    """The values of an element's children by the names of the struct's fields; faults go to the report."""
    values: dict[str, Any] = {}
    reading = table.readings.get
    for child in parent:
        found = reading(child.tag)
        if found is None:
            _read_foreign(parent, child, report)
            continue
        # A deposit has tens of elements for each object, so that what follows is not split into functions.
        field, name, nested, convert, is_many = found
        value = None
        try:
            if nested is not None:
                value = nested(child, report)
            elif (text := child.text) and (words := text.split()):
                collapsed = words[0] if len(words) == 1 else " ".join(words)
                value = convert(collapsed) if convert is not None else collapsed
            elif field.least:
                report.miss(child, str(child.tag), "it is empty", field.rule)
        except BadValue as error:
            report.refuse(child, error)
        if field.attributes:
            _read_attributes(child, field, values, report)
        if is_many:
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
        elif name in values:
            report.fault(child, "it is there twice", field.rule)
        else:
            values[name] = value
    for tag, field in table.required:
        if field.name not in values:
            report.miss(parent, tag, "it is missing", field.rule)
    for tag, field in table.bounded:
        found_values = values.get(field.name)
        if found_values is not None and len(found_values) > field.most:
            times = f"it is there {len(found_values)} times, more than {field.most}"
            report.fault(parent, times, field.rule, tag=tag)
    return values


def _read_attributes(child: Element, field: Field, values: dict[str, Any], report: Report) -> None:
    for attribute, (name, convert) in field.attributes.items():
        text = child.get(attribute)
        if text is None:
            continue
        try:
            values[name] = convert(" ".join(text.split()))
        except BadValue as error:
            report.refuse(child, error, attribute)


def _read_foreign(parent: Element, child: Element, report: Report) -> None:
    if report.foreign is not None and report.foreign(parent, child, report):
        return
    if str(child.tag).rpartition("}")[2] == "authInfo":
        report.note("authInfo is dropped, never stored (RFC 8909 §9)")
        return
    report.note(f"skipped {shown(child.tag)} in {shown(parent.tag)}: no declared extension reads it")


def text(least: int, most: int, rule: str) -> Convert:
    """A converter for free text of so many characters."""

    def convert(value: str) -> str:
        if not least <= len(value) <= most:
            raise BadValue(f"it has {len(value)} characters, not {least} to {most}", rule)
        return value

    return convert


def choice(allowed: Iterable[str], rule: str) -> Convert:
    """A converter for one of a closed list."""
    values = frozenset(allowed)

    def convert(value: str) -> str:
        if value not in values:
            raise BadValue(f"{value!r} is none of {', '.join(sorted(values))}", rule)
        return value

    return convert
