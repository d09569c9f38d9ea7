"""The statements of a lookup: the database assembles the whole object graph as one JSON array.

Core builds them once; the engines execute the compiled text. Every statement has one row: the watermark of the
data that was looked at, and the hits, `[[repository, graph], …]`. The graph's JSON arrays have their items in the
order of the struct's fields, so the text is decoded straight into the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from directory.query import Kind
from directory.store.tables import JSON_COLUMNS, SHAPES, Child, repository, side_data

MOST_HITS = 1_000
"""How many hosts on one address are given; that there are more is said, and searches are another matter."""


class _Json(FunctionElement[Any]):
    """An expression of JSON, spelled by each engine in its way."""

    inherit_cache = True
    type = sa.Text()


class json_row(_Json):
    """An array of these items."""

    name = "json_row"


class json_rows(_Json):
    """An array of the first argument over the rows of its query, in the order of the second."""

    name = "json_rows"


class json_text(_Json):
    """A column's text, which is JSON already."""

    name = "json_text"


class among(FunctionElement[bool]):
    """Whether a column's value is in a list that is one parameter; the engine's `array` makes it."""

    inherit_cache = True
    type = sa.Boolean()
    name = "among"


def _arguments(element: _Json, compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(json_row, "sqlite")
def _(element: json_row, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({', '.join(_arguments(element, compiler, **options))})"


@compiles(json_row, "postgresql")
def _(element: json_row, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_array({', '.join(_arguments(element, compiler, **options))})"


@compiles(json_rows, "sqlite")
def _(element: json_rows, compiler: SQLCompiler, **options: Any) -> str:
    # No ORDER BY inside an aggregate before SQLite 3.44: the tables are clustered in this order.
    return f"json_group_array({_arguments(element, compiler, **options)[0]})"


@compiles(json_rows, "postgresql")
def _(element: json_rows, compiler: SQLCompiler, **options: Any) -> str:
    item, order = _arguments(element, compiler, **options)
    return f"coalesce(json_agg({item} ORDER BY {order}), '[]'::json)"


@compiles(json_text, "sqlite")
def _(element: json_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"json({_arguments(element, compiler, **options)[0]})"


@compiles(json_text, "postgresql")
def _(element: json_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_arguments(element, compiler, **options)[0]})::json"


@compiles(among, "sqlite")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = [compiler.process(clause, **options) for clause in element.clauses]
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(among, "postgresql")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = [compiler.process(clause, **options) for clause in element.clauses]
    return f"{column} = ANY({values})"


def _value(select: sa.Select[Any], *own: sa.FromClause) -> ColumnElement[Any]:
    """The select as a value, with every table but its own taken from the statement around it."""
    return select.correlate_except(*own).scalar_subquery()


def _literal(text: str) -> ColumnElement[Any]:
    return sa.literal_column(f"'{text}'")


def _children(child: Child, owner: ColumnElement[Any]) -> ColumnElement[Any]:
    table = child.table.alias()
    columns = [table.c[column.name] for column in child.columns]
    values = sa.select(json_rows(json_row(*columns), table.c.position)).where(table.c.owner == owner)
    return _value(values, table)


def content(kind: str, table: sa.FromClause) -> ColumnElement[Any]:
    """An object of this kind as a JSON array, with its repeated values."""
    shape = SHAPES[kind]
    scalars = [json_text(table.c[name]) if name in JSON_COLUMNS else table.c[name] for name in shape.scalars]
    return json_row(*scalars, *[_children(child, table.c.object) for child in shape.children])


def _sponsor(of: sa.FromClause) -> ColumnElement[Any]:
    registrar = SHAPES["registrar"].table.alias()
    found = sa.select(_with_side_data(registrar)).where(
        registrar.c.id == of.c.cl_id, registrar.c.repository == of.c.repository
    )
    return _value(found, registrar)


def _with_side_data(registrar: sa.FromClause) -> ColumnElement[Any]:
    def entry(prefix: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
        side = side_data.alias()
        found = sa.select(json_text(side.c.content)).where(
            side.c.repository == registrar.c.repository,
            side.c.key == _literal(f"{prefix}:").op("||")(sa.cast(value, sa.Text)),
        )
        return _value(found, side)

    side = sa.func.coalesce(entry("id", registrar.c.id), entry("iana", registrar.c.gurid))
    return json_row(content("registrar", registrar), side)


def _extensions(kind: str, of: sa.FromClause, key: str) -> ColumnElement[Any]:
    extension = SHAPES["extension"].table.alias()
    found = sa.select(json_rows(content("extension", extension), extension.c.object)).where(
        extension.c.owner_key == of.c[key],
        extension.c.owner == _literal(kind),
        extension.c.repository == of.c.repository,
    )
    return _value(found, extension)


def _domain_graph(domain: sa.FromClause) -> ColumnElement[Any]:
    children = {child.field: child.table for child in SHAPES["domain"].children}
    contact, host = SHAPES["contact"].table.alias(), SHAPES["host"].table.alias()
    link, ns = children["contacts"].alias(), children["ns"].alias()
    linked = sa.select(content("contact", contact)).where(
        contact.c.handle == link.c.contact, contact.c.repository == domain.c.repository
    )
    contacts = sa.select(json_rows(_value(linked, contact), link.c.position)).where(
        link.c.owner == domain.c.object
    )
    delegated = sa.select(content("host", host)).where(
        host.c.object == _first_host(domain, ns), ns.c.model == _literal("object")
    )
    hosts = sa.select(json_rows(_value(delegated, host), ns.c.position)).where(ns.c.owner == domain.c.object)
    return json_row(
        content("domain", domain),
        _sponsor(domain),
        _value(contacts, link),
        _value(hosts, ns),
        _extensions("domain", domain, "name"),
    )


def _first_host(domain: sa.FromClause, ns: sa.FromClause) -> ColumnElement[Any]:
    # Two hosts may have one name (RFC 9022 §5.2.1.2); the first that came stands for it in a delegation.
    host = SHAPES["host"].table.alias()
    first = sa.select(sa.func.min(host.c.object)).where(
        host.c.name == ns.c.host, host.c.repository == domain.c.repository
    )
    return _value(first, host)


def _linked_graph(kind: str, key: str, table: sa.FromClause) -> ColumnElement[Any]:
    return json_row(content(kind, table), _sponsor(table), _extensions(kind, table, key))


def _repository_name(of: sa.FromClause) -> ColumnElement[Any]:
    return _value(sa.select(repository.c.name).where(repository.c.id == of.c.repository), repository)


def _hits(item: ColumnElement[Any], table: sa.FromClause, *where: ColumnElement[bool]) -> ColumnElement[Any]:
    found = sa.select(json_rows(json_row(_repository_name(table), item), table.c.object)).where(*where)
    return _value(found, table)


_scope = sa.bindparam("repository", type_=sa.BigInteger)
_key = sa.bindparam("key", type_=sa.Text)
_number = sa.bindparam("number", type_=sa.BigInteger)
_folded = sa.bindparam("folded", type_=sa.Text)


def _of_scope(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """In the repository asked for; number 0 stands for every one."""
    return sa.or_(_scope == sa.literal_column("0"), column == _scope)


def _oldest() -> ColumnElement[Any]:
    oldest = sa.select(sa.func.min(repository.c.watermark)).where(_of_scope(repository.c.id))
    return _value(oldest, repository)


def _domain() -> sa.Select[Any]:
    domain, nndn = SHAPES["domain"].table, SHAPES["nndn"].table
    graph = sa.select(_domain_graph(domain)).where(domain.c.name == _key, domain.c.repository == _scope)
    reserved = sa.select(content("nndn", nndn)).where(nndn.c.name == _key, nndn.c.repository == _scope)
    return sa.select(
        repository.c.watermark, repository.c.name, _value(graph, domain), _value(reserved, nndn)
    ).where(repository.c.id == _scope)


def _nameserver() -> sa.Select[Any]:
    host = SHAPES["host"].table
    here = (host.c.name == _key, _of_scope(host.c.repository))
    return sa.select(
        _oldest(), _hits(_linked_graph("host", "name", host), host, *here), _attribute_hosts(by_address=False)
    )


def _address() -> sa.Select[Any]:
    host = SHAPES["host"].table
    addresses = next(child.table for child in SHAPES["host"].children if child.field == "addresses")
    owners = _bounded(sa.select(addresses.c.owner).where(addresses.c.addr == _key), addresses.c.owner)
    here = (host.c.object.in_(owners), _of_scope(host.c.repository))
    return sa.select(
        _oldest(), _hits(_linked_graph("host", "name", host), host, *here), _attribute_hosts(by_address=True)
    )


def _attribute_hosts(*, by_address: bool) -> ColumnElement[Any]:
    """Name servers kept as attributes of domains: `[[repository, host, version, addr], …]`."""
    children = {child.field: child.table for child in SHAPES["domain"].children}
    domain, addresses = SHAPES["domain"].table.alias(), children["ns_addresses"].alias()
    named, addressed = children["ns"].alias(), children["ns_addresses"].alias()
    found = (
        sa.select(addressed.c.owner, addressed.c.host).where(addressed.c.addr == _key)
        if by_address
        else sa.select(named.c.owner, named.c.host).where(
            named.c.host == _key, named.c.model == _literal("attribute")
        )
    )
    # A provider's host is an attribute of any number of domains; so many of them tell what it is.
    ns = _bounded(found, found.selected_columns.owner).subquery()
    item = json_row(_repository_name(domain), ns.c.host, addresses.c.version, addresses.c.addr)
    joined = ns.join(domain, domain.c.object == ns.c.owner).outerjoin(
        addresses, sa.and_(addresses.c.owner == ns.c.owner, addresses.c.host == ns.c.host)
    )
    hosts = sa.select(json_rows(item, ns.c.owner)).select_from(joined).where(_of_scope(domain.c.repository))
    return _value(hosts, joined, ns, domain, addresses)


def _bounded(select: sa.Select[Any], order: ColumnElement[Any]) -> sa.Select[Any]:
    """One row more than is given, to know whether there are more."""
    most: ColumnElement[int] = sa.literal_column(str(MOST_HITS + 1))
    return select.order_by(order).limit(most).offset(sa.literal_column("0"))


def _registrar_hits() -> ColumnElement[Any]:
    registrar = SHAPES["registrar"].table
    graph = json_row(_with_side_data(registrar), _extensions("registrar", registrar, "id"))
    return _hits(graph, registrar, sa.or_(registrar.c.gurid == _number, registrar.c.folded_name == _folded))


def _registrar() -> sa.Select[Any]:
    return sa.select(_oldest(), _registrar_hits())


def _entity() -> sa.Select[Any]:
    contact = SHAPES["contact"].table
    graph = _linked_graph("contact", "handle", contact)
    return sa.select(_oldest(), _registrar_hits(), _hits(graph, contact, contact.c.roid == _key))


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled statement: its text, and the names of its parameters in the order of their places."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the places."""
        return tuple(values[name] for name in self.names)


_DIALECTS = {
    "sqlite": lambda: sqlite.dialect(paramstyle="qmark"),
    "postgresql": lambda: postgresql.asyncpg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
}


def compile_statement(statement: sa.ClauseElement, engine: str) -> Statement:
    """A statement as the driver of `engine` (`sqlite` or `postgresql`) takes it."""
    compiled = statement.compile(dialect=_DIALECTS[engine]())  # type: ignore[no-untyped-call]
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    return Statement(str(compiled), tuple(names))


def lookups(engine: str) -> dict[Kind, Statement]:
    """The compiled statement of every kind of lookup."""
    statements = {
        Kind.DOMAIN: _domain(),
        Kind.NAMESERVER: _nameserver(),
        Kind.ADDRESS: _address(),
        Kind.REGISTRAR: _registrar(),
        Kind.ENTITY: _entity(),
    }
    return {kind: compile_statement(statement, engine) for kind, statement in statements.items()}
