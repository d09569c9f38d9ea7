"""What every engine has to do, tried on each: lookups, watermarks, history, repositories."""

from __future__ import annotations

import json

import pytest

from directory.errors import DepositError, StoreBusy, StoreError, StoreMissing, StoreVersion
from directory.model.base import Address
from directory.model.domain import Nndn
from directory.model.graph import ContactGraph, DomainGraph, HostGraph, RegistrarGraph
from directory.query import Kind, Lookup
from directory.store import tables
from directory.store.open import open_ledger, open_store
from directory.store.reader import Reader
from directory.store.statements import MOST_HITS, lookups
from tests import deposits as d
from tests.store.conftest import Ingest, only

REGISTRY = (
    d.registrar(),
    d.contact("C-1"),
    d.contact("C-2", name="Bob"),
    d.host("ns1.one.example", "192.0.2.1", "2001:DB8:0::1"),
    d.host("ns.other.net"),
)


async def test_a_domain_comes_with_all_that_belongs_to_it_in_order(take: Ingest, reader: Reader) -> None:
    one = d.domain(
        hosts=("ns.other.net", "ns1.one.example", "ns.nowhere.net"),
        contacts=(("tech", "C-2"), ("admin", "C-1"), ("billing", "C-9")),
        statuses=("clientHold", "serverHold", "clientDeleteProhibited"),
    )
    await take(d.full(*REGISTRY, one))
    await reader.start()
    graph = await only(reader, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert [status.code for status in graph.domain.statuses] == [
        "clientHold",
        "serverHold",
        "clientDeleteProhibited",
    ]
    assert [(link.role, link.contact) for link in graph.domain.contacts] == [
        ("registrant", "C-1"),
        ("tech", "C-2"),
        ("admin", "C-1"),
        ("billing", "C-9"),
    ]
    assert [contact and contact.handle for contact in graph.contacts] == ["C-1", "C-2", "C-1", None]
    assert [host and host.name for host in graph.hosts] == ["ns.other.net", "ns1.one.example", None]
    assert graph.hosts[1] is not None
    assert graph.hosts[1].addresses == (Address("v4", "192.0.2.1"), Address("v6", "2001:db8::1"))
    assert graph.sponsor is not None
    assert graph.sponsor.registrar.gurid == 9995
    assert graph.contacts[1] is not None
    assert [form.type for form in graph.contacts[1].postal] == ["int", "loc"]
    assert graph.contacts[1].postal[0].street == ("1 Calle Mayor", "2 izq.")


async def test_values_come_back_in_the_order_they_were_given_however_many(take: Ingest, reader: Reader) -> None:
    hosts = tuple(f"ns{number}.other.net" for number in (12, 3, 7, 1, 13, 5, 2, 11, 4, 10, 6, 9, 8))
    await take(d.full(*REGISTRY, *[d.host(host) for host in hosts], d.domain(hosts=hosts)))
    await reader.start()
    graph = await only(reader, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert tuple(server.host for server in graph.domain.ns) == hosts
    assert tuple(host.name for host in graph.hosts if host) == hosts


async def test_a_miss_tells_the_watermark_too(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain(), watermark="2026-02-03T04:05:06.50Z"))
    await reader.start()
    for kind, key in (
        (Kind.DOMAIN, "none.example"),
        (Kind.NAMESERVER, "ns.none.example"),
        (Kind.NAMESERVER, "ns.elsewhere.org"),
        (Kind.ADDRESS, "198.51.100.9"),
        (Kind.REGISTRAR, "Nobody"),
        (Kind.ENTITY, "X1-TEST"),
    ):
        result = await reader.lookup(Lookup(kind, key))
        assert (result.hits, result.as_of) == ((), "2026-02-03T04:05:06.5Z"), kind


async def test_hosts_are_found_by_name_and_by_address_and_attributes_as_well(take: Ingest, reader: Reader) -> None:
    attributes = (("ns.two.example", ("192.0.2.1", "192.0.2.7")), ("ns.far.net", ()))
    await take(d.full(*REGISTRY, d.domain("two.example", attributes=attributes)))
    await reader.start()
    graph = await only(reader, Kind.NAMESERVER, "ns1.one.example")
    assert isinstance(graph, HostGraph)
    assert graph.host.roid == "ns1_one_example-TEST"
    kept = await only(reader, Kind.NAMESERVER, "ns.two.example")
    assert isinstance(kept, HostGraph)
    assert (kept.host.roid, kept.host.addresses) == ("", (Address("v4", "192.0.2.1"), Address("v4", "192.0.2.7")))
    assert isinstance(await only(reader, Kind.NAMESERVER, "ns.far.net"), HostGraph)
    result = await reader.lookup(Lookup(Kind.ADDRESS, "192.0.2.1"))
    names = [hit.graph.host.name for hit in result.hits if isinstance(hit.graph, HostGraph)]
    assert names == ["ns1.one.example", "ns.two.example"]
    assert isinstance(await only(reader, Kind.ADDRESS, "2001:db8::1"), HostGraph)


async def test_a_list_of_hosts_on_one_address_is_bounded_and_says_that_it_is_cut(
    take: Ingest, reader: Reader
) -> None:
    hosts = [d.host(f"h{number}.one.example", "192.0.2.9") for number in range(MOST_HITS + 5)]
    await take(d.full(*REGISTRY, *hosts))
    await reader.start()
    cut = await reader.lookup(Lookup(Kind.ADDRESS, "192.0.2.9"))
    assert (len(cut.hits), cut.is_cut) == (MOST_HITS, True)
    assert not (await reader.lookup(Lookup(Kind.ADDRESS, "192.0.2.1"))).is_cut


async def test_registrars_and_contacts_are_found_by_what_they_are_known_by(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.registrar("R-2", "Straße & Söhne GmbH", 9996)))
    await reader.start()
    for kind in (Kind.REGISTRAR, Kind.ENTITY):
        for key in ("9996", "Straße & Söhne GmbH", "STRASSE  & SÖHNE gmbh"):
            graph = await only(reader, kind, key)
            assert isinstance(graph, RegistrarGraph)
            assert graph.sponsor.registrar.id == "R-2"
    contact = await only(reader, Kind.ENTITY, "C2-TEST")
    assert isinstance(contact, ContactGraph)
    assert contact.contact.handle == "C-2"
    assert not (await reader.lookup(Lookup(Kind.REGISTRAR, "C2-TEST"))).hits


