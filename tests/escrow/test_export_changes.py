"""Deposits of changes: where they begin, what they delete, and when there can be none (RFC 8909 §2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from directory.errors import DepositError
from directory.escrow import namespace as ns
from directory.escrow.export.base import Unchanged
from directory.escrow.export.export import Order
from directory.escrow.export.frame import id_of
from directory.model import format as formats
from directory.model.base import Instant
from directory.model.contact import Contact
from directory.model.registry import EppParams, Extension, Policy
from directory.store.open import open_ledger
from tests.escrow.exporting import (
    Registry,
    changed,
    extension,
    fill,
    held,
    refused,
    stored,
    take,
    watermark,
    write,
)
from tests.escrow.reading import CATALOGUE, read, values


async def test_both_engines_write_the_same_changes(either: str, objects: Registry, tmp_path: Path) -> None:
    await fill(either, objects)
    gone = (("domain", "two.example"), ("host", "H2-TEST"), ("nndn", "www.example"))
    bob = objects["contact", "C-2"]
    assert isinstance(bob, Contact)
    await fill(either, changed(objects, msgspec.structs.replace(bob, voice="+34.900000000"), without=gone), 2)
    exported = await write(either, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    reading = read(exported.place)
    assert sorted((each.kind, each.field, each.key) for each in reading.deletes) == [
        ("domain", "name", "two.example"),
        ("host", "roid", "H2-TEST"),
        ("nndn", "name", "www.example"),
    ]
    assert [getattr(each, "voice", None) for each in values(reading.puts)] == ["+34.900000000"]
    assert reading.header is not None
    assert reading.header.counts[ns.DOMAIN] == 1
    assert reading.header.counts[ns.NNDN] == 0


@pytest.mark.clause("RFC 8909 §2")
async def test_a_diff_begins_at_the_deposit_before_and_an_incr_at_the_last_full(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    later = {
        day: changed(objects, without=(("nndn", "www.example"), ("domain", "two.example"))[: day - 1])
        for day in (2, 3)
    }
    await fill(url, objects)
    for day, state in later.items():
        await apply_changes(url, tmp_path, state, day)
    diff = await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert [each.key for each in read(diff.place).deletes] == ["two.example"]
    assert (diff.frame.id, diff.frame.prev_id) == ("2026010300000", "2026010200000")
    incr = await write(url, tmp_path / "incr.xml", Order("INCR"), CATALOGUE)
    assert {each.key for each in read(incr.place).deletes} == {"two.example", "www.example"}
    assert incr.frame.prev_id == "2026010100000"
    named = await write(url, tmp_path / "diff.xml", Order("DIFF", prev_id="other", id="mine"), CATALOGUE)
    assert (named.frame.id, named.frame.prev_id) == ("mine", "other")


@pytest.mark.clause("RFC 8909 §2")
async def test_an_incr_begins_at_a_full_and_nowhere_else(url: str, objects: Registry, tmp_path: Path) -> None:
    await fill(url, objects)
    state = changed(objects, without=(("nndn", "www.example"),))
    await apply_changes(url, tmp_path, state, 2)
    await apply_changes(url, tmp_path, changed(state, without=(("domain", "two.example"),)), 3)
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "incr.xml", Order("INCR", since=watermark(2)), CATALOGUE)
    (said,) = refused(refusal)
    assert (
        f"an INCR has all changes since a FULL, and none is of {watermark(2)}; there are: {watermark(1)}" in said
    )
    incr = await write(url, tmp_path / "incr.xml", Order("INCR", since=watermark(1)), CATALOGUE)
    assert {each.key for each in read(incr.place).deletes} == {"two.example", "www.example"}


async def apply_changes(url: str, folder: Path, state: Registry, day: int) -> None:
    """Bring a store to a state by a DIFF, which another store has written."""
    twin = f"sqlite:///{folder / 'twin.db'}"
    if day == 2:
        await take(twin, (await write(url, folder / "twin.xml", Order(id="day1"), CATALOGUE)).place, CATALOGUE)
    await fill(twin, state, day)
    prev = f"day{day - 1}" if day == 2 else id_of(watermark(day - 1))
    order = Order("DIFF", prev_id=prev, since=watermark(day - 1))
    await take(url, (await write(twin, folder / "step.xml", order, CATALOGUE)).place, CATALOGUE)


async def test_changes_begin_at_a_state_that_the_store_was_in(
    filled: str, objects: Registry, tmp_path: Path
) -> None:
    with pytest.raises(DepositError) as refusal:
        await write(filled, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert "its watermarks: 2026-01-01T00:00:00Z [RFC 8909 §2] (write a FULL)" in refused(refusal)[0]
    await fill(filled, changed(objects, without=(("nndn", "www.example"),)), 5)
    early = Order("DIFF", since=Instant("2025-12-31T23:59:59Z"))
    with pytest.raises(DepositError):
        await write(filled, tmp_path / "diff.xml", early, CATALOGUE)
    exported = await write(filled, tmp_path / "diff.xml", Order("DIFF", since=watermark(4)), CATALOGUE)
    assert exported.frame.prev_id == id_of(watermark(1))
    assert list(exported.notes) == [f"the state of {watermark(4)} is that of the watermark before, {watermark(1)}"]


@pytest.mark.clause("RFC 8909 §2")
@pytest.mark.parametrize("type_", ["DIFF", "INCR"])
async def test_since_the_last_state_or_later_nothing_was_changed(
    filled: str, objects: Registry, tmp_path: Path, type_: str
) -> None:
    await fill(filled, changed(objects, without=(("nndn", "www.example"),)), 5)
    for since in (watermark(5), watermark(6), Instant("2027-01-03T00:00:00Z"), Instant("2026-01-05T00:00:00.0Z")):
        with pytest.raises(Unchanged) as refusal:
            await write(filled, tmp_path / "diff.xml", Order(type_, since=since), CATALOGUE)
        assert f"nothing was changed since {since}: the last state of the store is of" in refused(refusal)[0]
    assert not list(tmp_path.glob("*diff*"))


async def test_nothing_changed_is_a_deposit_with_nothing_in_it_but_what_is_always_there(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    params = EppParams("eppParams", "1.0", "en", "urn:ietf:params:xml:ns:domain-1.0", "", "<dcp/>")
    state = changed(objects, params, Policy("//a b", "//a", "b"))
    await fill(url, state)
    await fill(url, state, 2)
    exported = await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert exported.written == {ns.EPP_PARAMS: 1, ns.POLICY: 1}
    assert exported.deleted == 0
    assert b"<rde:deletes>" not in exported.place.read_bytes()


@pytest.mark.clause("RFC 9022 §5.8")
async def test_a_policy_that_is_no_more_needs_a_full_deposit(url: str, objects: Registry, tmp_path: Path) -> None:
    await fill(url, changed(objects, Policy("//a b", "//a", "b")))
    await fill(url, objects, 2)
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    (line,) = refused(refusal)
    assert "policy //a b: it is no more, and a deposit of changes cannot say so" in line
    assert (await write(url, tmp_path / "full.xml", Order(), CATALOGUE)).frame.type == "FULL"


@pytest.mark.clause("RFC 9022 §7")
async def test_an_object_that_lost_an_extension_is_deleted_and_comes_anew(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    lost = next(key for key, one in objects.items() if isinstance(one, Extension))
    await fill(url, objects)
    await fill(url, changed(objects, without=(lost,)), 2)
    exported = await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    reading = read(exported.place)
    assert [each.key for each in reading.deletes] == ["one.example"]
    assert values(reading.puts) == [objects["domain", "one.example"]]
    elsewhere = f"sqlite:///{tmp_path / 'b.db'}"
    await fill(elsewhere, objects)
    order = Order("DIFF", prev_id="day1")
    await take(elsewhere, (await write(url, tmp_path / "again.xml", order, CATALOGUE)).place, CATALOGUE)
    assert stored(tmp_path / "b.db") == held(changed(objects, without=(lost,)))


async def test_an_extension_of_what_was_never_there_cannot_be_taken_back_by_changes(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    loose = extension("reseller", "domain", "nobody.example", name=["Seller"])
    await fill(url, objects)
    await fill(url, changed(objects, loose), 2)
    exported = await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert values(read(exported.place).puts) == [loose]
    await fill(url, objects, 3)
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert "an extension of the domain nobody.example: it is no more" in refused(refusal)[0]


async def test_changes_of_which_a_part_was_forgotten_are_refused(
    filled: str, objects: Registry, tmp_path: Path
) -> None:
    await fill(filled, changed(objects, without=(("contact", "C-2"),)), 2)
    ledger = open_ledger(filled)
    await ledger.open()
    await ledger.begin()
    await ledger.forget(
        1, "C-2", formats.instant(datetime(2026, 2, 1, tzinfo=UTC).isoformat()), "asked", "officer"
    )
    await ledger.commit()
    await ledger.close()
    with pytest.raises(DepositError) as refusal:
        await write(filled, tmp_path / "diff.xml", Order("DIFF"), CATALOGUE)
    assert "was erased in part (1 records) [RFC 8909 §2] (write a FULL" in refused(refusal)[0]
