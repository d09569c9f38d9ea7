"""An ingest that is killed, wherever it is, leaves the state before its deposit or the one after it; the next
carries on from there."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from directory.store.tables import SHAPES
from tests.escrow.confined import Confined, Kill, confined
from tests.escrow.test_changes import Registry, State
from tests.postgresql import Cluster

Rows = frozenset[tuple[str, ...]]
POINTS = 100
_ASKED = {
    **{kind: f'SELECT content FROM "{kind}"' for kind in SHAPES},
    "history": "SELECT kind, key, content, opened, closed FROM history",
    "deposit": "SELECT type, deposit_id, resend, watermark FROM deposit",
    "zone": "SELECT name FROM zone",
}
"""All that a store says, but for the time at which it was told."""


class Large(Registry):
    """A registry whose deposits are read in several pieces."""

    def _number(self) -> int:
        return self._random.randrange(1, 900)


@pytest.fixture(scope="module")
def program() -> Iterator[Confined]:
    """What runs the commands."""
    with confined() as running:
        yield running


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A FULL, two DIFFs, an INCR, a FULL over it, and a DIFF."""
    registry, last, full = Large(1), "", State()
    registry.change(900)
    folder, deposits = tmp_path_factory.mktemp("stream"), []
    for number, type_ in enumerate(("FULL", "DIFF", "DIFF", "INCR", "FULL", "DIFF")):
        before = dict(registry.state)
        registry.change(150)
        if type_ == "FULL":
            octets, full = registry.full(f"x{number}"), dict(registry.state)
        else:
            octets = registry.since(before if type_ == "DIFF" else full, type_, last or None, f"x{number}")
        last = f"x{number}"
        path = folder / f"{number}.xml"
        path.write_bytes(octets)
        deposits.append(path)
    return deposits


def points(number: int, octets: int, calls: int, seconds: float, dice: random.Random) -> Iterator[Kill]:
    """So many points, spread over reading, writing and committing."""
    for place in range(number):
        if place % 4 == 0:
            yield "octets", dice.randrange(octets)
        elif place % 4 == 1:
            yield "calls", dice.randrange(calls)
        elif place % 4 == 2:
            yield "commit", dice.random() ** 3 * 0.03
        else:
            yield "seconds", dice.random() * seconds


def kill_and_carry_on(
    program: Confined, url: str, deposit: Path, before: Rows, number: int, look: Callable[[], Rows],
    reset: Callable[[], object],
) -> Counter[str]:  # fmt: skip
    """Kill the ingest of a deposit at so many points, then let it be; what it was killed at, and if in time."""
    dice, found = random.Random(deposit.name), Counter[str]()
    octets = 3 * deposit.stat().st_size
    states = set()
    for kill in points(number, octets, 120, 0.5, dice):
        ran = program.run("ingest", "--store", url, deposit, kill=kill)
        assert ran.code in (0, -signal.SIGKILL), (kill, found, ran)
        found[kill[0] if ran.code else "too late"] += 1
        after = look()
        if after != before:
            states.add(after)
            ran = program.run("ingest", "--store", url, deposit)
            assert "was applied already" in ran.output, ran
            reset()
    ran = program.run("ingest", "--store", url, deposit)
    assert ran.code == 0, ran.output
    assert states <= {look()}
    return found


def test_a_kill_at_any_of_a_hundred_points_leaves_a_state_that_was(
    program: Confined, stream: list[Path], tmp_path: Path
) -> None:
    path, kept = tmp_path / "r.db", tmp_path / "kept.db"
    kept.touch()

    def look() -> Rows:
        with closing(sqlite3.connect(path)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            if not opened.execute("SELECT 1 FROM sqlite_master").fetchone():
                return frozenset()
            return frozenset(
                (name, *map(str, row)) for name, asked in _ASKED.items() for row in opened.execute(asked)
            )

    def reset() -> None:
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copy(kept, path)

    found, states = Counter[str](), [frozenset[tuple[str, ...]]()]
    for number, deposit in enumerate(stream):
        points_ = POINTS // len(stream) + (number < POINTS % len(stream))
        found += kill_and_carry_on(program, f"sqlite:///{path}", deposit, states[-1], points_, look, reset)
        states.append(look())
        shutil.copy(path, kept)
    assert len(set(states)) == len(stream) + 1
    assert sum(found.values()) == POINTS
    assert all(found[what] >= 8 for what in ("octets", "calls", "commit", "seconds")), found


def test_the_same_holds_on_postgresql(program: Confined, stream: list[Path], postgresql: Cluster) -> None:
    postgresql.run("CREATE DATABASE dnrd_killed")

    def look(name: str = "dnrd_killed") -> Rows:
        if not postgresql.run("SELECT to_regclass('deposit')", name).strip():
            return frozenset()
        rows = (
            (kind, line) for kind, asked in _ASKED.items() for line in postgresql.run(asked, name).splitlines()
        )
        return frozenset(rows)

    def reset() -> None:
        postgresql.run("DROP DATABASE dnrd_killed WITH (FORCE)")
        postgresql.run("CREATE DATABASE dnrd_killed TEMPLATE dnrd_kept")

    found, before = Counter[str](), frozenset[tuple[str, ...]]()
    for deposit in stream[:4]:
        postgresql.run("DROP DATABASE IF EXISTS dnrd_kept")
        postgresql.run("CREATE DATABASE dnrd_kept TEMPLATE dnrd_killed")
        url = postgresql.url("dnrd_killed")
        found += kill_and_carry_on(program, url, deposit, before, 5, look, reset)
        before = look()
    assert sum(found.values()) == 20
    assert found["too late"] < 10
