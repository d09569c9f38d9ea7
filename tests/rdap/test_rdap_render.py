"""RDAP bodies: the frame, objects, jCards, status, links (RFC 9083; gTLD RDAP Response Profile of 2024)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from directory import resources
from directory.access.standing import Standing
from directory.model.format import EPP_STATUSES
from directory.model.graph import Graph, HostGraph, RegistrarGraph
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from directory.query import Kind
from directory.rdap import render as door
from directory.rdap.status import RDAP_STATUSES, to_rdap
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, domain, four_contacts, host, sponsor

REGISTRY = Standing("registry")
LEVELS = ["rdap_level_0", "icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"]


def _entity(body: dict[str, Any], role: str) -> dict[str, Any]:
    (found,) = [each for each in body["entities"] if each["roles"][0] == role]
    return cast(dict[str, Any], found)


def _card(entity: dict[str, Any]) -> dict[str, Any]:
    return {each[0] + each[1].get("type", ""): each for each in entity["vcardArray"][1]}


def _changed(folder: Path, change: tuple[str, str]) -> Profile:
    """The shipped RDAP profile with some of its text changed."""
    path, text = folder / "changed.yaml", resources.read("profiles", "gtld-rdap.yaml")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    return Profiles.load([path], replies.catalogue()).bound("test", "rdap")


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)


@pytest.mark.clause("RFC 9083 §4.1")
@pytest.mark.clause("RFC 9537 §4.1")
@pytest.mark.parametrize("name", list(GRAPHS))
def test_redacted_is_among_the_conformance_exactly_when_it_is_there(name: str) -> None:
    body = replies.rdap_json(GRAPHS[name])
    assert body["rdapConformance"] == LEVELS + (["redacted"] if "redacted" in body else [])
    assert ("redacted" in body) == bool({"registrant", "tech"} & _roles(name) or name == "contact")


def _roles(name: str) -> set[str]:
    graph = GRAPHS[name]
    links = getattr(getattr(graph, "domain", None), "contacts", ())
    return {link.role for link in links}


@pytest.mark.clause("RFC 9083 §2")
@pytest.mark.parametrize("name", list(GRAPHS))
def test_no_reply_has_a_null_an_empty_array_or_an_object_without_a_class(name: str) -> None:
    body = replies.rdap_json(GRAPHS[name])
    for each in _walk(body):
        assert all(value is not None and value != [] for value in each.values())
        if {"handle", "vcardArray", "ldhName", "nameservers"} & each.keys() and "relation" not in each:
            assert "objectClassName" in each or each.keys() <= {"ldhName", "unicodeName"}
    assert [each for each in _walk(body) if "rdapConformance" in each] == [body]
    assert [each for each in _walk(body) if "notices" in each] == [body]


@pytest.mark.clause("RFC 9083 §4.2")
@pytest.mark.parametrize("name", list(GRAPHS))
def test_every_link_names_its_value_relation_and_target(name: str) -> None:
    body = replies.rdap_json(GRAPHS[name])
    links = [link for each in _walk(body) for link in each.get("links", ())]
    assert links
    assert all({"value", "rel", "href", "type"} == link.keys() for link in links)
    own = next(link for link in body["links"] if link["rel"] == "self")
    assert own["href"].startswith(replies.BASE)
    assert all(link["href"] != own["href"] for link in links if link["rel"] == "related")


@pytest.mark.clause("gTLD RDAP Response Profile 1.5")
@pytest.mark.parametrize("name", list(GRAPHS))
def test_only_the_topmost_object_says_when_the_database_was_updated_and_no_action_stands_twice(name: str) -> None:
    body = replies.rdap_json(GRAPHS[name])
    update = "last update of RDAP database"
    assert {"eventAction": update, "eventDate": "2026-01-31T12:00:00Z"} in body["events"]
    assert [each for each in _walk(body) if any(e["eventAction"] == update for e in each.get("events", ()))] == [
        body
    ]
    for each in _walk(body):
        actions = [event["eventAction"] for event in each.get("events", ())]
        assert len(set(actions)) == len(actions)


@pytest.mark.clause("gTLD RDAP Response Profile 2.6.3")
@pytest.mark.clause("gTLD RDAP Response Profile 2.10")
@pytest.mark.clause("gTLD RDAP Technical Implementation Guide 3.3")
def test_the_notices_of_a_registry_stand_where_they_must() -> None:
    url = replies.BASE + "domain/example.test"
    body = replies.rdap_json(GRAPHS["domain-minimal"])
    found = {notice["title"]: notice for notice in body["notices"]}
    assert list(found) == ["Terms of Use", "Status Codes", "RDDS Inaccuracy Complaint Form"]
    links = {title: notice["links"][0] for title, notice in found.items()}
    assert all(link["value"] == url for link in links.values())
    assert links["Status Codes"]["rel"] == "glossary"
    assert links["Status Codes"]["href"] == "https://icann.org/epp"
    assert links["RDDS Inaccuracy Complaint Form"]["rel"] == "help"
    assert links["RDDS Inaccuracy Complaint Form"]["href"] == "https://icann.org/wicf"
    assert links["Terms of Use"]["rel"] == "terms-of-service"
    assert [notice["title"] for notice in replies.rdap_json(GRAPHS["host"])["notices"]] == ["Terms of Use"]


@pytest.mark.clause("gTLD RDAP Response Profile 2.4")
def test_the_registrar_of_a_domain_has_its_iana_id_its_abuse_desk_and_its_site() -> None:
    entity = _entity(replies.rdap_json(GRAPHS["domain-full"]), "registrar")
    assert entity["handle"] == "9995"
    assert entity["publicIds"] == [{"type": "IANA Registrar ID", "identifier": "9995"}]
    assert _card(entity)["fn"][3] == "Example Registrar, Inc."
    desk = _card(_entity(entity, "abuse"))
    assert desk["telvoice"] == ["tel", {"type": "voice"}, "uri", "tel:+1.5555550100"]
    assert desk["email"][3] == "abuse@registrar.example"
    (about,) = [link for link in entity["links"] if link["rel"] == "about"]
    assert about["value"] == "https://rdap.registrar.example/"
    assert about["href"] == "https://www.registrar.example"


@pytest.mark.clause("gTLD RDAP Technical Implementation Guide 3.2")
def test_a_domain_leads_on_to_its_registrar_where_the_registrar_has_rdap() -> None:
    def related(name: str) -> list[str]:
        return [link["href"] for link in replies.rdap_json(GRAPHS[name])["links"] if link["rel"] == "related"]

    assert related("domain-full") == ["https://rdap.registrar.example/domain/example.test"]
    assert related("domain-minimal") == []


@pytest.mark.clause("gTLD RDAP Response Profile 4.3")
def test_a_registrar_that_iana_does_not_know_has_no_public_id() -> None:
    body = replies.rdap_json(GRAPHS["registrar-bare"])
    assert body["handle"] == "not applicable"
    assert "publicIds" not in body


@pytest.mark.clause("gTLD RDAP Response Profile 3.2")
def test_a_registrar_lookup_shows_its_desks() -> None:
    body = replies.rdap_json(GRAPHS["registrar"])
    assert [each["roles"] for each in body["entities"]] == [["abuse"], ["administrative"], ["technical"]]
    for role in ("administrative", "technical"):
        assert {"fn", "telvoice", "email"} <= _card(_entity(body, role)).keys()
    assert _card(_entity(body, "administrative"))["telvoice"][3] == "tel:+1.5555550101;ext=12"


@pytest.mark.clause("gTLD RDAP Response Profile 1.4")
@pytest.mark.clause("RFC 8605 §3.1")
def test_an_address_has_its_country_as_a_code_and_several_streets_as_an_array() -> None:
    card = _card(replies.rdap_json(GRAPHS["registrar"]))
    parts = ["", "", ["1 Registrar Way", "Suite 5"], "Anytown", "CA", "90210", ""]
    assert card["adr"] == ["adr", {"cc": "US"}, "text", parts]


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.4")
def test_who_may_see_everything_sees_the_registrant_whole_and_nothing_is_declared() -> None:
    body = replies.rdap_json(GRAPHS["domain-full"], REGISTRY)
    assert "redacted" not in body
    entity = _entity(body, "registrant")
    assert entity["handle"] == "C1-EXAMPLE"
    card = _card(entity)
    assert card["fn"][3] == "Person 1 Name"
    assert card["org"][3] == "Organisation 1"
    assert card["adr"][3] == ["", "", ["1 Long Street", "Floor 1"], "City1", "Province1", "PC19", ""]
    assert card["telvoice"][3] == "tel:+1.5555550101;ext=771"
    assert card["telfax"][3] == "tel:+1.5555550201;ext=881"
    assert card["email"][3] == "person1@mail.example"


@pytest.mark.clause("RFC 9022 §4.6.3")
def test_rdap_shows_the_local_form_and_whois_the_international_one() -> None:
    card = _card(_entity(replies.rdap_json(GRAPHS["domain-idn"], REGISTRY), "registrant"))
    assert card["fn"][3] == "Анна"
    assert "Registrant Name: Person 1 Name" in replies.whois(GRAPHS["domain-idn"], REGISTRY).decode()


@pytest.mark.clause("RFC 9083 §5.3")
def test_an_idn_has_both_names_and_the_name_it_is_a_variant_of() -> None:
    body = replies.rdap_json(GRAPHS["domain-idn"])
    assert (body["ldhName"], body["unicodeName"]) == ("xn--e1afmkfd.test", "пример.test")
    variant = {"idnTable": "Cyrl-1", "variantNames": [{"ldhName": "primer.test"}]}
    assert body["variants"] == [variant]
    assert "unicodeName" not in replies.rdap_json(GRAPHS["domain-full"])


@pytest.mark.clause("gTLD RDAP Response Profile 2.9")
def test_a_domain_is_signed_exactly_where_ds_or_key_data_is_held() -> None:
    assert replies.rdap_json(GRAPHS["domain-minimal"])["secureDNS"] == {"delegationSigned": False}
    signed = replies.rdap_json(GRAPHS["domain-dnssec"])["secureDNS"]
    assert signed["delegationSigned"] is True
    assert signed["maxSigLife"] == 604800
    assert [record["keyTag"] for record in signed["dsData"]] == [12345, 20326]
    assert [record["flags"] for record in signed["keyData"]] == [257]


@pytest.mark.clause("gTLD RDAP Response Profile 2.8.3")
def test_a_name_server_that_is_an_attribute_has_its_glue_and_no_handle() -> None:
    first, second = replies.rdap_json(GRAPHS["domain-host-attributes"])["nameservers"]
    assert first == {
        "objectClassName": "nameserver",
        "ldhName": "ns1.example.test",
        "ipAddresses": {"v4": ["192.0.2.1"], "v6": ["2001:db8::1"]},
    }
    assert second == {"objectClassName": "nameserver", "ldhName": "ns.provider.example"}


@pytest.mark.clause("RFC 8056 §2")
def test_every_epp_status_has_one_rdap_status_that_is_not_generic() -> None:
    assert {
        code for kind in ("domain", "host", "contact", "rgp") for code in EPP_STATUSES[kind]
    } <= RDAP_STATUSES.keys()
    assert RDAP_STATUSES["ok"] == "active"
    assert RDAP_STATUSES["linked"] == "associated"
    assert RDAP_STATUSES["clientTransferProhibited"] == "client transfer prohibited"
    assert RDAP_STATUSES["autoRenewPeriod"] == "auto renew period"
    generic = {"delete prohibited", "renew prohibited", "transfer prohibited", "update prohibited"}
    assert not generic & set(RDAP_STATUSES.values())


@pytest.mark.clause("RFC 5731 §2.3")
@pytest.mark.clause("RFC 3915 §3.1")
def test_statuses_that_exclude_each_other_are_not_said_together() -> None:
    assert to_rdap(("ok",)) == ("active",)
    assert to_rdap(("ok", "linked")) == ("active", "associated")
    assert to_rdap(("ok",), ("addPeriod",)) == ("active", "add period")
    assert to_rdap(("ok", "clientHold")) == ("client hold",)
    assert to_rdap(("inactive",), ("redemptionPeriod",)) == ("inactive", "redemption period", "pending delete")
    assert to_rdap(("pendingDelete",), ("pendingRestore",)) == ("pending delete", "pending restore")
    assert to_rdap(("ok", "ok", "unheardOf")) == ("active",)


@pytest.mark.clause("RFC 9083 §6")
def test_a_miss_is_an_error_object_with_notices_and_a_reserved_name_another() -> None:
    profile = replies.rdap_profile()
    url = replies.BASE + "domain/x.test"
    plain = json.loads(door.render(replies.missing(Kind.DOMAIN, "x.test", profile), url))
    reserved = json.loads(door.render(replies.missing(Kind.DOMAIN, "x.test", profile, True), url))
    for body in (plain, reserved):
        assert body["errorCode"] == 404
        assert body["rdapConformance"] == LEVELS
        assert [notice["title"] for notice in body["notices"]] == ["Terms of Use"]
    assert plain["description"] != reserved["description"]


@pytest.mark.clause("RFC 9083 §7")
def test_help_is_notices_and_all_the_extensions_that_may_be_used() -> None:
    body = json.loads(door.render(replies.helping(replies.rdap_profile()), replies.BASE + "help"))
    assert body.keys() == {"rdapConformance", "lang", "notices"}
    assert body["rdapConformance"] == [*LEVELS, "redacted"]
    assert "Help" in [notice["title"] for notice in body["notices"]]


@pytest.mark.clause("RFC 9083 §8")
def test_several_objects_are_search_results_each_with_its_own_link() -> None:
    profile = replies.rdap_profile()
    hosts: list[Graph] = [HostGraph(host(f"ns{n}.example.test", roid=f"H{n}-EXAMPLE"), sponsor()) for n in (1, 2)]
    url = replies.BASE + "nameservers?ip=192.0.2.1"
    body = json.loads(door.render(replies.matches(Kind.ADDRESS, "192.0.2.1", hosts, profile), url))
    hrefs = [each["links"][0]["href"] for each in body["nameserverSearchResults"]]
    assert hrefs == [replies.BASE + f"nameserver/ns{n}.example.test" for n in (1, 2)]
    registrars: list[Graph] = [RegistrarGraph(sponsor()), RegistrarGraph(sponsor(gurid=9996))]
    body = json.loads(
        door.render(replies.matches(Kind.ENTITY, "x", registrars, profile), replies.BASE + "entity/x")
    )
    assert [each["handle"] for each in body["entitySearchResults"]] == ["9995", "9996"]


@pytest.mark.clause("RFC 9082 §3.1")
def test_a_lookup_of_a_name_of_two_hosts_gives_one_and_tells_of_the_other() -> None:
    name, profile = "ns1.example.test", replies.rdap_profile()
    hosts: list[Graph] = [HostGraph(host(name, roid=f"H{n}-EXAMPLE"), sponsor()) for n in (1, 2)]
    answer = replies.matches(Kind.NAMESERVER, name, hosts, profile)
    body = json.loads(door.render(answer, replies.BASE + f"nameserver/{name}"))
    one = replies.rdap_json(hosts[0])
    (remark,) = body.pop("remarks")
    assert body == one
    assert remark["description"] == ["Another host object bears this name: H2-EXAMPLE."]
    cut = msgspec.structs.replace(answer, is_cut=True)
    (remark,) = json.loads(door.render(cut, replies.BASE + f"nameserver/{name}"))["remarks"]
    assert remark["description"][1:] == ["There are more of them."]


@pytest.mark.clause("RFC 9083 §5.1")
def test_the_registrar_of_a_contact_is_its_entity_where_a_profile_lists_it(tmp_path: Path) -> None:
    said = """each: registrar
      elements: [{element: org, cardinality: "1", source: "RFC 9083 §5.1"}]"""
    mark = '    - {element: trDate, cardinality: "0..1", source: "RFC 9083 §5.1"}\n'
    profile = _changed(tmp_path, (mark, f"{mark}    - {said}\n"))
    assert _card(_entity(replies.rdap_json(GRAPHS["contact"], profile=profile), "registrar"))["fn"][3]


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.3")
def test_one_entity_stands_for_each_part_of_a_contact() -> None:
    one = four_contacts()[0][1]
    body = replies.rdap_json(domain(Parts(contacts=(("registrant", one), ("tech", one)))), REGISTRY)
    assert [each["roles"] for each in body["entities"]] == [["registrar"], ["registrant"], ["technical"]]
    assert [each["handle"] for each in body["entities"][1:]] == ["C1-EXAMPLE", "C1-EXAMPLE"]
