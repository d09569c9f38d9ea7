"""What a profile promises to an audience: which elements a part of an answer always has, may have, never has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from directory.model.element import Element
from directory.profile.constraint import Demand
from directory.profile.disclosure import Rule
from directory.profile.element import accessor
from directory.profile.layout import Outline
from directory.profile.postal import TEXTS
from directory.profile.profile import Profile
from directory.profile.redaction import Redaction

Sight = Literal["always", "sometimes", "never"]
"""Whether an audience sees an element: in every object, in some, in none."""
SIGHTS: tuple[Sight, ...] = ("never", "sometimes", "always")
"""From that which sees least."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What an audience may expect of an element in its part.

    `demand` is what the profile asks of the values that are shown; `redaction` is how a withholding reads, None
    where there is none. `declares_held`: it is declared, and stands in for the values, only where there are any.
    """

    element: Element
    demand: Demand
    sight: Sight
    redaction: Redaction | None
    declares_held: bool = False

    @property
    def is_said(self) -> bool:
        """Whether there can be a value of it, be it a part of what is held or what stands instead."""
        return self.sight != "never" or self.is_cut or self.is_replaced

    @property
    def is_shown(self) -> bool:
        """Whether the values that are held may be shown as they are."""
        return self.sight != "never"

    @property
    def is_cut(self) -> bool:
        """Whether a part of a value may be shown (RFC 9537 §3.3)."""
        return self.redaction is not None and self.redaction.cut is not None

    @property
    def is_replaced(self) -> bool:
        """Whether something may stand instead of the values (RFC 9537 §3.4)."""
        return self.redaction is not None and bool(self.redaction.value)

    @property
    def is_sure(self) -> bool:
        """Whether there is a value of it in every part of an object that keeps to the profile."""
        is_held = self.demand.low >= 1
        instead = self.is_replaced and (is_held or not self.declares_held)
        return {"always": is_held, "sometimes": is_held and instead, "never": instead}[self.sight]

    @property
    def is_surely_tagged(self) -> bool:
        """Whether there are always values of it, and never without the tag of their language."""
        asked = self.demand.language == "required" and self.element.lang
        return asked and self.sight == "always" and self.is_sure

    @property
    def is_declared(self) -> bool:
        """Whether a withholding of it is declared (RFC 9537 §4.2)."""
        return self.redaction is not None and self.redaction.declared

    @property
    def is_surely_declared(self) -> bool:
        """Whether it is declared to be withheld of every object."""
        return self.is_declared and self.sight == "never" and (self.demand.low >= 1 or not self.declares_held)


@dataclass(frozen=True, slots=True)
class Part:
    """What is promised of a part of an answer, by the short names of elements in profile order; `parts` are its
    own parts by their names in a view. `table` and `role` are those of the view; `least` and `most` are how many
    of it there are, None without limit. `is_tagged`: its texts may carry the tag of their language."""

    table: str
    role: str
    promises: Mapping[str, Promise]
    parts: Mapping[str, Part]
    is_tagged: bool = False
    least: int = 0
    most: int | None = None

    @property
    def name(self) -> str:
        """The part as the disclosure names it: `registrant`, `host`."""
        return self.role if self.role and self.table == "contact" else self.table

    def may(self, short: str) -> Promise | None:
        """The promise on an element of which there can be a value."""
        found = self.promises.get(short)
        return found if found is not None and found.is_said else None


@dataclass(frozen=True, slots=True)
class Promises:
    """What a profile promises to an audience. With `kept`, of objects that keep to the profile; else of any
    object, of which the types of elements are all that is known, for a profile may serve what breaks its rules."""

    profile: Profile
    audience: str
    kept: bool = True

    def of(self, kind: str) -> Part | None:
        """What is promised of a kind of object, None if the profile says nothing of it."""
        layout = self.profile.layouts.get(kind)
        return self._part(Outline().add(layout), kind, "", kind) if layout is not None else None

    def _part(self, outline: Outline, table: str, role: str, part: str, alone: bool = False) -> Part:
        """What is promised of a part; with `alone`, without another postal form of it."""
        promises = {}
        for short, demand in outline.demands.items():
            element = self.profile.terms.catalogue[f"{table}.{short}"]
            rule = self.profile.disclosure.rule(part, short)
            if rule is not None and accessor(table, short, element.origin) is not None:
                promises[short] = self._promise(element, demand, rule, part)
        parts = {}
        for (group, inner), below in outline.groups.items():
            found = self._part(below, group, inner, inner if group == "contact" else group)
            least, most = self._count(part, group, inner, promises)
            parts[inner or group] = replace(found, least=least, most=most)
        both = table == "contact" and self.profile.terms.postal.both and not alone
        if both and TEXTS.intersection(outline.demands):
            parts["postal"] = self._part(outline.only(TEXTS), table, role, part, alone=True)
        return Part(table, role, promises, parts, _is_tagged(outline, table))

    def _count(self, kind: str, group: str, role: str, promises: Mapping[str, Promise]) -> tuple[int, int | None]:
        """How many there are of a group, by what is asked of the element whose values are counted for it."""
        if _ONCE.intersection((group, role)):
            return 0, 1
        short = role if group == "contact" else _COUNTED.get(group, "")
        asked = [(each.demand.low, each.demand.high) for key, each in promises.items() if key == short]
        rules = self.profile.terms.rules if self.kept else ()
        asked += [
            (each.low, each.high)
            for each in rules
            if each.kind == kind and not each.total and short in each.shorts
        ]
        highs = [high for _, high in asked if high is not None]
        # A contact that is named need not be known.
        low = max((low for low, _ in asked), default=0) if group != "contact" else 0
        return low, min(highs, default=None)

    def _promise(self, element: Element, demand: Demand, rule: Rule, part: str) -> Promise:
        terms = self.profile.terms
        sight = seen(rule, terms.disclosure.audiences.seen_by((self.audience,)))
        reading = terms.redactions.get(f"{part}.{element.short}", rule.redaction)
        return Promise(
            element,
            demand if self.kept else _NOTHING,
            sight,
            None if sight == "always" else reading,
            terms.disclosure.declares_held,
        )


def _is_tagged(outline: Outline, table: str) -> bool:
    """Whether the language of a part's texts is told: where the profile says anything of it."""
    return table in ("contact", "registrar") and any(
        demand.language in ("optional", "required") for demand in outline.demands.values()
    )


_NOTHING = Demand()
_ONCE = frozenset({"registrar", "registrant", "transfer"})
"""The groups and roles of which an object has one at most (RFC 5731 §3.1.2, RFC 9022 §5.1.1.1)."""
_COUNTED = {"host": "ns", "dnssec": "secDNS"}
"""The elements that have a value for each object of a group."""


def seen(rule: Rule, audiences: frozenset[str]) -> Sight:
    """Whether those who see what all of these audiences see are shown an element. Of a condition it is not asked
    when it holds, only that it may and may not."""
    return max((_seen(rule, audience) for audience in audiences), key=SIGHTS.index)


def _seen(rule: Rule, audience: str) -> Sight:
    if audience in rule.show:
        return "sometimes" if any(audience in case.hide for case in rule.cases) else "always"
    return "sometimes" if any(audience in case.show for case in rule.cases) else "never"
