"""rdapper, an RDAP client for Node, reads our replies; npm installs it below var/ the first time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.deposited import Deposited, Domain
from tests.clients.running import ROOT, TLD, Running

PACKAGE = "rdapper@0.16.4"
SCRIPT = Path(__file__).with_name("lookup.mjs")


@pytest.fixture(scope="module")
def package() -> Path:
    """The folder that the client is installed in."""
    folder = ROOT / "var/clients" / PACKAGE
    if not (folder / "node_modules/rdapper/package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(["npm", "install", "--prefix", str(folder), *options, PACKAGE], timeout=180, check=True)
    return folder


def lookup(package: Path, running: Running, *names: str) -> list[dict[str, Any]]:
    """What the client understood of each name."""
    done = subprocess.run(
        ["node", str(SCRIPT), str(package), running.base, TLD, *names],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def seconds(text: str | None) -> str:
    """A time of the deposit as the client gives it."""
    assert text is not None
    return text.replace("+00:00", "Z")


@pytest.mark.clause("RFC 9083 §5.3")
def test_every_field_of_a_domain_is_read_right(
    package: Path, running: Running, plain: Domain, deposited: Deposited
) -> None:
    (result,) = lookup(package, running, plain.name)
    record, registrar = result["record"], deposited.registrars[plain.registrar]
    assert (record["domain"], record["isRegistered"], record["source"]) == (plain.name, True, "rdap")
    assert record["registrar"]["name"] == registrar.name
    assert record["registrar"]["ianaId"] == registrar.iana
    assert record["creationDate"] == seconds(plain.created.isoformat())
    assert record["expirationDate"] == seconds(plain.expires.isoformat())
    assert record["updatedDate"] == seconds(plain.updated.isoformat() if plain.updated else None)
    assert [each["host"] for each in record["nameservers"]] == list(plain.hosts)
    assert [each["status"] for each in record["statuses"]] == ["client transfer prohibited"]
    assert record["transferLock"] is True
    assert record["dnssec"] == {"enabled": False}


@pytest.mark.clause("RFC 9537 §4.2")
def test_it_knows_which_fields_of_a_contact_are_withheld(package: Path, running: Running, plain: Domain) -> None:
    (result,) = lookup(package, running, plain.name)
    contacts = {each["type"]: each for each in result["record"]["contacts"]}
    assert set(contacts["tech"]["redactedFields"]) == {"name", "email", "phone"}
    assert {"name", "organization", "email", "street", "city"} <= set(contacts["registrant"]["redactedFields"])
    assert "country" not in contacts["registrant"]["redactedFields"]
    assert result["record"]["privacyEnabled"] is True


def test_signed_and_international_names_and_misses_are_told_apart(
    package: Path, running: Running, deposited: Deposited, idn: Domain
) -> None:
    signed = deposited.domain(lambda one: one.signed)
    results = lookup(package, running, signed.name, idn.name, f"no-such-name.{TLD}")
    assert [each["ok"] for each in results] == [True, True, True]
    records = [each["record"] for each in results]
    assert records[0]["dnssec"]["enabled"] is True
    assert (records[1]["punycodeName"], records[1]["unicodeName"]) == (idn.name, idn.unicode_name)
    assert [each["isRegistered"] for each in records] == [True, True, False]
