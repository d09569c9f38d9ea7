"""One broken deposit for each code of ICANN's registry system testing raises that code and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.escrow.check.level import Level
from directory.escrow.check.run import Check
from directory.escrow.check.table import CODES
from directory.escrow.report import Result
from directory.model.catalogue import Catalogue
from tests.escrow.broken import BROKEN, IN_CSV, Deposit

CATALOGUE = Catalogue.load()
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def check(deposit: Deposit, folder: Path, level: Level = Level.STRICT, most: int = 100) -> Result:
    path = deposit.write(folder)
    return Check(level, deposit.known, CATALOGUE, most, deposit.keys, now=lambda: NOW).run(path)


@pytest.mark.parametrize("code", CODES)
def test_a_broken_deposit_raises_its_code_and_no_other(code: str, tmp_path: Path) -> None:
    found = check(BROKEN[code](), tmp_path)
    assert {name for name, _ in found.found.numbers} == {code}, "\n".join(found.to_text())
    assert not found.passed
    for finding in found.found.findings:
        assert finding.code == code
        assert finding.place and finding.rule and finding.message
