"""What the commands that take deposits in share: options, how it is done by the settings, what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from directory import config
from directory.errors import Finding

if TYPE_CHECKING:
    from directory.config import Settings
    from directory.escrow.folder import Arrived
    from directory.escrow.ingest import Summary
    from directory.escrow.intake import Intake, Outcome

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Run = TypeVar("Run", bound=Callable[..., Any])


def with_intake(run: Run) -> Run:
    """Gives a command the options that say into which store, and how."""
    for option in reversed(
        (
            click.option("--store", metavar="URL", help=config.help_of("store")),
            click.option("--config", "file", type=_FILE, help="A file of settings, as for `dnrd serve`."),
            click.option(
                "--extension",
                "extensions",
                multiple=True,
                type=_FILE,
                help="A document that declares elements of the registry's own; may be given several times.",
            ),
            click.option(
                "--strict",
                is_flag=True,
                help="Refuse a deposit whose references lead nowhere, or whose name says something else.",
            ),
            click.option(
                "--lenient", is_flag=True, help="Take what the samples of RFC 9022 have and its text does not."
            ),
        )
    ):
        run = option(run)
    return run


def settings_of(store: str | None, file: Path | None) -> Settings:
    """The settings, which name a store. Raises `DocumentError`."""
    settings = config.load(file, {"store": store} if store else {})
    if not settings.store:
        raise click.UsageError("no store is named: give --store sqlite:///PATH, or `store` in the configuration")
    return settings


def intake_of(settings: Settings, extensions: tuple[Path, ...], *, strict: bool, lenient: bool) -> Intake:
    """How deposits are taken in by these settings. Raises `DocumentError`."""
    from directory.escrow.envelope.limits import Limits
    from directory.escrow.envelope.openpgp import Keys
    from directory.escrow.intake import Intake
    from directory.model.catalogue import Catalogue

    if strict and lenient:
        raise click.UsageError("--strict and --lenient exclude each other")
    keys = Keys(
        Path(settings.escrow_key) if settings.escrow_key else None,
        Path(settings.escrow_passphrase) if settings.escrow_passphrase else None,
        {repository: Path(each) for repository, each in settings.escrow_signers.items()},
    )
    catalogue = Catalogue.load([*map(Path, settings.extensions), *extensions])
    work = Path(settings.escrow_folder) if settings.escrow_folder else None
    return Intake(catalogue, keys, Limits(octets=settings.escrow_octets), work, strict, lenient)


def plain_of(outcome: Outcome) -> dict[str, Any]:
    """What became of a deposit, as plain data."""
    from directory.escrow.intake import Refused, Taken

    said = plain_deposit(outcome.deposit)
    if isinstance(outcome, Taken):
        return {**said, **plain_summary(outcome.summary)}
    if isinstance(outcome, Refused):
        return {**said, **plain_refusal(outcome.error.findings, outcome.error.hidden)}
    return {**said, "outcome": "missed" if outcome.is_missed else "left", "why": outcome.why}


def plain_deposit(deposit: Arrived) -> dict[str, Any]:
    """What a deposit says of itself, as plain data."""
    said = {"file": str(deposit.path), "repository": deposit.repository, "type": deposit.type, "id": deposit.id}
    return {**said, "prevId": deposit.prev_id, "resend": deposit.resend, "watermark": deposit.watermark}


def plain_summary(summary: Summary) -> dict[str, Any]:
    """What an ingest did, as plain data."""
    tallies = {kind: dict(_numbers(tally)) for kind, tally in summary.tallies.items()}
    return {
        "outcome": "already" if summary.already else "applied",
        "why": summary.already,
        "repository": summary.repository,
        "watermark": summary.watermark,
        "changes": {kind: numbers for kind, numbers in tallies.items() if any(numbers.values())},
        "objects": summary.objects,
        "seconds": round(summary.seconds, 3),
        "notes": dict(summary.notes),
    }


def plain_refusal(findings: tuple[Finding, ...], hidden: int = 0) -> dict[str, Any]:
    """Why a deposit was refused, as plain data."""
    found = [
        {
            "object": one.place,
            "element": one.element,
            "message": one.message,
            "rule": one.rule,
            "code": one.code,
            "file": one.file,
            "line": one.line,
            "hint": one.hint,
        }
        for one in findings
    ]
    return {"outcome": "refused", "findings": found, "hidden": hidden}


def _numbers(tally: Any) -> Iterator[tuple[str, int]]:
    for name in ("added", "changed", "unchanged", "closed"):
        yield name, getattr(tally, name)
