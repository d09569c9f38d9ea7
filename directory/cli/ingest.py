"""`dnrd ingest`: an escrow deposit (RFC 8909, RFC 9022) and its side data into a store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from directory.errors import DepositError, DirectoryError, DocumentError
from directory.escrow.ingest import Summary, ingest
from directory.escrow.sidedata import SideFile, apply_side_data, load_side_data
from directory.model.catalogue import Catalogue
from directory.store.ledger import Ledger
from directory.store.open import open_ledger

_NAMES = {"idn_table": "IDN tables", "epp_params": "EPP parameters", "policy": "policies", "nndn": "NNDN"}


@click.command("ingest")
@click.option("--store", required=True, metavar="URL", help="sqlite:///path or postgresql://user@host/database.")
@click.option(
    "--registrars",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Side data: the registrars' desks, WHOIS hosts and RDAP base URLs. May be loaded alone.",
)
@click.option(
    "--extension",
    "extensions",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A document that declares elements of the registry's own; may be given several times.",
)
@click.argument("deposit", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(store: str, registrars: Path | None, extensions: Sequence[Path], deposit: Path | None) -> None:
    """Apply a FULL escrow DEPOSIT (RFC 9022, XML model, plain or gzip) to a store.

    It is applied whole or not at all; servers that read the store go on answering from the old state until it is.
    A deposit that is refused changes nothing, every finding is printed, and the exit code is 1.

    \b
        dnrd ingest --store sqlite:///registry.db deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db --registrars registrars.yaml deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db --registrars registrars.yaml
    """
    if deposit is None and registrars is None:
        raise click.UsageError("give a DEPOSIT, or --registrars FILE, or both")
    try:
        size = deposit.stat().st_size if deposit else 0
        asyncio.run(_run(store, deposit, size, registrars, extensions))
    except (DepositError, DocumentError) as error:
        _refuse(error)
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException("stopped; the store is as it was") from None


async def _run(
    store: str, deposit: Path | None, size: int, registrars: Path | None, extensions: Sequence[Path]
) -> None:
    side = load_side_data(registrars) if registrars else None
    ledger = open_ledger(store)
    await ledger.open()
    try:
        if deposit:
            summary = await _apply(deposit, size, ledger, extensions, side)
            _print_summary(summary)
            unmatched = summary.unmatched
        else:
            unmatched = await _apply_side(side, ledger) if side else ()
    finally:
        await ledger.close()
    if side and registrars:
        click.echo(f"{registrars.name}: side data of {len(side.entries):,} registrars")
        for key in unmatched:
            click.echo(f"note: {registrars.name}: no registrar of the store has {key.replace(':', ' ')}", err=True)


async def _apply(
    deposit: Path, size: int, ledger: Ledger, extensions: Sequence[Path], side: SideFile | None
) -> Summary:
    catalogue = Catalogue.load(extensions)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(deposit.name, total=size)

        def progress(octets: int) -> None:
            bar.advance(task, octets)
            if bar.tasks[task].finished:
                bar.update(task, description="building indices")

        return await ingest(deposit, ledger, catalogue, progress=progress, side=side)


async def _apply_side(side: SideFile, ledger: Ledger) -> Sequence[str]:
    await ledger.begin()
    try:
        unmatched = await apply_side_data(side, ledger)
        await ledger.commit()
    except BaseException:
        await ledger.rollback()
        raise
    return unmatched


def _print_summary(summary: Summary) -> None:
    for note, number in summary.notes.items():
        times = f" ({number:,} times)" if number > 1 else ""
        click.echo(f"note: {note}{times}", err=True)
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
    more = f" ({hidden:,} more not shown)" if hidden else ""
    number = len(error.findings) + hidden
    click.echo(f"refused: {number:,} finding{'s'[: number != 1]}{more}; the store is as it was", err=True)
    raise SystemExit(1)
