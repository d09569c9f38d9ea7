"""From a layout and a disclosure to functions that present objects: every static decision is taken here, once.

What an audience may not see is not even read from the object: what is done with each element is a plan's to say
(`directory.profile.plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from directory.model.contact import Contact
from directory.model.graph import DomainGraph
from directory.model.registrar import Sponsor
from directory.model.registry import Extension
from directory.profile import source as sources
from directory.profile.constraint import Count, Violated, Violation
from directory.profile.element import ContactSource, RegistrarSource
from directory.profile.layout import Layout, Outline
from directory.profile.plan import MOST_KEPT, Ground, Plan, Planner
from directory.profile.postal import TEXTS, Choice, settled, told
from directory.profile.view import View

Present = Callable[[Any], View]
Fill = Callable[[Any, Any, dict[str, tuple[View, ...]]], None]
Compose = Callable[[Any, Any], View]
Choose = Callable[[Contact, tuple[Extension, ...]], ContactSource]
Tag = Callable[[Any, dict[str, tuple[str, ...]], Plan], str]
"""Gives the language tag of the texts that are shown of a source, by its plan."""

_NO_PARTS: dict[str, tuple[View, ...]] = {}
_WITH_FORMS = frozenset({"contact", "registrar"})
"""The tables of which the sources have a postal form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler(Ground):
    """Compiles layouts for those who see what these audiences see, with the profile's rules on whole objects;
    `name` is the profile's."""

    postal: Choice
    rules: tuple[Count, ...] = ()
    name: str = ""

    def present(self, kind: str, layout: Layout) -> Present:
        """What makes the view of a graph of this kind. Raises `Violated` where violations are refused."""
        found: list[Violation] = []
        outline = Outline().add(layout)
        compose = _Composer(self, found).compose(outline, kind, "", kind)
        source = self._top(kind, outline)
        rules = self._rules(kind, found)
        refuse, name = self.violations == "refuse", self.name

        def present(graph: Any) -> View:
            if found:
                found.clear()
            top = source(graph)
            view = compose(top, graph)
            if rules is not None:
                rules(top)
            if found:
                if refuse:
                    raise Violated(name, tuple(found))
                view = View(
                    view.table,
                    view.role,
                    view.fields,
                    view.redacted,
                    view.parts,
                    view.form,
                    view.lang,
                    tuple(found),
                )
            return view

        return present

    def _top(self, kind: str, outline: Outline) -> Callable[[Any], Any]:
        shorts = self.settled(outline, kind)
        registrar = sources.registrar_source(self.postal, shorts, self.told)
        contact = sources.contact_source(self.postal, shorts, self.told)
        tops: dict[str, Callable[[Any], Any]] = {
            "domain": lambda graph: graph,
            "host": lambda graph: graph.host,
            "registrar": lambda graph: registrar(graph.sponsor),
            "contact": lambda graph: contact(graph.contact, graph.extensions),
        }
        return tops[kind]

    @property
    def told(self) -> frozenset[str]:
        """The types of postal forms of which a declared language may be told."""
        return told(self.disclosure, None if self.everything else self.audiences)

    def settled(self, outline: Outline, part: str) -> tuple[str, ...]:
        """The elements by which the postal form of a part is chosen."""
        return settled(outline.demands, part, self.disclosure, None if self.everything else self.audiences)

    def _rules(self, kind: str, found: list[Violation]) -> Callable[[Any], None] | None:
        """What notes the violations of the profile's rules on a kind of object."""
        rules = [rule for rule in self.rules if rule.kind == kind]
        if not rules:
            return None
        counts = {short: sources.counter(kind, short, self.catalogue) for rule in rules for short in rule.shorts}

        def check(source: Any) -> None:
            for rule in rules:
                found.extend(rule.check(lambda short: counts[short](source)))

        return check


