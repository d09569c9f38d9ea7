"""What the registry knew at a moment, and every version of an object."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy

import msgspec
import pytest

from directory.errors import StoreError, Unsupported
from directory.model.base import Instant, Value
from directory.model.contact import Contact
from directory.model.graph import DomainGraph
from directory.model.registrar import SideData
from directory.query import Kind, Lookup
from directory.store.expression import Statement
from directory.store.ledger import Ledger
from directory.store.open import open_store
from directory.store.plan import Plan
from directory.store.reader import Reader
from directory.store.result import Result, Seen, Version
from tests.store import streams as s
from tests.store.test_changes import registry


@pytest.fixture
async def reader(url: str) -> AsyncIterator[Reader]:
    opened = open_store(url, subordinates=True)
    yield opened
    await opened.close()


def questions() -> Iterator[Lookup]:
    """Everything that a stream may have made, and what it never did."""
    for number in range(1, 9):
        for zone in ("test", "co.test"):
            yield Lookup(Kind.DOMAIN, f"d{number}.{zone}")
        yield Lookup(Kind.DOMAIN, f"n{number}.test")
        yield Lookup(Kind.ENTITY, f"C-{number}_ROID-X")
        yield Lookup(Kind.ENTITY, str(number))
        yield Lookup(Kind.REGISTRAR, str(number))
    for number in range(1, 6):
        for below in range(1, 4):
            yield Lookup(Kind.NAMESERVER, f"ns{number}.d{below}.test")
    for name in ("One", "two", "Nobody"):
        yield Lookup(Kind.REGISTRAR, name)
        yield Lookup(Kind.ENTITY, name)
    yield Lookup(Kind.NAMESERVER, "ns.attribute.net")
    yield Lookup(Kind.NAMESERVER, "ns.none.net")
    yield Lookup(Kind.DOMAIN, "one.elsewhere")


async def answers(reader: Reader, moment: Instant | None = None) -> dict[Lookup, Result]:
    """The answers to all questions, of now or of then."""
    return {
        one: await (reader.lookup(one) if moment is None else reader.lookup_as_of(one, moment))
        for one in questions()
    }


def but_for_zones(results: dict[Lookup, Result]) -> dict[Lookup, Result]:
    """Which zones are served is today's matter."""
    return {one: msgspec.structs.replace(result, zone=None) for one, result in results.items()}


@pytest.mark.parametrize("seed", range(3))
async def test_as_of_a_watermark_is_what_a_lookup_found_after_that_deposit(
    ledger: Ledger, reader: Reader, seed: int
) -> None:
    stream, other = s.Stream(500 + seed), s.Stream(600 + seed)
    stream.change(60)
    other.change(60)
    await s.full(ledger, stream.registry, 0)
    await reader.start()
    then = {s.watermark(0): await answers(reader)}
    for number in range(1, 9):
        before = deepcopy(stream.registry)
        change = stream.change()
        if number == 5:
            stream.registry = before
            await s.full(ledger, other.registry, number)
            other.registry, stream.registry = stream.registry, other.registry
        elif number == 7:  # a resend goes back, and brings something else at the same watermark
            await s.diff(ledger, change, number)
            stream.registry = before
            last = await ledger.fetch("SELECT max(id) FROM deposit", ())
            change = stream.change()
            await s.begin(ledger, "DIFF", number, resend=1)
            for kind, keys in (await ledger.touched_since(last[0][0] - 1)).items():
                await ledger.restore(kind, keys, last[0][0] - 1)
            await s.write(ledger, change)
            await ledger.commit()
        else:
            await s.diff(ledger, change, number)
        await reader.refresh()
        then[s.watermark(number)] = await answers(reader)
    assert len({str(one) for one in then.values()}) == 9
    for moment, expected in then.items():
        assert but_for_zones(await answers(reader, moment)) == but_for_zones(expected), moment
    hits = sum(len(result.hits) for results in then.values() for result in results.values())
    assert hits > 100


async def test_between_two_watermarks_the_older_holds_and_before_the_first_nothing_does(
    ledger: Ledger, reader: Reader
) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test")), 2)
    await s.diff(ledger, s.Change({("domain", "name"): ["one.test"]}), 4)
    await reader.start()
    one = Lookup(Kind.DOMAIN, "one.test")
    for moment, hits, as_of in (
        ("2026-01-01T23:59:59.999999Z", 0, None),
        ("2026-01-02T00:00:00Z", 1, s.watermark(2)),
        ("2026-01-02T23:59:59.9Z", 1, s.watermark(2)),
        ("2026-01-03T00:00:00Z", 0, s.watermark(4)),
        ("2030-01-01T00:00:00Z", 0, s.watermark(4)),
    ):
        result = await reader.lookup_as_of(one, Instant(moment))
        assert (len(result.hits), result.as_of, result.zone) == (hits, as_of, "test"), moment


