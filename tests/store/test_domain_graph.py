"""What comes with a domain beside its own: the extensions of its contacts, the hosts below it; on each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from directory.query import Kind
from directory.store.graphs import MOST_SUBORDINATES
from directory.store.open import open_ledger, open_store
from directory.store.reader import Reader
from directory.store.statements import lookups
from tests import deposits as d
from tests.store.conftest import Ingest, domain

CONTACTS = (d.contact("C-1"), d.contact("C-2", name="Bob"), d.contact("C-3", name="Eve"))
REGISTRY = (d.registrar(), *CONTACTS)
ROLES = (("admin", "C-2"), ("tech", "C-1"), ("billing", "C-2"))
LATER = "2026-02-01T00:00:00Z"


def person(contact: str, **facts: str) -> str:
    return d.extension("person", "contact", contact, **facts)


@pytest.fixture
async def below(url: str) -> AsyncIterator[Reader]:
    """A reader that looks for the hosts below a domain."""
    opened = open_store(url, subordinates=True)
    yield opened
    await opened.close()


async def found(reader: Reader, name: str = "one.example") -> list[tuple[str, str, dict[str, tuple[str, ...]]]]:
    """Contact, table and values of what a domain's contacts have."""
    return [(one.owner_key, one.table, one.values) for one in (await domain(reader, name)).contact_extensions]


# -- extensions of contacts ----


async def test_a_domain_brings_the_extensions_of_its_contacts_each_once_in_the_order_of_the_contacts(
    take: Ingest, reader: Reader
) -> None:
    await take(
        d.full(
            *REGISTRY,
            d.domain(contacts=ROLES),
            d.domain("two.example", registrant="C-3", contacts=()),
            person("C-2", kind="legal"),
            person("C-3", kind="natural"),
            d.extension("postalLanguage", "contact", "C-1", int="es-Latn", loc="es"),
            person("C-1", kind="natural", consent="no"),
            d.extension("reseller", "domain", "one.example", name="Seller"),
            person("C-9", kind="natural"),
        )
    )
    await reader.start()
    assert await found(reader) == [
        ("C-1", "postalLanguage", {"int": ("es-Latn",), "loc": ("es",)}),
        ("C-1", "person", {"kind": ("natural",), "consent": ("no",)}),
        ("C-2", "person", {"kind": ("legal",)}),
    ]
    assert [one.table for one in (await domain(reader, "one.example")).extensions] == ["reseller"]
    assert await found(reader, "two.example") == [("C-3", "person", {"kind": ("natural",)})]


async def test_what_a_contact_of_the_same_id_is_in_another_repository_is_nothing_to_this_one(
    take: Ingest, reader: Reader
) -> None:
    await take(d.full(*REGISTRY, d.domain(), person("C-1", kind="natural")))
    await take(d.full(*REGISTRY, d.domain("one.test"), person("C-1", kind="legal"), tld="test"))
    await reader.start()
    assert await found(reader) == [("C-1", "person", {"kind": ("natural",)})]
    assert await found(reader, "one.test") == [("C-1", "person", {"kind": ("legal",)})]


async def flags(reader: Reader) -> dict[str, int]:
    return {row[0]: row[1] for row in await reader.fetch("SELECT name, contact_extensions FROM repository", ())}


async def test_a_repository_says_whether_its_contacts_have_extensions_as_deposits_come_and_go(
    take: Ingest, reader: Reader
) -> None:
    resold = d.extension("reseller", "domain", "one.example", name="Seller")
    await take(d.full(*REGISTRY, d.domain(), resold))
    await take(d.full(*REGISTRY, d.domain("one.test"), person("C-1", kind="legal"), tld="test"))
    await reader.start()
    assert await flags(reader) == {"example": 0, "test": 1}
    await take(d.full(*REGISTRY, d.domain(), resold, person("C-2", kind="legal"), watermark=LATER))
    assert await flags(reader) == {"example": 1, "test": 1}
    again = "2026-02-02T00:00:00Z"
    await take(d.full(*REGISTRY, d.domain(), resold, person("C-2", kind="legal"), watermark=again))
    assert await flags(reader) == {"example": 1, "test": 1}
    await take(d.full(*REGISTRY, d.domain(), resold, watermark="2026-02-03T00:00:00Z"))
    assert await flags(reader) == {"example": 0, "test": 1}
    assert await found(reader) == []


