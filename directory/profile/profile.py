"""A profile: what a service says for a zone, to whom, in which words (SAC054 §5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from directory import language as languages_of
from directory.errors import DirectoryError
from directory.model.base import Transfer
from directory.model.catalogue import Catalogue
from directory.model.graph import ContactGraph, DomainGraph, Graph
from directory.profile.audience import GAINING, PUBLIC, SPONSOR
from directory.profile.compile import Compiler, Present
from directory.profile.constraint import Count
from directory.profile.disclosure import Disclosure
from directory.profile.layout import Layout
from directory.profile.postal import Choice
from directory.profile.redaction import Redaction
from directory.profile.source import GRAPHS
from directory.profile.view import View

if TYPE_CHECKING:
    from directory.access.gate import Standing

_KINDS = {graph: kind for kind, graph in GRAPHS.items()}
_INSTEAD = {"data": ("rdap", "whois")}
"""By whose profile a service answers that has none of its own."""


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
            terms.disclosure,
            terms.catalogue,
            audiences,
            terms.postal,
            terms.redactions,
            terms.rules,
            terms.violations,
            everything,
            terms.name,
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


class Profiles:
    """The profiles of a server, found by zone, service and audience; a later edition takes over at its date."""

    def __init__(self, editions: Sequence[Edition], clock: Callable[[], float] = time.time) -> None:
        """`editions` in the order of their dates; `clock` gives seconds since 1970."""
        self._clock = clock
        self._editions = list(editions)
        self._until = 0.0
        self._turn()

    @classmethod
    def load(
        cls,
        files: Sequence[Path | Traversable] = (),
        catalogue: Catalogue | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Profiles:
        """Read profiles and disclosures, the shipped ones if none are named; `DocumentError` with every fault
        of the first document that has one."""
        from directory.profile.loader import load  # the loader builds what this module declares

        today = datetime.fromtimestamp(clock(), UTC).date()
        return cls(load(files, catalogue or Catalogue.load(), today), clock)

    def _turn(self) -> None:
        """Let the edition of today take over."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        while len(self._editions) > 1 and self._editions[1].since <= today:
            self._editions.pop(0)
        self.all = self._editions[0].profiles
        self._bound: dict[tuple[str, str], list[Profile]] = {}
        # Those for some audiences go before those for everyone.
        for profile in sorted(self.all, key=lambda each: not each.terms.audiences):
            for tld in profile.tlds:
                self._bound.setdefault((tld, profile.service), []).append(profile)
        tomorrow = datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)
        self._until = tomorrow.timestamp() if len(self._editions) > 1 else float("inf")

    @property
    def audiences(self) -> frozenset[str]:
        """All that the disclosures know."""
        return frozenset(name for profile in self.all for name in profile.disclosure.audiences.names)

    @property
    def relations(self) -> frozenset[str]:
        """The audiences that only a registrar's relation to an object makes."""
        return frozenset(name for each in self.all for name in each.disclosure.audiences.relations.values())

    @property
    def need_subordinates(self) -> bool:
        """Whether a profile says which hosts are below a domain (SAC054 table 4)."""
        return any(_names_subordinates(profile) for edition in self._editions for profile in edition.profiles)

    def bound(self, zone: str | None, service: str, audience: str = PUBLIC) -> Profile:
        """The profile that is bound most closely to a zone: to itself, to a zone above, to `*`. Raises
        `NoProfile`."""
        if self._clock() >= self._until:
            self._turn()
        for each in (service, *_INSTEAD.get(service, ())):
            found = self._closest(zone or "", each, audience)
            if found is not None:
                return found
        if zone is None:  # what is said of no zone may be said in the words of any
            for profile in self.all:
                if profile.service in (service, *_INSTEAD.get(service, ())) and profile.is_for(audience):
                    return profile
        raise NoProfile(f"no profile is bound to the service {service!r}")

    def _closest(self, zone: str, service: str, audience: str) -> Profile | None:
        while zone:
            for profile in self._bound.get((zone, service), ()):
                if profile.is_for(audience):
                    return profile
            zone = zone.partition(".")[2]
        for profile in self._bound.get(("*", service), ()):
            if profile.is_for(audience):
                return profile
        return None


def _names_subordinates(profile: Profile) -> bool:
    from directory.profile.layout import Outline

    return "host" in Outline().add(profile.layouts.get("domain", ())).demands
