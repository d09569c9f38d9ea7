"""`dnrd model` shows the model in text and JSON, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from directory.cli.model import command


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_without_an_argument_the_tables_are_listed() -> None:
    lines = _run().splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["contact", "registrar", "desk"]
    assert len(lines) == 14


def test_a_table_lists_its_elements_under_heads() -> None:
    lines = _run("dnssec").splitlines()
    assert lines[1].split() == ["Element", "Type", "Values", "Name", "Source"]
    assert lines[2].startswith("dnssec.id ")


def test_spanish_gives_sac054s_own_names() -> None:
    assert "Fecha de vencimiento del registro" in _run("domain", "--lang", "es")


def test_an_element_tells_where_it_lives() -> None:
    text = _run("domain.exDate")
    for place in ("rdeDomain:exDate", "domain.fExDate", "events expiration", "Registry Expiry Date"):
        assert place in text


def test_json_has_every_field() -> None:
    everything = json.loads(_run("--format", "json"))
    assert everything["trademark"]["elements"][6]["key"] == "trademark.class"
    assert everything["trademark"]["elements"][6]["max"] is None
    assert json.loads(_run("registrar.authInfo", "--format", "json"))["never"] is True


def test_an_unknown_name_is_one_clear_line() -> None:
    result = CliRunner().invoke(command, ["contact.vioce"])
    assert result.exit_code == 1
    assert "did you mean 'contact.voice'" in result.output


def test_a_faulty_extension_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extension: mine\nnamespace: urn:x-mine\nobject: []\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["--extension", str(path)])
    assert result.exit_code == 1
    assert "mine.yaml:3: object: the key 'object' is not known here" in result.output
    assert "did you mean 'objects'" in result.output
