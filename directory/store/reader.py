"""Answers lookups, one statement each, and decodes the rows straight into the model."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.errors import StoreError, StoreVersion
from directory.model import format as formats
from directory.model.base import Address, Instant
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.name import reverse
from directory.model.registrar import Sponsor
from directory.model.registry import Extension
from directory.query import Kind, Lookup
from directory.store import tables
from directory.store.asof import AsOf, expired, versions
from directory.store.expression import Statement, array, compile_statement
from directory.store.plan import DEADLINE, Found, Plan, Row
from directory.store.result import Hit, Result, Version
from directory.store.scan import PAGE, ObjectKind, Pages, drawn, total
from directory.store.statements import MOST_HITS, RESERVED, lookups, sponsor
from directory.store.zones import Repository, Zones, which

_EVERY = 0  # the number that stands for every repository
_IANA_ID = re.compile(r"[1-9][0-9]{0,14}\Z")
_NO_NUMBER = -1  # what no registrar has for an IANA id

_Extensions = tuple[Extension, ...]
_domain = msgspec.json.Decoder(
    tuple[Domain, tuple[Contact | None, ...], tuple[Host | None, ...], _Extensions, _Extensions, tuple[str, ...]]
)
_sponsor = msgspec.json.Decoder(Sponsor)
_nndn = msgspec.json.Decoder(Nndn)
_hosts = msgspec.json.Decoder(tuple[tuple[str, HostGraph], ...])
_registrars = msgspec.json.Decoder(tuple[tuple[str, RegistrarGraph], ...])
_contacts = msgspec.json.Decoder(tuple[tuple[str, ContactGraph], ...])
_attributes = msgspec.json.Decoder(tuple[tuple[str, str, str | None, str | None], ...])
_graphs: dict[ObjectKind, msgspec.json.Decoder[Graph]] = {
    "host": msgspec.json.Decoder(HostGraph),
    "registrar": msgspec.json.Decoder(RegistrarGraph),
    "contact": msgspec.json.Decoder(ContactGraph),
}

_TRIES = 5
_MOST_SPONSORS = 20_000
_TOO_FAST = "the store changes faster than it can be read"


class _Changed(Exception):
    """The repository was changed between two statements of one lookup."""


class Reader(ABC):
    """Reads the store. An engine says how a statement is executed; what is asked is the same for all."""

    engine: str

    def __init__(self, zones: Mapping[str, str] | None = None, *, subordinates: bool = False) -> None:
        self._configured_zones = zones
        self.subordinates = subordinates
        self.zones = Zones()
        self._lookups = lookups(self.engine, subordinates=subordinates)
        self._sponsor = sponsor(self.engine)
        self._sponsors: dict[tuple[int, str], tuple[int, Sponsor | None]] = {}
        self._repositories = compile_statement(
            sa.select(*[tables.repository.c[name] for name in ("id", "type", "name", "watermark")]),
            self.engine,
        )
        self._zones = compile_statement(sa.select(tables.zone.c.name, tables.zone.c.repository), self.engine)
        domain = tables.SHAPES["domain"].table
        first = sa.select(sa.func.min(domain.c.object)).scalar_subquery()
        self._some_domain = compile_statement(
            sa.select(domain.c.name).where(domain.c.object == first), self.engine
        )
        self._version = compile_statement(sa.select(tables.schema_version.c.version), self.engine)
        self._by_kind = {
            Kind.DOMAIN: self._domain,
            Kind.NAMESERVER: self._nameserver,
            Kind.ADDRESS: self._address,
            Kind.REGISTRAR: self._registrar,
            Kind.ENTITY: self._entity,
        }

    @abstractmethod
    async def start(self) -> None:
        """Connect and read which zones there are. Raises `StoreMissing`, `StoreVersion`, `StoreError`."""

    @abstractmethod
    async def close(self) -> None:
        """Give the connections back."""

    @abstractmethod
    async def fetch(self, text: str, arguments: tuple[Any, ...]) -> list[Row]:
        """The rows of a compiled statement. Raises `StoreError`."""

    @abstractmethod
    async def follow(self, plan: Plan[Found], deadline: float) -> Found:
        """Follow a plan beside the loop, on a connection of its own, within so many seconds. Raises
        `StoreError`."""

    async def refresh(self) -> None:
        """Read the repositories and zones anew, to see those that an ingest has added."""
        repositories = [Repository(*row) for row in await self.fetch(self._repositories.text, ())]
        known = {one.id for one in repositories}
        stored = [(row[0], row[1]) for row in await self.fetch(self._zones.text, ()) if row[1] in known]
        self.zones = Zones.of(repositories, stored, self._configured_zones)

    def check_zones(self) -> None:
        """Refuse zones of the configuration that name a repository which is not there. Raises `StoreError`."""
        names = [one.name for one in self.zones.repositories]
        for zone, name in (self._configured_zones or {}).items():
            if names and name not in names:
                known = ", ".join(names)
                raise StoreError(f"zones: {zone} is to be answered from {name!r}, but the store has: {known}")

    async def check_version(self) -> None:
        """Refuse a store of another schema. Raises `StoreVersion`."""
        rows = await self.fetch(self._version.text, ())
        found = rows[0][0] if rows else None
        if found != tables.SCHEMA_VERSION:
            raise StoreVersion(
                f"the store has schema version {found}, this program reads {tables.SCHEMA_VERSION}: "
                "ingest the deposit into a new store, or run the program that wrote it"
            )

    async def some_domain(self) -> str | None:
        """The name of a domain, for who wants to try the service; None if there is none."""
        rows = await self.fetch(self._some_domain.text, ())
        return rows[0][0] if rows else None

    def zone_of(self, name: str) -> str | None:
        """The longest served zone that this A-label name is, or is below."""
        return self.zones.zone_of(name)

    def has_one_repository(self) -> bool:
        """Whether there is one repository, so that a registrar's id says which registrar."""
        return len(self.zones.repositories) == 1

    def as_of(self) -> Instant | None:
        """The oldest watermark of the repositories; None while there is none."""
        return self.zones.oldest()

    async def lookup(self, lookup: Lookup) -> Result:
        """What the registry knows of this question. Raises `StoreError`."""
        return await self._by_kind[lookup.kind](lookup.key)

    async def lookup_as_of(self, lookup: Lookup, moment: Instant, deadline: float = DEADLINE) -> Result:
        """What the registry knew of this question at a moment: the same graphs as of a lookup, of the versions
        that were valid then, from the watermark of one deposit up to that of the next. Before the first deposit
        there is nothing. Zones and side data are those of today.

        It runs beside the loop, for at most so many seconds. Raises `StoreError`, and `Unsupported` for an
        address.
        """
        registry = AsOf(self.engine, self.zones, moment, subordinates=self.subordinates)
        return await self.follow(registry.lookup(lookup), deadline)

    async def versions(self, kind: str, key: str, deadline: float = DEADLINE) -> list[Version]:
        """Every version of an object: `kind` is the name of a table, `key` a domain's name, a contact's handle, a
        host's ROID, a registrar's id. In each repository from the first to the last; equal ones that follow each
        other are one. It runs beside the loop, for at most so many seconds. Raises `StoreError`."""
        return await self.follow(versions(kind, key, self.zones.repositories, self.engine), deadline)

    async def expired(self, kind: str, deadline: float = DEADLINE) -> dict[str, Instant]:
        """Up to when superseded versions of a kind, a table's name, were erased with time, by repository. Raises
        `StoreError`."""
        return await self.follow(expired(kind, self.zones.repositories, self.engine), deadline)

    async def count(self, kind: ObjectKind, repository: str | None = None) -> int:
        """How many objects of a kind there are, in one repository or in all. Raises `StoreError`."""
        statement = total(kind, self.engine)
        arguments = statement.arguments({"repository": self._number_of(repository)})
        count: int = (await self.fetch(statement.text, arguments))[0][0]
        return count

    def scan(
        self, kind: ObjectKind, repository: str | None = None, sample: int = 0, seed: int = 0
    ) -> AsyncIterator[Hit]:
        """Every object of a kind, in one repository or in all, each as a lookup finds it; for audits and
        comparisons, as it takes the loop for some milliseconds at a time. Raises `StoreError`.

        The objects come in the order of their numbers, some hundreds by one statement. Each of these pages is of
        one state. If a deposit is committed between two of them, the next is of the new state: no object comes
        twice, what was added comes at the end, what was changed comes as it is by then, and what was closed before
        it was reached does not come. Name servers that are attributes of domains are no objects.

        With `sample`, so many different objects, or all if there are not so many: the same ones in the same order
        for the same seed and store. Numbers are drawn from the first to the last, and those that no object has are
        passed over, so that every object is as likely as any other; the more gaps past deposits have left, and the
        more objects are of other repositories, the more is drawn. The numbers drawn are kept in memory.
        """
        pages, scope = Pages(kind, self.engine, subordinates=self.subordinates), self._number_of(repository)
        return self._sample(kind, pages, scope, sample, seed) if sample else self._all(kind, pages, scope)

    async def _all(self, kind: ObjectKind, pages: Pages, scope: int) -> AsyncIterator[Hit]:
        after = 0  # numbers begin at 1
        while page := await self._page(kind, pages.following, {"repository": scope, "after": after}):
            for number, hit in page:
                after = number
                if hit is not None:
                    yield hit

    async def _sample(
        self, kind: ObjectKind, pages: Pages, scope: int, sample: int, seed: int
    ) -> AsyncIterator[Hit]:
        ((low, high),) = await self.fetch(pages.ends.text, ())
        numbers = drawn(low, high, seed) if low is not None else iter(())
        left = sample
        while left and (chosen := list(islice(numbers, PAGE))):
            values = {"repository": scope, "values": array(chosen, self.engine)}
            found = dict(await self._page(kind, pages.chosen, values))
            hits = [hit for number in chosen if (hit := found.get(number)) is not None][:left]
            left -= len(hits)
            for hit in hits:
                yield hit

    async def _page(
        self, kind: ObjectKind, statement: Statement, values: Mapping[str, Any]
    ) -> list[tuple[int, Hit | None]]:
        for _ in range(_TRIES):
            rows = await self.fetch(statement.text, statement.arguments(values))
            try:
                return [(row[0], await self._hit(kind, *row[1:])) for row in rows]
            except _Changed:
                continue
        raise StoreError(_TOO_FAST)

    async def _hit(
        self, kind: ObjectKind, graph: str | None, repository: int, name: str, serial: int
    ) -> Hit | None:
        if graph is None:
            return None
        if kind == "domain":
            return Hit(name, await self._whole(graph, repository, serial))
        return Hit(name, _graphs[kind].decode(graph))

    def _number_of(self, repository: str | None) -> int:
        return _EVERY if repository is None else which(self.zones.repositories, repository).id

    async def _row(self, kind: Kind, key: str, repository: int) -> Row | None:
        statement: Statement = self._lookups[kind]
        values: dict[str, Any] = {"key": key, "repository": repository}
        if kind in (Kind.REGISTRAR, Kind.ENTITY):
            values["number"] = int(key) if _IANA_ID.match(key) else _NO_NUMBER
            values["folded"] = formats.fold(key)
        elif self.subordinates and kind is Kind.DOMAIN:
            values["below"] = reverse(key)
        rows = await self.fetch(statement.text, statement.arguments(values))
        return rows[0] if rows else None

    async def _domain(self, name: str) -> Result:
        zone = self.zones.zone_of(name)
        if zone is None:
            return Result(self.as_of(), None, ())
        number = self.zones.by_name[zone].id
        for _ in range(_TRIES):
            row = await self._row(Kind.DOMAIN, name, number)
            if row is None:
                return Result(self.as_of(), zone, ())
            as_of, repository, serial, graph = row
            if graph is None:
                return Result(as_of, zone, ())
            if graph.startswith(RESERVED):
                return Result(as_of, zone, (Hit(repository, _nndn.decode(graph[1:-1])),))
            try:
                whole = await self._whole(graph, number, serial)
            except _Changed:
                continue
            return Result(as_of, zone, (Hit(repository, whole),))
        raise StoreError(_TOO_FAST)

    async def _whole(self, graph: str, repository: int, serial: int) -> DomainGraph:
        """A domain with its sponsor as at this serial. Raises `_Changed`."""
        domain, contacts, hosts, extensions, contact_extensions, below = _domain.decode(graph)
        sponsor = await self._sponsor_at(serial, repository, domain.cl_id)
        names = tuple(sorted(below)) if below else below
        return DomainGraph(domain, sponsor, contacts, hosts, extensions, contact_extensions, names)

    async def _sponsor_at(self, serial: int, repository: int, id_: str) -> Sponsor | None:
        """The registrar as it is at this serial of its repository. Raises `_Changed` if that has passed meanwhile.

        What was read at a serial holds as long as the serial does, so that the answer is of one state, though a
        registrar is read only once for all its domains.
        """
        kept = self._sponsors.get((repository, id_))
        if kept is not None and kept[0] == serial:
            return kept[1]
        values = {"key": id_, "repository": repository}
        rows = await self.fetch(self._sponsor.text, self._sponsor.arguments(values))
        if not rows or rows[0][0] != serial:
            raise _Changed
        sponsor = _sponsor.decode(rows[0][1]) if rows[0][1] is not None else None
        if len(self._sponsors) >= _MOST_SPONSORS:
            self._sponsors.clear()
        self._sponsors[repository, id_] = (serial, sponsor)
        return sponsor

    async def _nameserver(self, name: str) -> Result:
        zone = self.zones.zone_of(name)
        repository = self.zones.by_name[zone].id if zone else _EVERY
        return self._host_result(await self._row(Kind.NAMESERVER, name, repository), zone)

    async def _address(self, address: str) -> Result:
        return self._host_result(await self._row(Kind.ADDRESS, address, _EVERY), None)

    def _host_result(self, row: Row | None, zone: str | None) -> Result:
        if row is None:
            return Result(self.as_of(), zone, ())
        as_of, objects, attributes = row
        hits = [Hit(repository, graph) for repository, graph in _hosts.decode(objects)]
        seen = {(hit.repository, hit.graph.host.name) for hit in hits if isinstance(hit.graph, HostGraph)}
        hits += [hit for key, hit in _attribute_hosts(attributes).items() if key not in seen]
        return Result(as_of, zone or self._zone_of_hits(hits), tuple(hits[:MOST_HITS]), len(hits) > MOST_HITS)

    async def _registrar(self, key: str) -> Result:
        row = await self._row(Kind.REGISTRAR, key, _EVERY)
        hits = [Hit(repository, graph) for repository, graph in _registrars.decode(row[1])] if row else []
        return self._first(row, hits)

    async def _entity(self, key: str) -> Result:
        row = await self._row(Kind.ENTITY, key, _EVERY)
        hits: list[Hit] = []
        if row:
            hits = [Hit(repository, graph) for repository, graph in _registrars.decode(row[1])]
            hits += [Hit(repository, graph) for repository, graph in _contacts.decode(row[2])]
        return self._first(row, hits)

    def _first(self, row: Row | None, hits: list[Hit]) -> Result:
        # One company may stand in several repositories under one IANA id; the first speaks for it.
        as_of = row[0] if row else self.as_of()
        return Result(as_of, self._zone_of_hits(hits), tuple(hits[:1]))

    def _zone_of_hits(self, hits: list[Hit]) -> str | None:
        return self.zones.zone_of(hits[0].repository) if hits else None


def _attribute_hosts(text: str) -> dict[tuple[str, str], Hit]:
    """Name servers kept as attributes, as if they were objects (gTLD RDAP TIG 3.11)."""
    found: dict[tuple[str, str], dict[Address, None]] = {}
    for repository, name, version, addr in _attributes.decode(text):
        addresses = found.setdefault((repository, name), {})
        if version is not None and addr is not None:
            addresses[Address(version, addr)] = None
    return {
        (repository, name): Hit(repository, HostGraph(Host.of_attribute(name, tuple(addresses)), None))
        for (repository, name), addresses in found.items()
    }
