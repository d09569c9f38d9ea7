"""References that lead nowhere: over all, and over what a deposit touched, which are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy

import pytest

from directory.model.base import Transfer
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.kinds import OWNER_KEYS
from directory.model.registry import Extension
from directory.store import references
from directory.store.expression import Statement, array
from directory.store.ledger import Ledger
from directory.store.references import Dangling, Example, Reference
from tests.store import streams as s
from tests.store.test_changes import registry

ENOUGH = 10_000


def said(found: s.Registry) -> Iterator[tuple[Reference, Example]]:
    """Every reference of a registry, read off the objects."""
    for kind, objects in found.items():
        for key, one in objects.items():
            if isinstance(one, Domain | Host | Contact):
                for field in ("cl_id", "cr_rr", "up_rr"):
                    yield Reference(kind, field, "registrar"), Example(key, getattr(one, field))
            if isinstance(one, Domain | Contact):
                for transfer in one.transfer:
                    yield Reference(kind, "re_rr", "registrar"), Example(key, transfer.re_rr)
                    yield Reference(kind, "ac_rr", "registrar"), Example(key, transfer.ac_rr)
            if isinstance(one, Domain | Nndn) and one.idn_table:
                yield Reference(kind, "idn_table", "idn_table"), Example(key, one.idn_table)
            if isinstance(one, Domain):
                for link in one.contacts:
                    yield Reference(kind, link.role, "contact"), Example(key, link.contact)
                for server in one.ns:
                    if server.model == "object":
                        yield Reference(kind, "ns", "host"), Example(key, server.host)
            if isinstance(one, Extension):
                yield Reference(kind, "owner", one.owner), Example(key, one.owner_key)


def leading_nowhere(found: s.Registry) -> list[Dangling]:
    """What should be found."""
    columns = {**OWNER_KEYS, "idn_table": "id"}
    known = {kind: {getattr(one, column) for one in found[kind].values()} for kind, column in columns.items()}
    lost = [
        (one, example)
        for one, example in said(found)
        if example.missing and example.missing not in known[one.target]
    ]
    numbers = Counter(one for one, _ in lost)
    return [
        Dangling(one, numbers[one], tuple(sorted(example for each, example in lost if each == one)))
        for one in sorted(numbers)
    ]


@pytest.mark.clause("RFC 9022 §8")
@pytest.mark.parametrize("seed", range(4))
async def test_every_reference_that_leads_nowhere_is_found(ledger: Ledger, seed: int) -> None:
    stream, other = s.Stream(200 + seed), s.Stream(300 + seed)
    stream.change(60)
    await s.full(ledger, stream.registry, 0)
    for number in range(1, 6):
        await s.begin(ledger, "DIFF", number)
        await s.write(ledger, stream.change())
        assert await ledger.dangling(most=ENOUGH) == leading_nowhere(stream.registry)
        await ledger.commit()
        if number == 3:  # from now on there is another repository with the same keys
            other.change(60)
            await s.full(ledger, other.registry, number, tld="other")
            await s.begin(ledger, "DIFF", number + 1, tld="other")
            assert await ledger.dangling(most=ENOUGH) == leading_nowhere(other.registry)
            await ledger.rollback()


@pytest.mark.parametrize("seed", range(6))
async def test_on_a_sound_store_what_a_deposit_touched_says_as_much_as_all(ledger: Ledger, seed: int) -> None:
    stream = s.Stream(400 + seed, is_sound=True)
    while leading_nowhere(stream.registry) or not stream.registry["extension"]:
        stream = s.Stream(stream.dice.randrange(1 << 30), is_sound=True)
        for _ in range(8):
            before = deepcopy(stream.registry)
            stream.change()
            if leading_nowhere(stream.registry):
                stream.registry = before
    await s.full(ledger, stream.registry, 0)
    unsound = 0
    for number in range(1, 30):
        before = deepcopy(stream.registry)
        change = stream.change(6)
        await s.begin(ledger, "DIFF", number)
        await s.write(ledger, change)
        whole = await ledger.dangling(most=ENOUGH)
        assert await ledger.dangling(touched_only=True, most=ENOUGH) == whole == leading_nowhere(stream.registry)
        if whole:
            unsound += 1
            await ledger.rollback()
            stream.registry = before
        else:
            await ledger.commit()
    assert 0 < unsound < 29


async def test_a_full_is_looked_at_as_a_whole(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test", contacts=(("tech", "C-1"),))), 0)
    await s.begin(ledger, "FULL", 1)
    assert [one.number for one in await ledger.dangling(touched_only=True)] == [1]


async def test_a_deposit_is_not_told_what_was_wrong_before_it(ledger: Ledger) -> None:
    lost = s.domain("one.test", contacts=(("tech", "C-1"),))
    await s.full(ledger, registry(s.registrar("R-1"), s.registrar("R-2"), lost), 0)
    transfer = (Transfer("pending", "R-2", None, s.NOW, "R-3", None, s.NOW),)
    await s.begin(ledger, "DIFF", 1)
    await ledger.put("domain", [s.domain("two.test", cr_rr="R-2", transfer=transfer)])
    await ledger.delete("registrar", "id", ["R-2"])
    touched = await ledger.dangling(touched_only=True)
    assert [(one.reference.field, one.examples) for one in touched] == [
        ("ac_rr", (Example("two.test", "R-3"),)),
        ("cr_rr", (Example("two.test", "R-2"),)),
        ("re_rr", (Example("two.test", "R-2"),)),
    ]


async def test_a_host_that_was_renamed_is_missed_under_its_old_name(ledger: Ledger) -> None:
    one = s.domain("one.test", hosts=("ns.old.test",))
    await s.full(ledger, registry(s.registrar("R-1"), s.host("ns.old.test", "H1-X"), one), 0)
    await s.begin(ledger, "DIFF", 1)
    await ledger.put("host", [s.host("ns.new.test", "H1-X")])
    (found,) = await ledger.dangling(touched_only=True)
    assert found == Dangling(Reference("domain", "ns", "host"), 1, (Example("one.test", "ns.old.test"),))


async def test_there_are_as_many_examples_as_were_asked_for_the_first_by_name(ledger: Ledger) -> None:
    domains = [s.domain(f"d{number}.test", contacts=(("tech", f"C-{number}"),)) for number in range(30, 0, -1)]
    await s.full(ledger, registry(s.registrar("R-1"), *domains), 0)
    await s.begin(ledger, "DIFF", 1)
    (found,) = await ledger.dangling(most=3)
    names = sorted(one.name for one in domains)
    assert (found.number, [one.key for one in found.examples]) == (30, names[:3])


async def test_what_a_deposit_touched_is_found_without_reading_any_table_through(ledger: Ledger, url: str) -> None:
    await s.full(ledger, registry(s.registrar("R-1")), 0)
    if not url.startswith("sqlite"):  # which would otherwise rightly read through tables of one row
        await ledger.execute("SET enable_seqscan = off")
    read_through = set()
    for asked in references.statements(ledger.engine):
        for statement in (asked.put, asked.to_from_others):
            if await reads_through(ledger, statement):
                assert statement is asked.to_from_others
                read_through.add((asked.link.target, asked.link.column.name))
    # Only where an IDN table is deleted, which is rare: that column has no index.
    rare = {("idn_table", "idn_table")}
    # PostgreSQL may then go through all of another index instead.
    assert read_through == rare if ledger.engine == "sqlite" else read_through <= rare


async def reads_through(ledger: Ledger, statement: Statement) -> bool:
    """Whether the engine goes through a whole table for a statement."""
    values = {"repository": 1, "deposit": 2, "values": array([], ledger.engine)}
    explain = "EXPLAIN QUERY PLAN" if ledger.engine == "sqlite" else "EXPLAIN"
    rows = await ledger.fetch(f"{explain} {statement.text}", statement.arguments(values))
    steps = [row[-1] for row in rows]
    return any("Seq Scan" in step or (step.startswith("SCAN") and "json_each" not in step) for step in steps)
