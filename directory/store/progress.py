"""What the ledger asks of the objects of one kind, and how far a deposit is applied to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

import sqlalchemy as sa

from directory.model.base import Value
from directory.store import tables
from directory.store.expression import among, array_parameter, compile_statement
from directory.store.tables import Shape


@dataclass(slots=True)
class Progress:
    """How far a deposit is applied to one kind: the next free number, and which numbers it confirmed."""

    next_number: int
    confirmed: bytearray = field(default_factory=bytearray)

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


@dataclass(frozen=True, slots=True)
class Written:
    """An object on its way into the store: its content, and the digest that tells whether it is new."""

    value: Value
    content: bytes
    digest: bytes


def digest(content: bytes) -> bytes:
    """What tells a content from any other, in 16 octets."""
    return blake2b(content, digest_size=16).digest()


class Statements:
    """What the ledger asks of the tables of one kind."""

    def __init__(self, shape: Shape, engine: str) -> None:
        table = shape.table
        one = sa.bindparam("repository", type_=sa.BigInteger)
        keys = array_parameter("values", sa.Text, engine)
        numbers = array_parameter("values", sa.BigInteger, engine)
        key = table.c[shape.key]
        opened = sa.select(tables.deposit.c.watermark).where(tables.deposit.c.id == table.c.opened)
        self.existing = compile_statement(
            sa.select(key, table.c.object, table.c.digest).where(table.c.repository == one, among(key, keys)),
            engine,
        )
        self.last = compile_statement(sa.select(sa.func.max(table.c.object)), engine)
        self.present = compile_statement(
            sa.select(table.c.object)
            .where(table.c.repository == one, table.c.object > sa.bindparam("after", type_=sa.BigInteger))
            .order_by(table.c.object)
            .limit(sa.bindparam("most", type_=sa.BigInteger))
            .offset(sa.literal_column("0")),
            engine,
        )
        self.versions = compile_statement(
            sa.select(key, table.c.opened, opened.scalar_subquery(), table.c.content).where(
                among(table.c.object, numbers)
            ),
            engine,
        )
        self.deletes = [
            compile_statement(sa.delete(child.table).where(among(child.table.c.owner, numbers)), engine)
            for child in shape.children
        ] + [compile_statement(sa.delete(table).where(among(table.c.object, numbers)), engine)]
