"""The files of an envelope: its segments in order, and the signature beside each (RA Specification 2, part A,
§4.4, §4.5)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from directory.escrow.envelope.limits import CHUNK
from directory.escrow.envelope.name import FileName, parse_name
from directory.escrow.envelope.refusal import SAFETY, Refusal

_SUFFIXES = (".ryde", ".tar", ".tar.gz", ".tgz", ".xml", ".xml.gz")
_SUFFIX = re.compile(r"(\.(tar|xml|csv))?\.[A-Za-z0-9]{1,8}\Z")


def starts_envelope(path: Path) -> bool:
    """Whether a file in a folder is one to open: by its suffix, and not a signature or a further segment."""
    name = parse_name(path.name)
    return path.name.endswith(_SUFFIXES) and (name is None or name.segment == 1)


def find_segments(path: Path, name: FileName | None) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The segments of the deposit that a file belongs to, in order, and the names of those that are missing
    between them. The file alone if its name tells of none. That one is missing after the last, only the message
    tells."""
    if name is None:
        return (path,), ()
    suffix = path.name[len(name.to_text()) :]
    found: dict[int, Path] = {}
    for entry in os.scandir(path.parent):
        other = parse_name(entry.name)
        if other and replace(other, segment=name.segment) == name and entry.name == other.to_text(suffix):
            found[other.segment] = path.with_name(entry.name)
    missing = (number for number in range(1, max(found, default=1) + 1) if number not in found)
    names = tuple(replace(name, segment=number).to_text(suffix) for number in missing)
    return tuple(found[number] for number in sorted(found)), names


def awaited(path: Path, *, is_signed: bool) -> tuple[str, ...]:
    """The names of the files of an envelope that are not there, or not yet: segments, and their signatures if it
    is to be signed."""
    parts, missing = find_segments(path, parse_name(path.name))
    unsigned = [part for part in parts if is_signed and signature_of(part) is None]
    return (*missing, *(signature_names(part)[0] for part in unsigned))


def signature_of(part: Path) -> Path | None:
    """The signature beside a file: `x.sig` of `x.ryde`, or `x.ryde.sig`; None if there is none."""
    for name in signature_names(part):
        if (beside := part.with_name(name)).is_file():
            return beside
    return None


def signature_names(part: Path) -> tuple[str, str]:
    """What the signature beside a file may be called; the first is the name that the agreement gives it."""
    return _SUFFIX.sub("", part.name) + ".sig", f"{part.name}.sig"


class Parts:
    """Files read one after the other as if they were one. `digests` has the SHA-256 of each that was read to its
    end, so that two readings can be told to have been the same."""

    def __init__(self, files: Sequence[IO[bytes]]) -> None:
        self._files = list(files)
        self._digest = hashlib.sha256()
        self.digests: list[bytes] = []
        self.octets = 0

    def read(self, size: int = CHUNK) -> bytes:
        """The next octets."""
        while size and len(self.digests) < len(self._files):  # for of none nobody knows if they are the end
            octets = self._files[len(self.digests)].read(size)
            if octets:
                self.octets += len(octets)
                self._digest.update(octets)
                return octets
            self.digests.append(self._digest.digest())
            self._digest = hashlib.sha256()
        return b""


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[Parts]:
    """The parts of an envelope, open. Raises `Refusal` for what is no regular file: a pipe would never end."""
    files: list[IO[bytes]] = []
    try:
        for path in paths:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            files.append(open(handle, "rb", buffering=0))  # noqa: SIM115 (closed below)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                hint = "a deposit is read more than once: write it to a file first"
                raise Refusal("it is not a regular file", SAFETY, file=path.name, hint=hint)
        yield Parts(files)
    finally:
        for file in files:
            file.close()
