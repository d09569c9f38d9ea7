"""`dnrd ingest`: escrow deposits (RFC 8909, RFC 9022) and their side data into a store."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from directory.cli import intaking
from directory.cli.stopping import Stopping, stopping
from directory.errors import DepositError, DirectoryError, DocumentError
from directory.escrow.chain import name
from directory.escrow.envelope.parts import awaited
from directory.escrow.folder import Arrived, Left, find
from directory.escrow.ingest import Progress as Told
from directory.escrow.ingest import Summary
from directory.escrow.intake import Intake, Outcome, Refused, Taken, take
from directory.escrow.report import Result
from directory.escrow.sidedata import SideFile, apply_side_data, load_side_data
from directory.store.ledger import Ledger
from directory.store.open import open_ledger

_NAMES = {"idn_table": "IDN tables", "epp_params": "EPP parameters", "policy": "policies", "nndn": "NNDN"}

_REPORT = re.compile(rb'\s*(\[\s*)?(\{\s*"file": "(\\.|[^"\\])*",\s*"level": "|\])')
"""How reports begin (schemas/escrow-report.schema.json); a list of them may be empty."""
_BEGIN = 1 << 14  # octets; the path of a file has no more than 4,096


@click.command("ingest")
@intaking.with_intake
@click.option(
    "--registrars",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Side data: the registrars' desks, WHOIS hosts and RDAP base URLs. May be loaded alone.",
)
@click.option(
    "--report",
    "report",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what was found, as `dnrd check-deposit --format json` does; of several deposits, a list. Of the "
    "files that are there, only an earlier report is replaced.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.argument("deposits", metavar="[DEPOSIT]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
def command(
    store: str | None,
    file: Path | None,
    extensions: tuple[Path, ...],
    level: str | None,
    registrars: Path | None,
    report: Path | None,
    form: str,
    deposits: tuple[Path, ...],
) -> None:
    """Apply escrow deposits (RFC 8909, RFC 9022) to a store: FULL, INCR and DIFF, XML and CSV.

    A DEPOSIT is an XML document, plain or gzip, with the tables of the CSV model beside it, or an envelope (.ryde,
    .tar). It is applied whole or not at all; servers that read the store go on answering from the old state until
    it is. A deposit that is refused changes nothing, every finding is printed, and the exit code is 1. One that
    was applied before changes nothing either, and the exit code is 0. What the rules find that does not refuse it
    at the level is a note: of each sort the first, and how many there are; --report has them all.

    At the first Ctrl-C or SIGTERM it stops before the next deposit, and within the one at hand as long as that is
    being read; the exit code is then 1. At the second it stops at once. The store is as it was after the last
    deposit that was applied whole.

    Of a folder, or of several deposits, those are applied that follow what the store has: for each repository the
    newest FULL, then its last INCR or its DIFFs in the order of their prevIds, of each the highest resend. The
    others are left alone; if one is left because something before it is missing, that is told, and the exit code
    is 1.

    \b
        dnrd ingest --store sqlite:///registry.db deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db --level strict --report findings.json deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db deposits/
        dnrd ingest --store sqlite:///registry.db --registrars registrars.yaml deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db --registrars registrars.yaml
    """
    if not deposits and registrars is None:
        raise click.UsageError("give a DEPOSIT or a folder of them, or --registrars FILE, or both")
    try:
        settings = intaking.settings_of(store, file, level)
        if report:
            _check_report(report)
        intake = intaking.intake_of(settings, extensions)
        side = load_side_data(registrars) if registrars else None
        with stopping() as stop:
            run = _Run(intake, side, form == "json", stop)
            try:
                asyncio.run(run.run(settings.store, deposits))
            finally:
                if report:
                    _write_report(report, run.results)
    except DocumentError as error:
        _refuse(error)
        raise SystemExit(1) from None
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException("stopped; the store is as it was after the last deposit") from None
    if run.is_json:
        click.echo(json.dumps({"deposits": run.told}, ensure_ascii=False, indent=2))
    if side and registrars and not run.is_json and not run.is_bad:
        _print_side(registrars, side, run.unmatched)
    raise SystemExit(1 if run.is_bad else 0)


@dataclass(slots=True)
class _Run:
    """One ingest: what is told, and whether all went well."""

    intake: Intake
    side: SideFile | None
    is_json: bool
    stop: Stopping
    told: list[dict[str, Any]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    """What was found in each deposit that was opened."""
    is_bad: bool = False
    unmatched: Sequence[str] = ()

    async def run(self, url: str, given: Sequence[Path]) -> None:
        """Apply what is given. Raises `StoreError`."""
        ledger = open_ledger(url)
        await ledger.open()
        try:
            if len(given) == 1 and not given[0].is_dir():
                await self._one(given[0], ledger)
            elif given:
                await self._several(given, ledger)
            elif self.side:
                self.unmatched = await _apply_side(self.side, ledger)
        finally:
            await ledger.close()

    async def _one(self, path: Path, ledger: Ledger) -> None:
        """A deposit by itself: it follows, or is refused with what is missing."""
        try:
            with _progress(path, self.stop) as progress:
                summary = await self.intake.apply(path, ledger, progress, self.side, self.results.append)
        except DepositError as error:
            self._tell_refused(str(path), error)
            return
        self.unmatched = summary.unmatched
        if self.is_json:
            self.told.append({"file": str(path), **intaking.plain_summary(summary)})
        else:
            _print_summary(summary)

    async def _several(self, given: Sequence[Path], ledger: Ledger) -> None:
        paths = [path for each in given for path in (find(each) if each.is_dir() else [each])]
        if not paths:
            raise click.ClickException(
                f"{given[0]}: there is no deposit in it: no .xml, .xml.gz, .ryde, .tar, and no folder with one"
            )
        found = [arrived for path in paths if (arrived := self._arrived(path))]
        told = 0
        async for outcome in take(
            found, ledger, lambda deposit: self._apply(deposit, ledger), lambda: self.stop.is_asked
        ):
            self._tell(outcome)
            told += 1
        if told < len(found):
            self.stop.check()

    def _arrived(self, path: Path) -> Arrived | None:
        """What a deposit says of itself; None, which is told, if it cannot be read or is not whole."""
        missing = () if path.is_dir() else awaited(path, is_signed=bool(self.intake.keys.signers))
        if missing:
            self.is_bad = True
            why = f"files of it are missing: {', '.join(missing)}"
            self.told.append({"file": str(path), "outcome": "missed", "why": why})
            self._echo(f"{path.name}: {why}")
            return None
        try:
            return self.intake.arrived(path)
        except DepositError as error:
            self._tell_refused(str(path), error)
            return None

    async def _apply(self, deposit: Arrived, ledger: Ledger) -> Summary:
        self._echo(f"{deposit.path.name}: {name(deposit)} of {deposit.repository}")
        with _progress(deposit.path, self.stop) as progress:
            return await self.intake.apply(deposit.path, ledger, progress, self.side, self.results.append)

    def _tell(self, outcome: Outcome) -> None:
        if isinstance(outcome, Refused):
            self._tell_refused(str(outcome.deposit.path), outcome.error, outcome.deposit)
            return
        self.told.append(intaking.plain_of(outcome))
        if isinstance(outcome, Taken):
            self.unmatched = outcome.summary.unmatched
            if not self.is_json:
                _print_summary(outcome.summary)
        elif isinstance(outcome, Left):
            self.is_bad = self.is_bad or outcome.is_missed
            word = "not applied" if outcome.is_missed else "left"
            self._echo(f"{outcome.deposit.path.name}: {name(outcome.deposit)} {word}: {outcome.why}")

    def _tell_refused(self, file: str, error: DepositError, deposit: Arrived | None = None) -> None:
        self.is_bad = True
        said = intaking.plain_deposit(deposit) if deposit else {"file": file}
        self.told.append({**said, **intaking.plain_refusal(error.findings, error.hidden)})
        if not self.is_json:
            _refuse(error)

    def _echo(self, text: str) -> None:
        if not self.is_json:
            click.echo(text, err=True)


def _check_report(file: Path) -> None:
    """Refuse to lose a file that is no report of ours, such as a deposit or the store."""
    if not file.parent.is_dir():
        raise click.UsageError(f"--report: there is no folder {file.parent}; make it first")
    try:
        if not file.is_file() or not file.stat().st_size:
            return
        with file.open("rb") as there:
            begin = there.read(_BEGIN)
    except OSError as error:
        raise click.ClickException(f"{file}: the report cannot be written: {error.strerror or error}") from error
    if not _REPORT.match(begin):
        raise click.UsageError(f"--report: {file} is there already, and is no report; give another name")


def _write_report(file: Path, results: Sequence[Result]) -> None:
    """Write what was found: of one deposit as `dnrd check-deposit` has it, of several a list."""
    plain = [each.to_json() for each in results]
    text = json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False, indent=2)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file}: the report cannot be written: {error.strerror or error}") from error


@contextmanager
def _progress(path: Path, stop: Stopping) -> Iterator[Told]:
    """A bar on a terminal; where it goes on, it is seen whether somebody asked to stop."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    size = path.stat().st_size if path.name.endswith((".xml", ".xml.gz")) else None
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(path.name, total=size)

        def progress(octets: int) -> None:
            stop.check()
            bar.advance(task, octets)
            if bar.tasks[task].finished:
                bar.update(task, description="building indices")

        yield progress


