"""What may stand instead of a withheld value, and of what it may be said how a withholding reads (RFC 9537)."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.profile.registered import REDACTED_NAMES
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk

_VOICE = "hidden: {name: Registrant Phone}"
_URI = "https://x.example/?d={name}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue())


def _rule(desk: Desk, key: str, hidden: str) -> list[str]:
    rule = f"rules:\n  {key}: {{show: [], hidden: {hidden}, source: test}}\n"
    public = [(f"{key}, ", "")] if f"{key}, " in DISCLOSURE else []
    return desk.write(DISCLOSURE, *public, ("rules:\n", rule)).write(PROFILE).faults()


_NO_VALUES = [
    ("domain.crDate", "REDACTED", "RFC 9537 §3]"),
    ("domain.crDate", "today", "is no date-time"),
    ("domain.crDate", "2020-01-01 00:00:00Z", "cannot stand instead of domain.crDate"),
    ("registrant.cc", "ZZZ", "cannot stand instead of contact.cc"),
    ("registrant.name", "XXXX", "must not stand where there is one"),
    ("registrant.name", "Redacted for privacy", "must not stand"),
    ("registrant.org", "not disclosed", "must not stand"),
    ("registrant.org", "javascript:alert(1)", "the scheme 'javascript'"),
    ("registrant.sp", "N/A", "must not stand"),
    ("registrant.fax", "0800 REDACTED", "cannot stand instead of contact.fax"),
    ("domain.status", "aktive", "no EPP status"),
    ("tech.email", _URI, "as: contact-uri"),
    ("person.kind", "other", "none of"),
    ("registrar.url", "ftp://x.example/", "cannot stand instead of registrar.url"),
    ("dnssec.maxSigLife", "many", "cannot stand instead of"),
    ("tech.fax", "{nme}", "did you mean '{name}'"),
]


@pytest.mark.clause("RFC 9537 §3")
@pytest.mark.clause("RFC 9537 §3.4")
@pytest.mark.parametrize(("key", "value", "message"), _NO_VALUES)
def test_what_stands_instead_is_a_value_of_the_element(desk: Desk, key: str, value: str, message: str) -> None:
    (fault,) = _rule(desk, key, f'{{method: replacementValue, value: "{value}"}}')
    assert message in fault
    assert f'rules["{key}"].hidden.value' in fault


_VALUES = [
    ("domain.crDate", "1970-01-01T00:00:00Z"),
    ("registrant.name", "Privacy Service of Example Registry"),
    ("registrant.name", "Private Person 12"),
    ("registrant.org", "see https://x.example/"),
    ("registrant.org", "Hidden Valley Ltd"),
    ("registrant.fax", "+1.5555550000"),
    ("domain.rgpStatus", "addPeriod"),
    ("tech.email", "{name}@relay.example"),
    ("registrar.url", _URI),
]


@pytest.mark.parametrize(("key", "value"), _VALUES)
def test_a_value_that_keeps_to_the_type_may_stand_instead(desk: Desk, key: str, value: str) -> None:
    assert _rule(desk, key, f'{{method: replacementValue, value: "{value}"}}') == []


@pytest.mark.clause("RFC 8605 §2.1")
@pytest.mark.parametrize(
    ("value", "good"),
    [
        (_URI, True),
        ("mailto:{name}@relay.example?subject=x", True),
        ("tel:+1-555-0100", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("mailto:nobody", False),
        ("tel:call-me", False),
        ("a page", False),
        ("http://", False),
    ],
)
def test_a_contact_uri_is_one_by_which_someone_is_reached(desk: Desk, value: str, good: bool) -> None:
    faults = _rule(desk, "tech.email", f'{{method: replacementValue, value: "{value}", as: contact-uri}}')
    assert len(faults) == (0 if good else 1), faults


@pytest.mark.clause("RFC 9537 §3.3")
@pytest.mark.parametrize(
    ("key", "keep", "good"),
    [
        ("registrant.name", "{first: 1}", True),
        ("tech.email", "domain", True),
        ("registrant.fax", "{first: 4}", True),
        ("registrant.fax", "{first: 1}", False),
        ("registrant.fax", "{last: 4}", False),
        ("domain.crDate", "{first: 4}", False),
        ("registrant.cc", "{first: 1}", False),
        ("domain.status", "{first: 6}", False),
        ("person.kind", "{first: 1}", False),
        ("registrar.url", "{first: 8}", False),
        ("registrar.gurid", "{last: 2}", False),
    ],
)
def test_a_part_of_a_code_or_a_date_is_none(desk: Desk, key: str, keep: str, good: bool) -> None:
    faults = _rule(desk, key, f"{{method: partialValue, keep: {keep}}}")
    assert [".hidden.keep" in fault and "RFC 9537 §3.3" in fault for fault in faults] == [True] * (not good)


def test_to_keep_no_character_is_told_as_that(desk: Desk) -> None:
    (fault,) = _rule(desk, "registrant.name", "{method: partialValue, keep: {first: 0}}")
    assert "hidden.keep.first: 0 is less than 1" in fault


def _redacts(desk: Desk, redaction: str, *more: tuple[str, str]) -> list[str]:
    said = ("texts:", f"redaction: {{{redaction}}}\ntexts:")
    return desk.write(DISCLOSURE).write(PROFILE, said, *more).faults()


def test_a_redaction_of_what_the_profile_does_not_have_is_refused(desk: Desk) -> None:
    (fault,) = _redacts(desk, "registrant.voice: {name: Registrant Phone}", ("cc, voice, email", "cc, email"))
    assert fault.startswith(':13: redaction["registrant.voice"]: registrant.voice is not in this profile')


def test_a_redaction_of_what_is_public_for_everyone_is_refused(desk: Desk) -> None:
    (fault,) = _redacts(desk, "registrant.cc: {description: Country}")
    assert "registrant.cc is public for everyone by the disclosure 'rules'" in fault


def test_a_redaction_of_what_is_withheld_from_some_is_not(desk: Desk) -> None:
    assert _redacts(desk, "registrant.voice: {name: Registrant Phone}") == []


_CHILD = """
profile: child
version: "1"
from: "2020-01-01"
extends: said
bind: {tlds: [test], service: data}
change: {domain: [{at: contact/voice, omit: true}]}
"""


def test_a_redaction_that_a_profile_has_from_another_may_be_of_what_it_leaves_out(desk: Desk) -> None:
    assert _redacts(desk, "registrant.voice: {name: Registrant Phone}") == []
    assert desk.write(_CHILD).faults() == []


def test_a_redaction_that_a_profile_says_itself_may_not(desk: Desk) -> None:
    desk.write(DISCLOSURE).write(PROFILE)
    (fault,) = desk.write(f"{_CHILD}redaction: {{registrant.voice: {{description: Phone}}}}\n").faults()
    assert fault.startswith(":8: ")
    assert "registrant.voice is not in this profile" in fault


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("asked", "value", "rule"),
    [("format: e164", "+999.0000", "format e164"), ("length: {max: 8}", "+1.5555550000", "length {0,8}")],
)
def test_what_stands_instead_keeps_to_what_is_asked_of_the_element(
    desk: Desk, asked: str, value: str, rule: str
) -> None:
    instead = (_VOICE, f'hidden: {{method: replacementValue, value: "{value}"}}')
    desk.write(DISCLOSURE, instead)
    (fault,) = desk.write(PROFILE, ("cc, voice,", f"cc, {{element: voice, {asked}}},")).faults()
    assert f"which stands instead of registrant.voice, is not of the {rule}" in fault


@pytest.mark.parametrize(
    ("text", "message"),
    [('"Ask {nobody}"', "{nobody} is no placeholder"), ('" "', "is blank"), ('"A\\u200bB"', "ZERO WIDTH SPACE")],
)
def test_the_words_of_a_redaction_are_checked_as_all_words(desk: Desk, text: str, message: str) -> None:
    (fault,) = _rule(desk, "registrant.name", f"{{text: {text}}}")
    assert message in fault


@pytest.mark.clause("RFC 9537 §6.2")
def test_the_names_that_are_known_are_those_of_the_response_profile() -> None:
    assert len(REDACTED_NAMES) == 17
    assert {"Registry Domain ID", "Tech Phone Ext", "Registrant Postal Code"} <= REDACTED_NAMES
