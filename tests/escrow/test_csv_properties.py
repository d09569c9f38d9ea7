"""What holds of every registry in the CSV model: it makes the objects of the XML model, in whatever order its rows
stand; and what is no table at all makes findings, and nothing else."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directory.escrow.sample import write_sample
from directory.model.base import Status, Value
from directory.model.contact import Contact, Postal
from directory.model.domain import Domain
from directory.model.registrar import Registrar
from directory.model.registry import IdnTable
from tests import csvdeposits as c
from tests import deposits as d
from tests.bench.machine import memory
from tests.escrow.reading import Reading, read, values

WATERMARK = datetime(2026, 1, 1, tzinfo=UTC)
IN_CSV = ("registrar", "idn_table", "contact", "host", "domain", "nndn")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own for every example."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def carried(value: Value) -> Value:
    """What of an object the CSV model has a place for (RFC 9022 §5)."""
    if isinstance(value, IdnTable):
        return msgspec.structs.replace(value, url_policy="")
    if isinstance(value, Registrar):
        return msgspec.structs.replace(value, whois_name=None)
    if isinstance(value, Domain):
        return msgspec.structs.replace(value, rgp=tuple(Status(one.code) for one in value.rgp))
    return value


def as_set(value: Any) -> Any:
    """An object whose repeated values have no order."""
    if isinstance(value, msgspec.Struct):
        return type(value), tuple(as_set(each) for each in msgspec.structs.astuple(value))
    return frozenset(as_set(each) for each in value) if isinstance(value, tuple) else value


def registry(path: Path, domains: int, seed: int) -> Reading:
    """A registry that was made up, as the XML model has it."""
    write_sample(path / "registry.xml", domains=domains, seed=seed, tld="example", watermark=WATERMARK)
    found = read(path / "registry.xml")
    assert not found.faults
    return found


def by_key(objects: list[Value]) -> list[bytes]:
    """The objects as octets, in an order of their own."""
    return sorted(msgspec.json.encode([type(one).__name__, one]) for one in objects)


GENERATED = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.clause("RFC 9022 §2")
@GENERATED
@given(domains=st.integers(1, 60), seed=st.integers(0, 10_000))
def test_the_csv_model_makes_the_objects_of_the_xml_model(domains: int, seed: int) -> None:
    with folder() as path:
        xml = [put for put in registry(path, domains, seed).puts if put.kind in IN_CSV]
        found = read(c.write_csv(path, c.sheets(put.value for put in xml if put.value is not None)))
        assert not found.report.findings
        assert by_key(values(found.puts)) == by_key([carried(one) for one in values(xml)])
        assert sum(found.counts.values()) == len(xml)


@pytest.mark.clause("RFC 9022 §4.6.1")
@GENERATED
@given(seed=st.integers(0, 10_000), shuffle=st.randoms(use_true_random=False))
def test_rows_of_several_parents_may_be_mixed_as_one_likes(seed: int, shuffle: random.Random) -> None:
    with folder() as path:
        sheets = c.sheets(put.value for put in registry(path, 30, seed).puts if put.value is not None)
        before = values(read(c.write_csv(path, sheets)).puts)
        for sheet in sheets:
            keys = [row[0] for row in sheet.rows]
            rows = {key: iter([row for row in sheet.rows if row[0] == key]) for key in keys}
            shuffle.shuffle(keys)
            sheet.rows = [next(rows[key]) for key in keys]
        assert values(read(c.write_csv(path, sheets)).puts) == before


@pytest.mark.clause("RFC 9022 §4.6.1")
@GENERATED
@given(seed=st.integers(0, 10_000), shuffle=st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same_objects_but_for_the_order_of_what_is_repeated(
    seed: int, shuffle: random.Random
) -> None:
    with folder() as path:
        sheets = c.sheets(put.value for put in registry(path, 30, seed).puts if put.value is not None)
        before = values(read(c.write_csv(path, sheets)).puts)
        for sheet in sheets:
            shuffle.shuffle(sheet.rows)
        after = values(read(c.write_csv(path, sheets)).puts)
        assert [as_set(one) for one in after] == [as_set(one) for one in before]


def written(text: str) -> str:
    """A text as the model has it: white space collapsed."""
    return " ".join(text.split())


_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(_CHARACTERS | st.sampled_from('",;\n \t'), min_size=1, max_size=60).map(written).filter(bool)


@st.composite
def contacts(draw: st.DrawFn, number: int) -> Contact:
    """A contact whose texts may be anything, separators and quotes included."""
    optional = st.none() | TEXTS
    language = st.none() | st.sampled_from(("en", "zh-Hans"))
    status = Status("ok", draw(optional), draw(language))
    city = draw(TEXTS)
    form = Postal("loc", draw(TEXTS), draw(optional), draw(optional), city=city, sp=draw(optional), cc="ES")
    return Contact(
        handle=f"c{number}", roid=f"C{number}-TEST", voice=None, voice_ext=None, fax=None, fax_ext=None,
        email="a@b.example", cl_id="r1", cr_rr=None, cr_client=None, cr_date=None, up_rr=None, up_client=None,
        up_date=None, tr_date=None, statuses=(status,), postal=(form,),
    )  # fmt: skip


@pytest.mark.clause("RFC 4180 §2.5")
@settings(max_examples=60, deadline=None)
@given(data=st.data(), sep=st.sampled_from(",;|\t§"))
def test_any_text_comes_back_as_it_was_written(data: st.DataObject, sep: str) -> None:
    objects = [data.draw(contacts(number)) for number in range(3)]
    with folder() as path:
        sheets = c.sheets(objects)
        for sheet in sheets:
            sheet.sep = sep
        found = read(c.write_csv(path, sheets))
        assert not found.report.findings
        assert [without_language(one) for one in values(found.puts)] == objects


def without_language(one: Value) -> Value:
    """A contact without what is derived from the script of its texts."""
    assert isinstance(one, Contact)
    plain = tuple(msgspec.structs.replace(form, lang=None, lang_origin=None) for form in one.postal)
    return msgspec.structs.replace(one, postal=plain)


def small() -> list[c.Sheet]:
    """The tables of a registry of one domain."""
    server = "ns1.one.example"
    objects = d.registrar(), d.contact(name="Ana"), d.host(server, "192.0.2.1"), d.domain(hosts=(server,))
    with folder() as path:
        (path / "full.xml").write_bytes(d.full(*objects))
        return c.sheets(values(read(path / "full.xml").puts))


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@settings(max_examples=150, deadline=None)
@given(
    octets=st.binary(max_size=400) | st.text('a,"\n\r\x00é.-;x1', max_size=200).map(str.encode),
    place=st.integers(0, 12),
    more=st.sampled_from(("", 'compression="gzip"', 'encoding="utf-16"', 'encoding="iso-8859-1"')),
    lenient=st.booleans(),
)
@example(octets=b'"', place=0, more="", lenient=True)
@example(octets=b"\x1f\x8b\x08", place=0, more='compression="gzip"', lenient=False)
@example(octets=b",\n" * 100, place=3, more="", lenient=True)
def test_what_is_no_table_makes_findings_and_no_crash(octets: bytes, place: int, more: str, lenient: bool) -> None:
    with folder() as path:
        sheets = small()
        sheet = sheets[place % len(sheets)]
        sheet.octets, sheet.more = octets, more
        found = read(c.write_csv(path, sheets), lenient=lenient)
        lost = {put.kind for put in found.puts if put.value is None}
        assert not lost or found.faults
        assert all(
            one.message and one.rule and (one.file or one.line or one.place) for one in found.report.findings
        )


@pytest.mark.clause("RFC 9022 §4.6.2.1")
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_row_is_lost_in_silence(data: st.DataObject) -> None:
    with folder() as path:
        sheets = [sheet for sheet in small() if sheet.rows]
        sheet = data.draw(st.sampled_from(sheets))
        row = data.draw(st.integers(0, len(sheet.rows) - 1))
        cell = data.draw(st.integers(0, len(sheet.rows[row]) - 1))
        sheet.rows[row][cell] = data.draw(st.text(max_size=8) | st.sampled_from(("", " ", "ok", "0", "R-1")))
        found = read(c.write_csv(path, sheets))
        total = sum(found.counts.values())
        whole = sum(put.value is not None for put in found.puts)
        assert total == len(found.puts)
        assert whole == total or found.faults


def peak(path: Path) -> int:
    """The most memory, in octets, that a process takes to read a deposit."""
    code = "import sys, pathlib; from tests.escrow.test_csv_properties import tell_peak; tell_peak(sys.argv[1])"
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(run.stdout)


def tell_peak(path: str) -> None:
    """Read a deposit, and print the most memory that it took."""
    number = 0
    for number, put in enumerate(stream(Path(path)), 1):  # noqa: B007
        assert put.value is not None
    assert number
    print(memory("self")["peak"])


def stream(path: Path) -> Iterator[Any]:
    """The objects of a deposit, none of which is kept."""
    from directory.escrow.fields import Report
    from directory.escrow.source import Source
    from tests.escrow.reading import CATALOGUE, NOW

    with Source(path, CATALOGUE, Report(), now=lambda: NOW) as source:
        assert source.read_frame()
        yield from source.puts()


def hosts(path: Path, number: int, write: Callable[[Path, list[c.Sheet]], Path]) -> Path:
    """A deposit of so many hosts, in an order that has to be sorted."""
    path.mkdir()
    order = list(range(number))
    random.Random(1).shuffle(order)
    sheets = c.sheets([])
    tables = {sheet.name: sheet for sheet in sheets}
    empty = [""] * 6
    tables["host"].rows = [[f"ns{n}.example.net", f"H{n}-TEST", "r1", *empty, ""] for n in order]
    tables["hostStatuses"].rows = [[f"H{n}-TEST", "ok", "", ""] for n in reversed(order)]
    tables["hostAddresses"].rows = [[f"H{n}-TEST", f"192.0.2.{n % 256}", "v4"] for n in range(number)]
    return write(path, sheets)


def test_memory_does_not_grow_with_the_deposit(tmp_path: Path) -> None:
    few = peak(hosts(tmp_path / "few", 2_000, c.write_csv))
    many = peak(hosts(tmp_path / "many", 60_000, c.write_csv))
    assert many < 300_000_000
    # What grows to its bound: the caches in which SQLite sorts, and those of the formats.
    assert many - few < 40_000_000
