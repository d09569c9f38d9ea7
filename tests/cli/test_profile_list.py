"""`dnrd profile list`: the profiles that there are, and those in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from directory.cli.profile.list import command
from tests.cli.asked import write


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def _listed(*arguments: str) -> dict[str, dict[str, Any]]:
    result = _run("--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return {entry["name"]: entry for entry in json.loads(result.stdout)}


def _config(folder: Path, *profiles: str) -> str:
    path = folder / "dnrd.yaml"
    path.write_text(json.dumps({"profiles": profiles}), encoding="utf-8")
    return str(path)


def test_without_a_configuration_the_shipped_two_are_in_force() -> None:
    listed = _listed()
    assert {name for name, entry in listed.items() if entry["inForce"]} == {"gtld-whois", "gtld-rdap"}
    assert {"thin", "rfc9083", "law-enforcement"} < set(listed)
    assert listed["law-enforcement"]["for"] == ["law-enforcement"]
    assert listed["gtld-whois"]["markup"] == "text"


def test_what_is_configured_is_in_force_and_what_is_not_is_only_shipped(tmp_path: Path) -> None:
    path = write(tmp_path / "mine")
    listed = _listed("--config", _config(tmp_path, path, str(tmp_path / "mine" / "rules.yaml")))
    assert [name for name, entry in listed.items() if entry["inForce"]] == ["said"]
    assert listed["said"]["file"] == path
    assert next(iter(listed)) == "said"
    assert "gtld-whois" in listed


def test_an_edition_of_tomorrow_is_not_in_force(tmp_path: Path) -> None:
    path = write(tmp_path / "mine")
    later = tmp_path / "later.yaml"
    later.write_text(
        Path(path).read_text(encoding="utf-8").replace('"2020-01-01"', '"2222-01-01"'), encoding="utf-8"
    )
    config = _config(tmp_path, path, str(tmp_path / "mine" / "rules.yaml"), str(later))
    entries = json.loads(_run("--format", "json", "--config", config).stdout)
    assert [(each["from"], each["inForce"]) for each in entries if each["name"] == "said"] == [
        ("2020-01-01", True),
        ("2222-01-01", False),
    ]


def test_the_table_has_a_row_for_each_and_says_which_are_in_force() -> None:
    lines = _run().stdout.splitlines()
    assert lines[0].split()[:4] == ["Name", "Version", "From", "Service"]
    (row,) = [line for line in lines if line.startswith("gtld-rdap ")]
    assert " yes " in row
    assert " rdap " in row


def test_a_faulty_configuration_is_refused_with_its_findings(tmp_path: Path) -> None:
    path = write(tmp_path / "mine", ("- name", "- nane"))
    result = _run("--config", _config(tmp_path, path, str(tmp_path / "mine" / "rules.yaml")))
    assert result.exit_code == 2
    assert f"{path}:9" in result.stderr
    assert _run("--config", str(tmp_path / "none.yaml")).exit_code == 2