async def test_a_reserved_name_is_told_apart(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.nndn("nic.example")))
    await reader.start()
    assert isinstance(await only(reader, Kind.DOMAIN, "nic.example"), Nndn)


async def test_the_same_deposit_again_writes_no_object(take: Ingest, reader: Reader) -> None:
    first = await take(d.full(*REGISTRY, d.domain()))
    again = await take(d.full(*REGISTRY, d.domain(), watermark="2026-01-02T00:00:00Z"))
    assert sum(tally.added for tally in first.tallies.values()) == 6
    assert sum(tally.unchanged for tally in again.tallies.values()) == 6
    assert not any(tally.added or tally.changed or tally.closed for tally in again.tallies.values())
    await reader.start()
    assert (await reader.lookup(Lookup(Kind.DOMAIN, "one.example"))).as_of == "2026-01-02T00:00:00Z"


async def test_a_superseded_version_goes_to_the_history_with_its_deposits(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain(), d.domain("gone.example")))
    changed = d.domain(hosts=("ns.other.net",), ex_date="2028-01-01T00:00:00Z")
    summary = await take(d.full(*REGISTRY, changed, watermark="2026-03-01T00:00:00Z", id="20260301"))
    tally = summary.tallies["domain"]
    assert (tally.added, tally.changed, tally.unchanged, tally.closed) == (0, 1, 0, 1)
    await reader.start()
    rows = await reader.fetch(
        "SELECT key, valid_from, valid_to, opened, closed, content FROM history ORDER BY key DESC", ()
    )
    spans = [tuple(row)[:5] for row in rows]
    assert spans == [
        ("one.example", d.WATERMARK, "2026-03-01T00:00:00Z", 1, 2),
        ("gone.example", d.WATERMARK, "2026-03-01T00:00:00Z", 1, 2),
    ]
    assert "2027-01-01T00:00:00Z" in rows[0][5]
    graph = await only(reader, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert graph.domain.ex_date == "2028-01-01T00:00:00Z"
    assert [host and host.name for host in graph.hosts] == ["ns.other.net"]
    assert not (await reader.lookup(Lookup(Kind.DOMAIN, "gone.example"))).hits


async def test_a_full_touches_no_object_of_another_repository(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain(hosts=("ns.other.net",))))
    other = (d.registrar(name="Other One", gurid=9996), d.contact("C-1", "CX-TEST", "Zoe"), d.host("ns.other.net"))
    await take(d.full(*other, d.domain("one.test"), tld="test", watermark="2025-06-01T00:00:00Z"))
    await take(d.full(d.registrar(name="Other One", gurid=9996), tld="test", watermark="2025-07-01T00:00:00Z"))
    await reader.start()
    graph = await only(reader, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert graph.sponsor is not None
    assert graph.contacts[0] is not None
    assert (graph.sponsor.registrar.name, graph.contacts[0].roid) == ("Registrar One", "C1-TEST")
    assert [host and host.name for host in graph.hosts] == ["ns.other.net"]
    assert (await reader.lookup(Lookup(Kind.DOMAIN, "x.example"))).as_of == d.WATERMARK
    miss = await reader.lookup(Lookup(Kind.DOMAIN, "one.test"))
    assert (miss.hits, miss.as_of, miss.zone) == ((), "2025-07-01T00:00:00Z", "test")


async def test_the_longest_served_suffix_decides(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain("one.example"), d.domain("two.co.example")))
    await reader.start()
    assert reader.zone_of("two.co.example") == "co.example"
    assert reader.zone_of("ns1.one.example") == "example"
    assert reader.zone_of("one.test") is None
    assert isinstance(await only(reader, Kind.DOMAIN, "two.co.example"), DomainGraph)


