"""Where an export may go: into a new file, through a stream, and never over what was not given up."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli.export import command
from directory.escrow.outlet import NotWritten, is_stream, settled
from tests.escrow.exporting import Registry, held, registry
from tests.escrow.pgp import Gpg, keyring
from tests.escrow.reading import read, values

Export = Callable[..., Result]


@pytest.fixture
def export(filled: str) -> Export:
    """Export the store of the small registry."""

    def invoke(out: Path, *arguments: str) -> Result:
        return CliRunner().invoke(command, ["--store", filled, "--out", str(out), *arguments])

    return invoke


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("taken", ["full.xml", "full.xml.rep"])
def test_a_file_that_is_there_stays_unless_it_is_given_up(export: Export, tmp_path: Path, taken: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / taken).write_text("important: yes\n")
    refused = export(folder / "full.xml")
    assert refused.exit_code == 2
    assert (
        f"{folder / taken} is there already; give --out another name, or replace it by --replace" in refused.output
    )
    assert names(folder) == [taken]
    assert (folder / taken).read_text() == "important: yes\n"
    assert export(folder / "full.xml", "--replace").exit_code == 0
    assert (folder / taken).read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("more", [(), ("--replace",)])
def test_the_store_is_never_replaced(export: Export, tmp_path: Path, more: tuple[str, ...], suffix: str) -> None:
    store = tmp_path / "registry.db"
    before = store.read_bytes()
    link, other = tmp_path / "link.xml", tmp_path / "other.xml"
    link.symlink_to(f"{store}{suffix}")
    os.link(store, other)
    for out in (Path(f"{store}{suffix}"), link, other):
        refused = export(out, *more)
        assert refused.exit_code == 2
        assert "to the store itself;" in refused.output or "is the store itself, or" in refused.output
    assert store.read_bytes() == before
    assert not list(tmp_path.glob("*.rep"))


def test_a_link_is_followed(export: Export, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, end = tmp_path / "latest.xml", tmp_path / "there" / "full.xml"
    link.symlink_to(end)
    assert export(link).exit_code == 0
    assert link.is_symlink()
    assert end.read_bytes().startswith(b"<?xml")
    assert (tmp_path / "latest.xml.rep").is_file()
    assert export(link).exit_code == 2
    assert export(link, "--replace").exit_code == 0
    assert link.is_symlink()


def test_the_reader_of_a_fifo_gets_the_deposit(export: Export, objects: Registry, tmp_path: Path) -> None:
    fifo, got = tmp_path / "fifo", tmp_path / "got.xml"
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: got.write_bytes(fifo.read_bytes()), daemon=True)
    reader.start()
    result = export(fifo)
    reader.join(30)
    assert result.exit_code == 0, result.output
    assert fifo.is_fifo()
    assert held(registry(*values(read(got).puts))) == held(objects)
    assert "note: there is no report (.rep)" in result.stderr
    assert not list(tmp_path.glob("*.rep"))


def test_a_device_gets_the_octets_and_what_it_refuses_is_told(export: Export) -> None:
    assert export(Path("/dev/null")).exit_code == 0
    full = export(Path("/dev/full"))
    assert (full.exit_code, "/dev/full: No space left on device" in full.output) == (2, True)
    assert Path("/dev/full").is_char_device()
    assert not Path("/dev/full.rep").exists()


@pytest.mark.parametrize("more", [(), ("--gzip",)])
def test_a_dash_is_the_standard_output(
    filled: str, objects: Registry, tmp_path: Path, more: tuple[str, ...]
) -> None:
    code = "from directory.cli.export import command; command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--store", filled, "--out", "-", *more],
        capture_output=True,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    got = tmp_path / "got.xml"
    got.write_bytes(gzip.decompress(done.stdout) if more else done.stdout)
    assert held(registry(*values(read(got).puts))) == held(objects)
    assert b"FULL 2026010100000 of example" in done.stderr
    assert not (tmp_path / "-").exists()


def test_a_stream_gets_nothing_of_what_is_refused(export: Export, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    end = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert export(fifo, "--profile", "escrow", "--audience", "public").exit_code == 1
        assert os.read(end, 1) == b""
    finally:
        os.close(end)
    tables = export(Path("-"), "--model", "csv")
    assert (tables.exit_code, "give --out the name of a folder" in tables.output) == (2, True)


def test_nothing_but_a_file_or_a_stream_is_a_place(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, said in (("loop", "Too many levels"), ("no/full.xml", "there is no folder .*no; make it first")):
        with pytest.raises(NotWritten, match=said):
            settled(tmp_path / name)
        assert not is_stream(tmp_path / name)
    with pytest.raises(NotWritten, match="is a folder; give --out the name of a file"):
        settled(tmp_path)
    (tmp_path / "new").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(NotWritten, match="is no regular file, and nothing else is replaced"):
        settled(tmp_path / "fifo", replace=True)
    with pytest.raises(NotWritten, match="is no empty folder"):
        settled(tmp_path / "fifo", is_folder=True, replace=True)
    assert settled(tmp_path / "new", is_folder=True) == tmp_path / "new"


def test_the_folder_that_one_is_in_is_no_name_for_tables(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    refused = export(Path("."), "--model", "csv")
    assert (refused.exit_code, "is a folder without a name" in refused.output) == (2, True)


def test_the_folder_of_an_envelope_is_made_and_goes_again_with_what_fails(
    export: Export, gpg: Gpg, tmp_path: Path
) -> None:
    sealed = tmp_path / "sealed"
    good = ("--encrypt-to", str(gpg.public("own@test")))
    assert export(sealed, "--encrypt-to", str(gpg.public("old@test"))).exit_code == 2
    assert not sealed.exists()
    first = export(sealed, *good)
    assert first.exit_code == 0, first.output
    assert names(sealed) == [f"example_2026-01-01_full_S1_R0{suffix}" for suffix in (".rep", ".ryde")]
    lost = tmp_path / "no" / "sealed"
    assert f"{lost}: the folder cannot be made: No such file" in export(lost, *good).output
    assert "an envelope goes into a folder" in export(Path("-"), *good).output


def test_an_envelope_that_is_there_stays_unless_it_is_given_up(export: Export, gpg: Gpg, tmp_path: Path) -> None:
    good = ("--encrypt-to", str(gpg.public("own@test")))
    sealed = tmp_path / "sealed"
    assert export(sealed, *good).exit_code == 0
    ryde, rep = (sealed / f"example_2026-01-01_full_S1_R0{suffix}" for suffix in (".ryde", ".rep"))
    for there, other in ((ryde, rep), (rep, ryde)):
        other.unlink()
        before = there.read_bytes()
        again = export(sealed, *good)
        assert again.exit_code == 2
        assert f"{there} is there already" in again.output
        assert names(sealed) == [there.name]
        assert there.read_bytes() == before
        there.unlink()
        assert export(sealed, *good).exit_code == 0
    assert export(sealed, *good, "--replace").exit_code == 0
    assert export(sealed, *good, "--resend", "1").exit_code == 0
