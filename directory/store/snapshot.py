"""One state of a store, to be read whole: for as long as it is open, no commit is seen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import sqlalchemy as sa

from directory.errors import StoreError
from directory.store.postgresql import PostgresqlReader, connection_arguments
from directory.store.reader import Reader
from directory.store.sqlite import SqliteReader

_TIMEOUT = 60.0  # seconds for one statement: a page of objects, or a count of all of them
_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncio.TimeoutError)


class SqliteSnapshot(SqliteReader):
    """A read transaction: what is committed meanwhile waits in the write-ahead log, which grows as long."""

    def __init__(self, path: Path) -> None:
        # Nothing is mapped: all of the file is read once, and would stand as memory of this process.
        super().__init__(path, mmap=0)

    async def start(self) -> None:
        await super().start()
        await self.fetch("BEGIN", ())
        await Reader.refresh(self)  # a transaction sees what there is when it first reads


class PostgresqlSnapshot(PostgresqlReader):
    """A transaction of isolation level REPEATABLE READ, on a connection of its own; a hot standby will do."""

    def __init__(self, url: sa.URL) -> None:
        super().__init__(url)
        self._connection: asyncpg.Connection | None = None

    async def start(self) -> None:
        try:
            self._connection = await asyncpg.connect(
                **connection_arguments(self._url),
                timeout=_TIMEOUT,
                command_timeout=_TIMEOUT,
                server_settings={"jit": "off", "application_name": "dnrd export"},
            )
            await self._connection.transaction(isolation="repeatable_read", readonly=True).start()
        except _FAULTS as error:
            raise StoreError(f"{self._name()}: {error}") from error
        await self._look()

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()
            self._connection = None

    def _source(self) -> asyncpg.Connection | None:
        return self._connection
