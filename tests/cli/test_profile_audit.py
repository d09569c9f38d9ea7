"""`dnrd profile audit`: all violations of all objects in a store, and no value if none is wanted."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli.profile.audit import command
from tests import deposits
from tests.cli.filled import fill
from tests.profile.documents import DISCLOSURE, PROFILE, changed

_ASKED = """
        - cc
        - {element: voice, cardinality: "1"}
        - {element: email, format: rfc5322, length: {max: 30}}
    - {each: contact, roles: [tech], elements: [{element: name, length: {max: 4}}]}"""
_BAD = "=1+1@no_host.example"
_LONG = "somebody@a-long-name-of-a-host.example"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two domains; the second's registrant has a long name, a bad address, and the third's a long one."""
    return fill(
        tmp_path_factory.mktemp("audit"),
        deposits.registrar(),
        deposits.contact("C-1", name="Ana"),
        deposits.contact("C-2", name="Anabel", email=_BAD),
        deposits.contact("C-3", name="Ana", email=_LONG),
        deposits.domain("one.example"),
        deposits.domain("two.example", registrant="C-2", contacts=(("tech", "C-2"), ("tech", "C-1"))),
        deposits.domain("three.example", registrant="C-3"),
    )


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A profile that asks for something, with its disclosure beside it; only the police see addresses of mail."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "rules.yaml").write_text(DISCLOSURE, encoding="utf-8")
    path = folder / "said.yaml"
    path.write_text(changed(PROFILE, (" [cc, voice, email]", _ASKED)), encoding="utf-8")
    return str(path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


_FOUND = [
    ["domain", "two.example", "registrant.email", "0", "format rfc5322", "'" + _BAD],
    ["domain", "two.example", "tech.name", "0", "length {0,4}", "6"],
    ["domain", "three.example", "registrant.email", "0", "length {0,30}", str(len(_LONG))],
]


@pytest.mark.clause("SAC054 §5")
def test_every_violation_is_a_row_whoever_may_see_the_element(store: str, profile: str) -> None:
    result = _run("--profile", profile, "--store", store, "--format", "csv")
    assert result.exit_code == 1, result.output
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows[0] == ["kind", "object", "element", "index", "rule", "observed"]
    assert sorted(rows[1:]) == sorted(_FOUND)
    assert "domain: 2 of 3 do not keep to the profile (66.67%)" in result.stderr


def test_json_has_the_rows_and_the_totals(store: str, profile: str) -> None:
    result = _run("--profile", profile, "--store", store, "--format", "json")
    found = json.loads(result.stdout)
    assert found["profile"] == {"name": "said", "version": "1"}
    assert found["objects"] == {"domain": {"objects": 3, "violating": 2}}
    assert len(found["violations"]) == 3
    assert {"kind": "domain", "object": "two.example", "element": "registrant.email", "index": 0,
            "rule": "format rfc5322", "observed": _BAD} in found["violations"]  # fmt: skip
    (total,) = [each for each in found["totals"] if each["rule"] == "format rfc5322"]
    assert total == {"kind": "domain", "element": "registrant.email", "rule": "format rfc5322", "objects": 1,
                     "share": 0.333333, "violations": 1, "examples": ["two.example"]}  # fmt: skip


def test_the_table_has_a_total_for_each_rule_and_element(store: str, profile: str) -> None:
    lines = _run("--profile", profile, "--store", store).stdout.splitlines()
    assert lines[0].split()[:4] == ["Object", "Element", "Rule", "Objects"]
    assert sorted(line.split()[1] for line in lines[1:]) == ["registrant.email", "registrant.email", "tech.name"]
    assert all("33.33%" in line for line in lines[1:])


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_no_value_is_told_if_none_is_wanted(store: str, profile: str, form: str) -> None:
    result = _run("--profile", profile, "--store", store, "--format", form, "--no-values")
    assert result.exit_code == 1
    assert _BAD not in result.output
    assert "observed" not in result.output
    assert "two.example" in result.output


def test_a_registry_that_keeps_to_the_profile_is_told_so(store: str) -> None:
    result = _run("--profile", "thin", "--store", store, "--kind", "registrar", "--format", "json")
    if result.exit_code:  # a made-up registrar may lack what the profile asks of registrars
        assert json.loads(result.stdout)["violations"]
    result = _run("--profile", "escrow", "--store", store, "--kind", "domain", "--format", "csv")
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 1
    assert "domain: all 3 objects keep to the profile" in result.stderr


def test_the_rows_go_to_a_file_if_one_is_named(store: str, profile: str, tmp_path: Path) -> None:
    path = tmp_path / "violations.csv"
    result = _run("--profile", profile, "--store", store, "--format", "csv", "--out", str(path))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(list(csv.reader(path.open(encoding="utf-8", newline="")))) == 4


def test_a_sample_is_of_so_many_objects_and_the_same_for_the_same_seed(store: str, profile: str) -> None:
    outputs = [
        _run("--profile", profile, "--store", store, "--sample", "2", "--seed", "7", "--format", "json").stdout
        for _ in range(2)
    ]
    assert json.loads(outputs[0])["objects"]["domain"]["objects"] == 2
    assert outputs[0] == outputs[1]


def test_what_cannot_be_audited_is_no_finding(store: str, profile: str, tmp_path: Path) -> None:
    """The exit code is 2, and a line says why."""
    for arguments, said in (
        (("--profile", profile, "--store", store, "--kind", "host"), "says nothing of a host, but of: domain"),
        (("--profile", profile, "--store", f"sqlite:///{tmp_path}/none.db"), "there is no store"),
        (("--profile", profile), "no store is named"),
        (("--profile", "gtld-whoiss", "--store", store), "did you mean 'gtld-whois'"),
        (("--profile", profile, "--store", store, "--out", str(tmp_path)), ""),
        (("--profile", profile, "--store", store, "--out", f"{tmp_path}/no/where"), "cannot be written"),
    ):
        result = _run(*arguments)
        assert result.exit_code == 2, (arguments, result.output)
        assert said in result.stderr


def test_the_help_warns_of_personal_data() -> None:
    output = _run("--help").output
    assert "PERSONAL DATA" in output
    assert "dnrd profile audit --profile" in output
