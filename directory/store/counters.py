"""How many objects a repository has, kept along with every change, so that nobody has to count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from directory.model.name import parent
from directory.store import tables
from directory.store.expression import among, array, array_parameter
from directory.store.tables import SHAPES
from directory.store.writer import Writer

PARENT = "parent"
"""The kind that counts names, of domains and NNDN, by the name above them."""

_PARTS = {
    "domain": lambda key: (PARENT, parent(key)),
    "nndn": lambda key: (PARENT, parent(key)),
    "extension": lambda key: ("extension", key.partition(" ")[0]),
}
"""What is counted besides the kind itself, by the object's key."""

_table = tables.counter
_mine = _table.c.repository == sa.bindparam("repository", type_=sa.BigInteger)
_of_kind = _table.c.kind == sa.bindparam("kind", type_=sa.Text)


class Counters:
    """The counters of one repository; what was added to them is written by `write`, in the same transaction."""

    def __init__(self, repository: int) -> None:
        self._repository = repository
        self._pending: Counter[tuple[str, str]] = Counter()

    def add(self, kind: str, keys: Iterable[str]) -> None:
        """Objects of a kind that were not there before."""
        self._pending.update(_counted(kind, keys))

    def subtract(self, kind: str, keys: Iterable[str]) -> None:
        """Objects that are no longer there."""
        self._pending.subtract(_counted(kind, keys))

    async def write(self, writer: Writer) -> None:
        """Write what is pending."""
        by_kind: dict[str, dict[str, int]] = {}
        for (kind, key), number in self._pending.items():
            if number:
                by_kind.setdefault(kind, {})[key] = number
        self._pending.clear()
        for kind, changes in by_kind.items():
            here = (_mine, _of_kind, among(_table.c.key, array_parameter("values", sa.Text, writer.engine)))
            values = {
                "repository": self._repository,
                "kind": kind,
                "values": array(list(changes), writer.engine),
            }
            held = {
                row[0]: row[1]
                for row in await writer.ask(sa.select(_table.c.key, _table.c.number).where(*here), values)
            }
            await writer.tell(sa.delete(_table).where(*here), values)
            sums = {key: held.get(key, 0) + number for key, number in changes.items()}
            rows = [(self._repository, kind, key, number) for key, number in sums.items() if number]
            await writer.insert(_table, rows)

    async def counts(self, writer: Writer) -> dict[str, int]:
        """The number of objects by kind, 0 where there are none; `extension NAME` for each group of extensions."""
        await self.write(writer)
        asked = sa.select(_table.c.kind, _table.c.key, _table.c.number).where(
            _mine, _table.c.kind != sa.literal_column(f"'{PARENT}'")
        )
        found = dict.fromkeys(SHAPES, 0)
        for kind, key, number in await writer.ask(asked, {"repository": self._repository}):
            found[f"{kind} {key}" if key else kind] = number
        return found

    async def parents(self, writer: Writer) -> set[str]:
        """The names that any domain or NNDN is directly below."""
        await self.write(writer)
        asked = sa.select(_table.c.key).where(_mine, _of_kind)
        rows = await writer.ask(asked, {"repository": self._repository, "kind": PARENT})
        return {row[0] for row in rows if row[0]}


def _counted(kind: str, keys: Iterable[str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    part = _PARTS.get(kind)
    if part is not None:
        found.update(map(part, keys := list(keys)))
        found[kind, ""] += len(keys)
    else:
        found[kind, ""] += sum(1 for _ in keys)
    return found
