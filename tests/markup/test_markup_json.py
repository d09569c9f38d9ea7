"""Plain JSON: what is a list, a number, a text; where the parts stand; replies without an object."""

from __future__ import annotations

import json as reader
from typing import Any, cast

import pytest

from directory.answer import Answer, Found, Matches
from directory.markup import json
from directory.markup.shape import stand
from directory.model.graph import DomainGraph
from directory.profile.postal import SPOKEN
from directory.profile.profile import Profile
from directory.profile.view import View
from directory.query import Kind, Lookup
from tests.markup import answers
from tests.markup.views import EMPTIED, Fields, answer
from tests.profile import replies
from tests.profile.objects import AS_OF, GRAPHS

Json = dict[str, Any]


def _read(said: Answer) -> Json:
    return cast(Json, reader.loads(json.render(said, answers.URL)))


def _object(profile: Profile, view: View) -> Json:
    (found,) = _read(answer(profile, view))["objects"]
    return cast(Json, found)


def test_the_frame_says_when_and_by_which_profile_in_which_language(profile: Profile) -> None:
    body = _read(answers.found(profile))
    assert body["url"] == answers.URL
    assert body["asOf"] == AS_OF
    assert body["profile"] == {"name": "plain", "version": "1.2"}
    assert body["language"] == "en"
    assert body["isCut"] is False


@pytest.mark.clause("SAC054 §4")
def test_an_element_is_a_list_exactly_where_the_catalogue_allows_several(profile: Profile) -> None:
    for table in ("domain", "host", "contact", "registrar"):
        known = [each for each in replies.catalogue().tables[table].elements if not each.never]
        fields: Fields = {each.short: ("1",) for each in known}
        body = _object(profile, View(table, "", fields, {}, {}))
        lists = {short for short, value in body.items() if isinstance(value, list)}
        assert lists == {each.short for each in known if each.many and not each.group}


@pytest.mark.clause("SAC054 table 6")
def test_numbers_are_numbers_and_identifiers_and_dates_are_texts(profile: Profile) -> None:
    (found,) = _read(answers.found(profile))["objects"]
    first = found["dnssec"][0]
    assert (first["keyTag"], first["alg"], first["flags"]) == (12345, 13, 257)
    assert found["extension"]["trademark"][0]["class"] == [9, 42]
    assert found["trnData"] == 1
    assert found["registrar"]["gurid"] == "9995"
    assert found["crDate"] == "2001-02-03T04:05:06Z"


@pytest.mark.clause("RFC 8259 §6")
@pytest.mark.parametrize(
    ("value", "read"), [("0", 0), ("12", 12), ("012", "012"), ("12***", "12***"), ("٣", "٣"), ("9" * 16, "9" * 16)]
)
def test_a_number_that_would_not_be_read_back_as_it_is_stays_a_text(
    value: str, read: int | str, profile: Profile
) -> None:
    view = View("domain", "", {}, {}, {"dnssec": (View("dnssec", "", {"keyTag": (value,)}, {}, {}),)})
    assert _object(profile, view)["dnssec"] == [{"keyTag": read}]


def test_a_registrant_is_one_and_other_contacts_are_lists(profile: Profile) -> None:
    (found,) = _read(answers.found(profile))["objects"]
    assert found["contacts"]["registrant"]["id"] == "sh-1"
    assert [each["id"] for each in found["contacts"]["tech"]] == ["sh-2", "sh-3"]


def test_a_second_registrant_is_not_dropped(profile: Profile) -> None:
    two = tuple(View("contact", "registrant", {"id": (handle,)}, {}, {}) for handle in ("a", "b"))
    found = _object(profile, View("domain", "", {}, {}, {"registrant": two}))
    assert found["contacts"]["registrant"] == [{"id": "a"}, {"id": "b"}]


@pytest.mark.clause("RFC 9022 §4.6.3")
@pytest.mark.clause("SAC054 §5")
def test_the_language_of_a_postal_form_stands_beside_its_texts(profile: Profile) -> None:
    (found,) = _read(answers.found(profile))["objects"]
    registrant = found["contacts"]["registrant"]
    assert (registrant["city"], registrant["form"], registrant["lang"]) == ("Москва", "loc", "und-Cyrl")
    second = registrant["postal"]
    assert (second["city"], second["form"], second["lang"]) == ("City1", "int", "en")
    assert "voice" not in second


