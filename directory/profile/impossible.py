"""The rules of a profile that no object can keep to: more values than there can be, or contradicting numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from directory.document import Document
from directory.errors import Finding
from directory.model.catalogue import Catalogue
from directory.profile import constraint

_RULE = "SAC054 §5 (cardinality)"


class _Range(NamedTuple):
    """How many values there may be, without limit for None, and the lines of the rules that say so."""

    low: int = 0
    high: int | None = None
    lines: tuple[int, ...] = ()

    def within(self, low: int, high: int | None, line: int) -> _Range:
        """What is left of it by one more rule."""
        highs = [each for each in (self.high, high) if each is not None]
        return _Range(max(self.low, low), min(highs, default=None), (*self.lines, line))

    @property
    def is_empty(self) -> bool:
        """Whether no number is in it."""
        return self.high is not None and self.low > self.high

    def text(self) -> str:
        """The range as SAC054 writes it."""
        return constraint.said(self.low, self.high)


def check(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """The rules that ask for more than there can be of an element, or that contradict each other."""
    known: dict[tuple[str, str], _Range] = {}
    rules = [*enumerate(document.data.get("rules", ()))]
    for index, rule in rules:
        for short in rule.get("each", ()):
            before = known.get((rule["of"], short)) or _model(rule["of"], short, catalogue)
            low, high = constraint.cardinality(rule["cardinality"])
            after = before.within(low, high, document.line(("rules", index)))
            if after.is_empty and not before.is_empty and low <= (low if high is None else high):
                said = f"no {rule['of']} has {short} {constraint.said(low, high)} times: {_why(before)}"
                yield document.finding(("rules", index, "cardinality"), _RULE, said)
            known[rule["of"], short] = after
    for index, rule in rules:
        if "sum" in rule:
            yield from _sum(document, index, rule, known, catalogue)


def _sum(
    document: Document,
    index: int,
    rule: Mapping[str, Any],
    known: Mapping[tuple[str, str], _Range],
    catalogue: Catalogue,
) -> Iterator[Finding]:
    """Whether so many of several elements together can be, by how many there can be of each."""
    kind = rule["of"]
    parts = [known.get((kind, short)) or _model(kind, short, catalogue) for short in rule["sum"]]
    highs = [each.high for each in parts]
    whole = _Range(
        sum(each.low for each in parts),
        None if None in highs else sum(high for high in highs if high is not None),
        tuple(sorted({line for each in parts for line in each.lines})),
    )
    low, high = constraint.cardinality(rule["cardinality"])
    if any(each.is_empty for each in parts) or (high is not None and low > high):
        return  # which is a fault of its own
    if whole.within(low, high, 0).is_empty:
        said = f"no {kind} has {constraint.said(low, high)} of {', '.join(rule['sum'])} together: {_why(whole)}"
        yield document.finding(("rules", index, "cardinality"), _RULE, said)


def _model(kind: str, short: str, catalogue: Catalogue) -> _Range:
    """How many values the model has of an element."""
    key = f"{kind}.{short}"
    if key not in catalogue or catalogue[key].many or catalogue[key].group:
        return _Range()
    return _Range(0, 1)


def _why(known: _Range) -> str:
    where = f" by the rule{'s'[: len(known.lines) != 1]} on line {' and '.join(map(str, known.lines))}"
    return f"there are {known.text()} of it{where if known.lines else ' at most'}"
