"""The statements of a scan: every object of a kind, page by page, each with the graphs of its objects."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Literal

import sqlalchemy as sa

from directory.store import graphs
from directory.store.expression import (
    Statement,
    Text,
    among,
    array_parameter,
    compile_statement,
    number_of,
    reversed_labels,
)
from directory.store.statements import of_scope
from directory.store.tables import SHAPES

ObjectKind = Literal["domain", "host", "registrar", "contact"]
"""The kinds of objects that can be scanned; each is also the name of its table."""

PAGE = 256
"""How many objects one statement reads: enough that the statement itself costs nothing, few enough for memory."""


class Pages:
    """The compiled statements for one kind. A row of a page has the number of an object, its graph (a domain's
    without its sponsor, as in a lookup), and the number, name and serial of its repository."""

    def __init__(self, kind: ObjectKind, engine: str, *, subordinates: bool) -> None:
        table = SHAPES[kind].table
        here, graph = of_scope(table.c.repository), _graph(kind, table, subordinates=subordinates)
        # What is of another repository stands there without its graph, so that a page is a bounded piece of work.
        page = sa.select(
            table.c.object,
            sa.case((here, graph)),
            table.c.repository,
            *[graphs.of_repository(table, column) for column in ("name", "serial")],
        )
        following = (
            page.where(table.c.object > sa.bindparam("after", type_=sa.BigInteger))
            .order_by(table.c.object)
            .limit(number_of(PAGE))
            .offset(number_of(0))
        )
        numbers = array_parameter("values", sa.BigInteger, engine)
        ends = [sa.select(end(table.c.object)).scalar_subquery() for end in (sa.func.min, sa.func.max)]
        self.following: Statement = compile_statement(following, engine)
        """The page after the object number `after`."""
        self.chosen: Statement = compile_statement(page.where(among(table.c.object, numbers)), engine)
        """The objects that have one of the numbers `values`."""
        self.ends: Statement = compile_statement(sa.select(*ends), engine)
        """The first and the last object number; null without objects."""


def total(kind: ObjectKind, engine: str) -> Statement:
    """The statement that counts the objects of a kind."""
    table = SHAPES[kind].table
    count = sa.select(sa.func.count()).select_from(table).where(of_scope(table.c.repository))
    return compile_statement(count, engine)


def _graph(kind: ObjectKind, table: sa.Table, *, subordinates: bool) -> Text:
    if kind == "domain":
        below = reversed_labels(table.c.name) if subordinates else None
        return graphs.domain_graph(table, graphs.of_repository(table, "contact_extensions"), below)
    return graphs.registrar_graph(table) if kind == "registrar" else graphs.linked_graph(kind, table)


def drawn(low: int, high: int, seed: int) -> Iterator[int]:
    """Every number from `low` to `high` once, in an order that only the seed decides; all orders are as likely."""
    draw, seen = random.Random(seed), set[int]()
    while len(seen) <= high - low:
        number = draw.randint(low, high)
        if number not in seen:
            seen.add(number)
            yield number
