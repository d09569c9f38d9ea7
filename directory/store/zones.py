"""Which repository answers for which zone; the longest served suffix of a name decides (SAC054 §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from directory.errors import StoreError
from directory.model.base import Instant
from directory.model.name import parent


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in the store: `type` is tld, registrar, ppsp or reseller (RFC 9022 §5.9.1)."""

    id: int
    type: str
    name: str
    watermark: Instant


def which(known: Sequence[Repository], wanted: str | None) -> Repository:
    """The repository of a name, the only one if none is wanted; `TYPE:NAME` where several types have the name.
    Raises `StoreError`."""
    names = [one.name for one in known]
    said = {(one.name if names.count(one.name) == 1 else f"{one.type}:{one.name}"): one for one in known}
    if wanted is None and len(known) == 1:
        return known[0]
    found = said.get(wanted or "") or next((one for one in known if wanted == f"{one.type}:{one.name}"), None)
    if found is not None:
        return found
    if not known:
        raise StoreError("the store has no repository yet")
    if wanted is None or wanted in names:
        raise StoreError(f"the store has several repositories; say which: {', '.join(said)}")
    raise StoreError(f"the store has no repository {wanted!r}; there are: {', '.join(said)}")


@dataclass(frozen=True, slots=True)
class Zones:
    """The repositories and the zones they are served under."""

    repositories: tuple[Repository, ...] = ()
    by_name: Mapping[str, Repository] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        repositories: Iterable[Repository],
        stored: Iterable[tuple[str, int]],
        configured: Mapping[str, str] | None = None,
    ) -> Zones:
        """From the zones that the deposits showed, or from the configuration (zone to repository name).

        Where two repositories hold one zone, the one whose type is `tld` answers, then the older. What is below a
        repository's own TLD is nobody else's: another deposit's names there make no zone.
        """
        known = tuple(sorted(repositories, key=lambda one: (one.type != "tld", one.id)))
        by_id = {one.id: one for one in known}
        rank = {one.id: place for place, one in enumerate(known)}
        by_name: dict[str, Repository] = {}
        if configured:
            names = {one.name: one for one in reversed(known)}
            by_name = {zone: names[name] for zone, name in configured.items() if name in names}
        else:
            owners = {one.name: one for one in known if one.type == "tld"}
            for zone, number in sorted(stored, key=lambda one: rank[one[1]]):
                if _owner(zone, owners) in (None, by_id[number]):
                    by_name.setdefault(zone, by_id[number])
        return cls(known, by_name)

    def zone_of(self, name: str) -> str | None:
        """The longest served zone that this A-label name is, or is below."""
        while name:
            if name in self.by_name:
                return name
            name = parent(name)
        return None

    def oldest(self) -> Instant | None:
        """The oldest watermark of all repositories; None while there is none."""
        return min((one.watermark for one in self.repositories), default=None)


def _owner(zone: str, owners: Mapping[str, Repository]) -> Repository | None:
    """The repository whose TLD is the longest suffix of a zone."""
    while zone:
        if zone in owners:
            return owners[zone]
        zone = parent(zone)
    return None
