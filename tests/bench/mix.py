"""What is asked: a Zipf mix with misses, as the world asks, or names that were never asked before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

MISSES = 0.3
EXPONENT = 1.0
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Questions:
    """Names in the order in which they are asked, and for each whether the registry has it."""

    names: tuple[str, ...]
    found: tuple[bool, ...]

    def hits(self, answers: int) -> int:
        """How many of the first so many are to be found."""
        return sum(self.found[:answers])


class Mix(Protocol):
    """A source of questions, new ones in each round."""

    def draw(self, most: int) -> Questions:
        """The questions of the next round; fewer where there are no more."""


class Zipf:
    """The name of rank r is asked with weight 1/r; which name has which rank is shuffled, so that neither the
    alphabet nor the age of a name tells. Three in ten are not found, and each of those is another one."""

    def __init__(self, names: Sequence[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._ranked = list(names)
        self._random.shuffle(self._ranked)
        self._weights = list(accumulate(1 / rank**EXPONENT for rank in range(1, len(self._ranked) + 1)))
        self._known = frozenset(names)
        self._zone = names[0].partition(".")[2]
        self._missed = 0

    def draw(self, most: int) -> Questions:
        """As many as are wanted."""
        asked = self._random.choices(self._ranked, cum_weights=self._weights, k=most)
        found = [self._random.random() >= MISSES for _ in range(most)]
        names = [name if hit else self._miss() for name, hit in zip(asked, found, strict=True)]
        return Questions(tuple(names), tuple(found))

    def _miss(self) -> str:
        """A name that there is not, and that was not asked before: it ends in a number of its own."""
        while True:
            self._missed += 1
            letters = "".join(self._random.choices(_LETTERS, k=7))
            name = f"{letters}-{self._missed}.{self._zone}"
            if name not in self._known:
                return name


class Fresh:
    """Every name once, in random order."""

    def __init__(self, names: Sequence[str], seed: int, draws: int) -> None:
        """So many draws get a share each."""
        self._left = list(names)
        random.Random(seed).shuffle(self._left)
        self._share = max(1, len(self._left) // draws)

    def draw(self, most: int) -> Questions:
        """The next share."""
        take = min(most, self._share, len(self._left))
        names = tuple(self._left[:take])
        del self._left[:take]
        return Questions(names, (True,) * take)
