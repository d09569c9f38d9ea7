"""WHOIS libraries of Python read our replies: python-whois and asyncwhois, each by its own client and parser."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncwhois
import pytest
import whois
from asyncwhois.errors import NotFoundError
from tldextract import TLDExtract
from whois.parser import WhoisEntry
from whois.whois import NICClient

from tests.clients.deposited import Deposited, Domain
from tests.clients.running import HOST, TLD, Running

pytestmark = [
    pytest.mark.clause("ICANN gTLD registry agreement, specification 4 §1.5"),
    # asyncwhois asks tldextract in a way that it will drop.
    pytest.mark.filterwarnings("ignore:The .registered_domain. property:DeprecationWarning"),
]

_WITHHELD = "REDACTED FOR PRIVACY"


def status_lines(domain: Domain) -> list[str]:
    """What a status reads like (Additional Whois Information Policy §1)."""
    return [f"{code} https://icann.org/epp#{code}" for code in (*domain.statuses, *domain.rgp)]


def many(value: object) -> list[object]:
    """python-whois gives one value bare, several as a list, none as None."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def instant(value: object) -> datetime:
    """A parsed date, which some parsers give without its zone."""
    assert isinstance(value, datetime), value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TestPythonWhois:
    """python-whois: `NICClient` for the transport, `WhoisEntry` for the parser."""

    @pytest.fixture
    def client(self, running: Running, monkeypatch: pytest.MonkeyPatch) -> NICClient:
        """Its own client. Bent: port 43 is written into it, so its socket connects to our port instead."""

        class Diverted(socket.socket):
            def connect(self, address: Any) -> None:
                assert address == (HOST, 43)
                super().connect((HOST, running.whois_port))

        monkeypatch.setattr(NICClient, "get_socket", staticmethod(lambda: Diverted()))
        return NICClient()

    def ask(self, client: NICClient, query: str) -> Any:
        # Without the flag WHOIS_RECURSE, or it would ask the registrar's server on the Internet as well.
        text = client.whois(query, HOST, 0, ignore_socket_errors=False)
        return WhoisEntry.load(query, text)

    def test_every_field_of_a_domain_is_read_right(
        self, client: NICClient, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        entry = self.ask(client, plain.name)
        registrar = deposited.registrars[plain.registrar]
        assert entry.domain_name == plain.name
        assert instant(entry.creation_date) == plain.created
        assert instant(entry.expiration_date) == plain.expires
        assert instant(entry.updated_date) == plain.updated
        assert entry.registrar == registrar.name
        assert entry.registrar_url == registrar.url
        assert entry.whois_server == registrar.whois
        assert many(entry.name_servers) == list(plain.hosts)
        assert many(entry.status) == status_lines(plain)
        assert many(entry.emails) == [abuse[plain.registrar]["email"]]
        assert entry.dnssec == "unsigned"
        assert entry.name == entry.tech_name == entry.admin_name == _WITHHELD

    def test_an_idn_is_read_with_both_of_its_names(self, client: NICClient, idn: Domain) -> None:
        assert many(self.ask(client, idn.name).domain_name) == [idn.name, idn.unicode_name]

    def test_dates_statuses_and_servers_of_every_domain_are_read_right(
        self, client: NICClient, deposited: Deposited
    ) -> None:
        for domain in deposited.domains:
            entry = self.ask(client, domain.name)
            assert instant(entry.creation_date) == domain.created, domain.name
            assert instant(entry.expiration_date) == domain.expires, domain.name
            assert sorted(many(entry.status), key=str) == sorted(status_lines(domain)), domain.name
            assert sorted(many(entry.name_servers), key=str) == sorted(domain.hosts), domain.name
            assert entry.registrar == deposited.registrars[domain.registrar].name, domain.name
            assert entry.dnssec == ("signedDelegation" if domain.signed else "unsigned"), domain.name

    def test_a_miss_reads_as_nothing(self, client: NICClient) -> None:
        entry = self.ask(client, f"no-such-name.{TLD}")
        assert entry.domain_name is entry.registrar is entry.creation_date is None

    def test_its_front_door_reads_what_debian_whois_brings(
        self, running: Running, plain: Domain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Bent: its copy of the Public Suffix List does not know the domain of our registry.
        monkeypatch.setattr(whois, "suffixes", {TLD.encode()})
        options = ["-h", HOST, "-p", str(running.whois_port)]
        entry: Any = whois.whois(plain.name, command=True, executable_opts=options)
        assert entry.domain_name == plain.name
        assert instant(entry.expiration_date) == plain.expires
        assert many(entry.name_servers) == list(plain.hosts)


class TestAsyncwhois:
    """asyncwhois: a `DomainClient` whose query object is told another server and port."""

    @pytest.fixture
    def client(self, running: Running) -> Any:
        client = asyncwhois.DomainClient(
            # Or it would go on to the registrar's server, which the reply names.
            find_authoritative_server=False,
            # Bent: the Public Suffix List does not know our registry's domain; this is its own way to say so.
            tldextract_obj=TLDExtract(suffix_list_urls=(), cache_dir=None, extra_suffixes=[TLD]),
        )
        # A domain whose server it does not know it takes to IANA's, at port 43; both are attributes.
        client.query_obj.iana_server = HOST
        client.query_obj.whois_port = running.whois_port
        return client

    def check(self, parsed: dict[str, Any], domain: Domain, deposited: Deposited, desk: dict[str, str]) -> None:
        registrar = deposited.registrars[domain.registrar]
        assert parsed["domain_name"] == domain.name
        assert instant(parsed["created"]) == domain.created
        assert instant(parsed["expires"]) == domain.expires
        assert instant(parsed["updated"]) == domain.updated
        assert parsed["registrar"] == registrar.name
        assert parsed["registrar_iana_id"] == registrar.iana
        assert parsed["registrar_url"] == registrar.url
        assert parsed["registrar_abuse_email"] == desk["email"]
        assert parsed["registrar_abuse_phone"] == desk["voice"]
        assert parsed["name_servers"] == list(domain.hosts)
        assert parsed["status"] == status_lines(domain)
        assert parsed["dnssec"] == "unsigned"
        assert parsed["registrant_name"] == parsed["tech_name"] == _WITHHELD

    async def test_a_domain_is_asked_for_and_read_right(
        self, client: Any, running: Running, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        text, parsed = await client.aio_whois(plain.name)
        assert text.encode() == running.whois(plain.name)
        self.check(parsed, plain, deposited, abuse[plain.registrar])

    def test_its_blocking_client_reads_the_same(
        self, client: Any, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        self.check(client.whois(plain.name)[1], plain, deposited, abuse[plain.registrar])

    async def test_an_idn_is_found_by_its_u_label(self, client: Any, idn: Domain) -> None:
        assert (await client.aio_whois(idn.unicode_name))[1]["domain_name"] == idn.name

    async def test_a_miss_is_known_for_one(self, client: Any) -> None:
        with pytest.raises(NotFoundError):
            await client.aio_whois(f"no-such-name.{TLD}")

    def test_no_registered_domain_is_taken_for_a_miss(self, client: Any, deposited: Deposited) -> None:
        found: Sequence[str] = [client.whois(each.name)[1]["domain_name"] for each in deposited.domains[:60]]
        assert found == [each.name for each in deposited.domains[:60]]
