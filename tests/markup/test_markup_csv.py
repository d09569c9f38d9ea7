"""CSV: the same columns for every answer, and no formulas."""

from __future__ import annotations

import csv as reader
import io

import pytest
from hypothesis import given

from directory.markup import csv
from directory.markup.csv import COLUMNS, cell, from_cell
from directory.profile.profile import Profile
from directory.profile.view import View
from tests.markup import answers
from tests.markup.views import TEXTS, Fields, answer


def _rows(reply: bytes) -> list[dict[str, str]]:
    return list(reader.DictReader(io.StringIO(reply.decode(), newline="")))


@pytest.mark.clause("RFC 4180 §2")
def test_every_answer_has_one_header_and_rows_of_as_many_cells(profile: Profile) -> None:
    for said in answers.answers(profile).values():
        reply = csv.render(said, answers.URL)
        assert reply.endswith(b"\r\n")
        assert reply.count(b"\n") == reply.count(b"\r\n")
        header, *rows = reader.reader(io.StringIO(reply.decode(), newline=""))
        assert tuple(header) == COLUMNS
        assert rows
        assert all(len(row) == len(COLUMNS) for row in rows)


def test_a_row_says_of_which_object_and_which_part_its_value_is(profile: Profile) -> None:
    rows = _rows(csv.render(answers.found(profile), answers.URL))
    assert {(row["number"], row["object"], row["key"]) for row in rows} == {("1", "domain", "xn--e1afmkfd.test")}
    v6 = next(row for row in rows if row["value"] == "2001:db8::1")
    assert (v6["part"], v6["element"], v6["index"]) == ("host[1]", "host.addr", "2")
    desk = next(row for row in rows if row["element"] == "desk.email")
    assert desk["part"] == "registrar/abuse[1]"
    assert {row["part"] for row in rows if row["element"] == "tech.id"} == {"tech[1]", "tech[2]"}


def test_both_postal_forms_stand_in_one_part_each_with_its_language(profile: Profile) -> None:
    rows = _rows(csv.render(answers.found(profile), answers.URL))
    city = [row for row in rows if row["element"] == "registrant.city"]
    assert [(row["part"], row["value"], row["form"], row["lang"]) for row in city] == [
        ("registrant", "Москва", "loc", "und-Cyrl"),
        ("registrant", "City1", "int", "en"),
    ]
    assert {row["lang"] for row in rows if row["element"] in ("registrant.cc", "registrant.voice")} == {""}


@pytest.mark.clause("RFC 9537 §3.3")
def test_a_withheld_element_has_a_row_with_the_method_and_the_value_that_may_be_seen(profile: Profile) -> None:
    rows = _rows(csv.render(answers.found(profile), answers.URL))
    said = {row["element"]: (row["redacted"], row["value"]) for row in rows if row["redacted"]}
    assert said["domain.id"] == ("removal", "")
    assert said["registrant.voice"] == ("partialValue", "+1.555")
    assert said["trademark.number"] == ("removal", "")
    assert "registrant.fax" not in said


def test_objects_are_numbered_and_a_cut_list_says_so(profile: Profile) -> None:
    *rows, last = _rows(csv.render(answers.several(profile), answers.URL))
    assert {(row["number"], row["key"]) for row in rows} == {("1", "ns1.example.test"), ("2", "ns9.other.test")}
    assert (last["object"], last["element"], last["value"]) == ("answer", "answer.isCut", "true")


def test_where_there_is_no_object_the_rows_are_of_the_error(profile: Profile) -> None:
    rows = _rows(csv.render(answers.missing(profile), answers.URL))
    said = {(row["object"], row["element"]): row["value"] for row in rows}
    assert said == {
        ("error", "error.status"): "404",
        ("error", "error.title"): "Not Found",
        ("error", "error.description"): "No such domain.",
    }
    assert {row["key"] for row in rows} == {answers.URL}


def test_an_object_is_called_by_the_first_name_that_is_shown(profile: Profile) -> None:
    fields: Fields = {"org": ("=Evil()",), "registrarid": ("R-1",)}
    rows = _rows(csv.render(answer(profile, View("registrar", "", fields, {}, {})), answers.URL))
    assert {row["key"] for row in rows} == {"R-1"}
    rows = _rows(csv.render(answer(profile, View("registrar", "", {"org": ("=Evil()",)}, {}, {})), answers.URL))
    assert {row["key"] for row in rows} == {"'=Evil()"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("+1.5555550100", "+1.5555550100"),
        ("+525512345678", "+525512345678"),
        ("-5", "-5"),
        ("+1+2", "'+1+2"),
        ("=1", "'=1"),
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\x00=1", "'\x00=1"),
        ("＝1", "'＝1"),
        ('"=1', "'\"=1"),
        ("  =1", "'  =1"),
        ("x;=1;y", "x;'=1;y"),
        ("x\n=1", "x\n'=1"),
        ("'t Hooft", "''t Hooft"),
        ("O'Hara", "O'Hara"),
        ("Calle 5; piso 7", "Calle 5; piso 7"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(value: str, written: str) -> None:
    assert cell(value) == written
    assert from_cell(written) == value


@given(TEXTS)
def test_the_value_of_a_cell_is_read_back_to_the_letter(value: str) -> None:
    assert from_cell(cell(value)) == value


@given(TEXTS)
def test_no_cell_begins_as_a_formula_does_unless_it_is_a_number(value: str) -> None:
    written = cell(value)
    for piece in written.replace("\t", ";").replace("\r", ";").replace("\n", ";").split(";"):
        if piece.lstrip(' "')[:1] in tuple("=+-@＝＋－＠\x00"):
            float(written)
