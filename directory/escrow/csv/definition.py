"""Reads what a deposit says of its tables: `rdeCsv:csv`, with columns and files (RFC 9022 §4.6.2.1, §9.1)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from directory.document import suggest
from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.csv import tables
from directory.escrow.csv.columns import FORMS, Column
from directory.escrow.csv.tables import Table
from directory.escrow.fields import Element, Report, token
from directory.escrow.objects.shared import boolean

_RULE = "RFC 9022 §4.6.2.1"
_INTEGRITY = "RFC 9022 §4.4"
_CUSTOM = ns.tag("rdeCsv:fCustom")
_STREET = ns.tag("csvContact:fStreet")
_DIGITS = {"CRC32": 8, "SHA256": 64}
_HEX = re.compile(r"[0-9A-Fa-f]+\Z")
_ENCODINGS = re.compile(r"(utf-?(8|16|32)|ascii|iso8859-|cp125|koi8|gb|big5|shift_jis|euc_)")
_MOST_COLUMNS = 100
_NO_SEPARATOR = '"\r\n\0'


@dataclass(frozen=True, slots=True)
class Custom:
    """A column of a registry's own, by its name (RFC 9022 §4.6.2.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a table: how it is packed and encoded, and its checksum with the algorithm of that."""

    name: str
    line: int
    is_packed: bool = False
    encoding: str = "utf-8"
    checksum: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """What a deposit says of a table, or of a part of it: a table may have several, with different columns.

    `columns` stand in the order of the cells; None is one that nobody reads. `required` are the places of those
    that may not be empty.
    """

    table: Table
    columns: tuple[Column | Custom | None, ...]
    required: tuple[int, ...]
    separator: str
    files: tuple[File, ...]
    line: int


@dataclass(slots=True)
class Definitions:
    """The definitions of a deposit, as they are met; `broken` are the tables that cannot be read whole."""

    report: Report
    found: list[Definition] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def read(self, contents: Element, known: Mapping[tuple[str, str], Table]) -> list[Definition]:
        """The definitions in `csvDomain:contents`, `csvHost:deletes` or their likes; faults go to the report."""
        new = []
        space = str(contents.tag)[1:].partition("}")[0]
        for child in contents:
            if child.tag != ns.tag("rdeCsv:csv"):
                self.report.note(f"skipped {ns.shown(child.tag)} in {ns.shown(contents.tag)}")
                continue
            definition = _Reading(child, space, known, self).definition()
            if definition is not None:
                new.append(definition)
        self.found += new
        return new


