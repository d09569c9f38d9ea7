"""The rows of all tables, put by outside of the memory, to be read in the order of their keys.

SQLite sorts what does not fit into its cache in temporary files, in C; it is used here as a sorter and for nothing
else. The database has no name, and is gone when it is closed, however that comes about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from directory.errors import StoreError
from directory.escrow.csv.columns import Column
from directory.escrow.csv.definition import Custom, Definition
from directory.escrow.csv.tables import Table

_CACHE = 1 << 12  # KiB; every table that is being sorted takes as much
_BATCH = 1_000
_REFER = "INSERT INTO reference {} ON CONFLICT DO UPDATE SET value = '' WHERE value <> excluded.value"
_SETTLE = {
    "host": """SELECT 'host', key, name FROM host WHERE true""",
    "registrar": """SELECT 'registrar', CAST(gurid AS INTEGER), key FROM registrar WHERE gurid <> ''""",
}
"""What a reference of each kind leads to: a ROID to the host's name, an IANA number to the registrar's id."""
_REFERRERS = {"host": ("domainNameServers",), "registrar": ("domain", "host", "contact")}
_REFERENCE = {"host": ("host", "roid"), "registrar": ("cl_id", "CAST(gurid AS INTEGER)")}
"""By kind of reference the tables that have it, and the columns: what it stands in for, and the reference."""
_HOST = (
    """COALESCE(NULLIF("host", ''), (SELECT value FROM reference WHERE kind = 'host' AND reference.key = roid))"""
)


class Stage:
    """Rows by table. Those of one table have all its columns, whatever their definition has.

    `sizes` are the numbers of rows; `customs` the columns of a registry's own, by table: each a name, and which of
    that name it is; `brought` the ids of the registrars that the deposit has. Raises `StoreError` where there is
    no room for it.
    """

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.sizes: dict[str, int] = {}
        self.customs: dict[str, list[tuple[str, int]]] = {}
        self.brought: set[str] = set()
        with faults():
            self._database = sqlite3.connect("", isolation_level=None)
            for setting in (f"cache_size = -{_CACHE}", "journal_mode = OFF", "synchronous = OFF"):
                self._database.execute(f"PRAGMA {setting}")
            self._database.execute(
                "CREATE TABLE reference (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID"
            )
            for table in {one.table.name: one.table for one in definitions}.values():
                self._create(table, [one for one in definitions if one.table is table])

    def close(self) -> None:
        """Give back what it takes."""
        self._database.close()

    def _create(self, table: Table, definitions: Sequence[Definition]) -> None:
        customs = [custom for definition in definitions for custom in _customs(definition)]
        self.customs[table.name] = list(dict.fromkeys(customs))
        self.sizes[table.name] = 0
        cells = ", ".join(f'"{one}" TEXT' for one in self._cells(table))
        self._database.execute(f'CREATE TABLE "{table.name}" (key TEXT, line INTEGER, file INTEGER, {cells})')

    def _cells(self, table: Table) -> list[str]:
        """The columns of the rows, those of the registry's own last."""
        customs = [f"custom_{place}" for place, _ in enumerate(self.customs[table.name])]
        return [one.name for one in table.columns] + customs

    def put(self, definition: Definition, file: int, rows: Iterable[list[str]]) -> None:
        """Add rows as `TableFile.rows` gives them, of the file of this number."""
        table = definition.table
        into, values = ["key", "line", "file"], [_key(definition), f"?{len(definition.columns) + 1}", str(file)]
        for place, column in enumerate(definition.columns, 1):
            if isinstance(column, Column):
                into.append(f'"{column.name}"')
                values.append(f"?{place}")
        for custom, place in _customs(definition).items():
            into.append(f"custom_{self.customs[table.name].index(custom)}")
            values.append(f"?{place}")
        statement = f'INSERT INTO "{table.name}" ({", ".join(into)}) VALUES ({", ".join(values)})'
        with faults():
            self._database.execute("BEGIN")
            cursor = self._database.executemany(statement, rows)
            self._database.execute("COMMIT")
        self.sizes[table.name] += max(cursor.rowcount, 0)

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a table in the order of their keys, and among one key in that of the files: the key, the
        line, the number of the file, and the cells (None or empty where there is nothing).

        To be read within `faults`, for the rows come straight from the database."""
        cells = [_HOST if (table.name, one) == _HOST_CELL else f'"{one}"' for one in self._cells(table)]
        return self._database.execute(
            f'SELECT key, line, file, {", ".join(cells)} FROM "{table.name}" ORDER BY key, rowid'
        )

    def settle(self) -> None:
        """Learn from the tables what the references of others lead to."""
        with faults():
            if "registrar" in self.sizes:
                self.brought |= {row[0] for row in self._database.execute("SELECT key FROM registrar")}
            for kind, select in _SETTLE.items():
                if kind in self.sizes:
                    self._database.execute(_REFER.format(select))

    def bring(self, registrar: str) -> None:
        """Learn that the deposit has a registrar outside of its tables."""
        self.brought.add(registrar)

    def refer(self, kind: str, found: Mapping[str, str]) -> None:
        """Learn what references of a kind lead to: ROIDs to names of hosts, IANA numbers to ids of registrars."""
        with faults():
            rows = [(kind, key, value) for key, value in found.items()]
            self._database.executemany(_REFER.format("VALUES (?, ?, ?)"), rows)

    def referent(self, kind: str, key: str) -> str | None:
        """What a reference leads to; None if that is not known, and empty if it is not clear."""
        with faults():
            select = "SELECT value FROM reference WHERE kind = ? AND key = ?"
            row = self._database.execute(select, (kind, key)).fetchone()
        return row[0] if row else None

    def references(self) -> list[tuple[str, str]]:
        """What references to registrars lead to; those to hosts are in the rows already."""
        with faults():
            select = "SELECT key, value FROM reference WHERE kind = 'registrar' ORDER BY key"
            return list(self._database.execute(select))

    def unknown(self, kind: str) -> Iterator[list[str]]:
        """The references of a kind that lead nowhere yet, some at a time, between which they may be told. Those
        to registrars are all of them: if one of the deposit has a number, one of the store may have it as well."""
        instead, reference = _REFERENCE[kind]
        selects = [
            f"SELECT CAST({reference} AS TEXT) AS wanted FROM {table} "
            f"WHERE COALESCE({instead}, '') = '' AND COALESCE({reference}, '') <> ''"
            for table in _REFERRERS[kind]
            if table in self.sizes
        ]
        if not selects:
            return
        with faults():
            self._database.execute("DROP TABLE IF EXISTS unknown")
            missing = "NOT EXISTS (SELECT 1 FROM reference WHERE kind = 'host' AND key = wanted)"
            self._database.execute(
                f"CREATE TABLE unknown AS SELECT DISTINCT wanted FROM ({' UNION '.join(selects)}) "
                f"WHERE {missing if kind == 'host' else 'true'}"
            )
            rows = self._database.execute("SELECT wanted FROM unknown")
            while batch := [row[0] for row in rows.fetchmany(_BATCH)]:
                yield batch


_HOST_CELL = ("domainNameServers", "host")


def _customs(definition: Definition) -> dict[tuple[str, int], int]:
    """The columns of a registry's own, each a name and which of that name it is, and their places (from 1)."""
    found: dict[tuple[str, int], int] = {}
    for place, column in enumerate(definition.columns, 1):
        if isinstance(column, Custom):
            number = sum(name == column.name for name, _ in found)
            found[column.name, number] = place
    return found


def _key(definition: Definition) -> str:
    """The expression of a row's key: the first column of those that name it which is not empty."""
    places = [
        place
        for tag in definition.table.key
        for place, column in enumerate(definition.columns, 1)
        if isinstance(column, Column) and column.tag == tag
    ]
    key = f"?{places[0]}"
    if len(places) > 1:
        key = f"COALESCE({', '.join(f'NULLIF(?{one}, {_EMPTY})' for one in places)}, {_EMPTY})"
    if not definition.table.folds:
        return key
    # Names compare without regard to case, and with or without the dot of the root.
    return f"CASE substr({key}, -1) WHEN '.' THEN lower(substr({key}, 1, length({key}) - 1)) ELSE lower({key}) END"


_EMPTY = "''"


@contextmanager
def faults() -> Iterator[None]:
    """What SQLite cannot do is a fault of the place that it works in."""
    try:
        yield
    except sqlite3.Error as error:
        hint = "the rows of a deposit's tables are sorted in temporary files"
        raise StoreError(f"{error}: {hint}") from error
