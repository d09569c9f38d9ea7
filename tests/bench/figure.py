"""What was measured: figures with their spread, their unit and the target beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.rounds import Spread

RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the report. `target` is words for a reader: the benchmark judges nothing."""

    name: str
    unit: str
    spread: Spread
    target: str = ""
    note: str = ""

    def to_plain(self) -> Mapping[str, Any]:
        """For JSON."""
        spread = self.spread
        values = {"median": spread.median, "least": spread.least, "most": spread.most, "rounds": spread.rounds}
        return {"name": self.name, "unit": self.unit, **values, "target": self.target, "note": self.note}


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one part of the benchmark."""

    part: str
    title: str
    figures: tuple[Figure, ...]
