"""The XML samples of SAC054 appendix A come out of the objects of RFC 9022 that they show."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from directory.access.standing import PUBLIC, Standing
from directory.answer import Found
from directory.markup import xml
from directory.model.base import Address, Instant, Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, NameServer, SecDNS
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal, Sponsor
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from directory.query import Kind, Lookup
from tests.profile import replies

SAMPLES = Path(__file__).parents[1] / "data" / "sac054"

DISCLOSURE = """
disclosure: open
version: "1"
from: "2012-06-11"
public: [
  domain.name, domain.id, domain.status, domain.rgpStatus, domain.registrant, domain.admin, domain.tech, domain.ns,
  domain.host, domain.registrarid, domain.crRr, domain.crDate, domain.upRr, domain.upDate, domain.exDate,
  dnssec.maxSigLife, domain.secDNS, dnssec.keyTag, dnssec.alg, dnssec.digestType, dnssec.digest,
  transfer.trStatus, transfer.reRr, transfer.reDate, transfer.acRr, transfer.acDate, transfer.exDate,
  host.name, host.id, host.status, host.addr, host.registrarid, host.crRr, host.crDate, host.upRr, host.upDate,
  host.trDate,
  contact.id, contact.roid, contact.status, contact.name, contact.org, contact.street, contact.city, contact.sp,
  contact.pc, contact.cc, contact.voice, contact.voiceExt, contact.fax, contact.email, contact.registrarid,
  contact.crRr, contact.crDate, contact.upRr, contact.upDate,
  disclose.flag, disclose.element,
  registrar.registrarid, registrar.gurid, registrar.org, registrar.street, registrar.city, registrar.sp,
  registrar.pc, registrar.cc, registrar.voice, registrar.voiceExt, registrar.fax, registrar.email, registrar.url,
  registrar.whoisinfo, registrar.whoisUrl, registrar.crDate, registrar.upDate]
"""

PROFILE = """
profile: appendix
version: "1"
from: "2012-06-11"
bind: {tlds: ["*"], service: data}
disclosure: open
parameters: {postal: [int, loc]}
objects:
  domain:
    - name
    - id
    - status
    - rgpStatus
    - registrant
    - admin
    - tech
    - ns
    - host
    - registrarid
    - crRr
    - crDate
    - upRr
    - upDate
    - exDate
    - {each: dnssec, elements: [maxSigLife, keyTag, alg, digestType, digest]}
    - {each: transfer, elements: [trStatus, reRr, reDate, acRr, acDate, exDate]}
  host: [name, id, status, addr, registrarid, crRr, crDate, upRr, upDate, trDate]
  contact:
    - id
    - roid
    - status
    - name
    - org
    - street
    - city
    - sp
    - pc
    - cc
    - voice
    - voiceExt
    - fax
    - email
    - registrarid
    - crRr
    - crDate
    - upRr
    - upDate
    - {each: disclose, elements: [flag, element]}
    - {each: transfer, elements: [trStatus, reRr, reDate, acRr, acDate]}
  registrar: [registrarid, gurid, org, street, city, sp, pc, cc, voice, voiceExt, fax, email, url, whoisinfo,
    whoisUrl, crDate, upDate]
texts:
  not-found: {domain: No., nameserver: No., address: No., registrar: No., entity: No.}
