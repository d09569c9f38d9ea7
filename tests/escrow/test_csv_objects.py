"""What objects are made of in the CSV model, and how they refer to each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.model.base import Status
from directory.model.domain import Nndn, SecDNS
from directory.model.registrar import Registrar
from tests import deposits as d
from tests.escrow.sheets import CHILD, Tables, domain


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


@pytest.mark.clause("RFC 9022 §5.1.2.1.3")
def test_a_status_is_repeated_for_every_grace_period_that_it_has(tables: Tables) -> None:
    tables["domainStatuses"].rows[0] = ["one.example", "pendingDelete", "gone", "en", "redemptionPeriod"]
    tables["domainStatuses"].rows.append(["one.example", "pendingDelete", "gone", "en", "pendingRestore"])
    one = domain(tables.read())
    assert one.statuses == (Status("pendingDelete", "gone", "en"),)
    assert [period.code for period in one.rgp] == ["redemptionPeriod", "pendingRestore"]


@pytest.mark.clause("RFC 9022 §5.1.2.1.6")
def test_ds_records_and_keys_are_two_definitions_of_one_table(tables: Tables) -> None:
    tables["dnssec-ds"].rows = [["one.example", "600", "12345", "8", "2", "ab" * 32]]
    tables["dnssec-key"].rows = [["one.example", "", "257", "3", "8", "AQPJ////"]]
    one = domain(tables.read())
    assert one.max_sig_life == 600
    assert one.secdns == (
        SecDNS(12345, 8, 2, "AB" * 32),
        SecDNS(flags=257, protocol=3, key_alg=8, pub_key="AQPJ////"),
    )


@pytest.mark.clause("RFC 5910 §4.1")
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["600", "1", "8", "2", "", "", "", "", ""]], "neither a DS record nor a key"),
        ([["600", "", "", "", "", "257", "3", "", "AQ=="]], "neither a DS record nor a key"),
        ([["600", "", "", "", "", "", "", "", ""]], "neither a DS record nor a key"),
        ([["600", "1", "8", "2", "ab", "", "", "", ""], ["601", "2", "8", "2", "ab", "", "", "", ""]], "differ"),
        ([["0", "1", "8", "2", "ab", "", "", "", ""]], "no number from 1"),
        ([["", "1", "8", "2", "abc", "", "", "", ""]], "no hexadecimal"),
        ([["", "1", "256", "2", "ab", "", "", "", ""]], "no number from 0 to 255"),
    ],
)
def test_what_is_neither_a_ds_record_nor_a_key_is_refused(
    tables: Tables, rows: list[list[str]], message: str
) -> None:
    sheet = tables["dnssec-both"]
    sheet.fields = [f'{one} isRequired="false"' if "parent" not in one else one for one in sheet.fields]
    sheet.rows = [["one.example", *row] for row in rows]
    assert tables.read().about(message).place == "domain one.example"


@pytest.mark.clause("RFC 9022 §4.6.3")
def test_a_registrars_address_may_be_in_both_forms_or_in_none_that_is_said(tables: Tables) -> None:
    place = len(tables["registrar"].fields) - 7
    tables["registrar"].rows[0][place:] = ["улица", "", "", "Москва", "", "", "RU"]
    (both,) = tables.read().values("registrar")
    assert isinstance(both, Registrar)
    assert [(form.type, form.city, form.lang) for form in both.postal] == [
        ("int", "Springfield", None), ("loc", "Москва", "und-Cyrl"),
    ]  # fmt: skip
    fields = tables["registrar"].fields
    fields[place:] = [one.replace(' isLoc="true"', "") for one in fields[place:]]
    (said,) = tables.read().values("registrar")
    assert said == both


@pytest.mark.clause("RFC 9022 §4.6.3")
def test_an_int_form_is_in_ascii(tables: Tables) -> None:
    tables.cell("contactPostal", "csvContact:fCity", "Málaga")
    tables["registrar"].rows[0][-8] = "EÉ"
    found = tables.read()
    assert "7-bit ASCII" in found.about("7-bit").message
    assert "two-letter" in found.about("two-letter").message


@pytest.mark.clause("RFC 9022 §5.3.1.1")
def test_a_contact_has_one_or_two_forms_of_different_types(tables: Tables) -> None:
    tables.cell("contactPostal", "csvContact:fPostalType", "loc", 0)
    assert tables.read().about("two loc forms").code == "RDE_CONTACT_HAS_MULTIPLE_POSTALINFO_TYPES"
    tables["contactPostal"].rows += [["C-1", "int", *tables["contactPostal"].rows[0][2:]]]
    assert "it has 3 rows" in tables.read().about("3 rows").message


@pytest.mark.clause("RFC 9022 §5.6.2.1.1")
@pytest.mark.parametrize(
    ("state", "mirroring", "expected"),
    [
        ("mirrored", "", 1),
        ("mirrored", "false", 0),
        ("mirrored", "1", 1),
        ("blocked", "", None),
        ("withheld", "true", 1),
    ],
)
def test_mirroring_is_by_name_servers_unless_it_is_said_otherwise(
    tables: Tables, state: str, mirroring: str, expected: int | None
) -> None:
    tables.cell("NNDN", "csvNNDN:fNameState", state)
    tables.cell("NNDN", "csvNNDN:fMirroringNS", mirroring)
    (found,) = tables.read().values("nndn")
    assert isinstance(found, Nndn)
    assert found.mirroring_ns == expected


@pytest.mark.clause("RFC 9022 §5.1.2.1.4")
def test_a_host_that_is_nowhere_is_refused_unless_the_store_knows_it(tables: Tables) -> None:
    tables.add("domainNameServers", [CHILD, "rdeCsv:fRoid"], ["one.example", "H9-TEST"])
    finding = tables.read().about("the ROID H9-TEST is not that of one host")
    assert finding.code == "RDE_DOMAIN_HAS_MISSING_NAMESERVER"
    found = tables.read(known={"host": {"H9-TEST": "ns9.example.net"}})
    assert not found.faults
    assert [one.host for one in domain(found).ns] == ["ns1.one.example", "ns9.example.net"]


@pytest.mark.clause("RFC 9022 §2")
def test_a_table_may_refer_to_hosts_and_registrars_in_xml(tables: Tables) -> None:
    tables.drop("host", "hostStatuses", "hostAddresses", "registrar")
    tables["domain"].fields = [
        one.replace("rdeCsv:fClID", "csvRegistrar:fGurid") for one in tables["domain"].fields
    ]
    for row in range(2):
        tables.cell("domain", "csvRegistrar:fGurid", "9995", row)
    tables.add("domainNameServers", [CHILD, "rdeCsv:fRoid"], ["two.example", "H1-TEST"])
    found = tables.read(d.registrar(), d.host("ns1.one.example", "192.0.2.1", roid="H1-TEST"))
    assert not found.report.findings
    assert domain(found, "two.example").ns[0].host == "ns1.one.example"
    assert domain(found).cl_id == "R-1"
    assert found.models["host"] == {"xml"}


@pytest.mark.clause("RFC 9022 §5.4.2.1.1")
def test_a_registrar_may_be_known_by_its_iana_number_alone(tables: Tables) -> None:
    sheet = tables["registrar"]
    sheet.fields = sheet.fields[1:]
    sheet.rows = [row[1:] for row in sheet.rows]
    tables["domain"].fields = [
        one.replace("rdeCsv:fClID", "csvRegistrar:fGurid") for one in tables["domain"].fields
    ]
    for row in range(2):
        tables.cell("domain", "csvRegistrar:fGurid", "009995"[2 * row :], row)
    found = tables.read()
    assert not found.faults
    (registrar,) = found.values("registrar")
    assert isinstance(registrar, Registrar)
    assert (registrar.id, registrar.gurid) == ("9995", 9995)
    assert domain(found).cl_id == domain(found, "two.example").cl_id == "9995"


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
def test_an_iana_number_that_two_registrars_have_names_none(tables: Tables) -> None:
    other = list(tables["registrar"].rows[0])
    other[0] = "R-2"
    tables["registrar"].rows.append(other)
    tables["domain"].fields = [
        one.replace("rdeCsv:fClID", "csvRegistrar:fGurid") for one in tables["domain"].fields
    ]
    for row in range(2):
        tables.cell("domain", "csvRegistrar:fGurid", "9995", row)
    found = tables.read()
    assert [one.message for one in found.faults] == [
        "more than one registrar is known by the IANA number 9995"
    ] * 2
    assert {one.code for one in found.faults} == {"RDE_DOMAIN_HAS_INVALID_CLID"}


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
def test_an_iana_number_that_nobody_has_is_refused_unless_the_store_knows_it(tables: Tables) -> None:
    sheet = tables["domain"]
    sheet.fields = [one.replace("rdeCsv:fClID", "csvRegistrar:fGurid") for one in sheet.fields]
    for row in range(2):
        tables.cell("domain", "csvRegistrar:fGurid", "77", row)
    assert len(tables.read().faults) == 2
    found = tables.read(known={"registrar": {"77": "R-77"}})
    assert not found.faults
    assert domain(found).cl_id == "R-77"
