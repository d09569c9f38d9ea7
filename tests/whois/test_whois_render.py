"""Port 43 replies: their grammar, their lines, what data cannot do to them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model.graph import DomainGraph, Graph, HostGraph
from directory.query import Kind
from directory.whois import render as door
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, domain, four_contacts, host, sponsor
from tests.whois import grammar


@pytest.mark.clause("RFC 3912 §2")
@pytest.mark.parametrize("name", [name for name in GRAPHS if name.startswith("domain")])
def test_a_domain_reply_keeps_the_order_of_the_registry_agreement(name: str) -> None:
    grammar.domain(replies.whois(GRAPHS[name]))


@pytest.mark.parametrize("name", ["registrar", "registrar-bare"])
def test_a_registrar_reply_keeps_the_order_of_the_registry_agreement(name: str) -> None:
    grammar.registrar(replies.whois(GRAPHS[name]))


def test_a_name_server_reply_keeps_the_grammar_in_both_forms() -> None:
    one: list[Graph] = [GRAPHS["host"]]
    two = [*one, HostGraph(host("ns9.other.test", "192.0.2.1", roid="H9-EXAMPLE"), sponsor())]
    profile = replies.whois_profile()
    for graphs in (one, two):
        grammar.host(door.render(replies.matches(Kind.ADDRESS, "192.0.2.1", graphs, profile)))


def test_the_grammar_refuses_what_is_wrong() -> None:
    good = replies.whois(GRAPHS["domain-full"])
    lines = good.split(b"\r\n")
    faults = {
        "order": b"\r\n".join([lines[1], lines[0], *lines[2:]]),
        "bare LF": good.replace(b"\r\n", b"\n", 1),
        "byte order mark": b"\xef\xbb\xbf" + good,
        "legacy key": good.replace(b"DNSSEC DS Data", b"Sponsoring Registrar"),
        "status": good.replace(b"epp#clientDelete", b"epp#clientHold", 1),
        "no pointer": good.replace(b"For more information", b"For less information"),
        "time": good.replace(b"2027-02-03T04:05:06Z", b"2027-02-03 04:05:06"),
    }
    accepted = []
    for name, reply in faults.items():
        try:
            grammar.domain(reply)
        except grammar.Fault:
            continue
        accepted.append(name)
    assert accepted == []


@pytest.mark.clause("RFC 3375 §3.6")
def test_misses_and_errors_each_have_their_own_text() -> None:
    profile = replies.whois_profile()
    kinds = (Kind.DOMAIN, Kind.NAMESERVER, Kind.ADDRESS, Kind.REGISTRAR)
    found = [door.render(replies.missing(kind, "x", profile)) for kind in kinds]
    found.append(door.render(replies.missing(Kind.DOMAIN, "x", profile, reserved=True)))
    for reply in found:
        grammar.miss(reply)
    errors = ("empty", "no-parameter", "malformed", "too-long", "internal")
    found += [door.error(profile, kind) for kind in errors]
    first = [reply.split(b"\r\n")[0] for reply in found]
    assert len(set(first)) == len(first)
    assert all(b"\n" not in reply.replace(b"\r\n", b"") for reply in found)


def test_a_reply_before_the_first_deposit_has_no_time() -> None:
    answer = replies.missing(Kind.DOMAIN, "x", replies.whois_profile())
    reply = door.render(type(answer)(answer.query, answer.profile, None))
    assert b">>>" not in reply
    assert b"None" not in reply


def _with_org(text: str) -> DomainGraph:
    """A domain whose registrar's name, which is public, is this text."""
    one = sponsor()
    registrar = msgspec.structs.replace(one.registrar, name=text)
    return domain(Parts(sponsor=msgspec.structs.replace(one, registrar=registrar), contacts=four_contacts()))


@pytest.mark.clause("RFC 3912 §5")
@pytest.mark.parametrize(
    "text", ["A\r\nRegistrar IANA ID: 1", "A\nB", "A\x1b[2J", "A\u2028B", "A\u202eB", "\x00", "A\u0085B"]
)
def test_a_value_cannot_break_out_of_its_line_or_steer_a_terminal(text: str) -> None:
    plain = replies.whois(_with_org("A"))
    reply = replies.whois(_with_org(text))
    assert reply.count(b"\r\n") == plain.count(b"\r\n")
    shown = next(line for line in reply.decode().split("\r\n") if line.startswith("Registrar: "))
    assert not any(char in shown for char in "\r\n\x1b\x00\u2028\u202e\u0085")
    grammar.domain(reply)


@given(st.text(max_size=40))
def test_no_text_at_all_adds_a_line(text: str) -> None:
    reply = replies.whois(_with_org(text or "x"))
    assert reply.count(b"\n") == reply.count(b"\r\n") == replies.whois(_with_org("A")).count(b"\r\n")


def test_scripts_that_need_joiners_and_marks_are_left_as_they_are() -> None:
    for text in ("नेपाल\u200cक", "Ñandú, S.A.", "株式会社例", "شركة مثال"):
        assert door.plain(text) == text
    assert door.plain("株式会社\u3000例") == "株式会社 例"


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_a_domain_that_was_never_updated_has_no_updated_date() -> None:
    assert b"Updated Date" not in replies.whois(domain(Parts(updated=None)))
    assert b"Updated Date: 2025-06-07T08:09:10Z" in replies.whois(domain(Parts()))


@given(
    st.sets(st.sampled_from(["registrant", "admin", "tech", "billing"])),
    st.lists(st.sampled_from(["ns1.a.example", "ns2.a.example", "xn--e1aybc.example"]), unique=True),
    st.sampled_from([("ok",), ("inactive",), ("pendingDelete",), ("clientHold", "serverHold")]),
    st.sampled_from([(), ("addPeriod",), ("redemptionPeriod",), ("pendingDelete",), ("pendingRestore",)]),
    st.booleans(),
)
def test_every_domain_reply_keeps_the_grammar(
    roles: set[str], hosts: list[str], statuses: tuple[str, ...], rgp: tuple[str, ...], side: bool
) -> None:
    graph = domain(
        Parts(
            statuses=statuses,
            rgp=rgp,
            contacts=tuple(pair for pair in four_contacts() if pair[0] in roles),
            hosts=tuple(hosts),
            sponsor=sponsor(side=side),
        )
    )
    grammar.domain(replies.whois(graph))
