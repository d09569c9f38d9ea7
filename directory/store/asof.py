"""Lookups as of a moment: the same graphs as a lookup of today, of the versions that were valid then.

Which zones are served is today's matter, and so are side data, which no deposit brings.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from directory.errors import Unsupported
from directory.model import format as formats
from directory.model.base import Address, Instant, Value
from directory.model.graph import ContactGraph, DomainGraph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.name import reverse
from directory.model.registrar import Registrar, SideData, Sponsor
from directory.model.registry import Extension
from directory.query import Kind, Lookup
from directory.store import erasure, past
from directory.store.expression import Statement, array
from directory.store.graphs import MOST_SUBORDINATES
from directory.store.plan import Plan
from directory.store.result import Hit, Result, Seen, Version
from directory.store.statements import MOST_HITS
from directory.store.tables import SHAPES
from directory.store.zones import Repository, Zones

_EVERY = 0  # the number that stands for every repository
_decoders = {kind: msgspec.json.Decoder(shape.struct) for kind, shape in SHAPES.items()}
_side_data = msgspec.json.Decoder(SideData)


class _Then(NamedTuple):
    """An object as it was: its number, its repository, and what it said."""

    number: int
    repository: int
    value: Any


class AsOf:
    """The registry at one moment."""

    def __init__(self, engine: str, zones: Zones, moment: Instant, *, subordinates: bool) -> None:
        self._engine = engine
        self._zones = zones
        self._moment = past.place(moment)
        self._subordinates = subordinates
        self._names = {one.id: one.name for one in zones.repositories}

    def lookup(self, lookup: Lookup) -> Plan[Result]:
        """What a lookup would have found. Raises `Unsupported` for an address."""
        by_kind = {
            Kind.DOMAIN: self._domain,
            Kind.NAMESERVER: self._nameserver,
            Kind.REGISTRAR: self._registrar,
            Kind.ENTITY: self._entity,
        }
        if lookup.kind not in by_kind:
            raise Unsupported(
                f"nothing is looked up by its {lookup.kind} in the past; ask for the name of the host"
            )
        return self._with_expired(by_kind[lookup.kind](lookup.key))

    def _with_expired(self, plan: Plan[Result]) -> Plan[Result]:
        result = yield from plan
        rows = yield past.expired(self._engine), {}
        kinds = {
            kind
            for repository, kind, text in rows
            for start, end, _, _ in erasure.spans_from(text)
            if repository in self._names and past.place(start) <= self._moment < past.place(end)
        }
        return msgspec.structs.replace(result, expired=tuple(sorted(kinds))) if kinds else result

    def _domain(self, name: str) -> Plan[Result]:
        zone = self._zones.zone_of(name)
        if zone is None:
            return Result((yield from self._oldest(_EVERY)), None, ())
        repository = self._zones.by_name[zone]
        as_of = yield from self._oldest(repository.id)
        found = yield from self._by_key("domain", [name], repository.id)
        if found:
            graph, erased = yield from self._domain_graph(found[0])
            return Result(as_of, zone, (Hit(repository.name, graph),), erased=erased)
        reserved = yield from self._by_key("nndn", [name], repository.id)
        return Result(as_of, zone, tuple(Hit(repository.name, one.value) for one in reserved[:1]))

    def _domain_graph(self, found: _Then) -> Plan[tuple[DomainGraph, tuple[str, ...]]]:
        number, domain = found.repository, found.value
        handles = list(dict.fromkeys(link.contact for link in domain.contacts))
        contacts = {one.value.handle: one.value for one in (yield from self._by_key("contact", handles, number))}
        names = [server.host for server in domain.ns if server.model == "object"]
        hosts = yield from self._hosts(names, number)
        own = yield from self._extensions("domain", [domain.name], number)
        theirs = yield from self._extensions("contact", handles, number)
        graph = DomainGraph(
            domain,
            (yield from self._sponsors([found]))[number, domain.cl_id],
            tuple(contacts.get(link.contact) for link in domain.contacts),
            tuple(hosts.get(server.host) if server.model == "object" else None for server in domain.ns),
            own.get((number, domain.name), ()),
            tuple(one for handle in handles for one in theirs.get((number, handle), ())),
            (yield from self._below(domain.name, number)) if self._subordinates else (),
        )
        known = {("contact", handle) for handle in contacts} | {("extension", handle) for _, handle in theirs}
        return graph, (yield from self._erased(handles, known, number))

    def _hosts(self, names: Sequence[str], repository: int) -> Plan[dict[str, Host]]:
        """Hosts by name; where two have one name, the first that came stands for it."""
        found: dict[str, Host] = {}
        for one in (yield from self._by_alias("host", [reverse(name) for name in names], repository)):
            found.setdefault(one.value.name, one.value)
        return found

    def _below(self, name: str, repository: int) -> Plan[tuple[str, ...]]:
        top = reverse(name)
        rows = yield from self._found(
            "host", past.hosts_below(self._engine), repository, {"after": f"{top}.", "end": f"{top}/"}
        )
        hosts = sorted({(one.value.reversed_name, one.value.name) for one in rows})
        return tuple(sorted(host for _, host in hosts[:MOST_SUBORDINATES]))

    def _nameserver(self, name: str) -> Plan[Result]:
        zone = self._zones.zone_of(name)
        scope = self._zones.by_name[zone].id if zone else _EVERY
        as_of = yield from self._oldest(scope)
        hosts = yield from self._by_alias("host", [reverse(name)], scope)
        linked = yield from self._linked("host", hosts)
        hits = [Hit(self._names[one.repository], HostGraph(*one.value)) for one in linked]
        seen = {one.repository for one in hosts}
        with_attribute = yield from self._found("domain", past.domains_with(self._engine), scope, {"host": name})
        addresses: dict[int, dict[Address, None]] = {}
        for one in with_attribute:
            of_host = addresses.setdefault(one.repository, {})
            of_host.update(
                (Address(each.version, each.addr), None) for each in one.value.ns_addresses if each.host == name
            )
        for repository, of_host in addresses.items():
            if repository not in seen:
                graph = HostGraph(Host.of_attribute(name, tuple(of_host)), None)
                hits.append(Hit(self._names[repository], graph))
        return Result(as_of, zone or self._zone_of(hits), tuple(hits[:MOST_HITS]), len(hits) > MOST_HITS)

    def _registrar(self, key: str) -> Plan[Result]:
        return self._first((yield from self._registrars(key)), (yield from self._oldest(_EVERY)))

    def _entity(self, key: str) -> Plan[Result]:
        hits = yield from self._registrars(key)
        contacts = yield from self._by_alias("contact", [key], _EVERY)
        for one in (yield from self._linked("contact", contacts)):
            hits.append(Hit(self._names[one.repository], ContactGraph(*one.value)))
        return self._first(hits, (yield from self._oldest(_EVERY)))

    def _first(self, hits: list[Hit], as_of: Instant | None) -> Result:
        # As in a lookup of today: one company may stand in several repositories, and the first speaks for it.
        return Result(as_of, self._zone_of(hits), tuple(hits[:1]))

    def _registrars(self, key: str) -> Plan[list[Hit]]:
        folded = formats.fold(key)
        every = yield from self._found("registrar", past.every_registrar(self._engine), _EVERY, {})
        known = [one for one in every if one.value.folded_name == folded or str(one.value.gurid) == key]
        hits = []
        for one in known:
            side = yield from self._side(one.repository, [one.value])
            own = yield from self._extensions("registrar", [one.value.id], one.repository)
            graph = RegistrarGraph(side[one.value.id], own.get((one.repository, one.value.id), ()))
            hits.append(Hit(self._names[one.repository], graph))
        return hits

    def _linked(self, kind: str, found: Sequence[_Then]) -> Plan[list[_Then]]:
        """Hosts or contacts with their sponsors and extensions, as the fields of their graphs."""
        sponsors = yield from self._sponsors(found)
        key = {"host": "name", "contact": "handle"}[kind]
        linked = []
        for one in found:
            owner = getattr(one.value, key)
            own = yield from self._extensions(kind, [owner], one.repository)
            sponsor = sponsors[one.repository, one.value.cl_id]
            linked.append(one._replace(value=(one.value, sponsor, own.get((one.repository, owner), ()))))
        return linked

    def _sponsors(self, found: Iterable[_Then]) -> Plan[dict[tuple[int, str], Sponsor | None]]:
        wanted: dict[int, set[str]] = {}
        for one in found:
            wanted.setdefault(one.repository, set()).add(one.value.cl_id)
        sponsors: dict[tuple[int, str], Sponsor | None] = {}
        for repository, ids in wanted.items():
            rows = yield from self._by_key("registrar", sorted(ids), repository)
            known = yield from self._side(repository, [one.value for one in rows])
            sponsors.update({(repository, id_): known.get(id_) for id_ in ids})
        return sponsors

    def _side(self, repository: int, registrars: Sequence[Registrar]) -> Plan[dict[str, Sponsor]]:
        """Registrars with their side data, by id."""
        keys = [key for one in registrars for key in (f"id:{one.id}", f"iana:{one.gurid}")]
        values = {"repository": repository, "values": array(keys, self._engine)}
        rows = yield past.side_data(self._engine), values
        side = {row[0]: _side_data.decode(row[1]) for row in rows}
        return {
            one.id: Sponsor(one, side.get(f"id:{one.id}") or side.get(f"iana:{one.gurid}")) for one in registrars
        }

    def _extensions(
        self, owner: str, keys: Sequence[str], repository: int
    ) -> Plan[dict[tuple[int, str], tuple[Extension, ...]]]:
        """The extensions of owners of one kind, in the order in which they came."""
        values = {
            "owner": owner,
            "values": array(keys, self._engine),
            "aliases": array([f"{owner} {key}" for key in keys], self._engine),
        }
        found: dict[tuple[int, str], tuple[Extension, ...]] = {}
        rows = yield from self._found("extension", past.extensions(self._engine), repository, values)
        for one in rows:
            key = one.repository, one.value.owner_key
            found[key] = (*found.get(key, ()), one.value)
        return found

    def _erased(
        self, handles: Sequence[str], known: Container[tuple[str, str]], repository: int
    ) -> Plan[tuple[str, ...]]:
        """Those of the handles that had something at the moment which was forgotten since: the contact itself, or
        what extensions said of it. What is `known`, by its kind, was not."""
        by_digest = {
            erasure.digest_of(repository, kind, f"contact {handle}" if kind == "extension" else handle): handle
            for handle in handles
            for kind in ("contact", "extension")
            if (kind, handle) not in known
        }
        if not by_digest:
            return ()
        values = {"values": array(list(by_digest), self._engine)}
        rows = yield erasure.spans_of(self._engine), values
        gone = set()
        for digest, text in rows:
            spans = erasure.spans_from(text)
            if any(past.place(start) <= self._moment < past.place(end) for start, end, _, _ in spans):
                gone.add(by_digest[digest])
        return tuple(handle for handle in handles if handle in gone)

    def _by_key(self, kind: str, keys: Sequence[str], repository: int) -> Plan[list[_Then]]:
        values = {"values": array(keys, self._engine)}
        return (yield from self._found(kind, past.by_key(kind, self._engine), repository, values))

    def _by_alias(self, kind: str, aliases: Sequence[str], repository: int) -> Plan[list[_Then]]:
        values = {"values": array(aliases, self._engine)}
        return (yield from self._found(kind, past.by_alias(kind, self._engine), repository, values))

    def _found(
        self, kind: str, statement: Statement, repository: int, values: Mapping[str, Any]
    ) -> Plan[list[_Then]]:
        """Objects in the order of their numbers, those of repositories that are unknown by now left out."""
        rows = yield statement, {"repository": repository, "moment": self._moment, **values}
        decode = _decoders[kind].decode
        found = [_Then(row[0], row[1], decode(row[3])) for row in rows if row[1] in self._names]
        return sorted(found, key=lambda one: one.number)

    def _oldest(self, repository: int) -> Plan[Instant | None]:
        values = {"repository": repository, "moment": self._moment}
        rows = yield past.watermarks(self._engine), values
        return min((row[1] for row in rows), default=None)

    def _zone_of(self, hits: Sequence[Hit]) -> str | None:
        return self._zones.zone_of(hits[0].repository) if hits else None


def versions(kind: str, key: str, repositories: Sequence[Repository], engine: str) -> Plan[list[Version]]:
    """Every version of an object in all repositories, in each from the first to the last; what was erased too."""
    rows = yield past.superseded(engine), {"kind": kind, "key": key}
    spans = [tuple(row) for row in rows]
    rows = yield past.present(kind, engine), {"key": key}
    spans += [(*row, None, None) for row in rows]
    names = {one.id: one.name for one in repositories}
    digests = {erasure.digest_of(number, kind, key): number for number in names}
    rows = yield erasure.spans_of(engine), {"values": array(list(digests), engine)}
    for digest, text in rows:
        for start, end, opened, closed in erasure.spans_from(text):
            spans.append((digests[digest], None, start, opened, end, closed))
    numbers = sorted({number for span in spans for number in (span[3], span[5]) if number is not None})
    rows = yield past.deposits(engine), {"values": array(numbers, engine)}
    seen = {row[0]: Seen(*row[1:]) for row in rows}
    return list(_joined(kind, sorted(spans, key=lambda span: (span[0], span[3])), names, seen))


def expired(kind: str, repositories: Sequence[Repository], engine: str) -> Plan[dict[str, Instant]]:
    """Up to when superseded versions of a kind were erased with time, by repository."""
    rows = yield past.expired(engine), {}
    names = {one.id: one.name for one in repositories}
    found: dict[str, Instant] = {}
    for repository, of, text in rows:
        if of == kind and repository in names:
            name = names[repository]
            ends = [end for _, end, _, _ in erasure.spans_from(text)]
            found[name] = max([*ends, found.get(name, ends[0])], key=past.place)
    return found


def _joined(
    kind: str, spans: Iterable[tuple[Any, ...]], names: Mapping[int, str], seen: Mapping[int, Seen]
) -> Iterable[Version]:
    """The versions of these spans: equal ones that follow each other are one, those of no length are none."""
    decode = _decoders[kind].decode
    last: Version | None = None
    for repository, text, valid_from, opened, valid_to, closed in spans:
        if valid_from == valid_to or repository not in names:
            continue
        content: Value | None = decode(text) if text is not None else None
        end = seen[closed] if closed is not None else None
        one = Version(names[repository], content, valid_from, valid_to, seen[opened], end)
        if last is not None and (last.repository, last.content, last.valid_to) == (
            one.repository,
            one.content,
            one.valid_from,
        ):
            last = msgspec.structs.replace(last, valid_to=one.valid_to, closed=one.closed)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
