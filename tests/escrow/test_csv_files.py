"""The files of tables: their place, checksum, compression, encoding, separator, and RFC 4180 to the letter."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.model.registry import IdnTable
from tests import csvdeposits as c
from tests.escrow.reading import Reading, read

ROWS = b"es,https://iana.example/es\r\nfr,https://iana.example/fr\r\n"
FIELDS = ['rdeCsv:fIdnTableId isRequired="true"', 'rdeCsv:fUrl isRequired="true"']
Table = Callable[..., Reading]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Reads a deposit of one table, of IDN tables, with a file of these octets."""

    def run(
        octets: bytes = ROWS, *, lenient: bool = False, change: Callable[[str], str] = str, **options: str
    ) -> Reading:
        sheet = c.Sheet("idnLanguage", list(FIELDS), octets=octets)
        for name, value in options.items():
            setattr(sheet, name, value)
        path = c.write_csv(tmp_path, [sheet], menu=["urn:ietf:params:xml:ns:csvIDN-1.0"])
        path.write_text(change(path.read_text()))
        return read(path, lenient=lenient)

    return run


def ids(found: Reading) -> list[str]:
    """The ids of the tables that were read."""
    return [one.id for one in found.values("idn_table") if isinstance(one, IdnTable)]


def two(found: Reading) -> bool:
    """Whether both rows were read, and nothing was found."""
    return ids(found) == ["es", "fr"] and not found.report.findings


@pytest.mark.clause("RFC 4180 §2.1")
@pytest.mark.parametrize(
    "octets", [ROWS, ROWS.replace(b"\r", b""), ROWS.rstrip(), ROWS.replace(b"\r", b"").rstrip()]
)
def test_lines_end_in_crlf_or_lf_and_the_last_need_not(table: Table, octets: bytes) -> None:
    assert two(table(octets))


@pytest.mark.clause("RFC 4180 §2.1")
def test_lines_do_not_end_in_a_bare_return(table: Table) -> None:
    finding = table(ROWS.replace(b"\r\n", b"\r")).about("a carriage return stands alone")
    assert finding.code == "RDE_INVALID_CSV"


@pytest.mark.clause("RFC 4180 §2.5")
def test_a_cell_may_be_quoted_and_have_anything_in_it(table: Table) -> None:
    assert two(table(b'"es",https://iana.example/es\r\nfr,"https://iana.example/fr"\r\n'))
    found = table(b'"a ""b"", c",urn:x:1\r\n"d\r\n\r\ne",urn:x:2\r\nf,urn:x:3\r\n')
    assert ids(found) == ['a "b", c', "f"]
    assert found.about("blanks that are none").line == 2
    assert [put.line for put in found.puts] == [1, 2, 5]


@pytest.mark.clause("RFC 4180 §2.5")
@pytest.mark.parametrize(
    ("octets", "line"),
    [
        (b'es,urn:x:1\r\nf"r,urn:x:2\r\n', 2),
        (b'es"",urn:x:1\r\n', 1),
        (b'"e"s,urn:x:1\r\n', 1),
        (b'es, "urn:x:1"\r\n', 1),
        (b'es,"urn:x:1" \r\n', 1),
        (b'es,urn:x:1\r\n"fr,urn:x:2\r\n', 2),
        (b'es,urn:x:1\r\nfr,"urn:x:2', 2),
    ],
)
def test_quotes_that_do_not_quote_a_whole_cell_are_refused(table: Table, octets: bytes, line: int) -> None:
    found = table(octets)
    (finding,) = found.faults
    assert (finding.code, finding.line, finding.file) == ("RDE_INVALID_CSV", line, "idnLanguage.csv")


@pytest.mark.clause("RFC 4180 §2.4")
@pytest.mark.parametrize("octets", [b"es\r\n", b"es,urn:x:1,\r\n", b"\r\n", b"es,urn:x:1\r\n\r\n"])
def test_every_row_has_as_many_cells_as_there_are_columns(table: Table, octets: bytes) -> None:
    found = table(octets)
    finding = found.about("cells, not 2")
    assert finding.code == "RDE_INVALID_CSV"
    assert finding.line


