"""Applies a FULL deposit to the store in one transaction, or refuses it with all that is wrong with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory.errors import BadValue, DepositError, Finding
from directory.escrow.extensions import Extensions
from directory.escrow.fields import Element, Report
from directory.escrow.header import Frame, Header, check_frame, check_kind, read_header
from directory.escrow.namespace import HEADER as HEADER_URI
from directory.escrow.namespace import RDE_PREFIX, shown
from directory.escrow.objects import OBJECTS
from directory.escrow.sidedata import SideFile, apply_side_data
from directory.escrow.stream import HEADER, Stream
from directory.model import format as formats
from directory.model.base import Instant, Value
from directory.model.catalogue import Catalogue
from directory.model.domain import Domain, Nndn
from directory.model.name import parent
from directory.store.ledger import BATCH, Incoming, Ledger, Tally
from directory.store.tables import SHAPES

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did."""

    repository: str
    watermark: Instant
    tallies: Mapping[str, Tally]
    notes: Mapping[str, int]
    objects: int
    seconds: float
    unmatched: Sequence[str] = ()
    """The keys of side data that no registrar of the store has."""


@dataclass(slots=True)
class _Batch:
    """Objects of one kind that wait to be written, and the lines they began at."""

    objects: list[Value] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


async def ingest(
    path: Path,
    ledger: Ledger,
    catalogue: Catalogue,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda octets: None,
    side: SideFile | None = None,
) -> Summary:
    """Apply a FULL deposit in the RFC 9022 XML model, plain or gzip, to an open ledger, with side data if there is
    some, and commit both at once.

    `progress` is told the octets as they are read. Raises `DepositError` or `DocumentError` with every finding,
    and `StoreError`; the store is then as it was.
    """
    return await _Ingest(path, ledger, catalogue, now, progress, side).run()


