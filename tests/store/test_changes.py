"""Deposits of changes in the ledger: deletes, the chain, what they touched, going back, and counters."""

from __future__ import annotations

from copy import deepcopy

import pytest

from directory.store.chain import Chain
from directory.store.expression import array
from directory.store.ledger import Ledger
from directory.store.progress import statements
from directory.store.tables import SHAPES
from tests.store import streams as s


async def counted(ledger: Ledger) -> dict[str, int]:
    """The counters, as somebody who counts would have them."""
    found = await s.held(ledger)
    counts = {kind: len(objects) for kind, objects in found.items()}
    for one in found["extension"].values():
        group = f"extension {getattr(one, 'table', '')}"
        counts[group] = counts.get(group, 0) + 1
    return counts


def registry(*objects: object) -> s.Registry:
    found = s.empty()
    kinds = {shape.struct: kind for kind, shape in SHAPES.items()}
    for one in objects:
        kind = kinds[type(one)]  # type: ignore[index]
        found[kind][getattr(one, SHAPES[kind].key)] = one  # type: ignore[assignment]
    return found


@pytest.mark.parametrize("seed", range(5))
async def test_changes_make_the_registry_that_they_say_and_the_counters_know_it(ledger: Ledger, seed: int) -> None:
    stream = s.Stream(seed)
    stream.change(40)
    await s.full(ledger, stream.registry, 0)
    for number in range(1, 12):
        before = deepcopy(stream.registry)
        change = stream.change()
        await s.begin(ledger, "DIFF", number)
        await s.write(ledger, change)
        assert dict(await ledger.counts()) == await counted(ledger)
        if number % 4 == 3:
            await ledger.rollback()
            stream.registry = before
        else:
            await ledger.commit()
        if number == 6:
            await s.full(ledger, stream.registry, number)
        assert await s.held(ledger) == stream.registry
        assert dict(await ledger.counts()) == await counted(ledger)
        parents = {getattr(one, "name", "").partition(".")[2] for kind in ("domain", "nndn")
                   for one in stream.registry[kind].values()}  # fmt: skip
        assert await ledger.parents() == parents


async def test_a_full_over_another_state_leaves_exactly_what_it_brings(ledger: Ledger) -> None:
    one, other = s.Stream(31), s.Stream(32)
    one.change(60)
    other.change(60)
    for number, state in enumerate((one.registry, other.registry, other.registry, one.registry)):
        await s.full(ledger, state, number)
        assert await s.held(ledger) == state
        assert dict(await ledger.counts()) == await counted(ledger)


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_touched_goes_back_to_any_deposit_before(ledger: Ledger, seed: int) -> None:
    stream = s.Stream(100 + seed)
    stream.change(40)
    await s.full(ledger, stream.registry, 0)
    states = [deepcopy(stream.registry)]
    for number in range(1, 6):
        await s.diff(ledger, stream.change(), number)
        states.append(deepcopy(stream.registry))
    for back in (4, 2, 0):
        await s.begin(ledger, "INCR", 6)
        for kind, keys in (await ledger.touched_since(back + 1)).items():
            await ledger.restore(kind, keys, back + 1)
        assert await s.held(ledger) == states[back]
        assert dict(await ledger.counts()) == await counted(ledger)
        await ledger.rollback()
    assert await s.held(ledger) == states[5]


async def test_only_what_was_touched_is_told_and_what_is_as_it_was_is_not_written(ledger: Ledger) -> None:
    one, two = s.domain("one.test"), s.domain("two.test")
    await s.full(ledger, registry(s.registrar("R-1"), one, two), 0)
    await s.diff(ledger, s.Change({("domain", "name"): ["one.test"]}, {"contact": [s.contact("C-1")]}), 1)
    await s.begin(ledger, "INCR", 2)
    assert await ledger.touched_since(1) == {"domain": {"one.test"}, "contact": {"C-1"}}
    assert await ledger.touched_since(2) == {}
    await ledger.restore("domain", ["one.test", "two.test", "three.test"], 1)
    rows = await ledger.fetch("SELECT name, opened FROM domain ORDER BY name", ())
    assert [tuple(row) for row in rows] == [("one.test", 3), ("two.test", 1)]