class _Composer:
    """Makes the functions of one layout; the violations that they find go into one list."""

    def __init__(self, compiler: Compiler, found: list[Violation]) -> None:
        self._by = compiler
        self._found = found

    def compose(self, outline: Outline, table: str, role: str, part: str, alone: bool = False) -> Compose:
        """What makes a view of a source, of a graph in which the sources of its parts are found; `alone`: of none
        of its parts."""
        plan_of = Planner(self._by, outline, table, part, self._found)
        fills = [] if alone else self._fills(outline, table, role)
        tag = self._tag(outline, table)
        static = plan_of(None) if plan_of.is_static else None
        is_plain = table not in _WITH_FORMS or TEXTS.isdisjoint(outline.demands)
        if static is not None and not fills and not static.hidden and not static.replaced and is_plain:
            return self._leaf(static, table, role)
        return self._whole(plan_of, fills, tag, table, role)

    def _leaf(self, plan: Plan, table: str, role: str) -> Compose:
        """A part without parts of its own, of which the same is shown for every object."""
        shown, redacted, checked = tuple(plan.shown), plan.redacted, plan.checked
        if not shown and checked is None:
            nothing = View(table, role, {}, redacted, _NO_PARTS)
            return lambda source, graph: nothing

        def leaf(source: Any, graph: Any) -> View:
            fields = {short: values for short, get in shown if (values := get(source))}
            if checked is not None:
                checked(fields, "", False)
            return View(table, role, fields, redacted, _NO_PARTS)

        return leaf

    def _whole(self, plan_of: Planner, fills: list[Fill], tag: Tag | None, table: str, role: str) -> Compose:
        """Any other part."""
        has_form = table in _WITH_FORMS

        def whole(source: Any, graph: Any) -> View:
            plan = plan_of(source)
            fields = {short: values for short, get in plan.shown if (values := get(source))}
            redacted = plan.redacted
            if plan.hidden:  # declared only where there is something to withhold
                held = {short for short, get in plan.hidden if get(source)}
                redacted = {short: each for short, each in redacted.items() if short in held}
            if plan.replaced:
                name = graph.domain.name if isinstance(graph, DomainGraph) else ""
                fields.update(
                    {short: each.replacement(name) for short, each in plan.replaced if short in redacted}
                )
                fields = {short: fields[short] for short in plan.order if short in fields}
            parts = {} if fills else _NO_PARTS
            for fill in fills:
                fill(source, graph, parts)
            lang = tag(source, fields, plan) if tag is not None else ""
            if plan.checked is not None:
                again = False
                while plan.checked(fields, lang, again) and tag is not None:
                    lang, again = tag(source, fields, plan), True
            form = source[1].type if has_form and not TEXTS.isdisjoint(fields) else ""
            return View(table, role, fields, redacted, parts, form, lang)

        return whole

    def _tag(self, outline: Outline, table: str) -> Tag | None:
        """What gives the language of the texts of a contact or registrar, if the profile wants a tag."""
        wanted = any(demand.language in ("optional", "required") for demand in outline.demands.values())
        if table not in _WITH_FORMS or not wanted:
            return None
        declared, found, of_contact = self._by.postal.declared, self._by.postal.found, table == "contact"
        told = self._by.told

        def tag(source: Any, fields: dict[str, tuple[str, ...]], plan: Plan) -> str:
            texts = [text for short in plan.spoken if short in fields for text in fields[short]]
            postal = source[1]
            if not texts or not postal.type:
                return ""
            said = declared(postal, source[2] if of_contact else (), told)
            if said and any(short in fields for short in plan.own):
                return said
            return found(postal.type, "\n".join(texts))

        return tag

    def _fills(self, outline: Outline, owner: str, role: str) -> list[Fill]:
        """What puts the views of the parts under their names; the contacts of all roles in one pass."""
        fills: list[Fill] = []
        roles: dict[str, tuple[Compose, Choose]] = {}
        for (table, inner), group in outline.groups.items():
            compose = self.compose(group, table, inner, inner if table == "contact" else table)
            if table == "contact":
                settled = self._by.settled(group, inner)
                roles[inner] = compose, sources.contact_source(self._by.postal, settled, self._by.told)
            elif table == "registrar":
                shorts = self._by.settled(group, table)
                source = sources.registrar_source(self._by.postal, shorts, self._by.told)
                fills.append(self._sponsor(compose, source, is_kept=not self._names_domain(group, table)))
            else:
                found = sources.of_table(table, inner, owner)
                fills.append(_fill(inner or table, compose, found, is_known=table in _IN_DNS))
        if roles:
            fills.append(_fill_contacts(roles))
        if owner == "contact" and self._by.postal.both and TEXTS.intersection(outline.demands):
            part = role or "contact"
            compose = self.compose(outline.only(TEXTS), "contact", role, part, alone=True)
            fills.append(_fill_second(compose))
        return fills

    def _names_domain(self, outline: Outline, part: str) -> bool:
        """Whether something that stands there instead of a withheld element has the name of the domain in it."""
        for short in outline.demands:
            rule = self._by.disclosure.rule(part, short)
            if rule is not None and self._by.redactions.get(f"{part}.{short}", rule.redaction).names_domain:
                return True
        return any(self._names_domain(group, table) for (table, _), group in outline.groups.items())

    def _sponsor(self, compose: Compose, registrar: Callable[[Sponsor], RegistrarSource], is_kept: bool) -> Fill:
        """An object's registrar. The store gives one for all domains of a registrar, so one view does as well
        (`is_kept`); it is kept with its registrar, by which it is known, and with what it violates."""
        found, choice = self._found, self._by.postal
        kept: dict[tuple[int, str], tuple[Sponsor, tuple[View, ...], list[Violation]]] = {}

        def fill(source: Any, graph: Any, parts: dict[str, tuple[View, ...]]) -> None:
            sponsor = graph.sponsor
            if sponsor is None:
                return
            if not is_kept:
                parts["registrar"] = (compose(registrar(sponsor), graph),)
                return
            key = (id(sponsor), choice.reader)
            known = kept.get(key)
            if known is None or known[0] is not sponsor:
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                before = len(found)
                view = compose(registrar(sponsor), graph)
                known = kept[key] = (sponsor, (view,), found[before:])
            elif known[2]:
                found.extend(known[2])
            parts["registrar"] = known[1]

        return fill


