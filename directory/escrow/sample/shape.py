"""The shape of a registry: exact shares, long tails and repeatable draws, without remembering any object.

Every object is a function of (seed, kind, index). A stratum numbers the domains anew, so that "3 % have glue"
is a range of ranks: its size is known before anything is written (RFC 9022 §5.9 wants the counts first), and
its members can be listed again from the ranks.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b, shake_256
from itertools import accumulate
from struct import Struct

Draw = tuple[int, ...]
"""Thirty-two independent numbers of 16 bits: all the chance that one object needs."""

_UNPACK = Struct("<32H").unpack
_GOLDEN = 0.6180339887498949


def drawer(seed: int, kind: str) -> Callable[[int], Draw]:
    """A function from the index of an object of this kind to its draw."""
    start = blake2b(f"{seed}/{kind}/".encode(), digest_size=64)

    def draw(index: int) -> Draw:
        state = start.copy()
        state.update(b"%d" % index)
        return _UNPACK(state.digest())

    return draw


def octets(seed: int, kind: str, index: int, length: int) -> bytes:
    """Octets that look random, for keys."""
    return shake_256(f"{seed}/{kind}/{index}".encode()).digest(length)


def share(total: int, fraction: float) -> int:
    """How many of `total` make up `fraction`, rounded to the nearest."""
    return int(total * fraction + 0.5)


def wide(high: int, low: int) -> float:
    """Two numbers of a draw as one of 32 bits, in [0, 1)."""
    return ((high << 16) | low) / 4294967296.0


def zipf(chance: float, size: int) -> int:
    """An index below `size`, drawn with weights 1/1, 1/2, 1/3 … (the inverse of the logarithm)."""
    return min(int(math.exp(chance * math.log(size + 1))) - 1, size - 1)


def allot(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to `total`, in proportion to the weights (largest remainder)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Ranges:
    """Adjacent ranges of given sizes: from a position to its range and the place within it, and back."""

    starts: tuple[int, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Ranges:
        return cls((0, *accumulate(sizes))[:-1], tuple(sizes))

    def locate(self, position: int) -> tuple[int, int]:
        # Empty ranges share their start with the next one; bisect_right passes over them.
        found = bisect_right(self.starts, position) - 1
        return found, position - self.starts[found]

    @property
    def total(self) -> int:
        return self.starts[-1] + self.sizes[-1]


@dataclass(frozen=True, slots=True)
class Stratum:
    """A permutation of 0 … size-1 that can be run both ways: rank(index), index(rank)."""

    size: int
    step: int
    shift: int
    back: int

    @classmethod
    def of(cls, size: int, seed: int, kind: str) -> Stratum:
        chance = blake2b(f"{seed}/stratum/{kind}".encode(), digest_size=16).digest()
        first = int.from_bytes(chance[:8], "big") / 2**64
        step = max(1, int(size * (_GOLDEN + (first - 0.5) * 0.3)))
        while math.gcd(step, size) != 1:
            step += 1
        shift = int.from_bytes(chance[8:], "big") % size
        return cls(size, step, shift, pow(step, -1, size))

    def rank(self, index: int) -> int:
        return (index * self.step + self.shift) % self.size

    def index(self, rank: int) -> int:
        return (rank - self.shift) * self.back % self.size


@dataclass(frozen=True, slots=True)
class Choice:
    """A weighted choice among a few values by one number of a draw: a table look-up."""

    table: tuple[str, ...]

    @classmethod
    def of(cls, weights: Sequence[tuple[str, int]]) -> Choice:
        """Weights are per mille or the like; the table has one entry for each unit."""
        return cls(tuple(value for value, weight in weights for _ in range(weight)))

    def take(self, number: int) -> str:
        return self.table[number * len(self.table) >> 16]
