"""Cascade replace: what an object of a deposit of changes no longer has of extensions goes (RFC 9022 §4.6.1).

An object comes whole, with what extensions have inside of it, or in columns of its table; objects of extensions
that stand by themselves come and go by themselves.
"""

from __future__ import annotations

from collections import defaultdict

from directory.escrow.source import Put, Source
from directory.model.catalogue import Catalogue
from directory.model.kinds import OWNER_KEYS
from directory.store.ledger import BATCH, Ledger


class Replacing:
    """The owners of extensions that a deposit of changes brings."""

    def __init__(self, source: Source, catalogue: Catalogue) -> None:
        self._source = source
        self._readings = tuple(catalogue.readings.values())
        self._groups: dict[tuple[str, bool], tuple[str, ...]] = {}
        self._owners: dict[tuple[str, bool], list[str]] = defaultdict(list)

    def see(self, put: Put) -> bool:
        """See an object, whose extensions are not put yet or just were. Whether so many wait that it is time to
        `close`, after what there is of extensions was put."""
        which = put.kind, bool(put.file)
        if put.value is None or put.kind not in OWNER_KEYS or not self._inside(*which):
            return False
        waiting = self._owners[which]
        waiting.append(getattr(put.value, OWNER_KEYS[put.kind]))
        return len(waiting) >= BATCH

    async def close(self, ledger: Ledger) -> None:
        """Close what the owners that were seen no longer have."""
        for (kind, is_csv), owners in self._owners.items():
            await ledger.replace(kind, owners, self._inside(kind, is_csv))
        self._owners.clear()

    def _inside(self, kind: str, is_csv: bool) -> tuple[str, ...]:
        """The groups of extensions that are part of an object: of a table those that it has columns for."""
        if (kind, is_csv) not in self._groups:
            columns = self._source.customs(kind) if is_csv else frozenset()
            self._groups[kind, is_csv] = tuple(
                reading.table
                for reading in self._readings
                if reading.owner == kind and (columns & set(reading.customs) if is_csv else reading.inside)
            )
        return self._groups[kind, is_csv]