_IN_DNS = frozenset({"host", "dnssec"})
"""The groups of which everyone knows that they are there (RFC 3375 §8.4[2])."""


def _fill(name: str, compose: Compose, of_part: sources.Sources, is_known: bool) -> Fill:
    """The parts of a name. One of which nothing is shown is not there, unless it is known: it would tell that
    there is a transfer, or how many wishes there are, which are elements of their own."""

    def fill(source: Any, graph: Any, parts: dict[str, tuple[View, ...]]) -> None:
        found = of_part(source, graph)
        if found:
            views = [compose(each, graph) for each in found]
            if not is_known:
                views = [view for view in views if view.fields or view.parts]
            if views:
                parts[name] = tuple(views)

    return fill


def _fill_contacts(roles: Mapping[str, tuple[Compose, Choose]]) -> Fill:
    """The contacts of a domain, each in its part; a role that is not said is not looked at."""

    def fill(source: Any, graph: Any, parts: dict[str, tuple[View, ...]]) -> None:
        links = graph.domain.contacts
        some = graph.contact_extensions
        for index, found in enumerate(graph.contacts):
            role = links[index].role
            known = roles.get(role)
            if found is not None and known is not None:
                compose, contact = known
                extensions = sources.extensions_of(graph, found) if some else ()
                parts[role] = (*parts.get(role, ()), compose(contact(found, extensions), graph))

    return fill


def _fill_second(compose: Compose) -> Fill:
    """The other postal form of a contact, where both are shown."""

    def fill(source: ContactSource, graph: Any, parts: dict[str, tuple[View, ...]]) -> None:
        other = source.other()
        if other is not None:
            view = compose(other, graph)
            if view.fields:
                parts["postal"] = (view,)

    return fill
