"""The settings: one declaration, many forms, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from directory import config, resources
from directory.cli.config import command
from directory.config import Settings
from directory.errors import DocumentError


def write(folder: Path, text: str) -> Path:
    file = folder / "dnrd.yaml"
    file.write_text(text)
    return file


def test_the_schema_in_the_tree_is_the_one_of_the_declarations() -> None:
    assert resources.schema("config") == config.schema()
    assert json.loads(CliRunner().invoke(command, ["--schema"]).output) == config.schema()


def test_the_example_is_a_configuration_and_all_its_values_are_the_defaults(tmp_path: Path) -> None:
    text = CliRunner().invoke(command, ["--example"]).output
    assert config.load(write(tmp_path, text)) == Settings()
    uncommented = "\n".join(
        line.removeprefix("#") for line in text.splitlines() if line.startswith("#") and not line.startswith("# ")
    )
    assert config.load(write(tmp_path, uncommented)) == Settings()
    assert set(yaml.safe_load(uncommented)) == set(Settings().to_plain())


def test_the_tables_name_every_setting() -> None:
    for arguments in ([], ["--markdown"]):
        output = CliRunner().invoke(command, arguments).output
        assert [name for name in Settings().to_plain() if name not in output] == []


def test_a_flag_beats_the_file_and_the_file_beats_the_default(tmp_path: Path) -> None:
    file = write(tmp_path, "workers: 3\nread_timeout: 2.5\nwhois: ['[::1]:43']\nzones: {test: test}\n")
    settings = config.load(file, {"workers": 5})
    assert settings.workers == 5
    assert settings.read_timeout == 2.5
    assert settings.whois == ("[::1]:43",)
    assert settings.zones == {"test": "test"}
    assert settings.rdap == Settings().rdap


def test_settings_survive_the_way_to_a_worker() -> None:
    settings = config.load(None, {"whois": [], "zones": {"a.test": "b"}, "admin": "[::1]:9"})
    assert Settings.from_plain(json.loads(json.dumps(settings.to_plain()))) == settings


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("store: x\nwokers: 2\n", 2, "workers"),
        ("workers: many\n", 1, "whole number"),
        ("workers: -1\n", 1, ""),
        ("read_timeout: 0\n", 1, ""),
        ("whois: ['127.0.0.1']\n", 1, ""),
        ("\n\nwhois: '127.0.0.1:43'\n", 3, "list"),
        ("rdap_url: https://rdap.example/rdap\n", 1, ""),
        ("rdap_url: ftp://rdap.example/rdap/\n", 1, ""),
        ("zones: [test]\n", 1, "mapping"),
        ("- store\n", 1, ""),
        ("audiences: [police]\n", 1, "mapping"),
        ("audiences:\n  192.0.2.0/24: Police!\n", 2, "small letters, digits and hyphens"),
        ("audiences:\n  192.0.2.0/24: {}\n", 2, "fewer than 1"),
        ("audiences:\n  192.0.2.0/24: {audience: police, registar: R-1}\n", 2, "did you mean 'registrar'?"),
        ("audiences:\n  192.0.2/24: police\n", 2, "no address prefix like"),
        ("audiences:\n  192.0.2.7/24: police\n", 2, "write 192.0.2.0/24, or 192.0.2.7 for the one address"),
        ("audiences: {'::/0': a, 2001:db8::1/32: police}\n", 1, "write 2001:db8::/32, or 2001:db8::1"),
        ("audiences:\n  192.0.2.0/24: a\n  ::ffff:192.0.2.0/120: b\n", 3, "'192.0.2.0/24' is the same prefix"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        config.load(write(tmp_path, text))
    (finding,) = caught.value.findings
    assert finding.line == line
    assert said in finding.to_text("dnrd.yaml")


def test_audiences_are_named_by_prefix_with_or_without_a_registrar(tmp_path: Path) -> None:
    audiences = {"192.0.2.0/24": "police", "2001:db8::/32": {"audience": "authenticated", "registrar": "R-1"}}
    for text in (
        "audiences:\n  192.0.2.0/24: police\n  2001:db8::/32: {audience: authenticated, registrar: R-1}\n",
        "audiences: {192.0.2.0/24: police, 2001:db8::/32: {audience: authenticated, registrar: R-1}}\n",
    ):
        settings = config.load(write(tmp_path, text))
        assert settings.audiences == audiences
        assert Settings.from_plain(json.loads(json.dumps(settings.to_plain()))) == settings
    with pytest.raises(DocumentError, match=r"command line: .*bits set beyond"):
        config.load(None, {"audiences": {"192.0.2.7/24": "police"}})


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        config.load(write(tmp_path, "colour: red\nworkers: many\nwhois: 3\n"))
    assert [finding.line for finding in caught.value.findings] == [1, 2, 3]


def test_a_bad_flag_is_refused_as_such() -> None:
    with pytest.raises(DocumentError, match=r"command line.*admin"):
        config.load(None, {"admin": "localhost"})


def test_the_changed_settings_are_found() -> None:
    assert config.changed(Settings(), config.load(None, {"workers": 9, "whois": []})) == {"workers", "whois"}
    assert set(Settings().to_plain()) >= config.RELOADED
