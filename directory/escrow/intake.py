"""Takes deposits in: opens what arrived, reads what it says of itself, and applies what follows (RFC 8909 §2)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from directory.errors import DepositError
from directory.escrow.chain import Deposit
from directory.escrow.check.known import Known
from directory.escrow.check.level import Level
from directory.escrow.check.table import CODES
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.opening import Opened, open_envelope
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.fields import Report
from directory.escrow.folder import Arrived, Left, choose
from directory.escrow.header import Frame, Header, said_by
from directory.escrow.ingest import Progress, Summary, ingest_source
from directory.escrow.report import Findings, Result
from directory.escrow.sidedata import SideFile
from directory.escrow.source import Source
from directory.model.catalogue import Catalogue
from directory.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Taken:
    """A deposit that was applied."""

    deposit: Arrived
    summary: Summary


@dataclass(frozen=True, slots=True)
class Refused:
    """A deposit that was refused; the store is as it was before."""

    deposit: Arrived
    error: DepositError


Outcome = Taken | Refused | Left
"""What became of a deposit."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How deposits are taken in: the elements of the registry's own, the keys and limits of envelopes, the folder
    in which they are unpacked, how much a deposit has to be right, what is known of the repository, how many
    findings of each code are kept, and what the time is."""

    catalogue: Catalogue
    keys: Keys = field(default_factory=Keys)
    limits: Limits = field(default_factory=Limits)
    work: Path | None = None
    level: Level = Level.NORMAL
    known: Known = field(default_factory=Known)
    most: int = 100
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def arrived(self, path: Path) -> Arrived:
        """What a deposit says of itself; of a document only its beginning is read. Raises `DepositError`."""
        report = Report()
        with self._opened(path, report) as opened:
            header, frame = self._frame(path, opened, report)
        return Arrived(*said_by(header, frame), path)

    async def apply(
        self,
        path: Path,
        ledger: Ledger,
        progress: Progress = lambda octets: None,
        side: SideFile | None = None,
        tell: Callable[[Result], None] = lambda result: None,
    ) -> Summary:
        """Open a deposit and apply it: see `ingest`. A name that says something else than the content refuses it
        at the level of its rule. `tell` is told once what was found, whether that refuses it or not."""
        began = time.monotonic()
        found = Findings(most=self.most)
        source: Source | None = None
        try:
            with (
                open_envelope(path, self.keys, self.limits, found, self.work) as opened,
                Source(
                    opened.xml, self.catalogue, found, progress, self.level is Level.LENIENT, self.now, self.limits
                ) as source,
            ):
                source.read_frame()
                self._compare(opened, source, found)
                return await ingest_source(
                    source, found, ledger, self.catalogue, self.now, side, level=self.level, known=self.known
                )
        except DepositError as error:
            found.complete(error)
            raise found.refusal(str(path)) from None
        finally:
            tell(Result.of(path, self.level, source, found, time.monotonic() - began))

    @contextmanager
    def _opened(self, path: Path, report: Report) -> Iterator[Opened]:
        """The envelope, open; what is found in it is told of the file that arrived."""
        try:
            with open_envelope(path, self.keys, self.limits, report, self.work) as opened:
                yield opened
        except DepositError as error:
            raise DepositError(str(path), error.findings, error.hidden) from None

    def _frame(self, path: Path, opened: Opened, report: Report) -> tuple[Header, Frame]:
        with Source(opened.xml, self.catalogue, report, now=self.now) as source:
            source.read_frame()
        if source.header is None or source.frame is None:
            raise DepositError(str(path), report.findings, report.hidden)
        return source.header, source.frame

    def _compare(self, opened: Opened, source: Source, found: Findings) -> None:
        for each in opened.agrees(source.header, source.frame) if opened.name else ():
            found.add(replace(each, warning=CODES[each.code].is_note(self.level)))


async def applied_to(ledger: Ledger, repository_type: str, repository: str) -> tuple[Deposit, ...]:
    """The deposits that were applied to a repository since its last FULL; none where it is not in the store."""
    await ledger.begin()
    try:
        known = await ledger.repository(repository_type, repository)
        chain = await ledger.chain(known[0]) if known else None
    finally:
        await ledger.rollback()
    return chain.deposits if chain else ()


async def take(
    found: Sequence[Arrived],
    ledger: Ledger,
    apply: Callable[[Arrived], Awaitable[Summary]],
    is_over: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Outcome]:
    """Apply those of the deposits that follow what each repository has, one after the other. What is refused is
    left out, and the others are chosen anew; at the end of each repository come those that are left. It ends
    early, between two deposits, once `is_over`. Raises `StoreError`."""
    for type_, repository in sorted({(each.repository_type, each.repository) for each in found}):
        waiting = [each for each in found if (each.repository_type, each.repository) == (type_, repository)]
        while not is_over():
            choice = choose(await applied_to(ledger, type_, repository), waiting)
            if not choice.steps:
                for left in choice.left:
                    yield left
                break
            step = choice.steps[0]
            waiting.remove(step)
            try:
                summary = await apply(step)
            except DepositError as error:
                yield Refused(step, error)
            else:
                yield Taken(step, summary)
