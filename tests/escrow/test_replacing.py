"""Cascade replace: an object that comes anew has of extensions what its new form has, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from directory.escrow.ingest import Summary, ingest
from directory.model.base import Value
from directory.model.catalogue import Catalogue
from directory.store.dump import Dump
from directory.store.open import open_ledger, open_snapshot
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.conftest import NOW
from tests.escrow.reading import read
from tests.model.test_catalogue_extension import SOCIAL

TOTALS = {d.URIS["rdeRegistrar"]: 1, d.URIS["rdeContact"]: 1, d.URIS["rdeDomain"]: 2}
INSIDE = '<s:eligibility xmlns:s="urn:x-example:social-1.0"><s:memberNumber>{}</s:memberNumber></s:eligibility>'


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "social.yaml").write_text(SOCIAL)
    return Catalogue.load([tmp_path / "social.yaml"])


async def take(url: str, path: Path, catalogue: Catalogue) -> Summary:
    ledger = open_ledger(url)
    await ledger.open()
    try:
        return await ingest(path, ledger, catalogue, now=lambda: NOW)
    finally:
        await ledger.close()


async def held(url: str) -> list[tuple[str, str, dict[str, tuple[str, ...]]]]:
    """The extensions that the store holds now: the group, the owner, the values."""
    reader = open_snapshot(url)
    await reader.start()
    try:
        dump, _ = await Dump.of(reader, None)
        pages: list[Sequence[Value]] = [page async for page in dump.objects("extension")]
        return sorted((one.table, one.owner_key, one.values) for page in pages for one in page)  # type: ignore[attr-defined]
    finally:
        await reader.close()


def member(number: int | None) -> str:
    return d.domain(more=INSIDE.format(number) if number else "")


def seller(name: str) -> str:
    return d.extension("reseller", "domain", "one.example", name=name)


@pytest.mark.clause("RFC 9022 §4.6.1")
@pytest.mark.parametrize("type_", ["DIFF", "INCR"])
@pytest.mark.parametrize(
    ("number", "left"), [(None, []), (43, [{"member": ("43",)}]), (42, [{"member": ("42",)}])]
)
async def test_what_the_new_form_of_an_object_has_not_inside_of_it_is_closed(
    either: str, tmp_path: Path, catalogue: Catalogue, type_: str, number: int | None, left: list[object]
) -> None:
    path = tmp_path / "in.xml"
    other = d.domain("two.example", more=INSIDE.format(7))
    path.write_bytes(d.full(d.registrar(), d.contact(), member(42), other, seller("Seller"), id="f1"))
    await take(either, path, catalogue)
    path.write_bytes(d.changes(type_, "c2", "f1", "2026-01-02T00:00:00Z", (), [member(number)], TOTALS))
    summary = await take(either, path, catalogue)
    found = await held(either)
    assert [values for table, owner, values in found if (table, owner) == ("eligibility", "one.example")] == left
    assert ("eligibility", "two.example", {"member": ("7",)}) in found
    assert [owner for table, owner, _ in found if table == "reseller"] == ["one.example"]
    assert summary.tallies["extension"].closed == (number != 42)


@pytest.mark.clause("RFC 9022 §4.6.1")
@pytest.mark.parametrize(("column", "cells"), [(True, ("", "")), (True, ("Other", "")), (False, ())])
async def test_of_a_table_what_it_has_columns_for_is_replaced(
    either: str, tmp_path: Path, column: bool, cells: tuple[str, ...]
) -> None:
    catalogue = Catalogue.load()
    path = tmp_path / "full.xml"
    domains = d.domain(), d.domain("two.example")
    path.write_bytes(d.full(d.registrar(), d.contact(), *domains, seller("Seller"), id="f1"))
    await take(either, path, catalogue)
    sheets = c.sheets([put.value for put in read(path).puts if put.kind == "domain" and put.value])
    for sheet in sheets:
        if sheet.name == "domain" and column:
            sheet.fields.append('rdeCsv:fCustom name="resellerName"')
            sheet.rows = [[*row, cell] for row, cell in zip(sheet.rows, cells, strict=True)]
    changed = c.write_csv(tmp_path, sheets, type="DIFF", prev_id="f1", watermark="2026-01-02T00:00:00Z")
    changed.write_text(changed.read_text().replace(
        "</rdeHeader:header>",
        f'<rdeHeader:count uri="{d.URIS["rdeRegistrar"]}">1</rdeHeader:count>'
        f'<rdeHeader:count uri="{d.URIS["rdeContact"]}">1</rdeHeader:count></rdeHeader:header>',
    ))  # fmt: skip
    await take(either, changed, catalogue)
    names = [values["name"][0] for table, _, values in await held(either) if table == "reseller"]
    assert names == (["Seller"] if not column else [cells[0]] if cells[0] else [])


async def test_a_resend_brings_back_what_was_replaced(either: str, tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "in.xml"
    path.write_bytes(d.full(d.registrar(), d.contact(), member(42), d.domain("two.example"), id="f1"))
    await take(either, path, catalogue)
    before = await held(either)
    for resend, objects in enumerate(([member(None)], [d.domain("two.example")])):
        path.write_bytes(
            d.changes("DIFF", "d2", "f1", "2026-01-02T00:00:00Z", (), objects, TOTALS, resend)
        )  # fmt: skip
        await take(either, path, catalogue)
    assert await held(either) == before
