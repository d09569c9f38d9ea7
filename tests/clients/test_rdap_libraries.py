"""RDAP libraries of Python read our replies: whoisit and whodap, each by its own bootstrap, client and parser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import requests
import whodap
import whoisit
from whodap.errors import MalformedQueryError, NotFoundError
from whodap.response import DomainResponse
from whoisit.bootstrap import BaseBootstrap
from whoisit.errors import QueryError, ResourceDoesNotExist

from tests.clients.deposited import Deposited, Domain
from tests.clients.running import HOST, TLD, Running

# RFC 8056 §2, for the statuses that the domains of these tests have.
STATUSES = {
    "ok": "active",
    "clientTransferProhibited": "client transfer prohibited",
    "clientDeleteProhibited": "client delete prohibited",
    "clientUpdateProhibited": "client update prohibited",
    "clientRenewProhibited": "client renew prohibited",
}


def instant(value: object) -> datetime:
    """A parsed date, which some parsers give without its zone."""
    assert isinstance(value, datetime), value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def bootstrap(running: Running) -> dict[str, Any]:
    """What IANA's file would say of our registry (RFC 9224 §4)."""
    return {
        "version": "1.0",
        "publication": "2026-01-01T00:00:00Z",
        "services": [[[TLD, "example"], [running.base]]],
    }


