"""A deposit that is applied is told the same as one that is checked by itself, though nothing is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from directory.errors import DepositError
from directory.escrow.check.level import Level
from directory.escrow.check.table import CODES
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.ingest import Summary
from directory.escrow.intake import Intake
from directory.escrow.report import Result
from directory.store.ledger import Ledger
from directory.store.open import open_ledger
from directory.store.tables import SHAPES
from tests import deposits as d
from tests.escrow.broken import BROKEN, IN_CSV, Deposit
from tests.escrow.checking import CATALOGUE, NOW, check, names


async def apply(
    deposit: Deposit | Path, url: str, folder: Path, level: Level = Level.STRICT
) -> tuple[Result, Summary | None]:
    """What is told of a deposit that is applied to a store, and what was done if it was."""
    if isinstance(deposit, Path):
        path, known, keys = deposit, Deposit().known, Keys()
    else:
        folder.mkdir(exist_ok=True)
        path, known, keys = deposit.write(folder), deposit.known, deposit.keys or Keys()
    intake = Intake(CATALOGUE, keys, level=level, known=known, now=lambda: NOW)
    told: list[Result] = []
    ledger = open_ledger(url)
    await ledger.open()
    summary, refused = None, set[str]()
    try:
        summary = await intake.apply(path, ledger, tell=told.append)
    except DepositError as error:
        refused = {one.code or one.rule for one in error.findings}
    finally:
        await ledger.close()
    (result,) = told
    assert result.passed is (summary is not None)
    assert summary or refused == names(result)
    return result, summary


@pytest.mark.parametrize("code", CODES)
async def test_a_broken_deposit_raises_its_code_and_no_other(code: str, url: str, tmp_path: Path) -> None:
    result, summary = await apply(BROKEN[code](), url, tmp_path / "in")
    assert names(result) == {code}, "\n".join(result.to_text())
    assert not names(result, notes=True)
    assert summary is None


@pytest.mark.parametrize("code", [code for code, rule in CODES.items() if rule.is_note(Level.NORMAL)])
async def test_what_a_level_does_not_refuse_is_noted_and_applied(code: str, url: str, tmp_path: Path) -> None:
    result, summary = await apply(BROKEN[code](), url, tmp_path / "in", Level.NORMAL)
    assert summary is not None
    assert names(result, notes=True) == {code}
    assert any(code in note for note in summary.notes)


@pytest.mark.parametrize(
    "code",
    [
        "RDE_DOMAIN_HAS_NON_UNIQUE_NAME",
        "RDE_DOMAIN_HAS_NON_UNIQUE_ROID",
        "RDE_DOMAIN_HAS_INVALID_CLID",
        "RDE_HOST_HAS_NON_UNIQUE_NAME",
        "RDE_NNDN_CONFLICTS_WITH_DOMAIN",
    ],
)
async def test_a_store_with_a_state_before_answers_the_same_on_both_engines(
    code: str, either: str, tmp_path: Path
) -> None:
    _, summary = await apply(Deposit(), either, tmp_path / "before")
    assert summary is not None
    later = replace(BROKEN[code](), name="later.xml")
    path = later.write(_made(tmp_path / "in"))
    text = path.read_text().replace("<rde:watermark>2026-01-01T", "<rde:watermark>2026-01-02T")
    path.write_text(text.replace('type="FULL" id="', 'type="FULL" id="b'))
    result, summary = await apply(path, either, tmp_path)
    assert summary is None
    assert names(result) == {code}, "\n".join(result.to_text())


@pytest.mark.parametrize("deposit", [Deposit(), IN_CSV], ids=["xml", "with tables"])
async def test_a_sound_deposit_raises_nothing(deposit: Deposit, either: str, tmp_path: Path) -> None:
    result, summary = await apply(deposit, either, tmp_path / "in")
    assert summary is not None
    assert not result.found.numbers, "\n".join(result.to_text())


@pytest.mark.clause("RFC 9022 §5.8")
@pytest.mark.parametrize("element", ["exDate", "registrant", "contact", "secDNS", "uName"])
async def test_what_a_policy_requires_is_asked_of_the_store(element: str, either: str, tmp_path: Path) -> None:
    policy = (
        f'<rdePolicy:policy scope="//rde:deposit/rde:contents/rdeDomain:domain" element="rdeDomain:{element}"/>'
    )
    broken = Deposit().only("policy", policy)
    broken = broken.and_(
        "domain", d.domain("bare.example", registrant="", contacts=(), more="").replace("exDate>", "trDate>")
    )
    broken = replace(broken, known=replace(broken.known, model=None))
    alone, (result, _) = check(broken, _made(tmp_path / "alone")), await apply(broken, either, tmp_path / "in")
    about = [one for one in alone.found.findings if "a policy of the scope" in one.message]
    assert about
    assert [(one.place, one.element, one.message) for one in result.found.findings if one in about] == []
    told = {(one.place, one.element, one.message) for one in result.found.findings}
    assert {(one.place, one.element, one.message) for one in about} <= told
    assert result.found.numbers["RFC 9022 §5.8", False] == alone.found.numbers["RFC 9022 §5.8", False]


@pytest.mark.clause("RFC 8909 §5.2")
async def test_a_name_that_becomes_an_nndn_when_its_domain_has_gone_is_no_clash(url: str, tmp_path: Path) -> None:
    folder = _made(tmp_path / "in")
    for number, objects in enumerate(((d.domain(),), (d.nndn("one.example"),)), 1):
        path = folder / f"{number}.xml"
        path.write_bytes(
            d.full(d.registrar(), d.contact(), *objects, watermark=f"2026-01-0{number}T00:00:00Z", id=f"f{number}")
        )
        result, summary = await apply(path, url, tmp_path, Level.NORMAL)
        assert summary is not None, "\n".join(result.to_text())


async def test_changes_are_held_against_what_the_store_has(either: str, tmp_path: Path) -> None:
    folder = _made(tmp_path / "in")
    path = folder / "full.xml"
    path.write_bytes(d.full(d.registrar(), d.contact(), d.domain(), d.domain("two.example"), id="f1"))
    await apply(path, either, tmp_path, Level.LENIENT)
    totals = {d.URIS["rdeRegistrar"]: 1, d.URIS["rdeContact"]: 1, d.URIS["rdeDomain"]: 3, d.URIS["rdeNNDN"]: 1}
    objects = [d.domain("three.example", roid="one_example-TEST", cl_id="R-9"), d.nndn("two.example")]
    path = folder / "diff.xml"
    path.write_bytes(d.changes("DIFF", "d2", "f1", "2026-01-02T00:00:00Z", (), objects, totals))
    result, _ = await apply(path, either, tmp_path)
    assert names(result) == {
        "RDE_DOMAIN_HAS_NON_UNIQUE_ROID",
        "RDE_DOMAIN_HAS_INVALID_CLID",
        "RDE_NNDN_CONFLICTS_WITH_DOMAIN",
    }, "\n".join(result.to_text())


async def test_a_reader_of_a_refused_deposit_sees_what_was_there(url: str, tmp_path: Path) -> None:
    """Objects that break a rule are written, to see what else is wrong, and are gone with the rest."""
    await apply(Deposit(), url, tmp_path / "in")
    before = await _counts(url)
    broken = BROKEN["RDE_DOMAIN_HAS_MISSING_CRDATE"]()
    path = broken.write(_made(tmp_path / "later"))
    path.write_text(path.read_text().replace("<rde:watermark>2026-01-01T", "<rde:watermark>2026-01-02T"))
    assert (await apply(path, url, tmp_path))[1] is None
    assert await _counts(url) == before


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _counts(url: str) -> tuple[object, ...]:
    ledger: Ledger = open_ledger(url)
    await ledger.open()
    await ledger.begin()
    try:
        known = await ledger.repository("tld", "example")
        assert known
        return (*known, await ledger.chain(known[0]), await ledger.last(SHAPES["domain"].table.c.object))
    finally:
        await ledger.rollback()
        await ledger.close()