@pytest.mark.clause("RFC 4180 §2.4")
def test_blanks_around_separators_are_taken_leniently(table: Table) -> None:
    octets = b' es , "https://iana.example/es" \r\n\r\nfr,\thttps://iana.example/fr\r\n'
    assert two(table(octets, lenient=True))
    assert table(octets).faults


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_header_line_is_no_row(table: Table) -> None:
    octets = b"fIdnTableId,rdeCsv:fUrl\r\n" + ROWS
    finding = table(octets).about("the names of the columns")
    assert finding.hint == "the XML says what the columns are; delete the line"
    found = table(octets, lenient=True)
    assert two(found)
    assert any("header line" in note for note in found.report.notes)


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize("sep", [";", "|", "\t", "§", "é"])
def test_any_character_may_separate(table: Table, sep: str) -> None:
    assert two(table(ROWS.replace(b",", sep.encode()), sep=sep))


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize("sep", ["", ";;", '"', "\n"])
def test_what_separates_is_one_character(table: Table, sep: str) -> None:
    assert "attribute sep" in table(sep=sep).about("attribute sep").message


@pytest.mark.clause("RFC 9022 §4.4")
@pytest.mark.parametrize("text", ["{:08X}", "{:08x}", " {:08X} "])
def test_the_checksum_is_crc32_in_either_case(table: Table, text: str) -> None:
    assert two(table(cksum=text.format(zlib.crc32(ROWS))))
    assert two(table(cksum=text.format(zlib.crc32(ROWS)), more='cksumAlg="CRC32"'))


@pytest.mark.clause("RFC 6234 §4")
def test_the_checksum_may_be_sha256(table: Table) -> None:
    assert two(table(cksum=hashlib.sha256(ROWS).hexdigest(), more='cksumAlg="SHA256"'))
    finding = table(cksum="0" * 64, more='cksumAlg="SHA256"').about("its SHA256 is")
    assert (finding.code, finding.file) == ("RDE_INVALID_CSV", "idnLanguage.csv")


@pytest.mark.clause("RFC 9022 §4.4")
def test_a_checksum_of_something_else_refuses(table: Table) -> None:
    finding = table(cksum="00000000").about("its CRC32 is")
    assert f"{zlib.crc32(ROWS):08X}" in finding.message
    assert finding.rule == "RFC 9022 §4.4"


@pytest.mark.clause("RFC 9022 §4.4")
@pytest.mark.parametrize(
    ("cksum", "more", "message"),
    [
        ("0", "", "is not 8 hexadecimal digits"),
        ("0000000G", "", "is not 8 hexadecimal digits"),
        ("00000000", 'cksumAlg="SHA256"', "is not 64 hexadecimal digits"),
        ("00000000", 'cksumAlg="MD5"', "cksumAlg 'MD5' is none that is known"),
        ("", 'cksumAlg="CRC32"', "without cksum"),
    ],
)
def test_a_checksum_that_cannot_be_one_is_refused(table: Table, cksum: str, more: str, message: str) -> None:
    assert table(cksum=cksum, more=more).about(message).rule == "RFC 9022 §4.4"


def test_a_file_without_a_checksum_is_read(table: Table) -> None:
    assert two(table(cksum=""))


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_packed_file_has_the_checksum_of_either_and_it_is_said_of_which(table: Table) -> None:
    packed = gzip.compress(ROWS)
    for octets, which in ((packed, "packed"), (ROWS, "plain")):
        found = table(packed, cksum=f"{zlib.crc32(octets):08X}", more='compression="gzip"')
        assert two(found)
        assert list(found.report.notes) == [f"checksums are of the {which} octets (RFC 9022 §4.4)"]
    assert "unpacked" in table(packed, cksum="00000000", more='compression="gzip"').about("its CRC32").message


