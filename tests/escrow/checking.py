"""Checks deposits for tests, on a day after those that they are of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from directory.errors import Finding
from directory.escrow.check.known import Known
from directory.escrow.check.level import Level
from directory.escrow.check.run import Check
from directory.escrow.report import Result
from directory.model.catalogue import Catalogue
from tests.escrow.broken import Deposit

CATALOGUE = Catalogue.load()
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def check_file(path: Path, level: Level = Level.STRICT, known: Known | None = None, most: int = 100) -> Result:
    """What is found in a file."""
    return Check(level, known or Known(), CATALOGUE, most, now=lambda: NOW).run(path)


def check(deposit: Deposit, folder: Path, level: Level = Level.STRICT, most: int = 100) -> Result:
    """What is found in a deposit, which is written into a folder."""
    path = deposit.write(folder)
    return Check(level, deposit.known, CATALOGUE, most, deposit.keys, now=lambda: NOW).run(path)


def names(result: Result, *, notes: bool = False) -> set[str]:
    """The codes of what refuses, or of the notes; the clauses of what has no code."""
    return {name for name, is_note in result.found.numbers if is_note is notes}


def about(result: Result, message: str) -> Finding:
    """The one finding that says this."""
    found = [one for one in result.found.findings if message in one.message]
    assert len(found) == 1, "\n".join(result.to_text())
    return found[0]