class _Reading:
    """One `rdeCsv:csv` on its way to a definition."""

    def __init__(
        self, element: Element, space: str, known: Mapping[tuple[str, str], Table], all_: Definitions
    ) -> None:
        self._element = element
        self._space = space
        self._known = known
        self._all = all_
        self._name = " ".join((element.get("name") or "").split())
        self._is_whole = True

    def definition(self) -> Definition | None:
        """The definition; None if there is a fault in it."""
        table = self._known.get((self._space, self._name))
        if table is None:
            names = [name for space, name in self._known if space == self._space]
            message = f"there is no table {self._name!r}" if self._name else "attribute name is missing"
            hint = suggest(self._name, names) or f"there is: {', '.join(names)}"
            self._fault(self._element, message, hint=hint, code="" if self._name else codes.SCHEMA)
            return None
        separator = self._separator()
        columns, required = self._columns(table)
        files = tuple(self._files())
        if not self._is_whole:
            self._all.broken.add(table.name)
            return None
        required = sorted({*required, *self._chosen(table, columns)})
        return Definition(table, tuple(columns), tuple(required), separator, files, self._element.sourceline or 0)

    def _fault(
        self, element: Element, message: str, rule: str = _RULE, hint: str = "", code: str = codes.SCHEMA
    ) -> None:
        self._is_whole = False
        line = element.sourceline or 0
        place = f"table {self._name or '(without a name)'}"
        self._all.report.add(Finding(place, rule, message, ns.shown(element.tag), line, hint, code=code))

    def _separator(self) -> str:
        separator = self._element.get("sep", ",")
        if len(separator) != 1 or separator in _NO_SEPARATOR:
            self._fault(self._element, f"attribute sep is {separator!r}, not one character that separates")
        return separator

    def _part(self, local: str) -> Element | None:
        parts = self._element.findall(ns.tag(f"rdeCsv:{local}"))
        if len(parts) != 1 or not len(parts[0]):
            self._fault(self._element, f"it has to have one rdeCsv:{local} that is not empty")
            return None
        return parts[0]

    def _columns(self, table: Table) -> tuple[list[Column | Custom | None], list[int]]:
        """The columns in order, and the places of those that may not be empty."""
        columns: list[Column | Custom | None] = []
        required = []
        fields = self._part("fields")
        for place, element in enumerate(fields if fields is not None else ()):
            if place == _MOST_COLUMNS:
                self._fault(element, f"it has more than {_MOST_COLUMNS} columns")
                break
            column = self._column(table, element)
            if isinstance(column, Column) and column in columns:
                self._fault(element, f"it has the column {column.shown} twice", code="")
            columns.append(column)
            if self._is_required(element, column):
                required.append(place)
        for choice in table.must if self._is_whole else ():
            if not any(isinstance(one, Column) and one.tag in choice for one in columns):
                message = f"it has no column {' or '.join(choice)}"
                self._fault(self._element, message, table.rule, code="")
        return columns, required

    def _column(self, table: Table, element: Element) -> Column | Custom | None:
        tag = str(element.tag)
        if tag == _CUSTOM:
            name = " ".join((element.get("name") or "").split())
            if not name:
                self._fault(element, "attribute name is missing", "RFC 9022 §4.6.2.2")
            return Custom(name)
        index = self._index(element) if tag == _STREET else None
        forms = FORMS if (tag, index, "any") in table.fields else (None,)
        form = self._form(element) if len(forms) > 1 else None
        column = table.fields.get((tag, index, form))
        if column is None:
            self._unknown(table, element)
        elif table.is_child and column.name == "parent" and not self._flag(element, "parent"):
            self._all.report.note(f'{column.shown} of {table.name} does not say parent="true" ({_RULE})')
        return column

    def _unknown(self, table: Table, element: Element) -> None:
        """A column that the table does not know: one that may be passed over, or a fault."""
        space, _, local = str(element.tag)[1:].partition("}")
        name = ns.shown(element.tag)
        if "authinfo" in local.casefold():
            self._all.report.note("authInfo is dropped, never stored (RFC 8909 §9)")
        elif element.tag in tables.KNOWN or space not in ns.PREFIXES:
            why = (
                "RFC 9022 does not use it there"
                if element.tag in tables.KNOWN
                else "no declared extension reads it"
            )
            self._all.report.note(f"skipped the column {name} of {table.name}: {why}")
        else:
            known = [one.tag for one in table.columns]
            self._fault(element, "there is no such column", hint=suggest(name, known))

    def _index(self, element: Element) -> int | None:
        index = " ".join((element.get("index") or "").split())
        if index not in ("0", "1", "2"):
            self._fault(element, f"attribute index is {index!r}, not 0, 1 or 2", "RFC 9022 §5.3.2.1.3")
            return 0
        return int(index)

    def _form(self, element: Element) -> str:
        if element.get("isLoc") is None:
            return "any"
        return "loc" if self._flag(element, "isLoc") else "int"

    def _flag(self, element: Element, attribute: str) -> bool | None:
        text = element.get(attribute)
        if text is None:
            return None
        try:
            return bool(boolean(" ".join(text.split())))
        except BadValue as error:
            self._fault(element, f"attribute {attribute}: {error}", error.rule)
            return None

    def _is_required(self, element: Element, column: Column | Custom | None) -> bool:
        said = self._flag(element, "isRequired")
        if isinstance(column, Column):
            return column.firm or (column.required if said is None else said)
        return bool(said)

    def _chosen(self, table: Table, columns: list[Column | Custom | None]) -> Iterator[int]:
        """The places of columns that are the only one of their choice."""
        for choice in table.must:
            places = [n for n, one in enumerate(columns) if isinstance(one, Column) and one.tag in choice]
            if len(choice) > 1 and len(places) == 1:
                yield from places

    def _files(self) -> Iterator[File]:
        files = self._part("files")
        for element in files if files is not None else ():
            if element.tag != ns.tag("rdeCsv:file"):
                self._fault(element, "it is no rdeCsv:file")
                continue
            name = token(element)
            if not name:
                self._fault(element, "it names no file")
            elif name in self._all.names:
                self._fault(element, f"the deposit has the file {name!r} twice", code="")
            self._all.names.add(name)
            packing = " ".join(element.get("compression", "").split()).lower()
            if packing not in ("", "none", "gzip"):
                self._fault(element, f"compression {packing!r} is none that can be read", hint="gzip can", code="")
            yield File(
                name, element.sourceline or 0, packing == "gzip", self._encoding(element), self._checksum(element)
            )

    def _encoding(self, element: Element) -> str:
        text = " ".join(element.get("encoding", "UTF-8").split())
        try:
            name = codecs.lookup(text).name
        except (LookupError, ValueError):
            name = ""
        if not _ENCODINGS.match(name):
            self._fault(element, f"encoding {text!r} is none that can be read", hint="UTF-8 can", code="")
        return name

    def _checksum(self, element: Element) -> tuple[str, str] | None:
        value, algorithm = element.get("cksum"), element.get("cksumAlg")
        if value is None:
            if algorithm is not None:
                self._fault(element, "attribute cksumAlg is there without cksum", _INTEGRITY, code="")
            return None
        algorithm = " ".join((algorithm or "CRC32").split()).upper().replace("-", "")
        value = "".join(value.split())
        digits = _DIGITS.get(algorithm)
        if digits is None:
            known = " and ".join(_DIGITS)
            self._fault(element, f"cksumAlg {algorithm!r} is none that is known", _INTEGRITY, known, "")
        elif len(value) != digits or not _HEX.match(value):
            self._fault(element, f"cksum {value[:80]!r} is not {digits} hexadecimal digits", _INTEGRITY, code="")
        return algorithm, value.upper()
