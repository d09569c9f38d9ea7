"""The tables: one per object of RFC 9022 under its names, one per repeated value, made from the model.

A struct's scalar fields are the columns of its table, in order, and its repeated fields are child tables, whose
rows belong to an `owner` and have a `position`. Beside them stands the object's `content`, the JSON array of the
struct: a lookup reads it as it is, where assembling it from the tables took twice as long, and what a deposit
supersedes goes to the history as it was. The columns are for looking things up by, and for SQL.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from functools import cached_property

import msgspec
import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from directory.model.base import Value
from directory.model.kinds import STRUCTS

SCHEMA_VERSION = 4
"""Raised with every change of a table; a store of another version is refused."""

metadata = sa.MetaData()

# Names and keys compare by code point on both engines, whatever the database's locale.
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True)
class Child:
    """A repeated value of an object: the field, its struct, its table."""

    field: str
    struct: type[Value]
    table: sa.Table

    @cached_property
    def columns(self) -> list[sa.Column[typing.Any]]:
        """The value's columns, in the order of the struct's fields."""
        return [self.table.c[name] for name in self.struct.__struct_fields__]


@dataclass(frozen=True)
class Shape:
    """How a kind of object is laid out: `key` is the column that names it within its repository."""

    kind: str
    struct: type[Value]
    key: str
    table: sa.Table
    children: tuple[Child, ...]

    @cached_property
    def scalars(self) -> tuple[str, ...]:
        """The names of the fields that are columns of the object's own table."""
        return self.struct.__struct_fields__[: len(self.struct.__struct_fields__) - len(self.children)]


def _column(field: msgspec.structs.FieldInfo) -> sa.Column[typing.Any]:
    is_union = typing.get_origin(field.type) in (typing.Union, types.UnionType)
    arguments = typing.get_args(field.type) if is_union else (field.type,)
    optional = type(None) in arguments
    base = next(argument for argument in arguments if argument is not type(None))
    is_integer = base is int
    return sa.Column(field.encode_name, Id if is_integer else Text, nullable=optional)


def _child_struct(field: msgspec.structs.FieldInfo) -> type[Value] | None:
    arguments = typing.get_args(field.type)
    is_tuple = typing.get_origin(field.type) is tuple
    return arguments[0] if is_tuple and issubclass(arguments[0], Value) else None


