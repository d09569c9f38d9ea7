"""`dnrd profile diff`: what would change, in the documents and over the objects of a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory.cli.profile.diff import command
from tests import deposits
from tests.cli.asked import RULE, registry, write
from tests.cli.filled import fill

_VOICE = "+34.911234567"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return registry(tmp_path_factory.mktemp("compared"))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def _plain(*arguments: str) -> dict[str, Any]:
    result = _run(*arguments, "--format", "json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A profile that shows the number of who asks for that, and one that shows it to nobody and has no country."""
    folder = tmp_path_factory.mktemp("sides")
    return write(folder / "a"), write(folder / "b", ("[cc, voice", "[voice"), ruled=())


def test_a_profile_does_not_differ_from_itself(store: str, sides: tuple[str, str]) -> None:
    for name in ("gtld-whois", "gtld-rdap", sides[0]):
        result = _run(name, name, "--store", store)
        assert result.exit_code == 0, result.output
        assert "the documents do not differ" in result.stdout
        assert "to public would be said otherwise: none of 2 domains" in result.stdout


def test_the_documents_are_compared_first(store: str, sides: tuple[str, str]) -> None:
    result = _run(*sides, "--store", store)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "--- said 1 from 2020-01-01, disclosed by rules 1 from 2020-01-01",
        "+++ said 1 from 2020-01-01, disclosed by rules 1 from 2020-01-01",
    ]
    at = lines.index("element: registrant.cc")
    assert lines[at + 1 : at + 3] == ["  - said", "  + not said"]
    at = lines.index("to public: registrant.voice")
    assert lines[at + 2] == "  + hidden"


def test_then_the_objects_by_audience_with_an_example(store: str, sides: tuple[str, str]) -> None:
    found = _plain(*sides, "--store", store, "--audience", "public", "--audience", "registry")
    changes = {(each["audience"], each["element"], each["change"]): each for each in found["changes"]}
    assert set(changes) == {
        ("public", "registrant.cc", "disappears"),
        ("registry", "registrant.cc", "disappears"),
        ("public", "registrant.voice", "disappears"),
    }
    voice = changes["public", "registrant.voice", "disappears"]
    assert voice["objects"] == 1
    assert voice["example"] == {"object": "two.example", "before": _VOICE, "after": "removal: Registrant Phone"}
    assert found["objects"] == [
        {"audience": "public", "kind": "domain", "objects": 2, "changed": 2},
        {"audience": "registry", "kind": "domain", "objects": 2, "changed": 2},
    ]


def test_all_audiences_are_compared_if_none_is_named(store: str, sides: tuple[str, str]) -> None:
    audiences = {each["audience"] for each in _plain(*sides, "--store", store)["objects"]}
    assert audiences == {"public", "authenticated", "sponsor", "gaining", "police", "registry"}


def test_no_value_is_told_if_none_is_wanted(store: str, sides: tuple[str, str]) -> None:
    for form in ("text", "json"):
        arguments = (*sides, "--store", store, "--format", form)
        assert _VOICE in _run(*arguments).stdout
        hidden = _run(*arguments, "--no-values").stdout
        assert _VOICE not in hidden
        assert "registrant.voice" in hidden


def test_two_disclosures_are_compared_under_one_profile(store: str, sides: tuple[str, str]) -> None:
    rules = [str(Path(side).with_name("rules.yaml")) for side in sides]
    found = _plain(*rules, "--profile", sides[0], "--store", store, "--audience", "public")
    assert {each["where"] for each in found["documents"]} == {"registrant.voice"}
    assert [each["change"] for each in found["changes"]] == ["disappears"]
    alone = _plain(sides[0], "--disclosure", rules[1], "--store", store, "--audience", "public")
    assert alone["changes"] == found["changes"]


def test_a_disclosure_of_another_name_can_stand_for_it(store: str, tmp_path: Path) -> None:
    path = write(tmp_path)
    other = tmp_path / "other.yaml"
    rules = (tmp_path / "rules.yaml").read_text(encoding="utf-8")
    other.write_text(rules.replace("disclosure: rules", "disclosure: other"), encoding="utf-8")
    assert _run(path, "--disclosure", str(other), "--store", store).exit_code == 0


def test_only_what_the_profiles_speak_of_is_compared(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    store = fill(folder, deposits.registrar(), deposits.contact(), deposits.domain("one.example"))
    sides = (write(tmp_path / "a", ('tlds: ["*"]', "tlds: [test]")),
             write(tmp_path / "b", ('tlds: ["*"]', "tlds: [test]"), ("[cc, voice", "[voice")))  # fmt: skip
    assert "the store has no such objects" in _run(*sides, "--store", store).stdout


def test_a_registrar_is_named_as_a_key_of_its_would_name_it(store: str) -> None:
    def shown(registrar: str) -> int:
        """How many domains show the registrar their registrant's name, which a thin registry does not have."""
        words = ("--store", store, "--audience", "authenticated", "--kind", "domain", "--registrar", registrar)
        changes = _plain("gtld-rdap", "thin-rdap", *words)["changes"]
        named = [each for each in changes if each["element"] == "registrant.name"]
        return sum(each["objects"] for each in named if each["change"] == "disappears")

    assert shown("R-1@example") == shown("R-1") == 2
    assert shown("R-1@test") == 0


def test_a_sample_is_as_large_as_it_is_wanted(store: str, sides: tuple[str, str]) -> None:
    found = _plain(*sides, "--store", store, "--audience", "public", "--sample", "1", "--seed", "5")
    assert found["objects"][0]["objects"] == 1


def test_without_a_store_the_documents_alone_are_compared(sides: tuple[str, str]) -> None:
    result = _run(*sides)
    assert result.exit_code == 1
    assert "note: no store is named, so only the documents were compared" in result.stderr
    assert "changes" not in _plain(*sides)


_BAD = [
    (("gtld-whois",), "compare with what?"),
    (("gtld-whois", "nosuch"), "there is no profile 'nosuch'"),
    (("nosuch", "gtld-whois"), "there is no profile 'nosuch'"),
    (("gtld-whois", "none.yaml"), "No such file"),
    (("gtld-disclosure",), "give another as B, and the --profile"),
    (("gtld-disclosure", "cctld-disclosure"), "give another as B, and the --profile"),
    (("gtld-disclosure", "gtld-whois", "--profile", "gtld-rdap"), "'gtld-whois' is no disclosure"),
    (("gtld-whois", "gtld-whois-2024", "--profile", "gtld-rdap"), "is a profile itself"),
    (("gtld-whois", "gtld-whois-2024", "--audience", "polise"), "'polise' is no audience"),
    (("gtld-whois", "gtld-whois-2024", "--store", "nonsense"), "is no store URL"),
]


@pytest.mark.parametrize(("arguments", "said"), _BAD)
def test_what_cannot_be_compared_gets_exit_code_2_and_a_word(arguments: tuple[str, ...], said: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr


def test_a_faulty_side_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, ("- name", "- nane"), ruled=((RULE, RULE),))
    result = _run("gtld-whois", path)
    assert result.exit_code == 2
    assert f"{path}:9: " in result.stderr
