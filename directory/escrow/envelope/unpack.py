"""What is in an envelope, as plain files: a tar archive, packed or not, or the XML document itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from directory.escrow.envelope import tar
from directory.escrow.envelope.gunzip import MAGIC, Gunzip
from directory.escrow.envelope.limits import CHUNK, Limits, Meter, Reader, Rest, check_octets, exactly
from directory.escrow.envelope.refusal import LIMITS, SAFETY, Refusal

_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "a ZIP archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ\x00": "packed by xz",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"\x1f\x9d": "packed by compress",
    b"-----BEGIN PGP": "an OpenPGP message",
}
"""What formats begin with that no deposit is in, and no file of a deposit."""


def unpack(source: Reader, into: Path, name: str, limits: Limits) -> None:
    """Write what a stream holds into a folder: the files of an archive, or the one document as `name`.xml.

    The stream is read to its end. Raises `Refusal`.
    """
    head = exactly(source, tar.BLOCK)
    stream: Reader = Rest(head, source)
    if head.startswith(MAGIC):
        inner = plain(stream, limits)
        head = exactly(inner, tar.BLOCK)
        stream = Rest(head, inner)
    if not head:
        raise Refusal("it is empty", SAFETY)
    if tar.begins_archive(head):
        tar.Archive(stream, into, limits).extract()
        return
    check_plain(head, "")
    with open(into / f"{name}.xml", "xb") as file:
        while octets := stream.read(CHUNK):
            limits.check_room(into, len(octets))
            file.write(octets)
            if file.tell() > limits.file_octets:
                raise Refusal(f"it has more than {limits.file_octets:,} octets", LIMITS)


def check_plain(head: bytes, name: str) -> None:
    """Raises `Refusal` if what begins so is an archive or packed, where it should be a document or a table;
    `name` is what findings call it."""
    if tar.is_header(head[: tar.BLOCK]):
        raise Refusal("it is a tar archive inside of another", SAFETY, file=name, hint="pack the files once")
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Refusal(f"it is {what}", SAFETY, file=name, hint="pack deposits as tar, with or without gzip")
    if head.startswith(MAGIC):
        raise Refusal("it is packed by gzip twice", SAFETY, file=name, hint="pack it once")


def check_files(folder: Path, limits: Limits) -> list[Path]:
    """The regular files in a folder and below, each safe to read: no links, no devices, no archives, and what is
    packed unpacks whole and within the limits. Raises `Refusal`."""
    files: list[Path] = []
    octets = 0
    for number, path in enumerate(_walk(folder), start=1):
        if number > limits.files:
            raise Refusal(f"it has more than {limits.files:,} files", LIMITS)
        name = str(path.relative_to(folder))
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise Refusal("it is no regular file, but a link or a device", SAFETY, file=name)
        files.append(path)
        octets += check_file(path, limits, name)
        check_octets(octets, limits)
    return files


def _walk(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        for name in (*folders, *names):  # a link to a folder is among the folders
            yield Path(base, name)


def check_file(path: Path, limits: Limits, name: str) -> int:
    """How many octets a file has when it is unpacked. Raises `Refusal` if it is not safe to read."""
    octets = path.stat().st_size
    with path.open("rb") as file:
        head = exactly(file, tar.BLOCK)
        if head.startswith(MAGIC):
            octets = _measure(plain(Rest(head, file), limits, name), name)
        else:
            check_plain(head, name)
    if octets > limits.file_octets:
        message = f"it has {octets:,} octets, more than {limits.file_octets:,}"
        raise Refusal(message, LIMITS, file=name)
    return octets


def _measure(stream: Meter, name: str) -> int:
    check_plain(exactly(stream, tar.BLOCK), name)
    while stream.read(CHUNK):
        pass
    return stream.octets


def plain(packed: Reader, limits: Limits, name: str = "") -> Meter:
    """The octets of a gzip stream, as they are unpacked. Reading raises `Refusal` for a bomb and for damage;
    `name` is what findings call it."""
    stream = Gunzip(packed, name)
    return Meter(stream, limits, lambda: stream.packed, name)
