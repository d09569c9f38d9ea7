"""What a profile asks of values: format, length, language tag, cardinality, rules over several (SAC054 §5).

The same demands serve two purposes: an audit judges a whole object, whoever may see it; an answer checks what it
is about to show, and only what the store's own formats do not already warrant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory.errors import BadValue, DirectoryError
from directory.model.element import Element
from directory.profile.format import FORMATS

Values = tuple[str, ...]

_CARDINALITY = re.compile(r"\{?(\d+)(?:(,|\.\.)(\d*|\.\.))?\}?\Z")
_FIXED_LENGTH: Mapping[str, tuple[int, int]] = {"country": (2, 2), "date-time": (20, 30), "date": (10, 10)}
"""The lengths that canonical texts of a type have in any case."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What an object violates: the element in its part, the index of the value (-1: none of them alone), the rule,
    and what was found instead."""

    element: str
    index: int
    rule: str
    observed: str


class Violated(DirectoryError):
    """The object violates its profile, which refuses such objects."""

    def __init__(self, profile: str, violations: tuple[Violation, ...]) -> None:
        self.profile = profile
        self.violations = violations
        super().__init__("; ".join(f"{each.element}: {each.rule}" for each in violations))


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of an element: how many values, how long (in code points), of which format, with a language
    tag or without one."""

    low: int = 0
    high: int | None = None
    shortest: int = 0
    longest: int | None = None
    format: str = ""
    language: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self == NOTHING

    def beyond(self, element: Element) -> Demand:
        """What is left to check of canonical values of an element, which warrant the rest by their type."""
        low, high = _FIXED_LENGTH.get(element.type, (1, None))
        known = FORMATS.get(self.format)
        fits = self.shortest <= low and (self.longest is None or (high is not None and high <= self.longest))
        shortest, longest = (0, None) if fits else (self.shortest, self.longest)
        return Demand(
            low=self.low,
            high=None if self.high is not None and not element.many and self.high >= 1 else self.high,
            shortest=shortest,
            longest=longest,
            format="" if known is None or element.type in known.guaranteed_by else self.format,
            language=self.language if self.language == "required" and element.lang else "",
        )

    def check(self, element: str, values: Values, lang: str) -> Iterator[Violation]:
        """The violations of an element's values; `lang` is the language tag that they carry."""
        count = len(values)
        if count < self.low or (self.high is not None and count > self.high):
            yield Violation(element, -1, f"cardinality {said(self.low, self.high)}", str(count))
        for index, value in enumerate(values):
            length = len(value)
            if length < self.shortest or (self.longest is not None and length > self.longest):
                bounds = said(self.shortest, self.longest)
                yield Violation(element, index, f"length {bounds}", str(length))
            if self.format:
                try:
                    FORMATS[self.format].check(value)
                except BadValue:
                    yield Violation(element, index, f"format {self.format}", value)
        if values and not lang and self.language == "required":
            yield Violation(element, -1, "language required", "no tag")


NOTHING = Demand()
"""What is asked of an element where a profile says nothing."""


@dataclass(frozen=True, slots=True)
class Count:
    """A rule over elements of an object: how many values each has, or all together (`total`)."""

    kind: str
    shorts: tuple[str, ...]
    low: int
    high: int | None
    total: bool
    name: str

    def check(self, count: Callable[[str], int]) -> Iterator[Violation]:
        """The violations, with the number of values of each element."""
        if self.total:
            found = sum(count(short) for short in self.shorts)
            if not self._fits(found):
                yield Violation(f"{self.kind}.{'+'.join(self.shorts)}", -1, self.name, str(found))
            return
        for short in self.shorts:
            found = count(short)
            if not self._fits(found):
                yield Violation(f"{self.kind}.{short}", -1, self.name, str(found))

    def _fits(self, number: int) -> bool:
        return number >= self.low and (self.high is None or number <= self.high)


def cardinality(text: str | int) -> tuple[int, int | None]:
    """The bounds of a cardinality in SAC054's form or with dots: `1`, `{0,1}`, `{1,..}`, `0..1`, `1..`."""
    match = _CARDINALITY.match(str(text))
    assert match, text  # the schema has the form
    low, between, high = match.groups()
    if between is None:
        return int(low), int(low)
    return int(low), int(high) if high.isdigit() else None


def said(low: int, high: int | None) -> str:
    """A cardinality or a length as SAC054 writes it."""
    if high is None:
        return f"{{{low},..}}"
    return str(low) if low == high else f"{{{low},{high}}}"


def demand(data: Mapping[str, Any]) -> Demand:
    """What an item of a checked profile asks."""
    low, high = cardinality(data["cardinality"]) if "cardinality" in data else (0, None)
    length = data.get("length", {})
    return Demand(
        low, high, length.get("min", 0), length.get("max"), data.get("format", ""), data.get("language", "")
    )


def rules(data: list[Mapping[str, Any]]) -> tuple[Count, ...]:
    """The rules of a checked profile."""
    found = []
    for entry in data:
        low, high = cardinality(entry["cardinality"])
        total = "sum" in entry
        shorts = tuple(entry["sum" if total else "each"])
        name = f"{'together' if total else 'each'} {said(low, high)}"
        found.append(Count(entry["of"], shorts, low, high, total, name))
    return tuple(found)


def merge(first: Demand, second: Demand) -> Demand:
    """The demand of an element that stands twice in a layout: the first that asks anything."""
    return second if first.is_empty else first


def without_count(asked: Demand) -> Demand:
    """What is asked of each value, whatever their number."""
    return replace(asked, low=0, high=None)
