"""Where the value of each element stands in the registry's objects: the table from SAC054's names to the model.

An accessor takes the source of its table and gives the element's values as text, none if there are none. The
source of `domain` is the whole graph; of `contact` and `registrar` the object with the postal form that was
chosen; of a group that belongs to a domain (`dnssec`, an extension) the group with its owner. The value of an
element that is itself a group is how many of it there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from directory.model.base import Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import Domain, Nndn, SecDNS
from directory.model.graph import DomainGraph
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarContact, RegistrarPostal, SideData
from directory.model.registry import Extension, IdnTable

Values = tuple[str, ...]
Accessor = Callable[[Any], Values]


class ContactSource(NamedTuple):
    """A contact with the postal form that is shown, and its groups of extensions."""

    contact: Contact
    postal: Postal
    extensions: tuple[Extension, ...] = ()

    def other(self) -> ContactSource | None:
        """The same contact with the form that is not shown first, None if it has no other."""
        others = [postal for postal in self.contact.postal if postal is not self.postal]
        return ContactSource(self.contact, others[0], self.extensions) if others else None


class RegistrarSource(NamedTuple):
    """A registrar with the postal form that is shown, and its side data."""

    registrar: Registrar
    postal: RegistrarPostal
    side: SideData


class DnssecSource(NamedTuple):
    """A DS or key record with its domain."""

    record: SecDNS
    domain: Domain


class ExtensionSource(NamedTuple):
    """A group of a declared extension with the ROID of its owner, if the owner has one."""

    extension: Extension
    roid: str


def _one(value: str | None) -> Values:
    return (value,) if value else ()


def _number(value: int | None) -> Values:
    return () if value is None else (str(value),)


def _count(number: int) -> Values:
    return (str(number),) if number else ()


def _codes(statuses: tuple[Status, ...]) -> Values:
    return tuple([status.code for status in statuses])


def _role(graph: DomainGraph, role: str) -> Values:
    return tuple([link.contact for link in graph.domain.contacts if link.role == role])


def _rgp(graph: DomainGraph) -> Values:
    """The RGP states; pendingDelete is EPP's word already and is said once (RFC 3915 §3.1)."""
    rgp = graph.domain.rgp
    if not rgp:
        return ()
    said = [status.code for status in graph.domain.statuses]
    return tuple([status.code for status in rgp if status.code not in said])


def _resellers(graph: DomainGraph) -> int:
    return sum(1 for extension in graph.extensions if extension.table == "reseller")


_DOMAIN: Mapping[str, Callable[[DomainGraph], Values]] = {
    "name": lambda g: (g.domain.name,),
    "id": lambda g: _one(g.domain.roid),
    "status": lambda g: _codes(g.domain.statuses),
    "registrant": lambda g: _role(g, "registrant"),
    "tech": lambda g: _role(g, "tech"),
    "admin": lambda g: _role(g, "admin"),
    "billing": lambda g: _role(g, "billing"),
    "reseller": lambda g: _count(_resellers(g)),
    "host": lambda g: g.subordinates,
    "ns": lambda g: tuple([server.host for server in g.domain.ns]),
    "registrarid": lambda g: _one(g.domain.cl_id),
    "crDate": lambda g: _one(g.domain.cr_date),
    "upDate": lambda g: _one(g.domain.up_date),
    "exDate": lambda g: _one(g.domain.ex_date),
    "uName": lambda g: _one(g.domain.u_name),
    "rgpStatus": _rgp,
    "idnTableId": lambda g: _one(g.domain.idn_table),
    "originalName": lambda g: _one(g.domain.original_name),
    "crRr": lambda g: _one(g.domain.cr_rr),
    "crClient": lambda g: _one(g.domain.cr_client),
    "upRr": lambda g: _one(g.domain.up_rr),
    "upClient": lambda g: _one(g.domain.up_client),
    "trDate": lambda g: _one(g.domain.tr_date),
    "trnData": lambda g: _count(len(g.domain.transfer)),
    "secDNS": lambda g: _count(len(g.domain.secdns)),
}

