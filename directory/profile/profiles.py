"""The profiles of a server: which of them speaks where, from which day on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path

from directory.model.catalogue import Catalogue
from directory.profile.audience import PUBLIC
from directory.profile.layout import Outline
from directory.profile.loader import load
from directory.profile.profile import Edition, NoProfile, Profile

_INSTEAD = {"data": ("rdap", "whois")}
"""By whose profile a service answers that has none of its own."""


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
    return "host" in Outline().add(profile.layouts.get("domain", ())).demands
