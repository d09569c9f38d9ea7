"""An object with all that belongs to it, as one lookup finds it."""

from __future__ import annotations

from directory.model.base import Value
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.registrar import Sponsor
from directory.model.registry import Extension


class DomainGraph(Value, frozen=True, array_like=True, gc=False):
    """A domain with its sponsor, contacts, hosts and extensions.

    `contacts` and `hosts` stand in the order of `domain.contacts` and `domain.ns`; None where the registry
    knows no such object, or where the name server is an attribute of the domain. `contact_extensions` are those
    of all its contacts, none twice: `owner_key` is the handle of the contact. `subordinates` are the names of the
    host objects below the domain, in order (SAC054 table 4, `host`; RFC 5732 §1.1), if the reader was asked to
    look for them.
    """

    domain: Domain
    sponsor: Sponsor | None
    contacts: tuple[Contact | None, ...] = ()
    hosts: tuple[Host | None, ...] = ()
    extensions: tuple[Extension, ...] = ()
    contact_extensions: tuple[Extension, ...] = ()
    subordinates: tuple[str, ...] = ()


class HostGraph(Value, frozen=True, array_like=True, gc=False):
    """A host with its sponsor and extensions."""

    host: Host
    sponsor: Sponsor | None
    extensions: tuple[Extension, ...] = ()


class ContactGraph(Value, frozen=True, array_like=True, gc=False):
    """A contact with its sponsor and extensions."""

    contact: Contact
    sponsor: Sponsor | None
    extensions: tuple[Extension, ...] = ()


class RegistrarGraph(Value, frozen=True, array_like=True, gc=False):
    """A registrar with its side data and extensions."""

    sponsor: Sponsor
    extensions: tuple[Extension, ...] = ()


Graph = DomainGraph | HostGraph | ContactGraph | RegistrarGraph | Nndn
