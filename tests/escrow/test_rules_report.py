"""The report of a check, for people and for programs, and the command that prints it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from directory.cli import main
from directory.errors import DocumentError
from directory.escrow.check.known import Greeting
from directory.escrow.check.level import Level
from directory.escrow.check.lists import load_greeting, load_registrars, load_repositories
from directory.resources import schema
from tests import deposits as d
from tests.escrow.broken import BROKEN, IN_CSV, Deposit
from tests.escrow.checking import check

VALIDATOR = Draft202012Validator(schema("escrow-report"))
GREETING = """<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><greeting><svID>x</svID><svcMenu><version>1.0</version>
<lang>en</lang><objURI> urn:a </objURI><svcExtension><extURI>urn:b</extURI></svcExtension></svcMenu></greeting>
</epp>"""


def many(number: int) -> Deposit:
    """A deposit with so many domains outside the TLD, and one without a date of creation."""
    made = [d.domain(f"name-{place}.test") for place in range(number)]
    return BROKEN["RDE_DOMAIN_HAS_MISSING_CRDATE"]().and_("domain", *made)


@pytest.mark.parametrize(
    "deposit", [Deposit(), IN_CSV, many(3), *(BROKEN[code]() for code in BROKEN if "_HOST_" in code)]
)
def test_a_report_for_programs_is_of_its_schema(deposit: Deposit, tmp_path: Path) -> None:
    for level in Level:
        report = check(deposit, tmp_path, level).to_json()
        VALIDATOR.validate(json.loads(json.dumps(report)))
        errors = [one for one in report["codes"] if one["severity"] == "error"]
        assert report["passed"] is not bool(errors)


def test_a_report_of_what_could_not_be_read_is_of_its_schema_too(tmp_path: Path) -> None:
    for code in ("RDE_XML_PARSE_ERROR", "RDE_DECRYPTION_FAILED", "RDE_MISSING_FILES"):
        report = check(BROKEN[code](), tmp_path).to_json()
        VALIDATOR.validate(report)
        assert [one["code"] for one in report["codes"]] == [code]


def test_the_many_do_not_hide_the_few_and_all_are_counted(tmp_path: Path) -> None:
    report = check(many(300), tmp_path, most=10).to_json()
    shown = [one["code"] for one in report["findings"]]
    assert shown.count("RDE_DOMAIN_HAS_INVALID_NAME") == 10
    assert shown.count("RDE_DOMAIN_HAS_MISSING_CRDATE") == 1
    assert report["hidden"] == 290
    numbers = {one["code"]: one["number"] for one in report["codes"]}
    assert numbers == {"RDE_DOMAIN_HAS_INVALID_NAME": 300, "RDE_DOMAIN_HAS_MISSING_CRDATE": 1}


def test_findings_stand_in_the_order_of_the_document(tmp_path: Path) -> None:
    lines = [one["line"] for one in check(many(5), tmp_path).to_json()["findings"]]
    assert lines == sorted(lines)
    assert len(lines) == 6


def test_a_report_for_people_names_place_rule_and_code(tmp_path: Path) -> None:
    text = "\n".join(check(many(2), tmp_path).to_text())
    assert "domain name-1.test: rdeDomain:name: it is not below example, the TLD of the deposit" in text
    assert "[RFC 9022 §5.9.1; RDE_DOMAIN_HAS_INVALID_NAME]" in text
    assert "refused         2  RDE_DOMAIN_HAS_INVALID_NAME" in text
    assert "FULL 20260101 of example, watermark 2026-01-01T00:00:00Z: 18 objects" in text
    assert "refused, for 3 findings at the level strict" in text


# -- the command ----


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check-deposit", *map(str, arguments)])
    return result.exit_code, result.output


def test_the_command_says_whether_a_deposit_passes(tmp_path: Path) -> None:
    options = (
        "--tld",
        "EXAMPLE",
        "--model",
        "maximum",
        "--hosts",
        "objects",
        "--idn-table",
        "es",
        "--idn-table",
        "pt-BR",
    )
    code, output = run(Deposit().write(tmp_path), *options)
    assert code == 0, output
    assert "passed at the level strict" in output


def test_the_command_refuses_with_an_exit_code_and_a_report_for_programs(tmp_path: Path) -> None:
    path = BROKEN["RDE_HOST_HAS_MISSING_IP_ADDRESS"]().write(tmp_path)
    code, output = run(path, "--format", "json")
    assert code == 1
    report = json.loads(output)
    VALIDATOR.validate(report)
    assert [one["code"] for one in report["findings"]] == ["RDE_HOST_HAS_MISSING_IP_ADDRESS"]
    assert run(path, "--level", "normal")[0] == 0


def test_the_command_compares_with_lists_that_it_is_given(tmp_path: Path) -> None:
    files = {
        "ids.csv": "ID,Registrar Name\n9995,One\n",
        "repos.csv": "Identifier,Name\nOTHER,x\n",
        "epp.xml": GREETING,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    lists = ("--registrar-ids", tmp_path / "ids.csv", "--repository-ids", tmp_path / "repos.csv")
    code, output = run(
        Deposit().write(tmp_path),
        *lists,
        "--greeting",
        tmp_path / "epp.xml",
        "--no-idn-tables",
        "--format",
        "json",
    )
    assert code == 1
    assert {one["code"] for one in json.loads(output)["codes"]} == {
        "RDE_REGISTRAR_HAS_INVALID_GURID",
        "RDE_DOMAIN_HAS_INVALID_ROID",
        "RDE_HOST_HAS_INVALID_ROID",
        "RDE_CONTACT_HAS_INVALID_ROID",
        "RDE_GREETING_DOES_NOT_MATCH",
        "RDE_IDN_OBJECT_UNEXPECTED",
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tld", "no name"), "Invalid value for '--tld'"),
        (("--idn-table", "es", "--no-idn-tables"), "exclude each other"),
        (("--model", "thick"), "Invalid value for '--model'"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    code, output = run(Deposit().write(tmp_path), *options)
    assert code == 2
    assert said in output


# -- lists ----


@pytest.mark.clause("RFC 5730 §2.4")
def test_a_greeting_has_its_uris(tmp_path: Path) -> None:
    path = tmp_path / "greeting.xml"
    path.write_text(GREETING)
    greeting = load_greeting(path)
    assert greeting == Greeting(frozenset({"urn:a"}), frozenset({"urn:b"}))


@pytest.mark.parametrize(
    "text", ["<epp/>", "<epp", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>']
)
def test_what_is_no_greeting_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "greeting.xml"
    path.write_text(text)
    with pytest.raises(DocumentError):
        load_greeting(path)


def test_a_list_has_an_id_on_each_line_and_may_have_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text('ID,Registrar Name,Status\n8,"Registrar, Inc.",Accredited\n9995,x,Reserved\n')
    assert load_registrars(path) == {8, 9995}
    path.write_text('"Identifier (UTF-8)",Registrant\nEXAMPLE,IANA\n"ICANNRST",ICANN\n')
    assert load_repositories(path) == {"EXAMPLE", "ICANNRST"}


@pytest.mark.parametrize("octets", [b"", b"no id at all here\n", b"\xff\xfe", b"8\n" * (1 << 20)])
def test_what_is_no_list_is_refused(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(octets)
    with pytest.raises(DocumentError):
        load_registrars(path)


def test_the_summary_says_what_is_wrong_and_not_what_else_has_the_code(tmp_path: Path) -> None:
    path = Deposit().write(tmp_path)
    path.write_text(path.read_text().replace("<rdeDomain:exDate>2", "<rdeDomain:exDate>0x2", 1))
    code, said = run(path)
    assert code == 1
    assert "RDE_DOMAIN_HAS_INVALID_EXDATE" in said
    assert "before the watermark" not in said
    summary = next(line for line in said.splitlines() if line.startswith("refused  "))
    assert "is no date-time" in summary
