"""The embedded engine: one SQLite file in WAL mode, read on the event loop, written by one ingest at a time."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex

from directory.errors import StoreBusy, StoreError, StoreMissing, StoreVersion
from directory.store import tables
from directory.store.ledger import Ledger
from directory.store.plan import DEADLINE, TURNS, Found, Plan, Row
from directory.store.reader import Reader

_BUSY_MS = 5_000
_CACHE_KIB = 49_152
_UNFINISHED = ("SQLITE_BUSY", "SQLITE_READONLY_ROLLBACK")  # a first load is under way, or was broken off
_STEPS = 10_000  # of its machine, after which SQLite looks at the clock
_STREAMED = 10_000  # rows at a time
_TOGETHER = (32, 8)  # rows that one statement inserts, in half the time of as many statements
_STATEMENTS = 512  # that are kept compiled
_TOO_LONG = "{}: the question took longer than {:g} seconds"
_dialect = sqlite.dialect()

# The driver asks of every value but numbers and texts how it is to be adapted, and makes an error for itself
# before it takes one as it is. Told at once, it writes a row with many of them in two thirds of the time.
sqlite3.register_adapter(type(None), {None: None}.get)
sqlite3.register_adapter(bytes, bytes)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that is put in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class SqliteReader(Reader):
    """Reads on the loop: a lookup takes less than handing it to a thread would."""

    engine = "sqlite"

    def __init__(
        self,
        path: Path,
        zones: Mapping[str, str] | None = None,
        mmap: int = 1 << 34,
        *,
        subordinates: bool = False,
    ) -> None:
        super().__init__(zones, subordinates=subordinates)
        self.path = path
        self._mmap = mmap
        self._connection: sqlite3.Connection | None = None
        self._data_version = -1
        self._file: tuple[int, int] | None = None
        self._turns = asyncio.Semaphore(TURNS)

    async def start(self) -> None:
        await self._open_file()
        await self.refresh()
        self.check_zones()

    def _connect(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise StoreMissing(f"there is no store at {self.path}; `dnrd ingest` makes one")
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_MS / 1000)
            for pragma in (f"mmap_size={self._mmap}", f"cache_size=-{_CACHE_KIB // 4}", "query_only=1"):
                connection.execute(f"PRAGMA {pragma}")
            is_ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name='schema_version'").fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorname in _UNFINISHED:
                raise StoreMissing(f"{self.path} is no store yet: its first ingest is not through") from error
            is_writable = os.access(self.path.parent, os.W_OK)
            hint = "" if is_writable else "; its folder has to be writable, for the write-ahead log's index"
            raise StoreError(f"{self.path}: {error}{hint}") from error
        if not is_ours:
            connection.close()
            raise StoreMissing(f"{self.path} is no store of this program's")
        return connection

    async def _open_file(self) -> None:
        """Open the file that is there now, in place of the one that was open, which stays if this will not do."""
        identity = _identity(self.path)
        old, self._connection = self._connection, self._connect()
        try:
            await self.check_version()
        except BaseException:
            self._connection.close()
            self._connection = old
            raise
        if old is not None:
            old.close()
        self._file, self._data_version = identity, -1

    async def refresh(self) -> None:
        """As every reader, but only if another connection has changed the file since; and a file that was put in
        the place of the one that is open is opened."""
        if _identity(self.path) != self._file:
            await self._open_file()
        (version,) = (await self.fetch("PRAGMA data_version", ()))[0]
        if version != self._data_version:
            await super().refresh()
            self._data_version = version

    async def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    async def fetch(self, text: str, arguments: tuple[Any, ...]) -> list[Row]:
        if self._connection is None:
            raise StoreError("the store is closed")
        try:
            return self._connection.execute(text, arguments).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    async def follow(self, plan: Plan[Found], deadline: float = DEADLINE) -> Found:
        end = time.monotonic() + deadline
        try:
            async with asyncio.timeout(deadline):
                await self._turns.acquire()
        except TimeoutError:
            raise StoreError(_TOO_LONG.format(self.path, deadline)) from None
        # The thread gives up by itself, so that it is waited for, and its turn is not over before it is.
        thread = asyncio.get_running_loop().run_in_executor(None, self._follow, plan, end, deadline)
        thread.add_done_callback(lambda _: self._turns.release())
        return await asyncio.shield(thread)

    def _follow(self, plan: Plan[Found], end: float, deadline: float) -> Found:
        connection = self._connect()
        try:
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            connection.execute("BEGIN")
            rows: list[Row] | None = None
            while True:
                try:
                    statement, values = plan.send(rows)  # type: ignore[arg-type]
                except StopIteration as done:
                    found: Found = done.value
                    return found
                rows = connection.execute(statement.text, statement.arguments(values)).fetchall()
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise StoreError(_TOO_LONG.format(self.path, deadline)) from error
            raise StoreError(f"{self.path}: {error}") from error
        finally:
            connection.close()


class SqliteLedger(Ledger):
    """Writes in one transaction; readers see the old state until it commits.

    The write-ahead log grows by no more than the pages that a deposit changes, each once, and is emptied into the
    file and truncated after the commit. The first load of a file needs no log: nobody reads yet, so that its pages
    go where they belong, and the journal holds only what was there before, which is nothing.
    """

    engine = "sqlite"
    fresh_batch = 32
    """Few, which the processor has at hand: of 100,000 domains a tenth less time than of 1,000."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._inserts: dict[tuple[str, int], str] = {}
        self._deferred = False
        self._is_ours = False
        self._is_first = False

    async def open(self) -> None:
        self._is_ours = not self.path.exists()
        if not self.path.parent.is_dir():
            raise StoreError(f"there is no folder {self.path.parent} to make a store in")
        try:
            self._connection = sqlite3.connect(
                self.path, isolation_level=None, timeout=_BUSY_MS / 1000, cached_statements=_STATEMENTS
            )
            self._is_first = not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            if not self._is_first:
                self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            self._connection.execute("PRAGMA synchronous=FULL")
            # What a version leaves behind when it goes into the history is overwritten then, not when it is erased
            # from there; some SQLite are built to do so, some are not.
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute("PRAGMA wal_autocheckpoint=0")
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise StoreBusy(f"{self.path}: another ingest is writing ({error})") from error
            raise StoreError(f"{self.path}: {error}") from error

    async def close(self) -> None:
        if self._connection:
            self._empty_log()
            is_empty = self._is_ours and self._is_empty()
            self._connection.close()
            self._connection = None
            if is_empty:
                self._unlink()

    def _empty_log(self) -> None:
        """After a commit: the file has all of it, and from the second deposit on there is a log."""
        try:
            if self._is_first and self._open().execute("SELECT 1 FROM sqlite_master").fetchone():
                self._open().execute("PRAGMA journal_mode=WAL")
                self._is_first = False
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # a reader is in the way; the next commit empties the log

    def _unlink(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def _is_empty(self) -> bool:
        """Whether nothing was ever committed: a deposit that is refused leaves no file behind."""
        try:
            self._open().execute("BEGIN EXCLUSIVE")
            return not self._open().execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error:
            return False

    async def _begin(self) -> None:
        try:
            self._open().execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise StoreBusy(f"{self.path}: another ingest is writing ({error})") from error
        if not self._open().execute("SELECT 1 FROM sqlite_master WHERE name='schema_version'").fetchone():
            if self._open().execute("SELECT 1 FROM sqlite_master").fetchone():
                raise StoreVersion(f"{self.path} is a database of another program")
            self._create()
        self._inserts.clear()

    def _create(self) -> None:
        for table in tables.metadata.sorted_tables:
            self._execute_ddl(CreateTable(table))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                self._execute_ddl(CreateIndex(index))
        self._open().execute("INSERT INTO schema_version VALUES (?)", (tables.SCHEMA_VERSION,))

    def _execute_ddl(self, ddl: sa.schema.DDLElement) -> None:
        with self._faults():
            self._open().execute(str(ddl.compile(dialect=_dialect)))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    async def defer_indices(self) -> bool:
        """Drop the indices of the objects until `build_indices`: a first load has nothing to compare with."""
        for index in tables.OBJECT_INDICES:
            self._execute_ddl(DropIndex(index))
        self._deferred = True
        return True

    async def _build_indices(self) -> dict[str, list[str]]:
        doubled: dict[str, list[str]] = {}
        for index in tables.OBJECT_INDICES if self._deferred else ():
            try:
                self._execute_ddl(CreateIndex(index))
            except sqlite3.IntegrityError:
                kind = index.table.name if index.table is not None else ""
                doubled[kind] = await self.doubled(kind)
        self._deferred = False
        return doubled

    async def _commit(self) -> None:
        with self._faults():
            self._open().execute("COMMIT")
        self._empty_log()

    async def _rollback(self) -> None:
        if self._connection and self._connection.in_transaction:
            with self._faults():
                self._connection.execute("ROLLBACK")
        self._deferred = False

    async def execute(self, text: str, arguments: tuple[Any, ...] = ()) -> None:
        with self._faults():
            self._open().execute(text, arguments)

    async def execute_many(self, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._faults():
            self._open().executemany(text, rows)

    async def fetch(self, text: str, arguments: tuple[Any, ...] = ()) -> list[Row]:
        with self._faults():
            return self._open().execute(text, arguments).fetchall()

    async def stream(self, text: str, arguments: tuple[Any, ...] = ()) -> AsyncIterator[Sequence[Row]]:
        with self._faults():
            cursor = self._open().execute(text, arguments)
            while rows := cursor.fetchmany(_STREAMED):
                yield rows

    async def overwrite(self) -> None:
        """Nothing is to be done: whatever is deleted is overwritten."""

    def note_size(self, written: int, held: int) -> None:
        """Nothing depends on it: the statements are such that no statistics are needed."""

    async def insert(self, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
        rows, done = list(rows), 0
        with self._faults():
            for together in _TOGETHER:
                text = self._insert(table, together)
                while len(rows) - done >= together:
                    self._open().execute(text, tuple(chain.from_iterable(rows[done : done + together])))
                    done += together
            self._open().executemany(self._insert(table, 1), rows[done:])

    def _insert(self, table: sa.Table, rows: int) -> str:
        """The statement that inserts so many rows."""
        text = self._inserts.get((table.name, rows))
        if text is None:
            row = f"({', '.join('?' * len(table.columns))})"
            text = f'INSERT INTO "{table.name}" VALUES {", ".join([row] * rows)}'
            self._inserts[table.name, rows] = text
        return text

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreError("the store is closed")
        return self._connection
