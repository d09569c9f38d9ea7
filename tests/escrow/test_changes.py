"""Deposits of changes: what they make of a store is what a FULL of the same moment would (RFC 8909 §2, §5.2)."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.errors import DepositError
from directory.escrow import namespace as ns
from directory.escrow.ingest import Summary, ingest
from directory.model.catalogue import Catalogue
from directory.store.open import open_ledger
from directory.store.tables import SHAPES
from tests import deposits as d

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_CATALOGUE = Catalogue.load()
_URIS = {"registrar": ns.REGISTRAR, "contact": ns.CONTACT, "host": ns.HOST, "domain": ns.DOMAIN}

State = dict[tuple[str, str], str]


class Registry:
    """A made-up registry that changes, and the deposits that tell of it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.state: State = {
            ("registrar", "R-1"): d.registrar(),
            ("registrar", "R-2"): d.registrar("R-2", "Two", 9996),
        }
        self.day = 0
        for _ in range(6):
            self._add("contact")
            self._add("host")
        for _ in range(8):
            self._add("domain")

    def _number(self) -> int:
        return self._random.randrange(1, 40)

    def _add(self, kind: str) -> None:
        number = self._number()
        key, text = _MADE[kind](number, self._random.randrange(1, 5), self.state)
        self.state[kind, key] = text

    def change(self, count: int) -> None:
        """So many changes of the day after."""
        self.day += 1
        for _ in range(count):
            kind = self._random.choice(["contact", "host", "domain", "domain"])
            keys = [key for of, key in self.state if of == kind]
            if keys and self._random.random() < 0.35:
                del self.state[kind, self._random.choice(keys)]
            else:
                self._add(kind)

    @property
    def watermark(self) -> str:
        return f"2026-02-{self.day + 1:02}T00:00:00Z"

    def totals(self) -> dict[str, int]:
        return {uri: sum(of == kind for of, _ in self.state) for kind, uri in _URIS.items()}

    def full(self, id: str = "") -> bytes:
        return d.full(*self.state.values(), watermark=self.watermark, id=id or f"f{self.day}")

    def since(self, before: State, type: str, prev: str | None, id: str = "", resend: int = 0) -> bytes:
        """The changes since a state."""
        deletes = [key for key in before if key not in self.state]
        objects = [text for key, text in self.state.items() if before.get(key) != text]
        id = id or f"{type[0].lower()}{self.day}"
        return d.changes(type, id, prev, self.watermark, deletes, objects, self.totals(), resend)


def _contact(number: int, version: int, state: State) -> tuple[str, str]:
    return f"C-{number}", d.contact(f"C-{number}", name=f"Person {version}")


def _host(number: int, version: int, state: State) -> tuple[str, str]:
    roid = f"H{number}-TEST"
    return roid, d.host(f"ns{number}.example", f"192.0.2.{version}", roid=roid)


def _domain(number: int, version: int, state: State) -> tuple[str, str]:
    name = f"d{number}.example"
    return name, d.domain(name, roid=f"D{number}-TEST", hosts=(f"ns{version}.example",))


_MADE = {"contact": _contact, "host": _host, "domain": _domain}


def take(folder: Path, *deposits: bytes) -> list[Summary]:
    """Ingest deposits, one after the other, into the folder's store."""

    async def run() -> list[Summary]:
        found = []
        for deposit in deposits:
            path = folder / "deposit.xml"
            path.write_bytes(deposit)
            ledger = open_ledger(f"sqlite:///{folder / 'r.db'}")
            await ledger.open()
            try:
                found.append(await ingest(path, ledger, _CATALOGUE, now=lambda: _NOW))
            finally:
                await ledger.close()
        return found

    return asyncio.run(run())


def held(folder: Path) -> set[tuple[str, str]]:
    """Everything that the store holds now."""
    with sqlite3.connect(folder / "r.db") as store:
        return {(kind, row[0]) for kind in SHAPES for row in store.execute(f"SELECT content FROM {kind}")}


def zones(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "r.db") as store:
        return {row[0] for row in store.execute("SELECT name FROM zone")}


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")


