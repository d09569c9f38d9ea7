"""What is asked to stop stops where nothing is cut off, leaves nothing of what it began, and says what is true."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from directory.escrow.sample import write_sample

DOMAINS = 8_000


@pytest.fixture(scope="module")
def deposit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deposit") / "full.xml"
    write_sample(path, domains=DOMAINS, seed=1, tld="example", watermark=datetime(2026, 1, 1, tzinfo=UTC))
    return path


@pytest.fixture(scope="module")
def filled(deposit: Path) -> str:
    url = f"sqlite:///{deposit.parent / 'filled.db'}"
    run = subprocess.run(
        [sys.executable, "-m", "directory", "ingest", "--store", url, deposit], capture_output=True
    )
    assert run.returncode == 0, run.stderr
    return url


def stopped(
    words: list[str | Path], number: int, when: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit code and what was said by a command that is sent a signal as soon as something is so."""
    process = psutil.Popen(
        [sys.executable, "-m", "directory", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        text=True,
    )
    until = time.monotonic() + 60
    while not when() and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.005)
    children = process.children() if process.poll() is None else []
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    return process.returncode, said


def domains(store: Path) -> int:
    with closing(sqlite3.connect(store)) as opened:
        found: int = opened.execute("SELECT count(*) FROM domain").fetchone()[0]
        return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.0, 0.4])
def test_an_ingest_leaves_nothing_or_all(deposit: Path, number: int, delay: float, tmp_path: Path) -> None:
    store = tmp_path / "r.db"

    def is_on() -> bool:
        if store.exists():
            time.sleep(delay)
        return store.exists()

    code, said = stopped(["ingest", "--store", f"sqlite:///{store}", deposit], number, is_on)
    if code == 0:
        assert domains(store) == DOMAINS
    else:
        assert code == 1
        assert "stopped; the store is as it was after the last deposit" in said
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["ingest", "check-deposit"])
def test_what_was_unpacked_does_not_stay(deposit: Path, command: str, tmp_path: Path) -> None:
    packed, work = tmp_path / "deposit.tar", tmp_path / "work"
    with tarfile.open(packed, "w") as archive:
        archive.add(deposit, "deposit.xml")
    work.mkdir()
    store = ["--store", f"sqlite:///{tmp_path / 'r.db'}"] if command == "ingest" else []

    def is_on() -> bool:
        return any(work.glob(".dnrd-escrow-*/*.xml"))

    code, said = stopped([command, *store, packed], signal.SIGTERM, is_on, {"TMPDIR": str(work)})
    assert list(work.iterdir()) == []
    assert code == 0 or "stopped" in said


@pytest.mark.parametrize("model", ["xml", "csv"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_leaves_nothing_or_all(filled: str, model: str, number: int, tmp_path: Path) -> None:
    out = tmp_path / ("out.xml" if model == "xml" else "out")

    def is_on() -> bool:
        return any(tmp_path.iterdir())

    code, said = stopped(["export", "--store", filled, "--model", model, "--out", out], number, is_on)
    left = {path.name for path in tmp_path.iterdir()}
    if code == 0:
        assert left == {out.name, f"{out.name}.rep"}
    else:
        assert "stopped; nothing is written" in said
        assert left == set()
