"""Writes a deposit from a store, in the line of its steps: state, frame, deletes, objects, extensions, report.

All is read from one state of the store, page by page, so that neither a commit meanwhile nor the number of objects
matters. A deposit of changes has what is there now of all that was put since, and deletes of what was there and is
no more (RFC 8909 §2). An object goes with all of its extensions; those that it lost have no deletes of their own,
so that it is deleted and comes anew. Where the CSV model has no place for something of an object, all of its kind
are written in the XML model, for no kind may be in both (RFC 9022 §2): then the deposit is begun anew.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory.errors import BadValue, DepositError, Finding
from directory.escrow.export import whole
from directory.escrow.export.base import Base, find_base
from directory.escrow.export.disclosed import Disclosed, Shown
from directory.escrow.export.extensions import Declared, render
from directory.escrow.export.faults import Faults
from directory.escrow.export.frame import URIS, Frame, id_of
from directory.escrow.export.objects import DELETES
from directory.escrow.export.place import Target
from directory.escrow.export.tables import CsvWriter
from directory.escrow.export.writer import NoPlace, Writer, XmlWriter
from directory.escrow.fields import Report
from directory.model.base import Instant, Value
from directory.model.catalogue import Catalogue
from directory.model.kinds import OWNER_KEYS
from directory.model.registry import Extension
from directory.store.dump import Dump, Holding
from directory.store.reader import Reader
from directory.store.tables import SHAPES

Progress = Callable[[str, int, int], None]
"""Told the kind of object, how many of it were written since the last time, and how many there are."""

_ALWAYS = ("epp_params", "policy")
"""What has to be in every deposit once it was in one (RFC 9022 §5.7, §5.8), and has no deletes."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written. `since` is the watermark that an INCR or a DIFF begins at; without it an INCR begins
    at the last FULL that was applied, a DIFF at the deposit before the last. Without `id` and `prev_id` both are
    made from the watermarks."""

    type: str = "FULL"
    model: str = "xml"
    repository: str | None = None
    since: Instant | None = None
    id: str = ""
    prev_id: str = ""
    resend: int = 0
    checksum: str = "CRC32"
    is_packed: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the deposit (the XML file, or the folder of a CSV deposit), and the report on it, which a
    stream has none of."""

    place: Path
    report: Path | None
    frame: Frame
    written: Mapping[str, int]
    deleted: int
    seconds: float
    notes: Mapping[str, int]