@pytest.mark.clause("RFC 9022 §5.9")
@pytest.mark.parametrize("owner", ["registrar", "ppsp", "reseller"])
async def test_a_deposit_of_another_than_a_registry_has_a_repository_of_its_own(
    take: Ingest, reader: Reader, owner: str
) -> None:
    await take(d.full(*REGISTRY, d.domain("one.example"), watermark="2025-01-01T00:00:00Z"))
    theirs = d.full(
        *REGISTRY,
        d.domain("one.example", ex_date="2031-01-01T00:00:00Z"),
        d.domain("two.test"),
        owner=f"<rdeHeader:{owner}>4711</rdeHeader:{owner}>",
    )
    await take(theirs)
    await reader.start()
    assert [(one.type, one.name) for one in reader.zones.repositories] == [("tld", "example"), (owner, "4711")]
    # The registry answers for its own zone, whoever else has escrowed names of it.
    graph = await only(reader, Kind.DOMAIN, "one.example")
    assert isinstance(graph, DomainGraph)
    assert graph.domain.ex_date == "2027-01-01T00:00:00Z"
    assert isinstance(await only(reader, Kind.DOMAIN, "two.test"), DomainGraph)


async def test_configured_zones_override_those_of_the_deposits(take: Ingest, url: str) -> None:
    await take(d.full(*REGISTRY, d.domain("one.example"), d.domain("two.co.example")))
    reader = open_store(url, {"co.example": "example"})
    await reader.start()
    try:
        assert reader.zone_of("one.example") is None
        assert not (await reader.lookup(Lookup(Kind.DOMAIN, "one.example"))).hits
        assert isinstance(await only(reader, Kind.DOMAIN, "two.co.example"), DomainGraph)
    finally:
        await reader.close()


