"""The tables of the CSV model: how rows belong together, definitions, deletes, both models in one deposit."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.model.base import Status
from directory.model.contact import Contact, Disclose
from directory.model.domain import HostAttribute, NameServer
from directory.model.host import Host
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.reading import values
from tests.escrow.sheets import CHILD, Tables, domain


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_registry_in_tables_makes_the_objects_that_it_makes_in_xml(tables: Tables) -> None:
    found = tables.read()
    assert not found.report.findings
    assert not found.report.notes
    assert {repr(one) for one in values(found.puts)} == {repr(one) for one in tables.objects}
    assert found.models == {
        kind: {"csv"} for kind in ("registrar", "contact", "host", "domain", "nndn", "idn_table")
    }
    assert all(put.file and put.line for put in found.puts)
    (host,) = found.values("host")
    assert isinstance(host, Host)
    assert [one.addr for one in host.addresses] == ["192.0.2.1", "2001:db8::1"]
    (contact,) = found.values("contact")
    assert isinstance(contact, Contact)
    assert contact.disclose == (Disclose(0, "name", "loc"), Disclose(0, "voice"))
    two = domain(found, "two.example")
    assert two.ns == (NameServer("ns.two.example", "attribute"), NameServer("ns.far.example", "attribute"))
    assert two.ns_addresses == (HostAttribute("ns.two.example", "v4", "192.0.2.9"),)


@pytest.mark.clause("RFC 9022 §4.6.1")
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("domainStatuses", "domain"),
        ("domainContacts", "domain"),
        ("hostAddresses", "host"),
        ("contactPostal", "contact"),
    ],
)
def test_a_row_without_a_parent_is_refused(tables: Tables, name: str, place: str) -> None:
    sheet = tables[name]
    for key in ("aaa.example", "zzz.example"):
        sheet.rows.append([key, *sheet.rows[0][1:]])
    found = tables.read()
    orphans = [one for one in found.faults if "has no parent" in one.message]
    assert [one.place for one in orphans] == [f"{place} aaa.example", f"{place} zzz.example"]
    assert [one.line for one in orphans] == [len(sheet.rows) - 1, len(sheet.rows)]
    assert len(orphans) == len(found.faults)


@pytest.mark.clause("RFC 9022 §4.6.1")
def test_children_without_a_table_of_parents_are_said_once(tables: Tables) -> None:
    tables.drop("host")
    found = tables.read()
    said = [one.message for one in found.faults]
    assert said == [
        "hostStatuses has rows, and there is no table host",
        "hostAddresses has rows, and there is no table host",
    ]


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_parents_without_a_table_of_statuses_are_said_once(tables: Tables) -> None:
    tables.drop("domainStatuses")
    finding = tables.read().about("there is no table domainStatuses")
    assert finding.code == "RDE_DOMAIN_HAS_MISSING_STATUS"


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_an_object_without_a_status_is_refused(tables: Tables) -> None:
    tables["domainStatuses"].rows.pop(1)
    finding = tables.read().about("it has no row")
    assert (finding.place, finding.element) == ("domain two.example", "domainStatuses")
    assert finding.code == "RDE_DOMAIN_HAS_MISSING_STATUS"


@pytest.mark.clause("RFC 8909 §5.2")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("domain", "RDE_DOMAIN_HAS_NON_UNIQUE_NAME"),
        ("host", "RDE_HOST_HAS_NON_UNIQUE_ROID"),
        ("contact", "RDE_CONTACT_HAS_NON_UNIQUE_ID"),
        ("registrar", "RDE_REGISTRAR_HAS_NON_UNIQUE_ID"),
        ("idnLanguage", ""),
        ("NNDN", "RDE_NNDN_HAS_NON_UNIQUE_NAME"),
    ],
)
def test_an_object_that_is_there_twice_is_refused(tables: Tables, name: str, code: str) -> None:
    tables[name].rows.append(list(tables[name].rows[0]))
    found = tables.read()
    finding = found.about("twice")
    assert (finding.code, finding.line, finding.file) == (code, len(tables[name].rows), f"{name}.csv")
    assert len([put for put in found.puts if put.value is None]) == 1
    assert [one.warning for one in tables.read(lenient=True).report.findings] == [True]


@pytest.mark.clause("RFC 4343 §3")
def test_names_of_parents_compare_without_case_and_root(tables: Tables) -> None:
    tables["domainStatuses"].rows[0][0] = "One.EXAMPLE."
    tables["domain"].rows[0][0] = "ONE.example"
    found = tables.read()
    assert not found.faults
    assert domain(found).statuses == (Status("ok"),)


@pytest.mark.clause("RFC 9022 §5.1.2.1.4")
def test_a_table_may_have_several_definitions_with_different_columns(tables: Tables) -> None:
    tables.add("domainNameServers", [CHILD, "rdeCsv:fRoid"], ["two.example", "H1-TEST"])
    found = tables.read()
    assert not found.report.findings
    assert domain(found, "two.example").ns[0] == NameServer("ns1.one.example", "object")


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_table_that_nobody_knows_is_refused_with_what_was_meant(tables: Tables) -> None:
    tables.add("domainStatusses", [CHILD, "csvDomain:fStatus"])
    finding = tables.read().about("there is no table 'domainStatusses'")
    assert finding.hint == "did you mean 'domainStatuses' or 'domain'?" or "domainStatuses" in finding.hint


@pytest.mark.clause("RFC 9022 §4.6.1")
def test_that_a_column_names_the_parent_should_be_said(tables: Tables) -> None:
    sheet = tables["domainStatuses"]
    sheet.fields[0] = "csvDomain:fName"
    found = tables.read()
    assert not found.report.findings
    assert [note for note in found.report.notes if 'parent="true"' in note]


@pytest.mark.clause("RFC 9022 §2")
def test_objects_of_a_kind_are_in_one_model(tables: Tables) -> None:
    found = tables.read(d.host("ns2.one.example"))
    finding = found.about("at once")
    assert finding.code == "RDE_OBJECT_HAS_MIXED_TYPES"
    assert "kind host" in finding.message
    assert found.models["host"] == {"xml", "csv"}


@pytest.mark.clause("RFC 9022 §5.1.2.2")
@pytest.mark.parametrize(
    ("name", "field", "key", "expected"),
    [
        ("domain", "csvDomain:fName", "One.Example.", ("domain", "name", "one.example")),
        ("host", "rdeCsv:fRoid", "H1-TEST", ("host", "roid", "H1-TEST")),
        ("host", "csvHost:fName", "ns1.one.example", ("host", "name", "ns1.one.example")),
        ("contact", "csvContact:fId", "C-1", ("contact", "handle", "C-1")),
        ("registrar", "csvRegistrar:fId", "R-1", ("registrar", "id", "R-1")),
        ("registrar", "csvRegistrar:fGurid", "9995", ("registrar", "gurid", "9995")),
        ("idnLanguage", "rdeCsv:fIdnTableId", "es", ("idn_table", "id", "es")),
        ("NNDN", "csvNNDN:fAName", "no.example", ("nndn", "name", "no.example")),
    ],
)
def test_a_table_of_deletes_names_objects_by_their_key(
    tables: Tables, name: str, field: str, key: str, expected: tuple[str, str, str]
) -> None:
    deletes = c.Sheet(name, [field], [[key], ["?"], [""]], part="-delete")
    found = tables.read(deletes=[deletes], type="DIFF", prev_id="1")
    (one, *rest) = found.deletes
    assert (one.kind, one.field, one.key) == expected
    assert (one.line, one.file) == (1, f"{name}-delete.csv")
    assert found.about("it is empty").line == 3
    if field not in ("csvContact:fId", "csvRegistrar:fId", "rdeCsv:fIdnTableId"):
        assert not rest
        assert [finding.line for finding in found.faults] == [2, 3]


@pytest.mark.clause("RFC 9022 §5.1.2.2")
def test_deletes_of_both_models_come_in_the_order_of_the_document(tables: Tables) -> None:
    xml = "<rdeHost:delete><rdeHost:roid>H1-TEST</rdeHost:roid></rdeHost:delete>"
    contact = c.Sheet("contact", ["csvContact:fId"], [["C-1"], ["C-2"]], part="-delete")
    names = c.Sheet("domain", ["csvDomain:fName"], [["one.example"]], part="-delete")
    found = tables.read(deletes=[contact, xml, names], type="DIFF", prev_id="1")
    assert [(one.kind, one.key) for one in found.deletes] == [
        ("contact", "C-1"), ("contact", "C-2"), ("host", "H1-TEST"), ("domain", "one.example"),
    ]  # fmt: skip
    assert not found.report.findings
