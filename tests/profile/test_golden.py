"""Whole replies of both doors, byte by byte."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from directory.model.graph import Graph, HostGraph, RegistrarGraph
from directory.query import Kind
from directory.rdap import render as rdap_door
from directory.whois import render as whois_door
from tests.profile import replies
from tests.profile.objects import GRAPHS, host, sponsor

Golden = Callable[[str, bytes], None]

_TWO: list[Graph] = [
    HostGraph(host("ns1.example.test", "192.0.2.1"), sponsor()),
    HostGraph(host("ns9.other.test", "192.0.2.1", roid="H9-EXAMPLE"), sponsor()),
]

_NAMESAKES: list[Graph] = [_TWO[0], HostGraph(host("ns1.example.test", roid="H9-EXAMPLE"), sponsor())]


def _pretty(reply: bytes) -> bytes:
    """JSON with line breaks, so that a golden file can be read; nothing is lost by it."""
    pretty = msgspec.json.format(reply, indent=1)
    assert msgspec.json.format(pretty, indent=-1) == reply
    return pretty + b"\n"


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "contact"])
def test_a_whois_reply_is_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"whois/{name}.txt", replies.whois(GRAPHS[name]))


@pytest.mark.parametrize("name", list(GRAPHS))
def test_an_rdap_reply_is_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"rdap/{name}.json", _pretty(replies.rdap(GRAPHS[name])))


def test_the_other_whois_replies_are_as_their_golden_files(golden: Golden) -> None:
    profile = replies.whois_profile()
    for kind in (Kind.DOMAIN, Kind.NAMESERVER, Kind.ADDRESS, Kind.REGISTRAR):
        golden(f"whois/miss-{kind.value}.txt", whois_door.render(replies.missing(kind, "x", profile)))
    golden("whois/reserved.txt", whois_door.render(replies.missing(Kind.DOMAIN, "x.test", profile, True)))
    golden("whois/help.txt", whois_door.render(replies.helping(profile)))
    golden("whois/hosts.txt", whois_door.render(replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO, profile)))
    one = replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO[:1], profile)
    golden("whois/hosts-one.txt", whois_door.render(one))
    two: list[Graph] = [RegistrarGraph(sponsor()), RegistrarGraph(sponsor(gurid=9996))]
    golden("whois/registrars.txt", whois_door.render(replies.matches(Kind.REGISTRAR, "x", two, profile)))
    for fault in ("empty", "no-parameter", "malformed", "too-long", "internal"):
        golden(f"whois/error-{fault}.txt", whois_door.error(profile, fault))


def test_the_other_rdap_replies_are_as_their_golden_files(golden: Golden) -> None:
    profile = replies.rdap_profile()

    def check(name: str, reply: bytes) -> None:
        golden(f"rdap/{name}.json", _pretty(reply))

    for kind in (Kind.DOMAIN, Kind.NAMESERVER, Kind.ENTITY):
        missing = replies.missing(kind, "x", profile)
        check(f"miss-{kind.value}", rdap_door.render(missing, replies.BASE + f"{kind.value}/x"))
    reserved = replies.missing(Kind.DOMAIN, "x.test", profile, True)
    check("reserved", rdap_door.render(reserved, replies.BASE + "domain/x.test"))
    check("help", rdap_door.render(replies.helping(profile), replies.BASE + "help"))
    check("error-501", rdap_door.error(501, "Not Implemented", ["No."], profile, replies.BASE + "ip/192.0.2.1"))
    hosts = replies.matches(Kind.ADDRESS, "192.0.2.1", _TWO, profile)
    check("hosts", rdap_door.render(hosts, replies.BASE + "nameservers?ip=192.0.2.1"))
    namesakes = replies.matches(Kind.NAMESERVER, "ns1.example.test", _NAMESAKES, profile)
    check("hosts-of-one-name", rdap_door.render(namesakes, replies.BASE + "nameserver/ns1.example.test"))
