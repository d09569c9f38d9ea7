"""Both postal forms of a contact in one jCard, as alternatives of each other (RFC 6350 §5.4; RFC 7095 §3.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.access.standing import Standing
from directory.model.contact import Contact, Disclose
from directory.model.graph import ContactGraph
from directory.profile.profile import Profile
from tests.profile import replies, shipped
from tests.profile.objects import SHOWN, Parts, contact, domain, sponsor
from tests.profile.told import check_redacted
from tests.rdap.said import Writer, answer

_POSTAL = ("name", "org", "street", "city", "sp", "pc", "cc")
_BOTH = "postal: [loc, int], postal-forms: both, postal-languages: {loc: ru, int: en}"


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


def _profile(writer: Writer, *shown: str, rules: str = "", parameters: str = _BOTH) -> Profile:
    """A profile that says all postal elements of a registrant; these are public."""
    spoken = ", ".join(f"{{element: {short}, language: optional}}" for short in _POSTAL[:5])
    public = ", ".join(f"registrant.{short}" for short in shown)
    return writer.profile(
        f"{{each: contact, roles: [registrant], elements: [{spoken}, pc, cc]}}",
        public=public or "host.id",
        rules=rules,
        parameters=parameters,
    )


def _card(profile: Profile, person: Contact) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """The properties of the registrant's jCard by name, and what is declared; all of its paths hold."""
    body = answer(profile, domain(Parts(contacts=(("registrant", person),))))
    entries = body.get("redacted", [])
    check_redacted(body, entries)
    card: dict[str, list[Any]] = {}
    for name, *rest in body["entities"][0]["vcardArray"][1]:
        card.setdefault(name, []).append(rest)
    return card, entries


@pytest.mark.clause("RFC 6350 §5.4")
@pytest.mark.clause("RFC 6350 §5.1")
@pytest.mark.clause("RFC 9022 §4.6.3")
def test_a_name_an_organisation_and_an_address_stand_there_in_both_forms(writer: Writer) -> None:
    card, entries = _card(_profile(writer, *_POSTAL), contact(1, loc=True))
    russian, english = {"language": "ru", "altid": "1"}, {"language": "en", "altid": "1"}
    assert card["fn"] == [[russian, "text", "Анна"], [english, "text", "Person 1 Name"]]
    assert card["org"] == [[russian, "text", "Общество"], [english, "text", "Organisation 1"]]
    first, second = card["adr"]
    assert first == [{**russian, "cc": "RU"}, "text", ["", "", "Улица 1", "Москва", "Область", "101000", ""]]
    assert second[0] == {**english, "cc": "CA"}
    assert second[2] == ["", "", ["1 Long Street", "Floor 1"], "City1", "Province1", "PC19", ""]
    assert entries == []


def test_one_form_has_no_alternative(writer: Writer) -> None:
    card, _ = _card(_profile(writer, *_POSTAL), contact(1))
    assert [len(card[name]) for name in ("fn", "org", "adr")] == [1, 1, 1]
    assert all("altid" not in each[0] for values in card.values() for each in values)


def test_a_profile_of_one_form_shows_one(writer: Writer) -> None:
    one = _BOTH.replace("both", "one")
    card, _ = _card(_profile(writer, *_POSTAL, parameters=one), contact(1, loc=True))
    assert [each[2] for each in card["fn"]] == ["Анна"]


def test_what_is_alike_in_both_forms_stands_there_once(writer: Writer) -> None:
    local, other = contact(1, loc=True).postal
    alike = msgspec.structs.replace(other, name=local.name, lang=None)
    person = msgspec.structs.replace(contact(1), postal=(local, alike))
    profile = _profile(writer, *_POSTAL, parameters="postal: [loc, int], postal-forms: both")
    assert [each[2] for each in _card(profile, person)[0]["fn"]] == [local.name]


@pytest.mark.clause("RFC 9083 §3")
def test_a_name_that_the_first_form_lacks_is_that_of_the_second(writer: Writer) -> None:
    forms = {each.type: each for each in contact(1, loc=True).postal}
    nameless = msgspec.structs.replace(forms["loc"], name=None)
    person = msgspec.structs.replace(contact(1), postal=(forms["int"], nameless))
    card, _ = _card(_profile(writer, *_POSTAL), person)
    assert card["fn"] == [[{"language": "en"}, "text", "Person 1 Name"]]


@pytest.mark.clause("RFC 9537 §3.2")
def test_what_is_withheld_in_both_forms_is_empty_once(writer: Writer) -> None:
    hidden = "{show: [staff], hidden: {description: It}, source: test}"
    rules = ", ".join(f"registrant.{short}: {hidden}" for short in _POSTAL[:-1])
    card, entries = _card(_profile(writer, "cc", rules=rules), contact(1, loc=True))
    assert card["fn"] == [[{}, "text", ""]]
    assert "org" not in card
    assert [each[0]["cc"] for each in card["adr"]] == ["RU", "CA"]
    assert len(entries) == 6
    assert all({"prePath", "postPath"} & each.keys() for each in entries)


_ASKED = (
    "{show: [public], when: [{hide: [public], if: {disclose: hide}}], hidden: {description: It}, source: test}"
)


@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.parametrize("form", ["loc", "int"])
def test_the_path_of_what_one_form_withholds_selects_that_form(writer: Writer, form: str) -> None:
    shorts = ("name", "street", "city", "sp", "pc")
    rules = ", ".join(f"registrant.{short}: {_ASKED}" for short in shorts)
    wishes = (Disclose(0, "name", form), Disclose(0, "addr", form))
    person = msgspec.structs.replace(contact(1, loc=True), disclose=wishes)
    card, entries = _card(_profile(writer, "org", "cc", rules=rules), person)
    shown = {"loc": ["", "Person 1 Name"], "int": ["Анна", ""]}
    assert [each[2] for each in card["fn"]] == shown[form]
    cities = {"loc": ["", "City1"], "int": ["Москва", ""]}
    assert [each[2][3] for each in card["adr"]] == cities[form]
    assert [each["method"] for each in entries] == ["emptyValue"] * len(shorts)
    assert all("postPath" in each for each in entries)


@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.parametrize("form", ["loc", "int"])
def test_no_path_of_removal_selects_the_form_that_is_shown(writer: Writer, form: str) -> None:
    person = msgspec.structs.replace(contact(1, loc=True), disclose=(Disclose(0, "org", form),))
    profile = _profile(writer, *_POSTAL[:1], *_POSTAL[2:], rules=f"registrant.org: {_ASKED}")
    card, (entry,) = _card(profile, person)
    assert len(card["org"]) == 1
    assert entry["method"] == "removal"
    assert "prePath" not in entry


def test_the_shipped_profile_of_a_cctld_shows_both_forms() -> None:
    profile, registry = shipped.profile("cctld-es-rdap"), Standing("registry")
    body = replies.rdap_json(SHOWN["contact"], registry, profile)
    names = [each for each in body["vcardArray"][1] if each[0] == "fn"]
    assert [each[1] for each in names] == [{"language": "ru", "altid": "1"}, {"language": "en", "altid": "1"}]
    alone = ContactGraph(contact(1, loc=True), sponsor())
    names = [each for each in replies.rdap_json(alone, registry, profile)["vcardArray"][1] if each[0] == "fn"]
    assert [each[1]["language"] for each in names] == ["und-Cyrl", "en"]
