"""A profile: what a service says for a zone, to whom, in which words (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from directory.errors import DirectoryError
from directory.model.catalogue import Catalogue
from directory.model.graph import Graph
from directory.profile.compile import Present
from directory.profile.disclosure import PUBLIC, Disclosure
from directory.profile.layout import Layout
from directory.profile.view import View

if TYPE_CHECKING:
    from directory.access.gate import Standing


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


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A profile as it was loaded and compiled; compared by identity, so that a door may remember what it made
    of it."""

    name: str
    version: str
    since: str
    service: str
    tlds: tuple[str, ...]
    language: str
    disclosure: Disclosure
    layouts: Mapping[str, Layout]
    texts: Texts
    notices: tuple[Notice, ...]
    conformance: tuple[str, ...]
    port43: str
    plans: Mapping[tuple[type[Graph], str], Present]

    @property
    def tells_reserved(self) -> bool:
        """Whether a name that is reserved is told from one that is free (RFC 9022 §5.6)."""
        return bool(self.texts.reserved)

    def present(self, graph: Graph, standing: Standing) -> View:
        """The object as this requester may see it. An audience that no rule names sees what the public sees; a
        kind of object that the profile does not mention has nothing to be seen."""
        kind = type(graph)
        plan = self.plans.get((kind, standing.audience)) or self.plans.get((kind, PUBLIC))
        return plan(graph) if plan is not None else View("", "", {}, {}, {})


class NoProfile(DirectoryError):
    """No profile speaks for this service."""


class Profiles:
    """The profiles of a server, found by zone and service."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.all = tuple(profiles)
        self._bound: dict[tuple[str, str], Profile] = {}
        for profile in self.all:
            for tld in profile.tlds:
                self._bound[tld, profile.service] = profile

    @classmethod
    def load(cls, files: Sequence[Path | Traversable] = (), catalogue: Catalogue | None = None) -> Profiles:
        """Read profiles and disclosures, the shipped ones if none are named; `DocumentError` with every fault
        of the first document that has one."""
        from directory.profile.loader import load  # the loader builds what this module declares

        return cls(load(files, catalogue or Catalogue.load()))

    def bound(self, zone: str | None, service: str) -> Profile:
        """The profile that is bound most closely to a zone: to itself, to a zone above, to `*`."""
        name = zone or ""
        while name:
            found = self._bound.get((name, service))
            if found is not None:
                return found
            name = name.partition(".")[2]
        found = self._bound.get(("*", service))
        if found is not None:
            return found
        for profile in self.all:
            if profile.service == service:
                return profile
        raise NoProfile(f"no profile is bound to the service {service!r}")