class _Ingest:
    """One deposit on its way into the store."""

    def __init__(
        self,
        path: Path,
        ledger: Ledger,
        catalogue: Catalogue,
        now: Callable[[], datetime],
        progress: Progress,
        side: SideFile | None,
    ) -> None:
        self.path = path
        self.side = side
        self.unmatched: Sequence[str] = ()
        self.ledger = ledger
        self.now = now
        self.report = Report()
        self.extensions = Extensions(catalogue)
        self.report.foreign = self.extensions.inside
        self.stream = Stream(path, frozenset(OBJECTS) | self.extensions.tags, progress)
        self.batches = {kind: _Batch() for kind in SHAPES}
        self.counts: dict[str, int] = {}
        self.zones: set[str] = set()
        self.tld = ""
        self.is_writing = False

    async def run(self) -> Summary:
        began = time.monotonic()
        header, frame, is_readable = self._read_frame()
        if not is_readable:
            raise self._refusal()
        await self.ledger.begin()
        try:
            if header and frame:
                await self._start(header, frame)
            await self._read_objects()
            await self._finish(header, frame)
            if header and self.side and self.is_writing and not self.report.faults:
                self.unmatched = await apply_side_data(self.side, self.ledger, header.repository)
        except BaseException:
            await self.ledger.rollback()
            raise
        if not header or not frame or self.report.faults:
            await self.ledger.rollback()
            raise self._refusal()
        await self.ledger.commit()
        seconds = time.monotonic() - began
        total = sum(self.counts.values())
        tallies, notes = self.ledger.tallies, self.report.notes
        return Summary(header.repository, frame.watermark, tallies, notes, total, seconds, self.unmatched)

    def _refusal(self) -> DepositError:
        return DepositError(str(self.path), _in_order(self.report.findings), self.report.hidden)

    def _read_frame(self) -> tuple[Header | None, Frame | None, bool]:
        """The header and all that stands before it, which is read first, for it decides where the objects go;
        and whether the deposit is of a kind whose objects can be read at all."""
        stream = Stream(self.path, frozenset())
        element = next(stream.objects(), None)
        header = None
        if element is None:
            message = "there is no rdeHeader:header among the contents"
            self.report.add(Finding("deposit", "RFC 9022 §5.9", message, line=stream.envelope.line))
        else:
            header = read_header(element, self.report)
        is_readable = check_kind(stream.envelope, self.report)
        frame = check_frame(stream.envelope, self.now(), self.report) if is_readable else None
        if header and frame:
            if header.repository_type == "tld":
                self.tld = f".{header.repository}"
                self.zones.add(header.repository)
            self._check_menu(header, frame)
        return header, frame, is_readable

    def _check_menu(self, header: Header, frame: Frame) -> None:
        for uri in sorted(set(frame.menu) - set(header.counts) - {HEADER_URI}):
            self.report.note(f"{uri} is in the menu, but the header does not count it (RFC 9022 §5.9)")
        for uri in sorted(set(header.counts) - set(frame.menu)):
            self.report.note(f"{uri} is counted in the header, but not in the menu (RFC 8909 §5.1.2)")

    async def _start(self, header: Header, frame: Frame) -> None:
        if self.report.faults:
            return
        incoming = Incoming(
            header.repository_type,
            header.repository,
            frame.type,
            frame.id,
            frame.prev_id,
            frame.resend,
            frame.watermark,
        )
        known = await self.ledger.repository(incoming.repository_type, incoming.repository)
        if known and formats.moment(known[1]) > formats.moment(frame.watermark):
            message = f"its watermark {frame.watermark} is older than the store's, {known[1]}"
            hint = "an older state cannot replace a newer one; ingest it into another store"
            self.report.add(Finding("deposit", "RFC 8909 §5.2", message, line=1, hint=hint))
            return
        applied = formats.instant(self.now().isoformat())
        await self.ledger.start(incoming, applied)
        self.is_writing = True

    async def _read_objects(self) -> None:
        headers = 0
        for element in self.stream.objects():
            if element.tag == HEADER:
                headers += 1
                if headers == 2:
                    self.report.subject = None
                    self.report.fault(element, "there are two headers", "RFC 9022 §5.9")
                continue
            kind, built = self._build(element)
            line = element.sourceline or 0
            if built is not None:
                await self._add(kind, built, line)
                for extension in self.extensions.belonging_to(kind, built):
                    await self._add("extension", extension, line)
            if self.report.faults and self.is_writing:
                await self.ledger.rollback()
                self.is_writing = False

    def _build(self, element: Element) -> tuple[str, Value | None]:
        tag = str(element.tag)
        uri = tag[1:].partition("}")[0]
        self.counts[uri] = self.counts.get(uri, 0) + 1
        found = OBJECTS.get(tag)
        if found is None:
            return "extension", self.extensions.build(element, self.report)
        kind, build = found
        try:
            return kind, build(element, self.report)
        except BadValue as error:  # in what a builder computes from values that were read well
            self.report.fault(element, str(error), error.rule)
            return kind, None

    async def _add(self, kind: str, built: Value, line: int) -> None:
        if isinstance(built, Domain | Nndn):
            self.zones.add(parent(built.name))
            if self.tld and not built.name.endswith(self.tld):
                self.report.note(f"a name is outside of {self.tld[1:]}, the TLD of the header (RFC 9022 §5.9.1)")
        if not self.is_writing:
            return
        batch = self.batches[kind]
        batch.objects.append(built)
        batch.lines.append(line)
        if len(batch.objects) >= BATCH:
            await self._flush(kind)

    async def _flush(self, kind: str) -> None:
        batch = self.batches[kind]
        if not batch.objects or not self.is_writing:
            return
        self.batches[kind] = _Batch()
        for place in await self.ledger.put(kind, batch.objects):
            self._fault_doubled(kind, getattr(batch.objects[place], SHAPES[kind].key), batch.lines[place])

    def _fault_doubled(self, kind: str, key: str, line: int) -> None:
        message = f"the deposit has this {kind} twice"
        self.report.add(Finding(f"{kind} {key}", "RFC 8909 §5.2", message, SHAPES[kind].key, line))

    async def _finish(self, header: Header | None, frame: Frame | None) -> None:
        for kind in SHAPES:
            await self._flush(kind)
        self._note_skipped()
        if header:
            self._check_counts(header, frame.menu if frame else ())
        if frame and self.stream.envelope.has_deletes:
            self.report.note("deletes in a FULL deposit are ignored (RFC 8909 §5.1.3)")
        if not self.is_writing or self.report.faults:
            return
        self._find_doubled(await self.ledger.build_indices())
        for name in await self.ledger.clashes(self.report.cap) if not self.report.faults else ():
            message = "it is a domain and an NNDN at once"
            self.report.add(Finding(f"domain {name}", "RFC 9022 §5.6", message))
        if not self.report.faults:
            await self.ledger.close_vanished()
            await self._note_oddities()
            await self.ledger.set_zones(zone for zone in self.zones if zone)

    async def _note_oddities(self) -> None:
        """What refuses no deposit, and its operator wants to know."""
        for what, number, example in await self.ledger.dangling():
            self.report.notes[f"{what} is not in the deposit, as {example} (RFC 9022 §8)"] = number
        tally = self.ledger.tallies["domain"]
        if tally.closed and not (tally.added or tally.changed or tally.unchanged):
            self.report.note(f"the deposit has no domain: all {tally.closed:,} of the repository are closed")

    def _note_skipped(self) -> None:
        for tag, number in sorted(self.stream.skipped.items()):
            uri = tag[1:].partition("}")[0]
            self.counts[uri] = self.counts.get(uri, 0) + number
            if uri.startswith(RDE_PREFIX):
                # A registry's own objects may be passed over; those of the standard in a version that is not known
                # may not, for a FULL without them would close all that are there.
                message = f"{number:,} objects of {shown(tag)} are of a version that is not known here"
                self.report.add(Finding("deposit", "RFC 9022 §9", message))
                continue
            self.report.notes[f"skipped {shown(tag)}: no declared extension reads it (RFC 9022 §7)"] = number

    def _check_counts(self, header: Header, menu: Sequence[str]) -> None:
        for uri in sorted(set(self.counts) - set(menu)):
            self.report.note(f"{uri} is in the contents, but not in the menu (RFC 8909 §5.1.2)")
        for uri in {**header.counts, **self.counts}:
            found, counted = self.counts.get(uri, 0), header.counts.get(uri)
            if counted is None:
                self.report.note(f"{uri} is in the contents, but not counted in the header (RFC 9022 §5.9)")
            elif counted != found and uri != HEADER_URI:
                message = f"the header counts {counted} objects of {uri}, the deposit has {found}"
                line = header.lines.get(uri, 0)
                self.report.add(Finding("deposit", "RFC 9022 §5.9", message, "rdeHeader:count", line))

    def _find_doubled(self, doubled: Mapping[str, list[str]]) -> None:
        """Name the lines of what a first load has twice; only then is the deposit read once more."""
        if not any(doubled.values()):
            return
        wanted = {kind: set(keys) for kind, keys in doubled.items()}
        seen: set[tuple[str, str]] = set()
        silent = Report(foreign=lambda *_: True)
        for element in Stream(self.path, self.stream.wanted).objects():
            found = OBJECTS.get(str(element.tag))
            if found is None:
                continue
            built = found[1](element, silent)
            key: Any = getattr(built, SHAPES[found[0]].key, None)
            if key not in wanted.get(found[0], ()):
                continue
            if (found[0], key) in seen:
                self._fault_doubled(found[0], key, element.sourceline or 0)
            seen.add((found[0], key))
        for kind, keys in wanted.items():
            for key in keys - {key for _, key in seen}:
                self._fault_doubled(kind, key, 0)


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.line)
