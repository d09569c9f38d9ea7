"""Applies a deposit to the store in one transaction, or refuses it with all that is wrong with it (RFC 8909 §5.2).

The line of steps: the frame says whose deposit it is and what it follows; an INCR or a resend first takes back
what was changed since; then come the deletes, then the objects; then counts and references are checked; then it
holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from directory.errors import DepositError, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.chain import Step, Verdict, follows
from directory.escrow.fields import Report
from directory.escrow.header import Frame, Header
from directory.escrow.sidedata import SideFile, apply_side_data
from directory.escrow.source import Put, Source
from directory.model import format as formats
from directory.model.base import Instant, Value
from directory.model.catalogue import Catalogue
from directory.model.domain import Domain, Nndn
from directory.store.ledger import BATCH, Dangling, Incoming, Ledger, Tally
from directory.store.tables import SHAPES

Progress = Callable[[int], None]

_KINDS: Mapping[str, str] = {
    ns.DOMAIN: "domain",
    ns.HOST: "host",
    ns.CONTACT: "contact",
    ns.REGISTRAR: "registrar",
    ns.IDN: "idn_table",
    ns.NNDN: "nndn",
    ns.EPP_PARAMS: "epp_params",
    ns.POLICY: "policy",
    ns.CSV_DOMAIN: "domain",
    ns.CSV_HOST: "host",
    ns.CSV_CONTACT: "contact",
    ns.CSV_REGISTRAR: "registrar",
    ns.CSV_IDN: "idn_table",
    ns.CSV_NNDN: "nndn",
}
"""Which kind of object each URI of the standard counts."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did; `already` says why there was nothing to do, if so."""

    repository: str
    watermark: Instant
    tallies: Mapping[str, Tally]
    notes: Mapping[str, int]
    objects: int
    seconds: float
    unmatched: Sequence[str] = ()
    """The keys of side data that no registrar of the store has."""
    already: str = ""


class _Place(NamedTuple):
    """Where an object of a deposit begins."""

    line: int
    file: str


@dataclass(slots=True)
class _Batch:
    """Objects of one kind that wait to be written, and where they began."""

    objects: list[Value] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)


async def ingest(
    path: Path,
    ledger: Ledger,
    catalogue: Catalogue,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda octets: None,
    side: SideFile | None = None,
    *,
    strict: bool = False,
    lenient: bool = False,
) -> Summary:
    """Apply a deposit (RFC 9022, XML or CSV model) to an open ledger, with side data if there is some, and commit
    both at once.

    `path` is the XML, plain or gzip, beside which the files of its tables are. `progress` is told the octets as
    they are read. With `strict`, references that lead nowhere refuse the deposit; `lenient` takes tables as the
    samples of RFC 9022 have them. Raises `DepositError` or `DocumentError` with every finding, and `StoreError`;
    the store is then as it was.
    """
    report = Report()
    with Source(path, catalogue, report, progress, lenient, now) as source:
        return await _Ingest(source, ledger, catalogue, now, side, strict).run()


