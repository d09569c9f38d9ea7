"""`dnrd expire`: removes what was superseded long ago, and leaves a record without the data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from directory.cli import forget
from directory.cli.moments import moment_of
from directory.model.base import Instant
from directory.store.erasure import Erased
from directory.store.ledger import Ledger


@click.command("expire")
@click.option("--store", metavar="URL", help="sqlite:///path or postgresql://user@host/database.")
@click.option("--config", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file of settings, as for `dnrd serve`.")  # fmt: skip
@click.option(
    "--before",
    required=True,
    metavar="TIME",
    callback=moment_of,
    help="What was superseded by then: a day (its beginning, in UTC) or a moment.",
)
@click.option(
    "--personal-only",
    is_flag=True,
    help="Keep the versions, but without the personal data of contacts and without the contacts' extensions.",
)
@click.option("--reason", metavar="TEXT", default="retention", show_default=True, help=forget.REASON)
@click.option("--who", metavar="TEXT", help=forget.WHO)
def command(
    store: str | None, file: Path | None, before: Instant, personal_only: bool, reason: str, who: str | None
) -> None:
    """Remove the versions of objects that were superseded at or before a moment.

    They are gone from `dnrd query --as-of` and `dnrd history`, and cannot be had back; what the registry says now
    stays. What was superseded after the last FULL of its repository stays until the next, for an INCR or a resend
    may have to go back to it. A record stays of when, why and by whose order how many versions of which kind and
    time were removed, without the data. `dnrd watch` does the same by itself, after the settings `retention` and
    `personal_retention`.

    \b
        dnrd expire --store sqlite:///registry.db --before 2024-01-01
        dnrd expire --store sqlite:///registry.db --before 2025-01-01 --personal-only

    The exit code is 0 also if nothing was that old.
    """

    async def erase(ledger: Ledger, now: Instant) -> Sequence[Erased]:
        return await ledger.expire(before, now, reason, forget.order(who), personal_only=personal_only)

    erased = forget.run(store, file, erase)
    if not erased:
        click.echo("nothing that may go is that old; no record was made")
        click.echo("what was superseded since the last FULL stays until the next", err=True)
        return
    forget.show(erased)
