"""The columns of the CSV model: those that have to be there, cells that are wrong, columns of a registry's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from directory.errors import DocumentError
from directory.model.catalogue import Catalogue
from directory.model.domain import Domain
from directory.model.registry import Extension
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.sheets import Tables

TABLES = [(sheet.name, sheet.fields) for sheet in c.sheets([])]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


@pytest.mark.clause("RFC 9022 §5")
@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, one.split()[0])
        for name, fields in TABLES
        for one in fields
        if one.split()[0]
        in {
            "csvDomain:fName", "csvDomain:fStatus", "csvDomain:fContactType", "csvHost:fName", "csvHost:fStatus",
            "csvHost:fAddr", "csvHost:fAddrVersion", "csvContact:fId", "csvContact:fStatus",
            "csvContact:fPostalType",
            "csvContact:fName", "csvContact:fCity", "csvContact:fCc", "csvContact:fEmail", "csvRegistrar:fId",
            "csvRegistrar:fName", "csvNNDN:fAName", "csvNNDN:fNameState", "rdeCsv:fRoid", "rdeCsv:fClID",
            "rdeCsv:fTrStatus", "rdeCsv:fReRr", "rdeCsv:fReDate", "rdeCsv:fAcRr", "rdeCsv:fAcDate",
        }
        and (name, one.split()[0]) not in {
            # What the table has a choice about, or may leave out (RFC 9022 §5.2.2.1.1, §5.4.2.1.1).
            ("host", "rdeCsv:fClID"), ("registrar", "csvContact:fCity"), ("registrar", "csvContact:fCc"),
            ("registrar", "csvContact:fEmail"), ("registrar", "csvRegistrar:fId"),
            ("domainNameServersAddresses", "csvHost:fAddr"),
            ("domainNameServersAddresses", "csvHost:fAddrVersion"),
        }
    ],
)  # fmt: skip
def test_a_table_has_the_columns_that_it_has_to_have(tables: Tables, name: str, field: str) -> None:
    sheet = next(sheet for sheet in tables.sheets if sheet.name == name)
    place = next(number for number, one in enumerate(sheet.fields) if one.split()[0] == field)
    sheet.fields.pop(place)
    for row in sheet.rows:
        row.pop(place)
    finding = tables.read().about(f"it has no column {field}")
    assert finding.place == f"table {name}"
    assert finding.rule.startswith("RFC 9022 §5")


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("name", "field", "code"),
    [
        ("domain", "rdeCsv:fRoid", "RDE_DOMAIN_HAS_MISSING_ROID"),
        ("domain", "rdeCsv:fClID", "RDE_DOMAIN_HAS_MISSING_CLID"),
        ("domainStatuses", "csvDomain:fStatus", "RDE_DOMAIN_HAS_MISSING_STATUS"),
        ("domainContacts", "csvDomain:fContactType", ""),
        ("host", "rdeCsv:fRoid", "RDE_HOST_HAS_MISSING_ROID"),
        ("hostAddresses", "csvHost:fAddr", "RDE_HOST_HAS_MISSING_IP_ADDRESS"),
        ("contactPostal", "csvContact:fCity", ""),
        ("registrar", "csvRegistrar:fName", "RDE_REGISTRAR_HAS_MISSING_NAME"),
        ("NNDN", "csvNNDN:fNameState", ""),
    ],
)
def test_a_cell_that_may_not_be_empty_refuses_its_object(tables: Tables, name: str, field: str, code: str) -> None:
    tables.cell(name, field, "")
    found = tables.read()
    (finding,) = [one for one in found.faults if one.message == "it is empty"]
    assert (finding.element, finding.code, finding.file, finding.line) == (field, code, f"{name}.csv", 1)
    kind = tables[name].space.removeprefix("csv").lower()
    assert None in found.values(kind)


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_deposit_may_demand_more_of_a_column(tables: Tables) -> None:
    sheet = tables["domain"]
    sheet.fields = [
        one.replace("rdeCsv:fRegistrant", 'rdeCsv:fRegistrant isRequired="true"') for one in sheet.fields
    ]
    assert not tables.read().faults
    tables.cell("domain", "rdeCsv:fRegistrant", "", 1)
    finding = tables.read().about("it is empty")
    assert (finding.place, finding.element, finding.line) == ("domain two.example", "rdeCsv:fRegistrant", 2)


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_deposit_cannot_do_without_what_an_object_needs(tables: Tables) -> None:
    sheet = tables["domain"]
    sheet.fields = [one.replace("rdeCsv:fRoid", 'rdeCsv:fRoid isRequired="false"') for one in sheet.fields]
    tables.cell("domain", "rdeCsv:fRoid", "")
    assert tables.read().about("it is empty").element == "rdeCsv:fRoid"


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("name", "field", "text", "message", "code"),
    [
        ("domain", "rdeCsv:fExDate", "2027-01-01T00:00:00+02:00", "not in UTC", "RDE_DOMAIN_HAS_INVALID_EXDATE"),
        ("domain", "csvDomain:fName", "óne.example", "not in A-labels", "RDE_DOMAIN_HAS_INVALID_NAME"),
        ("domain", "rdeCsv:fUName", "uno.example", "is not that of one.example", ""),
        (
            "domain",
            "rdeCsv:fRegistrant",
            " C-1",
            "blanks that are none of it",
            "RDE_DOMAIN_HAS_INVALID_REGISTRANT",
        ),
        ("domainStatuses", "csvDomain:fRgpStatus", "no", "is none of", "RDE_DOMAIN_HAS_INVALID_STATUS"),
        ("domainStatuses", "rdeCsv:fLang", "e_n", "no language tag", ""),
        ("domainContacts", "csvDomain:fContactType", "owner", "none of admin, billing, tech", ""),
        ("hostAddresses", "csvHost:fAddr", "192.0.2.256", "no IPv4", "RDE_HOST_HAS_INVALID_IP_ADDRESS"),
        ("hostAddresses", "csvHost:fAddrVersion", "v5", "neither v4 nor v6", "RDE_HOST_HAS_INVALID_IP_ADDRESS"),
        ("domainNameServersAddresses", "csvHost:fAddr", "::1", "no IPv4", ""),
        ("contact", "csvContact:fEmail", "nobody", "no e-mail address", "RDE_CONTACT_HAS_INVALID_EMAIL"),
        ("contact", "csvContact:fVoice", "911", "no number like", ""),
        ("contactPostal", "csvContact:fCc", "ESP", "two-letter", "RDE_CONTACT_HAS_INVALID_CC"),
        ("contactPostal", "csvContact:fName", " \t ", "it is empty", ""),
        ("contactPostal", "csvContact:fName", "x" * 256, "256 characters", ""),
        ("contactDisclose", "csvContact:fDiscloseFlag", "yes", "no boolean", ""),
        ("contactDisclose", "csvContact:fDiscloseFlag", "", "the flag is empty", ""),
        ("registrar", "csvRegistrar:fGurid", "0", "no number from 1", "RDE_REGISTRAR_HAS_INVALID_GURID"),
        ("registrar", "csvContact:fCity", "", "and the address is not", ""),
    ],
)
def test_a_cell_of_another_format_is_refused_where_it_stands(
    tables: Tables, name: str, field: str, text: str, message: str, code: str
) -> None:
    sheet = tables[name]
    place = next(number for number, one in enumerate(sheet.fields) if one.split()[0] == field)
    sheet.rows[0][place] = text
    found = tables.read()
    finding = found.about(message)
    assert (finding.code, finding.line, finding.file) == (code, 1, f"{name}.csv")
    assert field in finding.element
    assert len([put for put in found.puts if put.value is None]) == 1


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("rdeCsv:fRegistrant", "rdeCsv:fRegistrnt", "there is no such column", "rdeCsv:fRegistrant"),
        ("rdeCsv:fUName", "rdeCsv:fRoid", "the column rdeCsv:fRoid twice", ""),
        ("rdeCsv:fUName", 'rdeCsv:fUName isRequired="yes"', "attribute isRequired", ""),
        ("rdeCsv:fUName", "rdeCsv:fCustom", "attribute name is missing", ""),
    ],
)
def test_a_column_that_is_not_known_is_refused(
    tables: Tables, old: str, new: str, message: str, hint: str
) -> None:
    sheet = tables["domain"]
    sheet.fields = [one.replace(old, new) for one in sheet.fields]
    found = tables.read()
    assert hint in found.about(message).hint
    assert len(found.faults) == 1


@pytest.mark.clause("RFC 9022 §5.3.2.1.3")
def test_the_lines_of_a_street_are_numbered(tables: Tables) -> None:
    sheet = tables["contactPostal"]
    sheet.fields = [one.replace('index="2"', 'index="3"') for one in sheet.fields]
    assert "attribute index is '3'" in tables.read().about("attribute index").message


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_columns_that_are_used_elsewhere_or_are_a_registrys_own_are_passed_over(tables: Tables) -> None:
    tables.column("registrar", "rdeCsv:fRoid", "R1-TEST")
    tables.column("registrar", 'own:fColour xmlns:own="urn:test:own"', "red")
    tables.column("domain", "rdeCsv:fAuthInfo", "secret", "secret")
    tables.column("domain", 'rdeCsv:fCustom name="colour"', "red", "blue")
    found = tables.read()
    assert not found.report.findings
    assert set(found.report.notes) == {
        "skipped the column rdeCsv:fRoid of registrar: RFC 9022 does not use it there",
        "skipped the column {urn:test:own}fColour of registrar: no declared extension reads it",
        "authInfo is dropped, never stored (RFC 8909 §9)",
        "skipped the column rdeCsv:fCustom colour of domain: no declared extension reads it (RFC 9022 §4.6.2.2)",
    }
    assert "secret" not in repr(found.puts)


@pytest.mark.clause("RFC 9022 §4.6.2.2")
def test_columns_of_a_registrys_own_are_what_an_extension_reads(tables: Tables) -> None:
    tables.column("domain", 'rdeCsv:fCustom name="resellerName"', "", "Reventa, S. A.")
    tables.column("domain", 'rdeCsv:fCustom name="resellerUrl"', "", "https://reventa.example")
    for number, field in (("9", "trademarkClass"), ("42", "trademarkClass")):
        tables.column("domain", f'rdeCsv:fCustom name="{field}"', number, "")
    for text, field in (("Uno", "trademarkName"), ("M-1", "trademarkNumber"), ("ES", "trademarkCcLocality")):
        tables.column("domain", f'rdeCsv:fCustom name="{field}"', text, "")
    found = tables.read()
    assert not found.report.findings
    extensions = {put.value.name: put.extensions for put in found.puts if isinstance(put.value, Domain)}
    (reseller,) = extensions["two.example"]
    assert (reseller.table, reseller.owner, reseller.owner_key) == ("reseller", "domain", "two.example")
    assert reseller.values == {"name": ("Reventa, S. A.",), "url": ("https://reventa.example",)}
    (trademark,) = extensions["one.example"]
    assert trademark.values["class"] == ("9", "42")


@pytest.mark.clause("RFC 9022 §4.6.2.2")
def test_a_column_and_an_element_of_an_extension_make_the_same(tables: Tables) -> None:
    tables.column("domain", 'rdeCsv:fCustom name="resellerName"', "Reventa", "")
    xml = d.extension("reseller", "domain", "one.example", name="Reventa")
    found = tables.read(xml)
    (element,) = found.values("extension")
    assert isinstance(element, Extension)
    (column,) = [extension for put in found.puts for extension in put.extensions]
    assert column == element


@pytest.mark.clause("RFC 9022 §4.6.2.2")
def test_what_an_extension_demands_holds_for_columns_too(tables: Tables) -> None:
    tables.column("domain", 'rdeCsv:fCustom name="resellerUrl"', "not a url", "")
    found = tables.read()
    assert {one.message for one in found.faults} == {
        "'not a url' is no URL of http or https", "0 values, fewer than 1",
    }  # fmt: skip
    assert {(one.place, one.line, one.file) for one in found.faults} == {("domain one.example", 1, "domain.csv")}


OWN = """
extension: colours
namespace: urn:test:colours
objects:
  - {xml: colour, owner: domain, key: domain, table: colour}
tables:
  colour:
    long: {es: Color, en: Colour}
    elements:
      - {short: name, xml: name, csv: {custom: NAME}, long: {es: Nombre, en: Name}, type: text}
"""


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[[str], str]:
    """What an extension document is refused for."""

    def run(text: str) -> str:
        path = tmp_path / "refused.yaml"
        path.write_text(text)
        with pytest.raises(DocumentError) as refusal:
            Catalogue.load([path])
        return str(refusal.value)

    return run


def test_an_extension_document_says_which_column_it_reads(
    tables: Tables, tmp_path: Path, refuse: Callable[[str], str]
) -> None:
    path = tmp_path / "colours.yaml"
    path.write_text(OWN.replace("NAME", "colour"))
    tables.column("domain", 'rdeCsv:fCustom name="colour"', "red", "")
    found = tables.read(catalogue=Catalogue.load([path]))
    assert [one.values for put in found.puts for one in put.extensions] == [{"name": ("red",)}]
    assert "the fCustom 'resellerName' of domain is another element's already" in refuse(
        OWN.replace("NAME", "resellerName")
    )
    assert "csv" in refuse(OWN.replace("{custom: NAME}", "colour"))
