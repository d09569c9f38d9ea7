"""What holds of every registry: its deposits validate, and elsewhere they make the same store again (issue 4)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directory.cli.export import disclosed
from directory.cli.profile.setting import Setting
from directory.config import Settings
from directory.escrow.export.export import Order
from directory.model.catalogue import Catalogue
from tests.escrow.drawn import registries
from tests.escrow.exporting import (
    Registry,
    applied,
    document,
    faults_of_schema,
    fill,
    held,
    in_xml,
    registry,
    run,
    stored,
    take,
    watermark,
    with_owners,
    write,
)
from tests.escrow.reading import read, values

CATALOGUE = Catalogue.load()
# A registry that fails is told as it is: to make it smaller takes minutes.
GENERATED = settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own for every example."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


async def again(path: Path, objects: Registry, order: Order) -> Path:
    """Fill a store, export it, and ingest that elsewhere; the deposit."""
    await fill(f"sqlite:///{path / 'a.db'}", objects)
    exported = await write(f"sqlite:///{path / 'a.db'}", path / "deposit", order, CATALOGUE)
    await take(f"sqlite:///{path / 'b.db'}", document(exported.place), CATALOGUE)
    return document(exported.place)


@pytest.mark.clause("RFC 9022 §5")
@pytest.mark.clause("RFC 9022 §9")
@GENERATED
@given(objects=registries(), is_packed=st.booleans())
def test_a_full_deposit_in_xml_makes_the_same_store_again(objects: Registry, is_packed: bool) -> None:
    with folder() as path:
        deposit = run(again(path, objects, Order(is_packed=is_packed)))
        assert stored(path / "b.db") == held(objects)
        if not is_packed:
            assert not faults_of_schema(deposit)


@pytest.mark.clause("RFC 9022 §4.6")
@pytest.mark.clause("RFC 9022 §5")
@GENERATED
@given(objects=registries(in_tables=True), is_packed=st.booleans(), checksum=st.sampled_from(["CRC32", "SHA256"]))
def test_a_full_deposit_in_tables_makes_the_same_store_again(
    objects: Registry, is_packed: bool, checksum: str
) -> None:
    with folder() as path:
        order = Order(model="csv", is_packed=is_packed, checksum=checksum)
        deposit = run(again(path, objects, order))
        assert stored(path / "b.db") == held(objects)
        assert not faults_of_schema(deposit)
        assert all(models == {"csv"} for kind, models in read(deposit).models.items() if kind not in IN_XML)


IN_XML = ("epp_params", "policy")
"""What has no CSV model."""


@pytest.mark.clause("RFC 9022 §2")
@GENERATED
@given(objects=registries())
def test_what_a_table_would_lose_stays_in_the_xml_of_a_deposit_in_tables(objects: Registry) -> None:
    plain = {key: one for key, one in objects.items() if not getattr(one, "rgp", ())}
    with folder() as path:
        run(again(path, plain, Order(model="csv")))
        assert stored(path / "b.db") == held(plain)


@GENERATED
@given(drawn=registries())
def test_who_sees_all_that_there_is_gets_the_same_deposit_as_without_a_profile(drawn: Registry) -> None:
    objects = with_owners(drawn)
    with folder() as path:
        url = f"sqlite:///{path / 'a.db'}"
        run(fill(url, objects))
        for name, shown in (("all.xml", None), ("shown.xml", disclosed(ESCROW, None, CATALOGUE))):
            exported = run(write(url, path / name, Order(), CATALOGUE, shown))
            reading = read(exported.place)
            assert held(registry(*values(reading.puts))) == held(objects)
            assert dict(reading.counts) == exported.frame.counts


ESCROW = Setting(Settings(), CATALOGUE, date(2026, 1, 1)).load("escrow")


@pytest.mark.clause("RFC 8909 §2")
@pytest.mark.clause("RFC 8909 §5.2")
@GENERATED
@given(drawn=st.lists(registries(in_tables=True), min_size=3, max_size=3), model=st.sampled_from(["xml", "csv"]))
def test_the_changes_since_a_state_make_the_present_one_of_it(drawn: list[Registry], model: str) -> None:
    states = [with_owners(in_xml(each) if model == "xml" else each) for each in drawn]
    with folder() as path:
        url = f"sqlite:///{path / 'a.db'}"
        deposits = []
        for day, state in enumerate(states, 1):
            run(fill(url, state, day))
            order = Order("DIFF" if day > 1 else "FULL", model)
            exported = run(write(url, path / f"day{day}", order, CATALOGUE))
            assert exported.frame.id == f"202601{day:02}00000"
            assert exported.frame.prev_id == (f"202601{day - 1:02}00000" if day > 1 else None)
            deposits.append(document(exported.place))
        since_first = run(write(url, path / "incr", Order("INCR", model, since=watermark(1)), CATALOGUE))
        follow(states, deposits)
        follow([states[0], states[2]], [deposits[0], document(since_first.place)])
        for name, chain in (("b", deposits), ("c", [deposits[0], document(since_first.place)])):
            for deposit in chain:
                run(take(f"sqlite:///{path / name}.db", deposit, CATALOGUE))
            assert stored(path / f"{name}.db") == held(states[2])


def follow(states: list[Registry], deposits: list[Path]) -> None:
    """The deposits after the first make each state of the one before, and keep to the schemas."""
    expected = states[0]
    for state, deposit in zip(states[1:], deposits[1:], strict=True):
        reading = read(deposit)
        assert not reading.report.findings
        assert not faults_of_schema(deposit)
        expected = applied(expected, reading)
        assert held(expected) == held(state)
