"""The whole registry, crawled: every link to ourselves leads to its object, and both services tell the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.deposited import Deposited
from tests.clients.running import Running


def own_links(data: Any) -> Iterator[str]:
    """Every self link in a reply, however deep."""
    if isinstance(data, dict):
        yield from (link["href"] for link in data.get("links", ()) if link["rel"] == "self")
    for each in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from own_links(each)


@pytest.mark.clause("RFC 9083 §4.2")
def test_every_self_link_of_the_registry_leads_to_an_object_that_says_the_same(
    running: Running, deposited: Deposited
) -> None:
    found = {href for domain in deposited.domains for href in own_links(running.rdap(f"domain/{domain.name}")[1])}
    assert len(found) > len(deposited.domains) + len(deposited.registrars)
    for href in sorted(found):
        assert href.startswith(running.base)
        status, data = running.rdap(href.removeprefix(running.base))
        assert status == 200, href
        assert [link["href"] for link in data["links"] if link["rel"] == "self"] == [href]


def test_whois_and_rdap_tell_the_same_servers_dates_and_signature_as_the_deposit(
    running: Running, deposited: Deposited
) -> None:
    for domain in deposited.domains:
        text = running.whois(domain.name).decode()
        data = running.rdap(f"domain/{domain.name}")[1]
        events = {event["eventAction"]: event["eventDate"] for event in data["events"]}
        assert re.findall(r"^Name Server: (.*)\r$", text, re.MULTILINE) == list(domain.hosts), domain.name
        assert [each["ldhName"] for each in data.get("nameservers", ())] == list(domain.hosts), domain.name
        expires = domain.expires.isoformat().replace("+00:00", "Z")
        assert f"\r\nRegistry Expiry Date: {expires}\r\n" in text, domain.name
        assert events["expiration"] == expires, domain.name
        assert ("\r\nDNSSEC: signedDelegation\r\n" in text) is domain.signed, domain.name
        assert data["secureDNS"]["delegationSigned"] is domain.signed, domain.name
