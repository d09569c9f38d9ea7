"""Stores on either engine, filled and read through the commands, for tests of the whole line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from directory.model.graph import Graph
from directory.query import Kind, Lookup
from directory.store.open import open_store
from directory.store.reader import Reader
from directory.store.tables import SHAPES
from tests.postgresql import Cluster

Held = frozenset[tuple[str, str]]
"""The objects of a store: their kinds and contents."""
Place = Callable[[], str]
"""Gives the URL of an empty place for a store, another each time."""

Found = TypeVar("Found")
_numbers = count(1)
_ASKED = (
    (Kind.DOMAIN, "domain", "name"),
    (Kind.DOMAIN, "nndn", "name"),
    (Kind.NAMESERVER, "host", "name"),
    (Kind.ENTITY, "contact", "roid"),
    (Kind.REGISTRAR, "registrar", "name"),
)
"""What is looked up: each object by a column that it is asked for by."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Places on each engine."""
    made: list[str] = []

    def on_file() -> str:
        return f"sqlite:///{tmp_path / f'store-{next(_numbers)}.db'}"

    def on_server() -> str:
        made.append(f"dnrd_line_{next(_numbers)}")
        running.run(f'CREATE DATABASE "{made[-1]}"')
        return running.url(made[-1])

    if request.param == "sqlite":
        yield on_file
        return
    running: Cluster = request.getfixturevalue("postgresql")
    yield on_server
    for name in made:
        running.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(*words: object, code: int = 0) -> Result:
    """Run `dnrd`, which is to end with this exit code."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def held(url: str) -> Held:
    """Every object of a store."""

    async def read(reader: Reader) -> Held:
        found = set()
        for kind in SHAPES:
            rows = await reader.fetch(f'SELECT content FROM "{kind}"', ())
            contents = [(kind, str(row[0])) for row in rows]
            assert len(contents) == len(set(contents))
            found.update(contents)
        return frozenset(found)

    return _with(url, read)


def answers(url: str) -> dict[tuple[Kind, str], list[Graph]]:
    """What a store answers for every key that it has."""

    async def ask(reader: Reader) -> dict[tuple[Kind, str], list[Graph]]:
        found = {}
        for kind, table, column in _ASKED:
            for (key,) in await reader.fetch(f'SELECT DISTINCT {column} FROM "{table}"', ()):
                result = await reader.lookup(Lookup(kind, key))
                found[kind, key] = [hit.graph for hit in result.hits]
        return found

    return _with(url, ask)


def _with(url: str, read: Callable[[Reader], Awaitable[Found]]) -> Found:
    async def run() -> Found:
        reader = open_store(url)
        await reader.start()
        try:
            return await read(reader)
        finally:
            await reader.close()

    return asyncio.run(run())
