"""Deposits in the CSV model: files and their definitions, and what no table can hold (RFC 9022 §4.6, §5)."""

from __future__ import annotations

import csv
import gzip
import hashlib
import tempfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from directory.escrow import namespace as ns
from directory.escrow.export.export import Order, export
from directory.escrow.export.place import Target
from directory.model.base import Status
from directory.model.contact import Contact, Disclose
from directory.model.domain import Domain, NameServer, SecDNS
from directory.model.registry import IdnTable
from directory.store.open import open_snapshot
from tests import deposits as d
from tests.escrow.exporting import (
    Registry,
    applied,
    changed,
    document,
    faults_of_schema,
    fill,
    held,
    registry,
    small,
    write,
)
from tests.escrow.reading import CATALOGUE, read, values

TABLES = "urn:ietf:params:xml:ns:rdeCsv-1.0"


@dataclass(frozen=True)
class Defined:
    """A table as a deposit defines it, and its rows."""

    columns: list[str]
    required: dict[str, str]
    file: str
    attributes: dict[str, str]
    octets: bytes

    @property
    def rows(self) -> list[list[str]]:
        """The cells."""
        return list(csv.reader(self.octets.decode().splitlines()))


def tables(place: Path, part: str = "contents") -> dict[str, list[Defined]]:
    """The definitions of a deposit, by the names of the tables."""
    found: dict[str, list[Defined]] = {}
    contents = etree.parse(document(place)).find(f"{{{ns.RDE}}}{part}")
    assert contents is not None
    for table in contents.iter(f"{{{TABLES}}}csv"):
        fields, files = table
        (file,) = files
        octets = (place / str(file.text)).read_bytes()
        if file.get("compression") == "gzip":
            octets = gzip.decompress(octets)
        columns = [etree.QName(field).localname for field in fields]
        required = {
            etree.QName(each).localname: said for each in fields if (said := each.get("isRequired")) is not None
        }
        attributes = {str(key): str(value) for key, value in file.attrib.items()}
        defined = Defined(columns, required, str(file.text), attributes, octets)
        found.setdefault(str(table.get("name")), []).append(defined)
    return found


