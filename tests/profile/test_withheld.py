"""Withholdings that were wrong once: values, counts and paths that told too much or led nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.access.standing import Standing
from directory.answer import Found
from directory.model.base import Instant, Transfer
from directory.model.contact import Disclose
from directory.model.graph import ContactGraph, DomainGraph
from directory.model.registry import Extension
from directory.query import Kind, Lookup
from tests.profile import replies, shipped
from tests.profile.documents import PROFILE, Desk
from tests.profile.objects import AS_OF, Parts, contact, domain, host, sponsor
from tests.profile.told import check_redacted

_MOMENT = Instant("2026-01-01T00:00:00Z")
_PENDING = Transfer("pending", "R-2", None, _MOMENT, "R-1", None, _MOMENT)

_NOBODY = """
disclosure: rules
version: "1"
from: "2020-01-01"
text: WITHHELD
public: [domain.name, host.name, registrar.org, registrant.voice, tech.roid, domain.ns, host.addr, domain.secDNS,
  dnssec.keyTag,
  dnssec.alg, dnssec.digestType, dnssec.digest]
rules:
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue())


def _disclosing(*rules: str) -> str:
    return _NOBODY + "".join(f"  {rule}\n" for rule in rules)


def _saying(*items: str) -> str:
    return (
        PROFILE[: PROFILE.index("objects:")]
        + f"""objects:
  domain:
    - name
{"".join(f"    - {item}{chr(10)}" for item in items)}texts:
  not-found: {{domain: No., nameserver: No., address: No., registrar: No., entity: No.}}
"""
    )


def _held(**changes: Any) -> DomainGraph:
    """A domain with a registrant of whom something is different."""
    person = msgspec.structs.replace(contact(1), **changes)
    return domain(Parts(contacts=(("registrant", person),)))


def _redacted(desk: Desk, graph: DomainGraph) -> list[dict[str, Any]]:
    body = replies.rdap_json(graph, profile=desk.profile())
    check_redacted(body, body["redacted"])
    entries: list[dict[str, Any]] = body["redacted"]
    return entries


def test_what_stands_for_a_registrars_value_names_the_domain_that_was_asked_for(desk: Desk) -> None:
    text = 'hidden: {method: replacementValue, value: "https://a.example/{name}", as: contact-uri}'
    desk.write(_disclosing(f"registrar.email: {{show: [], {text}, source: test}}"))
    desk.write(_saying("{each: registrar, elements: [email]}"))
    profile, one = desk.profile(), sponsor()
    for name in ("one.test", "two.test"):
        view = profile.present(domain(Parts(name=name, sponsor=one)), Standing("public"))
        assert view.parts["registrar"][0].first("email") == f"https://a.example/{name}"


@pytest.mark.parametrize(
    ("key", "item"),
    [
        ("domain.crDate", "crDate"),
        ("registrant.email", "{each: contact, roles: [registrant], elements: [email]}"),
    ],
)
def test_a_pending_transfer_can_hide_what_is_public(desk: Desk, key: str, item: str) -> None:
    """The groups of a deposit decide as those of extensions do."""
    case = "when: [{hide: [public], if: {transfer.trStatus: pending}}]"
    desk.write(_disclosing(f"{key}: {{show: [public], {case}, hidden: {{}}, source: test}}"))
    profile = desk.write(_saying(item)).profile()
    part, _, short = key.partition(".")
    for transfer, shown in (((), True), ((_PENDING,), False)):
        graph = _held(transfer=transfer)
        graph = msgspec.structs.replace(graph, domain=msgspec.structs.replace(graph.domain, transfer=transfer))
        view = profile.present(graph, Standing("public"))
        (found,) = view.parts.get(part, (view,))
        assert (short in found.fields) is shown


@pytest.mark.clause("RFC 9537 §3.2")
@pytest.mark.parametrize("short", ["name", "street", "city"])
def test_what_would_be_shown_whole_is_emptied_where_it_has_a_fixed_place(desk: Desk, short: str) -> None:
    cut = "hidden: {method: partialValue, keep: {first: 64}, description: A part}"
    desk.write(_disclosing(f"registrant.{short}: {{show: [], {cut}, source: test}}"))
    desk.write(_saying(f"{{each: contact, roles: [registrant], elements: [{short}]}}"))
    (entry,) = _redacted(desk, _held())
    assert entry["method"] == "emptyValue"
    assert "postPath" in entry


@pytest.mark.clause("RFC 9537 §4.2")
def test_a_part_of_an_extension_is_not_there_without_its_number(desk: Desk) -> None:
    cut = "hidden: {method: partialValue, keep: {first: 1}, description: Ext}"
    desk.write(_disclosing(f"registrant.voiceExt: {{show: [], {cut}, source: test}}"))
    desk.write(_saying("{each: contact, roles: [registrant], elements: [voice, voiceExt]}"))
    (with_number,), (without,) = _redacted(desk, _held()), _redacted(desk, _held(voice=None))
    assert (with_number["method"], without["method"]) == ("partialValue", "removal")


