"""A profile: what a service says for a zone, to whom, in which words (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from directory import language as languages_of
from directory.errors import DirectoryError
from directory.model.base import Transfer
from directory.model.catalogue import Catalogue
from directory.model.graph import ContactGraph, DomainGraph, Graph
from directory.profile.audience import GAINING, SPONSOR
from directory.profile.compile import Compiler, Present
from directory.profile.constraint import Count
from directory.profile.disclosure import Disclosure
from directory.profile.layout import Layout
from directory.profile.postal import Choice
from directory.profile.redaction import Redaction
from directory.profile.source import GRAPHS
from directory.profile.view import View

if TYPE_CHECKING:
    from directory.access.standing import Standing

_KINDS = {graph: kind for kind, graph in GRAPHS.items()}


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a notice (RFC 9083 §4.2)."""

    rel: str
    href: str
    type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Notice:
    """A text about the reply (RFC 9083 §4.3); `on` names the replies that carry it, all if empty."""

    title: str
    description: tuple[str, ...]
    links: tuple[Link, ...] = ()
    on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Texts:
    """The fixed texts of a service: replies without an object, and what stands below every text reply.

    `not_found` and `errors` are by kind of query and of fault; `many` and `match` are the list form of several
    name servers, `more` says that there are others than its `{shown}`; `update` has `{as_of}` in it, `match` the
    short names of host elements.
    """

    not_found: Mapping[str, str]
    errors: Mapping[str, str]
    reserved: str = ""
    help: str = ""
    many: str = ""
    match: str = ""
    more: str = ""
    update: str = ""
    pointer: str = ""
    disclaimer: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """All that a profile says in a language: labels, texts, notices, and the word for a second postal form."""

    layouts: Mapping[str, Layout]
    texts: Texts
    notices: tuple[Notice, ...]
    title: str = ""
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a profile is in every language."""

    name: str
    version: str
    since: str
    file: str
    service: str
    tlds: tuple[str, ...]
    audiences: frozenset[str]
    markup: str
    languages: tuple[str, ...]
    disclosure: Disclosure
    catalogue: Catalogue
    conformance: tuple[str, ...] = ()
    port43: str = ""
    postal: Choice = field(default_factory=lambda: Choice(("loc", "int")))
    by_reader: bool = False
    redactions: Mapping[str, Redaction] = field(default_factory=dict)
    rules: tuple[Count, ...] = ()
    violations: str = "serve"


class Profile:
    """A profile as it was loaded, in one of its languages; what it presents is compiled when it is first needed.
    Compared by identity, so that a door may remember what it made of it."""

    def __init__(
        self, terms: Terms, words: Words, language: str, plans: dict[tuple[type, str], Present] | None = None
    ) -> None:
        self.terms = terms
        self.words = words
        self.language = language
        self.name, self.version, self.since = terms.name, terms.version, terms.since
        self.service, self.tlds, self.disclosure = terms.service, terms.tlds, terms.disclosure
        self.conformance, self.port43 = terms.conformance, terms.port43
        self.layouts, self.texts, self.notices = words.layouts, words.texts, words.notices
        self.title, self.translation = words.title, words.translation
        self.variants: dict[str, Profile] = {language: self}
        # Views are the same in every language: plans are compiled once for all of them.
        self._plans: dict[tuple[type, str], Present] = {} if plans is None else plans
        self._seen_by = terms.disclosure.audiences.seen_by
        self._by_reader = terms.by_reader

    def add(self, language: str, words: Words) -> None:
        """The same profile in another language."""
        variant = Profile(self.terms, words, language, self._plans)
        variant.variants = self.variants
        self.variants[language] = variant

    def speaking(self, languages: Sequence[str]) -> Profile:
        """The profile in the language that suits who reads these (RFC 4647 §3.4), else in its own."""
        if not languages or len(self.variants) == 1:
            return self
        found = languages_of.chosen(languages, tuple(self.variants))
        return self.variants[found] if found else self

    @property
    def tells_reserved(self) -> bool:
        """Whether a name that is reserved is told from one that is free (RFC 9022 §5.6)."""
        return bool(self.texts.reserved)

    def is_for(self, audience: str) -> bool:
        """Whether it speaks to this audience: one that sees what those see for whom it is."""
        within = self._seen_by((audience,))
        return not self.terms.audiences or not within.isdisjoint(self.terms.audiences)

    def present(self, graph: Graph, standing: Standing, languages: Sequence[str] = ()) -> View:
        """The object as this requester may see it, with a postal form in the first of the languages if the profile
        chooses by it. An audience that is not known sees what the public sees; a kind of object that the profile
        does not mention has nothing to be seen. Raises `Violated` if the profile refuses the object."""
        audience = standing.audience
        if standing.registrar:
            audience = " ".join((audience, *self.relations(graph, standing.registrar)))
        if self._by_reader:
            self.terms.postal.reader = languages[0] if languages else ""
        key = (type(graph), audience)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._compile(type(graph), audience.split(" "))
        return plan(graph)

    def compiler(self, audiences: frozenset[str], everything: bool = False) -> Compiler:
        """What compiles the layouts for those who see what these see; with `everything`, for an audit."""
        terms = self.terms
        return Compiler(
            disclosure=terms.disclosure,
            catalogue=terms.catalogue,
            audiences=audiences,
            redactions=terms.redactions,
            violations=terms.violations,
            everything=everything,
            postal=terms.postal,
            rules=terms.rules,
            name=terms.name,
        )

    def _compile(self, graph: type, audiences: Sequence[str]) -> Present:
        kind = _KINDS[graph]
        if kind not in self.layouts:
            return lambda graph: View("", "", {}, {}, {})
        within = self._seen_by(audiences)
        # Whoever sees the same has the same plan, so that names that nobody knows do not fill the memory.
        key = (graph, f"={' '.join(sorted(within))}")
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self.compiler(within).present(kind, self.layouts[kind])
        return plan

    def relations(self, graph: Graph, registrar: str) -> list[str]:
        """The audiences that a registrar is to an object: its sponsor, the gaining one of a pending transfer."""
        known = self.disclosure.audiences.relations
        found = []
        if SPONSOR in known and _sponsor_of(graph) == registrar:
            found.append(known[SPONSOR])
        if GAINING in known and any(
            each.status == "pending" and each.re_rr == registrar for each in _transfers_of(graph)
        ):
            found.append(known[GAINING])
        return found


def _sponsor_of(graph: Graph) -> str:
    if isinstance(graph, DomainGraph):
        return graph.domain.cl_id or ""
    sponsor = getattr(graph, "sponsor", None)
    return sponsor.registrar.id if sponsor is not None else ""


def _transfers_of(graph: Graph) -> Iterable[Transfer]:
    if isinstance(graph, DomainGraph):
        return graph.domain.transfer
    return graph.contact.transfer if isinstance(graph, ContactGraph) else ()


class NoProfile(DirectoryError):
    """No profile speaks for this service."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The profiles that hold from a date."""

    since: date
    profiles: tuple[Profile, ...]
