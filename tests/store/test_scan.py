"""Reading every object of a kind, or a sample of them, as lookups find them; on each engine."""

from __future__ import annotations

from collections import Counter

import pytest

from directory.errors import StoreError
from directory.model.graph import ContactGraph, DomainGraph, HostGraph, RegistrarGraph
from directory.model.registrar import SideData
from directory.query import Kind, Lookup
from directory.store.open import open_ledger, open_store
from directory.store.reader import Reader
from directory.store.result import Hit
from directory.store.scan import PAGE, ObjectKind, drawn
from tests import deposits as d
from tests.store.conftest import Ingest

KINDS: tuple[ObjectKind, ...] = ("domain", "host", "registrar", "contact")
REGISTRY = (
    d.registrar(),
    d.registrar("R-2", "Registrar Two", 9996),
    d.contact("C-1"),
    d.contact("C-2", name="Bob"),
    d.host("ns1.n0.example", "192.0.2.1"),
    d.host("ns.other.net"),
    d.extension("person", "contact", "C-2", kind="legal"),
    d.extension("reseller", "domain", "n1.example", name="Seller"),
)


def domains(count: int, zone: str = "example", first: int = 0) -> list[str]:
    return [
        d.domain(
            f"n{number}.{zone}",
            cl_id=f"R-{number % 2 + 1}",
            hosts=("ns1.n0.example", "ns.other.net")[: number % 3],
            contacts=(("tech", f"C-{number % 3}"),),
        )
        for number in range(first, first + count)
    ]


async def scanned(
    reader: Reader, kind: ObjectKind, repository: str | None = None, sample: int = 0, seed: int = 0
) -> list[Hit]:
    return [hit async for hit in reader.scan(kind, repository, sample, seed)]


def key(hit: Hit) -> tuple[Kind, str]:
    """By what a lookup finds an object."""
    graph = hit.graph
    if isinstance(graph, DomainGraph):
        return Kind.DOMAIN, graph.domain.name
    if isinstance(graph, HostGraph):
        return Kind.NAMESERVER, graph.host.name
    if isinstance(graph, ContactGraph):
        return Kind.ENTITY, graph.contact.roid
    assert isinstance(graph, RegistrarGraph)
    return Kind.REGISTRAR, str(graph.sponsor.registrar.gurid)


def names(hits: list[Hit]) -> list[str]:
    return [key(hit)[1] for hit in hits]


async def put_side_data(url: str) -> None:
    ledger = open_ledger(url)
    await ledger.open()
    await ledger.begin()
    await ledger.put_side_data(1, {"id:R-2": SideData("whois.two.example", None, ())})
    await ledger.commit()
    await ledger.close()


@pytest.mark.parametrize("subordinates", [False, True])
async def test_a_scan_gives_every_object_once_as_a_lookup_gives_it(
    take: Ingest, url: str, subordinates: bool
) -> None:
    await take(d.full(*REGISTRY, *domains(PAGE + 3)))
    await put_side_data(url)
    reader = open_store(url, subordinates=subordinates)
    await reader.start()
    try:
        found = {kind: await scanned(reader, kind) for kind in KINDS}
        assert {kind: len(hits) for kind, hits in found.items()} == {
            "domain": PAGE + 3, "host": 2, "registrar": 2, "contact": 2
        }  # fmt: skip
        for kind, hits in found.items():
            assert len(set(names(hits))) == len(hits) == await reader.count(kind)
            for hit in hits:
                assert (await reader.lookup(Lookup(*key(hit)))).hits == (hit,)
        first = found["domain"][0].graph
        assert isinstance(first, DomainGraph)
        assert first.subordinates == (("ns1.n0.example",) if subordinates else ())
    finally:
        await reader.close()


