"""One broken deposit for each code of ICANN's registry system testing raises that code and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.check.known import Greeting
from directory.escrow.check.level import Level
from directory.escrow.check.table import CODES, RULES
from tests import deposits as d
from tests.escrow.broken import BROKEN, IN_CSV, Deposit
from tests.escrow.checking import about, check, check_file, names


@pytest.mark.parametrize("code", CODES)
def test_a_broken_deposit_raises_its_code_and_no_other(code: str, tmp_path: Path) -> None:
    found = check(BROKEN[code](), tmp_path)
    assert names(found) == {code}, "\n".join(found.to_text())
    assert not names(found, notes=True)
    assert not found.passed
    assert all(one.place and one.rule and one.message for one in found.found.findings)


@pytest.mark.parametrize("deposit", [Deposit(), IN_CSV], ids=["xml", "with tables"])
def test_a_sound_deposit_raises_nothing(deposit: Deposit, tmp_path: Path) -> None:
    found = check(deposit, tmp_path)
    assert found.passed
    assert not found.found.numbers, "\n".join(found.to_text())


def test_every_broken_deposit_is_of_a_rule() -> None:
    assert BROKEN.keys() == CODES.keys()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("level", [Level.LENIENT, Level.NORMAL])
def test_a_milder_level_notes_what_it_does_not_refuse(code: str, level: Level, tmp_path: Path) -> None:
    found = check(BROKEN[code](), tmp_path, level)
    is_note = CODES[code].is_note(level)
    assert found.passed is is_note
    assert names(found, notes=is_note) == {code}, "\n".join(found.to_text())


@pytest.mark.clause("RFC 5730 §2.8")
@pytest.mark.parametrize("level", Level)
def test_a_value_that_is_none_refuses_at_every_level(level: Level, tmp_path: Path) -> None:
    found = check(Deposit().last("host", "ns3_example_net-TEST", "ns3_example_net"), tmp_path, level)
    assert names(found) == {"RDE_HOST_HAS_INVALID_ROID"}


def test_the_codes_of_faults_in_values_are_those_of_the_rules() -> None:
    assert set(codes._CODES.values()) | set(codes._OBJECTS.values()) <= CODES.keys()


def test_every_rule_says_which_clause_demands_it() -> None:
    for rule in RULES:
        assert rule.clause
        assert rule.says
        assert bool(rule.code) <= bool(rule.case)


# -- where ----


def test_a_fault_of_an_object_has_the_line_where_it_begins(tmp_path: Path) -> None:
    found = check(BROKEN["RDE_DOMAIN_HAS_INVALID_CRDATE"](), tmp_path)
    (finding,) = found.found.findings
    line = (tmp_path / "deposit.xml").read_text().splitlines()[finding.line - 1]
    assert line.startswith("<rdeDomain:domain><rdeDomain:name>two.example<")
    assert (finding.place, finding.element) == ("domain two.example", "rdeDomain:crDate")


def test_a_reference_that_leads_nowhere_is_found_where_it_is(tmp_path: Path) -> None:
    found = check(BROKEN["RDE_DOMAIN_HAS_MISSING_NAMESERVER"](), tmp_path)
    finding = about(found, "there is no host 'ns9.example.net' in the deposit")
    line = (tmp_path / "deposit.xml").read_text().splitlines()[finding.line - 1]
    assert "two.example" in line
    assert finding.element == "domain:hostObj"


def test_the_second_of_two_objects_names_the_line_of_the_first(tmp_path: Path) -> None:
    found = check(BROKEN["RDE_DOMAIN_HAS_NON_UNIQUE_NAME"](), tmp_path)
    (finding,) = found.found.findings
    lines = (tmp_path / "deposit.xml").read_text().splitlines()
    first = int(finding.message.rpartition(" ")[2])
    assert first < finding.line
    assert ">one.example<" in lines[first - 1]
    assert ">one.example<" in lines[finding.line - 1]


def test_a_fault_in_a_table_has_the_file_the_row_and_the_column(tmp_path: Path) -> None:
    found = check(IN_CSV.known_as(idn_tables=frozenset({"pt-BR"})), tmp_path)
    (finding,) = found.found.findings
    assert (finding.file, finding.element) == ("tables.csv", "rdeCsv:fIdnTableId")
    assert (tmp_path / "tables.csv").read_text().splitlines()[finding.line - 1].startswith("es,")


def test_a_row_that_is_there_twice_has_the_code_of_an_object_that_is(tmp_path: Path) -> None:
    sheet = """<csvNNDN:contents><rdeCsv:csv name="NNDN"><rdeCsv:fields><csvNNDN:fAName/><csvNNDN:fNameState/>
