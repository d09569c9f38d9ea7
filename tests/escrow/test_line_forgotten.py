"""What was erased is nowhere any more: not in the octets of the file, nor in what is answered or written of the
past."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from directory.escrow import namespace as ns
from directory.model.base import Instant
from directory.query import Kind, Lookup
from directory.store.open import open_store
from tests import deposits as d
from tests.escrow.lined import Place, place, run

__all__ = ["place"]

PEOPLE = [f"C-{number}" for number in range(1, 41)]
NAMES = {f"d{number}.example": PEOPLE[4 * number : 4 * number + 4] for number in range(5)}
"""The domains, and whose they are; the other people may be deleted."""
DAYS = 8
ROLES = ("registrant", "admin", "tech", "billing")


def stamp(day: int) -> str:
    return f"2026-01-{day:02}T00:00:00Z"


class People:
    """A registry whose people change, and all that was ever said of them: each value is of one version alone."""

    def __init__(self, seed: int) -> None:
        self.day = 0
        self._dice = random.Random(seed)
        self._now: dict[str, list[str]] = {}
        self._past: dict[str, list[str]] = {handle: [] for handle in PEOPLE}

    def deposit(self) -> bytes:
        """The next day's: a FULL at first and at last, a DIFF between."""
        self.day += 1
        changed, gone = PEOPLE if self.day == 1 else self._dice.sample(PEOPLE, 20), []
        for handle in changed:
            is_bound = any(handle in people for people in NAMES.values())
            self._past[handle] += self._now.pop(handle, [])
            if is_bound or self.day == 1 or self._dice.random() < 0.7:
                self._now[handle] = self._told()
            else:
                gone.append(("contact", handle))
        if self.day in (1, DAYS):
            domains = [
                d.domain(name, registrant=first, contacts=tuple(zip(ROLES[1:], rest, strict=True)))
                for name, (first, *rest) in NAMES.items()
            ]
            everyone = [self._contact(handle) for handle in self._now]
            return d.full(d.registrar(), *everyone, *domains, watermark=stamp(self.day), id=f"p{self.day}")
        totals = {ns.REGISTRAR: 1, ns.CONTACT: len(self._now), ns.DOMAIN: len(NAMES)}
        objects = [self._contact(handle) for handle in changed if handle in self._now]
        return d.changes("DIFF", f"p{self.day}", f"p{self.day - 1}", stamp(self.day), gone, objects, totals)

    def _told(self) -> list[str]:
        """The values of a version: name, organisation, street, city, province, code, e-mail, telephone."""
        lengths = (60, 40, 60, 30, 20, 16, 30)
        words = [
            "".join(self._dice.choices("bcdfghjkmnpqrstvwxz", k=self._dice.randint(10, most))) for most in lengths
        ]
        return [*words[:6], f"{words[6]}@mail.example.net", f"+34.{self._dice.randrange(10**10, 10**11)}"]

    def _contact(self, handle: str) -> str:
        name, org, street, city, sp, pc, email, voice = self._now[handle]
        text = d.contact(handle, name=name, email=email)
        for old, new in ((f"Org of {handle}", org), ("1 Calle Mayor", street), ("Madrid", city),
                         (">M<", f">{sp}<"),
                         ("28001", pc), ("+34.911234567", voice)):  # fmt: skip
            text = text.replace(old, new)
        return text

    def past(self, *handles: str) -> set[str]:
        """What was said of people, and is no more."""
        return {value for handle in handles for value in self._past[handle]}

    def present(self) -> set[str]:
        """What is said now."""
        return {value for told in self._now.values() for value in told}

    def gone(self) -> set[str]:
        """Who is there no more."""
        return set(PEOPLE) - set(self._now)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SQLite that was built to leave what is deleted where it was, as most are."""
    connect = sqlite3.connect

    def plain(*given: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **more)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", plain)


@pytest.fixture
def people(elsewhere: None) -> People:
    return People(1)


@pytest.fixture
def url(people: People, place: Place, tmp_path: Path) -> str:
    """A store after all days."""
    made = place()
    for _ in range(DAYS):
        path = tmp_path / "deposit.xml"
        path.write_bytes(people.deposit())
        run("ingest", "--store", made, path)
    return made


def within(values: set[str], text: str) -> set[str]:
    """Those of the values that a text has."""
    return {value for value in values if value in text}


def octets(url: str) -> str:
    """All that the files of a store have."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*")).decode("latin-1")


