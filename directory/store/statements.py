"""The statements of a lookup: one for each, and the whole object graph comes back as JSON text.

Every statement has one row, and in it the watermark of the data that was looked at, on misses too.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.query import Kind
from directory.store import graphs
from directory.store.expression import (
    Statement,
    Text,
    compile_statement,
    joined,
    json_array,
    literal,
    number_of,
    quoted,
    value,
)
from directory.store.tables import SHAPES, repository

MOST_HITS = 1_000
"""How many hosts on one address are given; that there are more is said, and searches are another matter."""


RESERVED = "{"
"""What stands around the text of a name that is no registration, to tell it from a domain's."""


def _hits(item: Text, table: sa.FromClause, *where: ColumnElement[bool]) -> Text:
    """`[[repository, graph], …]`."""
    found = sa.select(joined(json_array(quoted(graphs.of_repository(table, "name")), item), table.c.object)).where(
        *where
    )
    return json_array(value(found, table))


_scope = sa.bindparam("repository", type_=sa.BigInteger)
_key = sa.bindparam("key", type_=sa.Text)
_number = sa.bindparam("number", type_=sa.BigInteger)
_folded = sa.bindparam("folded", type_=sa.Text)
_below = sa.bindparam("below", type_=sa.Text)


def of_scope(column: Text) -> ColumnElement[bool]:
    """In the repository asked for; number 0 stands for every one."""
    return sa.or_(_scope == number_of(0), column == _scope)


def _oldest() -> Text:
    oldest = sa.select(sa.func.min(repository.c.watermark)).where(of_scope(repository.c.id))
    return value(oldest, repository)


def _domain(*, subordinates: bool) -> sa.Select[Any]:
    domain, nndn = SHAPES["domain"].table, SHAPES["nndn"].table
    whole = graphs.domain_graph(domain, repository.c.contact_extensions, _below if subordinates else None)
    graph = sa.select(whole).where(domain.c.name == _key, domain.c.repository == _scope)
    # An NNDN is looked for only where there is no domain, and marked by its brace.
    reserved = sa.select(literal(RESERVED).op("||")(nndn.c.content).op("||")(literal("}"))).where(
        nndn.c.name == _key, nndn.c.repository == _scope
    )
    found = sa.func.coalesce(value(graph, domain), value(reserved, nndn))
    return sa.select(repository.c.watermark, repository.c.name, repository.c.serial, found).where(
        repository.c.id == _scope
    )


def sponsor(engine: str) -> Statement:
    """The statement that finds a registrar by its registry's id, with the serial that it holds at."""
    registrar = SHAPES["registrar"].table.alias()
    found = sa.select(graphs.with_side_data(registrar)).where(
        registrar.c.id == _key, registrar.c.repository == repository.c.id
    )
    select = sa.select(repository.c.serial, value(found, registrar)).where(repository.c.id == _scope)
    return compile_statement(select, engine)


def _nameserver() -> sa.Select[Any]:
    host = SHAPES["host"].table
    here = (host.c.name == _key, of_scope(host.c.repository))
    return sa.select(
        _oldest(), _hits(graphs.linked_graph("host", host), host, *here), _attribute_hosts(by_address=False)
    )


def _address() -> sa.Select[Any]:
    host = SHAPES["host"].table
    addresses = next(child.table for child in SHAPES["host"].children if child.field == "addresses")
    owners = _bounded(sa.select(addresses.c.owner).where(addresses.c.addr == _key), addresses.c.owner)
    here = (host.c.object.in_(owners), of_scope(host.c.repository))
    return sa.select(
        _oldest(), _hits(graphs.linked_graph("host", host), host, *here), _attribute_hosts(by_address=True)
    )


def _attribute_hosts(*, by_address: bool) -> Text:
    """Name servers kept as attributes of domains: `[[repository, host, version, addr], …]`."""
    children = {child.field: child.table for child in SHAPES["domain"].children}
    domain, addresses = SHAPES["domain"].table.alias(), children["ns_addresses"].alias()
    named, addressed = children["ns"].alias(), children["ns_addresses"].alias()
    found = (
        sa.select(addressed.c.owner, addressed.c.host).where(addressed.c.addr == _key)
        if by_address
        else sa.select(named.c.owner, named.c.host).where(
            named.c.host == _key, named.c.model == literal("attribute")
        )
    )
    # A provider's host is an attribute of any number of domains; so many of them tell what it is.
    ns = _bounded(found, found.selected_columns.owner).subquery()
    item = json_array(
        quoted(graphs.of_repository(domain, "name")),
        quoted(ns.c.host),
        quoted(addresses.c.version),
        quoted(addresses.c.addr),
    )
    among_domains = ns.join(domain, domain.c.object == ns.c.owner).outerjoin(
        addresses, sa.and_(addresses.c.owner == ns.c.owner, addresses.c.host == ns.c.host)
    )
    hosts = sa.select(joined(item, ns.c.owner)).select_from(among_domains).where(of_scope(domain.c.repository))
    return json_array(value(hosts, among_domains, ns, domain, addresses))


def _bounded(select: sa.Select[Any], order: Text) -> sa.Select[Any]:
    """One row more than is given, to know whether there are more."""
    return select.order_by(order).limit(number_of(MOST_HITS + 1)).offset(number_of(0))


def _registrar_hits() -> Text:
    registrar = SHAPES["registrar"].table
    known = sa.or_(registrar.c.gurid == _number, registrar.c.folded_name == _folded)
    return _hits(graphs.registrar_graph(registrar), registrar, known)


def _registrar() -> sa.Select[Any]:
    return sa.select(_oldest(), _registrar_hits())


def _entity() -> sa.Select[Any]:
    contact = SHAPES["contact"].table
    contacts = _hits(graphs.linked_graph("contact", contact), contact, contact.c.roid == _key)
    return sa.select(_oldest(), _registrar_hits(), contacts)


def lookups(engine: str, *, subordinates: bool = False) -> dict[Kind, Statement]:
    """The compiled statement of every kind of lookup; that of a domain looks for the hosts below it, or not."""
    statements = {
        Kind.DOMAIN: _domain(subordinates=subordinates),
        Kind.NAMESERVER: _nameserver(),
        Kind.ADDRESS: _address(),
        Kind.REGISTRAR: _registrar(),
        Kind.ENTITY: _entity(),
    }
    return {kind: compile_statement(statement, engine) for kind, statement in statements.items()}