async def test_a_registrar_is_shown_as_it_is_now_however_often_it_was_read_before(
    take: Ingest, reader: Reader
) -> None:
    await take(d.full(*REGISTRY, d.domain()))
    await reader.start()
    names = []
    for name, day in (("Registrar One", 1), ("Registrar Two", 2), ("Registrar Two", 3)):
        renamed = (d.registrar(name=name), *REGISTRY[1:])
        await take(d.full(*renamed, d.domain(), watermark=f"2026-02-0{day}T00:00:00Z"))
        graph = await only(reader, Kind.DOMAIN, "one.example")
        assert isinstance(graph, DomainGraph)
        assert graph.sponsor is not None
        names.append(graph.sponsor.registrar.name)
    assert names == ["Registrar One", "Registrar Two", "Registrar Two"]


async def test_another_repository_s_names_below_a_tld_make_no_zone_there(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain("a.test"), d.host("ns1.a.test"), tld="test"))
    await take(d.full(*REGISTRY, d.domain("x.a.test"), d.domain("far.net"), tld="other"))
    await reader.start()
    assert isinstance(await only(reader, Kind.DOMAIN, "a.test"), DomainGraph)
    assert reader.zone_of("ns1.a.test") == "test"
    assert not (await reader.lookup(Lookup(Kind.DOMAIN, "x.a.test"))).hits
    assert isinstance(await only(reader, Kind.DOMAIN, "far.net"), DomainGraph)


async def test_a_registered_name_is_no_zone_whatever_is_registered_below_it(take: Ingest, reader: Reader) -> None:
    await take(d.full(*REGISTRY, d.domain("a.example"), d.domain("x.a.example"), d.host("ns1.a.example")))
    await reader.start()
    assert reader.zone_of("ns1.a.example") == "example"
    assert isinstance(await only(reader, Kind.DOMAIN, "x.a.example"), DomainGraph)


async def test_zones_of_a_repository_that_is_not_there_are_refused(take: Ingest, url: str) -> None:
    await take(d.full(*REGISTRY))
    reader = open_store(url, {"foo": "nope"})
    try:
        with pytest.raises(StoreError, match="foo is to be answered from 'nope', but the store has: example"):
            await reader.start()
    finally:
        await reader.close()


async def test_a_running_reader_sees_the_zone_of_a_new_repository_after_a_refresh(
    take: Ingest, reader: Reader
) -> None:
    await take(d.full(*REGISTRY, d.domain()))
    await reader.start()
    await take(d.full(*REGISTRY, d.domain("new.test"), tld="test"))
    await reader.refresh()
    assert isinstance(await only(reader, Kind.DOMAIN, "new.test"), DomainGraph)


