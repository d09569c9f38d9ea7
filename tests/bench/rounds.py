"""Rounds of load, and what is said of several of them: the median, the least and the most."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class LoadError(Exception):
    """What came back is not what can be measured."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: answers, seconds, how many of them were hits, bytes received, the seconds that each took, and
    how much of its core the load program took (0 to 1)."""

    answers: int
    seconds: float
    hits: int
    size: int
    took: tuple[float, ...]
    load_busy: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        """The seconds within which that share of the answers came (nearest rank)."""
        ordered = sorted(self.took)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of several rounds."""

    rounds: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Of one value per round, one at least."""
        return cls(tuple(values))

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.rounds)

    @property
    def least(self) -> float:
        """The lowest one."""
        return min(self.rounds)

    @property
    def most(self) -> float:
        """The highest one."""
        return max(self.rounds)


def ratio(over: Sequence[float], under: Sequence[float]) -> Spread:
    """Round by round: each is compared with the one that ran right beside it."""
    return Spread.of(one / other for one, other in zip(over, under, strict=True))
