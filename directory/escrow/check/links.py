"""Which object refers to which (RFC 9022 §5), and whose codes it has if that is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from directory.escrow.check.rule import Reference
from directory.model.domain import Domain
from directory.model.registry import Extension

TARGETS = {"contact": "handle", "host": "name", "registrar": "id", "idn_table": "id", "domain": "name"}
"""By which field an object is referred to."""
PREFIXES = {"domain": "rdeDomain", "host": "rdeHost", "contact": "rdeContact", "nndn": "rdeNNDN"}


def to_registrar(kind: str, element: str, field: str) -> Reference:
    """A reference to a registrar, of the object itself or of its last transfer."""
    get = attrgetter(field)
    if field in ("re_rr", "ac_rr"):
        return Reference(
            kind, field, "registrar", f"{PREFIXES[kind]}:{element}", lambda one: map(get, one.transfer)
        )
    return Reference(kind, field, "registrar", f"{PREFIXES[kind]}:{element}", lambda one: (get(one),))


def to_table(kind: str) -> Reference:
    """A reference to an IDN table."""
    return Reference(kind, "idn_table", "idn_table", f"{PREFIXES[kind]}:idnTableId", lambda one: (one.idn_table,))


def to_contact(role: str) -> Reference:
    """A domain's reference to a contact in a role."""
    element = "rdeDomain:registrant" if role == "registrant" else "rdeDomain:contact"
    return Reference("domain", role, "contact", element, _in_role(role))


def _in_role(role: str) -> Callable[[Domain], Iterable[str]]:
    return lambda one: [link.contact for link in one.contacts if link.role == role]


def to_host() -> Reference:
    """A domain's reference to its name servers, where they are objects."""
    return Reference("domain", "ns", "host", "domain:hostObj", _host_objects)


def _host_objects(one: Domain) -> Iterable[str]:
    return [server.host for server in one.ns if server.model == "object"]


def to_owner(target: str) -> Reference:
    """An extension's reference to what it adds to."""

    def get(one: Extension) -> Iterable[str | None]:
        return (one.owner_key if one.owner == target else None,)

    return Reference("extension", "owner", target, "", get)


def _domain_contacts(one: Domain) -> Iterable[str]:
    return [link.contact for link in one.contacts]


def _registrars(one: Any) -> Iterable[str | None]:
    return (one.cl_id, one.cr_rr, one.up_rr)


def _of_transfers(one: Any) -> Iterable[str | None]:
    if not one.transfer:
        return _registrars(one)
    return (*_registrars(one), *(each for last in one.transfer for each in (last.re_rr, last.ac_rr)))


COLLECTED: dict[tuple[str, str], Callable[[Any], Iterable[str | None]]] = {
    ("domain", "contact"): _domain_contacts,
    ("domain", "host"): _host_objects,
    ("domain", "registrar"): _of_transfers,
    ("contact", "registrar"): _of_transfers,
    ("host", "registrar"): _registrars,
}
"""All references from a kind to a kind at once, where there are several: it is quicker."""
