"""`dnrd profile check`: all faults of all documents at once, and a friendly line for what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory import resources
from directory.cli.profile.check import command
from tests.cli.asked import write
from tests.profile.documents import DISCLOSURE, PROFILE, changed


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)))


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_document_is_right() -> None:
    result = _run(*resources.names("profiles"))
    assert result.exit_code == 0, result.output
    right = [line for line in result.output.splitlines() if ": right: " in line]
    assert len(right) == len(resources.names("profiles"))


def test_a_line_says_what_a_document_is(tmp_path: Path) -> None:
    result = _run(write(tmp_path), tmp_path / "rules.yaml")
    assert result.exit_code == 0
    profile, disclosure = result.output.splitlines()
    assert profile == (
        f"{tmp_path}/said.yaml: right: profile said 1 from 2020-01-01; data of *, JSON in en; "
        "domain (4 elements); disclosed by rules to public, authenticated, sponsor, gaining, police, registry"
    )
    assert disclosure == (
        f"{tmp_path}/rules.yaml: right: disclosure rules 1 from 2020-01-01; 20 elements public, 2 rules, "
        "audiences public, authenticated, sponsor, gaining, police, registry"
    )


_OTHER = (("disclosure: rules", "disclosure: others"), ("registrant.voice:", "registrant.vioce:"))


def test_the_faults_of_all_files_are_told_at_once_with_line_and_hint(tmp_path: Path) -> None:
    one = _file(tmp_path, "one.yaml", changed(PROFILE, ("- name", "- nane"), ("voice,", "vioce,")))
    _file(tmp_path, "rules.yaml", DISCLOSURE)
    two = _file(tmp_path, "two.yaml", changed(PROFILE, ("profile: said", "profil: other")))
    three = _file(tmp_path, "three.yaml", changed(DISCLOSURE, *_OTHER))
    result = _run(one, two, three)
    assert result.exit_code == 1
    assert f"{one}:9: objects.domain[0]: 'domain.nane' is no element" in result.output
    assert "did you mean 'contact.voice'" in result.output
    assert f"{two}:2: profil: the key 'profil' is not known here" in result.output
    assert f"{three}:15: " in result.output
    assert result.output.splitlines()[-1] == "5 faults"
    assert ": right: " not in result.output


def test_what_a_document_refers_to_is_checked_as_well_where_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, ruled=(("registrant.voice:", "registrant.vioce:"),))
    result = _run(path)
    assert result.exit_code == 1
    assert f"{tmp_path}/rules.yaml:15: " in result.output
    assert "it was checked only by itself, for there are faults in rules" in result.output
    assert "is no disclosure" not in result.output
    assert "there is no disclosure" not in result.output


def test_a_profile_that_extends_another_beside_it_is_found(tmp_path: Path) -> None:
    write(tmp_path)
    more = _file(tmp_path, "more.yaml", 'profile: more\nversion: "1"\nfrom: "2020-01-01"\nextends: said\n'
                 "change: {domain: [{at: name, omit: true}]}\n")  # fmt: skip
    result = _run(more)
    assert result.exit_code == 0, result.output
    assert "domain (3 elements)" in result.output
    wrong = _file(tmp_path, "wrong.yaml", 'profile: wrong\nversion: "1"\nfrom: "2020-01-01"\nextends: said\n'
                  "change: {domain: [{at: nane, omit: true}]}\n")  # fmt: skip
    assert "'nane' selects nothing" in _run(wrong).output


def test_a_reference_to_nothing_is_told_with_what_there_is(tmp_path: Path) -> None:
    path = _file(tmp_path, "said.yaml", PROFILE)
    result = _run(path)
    assert result.exit_code == 1
    assert f"{path}:6: disclosure: there is no disclosure 'rules'" in result.output


def test_a_later_disclosure_that_does_not_fit_is_told_today(tmp_path: Path) -> None:
    path = write(tmp_path)
    later = _file(tmp_path, "later.yaml", changed(DISCLOSURE, ('"2020-01-01"', '"2222-01-01"'), ('version: "1"',
                  'version: "2"'), ("registrant.cc, ", "")))  # fmt: skip
    result = _run(path, tmp_path / "rules.yaml", later)
    assert result.exit_code == 1
    assert "registrant.cc has no rule in the disclosure 'rules'" in result.output
    alone = _run(later)
    assert alone.exit_code == 0
    assert "from 2222-01-01, not yet" in alone.output


def test_two_profiles_for_the_same_zone_and_service_are_a_fault_only_together(tmp_path: Path) -> None:
    write(tmp_path)
    _file(tmp_path, "other.yaml", changed(PROFILE, ("profile: said", "profile: other")))
    files = (tmp_path / "said.yaml", tmp_path / "other.yaml", tmp_path / "rules.yaml")
    assert _run(*files).exit_code == 0
    result = _run("--together", *files)
    assert result.exit_code == 1
    assert "'said' is bound to * and data already" in result.output


def test_what_is_extended_is_not_in_force_together_with_what_extends_it(tmp_path: Path) -> None:
    """Also where it is what a server without a configuration has in force."""
    rules = _file(tmp_path, "r.yaml", f"disclosure: r\n{_EDITION}extends: gtld-disclosure\n")
    files = [
        _file(
            tmp_path, f"{service}.yaml", f"profile: {service}\n{_EDITION}extends: gtld-{service}\ndisclosure: r\n"
        )
        for service in ("whois", "rdap")
    ]
    assert _run("--together", rules, *files).exit_code == 0
    assert _run("--together", *files, rules, "gtld-rdap").exit_code == 1


def test_what_no_file_has_that_a_server_would_be_given_is_a_fault_together(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert _run(path).exit_code == 0  # the disclosure lies beside it
    result = _run("--together", path)
    assert result.exit_code == 1
    assert "there is no disclosure 'rules'" in result.output


_EDITION = 'version: "1"\nfrom: 2026-01-01\n'


def test_what_was_probably_not_meant_is_a_note_and_no_fault(tmp_path: Path) -> None:
    result = _run(write(tmp_path, ("[cc, voice, email]", "[cc, voice]")), tmp_path / "rules.yaml")
    assert result.exit_code == 0
    assert "note: 1 element has a rule and is not said by said: registrant.email" in result.output


_BROKEN = ["", "just text", "- a\n- list\n", "profile: [", "a: 1\na: 2\n", "profile: {}\n", "\x00"]


@pytest.mark.parametrize("text", _BROKEN)
def test_what_is_no_profile_at_all_is_refused_in_words(tmp_path: Path, text: str) -> None:
    result = _run(_file(tmp_path, "x.yaml", text))
    assert result.exit_code == 1
    assert f"{tmp_path}/x.yaml" in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_file_that_is_not_there_is_a_fault_and_no_file_at_all_is_an_error(tmp_path: Path) -> None:
    assert "No such file" in _run(tmp_path / "none.yaml").output
    assert _run().exit_code == 2


def test_json_has_the_documents_and_the_findings(tmp_path: Path) -> None:
    found = json.loads(_run("--format", "json", write(tmp_path)).stdout)
    (document,) = found["documents"]
    assert document["right"] is True
    assert document["elements"] == {"domain": 4}
    assert document["zones"] == ["*"]
    assert found["faults"] == 0
    faulty = json.loads(_run("--format", "json", write(tmp_path, ("- name", "- nane"))).stdout)
    (finding,) = faulty["findings"]
    assert (finding["line"], finding["place"], finding["fault"]) == (9, "objects.domain[0]", True)
    assert faulty["faults"] == 1


def test_a_name_that_is_nearly_that_of_a_shipped_document_is_suggested() -> None:
    result = _run("gtld-whoiss")
    assert result.exit_code == 1
    assert "neither such a file, nor is a document of this name shipped" in result.output
    assert "did you mean 'gtld-whois'" in result.output


def test_a_door_that_has_no_profile_is_noted_together() -> None:
    result = _run("--together", "gtld-whois", "gtld-disclosure")
    assert result.exit_code == 0
    assert "no profile is bound to the service 'rdap': a server with it does not start" in result.output
    assert "--no-rdap" in result.output
    assert "no profile is bound" not in _run("--together", "gtld-whois", "gtld-rdap", "gtld-disclosure").output
