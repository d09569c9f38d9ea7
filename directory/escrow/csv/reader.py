"""The tables of a deposit on their way to objects: definitions, files, stage, objects (RFC 9022 §4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow.csv import tables
from directory.escrow.csv.build import BUILDERS, LEAST
from directory.escrow.csv.builder import Builder
from directory.escrow.csv.columns import Column
from directory.escrow.csv.definition import Custom, Definition, Definitions
from directory.escrow.csv.file import TableFile
from directory.escrow.csv.records import Children, Faults, Staged
from directory.escrow.csv.stage import Stage
from directory.escrow.csv.stage import faults as sorting
from directory.escrow.csv.tables import CHILDREN, PARENTS, SHOWN, Table
from directory.escrow.cutting import Recognise
from directory.escrow.envelope.limits import Limits
from directory.escrow.extensions import Customs
from directory.escrow.fields import Element, Passage, Report
from directory.model.base import Value
from directory.model.registry import Extension

CONTENTS = frozenset(f"{{{space}}}contents" for space, _ in tables.CONTENTS)
DELETES = frozenset(f"{{{space}}}deletes" for space, _ in tables.DELETES)
"""The tags of what holds the definitions of tables."""
URIS = {table.kind: table.space for table in PARENTS.values()}
"""The object URI of each kind in the CSV model (RFC 9022 §5.9.1)."""
_encode = msgspec.msgpack.Encoder().encode
_KEY = {"domain": "name", "host": "roid", "contact": "id", "registrar": "id", "nndn": "name"}
"""The keys in the XML model, by which codes are known."""


class Record(NamedTuple):
    """An object of the CSV model; no value if there is a fault in it. The line is that of its parent row.
    `mark` is that of its rows, if marks were asked for and nothing is to be said of the object."""

    kind: str
    value: Value | None
    line: int
    file: str
    extensions: tuple[Extension, ...]
    mark: bytes | None = None


class Deleted(NamedTuple):
    """A row of a table of deletes: the kind, the model's field that names the object, and its value."""

    kind: str
    field: str
    key: str
    line: int
    file: str


@dataclass(slots=True)
class CsvReader:
    """The tables of one deposit, in the folder of its XML.

    Definitions are read as they are met; when all are known, `load` puts the rows by. Then the objects can be read
    as often as it is wanted. `lenient` takes what samples have and RFC 4180 does not: blanks around separators,
    empty lines, a header line; rows without a parent, objects that are there twice and name servers that are
    nowhere are passed over, with a warning.
    """

    folder: Path
    report: Report
    customs: Customs
    progress: Callable[[int], None]
    lenient: bool = False
    limits: Limits = field(default_factory=Limits)
    stage: Stage | None = None
    rows: int = 0
    _contents: Definitions = field(init=False)
    _files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._contents = Definitions(self.report)

    def define(self, contents: Element) -> None:
        """Read the definitions in `csvDomain:contents` or its likes."""
        self._contents.read(contents, tables.CONTENTS)

    @property
    def kinds(self) -> set[str]:
        """The kinds of objects that have tables."""
        return {one.table.kind for one in self._contents.found}

    def load(self) -> Stage:
        """Read the files, and put their rows by. Faults go to the report."""
        definitions = self._contents.found
        stage = self.stage = Stage(definitions)
        for definition in definitions:
            self._note_customs(definition)
            for file in definition.files:
                table = TableFile(
                    self.folder, definition, file, self._contents, self.progress, self.lenient, self.limits
                )
                self._files.append(file.name)
                stage.put(definition, len(self._files) - 1, table.rows())
        stage.settle()
        self._check_parents(stage)
        return stage

    def _note_customs(self, definition: Definition) -> None:
        """A column of the registry's own says nothing unless an extension reads it."""
        table = definition.table
        read = self.customs.names(table.kind) if not table.is_child else frozenset()
        for column in definition.columns:
            if isinstance(column, Custom) and column.name not in read:
                message = f"skipped the column rdeCsv:fCustom {column.name} of {table.name}"
                self.report.note(f"{message}: no declared extension reads it (RFC 9022 §4.6.2.2)")

    def _check_parents(self, stage: Stage) -> None:
        """Of a kind whose rows cannot be put together, it is said once and not for every row."""
        broken = self._contents.broken
        for kind, parent in PARENTS.items():
            for child in CHILDREN[kind]:
                if stage.sizes.get(child.name) and parent.name not in stage.sizes and parent.name not in broken:
                    message = f"{child.name} has rows, and there is no table {parent.name}"
                    self._fault(child, message)
            for child in LEAST.get(kind, ()):
                if stage.sizes.get(parent.name) and child.name not in stage.sizes and child.name not in broken:
                    of = SHOWN.get(kind, kind)
                    message = f"there is no table {child.name}, in which every {of} has a row"
                    self._fault(child, message, codes.missing(kind, "status"))
                    broken.add(child.name)

    def _fault(self, table: Table, message: str, code: str = "") -> None:
        self.report.add(Finding(f"table {table.name}", table.rule, message, code=code))

    def records(
        self,
        passage: Passage,
        counts: dict[str, int],
        salt: bytes | None = None,
        known: Mapping[str, Recognise] = MappingProxyType({}),
    ) -> Iterator[Record]:
        """The objects, kind after kind, each in the order of its keys; faults go to the report.

        `counts` is told how many there are of each object URI, those with faults too. With a salt, which is
        whatever decides, besides the rows, what is to be said of an object, they are marked, and what is `known`,
        by kind, is passed over.
        """
        stage = self.stage
        if stage is None:
            return
        self.rows = 0
        told = Definitions(passage, broken=self._contents.broken)
        faults = Faults(told, self._files, self.lenient)
        kinds = self.kinds
        with sorting():
            for kind, builder in BUILDERS.items():
                if kind in kinds:
                    counts[URIS[kind]] = stage.sizes.get(PARENTS[kind].name, 0)
                    found = _Records(kind, builder, stage, faults, self.customs, passage)
                    if salt is not None:
                        found.mark_by(salt, known.get(kind))
                    for record in found.read():
                        self.rows += found.rows
                        yield record

    def deletes(self, passage: Passage) -> Callable[[Element], Iterator[Deleted]]:
        """A reader of `csvDomain:deletes` and its likes: what they delete, row by row; faults go to the report."""
        definitions = Definitions(passage)

        def read(deletes: Element) -> Iterator[Deleted]:
            for definition in definitions.read(deletes, tables.DELETES):
                yield from self._deletes(definition, definitions)

        return read

    def _deletes(self, definition: Definition, definitions: Definitions) -> Iterator[Deleted]:
        table = definition.table
        keys = [
            (place, column)
            for place, column in enumerate(definition.columns)
            if isinstance(column, Column) and column.tag in table.key
        ]
        for file in definition.files:
            faults = Faults(definitions, (file.name,), self.lenient)
            rows = TableFile(
                self.folder, definition, file, definitions, self.progress, self.lenient, self.limits
            ).rows()
            for row in rows:
                for place, column in keys:
                    if not row[place]:
                        continue
                    try:
                        key = str(column.convert(row[place]))
                    except BadValue as error:
                        faults.refuse(table, (row[place], int(row[-1]), 0), column, error)
                    else:
                        yield Deleted(table.kind, column.name, key, int(row[-1]), file.name)
                    break

    def close(self) -> None:
        """Give back what the rows take."""
        if self.stage is not None:
            self.stage.close()
            self.stage = None


