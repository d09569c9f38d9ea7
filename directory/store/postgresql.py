"""The grown-up engine: PostgreSQL through asyncpg, written by one ingest, read by any number of servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from directory.errors import StoreBusy, StoreError, StoreMissing
from directory.store import tables
from directory.store.ledger import Ledger
from directory.store.plan import DEADLINE, TURNS, Found, Plan, Row
from directory.store.reader import Reader

_TIMEOUT = 10.0  # seconds for one statement of a reader
_LOCK = 0x646E7264  # "dnrd": the advisory lock that an ingest holds
_STREAMED = 10_000  # rows at a time
_CHANGED = 0.1  # what share of the objects a deposit changes before the planner's statistics are made anew
_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncio.TimeoutError)
_dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def connection_arguments(url: sa.URL) -> dict[str, Any]:
    """What asyncpg needs to know of a URL; `?host=/path` names a folder with the server's socket."""
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    arguments = {
        "host": query.get("host") or url.host,
        "port": int(query["port"]) if "port" in query else url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
        "ssl": query.get("ssl") or query.get("sslmode"),
    }
    return {key: value for key, value in arguments.items() if value is not None}


class PostgresqlReader(Reader):
    """Reads through a small pool of connections, each statement prepared once; a hot standby will do."""

    engine = "postgresql"

    def __init__(
        self,
        url: sa.URL,
        zones: Mapping[str, str] | None = None,
        pool_size: int = 4,
        *,
        subordinates: bool = False,
    ) -> None:
        super().__init__(zones, subordinates=subordinates)
        self._url = url
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._turns = asyncio.Semaphore(TURNS)

    async def start(self) -> None:
        try:
            self._pool = await asyncpg.create_pool(
                **connection_arguments(self._url),
                min_size=1,
                max_size=self._pool_size,
                command_timeout=_TIMEOUT,
                timeout=_TIMEOUT,
                reset=_keep,
                # A lookup is short: compiling it to machine code costs more than running it.
                server_settings={"default_transaction_read_only": "on", "jit": "off", "application_name": "dnrd"},
            )
        except _FAULTS as error:
            raise StoreError(f"{self._name()}: {error}") from error
        await self._look()
        self.check_zones()

    async def _look(self) -> None:
        """See whether there is a store of this version, and what it holds. Raises `StoreError`."""
        rows = await self.fetch("SELECT to_regclass('schema_version')::text", ())
        if rows[0][0] is None:
            raise StoreMissing(f"there is no store in {self._name()}; `dnrd ingest` makes one")
        await self.check_version()
        await self.refresh()

    async def close(self) -> None:
        if self._pool:
            await self._pool.close()
            self._pool = None

    async def fetch(self, text: str, arguments: tuple[Any, ...]) -> list[Row]:
        source = self._source()
        if source is None:
            raise StoreError("the store is closed")
        try:
            rows: list[Row] = await source.fetch(text, *arguments)
        except _FAULTS as error:
            raise StoreError(f"{self._name()}: {error}") from error
        return rows

    def _source(self) -> asyncpg.Pool | asyncpg.Connection | None:
        """What is asked; None while it is closed."""
        return self._pool

    async def follow(self, plan: Plan[Found], deadline: float = DEADLINE) -> Found:
        if self._pool is None:
            raise StoreError("the store is closed")
        try:
            async with asyncio.timeout(deadline), self._turns, self._pool.acquire() as connection:
                return await self._follow(plan, connection)
        except TimeoutError as error:
            raise StoreError(f"{self._name()}: the question took longer than {deadline:g} seconds") from error
        except _FAULTS as error:
            raise StoreError(f"{self._name()}: {error}") from error

    async def _follow(self, plan: Plan[Found], connection: asyncpg.Connection) -> Found:
        rows: list[Row] | None = None
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            while True:
                try:
                    statement, values = plan.send(rows)  # type: ignore[arg-type]
                except StopIteration as done:
                    found: Found = done.value
                    return found
                rows = await connection.fetch(statement.text, *statement.arguments(values))

    def _name(self) -> str:
        return self._url.render_as_string(hide_password=True)


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing to reset: a reader's connection has no state, and a round trip per lookup is saved."""


class PostgresqlLedger(Ledger):
    """Writes in one transaction under an advisory lock; rows go in by binary COPY."""

    engine = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        super().__init__()
        self._url = url
        self._connection: asyncpg.Connection | None = None
        self._transaction: asyncpg.transaction.Transaction | None = None
        self._afterwards: set[str] = set()

    async def open(self) -> None:
        try:
            self._connection = await asyncpg.connect(
                **connection_arguments(self._url),
                timeout=_TIMEOUT,
                server_settings={"jit": "off", "application_name": "dnrd ingest"},
            )
        except _FAULTS as error:
            raise StoreError(f"{self._url.render_as_string(hide_password=True)}: {error}") from error

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def _begin(self) -> None:
        self._afterwards.clear()
        self._transaction = self._open().transaction()
        async with self._faults():
            await self._transaction.start()
            (row,) = await self.fetch("SELECT pg_try_advisory_xact_lock($1)", (_LOCK,))
        if not row[0]:
            await self._rollback()
            raise StoreBusy("another ingest is writing to this database")
        rows = await self.fetch("SELECT to_regclass('schema_version')::text")
        if rows[0][0] is None:
            for table in tables.metadata.sorted_tables:
                await self.execute(str(CreateTable(table).compile(dialect=_dialect)))
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    await self.execute(str(CreateIndex(index).compile(dialect=_dialect)))
            await self.insert(tables.schema_version, [(tables.SCHEMA_VERSION,)])

    async def _commit(self) -> None:
        if self._transaction:
            async with self._faults():
                await self._transaction.commit()
                for text in sorted(self._afterwards):
                    await self._open().execute(text)
            self._transaction = None

    async def _rollback(self) -> None:
        if self._transaction and not self._open().is_closed():
            await self._transaction.rollback()
        self._transaction = None

    async def execute(self, text: str, arguments: tuple[Any, ...] = ()) -> None:
        async with self._faults():
            await self._open().execute(text, *arguments)

    async def execute_many(self, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        async with self._faults():
            await self._open().executemany(text, rows)

    async def fetch(self, text: str, arguments: tuple[Any, ...] = ()) -> list[Row]:
        async with self._faults():
            rows: list[Row] = await self._open().fetch(text, *arguments)
        return rows

    async def stream(self, text: str, arguments: tuple[Any, ...] = ()) -> AsyncIterator[Sequence[Row]]:
        async with self._faults():
            cursor = await self._open().cursor(text, *arguments)
            while rows := await cursor.fetch(_STREAMED):
                yield rows

    async def overwrite(self) -> None:
        self._afterwards.add("VACUUM history, history_attribute, contact, extension")

    def note_size(self, written: int, held: int) -> None:
        if written > held * _CHANGED:
            self._afterwards.add("ANALYZE")

    async def insert(self, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
        columns = [column.name for column in table.columns]
        async with self._faults():
            await self._open().copy_records_to_table(table.name, records=rows, columns=columns)

    def _open(self) -> asyncpg.Connection:
        if self._connection is None:
            raise StoreError("the store is closed")
        return self._connection

    @asynccontextmanager
    async def _faults(self) -> AsyncIterator[None]:
        try:
            yield
        except _FAULTS as error:
            raise StoreError(f"{self._url.render_as_string(hide_password=True)}: {error}") from error
