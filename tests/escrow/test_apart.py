"""A large first load is read by a process of its own: it reads and tells the same, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.errors import ReaderLost
from directory.escrow import apart
from directory.escrow.ingest import ingest
from directory.escrow.report import Findings
from directory.escrow.sample import write_sample
from directory.escrow.source import Put, Source
from directory.store.open import open_ledger
from tests import deposits as d
from tests.escrow.lined import Place, held, place, run
from tests.escrow.reading import CATALOGUE, NOW
from tests.escrow.telling import SALT, Told, told

__all__ = ["place"]


def check_same(path: Path) -> Told:
    one = told(path, lambda source: source.puts(SALT))
    other = told(path, lambda source: apart.puts(source, SALT))
    assert one.puts == other.puts
    assert one[2:5] == other[2:5]
    if not one.refused:  # what is known of what cannot be read is known to nobody
        assert one == other
    return other


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.xml"
    write_sample(path, domains=400, seed=11, tld="example", watermark=datetime(2026, 1, 1, tzinfo=UTC))
    return path


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every first load is large, on a machine of two cores."""
    monkeypatch.setattr(apart, "WORTH", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})


@pytest.fixture
def orders(eager: None, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The deposits that were read apart."""
    seen: list[Path] = []
    asked = apart.puts

    def puts(source: Source, salt: bytes) -> Iterator[Put]:
        seen.append(source.path)
        return asked(source, salt)

    monkeypatch.setattr(apart, "puts", puts)
    return seen


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "directory.escrow.apart" in " ".join(one.cmdline())]


def test_objects_are_the_same_with_their_places_marks_and_extensions(sample: Path) -> None:
    read = check_same(sample)
    assert len(read.puts) > 800
    assert all(put.mark for put in read.puts)
    assert any(put.kind == "extension" for put in read.puts)
    assert read.octets >= sample.stat().st_size


def test_tables_are_the_same(sample: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    run("ingest", "--store", url, sample)
    run("export", "--store", url, "--model", "csv", "--out", tmp_path / "tables")
    (path,) = (tmp_path / "tables").glob("*.xml")
    read = check_same(path)
    assert {put.file for put in read.puts if put.kind == "domain"} != {""}
    assert "csv" in read.known.models["domain"]


def test_what_is_wrong_is_told_once_in_its_order(tmp_path: Path) -> None:
    wrong = [
        d.domain("one.example").replace("<rdeDomain:roid>", "<rdeDomain:roid>?"),
        d.domain("two.example").replace("</rdeDomain:domain>", "<rdeDomain:authInfo/></rdeDomain:domain>"),
        d.contact().replace("<rdeContact:email>", "<rdeContact:email>@"),
        d.domain("-.example"),
    ]
    path = tmp_path / "wrong.xml"
    path.write_bytes(d.full(d.registrar(), *wrong * 90))
    read = check_same(path)
    assert len(read.findings) > 100
    assert sum(read.notes.values()) == 90


@pytest.mark.parametrize("end", [0.3, 0.6, 0.999])
def test_what_is_cut_off_is_refused_as_it_would_be_here(sample: Path, end: float) -> None:
    octets = sample.read_bytes()
    sample.write_bytes(octets[: int(len(octets) * end)])
    assert "no well-formed XML" in check_same(sample).refused[0].message


def test_more_faults_than_anybody_reads_do_not_pile_up(tmp_path: Path) -> None:
    """One object may have very many of them, and they are sent before it ends."""
    path = tmp_path / "wrong.xml"
    many = "<rdeDomain:exDate>x</rdeDomain:exDate>" * 5_000
    path.write_bytes(
        d.full(d.registrar(), d.domain("a.example").replace("</rdeDomain:domain>", many + "</rdeDomain:domain>"))
    )
    read = check_same(path)
    assert len(read.findings) == 200  # a hundred of each code


def test_bits_that_are_wrong_are_told_as_they_would_be_here(sample: Path) -> None:
    octets, dice = sample.read_bytes(), random.Random(3)
    for _ in range(6):
        place_ = dice.randrange(2_000, len(octets))
        sample.write_bytes(
            octets[:place_] + bytes([octets[place_] ^ 1 << dice.randrange(7)]) + octets[place_ + 1 :]
        )
        check_same(sample)


def test_a_first_load_is_read_apart_and_is_the_same_store(place: Place, sample: Path, orders: list[Path]) -> None:
    one, other = place(), place()
    summary = run("ingest", "--store", one, sample).output
    assert orders == [sample]
    run("ingest", "--store", one, sample)
    assert orders == [sample]  # what is there already is for this process to know
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "WORTH", 1 << 40)
        again = run("ingest", "--store", other, sample).output
    assert orders == [sample]
    assert held(one) == held(other)
    assert summary.splitlines()[:-1] == again.splitlines()[:-1]
    assert not children()


@pytest.mark.clause("RFC 8909 §5.2")
def test_what_is_doubled_is_found_and_told_once(place: Place, tmp_path: Path, orders: list[Path]) -> None:
    path, url = tmp_path / "wrong.xml", place()
    one = d.domain("one.example")
    path.write_bytes(d.full(d.registrar(), d.contact(), one, one, counts={}))
    said = run("ingest", "--store", url, path, code=1).output
    assert orders == [path]
    assert said.count("domain one.example") == 1
    assert not children()


def test_one_core_reads_and_writes_by_itself(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH", 1)
    with Source(sample, CATALOGUE, Findings(), now=lambda: NOW) as source:
        source.read_frame()
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
        assert not apart.pays(source)
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
        assert apart.pays(source)


def test_a_reading_that_is_given_up_leaves_no_process(sample: Path) -> None:
    with Source(sample, CATALOGUE, Findings(), now=lambda: NOW) as source:
        source.read_frame()
        reading = apart.puts(source, SALT)
        next(reading)
        assert len(children()) == 1
        reading.close()
    assert not children()


_ENDS = {
    "at once": "pass",
    "with words": "print('Traceback', flush=True)",
    "in the middle": "import os\nfrom directory.escrow import apart\n"
    "sent = apart.Reader._send\n"
    "def send(self, end=None):\n    sent(self)\n    os.kill(os.getpid(), 9)\n"
    "apart.Reader._send = send\napart.main()",
}


@pytest.mark.parametrize("way", _ENDS)
def test_a_reader_that_is_lost_changes_nothing_and_is_told(
    way: str, sample: Path, tmp_path: Path, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "READER", (sys.executable, "-P", "-c", _ENDS[way]))

    async def lose() -> None:
        ledger = open_ledger(f"sqlite:///{tmp_path / 'r.db'}")
        await ledger.open()
        try:
            await ingest(sample, ledger, CATALOGUE, now=lambda: NOW)
        finally:
            await ledger.close()

    with pytest.raises(ReaderLost, match="its reader ended before it was done"):
        asyncio.run(lose())
    assert not (tmp_path / "r.db").exists()
    assert not children()
    ran = CliRunner().invoke(main, ["ingest", "--store", f"sqlite:///{tmp_path / 'r.db'}", str(sample)])
    assert ran.exit_code == 1
    assert "its reader ended" in ran.output
    assert "Traceback" not in ran.output


def test_a_reader_whose_parent_is_gone_ends(sample: Path) -> None:
    """Nobody is left to end it: the pipe does."""
    with Source(sample, CATALOGUE, Findings(), now=lambda: NOW) as source:
        source.read_frame()
        script = (
            "import os, sys, pickle; from pathlib import Path\n"
            "from directory.escrow import apart; from directory.escrow.report import Findings\n"
            "from directory.escrow.source import Source; from directory.model.catalogue import Catalogue\n"
            f"source = Source(Path({str(sample)!r}), Catalogue.load(), Findings())\n"
            "source.read_frame(); reading = apart.puts(source, bytes(32)); next(reading)\n"
            "import psutil; print(psutil.Process().children()[0].pid, flush=True); os.kill(os.getpid(), 9)\n"
        )
        done = psutil.Popen([sys.executable, "-c", script], stdout=-1)
        pid = int(done.communicate(timeout=30)[0])
    until = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the reader runs on"
        time.sleep(0.05)
