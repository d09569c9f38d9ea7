"""`dnrd watch`: what has arrived is applied in its order, never half a file, once, and with a clean end."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.cli.watch import Watch
from directory.config import Settings
from directory.escrow import apart
from directory.escrow.intake import Intake
from directory.model.catalogue import Catalogue
from tests import deposits as d
from tests.cli import chained

_CATALOGUE = Catalogue.load()
Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def told() -> Iterator[Told]:
    """What the watch told: the events with their fields."""
    found: Told = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append((record.getMessage(), record.__dict__["fields"]))

    log, keeper = logging.getLogger("directory.watch"), Keeper()
    level = log.level
    log.addHandler(keeper)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(keeper)
    log.setLevel(level)


def _now() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


def watch(folder: Path, **settings: Any) -> Watch:
    """A watch over the folder, into a store beside it, on a day after its deposits."""
    plain = {"store": f"sqlite:///{folder.parent / 'registry.db'}", **settings}
    return Watch(folder, Settings.from_plain(plain), Intake(_CATALOGUE, now=_now), now=_now)


async def looks(watched: Watch, number: int = 2) -> None:
    for _ in range(number):
        await watched.look()


def applied(folder: Path) -> list[str]:
    """The ids of the deposits in the store, in their order."""
    with sqlite3.connect(folder.parent / "registry.db") as store:
        return [row[0] for row in store.execute("SELECT deposit_id FROM deposit ORDER BY id")]


def named(told: Told, event: str) -> list[str]:
    return [Path(said["file"]).name for each, said in told if each == event]


async def test_what_arrives_is_applied_in_its_order(folder: Path, told: Told) -> None:
    watched = watch(folder)
    chained.write(folder)
    await looks(watched)
    assert applied(folder) == ["f1", "d2", "d3", "d4", "d5"]
    assert [said["id"] for event, said in told if event == "applied"] == applied(folder)
    await looks(watched, 3)
    assert len(told) == 5


async def test_what_comes_before_its_turn_waits_and_is_told_once(folder: Path, told: Told) -> None:
    watched = watch(folder)
    chained.write(folder, "f1", "d3")
    await looks(watched, 5)
    assert applied(folder) == ["f1"]
    assert named(told, "waiting") == ["3d.xml"]
    chained.write(folder, "d2")
    await looks(watched)
    assert applied(folder) == ["f1", "d2", "d3"]


async def test_a_file_that_grows_has_not_arrived(folder: Path, told: Told) -> None:
    watched = watch(folder)
    octets = chained.FULL
    for part in range(1, 5):
        (folder / "full.xml").write_bytes(octets[: len(octets) * part // 4])
        await looks(watched, 1)
    assert told == []
    await looks(watched, 1)
    assert applied(folder) == ["f1"]


async def test_a_file_under_a_hidden_name_has_not_arrived(folder: Path, told: Told) -> None:
    watched = watch(folder)
    (folder / ".full.xml").write_bytes(chained.FULL)
    await looks(watched, 3)
    assert told == []
    (folder / ".full.xml").rename(folder / "full.xml")
    await looks(watched)
    assert applied(folder) == ["f1"]


async def test_a_refused_deposit_is_told_once_and_again_when_it_was_mended(folder: Path, told: Told) -> None:
    watched = watch(folder)
    watched.reports = folder.parent
    chained.write(folder, "f1")
    broken = folder / "2d.xml"
    broken.write_bytes(chained.RENEWED.replace(b"2028-01-01T00:00:00Z", b"soon"))
    await looks(watched, 4)
    assert named(told, "refused") == ["2d.xml"]
    report = json.loads((folder.parent / "2d.xml.refused.json").read_text())
    assert (report["id"], report["outcome"]) == ("d2", "refused")
    assert any("soon" in each["message"] for each in report["findings"])
    broken.write_bytes(chained.RENEWED)
    await looks(watched)
    assert applied(folder) == ["f1", "d2"]


async def test_what_is_no_deposit_stops_nothing(folder: Path, told: Told) -> None:
    watched = watch(folder)
    chained.write(folder, "f1")
    (folder / "a.xml").write_bytes(b"no deposit")
    (folder / "example_2026-01-01_full_S1_R0.ryde").write_bytes(b"no message")
    await looks(watched, 3)
    assert applied(folder) == ["f1"]
    assert sorted(named(told, "refused")) == ["a.xml", "example_2026-01-01_full_S1_R0.ryde"]


async def test_missing_segments_are_waited_for(folder: Path, told: Told) -> None:
    watched = watch(folder)
    for segment in (1, 3):
        (folder / f"example_2026-01-01_full_S{segment}_R0.ryde").write_bytes(b"x")
    await looks(watched, 4)
    assert [(event, said["why"]) for event, said in told] == [
        ("waiting", "files of it are missing: example_2026-01-01_full_S2_R0.ryde")
    ]


async def test_after_a_restart_only_what_is_new_is_applied(folder: Path, told: Told) -> None:
    chained.write(folder, "f1", "d2")
    await looks(watch(folder))
    chained.write(folder, "d3")
    await looks(watch(folder))
    assert applied(folder) == ["f1", "d2", "d3"]
    assert sorted(named(told, "left")) == ["1f.xml", "2d.xml"]


async def test_a_reader_that_is_lost_is_tried_again(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(folder)
    chained.write(folder, "f1")
    with monkeypatch.context() as patch:
        patch.setattr(apart, "pays", lambda source: True)
        patch.setattr(apart, "READER", (sys.executable, "-c", ""))
        await looks(watched)
        (said,) = [said for event, said in told if event == "reader"]
    assert "its reader ended before it was done" in said["why"]
    await looks(watched, 1)
    assert applied(folder) == ["f1"]


async def test_it_stops_between_two_deposits(folder: Path, told: Told) -> None:
    watched = watch(folder)
    chained.write(folder)

    class Stopper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            watched.is_over = True

    stopper = Stopper()
    logging.getLogger("directory.watch").addHandler(stopper)
    try:
        await looks(watched)
    finally:
        logging.getLogger("directory.watch").removeHandler(stopper)
    assert applied(folder) == ["f1"]


async def test_a_store_that_is_busy_is_tried_again(folder: Path, told: Told) -> None:
    watched = watch(folder)
    chained.write(folder, "f1")
    await looks(watched)
    chained.write(folder, "d2")
    other = sqlite3.connect(folder.parent / "registry.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await looks(watched)
    assert ("store" in [event for event, _ in told], applied(folder)) == (True, ["f1"])
    other.execute("ROLLBACK")
    other.close()
    await looks(watched, 1)
    assert applied(folder) == ["f1", "d2"]


@pytest.mark.parametrize(
    ("setting", "kinds"),
    [("retention", {"contact", "domain", "host"}), ("personal_retention", {"contact"})],
)
async def test_what_is_older_than_it_may_become_is_removed(
    folder: Path, told: Told, setting: str, kinds: set[str]
) -> None:
    watched = watch(folder, **{setting: 30})
    chained.write(folder, "f1", "d2", "d3", "d4")
    await looks(watched)
    assert "expired" not in [event for event, _ in told]
    (folder / "f6.xml").write_bytes(d.full(d.registrar(), watermark="2026-01-06T00:00:00Z", id="f6"))
    await looks(watched)
    assert {said["kind"] for event, said in told if event == "expired"} >= kinds
    with sqlite3.connect(folder.parent / "registry.db") as store:
        history = store.execute("SELECT DISTINCT kind FROM history").fetchall()
    assert bool(history) is (setting == "personal_retention")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(folder: Path, number: signal.Signals) -> None:
    store = f"sqlite:///{folder.parent / 'registry.db'}"
    chained.write(folder, "f1")
    words = [sys.executable, "-m", "directory", "watch", "--store", store, "--interval", "100ms", str(folder)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(json.loads(line)["event"])
        if lines[-1] == "applied":
            os.kill(process.pid, number)
            began = time.monotonic()
    assert process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert lines == ["watching", "applied", "stopped"]
    assert applied(folder) == ["f1"]


@pytest.mark.parametrize("interval", ["0", "never", "48h"])
def test_an_interval_that_is_none_is_refused(folder: Path, interval: str) -> None:
    result = CliRunner().invoke(main, ["watch", "--store", "sqlite:///x.db", "--interval", interval, str(folder)])
    assert result.exit_code == 2
    assert "like 5s" in result.stderr
