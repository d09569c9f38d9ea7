"""What is sealed is what is opened: segments, signatures, folders, and the names of it all."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import tarfile
import tempfile
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import DepositError, DocumentError, Finding
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.name import FileName
from directory.escrow.envelope.opening import Opened, open_envelope
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.envelope.parts import awaited, signature_of, starts_envelope
from directory.escrow.envelope.sealing import seal
from directory.escrow.fields import Report
from directory.escrow.outlet import NotWritten
from tests.escrow import archives as a
from tests.escrow.pgp import Gpg, keyring
from tests.escrow.test_envelope_name import Head, Top

NAME = FileName("example", date(2026, 6, 1), "full")
FILE = NAME.to_text()
XML = b"<deposit/>" * 500


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


@pytest.fixture
def ours(gpg: Gpg) -> Keys:
    """The keys of the side that opens: the agent's."""
    return Keys(gpg.private("own@test"), signers={"example": gpg.public("registry@test")})


@pytest.fixture
def theirs(gpg: Gpg) -> Keys:
    """The keys of the side that seals: the registry's."""
    return Keys(gpg.private("registry@test"), recipients=(gpg.public("own@test"),))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A deposit: its document, and a table whose octets no packer makes fewer."""
    document, table = tmp_path / "any.xml", tmp_path / "domain.csv"
    document.write_bytes(XML)
    table.write_bytes(random.Random(1).randbytes(5000).hex().encode())
    return [document, table]


def read(path: Path, keys: Keys | None = None, work: Path | None = None) -> tuple[Opened, dict[str, bytes]]:
    with open_envelope(path, keys, Limits(), Report(), work) as opened:
        return opened, {file.name: file.read_bytes() for file in opened.folder.iterdir() if file.is_file()}


def refusal(path: Path, keys: Keys | None = None, limits: Limits | None = None) -> Finding:
    with pytest.raises(DepositError) as error, open_envelope(path, keys, limits or Limits(), Report()):
        pytest.fail("it was opened")
    [finding] = error.value.findings
    return finding


@pytest.mark.clause("ICANN base registry agreement, specification 2 A §4")
@pytest.mark.parametrize("segment", [0, 1000, 1 << 20])
def test_what_is_sealed_is_opened(segment: int, files: list[Path], out: Path, ours: Keys, theirs: Keys) -> None:
    made = seal(files, out, NAME, theirs, segment)
    first = out / f"{FILE}.ryde"
    assert made[-1] == first
    assert {path.suffix for path in made} == {".ryde", ".sig"}
    assert sorted(made) == sorted(out.iterdir())
    assert (len(made) > 2) == (segment == 1000)
    for path in made:
        if path.suffix == ".ryde":
            assert path.stat().st_size <= (segment or 1 << 30)
            assert path.with_suffix(".sig") in made
    opened, found = read(first, ours)
    assert found == {f"{FILE}.xml": XML, "domain.csv": files[1].read_bytes()}
    assert (opened.name, opened.signed_for) == (NAME, "example")
    assert not list(opened.agrees(Head(), Top()))


@settings(max_examples=25, deadline=None)
@given(
    st.binary(min_size=1, max_size=3000).map(lambda octets: octets.hex().encode()),
    st.dictionaries(st.from_regex(r"[a-z]{1,30}\.csv", fullmatch=True), st.binary(max_size=300).map(bytes.hex)),
    st.integers(100, 2000),
)
def test_any_files_in_any_segments_come_out_as_they_went_in(
    document: bytes, tables: dict[str, str], segment: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, out = Path(folder, "in"), Path(folder, "out")
        place.mkdir()
        out.mkdir()
        (place / "a.xml").write_bytes(document)
        for name, text in tables.items():
            (place / name).write_text(text)
        seal([place / "a.xml", *(place / name for name in tables)], out, NAME, segment_octets=segment)
        _, found = read(out / f"{FILE}.tar.gz")
        assert found == {f"{FILE}.xml": document, **{name: text.encode() for name, text in tables.items()}}


def test_without_recipients_it_is_a_tar_that_may_be_signed(
    files: list[Path], out: Path, ours: Keys, theirs: Keys
) -> None:
    assert seal(files, out, NAME) == [out / f"{FILE}.tar.gz"]
    with tarfile.open(out / f"{FILE}.tar.gz") as archive:
        assert archive.getnames() == [f"{FILE}.xml", "domain.csv"]
    assert refusal(out / f"{FILE}.tar.gz", ours).code == "RDE_INVALID_SIGNATURE"
    seal(files, out, NAME, replace(theirs, recipients=()), replace=True)
    assert read(out / f"{FILE}.tar.gz", ours)[0].signed_for == "example"


def test_the_same_files_make_the_same_archive(files: list[Path], out: Path) -> None:
    first = seal(files, out, NAME)[0].read_bytes()
    with pytest.raises(NotWritten, match="is there already"):
        seal(files, out, NAME)
    assert seal(files, out, NAME, replace=True)[0].read_bytes() == first


def test_a_document_may_be_packed_in_the_archive_too(files: list[Path], out: Path) -> None:
    packed = files[0].with_suffix(".xml.gz")
    packed.write_bytes(gzip.compress(XML))
    seal([packed], out, NAME)
    assert read(out / f"{FILE}.tar.gz")[0].xml.name == f"{FILE}.xml.gz"


def test_what_cannot_be_sealed_leaves_nothing_behind(files: list[Path], out: Path, gpg: Gpg, theirs: Keys) -> None:
    for keys in (
        replace(theirs, recipients=(gpg.public("old@test"),)),
        replace(theirs, own=gpg.private("locked@test", "correct horse")),
        replace(theirs, own=gpg.public("registry@test")),
    ):
        with pytest.raises(DocumentError):
            seal(files, out, NAME, keys)
        assert not list(out.iterdir())
    with pytest.raises(DepositError, match="the disk has"):
        seal(files, out, NAME, theirs, limits=Limits(spare=1 << 60))
    assert not list(out.iterdir())


@pytest.fixture
def segments(files: list[Path], out: Path, theirs: Keys) -> int:
    """How many segments there are of a deposit in `out`."""
    return len(seal(files, out, NAME, theirs, 2000)) // 2


def part(out: Path, number: int, suffix: str = ".ryde") -> Path:
    return out / replace(NAME, segment=number).to_text(suffix)


def test_any_segment_opens_the_whole(segments: int, out: Path, ours: Keys) -> None:
    assert segments > 2
    for number in range(1, segments + 1):
        assert read(part(out, number), ours)[1][f"{FILE}.xml"] == XML


@pytest.mark.clause("ICANN base registry agreement, specification 2 A §4")
def test_a_missing_segment_is_named_wherever_it_is(segments: int, out: Path, ours: Keys) -> None:
    for number in range(1, segments + 1):
        path, hidden = part(out, number), out / "hidden"
        path.rename(hidden)
        finding = refusal(part(out, 1 if number > 1 else 2), ours)
        assert finding.code == "RDE_MISSING_FILES"
        assert path.name in finding.message
        hidden.rename(path)


def test_segments_that_are_exchanged_are_refused(segments: int, out: Path, ours: Keys) -> None:
    """Also with their signatures, each good: what they make together is no message. What is encrypted may begin
    with any octets, by chance with those of a longer message, whose rest is then called missing."""
    for suffix in (".ryde", ".sig"):
        part(out, 1, suffix).rename(out / "hidden")
        part(out, 2, suffix).rename(part(out, 1, suffix))
        (out / "hidden").rename(part(out, 2, suffix))
    assert refusal(part(out, 1), ours).code in ("RDE_DECRYPTION_FAILED", "RDE_MISSING_FILES")


def test_every_segment_has_to_be_signed(segments: int, out: Path, ours: Keys) -> None:
    part(out, segments, ".sig").unlink()
    finding = refusal(part(out, 1), ours)
    assert (finding.code, finding.file) == ("RDE_INVALID_SIGNATURE", part(out, segments).name)
    part(out, segments, ".sig").write_bytes(part(out, 1, ".sig").read_bytes())
    assert "was changed" in refusal(part(out, 1), ours).message


def test_what_is_still_to_come_is_known(segments: int, out: Path) -> None:
    assert awaited(part(out, 1), is_signed=True) == ()
    part(out, 2).unlink()
    part(out, 1, ".sig").unlink()
    assert awaited(part(out, 1), is_signed=True) == (part(out, 2).name, part(out, 1, ".sig").name)
    assert awaited(part(out, 3), is_signed=False) == (part(out, 2).name,)
    assert awaited(out / "other.xml", is_signed=False) == ()


def test_segments_of_other_deposits_are_not_taken(segments: int, out: Path, ours: Keys) -> None:
    last = part(out, segments).read_bytes()
    for other in (
        replace(NAME, revision=1, segment=segments + 1),
        replace(NAME, type="diff", segment=segments + 1),
        replace(NAME, tld="test", segment=segments + 1),
        replace(NAME, date=date(2026, 6, 2), segment=segments + 1),
    ):
        (out / other.to_text(".ryde")).write_bytes(last)
    assert read(part(out, 1), ours)[1][f"{FILE}.xml"] == XML


def test_a_signature_stands_beside_what_it_signs(tmp_path: Path) -> None:
    for name, signature in (
        ("a.ryde", "a.sig"),
        ("a.tar.gz", "a.sig"),
        ("a.xml", "a.xml.sig"),
        ("a.b.xml", "a.b.sig"),
    ):
        path = tmp_path / name
        assert signature_of(path) is None
        (tmp_path / signature).touch()
        assert signature_of(path) == tmp_path / signature
        (tmp_path / signature).unlink()


def test_only_the_first_file_starts_an_envelope() -> None:
    first = ("deposit.xml", "a.xml.gz", "a.tgz", f"{FILE}.ryde", f"{FILE}.tar.gz")
    others = ("a.csv", "a.sig", f"{FILE}.sig", part(Path(), 2).name, "a.xml.part", ".dnrd-escrow-x", "a.zip")
    assert all(starts_envelope(Path(name)) for name in first)
    assert not any(starts_envelope(Path(name)) for name in others)


@pytest.mark.parametrize("name", ["any.xml", "any.xml.gz", "any", f"{FILE}.xml"])
def test_a_document_alone_is_read_where_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(XML) if name.endswith(".gz") else XML)
    with open_envelope(path, None, Limits(), Report()) as opened:
        assert (opened.xml, opened.folder, opened.signed_for) == (path, tmp_path, None)
        assert opened.name == (NAME if name.startswith(FILE) else None)
    assert path.exists()


@pytest.mark.parametrize(
    "octets", [gzip.compress(XML)[:-1], gzip.compress(b" " * (1 << 26)), b"PK\x03\x04" + bytes(9)]
)
def test_a_document_that_is_not_safe_is_refused(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xml.gz"
    path.write_bytes(octets)
    assert refusal(path).file == "a.xml.gz"


def test_a_folder_is_read_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / FILE
    folder.mkdir()
    (folder / "deposit.xml").write_bytes(XML)
    (folder / "domain.csv.gz").write_bytes(gzip.compress(b"1,2\n"))
    with open_envelope(folder, None, Limits(), Report()) as opened:
        assert (opened.xml, opened.folder, opened.name) == (folder / "deposit.xml", folder, NAME)
    (folder / "host.csv").symlink_to("/etc/passwd")
    assert refusal(folder).file == "host.csv"


@pytest.mark.clause("ICANN RST rde-04")
def test_there_has_to_be_one_document(tmp_path: Path) -> None:
    path = tmp_path / f"{FILE}.tar"
    path.write_bytes(a.packed([("domain.csv", b"1")]))
    assert refusal(path).code == "RDE_MISSING_FILES"
    for empty in (a.packed([]), gzip.compress(a.packed([]))):
        path.write_bytes(empty)
        assert "but nothing" in refusal(path).message
    path.write_bytes(a.packed([("a.xml", XML), ("b.xml", XML)]))
    assert "2 XML documents" in refusal(path).message
    path.write_bytes(a.packed([("a.xml", XML), (f"f/{FILE}.xml", b"<this/>"), ("f/domain.csv", b"1")]))
    opened, found = read(path)
    assert found == {f"{FILE}.xml": b"<this/>", "domain.csv": b"1"}
    assert opened.folder.name == "f"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.xml").message
    os.mkfifo(tmp_path / "a.xml")
    assert "not a regular file" in refusal(tmp_path / "a.xml").message


@pytest.mark.clause("ICANN RST rde-01")
def test_the_names_inside_and_outside_have_to_agree(tmp_path: Path) -> None:
    path = tmp_path / f"{FILE}.tar"
    other = replace(NAME, revision=1).to_text(".xml")
    path.write_bytes(a.packed([(other, XML)]))
    [finding] = read(path)[0].agrees(Head(), Top())
    assert (finding.code, other in finding.message) == ("RDE_INVALID_FILENAME", True)
    path.write_bytes(a.packed([("free.xml", XML)]))
    assert not list(read(path)[0].agrees(Head(), Top()))
    unnamed = path.rename(tmp_path / "deposit.tar")
    assert [finding.code for finding in read(unnamed)[0].agrees(Head(), Top())] == ["RDE_INVALID_FILENAME"]
    unnamed.write_bytes(a.packed([(f"{FILE}.xml", XML)]))
    assert not list(read(unnamed)[0].agrees(Head(), Top()))


@pytest.mark.clause("ICANN RST rde-02")
def test_a_key_may_not_sign_for_another_repository(files: list[Path], out: Path, ours: Keys, theirs: Keys) -> None:
    seal(files, out, NAME, theirs)
    opened, _ = read(out / f"{FILE}.ryde", ours)
    codes = [finding.code for finding in opened.agrees(Head("test"), Top())]
    assert codes == ["RDE_INVALID_FILENAME", "RDE_INVALID_SIGNATURE"]


def test_it_is_unpacked_where_it_is_told_to_and_removed(files: list[Path], out: Path, tmp_path: Path) -> None:
    seal(files, out, NAME)
    work = tmp_path / "work"
    work.mkdir()
    with open_envelope(out / f"{FILE}.tar.gz", None, Limits(), Report(), work) as opened:
        assert work in opened.folder.parents
    with pytest.raises(KeyError), open_envelope(out / f"{FILE}.tar.gz", None, Limits(), Report(), work):
        raise KeyError
    assert refusal(out / f"{FILE}.tar.gz", limits=Limits(octets=10)).message
    assert not list(work.iterdir())


def test_what_the_caller_raises_is_not_mistaken_for_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(XML)
    with pytest.raises(PermissionError), open_envelope(tmp_path / "a.xml", None, Limits(), Report()):
        raise PermissionError


def test_a_full_disk_is_noticed_before_anything_is_written(files: list[Path], out: Path) -> None:
    seal(files, out, NAME)
    finding = refusal(out / f"{FILE}.tar.gz", limits=Limits(spare=shutil.disk_usage(out).total))
    assert "free" in finding.message


def test_a_large_deposit_takes_no_memory(tmp_path: Path, out: Path, ours: Keys, theirs: Keys) -> None:
    large = tmp_path / "large.xml"
    with large.open("wb") as file:
        for seed in range(24):
            file.write(random.Random(seed).randbytes(1 << 19).hex().encode())
    tracemalloc.start()
    try:
        seal([large], out, NAME, theirs, 1 << 22)
        with open_envelope(out / f"{FILE}.ryde", ours, Limits(), Report()) as opened:
            assert opened.xml.stat().st_size == large.stat().st_size
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()
