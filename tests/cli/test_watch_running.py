"""`dnrd watch` as it runs for long: on PostgreSQL, over sealed deposits, under signals, in no more memory."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.cli.watch import Watch
from directory.config import Settings
from directory.escrow.envelope.name import parse_name
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.envelope.sealing import seal
from directory.escrow.intake import Intake
from directory.escrow.sample import write_sample
from directory.model.catalogue import Catalogue
from directory.store.open import open_ledger
from tests.cli import chained
from tests.escrow.pgp import Gpg, keyring
from tests.postgresql import Cluster

_CATALOGUE = Catalogue.load()
_numbers = count(1)


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    running: Cluster = request.getfixturevalue("postgresql")
    name = f"dnrd_watch_{next(_numbers)}"
    running.run(f'CREATE DATABASE "{name}"')
    return running.url(name)


def _now() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


def watch(folder: Path, url: str, keys: Keys | None = None) -> Watch:
    intake = Intake(_CATALOGUE, keys or Keys(), now=_now)
    return Watch(folder, Settings.from_plain({"store": url}), intake, now=_now)


async def looks(watched: Watch, number: int = 2) -> None:
    for _ in range(number):
        await watched.look()


async def applied(url: str) -> list[str]:
    """The ids of the deposits since the last FULL."""
    ledger = open_ledger(url)
    await ledger.open()
    await ledger.begin()
    try:
        known = await ledger.repository("tld", "example")
        chain = await ledger.chain(known[0]) if known else None
        return [each.id for each in chain.deposits] if chain else []
    finally:
        await ledger.rollback()
        await ledger.close()


def commands(folder: Path, url: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "directory", "watch", "--store", url, "--interval", "100ms", *more, str(folder)]


async def test_what_arrives_is_applied_on_either_engine_and_after_a_restart(folder: Path, url: str) -> None:
    watched = watch(folder, url)
    chained.write(folder, "f1", "d3")
    await looks(watched)
    assert await applied(url) == ["f1"]
    chained.write(folder, "d2")
    await looks(watched)
    assert await applied(url) == ["f1", "d2", "d3"]
    chained.write(folder, "d4")
    await looks(watch(folder, url))
    assert await applied(url) == ["f1", "d2", "d3", "d4"]


@pytest.mark.parametrize("segment", [0, 700])
async def test_sealed_deposits_are_opened_when_all_of_their_files_are_there(
    folder: Path, tmp_path: Path, gpg: Gpg, segment: int
) -> None:
    url, sealed = f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "sealed"
    sealed.mkdir()
    document = tmp_path / "document.xml"
    document.write_bytes(chained.FULL)
    name = parse_name("example_2026-01-01_full_S1_R0.ryde")
    assert name
    ours = Keys(gpg.private("registry@test"), recipients=[gpg.public("own@test")])
    files = sorted(seal([document], sealed, name, ours, segment))
    assert len(files) == 2 or segment
    theirs = Keys(gpg.private("own@test"), signers={"example": gpg.public("registry@test")})
    watched = watch(folder, url, theirs)
    for file in files:
        assert not (tmp_path / "registry.db").exists()
        (folder / file.name).write_bytes(file.read_bytes())
        await looks(watched)
    assert await applied(url) == ["f1"]


async def test_a_file_that_is_still_written_when_it_is_seen_is_applied_once_and_whole(
    folder: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    watched, octets = watch(folder, url), chained.FULL
    with (folder / "full.xml").open("wb") as file:
        for start in range(0, len(octets), 500):
            file.write(octets[start : start + 500])
            file.flush()
            await watched.look()
            assert not (tmp_path / "registry.db").exists()
    await looks(watched)
    assert await applied(url) == ["f1"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_it_is_idle_ends_it_at_once(folder: Path, url: str, number: signal.Signals) -> None:
    process = subprocess.Popen(commands(folder, url, "--interval", "1h"), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    assert json.loads(process.stderr.readline())["event"] == "watching"
    os.kill(process.pid, number)
    began = time.monotonic()
    assert process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert [json.loads(line)["event"] for line in process.stderr] == ["stopped"]
    process.stderr.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_while_it_applies_leaves_a_state_that_was(folder: Path, url: str, times: int) -> None:
    """The first is heeded when the deposit at hand is applied; the second at once, and that deposit never was."""
    chained.write(folder, "f1")
    asyncio.run(looks(watch(folder, url)))
    watermark = datetime(2026, 1, 2, tzinfo=UTC)
    write_sample(folder / "full.xml", domains=3_000, seed=1, tld="example", watermark=watermark)
    process = subprocess.Popen(commands(folder, url), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    assert json.loads(process.stderr.readline())["event"] == "watching"
    asyncio.run(_begun(url))
    for _ in range(times):
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(0.05)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    events = [json.loads(line)["event"] for line in told.splitlines()]
    assert events[-1] == "stopped"
    assert events.count("applied") == (1 if times == 1 else 0)
    assert (asyncio.run(applied(url)) == ["f1"]) is (times == 2)
    done = CliRunner().invoke(main, ["ingest", "--store", url, "--format", "json", str(folder / "full.xml")])
    assert (done.exit_code, json.loads(done.stdout)["deposits"][0]["outcome"]) == (
        0,
        "already" if times == 1 else "applied",
    )


async def _begun(url: str) -> None:
    """Wait until something is written to the store, and so a deposit is at hand."""
    path = url.removeprefix("sqlite:///")
    connection = None if url.startswith("sqlite") else await asyncpg.connect(url)
    try:
        for _ in range(3_000):
            if connection is None:
                found = _is_locked(path)
            else:
                found = await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            if found:
                return
            await asyncio.sleep(0.01)
    finally:
        if connection:
            await connection.close()
    raise AssertionError("nothing was written")


def _is_locked(path: str) -> bool:
    """Whether somebody writes to an SQLite store."""
    store = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        store.close()
    return False


async def test_it_takes_no_more_memory_however_long_it_looks(folder: Path, tmp_path: Path) -> None:
    watched = watch(folder, f"sqlite:///{tmp_path / 'registry.db'}")
    chained.write(folder)
    (folder / "a.xml").write_bytes(b"no deposit")

    async def later(rounds: int) -> int:
        for _ in range(rounds):
            (folder / "a.xml").write_bytes(b"no deposit" + os.urandom(8).hex().encode())
            await looks(watched, 3)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    logging.disable(logging.CRITICAL)  # the runner keeps what is logged
    tracemalloc.start()
    try:
        before = await later(10)
        after = await later(60)
    finally:
        tracemalloc.stop()
        logging.disable(logging.NOTSET)
    assert after - before < 50_000, (before, after)
