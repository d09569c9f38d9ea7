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
from directory.profile.postal import SPOKEN, TEXTS, Choice
from directory.profile.view import View

Present = Callable[[Any], View]
Fill = Callable[[Any, Any, dict[str, tuple[View, ...]]], None]
Compose = Callable[[Any, Any], View]
Tag = Callable[[Any], tuple[str, str]]

_NO_PARTS: dict[str, tuple[View, ...]] = {}


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
        compose = _Composer(self, found).compose(Outline().add(layout), kind, "", kind)
        source = self._top(kind)
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

    def _top(self, kind: str) -> Callable[[Any], Any]:
        registrar, contact = sources.registrar_source(self.postal), sources.contact_source(self.postal)
        tops: dict[str, Callable[[Any], Any]] = {
            "domain": lambda graph: graph,
            "host": lambda graph: graph.host,
            "registrar": lambda graph: registrar(graph.sponsor),
            "contact": lambda graph: contact(graph.contact, graph.extensions),
        }
        return tops[kind]

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
        if static is not None and not fills and not static.hidden and not static.replaced and tag is None:
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
                checked(fields, "")
            return View(table, role, fields, redacted, _NO_PARTS)

        return leaf

    def _whole(self, plan_of: Planner, fills: list[Fill], tag: Tag | None, table: str, role: str) -> Compose:
        """Any other part."""

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
            form, lang = "", ""
            if tag is not None and not TEXTS.isdisjoint(fields):
                form, lang = tag(source)
                if lang and SPOKEN.isdisjoint(fields):  # it would tell the language of what is withheld
                    lang = ""
            if plan.checked is not None:
                plan.checked(fields, lang)
            return View(table, role, fields, redacted, parts, form, lang)

        return whole

    def _tag(self, outline: Outline, table: str) -> Tag | None:
        """What gives the postal form of a contact or registrar, and its language if the profile wants a tag."""
        if table not in ("contact", "registrar") or TEXTS.isdisjoint(outline.demands):
            return None
        wanted = any(demand.language in ("optional", "required") for demand in outline.demands.values())
        tag = self._by.postal.tag

        def of_contact(source: ContactSource) -> tuple[str, str]:
            postal = source[1]
            return postal.type, tag(postal, source[2]) if wanted and postal.type else ""

        def of_registrar(source: RegistrarSource) -> tuple[str, str]:
            postal = source[1]
            return postal.type, tag(postal, ()) if wanted and postal.type else ""

        return of_contact if table == "contact" else of_registrar

    def _fills(self, outline: Outline, owner: str, role: str) -> list[Fill]:
        """What puts the views of the parts under their names; the contacts of all roles in one pass."""
        fills: list[Fill] = []
        roles: dict[str, Compose] = {}
        for (table, inner), group in outline.groups.items():
            compose = self.compose(group, table, inner, inner if table == "contact" else table)
            if table == "contact":
                roles[inner] = compose
            elif table == "registrar":
                fills.append(self._sponsor(compose, is_kept=not self._names_domain(group, table)))
            else:
                found = sources.of_table(table, inner, owner)
                fills.append(_fill(inner or table, compose, found, is_known=table in _IN_DNS))
        if roles:
            fills.append(_fill_contacts(roles, sources.contact_source(self._by.postal)))
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

    def _sponsor(self, compose: Compose, is_kept: bool) -> Fill:
        """An object's registrar. The store gives one for all domains of a registrar, so one view does as well
        (`is_kept`); it is kept with its registrar, by which it is known, and with what it violates."""
        registrar, found, choice = sources.registrar_source(self._by.postal), self._found, self._by.postal
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


def _fill_contacts(
    roles: Mapping[str, Compose], contact: Callable[[Contact, tuple[Extension, ...]], ContactSource]
) -> Fill:
    """The contacts of a domain, each in its part; a role that is not said is not looked at."""

    def fill(source: Any, graph: Any, parts: dict[str, tuple[View, ...]]) -> None:
        links = graph.domain.contacts
        some = graph.contact_extensions
        for index, found in enumerate(graph.contacts):
            role = links[index].role
            compose = roles.get(role)
            if found is not None and compose is not None:
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
