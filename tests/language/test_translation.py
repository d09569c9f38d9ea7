"""What a text reads as in a language, and whether the catalogues that are shipped can be trusted."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jsonschema import Draft202012Validator

from directory import language, resources
from directory.language import LANGUAGES, ROLE, has, said, translate
from tests import messages

_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_URL = re.compile(r"https?://\S+|/rdap/\w*")
_KINDS = ("label", "words", "prose")
_TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]


def test_english_spanish_and_russian_are_shipped() -> None:
    assert {"en", "es", "ru"} <= set(LANGUAGES)


def test_a_label_reads_as_sac054_has_it() -> None:
    assert translate("Registry Expiry Date", "es") == "Fecha de vencimiento del registro"
    assert translate("Registrar", "ru") == "Регистратор"


def test_a_text_that_no_catalogue_has_stands_as_it_is() -> None:
    assert translate("Nobody translated this.", "es") == "Nobody translated this."
    assert translate("Registrar", "tlh") == "Registrar"
    assert translate("", "es") == ""


@pytest.mark.clause("RFC 4647 §3.4")
def test_a_narrower_tag_reads_the_catalogue_of_the_wider_one() -> None:
    assert translate("Registrar", "es-MX") == translate("Registrar", "ES") == "Registrador"


def test_what_stands_for_a_role_is_inflected_as_labels_need_it() -> None:
    label, word = translate("{role} Name", "ru"), translate("Registrant", "ru", ROLE)
    assert label.replace("{role}", word) == "Имя администратора домена"


def test_babel_is_imported_only_where_a_text_is_translated() -> None:
    code = "import sys, directory.language; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_words_by_language_are_said_in_their_own_form_before_a_translation() -> None:
    words = {"en": "Registrar", "es": "Agente registrador"}
    assert said(words, "es") == said(words, "es-MX") == "Agente registrador"
    assert said(words, "ru") == said("Registrar", "ru") == "Регистратор"
    assert said({"es": "Titular", "pt": "Titular do domínio"}, "ru") == "Titular"
    assert said("", "ru") == ""


def test_whether_a_catalogue_has_a_text_is_told() -> None:
    assert has("Registrar", "es-MX")
    assert has("Registrant", "es", ROLE)
    assert not has("Registrant", "es")
    assert not has("Registrar", "tlh")


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogues that the test writes, instead of the shipped ones."""
    monkeypatch.setattr(language, "_LOCALE", tmp_path)
    monkeypatch.setattr(language, "LANGUAGES", ("es", "es-MX"))
    language._messages.cache_clear()
    language._read.cache_clear()
    yield tmp_path
    language._messages.cache_clear()
    language._read.cache_clear()


def _write(folder: Path, name: str, text: str) -> None:
    file = folder / name / "LC_MESSAGES" / "dnrd.po"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")


def test_a_narrower_catalogue_speaks_first_and_the_wider_one_where_it_is_silent(catalogues: Path) -> None:
    _write(catalogues, "es", 'msgid "Email"\nmsgstr "Correo"\n\nmsgid "Fax"\nmsgstr "Fax, es"\n')
    _write(catalogues, "es_MX", 'msgid "Email"\nmsgstr "Correo, MX"\n\nmsgid "Fax"\nmsgstr ""\n')
    assert translate("Email", "es-MX") == "Correo, MX"
    assert translate("Fax", "es-MX") == "Fax, es"
    assert translate("Email", "es") == "Correo"


def test_a_context_tells_two_words_apart_and_is_not_needed_for_one(catalogues: Path) -> None:
    name = 'msgid "Name"\nmsgstr "Nombre"\n\nmsgctxt "trademark"\nmsgid "Name"\nmsgstr "Denominación"\n'
    _write(catalogues, "es", name)
    assert translate("Name", "es", "trademark") == "Denominación"
    assert translate("Name", "es", "contact") == translate("Name", "es") == "Nombre"


