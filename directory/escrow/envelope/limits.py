"""How much an envelope may hold; what goes beyond is refused while it is read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from directory.escrow.envelope.refusal import LIMITS, Refusal

CHUNK = 1 << 18
"""How many octets are read at a time."""

_FREE_RATIO = 1 << 24  # octets; a few that stand for many are no bomb before there are so many


class Reader(Protocol):
    """What octets are read from; no more than `size` of them, none at the end."""

    def read(self, size: int, /) -> bytes:
        """The next octets."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is too much. A registry of a million names has about 2 GB of XML, which packs to an eighth."""

    octets: int = 1 << 40
    """of all files together, when they are unpacked"""
    file_octets: int = 1 << 39
    """of one file"""
    files: int = 1_000
    """and folders; the CSV model has some tens"""
    ratio: int = 200
    """of octets unpacked to packed; deflate can make 1,032 of one, deposits are near ten"""
    spare: int = 1 << 28
    """octets that stay free on the disk"""
    seconds: float = 3600.0
    """that one run of gpg may take"""

    def check_room(self, folder: Path, octets: int) -> None:
        """Raises `Refusal` if so many octets more would fill the disk."""
        free = shutil.disk_usage(folder).free
        if octets + self.spare > free:
            message = f"{octets:,} octets are to be written, and the disk has {free:,} free"
            raise Refusal(message, LIMITS, hint=f"make room at {folder}, or set escrow_folder")


class Meter:
    """A reader that refuses what grows out of proportion: more than `limits.octets`, or than `limits.ratio` times
    what `packed` says went in."""

    def __init__(self, source: Reader, limits: Limits, packed: Callable[[], int], file: str = "") -> None:
        self._source = source
        self._limits = limits
        self._packed = packed
        self._file = file
        self.octets = 0

    def read(self, size: int) -> bytes:
        """The next octets. Raises `Refusal`."""
        octets = self._source.read(min(size, CHUNK))
        self.octets += len(octets)
        check_octets(self.octets, self._limits, self._file)
        if self.octets > max(_FREE_RATIO, self._limits.ratio * self._packed()):
            message = f"it unpacks to more than {self._limits.ratio} times its size: a bomb"
            raise Refusal(message, LIMITS, file=self._file)
        return octets


class Rest:
    """A reader that begins with what was read of its source already."""

    def __init__(self, head: bytes, source: Reader) -> None:
        self._head = head
        self._source = source

    def read(self, size: int) -> bytes:
        """The next octets."""
        if self._head:
            octets, self._head = self._head[:size], self._head[size:]
            return octets
        return self._source.read(size)


def check_octets(octets: int, limits: Limits, file: str = "") -> None:
    """Raises `Refusal` if there are more than all files together may have."""
    if octets > limits.octets:
        message = f"it unpacks to more than {limits.octets:,} octets"
        raise Refusal(message, LIMITS, file=file, hint="escrow_octets sets the limit")


def exactly(source: Reader, size: int) -> bytes:
    """So many octets, or all there are before the end."""
    octets = source.read(size)
    while len(octets) < size and (more := source.read(size - len(octets))):
        octets += more
    return octets
