"""`dnrd profile schema` and `dnrd profile variability`: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from directory.cli.profile.schema import command as schema
from directory.cli.profile.variability import command as variability
from directory.profile.variability import ASPECTS
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE
from tests.profile.objects import GRAPHS


def _schema(*arguments: str) -> Result:
    return CliRunner().invoke(schema, arguments)


def _variability(*arguments: str) -> Result:
    return CliRunner().invoke(variability, arguments)


def test_the_schema_of_an_rdap_profile_is_that_of_its_rdap_body() -> None:
    found = json.loads(_schema("gtld-rdap").stdout)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert Draft202012Validator(found).is_valid(replies.rdap_json(GRAPHS["domain-full"]))


def test_the_schema_of_any_other_profile_is_that_of_plain_json() -> None:
    found = json.loads(_schema("gtld-whois").stdout)
    assert found["$defs"]["domain"]["properties"]["profile"]["properties"]["name"] == {"const": "gtld-whois"}
    assert json.loads(_schema("gtld-rdap", "--markup", "json").stdout)["$defs"].keys() >= {
        "domain",
        "error",
        "help",
    }


def test_the_audience_decides_what_is_in_it() -> None:
    public, police = (
        json.loads(_schema("rfc9083", "--audience", each).stdout)["$defs"]["domain"]["required"]
        for each in ("public", "law-enforcement")
    )
    assert set(public) <= set(police)
    result = _schema("rfc9083", "--audience", "law-enforcment")
    assert result.exit_code == 2
    assert "did you mean 'law-enforcement'" in result.stderr


def test_nothing_is_demanded_of_any_object_that_the_registry_might_not_have() -> None:
    kept, any_ = (
        json.loads(_schema("gtld-rdap", *more).stdout)["$defs"]["registrar"]["required"]
        for more in ((), ("--any-object",))
    )
    assert "publicIds" in kept
    assert "publicIds" not in any_


def test_a_profile_that_never_speaks_rdap_has_no_schema_of_that() -> None:
    result = _schema("gtld-whois", "--markup", "rdap")
    assert result.exit_code == 2
    assert "'gtld-whois' is bound to the service 'whois'" in result.stderr


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A profile of one's own with its disclosure beside it."""
    (tmp_path / "rules.yaml").write_text(DISCLOSURE, encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return str(path)


@pytest.mark.clause("SAC054 §6")
def test_a_row_has_an_element_as_each_profile_says_it(mine: str) -> None:
    lines = _variability("gtld-whois", mine).stdout.splitlines()
    assert lines[0].split()[-2:] == ["gtld-whois", "said"]
    (line,) = [line for line in lines if line.split()[:2] == ["domain", "registrant.cc"]]
    assert "Registrant Country; 1; iso3166-1-alpha-2" in line
    assert "#2; public" in line
    assert "elements, 4 in all 2 profiles" in lines[-2]


def test_only_what_differs_is_shown_if_that_is_wanted(mine: str) -> None:
    lines = _variability(mine, mine, "--only", "differing").stdout.splitlines()
    assert len(lines) == 3  # heads, an empty line, the summary
    assert lines[-1] == "4 elements, 4 in all 2 profiles; 4 of these are the same everywhere"


def test_json_and_csv_have_every_aspect_of_every_profile(mine: str) -> None:
    found = json.loads(_variability("gtld-rdap", mine, "--format", "json").stdout)
    (name,) = [
        each for each in found["elements"] if (each["object"], each["element"]) == ("domain", "domain.name")
    ]
    assert name["sayings"]["gtld-rdap"] | {"order": 1} == {
        "label": "", "format": "", "length": "", "cardinality": "1", "language": "", "order": 1,
        "audiences": ["public"],
    }  # fmt: skip
    assert found["summary"]["common"] == sum(each["common"] for each in found["elements"])
    rows = list(csv.DictReader(io.StringIO(_variability("gtld-rdap", mine, "--format", "csv").stdout)))
    assert len(rows) == found["summary"]["elements"]
    assert set(rows[0]) == {"object", "element", "common", "differing"} | {
        f"{title}.{aspect}" for title in ("gtld-rdap", "said") for aspect in ASPECTS
    }
    assert [row["said.order"] for row in rows if row["element"] == "domain.name"] == ["1"]


def test_labels_are_in_the_language_that_is_wanted() -> None:
    labels = []
    for more in ((), ("--lang", "en")):
        rows = json.loads(_variability("gtld-whois", "cctld-es", "--format", "json", *more).stdout)["elements"]
        (created,) = [each for each in rows if (each["object"], each["element"]) == ("domain", "domain.crDate")]
        labels.append([created["sayings"][name]["label"] for name in ("gtld-whois", "cctld-es")])
    assert labels == [["Creation Date", "Fecha de alta"], ["Creation Date", "Registered"]]


def test_one_profile_alone_cannot_be_compared(mine: str) -> None:
    result = _variability(mine)
    assert result.exit_code == 2
    assert "name two profiles or more" in result.stderr


def test_the_help_of_both_has_examples() -> None:
    assert "dnrd profile schema gtld-rdap --audience" in _schema("--help").output
    assert "dnrd profile variability gtld-whois gtld-rdap" in _variability("--help").output
