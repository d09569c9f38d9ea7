"""A deposit that is right by every rule, and for each code of RST one that is wrong by that rule alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from directory.escrow import namespace as ns
from directory.escrow.check.known import Known
from directory.escrow.envelope.openpgp import Keys
from tests import deposits as d

WATERMARK = "2026-01-01T00:00:00Z"
KNOWN = Known(
    tld="example",
    model="maximum",
    hosts="objects",
    idn_tables=frozenset({"es", "pt-BR"}),
    repositories=frozenset({"TEST"}),
    registrars=frozenset({9995, 9996, 9997}),
    countries=frozenset({"ES", "US"}),
)
"""What is known of the repository whose deposit is sound."""

_URIS = {
    "registrar": ns.REGISTRAR,
    "contact": ns.CONTACT,
    "host": ns.HOST,
    "domain": ns.DOMAIN,
    "idn_table": ns.IDN,
    "nndn": ns.NNDN,
    "epp_params": ns.EPP_PARAMS,
    "policy": ns.POLICY,
}
_LISTED = tuple(uri for kind, uri in _URIS.items() if kind != "policy")


def _transfer(prefix: str) -> str:
    return f"""<{prefix}:upRr>R-1</{prefix}:upRr><{prefix}:upDate>2021-01-01T00:00:00Z</{prefix}:upDate>
<{prefix}:trDate>2021-01-01T00:00:00Z</{prefix}:trDate><{prefix}:trnData><{prefix}:trStatus>clientApproved</{prefix}:trStatus>
<{prefix}:reRr>R-1</{prefix}:reRr><{prefix}:reDate>2021-01-01T00:00:00Z</{prefix}:reDate>
<{prefix}:acRr>R-2</{prefix}:acRr><{prefix}:acDate>2021-01-01T00:00:00Z</{prefix}:acDate></{prefix}:trnData>"""


def _table(id: str) -> str:
    return f"""<rdeIDN:idnTableRef id="{id}"><rdeIDN:url>https://registry.example.net/{id}.xml</rdeIDN:url>
<rdeIDN:urlPolicy>https://registry.example.net/{id}.html</rdeIDN:urlPolicy></rdeIDN:idnTableRef>"""


def _policy(element: str, kind: str = "domain") -> str:
    prefix = f"rde{kind.title()}"
    return (
        f"""<rdePolicy:policy scope="//rde:deposit/rde:contents/{prefix}:{kind}" element="{prefix}:{element}"/>"""
    )


_PARAMS = """<rdeEppParams:eppParams><rdeEppParams:version>1.0</rdeEppParams:version>
<rdeEppParams:lang>en</rdeEppParams:lang><rdeEppParams:objURI>urn:ietf:params:xml:ns:domain-1.0</rdeEppParams:objURI>
<rdeEppParams:objURI>urn:ietf:params:xml:ns:contact-1.0</rdeEppParams:objURI>
<rdeEppParams:objURI>urn:ietf:params:xml:ns:host-1.0</rdeEppParams:objURI><rdeEppParams:svcExtension>
<epp:extURI>urn:ietf:params:xml:ns:secDNS-1.1</epp:extURI><epp:extURI>urn:ietf:params:xml:ns:rgp-1.0</epp:extURI>
</rdeEppParams:svcExtension><rdeEppParams:dcp><epp:access><epp:all/></epp:access></rdeEppParams:dcp>
</rdeEppParams:eppParams>"""

SOUND: Mapping[str, tuple[str, ...]] = {
    "registrar": (d.registrar("R-1"), d.registrar("R-2", gurid=9996), d.registrar("R-3", gurid=9997)),
    "contact": (d.contact("C-1"), d.contact("C-2", name="Bob", more=_transfer("rdeContact"))),
    "host": (d.host("ns1.one.example", "192.0.2.1"), d.host("ns.example.net"), d.host("ns3.example.net")),
    "domain": (
        d.domain("one.example", hosts=("ns1.one.example", "ns.example.net")),
        d.domain("xn--ol-9ja.example", early="<rdeDomain:idnTableId>pt-BR</rdeDomain:idnTableId>"),
        d.domain("two.example", hosts=("ns.example.net",), more=_transfer("rdeDomain")),
    ),
    "idn_table": (_table("pt-BR"), _table("es")),
    "nndn": (d.nndn("blocked.example"),),
    "epp_params": (_PARAMS,),
    "policy": (_policy("registrant"),),
}
"""The objects of the sound deposit. The last of each kind is not referred to."""


