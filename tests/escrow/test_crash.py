"""An ingest that dies leaves a state that was; readers see the old state until the new one is whole."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.escrow.sample import write_sample
from directory.model.graph import Graph
from directory.query import Kind, Lookup
from directory.store.open import open_store
from tests.postgresql import Cluster

OLD, NEW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)
State = tuple[str, dict[str, Graph]]


@pytest.fixture(scope="module")
def deposits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two states of one registry: the second has other domains, contacts and hosts under the same keys."""
    folder = tmp_path_factory.mktemp("deposits")
    old, new = folder / "old.xml", folder / "new.xml"
    write_sample(old, domains=1_500, seed=1, tld="example", watermark=OLD)
    write_sample(new, domains=1_500, seed=2, tld="example", watermark=NEW)
    return old, new


def command(url: str, deposit: Path) -> list[str]:
    return [sys.executable, "-m", "directory", "ingest", "--store", url, str(deposit)]


def run(url: str, deposit: Path) -> float:
    began = time.monotonic()
    subprocess.run(command(url, deposit), check=True, capture_output=True, timeout=120)
    return time.monotonic() - began


async def state(url: str) -> State:
    """The watermark and every domain, each as a lookup finds it, with what was archived counted in."""
    reader = open_store(url)
    await reader.start()
    try:
        rows = await reader.fetch("SELECT name FROM domain ORDER BY name", ())
        (archived,) = (await reader.fetch("SELECT count(*) FROM history", ()))[0]
        graphs = {}
        for (name,) in rows[::7]:
            graphs[name] = (await reader.lookup(Lookup(Kind.DOMAIN, name))).hits[0].graph
        return f"{reader.as_of()} {len(rows)} {archived}", graphs
    finally:
        await reader.close()


async def kill_anywhere(
    url: str, deposit: Path, times: int, took: float, whole: list[State], reset: Callable[[], object]
) -> None:
    """Kill the ingest at so many random points before its end; after each, the state is one that was."""
    dice = random.Random(4)
    unfinished = 0
    for _ in range(4 * times):
        if unfinished == times:
            return
        process = subprocess.Popen(command(url, deposit), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await asyncio.sleep(took * dice.random())
        process.kill()
        code = process.wait()
        assert await state(url) in whole
        if code == -signal.SIGKILL:
            unfinished += 1
        else:
            took *= 0.9  # the machine has become faster
            reset()
    pytest.fail(f"only {unfinished} of {times} runs were killed before their end")


async def test_killing_an_ingest_anywhere_leaves_a_whole_state_and_the_next_run_works(
    deposits: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = deposits
    path, copy = tmp_path / "registry.db", tmp_path / "finished.db"
    url = f"sqlite:///{path}"
    run(url, old)
    before = await state(url)
    shutil.copy(path, copy)
    took = run(f"sqlite:///{copy}", new)
    after = await state(f"sqlite:///{copy}")
    assert before != after
    shutil.copy(path, kept := tmp_path / "kept.db")
    await kill_anywhere(url, new, 20, took, [before, after], lambda: shutil.copy(kept, path))
    run(url, new)
    assert (await state(url))[1] == after[1]


async def test_the_same_holds_on_postgresql(deposits: tuple[Path, Path], postgresql: Cluster) -> None:
    old, new = deposits
    for name in ("crash", "finished"):
        postgresql.run(f"CREATE DATABASE {name}")
        run(postgresql.url(name), old)
    took = run(postgresql.url("finished"), new)
    before, after = await state(postgresql.url("crash")), await state(postgresql.url("finished"))
    await kill_anywhere(postgresql.url("crash"), new, 6, took, [before, after], lambda: None)
    run(postgresql.url("crash"), new)
    assert (await state(postgresql.url("crash")))[1] == after[1]


async def test_queries_that_run_through_an_ingest_never_fail_and_never_mix_two_states(
    deposits: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = deposits
    path, copy = tmp_path / "registry.db", tmp_path / "finished.db"
    url = f"sqlite:///{path}"
    run(url, old)
    shutil.copy(path, copy)
    run(f"sqlite:///{copy}", new)
    states = {"2026-01-01T00:00:00Z": await state(url), "2026-01-08T00:00:00Z": await state(f"sqlite:///{copy}")}
    names = sorted({name for _, graphs in states.values() for name in graphs})
    reader = open_store(url)
    await reader.start()
    process = subprocess.Popen(command(url, new), stdout=subprocess.DEVNULL)
    seen: dict[str, int] = {}
    dice = random.Random(5)
    deadline = time.monotonic() + 60
    try:
        while (process.poll() is None or "2026-01-08T00:00:00Z" not in seen) and time.monotonic() < deadline:
            name = dice.choice(names)
            result = await reader.lookup(Lookup(Kind.DOMAIN, name))
            seen[str(result.as_of)] = seen.get(str(result.as_of), 0) + 1
            expected = states[str(result.as_of)][1].get(name)
            if expected is not None:
                assert [hit.graph for hit in result.hits] == [expected]
    finally:
        process.kill()
        process.wait()
        await reader.close()
    assert set(seen) == set(states)
    assert seen["2026-01-01T00:00:00Z"] > 1_000
