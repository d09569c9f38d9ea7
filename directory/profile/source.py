"""The objects of a lookup as the sources that elements are read from: contacts, hosts, groups of a domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from directory.model.base import Address, Transfer
from directory.model.catalogue import Catalogue
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import Domain
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.registrar import RegistrarPostal, SideData, Sponsor
from directory.model.registry import Extension
from directory.profile.element import (
    IN_FORMS,
    Accessor,
    ContactSource,
    DnssecSource,
    ExtensionSource,
    RegistrarSource,
    accessor,
)
from directory.profile.postal import Choice

Sources = Callable[[Any, Any], Sequence[Any]]
"""Gives the sources of a part, from the source of its owner and the graph."""

GRAPHS: dict[str, type[Graph]] = {
    "domain": DomainGraph,
    "host": HostGraph,
    "registrar": RegistrarGraph,
    "contact": ContactGraph,
}

_NO_POSTAL = Postal("")
_NO_REGISTRAR_POSTAL = RegistrarPostal("")
_NO_SIDE = SideData()


def contact_source(
    choice: Choice, settled: Sequence[str] = (), told: frozenset[str] = frozenset()
) -> Callable[[Contact, tuple[Extension, ...]], ContactSource]:
    """What makes a source of a contact, with the postal form that is chosen for it by these elements, and by
    the languages that are declared of the forms of the types `told`."""
    choose, read = choice.form, [accessor("contact", short, "") for short in settled]

    def source(contact: Contact, extensions: tuple[Extension, ...]) -> ContactSource:
        postal = contact.postal
        if len(postal) == 1:
            return ContactSource(contact, postal[0], extensions)

        def texts(form: Postal) -> Sequence[str]:
            return _texts(read, (contact, form))

        return ContactSource(contact, choose(postal, extensions, texts, told) or _NO_POSTAL, extensions)

    return source


def registrar_source(
    choice: Choice, settled: Sequence[str] = (), told: frozenset[str] = frozenset()
) -> Callable[[Sponsor], RegistrarSource]:
    """What makes a source of a registrar, with the postal form that is chosen for it by these elements, and by
    the languages that are declared of the forms of the types `told`."""
    read = [accessor("registrar", short, "") for short in settled if ("registrar", short) in IN_FORMS]

    def source(sponsor: Sponsor) -> RegistrarSource:
        registrar = sponsor.registrar

        def texts(form: RegistrarPostal) -> Sequence[str]:
            return _texts(read, (registrar, form))

        postal = choice.form(registrar.postal, (), texts, told) or _NO_REGISTRAR_POSTAL
        return RegistrarSource(registrar, postal, sponsor.side or _NO_SIDE)

    return source


def _texts(read: Sequence[Accessor | None], source: Any) -> list[str]:
    return [text for get in read if get is not None for text in get(source)]


def extensions_of(graph: DomainGraph, contact: Contact) -> tuple[Extension, ...]:
    """The groups of extensions that a domain's contact has."""
    handle = contact.handle
    return tuple([each for each in graph.contact_extensions if each.owner_key == handle])


def of_table(table: str, role: str, owner: str) -> Sources:
    """The sources of a group of a table that belongs to an owner of another."""
    if table == "desk":
        return _desks(role)
    if table == "transfer":
        return _transfers(owner)
    known: dict[str, Sources] = {"host": _hosts, "dnssec": _dnssec, "disclose": _disclosed}
    return known.get(table) or _extensions(table, owner)


def counter(kind: str, short: str, catalogue: Catalogue) -> Callable[[Any], int]:
    """What counts the values of an element of a kind of object, or, by their type, the desks of a registrar."""
    if f"{kind}.{short}" not in catalogue:
        desks = _desks(short)
        return lambda source: len(desks(source, None))
    get = accessor(kind, short, catalogue[f"{kind}.{short}"].origin)
    if get is None:
        return lambda source: 0
    if short in _COUNTS:
        return lambda source: int((get(source) or ("0",))[0])
    return lambda source: len(get(source))


_COUNTS = frozenset({"secDNS", "trnData", "disclose", "reseller", "contact"})
"""The elements whose value is how many of a group there are."""


def _desks(role: str) -> Sources:
    """A registrar's desks of a type."""

    def sources(source: RegistrarSource, graph: Any) -> Sequence[Any]:
        return [desk for desk in source.side.contacts if desk.type == role]

    return sources


def _hosts(source: Any, graph: DomainGraph) -> Sequence[Host]:
    """The delegation in its order; a server without an object of its own is shown as if it had one (gTLD RDAP
    Technical Implementation Guide 3.11)."""
    return [
        host if host is not None else _attribute(graph.domain.ns[index].host, graph.domain)
        for index, host in enumerate(graph.hosts)
    ]


def _attribute(name: str, domain: Domain) -> Host:
    addresses = tuple(Address(each.version, each.addr) for each in domain.ns_addresses if each.host == name)
    return Host.of_attribute(name, addresses)


def _dnssec(source: Any, graph: DomainGraph) -> Sequence[DnssecSource]:
    secdns = graph.domain.secdns
    return [DnssecSource(record, graph.domain) for record in secdns] if secdns else ()


def _transfers(owner: str) -> Sources:
    def of_domain(source: Any, graph: DomainGraph) -> Sequence[Transfer]:
        return graph.domain.transfer

    def of_contact(source: ContactSource, graph: Any) -> Sequence[Transfer]:
        return source.contact.transfer

    return of_domain if owner == "domain" else of_contact


def _disclosed(source: ContactSource, graph: Any) -> Sequence[Disclose]:
    return source.contact.disclose


_ROIDS: dict[str, Callable[[Any, Any], str]] = {
    "domain": lambda source, graph: graph.domain.roid,
    "host": lambda source, graph: graph.host.roid,
    "contact": lambda source, graph: source.contact.roid,
    "registrar": lambda source, graph: "",
}


def _extensions(table: str, owner: str) -> Sources:
    """The groups of a declared extension that the object at hand has."""
    roid = _ROIDS[owner]
    of_contact = owner == "contact"

    def sources(source: Any, graph: Any) -> Sequence[ExtensionSource]:
        extensions = source.extensions if of_contact else graph.extensions
        if not extensions:
            return ()
        return [ExtensionSource(each, roid(source, graph)) for each in extensions if each.table == table]

    return sources
