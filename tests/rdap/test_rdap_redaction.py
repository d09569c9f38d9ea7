"""What is declared as redacted: every path is evaluated by a library that is not ours (RFC 9537, RFC 9535)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonpath_rfc9535 as jsonpath
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import PUBLIC, Standing
from directory.model.graph import DomainGraph, Graph
from directory.profile.disclosure import Redaction, Rule
from directory.profile.profile import Profile
from directory.query import Kind
from directory.rdap import render as door
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, contact, domain
from tests.profile.told import check_redacted
from tests.rdap.said import Writer, answer

_PATH_OF = {"removal": "prePath", "emptyValue": "postPath"}
_NAMES = (
    "Registry Registrant ID, Registrant Name, Registrant Organization, Registrant Street, Registrant City, "
    "Registrant Postal Code, Registrant Phone, Registrant Phone Ext, Registrant Fax, Registrant Fax Ext, "
    "Registrant Email, Registry Tech ID, Tech Name, Tech Phone, Tech Phone Ext, Tech Email"
).split(", ")


def _check(body: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        assert ("type" in entry["name"]) != ("description" in entry["name"])
        assert not {"prePath", "postPath"} <= entry.keys()
        if "prePath" in entry:
            assert entry["method"] == "removal"
            assert not jsonpath.find(entry["prePath"], body).values(), entry
        elif "postPath" in entry:
            found = jsonpath.find(entry["postPath"], body).values()
            assert entry["method"] == "emptyValue"
            assert found, entry
            assert set(found) == {""}, entry


@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.clause("RFC 9537 §5.2")
@pytest.mark.parametrize("name", list(GRAPHS))
def test_every_path_selects_what_was_emptied_and_nothing_that_was_removed(name: str) -> None:
    body = replies.rdap_json(GRAPHS[name])
    _check(body, body.get("redacted", []))


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.7")
def test_a_domain_with_both_contacts_declares_the_names_of_appendix_e() -> None:
    body = replies.rdap_json(GRAPHS["domain-full"])
    assert [entry["name"]["type"] for entry in body["redacted"]] == _NAMES
    assert all("prePath" in entry or "postPath" in entry for entry in body["redacted"])


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.1")
def test_nothing_is_declared_of_a_contact_that_is_not_there() -> None:
    assert "redacted" not in replies.rdap_json(GRAPHS["domain-no-contacts"])
    body = replies.rdap_json(GRAPHS["domain-minimal"])
    assert [entry["name"]["type"] for entry in body["redacted"]] == _NAMES[:11]


@pytest.mark.clause("RFC 9537 §4.2")
def test_what_is_declared_does_not_tell_whether_there_was_a_value() -> None:
    full = contact(1)
    bare = type(full)(
        full.handle, full.roid, None, None, None, None, None, "R-1", None, None, None, None, None, None, None
    )
    with_value = replies.rdap_json(domain(Parts(contacts=(("registrant", full),))))
    without = replies.rdap_json(domain(Parts(contacts=(("registrant", bare),))))
    assert with_value["redacted"] == without["redacted"]
    _check(without, without["redacted"])


@pytest.mark.clause("RFC 9537 §3.1")
@pytest.mark.clause("RFC 9537 §3.2")
def test_a_contact_by_itself_is_no_place_on_earth() -> None:
    body = replies.rdap_json(GRAPHS["contact"])
    assert ["adr", {}, "text", ["", "", "", "", "", "", ""]] in body["vcardArray"][1]
    found = {entry["name"]["description"]: entry for entry in body["redacted"]}
    province, country = found["Contact State/Province"], found["Contact Country"]
    assert (province["method"], country["method"]) == ("emptyValue", "removal")
    assert jsonpath.find(province["postPath"], body).values() == [""]
    whole = replies.rdap_json(GRAPHS["contact"], Standing("registry"))
    assert jsonpath.find(country["prePath"], whole).values() == ["CA"]
    assert jsonpath.find(country["prePath"], body).values() == []


def _profile(hidden: frozenset[str]) -> Profile:
    """The shipped RDAP profile under a disclosure that withholds only these."""
    profile = replies.rdap_profile()
    shown = Rule(frozenset({PUBLIC}), Redaction())
    rules = {key: rule if key in hidden else shown for key, rule in profile.disclosure.rules.items()}
    disclosure = replace(profile.disclosure, name="some", rules=rules)
    return Profile(replace(profile.terms, disclosure=disclosure), profile.words, "en")


_WITHHELD = sorted(key for key, rule in replies.rdap_profile().disclosure.rules.items() if rule.redaction.declared)


@pytest.mark.clause("RFC 9537 §3.1")
@pytest.mark.clause("RFC 9537 §3.2")
@settings(max_examples=150, deadline=None)
@given(st.frozensets(st.sampled_from(_WITHHELD)), st.sampled_from(["domain-full", "domain-idn", "contact"]))
def test_the_paths_hold_whichever_elements_are_withheld(hidden: frozenset[str], name: str) -> None:
    body = replies.rdap_json(GRAPHS[name], profile=_profile(hidden))
    _check(body, body.get("redacted", []))


@pytest.mark.clause("gTLD RDAP Response Profile, appendix E")
@pytest.mark.parametrize("key", _WITHHELD)
def test_each_element_alone_is_declared_alone(key: str) -> None:
    name = "contact" if key.startswith("contact.") else "domain-full"
    body = replies.rdap_json(GRAPHS[name], profile=_profile(frozenset({key})))
    (entry,) = body["redacted"]
    _check(body, [entry])
    # The path of an extension is that of its number, which is still there.
    pathless = key.endswith(("voiceExt", "faxExt"))
    assert (_PATH_OF[entry["method"]] in entry) != pathless


def test_search_results_declare_each_for_itself_with_paths_from_the_root() -> None:
    graphs: list[Graph] = [GRAPHS["contact"], GRAPHS["contact"]]
    answer = replies.matches(Kind.ENTITY, "x", graphs, replies.rdap_profile())
    body = json.loads(door.render(answer, replies.BASE + "entity/x"))
    for index, each in enumerate(body["entitySearchResults"]):
        assert all(f"[{index}]" in (e.get("prePath") or e["postPath"]) for e in each["redacted"])
        _check(body, each["redacted"])
    assert "redacted" in body["rdapConformance"]
    assert "redacted" not in body


_FIRM = ("org", "street", "city", "sp", "pc", "cc", "voice", "fax", "email", "gurid", "status", "url", "whoisinfo")


def _withholding(part: str, shorts: tuple[str, ...]) -> str:
    """What a profile says of how each of these reads; its disclosure withholds them without a word."""
    return ", ".join(f"{part}.{short}: {{description: '{part} {short}'}}" for short in shorts)


def _hiding(part: str, shorts: tuple[str, ...]) -> str:
    return ", ".join(f"{part}.{short}: {{show: [staff], hidden: {{}}, source: test}}" for short in shorts)


def _entries_of(
    writer: Writer, item: str, part: str, shorts: tuple[str, ...], public: str = "host.id"
) -> list[dict[str, Any]]:
    """What is declared of a domain where a part of it withholds all of these: every path is evaluated, in what the
    public is sent and in what staff are, who see it all."""
    profile = writer.profile(
        item, public=public, rules=_hiding(part, shorts), redaction=_withholding(part, shorts)
    )
    graph = GRAPHS["domain-full"]
    body, whole = answer(profile, graph), answer(profile, graph, "staff")
    assert "redacted" not in whole
    check_redacted(body, body["redacted"])
    for entry in body["redacted"]:
        path = entry.get("prePath") or entry["postPath"]
        values = jsonpath.find(path, whole).values()
        assert values, entry
        assert any(values), entry
    entries: list[dict[str, Any]] = body["redacted"]
    return entries


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


@pytest.mark.clause("RFC 9537 §4.2")
def test_what_a_registrars_desk_withholds_has_a_path_within_the_registrar(writer: Writer) -> None:
    item = (
        "{each: registrar, elements: [crDate, {each: desk, roles: [tech], elements: [name, voice, fax, email]}]}"
    )
    entries = _entries_of(writer, item, "desk", ("name", "voice", "fax"), public="desk.email")
    begin = "$.entities[?(@.roles[0]=='registrar')].entities[?(@.roles[0]=='technical')].vcardArray[1]"
    assert [each.get("prePath") or each["postPath"] for each in entries] == [
        f"{begin}[?(@[0]=='fn')][3]",
        f"{begin}[?(@[1].type=='voice')]",
        f"{begin}[?(@[1].type=='fax')]",
    ]
    assert [each["method"] for each in entries] == ["emptyValue", "removal", "removal"]


@pytest.mark.clause("RFC 9537 §3.2")
@pytest.mark.clause("RFC 9537 §4.2")
def test_what_a_registrar_withholds_has_a_path(writer: Writer) -> None:
    entries = _entries_of(writer, f"{{each: registrar, elements: [{', '.join(_FIRM)}]}}", "registrar", _FIRM)
    methods = {each["name"]["description"].split()[1]: each["method"] for each in entries}
    emptied = {short for short, method in methods.items() if method == "emptyValue"}
    assert methods.keys() == set(_FIRM)
    assert emptied == {"org", "street", "city", "sp", "pc"}


@pytest.mark.parametrize(
    ("withheld", "shown", "path"),
    [("name", "url", ".vcardArray[1][?(@[0]=='fn')][3]"), ("url", "name", ".links[?(@.rel=='about')]")],
)
def test_what_a_reseller_withholds_has_a_path(writer: Writer, withheld: str, shown: str, path: str) -> None:
    item = "{each: reseller, elements: [name, url]}"
    (entry,) = _entries_of(writer, item, "reseller", (withheld,), public=f"reseller.{shown}")
    assert (entry.get("prePath") or entry["postPath"]) == f"$.entities[?(@.roles[0]=='reseller')]{path}"


def test_a_second_reseller_which_rdap_does_not_name_is_not_declared(writer: Writer) -> None:
    graph = GRAPHS["domain-full"]
    assert isinstance(graph, DomainGraph)
    some = [each for each in graph.extensions if each.table == "reseller"]
    mute = msgspec.structs.replace(some[0], key="9", values={"name": ("Other",)})
    two = msgspec.structs.replace(graph, extensions=(mute, *some))
    rules = "reseller.url: {show: [staff], hidden: {description: Site}, source: test}"
    item = "{each: reseller, elements: [name, url]}"
    profile = writer.profile(item, public="reseller.name", rules=rules, declare="held")
    assert "redacted" not in answer(profile, two)
    assert "redacted" in answer(profile, graph)


def test_the_site_of_a_registrar_that_another_stands_for_is_found_by_its_path(writer: Writer) -> None:
    hidden = "{method: replacementValue, value: 'https://site.example', description: Site}"
    rules = f"registrar.url: {{show: [staff], hidden: {hidden}, source: test}}"
    item = "{each: registrar, elements: [org, url]}"
    body = answer(writer.profile(item, rules=rules), GRAPHS["domain-full"])
    (entry,) = body["redacted"]
    assert entry["method"] == "replacementValue"
    assert jsonpath.find(entry["postPath"], body).values() == ["https://site.example"]
