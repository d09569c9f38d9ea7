"""A rule for deposits, and the sorts of checks that it may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from directory.errors import Finding
from directory.escrow.check.fault import Fault
from directory.escrow.check.known import Context
from directory.escrow.check.level import Level
from directory.escrow.check.whole import Totals


class Value(NamedTuple):
    """A check of one object by itself: what is wrong with it, or nothing; `element` is where. `needs` is the field
    of `Known` without which it finds nothing, so that it need not be made."""

    kind: str
    element: str
    test: Callable[[Any, Context], str]
    needs: str = ""


class Unique(NamedTuple):
    """A field that no two objects of a kind may have in common."""

    kind: str
    field: str
    element: str


class Apart(NamedTuple):
    """A field that no object of a kind may have in common with another kind's."""

    kind: str
    field: str
    element: str
    other: str
    other_field: str


class Reference(NamedTuple):
    """What objects of a kind refer to: an object of the kind `target`, which has to be there.

    `field` is called as the store calls it: a field of the model, the role of a contact, `ns` or `owner`.
    """

    kind: str
    field: str
    target: str
    element: str
    get: Callable[[Any], Iterable[str | None]]


class Whole(NamedTuple):
    """A check when all of a deposit was read; `full` ones are of whole repositories only."""

    test: Callable[[Totals], Iterator[Fault]]
    full: bool = True


Check = Value | Unique | Apart | Reference | Whole


@dataclass(frozen=True, slots=True)
class Rule:
    """What a deposit has to be like.

    `code` and `case` are its names in ICANN's registry system testing, empty where that has none; `clause` demands
    it. It refuses a deposit at the level `refuses` and above, never if there is none; below, it notes. `checks`
    are what finds it here; what a rule without any is about is found where a deposit is opened or read. There also
    values are found that are none: these refuse at every level, for what cannot be read cannot be applied.
    """

    code: str
    case: str
    clause: str
    says: str
    refuses: Level | None = Level.LENIENT
    checks: tuple[Check, ...] = ()

    def is_note(self, level: Level) -> bool:
        """Whether it does not refuse at a level."""
        return self.refuses is None or level < self.refuses

    def finding(self, fault: Fault, level: Level, file: str = "") -> Finding:
        """What is found, as a fault or as a note."""
        return Finding(
            fault.place,
            self.clause,
            fault.message,
            fault.element,
            fault.line,
            fault.hint,
            self.is_note(level),
            self.code,
            file,
        )
