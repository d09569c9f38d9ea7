"""What two objects have in common, and what is missing: over all, or by what a deposit touched, without a scan."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.model.base import Value
from directory.model.domain import Nndn
from directory.store.expression import Statement
from directory.store.ledger import Ledger
from tests.store import streams as s
from tests.store.test_changes import registry

ASKED = (
    ("twice", ("domain", "roid")),
    ("twice", ("host", "name")),
    ("twice", ("contact", "roid")),
    ("clashes", ()),
    ("lacking", ("domain", "ex_date")),
    ("lacking", ("domain", "secdns")),
    ("lacking", ("domain", "registrant")),
    ("lacking", ("domain", "contact")),
    ("lacking", ("contact", "voice")),
)
SOUND = (
    s.registrar("R-1"),
    s.contact("C-1"),
    s.host("ns1.one.test"),
    s.domain("one.test", contacts=(("registrant", "C-1"), ("tech", "C-1"))),
)


NNDN = Nndn("one.test", None, None, None, "blocked", None, None)


async def changed_by(ledger: Ledger, puts: dict[str, list[Value]]) -> None:
    """Write changes that are not committed yet."""
    await s.begin(ledger, "DIFF", 2)
    await s.write(ledger, s.Change(puts=puts))


async def both(ledger: Ledger) -> list[tuple[Any, Any]]:
    """What is found of what the deposit touched, and over all."""
    return [
        (await getattr(ledger, name)(*which, touched_only=True), await getattr(ledger, name)(*which))
        for name, which in ASKED
    ]


async def test_of_a_sound_store_changes_show_the_same_as_the_whole(ledger: Ledger) -> None:
    await s.full(ledger, registry(*SOUND), 0)
    one = msgspec.structs.replace(s.domain("two.test", contacts=(("tech", "C-1"),)), roid="one_test-X")
    await changed_by(ledger, {"domain": [one], "nndn": [NNDN]})
    found = await both(ledger)
    changed = dict(zip(ASKED, found, strict=True))
    touched, whole = changed[("lacking", ("domain", "registrant"))]
    assert touched == whole
    assert [each.key for each in touched.examples] == ["two.test"]
    touched, whole = changed["twice", ("domain", "roid")]
    assert (touched.number, whole.number) == (1, 1)
    touched, whole = changed[("clashes", ())]
    assert touched == whole == (1, (("one.test", "one.test"),))


@pytest.mark.parametrize("which", ASKED, ids=lambda one: " ".join((one[0], *one[1])))
async def test_what_a_deposit_touched_is_looked_at_without_going_through_tables(
    ledger: Ledger, which: tuple[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await s.full(ledger, registry(*SOUND), 0)
    await changed_by(ledger, {"contact": [s.contact("C-1", "Other")]})
    if ledger.engine == "postgresql":
        await ledger.execute("SET enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN" if ledger.engine == "sqlite" else "EXPLAIN"
    ask = ledger.ask
    steps: list[str] = []

    async def explained(statement: sa.ClauseElement | Statement, values: Any) -> Any:
        compiled = ledger._compiled(statement)
        steps.extend(
            row[-1] for row in await ledger.fetch(f"{explain} {compiled.text}", compiled.arguments(values))
        )
        return await ask(statement, values)

    monkeypatch.setattr(ledger, "ask", explained)
    await getattr(ledger, which[0])(*which[1], touched_only=True)
    assert steps
    assert not [step for step in steps if step.startswith("SCAN") or "Seq Scan" in step]
