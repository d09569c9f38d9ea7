"""A server before PostgreSQL says what the one before SQLite says, octet for octet."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.clients.deposited import Deposited
from tests.clients.running import Running, Server
from tests.postgresql import Cluster


@pytest.fixture(scope="module")
def other(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The same deposits in a PostgreSQL, and a server before it."""
    postgresql.run("CREATE DATABASE served")
    server = Server(tmp_path_factory.mktemp("postgresql"), postgresql.url("served"))
    try:
        yield server.running
    finally:
        code = server.stop()
    assert code == 0


def test_whois_replies_are_the_same_on_both_engines(
    running: Running, other: Running, deposited: Deposited
) -> None:
    hosts = sorted(deposited.hosts)
    names = [*(one.name for one in deposited.domains), "nic.alt", "none.alt", "example1.example"]
    registrars = [f"registrar {one.name}" for one in deposited.registrars.values()]
    for query in [*names, *(f"nameserver {host}" for host in hosts[:60]), *registrars, "192.0.2.1", "2001:db8::1"]:
        assert other.whois(query) == running.whois(query), query


def test_rdap_replies_are_the_same_on_both_engines(running: Running, other: Running, deposited: Deposited) -> None:
    paths = [f"domain/{one.name}" for one in deposited.domains]
    paths += [f"entity/{one.iana}" for one in deposited.registrars.values()]
    paths += ["entity/Csh8013-TEST", "nameserver/ns1.example1.example", "domain/none.alt", "help"]
    for path in paths:
        status, body = other.rdap(path)
        theirs = json.loads(json.dumps(body).replace(f":{other.rdap_port}/", f":{running.rdap_port}/"))
        assert (status, theirs) == running.rdap(path), path
