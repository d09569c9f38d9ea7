"""What an ingest writes beside the file: no log on a first load, and a log that is emptied after every commit."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from directory.errors import StoreBusy, StoreMissing
from directory.query import Kind, Lookup
from directory.store import sqlite
from directory.store.ledger import Ledger
from directory.store.open import open_ledger, open_store
from tests.store import streams as s
from tests.store.test_changes import registry

MANY = [s.domain(f"d{number}.test") for number in range(3_000)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # So little is kept in memory that a deposit of some thousands is not.
    monkeypatch.setattr(sqlite, "_CACHE_KIB", 256)
    monkeypatch.setattr(sqlite, "_BUSY_MS", 50)
    return tmp_path / "registry.db"


@pytest.fixture
async def ledger(store: Path) -> AsyncIterator[Ledger]:
    opened = open_ledger(f"sqlite:///{store}")
    await opened.open()
    yield opened
    await opened.rollback()
    await opened.close()


def size(store: Path, suffix: str) -> int:
    path = Path(f"{store}{suffix}")
    return path.stat().st_size if path.exists() else 0


async def load(ledger: Ledger) -> None:
    """A first load, up to before its commit."""
    await s.begin(ledger, "FULL", 0)
    await ledger.put("registrar", [s.registrar("R-1")])
    for start in range(0, len(MANY), 500):
        await ledger.put("domain", MANY[start : start + 500])


async def test_a_first_load_writes_no_log_and_a_later_one_empties_it(ledger: Ledger, store: Path) -> None:
    await load(ledger)
    assert size(store, "") > 500_000
    assert (size(store, "-wal"), size(store, "-journal")) < (1, 10_000)
    await ledger.build_indices()
    await ledger.commit()
    assert size(store, "-journal") == 0
    await s.begin(ledger, "DIFF", 1)
    changed = [s.domain(one.name, ex="2030-01-01T00:00:00Z") for one in MANY]
    await ledger.put("domain", changed)
    assert size(store, "-wal") > 500_000
    await ledger.commit()
    assert size(store, "-wal") == 0


async def test_the_log_of_a_deposit_has_each_page_once_however_often_it_is_written(
    ledger: Ledger, store: Path
) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), *MANY), 0)
    await s.begin(ledger, "DIFF", 1)
    for year in range(2030, 2036):
        await ledger.delete("domain", "name", [one.name for one in MANY])
        await ledger.put("domain", [s.domain(one.name, ex=f"{year}-01-01T00:00:00Z") for one in MANY])
    ((pages,),) = await ledger.fetch("PRAGMA page_count", ())
    ((octets,),) = await ledger.fetch("PRAGMA page_size", ())
    assert 500_000 < size(store, "-wal") < 1.1 * pages * octets


async def test_until_its_first_load_is_through_there_is_no_store(ledger: Ledger, store: Path) -> None:
    await load(ledger)
    reader = open_store(f"sqlite:///{store}")
    with pytest.raises(StoreMissing, match="its first ingest is not through"):
        await reader.start()
    other = open_ledger(f"sqlite:///{store}")
    with pytest.raises(StoreBusy, match="another ingest is writing"):
        await other.open()
    await ledger.build_indices()
    await ledger.commit()
    await reader.start()
    await reader.close()


async def test_a_first_load_that_was_broken_off_leaves_nothing_in_the_way_of_the_next(
    ledger: Ledger, store: Path, tmp_path: Path
) -> None:
    await load(ledger)
    # What a kill would leave.
    left = tmp_path / "left" / "registry.db"
    left.parent.mkdir()
    for suffix in ("", "-journal"):
        shutil.copy(f"{store}{suffix}", f"{left}{suffix}")
    reader = open_store(f"sqlite:///{left}")
    with pytest.raises(StoreMissing):
        await reader.start()
    again = open_ledger(f"sqlite:///{left}")
    await again.open()
    await s.full(again, registry(s.registrar("R-1"), s.domain("one.test")), 0)
    await again.close()
    await reader.start()
    assert (await reader.lookup(Lookup(Kind.DOMAIN, "one.test"))).hits
    assert not (await reader.lookup(Lookup(Kind.DOMAIN, "d1.test"))).hits
    await reader.close()
