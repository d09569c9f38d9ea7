"""Both engines for the contract suite: an SQLite file, and a database of a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from directory.escrow.ingest import Summary, ingest
from directory.model.catalogue import Catalogue
from directory.model.graph import DomainGraph, Graph
from directory.query import Kind, Lookup
from directory.store.ledger import Ledger
from directory.store.open import open_ledger, open_store
from directory.store.reader import Reader
from tests.postgresql import Cluster

_numbers = count(1)
Ingest = Callable[[bytes], Awaitable[Summary]]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    running: Cluster = request.getfixturevalue("postgresql")
    name = f"dnrd_{next(_numbers)}"
    running.run(f'CREATE DATABASE "{name}"')
    return running.url(name)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def take(url: str, tmp_path: Path, catalogue: Catalogue) -> Ingest:
    """Ingest a deposit into the store."""

    async def run(deposit: bytes) -> Summary:
        path = tmp_path / "deposit.xml"
        path.write_bytes(deposit)
        ledger = open_ledger(url)
        await ledger.open()
        try:
            return await ingest(path, ledger, catalogue)
        finally:
            await ledger.close()

    return run


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[Ledger]:
    """A ledger that is open."""
    opened = open_ledger(url)
    await opened.open()
    yield opened
    await opened.rollback()
    await opened.close()


@pytest.fixture
async def reader(url: str) -> AsyncIterator[Reader]:
    """A reader that the test starts when the store is filled."""
    opened = open_store(url)
    yield opened
    await opened.close()


async def only(reader: Reader, kind: Kind, key: str) -> Graph:
    """The one hit of a lookup."""
    result = await reader.lookup(Lookup(kind, key))
    assert len(result.hits) == 1, result
    return result.hits[0].graph


async def domain(reader: Reader, name: str) -> DomainGraph:
    """A domain that is there."""
    graph = await only(reader, Kind.DOMAIN, name)
    assert isinstance(graph, DomainGraph)
    return graph
