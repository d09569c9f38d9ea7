"""The catalogue has every row of SAC054's tables, in order, and what RFC 9022 knows beyond them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from directory import resources
from directory.documentfile import load
from directory.errors import BadValue, DocumentError
from directory.model.catalogue import Catalogue
from directory.model.element import CANONICAL

# As SAC054 prints them, row by row.
SAC054 = {
    "contact": (1, "id estatus name org street city sp cc voice fax email registrarid"),
    "registrar": (
        2,
        "registrarid street city sp cc voice fax email org whoisinfo url contact crDate upDate authInfo",
    ),
    "host": (3, "id name status addr registrarid crDate upDate"),
    "domain": (4, "name id status registrant tech admin reseller ns host registrarid crDate upDate exDate"),
    "trademark": (5, "id name number ccLocality appDate regDate Class Entitlement Type"),
    "dnssec": (6, "id keyTag Alg digestType digest maxSingLife keyData"),
}
BEYOND = {
    "contact": "roid pc voiceExt faxExt crDate upDate crRr upRr trDate trnData disclose",
    "registrar": "gurid status pc voiceExt faxExt whoisUrl rdap",
    "host": "uName crRr upRr trDate",
    "domain": "uName rgpStatus billing idnTableId originalName crRr upRr trDate trnData secDNS",
    "dnssec": "flags protocol keyAlg pubKey",
    "nndn": "aName uName idnTableId originalName nameState mirroringNS crDate",
}
KINDS = ("domain", "host", "contact", "registrar", "idnTableRef", "NNDN")
SAMPLES = Path(__file__).parents[1] / "data" / "rfc9022"

# What a deposit's CSV files have besides values of elements: keys of the parent, languages, kinds.
CSV_STRUCTURE = re.compile(
    r"dnssec\.fName|\w+Statuses\.(fId|fRoid|fName|fLang|fStatusDescription)|contactPostal\.(fId|fPostalType)"
    r"|domainContacts\.(fName|fContactType)|domainNameServers\..*|hostAddresses\.(fRoid|fAddrVersion)"
    r"|(contactDisclose|contactTransfer|domainTransfer)\..*"
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def model() -> Any:
    return copy.deepcopy(load(resources.find("schemas", "model.yaml")).data)


@pytest.mark.clause("SAC054 §4")
@pytest.mark.parametrize("table", SAC054)
def test_every_row_of_sac054_is_there_in_order(catalogue: Catalogue, table: str) -> None:
    number, printed = SAC054[table]
    source = f"SAC054 table {number}"
    rows = [element for element in catalogue.tables[table].elements if element.source == source]
    assert [element.printed or element.short for element in rows] == printed.split()
    assert rows == list(catalogue.tables[table].elements[: len(rows)])


@pytest.mark.parametrize("table", BEYOND)
def test_what_rfc_9022_has_beyond_sac054_is_there(catalogue: Catalogue, table: str) -> None:
    shorts = {element.short for element in catalogue.tables[table].elements}
    assert set(BEYOND[table].split()) <= shorts


def test_misprints_have_a_sane_key_and_are_recorded(catalogue: Catalogue) -> None:
    assert catalogue["contact.status"].printed == "estatus"
    assert catalogue["dnssec.maxSigLife"].printed == "maxSingLife"
    assert catalogue["dnssec.alg"].printed == "Alg"
    assert "contact.estatus" not in catalogue


def test_a_passphrase_is_known_and_has_no_place(catalogue: Catalogue) -> None:
    never = [element for element in catalogue if element.never]
    assert [element.key for element in never] == ["registrar.authInfo"]
    assert not any((never[0].xml, never[0].csv, never[0].rdap, never[0].whois))


def test_every_element_comes_from_somewhere(catalogue: Catalogue) -> None:
    for element in catalogue:
        has_place = element.xml or element.csv
        assert element.never or has_place or element.origin in ("side-data", "derived", "extension"), element.key
        assert not (element.origin in ("side-data", "derived") and has_place), element.key


def test_every_element_speaks_both_languages(catalogue: Catalogue) -> None:
    for element in catalogue:
        assert element.long.es, element.key
        assert element.description.es != element.description.en, element.key


@pytest.mark.clause("RFC 9022 §5")
def test_the_rfcs_csv_sample_has_no_value_without_an_element(catalogue: Catalogue) -> None:
    known = {element.csv for element in catalogue}
    fields = set()
    for definition in etree.parse(str(SAMPLES / "section16-full-csv.xml")).iter("{*}csv"):
        for listed in definition.iterfind("{*}fields/*"):
            fields.add(f"{definition.get('name')}.{etree.QName(listed).localname}")
    assert len(fields) > 80
    assert [field for field in sorted(fields - known) if not CSV_STRUCTURE.fullmatch(field)] == []


@pytest.mark.clause("RFC 9022 §5")
def test_the_rfcs_xml_sample_has_no_value_without_an_element(catalogue: Catalogue) -> None:
    """Each leaf of a domain, host, contact or registrar of the sample is the last step of some element's place."""
    known = {re.sub(r"[@\[].*", "", element.xml).rsplit(":", 1)[-1] for element in catalogue}
    known |= {"trStatus", "reRr", "reDate", "acRr", "acDate", "exDate", "hostObj", "hostName", "hostAddr"}
    places = set()
    for thing in etree.parse(str(SAMPLES / "section14-full.xml")).iterfind("{*}contents/*"):
        if etree.QName(thing).localname not in KINDS:
            continue
        for leaf in thing.iter("{*}*"):
            parent = leaf.getparent()
            if not len(leaf) and parent is not None and etree.QName(parent).localname != "disclose":
                places.add(etree.QName(leaf).localname)
    assert len(places) > 30
    assert sorted(places - known) == []