async def test_a_store_of_another_version_is_refused_on_both_sides(
    take: Ingest, reader: Reader, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take(d.full(*REGISTRY))
    ours = tables.SCHEMA_VERSION
    monkeypatch.setattr(tables, "SCHEMA_VERSION", 99)
    with pytest.raises(StoreVersion, match=f"schema version {ours}, this program reads 99"):
        await reader.start()
    with pytest.raises(StoreVersion, match=f"schema version {ours}, this program writes 99"):
        await take(d.full(*REGISTRY))


async def test_a_missing_store_is_said_to_be_missing(reader: Reader) -> None:
    with pytest.raises(StoreMissing, match="dnrd ingest"):
        await reader.start()


async def test_two_ingests_at_once_do_not_mix(take: Ingest, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await take(d.full(*REGISTRY))
    monkeypatch.setattr("directory.store.sqlite._BUSY_MS", 50)
    ledger = open_ledger(url)
    await ledger.open()
    await ledger.begin()
    try:
        with pytest.raises(StoreBusy):
            await take(d.full(*REGISTRY, d.domain()))
    finally:
        await ledger.rollback()
        await ledger.close()


async def test_a_key_that_is_there_twice_is_found_on_a_first_and_on_a_later_load(take: Ingest) -> None:
    doubled = d.full(*REGISTRY, d.domain(), d.domain(), d.domain("two.example"))
    with pytest.raises(DepositError, match=r"rdeDomain:name: the deposit has this domain twice"):
        await take(doubled)
    await take(d.full(*REGISTRY, d.domain()))
    with pytest.raises(DepositError, match=r"rdeDomain:name: the deposit has this domain twice"):
        await take(doubled)


async def test_the_tables_say_what_the_content_says(take: Ingest, reader: Reader) -> None:
    signed = (
        "<rdeDomain:secDNS><secDNS:maxSigLife>600</secDNS:maxSigLife><secDNS:dsData><secDNS:keyTag>1</secDNS:keyTag>"
        "<secDNS:alg>13</secDNS:alg><secDNS:digestType>2</secDNS:digestType><secDNS:digest>AB</secDNS:digest>"
        "</secDNS:dsData></rdeDomain:secDNS>"
    )
    one = d.domain(hosts=("ns.other.net", "ns1.one.example"), statuses=("clientHold", "serverHold"), more=signed)
    two = d.domain("two.example", attributes=(("ns.two.example", ("192.0.2.1", "2001:db8::2")),))
    await take(d.full(*REGISTRY, one, two, d.nndn("nic.example")))
    await reader.start()
    compared = 0
    for shape in tables.SHAPES.values():
        names = [column.name for column in shape.table.columns]
        for row in await reader.fetch(f'SELECT * FROM "{shape.kind}"', ()):
            told = dict(zip(names, row, strict=True))
            fields = [told[name] for name in shape.scalars]
            for child in shape.children:
                columns = ", ".join(f'"{column.name}"' for column in child.columns)
                where = f"owner = {told['object']} ORDER BY position"
                values = await reader.fetch(f'SELECT {columns} FROM "{child.table.name}" WHERE {where}', ())
                fields.append([list(value) for value in values])
            assert json.loads(told["content"]) == fields, (shape.kind, told["object"])
            compared += 1
    assert compared == 8


def test_every_table_has_a_primary_key_and_repeated_values_a_position() -> None:
    for table in tables.metadata.tables.values():
        assert list(table.primary_key.columns), table.name
    for shape in tables.SHAPES.values():
        for child in shape.children:
            assert [column.name for column in child.table.primary_key.columns] == ["owner", "position"]


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("SELECT owner FROM host_addresses WHERE addr = ?", "host_addresses_addr"),
        ("SELECT name FROM host WHERE reversed_name > ? AND reversed_name < ?", "host_reversed_name"),
        ("SELECT owner FROM domain_ns WHERE host = ?", "domain_ns_host"),
        ("SELECT owner FROM domain_contacts WHERE contact = ?", "domain_contacts_contact"),
        ("SELECT name FROM domain WHERE cl_id = ? AND repository = ?", "domain_cl_id"),
    ],
)
async def test_pivots_have_an_index(take: Ingest, reader: Reader, url: str, where: str, index: str) -> None:
    if not url.startswith("sqlite"):
        # The planner rightly scans a table of five rows, so that the index is there has to do.
        await take(d.full(*REGISTRY))
        await reader.start()
        rows = await reader.fetch("SELECT indexname FROM pg_indexes", ())
        assert index in {row[0] for row in rows}
        return
    await take(d.full(*REGISTRY))
    await reader.start()
    plan = await reader.fetch(f"EXPLAIN QUERY PLAN {where}", ("x",) * where.count("?"))
    assert index in plan[0][3]


async def test_lookups_scan_no_table_however_many_domains_share_a_host(
    take: Ingest, reader: Reader, url: str
) -> None:
    await take(d.full(*REGISTRY))
    await reader.start()
    if not url.startswith("sqlite"):
        rows = await reader.fetch("SELECT indexdef FROM pg_indexes WHERE indexname = 'domain_ns_host'", ())
        assert "(host, model)" in rows[0][0]
        return
    values = {"key": "x", "repository": 1, "number": 1, "folded": "x", "below": "x"}
    for kind, statement in lookups("sqlite", subordinates=True).items():
        plan = await reader.fetch(f"EXPLAIN QUERY PLAN {statement.text}", statement.arguments(values))
        scans = [row[3] for row in plan if row[3].startswith("SCAN") and "CONSTANT" not in row[3]]
        # The repositories are few, and a scan of a subquery is a scan of what an index found.
        assert not [scan for scan in scans if not scan.startswith(("SCAN repository", "SCAN anon"))], kind
        if kind is Kind.NAMESERVER:
            assert any("domain_ns_host (host=? AND model=?)" in row[3] for row in plan)