async def test_where_the_flag_is_down_no_extension_of_a_contact_is_looked_for(
    take: Ingest, reader: Reader, url: str
) -> None:
    await take(d.full(*REGISTRY, d.domain(), person("C-1", kind="legal")))
    await reader.start()
    assert await found(reader)
    ledger = open_ledger(url)
    await ledger.open()
    await ledger.begin()
    await ledger.execute("UPDATE repository SET contact_extensions = 0")
    await ledger.commit()
    await ledger.close()
    assert await found(reader) == []


# -- hosts below a domain ----


@pytest.mark.clause("SAC054 table 4")
async def test_the_hosts_below_a_domain_come_by_name_and_no_others(take: Ingest, below: Reader) -> None:
    hosts = (
        "ns2.one.example", "ns1.one.example", "a.b.one.example", "one-a.example", "ns.one0.example", "one.example",
        "ns.two.example", "one.example.net", "xn--bcher-kva.one.example",
    )  # fmt: skip
    doubled = d.host("ns1.one.example", roid="OTHER-TEST")
    domains = (d.domain(), d.domain("two.example"), d.domain("three.example"), d.domain("b.one.example"))
    await take(d.full(*REGISTRY, *[d.host(host) for host in hosts], doubled, *domains))
    await take(d.full(*REGISTRY, d.host("ns3.one.example"), tld="test"))
    await below.start()
    assert (await domain(below, "one.example")).subordinates == (
        "a.b.one.example", "ns1.one.example", "ns2.one.example", "xn--bcher-kva.one.example"
    )  # fmt: skip
    assert (await domain(below, "two.example")).subordinates == ("ns.two.example",)
    assert (await domain(below, "three.example")).subordinates == ()
    assert (await domain(below, "b.one.example")).subordinates == ("a.b.one.example",)


async def test_hosts_below_a_domain_are_looked_for_only_when_asked(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.host("ns1.one.example"), d.domain(hosts=("ns1.one.example",))))
    await reader.start()
    graph = await domain(reader, "one.example")
    assert (graph.subordinates, [host and host.name for host in graph.hosts]) == ((), ["ns1.one.example"])


async def test_no_more_hosts_below_a_domain_are_named_than_the_bound(take: Ingest, below: Reader) -> None:
    numbers = range(10_000, 10_000 + MOST_SUBORDINATES + 5)
    await take(d.full(*REGISTRY, *[d.host(f"h{number}.one.example") for number in reversed(numbers)], d.domain()))
    await below.start()
    names = (await domain(below, "one.example")).subordinates
    assert names == tuple(f"h{number}.one.example" for number in numbers[:MOST_SUBORDINATES])


async def test_an_index_finds_the_hosts_below_a_domain_and_the_extensions_of_contacts(
    take: Ingest, below: Reader, url: str
) -> None:
    # So many that a planner has no reason to read a whole table.
    hosts = [d.host(f"ns{number}.n{number % 500}.example") for number in range(2_000)]
    contacts = [d.contact(f"C-{number}") for number in range(1_000)]
    persons = [person(f"C-{number}", kind="natural") for number in range(1_000)]
    domains = [d.domain(f"n{number}.example", registrant=f"C-{number}", contacts=()) for number in range(500)]
    await take(d.full(d.registrar(), *contacts, *hosts, *domains, *persons))
    await below.start()
    assert len((await domain(below, "n7.example")).subordinates) == 4
    engine = url.partition(":")[0]
    statement = lookups(engine, subordinates=True)[Kind.DOMAIN]
    arguments = statement.arguments({"key": "n7.example", "repository": 1, "below": "example.n7"})
    explain = "EXPLAIN QUERY PLAN" if engine == "sqlite" else "EXPLAIN"
    plan = "\n".join(str(row[-1]) for row in await below.fetch(f"{explain} {statement.text}", arguments))
    ranged, keyed = {
        "sqlite": ("host_reversed_name (reversed_name>? AND reversed_name<?)", "extension_owner_key (owner_key=?"),
        "postgresql": ("using host_reversed_name on host", "using extension_owner_key on extension"),
    }[engine]
    assert ranged in plan, plan
    assert plan.count(keyed) == 2, plan  # those of the domain, and those of its contacts
