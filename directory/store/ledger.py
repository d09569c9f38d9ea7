"""Writes deposits: one transaction each, and no superseded version is lost.

A FULL is compared with what is there, object by object, by a digest of its content: what is equal is not touched,
what differs is written anew and its old version goes to the history, what the deposit no longer has is closed. Of
an INCR or a DIFF only the objects that it names are looked at (RFC 8909 §5.2).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.model.base import Instant
from directory.model.registrar import SideData
from directory.store import erasure, integrity, references, tables
from directory.store.chain import SINCE_FULL, Applied, Chain, Incoming
from directory.store.counters import Counters
from directory.store.expression import among, array, array_parameter, number_of
from directory.store.integrity import Sort
from directory.store.progress import MOST_INSIDE, Mark, Progress, Tally
from directory.store.references import Dangling
from directory.store.tables import SHAPES
from directory.store.versions import BATCH, Versions
from directory.store.zones import Repository

__all__ = ["BATCH", "MOST_INSIDE", "Applied", "Chain", "Dangling", "Incoming", "Ledger", "Mark", "Tally"]

_one = sa.bindparam("repository", type_=sa.BigInteger)


class Ledger(Versions):
    """Writes the store, one deposit or side-data file at a time."""

    async def begin(self) -> None:
        """Begin the one transaction, making the tables if there are none. Raises `StoreBusy`."""
        self._deposit = 0
        await self._begin()

    @abstractmethod
    async def _begin(self) -> None:
        """Begin the transaction."""

    async def commit(self) -> None:
        """Show readers the new state."""
        if self._deposit:
            await self._counters.write(self)
            await self._flag_contact_extensions()
            written = sum(tally.added + tally.changed + tally.closed for tally in self.tallies.values())
            self.note_size(written, sum(self._held.values()))
        await self._commit()
        self._deposit = 0

    async def rollback(self) -> None:
        """Leave the old state; nothing if there is no transaction."""
        self._deposit = 0
        await self._rollback()

    async def repository(self, type_: str, name: str) -> tuple[int, Instant] | None:
        """The number and watermark of a repository in the store, if it is there."""
        table = tables.repository
        found = sa.select(table.c.id, table.c.watermark).where(
            table.c.type == sa.bindparam("type"), table.c.name == sa.bindparam("name")
        )
        rows = await self.ask(found, {"type": type_, "name": name})
        return (rows[0][0], rows[0][1]) if rows else None

    async def repositories(self) -> list[Repository]:
        """Every repository."""
        table = tables.repository
        columns = (table.c.id, table.c.type, table.c.name, table.c.watermark)
        return [Repository(*row) for row in await self.ask(sa.select(*columns).order_by(table.c.id), {})]

    async def chain(self, repository: int) -> Chain | None:
        """What was applied to a repository since its last FULL; None where nothing was. Raises `StoreVersion`."""
        await self.check_version()
        rows = await self.ask(SINCE_FULL, {"repository": repository})
        return Chain.of([Applied(*row) for row in rows]) if rows else None

    async def start(self, incoming: Incoming, applied: Instant) -> None:
        """Open the deposit in the ledger; `applied` is now. Objects follow with `put`. Raises `StoreVersion`."""
        await self.check_version()
        known = await self.repository(incoming.repository_type, incoming.repository)
        self._repository = known[0] if known else 1 + await self.last(tables.repository.c.id)
        chain = await self.chain(self._repository)
        self._deposit = 1 + await self.last(tables.deposit.c.id)
        self._next_version = 1 + await self.last(tables.history.c.id)
        self._watermark = incoming.watermark
        self._is_full = incoming.type == "FULL"
        self._has_touched_extensions = False
        self.lost = erasure.Lost()
        self._counters = Counters(self._repository)
        self._held = await self._counters.counts(self)
        self.tallies = {kind: Tally() for kind in SHAPES}
        self._progress = {}
        for kind, statements in self._by_kind.items():
            (row,) = await self.fetch(statements.last.text, ())
            self._progress[kind] = Progress(1 + (row[0] or 0))
        full = chain.full if chain else None
        base = self._deposit if self._is_full else full.number if full else None
        await self._write_headers(incoming, applied, base, is_known=known is not None)
        is_empty = all(progress.next_number == 1 for progress in self._progress.values())
        self._is_fresh = is_empty and await self.defer_indices()

    async def build_indices(self) -> dict[str, list[str]]:
        """Build what a first load left out. Returns, by kind of object, the keys that are there twice."""
        self._is_fresh = False
        return await self._build_indices()

    async def counts(self) -> Mapping[str, int]:
        """How many objects the repository has after what was written, by kind, 0 where there are none; and
        `extension NAME` for each group of extensions. What was put twice in a first load is counted twice."""
        return await self._counters.counts(self)

    async def parents(self) -> set[str]:
        """The names that any domain or NNDN of the repository is directly below."""
        return await self._counters.parents(self)

    async def dangling(self, touched_only: bool = False, most: int = 10) -> list[Dangling]:
        """References of the repository that lead nowhere, at most so many examples of each.

        With `touched_only`, those of the objects that the deposit put, and those to what it took away: on a store
        that was sound before, these are all. What a FULL touched may be anything, so that all is looked at.
        """
        return await references.dangling(self, self._repository, self._touched(touched_only), most)

    async def expire(
        self, before: Instant, now: Instant, reason: str, who: str, *, personal_only: bool = False
    ) -> list[erasure.Erased]:
        """Remove the versions that were superseded at or before a moment, or only the personal data in them: see
        `erasure.expire`. Runs in a transaction that the caller commits."""
        await self.check_version()
        return await erasure.expire(self, before, now, reason, who, personal_only=personal_only)

    async def forget(self, repository: int, key: str, now: Instant, reason: str, who: str) -> list[erasure.Erased]:
        """Erase the past data of the contact with this handle: see `erasure.forget`. Runs in a transaction that
        the caller commits."""
        await self.check_version()
        return await erasure.forget(self, repository, key, now, reason, who)

    async def twice(self, kind: str, field: str, touched_only: bool = False, most: int = 10) -> Sort:
        """Objects of a kind that have a field in common with another one: see `integrity.twice`."""
        return await integrity.twice(self, self._repository, kind, field, self._touched(touched_only), most)

    async def clashes(self, touched_only: bool = False, most: int = 10) -> Sort:
        """Names of the repository that are both a domain and an NNDN (RFC 9022 §5.6)."""
        return await integrity.clashes(self, self._repository, self._touched(touched_only), most)

    async def lacking(self, kind: str, field: str, touched_only: bool = False, most: int = 10) -> Sort:
        """Objects of a kind that have nothing for a field: see `integrity.lacking`."""
        return await integrity.lacking(self, self._repository, kind, field, self._touched(touched_only), most)

    def _touched(self, touched_only: bool) -> int | None:
        """The deposit whose work is looked at; None for all that is there, for a FULL touches anything."""
        return self._deposit if touched_only and not self._is_full else None

    async def set_zones(self, zones: Iterable[str]) -> None:
        """Which zones the repository is served under, unless configured otherwise. A name that is registered in it
        is no zone, whatever is registered below it."""
        await self.tell(
            sa.delete(tables.zone).where(tables.zone.c.repository == _one), {"repository": self._repository}
        )
        wanted = sorted(zones)
        values = {"repository": self._repository, "values": array(wanted, self.engine)}
        registered = {row[0] for row in await self.ask(self._by_kind["domain"].existing, values)}
        rows = [(zone, self._repository) for zone in wanted if zone not in registered]
        await self.insert(tables.zone, rows)

    async def names_of(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        """What other references of a table stand for in the repository of the deposit: the names of hosts by their
        ROIDs, the ids of registrars by their IANA numbers; without those that it does not have, and empty for
        those that it has more than once."""
        table = SHAPES[kind].table
        reference, name = (table.c.roid, table.c.name) if kind == "host" else (table.c.gurid, table.c.id)
        is_number = isinstance(reference.type, sa.BigInteger)
        wanted: list[Any] = [int(key) for key in keys if key.isdecimal()] if is_number else list(keys)
        values = array_parameter("values", sa.BigInteger if is_number else sa.Text, self.engine)
        found = sa.select(reference, name).where(among(reference, values), table.c.repository == _one)
        rows = await self.ask(found, {"values": array(wanted, self.engine), "repository": self._repository})
        found_: dict[str, str] = {}
        for key, name_ in rows:
            found_[str(key)] = name_ if found_.get(str(key), name_) == name_ else ""
        return found_

    async def put_side_data(self, repository: int, entries: Mapping[str, SideData]) -> None:
        """Replace the side data of a repository; keys are `id:…` or `iana:…`."""
        await self.check_version()
        mine = tables.side_data.c.repository == _one
        await self.tell(sa.delete(tables.side_data).where(mine), {"repository": repository})
        rows = [(repository, key, msgspec.json.encode(side).decode()) for key, side in entries.items()]
        await self.insert(tables.side_data, rows)
        await self._raise_serial(repository)

    async def registrar_keys(self, repository: int) -> set[str]:
        """`id:…` and `iana:…` of every registrar of a repository."""
        table = SHAPES["registrar"].table
        asked = sa.select(table.c.id, table.c.gurid).where(table.c.repository == _one)
        rows = await self.ask(asked, {"repository": repository})
        return {f"id:{row[0]}" for row in rows} | {f"iana:{row[1]}" for row in rows if row[1] is not None}

    async def _write_headers(
        self, incoming: Incoming, applied: Instant, base: int | None, *, is_known: bool
    ) -> None:
        said: tuple[Any, ...] = (incoming.type, incoming.id, incoming.prev_id, incoming.resend, incoming.watermark)
        await self.insert(tables.deposit, [(self._deposit, self._repository, *said, applied, base)])
        if not is_known:
            fields = (incoming.repository_type, incoming.repository, incoming.watermark, self._deposit, 1, 0)
            await self.insert(tables.repository, [(self._repository, *fields)])
            return
        update = (
            sa.update(tables.repository)
            .where(tables.repository.c.id == _one)
            .values(watermark=sa.bindparam("mark"), deposit=sa.bindparam("last"))
        )
        values = {"repository": self._repository, "mark": incoming.watermark, "last": self._deposit}
        await self.tell(update, values)
        await self._raise_serial(self._repository)

    async def _raise_serial(self, repository: int) -> None:
        table = tables.repository
        raised = table.c.serial + sa.literal_column("1")
        await self.tell(
            sa.update(table).where(table.c.id == _one).values(serial=raised), {"repository": repository}
        )

    async def _flag_contact_extensions(self) -> None:
        """Say in the repository whether any contact has extensions, if the deposit touched them."""
        if not self._has_touched_extensions:
            return
        extension, table = SHAPES["extension"].table, tables.repository
        any_ = sa.exists().where(
            extension.c.owner == sa.literal_column("'contact'"), extension.c.repository == _one
        )
        flag = sa.case((any_, number_of(1)), else_=number_of(0))
        update = sa.update(table).where(table.c.id == _one).values(contact_extensions=flag)
        await self.tell(update, {"repository": self._repository})