@pytest.mark.clause("RFC 9537 §4.2")
def test_a_server_within_a_domain_has_no_events_so_its_dates_have_no_paths(desk: Desk) -> None:
    text = "hidden: {method: replacementValue, value: '1970-01-01T00:00:00Z', description: Date}"
    desk.write(_disclosing(f"host.crDate: {{show: [], {text}, source: test}}"))
    desk.write(_saying("{each: host, elements: [name, crDate]}"))
    (entry,) = _redacted(desk, domain(Parts(hosts=(host("ns1.example.test"),))))
    assert not {"prePath", "postPath"} & entry.keys()


@pytest.mark.clause("RFC 9537 §4.2")
def test_of_two_contacts_in_one_part_the_path_finds_the_one_that_is_emptied(desk: Desk) -> None:
    case = 'when: [{show: [public], if: {person.consent: "yes"}}]'
    desk.write(_disclosing(f"tech.name: {{show: [], {case}, hidden: {{name: Tech Name}}, source: test}}"))
    desk.write(_saying("{each: contact, roles: [tech], elements: [roid, name]}"))
    graph = domain(Parts(contacts=(("tech", contact(1)), ("tech", contact(2)))))
    graph = msgspec.structs.replace(graph, contact_extensions=(shipped.person(2, consent="yes"),))
    (entry,) = _redacted(desk, graph)
    assert "postPath" in entry


def test_that_a_group_is_there_is_not_told_to_who_sees_nothing_of_it() -> None:
    """How many transfers and wishes there are is an element of its own, which the public does not see."""
    person = msgspec.structs.replace(
        contact(1), transfer=(_PENDING,), disclose=(Disclose(0, "voice"), Disclose(1, "email"))
    )
    said = Extension("p", "person", "contact", person.handle, {"kind": ("natural",)})
    graph = ContactGraph(person, sponsor(), (said,))
    profile = shipped.profile("escrow")
    parts = {
        audience: set(profile.present(graph, Standing(audience)).parts) - {"registrar"}
        for audience in ("public", "registry")
    }
    assert parts == {"public": set(), "registry": {"transfer", "disclose", "person"}}


@pytest.mark.clause("RFC 9537 §3.1")
def test_of_what_is_withheld_whole_no_markup_says_that_a_part_is_left(desk: Desk) -> None:
    cut = "hidden: {method: partialValue, keep: {first: 64}, description: A part}"
    desk.write(_disclosing(f"registrant.fax: {{show: [], {cut}, source: test}}"))
    desk.write(_saying("{each: contact, roles: [registrant], elements: [fax]}"))
    profile = desk.profile()
    answer = Found(Lookup(Kind.DOMAIN, "x"), profile, AS_OF, profile.present(_held(), Standing("public")))
    bodies = {markup: render(answer, replies.BASE).decode() for markup, render in replies.MARKUPS.items()}
    (entry,) = json.loads(bodies["JSON"])["objects"][0]["contacts"]["registrant"]["redacted"]
    assert (entry["element"], entry["method"]) == ("registrant.fax", "removal")
    assert 'element="registrant.fax" method="removal"' in bodies["XML"]
    assert [row.split(",")[-2] for row in bodies["CSV"].splitlines() if "registrant.fax" in row] == ["removal"]
    assert [each["method"] for each in json.loads(bodies["RDAP"])["redacted"]] == ["removal"]


@pytest.mark.clause("RFC 9537 §3.3")
def test_what_is_left_of_an_address_of_mail_is_taken_for_none(desk: Desk) -> None:
    cut = "hidden: {method: partialValue, keep: domain, description: A part}"
    desk.write(_disclosing(f"registrant.email: {{show: [], {cut}, source: test}}"))
    desk.write(_saying("{each: contact, roles: [registrant], elements: [email]}"))
    (view,) = desk.profile().present(_held(), Standing("public")).parts["registrant"]
    assert view.fields["email"] == ("@mail.example",)


@pytest.mark.clause("RFC 9083 §4.2")
@pytest.mark.parametrize("value", ["javascript:alert(1)", "mailto:a@b.example", "ftp://a.example/"])
def test_what_stands_instead_of_a_pages_address_is_that_of_a_page(desk: Desk, value: str) -> None:
    stands = f"hidden: {{method: replacementValue, value: '{value}', description: Page}}"
    desk.write(_disclosing(f"registrar.url: {{show: [], {stands}, source: test}}"))
    faults = desk.write(_saying("{each: registrar, elements: [org, url]}")).faults()
    assert any("registrar.url" in fault for fault in faults), faults