@pytest.mark.clause("RFC 1952 §2.3")
@pytest.mark.parametrize("octets", [b"", ROWS, gzip.compress(ROWS)[:-9], gzip.compress(ROWS) + b"x"])
def test_a_packed_file_that_is_damaged_is_refused(table: Table, octets: bytes) -> None:
    found = table(octets, cksum="", more='compression="gzip"')
    assert "gzip" in found.faults[0].message
    assert found.faults[0].file == "idnLanguage.csv"


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('compression="zip"', "compression 'zip' is none that can be read"),
        ('encoding="zip"', "encoding 'zip' is none that can be read"),
        ('encoding="idna"', "encoding 'idna' is none that can be read"),
        ('encoding="unicode_escape"', "encoding 'unicode_escape' is none that can be read"),
        ('encoding="no such"', "encoding 'no such' is none that can be read"),
    ],
)
def test_packing_and_encoding_are_of_those_that_can_be_read(table: Table, more: str, message: str) -> None:
    assert table(more=more).about(message).line


@pytest.mark.clause("RFC 9022 §4.6.2.1")
def test_a_packed_file_that_is_not_said_to_be_packed_is_no_text(table: Table) -> None:
    finding = table(gzip.compress(ROWS, mtime=0)).about("it is packed, and the deposit does not say so")
    assert 'compression="gzip"' in finding.hint


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16BE"),
     ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252")],
)  # fmt: skip
def test_a_file_has_the_encoding_that_is_said(table: Table, encoding: str, said: str) -> None:
    octets = "español,https://iana.example/es\r\n".encode(encoding)
    found = table(octets, more=f'encoding="{said}"')
    assert not found.report.findings
    assert ids(found) == ["español"]


@pytest.mark.clause("RFC 3629 §3")
def test_octets_of_another_encoding_are_refused_with_the_line(table: Table) -> None:
    found = table(b"es,urn:x:1\r\n" * 30_000 + b"f\xe9,urn:x:2\r\n")
    finding = found.about("octet 0xE9 near this line is no UTF-8")
    assert finding.line > 1
    assert finding.code == "RDE_INVALID_CSV"


@pytest.mark.clause("XML 1.0 §2.2")
def test_characters_that_xml_cannot_have_are_in_no_table_either(table: Table) -> None:
    finding = table(b"es,urn:x:1\r\nf\x00r,urn:x:2\r\n").about("U+0000")
    assert finding.line == 2


@pytest.mark.parametrize(
    "name",
    [
        "../other.csv",
        "a/../../other.csv",
        "/etc/hostname",
        "..\\other.csv",
        "link.csv",
        "folder/link.csv",
        "pipe.csv",
        "folder",
    ],
)
def test_no_file_outside_of_the_folder_is_opened(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "deposit"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "other.csv").write_bytes(ROWS)
    (folder / "link.csv").symlink_to(tmp_path / "other.csv")
    (folder / "folder" / "link.csv").symlink_to("../../other.csv")
    os.mkfifo(folder / "pipe.csv")
    sheet = c.Sheet("idnLanguage", list(FIELDS))
    path = c.write_csv(folder, [sheet], menu=["urn:ietf:params:xml:ns:csvIDN-1.0"])
    path.write_text(path.read_text().replace("idnLanguage.csv", name))
    found = read(path)
    assert not ids(found)
    assert found.faults[0].message in ("it names a file outside of the deposit's folder", "it is no regular file")


def test_a_file_may_be_in_a_folder_of_the_deposit(table: Table, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "idn.csv").write_bytes(ROWS)
    assert two(table(change=lambda text: text.replace("idnLanguage.csv", "tables/idn.csv")))


@pytest.mark.parametrize("name", ["missing.csv", "x" * 5_000, "no/such/folder.csv"])
def test_a_file_that_is_not_there_is_missed(table: Table, name: str) -> None:
    finding = table(change=lambda text: text.replace("idnLanguage.csv", name)).about("there is no such file")
    assert finding.code == "RDE_MISSING_FILES"
    assert "beside the XML" in finding.hint


