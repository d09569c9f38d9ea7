"""From a layout and a disclosure to functions that present objects: every static decision is taken here, once.

What an audience may not see is not even read from the object; the redactions of a part are one mapping that
all its views share, for they do not depend on the object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.model.base import Address
from directory.model.catalogue import Catalogue
from directory.model.contact import Contact, Postal
from directory.model.domain import Domain
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.registrar import RegistrarPostal, SideData, Sponsor
from directory.profile.disclosure import Disclosure, Redaction
from directory.profile.element import (
    Accessor,
    ContactSource,
    DnssecSource,
    ExtensionSource,
    RegistrarSource,
    accessor,
)
from directory.profile.layout import Layout, Outline
from directory.profile.view import View

Present = Callable[[Any], View]
Sources = Callable[[Any], Sequence[Any]]
Fill = Callable[[Any, dict[str, tuple[View, ...]]], None]
Compose = Callable[[Any, Any], View]

GRAPHS: dict[str, type[Graph]] = {
    "domain": DomainGraph,
    "host": HostGraph,
    "registrar": RegistrarGraph,
    "contact": ContactGraph,
}

_NO_POSTAL = Postal("")
_NO_REGISTRAR_POSTAL = RegistrarPostal("")
_NO_SIDE = SideData()
_MOST_KEPT = 4_096
_NO_PARTS: dict[str, tuple[View, ...]] = {}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles layouts for one audience. `forms` are the types of postal form in the order of preference."""

    disclosure: Disclosure
    catalogue: Catalogue
    audience: str
    forms: tuple[str, ...]

    def present(self, kind: str, layout: Layout) -> Present:
        """What makes the view of a graph of this kind."""
        compose = self._compose(Outline().add(layout), kind, "", kind)
        source = self._top(kind)

        def present(graph: Any) -> View:
            return compose(source(graph), graph)

        return present

    def _compose(self, outline: Outline, table: str, role: str, part: str) -> Compose:
        """What makes a view of a source; the context is where the sources of its parts are found."""
        getters: list[tuple[str, Accessor]] = []
        redacted: dict[str, Redaction] = {}
        for short in outline.shorts:
            self._decide(table, part, short, getters, redacted)
        fills = self._fills(outline, table)
        shown = tuple(getters)
        if not shown and not fills:
            nothing = View(table, role, {}, redacted, _NO_PARTS)
            return lambda source, context: nothing

        def leaf(source: Any, context: Any) -> View:
            fields = {short: values for short, get in shown if (values := get(source))}
            return View(table, role, fields, redacted, _NO_PARTS)

        def whole(source: Any, context: Any) -> View:
            fields = {short: values for short, get in shown if (values := get(source))}
            parts: dict[str, tuple[View, ...]] = {}
            for fill in fills:
                fill(context, parts)
            return View(table, role, fields, redacted, parts)

        return whole if fills else leaf

    def _decide(
        self,
        table: str,
        part: str,
        short: str,
        getters: list[tuple[str, Accessor]],
        redacted: dict[str, Redaction],
    ) -> None:
        rule = self.disclosure.rule(part, short)
        if rule is None:  # the loader refuses this; an element without a rule cannot leave all the same
            return
        if not self.disclosure.shows(rule, self.audience):
            redacted[short] = rule.redaction
            return
        get = accessor(table, short, self.catalogue[f"{table}.{short}"].origin)
        if get is not None:
            getters.append((short, get))

    def _fills(self, outline: Outline, owner: str) -> list[Fill]:
        """What puts the views of the parts under their names; the contacts of all roles in one pass."""
        fills: list[Fill] = []
        roles: dict[str, Compose] = {}
        for (table, role), group in outline.groups.items():
            compose = self._compose(group, table, role, role if table == "contact" else table)
            if table == "contact":
                roles[role] = compose
            elif (table, owner) == ("registrar", "domain"):
                fills.append(_fill_sponsor(compose, self._registrar()))
            else:
                fills.append(_fill(role or table, compose, self._sources(table, role, owner)))
        if roles:
            fills.append(_fill_contacts(roles, self._contact()))
        return fills

    def _top(self, kind: str) -> Callable[[Any], Any]:
        registrar, contact = self._registrar(), self._contact()
        tops: dict[str, Callable[[Any], Any]] = {
            "domain": lambda graph: graph,
            "host": lambda graph: graph.host,
            "registrar": lambda graph: registrar(graph.sponsor),
            "contact": lambda graph: contact(graph.contact),
        }
        return tops[kind]

    def _sources(self, table: str, role: str, owner: str) -> Sources:
        if table == "desk":
            return _desks(role)
        if table == "registrar":
            registrar = self._registrar()
            return lambda graph: () if graph.sponsor is None else (registrar(graph.sponsor),)
        known = {"host": _hosts, "dnssec": _dnssec}
        return known.get(table) or _extensions(table, owner)

    def _contact(self) -> Callable[[Contact], ContactSource]:
        forms = self.forms

        def source(contact: Contact) -> ContactSource:
            postal = contact.postal
            if len(postal) == 1:
                return ContactSource(contact, postal[0])
            return ContactSource(contact, contact.form(*forms) or _NO_POSTAL)

        return source

    def _registrar(self) -> Callable[[Sponsor], RegistrarSource]:
        forms = self.forms

        def source(sponsor: Sponsor) -> RegistrarSource:
            postal = sponsor.registrar.form(*forms) or _NO_REGISTRAR_POSTAL
            return RegistrarSource(sponsor.registrar, postal, sponsor.side or _NO_SIDE)

        return source


