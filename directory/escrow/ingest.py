"""Applies a deposit to the store in one transaction, or refuses it with all that is wrong with it (RFC 8909 §5.2).

The line of steps: the frame says whose deposit it is and what it follows; an INCR or a resend first takes back
what was changed since; then come the deletes, then the objects, each seen by the rules; then the store is asked
what no object shows by itself, counts and references; then it holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from directory.errors import DepositError, Finding
from directory.escrow import apart, codes
from directory.escrow.chain import Step, Verdict, follows, name
from directory.escrow.check.applied import Applied as Rules
from directory.escrow.check.known import Context, Known
from directory.escrow.check.level import Level
from directory.escrow.cutting import Recognise
from directory.escrow.header import Frame, Header, said_by
from directory.escrow.replacing import Replacing
from directory.escrow.report import Findings
from directory.escrow.salt import salt
from directory.escrow.sidedata import SideFile, apply_side_data
from directory.escrow.source import Put, Source
from directory.model import format as formats
from directory.model.base import Instant, Value
from directory.model.catalogue import Catalogue
from directory.store.chain import Applied
from directory.store.ledger import BATCH, MOST_INSIDE, Incoming, Ledger, Mark, Tally
from directory.store.tables import SHAPES

Progress = Callable[[int], None]
_MOST_WAITING = 1 << 24  # octets that the objects were read from which wait to be written


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


@dataclass(slots=True)
class _Batch:
    """Objects of one kind that wait to be written, what their octets are known by, and their contents, where these
    are known."""

    objects: list[Value] = field(default_factory=list)
    marks: list[Mark | None] = field(default_factory=list)
    contents: list[bytes | None] = field(default_factory=list)


async def ingest(
    path: Path,
    ledger: Ledger,
    catalogue: Catalogue,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda octets: None,
    side: SideFile | None = None,
    *,
    level: Level = Level.NORMAL,
    known: Known | None = None,
) -> Summary:
    """Apply a deposit (RFC 9022, XML or CSV model) to an open ledger, with side data if there is some, and commit
    both at once.

    `path` is the XML, plain or gzip, beside which the files of its tables are. `progress` is told the octets as
    they are read. The rules are those of `level` and of what is `known` of the repository. Raises `DepositError`
    or `DocumentError` with every finding that refuses it, and `StoreError`; the store is then as it was.
    """
    found = Findings()
    with Source(path, catalogue, found, progress, level is Level.LENIENT, now) as source:
        source.read_frame()
        return await ingest_source(source, found, ledger, catalogue, now, side, level=level, known=known)


async def ingest_source(
    source: Source,
    found: Findings,
    ledger: Ledger,
    catalogue: Catalogue,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    side: SideFile | None = None,
    *,
    level: Level = Level.NORMAL,
    known: Known | None = None,
) -> Summary:
    """The same of a source whose frame was read, and which tells `found` what it finds."""
    rules = None
    known = known or Known()
    if source.header and source.frame:
        rules = Rules(known, level, source.header, source.frame, found)
    salt_ = salt(catalogue, Context(known, source.header, source.frame))
    return await _Ingest(source, found, ledger, catalogue, now, side, rules, salt_).run()


class _Ingest:
    """One deposit on its way into the store."""

    def __init__(
        self,
        source: Source,
        found: Findings,
        ledger: Ledger,
        catalogue: Catalogue,
        now: Callable[[], datetime],
        side: SideFile | None,
        rules: Rules | None,
        salt: bytes,
    ) -> None:
        self.source = source
        self.report = found
        self.ledger = ledger
        self.catalogue = catalogue
        self.now = now
        self.side = side
        self.rules = rules
        self.salt = salt
        self.unmatched: Sequence[str] = ()
        self.batches = {kind: _Batch() for kind in SHAPES}
        self.is_writing = False
        self.written = 0
        self.doubled: dict[str, set[str]] = {}
        self.base: Applied | None = None

    async def run(self) -> Summary:
        began = time.monotonic()
        header, frame, rules = self.source.header, self.source.frame, self.rules
        await self.ledger.begin()
        try:
            already = await self._start(header, frame) if header and frame else ""
            if not already:
                await self._apply(rules)
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
        notes = self.report.noted()
        return Summary(header.repository, frame.watermark, tallies, notes, total, seconds, self.unmatched, already)

    def _is_unreadable(self) -> bool:
        """Whether anything is not as it can be stored: then nobody knows what the store would have held."""
        return self.report.faults > (self.rules.refused if self.rules else 0)

    def _refusal(self) -> DepositError:
        return self.report.refusal(str(self.source.path))

    async def _start(self, header: Header, frame: Frame) -> str:
        """See whether the deposit follows what is there, and open it in the ledger; why nothing is to be done, if
        that is so. Raises `DepositError` where it does not follow: its objects need not be read."""
        incoming = Incoming(*said_by(header, frame))
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
            await self._take_back(chain.full)
        elif verdict.step is Step.REPLACE and len(applied) > 1:
            await self._take_back(applied[-2])
        return ""

    def _refuse(self, verdict: Verdict) -> None:
        self.report.add(Finding("deposit", verdict.rule, verdict.reason, line=1, hint=verdict.hint))
        raise self._refusal()

    async def _take_back(self, deposit: Applied) -> None:
        """Bring what was changed after a deposit back to what it was then."""
        self.base = deposit
        touched = await self.ledger.touched_since(deposit.number)
        for kind, keys in touched.items():
            await self.ledger.restore(kind, keys, deposit.number)
        if touched:
            self.report.note(
                f"first, what was changed since went back to {name(deposit)}", sum(map(len, touched.values()))
            )

    def _find_lost(self) -> None:
        """What was forgotten cannot come back, and nobody knows whether it is still so; the deposit may say it."""
        if self.base and self.ledger.lost:
            said = f"it goes back to {name(self.base)}, and data that contacts had then were forgotten since"
            hint = "apply a FULL, which says all that there is"
            self.report.add(Finding("deposit", "RFC 8909 §2", said, line=1, hint=hint))

    async def _apply(self, rules: Rules | None) -> None:
        """Deletes first, then contents (RFC 8909 §5.2)."""
        await self._delete()
        await self._learn()
        known = await self.ledger.recognisers() if self.is_writing and rules and not rules.counts_all else {}
        replacing = Replacing(self.source, self.catalogue) if rules and not rules.is_full else None
        for put in self._puts(known):
            if rules and self._put(put, rules):
                for kind in {put.kind, "extension"}:
                    await self._flush(kind)
            if self.is_writing and self._is_unreadable():
                await self.ledger.rollback()
                self.is_writing = False
            if self.source.weight - self.written > _MOST_WAITING:
                await self._flush_all()
            if replacing and self.is_writing and replacing.see(put):
                await self._flush("extension")
                await replacing.close(self.ledger)
        await self._flush_all()
        if replacing and self.is_writing:
            await replacing.close(self.ledger)
        if rules:
            await self._finish(rules)

    def _puts(self, known: Mapping[str, Recognise]) -> Iterator[Put]:
        """The objects; of a large first load, which asks the store nothing, from a process of its own."""
        if self.is_writing and self.ledger.is_first and apart.pays(self.source):
            return apart.puts(self.source, self.salt)
        return self.source.puts(self.salt, known)

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
        if not self.is_writing or self._is_unreadable():
            return
        missing = await self.ledger.delete(kind, field_, keys)
        if missing:
            note = f"a {kind} that is deleted was not there, as {missing[0]} (RFC 8909 §5.1.3)"
            self.report.notes[note] = self.report.notes.get(note, 0) + len(missing)

    async def _learn(self) -> None:
        """What tables refer to and the deposit does not have may be in the store: hosts by ROID, registrars by
        IANA number."""
        if not self.is_writing or (self.rules and self.rules.is_full):
            return  # a FULL has all that there is
        for kind, keys in list(self.source.unknown()):
            self.source.know(kind, await self.ledger.names_of(kind, keys))

    def _put(self, put: Put, rules: Rules) -> bool:
        """Let the rules see an object, and put it to those that wait; whether these are enough to be written."""
        is_clean = rules.put(put.kind, put.value, put.line, put.file)
        if put.value is None:
            return False
        inside = put.extensions
        for extension in inside:
            is_clean = rules.put("extension", extension, put.line, put.file) and is_clean
        if not self.is_writing:
            return False
        # Of what something is to be said it is to be said of the next deposit too: that is always read.
        is_marked = put.mark is not None and is_clean and len(inside) <= MOST_INSIDE
        mark = Mark(put.mark, len(inside) or None) if put.mark and is_marked else None
        batch = self.batches[put.kind]
        batch.objects.append(put.value)
        batch.marks.append(mark)
        batch.contents.append(put.content)
        if inside:
            others = self.batches["extension"]
            others.objects += inside
            others.marks += [mark._replace(inside=None) if mark else None] * len(inside)
            others.contents += [None] * len(inside)
        most = self.ledger.batch
        return len(batch.objects) >= most or (bool(inside) and len(others.objects) >= most)

    async def _flush_all(self) -> None:
        self.written = self.source.weight
        for kind in SHAPES:
            await self._flush(kind)

    async def _flush(self, kind: str) -> None:
        batch = self.batches[kind]
        if not batch.objects or not self.is_writing:
            return
        self.batches[kind] = _Batch()
        for number in await self.ledger.put(kind, batch.objects, batch.marks, batch.contents):
            self.doubled.setdefault(kind, set()).add(getattr(batch.objects[number], SHAPES[kind].key))

    async def _finish(self, rules: Rules) -> None:
        """What can be told only when all was read and written."""
        rules.end(self.source.counts, self.source.models, is_whole=not self._is_cut_off())
        if not self.is_writing or self._is_unreadable():
            return
        doubled = await self.ledger.build_indices() or self.doubled
        if doubled:
            self._find_doubled(doubled, rules)
            return
        if rules.is_full:
            await self.ledger.close_vanished()
        self._find_lost()
        if not self.ledger.lost:
            await rules.ask(self.ledger, self.catalogue)
        if self.report.faults:
            return
        self._note_emptiness()
        header = self.source.header
        own = {header.repository} if header and header.repository_type == "tld" else set()
        await self.ledger.set_zones(zone for zone in await self.ledger.parents() | own if zone)

    def _is_cut_off(self) -> bool:
        """Whether some of it was not read, so that nobody knows what it would have had."""
        return any(self.report.numbers[code, False] for code in codes.CUT_OFF)

    def _note_emptiness(self) -> None:
        tally = self.ledger.tallies["domain"]
        if tally.closed and not (tally.added or tally.changed or tally.unchanged):
            self.report.note(f"the deposit has no domain: all {tally.closed:,} of the repository are closed")

    def _find_doubled(self, doubled: Mapping[str, Iterable[str]], rules: Rules) -> None:
        """Name the places of what the deposit has twice; only then is it read once more."""
        wanted = {kind: set(keys) for kind, keys in doubled.items() if keys}
        seen: set[tuple[str, str]] = set()
        with self.source.again() as source:
            source.read_frame()
            for put in source.puts():
                for kind, value in ((put.kind, put.value), *(("extension", one) for one in put.extensions)):
                    if value is None or kind not in wanted:
                        continue
                    key: str = getattr(value, SHAPES[kind].key)
                    if key not in wanted[kind]:
                        continue
                    if (kind, key) in seen:
                        rules.doubled(kind, key, put.line, put.file)
                    seen.add((kind, key))
        for kind, keys in wanted.items():
            for key in keys - {key for _, key in seen}:
                rules.doubled(kind, key, 0, "")
