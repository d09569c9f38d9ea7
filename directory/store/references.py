"""References that lead nowhere (RFC 9022 §8): over a whole repository, or over what one deposit touched.

The whole is looked at by what is referred to: every key that stands in a reference, once, whether it is there. Of
a deposit's own work, the references of the objects that it put are looked at, and those to the keys that it took
away. On a store that was sound before, both find the same.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.model.kinds import OWNER_KEYS
from directory.model.name import reverse
from directory.store import tables
from directory.store.expression import Statement, among, array, array_parameter, compile_statement, literal
from directory.store.tables import SHAPES
from directory.store.writer import Writer

_BATCH = 1_000
_one = sa.bindparam("repository", type_=sa.BigInteger)
_deposit = sa.bindparam("deposit", type_=sa.BigInteger)
_TARGETS = {**OWNER_KEYS, "idn_table": "id"}
"""The column by which others refer to an object, by its kind."""


class Reference(NamedTuple):
    """From a `field` of objects of a `kind` to a kind of object: the field is a column of the model (`cl_id`,
    `cr_rr`, `up_rr`, `re_rr`, `ac_rr`, `idn_table`), the role of a contact (`registrant`, `admin`, `tech`,
    `billing`), `ns`, or `owner` of an extension."""

    kind: str
    field: str
    target: str


class Example(NamedTuple):
    """One reference that leads nowhere: the key of the object that has it, and what it says."""

    key: str
    missing: str


class Dangling(NamedTuple):
    """The references of one sort that lead nowhere: how many, and some of them, by the keys of their objects."""

    reference: Reference
    number: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class _Link:
    """A column that refers to objects of another kind."""

    kind: str
    column: sa.Column[Any]
    target: str
    field: ColumnElement[Any]
    only: ColumnElement[bool] | None = None

    @property
    def owner(self) -> sa.Table:
        """The table of the objects that refer."""
        return SHAPES[self.kind].table

    @property
    def key(self) -> sa.Column[Any]:
        """The key of the objects that refer."""
        return self.owner.c[SHAPES[self.kind].key]

    @property
    def rows(self) -> sa.FromClause:
        """The references, each with its object."""
        if self.column.table is self.owner:
            return self.owner
        return self.owner.join(self.column.table, self.column.table.c.owner == self.owner.c.object)

    @property
    def known(self) -> ColumnElement[bool]:
        """Whether there is what it refers to."""
        target = SHAPES[self.target].table.alias()
        return sa.exists().where(target.c[_TARGETS[self.target]] == self.column, target.c.repository == _one)

    def where(self, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        """The conditions, and its own."""
        return [*conditions, *([self.only] if self.only is not None else [])]


def _links() -> Iterator[_Link]:
    children = {kind: {child.field: child.table for child in SHAPES[kind].children} for kind in SHAPES}
    links, ns = children["domain"]["contacts"], children["domain"]["ns"]
    yield _Link("domain", links.c.contact, "contact", links.c.role)
    yield _Link("domain", ns.c.host, "host", literal("ns"), ns.c.model == literal("object"))
    for kind in ("domain", "host", "contact"):
        for field in ("cl_id", "cr_rr", "up_rr"):
            yield _Link(kind, SHAPES[kind].table.c[field], "registrar", literal(field))
    for kind in ("domain", "contact"):
        for field in ("re_rr", "ac_rr"):
            yield _Link(kind, children[kind]["transfer"].c[field], "registrar", literal(field))
    for kind in ("domain", "nndn"):
        yield _Link(kind, SHAPES[kind].table.c.idn_table, "idn_table", literal("idn_table"))
    extension = SHAPES["extension"].table
    for kind in OWNER_KEYS:
        yield _Link("extension", extension.c.owner_key, kind, literal("owner"), extension.c.owner == literal(kind))


class _Statements:
    """What is asked about one link, each compiled when it is first needed."""

    def __init__(self, link: _Link, engine: str) -> None:
        self.link = link
        self._engine = engine
        self._mine = link.owner.c.repository == _one
        self._to = _among(link, array_parameter("values", sa.Text, engine))

    def _lost(self, *conditions: ColumnElement[bool]) -> Statement:
        link = self.link
        found = sa.select(link.key, link.field, link.column).select_from(link.rows)
        return compile_statement(found.where(*link.where(*conditions, self._mine)), self._engine)

    @cached_property
    def put(self) -> Statement:
        """What leads nowhere from objects that the deposit put."""
        link = self.link
        return self._lost(link.owner.c.opened == _deposit, link.column.is_not(None), ~link.known)

    @cached_property
    def to(self) -> Statement:
        """What refers to the keys `values`."""
        return self._lost(self._to)

    @cached_property
    def to_from_others(self) -> Statement:
        """The same, from objects that the deposit did not put."""
        return self._lost(self._to, self.link.owner.c.opened != _deposit)

    @cached_property
    def missing_alone(self) -> Statement:
        """The keys that are referred to and not there, in a store with one repository."""
        return self._missing(sa.select(self.link.column.label("value")))

    @cached_property
    def missing(self) -> Statement:
        """The same in a store with several."""
        return self._missing(sa.select(self.link.column.label("value")).select_from(self.link.rows), self._mine)

    def _missing(self, select: sa.Select[Any], *conditions: ColumnElement[bool]) -> Statement:
        link, target = self.link, SHAPES[self.link.target].table.alias()
        referred = select.distinct().where(*link.where(*conditions, link.column.is_not(None))).subquery()
        known = sa.exists().where(target.c[_TARGETS[link.target]] == referred.c.value, target.c.repository == _one)
        return compile_statement(sa.select(referred.c.value).where(~known), self._engine)


def _among(link: _Link, values: sa.BindParameter[Any]) -> ColumnElement[bool]:
    """Whether a reference is one of these. Who created or updated an object is sought as its sponsor, and else by
    the index of those who are not: see `tables`."""
    column = link.column
    if column.name not in ("cr_rr", "up_rr"):
        return among(column, values)
    sponsor, mine = link.owner.c.cl_id, link.owner.c.repository == _one
    return sa.or_(
        sa.and_(among(sponsor, values), column == sponsor, mine),
        sa.and_(among(column, values), column != sponsor, mine),
    )


@lru_cache(maxsize=2)
def statements(engine: str) -> tuple[_Statements, ...]:
    """What is asked about every link."""
    return tuple(_Statements(link, engine) for link in _links())


async def dangling(writer: Writer, repository: int, touched: int | None, most: int) -> list[Dangling]:
    """The references of a repository that lead nowhere; or those only which the deposit with that number
    touched."""
    found = _Found(most)
    values: dict[str, Any] = {"repository": repository, "deposit": touched}
    gone = await _gone(writer, repository, touched) if touched is not None else {}
    is_alone = touched is None and await writer.last(tables.repository.c.id) == 1
    for asked in statements(writer.engine):
        link = asked.link
        if touched is None:
            missing = _stream(writer, asked.missing_alone if is_alone else asked.missing, values)
            to = asked.to
        else:
            found.add(link, await writer.ask(asked.put, values))
            missing = _again(sorted(gone.get(link.target, ())))
            to = asked.to_from_others
        async for batch in missing:
            rows = {**values, "values": array(batch, writer.engine)}
            async for lost in writer.stream(to.text, to.arguments(rows)):
                found.add(link, lost)
    return found.sorted()


class _Found:
    """What was found so far."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._numbers: dict[Reference, int] = {}
        self._examples: dict[Reference, list[Example]] = {}

    def add(self, link: _Link, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of key, field and what is missing."""
        for key, field, missing in rows:
            reference = Reference(link.kind, field, link.target)
            self._numbers[reference] = self._numbers.get(reference, 0) + 1
            examples = self._examples.setdefault(reference, [])
            if len(examples) < self._most or (key, missing) < examples[-1]:
                insort(examples, Example(key, missing))
                del examples[self._most :]

    def sorted(self) -> list[Dangling]:
        """All of it, in the order of the references."""
        return [Dangling(one, self._numbers[one], tuple(self._examples[one])) for one in sorted(self._numbers)]


async def _stream(writer: Writer, statement: Statement, values: dict[str, Any]) -> AsyncIterator[list[str]]:
    # All of them first: the connection cannot do anything else while it streams. On a sound store they are few.
    missing: list[str] = []
    async for rows in writer.stream(statement.text, statement.arguments(values)):
        missing += [row[0] for row in rows]
    async for batch in _again(missing):
        yield batch


async def _again(values: Sequence[str]) -> AsyncIterator[list[str]]:
    for start in range(0, len(values), _BATCH):
        yield list(values[start : start + _BATCH])


async def _gone(writer: Writer, repository: int, deposit: int) -> dict[str, set[str]]:
    """By kind, what objects were referred to by before the deposit, and no longer are."""
    history = tables.history
    asked = sa.select(history.c.key, history.c.alias).where(
        history.c.closed == _deposit,
        history.c.repository == _one,
        history.c.kind == sa.bindparam("kind", type_=sa.Text),
    )
    gone = {}
    for kind, column in _TARGETS.items():
        values: dict[str, Any] = {"repository": repository, "deposit": deposit, "kind": kind}
        rows = await writer.ask(asked, values)
        closed = {reverse(row[1]) if kind == "host" else row[0] for row in rows}
        gone[kind] = closed - await _still_there(writer, kind, column, repository, closed)
    return gone


async def _still_there(writer: Writer, kind: str, column: str, repository: int, keys: Collection[str]) -> set[str]:
    table = SHAPES[kind].table
    parameter = array_parameter("values", sa.Text, writer.engine)
    asked = sa.select(table.c[column]).where(table.c.repository == _one, among(table.c[column], parameter))
    compiled = compile_statement(asked, writer.engine)
    found: set[str] = set()
    async for batch in _again(sorted(keys)):
        values = {"repository": repository, "values": array(batch, writer.engine)}
        found.update(row[0] for row in await writer.ask(compiled, values))
    return found
