"""Keys of millions of objects in eight octets each: which are there twice, which are referred to and not there.

A key is kept as its hash of 64 bits, which is another one in every process (PEP 456), so that nobody can choose
keys whose hashes are the same. By chance two of a million keys have one hash in three of 10^8 deposits, and then
but once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise

_SHARDS = 64
_RECENT = 1 << 16
_NOWHERE = -1


class Keys:
    """What objects are known by."""

    def __init__(self) -> None:
        self._shards = tuple(array("q") for _ in range(_SHARDS))
        self._adders: tuple[Callable[[int], None], ...] = tuple(shard.append for shard in self._shards)

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def add(self, key: str) -> None:
        """Keep a key."""
        number = hash(key)
        self._adders[number & (_SHARDS - 1)](number)

    def doubled(self) -> Sought:
        """The keys that were added more than once."""
        return Sought(number for shard in self._shards for number in _doubled(shard))

    def also_in(self, other: Keys) -> Sought:
        """The keys that the other has too."""
        return Sought(
            number for mine, its in zip(self._shards, other._shards, strict=True) for number in {*mine} & {*its}
        )

    def not_in(self, other: Keys) -> Sought:
        """The keys that the other has not."""
        return Sought(
            number for mine, its in zip(self._shards, other._shards, strict=True) for number in {*mine} - {*its}
        )


class Referred(Keys):
    """What objects refer to: much of it again and again, of which only some is kept more than once."""

    def __init__(self) -> None:
        super().__init__()
        self._recent: set[str | None] = {None}

    def refer(self, keys: Iterable[str | None]) -> None:
        """Keep keys; None is no key."""
        recent = self._recent
        for key in keys:
            if key not in recent and key is not None:
                self.add(key)
                recent.add(key)
                if len(recent) > _RECENT:
                    recent.clear()
                    recent.add(None)


class Sought:
    """Keys to look for."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._numbers = array("q", sorted(array("q", numbers)))
        self._lines = array("q")

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: str) -> bool:
        return self._place(key) is not None

    def met(self, key: str, line: int) -> int | None:
        """The line that a key was first met on; None if that is now, or if it is not looked for."""
        place = self._place(key)
        if place is None:
            return None
        if not self._lines:
            self._lines = array("q", [_NOWHERE]) * len(self._numbers)
        first = self._lines[place]
        if first == _NOWHERE:
            self._lines[place] = line
            return None
        return first

    def _place(self, key: str) -> int | None:
        number = hash(key)
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None


def _doubled(shard: array[int]) -> set[int]:
    return {one for one, following in pairwise(sorted(shard)) if one == following}