async def _apply_side(side: SideFile, ledger: Ledger) -> Sequence[str]:
    await ledger.begin()
    try:
        unmatched = await apply_side_data(side, ledger)
        await ledger.commit()
    except BaseException:
        await ledger.rollback()
        raise
    return unmatched


def _print_side(file: Path, side: SideFile, unmatched: Sequence[str]) -> None:
    click.echo(f"{file.name}: side data of {len(side.entries):,} registrars")
    for key in unmatched:
        click.echo(f"note: {file.name}: no registrar of the store has {key.replace(':', ' ')}", err=True)


def _print_summary(summary: Summary) -> None:
    for note, number in summary.notes.items():
        times = f" ({number:,} times)" if number > 1 else ""
        click.echo(f"note: {note}{times}", err=True)
    if summary.already:
        click.echo(f"nothing to do: {summary.already}")
        click.echo("its objects were not read again; other content takes a new id, or a higher resend", err=True)
        return
    click.echo(f"repository {summary.repository}, watermark {summary.watermark}")
    click.echo(f"  {'':<16}{'added':>11}{'changed':>11}{'unchanged':>11}{'closed':>11}")
    for kind, tally in summary.tallies.items():
        numbers = (tally.added, tally.changed, tally.unchanged, tally.closed)
        if any(numbers):
            click.echo(f"  {_NAMES.get(kind, kind + 's'):<16}" + "".join(f"{number:>11,}" for number in numbers))
    rate = summary.objects / summary.seconds if summary.seconds else 0.0
    click.echo(f"{summary.objects:,} objects in {summary.seconds:.1f} s ({rate:,.0f} a second)")


def _refuse(error: DepositError | DocumentError) -> None:
    for finding in error.findings:
        click.echo(finding.to_text(error.file), err=True)
    hidden = error.hidden if isinstance(error, DepositError) else 0
    more = f" ({hidden:,} not shown)" if hidden else ""
    number = len(error.findings) + hidden
    click.echo(f"refused: {number:,} finding{'s'[: number != 1]}{more}; the store is as it was", err=True)
