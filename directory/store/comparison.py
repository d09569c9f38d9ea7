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
        high = int.from_bytes(digest[:8], "big")
        place = bisect_left(self._high, high)
        end = len(self._high)
        while place < end and self._high[place] == high:
            if self._low[place] == int.from_bytes(digest[8:], "big"):
                return self.numbers[place]
            place += 1
        return 0
