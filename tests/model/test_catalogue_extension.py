"""A registry's own elements are declared in a document, and read without code (RFC 9022 §4.7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from directory.errors import DocumentError
from directory.model.catalogue import Catalogue

SOCIAL = """\
extension: social
namespace: urn:x-example:social-1.0
objects:
  - {xml: account, owner: contact, key: contact, table: social}
inside:
  - {xml: eligibility, owner: domain, table: eligibility}
tables:
  social:
    long: {es: Redes sociales, en: Social networks}
    elements:
      - short: network
        xml: network
        long: {es: Red, en: Network}
        type: enum
        values:
          fedi: {es: El fediverso, en: The fediverse}
          irc: {es: IRC, en: IRC}
        min: 1
      - {short: handle, xml: name, long: {es: Alias, en: Handle}, type: text, min: 1, max: 2, length: {max: 20}}
  eligibility:
    long: {es: Elegibilidad, en: Eligibility}
    elements:
      - {short: member, xml: memberNumber, long: {es: Socio, en: Member}, type: integer, range: {max: 999}}
      - {short: since, xml: since, long: {es: Desde, en: Since}, type: date}
"""

DEPOSIT = """\
<c xmlns="urn:ietf:params:xml:ns:rde-1.0" xmlns:s="urn:x-example:social-1.0"
   xmlns:d="urn:ietf:params:xml:ns:rdeDomain-1.0">
  <s:account><s:contact>C-1</s:contact>
    <s:network>irc</s:network><s:name>ann</s:name><s:name> ann_ </s:name></s:account>
  <d:domain><d:name>a.test</d:name>
    <s:eligibility><s:memberNumber>42</s:memberNumber><s:since>2020-02-29</s:since></s:eligibility></d:domain>
