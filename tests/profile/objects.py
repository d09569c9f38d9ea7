"""The objects of a small registry, as lookups find them: the data of the tests of profiles and renderers."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from directory.model.base import Address, Instant, Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, SecDNS
from directory.model.format import fold
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.name import reverse, to_ascii, to_unicode
from directory.model.registrar import Registrar, RegistrarContact, RegistrarPostal, SideData, Sponsor
from directory.model.registry import Extension

AS_OF = Instant("2026-01-31T12:00:00Z")
_CREATED = Instant("2001-02-03T04:05:06Z")
_UPDATED = Instant("2025-06-07T08:09:10Z")
_EXPIRES = Instant("2027-02-03T04:05:06Z")


def contact(number: int, *, loc: bool = False) -> Contact:
    """A contact with every element filled."""
    forms = [
        Postal(
            "int", f"Person {number} Name", f"Organisation {number}", f"{number} Long Street", f"Floor {number}",
            None, f"City{number}", f"Province{number}", f"PC{number}9", "CA",
        )
    ]  # fmt: skip
    if loc:
        forms.append(
            Postal(
                "loc", "Анна", "Общество", "Улица 1", None, None, "Москва", "Область", "101000", "RU", "und-Cyrl"
            )
        )
    return Contact(
        handle=f"sh-{number}",
        roid=f"C{number}-EXAMPLE",
        voice=f"+1.555555010{number}",
        voice_ext=f"77{number}",
        fax=f"+1.555555020{number}",
        fax_ext=f"88{number}",
        email=f"person{number}@mail.example",
        cl_id="R-1",
        cr_rr="R-1",
        cr_client=None,
        cr_date=_CREATED,
        up_rr=None,
        up_client=None,
        up_date=None,
        tr_date=None,
        statuses=(Status("ok"), Status("linked")),
        postal=tuple(forms),
    )


def sponsor(side: bool = True, gurid: int | None = 9995) -> Sponsor:
    """A registrar, with its side data or without."""
    desks = (
        RegistrarContact(
            "abuse", "Abuse Desk", None, "+1.5555550100", None, None, None, "abuse@registrar.example"
        ),
        RegistrarContact("admin", "Ada Admin", None, "+1.5555550101", "12", None, None, "ada@registrar.example"),
        RegistrarContact(
            "tech", "Tom Tech", None, "+1.5555550102", None, "+1.5555550103", None, "tom@registrar.example"
        ),
    )
    return Sponsor(
        Registrar(
            id="R-1", name="Example Registrar, Inc.", folded_name=fold("Example Registrar, Inc."), gurid=gurid,
            status="ok", voice="+1.5555550199", voice_ext=None, fax="+1.5555550198", fax_ext=None,
            email="info@registrar.example", url="https://www.registrar.example",
            whois_name="whois.registrar.example", whois_url="https://whois.registrar.example",
            cr_date=_CREATED, up_date=_UPDATED,
            postal=(
                RegistrarPostal("int", "1 Registrar Way", "Suite 5", None, "Anytown", "CA", "90210", "US"),
            ),
        ),
        SideData("whois.registrar.example", "https://rdap.registrar.example/", desks) if side else None,
    )  # fmt: skip


def host(name: str, *addresses: str, roid: str = "H1-EXAMPLE") -> Host:
    """A host object."""
    return Host(
        name=name, u_name=to_unicode(name), reversed_name=reverse(name), roid=roid, cl_id="R-1", cr_rr="R-1",
        cr_client=None, cr_date=_CREATED, up_rr=None, up_client=None, up_date=None, tr_date=None,
        statuses=(Status("ok"), Status("linked")),
        addresses=tuple(Address("v6" if ":" in each else "v4", each) for each in addresses),
    )  # fmt: skip


@dataclass
class Parts:
    """What a domain of the tests is made of."""

    name: str = "example.test"
    statuses: tuple[str, ...] = ("ok",)
    rgp: tuple[str, ...] = ()
    contacts: tuple[tuple[str, Contact], ...] = ()
    hosts: tuple[Host | str, ...] = ()
    secdns: tuple[SecDNS, ...] = ()
    attributes: tuple[HostAttribute, ...] = ()
    extensions: tuple[Extension, ...] = ()
    sponsor: Sponsor | None = None
    updated: Instant | None = _UPDATED
    transferred: Instant | None = None
    idn_table: str | None = None
    original: str | None = None
    max_sig_life: int | None = None


def domain(parts: Parts) -> DomainGraph:
    """A domain of these parts; a host that is a text is an attribute of the domain."""
    name = to_ascii(parts.name)
    names = [each if isinstance(each, str) else each.name for each in parts.hosts]
    return DomainGraph(
        Domain(
            name=name, u_name=to_unicode(name), roid="D1-EXAMPLE", idn_table=parts.idn_table,
            original_name=parts.original, cl_id="R-1", cr_rr="R-1", cr_client=None, cr_date=_CREATED,
            ex_date=_EXPIRES, up_rr="R-1" if parts.updated else None, up_client=None, up_date=parts.updated,
            tr_date=parts.transferred, max_sig_life=parts.max_sig_life,
            statuses=tuple(map(Status, parts.statuses)), rgp=tuple(map(Status, parts.rgp)),
            contacts=tuple(ContactLink(role, each.handle) for role, each in parts.contacts),
            ns=tuple(
                NameServer(each, "attribute" if isinstance(given, str) else "object")
                for each, given in zip(names, parts.hosts, strict=True)
            ),
            ns_addresses=parts.attributes, secdns=parts.secdns,
        ),
        parts.sponsor or sponsor(),
        tuple(each for _, each in parts.contacts),
        tuple(None if isinstance(each, str) else each for each in parts.hosts),
        parts.extensions,
    )  # fmt: skip


def four_contacts() -> tuple[tuple[str, Contact], ...]:
    """A contact for each part."""
    return tuple(
        (role, contact(index + 1)) for index, role in enumerate(("registrant", "admin", "tech", "billing"))
    )


def _extensions() -> tuple[Extension, ...]:
    reseller: dict[str, tuple[str, ...]] = {"name": ("Sell & Co.",), "url": ("https://sell.example",)}
    mark: dict[str, tuple[str, ...]] = {
        "name": ("EXAMPLE",), "number": ("123456",), "ccLocality": ("MX",), "appDate": ("1999-01-02",),
        "regDate": ("2000-03-04",), "class": ("9", "42"), "entitlement": ("owner",), "type": ("sunrise",),
    }  # fmt: skip
    return (
        Extension("1", "reseller", "domain", "example.test", reseller),
        Extension("2", "trademark", "domain", "example.test", mark),
    )


_DIGEST = "E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766"
_KEY = "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA=="

GRAPHS: dict[str, DomainGraph | HostGraph | RegistrarGraph | ContactGraph] = {
    "domain-full": domain(
        Parts(
            statuses=("clientTransferProhibited", "clientDeleteProhibited"),
            rgp=("autoRenewPeriod",),
            contacts=four_contacts(),
            hosts=(
                host("ns1.example.test", "192.0.2.1", "2001:db8::1"),
                host("ns2.example.test", "192.0.2.2", roid="H2-EXAMPLE"),
                host("ns.provider.example", roid="H3-EXAMPLE"),
                host("ns2.provider.example", roid="H4-EXAMPLE"),
            ),
            secdns=(SecDNS(12345, 13, 2, _DIGEST),),
            extensions=_extensions(),
            transferred=Instant("2010-11-12T13:14:15Z"),
        )
    ),
    "domain-minimal": domain(
        Parts(statuses=("inactive",), contacts=four_contacts()[:1], updated=None, sponsor=sponsor(side=False))
    ),
    "domain-idn": domain(
        Parts(
            name="пример.test",
            contacts=(("registrant", contact(1, loc=True)), ("tech", contact(2))),
            hosts=(host("xn--e1aybc.example.test", "192.0.2.9", roid="H9-EXAMPLE"), host("ns.provider.example")),
            idn_table="Cyrl-1",
            original="primer.test",
        )
    ),
    "domain-dnssec": domain(
        Parts(
            contacts=four_contacts(),
            hosts=(host("ns1.provider.example"), host("ns2.provider.example")),
            secdns=(
                SecDNS(12345, 13, 2, _DIGEST),
                SecDNS(20326, 13, 4, _DIGEST + _DIGEST[:32], 257, 3, 13, _KEY),
                SecDNS(flags=257, protocol=3, key_alg=13, pub_key=_KEY),
            ),
            max_sig_life=604800,
        )
    ),
    "domain-no-contacts": domain(Parts(hosts=(host("ns1.provider.example"), host("ns2.provider.example")))),
    "domain-pending-delete": domain(
        Parts(
            statuses=("pendingDelete",),
            rgp=("redemptionPeriod",),
            contacts=four_contacts(),
            hosts=(host("ns1.provider.example"), host("ns2.provider.example")),
        )
    ),
    "domain-host-attributes": domain(
        Parts(
            contacts=four_contacts()[:1],
            hosts=("ns1.example.test", "ns.provider.example"),
            attributes=(
                HostAttribute("ns1.example.test", "v4", "192.0.2.1"),
                HostAttribute("ns1.example.test", "v6", "2001:db8::1"),
            ),
        )
    ),
    "host": HostGraph(host("ns1.example.test", "192.0.2.1", "2001:db8::1"), sponsor()),
    "registrar": RegistrarGraph(sponsor()),
    "registrar-bare": RegistrarGraph(sponsor(side=False, gurid=None)),
    "contact": ContactGraph(contact(1), sponsor()),
}
"""Whole objects by the name of their golden files."""


def _said_of(person: Contact, **persons: str) -> tuple[Extension, Extension]:
    """What extensions say of a contact: what kind of person it is, and in which languages it is written."""
    said: dict[str, tuple[str, ...]] = {short: (value,) for short, value in persons.items()}
    tags: dict[str, tuple[str, ...]] = {"int": ("en",), "loc": ("ru",)}
    return (
        Extension(f"{person.handle}-1", "person", "contact", person.handle, said),
        Extension(f"{person.handle}-2", "postalLanguage", "contact", person.handle, tags),
    )


_REQUEST = Transfer(
    "pending", "R-2", "desk-7", Instant("2026-01-30T00:00:00Z"), "R-1", None, Instant("2026-02-04T00:00:00Z")
)
_WISHES = (Disclose(0, "voice"), Disclose(0, "addr", "loc"), Disclose(1, "email"), Disclose(1, "org"))


def _everything() -> DomainGraph:
    """A domain with all that can belong to one: contacts who consent, refuse and wish, a transfer that is pending,
    servers that are objects and attributes."""
    replace = msgspec.structs.replace
    holder = replace(contact(1, loc=True), disclose=_WISHES)
    firm = replace(contact(2, loc=True), transfer=(_REQUEST,))
    others = (contact(3), replace(contact(4, loc=True), disclose=_WISHES[2:]))
    roles = ("registrant", "admin", "tech", "billing")
    server = host("ns1.xn--e1afmkfd.test", "192.0.2.1", "2001:db8::1")
    graph = domain(
        Parts(
            name="пример.test",
            statuses=("clientTransferProhibited", "pendingTransfer"),
            rgp=("autoRenewPeriod",),
            contacts=tuple(zip(roles, (holder, firm, *others), strict=True)),
            hosts=(server, host("ns.provider.example", roid="H3-EXAMPLE"), "ns2.provider.example"),
            attributes=(HostAttribute("ns2.provider.example", "v4", "192.0.2.53"),),
            secdns=(SecDNS(12345, 13, 2, _DIGEST, 257, 3, 13, _KEY),),
            extensions=_extensions(),
            transferred=Instant("2010-11-12T13:14:15Z"),
            idn_table="Cyrl-1",
            original="primer.test",
            max_sig_life=604800,
        )
    )
    return replace(
        graph,
        domain=replace(graph.domain, cr_client="desk-1", up_client="desk-2", transfer=(_REQUEST,)),
        contact_extensions=(
            *_said_of(holder, kind="natural", consent="yes"),
            *_said_of(firm, kind="legal"),
            *_said_of(others[0], kind="natural", consent="no"),
        ),
        subordinates=(server.name,),
    )


def _person() -> ContactGraph:
    """A contact by itself that consents, and has wishes all the same."""
    person = msgspec.structs.replace(contact(1, loc=True), disclose=_WISHES, transfer=(_REQUEST,))
    return ContactGraph(person, sponsor(), _said_of(person, kind="natural", consent="yes"))


SHOWN: dict[str, Graph] = {
    "domain": _everything(),
    "domain-bare": GRAPHS["domain-minimal"],
    "host": GRAPHS["host"],
    "registrar": GRAPHS["registrar"],
    "contact": _person(),
    "contact-bare": GRAPHS["contact"],
}
"""What every shipped profile is shown with: of each kind an object with all that it can have, and a bare one."""
