"""Tar archives, read as a stream: the regular files and folders of a stranger's archive, and nothing else
(POSIX.1-2017 pax, "ustar Interchange Format" and "pax Interchange Format"; GNU's long names).

The standard library's reader holds what a header claims to be long in memory, follows sparse maps and recurses
from header to header; this one has nothing but what a deposit can need, and refuses the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from directory.escrow.envelope.limits import CHUNK, Limits, Reader, check_octets, exactly
from directory.escrow.envelope.refusal import LIMITS, SAFETY, Refusal, shown

BLOCK = 512

_RULE = "POSIX.1-2017 pax, ustar"
_LONGEST_HEADER = 1 << 16  # octets of a pax header; a path has at most 4,096
_DEEPEST = 8  # folders in folders
_LONGEST_NAME = 255  # octets of one name, as file systems have it

_FILE = frozenset({b"0", b"\0"})
_FOLDER = b"5"
_PAX, _PAX_FOR_ALL, _GNU_NAME = b"x", b"g", b"L"
_REFUSED: Mapping[bytes, str] = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a pipe",
    b"K": "a link with a long name",
    b"S": "a sparse file",
    b"M": "a part of a file that is in another archive",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder in an archive: its name as it is written there, its size in octets, its type."""

    name: bytes
    size: int
    type: bytes

    @classmethod
    def from_block(cls, block: bytes) -> Member:
        """The member that a header block is of. Raises `Refusal` if the block is no header."""
        if not is_header(block):
            raise _damage("a header's checksum is wrong")
        name, prefix = _text(block[:100]), _text(block[345:500])
        if block[257:263] == b"ustar\0" and prefix:
            name = prefix + b"/" + name
        kind = block[156:157]
        if kind in _FILE and name.endswith(b"/"):
            kind = _FOLDER  # as archives before POSIX have it
        size = _number(block[124:136])
        return cls(name, 0 if kind == _FOLDER else size, kind)


def is_header(block: bytes) -> bool:
    """Whether a block is the header of a member: its checksum tells, also where the magic is not yet there."""
    if len(block) < BLOCK or not any(block):
        return False
    try:
        return _number(block[148:156]) == sum(block) - sum(block[148:156]) + 8 * 32
    except Refusal:
        return False


def begins_archive(head: bytes) -> bool:
    """Whether octets begin like an archive; of an empty one that is its end."""
    return is_header(head[:BLOCK]) or head[:BLOCK] == bytes(BLOCK)