@cache
def plain() -> Domain:
    """A domain that refers to nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.xml"
        path.write_bytes(d.full(d.domain(contacts=(), registrant="")))
        (one,) = values(read(path).puts)
    assert isinstance(one, Domain)
    return one


def signed(name: str, *records: SecDNS, life: int | None = None) -> Domain:
    """A domain with records."""
    return msgspec.structs.replace(plain(), name=name, roid=f"{name[:3]}-TEST", secdns=records, max_sig_life=life)


@pytest.mark.clause("RFC 9022 §4.4")
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("checksum", ["CRC32", "SHA256"])
async def test_every_file_is_defined_once_and_has_its_checksum(
    filled: str, tmp_path: Path, checksum: str, is_packed: bool
) -> None:
    order = Order(model="csv", checksum=checksum, is_packed=is_packed)
    exported = await write(filled, tmp_path / "out", order, CATALOGUE)
    defined = [each for several in tables(exported.place).values() for each in several]
    assert sorted(each.file for each in defined) == sorted(
        each.name for each in exported.place.iterdir() if each.suffix != ".xml"
    )
    for each in defined:
        expected = {"cksum": f"{zlib.crc32(each.octets):08X}"}
        if checksum == "SHA256":
            expected = {"cksum": hashlib.sha256(each.octets).hexdigest().upper(), "cksumAlg": "SHA256"}
        assert each.attributes == {**expected, **({"compression": "gzip"} if is_packed else {})}
        assert each.file.endswith("-20260101.csv.gz" if is_packed else "-20260101.csv")


@pytest.mark.clause("RFC 4180 §2")
async def test_rows_end_in_crlf_and_quotes_stand_where_they_have_to(filled: str, tmp_path: Path) -> None:
    bob = 'Bob "B" Smith, Jr.'
    objects = small(tmp_path)
    one = objects["contact", "C-2"]
    assert isinstance(one, Contact)
    forms = tuple(msgspec.structs.replace(form, name=bob) for form in one.postal)
    await fill(filled, changed(objects, msgspec.structs.replace(one, postal=forms)), 2)
    exported = await write(filled, tmp_path / "out", Order(model="csv"), CATALOGUE)
    (postal,) = tables(exported.place)["contactPostal"]
    assert b'C-2,int,"Bob ""B"" Smith, Jr.",Org of C-2,' in postal.octets
    assert postal.octets.endswith(b"ES\r\n")
    assert postal.octets.count(b"\r\n") == len(postal.rows) == 3


@pytest.mark.clause("RFC 9022 §4.6.2.1")
async def test_what_may_be_empty_and_what_may_not_is_said_where_the_schemas_say_otherwise(
    url: str, tmp_path: Path
) -> None:
    records = SecDNS(1, 13, 2, "AB" * 32, 257, 3, 13, "AQIDBA=="), SecDNS(2, 13, 2, "CD" * 32)
    state = changed(small(tmp_path), signed("one.example", *records), IdnTable("es", "https://r.example/es", ""))
    await fill(url, state)
    found = tables((await write(url, tmp_path / "out", Order(model="csv"), CATALOGUE)).place)
    assert found["registrar"][0].required == dict.fromkeys(("fEmail", "fCity", "fCc"), "false")
    assert found["hostAddresses"][0].required == dict.fromkeys(("fAddr", "fAddrVersion"), "true")
    assert found["idnLanguage"][0].required == dict.fromkeys(("fIdnTableId", "fUrl"), "true")
    assert found["dnssec"][0].required == dict.fromkeys(("fFlags", "fProtocol", "fKeyAlg", "fPubKey"), "false")
    assert found["dnssec"][0].file.startswith("dnssec-ds-key-")
    assert not found["domain"][0].required


@pytest.mark.clause("RFC 9022 §5.1.2.1")
async def test_records_are_in_the_table_of_their_kind(url: str, tmp_path: Path) -> None:
    ds, key = SecDNS(1, 13, 2, "AB" * 32), SecDNS(flags=257, protocol=3, key_alg=13, pub_key="AQIDBA==")
    state = registry(signed("one.example", ds, life=600), signed("two.example", key))
    await fill(url, state)
    exported = await write(url, tmp_path / "out", Order(model="csv"), CATALOGUE)
    assert [(each.file, each.rows) for each in tables(exported.place)["dnssec"]] == [
        ("dnssec-ds-20260101.csv", [["one.example", "600", "1", "13", "2", "AB" * 32]]),
        ("dnssec-key-20260101.csv", [["two.example", "", "257", "3", "13", "AQIDBA=="]]),
    ]


@pytest.mark.clause("RFC 9022 §5.1.2.1")
async def test_a_grace_period_stands_with_the_status_that_it_is_part_of(url: str, tmp_path: Path) -> None:
    one = signed("one.example")
    hold, deleting = Status("clientHold", "why", "en"), Status("pendingDelete")
    periods = Status("redemptionPeriod"), Status("pendingRestore")
    state = registry(msgspec.structs.replace(one, statuses=(hold, deleting), rgp=periods))
    await fill(url, state)
    exported = await write(url, tmp_path / "out", Order(model="csv"), CATALOGUE)
    assert tables(exported.place)["domainStatuses"][0].rows == [
        ["one.example", "clientHold", "why", "en", ""],
        ["one.example", "pendingDelete", "", "", "redemptionPeriod"],
        ["one.example", "pendingDelete", "", "", "pendingRestore"],
    ]
    assert held(registry(*values(read(document(exported.place)).puts))) == held(state)


@pytest.mark.clause("RFC 9022 §2")
async def test_registrars_are_in_the_xml_if_one_of_them_has_a_whois_server(
    filled: str, objects: Registry, tmp_path: Path
) -> None:
    plain = await write(filled, tmp_path / "plain", Order(model="csv"), CATALOGUE)
    assert plain.written[ns.CSV_REGISTRAR] == 2
    one = objects["registrar", "R-2"]
    await fill(filled, changed(objects, msgspec.structs.replace(one, whois_name="whois.example.net")), 2)
    mixed = await write(filled, tmp_path / "mixed", Order(model="csv"), CATALOGUE)
    assert mixed.written[ns.REGISTRAR] == 2
    assert ns.CSV_REGISTRAR not in mixed.frame.counts
    assert list(mixed.notes) == [
        "registrar objects are in the XML model: the CSV model has no place for the name of a WHOIS server, "
        "of registrar R-2"
    ]
    await fill(filled, changed(objects, without=(("registrar", "R-2"),)), 3)
    gone = await write(filled, tmp_path / "gone", Order("DIFF", "csv"), CATALOGUE)
    assert tables(gone.place, "deletes")["registrar"][0].rows == [["R-2"]]


@pytest.mark.clause("RFC 9022 §5.1.2.2")
@pytest.mark.clause("RFC 9022 §5.2.2.2")
async def test_what_is_deleted_is_named_by_the_keys_of_the_tables(
    filled: str, objects: Registry, tmp_path: Path
) -> None:
    gone = ("domain", "two.example"), ("host", "H2-TEST"), ("contact", "C-2"), ("nndn", "www.example")
    await fill(filled, changed(objects, without=gone), 2)
    exported = await write(filled, tmp_path / "out", Order("DIFF", "csv"), CATALOGUE)
    found = tables(exported.place, "deletes")
    assert {name: (each.columns, each.rows) for name, (each,) in found.items()} == {
        "domain": (["fName"], [["two.example"]]),
        "host": (["fRoid"], [["H2-TEST"]]),
        "contact": (["fId"], [["C-2"]]),
        "NNDN": (["fAName"], [["www.example"]]),
    }
    assert not faults_of_schema(document(exported.place))


_KEY = SecDNS(flags=257, protocol=3, key_alg=13, pub_key="AQIDBA==")
_DS = SecDNS(1, 13, 2, "AB" * 32)


@pytest.mark.clause("RFC 9022 §5")
@pytest.mark.parametrize(
    ("change", "loss"),
    [
        ({"rgp": (Status("addPeriod", "new"),)}, "a text or a language of an rgpStatus"),
        ({"secdns": (_KEY, _DS)}, "DS records that follow keys"),
        ({"max_sig_life": 600}, "a maxSigLife without a record"),
        (
            {"ns": (NameServer("a.example", "attribute"), NameServer("b.example", "object"))},
            "host objects that follow",
        ),
    ],
)
async def test_a_kind_that_tables_would_not_hold_whole_is_in_the_xml(
    url: str, tmp_path: Path, change: dict[str, object], loss: str
) -> None:
    bad = msgspec.structs.replace(signed("two.example"), **change)
    state = registry(signed("one.example"), bad, signed("xyz.example"))
    await fill(url, state)
    exported = await write(url, tmp_path / "out", Order(model="csv"), CATALOGUE)
    (note,) = exported.notes
    assert note.startswith("domain objects are in the XML model: the CSV model has no place for ")
    assert loss in note
    assert note.endswith(", of domain two.example")
    assert [each.name for each in exported.place.iterdir()] == ["out.xml"]
    assert exported.written == {ns.DOMAIN: 3}
    reading = read(document(exported.place))
    assert held(registry(*values(reading.puts))) == held(state)
    assert reading.header is not None
    assert reading.header.counts == {ns.DOMAIN: 3}


@pytest.mark.clause("RFC 9022 §2")
async def test_only_the_kinds_that_do_not_fit_leave_the_tables_and_no_kind_is_in_both(
    filled: str, objects: Registry, tmp_path: Path
) -> None:
    one = msgspec.structs.replace(objects["contact", "C-2"], disclose=(Disclose(0, "name"),))
    bad = msgspec.structs.replace(signed("xyz.example"), max_sig_life=600)
    state = changed(objects, one, bad, without=(("domain", "two.example"), ("host", "H2-TEST")))
    await fill(filled, state, 2)
    told: list[tuple[str, int, int]] = []
    reader = open_snapshot(filled)
    await reader.start()
    order, target = Order(model="csv"), Target(tmp_path / "full")
    full = await export(reader, order, target, CATALOGUE, progress=lambda *each: told.append(each))
    await reader.close()
    assert [note.rpartition(", of ")[2] for note in full.notes] == ["contact C-2", "domain xyz.example"]
    assert sum(number for kind, number, _ in told if kind == "registrar") == 2
    assert {"contact", "domain"}.isdisjoint(tables(full.place))
    assert {"registrar", "host", "NNDN"} <= set(tables(full.place))
    assert held(registry(*values(read(document(full.place)).puts))) == held(state)
    diff = await write(filled, tmp_path / "diff", Order("DIFF", "csv"), CATALOGUE)
    assert set(tables(diff.place, "deletes")) == {"host"}
    reading = read(document(diff.place))
    assert {(each.kind, each.key) for each in reading.deletes} == {("domain", "two.example"), ("host", "H2-TEST")}
    assert held(applied(objects, reading)) == held(state)