"""


def _transfer(ex_date: str | None) -> tuple[Transfer, ...]:
    requested, acted = Instant("2011-03-08T19:38:00Z"), Instant("2011-03-13T23:59:59Z")
    expires = Instant(ex_date) if ex_date else None
    return (Transfer("pending", "clientW", None, requested, "clientX", None, acted, expires),)


_DOMAIN = DomainGraph(
    Domain(
        name="pinguino.test", u_name=None, roid="Dpinguino-TEST", idn_table=None, original_name=None,
        cl_id="clientX", cr_rr="clientY", cr_client=None, cr_date=Instant("1999-04-03T22:00:00Z"),
        ex_date=Instant("2015-04-03T22:00:00Z"), up_rr="clientX", up_client=None,
        up_date=Instant("2009-12-03T09:05:00Z"), tr_date=None, max_sig_life=604800,
        statuses=(Status("pendingDelete"),), rgp=(Status("redemptionPeriod"),),
        contacts=(
            ContactLink("registrant", "jdl1234"), ContactLink("admin", "sh8013"), ContactLink("tech", "sh8013"),
        ),
        ns=(NameServer("ns1.example.com", "object"), NameServer("ns1.example.net", "object")),
        secdns=(SecDNS(12345, 7, 1, "93358DB22E956A451EB5AE8D2EC39526CA6A87B9"),),
        transfer=_transfer("2016-04-03T22:00:00Z"),
    ),
    None,
    contacts=(None, None, None),
    hosts=(None, None),
    subordinates=("ns1.pinguino.test", "ns2.pinguino.test"),
)  # fmt: skip

_HOST = HostGraph(
    Host(
        name="ns1.example.test", u_name=None, reversed_name="test.example.ns1", roid="Hns1_example_test-TEST",
        cl_id="clientY", cr_rr="clientX", cr_client=None, cr_date=Instant("1999-05-08T12:10:00Z"),
        up_rr="clientX", up_client=None, up_date=Instant("2009-10-03T09:34:00Z"),
        tr_date=Instant("2007-01-08T09:19:00Z"), statuses=(Status("linked"), Status("clientUpdateProhibited")),
        addresses=(
            Address("v4", "192.0.2.2"), Address("v4", "192.0.2.29"), Address("v6", "1080::8:800:200c:417a"),
        ),
    ),
    None,
)  # fmt: skip

_CONTACT = ContactGraph(
    Contact(
        handle="sh8013", roid="Csh8013-TEST", voice="+1.7035555555", voice_ext="1234", fax="+1.7035555556",
        fax_ext=None, email="jdoe@example.test", cl_id="clientY", cr_rr="clientX", cr_client=None,
        cr_date=Instant("2009-09-13T08:01:00Z"), up_rr="clientX", up_client=None,
        up_date=Instant("2009-11-26T09:10:00Z"), tr_date=None,
        statuses=(Status("linked"), Status("clientDeleteProhibited")),
        postal=(
            Postal(
                "int", "John Doe", "Example Inc.", "123 Example Dr.", "Suite 100", None, "Dulles", "VA",
                "20166-6503", "US",
            ),
        ),
        disclose=(Disclose(0, "voice"), Disclose(0, "email")),
        transfer=_transfer(None),
    ),
    None,
)  # fmt: skip

_REGISTRAR = RegistrarGraph(
    Sponsor(
        Registrar(
            id="clientX", name="Example Inc.", folded_name="example inc.", gurid=123, status=None,
            voice="+1.7035555555", voice_ext="1234", fax="+1.7035555556", fax_ext=None, email="jdoe@example.test",
            url="http://www.example.test", whois_name="whois.example.test", whois_url="http://whois.example.test",
            cr_date=Instant("2005-04-23T11:49:00Z"), up_date=Instant("2009-02-17T17:51:00Z"),
            postal=(
                RegistrarPostal(
                    "int", "123 Example Dr.", "Suite 100", None, "Dulles", "VA", "20166-6503", "US"
                ),
            ),
        )
    )
)  # fmt: skip

OBJECTS: dict[str, Graph] = {"domain": _DOMAIN, "host": _HOST, "contact": _CONTACT, "registrar": _REGISTRAR}


def _drop(path: str) -> Callable[[Element], int]:
    def change(root: Element) -> int:
        found = root.findall(path)
        for each in found:
            parent = each.getparent()
            assert parent is not None
            parent.remove(each)
        return len(found)

    return change


def _text(wanted: str, to: Callable[[str], str]) -> Callable[[Element], int]:
    def change(root: Element) -> int:
        found = [each for each in root.iter() if each.text and re.search(wanted, each.text)]
        for each in found:
            each.text = to(each.text or "")
        return len(found)

    return change


def _rename(old: str, new: str) -> Callable[[Element], int]:
    def change(root: Element) -> int:
        found = list(root.iter(old))
        for each in found:
            each.tag = new
        return len(found)

    return change


_ALL = frozenset(OBJECTS)
DEVIATIONS: list[tuple[str, frozenset[str], Callable[[Element], int]]] = [
    (
        "a password is never stored, and so never served (SAC054 table 2, authInfo; RFC 9022 §5.1.1.1)",
        _ALL - {"host"},
        _drop("authInfo"),
    ),
    (
        "a fraction of a second that is zero is not written: one moment, one text (RFC 3339 §5.6)",
        _ALL,
        _text(r"T\d\d:\d\d:\d\d\.0Z$", lambda text: text.replace(".0Z", "Z")),
    ),
    (
        "an IPv6 address is written as RFC 5952 §4 has it, which SAC054 appendix A wants in table 2",
        frozenset({"host"}),
        _text(r"^[0-9A-F]+(:[0-9A-F]+){7}$", lambda text: str(ip_address(text))),
    ),
    (
        "a digest has no white space and stands in capitals (RFC 4034 §5.3)",
        frozenset({"domain"}),
        _text(r"\A\s+[0-9a-f]{40}\s+\Z", lambda text: text.strip().upper()),
    ),
    (
        "gurid is RFC 9022's word for the number at IANA (§5.4.1); guridad is a slip of the translation",
        frozenset({"registrar"}),
        _rename("guridad", "gurid"),
    ),
    ("a registrar has one WHOIS page (RFC 9022 §5.4.1)", frozenset({"registrar"}), _drop("whoisInfo/url[2]")),
    ("a registrar has no ROID (RFC 9022 §5.4.1)", frozenset({"registrar"}), _drop("roid")),
    (
        "a registrar has one name, the firm's, which stands in org (RFC 9022 §5.4.1, name; SAC054 table 2)",
        frozenset({"registrar"}),
        _drop("postalInfo/name"),
    ),
    (
        "a registrar's contacts are no objects of the registry and have no handles (RFC 9022 §5.4)",
        frozenset({"registrar"}),
        _drop("contact"),
    ),
]
"""In what our XML differs from the samples, each with its reason; that we have a namespace is in `_sample`."""


def _sample(name: str) -> Element:
    """A sample as it is printed: without a namespace, and with prefixes that nothing declares."""
    text = (SAMPLES / f"{name}.xml").read_text(encoding="utf-8")
    return etree.fromstring(re.sub(r"(</?)(?:domain|secDNS|contact):", r"\1", text))


Tree = tuple[str, dict[str, str], str, list["Tree"]]


def _tree(element: Element) -> Tree:
    tag = etree.QName(element).localname
    return tag, dict(element.attrib), (element.text or "").strip(), [_tree(each) for each in element]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder = tmp_path_factory.mktemp("appendix")
    files = [folder / "profile.yaml", folder / "disclosure.yaml"]
    for path, text in zip(files, (PROFILE, DISCLOSURE), strict=True):
        path.write_text(text, encoding="utf-8")
    return Profiles.load(files, replies.catalogue()).bound("test", "data")


@pytest.mark.clause("SAC054 appendix A")
@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize("name", list(OBJECTS))
def test_an_object_reads_as_the_sample_does_but_for_the_deviations(name: str, profile: Profile) -> None:
    view = profile.present(OBJECTS[name], Standing(PUBLIC))
    answer = Found(Lookup(Kind.DOMAIN, "any.test"), profile, Instant("2012-06-11T00:00:00Z"), view)
    (ours,) = etree.fromstring(xml.render(answer, "https://data.example/any"))
    sample = _sample(name)
    for _, where, change in DEVIATIONS:
        if name in where:
            change(sample)
    assert etree.QName(ours).namespace == xml.NAMESPACE
    assert _tree(ours) == _tree(sample)


@pytest.mark.parametrize(("reason", "where", "change"), DEVIATIONS, ids=[each[0] for each in DEVIATIONS])
def test_every_deviation_is_there_in_the_samples_that_it_is_said_of(
    reason: str, where: frozenset[str], change: Callable[[Element], int]
) -> None:
    assert {name for name in OBJECTS if change(_sample(name))} >= where, reason
