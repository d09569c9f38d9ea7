"""What is done with each element of a part: shown, cut, replaced or withheld, as the disclosure decides.

Where a decision depends on the object, its facts are looked up first, and there is a plan for each way in which
they can come out, made when it is first needed. The redactions of a plan are one mapping that all its views share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.model.catalogue import Catalogue
from directory.profile.condition import DISCLOSE, Fact, prefers
from directory.profile.constraint import Demand, Violation
from directory.profile.disclosure import Disclosure, Rule
from directory.profile.element import Accessor, Values, accessor
from directory.profile.fact import is_so, seeker
from directory.profile.layout import Outline
from directory.profile.postal import SPOKEN
from directory.profile.redaction import Redaction

Check = Callable[[Values, str], Sequence[Violation]]
Outcome = Callable[[str, Fact], bool | None]
"""Whether a fact is so, where the rule of an element asks for it."""

MOST_KEPT = 4_096
"""How many plans are kept, or views that objects share, before they are made anew."""
_NAMES = ("domain.name", "host.name")
"""What is never dropped: an object without its name would be another answer. It is served, and told."""


def is_dropped(violations: Sequence[Violation]) -> bool:
    """Whether an element of which these are the violations is dropped where violations are not served."""
    return bool(violations) and violations[0].element not in _NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what a plan is made: for whom, and by what.

    `redactions` are the readings of withholdings that differ from the disclosure's. `violations` is what becomes
    of an object that does not keep to the profile: `serve`, `drop`, `refuse`. With `everything` all is read and
    every demand is checked, for an audit; nothing of that may leave.
    """

    disclosure: Disclosure
    catalogue: Catalogue
    audiences: frozenset[str]
    redactions: Mapping[str, Redaction] = field(default_factory=dict)
    violations: str = "serve"
    everything: bool = False


@dataclass(slots=True)
class Plan:
    """What is done with the elements of one part: read and shown, cut and shown, replaced, or withheld; and what
    is checked of those that are shown. Of what may be shown `spoken` is in a language, and `own` of that is the
    object's, be it a part of it."""

    order: tuple[str, ...] = ()
    shown: list[tuple[str, Accessor]] = field(default_factory=list)
    replaced: list[tuple[str, Redaction]] = field(default_factory=list)
    hidden: list[tuple[str, Accessor]] = field(default_factory=list)
    redacted: dict[str, Redaction] = field(default_factory=dict)
    checks: list[tuple[str, Check]] = field(default_factory=list)
    checked: Callable[[dict[str, Values], str, bool], bool] | None = None
    own: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()


class Planner:
    """Gives the plan for an object: always the same one, or by its facts."""

    def __init__(self, by: Ground, outline: Outline, table: str, part: str, found: list[Violation]) -> None:
        """`by` says for whom and by what rules; the violations that are found go into `found`."""
        self._by = by
        self._table = table
        self._part = part
        self._found = found
        self._demands = outline.demands
        self._rules = {short: by.disclosure.rule(part, short) for short in outline.demands}
        facts = dict.fromkeys(
            fact
            for rule in self._rules.values()
            if rule is not None and not by.everything
            for condition in rule.conditions(by.audiences)
            for fact in condition.facts
        )
        self.is_static = not facts
        self._static = self._make(lambda short, fact: False) if self.is_static else None
        self._by_preference = any(fact.key == DISCLOSE for fact in facts)
        self._facts = [fact for fact in facts if fact.key != DISCLOSE]
        self._tests = [(fact, seeker(fact.key, table, by.catalogue)) for fact in self._facts]
        self._plans: dict[Any, Plan] = {}

    def __call__(self, source: Any) -> Plan:
        """The plan for the object that a source is of."""
        if self._static is not None:
            return self._static
        known = tuple([is_so(fact, seek(source)) for fact, seek in self._tests])
        key: Any = (known, source[0].disclose, source[1].type) if self._by_preference else known
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_KEPT:
                self._plans.clear()
            plan = self._plans[key] = self._make(self._outcome(source, known))
        return plan

    def _outcome(self, source: Any, known: tuple[bool | None, ...]) -> Outcome:
        facts = dict(zip(self._facts, known, strict=True))

        def outcome(short: str, fact: Fact) -> bool | None:
            if fact.key == DISCLOSE:
                return prefers(source[0].disclose, short, source[1].type, fact.values)
            return facts[fact]

        return outcome

    def _make(self, outcome: Outcome) -> Plan:
        plan = Plan(tuple(self._demands))
        for short, demand in self._demands.items():
            self._decide(plan, short, self._rules[short], demand, outcome)
        plan.checked = self._checked(plan)
        plan.own = tuple([short for short, _ in plan.shown if short in SPOKEN])
        plan.spoken = (*plan.own, *(short for short, _ in plan.replaced if short in SPOKEN))
        return plan

    def _decide(self, plan: Plan, short: str, rule: Rule | None, demand: Demand, outcome: Outcome) -> None:
        """Put an element where it belongs in a plan."""
        by = self._by
        element = by.catalogue[f"{self._table}.{short}"]
        get = accessor(self._table, short, element.origin)
        if get is None:
            return
        key = f"{self._part}.{short}"
        if not by.everything:
            if rule is None:  # the loader refuses this; an element without a rule cannot leave all the same
                return
            if not rule.sees(by.audiences, lambda fact: outcome(short, fact)):
                self._withhold(plan, short, get, by.redactions.get(key, rule.redaction))
                return
        plan.shown.append((short, get))
        left = demand if by.everything else demand.beyond(element)
        if not left.is_empty:
            plan.checks.append((short, _check(key, left)))

    def _withhold(self, plan: Plan, short: str, get: Accessor, redaction: Redaction) -> None:
        plan.redacted[short] = redaction
        cut = redaction.cut
        if cut is not None:
            plan.shown.append((short, lambda source: cut(get(source))))
        if redaction.value:
            plan.replaced.append((short, redaction))
        if self._by.disclosure.declares_held:
            plan.hidden.append((short, get))

    def _checked(self, plan: Plan) -> Callable[[dict[str, Values], str, bool], bool] | None:
        """What notes violations of what is about to be shown, and drops the elements if that is wanted; it tells
        whether it did. Once it has, it looks `again` at what is left, of which the language may be another."""
        if not plan.checks:
            return None
        checks, found, drop = tuple(plan.checks), self._found, self._by.violations == "drop"

        def checked(fields: dict[str, Values], lang: str, again: bool) -> bool:
            is_less = False
            for short, check in checks:
                if again and short not in fields:
                    continue
                violations = check(fields.get(short, ()), lang)
                if violations:
                    found.extend(violations)
                    if drop and is_dropped(violations) and fields.pop(short, ()):
                        is_less = True
            return is_less

        return checked


def _check(element: str, demand: Demand) -> Check:
    check = demand.check

    def checked(values: Values, lang: str) -> Sequence[Violation]:
        return tuple(check(element, values, lang))

    return checked
