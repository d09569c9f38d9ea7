"""`dnrd history`: the events of a name with their deposits, and values only where today's rules show them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from tests.cli import chained

EMAIL = "c-1@mail.example.net"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("history")
    url = f"sqlite:///{folder / 'registry.db'}"
    assert run("ingest", "--store", url, chained.write(folder / "in")).exit_code == 0
    return url


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def events(url: str, *words: str) -> list[dict[str, Any]]:
    result = run("history", "--store", url, "--format", "json", *words, chained.NAME)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)[0]["events"]
    return found


@pytest.mark.clause("SAC054 §3")
def test_the_life_of_a_name_is_told_with_the_deposits_that_show_it(url: str) -> None:
    assert [(each["event"], each["seen"]["id"], each["at"][:10]) for each in events(url)] == [
        ("create", "f1", "2020-01-01"),
        ("renew", "d2", "2026-01-02"),
        ("registrar transfer", "d3", "2026-01-03"),
        ("change of holder", "d4", "2026-01-04"),
        ("delete", "d5", "2026-01-05"),
        ("release", "d5", "2026-01-05"),
    ]


@pytest.mark.clause("SAC054 §3")
def test_the_hosts_that_moved_along_with_a_transfer_are_told(url: str) -> None:
    (transfer,) = [each for each in events(url) if each["event"] == "registrar transfer"]
    assert transfer["hosts"] == ["ns1.one.example"]
    assert transfer["changes"] == [{"element": "domain.registrarid", "before": ["R-1"], "after": ["R-2"]}]


def test_a_value_is_told_to_whom_the_rules_show_it_and_to_others_that_it_changed(url: str) -> None:
    (public,) = [each for each in events(url) if each["event"] == "change of holder"]
    assert public["changes"] == [{"element": "domain.registrant", "withheld": True}]
    (police,) = [
        each for each in events(url, "--audience", "law-enforcement") if each["event"] == "change of holder"
    ]
    assert police["changes"] == [{"element": "domain.registrant", "before": ["C-1"], "after": ["C-2"]}]


def test_the_text_withholds_what_the_data_does(url: str) -> None:
    text = run("history", "--store", url, chained.NAME).stdout
    assert "domain.registrant: not shown" in text
    assert "C-1" not in text
    assert "host ns1.one.example moved along" in text
    assert "domain.exDate: 2027-01-01T00:00:00Z → 2028-01-01T00:00:00Z" in text


def test_dates_that_the_rules_hide_are_not_told_as_the_moments_of_events(url: str, tmp_path: Path) -> None:
    disclosure = (Path("profiles") / "gtld-disclosure.yaml").read_text(encoding="utf-8")
    for element in ("domain.crDate", "domain.exDate"):
        assert f"  - {element}\n" in disclosure
        disclosure = disclosure.replace(f"  - {element}\n", "")
        ruled = f"  {element}: {{show: [law-enforcement], hidden: {{}}, source: RFC 5731}}"
        disclosure = disclosure.replace("  domain.registrant: {", f"{ruled}\n  domain.registrant: {{", 1)
    (tmp_path / "gtld-disclosure.yaml").write_text(disclosure, encoding="utf-8")
    profiles = []
    for name in ("gtld-rdap", "gtld-whois"):
        text = (Path("profiles") / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        profiles.append(str(tmp_path / f"{name}.yaml"))
    config = tmp_path / "config.yaml"
    config.write_text(f"profiles: {json.dumps([*profiles, str(tmp_path / 'gtld-disclosure.yaml')])}\n")
    told = events(url, "--config", str(config))
    assert told[0]["event"] == "create"
    assert told[0]["at"] == "2026-01-01T00:00:00Z"
    assert {"element": "domain.exDate", "withheld": True} in told[1]["changes"]
    assert "2027-01-01" not in json.dumps(told)


def test_a_contact_is_told_by_its_versions_and_is_called_as_it_was_asked_for(url: str) -> None:
    asked = ("history", "--store", url, "--format", "json", "C1-TEST")
    (public,) = json.loads(run(*asked).stdout)
    spans = [(each["validFrom"][:10], each["validTo"] and each["validTo"][:10]) for each in public["versions"]]
    assert spans == [("2026-01-01", "2026-01-04"), ("2026-01-04", None)]
    assert "mail.example.net" not in json.dumps(public)
    assert '"C-1"' not in json.dumps(public)
    assert all("contact.email" in each["withheld"] for each in public["versions"])
    (police,) = json.loads(run(*asked, "--audience", "law-enforcement").stdout)
    assert [each["elements"]["contact.email"] for each in police["versions"]] == [
        [EMAIL],
        ["new@mail.example.net"],
    ]


def test_a_registrar_and_a_host_have_versions(url: str) -> None:
    for name, element, number in (("9995", "registrar.gurid", 1), ("ns1.one.example", "host.name", 2)):
        (told,) = json.loads(run("history", "--store", url, "--format", "json", name).stdout)
        assert len(told["versions"]) == number
        assert all(element in each["elements"] for each in told["versions"])


def test_what_was_forgotten_is_said_so_without_the_data(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    run("ingest", "--store", url, chained.write(tmp_path / "in"))
    assert run("forget", "--store", url, "--reason", "asked to", "C-1").exit_code == 0
    result = run("history", "--store", url, "--audience", "law-enforcement", "C1-TEST")
    assert "2026-01-01T00:00:00Z to 2026-01-04T00:00:00Z: erased" in result.stdout
    assert EMAIL not in result.stdout
    assert "new@mail.example.net" in result.stdout


@pytest.mark.parametrize("name", ["none.example", "elsewhere.test", "C9-TEST"])
def test_of_what_never_was_nothing_is_told(url: str, name: str) -> None:
    result = run("history", "--store", url, name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing is known" in result.stderr


def test_an_audience_that_nobody_knows_is_an_error(url: str) -> None:
    result = run("history", "--store", url, "--audience", "polise", chained.NAME)
    assert (result.exit_code, "is no audience" in result.stderr) == (2, True)
