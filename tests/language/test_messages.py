"""`make messages`: which texts are gathered, and what becomes of their translations."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog

from directory import resources
from directory.language import ROLE
from tests import messages
from tests.messages import Text, gather, renew, texts, to_bytes


def _said(objects: list[Any]) -> list[tuple[str, str]]:
    """The contexts and texts of a profile with this layout of a domain."""
    return [(each.context, each.text) for each in texts({"profile": "p", "objects": {"domain": objects}})]


def test_the_english_of_a_text_is_gathered_and_no_other_language() -> None:
    labels = ["Plain", {"en": "By language", "es": "Por idioma"}, {"es": "Sin inglés"}]
    assert _said([{"element": "name", "label": label} for label in labels]) == [
        ("domain", "Plain"),
        ("domain", "By language"),
    ]


@pytest.mark.parametrize("text", ["{as_of}", "{id} ({name})", "https://www.icann.org/wicf/", "{value} - {value}"])
def test_what_has_no_words_is_not_gathered(text: str) -> None:
    assert _said([{"fixed": text, "label": "Label"}]) == [("domain", "Label")]


def test_a_role_alone_is_a_label_that_may_need_more_words() -> None:
    assert _said([{"element": "name", "label": "{role}"}]) == [("domain", "{role}")]


def test_a_label_has_its_table_and_a_role_the_labels_that_it_is_put_into() -> None:
    desk = {"each": "desk", "roles": {"abuse": "Abuse"}, "elements": [{"element": "fax", "label": "{role} Fax"}]}
    elements = [{"element": "name", "label": "{role} Name"}, "city", {"element": "cc", "label": "Country"}, desk]
    contact = {"each": "contact", "roles": {"tech": {"en": "Tech"}, "admin": "Admin"}, "elements": elements}
    found = list(texts({"profile": "p", "objects": {"domain": [contact]}}))
    at = ("objects", "domain", 0)
    assert found[0] == Text((*at, "roles", "tech"), "Tech", ROLE, ("{role} Name",))
    assert found[1] == Text((*at, "roles", "admin"), "Admin", ROLE, ("{role} Name",))
    assert found[2] == Text((*at, "elements", 0, "label"), "{role} Name", "contact")
    assert found[4] == Text((*at, "elements", 3, "roles", "abuse"), "Abuse", ROLE, ("{role} Fax",))
    assert found[5] == Text((*at, "elements", 3, "elements", 0, "label"), "{role} Fax", "desk")


@pytest.mark.parametrize(
    ("change", "context"),
    [
        ({"at": "exDate", "set": {"label": "L"}}, "domain"),
        ({"at": "contact[tech]/voice", "set": {"label": "L"}}, "contact"),
        ({"at": "registrar/desk", "set": {"elements": [{"element": "fax", "label": "L"}]}}, "desk"),
        ({"after": "registrar/url", "add": [{"element": "rdap", "label": "L"}]}, "registrar"),
        ({"before": "exDate", "add": [{"each": "host", "elements": [{"element": "name", "label": "L"}]}]}, "host"),
        ({"add": [{"element": "crDate", "label": "L"}]}, "domain"),
        ({"at": "contact", "set": {"roles": {"tech": "L"}}}, ROLE),
    ],
)
def test_a_changed_item_is_in_the_table_that_its_path_leads_to(change: dict[str, Any], context: str) -> None:
    found = texts({"profile": "p", "extends": "q", "change": {"domain": [change, {"at": "ns", "omit": True}]}})
    assert [(each.context, each.text) for each in found] == [(context, "L")]


@pytest.mark.clause("RFC 9537 §4.2")
def test_how_a_withholding_reads_is_gathered_and_a_registered_name_is_not() -> None:
    hidden = {"text": "WITHHELD", "description": "Contact Fax", "reason": "The law", "name": "Registrant Fax"}
    rules = {"contact.fax": {"hidden": hidden}, "host.id": {}}
    assert [each.text for each in texts({"disclosure": "d", "text": "REDACTED", "rules": rules})] == [
        "REDACTED",
        "WITHHELD",
        "Contact Fax",
        "The law",
    ]
    changed = texts({"profile": "p", "redaction": {"contact.fax": hidden}})
    assert [each.text for each in changed] == ["WITHHELD", "Contact Fax", "The law"]


def _places(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The paths of the keys whose value the schema of profiles declares as words."""
    if isinstance(schema, dict):
        reference = schema.get("$ref", "").removeprefix("#/$defs/")
        if reference in ("words", "prose", "label"):
            yield path, reference
        for key, value in schema.items():
            yield from _places(value, (*path, key))
    elif isinstance(schema, list):
        for value in schema:
            yield from _places(value, path)


