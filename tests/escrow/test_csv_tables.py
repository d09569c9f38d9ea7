"""The tables of the CSV model: their columns, how rows belong together, references, deletes, extensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from directory.model.base import Status
from directory.model.catalogue import Catalogue
from directory.model.contact import Contact, Disclose
from directory.model.domain import Domain, HostAttribute, NameServer, Nndn, SecDNS
from directory.model.host import Host
from directory.model.registrar import Registrar
from directory.model.registry import Extension, IdnTable
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.reading import Reading, read, values

CHILD = 'csvDomain:fName parent="true"'
TABLES = [(sheet.name, sheet.fields) for sheet in c.sheets([])]


class Tables:
    """The tables of a small registry, to be changed and read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "full.xml").write_bytes(
            d.full(
                d.registrar(),
                d.contact(name="Ana", more=self._WISHES),
                d.host("ns1.one.example", "192.0.2.1", "2001:db8::1", roid="H1-TEST"),
                d.domain(hosts=("ns1.one.example",)),
                d.domain("two.example", attributes=(("ns.two.example", ("192.0.2.9",)), ("ns.far.example", ()))),
                d.nndn("no.example"),
            )
        )
        self.objects = [*values(read(folder / "full.xml").puts), IdnTable("es", "https://iana.example/es", "")]
        self.sheets = c.sheets(self.objects)

    _WISHES = '<rdeContact:disclose flag="0"><contact:name type="loc"/><contact:voice/></rdeContact:disclose>'

    def __getitem__(self, name: str) -> c.Sheet:
        return next(sheet for sheet in self.sheets if sheet.name + sheet.part == name)

    def add(self, name: str, fields: Sequence[str], *rows: Sequence[str], part: str = "-more") -> c.Sheet:
        """One more definition of a table."""
        sheet = c.Sheet(name, list(fields), [list(row) for row in rows], part=part)
        self.sheets.append(sheet)
        return sheet

    def drop(self, *names: str) -> None:
        """Leave out tables."""
        self.sheets = [sheet for sheet in self.sheets if sheet.name + sheet.part not in names]

    def cell(self, name: str, field: str, text: str, row: int = 0) -> None:
        """Change a cell."""
        sheet = self[name]
        (place,) = [number for number, one in enumerate(sheet.fields) if one.split()[0] == field]
        sheet.rows[row][place] = text

    def column(self, name: str, field: str, *cells: str) -> None:
        """Add a column."""
        sheet = self[name]
        sheet.fields.append(field)
        for row, cell in zip(sheet.rows, cells, strict=True):
            row.append(cell)

    def read(self, *objects: str, **options: Any) -> Reading:
        """Read the deposit of these tables."""
        known = options.pop("known", None)
        lenient = options.pop("lenient", False)
        catalogue = {"catalogue": options.pop("catalogue")} if "catalogue" in options else {}
        return read(
            c.write_csv(self.folder, self.sheets, *objects, **options), known=known, lenient=lenient, **catalogue
        )


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


def domain(found: Reading, name: str = "one.example") -> Domain:
    """A domain that was read."""
    return next(one for one in found.values("domain") if isinstance(one, Domain) and one.name == name)


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


@pytest.mark.clause("RFC 9022 §5.1.2.1.3")
def test_a_status_is_repeated_for_every_grace_period_that_it_has(tables: Tables) -> None:
    tables["domainStatuses"].rows[0] = ["one.example", "pendingDelete", "gone", "en", "redemptionPeriod"]
    tables["domainStatuses"].rows.append(["one.example", "pendingDelete", "gone", "en", "pendingRestore"])
    one = domain(tables.read())
    assert one.statuses == (Status("pendingDelete", "gone", "en"),)
    assert [period.code for period in one.rgp] == ["redemptionPeriod", "pendingRestore"]


@pytest.mark.clause("RFC 9022 §5.1.2.1.4")
def test_a_table_may_have_several_definitions_with_different_columns(tables: Tables) -> None:
    tables.add("domainNameServers", [CHILD, "rdeCsv:fRoid"], ["two.example", "H1-TEST"])
    found = tables.read()
    assert not found.report.findings
    assert domain(found, "two.example").ns[0] == NameServer("ns1.one.example", "object")


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


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[[str], str]:
    """What an extension document is refused for."""

    def run(text: str) -> str:
        from directory.errors import DocumentError

        path = tmp_path / "refused.yaml"
        path.write_text(text)
        with pytest.raises(DocumentError) as refusal:
            Catalogue.load([path])
        return str(refusal.value)

    return run
