"""`dnrd key`: what it makes, lists and revokes, and how it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.access import keyfile
from directory.access.keys import Keys
from directory.access.standing import Standing
from directory.cli import main
from tests.cli.asked import registry


def dnrd(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["key", *map(str, words)], prog_name="dnrd")


def add(path: Path, *more: str, name: str = "Unit 4", who: tuple[str, ...] = ("--audience", "police")) -> Result:
    return dnrd("add", "--keys", path, "--name", name, "--purpose", "case 17", *who, *more)


def test_the_key_alone_goes_to_standard_output_and_is_good(path: Path) -> None:
    done = add(path)
    assert done.exit_code == 0
    shown = done.stdout.removesuffix("\n")
    assert Keys(path).standing(shown) == Standing("police")
    assert shown not in done.stderr
    assert "good until" in done.stderr
    assert f"`keys: {path}`" in done.stderr
    assert "is new" not in add(path, name="another").stderr
    assert shown.rpartition("_")[2][:40] not in path.read_text()


def test_a_key_for_a_registrar_is_authenticated(path: Path) -> None:
    shown = add(path, who=("--registrar", "R-1")).stdout.strip()
    assert Keys(path).standing(shown) == Standing("authenticated", "R-1")
    both = add(path, name="both", who=("--registrar", "R-1", "--audience", "police")).stdout.strip()
    assert Keys(path).standing(both) == Standing("police", "R-1")


def test_a_key_expires_after_ninety_days_unless_another_time_is_given(path: Path) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    add(path, name="default")
    add(path, "--expires", "7d", name="days")
    add(path, "--expires", f"{day}", name="a day")
    default, days, a_day = keyfile.load(path)
    assert default.expires - default.created == timedelta(days=90)
    assert days.expires - days.created == timedelta(days=7)
    assert f"{a_day.expires:%Y-%m-%dT%H:%M:%S}" == f"{day}T23:59:59"


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        ("2020-01-31", "2020-01-31 is past"),
        ("2030-02-30", "day is out of range for month"),
        ("9999-12-31", "1096d at most"),
        ("99999d", "1096d at most"),
        ("0d", "no day like 2027-01-31 and no number of days like 90d"),
        ("tomorrow", "no day like 2027-01-31"),
        ("2027-1-31", "no day like 2027-01-31"),
        ("", "no day like 2027-01-31"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_one_that_can(path: Path, expires: str, said: str) -> None:
    done = add(path, "--expires", expires)
    assert done.exit_code == 2
    assert "--expires" in done.stderr
    assert said in done.stderr
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "a", "--purpose", "b"), "give --audience, or --registrar, or both"),
        (
            ("--name", "a", "--purpose", "b", "--audience", "Police!"),
            "--audience: 'Police!' does not have the form",
        ),
        (("--name", "a\nb", "--purpose", "b", "--audience", "c"), "--name: 'a\\nb' does not have the form"),
        (("--name", "a", "--purpose", "b" * 256, "--audience", "c"), "is longer than 255"),
        (("--name", "a", "--audience", "c"), "Missing option '--purpose'"),
    ],
)
def test_what_the_file_could_not_hold_is_refused(path: Path, words: tuple[str, ...], said: str) -> None:
    done = dnrd("add", "--keys", path, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not path.exists()


def test_the_file_is_named_by_flag_or_configuration(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "dnrd.yaml"
    config.write_text(f"keys: {path}\n")
    done = dnrd("add", "--config", config, "--name", "a", "--purpose", "b", "--audience", "law-enforcment")
    assert done.exit_code == 0
    assert "note: no disclosure knows the audience 'law-enforcment'" in done.stderr
    assert "did you mean 'law-enforcement'?" in done.stderr
    known = dnrd("add", "--config", config, "--name", "b", "--purpose", "b", "--audience", "law-enforcement")
    assert "note:" not in known.stderr
    assert [key.name for key in keyfile.load(path)] == ["a", "b"]
    config.write_text("workers: 1\n")
    for arguments, said in (((), "Give --keys FILE"), (("--config", config), "has no setting `keys`")):
        done = dnrd("list", *arguments)
        assert done.exit_code == 2
        assert said in done.stderr


def test_an_audience_that_nobody_knows_is_noted_and_the_key_is_made(path: Path) -> None:
    done = add(path, who=("--audience", "law-enforcment"))
    assert done.exit_code == 0
    assert "note: no disclosure knows the audience 'law-enforcment'" in done.stderr
    assert "did you mean 'law-enforcement'?" in done.stderr
    assert len(keyfile.load(path)) == 1
    known = add(path, name="another", who=("--audience", "law-enforcement"))
    assert "note:" not in known.stderr


def test_a_registrar_that_the_store_does_not_know_is_noted_and_the_key_is_made(path: Path, tmp_path: Path) -> None:
    store = registry(tmp_path)
    done = add(path, "--store", store, who=("--registrar", "R-11"))
    assert done.exit_code == 0
    assert "--registrar: note: the store knows no registrar 'R-11'" in done.stderr
    assert "did you mean 'R-1'" in done.stderr
    config = tmp_path / "dnrd.yaml"
    config.write_text(f"store: {store}\nkeys: {path}\n")
    who = ("--config", str(config), "--name", "x", "--purpose", "p", "--registrar")
    assert "note: the store has no repository 'exampel'" in dnrd("add", *who, "R-1@exampel").stderr
    assert "note:" not in add(path, "--store", store, name="right", who=("--registrar", "R-1")).stderr
    missing = add(path, "--store", "sqlite:///no.db", name="none", who=("--registrar", "R-1"))
    assert "--registrar: note: it cannot be looked up: there is no store" in missing.stderr
    assert [key.name for key in keyfile.load(path)] == ["Unit 4", "x", "right", "none"]


def test_the_list_shows_all_but_the_secret(path: Path) -> None:
    add(path, name="[bold]Unit 4")
    add(path, name="R", who=("--registrar", "R-1"))
    dnrd("revoke", "--keys", path, "R")
    table = dnrd("list", "--keys", path).stdout
    first, second = keyfile.load(path)
    for word in (first.id, "[bold]Unit 4", "good", "police", "case 17", second.id, "revoked", "R-1"):
        assert word in table
    listed = json.loads(dnrd("list", "--keys", path, "--format", "json").stdout)
    assert [each["state"] for each in listed] == ["good", "revoked"]
    assert [each["audience"] for each in listed] == ["police", "authenticated"]
    assert listed[0]["revoked"] is None
    for key in (first, second):
        assert key.sha256 not in table + json.dumps(listed)


def test_a_list_of_nothing_says_how_to_begin(path: Path) -> None:
    path.write_text('{"keys": []}')
    done = dnrd("list", "--keys", path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "dnrd key add --help" in done.stderr


def test_revoking_names_the_key_and_what_cannot_be_is_told(path: Path) -> None:
    add(path)
    assert "did you mean 'Unit 4'?" in dnrd("revoke", "--keys", path, "Unit 5").stderr
    done = dnrd("revoke", "--keys", path, "Unit 4")
    assert (done.exit_code, done.stdout) == (0, "")
    assert keyfile.load(path)[0].id in done.stderr
    again = dnrd("revoke", "--keys", path, "Unit 4")
    assert again.exit_code == 1
    assert "revoked already" in again.stderr


def test_a_key_of_a_name_that_is_taken_is_refused_and_the_first_stays(path: Path) -> None:
    add(path)
    before = path.read_bytes()
    done = add(path)
    assert done.exit_code == 1
    assert "choose another name" in done.stderr
    assert done.stdout == ""
    assert path.read_bytes() == before


def test_the_help_says_how_a_key_is_used_and_guarded() -> None:
    text = dnrd("--help").stdout
    for word in ("Authorization: Bearer", "TLS", "shown once", "law-enforcement"):
        assert word in text
