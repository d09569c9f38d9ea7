"""No value that the public may not see occurs anywhere in the bytes of either door, whatever the objects hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.gate import Standing
from directory.model.base import Instant, Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.graph import ContactGraph, DomainGraph, Graph
from tests.profile import replies
from tests.profile.objects import Parts, domain, host, sponsor

_ROLES = ("registrant", "admin", "tech", "billing")
Draw = Callable[[st.SearchStrategy[str]], str]

_WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="~"), max_size=8)


class Marks:
    """Values that each have a mark of their own in them, by what they are."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._numbers = itertools.count(10001)
        self.hidden: dict[str, str] = {}
        self.shown: dict[str, str] = {}

    def mark(self, what: str, shown: bool = False) -> str:
        mark = f"zq{next(self._numbers)}qz"
        (self.shown if shown else self.hidden)[mark] = what
        return mark

    def text(self, what: str, shown: bool = False) -> str:
        return f"{self._draw(_WORDS)}{self.mark(what, shown)}{self._draw(_WORDS)}"

    def digits(self, what: str) -> str:
        mark = f"99{next(self._numbers)}99"
        self.hidden[mark] = what
        return mark


def _contact(marks: Marks, part: str, forms: list[str]) -> Contact:
    """A contact with a mark in each element. Only the province and the country of a registrant are for everyone,
    and the ROID of a contact that was asked for by it."""
    open_ = part == "registrant"
    postal = [
        Postal(
            type=form,
            name=marks.text(f"{part}.name"),
            org=marks.text(f"{part}.org"),
            street_1=marks.text(f"{part}.street"),
            street_2=marks.text(f"{part}.street"),
            street_3=marks.text(f"{part}.street"),
            city=marks.text(f"{part}.city"),
            pc=marks.text(f"{part}.pc"),
            cc="CA",
        )
        for form in forms
    ]
    # Both doors show one form each, so the mark of the province is the same in all.
    province = marks.text(f"{part}.sp", shown=open_ and bool(forms))
    return Contact(
        handle=marks.mark(f"{part}.id"),
        roid=marks.mark(f"{part}.roid", shown=part == "contact") + "-EXAMPLE",
        voice="+1." + marks.digits(f"{part}.voice"),
        voice_ext=marks.digits(f"{part}.voiceExt"),
        fax="+1." + marks.digits(f"{part}.fax"),
        fax_ext=marks.digits(f"{part}.faxExt"),
        email=marks.mark(f"{part}.email") + "@mail.example",
        cl_id=marks.mark(f"{part}.registrarid"),
        cr_rr=marks.mark(f"{part}.crRr"),
        cr_client=marks.text(f"{part}.crClient"),
        cr_date=Instant("2001-02-03T04:05:06Z"),
        up_rr=marks.mark(f"{part}.upRr"),
        up_client=marks.text(f"{part}.upClient"),
        up_date=None,
        tr_date=None,
        statuses=(Status("ok", marks.text(f"{part}.status text")),),
        postal=tuple(msgspec.structs.replace(each, sp=province) for each in postal),
        disclose=(Disclose(0, "voice"), Disclose(0, "name", "loc")),
        transfer=(_transfer(marks, part),),
    )


def _transfer(marks: Marks, part: str) -> Transfer:
    moment = Instant("2020-01-02T03:04:05Z")
    requester, actor = marks.mark(f"{part}.reRr"), marks.mark(f"{part}.acRr")
    return Transfer(
        "clientApproved",
        requester,
        marks.text(f"{part}.reClient"),
        moment,
        actor,
        marks.text(f"{part}.acClient"),
        moment,
    )


@st.composite
def _domains(draw: st.DrawFn) -> tuple[DomainGraph, Marks]:
    """A domain with contacts in any parts, some in several, with any postal forms."""
    marks = Marks(draw)
    roles = draw(st.lists(st.sampled_from(_ROLES), max_size=6))
    forms = st.lists(st.sampled_from(["int", "loc"]), unique=True, max_size=2)
    contacts = tuple((role, _contact(marks, role, draw(forms))) for role in roles)
    graph = domain(Parts(contacts=contacts, hosts=(host("ns1.example.test", "192.0.2.1"),)))
    secret = msgspec.structs.replace(
        graph.domain,
        cr_client=marks.text("domain.crClient"),
        up_client=marks.text("domain.upClient"),
        cr_rr=marks.mark("domain.crRr"),
        up_rr=marks.mark("domain.upRr"),
        cl_id=marks.mark("domain.registrarid"),
        transfer=(_transfer(marks, "domain"),),
    )
    return msgspec.structs.replace(graph, domain=secret), marks


@st.composite
def _contacts(draw: st.DrawFn) -> tuple[ContactGraph, Marks]:
    marks = Marks(draw)
    forms = draw(st.lists(st.sampled_from(["int", "loc"]), unique=True, max_size=2))
    return ContactGraph(_contact(marks, "contact", forms), sponsor()), marks


def _leaks(reply: bytes, marks: Marks) -> list[str]:
    return [what for mark, what in marks.hidden.items() if mark.encode() in reply]


def _lacks(reply: bytes, marks: Marks) -> list[str]:
    return [what for mark, what in marks.shown.items() if mark.encode() not in reply]


@pytest.mark.clause("RFC 3375 §8.4")
@settings(max_examples=120, deadline=None)
@given(_domains(), st.sampled_from(["public", "an audience that no rule names"]))
def test_no_door_leaks_a_value_of_a_domain_that_is_not_public(
    found: tuple[DomainGraph, Marks], audience: str
) -> None:
    graph, marks = found
    for reply in (replies.whois(graph, Standing(audience)), replies.rdap(graph, Standing(audience))):
        assert _leaks(reply, marks) == []
        assert _lacks(reply, marks) == []


@settings(max_examples=60, deadline=None)
@given(_contacts())
def test_rdap_leaks_no_value_of_a_contact_that_is_not_public(found: tuple[ContactGraph, Marks]) -> None:
    graph, marks = found
    reply = replies.rdap(graph)
    assert _leaks(reply, marks) == []
    assert _lacks(reply, marks) == []
    assert b'"CA"' not in reply


@pytest.mark.parametrize("door", [replies.whois, replies.rdap])
def test_the_marks_are_seen_by_who_may_see_them(door: Callable[[Graph, Standing], bytes]) -> None:
    """The test above could not fail if values never got into a reply."""
    marks = Marks(lambda strategy: "")
    graph = domain(Parts(contacts=(("registrant", _contact(marks, "registrant", ["int"])),)))
    seen = {what.partition(".")[2] for what in _leaks(door(graph, Standing("registry")), marks)}
    assert seen == {"roid", "name", "org", "street", "city", "pc", "voice", "voiceExt", "fax", "faxExt", "email"}


@pytest.mark.clause("RFC 3375 §8.4")
def test_delegation_ds_records_and_glue_are_public() -> None:
    rules = replies.whois_profile().disclosure.rules
    keys = {key for key in rules if key.split(".")[0] == "dnssec"} | {"domain.name", "host.name", "host.addr"}
    assert {"dnssec.keyTag", "dnssec.alg", "dnssec.digestType", "dnssec.digest"} <= keys
    assert all("public" in rules[key].show for key in keys)


def test_both_doors_go_by_one_disclosure() -> None:
    assert replies.whois_profile().disclosure is replies.rdap_profile().disclosure
