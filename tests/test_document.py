"""Documents are read as JSON would, with lines, and refused with every fault at once."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from directory import resources
from directory.document import Document, suggest, to_text
from directory.documentfile import load
from directory.errors import DocumentError, Finding

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "kind"],
    "properties": {
        "name": {"type": "string", "maxLength": 5, "x-rule": "RFC 1035 §2.3.4"},
        "kind": {"enum": ["domain", "host"]},
        "since": {"format": "date"},
        "list": {
            "type": "array",
            "items": {
                "oneOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["each"],
                        "properties": {"each": {"const": "host"}},
                    },
                ]
            },
        },
    },
}


def _faults(text: str | bytes, schema: dict[str, Any] | str = "") -> tuple[Finding, ...]:
    with pytest.raises(DocumentError) as refusal:
        load(text, "it.yaml", schema)
    assert refusal.value.file == "it.yaml"
    return refusal.value.findings


def _places(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.place) for finding in _faults(text, SCHEMA)]


def test_scalars_mean_what_json_means() -> None:
    text = "a: no, b: 2026-01-31, c: +1.555, d: 007, e: 12:30:45, "
    text += "f: ~, g: true, h: -1.5, i: 7, j: '7', k: 0x1F, l: 1e999"
    assert load(f"{{{text}}}").data == {
        "a": "no",
        "b": "2026-01-31",
        "c": "+1.555",
        "d": "007",
        "e": "12:30:45",
        "f": None,
        "g": True,
        "h": -1.5,
        "i": 7,
        "j": "7",
        "k": "0x1F",
        "l": "1e999",
    }


def test_keys_are_text() -> None:
    assert load("1: a\nno: b\n~: c\n").data == {"1": "a", "no": "b", "~": "c"}


def test_every_place_has_its_line() -> None:
    document = load("a:\n  - b: 1\n\n    c:\n      - x\n      - y\nd: {e: 2}\n")
    assert document.line(("a", 0, "c")) == 4
    assert document.line(("a", 0, "c", 1)) == 6
    assert document.line(("d", "e")) == 7
    assert document.line(("a", 0, "c", 1, "nothing", 3)) == 6
    assert document.line(("nothing",)) == 1


def test_every_fault_is_told_with_its_line() -> None:
    text = "nmae: ab\nkind: domian\nsince: 2020-02-30\nlist:\n  - 3\n  - eech: host\n  - each: hots\n"
    assert _places(text) == [
        (1, ""),
        (1, "nmae"),
        (2, "kind"),
        (3, "since"),
        (5, "list[0]"),
        (6, "list[1]"),
        (6, "list[1].eech"),
        (7, "list[2].each"),
    ]


def test_a_misspelt_key_or_word_gets_a_suggestion() -> None:
    hints = {finding.place: finding.hint for finding in _faults("nmae: ab\nkind: domian\n", SCHEMA)}
    assert hints["nmae"] == "did you mean 'name'?"
    assert hints["kind"] == "did you mean 'domain'?"
    assert suggest("crdate", ["upDate", "crDate"]).startswith("did you mean 'crDate'")
    assert suggest("zzz", ["upDate"]) == ""
    assert suggest("lawenf", ["public", "law-enforcement"]) == "did you mean 'law-enforcement'?"
    assert suggest("la", ["law-enforcement"]) == ""


def test_the_rule_is_the_schemas_clause_or_its_keyword() -> None:
    rules = {finding.place: finding.rule for finding in _faults("name: abcdef\nkind: 3\n", SCHEMA)}
    assert rules == {"name": "RFC 1035 §2.3.4", "kind": "schema: enum"}
    assert _faults("{}", "model")[0].rule == "model.schema.json: required"


@pytest.mark.clause("YAML 1.2.2 §3.2.1.1")
def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    found = _faults("name: a\nkind: host\nlist: []\nname: toolong\n", SCHEMA)
    assert ("name", 4, "the key 'name' is given twice, first on line 1") in [
        (finding.place, finding.line, finding.message) for finding in found
    ]
    assert any(finding.rule == "RFC 1035 §2.3.4" for finding in found)


def test_aliases_and_tags_are_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert [finding.line for finding in _faults(bomb)] == [2, 2, 3, 3]
    assert "tag" in _faults("a: !!python/object/apply:os.system [x]\n")[0].message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: b\nc: \x07\n", 2, "control characters"),
        (b"a: b\nc: \xff\n", 2, "not UTF-8"),
        ("a: 1\n--- \nb: 1\n", 2, "second document"),
        ("[a]: 1\n", 1, "key is not a text"),
        ("[" * 100_000, 1, "64 levels"),
        ("a: " + "x" * (1 << 20), 0, "larger than"),
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes, line: int, said: str) -> None:
    (finding,) = _faults(text)
    assert finding.line == line
    assert said in finding.message


def test_an_empty_document_is_nothing() -> None:
    assert load("").data is None
    assert "nothing stands where a mapping is wanted" in _faults("# empty\n", SCHEMA)[0].message


def test_a_file_that_cannot_be_read_is_one_finding(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(DocumentError) as refusal:
            load(path)
        assert refusal.value.file == str(path)


def test_a_finding_can_be_made_at_a_place() -> None:
    document = load("a:\n  - b: 1\n", "it.yaml")
    finding = document.finding(("a", 0, "b"), "RFC 1", "is wrong", "mend it")
    assert finding.to_text(document.file) == "it.yaml:2: a[0].b: is wrong [RFC 1] (mend it)"


def test_places_are_written_like_paths() -> None:
    assert to_text(("domain", 3, "label", "clave rara", "a.b")) == 'domain[3].label["clave rara"]["a.b"]'


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**15), 10**15)
        | st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text("abcno1~ ", min_size=1), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_json_is_read_as_json(data: Any) -> None:
    import json

    assert load(json.dumps(data)).data == data


@given(st.binary(max_size=60))
def test_garbage_is_read_or_refused(garbage: bytes) -> None:
    try:
        assert isinstance(load(garbage, "it.yaml", SCHEMA), Document)
    except DocumentError:
        pass  # the only thing that it may raise


@pytest.mark.parametrize("name", resources.names("schemas", suffix=".schema.json"))
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(resources.schema(name.removesuffix(".schema.json")))


def test_only_names_within_the_folder_are_found() -> None:
    assert "schemas/model" not in resources.names("schemas")
    shipped = ("person", "postal-language", "reseller", "trademark")
    assert resources.names("schemas", "extensions") == tuple(f"extensions/{name}.yaml" for name in shipped)
    for name in ("../pyproject.toml", "", "nothing.yaml", "/etc/passwd", "extensions", "extensions/../model.yaml"):
        with pytest.raises(KeyError):
            resources.find("schemas", name)


def test_importing_the_reader_imports_neither_yaml_nor_jsonschema() -> None:
    program = "import sys, directory.document; print({'yaml', 'jsonschema'} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"


@pytest.mark.parametrize("built", [False, True])
def test_the_data_is_found_in_a_zip(tmp_path: Path, built: bool) -> None:
    root = Path(resources.__file__).parents[1]
    archive = tmp_path / "dnrd.zip"
    with zipfile.ZipFile(archive, "w") as pack:
        for name in ("__init__", "resources"):
            pack.write(root / "directory" / f"{name}.py", f"directory/{name}.py")
        pack.write(root / "schemas" / "model.yaml", f"{'directory/_data/' if built else ''}schemas/model.yaml")
    program = (
        "from directory import resources; print(resources.__file__, len(resources.read('schemas', 'model.yaml')))"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {program}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert str(archive) in printed
    assert int(printed.split()[-1]) == len(resources.read("schemas", "model.yaml"))
