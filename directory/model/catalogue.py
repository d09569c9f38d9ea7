"""The catalogue: every element of the data model by its key (SAC054 tables 1-6), with what extensions declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from directory import resources
from directory.document import Document, Place, suggest
from directory.documentfile import load
from directory.errors import DocumentError, Finding
from directory.model.element import NONE, Element, Table, Wording
from directory.model.extension import Extension, Reading

SHIPPED = "extensions"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be known of an object of the registry: tables of elements, and how extensions are read."""

    tables: Mapping[str, Table]
    elements: Mapping[str, Element]
    extensions: tuple[Extension, ...]
    readings: Mapping[tuple[str, str], Reading]

    @classmethod
    def load(cls, extensions: Sequence[Path] = ()) -> Catalogue:
        """The model with the shipped extensions and these; `DocumentError` if a document is refused."""
        model = _load("model.yaml", "model")
        tables = _tables(model)
        declared: list[Extension] = []
        for document in _documents(extensions):
            declared.append(_Declared(document, tables, declared).extension())
        _groups(model, tables)
        return cls(
            MappingProxyType(tables),
            MappingProxyType({element.key: element for table in tables.values() for element in table.elements}),
            tuple(declared),
            MappingProxyType({(one.namespace, one.xml): one for ext in declared for one in ext.readings}),
        )

    def __getitem__(self, key: str) -> Element:
        """An element by its key, `contact.voice`; KeyError with a hint if there is none."""
        try:
            return self.elements[key]
        except KeyError:
            hint = self.suggest(key)
            raise KeyError(f"no element {key!r}{': ' + hint if hint else ''}") from None

    def __contains__(self, key: object) -> bool:
        return key in self.elements

    def __iter__(self) -> Iterator[Element]:
        """The elements, table by table in the order of the model."""
        return iter(self.elements.values())

    def __len__(self) -> int:
        return len(self.elements)

    def suggest(self, key: str) -> str:
        """A hint for a key that is not there, or for the name of a table."""
        table, dot, _ = key.partition(".")
        if not dot:
            return suggest(key, self.tables)
        if table in self.tables:
            return suggest(key, [element.key for element in self.tables[table].elements])
        return suggest(key, self.elements)


def _load(name: str, schema: str) -> Document:
    return load(resources.find("schemas", name), f"schemas/{name}", schema)


def _documents(extensions: Iterable[Path | Traversable]) -> Iterator[Document]:
    """The shipped extensions, then those that are given."""
    for name in resources.names("schemas", SHIPPED):
        yield _load(name, "extension")
    for path in extensions:
        yield load(path, str(path), "extension")


def _wording(entry: Mapping[str, Any] | None, instead: Wording | None = None) -> Wording:
    return Wording(entry["es"], entry["en"]) if entry else instead or Wording("", "")


def _tables(document: Document) -> dict[str, Table]:
    """The tables of the model's document."""
    findings: list[Finding] = []
    tables = {}
    for name, entry in document.data["tables"].items():
        elements = tuple(_element(name, row) for row in entry["elements"])
        place: Place = ("tables", name, "elements")
        findings += _twice(document, place, [element.short for element in elements], "short")
        words = _wording(entry["long"]), _wording(entry["description"])
        tables[name] = Table(name, *words, entry["source"], elements, tuple(entry.get("of", ())))
    if findings:
        raise DocumentError(document.file, findings)
    return tables


def _element(table: str, row: Mapping[str, Any]) -> Element:
    """An element of the model's document; its keys are the schema's."""
    plain = {name: row[name] for name in _PLAIN if name in row}
    long = _wording(row["long"])
    description = _wording(row["description"])
    return Element(table, row["short"], long, description, max=None if "many" in row else 1, **plain)


_PLAIN = ("type", "source", "printed", "group", "origin", "lang", "never", "xml", "csv", "rdap", "whois")


def _twice(document: Document, place: Place, words: Sequence[str], key: str) -> Iterator[Finding]:
    """A finding for every word that stands in a list of entries before."""
    for index, word in enumerate(words):
        if word in words[:index]:
            first = document.line((*place, words.index(word), key))
            text = f"{word!r} stands there already, on line {first}"
            yield document.finding((*place, index, key), f"{key} is unique in its table", text)


