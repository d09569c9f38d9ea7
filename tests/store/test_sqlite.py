"""What only the embedded engine has: a file, which may be replaced, or be full, or have no folder to stand in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from directory.errors import StoreError, StoreMissing
from directory.escrow.ingest import ingest
from directory.model.catalogue import Catalogue
from directory.query import Kind, Lookup
from directory.store.open import open_ledger, open_store
from tests import deposits as d


async def fill(store: Path, *objects: str) -> None:
    deposit = store.parent / "deposit.xml"
    deposit.write_bytes(d.full(d.registrar(), d.contact(), *objects))
    ledger = open_ledger(f"sqlite:///{store}")
    await ledger.open()
    try:
        await ingest(deposit, ledger, Catalogue.load())
    finally:
        await ledger.close()


async def test_a_file_that_is_put_in_its_place_is_read_after_a_refresh(tmp_path: Path) -> None:
    store, other = tmp_path / "registry.db", tmp_path / "other.db"
    await fill(store, d.domain("old.example"))
    await fill(other, d.domain("new.example"))
    reader = open_store(f"sqlite:///{store}")
    await reader.start()
    try:
        store.unlink()
        with pytest.raises(StoreMissing):
            await reader.refresh()
        assert (await reader.lookup(Lookup(Kind.DOMAIN, "old.example"))).hits
        store.write_bytes(b"no database at all")
        with pytest.raises(StoreError):
            await reader.refresh()
        assert (await reader.lookup(Lookup(Kind.DOMAIN, "old.example"))).hits
        other.replace(store)
        await reader.refresh()
        assert (await reader.lookup(Lookup(Kind.DOMAIN, "new.example"))).hits
        assert not (await reader.lookup(Lookup(Kind.DOMAIN, "old.example"))).hits
    finally:
        await reader.close()


async def test_a_full_disk_is_an_error_of_the_store_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "registry.db"
    await fill(store, d.domain("one.example"))
    before = store.read_bytes()
    connect = sqlite3.connect

    def connect_to_a_full_disk(*words: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*words, **options)  # type: ignore[call-overload]
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_to_a_full_disk)
    with pytest.raises(StoreError, match="full"):
        await fill(store, *[d.domain(f"n{number}.example") for number in range(3_000)])
    monkeypatch.undo()
    assert store.read_bytes() == before


async def test_a_store_is_made_in_a_folder_that_is_there(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/typo/registry.db")
    with pytest.raises(StoreError, match=r"there is no folder .*/typo to make a store in"):
        await ledger.open()


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db?mode=ro", "postgresql://h/x?sslmod=off", "postgresql+psycopg2://h/x"]
)
def test_what_a_url_says_and_nobody_heeds_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"is not known here|is no engine of ours"):
        open_ledger(url)
