"""The statements of a lookup: one for each, and the whole object graph comes back as JSON text.

Core builds them once; the engines execute the compiled text. Every object brings its content as it was written,
and a statement only puts these texts side by side, in the order of the graph's fields, so that they are decoded
straight into the model. Every statement has one row, and in it the watermark of the data that was looked at, on
misses too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from directory.query import Kind
from directory.store.tables import SHAPES, repository, side_data

MOST_HITS = 1_000
"""How many hosts on one address are given; that there are more is said, and searches are another matter."""


RESERVED = "{"
"""What stands around the text of a name that is no registration, to tell it from a domain's."""


class _Text(FunctionElement[str]):
    """An expression of JSON text, spelled by each engine in its way."""

    inherit_cache = True
    type = sa.Text()


class quoted(_Text):
    """A text or null as JSON."""

    name = "quoted"


class joined(_Text):
    """The first argument over the rows of its query with commas between them, in the order of the second."""

    name = "joined"


class among(FunctionElement[bool]):
    """Whether a column's value is in a list that is one parameter; the engine's `array` makes it."""

    inherit_cache = True
    type = sa.Boolean()
    name = "among"


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(quoted, "sqlite")
def _(element: quoted, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_quote({_arguments(element, compiler, **options)[0]})"


@compiles(quoted, "postgresql")
def _(element: quoted, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(to_json({_arguments(element, compiler, **options)[0]})::text, 'null')"


@compiles(joined, "sqlite")
def _(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    # No ORDER BY inside an aggregate before SQLite 3.44: the tables are clustered in this order.
    return f"coalesce(group_concat({_arguments(element, compiler, **options)[0]}, ','), '')"


@compiles(joined, "postgresql")
def _(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    item, order = _arguments(element, compiler, **options)
    return f"coalesce(string_agg({item}, ',' ORDER BY {order}), '')"


@compiles(among, "sqlite")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = _arguments(element, compiler, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(among, "postgresql")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = _arguments(element, compiler, **options)
    return f"{column} = ANY({values})"


Text = ColumnElement[Any]


def _value(select: sa.Select[Any], *own: sa.FromClause) -> Text:
    """The select as a value, with every table but its own taken from the statement around it."""
    return select.correlate_except(*own).scalar_subquery()


def _literal(text: str) -> Text:
    return sa.literal_column(f"'{text}'")


def _or_null(value: Text) -> Text:
    return sa.func.coalesce(value, _literal("null"))


def _array(*items: Text) -> Text:
    """The texts as the items of an array."""
    text = _literal("[")
    for place, item in enumerate(items):
        text = (text.op("||")(_literal(",")) if place else text).op("||")(item)
    return text.op("||")(_literal("]"))


def _sponsor(of: sa.FromClause) -> Text:
    registrar = SHAPES["registrar"].table.alias()
    found = sa.select(_with_side_data(registrar)).where(
        registrar.c.id == of.c.cl_id, registrar.c.repository == of.c.repository
    )
    return _or_null(_value(found, registrar))


def _with_side_data(registrar: sa.FromClause) -> Text:
    def entry(prefix: str, value: Text) -> Text:
        side = side_data.alias()
        found = sa.select(side.c.content).where(
            side.c.repository == registrar.c.repository,
            side.c.key == _literal(f"{prefix}:").op("||")(sa.cast(value, sa.Text)),
        )
        return _value(found, side)

    side = sa.func.coalesce(entry("id", registrar.c.id), entry("iana", registrar.c.gurid), _literal("null"))
    return _array(registrar.c.content, side)


def _extensions(kind: str, of: sa.FromClause, key: str) -> Text:
    extension = SHAPES["extension"].table.alias()
    found = sa.select(joined(extension.c.content, extension.c.object)).where(
        extension.c.owner_key == of.c[key],
        extension.c.owner == _literal(kind),
        extension.c.repository == of.c.repository,
    )
    return _array(_value(found, extension))


def _domain_graph(domain: sa.FromClause) -> Text:
    """A domain without its sponsor, which the reader keeps: registrars are few and domains are many."""
    children = {child.field: child.table for child in SHAPES["domain"].children}
    contact, host = SHAPES["contact"].table.alias(), SHAPES["host"].table.alias()
    link, ns = children["contacts"].alias(), children["ns"].alias()
    linked = sa.select(contact.c.content).where(
        contact.c.handle == link.c.contact, contact.c.repository == domain.c.repository
    )
    contacts = sa.select(joined(_or_null(_value(linked, contact)), link.c.position)).where(
        link.c.owner == domain.c.object
    )
    # Two hosts may have one name (RFC 9022 §5.2.1.2); the first that came stands for it in a delegation.
    delegated = (
        sa.select(host.c.content)
        .where(
            host.c.name == ns.c.host,
            host.c.repository == domain.c.repository,
            ns.c.model == _literal("object"),
        )
        .order_by(host.c.object)
        .limit(_number_of(1))
        .offset(_number_of(0))
    )
    hosts = sa.select(joined(_or_null(_value(delegated, host)), ns.c.position)).where(
        ns.c.owner == domain.c.object
    )
    return _array(
        domain.c.content,
        _array(_value(contacts, link)),
        _array(_value(hosts, ns)),
        _extensions("domain", domain, "name"),
    )


def _linked_graph(kind: str, key: str, table: sa.FromClause) -> Text:
    return _array(table.c.content, _sponsor(table), _extensions(kind, table, key))


def _repository_name(of: sa.FromClause) -> Text:
    return quoted(_value(sa.select(repository.c.name).where(repository.c.id == of.c.repository), repository))


def _hits(item: Text, table: sa.FromClause, *where: ColumnElement[bool]) -> Text:
    """`[[repository, graph], …]`."""
    found = sa.select(joined(_array(_repository_name(table), item), table.c.object)).where(*where)
    return _array(_value(found, table))


_scope = sa.bindparam("repository", type_=sa.BigInteger)
_key = sa.bindparam("key", type_=sa.Text)
_number = sa.bindparam("number", type_=sa.BigInteger)
_folded = sa.bindparam("folded", type_=sa.Text)


def _of_scope(column: Text) -> ColumnElement[bool]:
    """In the repository asked for; number 0 stands for every one."""
    return sa.or_(_scope == sa.literal_column("0"), column == _scope)


def _oldest() -> Text:
    oldest = sa.select(sa.func.min(repository.c.watermark)).where(_of_scope(repository.c.id))
    return _value(oldest, repository)


def _domain() -> sa.Select[Any]:
    domain, nndn = SHAPES["domain"].table, SHAPES["nndn"].table
    graph = sa.select(_domain_graph(domain)).where(domain.c.name == _key, domain.c.repository == _scope)
    # An NNDN is looked for only where there is no domain, and marked by its brace.
    reserved = sa.select(_literal(RESERVED).op("||")(nndn.c.content).op("||")(_literal("}"))).where(
        nndn.c.name == _key, nndn.c.repository == _scope
    )
    found = sa.func.coalesce(_value(graph, domain), _value(reserved, nndn))
    return sa.select(repository.c.watermark, repository.c.name, repository.c.serial, found).where(
        repository.c.id == _scope
    )


def sponsor(engine: str) -> Statement:
    """The statement that finds a registrar by its registry's id, with the serial that it holds at."""
    registrar = SHAPES["registrar"].table.alias()
    found = sa.select(_with_side_data(registrar)).where(
        registrar.c.id == _key, registrar.c.repository == repository.c.id
    )
    select = sa.select(repository.c.serial, _value(found, registrar)).where(repository.c.id == _scope)
    return compile_statement(select, engine)


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


def _attribute_hosts(*, by_address: bool) -> Text:
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
    item = _array(
        _repository_name(domain), quoted(ns.c.host), quoted(addresses.c.version), quoted(addresses.c.addr)
    )
    among_domains = ns.join(domain, domain.c.object == ns.c.owner).outerjoin(
        addresses, sa.and_(addresses.c.owner == ns.c.owner, addresses.c.host == ns.c.host)
    )
    hosts = sa.select(joined(item, ns.c.owner)).select_from(among_domains).where(_of_scope(domain.c.repository))
    return _array(_value(hosts, among_domains, ns, domain, addresses))


def _bounded(select: sa.Select[Any], order: Text) -> sa.Select[Any]:
    """One row more than is given, to know whether there are more."""
    return select.order_by(order).limit(_number_of(MOST_HITS + 1)).offset(_number_of(0))


def _number_of(number: int) -> ColumnElement[int]:
    return sa.literal_column(str(number))


def _registrar_hits() -> Text:
    registrar = SHAPES["registrar"].table
    graph = _array(_with_side_data(registrar), _extensions("registrar", registrar, "id"))
    return _hits(graph, registrar, sa.or_(registrar.c.gurid == _number, registrar.c.folded_name == _folded))


def _registrar() -> sa.Select[Any]:
    return sa.select(_oldest(), _registrar_hits())


def _entity() -> sa.Select[Any]:
    contact = SHAPES["contact"].table
    graph = _linked_graph("contact", "handle", contact)
    return sa.select(_oldest(), _registrar_hits(), _hits(graph, contact, contact.c.roid == _key))


class Statement:
    """A compiled statement: its text, and the names of its parameters in the order of their places."""

    __slots__ = ("_pick", "names", "text")

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = tuple(names)
        self._pick = itemgetter(*names) if len(self.names) > 1 else None

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values, by name, in the order of the places."""
        picked: tuple[Any, ...] = self._pick(values) if self._pick else tuple(values[name] for name in self.names)
        return picked


_DIALECTS = {
    "sqlite": lambda: sqlite.dialect(paramstyle="qmark"),
    "postgresql": lambda: postgresql.asyncpg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
}


def compile_statement(statement: sa.ClauseElement, engine: str) -> Statement:
    """A statement as the driver of `engine` (`sqlite` or `postgresql`) takes it."""
    compiled = statement.compile(dialect=_DIALECTS[engine]())  # type: ignore[no-untyped-call]
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    return Statement(str(compiled), names)


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