</c>
"""


def _written(folder: Path, text: str, name: str = "social.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(folder: Path, text: str) -> DocumentError:
    with pytest.raises(DocumentError) as refusal:
        Catalogue.load([_written(folder, text)])
    return refusal.value


@pytest.mark.clause("RFC 9022 §4.7")
def test_an_invented_extension_needs_no_code(tmp_path: Path) -> None:
    catalogue = Catalogue.load([_written(tmp_path, SOCIAL)])
    found = []
    for node in etree.fromstring(DEPOSIT).iter("{*}*"):
        name = etree.QName(node)
        reading = catalogue.readings.get((name.namespace or "", name.localname))
        if reading:
            taken = reading.take((etree.QName(child).localname, child.text or "") for child in node)
            found.append((reading.table, reading.owner, reading.inside, taken.owner, taken.values, taken.findings))
    assert found == [
        ("social", "contact", False, "C-1", {"network": ("irc",), "handle": ("ann", "ann_")}, ()),
        ("eligibility", "domain", True, "", {"member": ("42",), "since": ("2020-02-29",)}, ()),
    ]
    assert catalogue.tables["social"].of == ("contact",)
    assert catalogue["social.handle"].long.es == "Alias"
    assert catalogue["social.handle"].many
    assert catalogue["social.network"].source == "extension social"


def test_every_fault_of_an_object_is_told(tmp_path: Path) -> None:
    catalogue = Catalogue.load([_written(tmp_path, SOCIAL)])
    reading = catalogue.readings["urn:x-example:social-1.0", "account"]
    children = [
        ("network", "myspace"),
        ("colour", "red"),
        ("name", "x" * 21),
        ("name", "a"),
        ("name", "b"),
        ("name", "c"),
    ]
    taken = reading.take(children, "account 7", 12)
    assert [(finding.element, finding.line) for finding in taken.findings] == [
        ("social.network", 12),
        ("", 12),
        ("social.handle", 12),
        ("", 12),
        ("social.handle", 12),
    ]
    assert "<colour> is not declared" in taken.findings[1].message
    assert "contact" in taken.findings[3].message
    assert taken.values == {"handle": ("a", "b", "c")}


def test_a_missing_value_is_told(tmp_path: Path) -> None:
    reading = Catalogue.load().readings["urn:x-dnrd:ns:reseller-1.0", "reseller"]
    taken = reading.take([("domain", "a.test"), ("url", "https://r.example/")])
    assert [finding.element for finding in taken.findings] == ["reseller.name"]
    assert taken.owner == "a.test"


def test_the_shipped_extensions_are_always_there() -> None:
    catalogue = Catalogue.load()
    names = ["person", "postal-language", "reseller", "trademark"]
    assert [extension.name for extension in catalogue.extensions] == names
    trademark = catalogue.readings["urn:x-dnrd:ns:trademark-1.0", "trademark"]
    assert list(trademark.elements) == "name number ccLocality appDate regDate class entitlement type".split()
    assert catalogue["trademark.entitlement"].values["co-owner"].es == "COTITULAR"


def test_sac054_trademarks_are_read() -> None:
    reading = Catalogue.load().readings["urn:x-dnrd:ns:trademark-1.0", "trademark"]
    children = {
        "domain": "foo.test",
        "name": "Foo",
        "number": "M-1",
        "ccLocality": "MX",
        "appDate": "2001-02-03",
        "regDate": "2002-02-03",
        "class": "9",
        "entitlement": "owner",
        "type": "sunrise",
    }
    taken = reading.take(children.items())
    assert (taken.owner, taken.findings) == ("foo.test", ())
    assert taken.values == {name: (text,) for name, text in children.items() if name != "domain"}


@pytest.mark.parametrize(
    ("xml", "values", "wrong"),
    [
        ("person", {"kind": "natural", "consent": "yes"}, {"kind": "juristic", "consent": "maybe"}),
        ("postalLanguage", {"int": "zh-Latn", "loc": "zh-Hans"}, {"int": "in English", "loc": "zh_Hans"}),
    ],
)
def test_a_contact_may_have_each_of_its_facts_once_and_none_but_the_declared(
    xml: str, values: dict[str, str], wrong: dict[str, str]
) -> None:
    catalogue = Catalogue.load()
    reading = next(one for (_, name), one in catalogue.readings.items() if name == xml)
    assert (reading.owner, reading.inside, catalogue.tables[xml].of) == ("contact", False, ("contact",))
    for left_out in ("", *values):
        given = {name: text for name, text in values.items() if name != left_out}
        taken = reading.take([("contact", "C-1"), *given.items()])
        assert (taken.owner, taken.findings) == ("C-1", ())
        assert taken.values == {name: (text,) for name, text in given.items()}
    faults = reading.take([("contact", "C-1"), *wrong.items()]).findings
    assert [finding.element for finding in faults] == [f"{xml}.{name}" for name in wrong]
    assert len(reading.take([("contact", "C-1"), *values.items(), *values.items()]).findings) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("extension: social", "extension: reseller", 1, "reseller.yaml is called 'reseller' too"),
        ("table: social}", "table: socal}", 4, "no table 'socal'"),
        ("key: contact", "key: name", 4, "cannot be an element as well"),
        ("xml: eligibility", "xml: account", 6, "reads <account>"),
        ("  eligibility:\n", "  domain:\n", 20, "the model has a table 'domain' already"),
        ("max: 2", "max: 2, type: group", 19, "given twice"),
        ("short: handle", "short: network", 19, "stands there already, on line 11"),
        ("range: {max: 999}", "range: {min: 9, max: 1}", 23, "9 is more than 1"),
        ("range: {max: 999}", "range: {max: few}", 23, "whole number"),
        ("min: 1\n", "mni: 1\n", 18, "'mni' is not known here"),
        ("type: enum", "type: text", 15, "values"),
        ("urn:x-example:social-1.0", "urn:ietf:params:xml:ns:rdeDomain-1.0", 2, "does not have the form"),
        ("owner: contact", "owner: person", 4, "'person' is none of domain, host, contact, registrar"),
        ("tables:\n", "reads:\n  trademark: [{short: nmae, xml: n}]\ntables:\n", 8, "no element 'nmae'"),
        ("tables:\n", "reads:\n  domain: [{short: name, xml: n}]\ntables:\n", 8, "that an extension may fill"),
        ("tables:\n", "reads:\n  trademark: [{short: name, xml: n}]\ntables:\n", 8, "reads 'trademark' already"),
    ],
)
def test_an_extension_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in SOCIAL
    findings = _refusal(tmp_path, SOCIAL.replace(old, new, 1)).findings
    assert any(finding.line == line and said in f"{finding.message} {finding.place}" for finding in findings), (
        findings
    )


def test_two_extensions_may_not_read_one_element(tmp_path: Path) -> None:
    other = SOCIAL.replace("extension: social", "extension: other")
    for table in ("social", "eligibility"):
        other = other.replace(f"  {table}:\n", f"  {table}2:\n").replace(f"table: {table}}}", f"table: {table}2}}")
    paths = [_written(tmp_path, SOCIAL), _written(tmp_path, other, "other.yaml")]
    with pytest.raises(DocumentError) as refusal:
        Catalogue.load(paths)
    assert refusal.value.file.endswith("other.yaml")
    assert [finding.line for finding in refusal.value.findings] == [4, 6]
    assert all("social.yaml reads" in finding.message for finding in refusal.value.findings)


def test_a_missing_extension_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nothing\.yaml"):
        Catalogue.load([tmp_path / "nothing.yaml"])
