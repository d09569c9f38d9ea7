"""The rules for a deposit that is being applied to a store: each object as it passes, then what the store answers.

Nothing is kept of the objects here: their keys, references and elements are in the store, which is asked before
the deposit is committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from directory.errors import Finding
from directory.escrow import namespace as ns
from directory.escrow.check import stored
from directory.escrow.check.known import Context, Known
from directory.escrow.check.level import Level
from directory.escrow.check.local import Local
from directory.escrow.check.policies import field_of
from directory.escrow.check.whole import KINDS
from directory.escrow.header import Frame, Header
from directory.escrow.report import Findings
from directory.model.catalogue import Catalogue
from directory.store.ledger import Ledger
from directory.store.tables import SHAPES


class Applied:
    """The rules for one deposit, whose findings go to `found`."""

    def __init__(self, known: Known, level: Level, header: Header, frame: Frame, found: Findings) -> None:
        self._header = header
        self._level = level
        self._found = found
        self.is_full = frame.type == "FULL"
        self._local = Local(Context(known, header, frame), level, self._add, found.note)
        self.put = self._local.put
        self._told: Set[str] = frozenset()
        self.refused = 0
        """How many of the faults are of rules: objects that have them can be read, and stored to look further."""

    @property
    def counts_all(self) -> bool:
        """Whether every object has to pass, though it be as it was: see `Local.counts_all`."""
        return self._local.counts_all

    def doubled(self, kind: str, key: str, line: int, file: str) -> None:
        """The deposit has an object twice."""
        self._add(stored.doubled(kind, key, self._level, line, file))

    def end(self, counts: Mapping[str, int], models: Mapping[str, Set[str]], *, is_whole: bool) -> None:
        """What is wrong as a whole, when all was read: see `Local.whole`."""
        totals = self._local.whole(counts, models, is_whole=is_whole)
        self._told = totals.told_otherwise() if self.is_full else frozenset()

    async def ask(self, ledger: Ledger, catalogue: Catalogue) -> None:
        """What is wrong with the repository, when all was written: of changes, with what they touched."""
        level, touched, most = self._level, not self.is_full, self._found.most
        self._add_all(stored.clashing(await ledger.clashes(touched, most), level))
        for kind, field in stored.IN_COMMON:
            found = await ledger.twice(kind, field, touched, most)
            self._add_all(stored.in_common(kind, field, found, level))
        if not self.is_full:
            await self._count(ledger, catalogue)
        lost = [each for each in await ledger.dangling(touched, most) if each.reference.target not in self._told]
        self._add_all(stored.dangling(lost, level))
        for one, scope in self._local.asked_for():
            if element := field_of(one):
                lacking = await ledger.lacking(one.kind, element, touched, most)
                self._add_all(stored.lacking(one, scope, lacking, level))

    async def _count(self, ledger: Ledger, catalogue: Catalogue) -> None:
        """The header counts the repository, whatever the deposit's type, so after its changes (RFC 9022 §5.9)."""
        held = await ledger.counts()
        groups: dict[str, int] = {}
        for (uri, _), reading in catalogue.readings.items():
            groups[uri] = groups.get(uri, 0) + held.get(f"extension {reading.table}", 0)
        kinds = {kind: number for kind, number in held.items() if kind in SHAPES}
        self._add_all(stored.miscounted(self._header, kinds, self._level, groups))
        for uri in sorted(set(self._header.counts) - set(KINDS) - set(groups) - {ns.HEADER}):
            self._found.note(f"{uri} is counted, and nobody here reads it (RFC 9022 §7)")

    def _add_all(self, found: stored.Found) -> None:
        for finding, times in found:
            self._add(finding, times)

    def _add(self, finding: Finding, times: int = 1) -> None:
        if not finding.warning:
            self.refused += times
        self._found.add(finding, times)
