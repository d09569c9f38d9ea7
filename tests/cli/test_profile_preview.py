"""`dnrd profile preview`: to the octet what a door would answer, by a profile that need not be in force."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli.profile.preview import command
from directory.cli.query import command as query
from tests.cli.asked import registry, write

_VOICE = "+34.911234567"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return registry(tmp_path_factory.mktemp("previewed"))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("profile"))


def _run(store: str, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--store", store])


@pytest.mark.parametrize("service", ["whois", "rdap"])
@pytest.mark.parametrize("name", ["one.example", "nosuch.example", "held.example"])
def test_what_is_previewed_of_a_profile_in_force_is_what_is_answered(store: str, service: str, name: str) -> None:
    answered = CliRunner().invoke(query, [name, "--store", store, "--format", service])
    previewed = _run(store, name, "--format", service)
    assert previewed.stdout_bytes == answered.stdout_bytes
    assert previewed.exit_code == answered.exit_code


def test_a_profile_that_is_not_in_force_answers_in_its_own_markup(store: str, profile: str) -> None:
    result = _run(store, "two.example", "--profile", profile)
    assert result.exit_code == 0, result.output
    body = json.loads(result.stdout)
    assert body["profile"] == {"name": "said", "version": "1"}
    (found,) = body["objects"]
    assert found["contacts"]["registrant"]["voice"] == _VOICE
    assert (
        "voice"
        not in json.loads(_run(store, "one.example", "--profile", profile).stdout)["objects"][0]["contacts"][
            "registrant"
        ]
    )


def test_the_head_says_profile_disclosure_requester_and_violations(store: str, tmp_path: Path) -> None:
    strict = ("voice, email]", "voice, {element: email, length: {max: 3}}]")
    path = write(tmp_path, strict)
    result = _run(store, "one.example", "--profile", path, "--audience", "authenticated", "--registrar", "R-1")
    assert result.stderr.splitlines() == [
        f"# profile said 1 from 2020-01-01 ({path})",
        f"# disclosure rules 1 ({tmp_path}/rules.yaml)",
        "# to authenticated, for the registrar R-1",
        "# one.example breaks the profile: registrant.email: length {0,3}",
    ]
    kept = _run(store, "one.example", "--profile", "gtld-rdap")
    assert "# one.example keeps to the profile" in kept.stderr or "breaks the profile" in kept.stderr


def test_the_audience_and_the_registrar_decide(store: str, profile: str) -> None:
    def voice(*arguments: str) -> bool:
        return _VOICE in _run(store, "one.example", "--profile", profile, *arguments).stdout

    assert not voice()
    assert voice("--audience", "registry")
    assert not voice("--audience", "authenticated", "--registrar", "R-1")
    sponsored = _run(
        store, "one.example", "--profile", "gtld-rdap", "--audience", "authenticated", "--registrar", "R-1"
    )
    assert _VOICE in sponsored.stdout
    assert "no registrar" not in sponsored.stderr
    unknown = _run(store, "one.example", "--audience", "authenticated", "--registrar", "R-11")
    assert "# the store knows no registrar 'R-11'" in unknown.stderr


def test_the_forms_can_be_chosen(store: str, profile: str) -> None:
    forms = {form: _run(store, "two.example", "--profile", profile, "--format", form).stdout
             for form in ("json", "xml", "csv")}  # fmt: skip
    assert json.loads(forms["json"])["objects"]
    assert forms["xml"].startswith("<?xml")
    rows = list(csv.DictReader(io.StringIO(forms["csv"])))
    assert [row["value"] for row in rows if row["element"] == "registrant.voice"] == [_VOICE]


def test_a_form_in_which_the_profile_is_never_in_force_is_noted(store: str) -> None:
    result = _run(store, "one.example", "--profile", "gtld-whois", "--format", "rdap")
    assert result.exit_code == 0, result.output
    assert "a profile of the service whois" in result.stderr
    assert "of the service" not in _run(store, "one.example", "--profile", "gtld-rdap").stderr


def test_the_language_can_be_chosen(store: str) -> None:
    spanish = _run(store, "one.example", "--profile", "cctld-es").stdout
    english = _run(store, "one.example", "--profile", "cctld-es", "--language", "en").stdout
    assert "Nombre de dominio: one.example" in spanish
    assert "Domain: one.example" in english


def test_another_disclosure_can_be_tried_under_the_same_profile(store: str, profile: str, tmp_path: Path) -> None:
    write(tmp_path, ruled=(("registrant.voice: {show: [registry]", "registrant.voice: {show: [public]"),))
    arguments = ("one.example", "--profile", profile)
    assert _VOICE not in _run(store, *arguments).stdout
    assert _VOICE in _run(store, *arguments, "--disclosure", str(tmp_path / "rules.yaml")).stdout


def test_a_profile_of_a_later_date_is_taken_as_it_will_be(store: str, tmp_path: Path) -> None:
    path = Path(write(tmp_path))
    path.write_text(path.read_text(encoding="utf-8").replace("2020-01-01", "2222-01-01"), encoding="utf-8")
    result = _run(store, "one.example", "--profile", str(path))
    assert result.exit_code == 0
    assert "from 2222-01-01" in result.stderr


def test_an_object_that_the_profile_refuses_is_told_and_nothing_is_answered(store: str, tmp_path: Path) -> None:
    path = write(tmp_path, ("disclosure: rules", "disclosure: rules\nparameters: {violations: refuse}"),
                 ("- name", "- {element: status, cardinality: '3'}"))  # fmt: skip
    result = _run(store, "one.example", "--profile", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "domain.status: cardinality 3" in result.stderr


def test_a_profile_of_another_zone_is_noted(store: str, tmp_path: Path) -> None:
    path = write(tmp_path, ('tlds: ["*"]', "tlds: [test]"))
    result = _run(store, "one.example", "--profile", path)
    assert "# it is not bound to example, but to: test" in result.stderr
    assert result.exit_code == 0


def test_a_path_of_rdap_is_a_name_too(store: str) -> None:
    assert json.loads(_run(store, "entity/9995", "--profile", "gtld-rdap").stdout)["handle"] == "9995"
    assert json.loads(_run(store, "help", "--profile", "gtld-rdap").stdout)["rdapConformance"]


@pytest.mark.clause("RFC 9083 §5.3")
def test_a_domain_without_a_name_cannot_be_said_in_rdap(store: str, tmp_path: Path) -> None:
    result = _run(store, "one.example", "--profile", write(tmp_path, ("- name", "- status")), "--format", "rdap")
    assert result.exit_code == 2
    assert "the profile 'said' does not say domain.name, as RDAP has to" in result.stderr


_BAD = [
    (("one.example", "--profile", "nosuch"), 2, "there is no profile 'nosuch'"),
    (("one.example", "--profile", "nosuch.yaml"), 2, "No such file"),
    (("one.example", "--audience", "polise"), 2, "'polise' is no audience"),
    (("one.example", "--profile", "law-enforcement"), 2, "does not speak to 'public', but to: law-enforcement"),
    (("one.example", "--language", "e_s"), 2, "'e_s' is no language tag"),
    (("one.example", "--disclosure", "x.yaml"), 2, "--disclosure needs --profile"),
    (("one.example", "--profile", "gtld-rdap", "--disclosure", "gtld-whois"), 2, "'gtld-whois' is no disclosure"),
    (("domain",), 2, "nothing follows 'domain'"),
    (("nope/one", "--profile", "gtld-rdap"), 2, "there is no such kind of query"),
    (("nosuch.example",), 1, "# to public"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), _BAD)
def test_bad_input_gets_an_exit_code_and_a_word(
    store: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = _run(store, *arguments)
    assert result.exit_code == code, result.output
    assert said in result.stderr


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = _run(f"sqlite:///{tmp_path}/none.db", "one.example")
    assert result.exit_code == 2
    assert "there is no store" in result.stderr
