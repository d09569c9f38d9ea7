"""What is in a FULL as it was in an earlier deposit is not read again, and nobody can tell by what comes of it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from directory.errors import DepositError
from directory.escrow.check.known import Known
from directory.escrow.check.level import Level
from directory.escrow.ingest import Summary, ingest
from directory.escrow.sample import write_sample
from directory.model.catalogue import Catalogue
from directory.store import versions
from directory.store.open import open_ledger
from directory.store.versions import RECOGNISED, Versions
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.conftest import NOW
from tests.escrow.reading import read
from tests.model.test_catalogue_extension import SOCIAL

INSIDE = '<s:eligibility xmlns:s="urn:x-example:social-1.0"><s:memberNumber>{}</s:memberNumber></s:eligibility>'
ODD = '<odd:thing xmlns:odd="urn:test:odd">1</odd:thing>'
Recognisers = Mapping[str, Callable[[bytes], bool]]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = tmp_path_factory.mktemp("social") / "social.yaml"
    path.write_text(SOCIAL)
    return Catalogue.load([path])


class Watched:
    """A ledger's recognisers, and how often they knew an object; without any, nothing is ever known."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.known: list[str] = []
        self.is_on = True
        original = Versions.recognisers

        async def recognisers(ledger: Versions) -> Recognisers:
            found = await original(ledger) if self.is_on else {}
            return {kind: self._watch(kind, one) for kind, one in found.items()}

        patch.setattr(Versions, "recognisers", recognisers)

    def _watch(self, kind: str, one: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
        def watched(mark: bytes) -> bool:
            is_known = one(mark)
            self.known += [kind] * is_known
            return is_known

        return watched


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


async def take(
    url: str, path: Path, catalogue: Catalogue, level: Level = Level.LENIENT, known: Known | None = None
) -> Summary | list[str]:
    """What an ingest says; what it refuses for, if it does."""
    ledger = open_ledger(url)
    await ledger.open()
    try:
        summary = await ingest(path, ledger, catalogue, now=lambda: NOW, level=level, known=known)
    except DepositError as error:
        return [one.to_text() for one in error.findings]
    finally:
        await ledger.close()
    return replace(summary, seconds=0.0)


def rows(url: str) -> list[str]:
    """All that a store holds, in whichever order it was written."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return sorted(connection.iterdump())


class Deposits:
    """Deposits of one repository, one after the other: mostly what was there, in one form or another."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.day = 0
        self.last = self.full = ""
        self.resend = 0

    def _domain(self, name: str) -> str:
        dice = self.dice
        more = dice.choice(
            ("", "", "", INSIDE.format(1), INSIDE.format(2), INSIDE.format(1) + INSIDE.format(2), ODD)
        )
        ex = f"2026-01-{dice.choice(('06', '30', '30', '30', '30', '30'))}T00:00:00{dice.choice(('', '', '.5'))}Z"
        return d.domain(name, ex_date=ex, more=more, hosts=dice.choice(((), ("ns1.one.example",))))

    def _object(self) -> str:
        dice = self.dice
        domains = [f"{name}.example" for name in ("one", "two", "three", "four", "five")]
        make = (
            lambda: self._domain(dice.choice(domains)),
            lambda: self._domain(dice.choice(domains)),
            lambda: d.contact(dice.choice(("C-1", "C-2")), name=dice.choice(("Ana", "Bob"))),
            lambda: d.host("ns1.one.example", dice.choice(("192.0.2.1", "192.0.2.2"))),
            lambda: d.nndn("no.example", dice.choice(("blocked", "withheld"))),
            lambda: d.extension("reseller", "domain", dice.choice(domains[:2]), name=dice.choice(("A", "B"))),
        )
        return dice.choice(make)()

    def _objects(self, number: int) -> list[str]:
        found: dict[str, str] = {}
        for _ in range(number):
            one = self._object()
            key = one.partition("roid>")[0] if one.startswith("<rdeDomain") else one[:60]
            found[key] = one
        return list(found.values())

    def _written(self, objects: list[str]) -> list[str]:
        dice = self.dice
        twisted = []
        for one in objects:
            twist = dice.random()
            if twist < 0.1:
                one = one.replace(">\n", ">\n  ")
            elif twist < 0.15:
                one = f"<!-- the next --> {one}"
            elif twist < 0.2:
                one = one.replace("R-1<", "<![CDATA[R-1]]><")
            elif twist < 0.205:
                one = one.replace('"ok"', '"no"')
            twisted += [one] * (2 if dice.random() < 0.01 else 1)
        return twisted

    def next(self, before: list[str]) -> tuple[bytes, list[str]]:
        """The next deposit, and what a FULL has."""
        dice = self.dice
        self.day += 1
        moment = f"2026-01-{self.day:02}T00:00:00Z"
        kind = dice.random()
        if not self.full or kind < 0.6:
            kept = [one for one in before if dice.random() < 0.9]
            keys = {one[:60] for one in kept}
            objects = kept + [one for one in self._objects(dice.randint(0, 3)) if one[:60] not in keys]
            dice.shuffle(objects)
            self.full = self.last = f"f{self.day}"
            text = d.full(d.registrar(), *self._written(objects), watermark=moment, id=self.full)
            return text, objects
        type_ = "DIFF" if kind < 0.8 else "INCR"
        deletes = [("domain", "one.example")] if dice.random() < 0.3 else []
        objects = self._written(self._objects(3))
        prev, self.last = self.last if type_ == "DIFF" else self.full, f"c{self.day}"
        return d.changes(type_, self.last, prev, moment, deletes, objects), before


@pytest.mark.clause("RFC 8909 §5.1.3")
@pytest.mark.parametrize("seed", range(12))
async def test_with_and_without_reading_what_is_known_stores_and_reports_are_the_same(
    tmp_path: Path, catalogue: Catalogue, watched: Watched, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What has to be put nevertheless is asked for by its key where that is little, else compared with all.
    monkeypatch.setattr(versions, "_FEW", (1, 4, 16)[seed % 3])
    deposits = Deposits(seed)
    path = tmp_path / "deposit.xml"
    urls = [f"sqlite:///{tmp_path / one}.db" for one in ("with", "without")]
    objects: list[str] = []
    for _ in range(14):
        chain = deposits.full, deposits.last
        deposit, put = deposits.next(objects)
        path.write_bytes(deposit)
        level = deposits.dice.choice((Level.LENIENT, Level.LENIENT, Level.LENIENT, Level.NORMAL, Level.STRICT))
        said = []
        for url, is_on in zip(urls, (True, False), strict=True):
            watched.is_on = is_on
            said.append(await take(url, path, catalogue, level))
        assert said[0] == said[1]
        assert not any(Path(one.removeprefix("sqlite:///")).exists() for one in urls) or rows(urls[0]) == rows(
            urls[1]
        )
        if isinstance(said[0], Summary):
            objects = put
        else:
            deposits.full, deposits.last = chain
    assert len(watched.known) > 3


REGISTRY = (d.registrar(), d.contact(), d.host("ns1.one.example", "192.0.2.1"), d.nndn("no.example"))


async def again(url: str, path: Path, catalogue: Catalogue, *objects: str, day: int = 2, id: str = "") -> Summary:
    path.write_bytes(d.full(*REGISTRY, *objects, watermark=f"2026-01-{day:02}T00:00:00Z", id=id))
    summary = await take(url, path, catalogue)
    assert isinstance(summary, Summary), summary
    return summary


async def test_every_object_of_an_equal_full_is_known_and_counted(
    either: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    objects = d.domain(more=INSIDE.format(7)), d.extension("reseller", "domain", "one.example", name="A")
    await again(either, path, catalogue, *objects, day=1)
    assert watched.known == []
    summary = await again(either, path, catalogue, *objects)
    assert sorted(watched.known) == sorted(("contact", "host", "domain", "nndn", "extension"))
    unchanged = {kind: one.unchanged for kind, one in summary.tallies.items() if one.unchanged}
    assert unchanged == {"registrar": 1, "contact": 1, "host": 1, "nndn": 1, "domain": 1, "extension": 2}
    assert summary.objects == 6
    assert not any(one.added or one.changed or one.closed for one in summary.tallies.values())


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
async def test_an_object_that_was_known_by_other_octets_is_known_by_the_new_ones_next_time(
    either: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    other = d.domain().replace("\n", " ")
    await again(either, path, catalogue, d.domain(), day=1)
    assert (await again(either, path, catalogue, other)).tallies["domain"].unchanged == 1
    assert "domain" not in watched.known
    await again(either, path, catalogue, other, day=3)
    assert watched.known.count("domain") == 1


async def test_what_stood_inside_and_was_taken_away_comes_back(
    either: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    path = tmp_path / "deposit.xml"
    one = d.domain(more=INSIDE.format(7))
    await again(either, path, catalogue, one, day=1, id="f1")
    path.write_bytes(d.changes("DIFF", "c2", "f1", "2026-01-02T00:00:00Z", (), [d.domain()]))
    assert isinstance(await take(either, path, catalogue), Summary)
    summary = await again(either, path, catalogue, one, day=3)
    assert summary.tallies["extension"].added == 1
    assert summary.tallies["domain"].unchanged == 1


async def test_what_was_changed_since_and_taken_back_is_read_again(
    either: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    await again(either, path, catalogue, d.domain(), day=1, id="f1")
    changed = d.domain(ex_date="2029-01-01T00:00:00Z")
    path.write_bytes(d.changes("DIFF", "c2", "f1", "2026-01-02T00:00:00Z", (), [changed]))
    assert isinstance(await take(either, path, catalogue), Summary)
    path.write_bytes(d.changes("INCR", "c3", "f1", "2026-01-03T00:00:00Z"))
    assert isinstance(await take(either, path, catalogue), Summary)
    summary = await again(either, path, catalogue, d.domain(), day=4)
    assert "domain" not in watched.known
    assert summary.tallies["domain"].unchanged == 1
    await again(either, path, catalogue, changed, day=5)
    assert (await again(either, path, catalogue, d.domain(), day=6)).tallies["domain"].changed == 1


async def test_what_something_was_said_of_is_told_again(
    url: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    first = await again(url, path, catalogue, d.domain(more=ODD), day=1)
    second = await again(url, path, catalogue, d.domain(more=ODD))
    assert first.notes == second.notes
    assert any("odd" in note for note in second.notes)
    assert "domain" not in watched.known


async def test_what_expired_meanwhile_is_told(
    url: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    one = d.domain(ex_date="2026-01-03T00:00:00Z")
    await again(url, path, catalogue, one, day=1)
    before = await again(url, path, catalogue, one)
    assert watched.known.count("domain") == 1
    after = await again(url, path, catalogue, one, day=3)
    assert watched.known.count("domain") == 1
    assert [note for note in after.notes if note not in before.notes]


async def test_under_another_knowledge_everything_is_looked_at_again(
    url: str, tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    path = tmp_path / "deposit.xml"
    await again(url, path, catalogue, d.domain(), day=1)
    path.write_bytes(d.full(*REGISTRY, d.domain(), watermark="2026-01-02T00:00:00Z"))
    summary = await take(url, path, catalogue, known=Known(repositories=frozenset({"X"})))
    assert isinstance(summary, Summary)
    assert watched.known == []
    assert any("'TEST' is not registered" in note for note in summary.notes)


async def test_an_object_that_is_there_twice_is_refused_though_it_is_known(
    url: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    path = tmp_path / "deposit.xml"
    await again(url, path, catalogue, d.domain(), day=1)
    for other in (d.domain(), d.domain(ex_date="2029-01-01T00:00:00Z"), d.domain().replace("\n", " ")):
        for both in ((d.domain(), other), (other, d.domain())):
            path.write_bytes(d.full(*REGISTRY, *both, watermark="2026-01-02T00:00:00Z"))
            said = await take(url, path, catalogue)
            line = path.read_text().rindex("<rdeDomain:domain>")
            line = path.read_text().count("\n", 0, line) + 1
            (found,) = said if isinstance(said, list) else []
            assert "one.example" in found
            assert "twice" in found
            assert f":{line}:" in found or f"{line}:" in found.partition(" ")[0]


def test_the_kinds_that_policies_and_greetings_are_of_are_always_read() -> None:
    assert not {"policy", "epp_params", "idn_table", "registrar"} & set(RECOGNISED)


DATES = ("rdeCsv:fCrDate", "rdeCsv:fExDate")


class Tables:
    """A registry in tables, of which some cells change from one deposit to the next."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)
        self.folder = folder
        path = folder / "sample.xml"
        write_sample(path, domains=25, seed=seed, tld="example", watermark=NOW)
        kinds = ("registrar", "contact", "host", "domain", "nndn")
        objects = [put.value for put in read(path).puts if put.kind in kinds and put.value is not None]
        self.sheets = [sheet for sheet in c.sheets(objects) if not sheet.name.startswith("idn")]

    def change(self) -> None:
        """Another value, one that was in another row of the same column, or a row less."""
        dice = self.dice
        sheet = dice.choice([one for one in self.sheets if len(one.rows) > 1])
        row, other = dice.sample(sheet.rows, 2)
        if dice.random() < 0.2:
            sheet.rows.remove(row)
        else:
            place = dice.randrange(1, len(row))
            row[place] = other[place]

    def write(self, day: int) -> Path:
        path = c.write_csv(self.folder, self.sheets, watermark=f"2026-01-{day:02}T00:00:00Z")
        path.write_text(path.read_text().replace('id="20260101"', f'id="m{day}"'))
        return path


@pytest.mark.clause("RFC 9022 §4.6.1")
@pytest.mark.parametrize("seed", range(6))
async def test_of_tables_too_nobody_can_tell_that_they_were_not_read(
    tmp_path: Path, catalogue: Catalogue, watched: Watched, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "_FEW", (1, 16)[seed % 2])
    tables = Tables(seed, tmp_path)
    urls = [f"sqlite:///{tmp_path / one}.db" for one in ("with", "without")]
    refused = 0
    for day in range(1, 13):
        kept = [replace(sheet, rows=[[*row] for row in sheet.rows]) for sheet in tables.sheets]
        for _ in range(tables.dice.choice((0, 1, 1, 3)) if day > 1 else 0):
            tables.change()
        path = tables.write(day)
        said = []
        for url, is_on in zip(urls, (True, False), strict=True):
            watched.is_on = is_on
            said.append(await take(url, path, catalogue))
        assert said[0] == said[1]
        assert rows(urls[0]) == rows(urls[1])
        if not isinstance(said[0], Summary):
            refused += 1
            tables.sheets = kept
    assert refused < 12
    assert {"contact", "host", "domain"} <= set(watched.known)


def by_number(
    folder: Path, day: int, *registrars: str, type: str = "FULL", gurid: str = "9995", prev: str = ""
) -> Path:
    """A deposit with a domain in tables, whose registrar is known by its IANA number."""
    domains = c.Sheet("domain", ["csvDomain:fName", "rdeCsv:fRoid", "csvRegistrar:fGurid", *DATES])
    domains.rows = [["one.example", "D1-TEST", gurid, "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]]
    statuses = c.Sheet("domainStatuses", ['csvDomain:fName parent="true"', "csvDomain:fStatus"])
    statuses.rows = [["one.example", "ok"]]
    watermark = f"2026-01-{day:02}T00:00:00Z"
    path = c.write_csv(folder, [domains, statuses], *registrars, watermark=watermark, type=type, prev_id=prev)
    path.write_text(path.read_text().replace('id="20260101"', f'id="m{day}"'))
    return path


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
async def test_rows_that_refer_to_another_registrar_by_the_same_number_are_read_again(
    tmp_path: Path, catalogue: Catalogue, watched: Watched
) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    for day, registrar in ((1, "R-1"), (2, "R-1"), (3, "R-2"), (4, "R-2")):
        said = await take(url, by_number(tmp_path, day, d.registrar(registrar)), catalogue)
        assert isinstance(said, Summary), said
        assert said.tallies["domain"].changed == (day == 3)
        assert watched.known.count("domain") == {1: 0, 2: 1, 3: 1, 4: 2}[day]


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
async def test_a_full_refers_to_what_it_has_itself_whatever_was_there(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    filled, empty = (f"sqlite:///{tmp_path / one}.db" for one in ("filled", "empty"))
    assert isinstance(await take(filled, by_number(tmp_path, 1, d.registrar("R-1")), catalogue), Summary)
    path = by_number(tmp_path, 2, d.registrar("R-1", gurid=9997))
    said = await take(filled, path, catalogue)
    assert said == await take(empty, path, catalogue)
    assert isinstance(said, list)
    assert "no registrar is known by the IANA number 9995" in said[0]


@pytest.mark.clause("RFC 9022 §5.1.2.1.1")
@pytest.mark.parametrize(
    ("registrars", "why"),
    [
        ((d.registrar("R-1", gurid=9997),), "no registrar"),  # R-1 has another number from now on
        ((d.registrar("R-2"),), "more than one registrar"),  # as R-1 has had it, and has it still
        ((d.registrar("R-1", gurid=9997), d.registrar("R-2")), ""),
        ((), ""),
    ],
)
async def test_changes_refer_to_what_will_be_there(
    tmp_path: Path, catalogue: Catalogue, registrars: tuple[str, ...], why: str
) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    assert isinstance(await take(url, by_number(tmp_path, 1, d.registrar("R-1")), catalogue), Summary)
    said = await take(url, by_number(tmp_path, 2, *registrars, type="DIFF", prev="m1"), catalogue)
    if why:
        assert isinstance(said, list), said
        assert f"{why} is known by the IANA number 9995" in said[0]
    else:
        assert isinstance(said, Summary), said
        assert said.tallies["domain"].changed == len(registrars) // 2


async def test_two_registrars_of_one_number_are_not_clear_in_xml_either(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    path = by_number(tmp_path, 1, d.registrar("R-1"), d.registrar("R-2"))
    said = await take(f"sqlite:///{tmp_path / 'registry.db'}", path, catalogue)
    assert isinstance(said, list)
    assert "more than one registrar is known by the IANA number 9995" in said[0]
