"""Why an element is shown, or is not: the decision that the engine takes, taken again with its reasons.

It walks all parts that an object has, whether the profile mentions them or not, and asks the rule of the
disclosure for each (`Rule.decide`), by the facts of the very object.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from directory.model.contact import Contact, Disclose
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.registrar import Sponsor
from directory.model.registry import Extension
from directory.profile import source as sources
from directory.profile.audience import PUBLIC
from directory.profile.condition import DISCLOSE, Fact, prefers
from directory.profile.constraint import NOTHING, Demand, Violation
from directory.profile.disclosure import ROLES, Decision, Disclosure, Rule, table_of
from directory.profile.element import RegistrarSource, Values, accessor
from directory.profile.fact import is_so, seeker
from directory.profile.layout import Outline
from directory.profile.paths import POSTAL, below, step
from directory.profile.plan import is_dropped
from directory.profile.postal import SPOKEN, TEXTS, settled, told
from directory.profile.reason import facts_of
from directory.profile.redaction import Redaction
from directory.profile.source import GRAPHS

if TYPE_CHECKING:
    from directory.access.standing import Standing
    from directory.profile.profile import Profile

_KINDS = {graph: kind for kind, graph in GRAPHS.items()}
ABSENT = sys.maxsize
"""The index of a part of which nothing is in the view, so that it is not there."""


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that a condition looks at, whether it is so of the object, and what the object has there."""

    fact: Fact
    is_so: bool | None
    values: Values


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of an element in one part of an object.

    `path` is that of the element in the layout, `steps` leads to its part in the view (the names of parts, each
    with its index). `is_named`: whether the profile says it at all. `decisions` has one for each audience whose
    view the requester has, the requester's own first; `decision` is the one that counts, None if there is no rule
    and the element cannot leave. `held` is what the object has, `said` what leaves, `violations` what is wrong
    with that.
    """

    path: str
    steps: tuple[tuple[str, int], ...]
    part: str
    short: str
    is_named: bool
    demand: Demand
    rule: Rule | None
    decision: Decision | None
    decisions: tuple[Decision, ...]
    known: tuple[Known, ...]
    redaction: Redaction | None
    held: Values
    said: Values
    violations: tuple[Violation, ...] = ()

    @property
    def is_withheld(self) -> bool:
        """Whether the profile would say it, and the disclosure hides it."""
        return self.is_named and self.decision is not None and not self.decision.shown


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an object with what its elements are read from, and the outline that the profile has of it."""

    path: str
    steps: tuple[tuple[str, int], ...]
    table: str
    role: str
    source: Any
    outline: Outline | None

    @property
    def name(self) -> str:
        """The part by which rules are found."""
        return self.role if self.table == "contact" and self.role else self.table

    @property
    def is_second(self) -> bool:
        """Whether it is the second postal form of a contact, which has nothing else."""
        return bool(self.steps) and self.steps[-1][0] == POSTAL


def explain(
    profile: Profile,
    graph: Graph,
    standing: Standing,
    element: str,
    languages: Sequence[str] = (),
) -> list[Explanation]:
    """What becomes of an element (`registrant.voice`; `contact.voice` and `voice`: in all parts) of this object
    for this requester, in each part of the object that can have it."""
    terms = profile.terms
    if terms.by_reader:
        terms.postal.reader = languages[0] if languages else ""
    wanted, _, short = element.rpartition(".")
    asked = [standing.audience]
    if standing.registrar:
        asked += profile.relations(graph, standing.registrar)
    audiences = ordered(terms.disclosure, asked)

    def is_shown(part: _Part) -> bool:
        """Whether anything of a part is in the view, without which it is not there itself."""
        shorts = part.outline.demands if part.outline is not None else ()
        return any(_explained(profile, graph, part, each, audiences).said for each in shorts)

    return [
        _explained(profile, graph, part, short, audiences)
        for part in _Walk(profile, graph, audiences, is_shown).parts()
        if wanted in ("", part.name, part.table) and f"{part.table}.{short}" in terms.catalogue
        if short in TEXTS or not part.is_second
    ]


def ordered(disclosure: Disclosure, asked: Sequence[str]) -> list[str]:
    """All audiences whose view these have, those that were asked for first and the public last."""
    within = disclosure.audiences.seen_by(asked)
    rest = [each for each in disclosure.audiences.names if each in within and each not in asked]
    known = [each for each in asked if each in within and each != PUBLIC]
    return [*known, *(each for each in rest if each != PUBLIC), PUBLIC]


@dataclass(frozen=True, slots=True)
class _Decided:
    """What is decided of an element in a part: by which rule, for each of the audiences, and what would leave."""

    rule: Rule | None
    known: tuple[Known, ...] = ()
    decisions: tuple[Decision, ...] = ()
    decision: Decision | None = None
    redaction: Redaction | None = None
    held: Values = ()
    said: Values = ()

    @property
    def is_shown(self) -> bool:
        """Whether the values leave as they are."""
        return self.decision is not None and self.decision.shown


