"""`dnrd ingest` of a folder: the right chain is applied, what does not fit is told, and the exit code says so."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from tests.cli import chained


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'registry.db'}"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result) -> dict[str, str]:
    deposits: list[dict[str, Any]] = json.loads(result.stdout)["deposits"]
    return {each.get("id", Path(each["file"]).name): each["outcome"] for each in deposits}


def test_the_deposits_of_a_folder_are_applied_in_the_order_of_their_chain(url: str, tmp_path: Path) -> None:
    folder = chained.write(tmp_path / "in")
    result = run("ingest", "--store", url, "--format", "json", folder)
    assert (result.exit_code, told(result)["d5"]) == (0, "applied")
    assert [each["id"] for each in json.loads(result.stdout)["deposits"]][:5] == ["f1", "d2", "d3", "d4", "d5"]
    assert run("query", "--store", url, chained.NAME).exit_code == 1


def test_a_second_time_there_is_nothing_to_do(url: str, tmp_path: Path) -> None:
    folder = chained.write(tmp_path / "in")
    run("ingest", "--store", url, folder)
    result = run("ingest", "--store", url, "--format", "json", folder)
    assert (result.exit_code, set(told(result).values())) == (0, {"left"})


def test_several_files_are_as_good_as_a_folder(url: str, tmp_path: Path) -> None:
    folder = chained.write(tmp_path / "in", "f1", "d2")
    packed = folder / "2d.xml.gz"
    packed.write_bytes(gzip.compress((folder / "2d.xml").read_bytes()))
    result = run("ingest", "--store", url, "--format", "json", packed, folder / "1f.xml")
    assert (result.exit_code, told(result)) == (0, {"f1": "applied", "d2": "applied"})


def test_a_gap_is_named_what_is_before_it_applied_and_the_exit_code_is_1(url: str, tmp_path: Path) -> None:
    folder = chained.write(tmp_path / "in", "f1", "d2", "d4", "d5")
    result = run("ingest", "--store", url, folder)
    assert result.exit_code == 1
    assert "4d.xml: DIFF d4 not applied: it follows 'd3', which was not applied" in result.stderr
    assert "watermark 2026-01-02T00:00:00Z" in result.stdout
    assert "2028-01-01" in run("query", "--store", url, chained.NAME).stdout


def test_a_deposit_that_is_refused_leaves_what_went_before(url: str, tmp_path: Path) -> None:
    folder = chained.write(tmp_path / "in", "f1", "d2", "d3")
    broken = chained.TRANSFERRED.replace(b"2028-01-01T00:00:00Z", b"soon")
    (folder / "3d.xml").write_bytes(broken)
    (folder / "none.xml").write_bytes(b"<none")
    result = run("ingest", "--store", url, "--format", "json", folder)
    assert result.exit_code == 1
    outcomes = told(result)
    assert (outcomes["f1"], outcomes["d2"], outcomes["d3"], outcomes["none.xml"]) == (
        "applied",
        "applied",
        "refused",
        "refused",
    )
    assert "soon" in str(json.loads(result.stdout))


def test_a_folder_without_a_deposit_is_an_error(url: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    result = run("ingest", "--store", url, tmp_path / "in")
    assert result.exit_code == 1
    assert "there is no deposit in it" in result.stderr


def test_an_envelope_is_opened_and_its_segments_have_to_be_there(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "example_2026-01-01_full_S1_R0.ryde").write_bytes(b"x")
    (folder / "example_2026-01-01_full_S3_R0.ryde").write_bytes(b"x")
    result = run("ingest", "--store", url, folder)
    assert result.exit_code == 1
    assert "files of it are missing: example_2026-01-01_full_S2_R0.ryde" in result.stderr


@pytest.mark.clause("RFC 9022 §8")
def test_strict_refuses_references_that_lead_nowhere(url: str, tmp_path: Path) -> None:
    path = tmp_path / "full.xml"
    path.write_bytes(chained.FULL.replace(b"<rdeDomain:registrant>C-1<", b"<rdeDomain:registrant>C-9<"))
    assert run("ingest", "--store", url, "--level", "strict", path).exit_code == 1
    assert run("ingest", "--store", url, path).exit_code == 0


def test_a_query_as_of_a_moment_knows_what_was_known_then(url: str, tmp_path: Path) -> None:
    run("ingest", "--store", url, chained.write(tmp_path / "in"))
    for moment, date in (("2026-01-01", "2027-01-01"), ("2026-01-02T00:00:00Z", "2028-01-01")):
        answer = run("query", "--store", url, "--as-of", moment, chained.NAME)
        assert answer.exit_code == 0
        assert f"Expiry Date: {date}" in answer.stdout
    for moment in ("2025-12-31", "2026-01-05"):
        assert run("query", "--store", url, "--as-of", moment, chained.NAME).exit_code == 1


def test_as_of_a_moment_the_rules_are_those_of_the_audience(url: str, tmp_path: Path) -> None:
    run("ingest", "--store", url, chained.write(tmp_path / "in"))
    asked = ("query", "--store", url, "--format", "json", "--as-of", "2026-01-04", chained.NAME)
    assert "c-2@mail.example.net" not in run(*asked).stdout
    assert "c-2@mail.example.net" in run(*asked, "--audience", "law-enforcement").stdout


def test_what_is_no_moment_and_what_has_no_past_is_refused(url: str, tmp_path: Path) -> None:
    run("ingest", "--store", url, chained.write(tmp_path / "in"))
    wrong = run("query", "--store", url, "--as-of", "yesterday", chained.NAME)
    assert wrong.exit_code == 2
    assert "like 2026-01-31" in wrong.stderr
    address = run("query", "--store", url, "--as-of", "2026-01-04", "nameserver", "192.0.2.1")
    assert (address.exit_code, "cannot be answered" in address.stderr) == (2, True)
