"""The gate: who gets which standing, and what a key or an address makes of what is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from directory import app
from directory.access.gate import Gate, Standing
from directory.access.keys import Keys
from directory.access.prefix import Prefixes
from directory.answer import Found
from directory.config import Settings
from directory.errors import DocumentError, NotAdmitted
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


def test_a_server_is_not_built_with_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="`dnrd key add` makes one"):
        app.build(Settings(store=f"sqlite:///{tmp_path / 'registry.db'}", keys=str(tmp_path / "keys.json")))


def test_the_server_logs_such_a_note_once_when_it_starts(tmp_path: Path) -> None:
    config = tmp_path / "dnrd.yaml"
    config.write_text("store: sqlite:///missing.db\naudiences: {192.0.2.0/24: law-enforcment}\n")
    command = [sys.executable, "-m", "directory", "serve", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    notes = [json.loads(line)["note"] for line in done.stderr.splitlines() if '"warning"' in line]
    assert len(notes) == 1
    assert "did you mean 'law-enforcement'?" in notes[0]