def _explained(profile: Profile, graph: Graph, part: _Part, short: str, audiences: Sequence[str]) -> Explanation:
    terms = profile.terms
    element = terms.catalogue[f"{part.table}.{short}"]
    demand = part.outline.demands.get(short) if part.outline is not None else None
    found = _decided(profile, graph, part, short, audiences)
    violations = () if demand is None else _violations(profile, graph, part, audiences).get(short, ())
    is_dropped_here = terms.violations == "drop" and is_dropped(violations)
    return Explanation(
        path=f"{part.path}.{short}",
        steps=part.steps,
        part=part.name,
        short=short,
        is_named=demand is not None and accessor(part.table, short, element.origin) is not None,
        demand=demand or NOTHING,
        rule=found.rule,
        decision=found.decision,
        decisions=found.decisions,
        known=found.known,
        redaction=found.redaction,
        held=found.held,
        said=() if demand is None or is_dropped_here else found.said,
        violations=violations,
    )


def _decided(profile: Profile, graph: Graph, part: _Part, short: str, audiences: Sequence[str]) -> _Decided:
    terms = profile.terms
    element = terms.catalogue[f"{part.table}.{short}"]
    get = accessor(part.table, short, element.origin)
    held = get(part.source) if get is not None else ()
    rule = None if element.never else terms.disclosure.rule(part.name, short)
    if rule is None:
        return _Decided(None, held=held)
    known = _known(rule, profile, part, short, audiences)
    outcome = {each.fact: each.is_so for each in known}
    decision = rule.decide(audiences, outcome.__getitem__)
    redaction = terms.redactions.get(f"{part.name}.{short}", rule.redaction)
    return _Decided(
        rule,
        known,
        tuple([rule.decide([each], outcome.__getitem__) for each in audiences]),
        decision,
        redaction,
        held,
        held if decision.shown else _instead(redaction, held, graph, terms.disclosure),
    )


def _violations(
    profile: Profile, graph: Graph, part: _Part, audiences: Sequence[str]
) -> dict[str, tuple[Violation, ...]]:
    """What is wrong with the elements of a part that are shown. Where such are dropped, the language of what is
    left may be another, and is judged anew."""
    terms, demands = profile.terms, part.outline.demands if part.outline is not None else {}
    left = {short: _decided(profile, graph, part, short, audiences) for short in demands}
    found: dict[str, tuple[Violation, ...]] = {}
    while True:
        tag = _tag(profile, part, left, audiences)
        now = {}
        for short, each in left.items():
            if each.is_shown:
                asked = demands[short].beyond(terms.catalogue[f"{part.table}.{short}"])
                now[short] = tuple(asked.check(f"{part.name}.{short}", each.said, tag))
        found.update(now)
        dropped = {short for short, wrong in now.items() if is_dropped(wrong) and left[short].said}
        if terms.violations != "drop" or not dropped:
            return found
        left = {short: each for short, each in left.items() if short not in dropped and each.said}


def _known(rule: Rule, profile: Profile, part: _Part, short: str, audiences: Sequence[str]) -> tuple[Known, ...]:
    """The facts that matter to these audiences, as they are of the object."""
    found = []
    for fact in facts_of(rule, audiences):
        if fact.key == DISCLOSE:
            contact, postal = part.source[0], part.source[1]
            asked = prefers(contact.disclose, short, postal.type, fact.values)
            found.append(Known(fact, asked, tuple(map(_wish, contact.disclose))))
        else:
            said = seeker(fact.key, part.table, profile.terms.catalogue)(part.source)
            found.append(Known(fact, is_so(fact, said), tuple([value for values in said for value in values])))
    return tuple(found)


def _wish(disclose: Disclose) -> str:
    """A preference in words, as `hide addr loc`."""
    words = ("show" if disclose.flag else "hide", disclose.element, disclose.form)
    return " ".join(word for word in words if word)


def _instead(redaction: Redaction, held: Values, graph: Graph, disclosure: Disclosure) -> Values:
    """What leaves of a value that is withheld."""
    if redaction.value and (held or not disclosure.declares_held):
        return redaction.replacement(graph.domain.name if isinstance(graph, DomainGraph) else "")
    return redaction.cut(held) if redaction.cut is not None else ()


def _tag(profile: Profile, part: _Part, shown: Mapping[str, _Decided], audiences: Sequence[str]) -> str:
    """The language tag of what is shown of a part."""
    choice = profile.terms.postal
    spoken = {short: each for short, each in shown.items() if short in SPOKEN and each.said}
    if part.table not in ("contact", "registrar") or not spoken:
        return ""
    postal = part.source[1]
    may_be = told(profile.disclosure, profile.disclosure.audiences.seen_by(audiences))
    said = choice.declared(postal, part.source[2] if part.table == "contact" else (), may_be)
    if said and any(each.is_shown or (each.redaction and each.redaction.cut) for each in spoken.values()):
        return said
    return choice.found(postal.type, "\n".join(text for each in spoken.values() for text in each.said))


