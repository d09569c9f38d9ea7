"""The hall: every door asks here, and what leaves was built by a profile."""

from __future__ import annotations

from typing import Protocol

from directory.access.gate import Gate
from directory.access.standing import Standing
from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.model.base import Instant
from directory.model.domain import Nndn
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from directory.query import Help, Kind, Lookup, Query, Requester
from directory.store.result import Result


class Store(Protocol):
    """What the hall and the doors need of a store."""

    async def lookup(self, lookup: Lookup) -> Result:
        """What the registry knows of this question: one statement, with the watermark, on misses too."""

    def zone_of(self, name: str) -> str | None:
        """The longest served zone that this A-label name is, or is below."""

    def has_one_repository(self) -> bool:
        """Whether there is one repository, so that a registrar's id says which registrar."""

    def as_of(self) -> Instant | None:
        """The oldest watermark of the repositories served; None while there is none."""


class DirectoryService:
    """Answers queries: who asks, what we know, what we say."""

    def __init__(self, gate: Gate, store: Store, profiles: Profiles) -> None:
        self.gate = gate
        self.store = store
        self.profiles = profiles

    async def answer(self, query: Query, requester: Requester) -> Answer:
        """Admit the requester, look the object up, present it. Raises `StoreError` if the store is gone, and
        `Violated` if the profile refuses the object."""
        standing = self.gate.admit(requester)
        if isinstance(query, Help):
            return HelpText(query, self._profile(None, requester, standing), self.store.as_of())
        result = await self.store.lookup(query)
        profile = self._profile(result.zone, requester, standing)
        if not result.hits:
            return NotFound(query, profile, result.as_of)
        if isinstance(result.hits[0].graph, Nndn):
            return NotFound(query, profile, result.as_of, reserved=profile.tells_reserved)
        languages = requester.languages
        is_one = self.store.has_one_repository()
        views = tuple(
            [profile.present(hit.graph, standing.within(hit.repository, is_one), languages) for hit in result.hits]
        )
        if len(views) > 1 or query.kind is Kind.ADDRESS:
            return Matches(query, profile, result.as_of, views, result.is_cut)
        return Found(query, profile, result.as_of, views[0])

    def _profile(self, zone: str | None, requester: Requester, standing: Standing) -> Profile:
        """The profile that speaks for a zone to this requester, in a language that the requester reads."""
        profile = self.profiles.bound(zone, requester.service, standing.audience)
        return profile.speaking(requester.languages)