_IN_FORM: Mapping[str, Callable[[ContactSource | RegistrarSource], Values]] = {
    "street": lambda s: s[1].street,
    "city": lambda s: _one(s[1].city),
    "sp": lambda s: _one(s[1].sp),
    "pc": lambda s: _one(s[1].pc),
    "cc": lambda s: _one(s[1].cc),
}
"""What each postal form of a contact or a registrar has for itself (RFC 5733 §2.4)."""

_NAMED: Mapping[str, Callable[[ContactSource], Values]] = {
    "name": lambda c: _one(c[1].name),
    "org": lambda c: _one(c[1].org),
}
"""What each postal form of a contact has besides: a registrar's name stands in no form."""

_REACHED: Mapping[str, Callable[[ContactSource | RegistrarSource], Values]] = {
    "voice": lambda s: _one(s[0].voice),
    "voiceExt": lambda s: _one(s[0].voice_ext),
    "fax": lambda s: _one(s[0].fax),
    "faxExt": lambda s: _one(s[0].fax_ext),
    "email": lambda s: _one(s[0].email),
}

_CONTACT: Mapping[str, Callable[[ContactSource], Values]] = {
    **_NAMED,
    **_IN_FORM,
    **_REACHED,
    "id": lambda c: _one(c[0].handle),
    "status": lambda c: _codes(c[0].statuses),
    "registrarid": lambda c: _one(c[0].cl_id),
    "roid": lambda c: _one(c[0].roid),
    "crDate": lambda c: _one(c[0].cr_date),
    "upDate": lambda c: _one(c[0].up_date),
    "crRr": lambda c: _one(c[0].cr_rr),
    "crClient": lambda c: _one(c[0].cr_client),
    "upRr": lambda c: _one(c[0].up_rr),
    "upClient": lambda c: _one(c[0].up_client),
    "trDate": lambda c: _one(c[0].tr_date),
    "trnData": lambda c: _count(len(c[0].transfer)),
    "disclose": lambda c: _count(len(c[0].disclose)),
}

_REGISTRAR: Mapping[str, Callable[[RegistrarSource], Values]] = {
    **_IN_FORM,
    **_REACHED,
    "registrarid": lambda r: _one(r[0].id),
    "org": lambda r: _one(r[0].name),
    "whoisinfo": lambda r: _one(r[0].whois_name or r[2].whois),
    "url": lambda r: _one(r[0].url),
    "contact": lambda r: _count(len(r[2].contacts)),
    "crDate": lambda r: _one(r[0].cr_date),
    "upDate": lambda r: _one(r[0].up_date),
    "gurid": lambda r: _number(r[0].gurid),
    "status": lambda r: _one(r[0].status),
    "whoisUrl": lambda r: _one(r[0].whois_url),
    "rdap": lambda r: _one(r[2].rdap),
}

_DESK: Mapping[str, Callable[[RegistrarContact], Values]] = {
    "type": lambda d: _one(d.type),
    "name": lambda d: _one(d.name),
    "org": lambda d: _one(d.org),
    "voice": lambda d: _one(d.voice),
    "voiceExt": lambda d: _one(d.voice_ext),
    "fax": lambda d: _one(d.fax),
    "faxExt": lambda d: _one(d.fax_ext),
    "email": lambda d: _one(d.email),
}

_HOST: Mapping[str, Callable[[Host], Values]] = {
    "id": lambda h: _one(h.roid),
    "name": lambda h: (h.name,),
    "status": lambda h: _codes(h.statuses),
    "addr": lambda h: tuple([address.addr for address in h.addresses]),
    "registrarid": lambda h: _one(h.cl_id),
    "crDate": lambda h: _one(h.cr_date),
    "upDate": lambda h: _one(h.up_date),
    "uName": lambda h: _one(h.u_name),
    "crRr": lambda h: _one(h.cr_rr),
    "crClient": lambda h: _one(h.cr_client),
    "upRr": lambda h: _one(h.up_rr),
    "upClient": lambda h: _one(h.up_client),
    "trDate": lambda h: _one(h.tr_date),
}

