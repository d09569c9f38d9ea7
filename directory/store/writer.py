"""What an engine does for the ledger: one transaction, statements in it, and rows that go in whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from directory.errors import StoreVersion
from directory.store import tables
from directory.store.expression import Statement, compile_statement
from directory.store.plan import Row
from directory.store.tables import SHAPES


class Writer(ABC):
    """A connection that writes."""

    engine: str

    @abstractmethod
    async def open(self) -> None:
        """Connect. Raises `StoreError`."""

    @abstractmethod
    async def close(self) -> None:
        """Give the connection back."""

    @abstractmethod
    async def _commit(self) -> None:
        """Commit the transaction."""

    @abstractmethod
    async def _rollback(self) -> None:
        """Leave the old state; nothing if there is no transaction."""

    @abstractmethod
    async def execute(self, text: str, arguments: tuple[Any, ...] = ()) -> None:
        """Execute a compiled statement."""

    @abstractmethod
    async def execute_many(self, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Execute a compiled statement for each of these arguments."""

    @abstractmethod
    async def fetch(self, text: str, arguments: tuple[Any, ...] = ()) -> list[Row]:
        """The rows of a compiled statement."""

    @abstractmethod
    def stream(self, text: str, arguments: tuple[Any, ...] = ()) -> AsyncIterator[Sequence[Row]]:
        """The rows of a compiled statement, some thousands at a time; nothing is written meanwhile."""

    @abstractmethod
    async def insert(self, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, whole and in the order of the table's columns."""

    @abstractmethod
    async def overwrite(self) -> None:
        """What this transaction deletes is not only let go of, but gone from the engine's files after it."""

    @abstractmethod
    def note_size(self, written: int, held: int) -> None:
        """Told before a commit how many objects it writes, and how many there are after it."""

    async def defer_indices(self) -> bool:
        """Leave out the objects' indices until they are built; False if the engine gains nothing by it."""
        return False

    async def _build_indices(self) -> dict[str, list[str]]:
        return {}

    async def doubled(self, kind: str) -> list[str]:
        """The keys of this kind that are there twice in one repository, which is while there is no index."""
        table, key = SHAPES[kind].table, SHAPES[kind].table.c[SHAPES[kind].key]
        twice = sa.select(key).group_by(key, table.c.repository).having(sa.func.count() > sa.literal_column("1"))
        return [row[0] for row in await self.ask(twice.order_by(key), {})]

    async def ask(self, statement: sa.ClauseElement | Statement, values: Mapping[str, Any]) -> list[Row]:
        """The rows of a statement, its parameters by name."""
        compiled = self._compiled(statement)
        return await self.fetch(compiled.text, compiled.arguments(values))

    async def tell(self, statement: sa.ClauseElement | Statement, values: Mapping[str, Any]) -> None:
        """Execute a statement, its parameters by name."""
        compiled = self._compiled(statement)
        await self.execute(compiled.text, compiled.arguments(values))

    async def last(self, column: sa.Column[Any]) -> int:
        """The highest number in a column, 0 where there is none."""
        (row,) = await self.ask(sa.select(sa.func.max(column)), {})
        return row[0] or 0

    async def check_version(self) -> None:
        """Refuse a store of another schema. Raises `StoreVersion`."""
        rows = await self.ask(sa.select(tables.schema_version.c.version), {})
        if not rows or rows[0][0] != tables.SCHEMA_VERSION:
            found = rows[0][0] if rows else None
            raise StoreVersion(
                f"the store has schema version {found}, this program writes {tables.SCHEMA_VERSION}"
            )

    def _compiled(self, statement: sa.ClauseElement | Statement) -> Statement:
        return statement if isinstance(statement, Statement) else compile_statement(statement, self.engine)
