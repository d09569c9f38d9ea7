"""Versions that expire, and a person who is forgotten: what goes, what stays, and what is on record."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from directory.model.base import Instant
from directory.model.contact import Contact
from directory.model.graph import ContactGraph, DomainGraph
from directory.query import Kind, Lookup
from directory.store.erasure import Erased, digest_of
from directory.store.ledger import Ledger
from directory.store.reader import Reader
from tests.store import streams as s
from tests.store.test_changes import registry

LINKED = s.domain("one.test", contacts=(("registrant", "C-1"), ("tech", "C-2"), ("admin", "C-9")))
OTHER = s.domain("one.test", contacts=(("registrant", "C-2"),))


async def fill(ledger: Ledger) -> None:
    """A contact whose name changes, who gets another domain's place, and is deleted; each with its own deposit."""
    people = (s.contact("C-1", "Persephone"), s.contact("C-2", "Bob"), s.extension("contact", "C-1"))
    await s.full(ledger, registry(s.registrar("R-1"), *people, LINKED), 0)
    await s.diff(ledger, s.Change(puts={"contact": [s.contact("C-1", "Proserpina"), s.contact("C-2", "Rob")]}), 2)
    await s.diff(ledger, s.Change(puts={"domain": [OTHER]}), 4)
    await s.diff(ledger, s.Change({("contact", "handle"): ["C-1"]}), 6)


async def forget(ledger: Ledger, key: str) -> list[Erased]:
    await ledger.begin()
    records = await ledger.forget(1, key, s.NOW, "asked for it", "the officer")
    await ledger.commit()
    return records


async def expire(ledger: Ledger, before: str, *, personal_only: bool = False) -> list[Erased]:
    await ledger.begin()
    records = await ledger.expire(Instant(before), s.NOW, "retention", "the clock", personal_only=personal_only)
    await ledger.commit()
    return records


async def history(ledger: Ledger) -> list[tuple[str, str, str]]:
    rows = await ledger.fetch("SELECT kind, key, valid_from FROM history ORDER BY kind, key, valid_from", ())
    return [(row[0], row[1], row[2]) for row in rows]


async def everything(ledger: Ledger) -> str:
    """All that the tables of the past say."""
    told = ""
    for table in ("history", "erasure"):
        told += repr([tuple(row) for row in await ledger.fetch(f"SELECT * FROM {table}", ())])
    return told


async def test_a_person_who_is_gone_is_forgotten_and_the_record_says_so_without_the_data(
    ledger: Ledger, reader: Reader
) -> None:
    await fill(ledger)
    contact, extension = await forget(ledger, "C-1")
    spans = ((s.watermark(0), s.watermark(2), 1, 2), (s.watermark(2), s.watermark(6), 2, 4))
    digest = digest_of(1, "contact", "C-1")
    assert contact == Erased(s.NOW, 1, "contact", digest, 2, spans, "asked for it", "the officer")
    assert extension.kind == "extension"
    assert extension.spans == ((s.watermark(0), s.watermark(6), 1, 4),)
    rows = await ledger.fetch("SELECT erased, kind, digest, versions, reason, who FROM erasure", ())
    assert tuple(rows[0]) == (s.NOW, "contact", digest, 2, "asked for it", "the officer")
    told = await everything(ledger)
    assert not [word for word in ("Persephone", "Proserpina", "legal") if word in told]
    assert [(kind, key) for kind, key, _ in await history(ledger)] == [("contact", "C-2"), ("domain", "one.test")]
    await reader.start()
    assert not (await reader.lookup_as_of(Lookup(Kind.ENTITY, "C-1_ROID-X"), s.watermark(0))).hits


async def test_what_referred_to_the_person_is_as_it_was_and_says_that_there_was_one(
    ledger: Ledger, reader: Reader
) -> None:
    await fill(ledger)
    await forget(ledger, "C-1")
    await reader.start()
    result = await reader.lookup_as_of(Lookup(Kind.DOMAIN, "one.test"), s.watermark(2))
    (hit,) = result.hits
    assert isinstance(hit.graph, DomainGraph)
    assert hit.graph.domain == LINKED
    assert [one.postal[0].name if one else None for one in hit.graph.contacts] == [None, "Rob", None]
    # Of C-9 nothing was ever known, and nothing is said to have been erased.
    assert result.erased == ("C-1",)
    assert (await reader.lookup_as_of(Lookup(Kind.DOMAIN, "one.test"), s.watermark(4))).erased == ()
    told = await reader.versions("contact", "C-1")
    assert [(one.content, one.valid_from, one.valid_to) for one in told] == [
        (None, s.watermark(0), s.watermark(6)),
    ]


async def test_the_present_of_a_person_who_is_there_stays(ledger: Ledger, reader: Reader) -> None:
    await fill(ledger)
    assert [one.versions for one in await forget(ledger, "C-2")] == [1]
    await reader.start()
    (hit,) = (await reader.lookup(Lookup(Kind.ENTITY, "C-2_ROID-X"))).hits
    assert isinstance(hit.graph, ContactGraph)
    told = await reader.versions("contact", "C-2")
    assert [(one.content is None, one.valid_from, one.valid_to) for one in told] == [
        (True, s.watermark(0), s.watermark(2)),
        (False, s.watermark(2), None),
    ]
    result = await reader.lookup_as_of(Lookup(Kind.DOMAIN, "one.test"), s.watermark(0))
    assert result.erased == ("C-2",)


