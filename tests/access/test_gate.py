"""The gate: who gets which standing, and what a key or an address makes of what is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from directory import app
from directory.access.gate import Gate, Registrars
from directory.access.keys import Keys
from directory.access.prefix import Prefixes
from directory.access.standing import Standing
from directory.answer import Found
from directory.config import Settings
from directory.errors import NotAdmitted
from directory.escrow.ingest import ingest
from directory.model.catalogue import Catalogue
from directory.query import Kind, Lookup, Requester
from directory.store.open import open_ledger
from tests import deposits as d
from tests.access.conftest import Clock, Store

HERE, ELSEWHERE = "192.0.2.1", "203.0.113.1"


@pytest.fixture
def gate(path: Path, stored: Store, clock: Clock) -> Gate:
    stored("other")
    prefixes = Prefixes.from_settings({"192.0.2.0/24": "auditor", "10.0.0.0/8": {"registrar": "R-9"}})
    return Gate(prefixes, Keys(path, clock))


def test_without_a_credential_the_address_decides_else_everyone_is_the_public(gate: Gate) -> None:
    for service in ("whois", "rdap", "data"):
        assert gate.admit(Requester(service, HERE)) == Standing("auditor")
        assert gate.admit(Requester(service, ELSEWHERE)) == Standing("public")
        assert Gate().admit(Requester(service, HERE)) == Standing("public")


def test_a_key_decides_wherever_it_comes_from(gate: Gate, stored: Store, clock: Clock) -> None:
    shown = stored("Unit 4")
    clock.now += 1
    for address in (HERE, ELSEWHERE, ""):
        assert gate.admit(Requester("rdap", address, shown)) == Standing("police")


def test_a_bad_key_is_never_quietly_the_public(gate: Gate, stored: Store) -> None:
    shown = stored("late", days=0)
    for doorkeeper in (gate, Gate(), Gate(Prefixes.from_settings({"192.0.2.0/24": "auditor"}))):
        for credential in (shown, "dnrd_", "x"):
            for address in (HERE, ELSEWHERE):
                with pytest.raises(NotAdmitted):
                    doorkeeper.admit(Requester("rdap", address, credential))


def test_addresses_are_told_apart_only_where_prefixes_are_configured(path: Path, stored: Store) -> None:
    stored()
    assert Gate(Prefixes.from_settings({"::1": "auditor"})).tells_addresses_apart
    assert not Gate().tells_addresses_apart
    assert not Gate(Prefixes.from_settings({}), Keys(path)).tells_addresses_apart


def test_an_audience_that_no_disclosure_knows_is_a_note_with_what_may_be_meant(gate: Gate) -> None:
    notes = [note.to_text() for note in gate.check(frozenset({"public", "auditors", "polite"}))]
    assert len(notes) == 2
    assert "audiences.192.0.2.0/24: note: no disclosure knows the audience 'auditor'" in notes[0]
    assert "did you mean 'auditors'?" in notes[0]
    assert "key 'other': note: no disclosure knows the audience 'police'" in notes[1]
    assert [*gate.check(frozenset({"public", "auditor", "police"}))] == []


async def test_the_settings_reach_every_audience_of_the_disclosure(path: Path, stored: Store) -> None:
    """From a deposit to what is shown: by no key and nowhere, by a prefix, by a key."""
    folder = path.parent
    deposit = folder / "deposit.xml"
    deposit.write_bytes(d.full(d.registrar(), d.contact(), d.domain()))
    store = f"sqlite:///{folder / 'registry.db'}"
    ledger = open_ledger(store)
    await ledger.open()
    await ingest(deposit, ledger, Catalogue.load())
    await ledger.close()
    stored("known", days=100_000, audience="registry")
    built = app.build(
        Settings(
            store=store,
            keys=str(path),
            audiences={"192.0.2.0/24": "law-enforcement", "198.51.100.0/24": "no-such-audience"},
        )
    )
    assert ["no-such-audience" in note.message for note in built.notes] == [True]
    await built.start()
    try:
        seen = {}
        requesters = {
            "public": Requester("rdap", ELSEWHERE),
            "unknown": Requester("rdap", "198.51.100.1"),
            "police": Requester("whois", HERE),
            "registry": Requester("rdap", ELSEWHERE, stored("now", days=100_000, audience="registry")),
        }
        rebuilt = app.rebuild(built, built.settings)
        for who, requester in requesters.items():
            answer = await rebuilt.service.answer(Lookup(Kind.DOMAIN, "one.example"), requester)
            assert isinstance(answer, Found)
            (registrant,) = answer.view.parts["registrant"]
            seen[who] = "voice" in registrant.fields
    finally:
        await built.close()
    assert seen == {"public": False, "unknown": False, "police": True, "registry": True}


REGISTRARS = Registrars({"example": {"R-1", "R-22"}}, is_one=True)
SEVERAL = Registrars({"example": {"R-1"}, "test": {"R-1", "R-2"}}, is_one=False)


@pytest.mark.parametrize(
    ("known", "registrar", "said"),
    [
        (REGISTRARS, "R-1", []),
        (REGISTRARS, "R-1@example", []),
        (REGISTRARS, "R-2", ["knows no registrar 'R-2'", "did you mean 'R-22'"]),
        (REGISTRARS, "9995", ["knows no registrar '9995'", "not the IANA id"]),
        (REGISTRARS, "R-1@exampel", ["no repository 'exampel'", "did you mean 'example'?"]),
        (REGISTRARS, "R-1@net", ["no repository 'net'", "there are: example"]),
        (SEVERAL, "R-2@test", []),
        (SEVERAL, "R-2@example", ["knows no registrar 'R-2@example'", "did you mean 'R-1@example'"]),
        (SEVERAL, "R-2", ["the store has several", "say R-2@test"]),
        (SEVERAL, "R-1", ["the store has several", "say R-1@example or R-1@test"]),
        (Registrars({}, is_one=False), "R-1", []),
    ],
)
def test_a_registrar_that_the_store_does_not_know_is_a_note_with_what_may_be_meant(
    known: Registrars, registrar: str, said: list[str]
) -> None:
    gate = Gate(Prefixes.from_settings({"192.0.2.0/24": {"registrar": registrar}, "::1": "police"}))
    notes = [note.to_text() for note in gate.check_registrars(known)]
    assert len(notes) == bool(said)
    for words in said:
        assert words in notes[0]
    assert gate.names_registrars
    assert not Gate(Prefixes.from_settings({"::1": "police"})).names_registrars


@pytest.mark.parametrize(
    ("registrar", "is_one", "within"),
    [
        ("", True, ""),
        ("R-1", True, "R-1"),
        ("R-1", False, ""),
        ("R-1@example", True, "R-1"),
        ("R-1@example", False, "R-1"),
        ("R-1@test", False, ""),
        ("a@b@example", False, "a@b"),
    ],
)
def test_a_registrar_is_one_of_its_own_repository(registrar: str, is_one: bool, within: str) -> None:
    assert Standing("authenticated", registrar).within("example", is_one) == Standing("authenticated", within)


def test_an_audience_that_is_not_known_is_noted_beside_a_registrar_too() -> None:
    prefixes = Prefixes.from_settings(
        {"::1": {"audience": "polise", "registrar": "R-1"}, "::2": {"registrar": "R"}}
    )
    (note,) = Gate(prefixes).check(frozenset({"public", "police"}))
    assert "its registrar" in note.message
    assert note.hint == "did you mean 'police'?"


@pytest.mark.parametrize(("text", "said"), [(None, "`dnrd key add` makes one"), ("{}", "'keys' is missing")])
def test_a_server_does_not_start_with_a_key_file_that_is_missing_or_wrong(
    tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "keys.json").write_text(text)
    config = tmp_path / "dnrd.yaml"
    config.write_text("store: sqlite:///registry.db\nkeys: ./keys.json\n")
    command = [sys.executable, "-m", "directory", "serve", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr
    assert "keys.json" in done.stderr


def test_the_server_logs_such_a_note_once_when_it_starts(tmp_path: Path) -> None:
    config = tmp_path / "dnrd.yaml"
    config.write_text("store: sqlite:///missing.db\naudiences: {192.0.2.0/24: law-enforcment}\n")
    command = [sys.executable, "-m", "directory", "serve", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    notes = [json.loads(line)["note"] for line in done.stderr.splitlines() if '"warning"' in line]
    assert len(notes) == 1
    assert "did you mean 'law-enforcement'?" in notes[0]
