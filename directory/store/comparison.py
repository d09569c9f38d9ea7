"""What a FULL is compared with: the digests of everything that a repository has of one kind."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any


class Known:
    """The digests of all objects of a kind, and whose they are: 24 octets for each, so that a million take no more
    memory than a page cache, and an object that is unchanged costs no question to the store."""

    __slots__ = ("_high", "_low", "numbers")

    def __init__(self) -> None:
        self._high = array("Q")
        self._low = array("Q")
        self.numbers = array("q")
        """The numbers of the objects, in the order of their digests."""

    def extend(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add pairs of a digest of 16 octets and a number, which come in the order of the digests."""
        halves = array("Q", b"".join([row[0] for row in rows]))
        if sys.byteorder == "little":
            halves.byteswap()
        self._high.extend(halves[::2])
        self._low.extend(halves[1::2])
        self.numbers.extend([row[1] for row in rows])

    def number_of(self, digest: bytes) -> int:
        """The number of the object with that digest; 0 where there is none."""
        place = self._place_of(digest)
        return self.numbers[place] if place >= 0 else 0

    def _place_of(self, digest: bytes) -> int:
        high = int.from_bytes(digest[:8], "big")
        place = bisect_left(self._high, high)
        end = len(self._high)
        while place < end and self._high[place] == high:
            if self._low[place] == int.from_bytes(digest[8:], "big"):
                return place
            place += 1
        return -1


class Marked(Known):
    """The marks of objects instead of their digests: what octets are known by. Extensions that stood inside of one
    owner have its mark in common."""

    __slots__ = ("_inside",)

    def __init__(self) -> None:
        super().__init__()
        self._inside = array("B")

    def extend(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of a mark, a number, and how many extensions stood inside, None for none."""
        super().extend(rows)
        self._inside.extend([row[2] or 0 for row in rows])

    def forget(self) -> None:
        """Know nothing any more, and take no memory."""
        for one in (self._high, self._low, self.numbers, self._inside):
            del one[:]

    def find(self, mark: bytes) -> tuple[int, int]:
        """The number of the object with that mark, 0 where there is none; how many extensions stood inside."""
        place = self._place_of(mark)
        return (self.numbers[place], self._inside[place]) if place >= 0 else (0, 0)

    def inside(self, mark: bytes) -> list[int]:
        """The numbers of all that have that mark."""
        first = self._place_of(mark)
        found = []
        while 0 <= first < len(self.numbers) and self._is_at(first, mark):
            found.append(self.numbers[first])
            first += 1
        return found

    def _is_at(self, place: int, mark: bytes) -> bool:
        high, low = int.from_bytes(mark[:8], "big"), int.from_bytes(mark[8:], "big")
        return self._high[place] == high and self._low[place] == low
