"""An archive gives what the standard library packed, or it is refused; nothing is ever written elsewhere."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.tar import Archive
from tests.escrow import archives as a

Extract = Callable[..., dict[str, bytes]]

NAMES = st.from_regex(r"[a-z0-9é_-]{1,40}(/[a-zñ0-9.-]{1,90}[a-z]){0,3}", fullmatch=True)
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def extracted(octets: bytes, into: Path, limits: Limits | None = None) -> dict[str, bytes]:
    """What is in a folder after an archive was unpacked there."""
    Archive(io.BytesIO(octets), into, limits or Limits()).extract()
    return {str(path.relative_to(into)): path.read_bytes() for path in into.rglob("*") if path.is_file()}


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)

    def run(*members: bytes, limits: Limits | None = None) -> dict[str, bytes]:
        try:
            return extracted(a.archive(*members), into, limits)
        finally:
            assert [path.name for path in tmp_path.rglob("*") if into not in path.parents] == ["deep", "into"]

    return run


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(NAMES, st.binary(max_size=1500), min_size=1, max_size=5),
    st.sampled_from(FORMATS),
)
def test_it_unpacks_what_the_standard_library_packs(files: dict[str, bytes], form: int) -> None:
    folders = {"/".join(name.split("/")[:end]) for name in files for end in range(1, name.count("/") + 1)}
    if folders & set(files) or (form == tarfile.USTAR_FORMAT and max(map(len, files)) > 90):
        return
    with tempfile.TemporaryDirectory() as folder:
        assert extracted(a.packed(files.items(), form), Path(folder)) == files


@pytest.mark.parametrize("form", ["ustar", "gnu", "posix", "v7", "oldgnu"])
def test_it_unpacks_what_gnu_tar_packs(form: str, tmp_path: Path) -> None:
    source, into = tmp_path / "source", tmp_path / "into"
    (source / "more").mkdir(parents=True)
    into.mkdir()
    (source / "deposit.xml").write_bytes(b"<a/>" * 1000)
    (source / "more" / "a.csv").write_bytes(b"")
    long = "b" * (90 if form in ("v7", "ustar") else 200)
    (source / long).write_bytes(b"x")
    made = subprocess.run(
        ["tar", f"--format={form}", "-C", source, "-c", "."], check=True, capture_output=True, timeout=30
    ).stdout
    assert extracted(made, into) == {"deposit.xml": b"<a/>" * 1000, "more/a.csv": b"", long: b"x"}


def test_files_are_for_us_alone(tmp_path: Path) -> None:
    extracted(a.archive(a.member(b"f/a.xml", b"x")), tmp_path)
    assert (tmp_path / "f" / "a.xml").stat().st_mode & 0o777 == 0o600


def test_a_size_beyond_octal_digits_is_read(extract: Extract) -> None:
    small = b"\x80" + (3).to_bytes(11, "big")
    block = bytearray(a.header(b"a.xml", 3))
    block[124:136] = small
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert extract(bytes(block) + a.padded(b"<a>")) == {"a.xml": b"<a>"}


def test_a_pax_header_gives_name_and_size(extract: Extract) -> None:
    pax = a.member(b"x", a.records((b"path", b"long.xml"), (b"size", b"4"), (b"mtime", b"1.5")), b"x")
    assert extract(pax + a.header(b"short", 0) + a.padded(b"<a/>")) == {"long.xml": b"<a/>"}


@pytest.mark.clause("ICANN RST rde-04")
@pytest.mark.parametrize(
    "name",
    [
        *(
            b"../a.xml",
            b"a/../../b.xml",
            b"..",
            b"a/..",
            b"/etc/passwd",
            b"//a",
            b"./../a",
            b"C:/a.xml",
            b"..\\a.xml",
        ),
        *(b"a\nb.xml", b"a\x1b[2J.xml", b"a\x7fb", "a\u202eb.xml".encode(), b"\xff\xfe.xml", b"", b".", b"./"),
        *(b"/".join([b"a"] * 9), b"a" * 256),
    ],
)
def test_a_name_that_is_not_safe_is_refused(name: bytes, extract: Extract) -> None:
    by_pax = a.member(b"x", a.records((b"path", name)), b"x") + a.member(b"a.xml", b"x")
    by_gnu = a.member(b"././@LongLink", name + b"\0", b"L") + a.member(b"a.xml", b"x")
    plain = [a.member(name[:100], b"x", prefix=b"")] if len(name) <= 100 and not name.endswith(b"/") else []
    for way in (by_pax, by_gnu, *plain):
        with pytest.raises(Refusal):
            extract(way)


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"6", b"K", b"S", b"M", b"V", b"D", b"\xff"])
def test_what_is_neither_file_nor_folder_is_refused(kind: bytes, extract: Extract) -> None:
    with pytest.raises(Refusal, match="is"):
        extract(a.header(b"a.xml", 0, kind, link=b"/etc/passwd"))


@pytest.mark.parametrize("key", [b"linkpath", b"GNU.sparse.major", b"GNU.sparse.map", b"GNU.sparse.realsize"])
def test_links_and_sparse_files_by_pax_headers_are_refused(key: bytes, extract: Extract) -> None:
    with pytest.raises(Refusal, match="link or a sparse file"):
        extract(a.member(b"x", a.records((key, b"1")), b"x") + a.member(b"a.xml", b"x"))


@pytest.mark.parametrize("key", [b"path", b"size"])
def test_one_name_or_size_for_all_is_refused(key: bytes, extract: Extract) -> None:
    with pytest.raises(Refusal, match="all members"):
        extract(a.member(b"g", a.records((key, b"1")), b"g") + a.member(b"a.xml", b"x"))


@pytest.mark.parametrize(
    "members",
    [
        (a.member(b"a.xml", b"1"), a.member(b"a.xml", b"2")),
        (a.member(b"a.xml", b"1"), a.member(b"./a.xml", b"2")),
        (a.member(b"f/a.xml", b"1"), a.member(b"f//a.xml", b"2")),
        (a.member(b"a", b"1"), a.member(b"a/", kind=b"5")),
        (a.member(b"a/", kind=b"5"), a.member(b"a", b"1")),
        (a.member(b"a", b"1"), a.member(b"a/b", b"1")),
        (a.member(b"a/b", b"1"), a.member(b"a", b"1")),
        (a.member(b"a", b"1"), a.member(b"a/b/c", b"1")),
    ],
)
def test_a_name_that_is_there_twice_is_refused(members: tuple[bytes, ...], extract: Extract) -> None:
    with pytest.raises(Refusal, match=r"is there twice|a file and a folder"):
        extract(*members)


def test_a_folder_may_be_named_again(extract: Extract) -> None:
    folder = a.member(b"f/", kind=b"5")
    assert extract(a.member(b"./", kind=b"5"), folder, a.member(b"f/a", b"1"), folder) == {"f/a": b"1"}


def test_what_claims_to_be_large_is_refused_before_it_is_read(extract: Extract) -> None:
    with pytest.raises(Refusal, match="octets"):
        extract(a.header(b"a.xml", 1 << 62))
    with pytest.raises(Refusal, match="octets"):
        extract(a.header(b"x", 1 << 40, b"x"))
    with pytest.raises(Refusal, match="a header has"):
        extract(a.header(b"x", 1 << 20, b"L"))
    with pytest.raises(Refusal, match="the disk has"):
        extract(a.header(b"a.xml", 1 << 50), limits=Limits(octets=1 << 60, file_octets=1 << 60))


def test_the_limits_are_of_files_and_octets(extract: Extract) -> None:
    limits = Limits(octets=100, file_octets=60, files=3)
    with pytest.raises(Refusal, match="more than 60"):
        extract(a.member(b"a", b"x" * 61), limits=limits)
    with pytest.raises(Refusal, match="more than 100"):
        extract(a.member(b"b", b"x" * 60), a.member(b"c", b"x" * 60), limits=limits)
    with pytest.raises(Refusal, match="more than 3 files"):
        extract(*(a.member(b"f%d/" % number, kind=b"5") for number in range(4)), limits=limits)
    with pytest.raises(Refusal, match="more than 12 headers"):
        extract(a.member(b"x", a.records((b"mtime", b"1")), b"x") * 13, limits=limits)


def test_an_archive_that_is_cut_off_is_refused_wherever_it_is(tmp_path: Path) -> None:
    whole = a.archive(a.member(b"a.xml", b"x" * 700), a.member(b"b.csv", b"y"))
    for end in range(0, len(whole) - len(a.END) + 1, 100):
        into = tmp_path / str(end)
        into.mkdir()
        with pytest.raises(Refusal, match="cut off"):
            extracted(whole[:end], into)


def test_nothing_but_zeros_may_stand_behind_the_end(extract: Extract) -> None:
    assert extract(a.member(b"a.xml", b"x"), a.END, bytes(20 * a.BLOCK)) == {"a.xml": b"x"}
    with pytest.raises(Refusal, match="behind the end"):
        extract(a.member(b"b.xml", b"x"), a.END, a.member(b"c.xml", b"x"))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 6 * 512 * 8 - 1))
def test_a_flipped_bit_in_a_header_is_noticed(bit: int) -> None:
    """The checksum sees one flipped bit, if it is not in what no reader looks at: the data itself has none."""
    pax = a.member(b"x", a.records((b"path", b"f/a.xml")), b"x")
    octets = bytearray(a.archive(pax, a.member(b"short", b"<a/>"), a.member(b"b.csv", b"1,2\n")))
    octets[bit // 8] ^= 1 << bit % 8
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "into"
        into.mkdir()
        try:
            found = extracted(bytes(octets), into)
        except Refusal:
            pass
        else:
            block, place = divmod(bit // 8, a.BLOCK)
            # Or in the checksum itself, of whose digits the first may be a blank.
            assert block in (1, 3, 5) or 148 <= place < 156, "a flip in a header was not noticed"
            assert set(found) == {"f/a.xml", "b.csv"} or block == 1
        assert os.listdir(folder) == ["into"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000))
def test_whatever_is_given_is_unpacked_or_refused(octets: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "into"
        into.mkdir()
        try:
            found = extracted(a.header(b"a", len(octets) % 700) + octets, into)
        except Refusal:
            pass
        else:
            assert "a" in found
        assert os.listdir(folder) == ["into"]
