"""An embedded store, and a way to ingest into it."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from directory.errors import DepositError, Finding
from directory.escrow.ingest import Summary, ingest
from directory.model.catalogue import Catalogue
from directory.store.open import open_ledger
from tests.escrow.exporting import Registry, fill, small
from tests.postgresql import Cluster

_numbers = count(1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)

Ingest = Callable[..., Awaitable[Summary]]
Findings = Callable[[bytes], Awaitable[Sequence[Finding]]]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'registry.db'}"


@pytest.fixture
def take(url: str, tmp_path: Path) -> Ingest:
    """Ingest a deposit, given as octets or as a path."""

    async def run(deposit: bytes | Path, extensions: Sequence[Path] = (), *, packed: bool = False) -> Summary:
        path = deposit if isinstance(deposit, Path) else tmp_path / "deposit.xml"
        if isinstance(deposit, bytes):
            path.write_bytes(gzip.compress(deposit) if packed else deposit)
        ledger = open_ledger(url)
        await ledger.open()
        try:
            return await ingest(path, ledger, Catalogue.load(extensions), now=lambda: NOW)
        finally:
            await ledger.close()

    return run


@pytest.fixture
def findings(take: Ingest) -> Findings:
    """What a deposit is refused for."""

    async def run(deposit: bytes) -> Sequence[Finding]:
        with pytest.raises(DepositError) as refusal:
            await take(deposit)
        return refusal.value.findings

    return run


@pytest.fixture
def objects(tmp_path: Path) -> Registry:
    """A small registry."""
    return small(tmp_path)


@pytest.fixture
async def filled(url: str, objects: Registry) -> str:
    """A store of the small registry, as of 1 January."""
    await fill(url, objects)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, url: str) -> str:
    """An empty place for a store, on each engine."""
    if request.param == "sqlite":
        return url
    running: Cluster = request.getfixturevalue("postgresql")
    name = f"dnrd_escrow_{next(_numbers)}"
    running.run(f'CREATE DATABASE "{name}"')
    return running.url(name)
