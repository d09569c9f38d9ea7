"""Values that occur nowhere else, and choices at random: what the objects of properties are made with."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

COUNTRIES = ("AA", *(f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"), *(f"X{letter}" for letter in "ABCDEFGHIJKLM"))
"""Codes that ISO 3166-1 leaves to users, so that one found in an answer is the one that was put there."""


@dataclass
class Dice:
    """Choices, as many of them at random as `length` says; all after these are the first of what can be chosen, so
    that what fails with many can be tried with fewer."""

    seed: int
    length: int

    def __post_init__(self) -> None:
        self._left = iter(random.Random(self.seed).randbytes(self.length))

    def below(self, number: int) -> int:
        return next(self._left, 0) % number

    def some(self, of: int = 2) -> bool:
        """Whether it is so, all times but one in `of`."""
        return self.below(of) > 0

    def rarely(self) -> bool:
        """Whether it is so, one time in eight."""
        return self.below(8) == 7

    def pick(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def subset(self, among: Sequence[T], of: int = 2) -> list[T]:
        """Those of these that are so, in their order."""
        return [each for each in among if self.some(of)]

    def shuffled(self, among: Sequence[T]) -> list[T]:
        rest = list(among)
        return [rest.pop(self.below(len(rest))) for _ in among]


_MARKS = {
    "phone": "99{}99",
    "phone-extension": "88{}88",
    "integer": "77{}77",
    "date-time": "{}-02-03T04:05:06Z",
    "date": "{}-02-03",
    "ip-address": "2001:db8::{}",
}
"""What marks look like in the types of elements where there can be no letters."""
_WRITTEN = {"roid": "{}-TEST", "phone": "+1.{}", "uri": "https://{}.example/"}
_WRITTEN |= dict.fromkeys(("domain-name", "u-label", "host-name", "host-reference"), "{}.example")
"""How a value is written around its mark, where it is not the mark itself."""


_AROUND = (
    *("", "", "", "Ж", "é́", "名", "\U0001f600", " ", "\t", "\r\n", "\x00", "\x1b[", "\u2028", "\u202e", "\ufffe"),
    *("<&>", "]]>", "\"'", "{}", "=", ";@", ",", "\\", "%", "$.", "\u00a0"),
)
"""What stands around the marks of free texts: no letters or digits of ASCII, and all that may need care."""


@dataclass
class Marks:
    """Makes values with marks in them, and knows what each is of."""

    dice: Dice
    what: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(10001))

    def mark(self, what: str, form: str = "zq{}qz") -> str:
        mark = form.format(next(self._numbers))
        self.what[mark] = what
        return mark

    def value(self, type_: str, what: str) -> str:
        """A value of a type of element (`directory.model.element.CANONICAL`). Of those that may be shown in part,
        both ends have a mark. Country codes are too short for marks and too few to be always new."""
        if type_ == "text":
            before, after = self.dice.pick(_AROUND), self.dice.pick(_AROUND)
            return f"{before}{self.mark(what)}-{self.mark(what)}{after}"
        if type_ == "email":
            return f"{self.mark(what)}@{self.mark(what)}.example"
        if type_ == "country":
            code = COUNTRIES[len(self.countries) % len(COUNTRIES)]
            self.countries[code] = what
            return code
        return _WRITTEN.get(type_, "{}").format(self.mark(what, _MARKS.get(type_, "zq{}qz")))