async def test_repositories_have_each_their_own_past(ledger: Ledger, reader: Reader) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", "Ana")), 0)
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", "Zoe")), 4, tld="other")
    await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", "Eva")), 6)
    await reader.start()
    one = Lookup(Kind.ENTITY, "C-1_ROID-X")
    for number, as_of in ((0, 0), (4, 0), (6, 4)):
        result = await reader.lookup_as_of(one, s.watermark(number))
        assert (len(result.hits), result.as_of) == (1, s.watermark(as_of))
    told = await reader.versions("contact", "C-1")
    assert [(one.repository, names(one), one.valid_to) for one in told] == [
        ("test", "Ana", s.watermark(6)),
        ("test", "Eva", None),
        ("other", "Zoe", None),
    ]


def names(version: Version) -> str | None:
    assert isinstance(version.content, Contact)
    return version.content.postal[0].name


async def test_side_data_are_those_of_today(ledger: Ledger, reader: Reader) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test")), 0)
    await s.diff(ledger, s.Change(puts={"domain": [s.domain("one.test", ex="2030-01-01T00:00:00Z")]}), 2)
    await ledger.begin()
    side = SideData("whois.one.example")
    await ledger.put_side_data(1, {"iana:1": side})
    await ledger.commit()
    await reader.start()
    (hit,) = (await reader.lookup_as_of(Lookup(Kind.DOMAIN, "one.test"), s.watermark(0))).hits
    assert isinstance(hit.graph, DomainGraph)
    assert hit.graph.sponsor is not None
    assert (hit.graph.sponsor.side, hit.graph.domain.ex_date) == (side, "2027-01-01T00:00:00Z")


async def test_an_address_is_not_looked_up_in_the_past(ledger: Ledger, reader: Reader) -> None:
    await s.full(ledger, registry(s.registrar("R-1")), 0)
    await reader.start()
    with pytest.raises(Unsupported, match="its address in the past"):
        await reader.lookup_as_of(Lookup(Kind.ADDRESS, "192.0.2.1"), s.watermark(0))


async def test_versions_are_told_with_their_deposits_and_equal_ones_are_one(
    ledger: Ledger, reader: Reader
) -> None:
    one, two = s.domain("one.test"), s.domain("one.test", ex="2030-01-01T00:00:00Z")
    await s.full(ledger, registry(s.registrar("R-1"), one), 0)
    await s.diff(ledger, s.Change(puts={"domain": [two]}), 2)
    # A resend at the same watermark takes it back: the version of no length is no version to a reader.
    await s.begin(ledger, "DIFF", 2, resend=1)
    await ledger.restore("domain", ["one.test"], 1)
    await ledger.commit()
    await s.diff(ledger, s.Change(puts={"domain": [two]}), 4)
    await s.diff(ledger, s.Change({("domain", "name"): ["one.test"]}), 6)
    await s.diff(ledger, s.Change(puts={"domain": [two]}), 8)
    assert len(await ledger.fetch("SELECT id FROM history", ())) == 4
    await reader.start()

    def seen(type_: str, number: int, resend: int = 0) -> Seen:
        return Seen(type_, f"D{number}", resend, s.watermark(number))

    def version(content: Value, since: Seen, until: Seen | None) -> Version:
        end = until.watermark if until else None
        return Version("test", content, since.watermark, end, since, until)

    assert await reader.versions("domain", "one.test") == [
        version(one, seen("FULL", 0), seen("DIFF", 4)),
        version(two, seen("DIFF", 4), seen("DIFF", 6)),
        version(two, seen("DIFF", 8), None),
    ]
    assert await reader.versions("domain", "none.test") == []


async def test_what_takes_too_long_is_given_up_and_the_loop_goes_on_meanwhile(
    ledger: Ledger, reader: Reader, url: str
) -> None:
    await s.full(ledger, registry(s.registrar("R-1"), s.domain("one.test")), 0)
    await reader.start()
    endless = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(60)",
    }

    def plan() -> Plan[int]:
        rows = yield Statement(endless[reader.engine], ()), {}
        return len(rows)

    begun = time.monotonic()
    slow = [asyncio.create_task(reader.follow(plan(), 0.5)) for _ in range(5)]
    await asyncio.sleep(0.05)
    assert (await reader.lookup(Lookup(Kind.DOMAIN, "one.test"))).hits
    assert time.monotonic() - begun < 0.4
    for told in await asyncio.gather(*slow, return_exceptions=True):
        assert isinstance(told, StoreError)
        assert "took longer than" in str(told)
    assert time.monotonic() - begun < 3
    assert (await reader.lookup_as_of(Lookup(Kind.DOMAIN, "one.test"), s.watermark(0))).hits
