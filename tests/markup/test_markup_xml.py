"""XML: each element at its place, valid whatever the texts are, languages where they belong."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from directory import resources
from directory.markup import xml
from directory.markup.place import PLACES, place
from directory.profile.profile import Profile
from directory.profile.view import View
from tests.markup import answers
from tests.markup.views import Fields, answer
from tests.profile import replies

_SCHEMA = etree.XMLSchema(etree.fromstring(resources.read("schemas", "data.xsd").encode()))
_NS = {"d": xml.NAMESPACE}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _object(profile: Profile, view: View) -> Element:
    """The object of an answer, which is valid."""
    root = etree.fromstring(xml.render(answer(profile, view), answers.URL))
    _SCHEMA.assertValid(root)
    return root[0]


def _of(element: Element, path: str) -> list[Element]:
    return element.findall("/".join(f"d:{step}" for step in path.split("/")), _NS)


def _one(table: str, element: str, value: str, profile: Profile) -> Element:
    """An object in which an element of a table has a value."""
    view = View(table, "", {element: (value,)}, {}, {})
    owners = {"desk": ("registrar", "abuse"), "dnssec": ("domain", "dnssec")}
    owners |= {each: ("domain", each) for each in ("transfer", "trademark", "reseller")}
    if table not in owners:
        return _object(profile, view)
    owner, name = owners[table]
    return _object(profile, View(owner, "", {}, {}, {name: (view,)}))


@pytest.mark.parametrize(
    "table", ["domain", "host", "contact", "registrar", "desk", "dnssec", "transfer", "trademark"]
)
def test_every_element_of_the_catalogue_has_a_place_of_its_own_that_the_schema_knows(
    table: str, profile: Profile
) -> None:
    places = Counter(
        place(table, each.short) for each in replies.catalogue().tables[table].elements if not each.never
    )
    # The two of DNSSEC stand in different records (RFC 5910 §4).
    assert {where.tag for where, count in places.items() if count > 1} == ({"alg"} if table == "dnssec" else set())
    for each in replies.catalogue().tables[table].elements:
        if not each.never:
            found = _one(table, each.short, "v1", profile)
            values = [text for element in found.iter() for text in (element.text, *element.attrib.values())]
            assert values.count("v1") == 1, each.key


def test_a_place_is_said_only_of_elements_that_are_there_and_where_it_is_not_the_short_name() -> None:
    catalogue = replies.catalogue()
    for table, places in PLACES.items():
        for short, written in places.items():
            assert f"{table}.{short}" in catalogue
            assert written != short


_RENAMED = {"crRr": "crID", "upRr": "upID", "reRr": "reID", "acRr": "acID"}
"""SAC054's word for RFC 9022's."""


@pytest.mark.clause("SAC054 appendix A")
def test_an_element_is_called_as_in_a_deposit_but_for_what_appendix_a_calls_otherwise() -> None:
    for each in replies.catalogue():
        if each.table in PLACES and each.xml and not each.group and each.table != "dnssec":
            tag = place(each.table, each.short).tag
            last = each.xml.rpartition("/")[2].partition("@")[0].partition("[")[0].rpartition(":")[2]
            wanted = {("domain", "ns"): "hostObj", ("registrar", "org"): "org"}.get((each.table, each.short))
            assert tag == wanted or tag == _RENAMED.get(last, last) or each.table == "disclose"


def test_an_extension_of_a_telephone_number_is_an_attribute_of_it_in_either_order(profile: Profile) -> None:
    shown: Fields = {"voice": ("+1.5",), "voiceExt": ("12",)}
    for fields in (shown, dict(reversed(shown.items()))):
        (voice,) = _of(_object(profile, View("contact", "", fields, {}, {})), "voice")
        assert (voice.text, voice.get("x")) == ("+1.5", "12")


def test_the_elements_of_an_address_stand_together_wherever_the_profile_has_them(profile: Profile) -> None:
    fields = {"city": ("Lima",), "email": ("a@b.example",), "name": ("Ana",), "street": ("1", "2"), "cc": ("PE",)}
    found = _object(profile, View("contact", "", fields, {}, {}))
    (postal,) = _of(found, "postalInfo")
    assert [each.text for each in _of(postal, "addr/street")] == ["1", "2"]
    assert [etree.QName(each).localname for each in found] == ["postalInfo", "email"]
    assert [etree.QName(each).localname for each in postal] == ["addr", "name"]


@pytest.mark.clause("RFC 5733 §3.1.2")
@pytest.mark.clause("XML 1.0 §2.12")
def test_the_second_postal_form_stands_next_to_the_first_and_each_has_its_language(profile: Profile) -> None:
    (registrant,) = etree.fromstring(xml.render(answers.found(profile), answers.URL)).iterfind(
        ".//d:contact[@role='registrant']", _NS
    )
    first, second = _of(registrant, "postalInfo")
    assert first.getnext() is second
    assert (first.get("type"), first.get(_LANG)) == ("loc", "und-Cyrl")
    assert (second.get("type"), second.get(_LANG)) == ("int", "en")


def test_the_texts_of_the_registry_do_not_inherit_the_language_of_the_profile(profile: Profile) -> None:
    root = etree.fromstring(xml.render(answers.found(profile), answers.URL))
    for each in (root, root[0]):
        assert each.get(_LANG) is None
    assert root[-1].get(_LANG) == "en"


def test_a_contact_in_full_cannot_be_taken_for_a_reference_to_one(profile: Profile) -> None:
    domain = etree.fromstring(xml.render(answers.found(profile), answers.URL))[0]
    assert [each.text for each in _of(domain, "contact")] == ["sh-2", "sh-3"]
    assert {each.get("type") for each in _of(domain, "contact")} == {"tech"}
    assert [each.get("role") for each in _of(domain, "contacts/contact")] == ["registrant", "tech", "tech"]
    assert [each.text for each in _of(domain, "host")] == ["ns1.xn--e1afmkfd.test"]
    assert [each.text for each in _of(domain, "hosts/host/name")] == ["ns1.example.test", "ns.provider.example"]


@pytest.mark.clause("RFC 5910 §4")
def test_a_key_stands_in_its_ds_record_or_by_itself(profile: Profile) -> None:
    domain = etree.fromstring(xml.render(answers.found(profile), answers.URL))[0]
    (dns,) = _of(domain, "secDNS")
    assert [etree.QName(each).localname for each in dns] == ["maxSigLife", "dsData", "keyData"]
    assert [each.text for each in _of(dns, "dsData/keyData/pubKey")] == ["oJMRESz5E4gY"]
    assert [each.text for each in _of(dns, "keyData/pubKey")] == ["zS/q6XDrvU1q"]


@pytest.mark.clause("RFC 5733 §2.9")
def test_elements_under_one_flag_of_a_disclosure_preference_stand_together(profile: Profile) -> None:
    root = etree.fromstring(xml.render(answers.found(profile), answers.URL))
    wishes = [
        (each.get("flag"), [(etree.QName(wish).localname, wish.get("type")) for wish in each])
        for each in root.iterfind(".//d:disclose", _NS)
    ]
    assert wishes == [("0", [("voice", None), ("name", "loc")]), ("1", [("email", None)])]


def test_a_flag_without_an_element_and_an_element_without_a_name_are_no_fault(profile: Profile) -> None:
    wishes = (
        View("disclose", "", {"flag": ("0",)}, {}, {}),
        View("disclose", "", {"element": ("pager",)}, {}, {}),
    )
    found = _object(profile, View("contact", "", {}, {}, {"disclose": wishes}))
    first, second = _of(found, "disclose")
    assert (first.get("flag"), len(first)) == ("0", 0)
    assert (second.get("flag"), second[0].text) == (None, "pager")


@pytest.mark.clause("XML 1.0 §2.2")
@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\x0b\x1f", "\ufffd\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("\t\r\n \x85\u2028", "\t\r\n \x85\u2028"),
        ("\U0001f600\U0010ffff\ue000", "\U0001f600\U0010ffff\ue000"),
        ("<&>\"']]>", "<&>\"']]>"),
    ],
)
def test_a_character_that_xml_does_not_have_is_replaced_and_every_other_kept(
    value: str, read: str, profile: Profile
) -> None:
    fields: Fields = {"name": (value,), "status": (value,), "crClient": (value,)}
    found = _object(profile, View("contact", "", fields, {}, {}))
    assert [each.text for each in _of(found, "postalInfo/name")] == [read]
    assert [each.get("s") for each in _of(found, "status")] == [read]
    assert [each.get("client") for each in _of(found, "crID")] == [read]


def test_an_address_that_is_shown_in_part_has_the_version_that_it_looks_like(profile: Profile) -> None:
    found = _object(profile, View("host", "", {"addr": ("192.0", "2001:db8::")}, {}, {}))
    assert [each.get("ip") for each in _of(found, "addr")] == ["v4", "v6"]


def test_the_schema_needs_nothing_from_the_network() -> None:
    schema = etree.fromstring(resources.read("schemas", "data.xsd").encode())
    assert not schema.findall("{*}import")
    assert not schema.findall("{*}include")


@pytest.mark.parametrize(
    "wrong",
    [
        "<domain><authInfo><pw>2fooBAR</pw></authInfo></domain>",
        "<registrar><authInfo/></registrar>",
        "<domain><contact role='admin'><id>sh8013</id></contact></domain>",
        "<host><addr>192.0.2.1</addr></host>",
        "<domain><redacted element='domain.id' method='emptyValue' name='x'/></domain>",
        "<nndn/>",
    ],
)
def test_the_schema_refuses_what_is_not_written(wrong: str) -> None:
    text = f'<answer xmlns="{xml.NAMESPACE}" profile="p" profileVersion="1">{wrong}</answer>'
    assert not _SCHEMA.validate(etree.fromstring(text))
