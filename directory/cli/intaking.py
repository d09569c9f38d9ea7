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
    from directory.escrow.check.level import Level
    from directory.escrow.envelope.limits import Limits
    from directory.escrow.envelope.openpgp import Keys
    from directory.escrow.folder import Arrived
    from directory.escrow.ingest import Summary
    from directory.escrow.intake import Intake, Outcome
    from directory.model.catalogue import Catalogue

LEVELS = ("strict", "normal", "lenient")
"""How much a deposit has to be right, by name."""

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
            click.option("--level", type=click.Choice(LEVELS), help=config.help_of("escrow_level")),
        )
    ):
        run = option(run)
    return run


def settings_of(store: str | None, file: Path | None, level: str | None = None) -> Settings:
    """The settings, which name a store. Raises `DocumentError`."""
    given = {"store": store, "escrow_level": level}
    settings = config.load(file, {name: value for name, value in given.items() if value})
    if not settings.store:
        raise click.UsageError("no store is named: give --store sqlite:///PATH, or `store` in the configuration")
    return settings


def escrow_settings(file: Path | None, **given: Path | None) -> Settings:
    """The settings, with those of escrow that are `given` without their prefix. Raises `DocumentError`."""
    return config.load(file, {f"escrow_{name}": str(path) for name, path in given.items() if path})


def intake_of(settings: Settings, extensions: tuple[Path, ...]) -> Intake:
    """How deposits are taken in by these settings. Raises `DocumentError`."""
    from directory.escrow.check.known import Known
    from directory.escrow.check.level import Level
    from directory.escrow.intake import Intake
    from directory.model.catalogue import Catalogue
    from directory.profile.formats.country import assigned

    catalogue = Catalogue.load([*map(Path, settings.extensions), *extensions])
    level = Level.from_text(settings.escrow_level)
    known = Known(countries=assigned(), extensions=own_objects(catalogue, level))
    return Intake(catalogue, keys_of(settings), limits_of(settings), work_of(settings), level, known)


def own_objects(catalogue: Catalogue, level: Level) -> frozenset[str]:
    """The namespaces of the registry's own objects, of which ICANN's testing, the level `strict`, knows none."""
    return frozenset() if level.to_text() == "strict" else frozenset(uri for uri, _ in catalogue.readings)


def keys_of(settings: Settings) -> Keys:
    """The keys that open deposits and sign ours, and those to encrypt to, by these settings."""
    from directory.escrow.envelope.openpgp import Keys

    return Keys(
        Path(settings.escrow_key) if settings.escrow_key else None,
        Path(settings.escrow_passphrase) if settings.escrow_passphrase else None,
        {repository: Path(each) for repository, each in settings.escrow_signers.items()},
        tuple(map(Path, settings.escrow_recipients)),
    )


def limits_of(settings: Settings) -> Limits:
    """How much a deposit may hold, by these settings."""
    from directory.escrow.envelope.limits import Limits

    return Limits(octets=settings.escrow_octets)


def work_of(settings: Settings) -> Path | None:
    """Where deposits are unpacked, by these settings; None for the system's folder."""
    return Path(settings.escrow_folder) if settings.escrow_folder else None


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
