"""Stores that are filled with registries, and what is exported of them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from directory.errors import DepositError
from directory.escrow.check.level import Level
from directory.escrow.export.disclosed import Disclosed
from directory.escrow.export.export import Exported, Order, export
from directory.escrow.export.place import Target
from directory.escrow.ingest import ingest
from directory.model import format as formats
from directory.model.base import Instant, Value
from directory.model.catalogue import Catalogue
from directory.model.registry import Extension, IdnTable
from directory.store.ledger import Incoming
from directory.store.open import open_ledger, open_snapshot
from directory.store.tables import SHAPES
from tests import deposits as d
from tests.escrow.reading import Reading, read, values

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SCHEMAS = Path(__file__).parent.parent / "data" / "rfc9022" / "schema"

Registry = dict[tuple[str, str], Value]
"""Objects by kind and key."""
Held = dict[tuple[str, str], str]
"""Their content as a store has it."""


def registry(*objects: Value) -> Registry:
    """A registry of these objects."""
    kinds = {shape.struct: (kind, shape.key) for kind, shape in SHAPES.items()}
    return {(kinds[type(one)][0], getattr(one, kinds[type(one)][1])): one for one in objects}


def held(objects: Registry) -> Held:
    """What a store of these objects has."""
    return {key: msgspec.json.encode(one).decode() for key, one in objects.items()}


def stored(path: Path, repository: str = "example") -> Held:
    """What an SQLite store has of a repository."""
    connection = sqlite3.connect(path)
    try:
        mine = "repository = (SELECT id FROM repository WHERE name = ?)"
        return {
            (kind, row[0]): row[1]
            for kind, shape in SHAPES.items()
            for row in connection.execute(
                f'SELECT "{shape.key}", content FROM "{kind}" WHERE {mine}', (repository,)
            )
        }
    finally:
        connection.close()


async def fill(
    url: str, objects: Registry, day: int = 1, repository: str = "example", type_: str = "FULL"
) -> None:
    """Make this the state of a store's repository, at the watermark of a day of January 2026."""
    ledger = open_ledger(url)
    await ledger.open()
    try:
        await ledger.begin()
        incoming = Incoming("tld", repository, type_, f"day{day}", None, 0, watermark(day))
        await ledger.start(incoming, formats.instant(NOW.isoformat()))
        for kind in SHAPES:
            mine = [one for (of, _), one in objects.items() if of == kind]
            if mine:
                assert not await ledger.put(kind, mine)
        assert not any((await ledger.build_indices()).values())
        await ledger.close_vanished()
        await ledger.commit()
    finally:
        await ledger.close()


def watermark(day: int) -> Instant:
    """Of a day of January 2026."""
    return Instant(f"2026-01-{day:02}T00:00:00Z")


async def write(
    url: str, place: Path, order: Order, catalogue: Catalogue, disclosed: Disclosed | None = None
) -> Exported:
    """Export a store."""
    reader = open_snapshot(url)
    await reader.start()
    try:
        return await export(reader, order, Target(place, replace=True), catalogue, disclosed, now=lambda: NOW)
    finally:
        await reader.close()


async def take(url: str, deposit: Path, catalogue: Catalogue) -> None:
    """Ingest a deposit elsewhere."""
    ledger = open_ledger(url)
    await ledger.open()
    try:
        await ingest(deposit, ledger, catalogue, now=lambda: NOW, level=Level.LENIENT)
    finally:
        await ledger.close()


def document(place: Path) -> Path:
    """The XML of a deposit, which is a file or a folder."""
    return place / f"{place.name}.xml" if place.is_dir() else place


def applied(state: Registry, reading: Reading) -> Registry:
    """What a deposit of changes makes of a state: deletes, with all that belongs to them, then contents."""
    left = dict(state)

    def release(kind: str, owner: str) -> None:
        for key, one in list(left.items()):
            if isinstance(one, Extension) and (one.owner, one.owner_key) == (kind, owner):
                del left[key]

    for delete in reading.deletes:
        one = left.pop((delete.kind, delete.key))
        release(delete.kind, owner_key(delete.kind, one))
    for put in reading.puts:
        assert put.value is not None
        left[put.kind, getattr(put.value, SHAPES[put.kind].key)] = put.value
        left.update({("extension", each.key): each for each in put.extensions})
    return left


def in_xml(objects: Registry) -> Registry:
    """With the policy of IDN tables, without which they have no place in XML."""
    policy = "https://registry.example/idn-policy"
    return {
        key: msgspec.structs.replace(one, url_policy=policy) if isinstance(one, IdnTable) else one
        for key, one in objects.items()
    }


def with_owners(objects: Registry) -> Registry:
    """Without the extensions of what is not there."""
    return {
        key: one
        for key, one in objects.items()
        if not isinstance(one, Extension) or (one.owner, one.owner_key) in objects
    }


def owner_key(kind: str, one: Value) -> str:
    """What an object's extensions name it by."""
    found: str = getattr(one, "name" if kind == "host" else SHAPES[kind].key)
    return found


def faults_of_schema(path: Path) -> list[str]:
    """What the schemas of RFC 9022 have against a deposit, without the objects of extensions."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "all.xsd"))
    root = etree.parse(path).getroot()
    for contents in root.iter("{urn:ietf:params:xml:ns:rde-1.0}contents"):
        for child in list(contents):
            if not str(child.tag).startswith("{urn:ietf:"):
                contents.remove(child)
    # Parsed anew, for what is removed leaves its text behind.
    document_ = etree.fromstring(etree.tostring(root)).getroottree()
    schema.validate(document_)
    return [str(error) for error in schema.error_log]


def run(coroutine: Any) -> Any:
    """In a loop of its own, for hypothesis."""
    return asyncio.run(coroutine)


def small(folder: Path) -> Registry:
    """A small registry: every kind of object, an extension, two hosts of one name."""
    path = folder / "small.xml"
    path.write_bytes(
        d.full(
            d.registrar(),
            d.registrar("R-2", "Registrar Two", 9996),
            d.contact(),
            d.contact("C-2", name="Bob & <Sons>"),
            d.host("ns1.one.example", "192.0.2.1", "2001:db8::1"),
            d.host("ns1.one.example", "192.0.2.9", roid="H2-TEST"),
            d.domain(hosts=("ns1.one.example",)),
            d.domain("two.example"),
            d.nndn("www.example"),
            d.extension("reseller", "domain", "one.example", name="Seller"),
        )
    )
    return registry(*values(read(path).puts))


def changed(objects: Registry, *more: object, without: tuple[tuple[str, str], ...] = ()) -> Registry:
    """The registry with other objects, and without some."""
    left = {key: one for key, one in objects.items() if key not in without}
    return {**left, **registry(*more)}  # type: ignore[arg-type]


def refused(error: pytest.ExceptionInfo[DepositError]) -> list[str]:
    """What was refused, in a line each."""
    return [finding.to_text() for finding in error.value.findings]


def extension(table: str, owner: str, owner_key_: str, **values: Iterable[str]) -> Extension:
    """A group of a declared extension, known by what it says."""
    texts = {short: tuple(found) for short, found in values.items()}
    digest = blake2b(msgspec.json.encode(texts), digest_size=8).hexdigest()
    return Extension(f"{table} {owner_key_} {digest}", table, owner, owner_key_, texts)
