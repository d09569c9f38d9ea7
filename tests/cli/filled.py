"""A store with some objects in it, for commands that read one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from directory.escrow.ingest import ingest
from directory.model.catalogue import Catalogue
from directory.store.open import open_ledger
from tests import deposits


def fill(folder: Path, *objects: str) -> str:
    """A new SQLite store that holds these objects of a deposit; its URL."""
    deposit = folder / "deposit.xml"
    deposit.write_bytes(deposits.full(*objects))
    url = f"sqlite:///{folder / 'registry.db'}"
    asyncio.run(_apply(deposit, url))
    return url


async def _apply(deposit: Path, url: str) -> None:
    ledger = open_ledger(url)
    await ledger.open()
    try:
        await ingest(deposit, ledger, Catalogue.load())
    finally:
        await ledger.close()