def _fresh(factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return factory.mktemp("one"), factory.mktemp("two")


_SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.clause("RFC 8909 §2")
@_SLOW
@given(st.integers(0, 10**6), st.lists(st.integers(1, 12), min_size=1, max_size=4))
def test_a_full_and_its_differences_are_the_full_of_the_last_day(
    tmp_path_factory: pytest.TempPathFactory, seed: int, sizes: Sequence[int]
) -> None:
    one, two = _fresh(tmp_path_factory)
    registry, last = Registry(seed), "f0"
    take(one, registry.full())
    for size in sizes:
        before = dict(registry.state)
        registry.change(size)
        take(one, registry.since(before, "DIFF", last))
        last = f"d{registry.day}"
    take(two, registry.full())
    assert held(one) == held(two)
    assert zones(one) == zones(two)


@pytest.mark.clause("RFC 8909 §2")
@_SLOW
@given(st.integers(0, 10**6), st.lists(st.sampled_from(["DIFF", "INCR"]), min_size=1, max_size=5))
def test_an_incr_is_the_full_and_its_changes_whatever_was_applied_between(
    tmp_path_factory: pytest.TempPathFactory, seed: int, types: Sequence[str]
) -> None:
    one, two = _fresh(tmp_path_factory)
    registry, last = Registry(seed), "f0"
    take(one, registry.full())
    first = dict(registry.state)
    for type_ in (*types, "INCR"):
        before = dict(registry.state)
        registry.change(5)
        deposit = registry.since(first if type_ == "INCR" else before, type_, last if type_ == "DIFF" else "f0")
        take(one, deposit)
        last = f"{type_[0].lower()}{registry.day}"
    # A resend of the INCR says other changes since the same FULL; what the first said and it does not is undone.
    registry.state, registry.day = dict(before), registry.day - 1
    registry.change(4)
    take(one, registry.since(first, "INCR", "f0", resend=1))
    take(two, registry.full())
    assert held(one) == held(two)


@pytest.mark.clause("RFC 8909 §5.1")
@_SLOW
@given(st.integers(0, 10**6))
def test_a_resend_replaces_the_last_deposit_and_nothing_of_it_remains(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    one, two = _fresh(tmp_path_factory)
    registry = Registry(seed)
    take(one, registry.full())
    before = dict(registry.state)
    registry.change(8)
    take(one, registry.since(before, "DIFF", "f0"))
    for resend in (1, 2):
        registry.state, registry.day = dict(before), registry.day - 1
        registry.change(8)
        take(one, registry.since(before, "DIFF", "f0", resend=resend))
    take(two, registry.full())
    assert held(one) == held(two)


def test_the_same_deposit_again_changes_nothing_and_says_so(folders: tuple[Path, Path]) -> None:
    one, _ = folders
    registry = Registry(1)
    full = registry.full()
    before = dict(registry.state)
    registry.change(5)
    diff = registry.since(before, "DIFF", "f0")
    take(one, full, diff)
    was = held(one)
    assert [each.already for each in take(one, full, diff)] == [
        "FULL f0 was applied already",
        "DIFF d1 was applied already",
    ]
    assert held(one) == was


def test_what_comes_out_of_order_is_refused_and_changes_nothing(folders: tuple[Path, Path]) -> None:
    one, _ = folders
    registry = Registry(2)
    full = registry.full()
    states = [dict(registry.state)]
    diffs = []
    for number in (1, 2, 3):
        registry.change(4)
        diffs.append(registry.since(states[-1], "DIFF", f"d{number - 1}" if number > 1 else "f0"))
        states.append(dict(registry.state))
    with pytest.raises(DepositError, match="builds on a FULL"):
        take(one, diffs[0])
    take(one, full)
    was = held(one)
    for deposit, message in ((diffs[1], "'d1', which was not applied"), (diffs[2], "'d2', which was not applied")):
        with pytest.raises(DepositError, match=message):
            take(one, deposit)
        assert held(one) == was
    take(one, *diffs)
    with pytest.raises(DepositError, match="was applied"):
        take(one, diffs[0].replace(b'prevId="f0"', b'prevId="f0" resend="1"'))


@pytest.mark.clause("RFC 9022 §5.9")
def test_a_diff_after_which_the_counts_are_wrong_is_refused(folders: tuple[Path, Path]) -> None:
    one, _ = folders
    registry = Registry(3)
    take(one, registry.full())
    was, before = held(one), dict(registry.state)
    registry.change(5)
    deposit = registry.since(before, "DIFF", "f0")
    number = registry.totals()[ns.DOMAIN]
    wrong = deposit.replace(f">{number}</rdeHeader:count>".encode(), f">{number + 1}</rdeHeader:count>".encode())
    with pytest.raises(DepositError) as refusal:
        take(one, wrong)
    assert "RDE_OBJECT_COUNT_MISMATCH" in {finding.code for finding in refusal.value.findings}
    assert held(one) == was


@pytest.mark.clause("RFC 8909 §5.2")
def test_deletes_come_before_contents(folders: tuple[Path, Path]) -> None:
    one, _ = folders
    registry = Registry(4)
    take(one, registry.full())
    name = next(key for kind, key in registry.state if kind == "domain")
    deposit = d.changes(
        "DIFF", "d1", "f0", "2026-02-02T00:00:00Z", [("domain", name)],
        [d.domain(name, roid="D999-TEST", hosts=())], registry.totals(),
    )  # fmt: skip
    take(one, deposit)
    assert any(kind == "domain" and "D999-TEST" in content for kind, content in held(one))


def test_a_delete_of_what_is_not_there_is_noted(folders: tuple[Path, Path]) -> None:
    one, _ = folders
    registry = Registry(5)
    take(one, registry.full())
    deposit = d.changes(
        "DIFF", "d1", "f0", "2026-02-02T00:00:00Z", [("domain", "no.example")], [], registry.totals()
    )
    (summary,) = take(one, deposit)
    assert any("a domain that is deleted was not there, as no.example" in note for note in summary.notes)
