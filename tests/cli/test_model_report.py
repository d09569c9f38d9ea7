"""`dnrd model report`: what a store holds, element by element."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli.model import command
from tests import deposits
from tests.cli.filled import fill


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fill(
        tmp_path_factory.mktemp("report"),
        deposits.registrar(),
        deposits.contact("C-1", name="Ana"),
        deposits.contact("C-2", name="Анна"),
        deposits.extension("postalLanguage", "contact", "C-2", loc="ru"),
        deposits.host("ns1.one.example", "192.0.2.1"),
        deposits.domain("one.example", hosts=("ns1.one.example",)),
        deposits.domain("two.example", statuses=("clientHold", "clientRenewProhibited")),
    )


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["report", *arguments])


def _found(store: str, *more: str) -> dict[str, dict[str, object]]:
    result = _run("--store", store, "--format", "json", *more)
    assert result.exit_code == 0, result.output
    return {f"{each['object']} {each['element']}": each for each in json.loads(result.stdout)}


def test_every_element_of_the_store_is_measured(store: str) -> None:
    found = _found(store)
    name = found["domain domain.name"]
    assert (name["owners"], name["filled"], name["share"], name["values"]) == (2, 2, 1.0, 2)
    assert (name["shortest"], name["median"], name["longest"]) == (11, 11, 11)
    assert name["forms"] == {}
    assert found["domain domain.status"]["forms"] == {"ok": 1, "clientHold": 1, "clientRenewProhibited": 1}
    assert found["domain domain.ns"]["share"] == 0.5
    assert found["domain domain.host"]["filled"] == 1  # hosts below a domain are looked for
    assert found["contact contact.name"]["scripts"] == {"Latn": 2, "Cyrl": 1}
    assert found["contact contact.name"]["languages"] == {"untagged": 2, "ru (extension)": 1}
    assert found["contact contact.cc"]["forms"] == {"ES": 3}


def test_no_personal_value_is_told_in_any_form(store: str) -> None:
    for form in ("table", "json", "csv"):
        output = _run("--store", store, "--format", form).output
        for value in ("Ana", "Анна", "Calle", "mail.example", "34.91", "C1-TEST", "one.example"):
            assert value not in output, (form, value)


def test_only_what_is_asked_for_is_read(store: str) -> None:
    found = _found(store, "--kind", "contact", "--sample", "1")
    assert {key.split()[0] for key in found} == {"contact"}
    assert found["contact contact.id"]["owners"] == 1


def test_the_table_leaves_out_what_no_object_could_have(store: str) -> None:
    lines = _run("--store", store).stdout.splitlines()
    assert lines[0].split()[:4] == ["Object", "Element", "Filled", "Share"]
    (status,) = [line for line in lines if line.split()[1] == "domain.status"]
    assert status.split()[2:7] == ["2", "100.0%", "3", "2", "2"]
    assert not [line for line in lines if line.split()[1].startswith("dnssec.")]


def test_csv_has_a_row_for_each_element(store: str) -> None:
    rows = list(csv.DictReader(io.StringIO(_run("--store", store, "--format", "csv").stdout)))
    (status,) = [row for row in rows if (row["object"], row["element"]) == ("domain", "domain.status")]
    assert status["values"] == "3"
    assert sorted(status["forms"].split("; ")) == ["clientHold 1", "clientRenewProhibited 1", "ok 1"]


def test_a_store_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = _run("--store", f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 2
    assert "there is no store" in result.stderr


def test_the_model_is_shown_where_no_report_is_asked_for() -> None:
    show = CliRunner().invoke(command, ["show", "domain.exDate"]).stdout
    assert CliRunner().invoke(command, ["domain.exDate"]).stdout == show
    assert CliRunner().invoke(command, ["--lang", "es", "domain.exDate"]).exit_code == 0
    groups = CliRunner().invoke(command, ["--help"]).stdout
    assert "report" in groups
    assert "dnrd model contact.voice" in groups
