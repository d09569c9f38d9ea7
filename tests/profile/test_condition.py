"""What a condition can be about, and what no object that is right can have."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from directory.cli.profile.check import command
from directory.document import Document
from directory.documentfile import load
from directory.profile import condition
from directory.profile.fact import is_so
from tests.profile import replies, shipped
from tests.profile.documents import DISCLOSURE

_VOICE = "registrant.voice: {show: [registry], hidden"


def _ruled(key: str, word: str, said: str) -> str:
    """A disclosure with a condition on an element, for another of its table."""
    table = key.partition(".")[0]
    part = {"contact": "registrant", "person": "registrant", "postalLanguage": "registrant"}.get(table, table)
    short = {"domain": "exDate", "dnssec": "maxSigLife", "transfer": "reRr", "disclose": "flag"}.get(part, "voice")
    when = f"when: [{{show: [public], {word}: {{{key}: {said}}}}}]"
    rule = f"  {part}.{short}: {{show: [registry], {when}, hidden: {{}}, source: test}}\n"
    text = DISCLOSURE.replace(f"  {_VOICE}: {{name: Registrant Phone}}, source: test}}\n", "")
    return text.replace("rules:\n", f"rules:\n{rule}", 1)


def _document(folder: Path, text: str) -> Document:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, str(path), "disclosure")


_IDLE = [
    ("contact.cc", "UK", "write GB"),
    ("contact.cc", "[DE, EL]", "write GR"),
    ("contact.cc", "XK", "left to users"),
    ("contact.cc", "[DE, YU]", "was withdrawn"),
    ("registrar.cc", "UK", "write GB"),
    ("contact.status", "okk", "did you mean 'ok'"),
    ("domain.status", "addPeriod", "no code of domain.status"),
    ("domain.rgpStatus", "addPeriods", "did you mean 'addPeriod'"),
    ("registrar.status", "linked", "there are ok, readonly, terminated"),
    ("transfer.trStatus", "pendingTransfer", "pending"),
    ("disclose.flag", "2", "there are 0, 1"),
    ("disclose.element", "adr", "did you mean 'addr'"),
    ("dnssec.alg", "300", "300"),
    ("contact.voice", "+999.1", ""),
    ("postalLanguage.loc", "xx-Cyrl", "xx"),
]


@pytest.mark.parametrize("word", ["if", "unless"])
@pytest.mark.parametrize(("key", "said", "hint"), _IDLE)
def test_a_value_that_no_right_object_has_is_noted_with_its_line(
    tmp_path: Path, key: str, said: str, hint: str, word: str
) -> None:
    document = _document(tmp_path, _ruled(key, word, said))
    (note,) = condition.idle(document, replies.catalogue())
    assert note.warning
    assert note.rule
    assert note.line == _ruled(key, word, said).split("rules:\n")[0].count("\n") + 2
    assert note.message.startswith(f"no object should have {key} ")
    assert hint in note.message


_MEANT = [
    ("contact.cc", "[GB, GR, DE]"),
    ("contact.status", "[ok, linked]"),
    ("domain.rgpStatus", "addPeriod"),
    ("transfer.trStatus", "pending"),
    ("disclose.element", "addr"),
    ("disclose.form", "int"),
    ("disclose.flag", "0"),
    ("dnssec.alg", "13"),
    ("contact.voice", '"+1.5555550101"'),
    ("contact.email", "a@mail.example"),
    ("postalLanguage.loc", "ru"),
    ("person.kind", "legal"),
    ("contact.city", "Anywhere"),
]


@pytest.mark.parametrize(("key", "said"), _MEANT)
def test_of_a_value_that_an_object_may_have_there_is_nothing_to_note(tmp_path: Path, key: str, said: str) -> None:
    assert list(condition.idle(_document(tmp_path, _ruled(key, "if", said)), replies.catalogue())) == []


@pytest.mark.parametrize("name", shipped.DISCLOSURES)
def test_no_shipped_disclosure_has_an_idle_condition(name: str) -> None:
    document = Document(name, shipped.data(name), {})
    assert list(condition.idle(document, replies.catalogue())) == []


def test_the_check_of_a_disclosure_tells_idle_values_and_accepts_it(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(_ruled("contact.cc", "unless", "[DE, UK]"), encoding="utf-8")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 0
    assert "note: no object should have contact.cc 'UK'" in result.output
    assert "'DE'" not in result.output


_SAID = [
    ((), False),
    (((),), False),
    ((("DE",),), True),
    ((("CA",),), False),
    ((("DE",), ("FR",)), True),
    ((("CA",), ("US",)), False),
    ((("DE",), ("CA",)), None),
    ((("CA",), ("US",), ("DE",)), None),
    ((("CA", "DE"), ("FR",)), True),
]


@pytest.mark.parametrize(("said", "so"), _SAID)
def test_a_fact_is_so_if_it_is_so_wherever_the_object_says_anything(
    said: tuple[tuple[str, ...], ...], so: bool | None
) -> None:
    assert is_so(condition.Fact("contact.cc", frozenset({"DE", "FR"})), said) is so
