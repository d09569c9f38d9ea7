"""The commands of escrow take level, keys and limits from the configuration, and report alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from directory.cli import main
from tests import csvdeposits as c
from tests import deposits as d
from tests.cli import chained
from tests.escrow.pgp import Gpg, keyring

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "escrow-report.schema.json").read_text())


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'registry.db'}"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def settings(folder: Path, **values: Any) -> Path:
    """A configuration, which is YAML, and so may be JSON."""
    path = folder / "dnrd.yaml"
    path.write_text(json.dumps({key: _plain(value) for key, value in values.items()}))
    return path


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: str(each) for key, each in value.items()}
    if isinstance(value, list):
        return [str(each) for each in value]
    return value if isinstance(value, int) else str(value)


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    """A deposit with a reference that leads nowhere."""
    path = tmp_path / "full.xml"
    path.write_bytes(chained.FULL.replace(b"<rdeDomain:registrant>C-1<", b"<rdeDomain:registrant>C-9<"))
    return path


@pytest.mark.clause("RFC 9022 §8")
def test_the_level_of_the_configuration_counts_and_that_of_the_option_more(
    url: str, tmp_path: Path, lost: Path
) -> None:
    strict = settings(tmp_path, store=url, escrow_level="strict")
    refused = run("ingest", "--config", strict, lost)
    assert refused.exit_code == 1
    assert "RDE_DOMAIN_HAS_INVALID_REGISTRANT" in refused.stderr
    noted = run("ingest", "--config", strict, "--level", "normal", lost)
    assert noted.exit_code == 0
    assert "note: a registrant is not there, as domain one.example: rdeDomain:registrant: " in noted.stderr


@pytest.mark.parametrize("level", ["normal", "strict"])
def test_an_ingest_reports_what_a_check_reports(url: str, tmp_path: Path, lost: Path, level: str) -> None:
    report = tmp_path / "report.json"
    run("ingest", "--store", url, "--level", level, "--report", report, lost)
    checked = json.loads(run("check-deposit", "--level", level, "--format", "json", lost).stdout)
    told = json.loads(report.read_text())
    Draft202012Validator(SCHEMA).validate(told)
    for same in ("file", "level", "passed", "deposit", "objects", "codes"):
        assert told[same] == checked[same], same
    assert [one["code"] for one in told["findings"]] == [one["code"] for one in checked["findings"]]


def test_of_several_deposits_the_report_is_a_list(url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert (
        run("ingest", "--store", url, "--report", report, chained.write(tmp_path / "in", "f1", "d2")).exit_code
        == 0
    )
    assert [one["deposit"]["id"] for one in json.loads(report.read_text())] == ["f1", "d2"]


def test_a_report_takes_the_place_of_a_report_and_of_nothing_else(url: str, tmp_path: Path) -> None:
    (deposit,) = chained.write(tmp_path / "in", "f1").iterdir()
    others = {tmp_path / "a.json": b'{"file": "of another program"}', tmp_path / "a.yaml": b"a: b\n"}
    for file, octets in {deposit: deposit.read_bytes(), **others}.items():
        file.write_bytes(octets)
        refused = run("ingest", "--store", url, "--report", file, deposit)
        assert refused.exit_code == 2
        assert f"--report: {file} is there already, and is no report; give another name" in refused.stderr
        assert file.read_bytes() == octets
    store = tmp_path / "of.db"
    assert run("ingest", "--store", f"sqlite:///{store}", deposit).exit_code == 0
    before = store.read_bytes()
    assert run("ingest", "--store", f"sqlite:///{store}", "--report", store, deposit).exit_code == 2
    assert store.read_bytes() == before
    report = tmp_path / "report.json"
    report.touch()
    for several, kind in (([deposit], dict), ([deposit, deposit], list), ([deposit], dict)):
        assert run("ingest", "--store", url, "--report", report, *several).exit_code == 0
        assert isinstance(json.loads(report.read_text()), kind)
    assert run("ingest", "--store", url, "--report", "/dev/null", deposit).exit_code == 0


def test_keys_and_segments_of_the_configuration_seal_what_goes_and_open_what_comes(
    url: str, tmp_path: Path, gpg: Gpg
) -> None:
    run("ingest", "--store", url, chained.write(tmp_path / "in", "f1"))
    ours = settings(
        tmp_path,
        store=url,
        escrow_key=gpg.private("registry@test"),
        escrow_recipients=[gpg.public("own@test")],
        escrow_segment=700,
    )
    out = tmp_path / "out"
    out.mkdir()
    sealed = run("export", "--config", ours, "--out", out)
    assert sealed.exit_code == 0, sealed.output
    names = sorted(each.name for each in out.iterdir())
    assert {"example_2026-01-01_full_S1_R0.ryde", "example_2026-01-01_full_S2_R0.sig"} <= set(names)
    assert all((out / name).stat().st_size <= 700 for name in names if name.endswith(".ryde"))
    theirs = settings(
        tmp_path,
        store=f"{url}.copy",
        escrow_key=gpg.private("own@test"),
        escrow_signers={"example": gpg.public("registry@test")},
    )
    first = out / "example_2026-01-01_full_S1_R0.ryde"
    assert run("check-deposit", "--config", theirs, "--level", "normal", first).exit_code == 0
    assert "RDE_DECRYPTION_FAILED" in run("check-deposit", "--level", "normal", first).stdout
    taken = run("ingest", "--config", theirs, first)
    assert taken.exit_code == 0, taken.output
    whole = tmp_path / "plain.xml"
    assert run("export", "--config", ours, "--plain", "--out", whole).exit_code == 0
    assert whole.read_bytes().startswith(b"<?xml")


def test_configured_recipients_need_a_folder_and_plain_excludes_keys(url: str, tmp_path: Path, gpg: Gpg) -> None:
    run("ingest", "--store", url, chained.write(tmp_path / "in", "f1"))
    file = settings(tmp_path, store=url, escrow_recipients=[gpg.public("own@test")])
    refused = run("export", "--config", file, "--out", tmp_path / "full.xml")
    assert refused.exit_code == 2
    assert "give --out a folder, or --plain" in refused.stderr
    both = run("export", "--config", file, "--plain", "--encrypt-to", gpg.public("own@test"), "--out", tmp_path)
    assert (both.exit_code, "--plain excludes" in both.stderr) == (2, True)


@pytest.mark.parametrize("command", ["ingest", "check-deposit"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_limit_of_the_configuration_is_that_of_tables_too(
    url: str, tmp_path: Path, command: str, packed: bool
) -> None:
    import gzip

    rows = "".join(f"a{number:04}.example,,,,blocked,,\r\n" for number in range(2_000)).encode()
    fields = c.sheets(())
    table = next(sheet for sheet in fields if sheet.name == "NNDN")
    table.octets, table.cksum = gzip.compress(rows) if packed else rows, ""
    table.more = 'compression="gzip"' if packed else ""
    path = c.write_csv(tmp_path, [table], d.registrar())
    words = ("--store", url) if command == "ingest" else ()
    file = settings(tmp_path, escrow_octets=20_000)
    refused = run(command, *words, "--config", file, path)
    assert refused.exit_code == 1
    assert "unpacks to more than 20,000 octets" in refused.output


def test_objects_of_the_registrys_own_are_remarkable_at_the_level_of_the_testing_alone(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "sample.xml"
    assert run("sample", "--domains", 40, "--tld", "test", "--out", path).exit_code == 0
    taken = run("ingest", "--store", url, path)
    assert taken.exit_code == 0
    assert "note" not in taken.output
    assert "RDE_" not in run("check-deposit", "--level", "normal", path).output
    refused = run("check-deposit", "--level", "strict", path)
    assert refused.exit_code == 1
    assert "RDE_UNEXPECTED_OBJECT_URI" in refused.output


@pytest.mark.clause("RFC 8909 §5.1")
def test_a_deposit_is_known_by_what_it_says_of_itself_and_this_is_told(url: str, tmp_path: Path) -> None:
    path = tmp_path / "full.xml"
    path.write_bytes(chained.FULL)
    assert run("ingest", "--store", url, path).exit_code == 0
    path.write_bytes(chained.FULL.replace(b"<rdeDomain:exDate>", b"<rdeDomain:exDate>no date, "))
    again = run("ingest", "--store", url, path)
    assert "nothing to do: FULL f1 was applied already" in again.stdout
    assert "not read again; other content takes a new id, or a higher resend" in again.stderr