def test_the_language_of_texts_that_are_withheld_is_not_told(profile: Profile) -> None:
    only = View("contact", "", {"id": ("a",), "cc": ("RU",)}, {}, {}, "loc", "ru")
    assert _object(profile, only) == {"object": "contact", "id": "a", "cc": "RU", "form": "loc"}
    nothing = View("contact", "", {"id": ("a",), "email": ("a@b.example",)}, {}, {}, "loc", "ru")
    assert _object(profile, nothing) == {"object": "contact", "id": "a", "email": "a@b.example"}


def test_the_elements_in_a_language_are_those_that_the_catalogue_says() -> None:
    tables = replies.catalogue().tables
    spoken = {each.short for table in ("contact", "registrar") for each in tables[table].elements if each.lang}
    assert spoken == SPOKEN


def test_no_element_of_an_object_has_the_name_of_what_stands_beside_it() -> None:
    catalogue = replies.catalogue()
    for table in ("domain", "host", "contact", "registrar"):
        shorts = {each.short for each in catalogue.tables[table].elements}
        members = {stand(name, name).member for name in [*catalogue.tables, "postal"]} | {
            stand("postal", table).member
        }
        assert not shorts & (members | {"object", "form", "lang", "redacted"})


@pytest.mark.clause("RFC 9537 §4.2")
def test_what_is_withheld_is_declared_in_the_object_that_it_belongs_to(profile: Profile) -> None:
    (found,) = _read(answers.found(profile))["objects"]
    assert [each["element"] for each in found["redacted"]] == ["domain.id", "trademark.number"]
    registrant = found["contacts"]["registrant"]["redacted"]
    assert registrant[0] == {
        "element": "registrant.name",
        "method": "removal",
        "name": "Registrant Name",
        "reason": "Server policy",
    }
    assert [each["method"] for each in registrant] == ["removal", "partialValue", "replacementValue"]


@pytest.mark.clause("RFC 9537 §3.2")
def test_what_rdap_empties_is_removed_here(profile: Profile) -> None:
    found = _object(profile, View("contact", "tech", {}, {"name": EMPTIED}, {}))
    assert found["redacted"][0]["method"] == "removal"
    assert "name" not in found


def test_a_withholding_that_the_disclosure_does_not_declare_is_not_told(profile: Profile) -> None:
    assert b"fax" not in json.render(answers.found(profile), answers.URL)


@pytest.mark.clause("RFC 9083 §4.3")
def test_a_notice_stands_in_the_replies_that_it_is_for(profile: Profile) -> None:
    titles = {
        sort: [each["title"] for each in _read(each)["notices"]] for sort, each in answers.answers(profile).items()
    }
    assert titles["domain"] == ["Terms of Use", "Status Codes"]
    assert titles["help"] == ["Terms of Use", "Questions"]
    assert titles["hosts"] == titles["miss"] == titles["reserved"] == ["Terms of Use"]


def test_a_cut_list_says_so(profile: Profile) -> None:
    body = _read(answers.several(profile))
    assert [each["object"] for each in body["objects"]] == ["host", "host"]
    assert body["isCut"] is True


def test_a_name_that_is_not_there_is_an_error_404_in_the_words_of_the_profile(profile: Profile) -> None:
    body = _read(answers.missing(profile))
    assert body["error"] == {"status": 404, "title": "Not Found", "description": ["No such domain."]}
    assert "objects" not in body
    assert _read(answers.missing(profile, True))["error"]["description"] == ["This name is reserved."]


def test_a_kind_of_object_that_the_profile_does_not_mention_is_not_there(profile: Profile) -> None:
    nothing = View("", "", {}, {}, {})
    query = Lookup(Kind.ENTITY, "x")
    expected = {"status": 404, "title": "Not Found", "description": ["No."]}
    assert _read(Found(query, profile, AS_OF, nothing))["error"] == expected
    assert _read(Matches(query, profile, AS_OF, (nothing,)))["error"] == expected


def test_an_error_has_no_time_of_data_and_its_title_is_in_the_language_of_the_profile() -> None:
    shipped = replies.rdap_profile()
    body = reader.loads(json.error(404, "Not Found", ["x"], shipped, answers.URL))
    assert body["error"] == {"status": 404, "title": "Not Found", "description": ["x"]}
    assert "asOf" not in body


def test_an_empty_store_has_no_time_of_data(profile: Profile) -> None:
    graph = GRAPHS["domain-minimal"]
    assert isinstance(graph, DomainGraph)
    found = answers.found(profile, graph)
    assert "asOf" not in _read(Found(found.query, profile, None, found.view))