def test_groups_point_at_tables(catalogue: Catalogue) -> None:
    groups = [element for element in catalogue if element.type == "group"]
    assert {element.group for element in groups} == {"desk", "reseller", "transfer", "disclose", "dnssec"}
    for element in groups:
        assert element.table == element.group or element.table in catalogue.tables[element.group].of


def test_the_types_of_the_schema_are_those_that_values_are_checked_by() -> None:
    types = resources.schema("model")["$defs"]["type"]["enum"]
    assert {*types, "enum"} == set(CANONICAL)
    extension = resources.schema("extension")["$defs"]["element"]["properties"]["type"]["enum"]
    assert {*extension, "group"} == set(CANONICAL)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("domain.name", "EXAMPLE.Test.", "example.test"),
        ("contact.cc", "mx", "MX"),
        ("host.addr", "2001:DB8:0::1", "2001:db8::1"),
        ("domain.crDate", "2026-01-01T00:00:00.0Z", "2026-01-01T00:00:00Z"),
        ("dnssec.keyTag", "12345", "12345"),
        ("trademark.class", "9", "9"),
        ("trademark.entitlement", "co-owner", "co-owner"),
        ("trademark.regDate", "2001-02-03", "2001-02-03"),
        ("reseller.name", "  Reseller \n One ", "Reseller One"),
    ],
)
def test_values_become_canonical(catalogue: Catalogue, key: str, text: str, value: str) -> None:
    assert catalogue[key].canonical(text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("trademark.class", "46"),
        ("trademark.class", "0"),
        ("trademark.entitlement", "TITULAR"),
        ("trademark.regDate", "2001-02-30"),
        ("reseller.name", ""),
        ("reseller.name", "x" * 256),
        ("reseller.name", "a\x07b"),
        ("domain.secDNS", "x"),
        ("contact.voiceExt", ""),
        ("registrar.registrarid", ""),
    ],
)
def test_values_out_of_bounds_are_refused(catalogue: Catalogue, key: str, text: str) -> None:
    with pytest.raises(BadValue):
        catalogue[key].canonical(text)


@pytest.mark.parametrize(
    ("key", "near"),
    [("contact.vioce", "contact.voice"), ("trademrk", "trademark"), ("domian.exDate", "domain.exDate")],
)
def test_a_misspelt_key_gets_a_suggestion(catalogue: Catalogue, key: str, near: str) -> None:
    assert near in catalogue.suggest(key)
    with pytest.raises(KeyError, match=re.escape(near) if "." in key else "trademark"):
        catalogue[key]


def _first(model: Any) -> Any:
    return model["tables"]["contact"]["elements"][0]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda model: model.update(extra=1), "extra"),
        (lambda model: model["tables"].update({"Bad-Name": {}}), "tables.Bad-Name"),
        (lambda model: model["tables"]["contact"].pop("source"), "tables.contact"),
        (lambda model: _first(model).update(colour="red"), "tables.contact.elements[0].colour"),
        (lambda model: _first(model).update(type="hostname"), "tables.contact.elements[0].type"),
        (lambda model: _first(model).update(short="Id"), "tables.contact.elements[0].short"),
        (lambda model: _first(model).update(source="somewhere"), "tables.contact.elements[0].source"),
        (lambda model: _first(model).update(many=False), "tables.contact.elements[0].many"),
        (lambda model: _first(model).update(lang=True), "tables.contact.elements[0].type"),
        (lambda model: _first(model).update(never=True), "tables.contact.elements[0].xml"),
        (lambda model: _first(model).update(group="host"), "tables.contact.elements[0].group"),
        (lambda model: _first(model).update(type="group"), "tables.contact.elements[0]"),
        (lambda model: _first(model)["long"].pop("en"), "tables.contact.elements[0].long"),
        (lambda model: _first(model)["long"].update(fr="x"), "tables.contact.elements[0].long.fr"),
        (lambda model: _first(model).update(origin="thin-air"), "tables.contact.elements[0].origin"),
        (lambda model: [_first(model).pop(key) for key in ("xml", "csv")], "tables.contact.elements[0]"),
    ],
)
def test_the_models_schema_refuses_anything_else(model: Any, change: Any, place: str) -> None:
    import json

    load(json.dumps(model), "model.yaml", "model")
    change(model)
    with pytest.raises(DocumentError) as refusal:
        load(json.dumps(model), "model.yaml", "model")
    assert place in [finding.place for finding in refusal.value.findings]
