"""SAC054's appendix A beside the profile that is made after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.documentfile import load
from directory.model.contact import Contact, Postal
from directory.model.graph import DomainGraph, Graph
from directory.model.registry import Extension
from directory.profile.view import View
from tests.profile import replies, shipped
from tests.profile.objects import GRAPHS, Parts, contact, domain, host

_NAME = "sac054-appendix-a"
_TABLES = load(Path(__file__).parents[1] / "data" / "sac054" / "tables.yaml").data
_NUMBERS = {"domain": 1, "host": 2, "contact": 3, "registrar": 4}

_FORMATS = {
    "RFC 1034": "rfc1034",
    "RFC 5890": "rfc5890",
    "RFC 1123": "rfc1123",
    "RFC 3986": "rfc3986",
    "RFC 3339": "rfc3339",
    "Registro o ID del registrador": "iana-registrar-id",
    "Código EPP exacto": "epp-status",
    "RFC 0791/RFC 5952": "ip",
    "Código alfa-2 de la norma ISO 3166-1": "iso3166-1-alpha-2",
    "ITU E 164": "e164",
    "RFC 5322": "rfc5322",
}
_TAGS = {"n/a": "none", "requerido": "required"}


def _flat(items: list[Any]) -> Iterator[dict[str, Any]]:
    for item in items:
        if "each" in item:
            yield from _flat(item["elements"])
        else:
            yield item


def _printed(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the tables in the words of profiles."""
    known = _FORMATS[row["format"]] if "format" in row else None
    tag = _TAGS[row["language"]] if "language" in row else None
    return row["label"], known, row.get("min"), row.get("max"), row["cardinality"].replace(" ", ""), tag


def _shipped(item: dict[str, Any]) -> tuple[Any, ...]:
    length = item.get("length", {})
    bounds = length.get("min"), length.get("max")
    return item["label"]["es"], item.get("format"), *bounds, item["cardinality"], item.get("language")


@pytest.mark.clause("SAC054 appendix A")
@pytest.mark.parametrize("kind", _TABLES)
def test_the_rows_of_appendix_a_are_those_of_the_profile_in_their_order(kind: str) -> None:
    rows = [_printed(row) for row in _TABLES[kind]]
    items = list(_flat(shipped.data(_NAME)["objects"][kind]))
    assert [_shipped(item) for item in items[: len(rows)]] == rows
    source = f"SAC054 appendix A, table {_NUMBERS[kind]}"
    assert [item["source"] == source for item in items] == [index < len(rows) for index in range(len(items))]


@pytest.mark.clause("SAC054 §4")
def test_a_label_that_is_the_long_name_of_an_element_stands_at_that_element() -> None:
    same = []
    for kind in _TABLES:
        longs = {element.long.es: element.short for element in replies.catalogue().tables[kind].elements}
        same += [
            (item["label"]["es"], item["element"], longs[item["label"]["es"]])
            for item in shipped.data(_NAME)["objects"][kind]
            if "element" in item and item["label"]["es"] in longs
        ]
    assert [each for each in same if each[1] != each[2]] == [("ID del registrador", "gurid", "registrarid")]
    assert len(same) > 20


@pytest.mark.clause("SAC054 appendix A")
def test_appendix_a_has_the_parameters_that_it_prints() -> None:
    terms = shipped.profile(_NAME).terms
    assert (terms.service, terms.markup, terms.tlds) == ("data", "XML", ("*",))
    assert shipped.data(_NAME)["parameters"]["encoding"] == "UTF-8"


@pytest.mark.clause("SAC054 table 6")
def test_no_two_rows_of_the_dnssec_table_have_one_label() -> None:
    (group,) = [each for each in shipped.data(_NAME)["objects"]["domain"] if each.get("each") == "dnssec"]
    for language in ("es", "en"):
        labels = [item["label"][language] for item in group["elements"]]
        assert len(set(labels)) == len(labels)


def _plain_contact(number: int) -> Contact:
    """A contact as table 3 wants one: one line of street."""
    postal = Postal("int", "Ana", "Org", "1 Street", None, None, "City", "State", "12345", "MX")
    return msgspec.structs.replace(contact(number), postal=(postal,))


def _observed(graph: Graph) -> list[tuple[str, str, str]]:
    view = shipped.profile(_NAME).present(graph, replies.EVERYONE)
    return [(each.element, each.rule, each.observed) for each in view.violations]


def _appendix(*roles: str) -> DomainGraph:
    contacts = tuple((role, _plain_contact(index + 1)) for index, role in enumerate(roles))
    tags = [Extension("l", "postalLanguage", "contact", person.handle, {"int": ("es",)}) for _, person in contacts]
    return shipped.extended(domain(Parts(contacts=contacts, hosts=(host("ns1.example.test"),))), *tags)


@pytest.mark.clause("SAC054 appendix A")
def test_a_domain_that_keeps_to_appendix_a_violates_nothing() -> None:
    assert _observed(_appendix("registrant", "admin", "tech")) == []


@pytest.mark.clause("SAC054 appendix A")
@pytest.mark.parametrize("missing", ["registrant", "admin", "tech"])
def test_appendix_a_demands_one_contact_of_each_role(missing: str) -> None:
    roles = [role for role in ("registrant", "admin", "tech") if role != missing]
    assert (f"domain.{missing}", "each {1,..}", "0") in _observed(_appendix(*roles))


@pytest.mark.clause("SAC054 appendix A")
def test_the_odd_limits_of_appendix_a_are_told_and_served() -> None:
    graph = domain(
        Parts(
            name=f"{'a' * 60}.test",
            statuses=(
                "clientHold",
                "clientDeleteProhibited",
                "clientRenewProhibited",
                "clientTransferProhibited",
                "clientUpdateProhibited",
            ),
            contacts=(("registrant", contact(1)), ("admin", contact(2)), ("tech", contact(3))),
        )
    )
    found = {(element, rule.partition(" ")[0], observed) for element, rule, observed in _observed(graph)}
    assert {("domain.name", "length", "65"), ("domain.status", "cardinality", "5")} <= found
    assert {("registrant.street", "cardinality", "2"), ("registrant.name", "language", "no tag")} <= found
    view = shipped.profile(_NAME).present(graph, replies.EVERYONE)
    assert len(view.fields["status"]) == 5
    assert len(view.parts["registrant"][0].fields["street"]) == 2


@pytest.mark.clause("SAC054 appendix A")
def test_everyone_sees_everything_of_appendix_a() -> None:
    for graph in GRAPHS.values():
        assert list(_withheld(shipped.profile(_NAME).present(graph, replies.EVERYONE))) == []


def _withheld(view: View) -> Iterator[str]:
    yield from (f"{view.role or view.table}.{short}" for short in view.redacted)
    for views in view.parts.values():
        for each in views:
            yield from _withheld(each)
