"""The statements that read versions: those of some keys, or those that were valid at a moment.

A version is valid from the watermark of the deposit that brought it up to that of the one that took it away, which
itself is after it. One that was replaced at its own watermark, by a resend, was valid at no moment.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.model.base import Instant
from directory.store import tables
from directory.store.expression import (
    Statement,
    among,
    array_parameter,
    compile_statement,
    literal,
    number_of,
)
from directory.store.statements import MOST_HITS, of_scope
from directory.store.tables import ALIASES, SHAPES

_history, _deposit = tables.history, tables.deposit
_moment = sa.bindparam("moment", type_=sa.Text)
_of_kind = sa.bindparam("kind", type_=sa.Text)


def place(moment: Instant) -> str:
    """A moment as the statements compare it: without its last letter, a fraction sorts after the whole second."""
    return moment.rstrip("Z")


def _place(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.func.rtrim(column, literal("Z"))


def _opened(table: sa.FromClause) -> ColumnElement[Any]:
    """The watermark that a current version is valid from."""
    deposit = _deposit.alias()
    return (
        sa.select(deposit.c.watermark)
        .where(deposit.c.id == table.c.opened)
        .correlate_except(deposit)
        .scalar_subquery()
    )


def _then(kind: str, current: ColumnElement[bool], past: ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    """Number, repository, key and content of what was valid at `moment`, in the scope of `repository`."""
    table = SHAPES[kind].table
    now = sa.select(table.c.object, table.c.repository, table.c[SHAPES[kind].key], table.c.content).where(
        current, of_scope(table.c.repository), _place(_opened(table)) <= _moment
    )
    before = sa.select(_history.c.object, _history.c.repository, _history.c.key, _history.c.content).where(
        _history.c.kind == literal(kind),
        past,
        of_scope(_history.c.repository),
        _place(_history.c.valid_from) <= _moment,
        _place(_history.c.valid_to) > _moment,
    )
    return sa.union_all(now, before)


@lru_cache(maxsize=64)
def by_key(kind: str, engine: str) -> Statement:
    """What had one of the keys `values` at `moment`."""
    values = array_parameter("values", sa.Text, engine)
    key = SHAPES[kind].table.c[SHAPES[kind].key]
    return compile_statement(_then(kind, among(key, values), among(_history.c.key, values)), engine)


@lru_cache(maxsize=64)
def by_alias(kind: str, engine: str) -> Statement:
    """What had one of the aliases `values` at `moment`: hosts by their names from the root down, contacts by
    ROID."""
    values = array_parameter("values", sa.Text, engine)
    return compile_statement(_then(kind, among(ALIASES[kind], values), among(_history.c.alias, values)), engine)


@lru_cache(maxsize=2)
def extensions(engine: str) -> Statement:
    """The extensions at `moment` of the owners of the kind `owner` with the keys `values`; `aliases` are the same
    as the history knows them."""
    extension = SHAPES["extension"].table
    current = among(extension.c.owner_key, array_parameter("values", sa.Text, engine)) & (
        extension.c.owner == sa.bindparam("owner", type_=sa.Text)
    )
    past = among(_history.c.alias, array_parameter("aliases", sa.Text, engine))
    return compile_statement(_then("extension", current, past), engine)


@lru_cache(maxsize=2)
def every_registrar(engine: str) -> Statement:
    """The registrars at `moment`; they are few."""
    return compile_statement(_then("registrar", sa.true(), sa.true()), engine)


@lru_cache(maxsize=2)
def hosts_below(engine: str) -> Statement:
    """The hosts at `moment` whose names from the root down are after `after` and before `end`."""
    after, end = (sa.bindparam(name, type_=sa.Text) for name in ("after", "end"))
    reversed_name = SHAPES["host"].table.c.reversed_name
    current = (reversed_name > after) & (reversed_name < end)
    past = (_history.c.alias > after) & (_history.c.alias < end)
    return compile_statement(_then("host", current, past), engine)


@lru_cache(maxsize=2)
def domains_with(engine: str) -> Statement:
    """The domains at `moment` that had the name server `host` as an attribute, the first of them."""
    ns = next(child.table for child in SHAPES["domain"].children if child.field == "ns")
    host = sa.bindparam("host", type_=sa.Text)
    owners = sa.select(ns.c.owner).where(ns.c.host == host, ns.c.model == literal("attribute"))
    attribute = tables.history_attribute
    versions = sa.select(attribute.c.version).where(attribute.c.host == host)
    both = _then("domain", SHAPES["domain"].table.c.object.in_(owners), _history.c.id.in_(versions)).subquery()
    bounded = sa.select(both).order_by(both.c.object).limit(number_of(MOST_HITS + 1)).offset(number_of(0))
    return compile_statement(bounded, engine)


@lru_cache(maxsize=2)
def watermarks(engine: str) -> Statement:
    """The number of every repository in the scope that had a deposit by `moment`, and its last watermark by
    then."""
    deposit = _deposit.alias()
    latest = (
        sa.select(sa.func.max(deposit.c.id))
        .where(deposit.c.repository == tables.repository.c.id, _place(deposit.c.watermark) <= _moment)
        .correlate(tables.repository)
        .scalar_subquery()
    )
    found = (
        sa.select(tables.repository.c.id, _deposit.c.watermark)
        .select_from(tables.repository)
        .join(_deposit, _deposit.c.id == latest)
        .where(of_scope(tables.repository.c.id))
    )
    return compile_statement(found, engine)


@lru_cache(maxsize=2)
def side_data(engine: str) -> Statement:
    """The side data of a repository under the keys `values`."""
    table = tables.side_data
    asked = sa.select(table.c.key, table.c.content).where(
        table.c.repository == sa.bindparam("repository", type_=sa.BigInteger),
        among(table.c.key, array_parameter("values", sa.Text, engine)),
    )
    return compile_statement(asked, engine)


@lru_cache(maxsize=16)
def present(kind: str, engine: str) -> Statement:
    """The current versions of a key, in every repository: its number, the content, from when, and the deposit."""
    table = SHAPES[kind].table
    asked = sa.select(table.c.repository, table.c.content, _opened(table), table.c.opened).where(
        table.c[SHAPES[kind].key] == sa.bindparam("key", type_=sa.Text)
    )
    return compile_statement(asked, engine)


@lru_cache(maxsize=2)
def superseded(engine: str) -> Statement:
    """The same of the past versions of a `key` of a `kind`, in their order, each with its end."""
    names = ("repository", "content", "valid_from", "opened", "valid_to", "closed")
    asked = sa.select(*[_history.c[name] for name in names]).where(
        _history.c.kind == _of_kind, _history.c.key == sa.bindparam("key", type_=sa.Text)
    )
    return compile_statement(asked.order_by(_history.c.repository, _history.c.opened), engine)


@lru_cache(maxsize=2)
def deposits(engine: str) -> Statement:
    """Number, type, id, resend and watermark of the deposits with the numbers `values`."""
    names = ("id", "type", "deposit_id", "resend", "watermark")
    numbers = array_parameter("values", sa.BigInteger, engine)
    asked = sa.select(*[_deposit.c[name] for name in names]).where(among(_deposit.c.id, numbers))
    return compile_statement(asked, engine)


@lru_cache(maxsize=2)
def expired(engine: str) -> Statement:
    """Repository, kind and spans of what was erased with time."""
    table = tables.erasure
    return compile_statement(
        sa.select(table.c.repository, table.c.kind, table.c.spans).where(table.c.digest.is_(None)), engine
    )
