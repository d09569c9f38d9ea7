"""`dnrd forget` and `dnrd expire`: what is erased is gone, said without the data, and recorded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from tests import deposits as d
from tests.cli import chained

EMAIL = b"c-1@mail.example.net"


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    assert run("ingest", "--store", url, chained.write(tmp_path / "in", "f1", "d2", "d3", "d4")).exit_code == 0
    return url


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def records(tmp_path: Path) -> list[tuple[str, str, int]]:
    with sqlite3.connect(tmp_path / "registry.db") as store:
        return store.execute('SELECT reason, who, versions FROM "erasure"').fetchall()


def next_full(tmp_path: Path) -> Path:
    path = tmp_path / "f6.xml"
    path.write_bytes(d.full(d.registrar(), watermark="2026-01-06T00:00:00Z", id="f6"))
    return path


def test_the_past_of_a_contact_is_gone_from_the_file_and_recorded(url: str, tmp_path: Path) -> None:
    assert EMAIL in (tmp_path / "registry.db").read_bytes()
    result = run("forget", "--store", url, "--reason", "art. 17 GDPR", "--who", "the court", "C-1")
    assert result.exit_code == 0
    assert "erased: 1 version of contacts, valid from 2026-01-01T00:00:00Z to 2026-01-04" in result.stdout
    assert EMAIL.decode() not in result.output
    assert EMAIL not in (tmp_path / "registry.db").read_bytes()
    assert records(tmp_path) == [("art. 17 GDPR", "the court", 1)]


def test_a_query_of_that_time_says_that_data_were_erased(url: str) -> None:
    run("forget", "--store", url, "--reason", "asked to", "C-1")
    result = run("query", "--store", url, "--as-of", "2026-01-02", chained.NAME)
    assert result.exit_code == 0
    assert "the data that 1 contact had then were erased since" in result.stderr


def test_so_it_says_of_what_extensions_said_of_a_contact(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    for day, kind in ((1, "natural"), (2, "legal")):
        person = d.extension("person", "contact", "C-1", kind=kind)
        full = d.full(
            d.registrar(), d.contact(), d.domain("one.example"), person, watermark=f"2026-01-0{day}T00:00:00Z"
        )
        (tmp_path / "full.xml").write_bytes(full)
        assert run("ingest", "--store", url, tmp_path / "full.xml").exit_code == 0
    asked = ("query", "--store", url, "--as-of", "2026-01-01T12:00:00Z", "one.example")
    assert "erased" not in run(*asked).stderr
    told = run("forget", "--store", url, "--reason", "asked to", "C-1")
    assert "1 version of extensions" in told.stdout
    result = run(*asked)
    assert result.exit_code == 0
    assert "the data that 1 contact had then were erased since" in result.stderr


@pytest.mark.clause("RFC 8909 §2")
def test_what_cannot_go_back_to_what_was_forgotten_is_refused_until_it_is_said_anew(
    url: str, tmp_path: Path
) -> None:
    """Between the FULL and the INCR the contact was another: whether it still is nobody knows."""
    run("forget", "--store", url, "--reason", "asked to", "C-1")
    path = tmp_path / "i5.xml"

    def take(*objects: str) -> Result:
        incr = d.changes("INCR", "i5", "f1", "2026-01-05T00:00:00Z", objects=objects, totals=chained.TOTALS)
        path.write_bytes(incr)
        return run("ingest", "--store", url, path)

    refused = take(chained.domain())
    assert refused.exit_code == 1
    assert "it goes back to FULL f1, and data that contacts had then were forgotten since" in refused.output
    assert "apply a FULL" in refused.output
    taken = take(chained.domain(), d.contact("C-1", email="newest@mail.example.net"))
    assert taken.exit_code == 0, taken.output
    assert "what was changed since went back to FULL f1" in taken.output
    answer = run("query", "--store", url, "--audience", "law-enforcement", "--format", "json", chained.NAME)
    assert "newest@mail.example.net" in answer.stdout


@pytest.mark.clause("RFC 8909 §5.1")
def test_so_is_a_resend(url: str, tmp_path: Path) -> None:
    run("forget", "--store", url, "--reason", "asked to", "C-1")
    path = tmp_path / "d4.xml"
    path.write_bytes(
        d.changes(
            "DIFF", "d4", "d3", "2026-01-04T00:00:00Z", objects=[chained.domain()], totals=chained.TOTALS, resend=1
        )
    )
    refused = run("ingest", "--store", url, path)
    assert refused.exit_code == 1
    assert "it goes back to DIFF d3" in refused.output


def test_what_is_said_today_stays(url: str) -> None:
    run("forget", "--store", url, "--reason", "asked to", "C-1")
    answer = run("query", "--store", url, "--audience", "law-enforcement", "--format", "json", chained.NAME)
    assert "new@mail.example.net" in answer.stdout


@pytest.mark.parametrize("handle", ["C-2", "C-9"])
def test_where_nothing_is_kept_no_record_is_made(url: str, tmp_path: Path, handle: str) -> None:
    result = run("forget", "--store", url, "--reason", "asked to", handle)
    assert result.exit_code == 1
    assert records(tmp_path) == []


def test_of_several_repositories_one_has_to_be_named(url: str, tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_bytes(d.full(d.registrar(), tld="test"))
    run("ingest", "--store", url, other)
    asked = ("forget", "--store", url, "--reason", "asked to", "C-1")
    assert "say which: example, test" in run(*asked).stderr
    assert "'exampel'" in run(*asked, "--repository", "exampel").stderr
    assert run(*asked, "--repository", "example").exit_code == 0


@pytest.mark.clause("RFC 9022 §5.9.1")
def test_of_two_types_of_one_name_the_type_has_to_be_named(url: str, tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    deposit = d.full(d.registrar()).replace(
        b"<rdeHeader:tld>example</rdeHeader:tld>", b"<rdeHeader:ppsp>example</rdeHeader:ppsp>"
    )
    other.write_bytes(deposit)
    taken = run("ingest", "--store", url, other)
    assert taken.exit_code == 0, taken.output
    asked = ("forget", "--store", url, "--reason", "asked to", "C-1")
    assert "say which: tld:example, ppsp:example" in run(*asked, "--repository", "example").stderr
    assert "nothing is kept" in run(*asked, "--repository", "ppsp:example").stderr
    assert run(*asked, "--repository", "tld:example").exit_code == 0
    exported = run("export", "--store", url, "--repository", "ppsp:example", "--out", tmp_path / "ppsp.xml")
    assert exported.exit_code == 0, exported.output


def test_a_reason_has_to_be_given(url: str) -> None:
    assert run("forget", "--store", url, "C-1").exit_code == 2
    refused = run("forget", "--store", url, "--reason", " ", "C-1")
    assert refused.exit_code == 2
    assert "the record has to say why" in refused.stderr


def test_old_versions_are_removed_once_a_full_came_after_them(url: str, tmp_path: Path) -> None:
    asked = ("expire", "--store", url, "--before", "2026-01-05")
    assert "nothing that may go is that old" in run(*asked).stdout
    run("ingest", "--store", url, next_full(tmp_path))
    result = run(*asked, "--who", "me")
    assert result.exit_code == 0
    assert "versions of domains, valid from 2026-01-01T00:00:00Z to 2026-01-04" in result.stdout
    assert ("retention", "me", 3) in records(tmp_path)
    assert run("query", "--store", url, "--as-of", "2026-01-05", chained.NAME).exit_code == 0


def test_of_a_time_that_is_partly_erased_nothing_is_said_not_to_have_been(url: str, tmp_path: Path) -> None:
    run("ingest", "--store", url, next_full(tmp_path))
    run("expire", "--store", url, "--before", "2026-01-04")
    gone = run("query", "--store", url, "--as-of", "2026-01-02", chained.NAME)
    assert gone.exit_code == 1
    assert gone.stdout == ""
    assert "whether there was such a domain then is not known any more" in gone.stderr
    there = run("query", "--store", url, "--as-of", "2026-01-05", chained.NAME)
    assert there.exit_code == 0
    assert "erased" not in there.stderr
    never = run("query", "--store", url, "--as-of", "2026-01-05", "never.example")
    assert "not found" in never.stdout
    told = run("history", "--store", url, chained.NAME).stdout
    assert "up to 2026-01-04T00:00:00Z: what was superseded by then was erased with time" in told


def test_personal_data_can_go_before_the_versions_do(url: str, tmp_path: Path) -> None:
    run("ingest", "--store", url, next_full(tmp_path))
    result = run("expire", "--store", url, "--before", "2026-01-05", "--personal-only")
    assert "of contacts" in result.stdout
    assert "of domains" not in result.stdout
    assert EMAIL not in (tmp_path / "registry.db").read_bytes()
    assert run("query", "--store", url, "--as-of", "2026-01-02", chained.NAME).exit_code == 0
