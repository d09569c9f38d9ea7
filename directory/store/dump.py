"""All that a repository holds, object by object, and what was changed in it since a deposit (RFC 8909 §2).

Objects come in the order of their numbers, some hundreds by one statement, so that a repository of any size takes
the memory of one page. A reader that is a snapshot gives all of it as of one state.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.model.base import Instant, Value
from directory.model.kinds import OWNER_KEYS
from directory.model.registry import Extension
from directory.store import tables
from directory.store.chain import Applied
from directory.store.expression import among, array, array_parameter, compile_statement, literal, number_of
from directory.store.plan import Row
from directory.store.reader import Reader
from directory.store.tables import SHAPES
from directory.store.zones import which

PAGE = 512
"""How many objects one statement reads."""

Owners = dict[str, set[str]]
"""Keys of objects that extensions belong to, by the kind of object."""

_decoders: dict[str, msgspec.json.Decoder[Value]] = {
    kind: msgspec.json.Decoder(shape.struct) for kind, shape in SHAPES.items()
}
_extension = msgspec.json.Decoder(Extension)
_mine = sa.bindparam("repository", type_=sa.BigInteger)
_after = sa.bindparam("after", type_=sa.BigInteger)
_since = sa.bindparam("since", type_=sa.BigInteger)
_most = number_of(PAGE)


@dataclass(frozen=True, slots=True)
class Holding:
    """A repository in a store: its number, what it is of (RFC 9022 §5.9.1), and how many objects of which kind it
    has; `groups` are the numbers of extensions by their table and the kind of their owner."""

    number: int
    type: str
    name: str
    watermark: Instant
    counts: Mapping[str, int]
    groups: Mapping[tuple[str, str], int]


class Dump:
    """Reads a repository whole, from a reader that was started."""

    def __init__(self, reader: Reader, repository: int) -> None:
        self._reader = reader
        self._repository = repository

    async def _ask(self, statement: sa.ClauseElement, **values: Any) -> list[Row]:
        compiled = compile_statement(statement, self._reader.engine)
        return await self._reader.fetch(
            compiled.text, compiled.arguments({"repository": self._repository, **values})
        )

    @classmethod
    async def of(cls, reader: Reader, name: str | None) -> tuple[Dump, Holding]:
        """The repository of a name, or the only one there is: see `which`. Raises `StoreError`."""
        dump = cls(reader, which(reader.zones.repositories, name).id)
        return dump, await dump._holding()

    async def _holding(self) -> Holding:
        table, counter = tables.repository, tables.counter
        asked = sa.select(table.c.type, table.c.name, table.c.watermark).where(table.c.id == _mine)
        ((type_, name, watermark),) = await self._ask(asked)
        counted = sa.select(counter.c.kind, counter.c.number).where(
            counter.c.repository == _mine, counter.c.key == literal("")
        )
        counts = {**dict.fromkeys(SHAPES, 0), **{row[0]: row[1] for row in await self._ask(counted)}}
        extension = SHAPES["extension"].table
        columns = extension.c.table, extension.c.owner
        grouped = sa.select(*columns, sa.func.count()).where(extension.c.repository == _mine).group_by(*columns)
        groups = {(table, owner): number for table, owner, number in await self._ask(grouped)}
        return Holding(self._repository, type_, name, watermark, counts, groups)

    async def deposits(self) -> list[Applied]:
        """Every deposit that was applied to the repository, in its order."""
        table = tables.deposit
        columns = ("id", "type", "deposit_id", "prev_id", "resend", "watermark", "applied", "base")
        asked = sa.select(*[table.c[name] for name in columns]).where(table.c.repository == _mine)
        return [Applied(*row) for row in await self._ask(asked.order_by(table.c.id))]

    async def erased_since(self, deposit: int) -> int:
        """How many versions that a later deposit than this one closed were erased: of these nothing is known."""
        table = tables.erasure
        rows = await self._ask(sa.select(table.c.spans).where(table.c.repository == _mine))
        spans = [span for row in rows for span in msgspec.json.decode(row[0])]
        return sum(1 for *_, opened, closed in spans if opened <= deposit < closed)

    async def objects(self, kind: str) -> AsyncIterator[Sequence[Value]]:
        """Every object of a kind, page by page."""
        table = SHAPES[kind].table
        page = sa.select(table.c.object, table.c.content).where(
            table.c.repository == _mine, table.c.object > _after
        )
        page = page.order_by(table.c.object).limit(_most).offset(number_of(0))
        decode, after = _decoders[kind].decode, 0
        while rows := await self._ask(page, after=after):
            after = rows[-1][0]
            yield [decode(row[1]) for row in rows]

    async def some(self, kind: str, numbers: Iterable[int]) -> AsyncIterator[Sequence[Value]]:
        """The objects of a kind that have these numbers, page by page."""
        table, decode = SHAPES[kind].table, _decoders[kind].decode
        wanted = array_parameter("values", sa.BigInteger, self._reader.engine)
        page = sa.select(table.c.content).where(among(table.c.object, wanted)).order_by(table.c.object)
        for chosen in _pages(numbers):
            rows = await self._ask(page, values=array(chosen, self._reader.engine))
            yield [decode(row[0]) for row in rows]

    async def extensions(self, kind: str, keys: Sequence[str]) -> dict[str, list[Extension]]:
        """The extensions of these objects of a kind, by the key of their owner."""
        found: dict[str, list[Extension]] = {}
        table = SHAPES["extension"].table
        wanted = array_parameter("values", sa.Text, self._reader.engine)
        asked = sa.select(table.c.content).where(
            among(table.c.owner_key, wanted), table.c.owner == literal(kind), table.c.repository == _mine
        )
        for row in await self._ask(asked.order_by(table.c.object), values=array(keys, self._reader.engine)):
            extension = _extension.decode(row[0])
            found.setdefault(extension.owner_key, []).append(extension)
        return found

    async def changed(self, kind: str, since: int) -> set[int]:
        """The numbers of the objects of a kind that a later deposit than `since` put."""
        table = SHAPES[kind].table
        asked = sa.select(table.c.object).where(table.c.opened > _since, table.c.repository == _mine)
        return {row[0] for row in await self._ask(asked, since=since)}

    async def of_owners(self, kind: str, owners: Iterable[str]) -> set[int]:
        """The numbers of the objects of a kind that extensions name as their owners by these keys."""
        table, found = SHAPES[kind].table, set[int]()
        key = table.c[OWNER_KEYS[kind]]
        wanted = array_parameter("values", sa.Text, self._reader.engine)
        asked = sa.select(table.c.object).where(among(key, wanted), table.c.repository == _mine)
        for chosen in _pages(sorted(owners)):
            rows = await self._ask(asked, values=array(chosen, self._reader.engine))
            found.update(row[0] for row in rows)
        return found

    async def owners_since(self, since: int) -> tuple[Owners, Owners]:
        """Whose extensions a later deposit than `since` put, and whose it took away."""
        table, history = SHAPES["extension"].table, tables.history
        put = sa.select(table.c.content).where(table.c.opened > _since, table.c.repository == _mine)
        found: tuple[Owners, Owners] = {}, {}
        for owners, asked in zip(found, (put, self._gone(history.c.content, "extension")), strict=True):
            for row in await self._ask(asked, since=since):
                extension = _extension.decode(row[0])
                owners.setdefault(extension.owner, set()).add(extension.owner_key)
        return found

    async def unowned(self, owners: Owners) -> Owners:
        """Those of the owners that are not in the repository."""
        left: Owners = {}
        for kind, keys in owners.items():
            table = SHAPES[kind].table
            key = table.c[OWNER_KEYS[kind]]
            wanted = array_parameter("values", sa.Text, self._reader.engine)
            asked = sa.select(key).where(among(key, wanted), table.c.repository == _mine)
            for chosen in _pages(sorted(keys)):
                rows = await self._ask(asked, values=array(chosen, self._reader.engine))
                gone = set(chosen) - {row[0] for row in rows}
                left.setdefault(kind, set()).update(gone)
        return {kind: keys for kind, keys in left.items() if keys}

    async def gone(self, kind: str, since: int) -> AsyncIterator[Sequence[str]]:
        """The keys of the objects of a kind that were there as of the deposit `since` and are no more, page by
        page, in the order in which they went."""
        history = tables.history
        page = self._gone(history.c.id, kind).add_columns(history.c.key).where(history.c.id > _after)
        page = page.order_by(history.c.id).limit(_most).offset(number_of(0))
        after = 0
        while rows := await self._ask(page, since=since, after=after):
            after = rows[-1][0]
            yield [row[1] for row in rows]

    def _gone(self, column: ColumnElement[Any], kind: str) -> sa.Select[Any]:
        """A column of the versions of a kind that were there as of the deposit `since`, of what is no more."""
        history, table = tables.history, SHAPES[kind].table
        still = sa.exists().where(table.c[SHAPES[kind].key] == history.c.key, table.c.repository == _mine)
        return sa.select(column).where(
            history.c.closed > _since,
            history.c.opened <= _since,
            history.c.kind == literal(kind),
            history.c.repository == _mine,
            ~still,
        )


def _pages(items: Iterable[Any]) -> Iterator[list[Any]]:
    page = []
    for item in items:
        page.append(item)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page