def _groups(document: Document, tables: Mapping[str, Table]) -> None:
    """Every group points at a table, the model's or an extension's."""
    findings = []
    for name, entry in document.data["tables"].items():
        for index, row in enumerate(entry["elements"]):
            if row.get("group", name) not in tables:
                place = ("tables", name, "elements", index, "group")
                text = f"there is no table {row['group']!r}"
                findings.append(document.finding(place, "a group is a table", text, suggest(row["group"], tables)))
    if findings:
        raise DocumentError(document.file, findings)


class _Declared:
    """One extension document on its way into the catalogue; adds its tables and narrows those that it reads."""

    def __init__(self, document: Document, tables: dict[str, Table], before: Sequence[Extension]) -> None:
        self._document = document
        self._data: Mapping[str, Any] = document.data
        self._tables = tables
        self._before = before
        self._findings: list[Finding] = []
        self._taken = {(one.owner, custom) for other in before for one in other.readings for custom in one.customs}

    def extension(self) -> Extension:
        """The extension, its tables entered; `DocumentError` with every clash and contradiction."""
        name, namespace = self._data["extension"], self._data["namespace"]
        for other in self._before:
            if other.name == name:
                self._fault(("extension",), "names are unique", f"{other.file} is called {name!r} too")
        elements = {**self._new(name), **self._read()}
        readings = tuple(self._readings(name, namespace, elements))
        for table in elements:
            if not any(reading.table == table for reading in readings):
                place = ("tables" if table in self._data.get("tables", {}) else "reads", table)
                self._fault(place, "a table is read", f"nothing in objects or inside fills the table {table!r}")
        if self._findings:
            raise DocumentError(self._document.file, sorted(self._findings, key=lambda finding: finding.line))
        self._enter(readings, elements)
        return Extension(name, namespace, self._document.file, readings)

    def _fault(self, place: Place, rule: str, message: str, hint: str = "") -> None:
        self._findings.append(self._document.finding(place, rule, message, hint))

    def _new(self, name: str) -> dict[str, dict[str, Element]]:
        """The elements of the tables that the document declares, by table and XML name."""
        return {table: self._columns(table, entry, name) for table, entry in self._data.get("tables", {}).items()}

    def _columns(self, table: str, entry: Mapping[str, Any], name: str) -> dict[str, Element]:
        place: Place = ("tables", table)
        if table in self._tables:
            whose = self._tables[table].extension
            by = f"the extension {whose!r}" if whose else "the model"
            self._fault(place, "tables are unique", f"{by} has a table {table!r} already")
        rows = entry["elements"]
        for key in ("short", "xml"):
            texts = [row[key] for row in rows]
            self._findings += _twice(self._document, (*place, "elements"), texts, key)
        columns = {}
        for index, row in enumerate(rows):
            long = _wording(row["long"])
            said = _wording(row.get("description"), long)
            source = row.get("source", entry.get("source", f"extension {name}"))
            element = Element(table, row["short"], long, said, row["type"], source, origin="extension")
            element = replace(element, lang=row.get("lang", False))
            columns[row["xml"]] = self._narrow(element, row, (*place, "elements", index))
        return columns

    def _read(self) -> dict[str, dict[str, Element]]:
        """The elements of the model's own tables that the document says how to read."""
        found: dict[str, dict[str, Element]] = {}
        for table, rows in self._data.get("reads", {}).items():
            place: Place = ("reads", table)
            if table not in self._tables:
                hint = suggest(table, self._tables)
                self._fault(place, "a table that is read exists", f"there is no table {table!r}", hint)
                continue
            if whose := self._tables[table].extension:
                self._fault(place, "a table has one reader", f"the extension {whose!r} reads {table!r} already")
            for key in ("short", "xml"):
                self._findings += _twice(self._document, place, [row[key] for row in rows], key)
            known = {element.short: element for element in self._tables[table].elements}
            found[table] = {}
            for index, row in enumerate(rows):
                element = known.get(row["short"])
                if element is None or element.origin != "extension":
                    free = [short for short, one in known.items() if one.origin == "extension"]
                    text = f"{table} has no element {row['short']!r} that an extension may fill"
                    hint = suggest(row["short"], free) or f"it has: {', '.join(free) or 'none'}"
                    self._fault((*place, index, "short"), "an element that is read exists", text, hint)
                    continue
                found[table][row["xml"]] = self._narrow(element, row, (*place, index))
        return found

    def _narrow(self, element: Element, row: Mapping[str, Any], place: Place) -> Element:
        """The element with the row's XML name and limits; a lower limit above the upper is a fault."""
        top = row.get("max", "many" if element.many else 1)
        count = row.get("min", 0), None if top == "many" else top
        length, span = (
            (row.get(key, {}).get("min", 0), row.get(key, {}).get("max")) for key in ("length", "range")
        )
        for key, (low, high) in (("min", count), ("length", length), ("range", span)):
            if high is not None and low > high:
                self._fault((*place, key), "min is not above max", f"{low} is more than {high}")
        values = {value: _wording(words) for value, words in row.get("values", {}).items()}
        return replace(
            element,
            xml=row["xml"],
            csv=row.get("csv", {}).get("custom", ""),
            type=row.get("type", element.type),
            min=count[0],
            max=count[1],
            length=length,
            range=span,
            values=MappingProxyType(values) if values else NONE,
        )

    def _readings(
        self, name: str, namespace: str, elements: Mapping[str, Mapping[str, Element]]
    ) -> Iterator[Reading]:
        """The reading of every entry of `objects` and `inside`."""
        taken = {(one.namespace, one.xml): other for other in self._before for one in other.readings}
        here: set[str] = set()
        for part in ("objects", "inside"):
            for index, entry in enumerate(self._data.get(part, ())):
                place: Place = (part, index)
                xml, table, key = entry["xml"], entry["table"], entry.get("key", "")
                if xml in here or (namespace, xml) in taken:
                    whose = "this document" if xml in here else taken[namespace, xml].file
                    text = f"{whose} reads <{xml}> of {namespace} already"
                    self._fault((*place, "xml"), "an XML element has one reader", text)
                here.add(xml)
                customs = self._customs(entry["owner"], elements.get(table, {}), place)
                if table not in elements:
                    text = f"no table {table!r} in this document's tables or reads"
                    self._fault((*place, "table"), "an object fills a table", text, suggest(table, elements))
                elif key in elements[table]:
                    text = f"<{key}> names the {entry['owner']} and cannot be an element as well"
                    self._fault((*place, "key"), "the key is no element", text)
                fields = MappingProxyType(dict(elements.get(table, {})))
                yield Reading(name, namespace, xml, entry["owner"], key, table, fields, customs)

    def _customs(self, owner: str, elements: Mapping[str, Element], place: Place) -> Mapping[str, str]:
        """The owner's columns of the CSV model that the elements are in, each of which one element may have."""
        customs = {element.csv: xml for xml, element in elements.items() if element.csv}
        for custom in customs:
            if (owner, custom) in self._taken:
                text = f"the fCustom {custom!r} of {owner} is another element's already"
                self._fault(place, "a column has one reader", text)
        self._taken |= {(owner, custom) for custom in customs}
        return MappingProxyType(customs)

    def _enter(self, readings: Sequence[Reading], elements: Mapping[str, Mapping[str, Element]]) -> None:
        """Put the tables of this document into the catalogue's, and the narrowed elements into the model's."""
        name = self._data["extension"]
        for table, columns in elements.items():
            owners = tuple(dict.fromkeys(reading.owner for reading in readings if reading.table == table))
            old = self._tables.get(table)
            if old:
                better = {element.short: element for element in columns.values()}
                rows = tuple(better.get(element.short, element) for element in old.elements)
                self._tables[table] = replace(old, elements=rows, of=owners, extension=name)
                continue
            entry = self._data["tables"][table]
            long = _wording(entry["long"])
            source = entry.get("source", f"extension {name}")
            description = _wording(entry.get("description"), long)
            self._tables[table] = Table(table, long, description, source, tuple(columns.values()), owners, name)
