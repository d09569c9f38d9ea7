"""`dnrd history`: what became of an object, from its versions, as today's disclosure shows it (SAC054 §3)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from directory.access.standing import PUBLIC, Standing
from directory.cli import asking, lifecycle
from directory.cli.profile.setting import Refusal, Setting, audience_of, with_setting
from directory.errors import QueryError
from directory.model import format as formats
from directory.model.base import Instant
from directory.model.graph import ContactGraph, Graph, HostGraph, RegistrarGraph
from directory.query import Kind, Lookup

if TYPE_CHECKING:
    from directory.profile.profile import Profile
    from directory.profile.profiles import Profiles
    from directory.profile.view import View
    from directory.store.reader import Reader
    from directory.store.result import Version

_SERVICE = "data"


@click.command("history")
@click.option(
    "--audience", metavar="NAME", default=PUBLIC, show_default=True, help="As whom to ask, by the disclosure."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_setting()
@click.argument("name")
def command(setting: Setting, audience: str, form: str, name: str) -> None:
    """Tell what became of NAME, and in which deposits that was seen.

    Of a domain, the events of its life cycle: create, update, renew, registrar transfer with the hosts that moved
    along, change of holder, expiry, grace period, delete, release. Of a host, a contact by ROID, or a registrar,
    its versions and from when to when each was valid. What is gone today is found by its key: a contact by its
    handle, a host by its ROID, a registrar by its id.

    Values are told only where today's disclosure shows them to the audience; of others only that they changed. The
    moment of an event is that of the registry's date, where that is shown, else the watermark of the deposit that
    it was seen in. What was erased, by `dnrd forget` or with time, is said so or is not there any more. The exit
    code is 1 if nothing is known of NAME.

    \b
        dnrd history --store sqlite:///registry.db one.example
        dnrd history --store sqlite:///registry.db --audience law-enforcement --format json one.example
        dnrd history --store sqlite:///registry.db C-1234-EXAMPLE
    """
    profiles = setting.profiles()
    audience_of(audience, *profiles.all)
    try:
        told = asyncio.run(_History(setting, profiles, Standing(audience)).tell(name))
    except QueryError as error:
        raise Refusal(f"{name!r} cannot be asked for: {error}") from error
    if not told:
        click.echo(f"nothing is known of {name!r}, and nothing was", err=True)
        raise SystemExit(1)
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for entry in told:
        for line in _text(entry):
            click.echo(line)


@dataclass(frozen=True)
class _History:
    """Where the history is read, and for whom."""

    setting: Setting
    profiles: Profiles
    standing: Standing

    async def tell(self, name: str) -> list[dict[str, Any]]:
        """What became of all that is meant, as plain data. Raises `StoreError`, `QueryError`."""
        async with self.setting.store(subordinates=True) as reader:
            query, _ = asking.query_of(name, _SERVICE, reader.zone_of)
            if not isinstance(query, Lookup) or query.kind is Kind.ADDRESS:
                raise Refusal("only objects have a history: a domain, a host, a contact or a registrar")
            if query.kind is Kind.DOMAIN:
                return await self._domain(query.key, reader)
            told = []
            for kind, key in await _keys(query, name, reader):
                told += await self._object(name, kind, key, reader)
            return told

    def _profile(self, zone: str | None) -> Profile:
        return self.profiles.bound(zone, _SERVICE, self.standing.audience)

    async def _domain(self, name: str, reader: Reader) -> list[dict[str, Any]]:
        zone = reader.zone_of(name)
        if zone is None:
            return []
        repository = reader.zones.by_name[zone].name
        versions = [each for each in await reader.versions("domain", name) if each.repository == repository]
        if not versions:
            return []
        profile = self._profile(zone)
        now = formats.instant(datetime.now(UTC).isoformat())
        life = await lifecycle.life_of(name, versions, reader, profile, self.standing, now)
        entry = self._entry("domain", name, repository, profile)
        told = [life.plain(event) for event in life.told()]
        return [{**entry, **await self._expired("domain", versions, reader), "events": told, **_erased(versions)}]

    async def _object(self, name: str, kind: str, key: str, reader: Reader) -> list[dict[str, Any]]:
        """The versions of an object, in each repository that has it; its key may be withheld, so it is called as
        it was asked for."""
        versions = await reader.versions(kind, key)
        told = []
        for repository in dict.fromkeys(each.repository for each in versions):
            profile = self._profile(reader.zone_of(repository))
            own = [each for each in versions if each.repository == repository]
            spans = [{**_span(each), **await self._shown(kind, key, each, reader, profile)} for each in own]
            expired = await self._expired(kind, own, reader)
            told.append({**self._entry(kind, name, repository, profile), **expired, "versions": spans})
        return told

    async def _expired(self, kind: str, versions: Sequence[Version], reader: Reader) -> dict[str, Instant]:
        """Up to when versions were erased with time, if some of these may have been: then the first that is known
        need not be the first that was."""
        until = (await reader.expired(kind)).get(versions[0].repository)
        is_first = until is None or formats.moment(until) < formats.moment(versions[0].valid_from)
        return {} if until is None or is_first else {"expiredTo": until}

    async def _shown(
        self, kind: str, key: str, version: Version, reader: Reader, profile: Profile
    ) -> dict[str, Any]:
        """The elements of a version that the audience sees; of what was erased, or is not known whole, none."""
        from directory.profile.constraint import Violated

        if version.content is None:
            return {"erased": True}
        found = await reader.lookup_as_of(_ASKED[kind](version.content), version.valid_from)
        for hit in found.hits:
            if hit.repository == version.repository and _key_of(hit.graph) == (kind, key):
                try:
                    view = profile.present(hit.graph, self.standing)
                except Violated:
                    return {"elements": {}, "refused": profile.name}
                elements: dict[str, list[str]] = {}
                withheld: list[str] = []
                _flatten(view, view.table, elements, withheld)
                return {"elements": elements, "withheld": withheld}
        return {"elements": {}}

    def _entry(self, kind: str, name: str, repository: str, profile: Profile) -> dict[str, Any]:
        return {
            "object": name,
            "kind": kind,
            "repository": repository,
            "audience": self.standing.audience,
            "disclosure": f"{profile.disclosure.name} {profile.disclosure.version}",
        }


_ASKED: Mapping[str, Callable[[Any], Lookup]] = {
    "host": lambda host: Lookup(Kind.NAMESERVER, host.name),
    "contact": lambda contact: Lookup(Kind.ENTITY, contact.roid),
    "registrar": lambda one: Lookup(Kind.REGISTRAR, str(one.gurid) if one.gurid else one.name),
}
"""What finds an object by what it was."""


async def _keys(query: Lookup, text: str, reader: Reader) -> list[tuple[str, str]]:
    """The kinds and keys of the objects that are meant; of what is gone, the text is the key."""
    found = [key for hit in (await reader.lookup(query)).hits if (key := _key_of(hit.graph))]
    if found:
        return list(dict.fromkeys(found))
    return [(kind, text) for kind in ("contact", "host", "registrar") if await reader.versions(kind, text)]


def _key_of(graph: Graph) -> tuple[str, str] | None:
    if isinstance(graph, HostGraph) and graph.host.roid:
        return "host", graph.host.roid
    if isinstance(graph, ContactGraph):
        return "contact", graph.contact.handle
    return ("registrar", graph.sponsor.registrar.id) if isinstance(graph, RegistrarGraph) else None


def _span(version: Version) -> dict[str, Any]:
    return {
        "validFrom": version.valid_from,
        "validTo": version.valid_to,
        "opened": lifecycle.plain_seen(version.opened),
        "closed": lifecycle.plain_seen(version.closed) if version.closed else None,
    }


def _erased(versions: Sequence[Version]) -> dict[str, Any]:
    """The times of which the versions were erased, if there are any."""
    spans = [_span(each) for each in versions if each.content is None]
    return {"erased": spans} if spans else {}


def _flatten(view: View, path: str, elements: dict[str, list[str]], withheld: list[str]) -> None:
    """The elements of a view and of its parts by their paths, as `contact.voice`, `registrar.name`."""
    for short, values in view.fields.items():
        elements.setdefault(f"{path}.{short}", []).extend(values)
    withheld += [f"{path}.{short}" for short in view.redacted]
    for part, views in view.parts.items():
        for each in views:
            _flatten(each, f"{path}.{part}", elements, withheld)


def _text(entry: dict[str, Any]) -> Iterator[str]:
    head = f"{entry['kind']} {entry['object']} of {entry['repository']}, to {entry['audience']}"
    yield f"{head}, by {entry['disclosure']}"
    if "expiredTo" in entry:
        yield f"up to {entry['expiredTo']}: what was superseded by then was erased with time, and is not told"
    for event in entry.get("events", ()):
        yield f"{event['at']:<24}{event['event']:<20}seen in {_seen(event['seen'])}"
        for change in event["changes"]:
            yield f"{'':<24}{change['element']}: {_change(change)}"
        for host in event.get("hosts", ()):
            yield f"{'':<24}host {host} moved along"
    for each in (*entry.get("erased", ()), *entry.get("versions", ())):
        is_erased = "versions" not in entry or each.get("erased")
        until = each["validTo"] or "today"
        yield f"{each['validFrom']} to {until}{': erased' if is_erased else ''}"
        yield f"{'':<24}seen in {_seen(each['opened'])}" + (
            f", gone with {_seen(each['closed'])}" if each["closed"] else ""
        )
        for element, values in each.get("elements", {}).items():
            yield f"{'':<24}{element}: {', '.join(values)}"
        if each.get("withheld"):
            yield f"{'':<24}not shown: {', '.join(each['withheld'])}"
        if each.get("refused"):
            yield f"{'':<24}not shown: it is not as the profile {each['refused']} demands"


def _change(change: dict[str, Any]) -> str:
    if change.get("withheld"):
        return "not shown"
    before, after = ", ".join(change["before"]), ", ".join(change["after"])
    return f"{before} → {after or 'none'}" if before else after


def _seen(seen: dict[str, Any]) -> str:
    again = f" resend {seen['resend']}" if seen["resend"] else ""
    return f"{seen['type']} {seen['id']}{again} of {seen['watermark']}"
