"""Deposits written from a store: what they say of themselves, and what they are when something is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from directory.errors import DepositError, StoreError
from directory.escrow import namespace as ns
from directory.escrow.export.export import Order, export
from directory.escrow.export.frame import REPORT, id_of
from directory.escrow.export.place import Target
from directory.escrow.outlet import NotWritten
from directory.model import format as formats
from directory.model.base import Instant, Status
from directory.model.catalogue import Catalogue
from directory.model.domain import Domain
from directory.model.host import Host
from directory.model.registry import IdnTable
from directory.store.open import open_snapshot
from tests.escrow.broken import KNOWN, Deposit
from tests.escrow.checking import check_file
from tests.escrow.exporting import (
    NOW,
    Registry,
    changed,
    document,
    extension,
    fill,
    held,
    refused,
    registry,
    take,
    watermark,
    write,
)
from tests.escrow.reading import CATALOGUE, read, values
from tests.model.test_catalogue_extension import SOCIAL


@pytest.mark.clause("RFC 9022 §5.9")
@pytest.mark.clause("RFC 8909 §5.1")
async def test_a_deposit_says_what_it_is_and_counts_its_repository(filled: str, tmp_path: Path) -> None:
    exported = await write(filled, tmp_path / "full.xml", Order(), CATALOGUE)
    reading = read(exported.place)
    assert reading.header is not None
    assert reading.frame is not None
    assert (reading.header.repository_type, reading.header.repository) == ("tld", "example")
    assert reading.header.counts == {
        ns.REGISTRAR: 2,
        ns.CONTACT: 2,
        ns.HOST: 2,
        ns.DOMAIN: 2,
        ns.NNDN: 1,
        "urn:x-dnrd:ns:reseller-1.0": 1,
    }
    assert set(reading.frame.menu) == {ns.HEADER, *reading.header.counts}
    assert (reading.frame.type, reading.frame.id, reading.frame.prev_id) == ("FULL", "2026010100000", None)
    assert reading.frame.watermark == watermark(1)
    assert exported.written == reading.header.counts
    assert not reading.report.findings


def test_the_id_is_the_second_of_the_watermark_and_has_as_many_characters_as_an_id_may_have() -> None:
    assert id_of(Instant("2026-01-31T23:59:59.5Z")) == "2026013186399"
    assert id_of(Instant("2016-12-31T23:59:60Z")) == "2017010100000"
    assert id_of(watermark(1)) < id_of(Instant("2026-01-01T00:00:01Z")) < id_of(watermark(2))


async def test_the_report_says_the_same_as_the_deposit(filled: str, tmp_path: Path) -> None:
    exported = await write(filled, tmp_path / "full.xml", Order(id="20260101_01", resend=2), CATALOGUE)
    assert exported.report == tmp_path / "full.xml.rep"
    report = etree.parse(exported.report).getroot()
    said = {etree.QName(child).localname: child.text for child in report}
    assert report.tag == f"{{{REPORT}}}report"
    assert said == {
        "id": "20260101_01",
        "version": "1",
        "rydeSpecEscrow": "RFC8909",
        "rydeSpecMapping": "RFC9022",
        "resend": "2",
        "crDate": formats.instant(NOW.isoformat()),
        "kind": "FULL",
        "watermark": watermark(1),
        "header": None,
    }
    header = etree.parse(exported.place).find(f".//{{{ns.HEADER}}}header")
    assert header is not None
    copy = report.find(f"{{{ns.HEADER}}}header")
    assert copy is not None
    assert [(each.tag, each.text, each.get("uri")) for each in copy] == [
        (each.tag, each.text, each.get("uri")) for each in header
    ]
    frame = read(exported.place).frame
    assert frame is not None
    assert frame.resend == 2


@pytest.mark.parametrize("model", ["xml", "csv"])
async def test_what_passes_the_strictest_check_still_does_when_it_is_written_again(
    url: str, tmp_path: Path, model: str
) -> None:
    sound = Deposit().write(tmp_path)
    assert check_file(sound, known=KNOWN).passed
    await take(url, sound, CATALOGUE)
    exported = await write(url, tmp_path / "again", Order(model=model), CATALOGUE)
    result = check_file(document(exported.place), known=KNOWN)
    assert result.passed, "\n".join(result.to_text())


async def test_an_export_is_of_one_state_whatever_is_committed_meanwhile(
    either: str, objects: Registry, tmp_path: Path
) -> None:
    await fill(either, objects)
    snapshot = open_snapshot(either)
    await snapshot.start()
    try:
        await fill(either, changed(objects, without=(("domain", "two.example"),)), 2)
        exported = await export(snapshot, Order(), Target(tmp_path / "full.xml"), CATALOGUE, now=lambda: NOW)
    finally:
        await snapshot.close()
    assert exported.frame.watermark == watermark(1)
    assert held(registry(*values(read(exported.place).puts))) == held(objects)


async def test_only_the_repository_that_is_named_is_written(url: str, objects: Registry, tmp_path: Path) -> None:
    await fill(url, objects)
    other = changed(objects, without=(("domain", "two.example"),))
    await fill(url, other, 2, repository="test")
    with pytest.raises(StoreError, match="several repositories; say which: example, test"):
        await write(url, tmp_path / "full.xml", Order(), CATALOGUE)
    with pytest.raises(StoreError, match="no repository 'tset'; there are: example, test"):
        await write(url, tmp_path / "full.xml", Order(repository="tset"), CATALOGUE)
    exported = await write(url, tmp_path / "full.xml", Order(repository="test"), CATALOGUE)
    assert held(registry(*values(read(exported.place).puts))) == held(other)
    assert exported.frame.repository == "test"


async def test_an_export_that_fails_leaves_what_was_there(filled: str, tmp_path: Path) -> None:
    place = tmp_path / "out" / "full.xml"
    place.parent.mkdir()
    place.write_text("of yesterday")
    snapshot = open_snapshot(filled)
    await snapshot.start()

    def stop(kind: str, number: int, total: int) -> None:
        if kind == "domain":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await export(snapshot, Order(), Target(place, replace=True), CATALOGUE, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        await export(snapshot, Order(model="csv"), Target(tmp_path / "out" / "tables"), CATALOGUE, progress=stop)
    await snapshot.close()
    assert [each.name for each in place.parent.iterdir()] == ["full.xml"]
    assert place.read_text() == "of yesterday"
    exported = await write(filled, place, Order(), CATALOGUE)
    assert sorted(each.name for each in place.parent.iterdir()) == ["full.xml", "full.xml.rep"]
    assert exported.place.read_bytes().startswith(b"<?xml")


async def test_tables_go_into_a_folder_that_is_new_or_empty(filled: str, tmp_path: Path) -> None:
    place = tmp_path / "tables"
    place.mkdir()
    await write(filled, place, Order(model="csv"), CATALOGUE)
    assert (place / "tables.xml").is_file()
    with pytest.raises(NotWritten, match="no empty folder"):
        await write(filled, place, Order(model="csv"), CATALOGUE)
    with pytest.raises(NotWritten, match="is a folder"):
        await write(filled, place, Order(), CATALOGUE)
    with pytest.raises(NotWritten, match=r"full\.xml: there is no folder .*nowhere; make it first"):
        await write(filled, tmp_path / "nowhere" / "full.xml", Order(), CATALOGUE)


async def test_the_same_store_makes_the_same_octets(filled: str, tmp_path: Path) -> None:
    for model, name in (("xml", "full.xml.gz"), ("csv", "tables")):
        order = Order(model=model, is_packed=True)
        written = [await write(filled, tmp_path / each / name, order, CATALOGUE) for each in folders(tmp_path)]
        first, second = (sorted(files(each.place)) for each in written)
        assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]


def folders(path: Path) -> Iterator[str]:
    """Two folders that are there."""
    for name in ("a", "b"):
        (path / name).mkdir(exist_ok=True)
        yield name


def files(place: Path) -> list[Path]:
    """The files of a deposit."""
    return list(place.iterdir()) if place.is_dir() else [place]


@pytest.mark.clause("XML 1.0 §2.2")
async def test_what_xml_cannot_carry_is_refused_with_its_object(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    one = objects["domain", "one.example"]
    assert isinstance(one, Domain)
    bad = msgspec.structs.replace(one, statuses=(Status("ok", "a\x0cb"),))
    await fill(url, changed(objects, bad))
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "full.xml", Order(), CATALOGUE)
    (line,) = refused(refusal)
    assert "domain one.example: U+000C is a character that XML cannot carry [XML 1.0 §2.2]" in line
    assert not list(tmp_path.glob("full*"))


@pytest.mark.clause("RFC 9022 §9")
@pytest.mark.parametrize(
    ("kind", "key", "change", "message"),
    [
        ("contact", "C-2", {"email": None}, "contact C-2: it has no email"),
        ("contact", "C-2", {"postal": ()}, "contact C-2: it has no postalInfo"),
        ("host", "H2-TEST", {"cl_id": ""}, "host H2-TEST: it has no clID"),
        ("domain", "two.example", {"statuses": ()}, "domain two.example: it has no status"),
    ],
)
@pytest.mark.parametrize("model", ["xml", "csv"])
async def test_what_makes_no_valid_deposit_is_refused(
    url: str, objects: Registry, tmp_path: Path, model: str, kind: str, key: str, change: object, message: str
) -> None:
    bad = msgspec.structs.replace(objects[kind, key], **change)  # type: ignore[arg-type]
    await fill(url, changed(objects, bad))
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "out", Order(model=model), CATALOGUE)
    assert [line for line in refused(refusal) if message in line]
    assert not (tmp_path / "out").exists()


@pytest.mark.clause("RFC 9022 §5.5")
async def test_an_idn_table_without_a_policy_has_a_place_in_tables_only(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    await fill(url, changed(objects, IdnTable("es", "https://registry.example/es", "")))
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "full.xml", Order(), CATALOGUE)
    assert "idn_table es: it has no urlPolicy" in refused(refusal)[0]
    exported = await write(url, tmp_path / "tables", Order(model="csv"), CATALOGUE)
    assert exported.written[ns.CSV_IDN] == 1


@pytest.mark.clause("RFC 9022 §7")
async def test_an_extension_that_no_document_declares_is_refused(
    url: str, objects: Registry, tmp_path: Path
) -> None:
    unknown = extension("social", "domain", "one.example", handle=["ann"])
    await fill(url, changed(objects, unknown))
    with pytest.raises(DepositError) as refusal:
        await write(url, tmp_path / "full.xml", Order(), CATALOGUE)
    (line,) = refused(refusal)
    assert "domain one.example: no declared extension writes 'social' of a domain; name the document" in line


@pytest.mark.clause("RFC 9022 §7")
@pytest.mark.parametrize("type_", ["FULL", "DIFF"])
async def test_what_an_extension_has_inside_of_an_object_is_written_there(
    url: str, objects: Registry, tmp_path: Path, type_: str
) -> None:
    (tmp_path / "social.yaml").write_text(SOCIAL)
    catalogue = Catalogue.load([tmp_path / "social.yaml"])
    inside = extension("eligibility", "domain", "one.example", member=["42"])
    account = extension("social", "contact", "C-1", network=["irc"], handle=["ann", "ann_"])
    await fill(url, objects)
    await fill(url, changed(objects, inside, account), 2)
    exported = await write(url, tmp_path / "out.xml", Order(type_), catalogue)
    reading = read(exported.place, catalogue=catalogue)
    assert not reading.report.findings
    assert [put.extensions for put in reading.puts if put.extensions] == [(inside,)]
    assert account in reading.values("extension")
    assert reading.counts == exported.written
    mixed = await write(url, tmp_path / "tables", Order(type_, "csv"), catalogue)
    again = read(document(mixed.place), catalogue=catalogue)
    assert (again.values("domain"), again.values("extension")) == (
        reading.values("domain"),
        reading.values("extension"),
    )
    assert list(mixed.notes) == [
        "domain objects are in the XML model: the CSV model has no place for what an extension has inside of an "
        "object, of domain one.example"
    ]


@pytest.mark.clause("RFC 9022 §5.9")
async def test_extensions_are_listed_by_their_uris_whatever_the_store_has_first(
    either: str, objects: Registry, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SOCIAL.replace("urn:x-example:social-1.0", "urn:x-example:a-1.0"))
    (tmp_path / "z.yaml").write_text(ANYCAST.replace("urn:x-example:anycast-1.0", "urn:x-example:z-1.0"))
    catalogue = Catalogue.load([tmp_path / "a.yaml", tmp_path / "z.yaml"])
    anycast = extension("anycast", "host", "ns1.one.example", nodes=["7"])
    account = extension("social", "contact", "C-1", network=["irc"], handle=["ann"])
    await fill(either, changed(objects, anycast, account))
    exported = await write(either, tmp_path / "full.xml", Order(), catalogue)
    uris = ["urn:x-dnrd:ns:reseller-1.0", "urn:x-example:a-1.0", "urn:x-example:z-1.0"]
    assert list(exported.frame.counts)[-3:] == uris
    assert [uri for uri in exported.frame.counts if uri not in uris] == list(exported.frame.counts)[:-3]


@pytest.mark.clause("RFC 9022 §5.2.1")
async def test_hosts_of_one_name_have_their_extensions_once(url: str, objects: Registry, tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text(ANYCAST)
    catalogue = Catalogue.load([tmp_path / "zone.yaml"])
    mine = extension("anycast", "host", "ns1.one.example", nodes=["7"])
    await fill(url, objects)
    await fill(url, changed(objects, mine), 2)
    reading = read((await write(url, tmp_path / "diff.xml", Order("DIFF"), catalogue)).place, catalogue=catalogue)
    hosts = [one.roid for one in reading.values("host") if isinstance(one, Host)]
    assert sorted(hosts) == ["H2-TEST", "ns1_one_example-TEST"]
    assert reading.values("extension") == [mine]


ANYCAST = """\
extension: anycast
namespace: urn:x-example:anycast-1.0
objects:
  - {xml: anycast, owner: host, key: host, table: anycast}
tables:
  anycast:
    long: {es: Anycast, en: Anycast}
    elements:
      - {short: nodes, xml: nodes, long: {es: Nodos, en: Nodes}, type: integer, range: {max: 999}}
"""