def test_a_translation_that_was_only_guessed_is_not_used(catalogues: Path) -> None:
    _write(catalogues, "es", '#, fuzzy\nmsgid "Fax"\nmsgstr "Teléfono"\n\n#~ msgid "City"\n#~ msgstr "Ciudad"\n')
    assert translate("Fax", "es") == "Fax"
    assert translate("City", "es") == "City"


def test_the_end_of_a_block_of_text_does_not_count(catalogues: Path) -> None:
    _write(catalogues, "es", 'msgid "One line.\\nTwo."\nmsgstr "Una.\\nDos."\n')
    assert translate("One line.\nTwo.\n", "es") == "Una.\nDos."


@cache
def _gathered() -> messages.Gathered:
    return messages.gather()


@cache
def _catalogue(tag: str) -> Catalog:
    return messages.read(messages.LOCALE / tag / "LC_MESSAGES" / "dnrd.po")


def _texts(catalogue: Catalog) -> list[tuple[str, str, Message]]:
    """The English, the translation, and the message."""
    return [(str(each.id), str(each.string), each) for each in catalogue if each.id]


def _keys(catalogue: Catalog) -> set[messages.Key]:
    return {(each.context or "", text) for text, _, each in _texts(catalogue)}


def test_the_template_lists_the_texts_of_code_and_profiles() -> None:
    listed, gathered = _keys(messages.read(messages.TEMPLATE)), _keys(_gathered().template)
    assert listed == gathered, "the texts have changed: run `make messages`, and translate what is new"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_catalogue_has_every_text(tag: str) -> None:
    keys, gathered = _keys(_catalogue(tag)), _keys(_gathered().template)
    assert not gathered - keys, "run `make messages`, and translate what is new"
    tables = _gathered().tables
    assert all(context in tables.get(text, ()) for context, text in keys - gathered)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_text_is_translated_and_none_only_guessed(tag: str) -> None:
    assert [text for text, reads, each in _texts(_catalogue(tag)) if not reads or each.fuzzy] == []


def test_english_is_what_the_sources_say() -> None:
    assert all(reads == text for text, reads, _ in _texts(_catalogue("en")))


@pytest.mark.parametrize("tag", _TRANSLATED)
def test_placeholders_and_addresses_are_those_of_the_english(tag: str) -> None:
    for pattern in (_PLACEHOLDER, _URL):
        for text, reads, _ in _texts(_catalogue(tag)):
            assert sorted(pattern.findall(reads)) == sorted(pattern.findall(text)), reads


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize("tag", _TRANSLATED)
def test_a_translation_is_what_a_profile_could_say_there_itself(tag: str) -> None:
    defs = resources.schema("profile")["$defs"]
    allowed = {kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": defs}) for kind in _KINDS}
    for text, reads, each in _texts(_catalogue(tag)):
        is_label = text in _gathered().tables or each.context == ROLE
        kind = "label" if is_label else "prose" if "\n" in text else "words"
        assert not [fault.message for fault in allowed[kind].iter_errors(reads)]
        assert reads == reads.strip()


@pytest.mark.parametrize("tag", _TRANSLATED)
def test_the_forms_of_a_query_are_not_translated(tag: str) -> None:
    """A keyword that stands at the beginning of a line of help is what a client has to send."""
    for text, reads, _ in _texts(_catalogue(tag)):
        assert re.findall(r"^  (\S+(?: \S+)*)  ", reads, re.M) == re.findall(r"^  (\S+(?: \S+)*)  ", text, re.M)


@pytest.mark.parametrize("tag", _TRANSLATED)
def test_no_word_mixes_scripts(tag: str) -> None:
    """A Latin letter that looks like a Cyrillic one is not found by who searches for the word."""
    for _, reads, _ in _texts(_catalogue(tag)):
        for word in re.findall(r"[^\W\d_]+", reads):
            scripts = {unicodedata.name(letter).partition(" ")[0] for letter in word}
            assert len(scripts) == 1, f"{word!r} in {reads!r} is in {scripts}"