@dataclass(frozen=True)
class Deposit:
    """A deposit, in the making: its objects, and what its menu and header list besides or instead."""

    objects: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SOUND)
    menu: tuple[str, ...] = _LISTED
    counted: tuple[str, ...] = _LISTED
    counts: Mapping[str, int] = field(default_factory=dict)
    more: str = ""
    end: str = "</rde:deposit>"
    name: str = "deposit.xml"
    files: Mapping[str, str] = field(default_factory=dict)
    known: Known = KNOWN
    keys: Keys | None = None

    def last(self, kind: str, old: str, new: str) -> Deposit:
        """With a change in the last object of a kind."""
        *others, last = self.objects[kind]
        assert old in last, f"{old} is not in {last}"
        return replace(self, objects={**self.objects, kind: (*others, last.replace(old, new, 1))})

    def only(self, kind: str, *objects: str) -> Deposit:
        """With these objects of a kind."""
        return replace(self, objects={**self.objects, kind: objects})

    def and_(self, kind: str, *objects: str) -> Deposit:
        """With more objects of a kind."""
        return self.only(kind, *self.objects[kind], *objects)

    def unlisted(self, *uris: str, menu: bool = True, header: bool = True) -> Deposit:
        """Without URIs in menu and header, or in one of them."""
        return replace(
            self,
            menu=tuple(uri for uri in self.menu if not menu or uri not in uris),
            counted=tuple(uri for uri in self.counted if not header or uri not in uris),
        )

    def listed(self, uri: str, number: int = 0) -> Deposit:
        """With a URI more in menu and header."""
        counts = {**self.counts, uri: number}
        return replace(self, menu=(*self.menu, uri), counted=(*self.counted, uri), counts=counts)

    def known_as(self, **known: object) -> Deposit:
        """With something else known of the repository."""
        return replace(self, known=replace(self.known, **known))  # type: ignore[arg-type]

    def to_text(self) -> str:
        """The document."""
        found = {uri: len(self.objects[kind]) for kind, uri in _URIS.items()} | dict(self.counts)
        counts = "".join(
            f'<rdeHeader:count uri="{uri}">{found.get(uri, 0)}</rdeHeader:count>\n' for uri in self.counted
        )
        menu = "".join(f"<rde:objURI>{uri}</rde:objURI>\n" for uri in (ns.HEADER, *self.menu))
        spaces = " ".join(f'xmlns:{prefix}="{uri}"' for uri, prefix in ns.PREFIXES.items())
        objects = "\n".join(one for kind in self.objects.values() for one in kind)
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="FULL" id="20260101" {spaces}>
<rde:watermark>{WATERMARK}</rde:watermark>
<rde:rdeMenu><rde:version>1.0</rde:version>
{menu}</rde:rdeMenu>
<rde:contents>
<rdeHeader:header><rdeHeader:tld>example</rdeHeader:tld>
{counts}</rdeHeader:header>
{objects}{self.more}
</rde:contents>
{self.end}
"""

    def write(self, folder: Path) -> Path:
        """Write the document and what is beside it; the document's path."""
        for name, text in self.files.items():
            (folder / name).write_text(text)
        path = folder / self.name
        path.write_text(self.to_text())
        return path


def _tables_in_csv(file: str | None, *, in_xml: tuple[str, ...] = ()) -> Deposit:
    """The sound deposit with its IDN tables in the CSV model; no file if there is none."""
    definition = """<csvIDN:contents><rdeCsv:csv name="idnLanguage"><rdeCsv:fields>
<rdeCsv:fIdnTableId isRequired="true"/><rdeCsv:fUrl isRequired="true"/></rdeCsv:fields>
<rdeCsv:files><rdeCsv:file>tables.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv></csvIDN:contents>"""
    rows = len((file or "").splitlines())
    deposit = Deposit().only("idn_table", *in_xml).listed(ns.CSV_IDN, rows)
    deposit = deposit if in_xml else deposit.unlisted(ns.IDN)
    return replace(deposit, more=definition, files={} if file is None else {"tables.csv": file})


