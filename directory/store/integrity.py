"""What only a whole repository shows, besides references: what two objects have in common, and what is missing.

Each is asked over the whole repository, or over what one deposit touched. On a store that was sound before, both
find the same.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.store.expression import (
    Statement,
    among,
    array,
    array_parameter,
    compile_statement,
    literal,
    number_of,
)
from directory.store.tables import SHAPES, Shape
from directory.store.writer import Writer

_BATCH = 1_000
_one = sa.bindparam("repository", type_=sa.BigInteger)
_deposit = sa.bindparam("deposit", type_=sa.BigInteger)
_registrant = literal("registrant")
_ROLES = {"registrant": True, "contact": False}
"""Elements of a domain that are links to contacts: whether in the role of the registrant, or in another."""


class Seen(NamedTuple):
    """One object: its key, and the value that it is about, empty where that is missing."""

    key: str
    value: str


class Sort(NamedTuple):
    """How many objects are so, and some of them."""

    number: int
    examples: tuple[Seen, ...]


async def twice(writer: Writer, repository: int, kind: str, field: str, touched: int | None, most: int) -> Sort:
    """Objects of a kind that have a field in common with another one: of two of them, the one that came later; of
    what the deposit `touched` put, those that have it in common with any other."""
    shape = SHAPES[kind]
    values = {"repository": repository, "deposit": touched}
    if touched is not None:
        rows = await writer.ask(_shared_by(shape, field, writer.engine), values)
        return _sort([Seen(*row) for row in rows], most)
    column = shape.table.c[field]
    doubled = [row[0] for row in await writer.ask(_doubled(column, writer.engine), {})]
    mine = sa.select(shape.table.c[shape.key], column).where(
        among(column, array_parameter("values", sa.Text, writer.engine)), shape.table.c.repository == _one
    )
    asked = compile_statement(mine.order_by(column, shape.table.c.object), writer.engine)
    found: list[Seen] = []
    for start in range(0, len(doubled), _BATCH):
        values["values"] = array(doubled[start : start + _BATCH], writer.engine)
        seen = [Seen(*row) for row in await writer.ask(asked, values)]
        found += [one for before, one in pairwise(seen) if before.value == one.value]
    return _sort(found, most)


def _doubled(column: sa.Column[Any], engine: str) -> Statement:
    """By the index of the column alone, over all repositories: most often there is nothing."""
    return compile_statement(sa.select(column).group_by(column).having(sa.func.count() > number_of(1)), engine)


def _shared_by(shape: Shape, field: str, engine: str) -> Statement:
    table, other = shape.table, shape.table.alias()
    shared = sa.exists().where(
        other.c[field] == table.c[field],
        other.c.repository == table.c.repository,
        other.c.object != table.c.object,
    )
    asked = sa.select(table.c[shape.key], table.c[field]).where(
        table.c.opened == _deposit, table.c.repository == _one, shared
    )
    return compile_statement(asked, engine)


async def clashes(writer: Writer, repository: int, touched: int | None, most: int) -> Sort:
    """Names that are both a domain and an NNDN (RFC 9022 §5.6)."""
    domain, nndn = SHAPES["domain"].table, SHAPES["nndn"].table
    both = (
        sa.select(nndn.c.name)
        .join(domain, sa.and_(domain.c.name == nndn.c.name, domain.c.repository == nndn.c.repository))
        .where(nndn.c.repository == _one)
    )
    values = {"repository": repository, "deposit": touched}
    asked = [both] if touched is None else [both.where(each.c.opened == _deposit) for each in (domain, nndn)]
    found = {row[0] for one in asked for row in await writer.ask(compile_statement(one, writer.engine), values)}
    return _sort([Seen(name, name) for name in found], most)


async def lacking(writer: Writer, repository: int, kind: str, field: str, touched: int | None, most: int) -> Sort:
    """Objects of a kind that have nothing for a field of the model, or no contact as `registrant`, or no other
    `contact`."""
    shape = SHAPES[kind]
    table = shape.table
    here = [table.c.repository == _one, _lacks(shape, field)]
    if touched is not None:
        here.append(table.c.opened == _deposit)
    values = {"repository": repository, "deposit": touched}
    number = compile_statement(sa.select(sa.func.count()).select_from(table).where(*here), writer.engine)
    ((found,),) = await writer.ask(number, values)
    if not found:
        return Sort(0, ())
    key = table.c[shape.key]
    some = compile_statement(
        sa.select(key).where(*here).order_by(key).limit(number_of(most)).offset(number_of(0)), writer.engine
    )
    return Sort(found, tuple(Seen(row[0], "") for row in await writer.ask(some, values)))


def _lacks(shape: Shape, field: str) -> ColumnElement[bool]:
    repeated = "contacts" if field in _ROLES else field
    child = next((child.table for child in shape.children if child.field == repeated), None)
    if child is None:
        return shape.table.c[field].is_(None)
    rows = sa.exists().where(child.c.owner == shape.table.c.object)
    if field in _ROLES:
        rows = rows.where(child.c.role == _registrant if _ROLES[field] else child.c.role != _registrant)
    return ~rows


def _sort(found: list[Seen], most: int) -> Sort:
    return Sort(len(found), tuple(sorted(found)[:most]))