async def export(
    reader: Reader,
    order: Order,
    target: Target,
    catalogue: Catalogue,
    disclosed: Disclosed | None = None,
    progress: Progress = lambda kind, number, total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Exported:
    """Write a deposit to a target, and a report beside it, from a reader that is a started snapshot.

    With `disclosed`, only what it shows. Raises `DepositError` with every sort of fault for which an object cannot
    be written, `Unchanged`, `NotWritten`, and `StoreError`; then nothing is there.
    """
    began = time.monotonic()
    dump, holding = await Dump.of(reader, order.repository)
    work = _Export(dump, holding, order, catalogue, disclosed, progress)
    await work.prepare()
    with target.drafts(is_folder=order.model == "csv") as (path, told):
        writer = await work.written(path, target.path)
        told.write_text(writer.frame.report(now()), encoding="utf-8")
    seconds = time.monotonic() - began
    written = writer.frame, writer.written, writer.deleted
    return Exported(target.path, target.report, *written, seconds, work.report.notes)


class _Unfit(Exception):
    """An object does not go into the model that its kind is being written in."""

    def __init__(self, kind: str, key: str, why: str) -> None:
        super().__init__(kind, key, why)
        self.kind = kind
        self.key = key
        self.why = why


class _Export:
    """One deposit on its way out of the store."""

    def __init__(
        self,
        dump: Dump,
        holding: Holding,
        order: Order,
        catalogue: Catalogue,
        disclosed: Disclosed | None,
        progress: Progress,
    ) -> None:
        self.dump = dump
        self.holding = holding
        self.order = order
        self.declared = Declared(catalogue)
        self.disclosed = disclosed
        self.progress = progress
        self.report = Faults()
        self.base: Base | None = None
        kinds = dict.fromkeys(kind for kind, _ in URIS)
        self.models = {kind: order.model if (kind, order.model) in URIS else "xml" for kind in kinds}
        self.told: Counter[str] = Counter()
        self.hosts: set[str] = set()
        # All of them as they are can be written behind everything else, one after the other.
        self.is_streamed = order.type == "FULL" and disclosed is None
        owned = {owner for _, owner in holding.groups}
        self.with_extensions = owned & self.declared.owners_inside() if self.is_streamed else owned

    async def prepare(self) -> None:
        """Find what it builds on. Raises `DepositError` if there can be no such deposit, and `Unchanged`."""
        order = self.order
        if order.type != "FULL":
            self.base = await find_base(self.dump, self.holding.name, order.type, order.since, self.report)

    async def written(self, path: Path, place: Path) -> Writer:
        """Write to a path what is to be at a place; the writer, which is through. Raises `DepositError`."""
        while True:
            with self._writer(await self._frame(), path, place.name) as writer:
                try:
                    await self._write(writer)
                except _Unfit as unfit:
                    self._begin_anew(unfit, path)
                    continue
                self._check(writer, place)
                writer.end()
                return writer

    def _begin_anew(self, unfit: _Unfit, folder: Path) -> None:
        """Keep a kind in the XML model, and forget what was written."""
        said = f"{unfit.kind.replace('_', ' ')} objects are in the XML model"
        self.report.restart()
        self.report.note(f"{said}: {unfit.why}, of {unfit.kind.replace('_', ' ')} {unfit.key}")
        self.models[unfit.kind] = "xml"
        self.hosts.clear()
        for kind, number in self.told.items():
            self.progress(kind, -number, self.holding.counts[kind])
        self.told.clear()
        for each in folder.iterdir():
            each.unlink()

    async def _frame(self) -> Frame:
        order, holding = self.order, self.holding
        prev_id = order.prev_id or (id_of(self.base.deposit.watermark) if self.base else "")
        return Frame(
            holding.type,
            holding.name,
            order.type,
            order.id or id_of(holding.watermark),
            prev_id or None,
            order.resend,
            holding.watermark,
            await self._counts(),
        )

    def _writer(self, frame: Frame, path: Path, name: str) -> Writer:
        """What writes the deposit to a path that is to have this name."""
        packed = self.order.is_packed
        if self.order.model == "xml":
            return XmlWriter(frame, path, is_packed=packed)
        return CsvWriter(frame, path, f"{name}.xml", self.models, self.order.checksum, is_packed=packed)

    async def _write(self, writer: Writer) -> None:
        """Deletes, objects, extensions."""
        if self.base is not None:
            for kind in filter(self._speaks_of, DELETES):
                async for keys in self.dump.gone(kind, self.base.deposit.number):
                    writer.delete(kind, keys)
                async for keys in self._bereft(kind, self.base):
                    writer.delete(kind, keys)
            await self._find_lost(self.base)
        for kind in self._kinds():
            async for page in self._pages(kind):
                for shown in page:
                    self._put(writer, kind, shown)
                self._tell(kind, len(page))
        if self.is_streamed:
            await self._stream_extensions(writer)
        elif self.base is not None and self.disclosed is None:
            for kind, owners in sorted((await self.dump.unowned(self.base.gained)).items()):
                for extensions in (await self.dump.extensions(kind, sorted(owners))).values():
                    self._put_extensions(writer, extensions)

    def _check(self, writer: Writer, place: Path) -> None:
        """Refuse what is not whole. Raises `DepositError`."""
        if not self.report.faults and self.base is None and dict(writer.written) != self._present(writer.frame):
            counted, found = self._present(writer.frame), dict(writer.written)
            message = f"the store counts {counted}, and has {found}"
            self.report.add(Finding("deposit", "RFC 9022 §5.9", message))
        if self.report.faults:
            raise DepositError(str(place), self.report.told(), self.report.hidden)

    @staticmethod
    def _present(frame: Frame) -> dict[str, int]:
        return {uri: number for uri, number in frame.counts.items() if number}

    def _tell(self, kind: str, number: int) -> None:
        self.told[kind] += number
        self.progress(kind, number, self.holding.counts[kind])

    async def _counts(self) -> dict[str, int]:
        """How many objects the repository has, as this deposit shows it, by URI; those of extensions in the order
        of their URIs, so that it depends on no store."""
        counts = {
            URIS[kind, self.models[kind]]: self.holding.counts[kind]
            for kind in self.models
            if self._speaks_of(kind) and (self.holding.counts[kind] or await self._has_gone(kind))
        }
        groups = self.holding.groups if self.disclosed is None else await self._shown_groups()
        found: Counter[str] = Counter()
        for (table, owner), number in groups.items():
            uri = self.declared.uri(table, owner)
            if uri is not None:
                found[uri] += number
        return {**counts, **dict(sorted(found.items()))}

    async def _has_gone(self, kind: str) -> bool:
        if self.base is None or kind not in DELETES:
            return False
        async for _ in self.dump.gone(kind, self.base.deposit.number):
            return True
        return False

    def _of_first(self, name: str, extensions: tuple[Extension, ...]) -> tuple[Extension, ...]:
        """The extensions that belong to a host of this name, with the first of those that have it."""
        if name in self.hosts:
            return ()
        self.hosts.add(name)
        return extensions

    def _speaks_of(self, kind: str) -> bool:
        return self.disclosed is None or self.disclosed.speaks_of(kind)

    def _kinds(self) -> Iterable[str]:
        return [kind for kind in self.models if self._speaks_of(kind) and self.holding.counts[kind]]

    async def _shown_groups(self) -> Mapping[tuple[str, str], int]:
        """How many groups of each extension are shown: that is decided object by object."""
        found: dict[tuple[str, str], int] = {}
        silent = Report()
        for kind in dict.fromkeys(
            owner for table, owner in self.holding.groups if self._shows_group(owner, table)
        ):
            async for page in self.dump.objects(kind):
                for one in await self._shown(kind, page, silent):
                    for each in one.extensions:
                        found[each.table, kind] = found.get((each.table, kind), 0) + 1
        self.hosts.clear()
        return found

    def _shows_group(self, kind: str, table: str) -> bool:
        return self.disclosed is None or self.disclosed.shows_group(kind, table)

    async def _pages(self, kind: str) -> AsyncIterator[Sequence[Shown]]:
        """The objects of a kind that the deposit has, as they are shown."""
        async for page in self._values(kind):
            yield await self._shown(kind, page, self.report)

    def _values(self, kind: str) -> AsyncIterator[Sequence[Value]]:
        if self.base is None or kind in _ALWAYS:
            return self.dump.objects(kind)
        return self._changed(kind, self.base)

    async def _changed(self, kind: str, base: Base) -> AsyncIterator[Sequence[Value]]:
        numbers = await self.dump.changed(kind, base.deposit.number)
        if kind in OWNER_KEYS:
            owners = base.gained.get(kind, set()) | base.lost.get(kind, set())
            numbers |= await self.dump.of_owners(kind, owners)
        async for page in self.dump.some(kind, sorted(numbers)):
            yield page

    async def _bereft(self, kind: str, base: Base) -> AsyncIterator[Sequence[str]]:
        """The keys of the objects of a kind that are there and have lost extensions."""
        numbers = await self.dump.of_owners(kind, base.lost[kind]) if kind in base.lost else ()
        async for page in self.dump.some(kind, sorted(numbers)):
            yield [getattr(value, SHAPES[kind].key) for value in page]

    async def _shown(self, kind: str, page: Sequence[Value], report: Report) -> list[Shown]:
        owned: Mapping[str, Sequence[Extension]] = {}
        key = OWNER_KEYS.get(kind, "")
        if kind in self.with_extensions:
            owned = await self.dump.extensions(kind, list({getattr(value, key) for value in page}))
        if not owned and self.disclosed is None:
            return [Shown(value, ()) for value in page]
        found = []
        for value in page:
            extensions = tuple(owned.get(getattr(value, key), ())) if owned else ()
            if extensions and kind == "host":
                extensions = self._of_first(getattr(value, key), extensions)
            if self.disclosed is None:
                found.append(Shown(value, extensions))
            else:
                found.append(self.disclosed.show(kind, value, extensions, report))
        return found

    def _put(self, writer: Writer, kind: str, shown: Shown) -> None:
        """An object, and behind it what extensions have of it that is no part of it."""
        try:
            whole.check(kind, shown.value, self.models[kind])
            read = [(self.declared.reading(each), each) for each in shown.extensions]
            inside = [render(reading, each) for reading, each in read if reading.inside]
            writer.put(kind, shown.value, "".join(inside))
        except NoPlace as error:
            raise _Unfit(kind, getattr(shown.value, SHAPES[kind].key), str(error)) from None
        except BadValue as error:
            self._fault(kind, getattr(shown.value, SHAPES[kind].key), error)
        if not self.is_streamed:
            self._put_extensions(writer, shown.extensions)

    async def _stream_extensions(self, writer: Writer) -> None:
        """All objects of extensions, whether there is what they belong to or not."""
        async for page in self.dump.objects("extension"):
            self._put_extensions(writer, page)
            self._tell("extension", len(page))

    def _put_extensions(self, writer: Writer, extensions: Iterable[Any]) -> None:
        for each in extensions:
            try:
                reading = self.declared.reading(each)
                if not reading.inside:
                    writer.extension(reading.namespace, render(reading, each))
            except BadValue as error:
                self._fault(each.owner, each.owner_key, error)

    def _fault(self, kind: str, key: str, error: BadValue) -> None:
        self.report.add(Finding(f"{kind} {key}", error.rule, str(error)))

    async def _find_lost(self, base: Base) -> None:
        """What is no more and has no delete: policies, EPP parameters, extensions of what never was there."""
        for kind in _ALWAYS:
            async for keys in self.dump.gone(kind, base.deposit.number):
                for key in keys:
                    self._lose(f"{kind.replace('_', ' ')} {key}", "RFC 9022 §5.7, §5.8")
        for kind, owners in sorted((await self.dump.unowned(base.lost)).items()):
            if kind == "host":  # of which only the ROID is known, and extensions name it by its name
                continue
            async for keys in self.dump.gone(kind, base.deposit.number):
                owners.difference_update(keys)
            for owner in sorted(owners):
                self._lose(f"an extension of the {kind} {owner}", "RFC 9022 §7")

    def _lose(self, place: str, rule: str) -> None:
        message = "it is no more, and a deposit of changes cannot say so"
        self.report.add(Finding(place, rule, message, hint="write a FULL"))
