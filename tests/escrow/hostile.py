"""Deposits that are made to do harm. Each is written into a folder, and the path is what a command is given."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from directory.escrow import namespace as ns
from tests import deposits as d
from tests.escrow.broken import Deposit

Maker = Callable[[Path], Path]
TEXT = Deposit().to_text()
"""A sound deposit."""
_NAME = "Org of C-1"
MIB = 1 << 20


def with_(old: str, new: str, text: str = TEXT) -> str:
    """A deposit with one change."""
    assert old in text
    return text.replace(old, new, 1)


def document(text: str | bytes | Callable[[], str], name: str = "deposit.xml") -> Maker:
    """A document of this text, or of what makes it when it is wanted."""

    def make(folder: Path) -> Path:
        made = text() if callable(text) else text
        (folder / name).write_bytes(_octets(made))
        return folder / name

    return make


def streamed(head: str | bytes, body: bytes, times: int, tail: str | bytes, name: str = "deposit.xml.gz") -> Maker:
    """A document that has a body so many times, packed; no more than the body once is ever held."""

    def make(folder: Path) -> Path:
        pack(folder / name, _octets(head), body, times, _octets(tail))
        return folder / name

    return make


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def pack(path: Path, head: bytes, body: bytes, times: int, tail: bytes) -> None:
    """Write a gzip of head, so many bodies and tail; the body is packed once."""
    checksum = zlib.crc32(head)
    for _ in range(times):
        checksum = zlib.crc32(body, checksum)
    checksum = zlib.crc32(tail, checksum)
    packer = zlib.compressobj(9, wbits=-15)
    whole = packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)
    with path.open("wb") as file:
        file.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
        file.write(_flushed(head))
        for _ in range(times):
            file.write(whole)
        last = zlib.compressobj(9, wbits=-15)
        file.write(last.compress(tail) + last.flush())
        file.write(struct.pack("<II", checksum, (len(head) + times * len(body) + len(tail)) & 0xFFFFFFFF))


def _flushed(octets: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(octets) + packer.flush(zlib.Z_FULL_FLUSH)


def prose(octets: int) -> bytes:
    """So many letters that pack to about a sixtieth: as much as text may, which is no bomb."""
    word = bytes(random.Random(1).choices(b"abcdefghijklmnopqrstuvwxyz", k=1 << 13))
    return (word * (octets // len(word) + 1))[:octets]


def cut(text: str, mark: str) -> tuple[str, str]:
    """A deposit before and behind a mark, which is left out."""
    head, found, tail = text.partition(mark)
    assert found
    return head, tail


def entity(dtd: str, use: str = "&a;") -> str:
    return with_('encoding="UTF-8"?>', f'encoding="UTF-8"?>{dtd}', with_(_NAME, use))


_LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
_IN_NAME = cut(TEXT, _NAME)
_IN_DOMAIN = cut(TEXT, "<rdeDomain:clID>")
_END = cut(TEXT, "</rde:contents>")
_OBJECTS = "</rdeHeader:header>"
_COUNT = f'uri="{ns.DOMAIN}">3<'
_DEEP = 100_000
_COUNTED = '<rdeHeader:count uri="urn:x:{}">1</rdeHeader:count>'
_SERVERS = tuple(f"ns{number}.far.example" for number in range(5_000))
_ATTRIBUTE = ' a{}="1"'


def many(make: Callable[[int], str]) -> str:
    return "".join(map(make, range(1_000_000)))


def _wide_domain(number: int) -> str:
    return d.domain(f"wide{number}.example", hosts=_SERVERS)


ENTITIES: Mapping[str, tuple[Maker, str]] = {
    "billion laughs": (document(entity(f'<!DOCTYPE d [<!ENTITY a "ha">{_LAUGHS}]>', "&m;")), "DOCTYPE"),
    "a long entity many times": (
        document(lambda: entity(f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 50_000)), "DOCTYPE",
    ),
    "an entity of a file": (document(entity('<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>')), "DOCTYPE"),
    "an entity of a device": (document(entity('<!DOCTYPE d [<!ENTITY a SYSTEM "/dev/zero">]>')), "DOCTYPE"),
    "a DTD of a file": (document(entity('<!DOCTYPE d SYSTEM "file:///dev/zero">', "x")), "DOCTYPE"),
    "an entity of a parameter": (
        document(entity('<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>', "x")), "DOCTYPE",
    ),
    "entities in UTF-16": (
        document(with_("UTF-8", "UTF-16", entity('<!DOCTYPE d [<!ENTITY a "x">]>')).encode("utf-16")), "DOCTYPE",
    ),
    "a DTD without end": (
        document(lambda: '<?xml version="1.0"?><!DOCTYPE d [' + "<!-- x -->" * 3_000_000 + TEXT), "64 KiB",
    ),
    "an entity that nobody declared": (document(with_(_NAME, "&a;")), "XML"),
}  # fmt: skip
"""What does harm by its DTD, and what the refusal says."""

SIZES: Mapping[str, tuple[Maker, str]] = {
    "deep nesting in an object": (document(lambda: ("<a>" * _DEEP).join(_IN_NAME)), "depth"),
    "deep nesting among the objects": (document(lambda: ("<a>" * _DEEP).join(cut(TEXT, _OBJECTS))), "depth"),
    "deep nesting at the root": (document(lambda: '<?xml version="1.0"?>' + "<a>" * _DEEP), "root"),
    "a text of a gigabyte": (streamed(_IN_NAME[0], prose(MIB), 1 << 10, _IN_NAME[1]), "limit exceeded"),
    "a text that is a bomb": (streamed(_IN_NAME[0], b"a" * MIB, 1 << 10, _IN_NAME[1]), "bomb"),
    "an attribute of 64 MiB": (streamed(f'{_IN_DOMAIN[0]}<a b="', prose(MIB), 64, f'"/>{_IN_DOMAIN[1]}'), "MiB"),
    "a comment of 64 MiB": (streamed(f"{_END[0]}<!--", prose(MIB), 64, f"-->{_END[1]}"), "MiB"),
    "a million attributes": (document(lambda: f"<a{many(_ATTRIBUTE.format)}/>".join(_IN_DOMAIN)), "elements"),
    "an object of very many elements": (document(lambda: ("<a/>" * 5_000_000).join(_IN_DOMAIN)), "elements"),
    "an object of very many texts": (document(lambda: ("<a/>." * 3_000_000).join(_IN_NAME)), "elements"),
    "a header of very many elements": (
        document(lambda: with_(_OBJECTS, "<rdeHeader:a/>" * 2_000_000 + _OBJECTS)), "elements",
    ),
    "a menu of very many elements": (
        document(lambda: with_("</rde:rdeMenu>", "<a/>" * 5_000_000 + "</rde:rdeMenu>")), "elements",
    ),
    "a root of very many elements": (
        document(lambda: with_("<rde:watermark>", "<a/>" * 5_000_000 + "<rde:watermark>")), "elements",
    ),
    "very many elements behind the contents": (
        document(lambda: with_("</rde:deposit>", "<a/>" * 5_000_000 + "</rde:deposit>")), "elements",
    ),
    "contents very many times": (
        document(lambda: with_("</rde:deposit>", "<rde:contents></rde:contents>" * 500_000 + "</rde:deposit>")),
        "contents",
    ),
    "contents in contents": (
        document(lambda: with_("</rde:contents>", "<rde:contents/>" * 1_000_000 + "</rde:contents>")), "contents",
    ),
    "deletes very many times": (
        document(lambda: with_("<rde:contents>", "<rde:deletes/>" * 1_000_000 + "<rde:contents>")), "deletes",
    ),
    "very many large objects": (
        streamed(_END[0], d.contact("C-9").replace('s="ok"/>', f's="ok">{prose(4 * MIB).decode()}</rdeContact:status>')
                 .encode(), 100, f"</rde:contents>{_END[1]}"), "header counts",
    ),
    "very many objects of many parts": (
        document(lambda: with_("</rde:contents>", "".join(map(_wide_domain, range(60))) + "</rde:contents>")), "",
    ),
    "a million kinds of objects": (
        document(lambda: with_("</rde:contents>", many("<x{}/>".format) + "</rde:contents>")), "kinds",
    ),
    "a root that does not end": (document(lambda: f'<?xml version="1.0"?><a {"b" * 10_000_000}'), "64 KiB"),
    "a header that counts very many": (
        document(lambda: with_(_OBJECTS, many(_COUNTED.format) + _OBJECTS)), "",
    ),
}  # fmt: skip
"""What does harm by how much of it there is."""

_SPACED = TEXT.replace("UTF-8", "UTF-16")

OCTETS: Mapping[str, tuple[Maker, str]] = {
    "nothing": (document(""), ""),
    "NULs": (document(bytes(4 * MIB)), ""),
    "a NUL in a name": (document(with_(_NAME, "Org\0of")), "XML"),
    "a NUL by number": (document(with_(_NAME, "Org&#0;of")), "XML"),
    "a control character": (document(with_(_NAME, "Org\x1b[2J")), "XML"),
    "what Unicode has not": (document(with_(_NAME, "Org&#xFFFF;")), "XML"),
    "half a pair": (document(with_(_NAME, "Org ").encode().replace(b"Org ", b"Org\xed\xa0\x80", 1)), "XML"),
    "a longer form than needed": (document(with_(_NAME, "Org").encode().replace(b">Org<", b">\xc0\xbcx<", 1)), "XML"),
    "Latin-1 that is called UTF-8": (document(with_(_NAME, "Peña").encode("latin-1")), "XML"),
    "an encoding that nobody knows": (document(with_("UTF-8", "X-KLINGON")), "XML"),
    "UTF-7": (document(with_("UTF-8", "UTF-7", with_(_NAME, "+ADw-script+AD4-"))), ""),
    "EBCDIC": (document(TEXT.encode("cp037")), "XML"),
    "UTF-16 that is not": (document(_SPACED), "XML"),
    "half of UTF-16": (document(_SPACED.encode("utf-16")[:-101]), "XML"),
    "UTF-16 with an octet more within": (
        document(_SPACED.encode("utf-16").replace(b"\n\0<\0r", b"\n\0\0<\0r", 9)), "XML",
    ),
    "UTF-16 in both orders": (
        document(_SPACED[:900].encode("utf-16") + _SPACED[900:].encode("utf-16-be")), "XML",
    ),
    "UTF-32": (document(TEXT.replace("UTF-8", "UTF-32").encode("utf-32")), ""),
    "two documents": (document(TEXT + TEXT), "XML"),
    "a ZIP archive": (document(b"PK\x03\x04" + bytes(1000)), "ZIP"),
    "random octets": (document(random.Random(1).randbytes(MIB)), ""),
}  # fmt: skip
"""What is no XML, or none in the encoding that it says."""


def _counting(number: str) -> tuple[Maker, str]:
    return document(with_(_COUNT, _COUNT.replace(">3<", f">{number}<"))), ""


_NINES = "9" * 6_000  # of which int() makes no number
_KEY = (
    "<secDNS:keyData><secDNS:flags>{}</secDNS:flags><secDNS:protocol>3</secDNS:protocol>"
    "<secDNS:alg>8</secDNS:alg><secDNS:pubKey>AQID</secDNS:pubKey></secDNS:keyData>"
)

NUMBERS: Mapping[str, tuple[Maker, str]] = {
    "a count of 10^18": _counting(f"{10**18}"),
    "a count of 10^19": _counting(f"{10**19}"),
    "a count of 6,000 digits": _counting(_NINES),
    "a count below zero": _counting("-3"),
    "a count that is no number": _counting("1e18"),
    "a count of other digits": _counting("٣"),
    **{
        f"{what} of {len(digits):,} digits": (document(with_(old, new.format(digits))), "")
        for what, old, new in (
            ("an IANA number", ">9995<", ">{}<"),
            ("a resend", 'id="20260101"', 'id="20260101" resend="{}"'),
            ("a lifetime of signatures", "<rdeDomain:clID>",
             "<rdeDomain:secDNS><secDNS:maxSigLife>{}</secDNS:maxSigLife></rdeDomain:secDNS><rdeDomain:clID>"),
            ("the flags of a key", "<rdeDomain:clID>",
             f"<rdeDomain:secDNS>{_KEY}</rdeDomain:secDNS><rdeDomain:clID>"),
            ("a year", ">2020-01-01T", ">{}-01-01T"),
            ("a year of the watermark", "<rde:watermark>2026-", "<rde:watermark>{}-"),
        )
        for digits in ("9" * 30, _NINES)
    },
}  # fmt: skip
"""Numbers that no machine has room for."""
