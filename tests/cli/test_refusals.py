"""What is wrong with how a command is called is one message without a traceback, and no command waits for it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from directory.telemetry import events
from tests.cli.asked import registry


@pytest.fixture(autouse=True)
def _unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of this process stays what it is."""
    monkeypatch.setattr(events, "configure", lambda: None)


def dnrd(*words: str | Path) -> Result:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, [*map(str, words)], prog_name="dnrd")
    # What is no exit but an exception would be a traceback.
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


READING = [
    ("query", "one.example"),
    ("history", "one.example"),
    ("serve",),
    ("profile", "preview", "one.example"),
    ("profile", "audit", "--profile", "gtld-whois"),
    ("profile", "diff", "gtld-whois", "gtld-whois-2024"),
    ("profile", "explain", "registrant.voice", "--object", "one.example"),
    ("model", "report"),
    ("forget", "--reason", "asked to", "C-1"),
    ("expire", "--before", "2026-01-01"),
]
"""Commands that read a store, and have none."""


@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{folder}/none.db", "there is no store at {folder}/none.db; `dnrd ingest` makes one"),
        ("{folder}/none.db", "did you mean sqlite:///{folder}/none.db?"),
        ("mysql://host/name", "'mysql' is no engine of ours; take sqlite or postgresql"),
        ("postgresql://nobody@127.0.0.1:1/none", "Connect call failed"),
        ("sqlite:///{folder}/text", "text: file is not a database"),
    ],
    ids=["missing", "no URL", "another engine", "nobody there", "no database"],
)
def test_a_store_that_cannot_be_read_is_told_and_not_made(
    tmp_path: Path, words: tuple[str, ...], url: str, said: str
) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be taken for one " * 20)
    done = dnrd(*words, "--store", url.format(folder=tmp_path))
    assert done.exit_code in (1, 2)
    assert said.format(folder=tmp_path) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["text"]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_configuration_with_a_fault_is_told_with_its_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    config = tmp_path / "dnrd.yaml"
    config.write_text("workers: 1\nstor: sqlite:///registry.db\n")
    done = dnrd(*words, "--config", config)
    assert done.exit_code in (1, 2)
    assert f"{config}:2: stor: the key 'stor' is not known here" in done.stderr
    assert "did you mean 'store'?" in done.stderr


NAMING = [
    ("profile", "audit", "--store", "{store}", "--profile", "{name}"),
    ("profile", "preview", "one.example", "--store", "{store}", "--profile", "{name}"),
    (
        "profile",
        "preview",
        "one.example",
        "--store",
        "{store}",
        "--profile",
        "gtld-whois",
        "--disclosure",
        "{name}",
    ),
    ("profile", "explain", "registrant.voice", "--profile", "{name}"),
    ("profile", "diff", "gtld-whois", "{name}"),
    ("profile", "variability", "gtld-whois", "{name}"),
    ("profile", "schema", "{name}"),
]
"""Commands that name a profile or a disclosure."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return registry(tmp_path_factory.mktemp("store"))


@pytest.mark.parametrize("words", NAMING, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("folder", "it is a folder"),
        ("pipe", "it is not a regular file"),
        ("none.yaml", "No such file"),
        ("folder.yaml", "folder.yaml"),
        ("pipe.yaml", "pipe.yaml"),
        ("large.yaml", "larger than"),
    ],
)
def test_what_is_no_document_is_told_at_once(
    tmp_path: Path, store: str, words: tuple[str, ...], name: str, said: str
) -> None:
    for each in ("folder", "folder.yaml"):
        (tmp_path / each).mkdir()
    for each in ("pipe", "pipe.yaml"):
        os.mkfifo(tmp_path / each)
    with (tmp_path / "large.yaml").open("wb") as large:
        large.truncate(1 << 40)
    done = dnrd(*(word.format(store=store, name=tmp_path / name) for word in words))
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", NAMING, ids=" ".join)
@pytest.mark.parametrize("name", ["folder.yaml", "pipe.yaml", "none.yaml"])
def test_a_configuration_that_names_what_is_no_document_is_told_at_once(
    tmp_path: Path, store: str, words: tuple[str, ...], name: str
) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    config = tmp_path / "dnrd.yaml"
    config.write_text(f"profiles: [{tmp_path / name}]\n")
    done = dnrd(*(word.format(store=store, name="gtld-whois") for word in words), "--config", config)
    assert done.exit_code == 2
    assert name in done.stderr
    assert dnrd("profile", "list", "--config", config).exit_code == 2


def test_a_name_that_is_none_is_told_with_those_of_its_kind() -> None:
    assert "did you mean 'gtld-whois' or 'gtld-whois-2024'?" in dnrd("profile", "schema", "gtld-whoi").stderr
    assert "is no profile, but a disclosure" in dnrd("profile", "schema", "gtld-disclosure").stderr
    known = dnrd("profile", "schema", "nothing-like-it").stderr
    assert "gtld-rdap" in known
    assert "gtld-disclosure" not in known


def test_a_document_of_which_the_user_may_not_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("profile: mine\n")
    opened = os.open

    def refuse(file: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(file) == str(path):
            raise PermissionError(13, "Permission denied")
        return opened(file, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    done = dnrd("profile", "check", path)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == f"{path}: Permission denied [a readable file]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--whois", "127.0.0.1:99999"), "'127.0.0.1:99999' is no address like 127.0.0.1:4343"),
        (("--no-whois", "--no-rdap"), "there is nothing to serve"),
        (("--whois", "203.0.113.9:4343"), "cannot listen on 203.0.113.9:4343"),
        (("--profile", "./none.yaml"), "none.yaml: No such file"),
    ],
)
def test_a_server_that_cannot_start_says_why(store: str, words: tuple[str, ...], said: str) -> None:
    done = dnrd("serve", "--store", store, *words)
    assert done.exit_code == 1
    assert said in done.stderr


def test_a_port_that_another_has_is_told(store: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = dnrd("serve", "--store", store, "--whois", f"127.0.0.1:{port}", "--no-rdap")
    assert done.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use; is another server running?" in done.stderr


def test_a_sample_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = dnrd("sample", "--out", tmp_path / "none" / "deposit.xml.gz")
    assert (missing.exit_code, missing.stderr.count("cannot be written: No such file")) == (1, 1)
    assert dnrd("sample", "--tld", "-x", "--out", tmp_path / "deposit.xml.gz").exit_code == 2
