"""`dnrd profile explain`: who sees an element and why, without telling its value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.cli.profile.explain import command
from tests.cli.asked import registry, write

_VOICE = "+34.911234567"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return registry(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("profile"))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def _of(store: str, profile: str, name: str, element: str, *more: str) -> list[dict[str, Any]]:
    arguments = ("--object", name, "--store", store, "--profile", profile, "--format", "json")
    result = _run(element, *arguments, *more)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_the_decision_is_told_with_rule_line_condition_and_facts(store: str, profile: str) -> None:
    result = _run("registrant.voice", "--object", "one.example", "--store", store, "--profile", profile)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "registrant.voice of one.example, to public: hidden"
    rows = [tuple(line.split(maxsplit=1)) for line in lines[1:]]
    rules = str(Path(profile).with_name("rules.yaml"))
    assert rows == [
        ("rule", f"registrant.voice, {rules}:15"),
        ("source", "test"),
        ("because", "when[1] hides it from public, for the contact asked to have it hidden"),
        ("fact", "the contact asked to have it shown: no"),
        ("fact", "the contact asked to have it hidden: yes"),
        ("profile", "said 1: cardinality {0,..}"),
        ("object", "1 value"),
        ("WHOIS", "WITHHELD"),
        ("RDAP", "declared by removal of 'Registrant Phone' at "
                 "$.entities[?(@.roles[0]=='registrant')].vcardArray[1][?(@[1].type=='voice')]"),
        ("JSON,", "XML, CSV  declared by removal of 'Registrant Phone'"),
    ]  # fmt: skip


def test_no_value_is_told_unless_it_is_asked_for(store: str, profile: str) -> None:
    for form in ("text", "json"):
        arguments = ("voice", "--object", "two.example", "--store", store, "--profile", profile, "--format", form)
        assert _VOICE not in _run(*arguments).output
        assert _VOICE in _run(*arguments, "--values").output


def test_json_has_the_same_for_programs(store: str, profile: str) -> None:
    (found,) = _of(store, profile, "two.example", "registrant.voice")
    assert found["outcome"] == "shown"
    assert found["decision"] == {
        "audience": "public",
        "shown": True,
        "because": "when[0] shows it to public",
        "condition": "the contact asked to have it shown",
    }
    assert found["rule"]["line"] == 15
    assert found["values"] == 1
    assert "reads" not in found
    (hidden,) = _of(store, profile, "one.example", "registrant.voice")
    assert hidden["reads"]["whois"] == "WITHHELD"
    assert hidden["reads"]["rdap"]["method"] == "removal"
    assert hidden["reads"]["plain"]["element"] == "registrant.voice"


def test_who_speaks_for_the_sponsor_is_told_apart_from_who_does_not(store: str) -> None:
    arguments = ("registrant.email", "--object", "one.example", "--store", store, "--audience", "authenticated")
    assert "to authenticated: shown" in _run(*arguments, "--registrar", "R-1").output
    assert "because         nothing shows it to authenticated" in _run(*arguments, "--registrar", "R-2").output


def test_a_registrar_is_named_as_a_key_of_its_would_name_it(store: str) -> None:
    arguments = ("registrant.email", "--object", "one.example", "--store", store, "--audience", "authenticated")
    assert "to authenticated: shown" in _run(*arguments, "--registrar", "R-1@example").stdout
    other = _run(*arguments, "--registrar", "R-1@test")
    assert "nothing shows it to authenticated" in other.stdout
    assert "note: the store has no repository 'test' with registrars" in other.stderr


_OBJECTS = [
    ("one.example", "domain.name", "shown"),
    ("ns1.one.example", "host.addr", "shown"),
    ("nameserver ns1.one.example", "host.name", "shown"),
    ("9995", "registrar.url", "shown"),
    ("R-1", "registrar.url", "shown"),
    ("registrar Registrar One", "registrar.url", "shown"),
    ("C1-TEST", "contact.cc", "hidden"),
    ("entity/C1-TEST", "contact.roid", "shown"),
    ("domain/one.example", "domain.name", "shown"),
]


@pytest.mark.parametrize(("name", "element", "outcome"), _OBJECTS)
def test_objects_are_found_by_what_either_door_calls_them(
    store: str, name: str, element: str, outcome: str
) -> None:
    (found, *_) = _of(store, "gtld-rdap-maximum", name, element)
    assert found["outcome"] in (outcome, "not said")
    assert found["decision"]["shown"] is (outcome == "shown")


def test_what_the_profile_does_not_name_is_said_so(store: str, profile: str) -> None:
    (found,) = _of(store, profile, "one.example", "tech.name")
    assert found["outcome"] == "not said"
    text = _run("tech.name", "--object", "one.example", "--store", store, "--profile", profile).stdout
    assert "it is not in the profile said 1" in text
    assert "to public: not said, because the profile does not have it" in text
    assert "because" not in text.partition("\n")[2]


def test_an_element_without_a_rule_can_never_leave(store: str, profile: str) -> None:
    found = _of(store, profile, "one.example", "registrant.fax")
    assert [each["rule"] for each in found] == [None]
    text = _run("registrant.fax", "--object", "one.example", "--store", store, "--profile", profile).stdout
    assert "what has no rule in the disclosure cannot leave" in text
    assert "cannot leave" in _run("registrant.fax", "--profile", profile).stdout


def test_without_an_object_the_rule_is_put_in_words_for_all_audiences(profile: str) -> None:
    result = _run("registrant.voice", "--profile", profile)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "registrant.voice"
    rows = dict(line.split("  ", 1) for line in result.stdout.splitlines()[1:])
    asked = (
        "hidden if the contact asked to have it hidden; shown if the contact asked to have it shown; else hidden"
    )
    assert rows["to public"].strip() == asked
    assert rows["to police"].strip() == f"as public: {asked}"
    assert rows["to registry"].strip() == "shown"
    assert rows["profile"].strip() == "said 1: said of domain"


def test_the_audiences_are_told_apart_in_json_without_an_object(profile: str) -> None:
    (found,) = json.loads(_run("registrant.email", "--profile", profile, "--format", "json").stdout)
    assert found["audiences"]["police"] == "shown"
    assert found["audiences"]["authenticated"] == "hidden"
    assert found["reads"]["rdap"]["name"] == {"type": "Registrant Email"}


def test_without_a_profile_that_in_force_for_the_service_explains(store: str) -> None:
    for service, profile in (("whois", "gtld-whois"), ("rdap", "gtld-rdap")):
        result = _run("domain.name", "--object", "one.example", "--store", store, "--service", service)
        assert f"profile  {profile} " in result.stdout


_BAD = [
    (("registrant.vioce",), 2, "did you mean 'registrant.voice'"),
    (("vioce",), 2, "did you mean 'voice'"),
    (("registrant.",), 2, "there is no element 'registrant.'"),
    (("",), 2, "there is no element ''"),
    (("voice", "--profile", "nosuch"), 2, "there is no profile 'nosuch'"),
    (("voice", "--profile", "gtld-disclosure"), 2, "'gtld-disclosure' is no profile"),
    (("voice", "--object", "one.example", "--audience", "polise"), 2, "'polise' is no audience"),
    (("voice", "--object", "one.example", "--profile", "law-enforcement"), 2, "does not speak to 'public'"),
    (("voice", "--object", "nosuch.example"), 1, "there is no 'nosuch.example' in the store"),
    (("voice", "--object", "held.example"), 1, "held.example is a reserved name"),
    (("host.addr", "--object", "two.example"), 1, "it has no part with the element host.addr"),
    (("voice", "--object", "help"), 2, "'help' names no object"),
    (("voice", "--object", "ns1..example"), 2, "it has an empty label"),
    (("voice", "--object", "domain"), 2, "nothing follows 'domain'"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), _BAD)
def test_bad_input_gets_an_exit_code_and_a_word(
    store: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = _run(*arguments, "--store", store)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert not result.exception or isinstance(result.exception, SystemExit)


def test_an_object_needs_a_store() -> None:
    result = _run("voice", "--object", "one.example")
    assert result.exit_code == 2
    assert "no store is named" in result.stderr
