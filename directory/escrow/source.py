"""One deposit, opened for reading: header and frame, what it deletes, its objects, in the XML and the CSV model.

XML is streamed and its objects are built as they pass; the tables of the CSV model are read when the XML names
them (RFC 8909 §5, RFC 9022 §2). Both make the same values. Nothing here knows of a store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import NamedTuple

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.csv import reader as csv
from directory.escrow.csv.reader import CsvReader
from directory.escrow.csv.stage import Stage
from directory.escrow.csv.tables import PARENTS
from directory.escrow.cutting import Marks, Read, Recognise, Whole
from directory.escrow.envelope.limits import Limits
from directory.escrow.extensions import Customs, Extensions
from directory.escrow.fields import Element, Passage, Report, Said
from directory.escrow.header import Frame, Header, check_frame, check_parts, read_header
from directory.escrow.objects import OBJECTS, PLAIN
from directory.escrow.objects.deletes import DELETES, deleted
from directory.escrow.plain import Reader as PlainReader
from directory.escrow.stream import HEADER, Stream
from directory.model.base import Value
from directory.model.catalogue import Catalogue
from directory.model.registry import Extension

_BATCH = 1_000
_ROW = 256  # octets of XML that a row of a table stands for
_REFERRED = {
    ns.tag("rdeHost:host"): ("host", ns.tag("rdeHost:roid"), ns.tag("rdeHost:name")),
    ns.tag("rdeRegistrar:registrar"): ("registrar", ns.tag("rdeRegistrar:gurid"), ns.tag("rdeRegistrar:id")),
}
"""What tables refer to otherwise than objects do: the kind, the reference, and what objects say instead."""


class Delete(NamedTuple):
    """What is deleted: the kind of object, the field of the model that names it (`name`, `roid`, `handle`, `id`,
    `gurid`), its value, and where that stands."""

    kind: str
    field: str
    key: str
    line: int
    file: str


class Put(NamedTuple):
    """An object, or None if there is a fault in it, which the report has; where it begins; the extensions that
    stand inside of it. An extension's own object is of the kind `extension`. `mark` is that of its octets, if the
    source was asked for marks and nothing is to be said of the object; `content` is the value as a JSON array,
    where it came as one."""

    kind: str
    value: Value | None
    line: int
    file: str
    extensions: tuple[Extension, ...]
    mark: bytes | None = None
    content: bytes | None = None


class Known(NamedTuple):
    """What is known of a deposit when its objects were read: see `Source`."""

    counts: dict[str, int]
    skipped: dict[str, int]
    models: dict[str, set[str]]


class Source:
    """One deposit. `header` and `frame` are known after `read_frame`, and None if there is a fault in them.

    `path` is the XML, plain or gzip; the files of tables are in its folder. `progress` is told the octets as they
    are read. `lenient` takes what the samples of RFC 9022 have and the standards do not: see `CsvReader`. `limits`
    are those of the files of tables.

    Faults go to the report, each once, however often the deposit is read. After `puts`, `counts` is how many
    objects there are of each URI, `skipped` how many of each tag nobody reads, and `models` which models each kind
    is in. `weight` is about how many octets the objects so far were read from. Close it at the end.
    Raises `DepositError` where the deposit is no XML, no deposit, or not safe to read.
    """

    def __init__(
        self,
        path: Path,
        catalogue: Catalogue,
        report: Report,
        progress: Callable[[int], None] = lambda octets: None,
        lenient: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits | None = None,
    ) -> None:
        self.path = path
        self.catalogue = catalogue
        self.report = report
        self.progress = progress
        self.is_lenient = lenient
        self.limits = limits or Limits()
        self.header: Header | None = None
        self.frame: Frame | None = None
        self.counts: dict[str, int] = {}
        self.skipped: dict[str, int] = {}
        self.models: dict[str, set[str]] = {}
        self.weight = 0
        self._now = now
        self._extensions = Extensions(catalogue)
        kinds = {
            **dict.fromkeys(self._extensions.tags, "extension"),
            **{tag: one[0] for tag, one in OBJECTS.items()},
        }
        self._kinds = {tag: (kind, tag[1:].partition("}")[0]) for tag, kind in kinds.items()}
        self._tables = CsvReader(path.parent, report, Customs(catalogue), progress, lenient, self.limits)
        self._is_full = False
        self._has_tables = False
        self._said = {"deletes": Said(), "puts": Said()}

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the rows of tables take."""
        self._tables.close()

    def again(self) -> Source:
        """The same deposit, to be read once more without telling anybody."""
        return Source(
            self.path, self.catalogue, Report(), lenient=self.is_lenient, now=self._now, limits=self.limits
        )

    @property
    def known(self) -> Known:
        """What is known when the objects were read; it is set where another process read them."""
        return Known(self.counts, self.skipped, self.models)

    @known.setter
    def known(self, known: Known) -> None:
        self.counts, self.skipped, self.models = known

    def read_frame(self) -> bool:
        """Read the header and all that stands before it; whether both are well. To be called once, at first."""
        stream = Stream(self.path, frozenset())
        element = next(stream.objects(), None)
        if element is None:
            message = "there is no rdeHeader:header among the contents"
            line = stream.envelope.line
            self.report.add(Finding("deposit", "RFC 9022 §5.9", message, line=line, code=codes.SCHEMA))
        else:
            self.header = read_header(element, self.report)
        self.frame = check_frame(stream.envelope, self._now(), self.report)
        self._is_full = stream.envelope.attributes.get("type") == "FULL"
        uris = {uri for uri, _ in stream.envelope.menu or ()} | set(self.header.counts if self.header else ())
        self._has_tables = any(uri.startswith(ns.CSV_PREFIX) for uri in uris)
        return self.header is not None and self.frame is not None

    def deletes(self) -> Iterator[Delete]:
        """What is deleted, in the order of the document; nothing in a FULL deposit (RFC 8909 §5.1.3)."""
        if self._is_full:
            return
        passage = self._passage("deletes")
        stream = Stream(self.path, frozenset(), self.progress, frozenset(DELETES) | csv.DELETES)
        read_table = self._tables.deletes(passage)
        for element in stream.deleted():
            if element.tag in csv.DELETES:
                yield from (Delete(*one) for one in read_table(element))
            else:
                yield from (Delete(*one, "") for one in deleted(element, passage))
        self._tell_skipped(stream.skipped_deletes, "deletes", passage)

    def unknown(self) -> Iterator[tuple[str, list[str]]]:
        """What tables refer to otherwise than objects do, and the deposit does not have: ROIDs of hosts, and IANA
        numbers of registrars, with their kinds, some at a time. `know` tells what a store has of them."""
        stage = self._load_tables()
        if stage is not None:
            for kind in ("host", "registrar"):
                for keys in stage.unknown(kind):
                    yield kind, keys

    def know(self, kind: str, found: Mapping[str, str]) -> None:
        """Tell what references lead to in the store: the names of hosts by ROID, the ids of registrars by IANA
        number; empty where that is not clear. Of a registrar that the deposit has, it says the number itself."""
        stage = self._load_tables()
        if stage is not None:
            own = stage.brought if kind == "registrar" else frozenset()
            stage.refer(kind, {key: name for key, name in found.items() if name not in own})

    def customs(self, kind: str) -> frozenset[str]:
        """The names of the registry's own columns that the table of a kind has (RFC 9022 §4.6.2.2)."""
        stage, table = self._tables.stage, PARENTS.get(kind)
        return frozenset(name for name, _ in stage.customs.get(table.name, ())) if stage and table else frozenset()

    def puts(
        self, salt: bytes | None = None, known: Mapping[str, Recognise] = MappingProxyType({})
    ) -> Iterator[Put]:
        """The objects: those of the XML model in the order of the document, then those of the CSV model, kind
        after kind in the order of their keys, each with the rows of its child tables.

        With a salt, which is whatever decides, besides the octets, what is to be said of an object, they are
        marked, what is `known`, by kind, is counted and passed over, and what is plainly written needs no parser.
        """
        if self._has_tables:
            self._load_tables()
        passage = self._passage("puts")
        passage.foreign = self._extensions.inside
        self.counts, self.models = {}, {}
        stream = Stream(self.path, frozenset(OBJECTS) | self._extensions.tags | csv.CONTENTS, self.progress)
        if salt is not None:
            stream.marks = self._marks(salt, known)
        headers = 0
        for element in stream.read():
            passage.subject = None
            if isinstance(element, Whole):
                self.weight = stream.fed
                yield self._take(element)
            elif element.tag == HEADER:
                headers += 1
                if headers == 2:
                    passage.fault(element, "there are two headers", "RFC 9022 §5.9")
            elif element.tag in csv.CONTENTS:
                self._has_tables = True
            else:
                self.weight = stream.fed
                yield self._build(element, passage, stream.mark)
        self._end(stream, passage)
        if self._has_tables:
            self._load_tables()
            for record in self._tables.records(passage, self.counts, salt, known):
                self.weight = stream.fed + _ROW * self._tables.rows
                yield Put(*record)
        self._check_models(passage)

    def _marks(self, salt: bytes, known: Mapping[str, Recognise]) -> Marks:
        by_tag = {tag: known[kind] for tag, (kind, _) in self._kinds.items() if kind in known}
        return Marks(salt, by_tag, self._readers)

    def _readers(
        self, tags: Iterable[str], namespaces: Mapping[str | None, str], encoding: str
    ) -> Iterator[tuple[str, Read]]:
        """What reads objects of these tags where they are plainly written."""
        for tag in tags:
            if tag in PLAIN:
                yield tag, PlainReader(tag, PLAIN[tag], namespaces, encoding)
            elif tag in self._extensions.tags:
                yield tag, self._extensions.reader(tag, namespaces, encoding)

    def _take(self, whole: Whole) -> Put:
        """An object that needed no parser."""
        tag, value, line, mark, _ = whole
        kind, uri = self._kinds[tag]
        if uri in self.counts:
            self.counts[uri] += 1
        else:
            self.counts[uri] = 1
            if tag in OBJECTS:
                self.models[kind] = {"xml"}
        return Put(kind, value, line, "", (), mark)

    def _passage(self, part: str) -> Passage:
        return Passage(cap=self.report.cap, main=self.report, said=self._said[part])

    def _build(self, element: Element, passage: Passage, mark: bytes | None) -> Put:
        tag = str(element.tag)
        uri = tag[1:].partition("}")[0]
        self.counts[uri] = self.counts.get(uri, 0) + 1
        line = element.sourceline or 0
        told = passage.own.total
        found = OBJECTS.get(tag)
        if found is None:
            extension = self._extensions.build(element, passage)
            return Put("extension", extension, line, "", (), mark if passage.own.total == told else None)
        kind, build = found
        if kind not in self.models:
            self.models[kind] = {"xml"}
        value = None
        try:
            value = build(element, passage)
        except BadValue as error:  # in what a builder computes from values that were read well
            passage.fault(element, str(error), error.rule, code="")
        if value is None:
            self._extensions.forget()
            return Put(kind, None, line, "", ())
        inside = tuple(self._extensions.belonging_to(kind, value))
        return Put(kind, value, line, "", inside, mark if passage.own.total == told else None)

    def _end(self, stream: Stream, passage: Passage) -> None:
        """What is known of the XML when all of it was read."""
        passage.subject = None
        self.skipped = dict(stream.skipped)
        for tag, number in (*stream.skipped.items(), *stream.passed.items()):
            uri = tag[1:].partition("}")[0]
            self.counts[uri] = self.counts.get(uri, 0) + number
        for tag in set(stream.passed) & set(OBJECTS):
            self.models[OBJECTS[tag][0]] = {"xml"}
        self._tell_skipped(stream.skipped, "objects", passage)
        check_parts(stream.envelope, passage)
        if self._is_full and stream.envelope.has_deletes:
            passage.note("deletes in a FULL deposit are ignored (RFC 8909 §5.1.3)")

    def _tell_skipped(self, skipped: Mapping[str, int], what: str, passage: Passage) -> None:
        """A registry's own objects may be passed over; those of the standard in a version that is not known may
        not, for without them the state would be another."""
        for tag, number in sorted(skipped.items()):
            shown = ns.shown(tag)
            if tag[1:].startswith((ns.RDE_PREFIX, ns.CSV_PREFIX)):
                message = f"{number:,} {what} of {shown} are of a version that is not known here"
                passage.add(Finding("deposit", "RFC 9022 §9", message, code=codes.SCHEMA))
            else:
                passage.note(f"skipped {what} {shown}: no declared extension reads them (RFC 9022 §7)", number)

    def _load_tables(self) -> Stage | None:
        """Find the definitions of tables, and put the rows by; what only XML knows of them is looked up."""
        if self._tables.stage is None and self._has_tables:
            for element in Stream(self.path, csv.CONTENTS).objects():
                if element.tag in csv.CONTENTS:
                    self._tables.define(element)
            stage = self._tables.load()
            if any(next(stage.unknown(kind), None) for kind in ("host", "registrar")):
                self._refer_objects(stage)
        return self._tables.stage

    def _refer_objects(self, stage: Stage) -> None:
        """Tables refer to hosts or registrars that are in the XML model: learn their names."""
        found: dict[str, dict[str, str]] = {"host": {}, "registrar": {}}
        for element in Stream(self.path, frozenset(_REFERRED)).objects():
            if element.tag not in _REFERRED:
                continue
            kind, reference, instead = _REFERRED[str(element.tag)]
            key, name = (" ".join((element.findtext(tag) or "").split()) for tag in (reference, instead))
            if kind == "registrar":
                key = key.lstrip("0")
                stage.bring(name)
            if found[kind].get(key, name) != name:
                stage.refer(kind, {key: found[kind].pop(key)})  # so that it is seen that it is not clear
            if key and name:
                found[kind][key] = name
            if len(found[kind]) == _BATCH:
                stage.refer(kind, found[kind])
                found[kind].clear()
        for kind, rest in found.items():
            stage.refer(kind, rest)

    def _check_models(self, passage: Passage) -> None:
        """A deposit may have both models, a kind of object only one (RFC 9022 §2)."""
        for kind in sorted(self._tables.kinds):
            models = self.models.setdefault(kind, set())
            models.add("csv")
            if len(models) > 1:
                message = f"the objects of the kind {kind} are in the XML and in the CSV model at once"
                passage.add(Finding("deposit", "RFC 9022 §2", message, code=codes.MIXED_TYPES))
