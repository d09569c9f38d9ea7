"""The life of a domain for one audience: the events of its versions, with the values that today's rules show.

An event is told whoever asks; its values, and the registry's own date of it, only where the disclosure shows the
elements that they are. An expiry is nothing but its date, and is not told without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from directory.access.standing import Standing
from directory.model.base import Instant
from directory.model.domain import Domain
from directory.model.graph import DomainGraph, Graph, HostGraph
from directory.model.host import Host
from directory.model.lifecycle import Event, Kind, Version, events
from directory.profile.explain import explain
from directory.profile.profile import Profile
from directory.query import Kind as Asked
from directory.query import Lookup
from directory.store import result
from directory.store.reader import Reader

_DATES = {
    Kind.CREATE: ("domain.crDate",),
    Kind.TRANSFER: ("domain.trDate", "domain.upDate"),
    Kind.EXPIRY: ("domain.exDate",),
    Kind.UPDATE: ("domain.upDate",),
    Kind.RENEW: ("domain.upDate",),
    Kind.HOLDER: ("domain.upDate",),
    Kind.DELETE: ("domain.upDate",),
}
"""The elements that the moment of an event may be taken from; of others it is a watermark."""


class Sight:
    """What an audience sees of the versions of a domain, by what each was with all that belonged to it; None where
    that is not known, and nothing is shown."""

    def __init__(self, profile: Profile, standing: Standing, graphs: Sequence[Graph | None]) -> None:
        self._profile = profile
        self._standing = standing
        self._graphs = graphs
        self._known: dict[str, bool] = {}

    def sees(self, element: str) -> bool:
        """Whether the element is shown, of every version: a value that one hides may stand in the change to it."""
        if element not in self._known:
            told = [graph is not None and self._shows(graph, element) for graph in self._graphs]
            self._known[element] = bool(told) and all(told)
        return self._known[element]

    def _shows(self, graph: Graph, element: str) -> bool:
        """Whether the element is shown of the object itself, whatever is shown of those that belong to it."""
        found = explain(self._profile, graph, self._standing, element)
        own = [each.decision for each in found if not each.steps]
        return bool(own) and all(decision is not None and decision.shown for decision in own)


@dataclass(frozen=True)
class Life:
    """A name's versions in one repository, what they were seen in, and who looks at them."""

    versions: Sequence[result.Version]
    sight: Sight
    moved: dict[Instant, tuple[str, ...]]
    now: Instant

    @cached_property
    def _seen(self) -> dict[str, result.Seen]:
        return {seen_text(each): each for one in self.versions for each in (one.opened, one.closed) if each}

    def told(self) -> Iterator[Event]:
        """The events as the audience may know them, in their order."""
        versions = [
            Version(
                one.content,
                one.valid_from,
                one.valid_to,
                seen_text(one.opened),
                seen_text(one.closed) if one.closed else "",
            )
            for one in self.versions
            if isinstance(one.content, Domain)
        ]
        found = events(versions, self.now, lambda name, old, new, at: self.moved.get(at, ()))
        for event in found:
            at = self._moment(event)
            if at is not None:
                yield replace(event, at=at)

    def _moment(self, event: Event) -> Instant | None:
        seen = self._seen[event.seen].watermark
        dates = _DATES.get(event.kind, ())
        if event.at == seen or all(self.sight.sees(each) for each in dates):
            return event.at
        return None if event.kind is Kind.EXPIRY else seen

    def plain(self, event: Event) -> dict[str, Any]:
        """An event as plain data; what is not shown is named, without its values."""
        changes = []
        for change in event.changes:
            if self.sight.sees(change.element):
                values: dict[str, Any] = {"before": list(change.before), "after": list(change.after)}
            else:
                values = {"withheld": True}
            changes.append({"element": change.element, **values})
        seen = self._seen[event.seen]
        return {
            "event": event.kind.value,
            "at": event.at,
            "seen": plain_seen(seen),
            "changes": changes,
            **({"hosts": list(event.hosts)} if event.hosts and self.sight.sees("domain.host") else {}),
        }


def seen_text(seen: result.Seen) -> str:
    """A deposit as it is spoken of: `DIFF 20260102001`, with its resend if it is one."""
    return f"{seen.type} {seen.id}{f' resend {seen.resend}' if seen.resend else ''}"


def plain_seen(seen: result.Seen) -> dict[str, Any]:
    """A deposit as plain data."""
    return {"type": seen.type, "id": seen.id, "resend": seen.resend, "watermark": seen.watermark}


async def life_of(
    name: str,
    versions: Sequence[result.Version],
    reader: Reader,
    profile: Profile,
    standing: Standing,
    now: Instant,
) -> Life:
    """The life of a domain, from its versions; the reader has to look for the hosts below a domain. Raises
    `StoreError`."""
    graphs: list[Graph | None] = []
    moved: dict[Instant, tuple[str, ...]] = {}
    before: DomainGraph | None = None
    for version in versions:
        found = await reader.lookup_as_of(Lookup(Asked.DOMAIN, name), version.valid_from)
        graph = next((hit.graph for hit in found.hits if isinstance(hit.graph, DomainGraph)), None)
        graphs.append(graph)
        if graph is None:
            continue
        if before is not None and before.domain.cl_id != graph.domain.cl_id:
            moved[version.valid_from] = tuple(
                [
                    each
                    for each in graph.subordinates
                    if await _has_moved(each, version.repository, reader, version.valid_from)
                ]
            )
        before = graph
    return Life(versions, Sight(profile, standing, graphs), moved, now)


async def _has_moved(host: str, repository: str, reader: Reader, at: Instant) -> bool:
    """Whether a host went to another registrar at a watermark."""
    found = await reader.lookup_as_of(Lookup(Asked.NAMESERVER, host), at)
    for hit in found.hits:
        if isinstance(hit.graph, HostGraph) and hit.repository == repository and hit.graph.host.roid:
            history = [
                one for one in await reader.versions("host", hit.graph.host.roid) if one.repository == repository
            ]
            for old, new in pairwise(history):
                if new.valid_from == at and _sponsor(old) != _sponsor(new):
                    return True
    return False


def _sponsor(version: result.Version) -> str | None:
    return version.content.cl_id if isinstance(version.content, Host) else None
