"""Notes on what was probably not meant: texts that a language lacks, rules that nobody needs."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from directory.document import Document
from directory.errors import Finding
from directory.profile import advice
from directory.profile.loader import Library
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Change, changed

_DAY = datetime.date(2026, 6, 1)


def _library(folder: Path, *said: Change) -> tuple[Library, dict[str, Document]]:
    library = Library(replies.catalogue())
    found = {}
    for name, text in (("rules", DISCLOSURE), ("said", changed(PROFILE, *said))):
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        found[name] = library.add(path)
    return library, found


def _notes(folder: Path, *said: Change) -> list[Finding]:
    _, documents = _library(folder, *said)
    return list(advice.of_profile(documents["said"]))


_IN_SPANISH = (
    ("disclosure: rules", "disclosure: rules\nparameters: {languages: [es]}"),
    ("{domain: No., nameserver: No., address: No., registrar: No., entity: No.}",
     "{domain: {es: a}, nameserver: {es: b}, address: {es: c}, registrar: {es: d}, entity: {es: e}}"),
)  # fmt: skip


def test_a_text_that_a_language_lacks_is_noted_with_its_line(tmp_path: Path) -> None:
    lines = "    - {element: name, label: Qwertz}\n    - {element: crDate, label: {en: Uiop, es: Alta}}\n"
    (note,) = _notes(tmp_path, *_IN_SPANISH, ("    - name\n", lines))
    assert note.warning
    assert note.message == "1 text is not in 'es': 'Qwertz' on line 10"
    assert note.hint == "{en: …, es: …}"


def test_a_text_that_the_catalogue_has_is_in_the_language(tmp_path: Path) -> None:
    label = ("    - name\n", "    - {element: name, label: Domain Name}\n")
    assert _notes(tmp_path, *_IN_SPANISH, label) == []


def test_a_second_postal_form_without_a_key_is_noted(tmp_path: Path) -> None:
    def parameters(said: str) -> Change:
        return "disclosure: rules", f"disclosure: rules\nparameters: {{{said}}}"

    (note,) = _notes(tmp_path, parameters("markup: text, postal-forms: both"))
    assert note.place == "parameters.postal-forms"
    assert "it is left out" in note.message
    assert _notes(tmp_path, parameters("markup: text, postal-forms: both, translation: Translation")) == []
    assert _notes(tmp_path, parameters("postal-forms: both")) == []


def test_an_address_reads_the_same_in_every_language(tmp_path: Path) -> None:
    fixed = ("    - name\n", "    - name\n    - {fixed: 'https://complaint.example/', label: Status}\n")
    assert _notes(tmp_path, *_IN_SPANISH, fixed) == []
    words = (fixed[0], fixed[1].replace("https://complaint.example/", "See https://complaint.example/"))
    assert len(_notes(tmp_path, *_IN_SPANISH, words)) == 1


def test_a_text_in_a_language_that_cannot_be_had_is_noted(tmp_path: Path) -> None:
    label = ("    - name\n", "    - {element: name, label: {en: Name, fr: Nom}}\n")
    (note,) = _notes(tmp_path, label)
    assert note.message == "1 text is in 'fr', in which the profile cannot be had"
    assert note.hint == "languages: [en, fr]"


def test_rules_on_what_no_profile_says_are_noted_once(tmp_path: Path) -> None:
    library, documents = _library(tmp_path, ("[cc, voice, email]", "[cc, voice]"))
    profile = library.build(documents["said"], _DAY)
    (note,) = advice.of_disclosure(documents["rules"], [profile])
    assert note.message == "1 element has a rule and is not said by said: registrant.email"
    assert note.line == 16
    assert list(advice.of_disclosure(documents["rules"], [library.build(documents["said"], _DAY)])) == [note]


def test_there_is_nothing_to_note_of_what_is_meant(tmp_path: Path) -> None:
    library, documents = _library(tmp_path)
    assert list(advice.of_profile(documents["said"])) == []
    assert list(advice.of_disclosure(documents["rules"], [library.build(documents["said"], _DAY)])) == []


@pytest.mark.clause("RFC 9537 §4.2")
@pytest.mark.parametrize(
    ("hidden", "message", "hint"),
    [
        ("name: Registrant Fone", "is none of the redacted names", "did you mean 'Registrant Phone'"),
        ("name: Shoe Size", "is none of the redacted names", "description: Shoe Size"),
        ("description: Registrant Phone", "is a redacted name that is registered", "name: Registrant Phone"),
    ],
)
def test_a_redacted_name_that_is_not_registered_is_a_description(
    tmp_path: Path, hidden: str, message: str, hint: str
) -> None:
    rules, said = tmp_path / "rules.yaml", tmp_path / "said.yaml"
    rules.write_text(changed(DISCLOSURE, ("name: Registrant Phone", hidden)), encoding="utf-8")
    more = ("texts:", f"redaction: {{registrant.email: {{{hidden}}}}}\ntexts:")
    said.write_text(changed(PROFILE, more), encoding="utf-8")
    library = Library(replies.catalogue())
    documents = [library.add(path) for path in (rules, said)]
    library.build(documents[1], _DAY)
    for notes in (advice.of_disclosure(documents[0], []), advice.of_profile(documents[1])):
        (note,) = notes
        assert note.warning
        assert message in note.message
        assert hint in note.hint


def test_the_language_that_is_lacking_is_named_once(tmp_path: Path) -> None:
    (note,) = _notes(tmp_path, ("    - name\n", "    - {element: name, label: {de: Name}}\n"),
                     ("disclosure: rules", "disclosure: rules\nparameters: {languages: [en, de]}"),
                     ("{domain: No., nameserver: No., address: No., registrar: No., entity: No.}",
                      "{domain: {en: a, de: a}, nameserver: {en: a, de: b}, address: {en: a, de: c}, "
                      "registrar: {en: a, de: d}, entity: {en: a, de: e}}"))  # fmt: skip
    assert note.message.startswith("1 text is not in 'en'")
    assert note.hint == "{en: …}"