_DNSSEC: Mapping[str, Callable[[DnssecSource], Values]] = {
    "id": lambda s: _one(s[1].roid),
    "keyTag": lambda s: _number(s[0].key_tag),
    "alg": lambda s: _number(s[0].alg),
    "digestType": lambda s: _number(s[0].digest_type),
    "digest": lambda s: _one(s[0].digest),
    "maxSigLife": lambda s: _number(s[1].max_sig_life),
    "keyData": lambda s: _count(1 if s[0].pub_key else 0),
    "flags": lambda s: _number(s[0].flags),
    "protocol": lambda s: _number(s[0].protocol),
    "keyAlg": lambda s: _number(s[0].key_alg),
    "pubKey": lambda s: _one(s[0].pub_key),
}

_TRANSFER: Mapping[str, Callable[[Transfer], Values]] = {
    "trStatus": lambda t: _one(t.status),
    "reRr": lambda t: _one(t.re_rr),
    "reClient": lambda t: _one(t.re_client),
    "reDate": lambda t: _one(t.re_date),
    "acRr": lambda t: _one(t.ac_rr),
    "acClient": lambda t: _one(t.ac_client),
    "acDate": lambda t: _one(t.ac_date),
    "exDate": lambda t: _one(t.ex_date),
}

_DISCLOSE: Mapping[str, Callable[[Disclose], Values]] = {
    "flag": lambda d: (str(d.flag),),
    "element": lambda d: _one(d.element),
    "form": lambda d: _one(d.form),
}

_NNDN: Mapping[str, Callable[[Nndn], Values]] = {
    "aName": lambda n: (n.name,),
    "uName": lambda n: _one(n.u_name),
    "idnTableId": lambda n: _one(n.idn_table),
    "originalName": lambda n: _one(n.original_name),
    "nameState": lambda n: _one(n.state),
    "mirroringNS": lambda n: _number(n.mirroring_ns),
    "crDate": lambda n: _one(n.cr_date),
}

_IDN_TABLE: Mapping[str, Callable[[IdnTable], Values]] = {
    "id": lambda t: _one(t.id),
    "url": lambda t: _one(t.url),
    "urlPolicy": lambda t: _one(t.url_policy),
}

_TABLES: Mapping[str, Mapping[str, Accessor]] = {
    "domain": _DOMAIN,
    "contact": _CONTACT,
    "registrar": _REGISTRAR,
    "desk": _DESK,
    "host": _HOST,
    "dnssec": _DNSSEC,
    "transfer": _TRANSFER,
    "disclose": _DISCLOSE,
    "nndn": _NNDN,
    "idnTable": _IDN_TABLE,
}

ACCESSORS: Mapping[tuple[str, str], Accessor] = {
    (table, short): get for table, accessors in _TABLES.items() for short, get in accessors.items()
}
"""The accessor of every element of the tables that the model's classes hold."""

IN_FORMS = frozenset(
    [("contact", short) for short in (*_NAMED, *_IN_FORM)] + [("registrar", short) for short in _IN_FORM]
)
"""The elements, by table and short name, that each postal form has for itself (RFC 5733 §2.3, §2.4)."""


def accessor(table: str, short: str, origin: str = "deposit") -> Accessor | None:
    """The accessor of an element; None if no lookup brings it. An extension's elements need no code."""
    found = ACCESSORS.get((table, short))
    if found is not None:  # as domain.reseller, which says how many groups an extension has filled
        return found
    if origin == "extension":
        return _declared(short)
    return _owner if origin == "derived" and short == "id" else None


def _owner(source: ExtensionSource) -> Values:
    """SAC054 table 5's id: the ROID of the domain that the group belongs to."""
    return _one(source.roid)


def _declared(short: str) -> Accessor:
    def values(source: ExtensionSource) -> Values:
        return source.extension.values.get(short, ())

    return values
