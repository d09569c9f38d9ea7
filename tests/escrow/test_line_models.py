"""A registry is the same, in which model ever it comes, and comes back from its own export as it was: on either
engine (RFC 9022 §2, RFC 8909 §2)."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from directory.escrow.sample import write_sample
from directory.model.base import Value
from directory.store.tables import SHAPES
from tests import csvdeposits as c
from tests.escrow.lined import Place, answers, held, place, run
from tests.escrow.pgp import Gpg, keyring
from tests.escrow.reading import read

__all__ = ["place"]

TABLES = ("registrar", "contact", "host", "domain", "nndn")
"""What may be in tables. An IDN table has a policy in XML, for which a table has no place."""
_ONLY_XML = re.compile(
    rb"<rdeRegistrar:whoisInfo>\s*<rdeRegistrar:name>[^<]*</rdeRegistrar:name>"
    rb"|(<rdeDomain:rgpStatus [^>/]*)>[^<]+(?=</)"
)
_PREFIXES = {"registrar": "rdeRegistrar", "contact": "rdeContact", "host": "rdeHost", "domain": "rdeDomain"}


def day(number: int) -> str:
    return f"2026-01-{number:02}T00:00:00Z"


def sample(path: Path, domains: int, seed: int, day_: int) -> Path:
    """A registry that is made up, in the XML model, without what tables have no place for."""
    watermark = datetime(2026, 1, day_, tzinfo=UTC)
    write_sample(path, domains=domains, seed=seed, tld="example", watermark=watermark)
    octets = path.read_bytes()
    shorter = _ONLY_XML.sub(lambda found: found[1] + b">" if found[1] else b"<rdeRegistrar:whoisInfo>", octets)
    path.write_bytes(shorter)
    return path


def texts(path: Path, without: Collection[str]) -> Iterator[str]:
    """The objects of a document as they stand there, without those of some kinds."""
    spaces = {f"{{urn:ietf:params:xml:ns:{_PREFIXES.get(kind, 'rdeNNDN')}-1.0}}" for kind in without}
    (contents,) = etree.parse(path).getroot().iter("{urn:ietf:params:xml:ns:rde-1.0}contents")
    for child in contents.iterchildren(tag=etree.Element):
        tag = etree.QName(child)
        if f"{{{tag.namespace}}}" not in spaces and tag.localname != "header":
            yield etree.tostring(child, encoding="unicode", with_tail=False)


def in_models(source: Path, folder: Path, tables: Collection[str], day_: int) -> Path:
    """The same registry, some kinds of whose objects are in tables."""
    folder.mkdir()
    objects: list[Value] = [put.value for put in read(source).puts if put.kind in tables and put.value is not None]
    sheets = [sheet for sheet in c.sheets(objects) if _kind(sheet) in tables]
    path = c.write_csv(folder, sheets, *texts(source, tables), watermark=day(day_))
    path.write_text(path.read_text().replace('id="20260101"', f'id="m{day_}"'))
    return path


def _kind(sheet: c.Sheet) -> str:
    return sheet.space.removeprefix("csv").lower().replace("idn", "idn_table")


@pytest.mark.clause("RFC 9022 §2")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_xml_and_tables_and_both_at_once_make_equal_stores_and_answers(
    place: Place, seed: int, tmp_path: Path
) -> None:
    dice, domains = random.Random(seed), 20 * seed
    xml = sample(tmp_path / "xml.xml", domains, seed, 1)
    in_csv = in_models(xml, tmp_path / "csv", TABLES, 1)
    mixed = in_models(xml, tmp_path / "mixed", dice.sample(TABLES, 2), 1)
    urls = [place(), place(), place()]
    for url, deposit in zip(urls, (xml, in_csv, mixed), strict=True):
        run("ingest", "--store", url, deposit)
    first, *others = [held(url) for url in urls]
    assert len(first) > 2 * domains
    assert {kind for kind, _ in first} == set(SHAPES)
    assert others == [first, first]
    asked, *same = [answers(url) for url in urls]
    assert len(asked) > domains
    assert all(asked.values())
    assert same == [asked, asked]


@pytest.mark.clause("RFC 9022 §2")
def test_a_registry_that_comes_in_another_model_is_not_changed(place: Place, tmp_path: Path) -> None:
    url = place()
    xml = sample(tmp_path / "xml.xml", 30, 4, 1)
    run("ingest", "--store", url, xml)
    before = held(url)
    for number, tables in enumerate((TABLES, ("host", "contact"), ("domain", "registrar"), ()), 2):
        deposit = in_models(xml, tmp_path / f"{number}", tables, number)
        told = run("ingest", "--store", url, deposit).output
        rows = [line.split()[-4:] for line in told.splitlines() if line.startswith("  ")][1:]
        assert len(rows) == len(SHAPES)
        assert all(row[:2] == ["0", "0"] and row[2] != "0" and row[3] == "0" for row in rows), told
        assert held(url) == before


SEEDS = (5, 6, 7)
"""Of the states of a registry that are a day apart: the keys are largely the same, and nothing else is."""


@pytest.mark.clause("RFC 8909 §2")
@pytest.mark.clause("RFC 9022 §5")
@pytest.mark.parametrize("model", ["xml", "csv"])
def test_what_is_exported_makes_the_store_again(place: Place, model: str, tmp_path: Path) -> None:
    source, suffix = place(), ".xml" if model == "xml" else ""
    states = []

    def export(name: str, *more: str) -> Path:
        out = tmp_path / f"{name}{suffix}"
        run("export", "--store", source, "--model", model, "--out", out, *more)
        return out

    for number, seed in enumerate(SEEDS, 1):
        run("ingest", "--store", source, sample(tmp_path / "s.xml", 25, seed, number))
        states.append((held(source), answers(source)))
        export(f"full{number}")
        if number > 1:
            export(f"diff{number}", "--type", "diff")
    assert len({state for state, _ in states}) == 3
    export("diff", "--type", "diff", "--since", day(2))
    export("incr", "--type", "incr", "--since", day(1))
    chains = (["full3"], ["full1", "full3"], ["full1", "diff2", "diff3"], ["full2", "diff"], ["full1", "incr"])
    for chain in (*chains, ["full1", "diff2", "incr"]):
        url = place()
        for name in chain:
            run("ingest", "--store", url, tmp_path / f"{name}{suffix}")
        assert (held(url), answers(url)) == states[2], chain


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


@pytest.mark.clause("ICANN RST rde-03")
@pytest.mark.parametrize("model", ["xml", "csv"])
def test_what_is_signed_and_encrypted_makes_the_store_again(
    place: Place, model: str, gpg: Gpg, tmp_path: Path
) -> None:
    source, url = place(), place()
    agent = tmp_path / "agent"
    agent.mkdir()
    sealing = ("--sign-key", gpg.private("registry@test"), "--encrypt-to", gpg.public("own@test"))
    for number, type_ in ((1, "full"), (2, "diff")):
        run("ingest", "--store", source, sample(tmp_path / "s.xml", 20, SEEDS[number], number))
        run("export", "--store", source, "--model", model, "--type", type_, *sealing, "--out", agent)
    settings = tmp_path / "dnrd.yaml"
    signer = gpg.public("registry@test")
    settings.write_text(
        f"store: {url}\nescrow_key: {gpg.private('own@test')}\nescrow_signers:\n  example: {signer}\n"
    )
    assert len(list(agent.glob("*.ryde"))) == len(list(agent.glob("*.sig"))) == 2
    run("ingest", "--config", settings, agent)
    assert (held(url), answers(url)) == (held(source), answers(source))


def test_a_packed_export_is_the_same(place: Place, tmp_path: Path) -> None:
    source, url = place(), place()
    run("ingest", "--store", source, sample(tmp_path / "s.xml", 20, 8, 1))
    run("export", "--store", source, "--out", tmp_path / "full.xml.gz")
    run("export", "--store", source, "--model", "csv", "--gzip", "--out", tmp_path / "full")
    assert gzip.decompress((tmp_path / "full.xml.gz").read_bytes()).startswith(b"<?xml")
    run("ingest", "--store", url, tmp_path / "full.xml.gz")
    assert held(url) == held(source)
    other = place()
    run("ingest", "--store", other, tmp_path / "full")
    assert held(other) == held(source)


@pytest.mark.clause("RFC 9022 §4.6.2")
@pytest.mark.parametrize("table", ["domain", "host", "contact"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sep=","', 'sep=";;"'),
        ("<rdeCsv:file ", '<rdeCsv:file compression="rar" '),
        ("<rdeCsv:file ", '<rdeCsv:file encoding="klingon" '),
        ("<rdeCsv:file ", '<rdeCsv:file cksumAlg="MD4" '),
        ("", ""),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_all_alike(
    table: str, old: str, new: str, tmp_path: Path
) -> None:
    """Without the table of the parents, too, what is in the tables of their children is looked at."""
    url, folder = f"sqlite:///{tmp_path / 'r.db'}", tmp_path / "tables"
    run("ingest", "--store", url, sample(tmp_path / "s.xml", 20, 4, 1))
    run("export", "--store", url, "--model", "csv", "--out", folder)
    (path,) = folder.glob("*.xml")
    text = path.read_text()
    start = text.index(f'<rdeCsv:csv name="{table}"')
    end = text.index("</rdeCsv:csv>", start) + len("</rdeCsv:csv>")
    one = text[start:end]
    path.write_text(text[:start] + (one.replace(old, new, 1) if old else "") + text[end:])
    checked = run("check-deposit", "--level", "normal", "--format", "json", path, code=1)
    report = tmp_path / "report.json"
    told = run("ingest", "--store", f"sqlite:///{tmp_path / 'new.db'}", "--report", report, path, code=1)
    assert "the store is as it was" in told.output
    found, other = (
        {(each["rule"], each["element"]) for each in json.loads(said)["findings"] if each["severity"] == "error"}
        for said in (checked.stdout, report.read_text())
    )
    assert other
    assert other <= found
