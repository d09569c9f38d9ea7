"""Rules in words: to whom an element is shown, and on what that depends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from directory.profile.condition import DISCLOSE, Condition, Fact
from directory.profile.disclosure import Case, Rule

MOST_FACTS = 7
"""How many facts are gone through in all the ways in which they can come out."""

_WISHES = {"show": "shown", "hide": "hidden"}


def facts_of(rule: Rule, audiences: Sequence[str]) -> list[Fact]:
    """The facts on which it depends whether these audiences see an element, each once."""
    conditions = rule.conditions(frozenset(audiences))
    return list(dict.fromkeys(fact for condition in conditions for fact in condition.facts))


def always(rule: Rule, audiences: Sequence[str]) -> bool | None:
    """Whether these audiences see an element of every object; None if that depends on the object."""
    found = set(outcomes(rule, audiences, facts_of(rule, audiences)))
    return found.pop() if len(found) == 1 else None


def outcomes(rule: Rule, audiences: Sequence[str], facts: Sequence[Fact]) -> list[bool]:
    """Whether these audiences see an element, for each way in which these facts can come out: so, not so, and in
    doubt. Both outcomes if there are too many facts to go through."""
    if len(facts) > MOST_FACTS:
        return [False, True]
    seen = frozenset(audiences)
    return [rule.sees(seen, _outcome(facts, each)) for each in product(_KNOWN, repeat=len(facts))]


_KNOWN = (False, True, None)


def _outcome(facts: Sequence[Fact], is_so: Sequence[bool | None]) -> Callable[[Fact], bool | None]:
    # What a fact says is so or not, whether a condition wants it or its opposite.
    known = {(fact.key, fact.values): each for fact, each in zip(facts, is_so, strict=True)}
    return lambda fact: known[fact.key, fact.values]


def sees(rule: Rule, audiences: Sequence[str]) -> str:
    """Of which objects these audiences, the requester's own first, see an element: `shown`, `hidden`, or on what
    it depends, and for which of them."""
    found = always(rule, audiences)
    if found is not None:
        return "shown" if found else "hidden"
    own, *_ = audiences
    each = [(audience, _alone(rule, audience)) for audience in audiences if always(rule, [audience]) is None]
    return " / ".join(text if audience == own else f"as {audience}: {text}" for audience, text in each)


def _alone(rule: Rule, audience: str) -> str:
    hiding = [f"hidden if {condition(case.condition)}" for case in rule.cases if audience in case.hide]
    if audience in rule.show:
        return "; ".join([*hiding, "else shown"])
    showing = [f"shown if {condition(case.condition)}" for case in rule.cases if audience in case.show]
    return "; ".join([*hiding, *showing, "else hidden"])


def case(rule: Rule, index: int) -> Case | None:
    """The case of a rule by which a decision was made, None if it was made without one."""
    return rule.cases[index] if index >= 0 else None


def condition(of: Condition) -> str:
    """A condition, as `person.kind is legal and contact.cc is not DE or FR`."""
    return " and ".join(map(fact, of.facts))


def fact(of: Fact) -> str:
    """A fact, as `person.kind is legal`."""
    values = " or ".join(sorted(of.values))
    if of.key == DISCLOSE:
        wish = " or ".join(_WISHES.get(each, each) for each in sorted(of.values))
        return f"the contact {'asked' if of.wanted else 'did not ask'} to have it {wish}"
    return f"{of.key} {'is' if of.wanted else 'is not'} {values}"
