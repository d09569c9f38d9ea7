"""What is packed comes out as it went in, or is refused: bombs, damage, and archives in archives."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.escrow.envelope.gunzip import Gunzip
from directory.escrow.envelope.limits import Limits, exactly
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.unpack import check_file, check_files, plain, unpack
from directory.escrow.envelope.workplace import workplace
from tests.escrow import archives as a

XML = b"<deposit/>" * 500


class Zeros:
    """A source of very much, that counts what is taken of it."""

    def __init__(self, head: bytes, body: bytes, octets: int) -> None:
        self._head = head
        self._body = body
        self.left = octets
        self.taken = 0

    def read(self, size: int) -> bytes:
        octets, self._head = self._head[:size], self._head[size:]
        if not octets:
            octets = (self._body * (size // len(self._body) + 1))[: min(size, self.left)]
            self.left -= len(octets)
        self.taken += len(octets)
        return octets


def bomb(octets: int) -> bytes:
    """So many blanks, packed a thousandfold."""
    packer = zlib.compressobj(9, wbits=31)
    made = [packer.compress(b" " * (1 << 20)) for _ in range(octets >> 20)]
    return b"".join(made) + packer.flush()


def unpacked(octets: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        unpack(io.BytesIO(octets), into, "deposit", limits or Limits())
        return {str(path.relative_to(into)): path.read_bytes() for path in into.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("octets", "files"),
    [
        (XML, {"deposit.xml": XML}),
        (gzip.compress(XML), {"deposit.xml": XML}),
        (a.packed([("a.xml", XML), ("b.csv", b"1")]), {"a.xml": XML, "b.csv": b"1"}),
        (gzip.compress(a.packed([("a.xml", XML)])), {"a.xml": XML}),
    ],
)
def test_archives_and_documents_are_unpacked_packed_or_not(octets: bytes, files: dict[str, bytes]) -> None:
    assert unpacked(octets) == files


@pytest.mark.clause("RFC 1952 §2.2")
@given(st.lists(st.binary(max_size=400), min_size=1, max_size=4), st.integers(0, 40), st.integers(1, 500))
def test_gzip_members_are_joined(members: list[bytes], zeros: int, size: int) -> None:
    stream = Gunzip(io.BytesIO(b"".join(map(gzip.compress, members)) + bytes(zeros)))
    assert b"".join(iter(lambda: stream.read(size), b"")) == b"".join(members)


def test_nothing_is_read_where_nothing_is_asked_for() -> None:
    stream = Gunzip(io.BytesIO(gzip.compress(XML)))
    assert stream.read(0) == b""
    assert exactly(stream, len(XML) + 1) == XML


@settings(max_examples=200, deadline=None)
@given(st.integers(80, 8 * (len(gzip.compress(XML, mtime=0))) - 1))
def test_a_flipped_bit_in_gzip_is_noticed(bit: int) -> None:
    octets = bytearray(gzip.compress(XML, mtime=0))
    octets[bit // 8] ^= 1 << bit % 8
    if bit // 8 == len(octets) - 9:  # deflate ends within an octet, and nobody reads the rest of it
        return
    with pytest.raises(Refusal, match="gzip stream is broken"):
        unpacked(bytes(octets))


def test_gzip_that_is_cut_off_is_noticed_wherever_it_is() -> None:
    whole = gzip.compress(a.packed([("a.xml", os.urandom(300))]))
    for end in range(2, len(whole), 3):  # before, it does not begin like gzip
        with pytest.raises(Refusal, match="gzip stream is broken: it is cut off"):
            unpacked(whole[:end])


def test_nothing_may_stand_behind_gzip() -> None:
    with pytest.raises(Refusal, match="behind its end"):
        unpacked(gzip.compress(XML) + b"more")


@pytest.mark.parametrize("octets", [bomb(1 << 26), gzip.compress(a.header(b"a", 1 << 26)) + bomb(1 << 26)])
def test_a_bomb_is_refused_soon(octets: bytes) -> None:
    with pytest.raises(Refusal, match="a bomb"):
        unpacked(octets)


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(bomb(1 << 27))
    tracemalloc.start()
    try:
        with pytest.raises(Refusal, match="a bomb") as refusal:
            check_files(tmp_path, Limits())
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()
    assert refusal.value.finding.file == "a.csv.gz"


def test_the_header_of_a_gzip_may_not_go_on_for_ever() -> None:
    endless = Zeros(b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"n", 1 << 28)
    with pytest.raises(Refusal, match="cut off"):
        exactly(Gunzip(endless), 1)
    assert endless.left == 0


def test_empty_gzip_members_may_not_go_on_for_ever() -> None:
    endless = Zeros(b"", gzip.compress(b"", mtime=0), 1 << 28)
    with pytest.raises(Refusal, match="empty members"):
        exactly(Gunzip(endless), 1)
    assert endless.taken < 1 << 20


def test_the_limits_hold_for_a_document(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="more than 1,000 octets"):
        unpacked(XML, Limits(file_octets=1000))
    with pytest.raises(Refusal, match="more than 1,000 octets"):
        unpacked(gzip.compress(XML), Limits(octets=1000))
    with pytest.raises(Refusal, match="the disk has"):
        unpacked(XML, Limits(spare=1 << 60))
    (tmp_path / "a.xml").write_bytes(XML)
    with pytest.raises(Refusal, match="more than 1,000"):
        check_file(tmp_path / "a.xml", Limits(file_octets=1000), "a.xml")


def test_the_limits_hold_for_all_files_together(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        (tmp_path / name).write_bytes(gzip.compress(XML))
    assert len(check_files(tmp_path, Limits(octets=2 * len(XML)))) == 2
    with pytest.raises(Refusal, match="unpacks to more than"):
        check_files(tmp_path, Limits(octets=2 * len(XML) - 1))
    with pytest.raises(Refusal, match="more than 1 files"):
        check_files(tmp_path, Limits(files=1))


FOREIGN = {
    "a ZIP archive": b"PK\x03\x04" + bytes(30),
    "packed by xz": b"\xfd7zXZ\x00" + bytes(30),
    "packed by bzip2": b"BZh91AY" + bytes(30),
    "packed by zstd": b"\x28\xb5\x2f\xfd" + bytes(30),
    "a 7-Zip archive": b"7z\xbc\xaf\x27\x1c" + bytes(30),
    "an OpenPGP message": b"-----BEGIN PGP MESSAGE-----\n",
    "a tar archive inside of another": a.packed([("a.xml", XML)]),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_archives_in_archives_are_refused(what: str, tmp_path: Path) -> None:
    for name, octets in (("a.csv", FOREIGN[what]), ("a.csv.gz", gzip.compress(FOREIGN[what]))):
        (tmp_path / name).write_bytes(octets)
        with pytest.raises(Refusal, match=what):
            check_files(tmp_path, Limits())
        (tmp_path / name).unlink()
    if "tar" not in what:
        for octets in (FOREIGN[what], gzip.compress(FOREIGN[what])):
            with pytest.raises(Refusal, match=what):
                unpacked(octets)


def test_what_is_packed_twice_is_refused(tmp_path: Path) -> None:
    twice = gzip.compress(gzip.compress(XML))
    (tmp_path / "a.xml.gz").write_bytes(twice)
    with pytest.raises(Refusal, match="twice"):
        check_files(tmp_path, Limits())
    with pytest.raises(Refusal, match="twice"):
        unpacked(twice)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def test_a_folder_may_have_no_links_and_no_devices(odd: Path) -> None:
    (odd / "a.xml").write_bytes(XML)
    assert check_files(odd, Limits()) == [odd / "a.xml"]
    for make in (
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to("/etc"),
        lambda path: path.symlink_to(odd / "a.xml"),
        os.mkfifo,
    ):
        make(odd / "b.csv")
        with pytest.raises(Refusal, match="link or a device"):
            check_files(odd, Limits())
        (odd / "b.csv").unlink()


def test_a_reader_of_gzip_refuses_by_the_name_it_is_given() -> None:
    with pytest.raises(Refusal) as refusal:
        exactly(plain(io.BytesIO(b"\x1f\x8bno"), Limits(), "domain.csv.gz"), 1)
    assert refusal.value.finding.file == "domain.csv.gz"


def test_a_workplace_is_removed_whatever_happens(tmp_path: Path) -> None:
    def work() -> None:
        with workplace(tmp_path) as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
            (folder / "deep").mkdir()
            (folder / "deep" / "secret").write_bytes(b"x")
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_program_left_is_removed(tmp_path: Path) -> None:
    with workplace(tmp_path) as kept:
        left, fresh, other = (kept.with_name(name) for name in (".dnrd-escrow-left", ".dnrd-escrow-new", "other"))
        for folder in (left, fresh, other):
            folder.mkdir()
        (left / "secret").write_bytes(b"x")
        for folder in (kept, left, other):
            os.utime(folder, (1, 1))
        with workplace(tmp_path):
            assert kept.exists()
            assert not left.exists()
            assert fresh.exists()
            assert other.exists()
