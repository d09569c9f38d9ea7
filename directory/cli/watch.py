"""`dnrd watch`: applies every deposit that arrives in a folder, for as long as it runs (RFC 8909 §2)."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from directory.cli import intaking
from directory.config import Settings
from directory.errors import DepositError, DirectoryError, DocumentError, ReaderLost, StoreError
from directory.escrow.envelope.parts import awaited
from directory.escrow.folder import Arrived, Left, Stamp, find, stamp
from directory.escrow.ingest import Summary
from directory.escrow.intake import Intake, Outcome, Refused, Taken, take
from directory.model import format as formats
from directory.store.ledger import Ledger
from directory.store.open import open_ledger
from directory.telemetry import events

_log = logging.getLogger("directory.watch")
_SHOWN = 10
_APPLIED = "applied"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(context: click.Context, parameter: click.Parameter, text: str) -> float:
    """Seconds of `5s`, `500ms`, `2m`, `1h`, or a bare number."""
    unit = next((each for each in _UNITS if text.endswith(each)), "")
    try:
        seconds = float(text.removesuffix(unit)) * _UNITS.get(unit, 1.0)
    except ValueError:
        seconds = 0.0
    if not 0.05 <= seconds <= 86_400:
        raise click.BadParameter(f"{text!r} is no time between 50ms and 24h, like 5s, 500ms or 2m")
    return seconds


def _folder(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    if value:
        try:
            value.mkdir(exist_ok=True)
        except OSError as error:
            raise click.BadParameter(f"{value}: {error.strerror}") from error
    return value


@click.command("watch")
@intaking.with_intake
@click.option(
    "--interval",
    metavar="TIME",
    callback=_seconds,
    default="5s",
    show_default=True,
    help="How often the folder is looked at.",
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    callback=_folder,
    help="A folder, made if there is none, for a JSON report on each refused deposit, named after its file.",
)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def command(
    store: str | None,
    file: Path | None,
    extensions: tuple[Path, ...],
    level: str | None,
    interval: float,
    reports: Path | None,
    folder: Path,
) -> None:
    """Apply every escrow deposit that arrives in DIR, until SIGTERM or Ctrl-C.

    A file has arrived when neither its size nor its time changed from one look at the folder to the next; to be
    sure, write it under a name that begins with a dot and rename it. Of what is there, that is applied which
    follows what the store has, as by `dnrd ingest DIR`: what arrives before its turn waits for it. Nothing is
    moved or deleted, and nothing is remembered but what is in the store: it can be stopped and started at will.

    What happens is told in JSON lines on standard error. A deposit that is refused is told once, and tried again
    when one of its files is changed, or after a restart. It stops after the deposit at hand; at a second signal
    without it, unless it is being committed, and the store is as it was before that deposit. With `retention` in
    the configuration, superseded versions are removed after each deposit.

    \b
        dnrd watch --store sqlite:///registry.db deposits/
        dnrd watch --config dnrd.yaml --interval 30s --reports refused/ deposits/
    """
    try:
        settings = intaking.settings_of(store, file, level)
        intake = intaking.intake_of(settings, extensions)
        events.configure()
        asyncio.run(_until_stopped(Watch(folder, settings, intake, reports), interval))
    except DocumentError as error:
        raise click.ClickException("\n".join(each.to_text(error.file) for each in error.findings)) from error
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        _tell("stopped", {"store": "as it was before the deposit at hand"})


async def _until_stopped(watch: Watch, interval: float) -> None:
    over = asyncio.Event()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task

    def stop(number: int, frame: object) -> None:
        """The first signal is heeded between two deposits; the second within one, but where nothing is cut off: an
        exception out of nowhere would break the driver of a database at work."""
        if watch.is_over:
            watch.is_cut = True
            loop.call_soon_threadsafe(task.cancel)
        watch.is_over = True
        loop.call_soon_threadsafe(over.set)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    _tell("watching", {"folder": str(watch.folder), "interval": interval})
    try:
        while not watch.is_over:
            await watch.look()
            if not watch.is_over:
                try:
                    await asyncio.wait_for(over.wait(), interval)
                except TimeoutError:
                    continue
        _tell("stopped", {})
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True)
class Watch:
    """A folder that is watched. What it keeps in memory is a few words on each file that is there."""

    folder: Path
    settings: Settings
    intake: Intake
    reports: Path | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    is_over: bool = False
    """Set to stop before the next deposit."""
    is_cut: bool = False
    """Set to stop within the deposit at hand, which is then not applied."""
    _seen: dict[Path, Stamp] = field(default_factory=dict)
    _read: dict[Path, tuple[Stamp, Arrived | None]] = field(default_factory=dict)
    _refused: set[Path] = field(default_factory=set)
    _told: dict[Path, str] = field(default_factory=dict)
    _is_due: bool = False

    async def look(self) -> None:
        """Look at the folder once, and apply what follows of that which has arrived. What goes wrong is told."""
        try:
            stamps = {path: stamp(path) for path in find(self.folder)}
        except OSError as error:
            self._tell_once(self.folder, "unreadable", {"why": error.strerror or str(error)})
            return
        self._forget(stamps)
        for path, found in stamps.items():
            if found and self._seen.get(path) == found and self._read.get(path, ((), None))[0] != found:
                self._arrive(path, found)
            if self.is_over:
                return
        self._seen = stamps
        waiting = [each for path, (_, each) in self._read.items() if each and path not in self._refused]
        if self._is_due and waiting:
            await self._apply_all(waiting)

    def _forget(self, stamps: Mapping[Path, Stamp]) -> None:
        """What is gone, or was changed since it was read, is as if it had never been there."""
        for path in [each for each, (read, _) in self._read.items() if stamps.get(each) != read]:
            del self._read[path]
            self._refused.discard(path)
            self._told.pop(path, None)

    def _arrive(self, path: Path, found: Stamp) -> None:
        """Read what a deposit says of itself, once it is there."""
        missing = () if path.is_dir() else awaited(path, is_signed=bool(self.intake.keys.signers))
        if missing:
            self._tell_once(path, "waiting", {"why": f"files of it are missing: {', '.join(missing)}"})
            return
        try:
            arrived: Arrived | None = self.intake.arrived(path)
        except DepositError as error:
            arrived = None
            self._refuse(path, error, {"file": str(path)})
        self._read[path] = found, arrived
        self._is_due = True

    async def _apply_all(self, waiting: list[Arrived]) -> None:
        """Apply what follows; if the store cannot be used, or a reader is lost, try again at the next look."""
        ledger = open_ledger(self.settings.store)
        try:
            await ledger.open()
            try:
                outcomes = take(
                    waiting,
                    ledger,
                    lambda one: self.intake.apply(one.path, ledger, self._go_on),
                    lambda: self.is_over,
                )
                async for outcome in outcomes:
                    self._tell_outcome(outcome)
                    if isinstance(outcome, Taken):
                        await self._expire(ledger, outcome.summary)
            finally:
                await ledger.close()
        except (StoreError, ReaderLost) as error:
            event = "store" if isinstance(error, StoreError) else "reader"
            self._tell_once(self.folder, event, {"why": str(error)})
            return
        self._is_due = False
        self._told.pop(self.folder, None)

    def _go_on(self, octets: int) -> None:
        """Called as a deposit is read. Raises `KeyboardInterrupt` if it is not to be."""
        if self.is_cut:
            raise KeyboardInterrupt

    async def _expire(self, ledger: Ledger, summary: Summary) -> None:
        """Remove what is older than it may become."""
        for days, is_personal in (
            (self.settings.retention, False),
            (self.settings.personal_retention, True),
        ):
            if not days or summary.already:
                continue
            now = self.now()
            before = formats.instant((now - timedelta(days=days)).isoformat())
            reason = f"retention of {days} days"
            await ledger.begin()
            try:
                erased = await ledger.expire(
                    before, formats.instant(now.isoformat()), reason, "dnrd watch", personal_only=is_personal
                )
                await ledger.commit()
            except BaseException:
                await ledger.rollback()
                raise
            for one in erased:
                _tell("expired", {"kind": one.kind, "versions": one.versions, "personalOnly": is_personal})

    def _tell_outcome(self, outcome: Outcome) -> None:
        path = outcome.deposit.path
        said = intaking.plain_of(outcome)
        if isinstance(outcome, Refused):
            self._refuse(path, outcome.error, intaking.plain_deposit(outcome.deposit))
        elif isinstance(outcome, Left):
            if outcome.is_missed or self._told.get(path) != _APPLIED:
                self._tell_once(path, "waiting" if outcome.is_missed else "left", said)
        else:
            self._told[path] = _APPLIED
            notes = said.pop("notes")
            _tell(said.pop("outcome"), {**said, **({"notes": notes} if notes else {})})

    def _refuse(self, path: Path, error: DepositError, said: Mapping[str, Any]) -> None:
        self._refused.add(path)
        plain = {**said, **intaking.plain_refusal(error.findings, error.hidden)}
        if self.reports:
            report = self.reports / f"{path.name}.refused.json"
            try:
                report.write_text(json.dumps(plain, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            except OSError as fault:
                _tell("report", {"file": str(report), "why": fault.strerror or str(fault)}, logging.ERROR)
        found = [each.to_text(path.name) for each in error.findings[:_SHOWN]]
        more = len(error.findings) + error.hidden - len(found)
        _tell("refused", {**said, "findings": found, "more": more}, logging.ERROR)

    def _tell_once(self, path: Path, event: str, said: Mapping[str, Any]) -> None:
        """Tell what may go on for long only when it begins, or changes."""
        why = f"{event} {said.get('why', '')}"
        if self._told.get(path) != why:
            self._told[path] = why
            level = logging.INFO if event == "left" else logging.WARNING
            _tell(
                event, {"file": str(path), **{key: each for key, each in said.items() if key != "outcome"}}, level
            )


def _tell(event: str, said: Mapping[str, Any], level: int = logging.INFO) -> None:
    _log.log(level, event, extra={"fields": dict(said)})