def told(url: str, folder: Path, *, is_erased: bool) -> str:
    """All that is answered and written, of every day."""

    async def past() -> str:
        reader = open_store(url)
        await reader.start()
        said = ""
        try:
            asked = [Lookup(Kind.ENTITY, f"{handle.replace('-', '')}-TEST") for handle in PEOPLE]
            for lookup in (*asked, *(Lookup(Kind.DOMAIN, name) for name in NAMES)):
                for day in range(1, DAYS + 1):
                    said += repr((await reader.lookup_as_of(lookup, Instant(stamp(day)))).hits)
            for handle in PEOPLE:
                said += repr(await reader.versions("contact", handle))
        finally:
            await reader.close()
        return said

    said = asyncio.run(past())
    seen = ("--audience", "law-enforcement", "--format", "json")
    for name in NAMES:
        said += run("history", "--store", url, *seen, name).output
        said += run("query", "--store", url, *seen, "--as-of", stamp(3), name).output
    run("export", "--store", url, "--replace", "--out", folder / "full.xml")
    for type_ in ("incr", "diff"):
        # Which is refused where what it would begin at was erased.
        out = ("--replace", "--out", folder / "changes.xml")
        asked_ = ("export", "--store", url, "--type", type_, "--since", stamp(1), *out)
        said += run(*asked_, code=is_erased).output
    return said + "".join(path.read_text() for path in folder.glob("*.xml") if path.name != "deposit.xml")


def check_gone(url: str, folder: Path, erased: set[str], kept: set[str]) -> None:
    """What was erased is nowhere, and what was not is where it was."""
    said = told(url, folder, is_erased=True)
    assert not within(erased, said)
    assert within(kept, said) == kept
    if url.startswith("sqlite"):
        stored = octets(url)
        assert not within(erased, stored)
        assert within(kept, stored) == kept


def test_of_who_is_forgotten_nothing_of_the_past_is_left(people: People, url: str, tmp_path: Path) -> None:
    everyone = people.past(*PEOPLE) | people.present()
    assert within(everyone, told(url, tmp_path, is_erased=False)) == everyone
    forgotten = [*PEOPLE[:20:2], *people.gone()]
    for handle in forgotten:
        if people.past(handle):
            said = run("forget", "--store", url, "--reason", "asked to", handle).output
            assert not within(people.past(handle), said)
    erased = people.past(*forgotten)
    assert len(erased) > 100
    check_gone(url, tmp_path, erased, everyone - erased)


def test_of_what_expired_nothing_is_left(people: People, url: str, tmp_path: Path) -> None:
    run("expire", "--store", url, "--before", stamp(DAYS))
    check_gone(url, tmp_path, people.past(*PEOPLE), people.present())


def test_of_personal_data_that_expired_nothing_is_left_and_the_versions_are(
    people: People, url: str, tmp_path: Path
) -> None:
    run("expire", "--store", url, "--before", stamp(DAYS), "--personal-only")
    check_gone(url, tmp_path, people.past(*PEOPLE), people.present())
    changes = run("history", "--store", url, "--audience", "law-enforcement", next(iter(NAMES))).output
    assert stamp(1)[:10] in changes


def test_nothing_is_left_in_the_log_of_a_file_that_is_being_read(people: People, url: str, tmp_path: Path) -> None:
    if not url.startswith("sqlite"):
        return
    reader = open_store(url)
    asyncio.run(reader.start())
    try:
        run("forget", "--store", url, "--reason", "asked to", PEOPLE[0])
        assert not within(people.past(PEOPLE[0]), octets(url))
    finally:
        asyncio.run(reader.close())
