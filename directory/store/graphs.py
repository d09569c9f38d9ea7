"""The JSON text of whole graphs, assembled by the database.

Every object brings its content as it was written, and a statement only puts these texts side by side, in the
order of the graph's fields, so that they are decoded straight into the model.
"""

from __future__ import annotations

import sqlalchemy as sa

from directory.model.kinds import OWNER_KEYS
from directory.store.expression import (
    Text,
    joined,
    json_array,
    literal,
    number_of,
    or_null,
    quoted,
    value,
)
from directory.store.tables import SHAPES, repository, side_data

MOST_SUBORDINATES = 1_000
"""How many hosts below a domain are named: the first of them by their labels from the root down."""


def of_repository(of: sa.FromClause, column: str) -> Text:
    """A column of the repository that an object stands in."""
    return value(sa.select(repository.c[column]).where(repository.c.id == of.c.repository), repository)


def linked_graph(kind: str, of: sa.FromClause) -> Text:
    """A host or a contact with its sponsor and extensions."""
    return json_array(of.c.content, _sponsor(of), _extensions(kind, of))


def registrar_graph(registrar: sa.FromClause) -> Text:
    """A registrar with its side data and extensions."""
    return json_array(with_side_data(registrar), _extensions("registrar", registrar))


def domain_graph(domain: sa.FromClause, flag: Text, below: Text | None) -> Text:
    """A domain without its sponsor, which the reader keeps: registrars are few and domains are many.

    `flag` says whether any contact of its repository has extensions; `below` is its name from the root down, or
    None where the hosts below it are not wanted.
    """
    children = {child.field: child.table for child in SHAPES["domain"].children}
    contact, host = SHAPES["contact"].table.alias(), SHAPES["host"].table.alias()
    link, ns = children["contacts"].alias(), children["ns"].alias()
    linked = sa.select(contact.c.content).where(
        contact.c.handle == link.c.contact, contact.c.repository == domain.c.repository
    )
    contacts = sa.select(joined(or_null(value(linked, contact)), link.c.position)).where(
        link.c.owner == domain.c.object
    )
    # Two hosts may have one name (RFC 9022 §5.2.1.2); the first that came stands for it in a delegation.
    delegated = (
        sa.select(host.c.content)
        .where(
            host.c.name == ns.c.host,
            host.c.repository == domain.c.repository,
            ns.c.model == literal("object"),
        )
        .order_by(host.c.object)
        .limit(number_of(1))
        .offset(number_of(0))
    )
    hosts = sa.select(joined(or_null(value(delegated, host)), ns.c.position)).where(ns.c.owner == domain.c.object)
    return json_array(
        domain.c.content,
        json_array(value(contacts, link)),
        json_array(value(hosts, ns)),
        _extensions("domain", domain),
        # A repository whose contacts have none pays for a look at its flag: a CASE is evaluated as far as it goes.
        sa.case((flag != number_of(0), json_array(_contact_extensions(domain))), else_=literal("[]")),
        json_array(_subordinates(domain, below)) if below is not None else literal("[]"),
    )


def _sponsor(of: sa.FromClause) -> Text:
    registrar = SHAPES["registrar"].table.alias()
    found = sa.select(with_side_data(registrar)).where(
        registrar.c.id == of.c.cl_id, registrar.c.repository == of.c.repository
    )
    return or_null(value(found, registrar))


def with_side_data(registrar: sa.FromClause) -> Text:
    """A registrar and its side data, by its id, else by its IANA id; null where there is none."""

    def entry(prefix: str, key: Text) -> Text:
        side = side_data.alias()
        found = sa.select(side.c.content).where(
            side.c.repository == registrar.c.repository,
            side.c.key == literal(f"{prefix}:").op("||")(sa.cast(key, sa.Text)),
        )
        return value(found, side)

    side = sa.func.coalesce(entry("id", registrar.c.id), entry("iana", registrar.c.gurid), literal("null"))
    return json_array(registrar.c.content, side)


def _extensions(kind: str, of: sa.FromClause) -> Text:
    extension = SHAPES["extension"].table.alias()
    found = sa.select(joined(extension.c.content, extension.c.object)).where(
        extension.c.owner_key == of.c[OWNER_KEYS[kind]],
        extension.c.owner == literal(kind),
        extension.c.repository == of.c.repository,
    )
    return json_array(value(found, extension))


def _contact_extensions(domain: sa.FromClause) -> Text:
    """Those of the contacts of a domain, each once, whatever parts its contact has."""
    children = {child.field: child.table for child in SHAPES["domain"].children}
    link, extension = children["contacts"].alias(), SHAPES["extension"].table.alias()
    first = sa.func.min(link.c.position)
    contacts = (
        sa.select(link.c.contact, first.label("position"))
        .where(link.c.owner == domain.c.object)
        .group_by(link.c.contact)
        .order_by(first)
        .correlate_except(link)
        .subquery()
    )
    # Contact by contact: of a join PostgreSQL may think that it is cheaper to go through the whole index.
    found = sa.select(joined(extension.c.content, extension.c.object)).where(
        extension.c.owner_key == contacts.c.contact,
        extension.c.owner == literal("contact"),
        extension.c.repository == domain.c.repository,
    )
    each = sa.func.nullif(value(found, extension), literal(""))
    return value(sa.select(joined(each, contacts.c.position)), contacts)


def _subordinates(domain: sa.FromClause, below: Text) -> Text:
    """The names of the host objects below a domain: a range of the index of reversed names, read as far as the
    bound. Two hosts may have one name (RFC 9022 §5.2.1.2), which is given once."""
    host = SHAPES["host"].table.alias()
    # What follows the dot that ends the domain's own labels: `/` is the character after the dot.
    rows = (
        sa.select(sa.func.min(host.c.name).label("name"), host.c.reversed_name)
        .where(
            host.c.reversed_name > below.op("||")(literal(".")),
            host.c.reversed_name < below.op("||")(literal("/")),
            host.c.repository == domain.c.repository,
        )
        .group_by(host.c.reversed_name)
        .order_by(host.c.reversed_name)
        .limit(number_of(MOST_SUBORDINATES))
        .offset(number_of(0))
        .correlate_except(host)
        .subquery()
    )
    return value(sa.select(joined(quoted(rows.c.name), rows.c.reversed_name)), rows)