def _fill(name: str, compose: Compose, sources: Sources) -> Fill:
    def fill(context: Any, parts: dict[str, tuple[View, ...]]) -> None:
        found = sources(context)
        if found:
            parts[name] = tuple([compose(source, source) for source in found])

    return fill


def _fill_sponsor(compose: Compose, registrar: Callable[[Sponsor], RegistrarSource]) -> Fill:
    """A domain's registrar. The store gives one object for all domains of a registrar, so one view does as well;
    it is kept with its object, by which it is known."""
    kept: dict[int, tuple[Sponsor, tuple[View, ...]]] = {}

    def fill(graph: DomainGraph, parts: dict[str, tuple[View, ...]]) -> None:
        sponsor = graph.sponsor
        if sponsor is None:
            return
        found = kept.get(id(sponsor))
        if found is None or found[0] is not sponsor:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            source = registrar(sponsor)
            found = kept[id(sponsor)] = (sponsor, (compose(source, source),))
        parts["registrar"] = found[1]

    return fill


def _fill_contacts(roles: Mapping[str, Compose], contact: Callable[[Contact], ContactSource]) -> Fill:
    """The contacts of a domain, each in its part; a role that is not said is not looked at."""

    def fill(graph: DomainGraph, parts: dict[str, tuple[View, ...]]) -> None:
        links = graph.domain.contacts
        for index, found in enumerate(graph.contacts):
            role = links[index].role
            compose = roles.get(role)
            if found is not None and compose is not None:
                source = contact(found)
                parts[role] = (*parts.get(role, ()), compose(source, source))

    return fill


def _desks(role: str) -> Sources:
    """A registrar's desks of a type, out of its source, or out of the graph when it was asked for itself."""

    def sources(context: Any) -> Sequence[Any]:
        side = context.side if isinstance(context, RegistrarSource) else context.sponsor.side
        return [desk for desk in side.contacts if desk.type == role] if side else ()

    return sources


def _hosts(graph: DomainGraph) -> Sequence[Host]:
    """The delegation in its order; a server without an object of its own is shown as if it had one (gTLD RDAP
    Technical Implementation Guide 3.11)."""
    return [
        host if host is not None else _attribute(graph.domain.ns[index].host, graph.domain)
        for index, host in enumerate(graph.hosts)
    ]


def _attribute(name: str, domain: Domain) -> Host:
    addresses = tuple(Address(each.version, each.addr) for each in domain.ns_addresses if each.host == name)
    return Host.of_attribute(name, addresses)


def _dnssec(graph: DomainGraph) -> Sequence[DnssecSource]:
    secdns = graph.domain.secdns
    return [DnssecSource(record, graph.domain) for record in secdns] if secdns else ()


_ROIDS: dict[str, Callable[[Any], str]] = {
    "domain": lambda graph: graph.domain.roid,
    "host": lambda graph: graph.host.roid,
    "contact": lambda graph: graph.contact.roid,
    "registrar": lambda graph: "",
}


def _extensions(table: str, owner: str) -> Sources:
    """The groups of a declared extension that the object at hand has."""
    roid = _ROIDS[owner]

    def sources(graph: Any) -> Sequence[ExtensionSource]:
        extensions = graph.extensions
        if not extensions:
            return ()
        return [ExtensionSource(each, roid(graph)) for each in extensions if each.table == table]

    return sources