async def test_nobody_of_another_repository_is_forgotten(ledger: Ledger) -> None:
    for tld in ("test", "other"):
        await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", "Ana")), 0, tld=tld)
        await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", "Eva")), 2, tld=tld)
    assert [one.versions for one in await forget(ledger, "C-1")] == [1]
    rows = await ledger.fetch("SELECT repository FROM history WHERE kind = 'contact'", ())
    assert [row[0] for row in rows] == [2]


@pytest.mark.clause("RFC 8909 §2")
async def test_what_was_forgotten_is_lost_until_a_deposit_says_it_anew(ledger: Ledger) -> None:
    people = (s.contact("C-1", "Ana"), s.extension("contact", "C-1", value="v1"), s.contact("C-2", "Bob"))
    await s.full(ledger, registry(s.registrar("R-1"), *people), 0)
    await s.diff(ledger, s.Change(puts={"contact": [s.contact("C-1", "Eva")]}), 2)
    await s.diff(ledger, s.Change({("extension", "key"): ["person C-1 v1"], ("contact", "handle"): ["C-2"]}), 4)
    assert len(await forget(ledger, "C-1")) == 2
    await forget(ledger, "C-2")
    await s.begin(ledger, "INCR", 8)
    for kind, keys in (await ledger.touched_since(1)).items():
        await ledger.restore(kind, keys, 1)
    assert len(ledger.lost) == 3
    await ledger.delete("contact", "handle", ["C-2"])
    assert len(ledger.lost) == 2
    await ledger.put("contact", [s.contact("C-1", "Zoe")])
    assert len(ledger.lost) == 1
    await ledger.put("extension", [s.extension("contact", "C-1", value="v2")])
    assert not ledger.lost
    await ledger.rollback()
    await s.begin(ledger, "DIFF", 8)
    await ledger.touched_since(3)
    assert not ledger.lost


async def test_versions_expire_by_when_they_were_superseded(ledger: Ledger) -> None:
    await fill(ledger)
    await s.full(ledger, registry(s.registrar("R-1"), OTHER, s.contact("C-2", "Rob")), 8)
    (contacts,) = await expire(ledger, s.watermark(2))
    span = (s.watermark(0), s.watermark(2), 1, 2)
    assert contacts == Erased(s.NOW, 1, "contact", None, 2, (span,), "retention", "the clock")
    assert await history(ledger) == [
        ("contact", "C-1", s.watermark(2)),
        ("domain", "one.test", s.watermark(0)),
        ("extension", "person C-1 legal", s.watermark(0)),
    ]
    assert [record.versions for record in await expire(ledger, "2026-06-01T00:00:00Z")] == [1, 1, 1]
    assert await history(ledger) == []
    assert await expire(ledger, "2026-06-01T00:00:00Z") == []


async def test_personal_data_may_expire_alone(ledger: Ledger, reader: Reader) -> None:
    await fill(ledger)
    await s.full(ledger, registry(s.registrar("R-1"), OTHER, s.contact("C-2", "Rob")), 8)
    before = await history(ledger)
    records = await expire(ledger, "2026-06-01T00:00:00Z", personal_only=True)
    assert [(record.kind, record.versions) for record in records] == [("contact", 3), ("extension", 1)]
    assert await expire(ledger, "2026-06-01T00:00:00Z", personal_only=True) == []
    assert await history(ledger) == before[:-1]
    told = await everything(ledger)
    assert not [word for word in ("Persephone", "Proserpina", "Bob", "+1.5", "a@b.example") if word in told]
    await reader.start()
    (hit,) = (await reader.lookup_as_of(Lookup(Kind.ENTITY, "C-1_ROID-X"), s.watermark(0))).hits
    assert isinstance(hit.graph, ContactGraph)
    bare = msgspec.structs.replace(s.contact("C-1"), voice=None, email=None, postal=())
    assert hit.graph.contact == bare
    (now,) = (await reader.lookup(Lookup(Kind.ENTITY, "C-2_ROID-X"))).hits
    assert isinstance(now.graph, ContactGraph)
    assert isinstance(now.graph.contact, Contact)
    assert now.graph.contact.postal[0].name == "Rob"


@pytest.mark.clause("RFC 8909 §2")
async def test_what_an_incr_may_have_to_go_back_to_does_not_expire(ledger: Ledger) -> None:
    await fill(ledger)
    before = await history(ledger)
    assert await expire(ledger, "2030-01-01T00:00:00Z") == []
    assert await history(ledger) == before


async def test_a_fraction_of_a_second_is_after_the_second(ledger: Ledger) -> None:
    for number in range(4):  # two at the second, two half a second later
        await s.full(ledger, registry(s.registrar("R-1"), s.contact("C-1", f"Name {number}")), number)
    assert [record.versions for record in await expire(ledger, "2026-01-01T00:00:00Z")] == []
    assert [record.versions for record in await expire(ledger, "2026-01-01T00:00:00.5Z")] == [1]


async def test_what_was_erased_is_not_in_the_file_either(ledger: Ledger, url: str, tmp_path: Path) -> None:
    if not url.startswith("sqlite"):
        rows = await ledger.fetch("SELECT 1 WHERE to_regclass('history') IS NOT NULL", ())
        assert rows == []
        await fill(ledger)
        await forget(ledger, "C-1")
        # Vacuumed: the dead rows are gone from the pages.
        rows = await ledger.fetch("SELECT count(*) FROM history", ())
        (dead,) = await ledger.fetch("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'history'", ())
        assert (rows[0][0], dead[0]) == (2, 0)
        return
    await fill(ledger)
    await ledger.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Persephone" in stored
    await ledger.open()
    await forget(ledger, "C-1")
    await ledger.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Persephone" not in stored
    assert b"Proserpina" not in stored
    assert b"Rob" in stored