class _Ingest:
    """One deposit on its way into the store."""

    def __init__(
        self,
        source: Source,
        ledger: Ledger,
        catalogue: Catalogue,
        now: Callable[[], datetime],
        side: SideFile | None,
        strict: bool,
    ) -> None:
        self.source = source
        self.report = source.report
        self.ledger = ledger
        self.catalogue = catalogue
        self.now = now
        self.side = side
        self.strict = strict
        self.unmatched: Sequence[str] = ()
        self.batches = {kind: _Batch() for kind in SHAPES}
        self.tld = ""
        self.is_writing = False

    async def run(self) -> Summary:
        began = time.monotonic()
        self.source.read_frame()
        header, frame = self.source.header, self.source.frame
        await self.ledger.begin()
        try:
            already = await self._start(header, frame) if header and frame else ""
            if not already:
                await self._apply(header, frame)
            if header and self.side and not self.report.faults:
                self.unmatched = await apply_side_data(self.side, self.ledger, header.repository)
        except BaseException:
            await self.ledger.rollback()
            raise
        if not header or not frame or self.report.faults:
            await self.ledger.rollback()
            raise self._refusal()
        await self.ledger.commit()
        tallies = {} if already else self.ledger.tallies
        total = sum(self.source.counts.values())
        seconds = time.monotonic() - began
        notes = self.report.notes
        return Summary(header.repository, frame.watermark, tallies, notes, total, seconds, self.unmatched, already)

    def _is_faulty(self) -> bool:
        return self.report.faults > 0

    def _refusal(self) -> DepositError:
        findings = sorted(self.report.findings, key=lambda finding: finding.line)
        return DepositError(str(self.source.path), findings, self.report.hidden)

    async def _start(self, header: Header, frame: Frame) -> str:
        """See whether the deposit follows what is there, and open it in the ledger; why nothing is to be done, if
        that is so. Raises `DepositError` where it does not follow: its objects need not be read."""
        if header.repository_type == "tld":
            self.tld = f".{header.repository}"
        self._check_menu(header, frame)
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
        chain = await self.ledger.chain(known[0]) if known else None
        applied = chain.deposits if chain else ()
        verdict = follows(incoming, applied)
        if verdict.step is Step.SAME:
            return verdict.reason
        if verdict.step is Step.REFUSE:
            self._refuse(verdict)
        if self.report.faults:
            return ""
        await self.ledger.start(incoming, formats.instant(self.now().isoformat()))
        self.is_writing = True
        if verdict.step is Step.REBASE and chain and chain.full:
            await self._take_back(chain.full.number)
        elif verdict.step is Step.REPLACE and len(applied) > 1:
            await self._take_back(applied[-2].number)
        return ""

    def _refuse(self, verdict: Verdict) -> None:
        self.report.add(Finding("deposit", verdict.rule, verdict.reason, line=1, hint=verdict.hint))
        raise self._refusal()

    async def _take_back(self, number: int) -> None:
        """Bring what was changed after a deposit back to what it was then."""
        for kind, keys in (await self.ledger.touched_since(number)).items():
            await self.ledger.restore(kind, keys, number)

    def _check_menu(self, header: Header, frame: Frame) -> None:
        for uri in sorted(set(frame.menu) - set(header.counts) - {ns.HEADER, ns.CSV}):
            self.report.note(f"{uri} is in the menu, but the header does not count it (RFC 9022 §5.9)")
        for uri in sorted(set(header.counts) - set(frame.menu)):
            self.report.note(f"{uri} is counted in the header, but not in the menu (RFC 8909 §5.1.2)")

    async def _apply(self, header: Header | None, frame: Frame | None) -> None:
        """Deletes first, then contents (RFC 8909 §5.2)."""
        await self._delete()
        await self._learn()
        for put in self.source.puts():
            await self._put(put)
            if self.report.faults and self.is_writing:
                await self.ledger.rollback()
                self.is_writing = False
        for kind in SHAPES:
            await self._flush(kind)
        if header and frame:
            await self._finish(header, frame)

    async def _delete(self) -> None:
        waiting: dict[tuple[str, str], list[str]] = {}
        for delete in self.source.deletes():
            keys = waiting.setdefault((delete.kind, delete.field), [])
            keys.append(delete.key)
            if len(keys) >= BATCH:
                await self._delete_some(delete.kind, delete.field, waiting.pop((delete.kind, delete.field)))
        for (kind, field_), keys in waiting.items():
            await self._delete_some(kind, field_, keys)

    async def _delete_some(self, kind: str, field_: str, keys: list[str]) -> None:
        if self.report.faults or not self.is_writing:
            return
        missing = await self.ledger.delete(kind, field_, keys)
        if missing:
            note = f"a {kind} that is deleted was not there, as {missing[0]} (RFC 8909 §5.1.3)"
            self.report.notes[note] = self.report.notes.get(note, 0) + len(missing)

    async def _learn(self) -> None:
        """What tables refer to and the deposit does not have may be in the store: hosts by ROID, registrars by
        IANA number."""
        if not self.is_writing:
            return
        for kind, keys in list(self.source.unknown()):
            self.source.know(kind, await self.ledger.names_of(kind, keys))

    async def _put(self, put: Put) -> None:
        if put.value is None:
            return
        await self._add(put.kind, put.value, _Place(put.line, put.file))
        for extension in put.extensions:
            await self._add("extension", extension, _Place(put.line, put.file))

    async def _add(self, kind: str, built: Value, place: _Place) -> None:
        if isinstance(built, Domain | Nndn) and self.tld and not built.name.endswith(self.tld):
            self.report.note(f"a name is outside of {self.tld[1:]}, the TLD of the header (RFC 9022 §5.9.1)")
        if not self.is_writing:
            return
        batch = self.batches[kind]
        batch.objects.append(built)
        batch.places.append(place)
        if len(batch.objects) >= BATCH:
            await self._flush(kind)

    async def _flush(self, kind: str) -> None:
        batch = self.batches[kind]
        if not batch.objects or not self.is_writing:
            return
        self.batches[kind] = _Batch()
        for number in await self.ledger.put(kind, batch.objects):
            self._fault_doubled(kind, getattr(batch.objects[number], SHAPES[kind].key), batch.places[number])

    def _fault_doubled(self, kind: str, key: str, place: _Place) -> None:
        message = f"the deposit has this {kind} twice"
        code = codes.doubled(kind, _LOCAL.get(SHAPES[kind].key, SHAPES[kind].key))
        where = f"{place.file}: {kind} {key}" if place.file else f"{kind} {key}"
        self.report.add(Finding(where, "RFC 8909 §5.2", message, SHAPES[kind].key, place.line, code=code))

    async def _finish(self, header: Header, frame: Frame) -> None:
        """What can be told only when all was read and written."""
        is_full = frame.type == "FULL"
        if is_full:
            self._check_contents(header, frame.menu)
        if not self.is_writing or self._is_faulty():
            return
        self._find_doubled(await self.ledger.build_indices())
        for name in await self.ledger.clashes(self.report.cap) if not self._is_faulty() else ():
            message = "it is a domain and an NNDN at once"
            self.report.add(Finding(f"domain {name}", "RFC 9022 §5.6", message))
        if self._is_faulty():
            return
        if is_full:
            await self.ledger.close_vanished()
        else:
            await self._check_totals(header)
        await self._check_references(is_full)
        self._note_emptiness()
        zones = await self.ledger.parents() | ({header.repository} if self.tld else set())
        await self.ledger.set_zones(zone for zone in zones if zone)

    def _check_contents(self, header: Header, menu: Sequence[str]) -> None:
        """A FULL has as many objects as its header counts (RFC 9022 §5.9)."""
        counts = self.source.counts
        for uri in sorted(set(counts) - set(menu)):
            self.report.note(f"{uri} is in the contents, but not in the menu (RFC 8909 §5.1.2)")
        for uri in {**header.counts, **counts}:
            found, counted = counts.get(uri, 0), header.counts.get(uri)
            if counted is None:
                self.report.note(f"{uri} is in the contents, but not counted in the header (RFC 9022 §5.9)")
            elif counted != found and uri != ns.HEADER:
                message = f"the header counts {counted} objects of {uri}, the deposit has {found}"
                self._mismatch(message, header.lines.get(uri, 0))

    async def _check_totals(self, header: Header) -> None:
        """The header counts the repository, whatever the deposit's type, so after its changes (RFC 9022 §5.9)."""
        held = await self.ledger.counts()
        groups: dict[str, int] = {}
        for (uri, _), reading in self.catalogue.readings.items():
            groups[uri] = groups.get(uri, 0) + held.get(f"extension {reading.table}", 0)
        counted: dict[str, int] = {}
        for uri, number in header.counts.items():
            key = _KINDS.get(uri, uri)
            counted[key] = counted.get(key, 0) + number
        for key, number in counted.items():
            found = held.get(key, 0) if key in SHAPES else groups.get(key)
            if found is None:
                self.report.note(f"{key} is counted, and nobody here reads it (RFC 9022 §7)")
            elif found != number:
                line = next((header.lines[uri] for uri in header.counts if _KINDS.get(uri, uri) == key), 0)
                what = f"objects of {key}" if key in groups else f"{key} objects"
                message = f"the header counts {number:,} {what}, the repository has {found:,} after this deposit"
                self._mismatch(message, line)

    def _mismatch(self, message: str, line: int) -> None:
        finding = Finding("deposit", "RFC 9022 §5.9", message, "rdeHeader:count", line, code=codes.COUNT_MISMATCH)
        self.report.add(finding)

    async def _check_references(self, is_full: bool) -> None:
        """What leads nowhere refuses a deposit if it has to be strictly right; else its operator wants to know."""
        found = await self.ledger.dangling(touched_only=not is_full)
        if self.strict:
            for one in found:
                for example in one.examples:
                    reference = one.reference
                    said = (
                        f"{reference.field} refers to the {reference.target} {example.missing}, which is not there"
                    )
                    self.report.add(
                        Finding(f"{reference.kind} {example.key}", "RFC 9022 §8", said, reference.field)
                    )
            return
        missing: dict[str, list[Dangling]] = {}
        for one in found:
            missing.setdefault(f"a {one.reference.target} of a {one.reference.kind}", []).append(one)
        where = "deposit" if is_full else "repository"
        for what, several in missing.items():
            example_ = min(each.missing for one in several for each in one.examples)
            note = f"{what} is not in the {where}, as {example_} (RFC 9022 §8)"
            self.report.notes[note] = sum(one.number for one in several)

    def _note_emptiness(self) -> None:
        tally = self.ledger.tallies["domain"]
        if tally.closed and not (tally.added or tally.changed or tally.unchanged):
            self.report.note(f"the deposit has no domain: all {tally.closed:,} of the repository are closed")

    def _find_doubled(self, doubled: Mapping[str, Iterable[str]]) -> None:
        """Name the places of what a first load has twice; only then is the deposit read once more."""
        wanted = {kind: set(keys) for kind, keys in doubled.items() if keys}
        if not wanted:
            return
        seen: set[tuple[str, str]] = set()
        for put in self.source.puts():
            if put.value is None or put.kind not in wanted:
                continue
            key: str = getattr(put.value, SHAPES[put.kind].key)
            if key not in wanted[put.kind]:
                continue
            if (put.kind, key) in seen:
                self._fault_doubled(put.kind, key, _Place(put.line, put.file))
            seen.add((put.kind, key))
        for kind, keys in wanted.items():
            for key in keys - {key for _, key in seen}:
                self._fault_doubled(kind, key, _Place(0, ""))


_LOCAL = {"handle": "id"}
"""The local names of the elements that are keys, where the model calls them otherwise."""
