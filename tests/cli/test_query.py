"""`dnrd query`: which profile answers, and what is said beside the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from tests.cli.asked import registry, write


def query(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["query", *map(str, words)], prog_name="dnrd")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return registry(tmp_path_factory.mktemp("store"))


@pytest.fixture
def config(tmp_path: Path, store: str) -> Path:
    """A configuration with a profile for the service `data` alone."""
    write(tmp_path / "documents")
    path = tmp_path / "dnrd.yaml"
    files = ", ".join(str(tmp_path / "documents" / name) for name in ("rules.yaml", "said.yaml"))
    path.write_text(f"store: {store}\nprofiles: [{files}]\nkeys: /no/such/keys.json\n")
    return path


@pytest.mark.parametrize(
    ("form", "start"),
    [("json", '{"url"'), ("xml", "<?xml"), ("csv", "number,object,")],
    ids=["json", "xml", "csv"],
)
def test_the_plain_forms_need_no_other_profile_than_that_of_data(config: Path, form: str, start: str) -> None:
    done = query("--config", config, "--format", form, "one.example")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(start)
    assert "said" in done.stdout or form == "csv"
    assert "one.example" in done.stdout


@pytest.mark.parametrize("form", ["whois", "rdap"])
def test_a_service_without_a_profile_is_told(config: Path, form: str) -> None:
    done = query("--config", config, "--format", form, "one.example")
    assert done.exit_code == 1
    assert f"no profile is bound to the service '{form}'" in done.stderr


def test_a_registrar_that_the_store_does_not_know_is_noted_and_the_answer_given(store: str) -> None:
    words = ("--store", store, "--audience", "authenticated", "one.example", "--registrar")
    known, unknown = query(*words, "R-1"), query(*words, "R-11")
    assert known.stderr == ""
    assert unknown.exit_code == 0
    assert "note: the store knows no registrar 'R-11'" in unknown.stderr
    assert "did you mean 'R-1'" in unknown.stderr


def test_a_moment_before_the_first_deposit_is_noted(store: str) -> None:
    before = query("--store", store, "--as-of", "2001-01-01", "one.example")
    assert before.exit_code == 1
    assert "note: nothing was known yet at 2001-01-01T00:00:00Z" in before.stderr
    assert query("--store", store, "--as-of", "2100-01-01", "one.example").stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "yesterday"), "--as-of': 'yesterday' is no date-time"),
        (("--as-of", "2026-02-30"), "give a day like 2026-01-31, or a moment like 2026-01-31T12:00:00Z"),
        (("--language", "no such"), "'no such' is no language tag; give one like es"),
        (("--audience", "sponser"), "did you mean 'sponsor'?"),
        (("--format", "yaml"), "'yaml' is not one of 'whois', 'rdap', 'json', 'xml', 'csv'"),
    ],
)
def test_what_cannot_be_understood_is_told_with_what_can(store: str, words: tuple[str, ...], said: str) -> None:
    done = query("--store", store, *words, "one.example")
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
