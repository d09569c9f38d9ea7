"""`dnrd forget`: erases what is kept of the past of a person, and leaves a record without the data."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from directory.cli import intaking
from directory.errors import DirectoryError
from directory.model import format as formats
from directory.model.base import Instant
from directory.store.erasure import Erased
from directory.store.ledger import Ledger
from directory.store.open import open_ledger, open_store
from directory.store.zones import which

REASON = "Why: an order, a request, a rule. It is written into the record of the erasure."
WHO = "By whose order; else the name of the user who runs this."


def reason_of(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Something is said: a record without it would be of no use."""
    if not value.strip():
        raise click.BadParameter("it is empty, and the record has to say why")
    return value


@click.command("forget")
@click.option("--store", metavar="URL", help="sqlite:///path or postgresql://user@host/database.")
@click.option("--config", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file of settings, as for `dnrd serve`.")  # fmt: skip
@click.option(
    "--repository",
    metavar="NAME",
    help="Which repository, if there are several, as NAME or TYPE:NAME.",
)
@click.option("--reason", required=True, metavar="TEXT", callback=reason_of, help=REASON)
@click.option("--who", metavar="TEXT", help=WHO)
@click.argument("handle")
def command(
    store: str | None, file: Path | None, repository: str | None, reason: str, who: str | None, handle: str
) -> None:
    """Erase what is kept of the past of the contact HANDLE: all superseded versions of it and of its extensions.

    What the registry says of the contact now stays, for that comes with its deposits; what it said before is gone
    from `dnrd query --as-of` and `dnrd history`, and cannot be had back. Domains keep that they referred to it.
    A record stays of when, why and by whose order how many versions of which time were erased; not of the data,
    and of the handle only a digest. An INCR or a resend that would have to bring back what was erased is refused,
    until the next FULL. The exit code is 1 if there was nothing to erase.

    \b
        dnrd forget --store sqlite:///registry.db --reason "request of 2026-05-04, art. 17 GDPR" C-1234
    """

    async def erase(ledger: Ledger, now: Instant) -> Sequence[Erased]:
        number = which(await ledger.repositories(), repository).id
        return await ledger.forget(number, handle, now, reason, order(who))

    erased = run(store, file, erase)
    if not erased:
        click.echo("nothing is kept of the past of such a contact; no record was made", err=True)
        raise SystemExit(1)
    show(erased)


Erase = Callable[[Ledger, Instant], Awaitable[Sequence[Erased]]]


def run(store: str | None, file: Path | None, erase: Erase) -> Sequence[Erased]:
    """Erase in one transaction, which is committed if there was something to erase."""
    try:
        return asyncio.run(_run(intaking.settings_of(store, file).store, erase))
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error


async def _run(url: str, erase: Erase) -> Sequence[Erased]:
    reader = open_store(url)  # which, unlike a ledger, does not make a store where there is none
    await reader.start()
    await reader.close()
    ledger = open_ledger(url)
    await ledger.open()
    try:
        await ledger.begin()
        try:
            erased = await erase(ledger, formats.instant(datetime.now(UTC).isoformat()))
            if erased:
                await ledger.commit()
        finally:
            await ledger.rollback()
    finally:
        await ledger.close()
    return erased


def order(who: str | None) -> str:
    """By whose order something is erased."""
    return who or getpass.getuser()


def show(erased: Sequence[Erased]) -> None:
    """Print what was erased, without the data."""
    for one in erased:
        times = [each[:2] for each in one.spans]
        span = (
            f", valid from {min(each[0] for each in times)} to {max(each[1] for each in times)}" if times else ""
        )
        click.echo(f"erased: {one.versions:,} version{'s'[: one.versions != 1]} of {one.kind}s{span}")
    click.echo(f"recorded: {erased[0].when}, by {erased[0].who}: {erased[0].reason}")
