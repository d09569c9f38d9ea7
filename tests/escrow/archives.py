"""Tar archives put together by hand, octet by octet, so that nothing keeps them from being hostile."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

BLOCK = 512
END = bytes(2 * BLOCK)


def header(
    name: bytes,
    size: int = 0,
    kind: bytes = b"0",
    link: bytes = b"",
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
) -> bytes:
    """A header block; a size that octal digits cannot say is written in binary."""
    number = b"%011o\0" % size if size < 8**11 else b"\x80" + size.to_bytes(11, "big")
    fields = (
        (name, 100),
        (b"0000644\0", 8),
        (b"0000000\0", 8),
        (b"0000000\0", 8),
        (number, 12),
        (b"00000000000\0", 12),
        (b" " * 8, 8),
        (kind, 1),
        (link, 100),
        (magic, 8),
        (b"", 32 + 32 + 8 + 8),
        (prefix, 155),
    )
    block = b"".join(value.ljust(width, b"\0") for value, width in fields).ljust(BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padded(octets: bytes) -> bytes:
    """Octets up to a whole block."""
    return octets + bytes(-len(octets) % BLOCK)


def member(name: bytes, octets: bytes = b"", kind: bytes = b"0", **more: bytes) -> bytes:
    """A header, and the data of a member."""
    return header(name, len(octets), kind, **more) + padded(octets)


def records(*pairs: tuple[bytes, bytes]) -> bytes:
    """The records of a pax header."""
    made = b""
    for key, value in pairs:
        rest = b" " + key + b"=" + value + b"\n"
        length = len(rest)
        while len(b"%d" % length) + len(rest) != length:
            length += 1
        made += b"%d" % length + rest
    return made


def archive(*members: bytes) -> bytes:
    """An archive of members that are written already."""
    return b"".join(members) + END


def packed(files: Iterable[tuple[str, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """An archive as the standard library makes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as made:
        for name, octets in files:
            info = tarfile.TarInfo(name)
            info.size = len(octets)
            made.addfile(info, io.BytesIO(octets))
    return out.getvalue()