class Archive:
    """An archive that is unpacked into a folder of ours; `octets` and `members` grow as it is."""

    def __init__(self, source: Reader, into: Path, limits: Limits) -> None:
        self._source = source
        self._into = into
        self._limits = limits
        self._names: set[Path] = set()
        self.octets = 0
        self.members = 0

    def extract(self) -> None:
        """Unpack all of it, and read it to its end. Raises `Refusal`; what was unpacked until then stays."""
        for member in self._headers():
            self._count(member)
            path = self._path(member)
            if path is None:
                continue
            if member.type == _FOLDER:
                self._make_folder(path)
            else:
                self._write(member, path)

    def _headers(self) -> Iterator[Member]:
        """The members, each with the name that the headers before it give it; the caller reads their data."""
        name: bytes | None = None
        size: int | None = None
        while any(block := self._block()):
            member = Member.from_block(block)
            if member.type in (_PAX, _PAX_FOR_ALL):
                name, size = self._read_pax(member, name, size)
            elif member.type == _GNU_NAME:
                name = _text(self._read_header(member))
            elif member.type in _FILE or member.type == _FOLDER:
                own = member.size if size is None or member.type == _FOLDER else size
                yield Member(name if name is not None else member.name, own, member.type)
                name = size = None
            else:
                what = _REFUSED.get(member.type, f"of the unknown type {member.type!r}")
                raise Refusal(f"{_shown(member.name)} is {what}", SAFETY, hint="a deposit is files and folders")
        self._read_end()

    def _read_end(self) -> None:
        while octets := self._source.read(CHUNK):
            if octets.strip(b"\0"):
                raise Refusal("there is more behind the end of the archive", _RULE)

    def _block(self) -> bytes:
        block = exactly(self._source, BLOCK)
        if len(block) < BLOCK:
            raise _damage("the archive is cut off before its end")
        return block

    def _read_header(self, member: Member) -> bytes:
        self._count(member, weight=0)
        if member.size > _LONGEST_HEADER:
            raise Refusal(f"a header has {member.size:,} octets", LIMITS)
        octets = exactly(self._source, member.size + _padding(member.size))
        if len(octets) < member.size + _padding(member.size):
            raise _damage("the archive is cut off in a header")
        return octets[: member.size]

    def _read_pax(self, member: Member, name: bytes | None, size: int | None) -> tuple[bytes | None, int | None]:
        for key, value in _records(self._read_header(member)):
            if key.startswith(b"GNU.sparse") or key == b"linkpath":
                raise Refusal(f"a header has {key.decode()}, of a link or a sparse file", SAFETY)
            if key not in (b"path", b"size"):
                continue  # times, owners, comments
            if member.type == _PAX_FOR_ALL:
                raise Refusal(f"a header gives all members the same {key.decode()}", SAFETY)
            if key == b"path":
                name = value
            elif value.isdigit() and len(value) < 20:
                size = int(value)
            else:
                raise _damage("a header's size is no number")
        return name, size

    def _count(self, member: Member, weight: int = 1) -> None:
        """Take a member into account before it is unpacked."""
        self.members += 1
        if self.members > 4 * self._limits.files:  # with the headers that long names and times need
            raise Refusal(f"it has more than {4 * self._limits.files:,} headers", LIMITS)
        if len(self._names) + weight > self._limits.files:
            raise Refusal(f"it has more than {self._limits.files:,} files", LIMITS)
        if member.size > self._limits.file_octets:
            message = f"{_shown(member.name)} has {member.size:,} octets, more than {self._limits.file_octets:,}"
            raise Refusal(message, LIMITS)
        self.octets += weight * member.size
        check_octets(self.octets, self._limits)

    def _path(self, member: Member) -> Path | None:
        """Where a member goes; None for the archive's own root. Raises `Refusal` for a name that is not safe."""
        parts = safe_parts(member.name)
        if not parts:
            if member.type == _FOLDER:
                return None
            raise Refusal(f"{_shown(member.name)} is no name of a file", SAFETY)
        path = self._into.joinpath(*parts)
        if path in self._names and not (member.type == _FOLDER and path.is_dir()):
            raise Refusal(f"{_shown(member.name)} is there twice", SAFETY)
        self._names.add(path)
        return path

    def _make_folder(self, path: Path) -> None:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise Refusal(f"{shown(path.name)} is a file and a folder", SAFETY) from None

    def _write(self, member: Member, path: Path) -> None:
        self._limits.check_room(self._into, member.size)
        self._make_folder(path.parent)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise Refusal(f"{_shown(member.name)} is there twice", SAFETY) from None
        left = member.size
        with open(handle, "wb", buffering=0) as file:
            while left and (octets := self._source.read(min(left, CHUNK))):
                file.write(octets)
                left -= len(octets)
        if left or len(exactly(self._source, _padding(member.size))) < _padding(member.size):
            raise _damage(f"the archive is cut off in {_shown(member.name)}")


def safe_parts(name: bytes) -> list[str]:
    """The parts of a relative name, without `.`; none for the root. Raises `Refusal` for one that is not safe."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        raise Refusal(f"the name {_shown(name)} is not in UTF-8", SAFETY) from None
    if text.startswith("/") or "\\" in text or text[1:2] == ":":
        raise Refusal(f"the name {shown(text)} is not relative", SAFETY)
    if not text.isprintable():
        raise Refusal(f"the name {shown(text)} has control characters", SAFETY)
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refusal(f"the name {shown(text)} leads out of the archive", SAFETY)
    if len(parts) > _DEEPEST or any(len(part.encode()) > _LONGEST_NAME for part in parts):
        raise Refusal(f"the name {shown(text)} is too long", LIMITS)
    return parts


def _records(octets: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The records of a pax header, `length key=value` with a line feed behind."""
    place = 0
    while place < len(octets):
        blank = octets.find(b" ", place, place + 8)
        digits = octets[place:blank] if blank > 0 else b""
        end = place + int(digits) if digits.isdigit() else 0
        key, equals, value = octets[blank + 1 : end - 1].partition(b"=")
        if not equals or octets[end - 1 : end] != b"\n":
            raise _damage("a header's record is malformed")
        yield key, value
        place = end


def _number(field: bytes) -> int:
    """A number in octal digits, or, where they do not suffice, in binary behind a set bit."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if digits.strip(b"01234567"):
        raise _damage("a header's number is not in octal digits")
    return int(digits or b"0", 8)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _padding(size: int) -> int:
    return -size % BLOCK


def _shown(name: bytes) -> str:
    return shown(name.decode(errors="replace"))


def _damage(message: str) -> Refusal:
    return Refusal(message, _RULE)
