"""Answers of each sort, as the plain forms get them."""

from __future__ import annotations

import msgspec

from directory.access.standing import PUBLIC, Standing
from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.model.base import Instant, Transfer
from directory.model.contact import Disclose
from directory.model.domain import SecDNS
from directory.model.graph import DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.profile.profile import Profile
from directory.query import Help, Kind, Lookup
from tests.profile.objects import AS_OF, GRAPHS, Parts, contact, domain, host, sponsor

URL = "https://data.example/domain/example.test"

_DIGEST = "E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766"


def _rich() -> DomainGraph:
    """A domain with all that can belong to one."""
    registrant = msgspec.structs.replace(
        contact(1, loc=True), disclose=(Disclose(0, "voice"), Disclose(0, "name", "loc"), Disclose(1, "email"))
    )
    full = GRAPHS["domain-full"]
    assert isinstance(full, DomainGraph)
    graph = domain(
        Parts(
            name="пример.test",
            statuses=("clientHold", "pendingTransfer"),
            rgp=("autoRenewPeriod",),
            contacts=(("registrant", registrant), ("tech", contact(2)), ("tech", contact(3))),
            hosts=(host("ns1.example.test", "192.0.2.1", "2001:db8::1"), "ns.provider.example"),
            secdns=(
                SecDNS(12345, 13, 2, _DIGEST, 257, 3, 13, "oJMRESz5E4gY"),
                SecDNS(flags=256, protocol=3, key_alg=13, pub_key="zS/q6XDrvU1q"),
            ),
            extensions=full.extensions,
            idn_table="Cyrl-1",
            original="primer.test",
            max_sig_life=604800,
        )
    )
    requested, acts = Instant("2026-01-30T00:00:00Z"), Instant("2026-02-04T00:00:00Z")
    pending = Transfer("pending", "R-2", "desk-7", requested, "R-1", None, acts)
    changed = msgspec.structs.replace(graph.domain, transfer=(pending,))
    return msgspec.structs.replace(graph, domain=changed, subordinates=("ns1.xn--e1afmkfd.test",))


RICH = _rich()


def found(profile: Profile, graph: Graph = RICH) -> Found:
    """A lookup that finds this, as the public sees it."""
    view = profile.present(graph, Standing(PUBLIC))
    return Found(Lookup(Kind.DOMAIN, "example.test"), profile, AS_OF, view)


def several(profile: Profile) -> Matches:
    """Two hosts with one address, of which there are more."""
    graphs = [
        HostGraph(host("ns1.example.test", "192.0.2.1"), sponsor()),
        HostGraph(host("ns9.other.test", "192.0.2.1", "2001:db8::9", roid="H9-EXAMPLE"), sponsor()),
    ]
    views = tuple(profile.present(each, Standing(PUBLIC)) for each in graphs)
    return Matches(Lookup(Kind.ADDRESS, "192.0.2.1"), profile, AS_OF, views, True)


def missing(profile: Profile, reserved: bool = False) -> NotFound:
    return NotFound(Lookup(Kind.DOMAIN, "none.test"), profile, AS_OF, reserved)


def answers(profile: Profile) -> dict[str, Answer]:
    """An answer of each sort, by the name of its golden files."""
    return {
        "domain": found(profile),
        "registrar": found(profile, RegistrarGraph(sponsor())),
        "contact": found(profile, GRAPHS["contact"]),
        "hosts": several(profile),
        "miss": missing(profile),
        "reserved": missing(profile, True),
        "help": HelpText(Help(), profile, AS_OF),
    }