_PLACES = sorted({path for path, _ in _places(resources.schema("profile"))})


def test_the_schema_declares_words() -> None:
    assert ("properties", "notices", "items", "properties", "title") in _PLACES


@pytest.mark.parametrize("path", _PLACES, ids=".".join)
def test_every_place_of_words_in_the_schema_is_gathered(path: tuple[str, ...]) -> None:
    if path[:2] == ("$defs", "item"):
        path = ("properties", "objects", "properties", "domain", "items", *path[2:])
    value: Any = "Words"
    for step, before in zip(reversed(path), (*reversed(path[:-1]), ""), strict=True):
        if step == "items" and before != "properties":
            value = [value]
        elif before == "properties":
            value = {step: value}
        elif step == "additionalProperties":
            value = {"tech": value}
    assert [each.text for each in texts({"profile": "p", **value})] == ["Words"]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with code and a profile."""
    (tmp_path / "code").mkdir()
    (tmp_path / "profiles").mkdir()
    (tmp_path / "code" / "door.py").write_text('X = message("Not " "Found")\nY = message(X) + other("No")\n')
    profile = "profile: p\nobjects:\n  domain:\n    - {element: name, label: {en: Name}}\n"
    (tmp_path / "profiles" / "p.yaml").write_text(profile + "footer:\n  disclaimer: |\n    One.\n    Two.\n")
    return tmp_path


def test_marked_texts_of_code_and_the_texts_of_profiles_are_gathered(sources: Path) -> None:
    gathered = gather(sources / "code", sources / "profiles")
    found = {str(each.id): each.locations for each in gathered.template if each.id}
    assert found == {
        "Not Found": [("code/door.py", 1)],
        "Name": [("profiles/p.yaml", 4)],
        "One.\nTwo.": [("profiles/p.yaml", 6)],
    }
    assert gathered.tables == {"Name": {"domain"}}


def _catalogue(text: str) -> Catalog:
    return pofile.read_po(BytesIO(text.encode()), locale="es")


def _strings(catalogue: Catalog) -> dict[tuple[str | None, str], str]:
    return {(each.context, str(each.id)): str(each.string) for each in catalogue if each.id}


def test_a_translation_is_kept_and_a_new_text_is_left_to_be_translated(sources: Path) -> None:
    old = _catalogue('# Checked.\nmsgid "Name"\nmsgstr "Nombre"\n')
    new = renew(old, gather(sources / "code", sources / "profiles"))
    assert _strings(new) == {(None, "Not Found"): "", (None, "Name"): "Nombre", (None, "One.\nTwo."): ""}
    assert "# Checked.\n#: profiles/p.yaml\n" in to_bytes(new).decode()


def test_the_translation_of_a_text_that_went_comes_back_with_it(sources: Path) -> None:
    gathered = gather(sources / "code", sources / "profiles")
    without = renew(_catalogue('msgid "Gone"\nmsgstr "Ido"\n\nmsgid "Never"\nmsgstr ""\n'), gathered)
    assert (None, "Gone") not in _strings(without)
    written = to_bytes(without).decode()
    assert '#~ msgid "Gone"\n#~ msgstr "Ido"' in written
    assert "Never" not in written
    gathered.template.add("Gone")
    assert _strings(renew(_catalogue(written), gathered))[None, "Gone"] == "Ido"


def test_a_second_word_for_a_label_stays_as_long_as_its_table_has_that_label(sources: Path) -> None:
    entry = 'msgctxt "{}"\nmsgid "Name"\nmsgstr "{}"\n\n'
    old = _catalogue(entry.format("domain", "Nombre del dominio") + entry.format("host", "Nombre del host"))
    new = renew(old, gather(sources / "code", sources / "profiles"))
    assert _strings(new)["domain", "Name"] == "Nombre del dominio"
    assert ("host", "Name") not in _strings(new)
    assert '#~ msgctxt "host"' in to_bytes(new).decode()


def test_the_english_catalogue_is_filled_with_the_texts(sources: Path) -> None:
    old = pofile.read_po(BytesIO(b'msgid "Name"\nmsgstr "Nom"\n\nmsgid "Gone"\nmsgstr "Gone"\n'), locale="en")
    new = renew(old, gather(sources / "code", sources / "profiles"))
    assert all(text == said for (_, text), said in _strings(new).items())
    assert "Gone" not in to_bytes(new).decode()


def test_what_is_written_reads_the_same_and_is_written_the_same() -> None:
    gathered = gather()
    for file in messages.catalogues():
        written = to_bytes(renew(messages.read(file), gathered))
        again = pofile.read_po(BytesIO(written), locale=file.parts[-3])
        assert to_bytes(renew(again, gathered)) == written
