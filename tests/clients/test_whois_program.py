"""Debian's `whois`, as people have it at hand, against our port 43 (RFC 3912)."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.clients.deposited import Deposited, Domain
from tests.clients.running import HOST, Running
from tests.whois import grammar

# Where the program finds no way to say it in ASCII it needs to know that its arguments are UTF-8.
_LOCALE = {**os.environ, "LC_ALL": "C.UTF-8"}


def ask(running: Running, query: str) -> bytes:
    """What the program prints; `--verbatim` and its like are of the RIPE server and not for us."""
    done = subprocess.run(
        ["whois", "-h", HOST, "-p", str(running.whois_port), query],
        capture_output=True, env=_LOCALE, timeout=15, check=False,
    )  # fmt: skip
    assert done.stderr == b""
    return done.stdout


def same(running: Running, query: str) -> bytes:
    """The reply, which must be what a plain socket gets. The program prints its lines with LF, as Unix does."""
    printed = ask(running, query)
    assert printed.rstrip() == running.whois(query).replace(b"\r\n", b"\n").rstrip()
    return printed.replace(b"\n", b"\r\n")


@pytest.mark.clause("RFC 3912 §2")
def test_a_domain_reads_the_same_in_the_program_and_on_a_socket(running: Running, plain: Domain) -> None:
    reply = same(running, plain.name)
    assert f"Domain Name: {plain.name}\r\n".encode() in reply
    assert f"Registry Domain ID: {plain.roid}\r\n".encode() in reply
    grammar.domain(running.whois(plain.name))


def test_upper_case_finds_the_same_domain(running: Running, plain: Domain) -> None:
    assert same(running, plain.name.upper()) == same(running, plain.name)


def test_an_idn_is_found_by_its_a_label_and_by_its_u_label(running: Running, idn: Domain) -> None:
    assert idn.unicode_name is not None
    by_a_label = same(running, idn.name)
    assert f"Domain Name: {idn.name}\r\n".encode() in by_a_label
    assert f"Internationalized Domain Name: {idn.unicode_name}\r\n".encode() in by_a_label
    # The program turns a U-label into an A-label if it can, and a socket sends it as it is: both are answered.
    assert ask(running, idn.unicode_name).replace(b"\n", b"\r\n") == by_a_label
    assert running.whois(idn.unicode_name) == running.whois(idn.name)


def test_every_name_server_with_its_addresses_is_found(running: Running, deposited: Deposited) -> None:
    host = next(each for each in deposited.hosts.values() if len(each.addresses) > 1)
    reply = same(running, f"nameserver {host.name}")
    assert f"Server Name: {host.name}\r\n".encode() in reply
    assert reply.count(b"IP Address: ") == len(host.addresses)
    grammar.host(running.whois(f"nameserver {host.name}"))


def test_an_address_leads_to_its_name_server(running: Running, deposited: Deposited) -> None:
    host = next(each for each in deposited.hosts.values() if each.addresses)
    for query in (host.addresses[0], f"nameserver {host.addresses[0]}"):
        assert host.name.encode() in same(running, query)


def test_a_registrar_is_found_by_its_name_and_its_iana_id(running: Running, deposited: Deposited) -> None:
    for registrar in deposited.registrars.values():
        reply = same(running, f"registrar {registrar.name}")
        assert f"Registrar: {registrar.name}\r\n".encode() in reply
        assert same(running, f"registrar {registrar.iana}") == reply
        grammar.registrar(running.whois(f"registrar {registrar.name}"))


@pytest.mark.parametrize(
    "query", ["no-such-name.alt", "nameserver ns1.no-such-name.alt", "registrar Nobody & Sons"]
)
def test_a_miss_says_so_in_one_line(running: Running, query: str) -> None:
    same(running, query)
    grammar.miss(running.whois(query))


@pytest.mark.clause("RFC 3375 §3.6")
@pytest.mark.parametrize(
    ("query", "line"),
    [
        (" -", "No registrar found."),
        ("%%%", "No registrar found."),
        ("x" * 300, "No registrar found."),
        (" ", "Error: the query is empty."),
        ("nameserver", "Error: nothing follows the keyword."),
        ("domain a..b", "Error: the query cannot be understood."),
        ("\u202egnp.alt", "Error: the query cannot be understood."),
        ("x" * 3000, "Error: the query is too long."),
    ],
)
def test_garbage_gets_one_line_that_tells_what_is_wrong_with_it(running: Running, query: str, line: str) -> None:
    assert same(running, query).startswith(line.encode())


def test_every_domain_of_the_registry_follows_the_grammar(running: Running, deposited: Deposited) -> None:
    for domain in deposited.domains:
        try:
            grammar.domain(running.whois(domain.name))
        except grammar.Fault as fault:
            pytest.fail(f"{domain.name}: {fault}")