async def test_what_a_deposit_restores_it_may_bring_itself_but_only_once(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test")), 0)
    await s.diff(ledger, s.Change(puts={"domain": [s.domain("one.test", ex="2028-01-01T00:00:00Z")]}), 1)
    await s.begin(ledger, "INCR", 2)
    await ledger.restore("domain", ["one.test"], 1)
    third = s.domain("one.test", ex="2029-01-01T00:00:00Z")
    assert await ledger.put("domain", [third]) == []
    assert await ledger.put("domain", [s.domain("two.test"), third]) == [1]
    await ledger.commit()
    rows = await ledger.fetch("SELECT opened, closed FROM history ORDER BY opened", ())
    # What the third deposit restored and replaced at once was never seen.
    assert [tuple(row) for row in rows] == [(1, 2), (2, 3)]


@pytest.mark.clause("RFC 9022 §5.2.1.2")
async def test_hosts_are_deleted_by_roid_or_all_of_a_name(ledger: Ledger) -> None:
    twins = (s.host("ns.one.test", "H1-X"), s.host("ns.one.test", "H2-X"), s.host("ns.two.test", "H3-X"))
    own = s.extension("host", "ns.one.test")
    await s.full(ledger, registry(s.registrar("R-1"), *twins, own), 0)
    await s.begin(ledger, "DIFF", 1)
    assert await ledger.delete("host", "roid", ["H1-X", "H9-X"]) == ["H9-X"]
    assert set((await s.held(ledger))["extension"]) == {own.key}
    assert await ledger.delete("host", "roid", ["H1-X"]) == ["H1-X"]
    assert await ledger.delete("host", "name", ["ns.two.test", "ns.one.test"]) == []
    left = await s.held(ledger)
    assert (left["host"], left["extension"]) == ({}, {})
    assert ledger.tallies["host"].closed == 3


async def test_an_object_takes_its_own_extensions_with_it_and_no_other(ledger: Ledger) -> None:
    gone = (s.extension("contact", "C-1"), s.extension("contact", "C-1", "reseller"))
    kept = (s.extension("contact", "C-2"), s.extension("domain", "C-1.test"))
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1"), s.contact("C-2"), *gone, *kept), 0)
    await s.begin(ledger, "DIFF", 1)
    await ledger.delete("contact", "handle", ["C-1"])
    assert set((await s.held(ledger))["extension"]) == {one.key for one in kept}
    assert (await ledger.counts())["extension person"] == 2
    assert await ledger.delete("extension", "owner_key", ["person C-2", "person C-1"]) == ["person C-1"]
    assert set((await s.held(ledger))["extension"]) == {kept[1].key}


async def test_registrars_are_deleted_by_iana_id_too_and_other_fields_are_refused(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.registrar("R-2")), 0)
    await s.begin(ledger, "DIFF", 1)
    assert await ledger.delete("registrar", "gurid", ["2", "7", "x"]) == ["7", "x"]
    assert set((await s.held(ledger))["registrar"]) == {"R-1"}
    with pytest.raises(ValueError, match="a registrar has no handle"):
        await ledger.delete("registrar", "handle", ["C-1"])


async def test_deletes_touch_no_other_repository(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1")), 0)
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1")), 0, tld="other")
    await s.begin(ledger, "DIFF", 1, tld="other")
    assert await ledger.delete("contact", "handle", ["C-1"]) == []
    assert (await ledger.touched_since(1)).keys() == {"contact", "registrar"}
    assert (await ledger.counts())["contact"] == 0
    await ledger.commit()
    assert set((await s.held(ledger, 1))["contact"]) == {"C-1"}


@pytest.mark.clause("RFC 8909 §5.1")
async def test_the_chain_begins_with_the_last_full_and_has_no_replaced_deposit(ledger: Ledger) -> None:
    await ledger.begin()
    assert await ledger.chain(1) is None
    await ledger.rollback()
    await s.full(ledger, registry(s.registrar("R-1")), 0)
    await s.full(ledger, registry(s.registrar("R-1")), 0, tld="other")
    await s.full(ledger, registry(s.registrar("R-1")), 1)
    for number, type_, resend in ((2, "DIFF", 0), (3, "DIFF", 0), (3, "DIFF", 1), (4, "INCR", 0)):
        await s.begin(ledger, type_, number, resend=resend, prev=f"D{number - 1}")
        await ledger.commit()
    chain = await ledger.chain(1)
    assert isinstance(chain, Chain)
    told = [(one.number, one.type, one.id, one.prev_id, one.resend, one.base) for one in chain.deposits]
    assert told == [
        (3, "FULL", "D1", None, 0, 3),
        (4, "DIFF", "D2", "D1", 0, 3),
        (6, "DIFF", "D3", "D2", 1, 3),
        (7, "INCR", "D4", "D3", 0, 3),
    ]
    assert chain.full is not None
    assert (chain.full.number, chain.last.watermark, chain.last.applied) == (3, s.watermark(4), s.NOW)


async def test_counters_of_a_refused_deposit_do_not_come_with_the_next_commit(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test")), 0)
    await s.begin(ledger, "DIFF", 1)
    await ledger.put("domain", [s.domain("two.test")])
    await ledger.rollback()
    await ledger.begin()
    await ledger.put_side_data(1, {})
    await ledger.commit()
    await s.begin(ledger, "DIFF", 1)
    assert (await ledger.counts())["domain"] == 1


async def test_changes_are_found_by_an_index_whatever_the_size_of_the_store(ledger: Ledger) -> None:
    await s.full(ledger, registry(s.registrar("R-1")), 0)
    if ledger.engine != "sqlite":  # which would otherwise rightly read through tables of one row
        await ledger.execute("SET enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN" if ledger.engine == "sqlite" else "EXPLAIN"
    values = {
        "repository": 1,
        "deposit": 2,
        "values": array([], ledger.engine),
        "owners": array([], ledger.engine),
    }
    for kind, asked in statements(ledger.engine).items():
        key = asked.numbers_by(SHAPES[kind].key)
        for statement in (asked.existing, asked.opened, asked.since, asked.versions, *asked.deletes, key):
            rows = await ledger.fetch(f"{explain} {statement.text}", statement.arguments(values))
            steps = [row[-1] for row in rows]
            through = [step for step in steps if "Seq Scan" in step or step.startswith("SCAN")]
            assert not [step for step in through if "json_each" not in step], (kind, statement.text)
