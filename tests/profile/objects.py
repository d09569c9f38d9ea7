"""The objects of a small registry, as lookups find them: the data of the tests of profiles and renderers."""

from __future__ import annotations

from dataclasses import dataclass

from directory.model.base import Address, Instant, Status
from directory.model.contact import Contact, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, SecDNS
from directory.model.format import fold
from directory.model.graph import ContactGraph, DomainGraph, HostGraph, RegistrarGraph
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