</rdeCsv:fields><rdeCsv:files><rdeCsv:file>nndn.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv></csvNNDN:contents>"""
    rows = {"nndn.csv": "a.example,blocked\r\nb.example,blocked\r\na.example,withheld\r\n"}
    deposit = Deposit(more=sheet, files=rows).only("nndn").unlisted(ns.NNDN).listed(ns.CSV_NNDN, 3)
    found = check(deposit, tmp_path)
    assert names(found) == {"RDE_NNDN_HAS_NON_UNIQUE_NAME"}
    assert [(one.file, one.line) for one in found.found.findings] == [("nndn.csv", 3)]


# -- what one fault is not ----


def test_references_to_objects_that_could_not_be_read_are_not_called_dangling(tmp_path: Path) -> None:
    broken = Deposit().only("contact", d.contact("C-1", email="nobody"))
    found = check(broken, tmp_path)
    assert names(found) == {"RDE_CONTACT_HAS_INVALID_EMAIL"}
    assert "references to a contact are not checked, for not every contact could be read" in found.found.notes


def test_counts_and_references_are_not_checked_if_a_file_is_missing(tmp_path: Path) -> None:
    found = check(BROKEN["RDE_MISSING_FILES"](), tmp_path)
    note = "counts and references are not checked, for not all of the deposit could be read"
    assert note in found.found.notes


def test_a_deposit_without_a_header_is_refused_and_its_objects_are_still_checked(tmp_path: Path) -> None:
    path = BROKEN["RDE_DOMAIN_HAS_MISSING_CRDATE"]().write(tmp_path)
    text = path.read_text()
    start, end = text.index("<rdeHeader:header>"), text.index("</rdeHeader:header>") + len("</rdeHeader:header>")
    path.write_text(text[:start] + text[end:])
    found = check_file(path)
    assert names(found) == {"RDE_SCHEMA_VALIDATION_ERROR", "RDE_DOMAIN_HAS_MISSING_CRDATE"}
    assert found.found.faults == 2


def test_of_a_menu_that_could_not_be_read_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    path = Deposit().write(tmp_path)
    path.write_text(path.read_text().replace(' id="', ' other="', 1))
    found = check_file(path)
    assert names(found) == {"RDE_SCHEMA_VALIDATION_ERROR"}
    assert found.found.faults == 1


# -- rules of several causes, and rules without a code ----


@pytest.mark.clause("ICANN RST rde-12")
@pytest.mark.parametrize("kind", ["domain", "nndn"])
def test_a_name_of_an_idn_table_that_is_not_there_is_found(kind: str, tmp_path: Path) -> None:
    early = "<rdeDomain:idnTableId>xx</rdeDomain:idnTableId>"
    nndn = d.nndn("xn--mnchen-3ya.example").replace(
        "<rdeNNDN:name", "<rdeNNDN:idnTableId>xx</rdeNNDN:idnTableId><rdeNNDN:name"
    )
    made = d.domain("xn--mnchen-3ya.example", early=early) if kind == "domain" else nndn
    found = check(Deposit().and_(kind, made), tmp_path)
    assert names(found) == {"RDE_IDN_OBJECT_MISSING"}
    about(found, "there is no IDN table 'xx' in the deposit")


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_an_idn_without_a_table_is_refused(tmp_path: Path) -> None:
    found = check(Deposit().and_("domain", d.domain("xn--mnchen-3ya.example")), tmp_path)
    assert names(found) == {"RFC 9022 §5.1.1.1"}
    assert about(found, "the name is an IDN").element == "rdeDomain:idnTableId"


def test_a_name_below_a_tld_that_is_an_idn_is_none_itself(tmp_path: Path) -> None:
    found = check(Deposit().only("domain", d.domain("one.xn--p1ai")).known_as(tld="xn--p1ai"), tmp_path)
    assert not any("is an IDN" in one.message for one in found.found.findings)


@pytest.mark.clause("RFC 9022 §5.9.1")
def test_a_deposit_of_another_tld_than_it_should_be_is_refused(tmp_path: Path) -> None:
    found = check(Deposit().known_as(tld="test"), tmp_path, Level.NORMAL)
    assert names(found) == {"RFC 9022 §5.9.1"}
    about(found, "it is of the tld example, and not of test")


@pytest.mark.clause("RFC 9022 §5.7")
def test_there_is_one_set_of_epp_parameters(tmp_path: Path) -> None:
    sound = Deposit()
    for level in Level:
        found = check(sound.and_("epp_params", *sound.objects["epp_params"]), tmp_path, level)
        assert names(found) == {"RFC 9022 §5.7"}


@pytest.mark.clause("RFC 9022 §5.8")
def test_what_a_policy_requires_is_there(tmp_path: Path) -> None:
    policy = '<rdePolicy:policy scope="//rde:deposit/rde:contents/rdeContact:contact" element="c:disclose"/>'
    found = check(Deposit().and_("policy", policy), tmp_path, Level.NORMAL)
    assert names(found) == {"RFC 9022 §5.8"}
    assert [one.place for one in found.found.findings] == ["contact C-1", "contact C-2"]
    assert check(Deposit().and_("policy", policy), tmp_path, Level.LENIENT).passed


@pytest.mark.parametrize("element", ["voice", "fax", "crDate", "email", "postalInfo"])
def test_what_all_objects_have_may_be_required(element: str, tmp_path: Path) -> None:
    policy = f'<rdePolicy:policy scope="//x/rdeContact:contact" element="rdeContact:{element}"/>'
    assert check(Deposit().and_("policy", policy), tmp_path).passed


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_a_domain_that_is_not_allocated_yet_needs_no_dates(tmp_path: Path) -> None:
    made = d.domain("new.example", statuses=("pendingCreate",))
    for local in ("crDate", "exDate"):
        start = made.index(f"<rdeDomain:{local}>")
        made = made[:start] + made[made.index(f"</rdeDomain:{local}>") + len(f"</rdeDomain:{local}>") :]
    assert check(Deposit().and_("domain", made), tmp_path).passed


@pytest.mark.clause("ICANN RST rde-07")
def test_a_domain_that_is_about_to_be_deleted_may_have_expired(tmp_path: Path) -> None:
    made = d.domain("old.example", statuses=("pendingDelete",), ex_date="2025-01-01T00:00:00Z")
    assert check(Deposit().and_("domain", made), tmp_path).passed


@pytest.mark.clause("ICANN RST rde-07")
@pytest.mark.parametrize(
    ("created", "is_late"), [("2026-01-01T00:00:00Z", True), ("2025-12-31T23:59:59.9Z", False)]
)
def test_a_creation_is_before_the_watermark(created: str, is_late: bool, tmp_path: Path) -> None:
    deposit = Deposit().last("domain", "2020-01-01T00:00:00Z", created)
    assert ("RDE_DOMAIN_HAS_INVALID_CRDATE" in names(check(deposit, tmp_path))) is is_late


@pytest.mark.clause("ICANN RST rde-13")
def test_the_parameters_are_those_of_the_greeting_if_there_is_one(tmp_path: Path) -> None:
    ietf = "urn:ietf:params:xml:ns:"
    objects = frozenset(f"{ietf}{name}-1.0" for name in ("domain", "contact"))
    extensions = frozenset({f"{ietf}secDNS-1.1", f"{ietf}rgp-1.0", f"{ietf}launch-1.0"})
    found = check(Deposit().known_as(greeting=Greeting(objects, extensions)), tmp_path)
    assert names(found) == {"RDE_GREETING_DOES_NOT_MATCH"}
    message = f"{ietf}launch-1.0 is in the greeting only; {ietf}host-1.0 is not in the greeting"
    about(found, message)
    own = Greeting(objects | {f"{ietf}host-1.0"}, extensions - {f"{ietf}launch-1.0"})
    assert check(Deposit().known_as(greeting=own), tmp_path).passed


@pytest.mark.clause("RFC 9022 §5.9.1")
@pytest.mark.parametrize(("count", "is_right"), [("1", True), ("2", False)])
def test_a_count_of_a_part_of_the_repository_is_checked(count: str, is_right: bool, tmp_path: Path) -> None:
    sponsored = d.domain("three.example", cl_id="R-2")
    path = Deposit().and_("domain", sponsored).write(tmp_path)
    part = f'<rdeHeader:count uri="{ns.DOMAIN}" rcdn="example" registrarId="9996">{count}</rdeHeader:count>'
    path.write_text(path.read_text().replace("</rdeHeader:header>", f"{part}</rdeHeader:header>"))
    found = names(check_file(path))
    assert ("RDE_OBJECT_COUNT_MISMATCH" not in found) is is_right


def test_what_an_extension_adds_to_and_is_not_there_is_a_note(tmp_path: Path) -> None:
    person = d.extension("person", "contact", "C-9", kind="legal")
    uri = 'xmlns:person="urn:x-dnrd:ns:person-1.0"'
    path = Deposit().write(tmp_path)
    path.write_text(
        path.read_text().replace(
            "</rde:contents>", f"{person.replace('<person:person>', f'<person:person {uri}>', 1)}</rde:contents>"
        )
    )
    found = check_file(path)
    assert about(found, "there is no contact 'C-9' in the deposit").warning


# -- deposits of changes ----


@pytest.mark.clause("RFC 9022 §8")
def test_of_changes_neither_counts_nor_references_nor_completeness_are_checked(tmp_path: Path) -> None:
    changes = Deposit().only("contact").only("registrar").only("policy").only("epp_params")
    path = changes.write(tmp_path)
    path.write_text(path.read_text().replace('type="FULL"', 'type="DIFF" prevId="20251231"'))
    assert check_file(path, known=changes.known).passed


@pytest.mark.clause("RFC 8909 §5.2")
def test_what_is_deleted_twice_is_noted(tmp_path: Path) -> None:
    path = Deposit().write(tmp_path)
    gone = "<rdeDomain:delete><rdeDomain:name>gone.example</rdeDomain:name></rdeDomain:delete>"
    text = path.read_text().replace('type="FULL"', 'type="DIFF" prevId="20251231"')
    path.write_text(text.replace("<rde:contents>", f"<rde:deletes>{gone}\n{gone}</rde:deletes><rde:contents>"))
    found = check_file(path)
    assert found.passed
    assert about(found, "it is deleted twice").place == "domain gone.example"