_ROWS = "pt-BR,https://registry.example.net/pt-BR.xml\r\nes,https://registry.example.net/es.xml\r\n"
IN_CSV = _tables_in_csv(_ROWS)
"""A sound deposit in both models."""

_NO_HOSTS = Deposit().only("domain", d.domain("one.example"), d.domain("two.example")).only("host")
_NO_CONTACTS = (
    Deposit()
    .only("domain", d.domain("one.example", registrant="", contacts=()))
    .only("contact")
    .only("policy")
    .known_as(model="per-registrar")
)
_SIGNED = Keys(signers={"example": Path("registry.pub")})


def _file(name: str) -> Deposit:
    return replace(Deposit(), name=name)


BROKEN: Mapping[str, Callable[[], Deposit]] = {
    "RDE_INVALID_FILENAME": lambda: _file("example_2026-01-02_full_S1_R0.xml"),
    "RDE_INVALID_SIGNATURE": lambda: replace(_file("example_2026-01-01_full_S1_R0.xml"), keys=_SIGNED),
    "RDE_DECRYPTION_FAILED": lambda: _file("example_2026-01-01_full_S1_R0.ryde"),
    "RDE_MISSING_FILES": lambda: _tables_in_csv(None),
    "RDE_XML_PARSE_ERROR": lambda: replace(Deposit(), end="</rde:depot>"),
    "RDE_SCHEMA_VALIDATION_ERROR": lambda: Deposit().last("nndn", ">blocked<", ">reserved<"),
    "RDE_INVALID_CSV": lambda: _tables_in_csv(_ROWS + '"es,https://registry.example.net/es.xml\r\n'),
    "RDE_OBJECT_HAS_MIXED_TYPES": lambda: _tables_in_csv(
        _ROWS.splitlines()[1] + "\r\n", in_xml=(_table("pt-BR"),)
    ),
    "RDE_UNEXPECTED_OBJECT_URI": lambda: Deposit().listed("urn:test:other"),
    "RDE_MISSING_OBJECT_URI": lambda: _NO_HOSTS.unlisted(ns.HOST),
    "RDE_MENU_AND_HEADER_URIS_DIFFER": lambda: Deposit().unlisted(ns.NNDN, header=False),
    "RDE_OBJECT_COUNT_MISMATCH": lambda: replace(Deposit(), counts={ns.DOMAIN: 4}),
    "RDE_UNEXPECTED_OBJECT": lambda: Deposit().unlisted(ns.NNDN),
    # rde-07
    "RDE_DOMAIN_OBJECT_MISSING": lambda: Deposit().only("domain"),
    "RDE_DOMAIN_HAS_INVALID_NAME": lambda: Deposit().last("domain", "two.example<", "two.test<"),
    "RDE_DOMAIN_HAS_NON_UNIQUE_NAME": lambda: Deposit().last("domain", ">two.example<", ">one.example<"),
    "RDE_DOMAIN_HAS_MISSING_ROID": lambda: Deposit().last("domain", _roid("two_example"), ""),
    "RDE_DOMAIN_HAS_INVALID_ROID": lambda: Deposit().last("domain", "two_example-TEST", "two_example-OTHER"),
    "RDE_DOMAIN_HAS_NON_UNIQUE_ROID": lambda: Deposit().last("domain", "two_example-TEST", "one_example-TEST"),
    "RDE_DOMAIN_HAS_MISSING_STATUS": lambda: Deposit().last("domain", '<rdeDomain:status s="ok"/>', ""),
    "RDE_DOMAIN_HAS_INVALID_STATUS": lambda: Deposit().last("domain", 's="ok"', 's="fine"'),
    "RDE_DOMAIN_HAS_MISSING_REGISTRANT": lambda: Deposit().last("domain", _of("registrant", "C-1"), ""),
    "RDE_DOMAIN_HAS_INVALID_REGISTRANT": lambda: Deposit().last(
        "domain", _of("registrant", "C-1"), _of("registrant", "C-9")
    ),
    "RDE_DOMAIN_HAS_MISSING_CONTACT": lambda: Deposit().last("domain", 'type="tech">C-1', 'type="tech">C-9'),
    "RDE_DOMAIN_HAS_MISSING_NAMESERVER": lambda: Deposit().last("domain", ">ns.example.net<", ">ns9.example.net<"),
    "RDE_DOMAIN_HAS_UNEXPECTED_HOST_OBJECTS": lambda: (
        Deposit().only("host").unlisted(ns.HOST).known_as(hosts="attributes")
    ),
    "RDE_DOMAIN_HAS_UNEXPECTED_HOST_ATTRIBUTES": lambda: Deposit().and_(
        "domain", d.domain("three.example", attributes=(("ns.three.example", ("192.0.2.3",)),))
    ),
    "RDE_DOMAIN_HAS_MISSING_CLID": lambda: Deposit().last("domain", _of("clID", "R-1"), ""),
    "RDE_DOMAIN_HAS_INVALID_CLID": lambda: Deposit().last("domain", _of("clID", "R-1"), _of("clID", "R-9")),
    "RDE_DOMAIN_HAS_INVALID_CRRR": lambda: Deposit().last("domain", _of("crRr", "R-1"), _of("crRr", "R-9")),
    "RDE_DOMAIN_HAS_INVALID_UPRR": lambda: Deposit().last("domain", _of("upRr", "R-1"), _of("upRr", "R-9")),
    "RDE_DOMAIN_HAS_INVALID_RERR": lambda: Deposit().last("domain", _of("reRr", "R-1"), _of("reRr", "R-9")),
    "RDE_DOMAIN_HAS_INVALID_ACRR": lambda: Deposit().last("domain", _of("acRr", "R-2"), _of("acRr", "R-9")),
    "RDE_DOMAIN_HAS_MISSING_CRDATE": lambda: Deposit().last("domain", _of("crDate", "2020-01-01T00:00:00Z"), ""),
    "RDE_DOMAIN_HAS_INVALID_CRDATE": lambda: Deposit().last("domain", "crDate>2020", "crDate>2026"),
    "RDE_DOMAIN_HAS_MISSING_EXDATE": lambda: Deposit().last("domain", _of("exDate", "2027-01-01T00:00:00Z"), ""),
    "RDE_DOMAIN_HAS_INVALID_EXDATE": lambda: Deposit().last("domain", "exDate>2027", "exDate>2025"),
    # rde-08
    "RDE_HOST_OBJECT_MISSING": lambda: _NO_HOSTS,
    "RDE_HOST_HAS_INVALID_NAME": lambda: Deposit().last("host", ">ns3.example.net<", ">ns_3.example.net<"),
    "RDE_HOST_HAS_NON_UNIQUE_NAME": lambda: Deposit().last("host", ">ns3.example.net<", ">ns.example.net<"),
    "RDE_HOST_HAS_MISSING_ROID": lambda: Deposit().last("host", _roid("ns3_example_net", "rdeHost"), ""),
    "RDE_HOST_HAS_INVALID_ROID": lambda: Deposit().last("host", "ns3_example_net-TEST", "ns3_example_net-OTHER"),
    "RDE_HOST_HAS_NON_UNIQUE_ROID": lambda: Deposit().last("host", "ns3_example_net-TEST", "ns_example_net-TEST"),
    "RDE_HOST_HAS_MISSING_STATUS": lambda: Deposit().last("host", '<rdeHost:status s="ok"/>', ""),
    "RDE_HOST_HAS_INVALID_STATUS": lambda: Deposit().last("host", 's="ok"', 's="clientHold"'),
    "RDE_HOST_HAS_MISSING_IP_ADDRESS": lambda: Deposit().last("host", ">ns3.example.net<", ">ns3.one.example<"),
    "RDE_HOST_HAS_INVALID_IP_ADDRESS": lambda: Deposit().and_("host", d.host("ns4.example.net", "192.0.2.256")),
    "RDE_HOST_HAS_MISSING_CLID": lambda: Deposit().last("host", "<rdeHost:clID>R-1</rdeHost:clID>", ""),
    "RDE_HOST_HAS_INVALID_CLID": lambda: Deposit().last("host", "clID>R-1<", "clID>R-9<"),
    # rde-09
    "RDE_CONTACT_OBJECT_MISSING": lambda: _NO_CONTACTS,
    "RDE_CONTACT_HAS_NON_UNIQUE_ID": lambda: Deposit().last("contact", "id>C-2<", "id>C-1<"),
    "RDE_CONTACT_HAS_INVALID_ROID": lambda: Deposit().last("contact", "C2-TEST", "C2-OTHER"),
    "RDE_CONTACT_HAS_NON_UNIQUE_ROID": lambda: Deposit().last("contact", "C2-TEST", "C1-TEST"),
    "RDE_CONTACT_HAS_MULTIPLE_POSTALINFO_TYPES": lambda: Deposit().last("contact", 'type="loc"', 'type="int"'),
    "RDE_CONTACT_HAS_INVALID_CC": lambda: Deposit().last("contact", ">ES<", ">ZZ<"),
    "RDE_CONTACT_HAS_INVALID_EMAIL": lambda: Deposit().last("contact", "c-2@mail", "c-2 at mail"),
    "RDE_CONTACT_HAS_UNKNOWN_CLID": lambda: Deposit().last("contact", "clID>R-1<", "clID>R-9<"),
    "RDE_CONTACT_HAS_UNKNOWN_CRRR": lambda: Deposit().last("contact", "crRr>R-1<", "crRr>R-9<"),
    "RDE_CONTACT_HAS_UNKNOWN_UPRR": lambda: Deposit().last("contact", "upRr>R-1<", "upRr>R-9<"),
    "RDE_CONTACT_HAS_UNKNOWN_RERR": lambda: Deposit().last("contact", "reRr>R-1<", "reRr>R-9<"),
    "RDE_CONTACT_HAS_UNKNOWN_ACRR": lambda: Deposit().last("contact", "acRr>R-2<", "acRr>R-9<"),
    # rde-10
    "RDE_REGISTRAR_OBJECT_MISSING": lambda: Deposit().only("registrar"),
    "RDE_REGISTRAR_HAS_MISSING_ID": lambda: Deposit().last(
        "registrar", "<rdeRegistrar:id>R-3</rdeRegistrar:id>", ""
    ),
    "RDE_REGISTRAR_HAS_INVALID_ID": lambda: Deposit().last("registrar", ">R-3<", f">{'R' * 65}<"),
    "RDE_REGISTRAR_HAS_NON_UNIQUE_ID": lambda: Deposit().last("registrar", ">R-3<", ">R-2<"),
    "RDE_REGISTRAR_HAS_MISSING_NAME": lambda: Deposit().last("registrar", ">Registrar One<", "><"),
    "RDE_REGISTRAR_HAS_INVALID_NAME": lambda: Deposit().last("registrar", "Registrar One", "R" * 256),
    "RDE_REGISTRAR_HAS_MISSING_GURID": lambda: Deposit().and_("registrar", d.registrar("R-4", gurid=None)),
    "RDE_REGISTRAR_HAS_INVALID_GURID": lambda: Deposit().last("registrar", ">9997<", ">9998<"),
    # rde-11
    "RDE_IDN_OBJECT_INVALID": lambda: Deposit().last("idn_table", ">https://", ">"),
    "RDE_IDN_OBJECT_MISSING": lambda: Deposit().known_as(idn_tables=frozenset({"es", "fr", "pt-BR"})),
    "RDE_IDN_OBJECT_UNEXPECTED": lambda: Deposit().known_as(idn_tables=frozenset({"pt-BR"})),
    # rde-12
    "RDE_NNDN_HAS_NON_UNIQUE_NAME": lambda: Deposit().and_("nndn", d.nndn("blocked.example")),
    "RDE_NNDN_CONFLICTS_WITH_DOMAIN": lambda: Deposit().last("nndn", "blocked.example", "one.example"),
    # rde-13
    "RDE_MISSING_EPP_PARAMS_OBJECT": lambda: Deposit().only("epp_params"),
    "RDE_GREETING_DOES_NOT_MATCH": lambda: Deposit().last("epp_params", "secDNS-1.1", "secDNS-1.0"),
    # rde-14
    "RDE_POLICY_OBJECT_MISSING": lambda: Deposit().only("policy"),
    "RDE_POLICY_OBJECT_INVALID": lambda: Deposit().and_("policy", _policy("colour")),
    "RDE_POLICY_OBJECT_MISSING_OBJECTS": lambda: Deposit().only("policy", _policy("gurid", "registrar")),
}
"""For each code, a deposit that is wrong by it and right otherwise."""


def _of(local: str, value: str) -> str:
    return f"<rdeDomain:{local}>{value}</rdeDomain:{local}>"


def _roid(name: str, prefix: str = "rdeDomain") -> str:
    return f"<{prefix}:roid>{name}-TEST</{prefix}:roid>"
