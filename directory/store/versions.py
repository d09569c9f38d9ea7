"""Writes versions of objects: what a deposit brings, takes away or brings back, and the history of all of it.

A version that one deposit both opened and closed was never seen, and is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.model.base import Instant, Value
from directory.model.kinds import OWNER_KEYS
from directory.store import tables
from directory.store.comparison import Known, Marked
from directory.store.counters import Counters
from directory.store.erasure import Lost, lost
from directory.store.expression import among, array, array_parameter, literal
from directory.store.progress import (
    Mark,
    Progress,
    Statements,
    Tally,
    Written,
    attributes,
    digest,
    statements,
)
from directory.store.tables import SHAPES, Shape
from directory.store.writer import Writer

BATCH = 1_000
_FEW = 16  # one of so many
"""How many objects are compared and written at once."""

RECOGNISED = ("contact", "host", "domain", "nndn", "extension")
"""The kinds of which there are many, so that it pays to know them by the octets that they come as."""

_encode = msgspec.json.encode
_UNMARKED = (None, None)
_decoders = {kind: msgspec.json.Decoder(shape.struct) for kind, shape in SHAPES.items()}


class Versions(Writer):
    """The objects of the repository whose deposit is open."""

    fresh_batch = BATCH
    """How many objects are best written at once in a first load, where nothing is asked."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Statements] = statements(self.engine)
        self._progress: dict[str, Progress] = {}
        self.tallies: dict[str, Tally] = {}
        self._counters = Counters(0)
        self._held: dict[str, int] = {}
        self._repository = 0
        self._deposit = 0
        self._watermark = Instant("")
        self._next_version = 0
        self._is_full = False
        self._is_fresh = False
        self._has_touched_extensions = False
        self.lost = Lost()
        """What the deposit would have to bring back, and was forgotten."""

    @property
    def is_first(self) -> bool:
        """Whether this is the first FULL of the repository, or the first since it has had nothing."""
        return self._is_full and not any(self._held.values())

    @property
    def batch(self) -> int:
        """How many objects are best put at once."""
        return self.fresh_batch if self._is_fresh else BATCH

    async def put(
        self,
        kind: str,
        objects: Sequence[Value],
        marks: Sequence[Mark | None] = (),
        contents: Sequence[bytes | None] = (),
    ) -> list[int]:
        """Write a batch of objects of one kind, with the marks of those that have one, and their `contents`, where
        these were written already. Returns the places, within the batch, of those whose key the deposit had
        before; a first load finds them only in `build_indices`."""
        shape, none = SHAPES[kind], [None] * len(objects)
        self.lost.settle_all(objects)
        written = [
            Written(one, text := content or _encode(one), digest(text), mark)
            for one, mark, content in zip(objects, marks or none, contents or none, strict=True)
        ]
        if self._is_fresh:
            self._counters.add(kind, [getattr(one, shape.key) for one in objects])
            numbers = self._progress[kind].numbers(len(objects))
            await self._write(shape, list(zip(numbers, written, strict=True)))
            self.tallies[kind].added += len(objects)
            return []
        if self._is_full and self._is_worth_knowing(kind, len(written)):
            return await self._compare_all(shape, written)
        return await self._compare(shape, written, self.tallies[kind], range(len(written)))

    def _is_worth_knowing(self, kind: str, number: int) -> bool:
        """Whether a FULL puts so many of a kind that it pays to know the digests of all that are there, which take
        time and memory; few are asked for by their keys."""
        progress = self._progress[kind]
        progress.put += number
        held = self._held.get(kind, 0)
        return held > 0 and (progress.known is not None or progress.put * _FEW > held)

    async def recognisers(self) -> dict[str, Callable[[bytes], bool]]:
        """For a FULL on what is there: by kind, what takes the mark of octets and says whether they are those of
        an object that is there, with the extensions inside of it, and that the deposit has not had yet. Then the
        deposit has had it, and it need not be put."""
        if not self._is_full or self._is_fresh:
            return {}
        marked = {kind: Marked() for kind in RECOGNISED}
        values = {"repository": self._repository, "watermark": self._watermark}
        for kind, known in marked.items():
            asked = self._by_kind[kind].marks
            async for rows in self.stream(asked.text, asked.arguments(values)):
                known.extend(rows)
        return {kind: self._recogniser(kind, known, marked["extension"]) for kind, known in marked.items()}

    def _recogniser(self, kind: str, known: Marked, extensions: Marked) -> Callable[[bytes], bool]:
        progress, tally, find = self._progress[kind], self.tallies[kind], known.find
        progress.marked = known
        inner, inner_tally = self._progress["extension"], self.tallies["extension"]

        def recognise(mark: bytes) -> bool:
            number, inside = find(mark)
            if not number:
                return False
            others = extensions.inside(mark) if inside else ()
            if len(others) != inside or any(map(inner.is_confirmed, others)) or not progress.confirm(number):
                return False
            tally.unchanged += 1
            progress.recognised += 1
            for other in others:
                inner.confirm(other)
            inner_tally.unchanged += inside
            return True

        return recognise

    async def delete(self, kind: str, field: str, keys: Sequence[str]) -> list[str]:
        """Close what has one of these values for a field, and the extensions that it owned (RFC 8909 §5.1.3).

        Two hosts may have one name (RFC 9022 §5.2.1.2): by `name`, both are closed. Of extensions, `owner_key`
        with `reseller one.example` are all of that group that the owner has. Returns the keys that were not there.
        """
        missing = []
        asked = self._by_kind[kind].numbers_by(field)
        is_number = isinstance(SHAPES[kind].table.c[field].type, sa.BigInteger)
        for batch in _batches([] if self._is_fresh else keys):
            values = [int(key) for key in batch if key.isdecimal()] if is_number else batch
            arguments = {
                "repository": self._repository,
                "values": array(values, self.engine),
                "owners": array([key.partition(" ")[2] for key in batch], self.engine),
            }
            rows = await self.ask(asked, arguments)
            found = {str(row[0]) for row in rows}
            missing += [key for key in batch if key not in found]
            owners = await self._remove(SHAPES[kind], [row[1] for row in rows])
            self.lost.settle_deleted(f"contact {key}" for key in batch if field == "handle")
            self.lost.settle_deleted(owners if kind == "contact" else ())
            self.tallies[kind].closed += len(rows)
            await self._remove_owned(kind, owners)
        return list(keys) if self._is_fresh else missing

    async def replace(self, kind: str, owners: Sequence[str], groups: Sequence[str]) -> None:
        """Close what these owners have of groups of extensions and the deposit did not put: the cascade of an
        object that comes anew (RFC 9022 §4.6.1)."""
        extension = SHAPES["extension"].table
        texts = [array_parameter(name, sa.Text, self.engine) for name in ("values", "groups")]
        owned = sa.select(extension.c.object).where(
            among(extension.c.owner_key, texts[0]),
            among(extension.c.table, texts[1]),
            extension.c.owner == literal(kind),
            extension.c.repository == sa.bindparam("repository", type_=sa.BigInteger),
        )
        progress = self._progress["extension"]
        for batch in _batches(owners if self._held.get("extension") else ()):
            values = {"values": array(batch, self.engine), "groups": array(groups, self.engine)}
            rows = await self.ask(owned, {**values, "repository": self._repository})
            numbers = [row[0] for row in rows if not progress.is_confirmed(row[0])]
            await self._remove(SHAPES["extension"], numbers)
            self.tallies["extension"].closed += len(numbers)

    async def touched_since(self, deposit: int) -> dict[str, set[str]]:
        """By kind, the keys of the repository whose version a later deposit than this one opened or closed. What
        was forgotten of its state is in `lost` from then on."""
        self.lost = await lost(self, self._repository, deposit)
        one = {"repository": self._repository, "deposit": deposit}
        found = {
            kind: {row[0] for row in await self.ask(asked.since, one)} for kind, asked in self._by_kind.items()
        }
        history = tables.history
        closed = sa.select(history.c.kind, history.c.key).where(
            history.c.closed > sa.bindparam("deposit", type_=sa.BigInteger),
            history.c.repository == sa.bindparam("repository", type_=sa.BigInteger),
        )
        for kind, key in await self.ask(closed, one):
            found[kind].add(key)
        return {kind: keys for kind, keys in found.items() if keys}

    async def restore(self, kind: str, keys: Collection[str], deposit: int) -> None:
        """Bring these keys back to their version as of a deposit, or to not being there. What is as it was is not
        touched; what was forgotten since cannot come back, and is in `lost`."""
        shape = SHAPES[kind]
        for batch in _batches(sorted(keys)):
            values = {"repository": self._repository, "values": array(batch, self.engine)}
            current = {row[0]: (row[1], row[2]) for row in await self.ask(self._by_kind[kind].opened, values)}
            later = [key for key in batch if key not in current or current[key][1] > deposit]
            before = await self._before(kind, later, deposit)
            written = [Written(_decoders[kind].decode(text), text, digest(text)) for text in before.values()]
            await self._compare(shape, written, Tally(), range(len(written)), is_brought=False)
            gone = [key for key in later if key in current and key not in before]
            await self._remove(shape, [current[key][0] for key in gone])

    async def _before(self, kind: str, keys: Sequence[str], deposit: int) -> dict[str, bytes]:
        """The contents that those of these keys had as of a deposit, which later ones have closed."""
        history = tables.history
        asked = sa.select(history.c.key, history.c.content).where(
            history.c.kind == literal(kind),
            among(history.c.key, array_parameter("values", sa.Text, self.engine)),
            history.c.repository == sa.bindparam("repository", type_=sa.BigInteger),
            history.c.opened <= sa.bindparam("deposit", type_=sa.BigInteger),
            history.c.closed > sa.bindparam("deposit", type_=sa.BigInteger),
        )
        values = {"repository": self._repository, "values": array(keys, self.engine), "deposit": deposit}
        return {row[0]: row[1].encode() for row in await self.ask(asked, values)}

    async def close_vanished(self) -> None:
        """Close every object of the repository that the deposit did not bring."""
        if self._is_fresh:
            return
        for kind, shape in SHAPES.items():
            tally, progress = self.tallies[kind], self._progress[kind]
            if tally.unchanged + tally.changed == self._held.get(kind, 0):
                continue
            async for numbers in self._present(kind):
                vanished = [number for number in numbers if not progress.is_confirmed(number)]
                await self._remove(shape, vanished)
                tally.closed += len(vanished)

    async def _present(self, kind: str) -> Any:
        known = self._progress[kind].known
        if known is not None:
            for batch in _batches(known.numbers):
                yield batch
            return
        asked, after = self._by_kind[kind].present, 0
        while rows := await self.ask(asked, {"repository": self._repository, "after": after, "most": BATCH}):
            yield [row[0] for row in rows]
            after = rows[-1][0]

    async def _compare_all(self, shape: Shape, incoming: Sequence[Written]) -> list[int]:
        """Compare with everything that is there: only what is new or changed is asked for by its key."""
        progress, tally = self._progress[shape.kind], self.tallies[shape.kind]
        known = progress.known
        if known is None:
            if progress.marked and progress.recognised < progress.put:
                progress.marked.forget()  # it comes in another model, or from another hand
            known = progress.known = Known()
            asked = self._by_kind[shape.kind].digests
            async for rows in self.stream(asked.text, asked.arguments({"repository": self._repository})):
                known.extend(rows)
        doubled, rest, remarked = [], [], []
        number_of, confirm = known.number_of, progress.confirm
        for place, one in enumerate(incoming):
            number = number_of(one.digest)
            if not number:
                rest.append(place)
            elif not confirm(number):
                doubled.append(place)
            elif one.mark:
                remarked.append((number, one.mark))
        await self._remark(shape, remarked)
        tally.unchanged += len(incoming) - len(rest) - len(doubled)
        return sorted(doubled + await self._compare(shape, [incoming[place] for place in rest], tally, rest))

    async def _compare(
        self,
        shape: Shape,
        incoming: Sequence[Written],
        tally: Tally,
        places: Sequence[int],
        *,
        is_brought: bool = True,
    ) -> list[int]:
        """Compare with what is there under the same keys, and write what is new or differs. `is_brought` if the
        deposit itself has these objects, and so must not have them again."""
        if not incoming:
            return []
        progress = self._progress[shape.kind]
        keys = [getattr(one.value, shape.key) for one in incoming]
        values = {"repository": self._repository, "values": array(keys, self.engine)}
        rows = await self.ask(self._by_kind[shape.kind].existing, values)
        existing = {row[0]: (row[1], row[2], row[3]) for row in rows}
        doubled, superseded, writing, added, remarked = [], [], [], [], []
        for place, key, one in zip(places, keys, incoming, strict=True):
            number, old, mark = existing.get(key, (0, b"", None))
            if not number:
                (number,) = progress.numbers(1)
                existing[key] = (number, one.digest, None)
                added.append(key)
                writing.append((number, one))
            elif progress.is_confirmed(number):
                doubled.append(place)
            elif old == one.digest:
                tally.unchanged += 1
                if one.mark and one.mark.octets != mark:
                    remarked.append((number, one.mark))
            else:
                tally.changed += 1
                superseded.append(number)
                writing.append((number, one))
            if is_brought:
                progress.confirm(number)
        tally.added += len(added)
        self._counters.add(shape.kind, added)
        await self._close(shape, superseded)
        await self._write(shape, writing)
        await self._remark(shape, remarked)
        return doubled

    async def _remark(self, shape: Shape, remarked: Sequence[tuple[int, Mark]]) -> None:
        """Know objects that are as they were by other octets."""
        asked = self._by_kind[shape.kind].remark
        rows = [
            asked.arguments({"octets": mark.octets, "within": mark.inside, "number": number})
            for number, mark in remarked
        ]
        if rows:
            await self.execute_many(asked.text, rows)

    async def _write(self, shape: Shape, writing: Sequence[tuple[int, Written]]) -> None:
        if not writing:
            return
        self._has_touched_extensions |= shape.kind == "extension"
        width = len(shape.scalars)
        astuple = msgspec.structs.astuple
        rows: list[tuple[Any, ...]] = []
        repeated: list[list[tuple[Any, ...]]] = [[] for _ in shape.children]
        for number, (value, content, digest_, mark) in writing:
            fields = astuple(value)
            octets, inside = mark or _UNMARKED
            own = (number, self._repository, self._deposit, digest_, octets, inside, content.decode())
            rows.append((*own, *fields[:width]))
            for child_rows, values in zip(repeated, fields[width:], strict=True):
                if values:
                    child_rows += [(number, place, *astuple(each)) for place, each in enumerate(values)]
        if "values" in shape.scalars:
            place = 7 + shape.scalars.index("values")
            rows = [(*row[:place], _encode(row[place]).decode(), *row[place + 1 :]) for row in rows]
        await self.insert(shape.table, rows)
        for child, child_rows in zip(shape.children, repeated, strict=True):
            if child_rows:
                await self.insert(child.table, child_rows)

    async def _remove(self, shape: Shape, numbers: Sequence[int]) -> list[str]:
        """Close objects that are no longer there. Returns by what extensions know them as their owners."""
        closed = await self._close(shape, numbers)
        self._counters.subtract(shape.kind, [key for key, _ in closed])
        return [owner for _, owner in closed]

    async def _remove_owned(self, kind: str, owners: Iterable[str]) -> None:
        """Close the extensions of owners that are no longer there."""
        if kind not in OWNER_KEYS or not (wanted := sorted(set(owners))):
            return
        values = {"repository": self._repository, "values": array(wanted, self.engine)}
        left = {row[0] for row in await self.ask(self._by_kind[kind].numbers_by(OWNER_KEYS[kind]), values)}
        extension = SHAPES["extension"].table
        owned = sa.select(extension.c.object).where(
            among(extension.c.owner_key, array_parameter("values", sa.Text, self.engine)),
            extension.c.owner == literal(kind),
            extension.c.repository == sa.bindparam("repository", type_=sa.BigInteger),
        )
        values["values"] = array([owner for owner in wanted if owner not in left], self.engine)
        numbers = [row[0] for row in await self.ask(owned, values)]
        await self._remove(SHAPES["extension"], numbers)
        self.tallies["extension"].closed += len(numbers)

    async def _close(self, shape: Shape, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Move the current versions of these objects to the history. Returns their keys, and by what extensions
        know them as their owners."""
        if not numbers:
            return []
        self._has_touched_extensions |= shape.kind == "extension"
        asked = self._by_kind[shape.kind]
        values = array(numbers, self.engine)
        rows, closed, versions = [], [], dict[int, int]()
        for key, alias, number, opened, valid_from, text, owner in await self.fetch(
            asked.versions.text, (values,)
        ):
            closed.append((key, owner))
            if opened == self._deposit:
                continue
            span = (valid_from, self._watermark, opened, self._deposit)
            rows.append((self._next_version, self._repository, shape.kind, key, alias, number, *span, text))
            versions[number] = self._next_version
            self._next_version += 1
        await self.insert(tables.history, rows)
        if shape.kind == "domain":
            found = await self.ask(attributes(self.engine), {"values": values})
            hosts = {(host, versions[number]) for number, host in found if number in versions}
            await self.insert(tables.history_attribute, sorted(hosts))
        for statement in asked.deletes:
            await self.execute(statement.text, (values,))
        return closed


def _batches(items: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])
