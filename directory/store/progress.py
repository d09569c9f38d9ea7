"""What the ledger asks of the objects of one kind, and how far a deposit is applied to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.model.base import Value
from directory.model.kinds import OWNER_KEYS
from directory.store import tables
from directory.store.comparison import Known, Marked
from directory.store.expression import Statement, among, array_parameter, compile_statement, literal
from directory.store.tables import ALIASES, SHAPES, Shape

_UNTIL = {"domain": "ex_date"}
"""By kind, the moment from which on something may be said of an object though it is as it was."""


@dataclass(slots=True)
class Tally:
    """What applying a deposit did to the objects of one kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0


@dataclass(slots=True)
class Progress:
    """How far a deposit is applied to one kind: the next free number, and which numbers it confirmed.

    If it is a FULL on a repository that has objects of this kind: what it is compared with, by content and by
    octets, how many were `put`, and how many were `recognised` instead.
    """

    next_number: int
    confirmed: bytearray = field(default_factory=bytearray)
    known: Known | None = None
    marked: Marked | None = None
    put: int = 0
    recognised: int = 0

    def confirm(self, number: int) -> bool:
        """Note that the deposit has this object; False if it had it before."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self.confirmed):
            self.confirmed.extend(bytes(place + 1 - len(self.confirmed)))
        if self.confirmed[place] & bit:
            return False
        self.confirmed[place] |= bit
        return True

    def is_confirmed(self, number: int) -> bool:
        """Whether the deposit has had this object."""
        place = number >> 3
        return place < len(self.confirmed) and bool(self.confirmed[place] & (1 << (number & 7)))

    def numbers(self, count: int) -> range:
        """So many new numbers."""
        first = self.next_number
        self.next_number += count
        return range(first, self.next_number)


class Mark(NamedTuple):
    """What the octets that an object came as are known by, and how many extensions stood inside of it, at most
    `MOST_INSIDE`."""

    octets: bytes
    inside: int | None = None


MOST_INSIDE = 255


class Written(NamedTuple):
    """An object on its way into the store: its content, the digest that tells whether it is new, and its mark."""

    value: Value
    content: bytes
    digest: bytes
    mark: Mark | None = None


def digest(content: bytes) -> bytes:
    """What tells a content from any other, in 16 octets."""
    return blake2b(content, digest_size=16).digest()


class Statements:
    """What the ledger asks of the tables of one kind."""

    def __init__(self, shape: Shape, engine: str) -> None:
        self.engine, self._table, self._shape = engine, shape.table, shape
        table, kind = shape.table, shape.kind
        one = sa.bindparam("repository", type_=sa.BigInteger)
        number = sa.bindparam("deposit", type_=sa.BigInteger)
        keys = array_parameter("values", sa.Text, engine)
        numbers = array_parameter("values", sa.BigInteger, engine)
        key = table.c[shape.key]
        mine = table.c.repository == one
        watermark = sa.select(tables.deposit.c.watermark).where(tables.deposit.c.id == table.c.opened)
        alias = ALIASES.get(kind, sa.null())
        owner = table.c[OWNER_KEYS[kind]] if kind in OWNER_KEYS else sa.null()
        self.existing = self._of(
            sa.select(key, table.c.object, table.c.digest, table.c.mark).where(mine, among(key, keys))
        )
        """Key, number, digest and mark of those that have one of the keys `values`."""
        self.opened = self._of(
            sa.select(key, table.c.object, table.c.opened).where(mine, among(key, keys)),
        )
        """Key, number and the deposit that opened them, of the same."""
        self.digests = self._of(sa.select(table.c.digest, table.c.object).where(mine).order_by(table.c.digest))
        """The digest and number of every one, in the order of the digests."""
        self.marks = self._of(self._marked(mine))
        """The mark, number and extensions inside of every one of which nothing would be said at `watermark`, in
        the order of the marks."""
        self.remark = self._of(
            sa.update(table)
            .where(table.c.object == sa.bindparam("number", type_=sa.BigInteger))
            .values(mark=sa.bindparam("octets"), inside=sa.bindparam("within", type_=sa.Integer))
        )
        """Replaces the mark of the one with this number."""
        self.last = self._of(sa.select(sa.func.max(table.c.object)))
        self.present = self._of(
            sa.select(table.c.object)
            .where(mine, table.c.object > sa.bindparam("after", type_=sa.BigInteger))
            .order_by(table.c.object)
            .limit(sa.bindparam("most", type_=sa.BigInteger))
            .offset(sa.literal_column("0"))
        )
        self.since = self._of(sa.select(key).where(mine, table.c.opened > number))
        """The keys of those that a deposit after this one opened."""
        self.versions = self._of(
            sa.select(key, alias, table.c.object, table.c.opened, watermark.scalar_subquery(), table.c.content)
            .add_columns(owner)
            .where(among(table.c.object, numbers))
        )
        """What goes to the history of those with these numbers, and what extensions know them by."""
        self.deletes = [
            self._of(sa.delete(child.table).where(among(child.table.c.owner, numbers))) for child in shape.children
        ] + [self._of(sa.delete(table).where(among(table.c.object, numbers)))]

    def _marked(self, mine: ColumnElement[bool]) -> sa.Select[Any]:
        table = self._table
        marked = sa.select(table.c.mark, table.c.object, table.c.inside).where(mine, table.c.mark.is_not(None))
        if until := _UNTIL.get(self._shape.kind):
            # Without the fraction, which does not sort as time does; what ends in that second is left out too.
            seconds = [
                sa.func.substr(one, sa.literal_column("1"), sa.literal_column("19"))
                for one in (table.c[until], sa.bindparam("watermark", type_=sa.Text))
            ]
            marked = marked.where(sa.or_(table.c[until].is_(None), seconds[0] > seconds[1]))
        return marked.order_by(table.c.mark)

    def _of(self, statement: sa.ClauseElement) -> Statement:
        return compile_statement(statement, self.engine)

    def numbers_by(self, field: str) -> Statement:
        """The value of the field and the number of those that have one of these `values` for it. An extension may
        also be found by `owner_key`: `reseller one.example` are all of that group that the owner has."""
        table = self._table
        if field not in self._shape.scalars:
            raise ValueError(f"a {self._shape.kind} has no {field}")
        column: ColumnElement[Any] = table.c[field]
        conditions = [table.c.repository == sa.bindparam("repository", type_=sa.BigInteger)]
        if self._shape.kind == "extension" and field == "owner_key":
            column = table.c.table.op("||")(literal(" ")).op("||")(table.c.owner_key)
            conditions.append(among(table.c.owner_key, array_parameter("owners", sa.Text, self.engine)))
        item = sa.BigInteger if isinstance(column.type, sa.BigInteger) else sa.Text
        conditions.append(among(column, array_parameter("values", item, self.engine)))
        return self._of(sa.select(column, table.c.object).where(*conditions))


@lru_cache(maxsize=2)
def statements(engine: str) -> dict[str, Statements]:
    """Those of every kind."""
    return {kind: Statements(shape, engine) for kind, shape in SHAPES.items()}


@lru_cache(maxsize=2)
def attributes(engine: str) -> Statement:
    """The name servers that are attributes of the domains with these numbers: the number and the host."""
    ns = next(child.table for child in SHAPES["domain"].children if child.field == "ns")
    numbers = array_parameter("values", sa.BigInteger, engine)
    return compile_statement(
        sa.select(ns.c.owner, ns.c.host).where(among(ns.c.owner, numbers), ns.c.model == literal("attribute")),
        engine,
    )
