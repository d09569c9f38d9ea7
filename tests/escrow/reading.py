"""Reads a deposit for tests, all of it: what it deletes, its objects, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from directory.errors import Finding
from directory.escrow.fields import Report
from directory.escrow.header import Frame, Header
from directory.escrow.source import Delete, Put, Source
from directory.model.base import Value
from directory.model.catalogue import Catalogue

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CATALOGUE = Catalogue.load()


@dataclass
class Reading:
    """What was read of a deposit."""

    header: Header | None
    frame: Frame | None
    deletes: list[Delete]
    puts: list[Put]
    counts: Mapping[str, int]
    skipped: Mapping[str, int]
    models: Mapping[str, set[str]]
    report: Report

    @property
    def faults(self) -> list[Finding]:
        """What refuses the deposit."""
        return [one for one in self.report.findings if not one.warning]

    @property
    def warnings(self) -> list[Finding]:
        """What refuses nothing."""
        return [one for one in self.report.findings if one.warning]

    def values(self, kind: str) -> list[Value | None]:
        """The objects of a kind."""
        return [put.value for put in self.puts if put.kind == kind]

    def about(self, message: str) -> Finding:
        """The one finding that says this."""
        found = [one for one in self.report.findings if message in one.message]
        assert len(found) == 1, "\n".join(one.to_text() for one in self.report.findings) or "nothing was found"
        return found[0]


def read(
    path: Path,
    *,
    lenient: bool = False,
    known: Mapping[str, Mapping[str, str]] | None = None,
    catalogue: Catalogue = CATALOGUE,
    cap: int = 1_000,
) -> Reading:
    """Read a deposit; `known` is what a store has of what tables refer to, by kind."""
    report = Report(cap=cap)
    with Source(path, catalogue, report, lenient=lenient, now=lambda: NOW) as source:
        source.read_frame()
        deletes = list(source.deletes())
        for kind, keys in source.unknown():
            source.know(kind, {key: found for key in keys if (found := (known or {}).get(kind, {}).get(key))})
        puts = list(source.puts())
        return Reading(
            source.header, source.frame, deletes, puts, source.counts, source.skipped, source.models, report
        )


def values(puts: Sequence[Put]) -> list[Value]:
    """The objects, none of which has a fault."""
    found = [put.value for put in puts if put.value is not None]
    assert len(found) == len(puts)
    return found
