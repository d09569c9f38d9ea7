"""What is made to do harm is refused by `dnrd ingest` and `dnrd check-deposit`: soon, in little memory, in a
sentence, and the store is as it was. Where a bit is wrong, the deposit is refused or is the one that was sent."""

from __future__ import annotations

import gzip
import random
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from directory.store.tables import SHAPES
from tests import deposits as d
from tests.escrow import archives as a
from tests.escrow import hostile as h
from tests.escrow import hostilepacks as p
from tests.escrow.broken import IN_CSV
from tests.escrow.confined import Confined, Ran, confined
from tests.escrow.pgp import Gpg, keyring

MOST = 300_000_000  # octets of memory
SOON = 15.0  # seconds on the processor
OLD = d.full(d.registrar(), d.contact(), d.host("ns1.one.example"), d.domain(), watermark="2025-12-01T00:00:00Z")


@pytest.fixture(scope="module")
def program() -> Iterator[Confined]:
    """What runs the commands."""
    with confined() as running:
        yield running


@pytest.fixture(scope="module")
def filled(program: Confined, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has a deposit already, so that all that makes a FULL fast is in use."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "old.xml").write_bytes(OLD)
    ran = program.run("ingest", "--store", f"sqlite:///{folder / 'r.db'}", folder / "old.xml")
    assert ran.code == 0, ran.output
    return folder / "r.db"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder in a folder, for what arrives."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def held(store: Path) -> set[tuple[str, ...]]:
    """All that a store says of the registry, now and before."""
    with closing(sqlite3.connect(store)) as opened:
        now = {(kind, row[0]) for kind in SHAPES for row in opened.execute(f'SELECT content FROM "{kind}"')}
        was = opened.execute("SELECT kind, key, content, opened, closed FROM history").fetchall()
        came = opened.execute("SELECT type, deposit_id, watermark FROM deposit").fetchall()
    return now | {tuple(map(str, row)) for row in (*was, *came)}


def check_refused(ran: Ran, said: str) -> None:
    """It was refused as it should be."""
    assert "Traceback" not in ran.output
    assert ran.code == 1, ran
    assert ran.peak < MOST, f"{ran.peak:,} octets: {ran.output[:500]}"
    assert ran.seconds < SOON, ran.output[:500]
    assert len(ran.output) < 300_000
    assert max(map(len, ran.output.splitlines())) < 5_000
    assert said in ran.output


def check_both(program: Confined, store: Path, deposit: Path, said: str, *options: str | Path) -> None:
    """Both commands refuse a deposit, and nothing is left of it."""
    before, beside = held(store), sorted(store.parent.iterdir())
    check_refused(program.run("check-deposit", *options, deposit), said)
    ran = program.run("ingest", "--store", f"sqlite:///{store}", deposit)
    check_refused(ran, said)
    assert "the store is as it was" in ran.output
    assert held(store) == before
    assert sorted(store.parent.iterdir()) == beside


def test_what_harms_nobody_is_taken(program: Confined, filled: Path, inbox: Path) -> None:
    copy = inbox.parent / "r.db"
    whole = a.member(b"whole.txt", bytes(range(32, 96)) * 8)  # of whole blocks, behind which no zeros are
    tables = p.table(p.ROWS, 'cksum="F4036EBE"')
    for make in (h.document(h.TEXT), p.archive(), p.archive(whole), p.archive(whole, is_packed=True), tables):
        copy.write_bytes(filled.read_bytes())
        path = make(inbox)
        assert program.run("check-deposit", path).code == 0
        assert program.run("ingest", "--store", f"sqlite:///{copy}", path).code == 0
        assert len(held(copy)) > len(held(filled))


ALL = {**h.ENTITIES, **h.SIZES, **h.OCTETS, **h.NUMBERS, **p.CSV, **p.ARCHIVES}


@pytest.mark.clause("RFC 8909 §9")
@pytest.mark.clause("ICANN RST rde-04")
@pytest.mark.parametrize("name", ALL)
def test_what_is_made_to_do_harm_is_refused(name: str, program: Confined, filled: Path, inbox: Path) -> None:
    make, said = ALL[name]
    check_both(program, filled, make(inbox), said)


def test_nothing_is_fetched_from_anywhere(program: Confined, filled: Path, inbox: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        for name, make in p.elsewhere(f"http://127.0.0.1:{server.getsockname()[1]}/a").items():
            (inbox / name).mkdir()
            path = make(inbox / name)
            for words in (("check-deposit",), ("ingest", "--store", f"sqlite:///{inbox.parent / 'r.db'}")):
                assert "Traceback" not in program.run(*words, path).output
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.fixture(scope="module")
def sent(program: Confined, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A sound deposit as it is sent: packed, each form of which a bit can go wrong in."""
    text, rows = IN_CSV.to_text().encode(), p.ROWS
    files = [("deposit.xml", text), ("tables.csv", rows)]
    return {
        "deposit.xml.gz": gzip.compress(h.TEXT.encode(), mtime=0),
        "deposit.tar.gz": gzip.compress(a.packed(files), mtime=0),
        "deposit.tgz": gzip.compress(a.packed([("in/deposit.xml.gz", gzip.compress(h.TEXT.encode()))])),
    }


@pytest.mark.parametrize("name", ["deposit.xml.gz", "deposit.tar.gz", "deposit.tgz"])
def test_wrong_bits_are_noticed_or_harm_nobody(
    name: str, sent: dict[str, bytes], program: Confined, filled: Path, inbox: Path
) -> None:
    copy, path = inbox.parent / "r.db", inbox / name
    copy.write_bytes(filled.read_bytes())
    path.write_bytes(sent[name])
    assert program.run("ingest", "--store", f"sqlite:///{copy}", path).code == 0
    whole, before = held(copy), held(filled)
    dice, refused = random.Random(name), 0
    for number in range(16):
        octets = bytearray(sent[name])
        for _ in range(dice.choice((1, 1, 2, 20))):
            octets[dice.randrange(10 if number % 8 == 0 else len(octets))] ^= 1 << dice.randrange(8)
        path.write_bytes(octets)
        copy.write_bytes(filled.read_bytes())
        ran = program.run("ingest", "--store", f"sqlite:///{copy}", path)
        if ran.code == 0:
            assert held(copy) == whole
            continue
        refused += 1
        check_refused(ran, "refused")
        assert held(copy) == before
        if number % 5 == 0:
            check_refused(program.run("check-deposit", path), "")
    assert refused > 6


@pytest.mark.parametrize("name", ["deposit.xml.gz", "deposit.tar.gz", "deposit.tgz", "deposit.xml", "deposit.tar"])
def test_what_is_cut_off_anywhere_is_refused(
    name: str, sent: dict[str, bytes], program: Confined, filled: Path, inbox: Path
) -> None:
    octets = sent[name] if name in sent else gzip.decompress(sent[f"{name}.gz"])
    # Behind these are but the zeros and blanks that a reader need not see.
    last = len(octets) if name in sent else len(octets.rstrip(b"\0\n"))
    dice = random.Random(name)
    for end in (0, 2, 512, last - 1, *(dice.randrange(last) for _ in range(2))):
        (inbox / name).write_bytes(octets[:end])
        check_both(program, filled, inbox / name, "")


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


ENCRYPTED = {
    "billion laughs": h.ENTITIES["billion laughs"],
    "a bomb": h.SIZES["a text that is a bomb"],
    "a member that leads out": p.ARCHIVES["a member named ../../outside"],
    "a bomb in an archive": p.ARCHIVES["a bomb in an archive"],
    "a text of a gigabyte": h.SIZES["a text of a gigabyte"],
}


@pytest.mark.clause("ICANN RST rde-03")
@pytest.mark.parametrize("name", ENCRYPTED)
def test_who_signs_may_do_no_harm_either(
    name: str, gpg: Gpg, program: Confined, filled: Path, inbox: Path
) -> None:
    make, said = ENCRYPTED[name]
    octets = make(inbox.parent).read_bytes()
    check_envelope(gpg.encrypt(octets, "own@test"), said, gpg, program, filled, inbox)


def test_a_message_with_a_wrong_bit_or_without_its_end_is_refused(
    gpg: Gpg, program: Confined, filled: Path, inbox: Path
) -> None:
    message, dice = gpg.encrypt(gzip.compress(h.TEXT.encode()), "own@test"), random.Random(6)
    for _ in range(3):
        octets = bytearray(message)
        octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)
        check_envelope(bytes(octets), "", gpg, program, filled, inbox)
        check_envelope(message[: dice.randrange(len(message))], "", gpg, program, filled, inbox)


def check_envelope(message: bytes, said: str, gpg: Gpg, program: Confined, filled: Path, inbox: Path) -> None:
    """An envelope with a good signature is refused by both commands."""
    path = inbox / "example_2026-01-01_full_S1_R0.ryde"
    path.write_bytes(message)
    path.with_suffix(".sig").write_bytes(gpg.sign(message, "registry@test"))
    own, signer = gpg.private("own@test"), gpg.public("registry@test")
    settings = inbox.parent / "dnrd.yaml"
    settings.write_text(f"escrow_key: {own}\nescrow_signers:\n  example: {signer}\n")
    before = held(filled)
    ran = program.run("check-deposit", "--key", own, "--signer", signer, "--tld", "example", path)
    check_refused(ran, said)
    ran = program.run("ingest", "--config", settings, "--store", f"sqlite:///{filled}", path)
    check_refused(ran, said)
    assert held(filled) == before
