"""The rules at work on one deposit: every object once, and those that are wrong by others' doing once more.

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
from directory.escrow.check.hashes import Keys, Referred, Sought
from directory.escrow.check.known import Context
from directory.escrow.check.level import Level
from directory.escrow.check.links import COLLECTED, TARGETS
from directory.escrow.check.policies import Patterns, Required, required
from directory.escrow.check.rule import KEYS, LABELS, Apart, Fault, Reference, Rule, Unique, Value, Whole, place
from directory.escrow.check.search import Search
from directory.escrow.check.table import DELETED_TWICE, RULES
from directory.escrow.check.whole import Shares, Totals
from directory.escrow.csv.tables import CHILDREN, PARENTS

Get = Callable[[Any], Iterable[str | None]]
Test = Callable[[Any, Context], str]

_CHECKS = tuple((rule, check) for rule in RULES for check in rule.checks)
_VALUES: dict[str, list[tuple[Rule, str, Test]]] = {
    kind: [(rule, one.element, one.test) for rule, one in _CHECKS if isinstance(one, Value) and one.kind == kind]
    for kind in KEYS
}
_FIELDS = {
    kind: tuple({one.field: None for _, one in _CHECKS if isinstance(one, Unique | Apart) and one.kind == kind})
    for kind in KEYS
}
"""The fields of a kind whose values are kept: no two objects may have one of them in common."""


def _gets(kind: str) -> Iterator[tuple[str, Get]]:
    """What a kind refers to by which function, all references to one kind at once where that is quicker."""
    several = {target: get for (who, target), get in COLLECTED.items() if who == kind}
    yield from several.items()
    for _, one in _CHECKS:
        if isinstance(one, Reference) and one.kind == kind and one.target not in several:
            yield one.target, one.get


_GETS = {kind: tuple(_gets(kind)) for kind in KEYS}
_COLUMNS = {
    (kind, column.local): column.tag
    for kind, parent in PARENTS.items()
    for table in (*CHILDREN[kind], parent)
    for column in reversed(table.columns)
} | {
    ("domain", "hostObj"): "csvHost:fName",
    ("domain", "hostAttr"): "csvHost:fName",
    ("idn_table", "idnTableRef"): "rdeCsv:fIdnTableId",
}
"""What the CSV model calls an element of the XML model, by the kind and the local name."""


def check(
    kind: str, value: Any, context: Context, level: Level, line: int = 0, file: str = ""
) -> Iterator[Finding]:
    """What is wrong with one object by itself; where it stands is for the findings."""
    for rule, element, test in _VALUES[kind]:
        if message := test(value, context):
            yield _finding(rule, Fault(message, line, element, place(kind, value)), level, kind, file)


def _finding(rule: Rule, fault: Fault, level: Level, kind: str, file: str) -> Finding:
    """What is found; what is of a file of its own is in the CSV model."""
    if file:
        column = _COLUMNS.get((kind, fault.element.rpartition(":")[2]), fault.element)
        fault = fault._replace(element=column)
    return rule.finding(fault, level, file)


class Checker:
    """The rules for one deposit; `add` takes the findings, `note` what is worth saying besides."""

    def __init__(
        self, context: Context, level: Level, add: Callable[[Finding], None], note: Callable[[str], None]
    ) -> None:
        self._context = context
        self._level = level
        self._add = add
        self._note = note
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
        self._required: dict[Required, str] = {}
        self._tables: set[str] = set()
        self._deleted = Keys()
        self._unread: set[str] = set()
        shares = context.header.shares if context.header and context.is_full else ()
        self._shares = Shares(shares) if shares else None
        self._search = Search()

    def delete(self, kind: str, field: str, key: str) -> None:
        """See what the deposit deletes."""
        self._deleted.add(f"{kind} {field} {key}")

    def put(self, kind: str, value: Any, line: int, file: str = "") -> None:
        """See an object of the deposit; None is one that could not be read."""
        if value is None:
            self._unread.add(kind)
            return
        for finding in check(kind, value, self._context, self._level, line, file):
            self._add(finding)
        for field, add in self._fields[kind]:
            add(field(value))
        for get, refer in self._references[kind]:
            refer(get(value))
        self._patterns.add(kind, value)
        if self._shares:
            self._shares.add(kind, value)
        if kind == "policy" and (one := required(value)):
            self._required.setdefault(one, value.scope)
        elif kind == "idn_table" and value.id in (self._context.known.idn_tables or ()):
            self._tables.add(value.id)

    def end(self, counts: Mapping[str, int], models: Mapping[str, Set[str]], *, is_whole: bool = True) -> bool:
        """What is wrong as a whole, by the objects of each URI and the models of each kind; without `is_whole`,
        some of it could not be read. True if there is something to locate."""
        required, tables = frozenset(self._required), frozenset(self._tables)
        totals = Totals(self._context, counts, models, required, tables, frozenset(self._unread), self._shares)
        checks_all = self._context.is_full and is_whole
        for rule, check in _CHECKS:
            if isinstance(check, Whole) and (checks_all or not check.full):
                for fault in check.test(totals):
                    self._find(rule, fault)
        if self._context.is_full and not is_whole:
            self._note("counts and references are not checked, for not all of the deposit could be read")
        self._search = self._look_for(totals, checks_all)
        return self._search.is_needed

    def _look_for(self, totals: Totals, checks_all: bool) -> Search:
        search = Search()
        lost = dict(self._lost(totals)) if checks_all else {}
        for rule, check in _CHECKS:
            if isinstance(check, Unique):
                search.twice(rule, check, self._keys[check.kind, check.field].doubled())
            elif isinstance(check, Apart):
                other = self._keys[check.other, check.other_field]
                search.both(rule, check, self._keys[check.kind, check.field].also_in(other))
            elif isinstance(check, Reference) and check.target in lost:
                search.lost(rule, check, lost[check.target])
        search.deleted(self._deleted.doubled())
        for one, scope in self._required.items() if checks_all else ():
            has_rule = one == ("domain", "registrant") and self._context.known.model == "maximum"
            if not has_rule and self._patterns.without(one):
                search.required(one, scope)
        return search

    def _lost(self, totals: Totals) -> Iterator[tuple[str, Sought]]:
        """By kind, what is referred to and not there; but not what another rule tells: that there is none at all
        of a kind, or that there should be none. Where some could not be read, it may be these."""
        demanded, forbidden = set(totals.demanded()), set(totals.forbidden())
        for kind, referred in self._referred.items():
            if kind in self._unread:
                what = LABELS.get(kind, kind)
                self._note(f"references to a {what} are not checked, for not every {what} could be read")
                continue
            is_empty = kind in demanded and not totals.number(kind)
            if not is_empty and (kind != "host" or kind not in forbidden):
                yield kind, referred.not_in(self._keys[kind, TARGETS[kind]])

    def locate(self, kind: str, value: Any, line: int, file: str = "") -> None:
        """Find an object again, if it is one of those to look for."""
        if value is not None:
            for rule, fault in self._search.in_object(kind, value, line):
                self._find(rule, fault, kind, file)

    def locate_delete(self, kind: str, field: str, key: str, line: int, file: str = "") -> None:
        """Find a delete again, if it is one of those to look for."""
        for fault in self._search.in_delete(kind, field, key, line):
            self._find(DELETED_TWICE, fault, kind, file)

    def _find(self, rule: Rule, fault: Fault, kind: str = "", file: str = "") -> None:
        self._add(_finding(rule, fault, self._level, kind, file))