async def test_a_scan_of_one_repository_gives_and_counts_what_is_in_it(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, *domains(PAGE + 5)))
    await take(d.full(*REGISTRY, *domains(7, "test"), tld="test"))
    await take(
        d.full(*REGISTRY, *domains(3, first=PAGE + 5), *domains(PAGE + 5), watermark="2026-02-01T00:00:00Z")
    )
    await reader.start()
    counts: dict[ObjectKind, tuple[int, int]] = {"domain": (PAGE + 8, 7), "host": (2, 2), "contact": (2, 2)}
    for kind, numbers in counts.items():
        for repository, number in zip(("example", "test"), numbers, strict=True):
            hits = await scanned(reader, kind, repository)
            assert {hit.repository for hit in hits} == {repository}
            assert len(hits) == len(set(names(hits))) == number
            assert await reader.count(kind, repository) == number
        assert await reader.count(kind) == sum(numbers)
    assert set(names(await scanned(reader, "domain", "test", sample=5))) <= {f"n{n}.test" for n in range(7)}
    with pytest.raises(StoreError, match="no repository 'tset'; there are: example, test"):
        await reader.count("domain", "tset")


async def test_a_deposit_that_is_committed_during_a_scan_is_seen_from_the_next_page_on(
    take: Ingest, reader: Reader
) -> None:
    total = 2 * PAGE + 4
    await take(d.full(*REGISTRY, *domains(total)))
    await reader.start()
    reading = reader.scan("domain")
    first = await anext(reading)
    renamed = (d.registrar(name="Renamed One"), *REGISTRY[1:])
    kept = [one for one in domains(total + 2) if ">n300.example<" not in one]
    await take(d.full(*renamed, *kept, watermark="2026-02-01T00:00:00Z"))
    hits = [first] + [hit async for hit in reading]
    assert names(hits) == [f"n{number}.example" for number in range(total + 2) if number != 300]
    sponsors = [
        hit.graph.sponsor.registrar.name
        for hit in hits
        if isinstance(hit.graph, DomainGraph) and hit.graph.sponsor and hit.graph.domain.cl_id == "R-1"
    ]
    assert sponsors == ["Registrar One"] * (PAGE // 2) + ["Renamed One"] * (len(sponsors) - PAGE // 2)


async def test_a_sample_is_of_different_objects_and_the_same_for_the_same_seed(
    take: Ingest, reader: Reader
) -> None:
    await take(d.full(*REGISTRY, *domains(700)))
    # Every second one goes, and leaves a gap.
    kept = [one for number, one in enumerate(domains(700)) if number % 2]
    await take(d.full(*REGISTRY, *kept, watermark="2026-02-01T00:00:00Z"))
    await reader.start()
    everything = set(names(await scanned(reader, "domain")))
    for size in (1, 10, 300):
        sample = names(await scanned(reader, "domain", sample=size, seed=5))
        assert len(sample) == len(set(sample)) == size
        assert set(sample) <= everything
        assert sample == names(await scanned(reader, "domain", sample=size, seed=5))
        assert sample != names(await scanned(reader, "domain", sample=size, seed=6))
    assert set(names(await scanned(reader, "domain", sample=5_000))) == everything
    hits = await scanned(reader, "contact", sample=9)
    assert sorted(names(hits)) == ["C1-TEST", "C2-TEST"]


async def test_a_sample_of_one_store_is_the_same_on_both_engines(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, *domains(100)))
    await reader.start()
    sample = await scanned(reader, "domain", sample=3, seed=1)
    assert names(sample) == [f"n{number - 1}.example" for number in list(drawn(1, 100, 1))[:3]]


async def test_nothing_is_scanned_where_nothing_is(take: Ingest, reader: Reader) -> None:
    await take(d.full(d.registrar()))
    await reader.start()
    assert await scanned(reader, "domain") == []
    assert await scanned(reader, "domain", sample=3) == []
    assert await reader.count("domain") == 0


def test_every_number_is_drawn_once_and_each_as_often_as_any_other() -> None:
    assert sorted(drawn(3, 9, 1)) == list(range(3, 10))
    firsts = Counter(next(drawn(1, 10, seed)) for seed in range(5_000))
    assert set(firsts) == set(range(1, 11))
    assert all(400 < count < 600 for count in firsts.values()), firsts
