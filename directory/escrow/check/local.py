"""The rules that an object shows by itself, and those that all of a deposit shows when it has passed.

Nothing is kept of an object but its share in a few numbers, so that these are for any number of objects; keys and
references are for who keeps the objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

from directory.errors import Finding
from directory.escrow.check.fault import KEYS, Fault, place
from directory.escrow.check.known import Context
from directory.escrow.check.level import Level
from directory.escrow.check.policies import Required, required
from directory.escrow.check.rule import Rule, Value, Whole
from directory.escrow.check.table import RULES
from directory.escrow.check.whole import Shares, Totals
from directory.escrow.csv.tables import CHILDREN, PARENTS

Test = Callable[[Any, Context], str]

CHECKS = tuple((rule, check) for rule in RULES for check in rule.checks)
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


class Local:
    """The rules for the objects of one deposit as they pass; `add` takes the findings, `note` what is worth saying
    besides."""

    def __init__(
        self, context: Context, level: Level, add: Callable[[Finding], None], note: Callable[[str], None]
    ) -> None:
        self.context = context
        self.level = level
        self.add = add
        self.note = note
        self.required: dict[Required, str] = {}
        """What the deposit's policies require, and the scope that each has."""
        self.unread: set[str] = set()
        """The kinds of objects of which some could not be read."""
        known = context.known
        self._tests: dict[str, list[tuple[Rule, str, Test]]] = {kind: [] for kind in KEYS}
        for rule, one in CHECKS:
            if isinstance(one, Value) and not (one.needs and getattr(known, one.needs) is None):
                self._tests[one.kind].append((rule, one.element, one.test))
        self._tables: set[str] = set()
        shares = context.header.shares if context.header and context.is_full else ()
        self._shares = Shares(shares) if shares else None

    @property
    def counts_all(self) -> bool:
        """Whether every object has to pass, for its share in what the header counts of parts of the repository."""
        return self._shares is not None

    def put(self, kind: str, value: Any, line: int, file: str = "") -> bool:
        """See an object of the deposit; None is one that could not be read. Whether nothing is wrong with it."""
        if value is None:
            self.unread.add(kind)
            return False
        is_clean = True
        context = self.context
        for rule, element, test in self._tests[kind]:
            if message := test(value, context):
                is_clean = False
                self.find(rule, Fault(message, line, element, place(kind, value)), kind, file)
        if self._shares:
            self._shares.add(kind, value)
        if kind == "policy" and (one := required(value)):
            self.required.setdefault(one, value.scope)
        elif kind == "idn_table" and value.id in (context.known.idn_tables or ()):
            self._tables.add(value.id)
        return is_clean

    def whole(self, counts: Mapping[str, int], models: Mapping[str, Set[str]], *, is_whole: bool = True) -> Totals:
        """What is wrong as a whole, by the objects of each URI and the models of each kind; without `is_whole`,
        some of it could not be read."""
        context = self.context
        required_, tables = frozenset(self.required), frozenset(self._tables)
        totals = Totals(context, counts, models, required_, tables, frozenset(self.unread), self._shares)
        for rule, check in CHECKS:
            if isinstance(check, Whole) and (not check.full or (context.is_full and is_whole)):
                for fault in check.test(totals):
                    self.find(rule, fault)
        if context.is_full and not is_whole:
            self.note("counts and references are not checked, for not all of the deposit could be read")
        return totals

    def asked_for(self) -> Iterator[tuple[Required, str]]:
        """The elements that policies require, with the scope of each; but for what a rule of its own asks for."""
        for one, scope in self.required.items():
            if one != ("domain", "registrant") or self.context.known.model != "maximum":
                yield one, scope

    def find(self, rule: Rule, fault: Fault, kind: str = "", file: str = "") -> None:
        """Tell what is found; what is of a file of its own is in the CSV model."""
        if file:
            column = _COLUMNS.get((kind, fault.element.rpartition(":")[2]), fault.element)
            fault = fault._replace(element=column)
        self.add(rule.finding(fault, self.level, file))
