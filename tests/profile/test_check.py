"""What a profile says is checked when it is loaded: words, labels, formats, services, and what needs no rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory import resources
from directory.document import Document
from directory.profile.format import FORMATS, holds
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Change, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)


_TEXT: tuple[Change, ...] = (
    ("disclosure: rules", "disclosure: rules\nparameters: {markup: text, languages: [en]}"),
    (
        "    - name\n",
        "    - {element: name, label: {en: Name, es: Nombre}}\n    - {element: crDate, label: Born}\n",
    ),
    ("elements: [cc, voice, email]", "elements: [{element: cc, label: Country}]"),
)


_SPANISH = ("languages: [en]", "languages: [en, es]")


def _said(desk: Desk, *changes: Change) -> list[str]:
    return desk.write(PROFILE, *_TEXT, *changes).faults()


def test_labels_that_are_not_alike_are_right(desk: Desk) -> None:
    assert _said(desk) == []


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("{en: Born, es: Nombre}", "the label 'Nombre' stands on line 10 already in 'es'"),
        ("Name", "the label 'Name' stands on line 10 already"),
    ],
)
def test_a_label_that_stands_twice_in_any_language_is_refused(desk: Desk, label: str, message: str) -> None:
    faults = _said(desk, ("label: Born", f"label: {label}"), *((_SPANISH,) if "es:" in label else ()))
    assert message in faults[0]
    assert (len(faults), faults[0][:5]) == (1, ":11: ")


def test_two_labels_that_a_catalogue_has_one_word_for_are_doubled(desk: Desk) -> None:
    """`Creation Date` is `Fecha de creación` in Spanish."""
    (fault,) = _said(desk, ("es: Nombre", "es: Fecha de creación"), ("Born", "Creation Date"), _SPANISH)
    assert "in 'es'" in fault


@pytest.mark.parametrize("again", ["", ", again: true"])
def test_a_label_may_stand_twice_on_purpose(desk: Desk, again: str) -> None:
    faults = _said(desk, ("label: Born", f"label: Name{again}"))
    assert len(faults) == (0 if again else 1)


@pytest.mark.clause("SAC054 §5")
def test_a_label_that_a_language_lacks_is_refused_unless_a_catalogue_has_it(desk: Desk) -> None:
    (fault,) = _said(desk, ("languages: [en]", "languages: [en, fr]"))
    assert "3 labels have no word in 'fr': 'Name' on line 10, 'Born' on line 11, 'Country' on line 14" in fault
    desk = Desk(desk._folder, replies.catalogue()).write(DISCLOSURE)
    (fault,) = _said(desk, _SPANISH)
    assert "1 label has no word in 'es': 'Born' on line 11" in fault


_WORDS = [
    ('" "', "is blank"),
    ('"Born "', "has a space at an end"),
    ('" Born"', "has a space at an end"),
    ('"Bo\\u200brn"', "U+200B ZERO WIDTH SPACE"),
    ('"\\u202eBorn"', "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ('"Bo\\u2028rn"', "U+2028 LINE SEPARATOR"),
    ('"Bo\\u0085rn"', "U+0085"),
    ('"Bo\\u00adrn"', "SOFT HYPHEN"),
    ('"Bo\\u200drn"', "ZERO WIDTH JOINER"),
    ('"Cafe\\u0301"', "Unicode NFC"),
]


@pytest.mark.parametrize(("label", "message"), _WORDS)
@pytest.mark.parametrize("form", ["{label}", "{{en: Born, es: {label}}}"])
def test_a_label_that_is_not_as_it_looks_is_refused(desk: Desk, label: str, message: str, form: str) -> None:
    (fault,) = _said(desk, ("label: Born", f"label: {form.format(label=label)}"))
    assert message in fault
    assert fault.startswith(":11: objects.domain[1].label")


@pytest.mark.parametrize("label", ["می‌خواهم", "क्‍ष"])
def test_a_joiner_between_letters_that_need_it_is_right(desk: Desk, label: str) -> None:
    assert _said(desk, ("label: Born", f"label: {{en: Born, fa: {label}}}")) == []


@pytest.mark.parametrize(
    ("where", "good"),
    [
        ('texts: {help: "One\\nTwo\\n", ', True),
        ('texts: {help: "One\\u200bTwo", ', False),
        ('title: "Two\\u2028lines"\ntexts: {', False),
        ('notices: [{title: " N", description: [x]}]\ntexts: {', False),
        ('notices: [{title: N, description: ["\\u202ex"]}]\ntexts: {', False),
        ("footer: {update: 'As of {as_of}.', disclaimer: \"One\\n\\nTwo\\n\"}\ntexts: {", True),
    ],
)
def test_all_words_are_checked_and_prose_may_have_lines(desk: Desk, where: str, good: bool) -> None:
    assert len(_said(desk, ("texts:\n  not-found:", f"{where}not-found:"), ("No.}", "No.}}"))) == (not good)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("texts:", "title: About {nme}\ntexts:"),
        ("texts:", "notices: [{title: N, description: ['See {nme}']}]\ntexts:"),
        ("texts:", "notices: [{title: '{nme}', description: [x]}]\ntexts:"),
        ("markup: text", "markup: text, translation: 'In {nme}'"),
    ],
)
def test_a_placeholder_is_refused_wherever_nothing_replaces_it(desk: Desk, old: str, new: str) -> None:
    (fault,) = _said(desk, (old, new))
    assert "{nme} is no placeholder that is known here" in fault


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{element: name, format: e164}", "no such value has the format e164"),
        ("{element: crDate, format: ip}", "its formats: rfc3339, token"),
        ("{element: secDNS, format: token}", "of the type group"),
        ("{element: name, cardinality: '0'}", "a cardinality of nothing"),
        ("{element: name, cardinality: '{0,0}'}", "a cardinality of nothing"),
    ],
)
def test_what_no_value_can_keep_to_is_refused(desk: Desk, item: str, message: str) -> None:
    faults = desk.write(PROFILE, ("    - name\n", f"    - {item}\n")).faults()
    assert any(message in fault for fault in faults), faults


def test_a_format_holds_for_what_its_type_warrants_and_for_a_text() -> None:
    catalogue = replies.catalogue()
    for element in catalogue:
        for name, form in FORMATS.items():
            if element.type in form.guaranteed_by and not element.values:
                assert holds(name, element), (name, element.key)
    assert all(holds(name, catalogue["contact.name"]) for name in FORMATS)
    assert [name for name in FORMATS if holds(name, catalogue["person.kind"])] == ["rfc1034", "rfc1123", "token"]


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("service", "word", "value", "hint"),
    [
        ("data", "markup", "RDAP", "JSON or XML or CSV or text"),
        ("data", "protocol", "WHOIS", "HTTP"),
        ("escrow", "markup", "text", "XML or CSV"),
        ("escrow", "protocol", "RDAP", "escrow"),
    ],
)
def test_a_markup_or_protocol_that_the_service_has_not_is_refused(
    desk: Desk, service: str, word: str, value: str, hint: str
) -> None:
    given = f"disclosure: rules\nparameters: {{{word}: {value}}}"
    faults = desk.write(PROFILE, ("service: data", f"service: {service}"), ("disclosure: rules", given)).faults()
    (fault,) = [each for each in faults if "parameters." in each]
    assert f"parameters.{word}: the service {service!r} has no {word} {value!r}" in fault
    assert f"({word}: {hint}" in fault


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("gtld-whois.yaml", "markup: text", "markup: JSON"),
        ("gtld-rdap.yaml", "markup: RDAP", "markup: text"),
        ("gtld-rdap.yaml", "protocol: RDAP", "protocol: HTTP"),
    ],
)
def test_whois_is_of_text_and_rdap_of_rdap(tmp_path: Path, name: str, old: str, new: str) -> None:
    faults = Desk(tmp_path, replies.catalogue()).write(resources.read("profiles", name), (old, new)).faults()
    word, _, value = new.partition(": ")
    assert [f"has no {word} {value!r}" in fault for fault in faults if "parameters." in fault] == [True]


_DNS = (
    "domain.name domain.ns domain.secDNS host.name host.addr dnssec.keyTag dnssec.alg dnssec.digestType "
    "dnssec.digest"
).split()


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize("key", _DNS)
def test_a_disclosure_that_is_silent_on_delegation_ds_or_glue_is_refused(tmp_path: Path, key: str) -> None:
    desk = Desk(tmp_path, replies.catalogue())
    faults = desk.write(DISCLOSURE.replace(f"{key}, ", "").replace(f", {key}]", "]")).faults()
    (fault,) = [each for each in faults if "RFC 3375 §8.4[2]" in each]
    assert f"{key} would be hidden from everyone" in fault
    assert f"(public: [{key}])" in fault


def test_a_fault_of_what_is_inherited_says_where_it_stands() -> None:
    document = Document("child.yaml", {}, {(): 5, ("a",): 5, ("a", "b"): 7}, {("a",): "base.yaml:12"})
    inherited, own = (document.finding(place, "rule", "wrong") for place in (("a", "x"), ("a", "b", "c")))
    assert (inherited.line, inherited.message) == (5, "wrong, as base.yaml:12 says")
    assert (own.line, own.message) == (7, "wrong")
