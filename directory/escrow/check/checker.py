"""The rules at work on one deposit by itself: every object once, and what is wrong by others' doing once more.

put, delete     each object as it is read: what is wrong by itself is found at once
end             when all was read: what is wrong as a whole, and whether there is something to look for
locate          then each object again: which of them, and where
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from operator import attrgetter
from typing import Any

from directory.errors import Finding
from directory.escrow.check.fault import KEYS, LABELS
from directory.escrow.check.hashes import Keys, Referred, Sought
from directory.escrow.check.known import Context
from directory.escrow.check.level import Level
from directory.escrow.check.links import COLLECTED, TARGETS
from directory.escrow.check.local import CHECKS, Local
from directory.escrow.check.policies import Patterns
from directory.escrow.check.rule import Apart, Reference, Unique
from directory.escrow.check.search import Search
from directory.escrow.check.table import DELETED_TWICE
from directory.escrow.check.whole import Totals

Get = Callable[[Any], Iterable[str | None]]

_FIELDS = {
    kind: tuple({one.field: None for _, one in CHECKS if isinstance(one, Unique | Apart) and one.kind == kind})
    for kind in KEYS
}
"""The fields of a kind whose values are kept: no two objects may have one of them in common."""


def _gets(kind: str) -> Iterator[tuple[str, Get]]:
    """What a kind refers to by which function, all references to one kind at once where that is quicker."""
    several = {target: get for (who, target), get in COLLECTED.items() if who == kind}
    yield from several.items()
    for _, one in CHECKS:
        if isinstance(one, Reference) and one.kind == kind and one.target not in several:
            yield one.target, one.get


_GETS = {kind: tuple(_gets(kind)) for kind in KEYS}


class Checker(Local):
    """The rules for one deposit, of which nobody keeps the objects."""

    def __init__(
        self, context: Context, level: Level, add: Callable[[Finding], None], note: Callable[[str], None]
    ) -> None:
        super().__init__(context, level, add, note)
        self._keys: dict[tuple[str, str], Keys] = {(kind, one): Keys() for kind in KEYS for one in _FIELDS[kind]}
        self._referred: dict[str, Referred] = defaultdict(Referred)
        self._fields = {
            kind: [(attrgetter(one), self._keys[kind, one].add) for one in _FIELDS[kind]] for kind in KEYS
        }
        self._references = {
            kind: [(get, self._referred[target].refer) for target, get in _GETS[kind] if context.is_full]
            for kind in KEYS
        }
        self._patterns = Patterns()
        self._deleted = Keys()
        self._search = Search()

    def delete(self, kind: str, field: str, key: str) -> None:
        """See what the deposit deletes."""
        self._deleted.add(f"{kind} {field} {key}")

    def put(self, kind: str, value: Any, line: int, file: str = "") -> bool:
        """See an object of the deposit; None is one that could not be read. Whether nothing is wrong with it by
        itself."""
        is_clean = super().put(kind, value, line, file)
        if value is not None:
            for field, add in self._fields[kind]:
                add(field(value))
            for get, refer in self._references[kind]:
                refer(get(value))
            self._patterns.add(kind, value)
        return is_clean

    def end(self, counts: Mapping[str, int], models: Mapping[str, Set[str]], *, is_whole: bool = True) -> bool:
        """What is wrong as a whole: see `whole`. True if there is something to locate."""
        totals = self.whole(counts, models, is_whole=is_whole)
        self._search = self._look_for(totals, self.context.is_full and is_whole)
        return self._search.is_needed

    def _look_for(self, totals: Totals, checks_all: bool) -> Search:
        search = Search()
        lost = dict(self._lost(totals)) if checks_all else {}
        for rule, check in CHECKS:
            if isinstance(check, Unique):
                search.twice(rule, check, self._keys[check.kind, check.field].doubled())
            elif isinstance(check, Apart):
                other = self._keys[check.other, check.other_field]
                search.both(rule, check, self._keys[check.kind, check.field].also_in(other))
            elif isinstance(check, Reference) and check.target in lost:
                search.lost(rule, check, lost[check.target])
        search.deleted(self._deleted.doubled())
        for one, scope in self.asked_for() if checks_all else ():
            if self._patterns.without(one):
                search.required(one, scope)
        return search

    def _lost(self, totals: Totals) -> Iterator[tuple[str, Sought]]:
        """By kind, what is referred to and not there; but not what another rule tells: that there is none at all
        of a kind, or that there should be none. Where some could not be read, it may be these."""
        told = totals.told_otherwise()
        for kind, referred in self._referred.items():
            if kind in self.unread:
                what = LABELS.get(kind, kind)
                self.note(f"references to a {what} are not checked, for not every {what} could be read")
                continue
            if kind not in told:
                yield kind, referred.not_in(self._keys[kind, TARGETS[kind]])

    def locate(self, kind: str, value: Any, line: int, file: str = "") -> None:
        """Find an object again, if it is one of those to look for."""
        if value is not None:
            for rule, fault in self._search.in_object(kind, value, line):
                self.find(rule, fault, kind, file)

    def locate_delete(self, kind: str, field: str, key: str, line: int, file: str = "") -> None:
        """Find a delete again, if it is one of those to look for."""
        for fault in self._search.in_delete(kind, field, key, line):
            self.find(DELETED_TWICE, fault, kind, file)
