"""Every object of a sample deposit has the children of RFC 9022 §9, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from lxml import etree

from directory.escrow.sample import write_sample

IETF = "urn:ietf:params:xml:ns:"
WATERMARK = datetime(2026, 1, 1, tzinfo=UTC)

# Children by parent, as a regular expression of names; one without prefix is in its parent's space.
EVENTS = "clID (crRr )?(crDate )?(upRr )?(upDate )?"
TRANSFER = "trStatus reRr reDate acRr acDate "
ADDRESS = "(street ){0,3}city (sp )?(pc )?cc "
SEQUENCES = {
    "rde:deposit": "watermark rdeMenu contents ",
    "rde:rdeMenu": "version (objURI )+",
    "rdeHeader:header": "(tld |registrar |ppsp |reseller )(count )+(contentTag )?",
    "rdeDomain:domain": (
        "name roid (uName )?(idnTableId )?(originalName )?(status ){1,11}(rgpStatus )*(registrant )?"
        "(contact )*(ns )?clID (crRr )?(crDate )?(exDate )?(upRr )?(upDate )?(secDNS )?(trDate )?(trnData )?"
    ),
    "rdeDomain:ns": "(domain:hostObj )+",
    "rdeDomain:trnData": TRANSFER + "(exDate )?",
    "rdeDomain:secDNS": "(secDNS:maxSigLife )?((secDNS:dsData )+|(secDNS:keyData )+)",
    "secDNS:dsData": "keyTag alg digestType digest (keyData )?",
    "secDNS:keyData": "flags protocol alg pubKey ",
    "rdeHost:host": f"name roid (status ){{1,7}}(addr )*{EVENTS}(trDate )?",
    "rdeContact:contact": (
        f"id roid (status ){{1,7}}(postalInfo ){{1,2}}(voice )?(fax )?email {EVENTS}"
        "(trDate )?(trnData )?(disclose )?"
    ),
    "rdeContact:postalInfo": "contact:name (contact:org )?contact:addr ",
    "rdeContact:trnData": TRANSFER,
    "rdeContact:disclose": (
        "(contact:name ){0,2}(contact:org ){0,2}(contact:addr ){0,2}"
        "(contact:voice )?(contact:fax )?(contact:email )?"
    ),
    "contact:addr": ADDRESS,
    "rdeRegistrar:registrar": (
        "id name (gurid )?(status )?(postalInfo ){0,2}(voice )?(fax )?(email )?(url )?(whoisInfo )?"
        "(crDate )?(upDate )?"
    ),
    "rdeRegistrar:postalInfo": "addr ",
    "rdeRegistrar:addr": ADDRESS,
    "rdeRegistrar:whoisInfo": "(name )?(url )?",
    "rdeIDN:idnTableRef": "url urlPolicy ",
    "rdeNNDN:NNDN": "aName (uName )?(idnTableId )?(originalName )?nameState (crDate )?",
    "rdeEppParams:eppParams": "(version )+(lang )+(objURI )+(svcExtension )?dcp ",
    "rdeEppParams:svcExtension": "(epp:extURI )+",
    "rdeEppParams:dcp": "epp:access (epp:statement )+(epp:expiry )?",
    "epp:access": "(all |none |null |other |personal |personalAndOther )",
    "epp:statement": "purpose recipient retention ",
    "epp:purpose": "(admin )?(contact )?(other )?(prov )?",
    "epp:recipient": "(other )?(ours )*(public )?(same )?(unrelated )?",
    "epp:retention": "(business |indefinite |legal |none |stated )",
    "rdePolicy:policy": "",
    "reseller:reseller": "domain name (url )?",
    "trademark:trademark": "domain name number ccLocality appDate regDate class entitlement type ",
    "person:person": "contact kind (consent )?",
    "postalLanguage:postalLanguage": "contact (int )?loc ",
}
RULES = {parent: re.compile(rule) for parent, rule in SEQUENCES.items()}

INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
PHONE = r"\+[0-9]{1,3}\.[0-9]{1,14}"
ROID = r"(\w|_){1,80}-\w{1,8}"
NAME = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,63}"
FORMS = {
    **dict.fromkeys(("crDate", "exDate", "upDate", "trDate", "reDate", "acDate"), INSTANT),
    **dict.fromkeys(("voice", "fax"), PHONE),
    **dict.fromkeys(("clID", "crRr", "upRr", "reRr", "acRr", "registrant", "id"), r"\S{3,16}"),
    **dict.fromkeys(("aName", "hostObj", "originalName"), NAME),
    "roid": ROID,
    "email": r"[a-z0-9.-]+@[a-z0-9.-]+\.(com|net|org)",
    "cc": "[A-Z]{2}",
    "pc": ".{1,16}",
    "keyTag": r"\d{1,5}",
    "digest": "[0-9A-F]{64}|[0-9A-F]{96}",
    "class": r"[1-9]|[1-3]\d|4[0-5]",
}
PATTERNS = {name: re.compile(form) for name, form in FORMS.items()}


def prefixed(element: etree._Element) -> str:
    return f"{element.prefix}:{etree.QName(element).localname}"


def departures(element: etree._Element) -> Iterator[str]:
    """What is wrong with an element and those below it."""
    name = prefixed(element)
    children = "".join(
        (etree.QName(child).localname if child.prefix == element.prefix else prefixed(child)) + " "
        for child in element
    )
    rule = RULES.get(name)
    if rule is not None and not rule.fullmatch(children):
        yield f"{name}: {children}"
    if rule is None and children and name not in ("rde:contents",):
        yield f"{name} has children that no rule knows: {children}"
    pattern = PATTERNS.get(etree.QName(element).localname)
    if pattern is not None and element.text and not pattern.fullmatch(element.text):
        yield f"{name}: {element.text!r}"
    if name != "rdeContact:disclose":  # its children only name what is meant
        for child in element:
            yield from departures(child)


@pytest.fixture(scope="module", params=["test", "co.test", "испытание"])
def deposit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> etree._Element:
    path = tmp_path_factory.mktemp("structure") / "deposit.xml"
    write_sample(path, domains=4000, seed=11, tld=request.param, watermark=WATERMARK)
    return etree.parse(str(path)).getroot()


@pytest.mark.clause("RFC 9022 §9")
@pytest.mark.clause("RFC 8909 §6.1")
def test_every_element_has_its_children_in_the_order_of_the_schema(deposit: etree._Element) -> None:
    assert list(departures(deposit))[:10] == []


def test_the_structural_check_notices_a_swapped_and_an_unknown_child(deposit: etree._Element) -> None:
    domain = deposit.find(f".//{{{IETF}rdeDomain-1.0}}domain")
    assert domain is not None
    copy = etree.fromstring(etree.tostring(domain))
    copy.insert(0, copy[1])
    assert list(departures(copy))
    copy = etree.fromstring(etree.tostring(domain))
    etree.SubElement(copy, f"{{{IETF}rdeDomain-1.0}}authInfo")
    assert list(departures(copy))


@pytest.mark.clause("RFC 8909 §6.1")
def test_the_root_says_full_and_its_identifier_has_the_form_of_the_schema(deposit: etree._Element) -> None:
    assert prefixed(deposit) == "rde:deposit"
    assert deposit.get("type") == "FULL"
    assert re.fullmatch(r"\w{1,13}", deposit.get("id") or "")
    assert deposit.get("prevId") is None
    assert deposit.findtext(f"{{{IETF}rde-1.0}}watermark") == "2026-01-01T00:00:00Z"


@pytest.mark.clause("RFC 9022 §5.9.1")
def test_the_header_names_the_tld_in_a_labels_and_stands_first(deposit: etree._Element) -> None:
    contents = deposit.find(f"{{{IETF}rde-1.0}}contents")
    assert contents is not None
    assert prefixed(contents[0]) == "rdeHeader:header"
    assert contents[0][0].text in ("test", "co.test", "xn--80akhbyknj4f")


@pytest.mark.clause("RFC 5730 §2.8")
def test_roids_are_unique_and_carry_the_repository_that_iana_keeps_for_examples(
    deposit: etree._Element,
) -> None:
    roids = [element.text or "" for element in deposit.iter("{*}roid")]
    assert len(roids) == len(set(roids))
    assert {roid.rpartition("-")[2] for roid in roids} == {"EXAMPLE"}


@pytest.mark.clause("RFC 9022 §5.3.1.1")
def test_the_internationalised_postal_form_is_ascii_and_no_form_comes_twice(deposit: etree._Element) -> None:
    local = 0
    for holder in deposit.iter(f"{{{IETF}rdeContact-1.0}}contact", f"{{{IETF}rdeRegistrar-1.0}}registrar"):
        space = etree.QName(holder).namespace
        forms = holder.findall(f"{{{space}}}postalInfo")
        kinds = [form.get("type") for form in forms]
        assert len(kinds) == len(set(kinds))
        for form in forms:
            text = "".join(str(part) for part in form.itertext())
            assert form.get("type") != "int" or text.isascii()
            local += form.get("type") == "loc" and not text.isascii()
    assert local
