"""Writes deposits: one transaction each, and no superseded version is lost.

A FULL is compared with what is there, object by object, by a digest of its content: what is equal is not touched,
what differs is written anew and its old version goes to the history, what the deposit no longer has is closed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.errors import StoreVersion
from directory.model.base import Instant, Value
from directory.model.registrar import SideData
from directory.store import tables
from directory.store.expression import Statement, array, compile_statement, number_of
from directory.store.progress import Progress, Statements, Written, digest
from directory.store.reader import Row
from directory.store.tables import SHAPES, Shape

BATCH = 1_000
"""How many objects are compared and written at once."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a deposit's header says of itself (RFC 8909 §5.1, RFC 9022 §5.9)."""

    repository_type: str
    repository: str
    type: str
    id: str
    prev_id: str | None
    resend: int
    watermark: Instant


@dataclass(slots=True)
class Tally:
    """What applying a deposit did to the objects of one kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0


class Ledger(ABC):
    """Writes the store, one deposit or side-data file at a time."""

    engine: str

    def __init__(self) -> None:
        self._by_kind = {kind: Statements(shape, self.engine) for kind, shape in SHAPES.items()}
        self._progress: dict[str, Progress] = {}
        self.tallies: dict[str, Tally] = {}
        self._repository = 0
        self._deposit = 0
        self._watermark = Instant("")
        self._next_version = 0
        self._is_fresh = False

    @abstractmethod
    async def open(self) -> None:
        """Connect. Raises `StoreError`."""

    @abstractmethod
    async def close(self) -> None:
        """Give the connection back."""

    @abstractmethod
    async def begin(self) -> None:
        """Begin the one transaction, making the tables if there are none. Raises `StoreBusy`."""

    async def commit(self) -> None:
        """Show readers the new state."""
        await self._flag_contact_extensions()
        await self._commit()

    @abstractmethod
    async def _commit(self) -> None:
        """Commit the transaction."""

    @abstractmethod
    async def rollback(self) -> None:
        """Leave the old state; nothing if there is no transaction."""

    @abstractmethod
    async def execute(self, text: str, arguments: tuple[Any, ...] = ()) -> None:
        """Execute a compiled statement."""

    @abstractmethod
    async def fetch(self, text: str, arguments: tuple[Any, ...] = ()) -> list[Row]:
        """The rows of a compiled statement."""

    @abstractmethod
    async def insert(self, table: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, whole and in the order of the table's columns."""

    async def defer_indices(self) -> bool:
        """Leave out the objects' indices until `build_indices`; False if the engine gains nothing by it."""
        return False

    async def build_indices(self) -> dict[str, list[str]]:
        """Build what `defer_indices` left out. Returns, by kind of object, the keys that are there twice."""
        return {}

    async def doubled(self, kind: str) -> list[str]:
        """The keys of this kind that are there twice in one repository, which is while there is no index."""
        table, key = SHAPES[kind].table, SHAPES[kind].table.c[SHAPES[kind].key]
        twice = sa.select(key).group_by(key, table.c.repository).having(sa.func.count() > sa.literal_column("1"))
        return [row[0] for row in await self._fetch(twice.order_by(key), {})]

    async def repository(self, type_: str, name: str) -> tuple[int, Instant] | None:
        """The number and watermark of a repository in the store, if it is there."""
        table = tables.repository
        found = sa.select(table.c.id, table.c.watermark).where(
            table.c.type == sa.bindparam("type"), table.c.name == sa.bindparam("name")
        )
        rows = await self._fetch(found, {"type": type_, "name": name})
        return (rows[0][0], rows[0][1]) if rows else None

    async def repositories(self) -> list[tuple[int, str, str]]:
        """Number, type and name of every repository."""
        table = tables.repository
        rows = await self._fetch(sa.select(table.c.id, table.c.type, table.c.name).order_by(table.c.id), {})
        return [(row[0], row[1], row[2]) for row in rows]

    async def start(self, incoming: Incoming, applied: Instant) -> None:
        """Open the deposit in the ledger; `applied` is now. Objects follow with `put`. Raises `StoreVersion`."""
        await self._check_version()
        known = await self.repository(incoming.repository_type, incoming.repository)
        self._repository = known[0] if known else 1 + await self._last(tables.repository.c.id)
        self._deposit = 1 + await self._last(tables.deposit.c.id)
        self._next_version = 1 + await self._last(tables.history.c.id)
        self._watermark = incoming.watermark
        self._progress = {}
        self.tallies = {kind: Tally() for kind in SHAPES}
        for kind, statements in self._by_kind.items():
            (row,) = await self.fetch(statements.last.text, ())
            self._progress[kind] = Progress(1 + (row[0] or 0))
        await self._write_headers(incoming, applied, is_known=known is not None)
        is_empty = all(progress.next_number == 1 for progress in self._progress.values())
        self._is_fresh = is_empty and await self.defer_indices()

    async def _write_headers(self, incoming: Incoming, applied: Instant, *, is_known: bool) -> None:
        row = (
            self._deposit,
            self._repository,
            incoming.type,
            incoming.id,
            incoming.prev_id,
            incoming.resend,
            incoming.watermark,
            applied,
        )
        await self.insert(tables.deposit, [row])
        if is_known:
            update = (
                sa.update(tables.repository)
                .where(tables.repository.c.id == sa.bindparam("one"))
                .values(watermark=sa.bindparam("mark"), deposit=sa.bindparam("last"))
            )
            values = {"one": self._repository, "mark": incoming.watermark, "last": self._deposit}
            statement = self._compiled(update)
            await self.execute(statement.text, statement.arguments(values))
            await self._raise_serial(self._repository)
        else:
            fields = (incoming.repository_type, incoming.repository, incoming.watermark, self._deposit, 1, 0)
            await self.insert(tables.repository, [(self._repository, *fields)])

    async def _raise_serial(self, repository: int) -> None:
        table = tables.repository
        raising = sa.update(table).where(table.c.id == sa.bindparam("one", type_=sa.BigInteger))
        statement = self._compiled(raising.values(serial=table.c.serial + sa.literal_column("1")))
        await self.execute(statement.text, (repository,))

    async def put(self, kind: str, objects: Sequence[Value]) -> list[int]:
        """Write a batch of objects of one kind. Returns the places, within the batch, of those whose key the
        deposit had before; a first load finds them only in `build_indices`."""
        shape, tally = SHAPES[kind], self.tallies[kind]
        written = [Written(one, text := msgspec.json.encode(one), digest(text)) for one in objects]
        if self._is_fresh:
            numbers = self._numbers(self._progress[kind], len(objects))
            await self._write(shape, list(zip(numbers, written, strict=True)))
            tally.added += len(objects)
            return []
        return await self._compare(shape, written)

    def _numbers(self, progress: Progress, count: int) -> range:
        first = progress.next_number
        progress.next_number += count
        return range(first, progress.next_number)

    async def _compare(self, shape: Shape, incoming: Sequence[Written]) -> list[int]:
        progress, tally = self._progress[shape.kind], self.tallies[shape.kind]
        keys = [getattr(one.value, shape.key) for one in incoming]
        statement = self._by_kind[shape.kind].existing
        arguments = statement.arguments({"repository": self._repository, "values": array(keys, self.engine)})
        existing = {row[0]: (row[1], bytes(row[2])) for row in await self.fetch(statement.text, arguments)}
        doubled, superseded, writing = [], [], []
        for place, (key, one) in enumerate(zip(keys, incoming, strict=True)):
            number, old = existing.get(key, (0, b""))
            if not number:
                (number,) = self._numbers(progress, 1)
                existing[key] = (number, one.digest)
                tally.added += 1
                writing.append((number, one))
            elif progress.is_confirmed(number):
                doubled.append(place)
            elif old == one.digest:
                tally.unchanged += 1
            else:
                tally.changed += 1
                superseded.append(number)
                writing.append((number, one))
            progress.confirm(number)
        await self._close(shape, superseded)
        await self._write(shape, writing)
        return doubled

    async def _write(self, shape: Shape, writing: Sequence[tuple[int, Written]]) -> None:
        width = len(shape.scalars)
        rows: list[tuple[Any, ...]] = []
        repeated: list[list[tuple[Any, ...]]] = [[] for _ in shape.children]
        for number, one in writing:
            fields = msgspec.structs.astuple(one.value)
            content = one.content.decode()
            rows.append((number, self._repository, self._deposit, one.digest, content, *fields[:width]))
            for child_rows, values in zip(repeated, fields[width:], strict=True):
                for position, value in enumerate(values):
                    child_rows.append((number, position, *msgspec.structs.astuple(value)))
        if "values" in shape.scalars:
            place = 5 + shape.scalars.index("values")
            rows = [(*row[:place], msgspec.json.encode(row[place]).decode(), *row[place + 1 :]) for row in rows]
        await self.insert(shape.table, rows)
        for child, child_rows in zip(shape.children, repeated, strict=True):
            if child_rows:
                await self.insert(child.table, child_rows)

    async def _close(self, shape: Shape, numbers: Sequence[int]) -> None:
        """Move the current versions of these objects to the history."""
        if not numbers:
            return
        statements = self._by_kind[shape.kind]
        values = array(numbers, self.engine)
        rows = []
        for key, opened, valid_from, text in await self.fetch(statements.versions.text, (values,)):
            span = (valid_from, self._watermark, opened, self._deposit)
            rows.append((self._next_version, self._repository, shape.kind, key, *span, text))
            self._next_version += 1
        await self.insert(tables.history, rows)
        for statement in statements.deletes:
            await self.execute(statement.text, (values,))

    async def close_vanished(self) -> None:
        """Close every object of the repository that the deposit did not bring."""
        if self._is_fresh:
            return
        for kind, shape in SHAPES.items():
            progress = self._progress[kind]
            statement, after = self._by_kind[kind].present, 0
            while True:
                values = {"repository": self._repository, "after": after, "most": BATCH}
                rows = await self.fetch(statement.text, statement.arguments(values))
                if not rows:
                    break
                vanished = [row[0] for row in rows if not progress.is_confirmed(row[0])]
                await self._close(shape, vanished)
                self.tallies[kind].closed += len(vanished)
                after = rows[-1][0]

    async def clashes(self, most: int) -> list[str]:
        """Names of the repository that are both a domain and an NNDN, at most so many (RFC 9022 §5.6)."""
        domain, nndn = SHAPES["domain"].table, SHAPES["nndn"].table
        both = (
            sa.select(nndn.c.name)
            .join(domain, sa.and_(domain.c.name == nndn.c.name, domain.c.repository == nndn.c.repository))
            .where(nndn.c.repository == sa.bindparam("repository", type_=sa.BigInteger))
            .order_by(nndn.c.name)
        )
        rows = await self._fetch(both, {"repository": self._repository})
        return [row[0] for row in rows[:most]]

    async def dangling(self) -> list[tuple[str, int, str]]:
        """References of the repository that lead nowhere: what they are to, how many there are, one of them."""
        found = []
        children = {child.field: child.table for child in SHAPES["domain"].children}
        domain, links, ns = SHAPES["domain"].table, children["contacts"], children["ns"]
        mine = sa.bindparam("repository", type_=sa.BigInteger)
        contact, host, registrar = (SHAPES[kind].table for kind in ("contact", "host", "registrar"))
        joined = {table: table.join(domain, domain.c.object == table.c.owner) for table in (links, ns)}
        is_object = ns.c.model == sa.literal_column("'object'")
        for what, column, start, target, more in (
            ("a contact of a domain", links.c.contact, joined[links], contact.c.handle, sa.true()),
            ("a host of a domain", ns.c.host, joined[ns], host.c.name, is_object),
            ("the registrar of a domain", domain.c.cl_id, domain, registrar.c.id, sa.true()),
        ):
            known = sa.exists().where(target == column, target.table.c.repository == domain.c.repository)
            missing = (
                sa.select(sa.func.count(), sa.func.min(column))
                .select_from(start)
                .where(domain.c.repository == mine, more, ~known)
            )
            ((number, example),) = await self._fetch(missing, {"repository": self._repository})
            if number:
                found.append((what, number, example))
        return found

    async def set_zones(self, zones: Iterable[str]) -> None:
        """Which zones the repository is served under, unless configured otherwise. A name that is registered in it
        is no zone, whatever is registered below it."""
        mine = tables.zone.c.repository == sa.bindparam("repository", type_=sa.BigInteger)
        statement = self._compiled(sa.delete(tables.zone).where(mine))
        await self.execute(statement.text, (self._repository,))
        wanted = sorted(zones)
        existing = self._by_kind["domain"].existing
        arguments = existing.arguments({"repository": self._repository, "values": array(wanted, self.engine)})
        registered = {row[0] for row in await self.fetch(existing.text, arguments)}
        rows = [(zone, self._repository) for zone in wanted if zone not in registered]
        await self.insert(tables.zone, rows)

    async def _flag_contact_extensions(self) -> None:
        """Say in the repository whether any contact has extensions, if the deposit touched them."""
        tally = self.tallies.get("extension", Tally())
        if not (tally.added or tally.changed or tally.closed):
            return
        extension, table = SHAPES["extension"].table, tables.repository
        mine = sa.bindparam("one", type_=sa.BigInteger)
        any_ = sa.exists().where(
            extension.c.owner == sa.literal_column("'contact'"), extension.c.repository == mine
        )
        flag = sa.case((any_, number_of(1)), else_=number_of(0))
        statement = self._compiled(sa.update(table).where(table.c.id == mine).values(contact_extensions=flag))
        await self.execute(statement.text, statement.arguments({"one": self._repository}))

    async def put_side_data(self, repository: int, entries: Mapping[str, SideData]) -> None:
        """Replace the side data of a repository; keys are `id:…` or `iana:…`."""
        await self._check_version()
        mine = tables.side_data.c.repository == sa.bindparam("repository", type_=sa.BigInteger)
        statement = self._compiled(sa.delete(tables.side_data).where(mine))
        await self.execute(statement.text, (repository,))
        rows = [(repository, key, msgspec.json.encode(side).decode()) for key, side in entries.items()]
        await self.insert(tables.side_data, rows)
        await self._raise_serial(repository)

    async def registrar_keys(self, repository: int) -> set[str]:
        """`id:…` and `iana:…` of every registrar of a repository."""
        table = SHAPES["registrar"].table
        mine = table.c.repository == sa.bindparam("repository", type_=sa.BigInteger)
        rows = await self._fetch(sa.select(table.c.id, table.c.gurid).where(mine), {"repository": repository})
        return {f"id:{row[0]}" for row in rows} | {f"iana:{row[1]}" for row in rows if row[1] is not None}

    async def _check_version(self) -> None:
        rows = await self._fetch(sa.select(tables.schema_version.c.version), {})
        if not rows or rows[0][0] != tables.SCHEMA_VERSION:
            found = rows[0][0] if rows else None
            raise StoreVersion(
                f"the store has schema version {found}, this program writes {tables.SCHEMA_VERSION}"
            )

    async def _last(self, column: sa.Column[Any]) -> int:
        (row,) = await self._fetch(sa.select(sa.func.max(column)), {})
        return row[0] or 0

    def _compiled(self, statement: sa.ClauseElement) -> Statement:
        return compile_statement(statement, self.engine)

    async def _fetch(self, statement: sa.ClauseElement, values: dict[str, Any]) -> list[Row]:
        compiled = self._compiled(statement)
        return await self.fetch(compiled.text, compiled.arguments(values))