class _Records:
    """The objects of one kind: parents with their children."""

    def __init__(
        self,
        kind: str,
        builder: type[Builder],
        stage: Stage,
        faults: Faults,
        customs: Customs,
        passage: Passage,
    ) -> None:
        self._parent = PARENTS[kind]
        is_whole = self._parent.name not in faults.broken
        self._has_parents = self._parent.name in stage.sizes
        self._children = {
            table.name: Children(table, stage.rows(table), faults, is_whole and self._has_parents)
            for table in CHILDREN[kind]
            if table.name in stage.sizes
        }
        self._builder = builder(self._children, faults, stage) if self._has_parents else None
        self._stage = stage
        self._faults = faults
        self._customs = customs
        self._kind = kind
        self._passage = passage
        self._key: bytes | None = None
        self._recognise: Recognise | None = None

    def mark_by(self, salt: bytes, recognise: Recognise | None) -> None:
        """Mark objects from now on, and pass over those that are recognised. Besides its rows an object is made of
        what the columns are called, and of what its references by number lead to."""
        tables = [(name, self._stage.customs.get(name)) for name in (self._parent.name, *self._children)]
        known = (salt, self._kind, tables, self._stage.references())
        self._key = blake2b(repr(known).encode(), digest_size=32).digest()
        self._recognise = recognise

    def _mark(self, row: Staged) -> bytes | None:
        """The mark of the rows that were sought for a parent's; None if there is something wrong with one."""
        children = [*self._children.values()]
        if self._key is None or row[1] < 0 or any(one[1] < 0 for each in children for one in each.last):
            return None
        cells = _encode([row[3:], [[one[4:] for one in each.last] for each in children]])
        return blake2b(cells, digest_size=16, key=self._key).digest()

    @property
    def rows(self) -> int:
        """How many rows the last object was put together from."""
        return 1 + sum(len(children.last) for children in self._children.values())

    def read(self) -> Iterator[Record]:
        """The objects, in the order of their keys."""
        last = None
        names = [name for name, _ in self._stage.customs.get(self._parent.name, ())]
        readings = self._customs.names(self._kind) & set(names)
        for row in self._stage.rows(self._parent) if self._builder else ():
            line, file = abs(row[1]), self._faults.files[row[2]]
            if row[0] == last and last:
                self._refuse_double(row)
                if not self._faults.lenient:
                    yield Record(self._kind, None, line, file, ())
                continue
            last = row[0]
            for children in self._children.values():
                children.seek(row[0])
            mark = self._mark(row)
            if mark and self._recognise and self._recognise(mark):
                continue
            told = self._passage.own.total
            value = self._builder.build(row) if self._builder else None
            extensions = self._extensions(row, value, names) if readings and value is not None else ()
            is_marked = mark and all(each.is_whole for each in self._children.values())
            is_clean = is_marked and self._passage.own.total == told
            yield Record(self._kind, value, line, file, extensions, mark if is_clean else None)
        for children in self._children.values():
            children.finish()

    def _extensions(self, row: Staged, value: Value, names: list[str]) -> tuple[Extension, ...]:
        """What the registry's own columns say of an object, each group as an extension reads it."""
        cells = zip(names, row[-len(names) :], strict=True)
        taken, findings = self._customs.take(self._kind, value, [(name, cell) for name, cell in cells if cell])
        for finding in findings:
            rule, message = finding.rule, finding.message
            self._faults.add(self._parent, row, message, rule, element=finding.element, hint=finding.hint)
        return taken

    def _refuse_double(self, row: Staged) -> None:
        kind = SHOWN.get(self._kind, self._kind)
        self._faults.add(
            self._parent,
            row,
            f"the deposit has this {kind} twice",
            "RFC 8909 §5.2",
            element=self._parent.key[0],
            code=codes.doubled(self._kind, _KEY.get(self._kind, "")),
            warning=self._faults.lenient,
        )