def _shape(kind: str, key: str, *indices: tuple[str, ...]) -> Shape:
    struct = STRUCTS[kind]
    fields = msgspec.structs.fields(struct)
    repeated = {field.name: child for field in fields if (child := _child_struct(field))}
    table = sa.Table(
        kind,
        metadata,
        sa.Column("object", Id, primary_key=True, autoincrement=False),
        sa.Column("repository", Id, nullable=False),
        sa.Column("opened", Id, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        # What the octets that it came as are known by, and how many extensions stood inside of it, if any did; the
        # mark of an extension that did is its owner's. Null where it came otherwise, or something was said of it.
        sa.Column("mark", sa.LargeBinary),
        sa.Column("inside", sa.Integer),
        sa.Column("content", Text, nullable=False),
        *[_column(field) for field in fields if field.name not in repeated],
    )
    sa.Index(f"{kind}_key", table.c[key], table.c.repository, unique=True)
    # What a deposit put, and what was put since one.
    sa.Index(f"{kind}_opened", table.c.opened, table.c.repository)
    for columns in indices:
        sa.Index(f"{kind}_{columns[0]}", *[table.c[column] for column in columns])
    children = tuple(_child(kind, name, child) for name, child in repeated.items())
    return Shape(kind, struct, key, table, children)


def _child(kind: str, field: str, struct: type[Value]) -> Child:
    table = sa.Table(
        f"{kind}_{field}",
        metadata,
        sa.Column("owner", Id, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        *[_column(column) for column in msgspec.structs.fields(struct)],
        # Clustered by owner and position, so a scan for one owner yields the values in order.
        sqlite_with_rowid=False,
    )
    return Child(field, struct, table)


SHAPES: dict[str, Shape] = {
    shape.kind: shape
    for shape in (
        _shape("registrar", "id", ("gurid",), ("folded_name",)),
        _shape("contact", "handle", ("roid",), ("cl_id", "repository")),
        _shape("host", "roid", ("name", "repository"), ("reversed_name",), ("cl_id", "repository")),
        _shape("domain", "name", ("roid",), ("cl_id", "repository")),
        _shape("nndn", "name"),
        _shape("idn_table", "id"),
        _shape("epp_params", "key"),
        _shape("policy", "key"),
        _shape("extension", "key", ("owner_key", "owner", "repository")),
    )
}
"""Every kind of object, in the order in which deposits like to bring them."""

_extension = SHAPES["extension"].table
ALIASES: dict[str, ColumnElement[typing.Any]] = {
    "contact": SHAPES["contact"].table.c.roid,
    "host": SHAPES["host"].table.c.reversed_name,
    "extension": _extension.c.owner.op("||")(sa.literal_column("' '")).op("||")(_extension.c.owner_key),
}
"""What versions are found by in the history besides their key, by the kind: `contact C-1` for an extension."""

_domain = {child.field: child.table for child in SHAPES["domain"].children}
sa.Index("domain_contacts_contact", _domain["contacts"].c.contact)
# With the model: a host object may serve a hundred thousand domains where attributes are looked for.
sa.Index("domain_ns_host", _domain["ns"].c.host, _domain["ns"].c.model)
sa.Index("domain_ns_addresses_addr", _domain["ns_addresses"].c.addr)
_host = {child.field: child.table for child in SHAPES["host"].children}
sa.Index("host_addresses_addr", _host["addresses"].c.addr)

for _kind in ("domain", "host", "contact"):
    _table = SHAPES[_kind].table
    for _field in ("cr_rr", "up_rr"):
        # Most objects were created and updated by their sponsor, whose index finds those.
        _is_other = _table.c[_field] != _table.c.cl_id
        sa.Index(
            f"{_kind}_{_field}",
            _table.c[_field],
            _table.c.repository,
            sqlite_where=_is_other,
            postgresql_where=_is_other,
        )
    for _transfer in (child.table for child in SHAPES[_kind].children if child.field == "transfer"):
        for _field in ("re_rr", "ac_rr"):
            sa.Index(f"{_transfer.name}_{_field}", _transfer.c[_field])

schema_version = sa.Table(
    "schema_version",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)

repository = sa.Table(
    "repository",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("type", Text, nullable=False),  # tld, registrar, ppsp or reseller (RFC 9022 §5.9.1)
    sa.Column("name", Text, nullable=False),
    sa.Column("watermark", Text, nullable=False),
    sa.Column("deposit", Id, nullable=False),  # the last one applied
    # Raised with every change: what was read at a serial holds while it does.
    sa.Column("serial", Id, nullable=False),
    # 1 if any contact has extensions, else 0: then a lookup of a domain need not look for them.
    sa.Column("contact_extensions", sa.Integer, nullable=False),
    sa.UniqueConstraint("type", "name"),
)

zone = sa.Table(
    "zone",
    metadata,
    sa.Column("name", Text, primary_key=True),
    sa.Column("repository", Id, primary_key=True, autoincrement=False),
)

deposit = sa.Table(
    "deposit",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("repository", Id, nullable=False, index=True),
    sa.Column("type", Text, nullable=False),
    sa.Column("deposit_id", Text, nullable=False),
    sa.Column("prev_id", Text),
    sa.Column("resend", sa.Integer, nullable=False),
    sa.Column("watermark", Text, nullable=False),
    sa.Column("applied", Text, nullable=False),  # when, by our clock
    sa.Column("base", Id),  # the FULL that it builds on, itself for a FULL; null where none was applied
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("repository", Id, primary_key=True, autoincrement=False),
    # A kind of object; `parent`, for names by the name above them.
    sa.Column("kind", Text, primary_key=True),
    # Empty for all of the kind; the group of an extension; the name above.
    sa.Column("key", Text, primary_key=True),
    sa.Column("number", Id, nullable=False),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("repository", Id, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("key", Text, nullable=False),
    sa.Column("alias", Text),  # what it is found by besides its key
    sa.Column("object", Id, nullable=False),
    sa.Column("valid_from", Text, nullable=False),
    sa.Column("valid_to", Text, nullable=False),
    sa.Column("opened", Id, nullable=False),
    sa.Column("closed", Id, nullable=False),
    sa.Column("content", Text, nullable=False),  # the object's JSON array, as a lookup would have given it
    sa.Index("history_key", "kind", "key", "repository", "valid_from"),
    sa.Index("history_alias", "kind", "alias"),
    sa.Index("history_closed", "closed"),
)

history_attribute = sa.Table(
    "history_attribute",
    metadata,
    # A name server that was an attribute of a domain, and the domain's version.
    sa.Column("host", Text, primary_key=True),
    sa.Column("version", Id, primary_key=True, autoincrement=False),
    sa.Index("history_attribute_version", "version"),
)

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("erased", Text, nullable=False),  # when, by our clock
    sa.Column("repository", Id, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("digest", Text),  # of the key that was forgotten; null where versions expired
    sa.Column("versions", Id, nullable=False),
    # JSON: `[[valid_from, valid_to, opened, closed], …]`, of each version that was forgotten, of all that expired.
    sa.Column("spans", Text, nullable=False),
    sa.Column("reason", Text, nullable=False),
    sa.Column("who", Text, nullable=False),
    sa.Index("erasure_digest", "digest"),
)

side_data = sa.Table(
    "side_data",
    metadata,
    sa.Column("repository", Id, primary_key=True, autoincrement=False),
    sa.Column("key", Text, primary_key=True),  # `id:…` or `iana:…`
    sa.Column("content", Text, nullable=False),
)

OBJECT_INDICES: tuple[sa.Index, ...] = tuple(
    index
    for shape in SHAPES.values()
    for table in (shape.table, *(child.table for child in shape.children))
    for index in sorted(table.indexes, key=lambda index: str(index.name))
)
"""The indices that a first load builds after the rows, which is nearly twice as fast as along with them."""
