"""The contacts of a sample have what disclosure depends on: what they are, what they want, how they write."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from directory.escrow.sample import write_sample
from directory.model import format as formats

IETF = "urn:ietf:params:xml:ns:"
CONTACT, EPP = f"{{{IETF}rdeContact-1.0}}", f"{{{IETF}contact-1.0}}"
PERSON, POSTAL_LANGUAGE = "{urn:x-dnrd:ns:person-1.0}", "{urn:x-dnrd:ns:postal-language-1.0}"


@pytest.fixture(scope="module")
def deposit(tmp_path_factory: pytest.TempPathFactory) -> etree._Element:
    path: Path = tmp_path_factory.mktemp("contacts") / "d.xml"
    write_sample(path, domains=10_000, seed=5, tld="test", watermark=datetime(2026, 1, 1, tzinfo=UTC))
    return etree.parse(str(path)).getroot()


@pytest.fixture(scope="module")
def contacts(deposit: etree._Element) -> dict[str, etree._Element]:
    return {one.findtext(f"{CONTACT}id") or "": one for one in deposit.iter(f"{CONTACT}contact")}


def local_forms(contact: etree._Element) -> list[etree._Element]:
    return contact.findall(f"{CONTACT}postalInfo[@type='loc']")


def test_three_of_ten_contacts_are_said_to_be_natural_or_legal_persons_and_some_of_both_consent(
    deposit: etree._Element, contacts: dict[str, etree._Element]
) -> None:
    facts = Counter[tuple[str | None, str | None]]()
    persons = list(deposit.iter(f"{PERSON}person"))
    assert len({one.findtext(f"{PERSON}contact") for one in persons}) == len(persons)
    assert len(persons) / len(contacts) == pytest.approx(0.3, abs=0.001)
    for one in persons:
        kind = one.findtext(f"{PERSON}kind")
        facts[kind, one.findtext(f"{PERSON}consent")] += 1
        if contacts[one.findtext(f"{PERSON}contact") or ""].find(f"{CONTACT}postalInfo/{EPP}org") is not None:
            assert kind == "legal"
    assert set(facts) == {(kind, consent) for kind in ("natural", "legal") for consent in ("yes", "no", None)}
    assert min(facts.values()) > 100


def test_a_quarter_of_the_contacts_names_elements_to_disclose_or_to_hide(
    contacts: dict[str, etree._Element],
) -> None:
    wishes = [wish for one in contacts.values() for wish in one.iter(f"{CONTACT}disclose")]
    assert len(wishes) / len(contacts) == pytest.approx(0.25, abs=0.02)
    assert {wish.get("flag") for wish in wishes} == {"0", "1"}
    named = {etree.QName(child).localname for wish in wishes for child in wish}
    assert named == {"name", "org", "addr", "voice", "fax", "email"}


@pytest.mark.clause("RFC 5646 §2.1")
def test_the_languages_of_postal_forms_are_those_of_contacts_with_both_forms_and_fit_their_script(
    deposit: etree._Element, contacts: dict[str, etree._Element]
) -> None:
    scripts: dict[str, set[str | None]] = {}
    told = list(deposit.iter(f"{POSTAL_LANGUAGE}postalLanguage"))
    assert len({one.findtext(f"{POSTAL_LANGUAGE}contact") for one in told}) == len(told) == 120
    for one in told:
        contact = contacts[one.findtext(f"{POSTAL_LANGUAGE}contact") or ""]
        (form,) = local_forms(contact)
        assert len(contact.findall(f"{CONTACT}postalInfo")) == 2
        tag = one.findtext(f"{POSTAL_LANGUAGE}loc") or ""
        assert formats.language(tag) == tag
        name, city = form.findtext(f"{EPP}name") or "", form.findtext(f".//{EPP}city") or ""
        scripts.setdefault(tag, set()).add(formats.script_tag(name + city))
    assert scripts.pop("zh-Hans") <= {"und-Hans", "und-Hani"}
    assert scripts == {
        "fr": {"und-Latn"}, "ru": {"und-Cyrl"}, "el": {"und-Grek"}, "ar": {"und-Arab"}, "he": {"und-Hebr"},
        "ja": {"und-Hani"}, "ko": {"und-Kore"}, "hi": {"und-Deva"}, "th": {"und-Thai"},
    }  # fmt: skip
    international = Counter(one.findtext(f"{POSTAL_LANGUAGE}int") for one in told)
    assert international[None] == 40
    assert all(tag is None or tag == "fr" or tag.endswith("-Latn") for tag in international)


def test_some_contacts_write_in_han_at_home_and_have_no_tag_but_their_script(
    deposit: etree._Element, contacts: dict[str, etree._Element]
) -> None:
    told = {one.findtext(f"{POSTAL_LANGUAGE}contact") for one in deposit.iter(f"{POSTAL_LANGUAGE}postalLanguage")}
    names = [
        form.findtext(f"{EPP}name") or ""
        for id, contact in contacts.items()
        if id not in told
        for form in local_forms(contact)
    ]
    assert {"und-Hani", "und-Hans"} <= {formats.script_tag(name) for name in names}