class TestWhoisit:
    """whoisit knows domains, entities, networks and autonomous systems; of name servers it has no query."""

    @pytest.fixture
    def session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            yield session

    @pytest.fixture(autouse=True)
    def bootstrapped(self, running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        nothing = {"services": [[[], ["https://rdap.invalid/"]]]}
        files = dict.fromkeys(("asn", "ipv4", "ipv6", "object"), nothing)
        whoisit.load_bootstrap_data(
            {**files, "dns": bootstrap(running), "timestamp": int(time.time())},
            from_json=False,
            allow_insecure=True,
        )
        # Entities it takes to one of the address registries; ours becomes one more of them.
        monkeypatch.setitem(BaseBootstrap.RIR_RDAP_ENDPOINTS, "ours", running.base)
        yield
        whoisit.clear_bootstrapping()

    def domain(self, name: str, session: requests.Session) -> dict[str, Any]:
        # Without following the link to the registrar's server, which is on the Internet.
        parsed: dict[str, Any] = whoisit.domain(name, session=session, follow_related=False)
        return parsed

    @pytest.mark.clause("RFC 9083 §5.3")
    def test_every_field_of_a_domain_is_read_right(
        self, session: requests.Session, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        parsed = self.domain(plain.name, session)
        assert parsed["type"] == "domain"
        assert parsed["name"] == plain.name
        assert parsed["handle"] == plain.roid
        assert parsed["registration_date"] == plain.created
        assert parsed["expiration_date"] == plain.expires
        assert parsed["last_changed_date"] == plain.updated
        assert parsed["nameservers"] == list(plain.hosts)
        assert parsed["status"] == [STATUSES[code] for code in plain.statuses]
        assert parsed["dnssec"] is False
        assert parsed["registrar_url"] == f"{abuse[plain.registrar]['rdap']}domain/{plain.name}"
        assert parsed["terms_of_service_url"]

    @pytest.mark.clause("gTLD RDAP Response Profile 2.4.5")
    def test_the_registrar_and_its_abuse_desk_are_found_in_a_domain(
        self, session: requests.Session, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        entities = self.domain(plain.name, session)["entities"]
        registrar, desk = deposited.registrars[plain.registrar], abuse[plain.registrar]
        (found,) = entities["registrar"]
        assert (found["handle"], found["name"]) == (registrar.iana, registrar.name)
        assert found["public_ids"] == [{"type": "IANA Registrar ID", "identifier": registrar.iana}]
        (found,) = entities["abuse"]
        assert (found["email"], found["tel"]) == (desk["email"], desk["tel"])
        assert found["parent_handle"] == registrar.iana

    @pytest.mark.clause("RFC 9537 §4.2")
    def test_what_is_redacted_is_known_for_redacted(self, session: requests.Session, plain: Domain) -> None:
        parsed = self.domain(plain.name, session)
        assert {"Registrant Name", "Registrant Email", "Tech Name"} <= set(parsed["redacted"])
        assert "name" not in parsed["entities"]["registrant"][0] or not parsed["entities"]["registrant"][0]["name"]

    @pytest.mark.clause("RFC 9082 §3.1.3")
    def test_an_idn_is_found_by_either_name_and_read_with_both(
        self, session: requests.Session, idn: Domain
    ) -> None:
        assert idn.unicode_name is not None
        for query in (idn.name, idn.unicode_name):
            parsed = self.domain(query, session)
            assert (parsed["name"], parsed["unicode_name"]) == (idn.name, idn.unicode_name)

    def test_the_glue_of_a_domain_is_read_right(self, session: requests.Session, deposited: Deposited) -> None:
        domain = deposited.domain(lambda one: any(deposited.hosts[host].addresses for host in one.hosts))
        addresses = self.domain(domain.name, session)["nameserver_ips"]
        assert {name: sorted(found) for name, found in addresses.items()} == {
            name: sorted(deposited.hosts[name].addresses) for name in domain.hosts
        }

    def test_signed_domains_are_read_as_signed(self, session: requests.Session, deposited: Deposited) -> None:
        signed = deposited.domain(lambda one: one.signed)
        parsed = self.domain(signed.name, session)
        assert parsed["dnssec"] is True
        assert parsed["dnssec_ds_data"] or parsed["dnssec_key_data"]

    @pytest.mark.clause("RFC 9083 §5.1")
    def test_a_registrar_is_read_right_as_an_entity(self, session: requests.Session, deposited: Deposited) -> None:
        registrar = next(iter(deposited.registrars.values()))
        parsed = whoisit.entity(registrar.iana, rir="ours", session=session)
        assert parsed["roles"] == ["registrar"]
        assert (parsed["handle"], parsed["name"]) == (registrar.iana, registrar.name)
        assert (parsed["email"], parsed["tel"]) == (registrar.email, registrar.voice)
        assert parsed["address"]["locality"] == registrar.city
        assert parsed["whois_server"] == registrar.whois
        assert parsed["entities"]["abuse"]

    def test_a_contact_is_read_as_an_entity_without_what_is_withheld(
        self, session: requests.Session, deposited: Deposited
    ) -> None:
        parsed = whoisit.entity(deposited.contacts[0], rir="ours", session=session)
        assert parsed["handle"] == deposited.contacts[0].upper()
        assert "email" not in parsed
        assert "Contact Email" in parsed["redacted"]

    @pytest.mark.clause("RFC 7480 §5.3")
    def test_a_miss_is_known_for_one(self, session: requests.Session) -> None:
        with pytest.raises(ResourceDoesNotExist):
            self.domain(f"no-such-name.{TLD}", session)

    @pytest.mark.clause("RFC 7480 §5.4")
    def test_a_malformed_name_is_no_miss(self, session: requests.Session) -> None:
        with pytest.raises(QueryError, match="400") as raised:
            self.domain(f"-bad-.{TLD}", session)
        assert not isinstance(raised.value, ResourceDoesNotExist)


class TestWhodap:
    """whodap knows domains; other objects are had by the address of the query, which its lookup takes."""

    @pytest.fixture
    def asked(self) -> list[str]:
        """The addresses beyond ours that the client asked for."""
        return []

    @pytest.fixture
    def client(self, running: Running, asked: list[str]) -> Iterator[Any]:
        def elsewhere(request: httpx2.Request) -> httpx2.Response:
            asked.append(str(request.url))
            return httpx2.Response(404)

        # Bent: the client goes on to the registrar's server, which in this registry is made up: all hosts but
        # ours know nothing, and the client then keeps our answer.
        mounts = {"all://": httpx2.MockTransport(elsewhere), f"all://{HOST}": httpx2.HTTPTransport()}
        with httpx2.Client(mounts=mounts) as http:
            client = whodap.DNSClient(http)
            client._set_iana_info(bootstrap(running))
            yield client

    def lookup(self, client: Any, name: str) -> DomainResponse:
        response: DomainResponse = client.lookup(name.removesuffix(f".{TLD}"), TLD)
        return response

    @pytest.mark.clause("RFC 9083 §5.3")
    def test_every_field_of_a_domain_is_read_right(
        self, client: Any, plain: Domain, deposited: Deposited, abuse: dict[str, dict[str, str]]
    ) -> None:
        parsed = {
            str(key): value for key, value in self.lookup(client, plain.name).to_whois_dict(strict=True).items()
        }
        assert parsed["domain_name"] == plain.name
        assert instant(parsed["created_date"]) == plain.created
        assert instant(parsed["expires_date"]) == plain.expires
        assert instant(parsed["updated_date"]) == plain.updated
        assert parsed["nameservers"] == list(plain.hosts)
        assert parsed["status"] == [STATUSES[code] for code in plain.statuses]
        assert parsed["registrar_name"] == deposited.registrars[plain.registrar].name
        assert parsed["abuse_email"] == abuse[plain.registrar]["email"]
        assert parsed["abuse_phone"] == f"tel:{abuse[plain.registrar]['tel']}"
        assert parsed["registrant_name"] == parsed["technical_email"] == "REDACTED FOR PRIVACY"
        assert parsed["dnssec"] == "unsigned"

    @pytest.mark.clause("gTLD RDAP Technical Implementation Guide 3.2")
    def test_the_link_to_the_registrar_is_followed(
        self, client: Any, plain: Domain, asked: list[str], abuse: dict[str, dict[str, str]]
    ) -> None:
        self.lookup(client, plain.name)
        assert asked == [f"{abuse[plain.registrar]['rdap']}domain/{plain.name}"]

    def test_every_domain_is_read_without_a_breach_of_conformance(self, client: Any, deposited: Deposited) -> None:
        for domain in deposited.domains:
            parsed = self.lookup(client, domain.name).to_whois_dict(strict=True)
            assert parsed[whodap.utils.WHOISKeys.DOMAIN_NAME] == domain.name
            assert instant(parsed[whodap.utils.WHOISKeys.EXPIRES_DATE]) == domain.expires

    @pytest.mark.clause("RFC 9083 §5.2")
    def test_a_name_server_is_read_by_its_address(
        self, client: Any, running: Running, deposited: Deposited
    ) -> None:
        host = next(each for each in deposited.hosts.values() if each.addresses)
        response = client.lookup(host.name, TLD, auth_href=f"{running.base}nameserver/{host.name}")
        found = response.to_dict()
        assert (found["objectClassName"], found["ldhName"], found["handle"]) == (
            "nameserver",
            host.name,
            host.roid,
        )
        addresses = found["ipAddresses"].get("v4", []) + found["ipAddresses"].get("v6", [])
        assert sorted(addresses) == sorted(host.addresses)

    @pytest.mark.clause("RFC 9083 §5.1")
    def test_a_registrar_is_read_by_its_address(self, client: Any, running: Running, deposited: Deposited) -> None:
        registrar = next(iter(deposited.registrars.values()))
        response = client.lookup(registrar.iana, TLD, auth_href=f"{running.base}entity/{registrar.iana}")
        found = response._flat_entities([response], strict=True)["registrar"]
        assert (found["name"], found["email"]) == (registrar.name, registrar.email)

    async def test_its_asynchronous_client_reads_the_same(self, running: Running, idn: Domain) -> None:
        mounts = {"all://": httpx2.MockTransport(lambda _: httpx2.Response(404))}
        ours = {f"all://{HOST}": httpx2.AsyncHTTPTransport()}
        async with httpx2.AsyncClient(mounts={**mounts, **ours}) as http:
            client: Any = whodap.DNSClient(http)
            client._set_iana_info(bootstrap(running))
            response = await client.aio_lookup(idn.name.removesuffix(f".{TLD}"), TLD)
        assert (response.ldhName, response.unicodeName) == (idn.name, idn.unicode_name)

    def test_a_miss_and_a_malformed_name_are_told_apart(self, client: Any) -> None:
        with pytest.raises(NotFoundError):
            self.lookup(client, f"no-such-name.{TLD}")
        with pytest.raises(MalformedQueryError):
            self.lookup(client, f"-bad-.{TLD}")
