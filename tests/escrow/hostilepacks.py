"""Deposits that do harm by their tables, or by what they are packed in: see `hostile`."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from directory.escrow import namespace as ns
from tests.csvdeposits import write_csv
from tests.escrow import archives as a
from tests.escrow.broken import IN_CSV
from tests.escrow.hostile import MIB, TEXT, Maker, cut, document, entity, many, pack, prose, streamed, with_
from tests.escrow.sheets import Tables

TABLES = IN_CSV.to_text()
ROWS = IN_CSV.files["tables.csv"].encode()


def table(octets: bytes, more: str = "", name: str = "tables.csv", file: str = "tables.csv") -> Maker:
    """A deposit with a table whose file has these octets; `name` is what the deposit calls it."""

    def make(folder: Path) -> Path:
        (folder / file).write_bytes(octets)
        return _with_table(folder, more, name)

    return make


def _with_table(folder: Path, more: str = "", name: str = "tables.csv") -> Path:
    text = with_("<rdeCsv:file>tables.csv", f"<rdeCsv:file {more}>{name}", TABLES)
    return document(text)(folder)


def packed_table(head: bytes, body: bytes, times: int, tail: bytes) -> Maker:
    """A deposit with a packed table."""

    def make(folder: Path) -> Path:
        pack(folder / "tables.csv.gz", head, body, times, tail)
        return _with_table(folder, 'compression="gzip"', "tables.csv.gz")

    return make


def foreign_table(name: str, put: Callable[[Path], object] = lambda folder: None) -> Maker:
    """A deposit whose table is called so; there is something that it must not be taken for."""

    def make(folder: Path) -> Path:
        inner = folder / "deposit"
        inner.mkdir()
        (folder / "outside.csv").write_bytes(ROWS)
        put(inner)
        return _with_table(inner, name=name)

    return make


def archive(*members: bytes, is_packed: bool = False) -> Maker:
    """A tar archive of these members, and of a sound document behind them."""

    def make(folder: Path) -> Path:
        octets = a.archive(*members, a.member(b"deposit.xml", TEXT.encode()))
        path = folder / "deposit.tar"
        path.write_bytes(gzip.compress(octets) if is_packed else octets)
        return path

    return make


def _many_children(folder: Path) -> Path:
    sheets = Tables(folder)
    sheets["domainNameServers"].rows += [["one.example", f"ns{number}.far.example"] for number in range(300_000)]
    return write_csv(folder, sheets.sheets)


def _wide(folder: Path) -> Path:
    (folder / "tables.csv").write_bytes(ROWS)
    columns = many('<rdeCsv:fCustom name="c{}"/>'.format)
    return document(with_("</rdeCsv:fields>", f"{columns}</rdeCsv:fields>", TABLES))(folder)


def _defined(folder: Path) -> Path:
    (folder / "tables.csv").write_bytes(ROWS)
    head, tail = cut(TABLES, "<csvIDN:contents>")
    definition, _, tail = tail.partition("</csvIDN:contents>")
    one = f"<csvIDN:contents>{definition}</csvIDN:contents>"
    return document(head + one * 20_000 + tail)(folder)


CSV: Mapping[str, tuple[Maker, str]] = {
    **{
        f"a table that is named {name}": (foreign_table(name), "outside of the deposit's folder")
        for name in ("../outside.csv", "a/../../outside.csv", "/etc/passwd", "..\\outside.csv", "/dev/zero")
    },
    "a table that is a link": (
        foreign_table("tables.csv", lambda folder: (folder / "tables.csv").symlink_to("../outside.csv")),
        "outside of the deposit's folder",
    ),
    "a table in a folder that is a link": (
        foreign_table("in/outside.csv", lambda folder: (folder / "in").symlink_to("..")), "outside",
    ),
    "a table that is a pipe": (
        foreign_table("tables.csv", lambda folder: os.mkfifo(folder / "tables.csv")), "regular file",
    ),
    "a table that is a folder": (
        foreign_table("tables.csv", lambda folder: (folder / "tables.csv").mkdir()), "regular file",
    ),
    "a table that is the document": (foreign_table("deposit.xml"), ""),
    "a name with a NUL": (foreign_table("tables&#0;.csv"), "XML"),
    "a name without end": (foreign_table("x" * MIB), "no such file"),
    "a bad checksum": (table(ROWS, 'cksum="00000000"'), "its CRC32 is"),
    "a bad SHA-256": (table(ROWS, f'cksum="{"0" * 64}" cksumAlg="SHA256"'), "its SHA256 is"),
    "a line of a gigabyte": (packed_table(b"es,", prose(MIB), 1 << 10, b"\r\n"), "a line has more than"),
    "a cell of a gigabyte": (packed_table(b'es,"', prose(MIB - 1) + b"\n", 1 << 10, b'"\r\n'), "RFC 4180"),
    "a table that is a bomb": (packed_table(ROWS, (b"es," + b"x" * 100_000 + b"\r\n") * 10, 1 << 10, b""), "bomb"),
    "a million columns": (table(b"," * 1_000_000 + b"\r\n"), "cells, not 2"),
    "a definition of a million columns": (_wide, "elements"),
    "very many definitions": (_defined, "twice"),
    "a million rows of other widths": (table(b"es\r\n" * 1_000_000), "cells, not 2"),
    "an object of very many rows": (_many_children, "more than 10,000 rows"),
    "very many rows of one key": (table(b"es,urn:x:1\r\n" * 200_000), "twice"),
    "a NUL in a table": (table(ROWS.replace(b"es", b"e\0s", 1)), "U+0000"),
    "a table of NULs": (table(bytes(4 * MIB)), "U+0000"),
    "a table in UTF-16 that is not": (table(ROWS + b"x", 'encoding="UTF-16"'), ""),
    "a table in UTF-16 that is called UTF-8": (table(ROWS.decode().encode("utf-16")), ""),
    "a table in half of UTF-16": (table(ROWS.decode().encode("utf-16")[:-1], 'encoding="UTF-16"'), "UTF-16"),
    "a table in an encoding that runs code": (table(ROWS, 'encoding="unicode_escape"'), "encoding"),
    "quotes that do not end": (table(ROWS + b'"' + b"a\n" * 1_000_000), ""),
    "a table that is packed and does not say so": (table(gzip.compress(ROWS)), "does not say so"),
    "a table that is packed twice": (table(gzip.compress(gzip.compress(ROWS)), 'compression="gzip"'), ""),
    "a table that is cut off": (table(gzip.compress(ROWS)[:-9], 'compression="gzip"'), "gzip stream is broken"),
}  # fmt: skip
"""What does harm by a table of the CSV model."""

ARCHIVES: Mapping[str, tuple[Maker, str]] = {
    **{
        f"a member named {name.decode()}": (archive(a.member(name, b"x")), said)
        for said, name in (
            ("leads out", b"../../outside"),
            ("leads out", b"a/../../outside"),
            ("is not relative", b"/etc/cron.d/dnrd"),
            ("is not relative", b"..\\outside"),
        )
    },
    **{
        f"a member that is {what}": (archive(a.header(b"deposit.csv", 0, kind, link=b"/etc/passwd")), "")
        for what, kind in (("a hard link", b"1"), ("a link", b"2"), ("a device", b"3"), ("a pipe", b"6"))
    },
    "a member through a link": (
        archive(a.header(b"in", 0, b"2", link=b"/tmp"), a.member(b"in/outside", b"x")), "",
    ),
    "a member of 8 EiB": (archive(a.header(b"big", 2**63 - 1)), ""),
    "ten thousand members": (archive(*(a.member(b"%d" % n) for n in range(10_000))), "more than 1,000 files"),
    "a name of 64 MiB": (archive(a.member(b"././@LongLink", b"a" * (64 * MIB), b"L")), ""),
    "a pax header of 64 MiB": (archive(a.member(b"x", a.records((b"comment", b"a" * (64 * MIB))), b"x")), ""),
    "a bomb in an archive": (
        streamed(a.header(b"fill", 1 << 30), bytes(MIB), 1 << 10, a.END, "deposit.tgz"), "bomb",
    ),
    "an archive in an archive": (
        archive(a.member(b"b.tar", a.archive(a.member(b"c.xml", b"x")))), "inside of another",
    ),
    "a document that is a bomb": (streamed("", b" " * MIB, 1 << 10, TEXT), "bomb"),
    "a document that is packed twice": (
        document(gzip.compress(gzip.compress(TEXT.encode())), "deposit.xml.gz"), "twice",
    ),
    "a header of gzip without end": (
        document(b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"n" * (64 * MIB), "deposit.xml.gz"), "cut off",
    ),
    "empty members of gzip without end": (
        document(gzip.compress(b"") * 200_000, "deposit.xml.gz"), "empty members",
    ),
    "an envelope that is no message": (document(TEXT, "example_2026-01-01_full_S1_R0.ryde"), "OpenPGP"),
}  # fmt: skip
"""What does harm by what it is packed in."""


def elsewhere(url: str) -> Mapping[str, Maker]:
    """What names something to fetch."""
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{url}"/>'
    schema = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{ns.RDE} {url}"'
    style = f'<?xml-stylesheet href="{url}"?>'
    return {
        "an entity": document(entity(f'<!DOCTYPE d [<!ENTITY a SYSTEM "{url}">]>')),
        "a DTD": document(entity(f'<!DOCTYPE d SYSTEM "{url}">', "x")),
        "an entity of a parameter": document(entity(f'<!DOCTYPE d [<!ENTITY % p SYSTEM "{url}">%p;]>', "x")),
        "an XInclude": document(with_("<rdeDomain:clID>", f"{include}<rdeDomain:clID>")),
        "a schema": document(with_("<rde:deposit ", f"<rde:deposit {schema} ")),
        "a style sheet": document(with_("<rde:deposit ", f"{style}<rde:deposit ")),
        "a table": foreign_table(url),
    }