class _Walk:
    """Walks all parts of an object that a lookup brings, as the compiler does those of a layout."""

    def __init__(
        self, profile: Profile, graph: Graph, audiences: Sequence[str], is_shown: Callable[[_Part], bool]
    ) -> None:
        self._profile = profile
        self._is_shown = is_shown
        self._graph: Any = graph
        self._kind = _KINDS[type(graph)]
        self._tables = profile.terms.catalogue.tables
        self._within = profile.disclosure.audiences.seen_by(audiences)
        self._told = told(profile.disclosure, self._within)

    def parts(self) -> Iterator[_Part]:
        """The object itself, then what belongs to it."""
        layout = self._profile.layouts.get(self._kind)
        outline = Outline().add(layout) if layout is not None else None
        top = _Part(self._kind, (), self._kind, "", self._top(outline), outline)
        yield from self._with_parts(top)

    def _top(self, outline: Outline | None) -> Any:
        graph = self._graph
        if isinstance(graph, RegistrarGraph):
            return self._registrar(graph.sponsor, outline)
        if isinstance(graph, ContactGraph):
            return self._contact(graph.contact, graph.extensions, outline, "contact")
        return graph.host if isinstance(graph, HostGraph) else graph

    def _contact(
        self, contact: Contact, extensions: tuple[Extension, ...], outline: Outline | None, part: str
    ) -> Any:
        """A contact with the form that is shown of it in its part."""
        source = sources.contact_source(self._profile.terms.postal, self._settled(outline, part), self._told)
        return source(contact, extensions)

    def _registrar(self, sponsor: Sponsor, outline: Outline | None) -> Any:
        shorts = self._settled(outline, "registrar")
        return sources.registrar_source(self._profile.terms.postal, shorts, self._told)(sponsor)

    def _settled(self, outline: Outline | None, part: str) -> Sequence[str]:
        shorts = outline.demands if outline is not None else ()
        return settled(shorts, part, self._profile.disclosure, self._within)

    def _with_parts(self, part: _Part) -> Iterator[_Part]:
        yield part
        counts: dict[str, int] = {}
        for table, role, source in self._sources(part):
            name = role or table
            index = counts.get(name, 0)
            outline = _group(part, table, role)
            inner = self._inner(part, table, role, source, outline, (name, index))
            if self._tables[table].extension and not self._is_shown(inner):
                inner = self._inner(part, table, role, source, outline, (name, ABSENT))
            else:
                counts[name] = index + 1
            yield from self._with_parts(inner)
        if part.table == "contact" and self._profile.terms.postal.both:
            yield from self._second(part)

    def _inner(
        self,
        part: _Part,
        table: str,
        role: str,
        source: Any,
        outline: Outline | None,
        at: tuple[str, int],
    ) -> _Part:
        path = below(part.path, self._kind, step(table, role))
        return _Part(path, (*part.steps, at), table, role, source, outline)

    def _sources(self, part: _Part) -> Iterator[tuple[str, str, Any]]:
        """What belongs to a part, with the table and the role of each."""
        graph, source = self._graph, part.source
        if part.table == self._kind and getattr(graph, "sponsor", None) and self._kind != "registrar":
            yield "registrar", "", self._registrar(graph.sponsor, _group(part, "registrar", ""))
        if isinstance(source, DomainGraph):
            for link, contact in zip(graph.domain.contacts, graph.contacts, strict=False):
                if contact is not None and link.role in ROLES:
                    outline = _group(part, "contact", link.role)
                    extensions = sources.extensions_of(graph, contact)
                    yield "contact", link.role, self._contact(contact, extensions, outline, link.role)
            for host in sources.of_table("host", "", "domain")(source, graph):
                yield "host", "", host
        if isinstance(source, RegistrarSource):
            for desk in source.side.contacts:
                yield "desk", desk.type, desk
        for table in self._tables.values():
            if part.table in table.of and table.name != "desk":
                for each in sources.of_table(table.name, "", part.table)(source, graph):
                    yield table.name, "", each

    def _second(self, part: _Part) -> Iterator[_Part]:
        """The other postal form of a contact."""
        source = part.source.other()
        if source is not None:
            outline = part.outline.only(TEXTS) if part.outline is not None else Outline()
            path = below(part.path, self._kind, POSTAL)
            yield _Part(path, (*part.steps, (POSTAL, 0)), "contact", part.role, source, outline)


def _group(part: _Part, table: str, role: str) -> Outline | None:
    """The outline that the profile has of a group of a part."""
    return part.outline.groups.get((table, role)) if part.outline is not None else None


def keys(profile: Profile, element: str) -> list[tuple[str, str]]:
    """The rules that there can be on an element, as pairs of part and short name: `registrant.voice` is one,
    `contact.voice` and `voice` are those of all parts that have a rule."""
    wanted, _, short = element.rpartition(".")
    catalogue, disclosure = profile.terms.catalogue, profile.disclosure
    return [
        (part, short)
        for part in [*(name for name in catalogue.tables if name != "contact"), *ROLES, "contact"]
        if f"{table_of(part)}.{short}" in catalogue
        and wanted in ("", part, table_of(part))
        and (part == wanted or disclosure.rule(part, short) is not None)
    ]
