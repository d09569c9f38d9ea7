"""`dnrd export`: what it writes and says, with which exit code; envelopes that the agent can open."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli.export import command
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.opening import open_envelope
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.fields import Report
from directory.escrow.sample import write_sample
from tests.escrow.exporting import Registry, changed, fill, held, registry, take
from tests.escrow.pgp import PASSPHRASE, Gpg, keyring
from tests.escrow.reading import CATALOGUE, read, values


@pytest.fixture
def run(filled: str, tmp_path: Path) -> Callable[..., Result]:
    """Export the store of the small registry to a place in the folder."""

    def invoke(out: str, *arguments: str) -> Result:
        place = str(tmp_path / out)
        return CliRunner().invoke(command, ["--store", filled, "--out", place, *arguments])

    return invoke


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


def test_it_says_what_it_wrote(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("full.xml")
    assert result.exit_code == 0
    first, *lines = result.output.splitlines()
    assert first == "FULL 2026010100000 of example, watermark 2026-01-01T00:00:00Z"
    assert ["urn:ietf:params:xml:ns:rdeDomain-1.0", "2", "of", "2"] in [line.split() for line in lines]
    assert any(line.startswith("10 objects in ") for line in lines)
    assert lines[-1] == f"written: {tmp_path / 'full.xml'}"
    assert sorted(each.name for each in tmp_path.glob("full*")) == ["full.xml", "full.xml.rep"]


@pytest.mark.parametrize("arguments", [("full.xml.gz",), ("full", "--gzip")])
def test_a_deposit_is_packed_by_its_name_or_by_an_option(
    run: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert run(*arguments).exit_code == 0
    assert gzip.decompress((tmp_path / arguments[0]).read_bytes()).startswith(b"<?xml")


def test_it_takes_id_previous_id_and_resend_as_they_are_given(
    run: Callable[..., Result], filled: str, objects: Registry, tmp_path: Path
) -> None:
    asyncio.run(fill(filled, changed(objects, without=(("nndn", "www.example"),)), 2))
    since = ("--since", "2026-01-01T00:00:00.0Z", "--prev-id", "before", "--id", "now_1", "--resend", "3")
    result = run("diff.xml", "--type", "diff", *since)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("DIFF now_1 of example, watermark 2026-01-02T00:00:00Z, after before\n")
    assert any(line.split() == ["deletes", "1"] for line in result.output.splitlines())
    frame = read(tmp_path / "diff.xml").frame
    assert frame is not None
    assert (frame.id, frame.prev_id, frame.resend) == ("now_1", "before", 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--id", "a-b"), "--id: 'a-b' is not 1 to 13 letters and digits"),
        (("--id", "12345678901234"), "is not 1 to 13 letters and digits"),
        (("--since", "yesterday"), "'yesterday' is no date-time like"),
        (("--since", "2026-01-01T00:00:00Z"), "a FULL deposit begins at nothing"),
        (("--audience", "registry"), "--audience is for a --profile"),
        (("--profile", "escrwo"), "there is no profile 'escrwo': did you mean 'escrow'?"),
        (("--repository", "test"), "the store has no repository 'test'; there are: example"),
        (("--type", "diff"), ""),
    ],
)
def test_what_cannot_be_asked_for_is_told(
    run: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("out.xml", *arguments)
    assert result.exit_code == (2 if said else 1)
    assert said in result.output
    assert not list(tmp_path.glob("*out*"))


def test_without_a_state_to_begin_at_the_exit_code_is_one(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("out.xml", "--type", "incr")
    assert result.exit_code == 1
    assert result.output == (
        f"{tmp_path / 'out.xml'}: deposit: the store has no state that this INCR could begin at; its watermarks: "
        "2026-01-01T00:00:00Z [RFC 8909 §2] (write a FULL)\nnothing is written: 1 finding\n"
    )


def test_a_job_that_is_up_to_date_knows_by_the_exit_code(run: Callable[..., Result], tmp_path: Path) -> None:
    for since in ("2026-01-01T00:00:00Z", "2027-01-03T00:00:00Z"):
        result = run("out.xml", "--type", "diff", "--since", since)
        assert result.exit_code == 3
        assert result.stderr == (
            f"deposit: nothing was changed since {since}: the last state of the store is of 2026-01-01T00:00:00Z "
            "[RFC 8909 §2] (there is nothing to send)\nnothing is written\n"
        )
    assert not list(tmp_path.glob("*out*"))


def test_a_place_that_cannot_be_written_to_is_told(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("nowhere/full.xml")
    assert result.exit_code == 2
    assert f"{tmp_path / 'nowhere' / 'full.xml'}: there is no folder {tmp_path / 'nowhere'}; make" in result.output
    assert run("").exit_code == 2
    missing = CliRunner().invoke(command, ["--out", str(tmp_path / "full.xml")])
    assert (missing.exit_code, "no store is named" in missing.output) == (2, True)


@pytest.mark.clause("RFC 9022 §4.6")
@pytest.mark.parametrize("more", [(), ("--gzip",), ("--model", "csv"), ("--model", "csv", "--gzip")])
def test_the_agent_opens_an_envelope_and_finds_the_deposit(
    run: Callable[..., Result], gpg: Gpg, objects: Registry, tmp_path: Path, more: tuple[str, ...]
) -> None:
    place = tmp_path / "agent"
    place.mkdir()
    ours, theirs = str(gpg.private("registry@test")), str(gpg.public("own@test"))
    result = run("agent", "--sign-key", ours, "--encrypt-to", theirs, *more)
    assert result.exit_code == 0, result.output
    name = "example_2026-01-01_full_S1_R0"
    assert sorted(each.name for each in place.iterdir()) == [
        f"{name}{suffix}" for suffix in (".rep", ".ryde", ".sig")
    ]
    keys = Keys(gpg.private("own@test"), signers={"example": gpg.public("registry@test")})
    report = Report()
    with open_envelope(place / f"{name}.ryde", keys, Limits(), report) as opened:
        assert opened.signed_for == "example"
        reading = read(opened.xml)
        assert not list(opened.agrees(reading.header, reading.frame))
    assert not report.findings
    assert held(registry(*values(reading.puts))) == held(objects)


def test_an_envelope_without_recipients_is_signed_only_and_goes_into_a_folder(
    run: Callable[..., Result], gpg: Gpg, tmp_path: Path
) -> None:
    locked, word = str(gpg.private("locked@test", PASSPHRASE)), tmp_path / "word"
    word.write_text(f"{PASSPHRASE}\n")
    options = ("--sign-key", locked, "--passphrase", str(word), "--resend", "1")
    (tmp_path / "out").mkdir()
    assert run("out", *options).exit_code == 0
    name = "example_2026-01-01_full_S1_R1"
    found = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert found == [f"{name}{suffix}" for suffix in (".rep", ".sig", ".tar.gz")]
    refusal = run("full.xml", *options)
    assert refusal.exit_code == 2
    assert "an envelope goes into a folder" in refusal.output


def test_twenty_thousand_domains_take_little_memory(tmp_path: Path) -> None:
    write_sample(
        tmp_path / "s.xml", domains=20_000, seed=1, tld="example", watermark=datetime(2026, 1, 1, tzinfo=UTC)
    )
    store = f"sqlite:///{tmp_path / 's.db'}"
    asyncio.run(take(store, tmp_path / "s.xml", CATALOGUE))
    code = "from directory.cli.export import command\n"
    code += "try: command()\nfinally: print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    for arguments in (("--out", "full.xml"), ("--out", "tables", "--model", "csv")):
        done = subprocess.run(
            [sys.executable, "-c", code, "--store", store, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PYTHONPATH": ":".join(sys.path)},
            check=True,
        )
        assert int(done.stdout.splitlines()[-1]) < 110 << 10  # KiB: the program alone takes most of it