def test_a_file_stands_in_for_one_table_only(tmp_path: Path) -> None:
    sheets = [c.Sheet("idnLanguage", list(FIELDS), octets=ROWS) for _ in range(2)]
    found = read(c.write_csv(tmp_path, sheets, menu=["urn:ietf:params:xml:ns:csvIDN-1.0"]))
    assert "the deposit has the file 'idnLanguage.csv' twice" in found.about("twice").message


def test_a_table_may_be_in_several_files(table: Table, tmp_path: Path) -> None:
    (tmp_path / "second.csv").write_bytes(b"de,https://iana.example/de\r\n")
    more = "</rdeCsv:file><rdeCsv:file>second.csv</rdeCsv:file>"
    found = table(change=lambda text: text.replace("</rdeCsv:file>", more))
    assert not found.report.findings
    assert [(put.file, put.line) for put in found.puts] == [
        ("second.csv", 1), ("idnLanguage.csv", 1), ("idnLanguage.csv", 2),
    ]  # fmt: skip


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<rdeCsv:files>", "<rdeCsv:files/><rdeCsv:files>", "one rdeCsv:files"),
        ("rdeCsv:fields>", "rdeCsv:felds>", "one rdeCsv:fields"),
        ("rdeCsv:file>", "rdeCsv:fil>", "closing"),
        ("idnLanguage.csv", "", "it names no file"),
        ('name="idnLanguage"', "", "attribute name is missing"),
    ],
)
def test_a_definition_has_a_name_fields_and_files(table: Table, old: str, new: str, message: str) -> None:
    if message == "closing":
        old, new, message = "<rdeCsv:file ", "<rdeCsv:other/><rdeCsv:file ", "it is no rdeCsv:file"
    finding = table(change=lambda text: text.replace(old, new)).about(message)
    assert finding.code == "RDE_SCHEMA_VALIDATION_ERROR"


def test_a_definition_with_columns_without_end_is_refused(table: Table) -> None:
    many = "".join(f'<rdeCsv:fCustom name="c{number}"/>' for number in range(5_000))
    found = table(change=lambda text: text.replace("</rdeCsv:fields>", f"{many}</rdeCsv:fields>"))
    assert "more than 100 columns" in found.about("columns").message


def quickly(limit: float = 20.0) -> Callable[[], None]:
    """Says whether the time since is bounded."""
    begun = time.process_time()

    def check() -> None:
        assert time.process_time() - begun < limit

    return check


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b'"' + b"a" * 200_000, "field larger than field limit"),
        (b'"' + b"a\n" * 600_000, "field larger than field limit"),
        (b"a" * 3_000_000, "a line has more than"),
        (b"," * 3_000_000, "a line has more than"),
        (b'a"\n' + b"b,urn:x:1\n" * 300_000, "a quoted cell does not end"),
        (b'""' * 100_000 + b"\n", "it has 1 cells, not 2"),
    ],
)
def test_what_has_no_end_is_refused_in_bounded_time(table: Table, octets: bytes, message: str) -> None:
    check = quickly()
    found = table(octets)
    check()
    assert found.about(message).code == "RDE_INVALID_CSV"


@pytest.mark.clause("RFC 1952 §2.3")
def test_a_bomb_is_refused(table: Table) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for _ in range(60):
            file.write((b"es," + b"x" * 100_000 + b"\r\n") * 10)
    check = quickly(60)
    found = table(packed.getvalue(), cksum="", more='compression="gzip"')
    check()
    assert found.about("a bomb").file == "idnLanguage.csv"


def test_a_file_that_is_no_such_table_is_not_read_to_its_end(table: Table) -> None:
    found = table(b"\r\n" * 200_000)
    assert found.report.faults == 10_001


def test_of_faults_without_end_a_number_is_kept_and_the_rest_counted(table: Table) -> None:
    found = table(b"es\r\n" * 5_000)
    assert len(found.report.findings) == found.report.cap
    assert found.report.hidden == 5_000 - found.report.cap
    assert found.report.faults == 5_000
