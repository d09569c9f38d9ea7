"""What RDAP has no member for is said in remarks: trademarks, and the groups of a registry's own extension."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory import resources
from directory.access.standing import Standing
from directory.model.catalogue import Catalogue
from directory.model.graph import ContactGraph, Graph
from directory.model.registry import Extension
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, contact, domain, sponsor

_WORDS = "{es: Una cuenta, en: An account}"
_TABLE = """
  TABLE:
    long: WORDS
    description: WORDS
    elements:
      - {short: network, xml: network, type: text, long: WORDS, description: WORDS}
      - {short: account, xml: account, type: text, max: many, long: WORDS, description: WORDS}
      - {short: secret, xml: secret, type: text, long: WORDS, description: WORDS}
"""
_EXTENSION = """
extension: social
namespace: urn:example:social-1.0
objects:
  - {xml: social, owner: domain, key: name, table: social}
  - {xml: badge, owner: contact, key: id, table: badge}
tables:
"""
_RULE = """  {table}.secret:
    show: [registry]
    hidden:
      description: Account Secret
    source: RFC 9537 §4.2
"""
_PUBLIC = "  - {table}.network\n  - {table}.account\n"
_SAID = """    - each: {table}
      elements:
        - {{element: network, label: {{en: Network}}, cardinality: "1", source: "RFC 9083 §4.3"}}
        - {{element: account, cardinality: "0..", source: "RFC 9083 §4.3"}}
        - {{element: secret, cardinality: "0..1", source: "RFC 9083 §4.3"}}
"""
_BEFORE = {
    "social": "    - each: trademark\n",
    "badge": '    - {element: status, cardinality: "0..", source: "RFC 9083 §5.1"}\n',
}


@pytest.fixture
def registry(tmp_path: Path) -> Profile:
    """The RDAP profile of a registry that declares accounts of domains and of contacts."""
    rules = resources.read("profiles", "gtld-disclosure.yaml")
    said = resources.read("profiles", "gtld-rdap.yaml")
    for table, before in _BEFORE.items():
        rules = rules.replace("public:\n", "public:\n" + _PUBLIC.format(table=table), 1)
        rules = rules.replace("\nrules:\n", "\nrules:\n" + _RULE.format(table=table), 1)
        assert said.count(before) == 1
        said = said.replace(before, _SAID.format(table=table) + before)
    declared = _EXTENSION + "".join(_TABLE.replace("TABLE", each).replace("WORDS", _WORDS) for each in _BEFORE)
    for name, text in {"social": declared, "rules": rules, "rdap": said}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    files = [tmp_path / "rules.yaml", tmp_path / "rdap.yaml"]
    return Profiles.load(files, Catalogue.load([tmp_path / "social.yaml"])).bound("test", "rdap")


def _account(table: str, owner: str, **values: tuple[str, ...]) -> Extension:
    return Extension(values["network"][0], table, owner, "x", values)


@pytest.mark.clause("RFC 9083 §4.3")
@pytest.mark.clause("SAC054 §5")
def test_a_trademark_is_a_remark_that_says_what_whois_says() -> None:
    (remark,) = replies.rdap_json(GRAPHS["domain-full"])["remarks"]
    assert remark["title"] == "trademark"
    lines = [line for line in replies.whois(GRAPHS["domain-full"]).decode().split("\r\n") if "Trademark " in line]
    assert remark["description"] == lines
    assert "Trademark Class: 42" in lines


@pytest.mark.clause("RFC 9083 §4.3")
@pytest.mark.parametrize("owner", ["domain", "contact"])
def test_each_group_of_a_declared_extension_is_a_remark_of_its_object(registry: Profile, owner: str) -> None:
    table = {"domain": "social", "contact": "badge"}[owner]
    accounts = (
        _account(table, owner, network=("A-Net",), account=("one", "two"), secret=("hush",)),
        _account(table, owner, network=("B-Net",)),
    )
    graph: Graph = domain(Parts(extensions=accounts))
    if owner == "contact":
        graph = ContactGraph(contact(1), sponsor(), accounts)
    body = replies.rdap_json(graph, profile=registry)
    first, second = body["remarks"]
    assert first == {"title": table, "description": ["Network: A-Net", "account: one", "account: two"]}
    assert second == {"title": table, "description": ["Network: B-Net"]}
    assert {"description": "Account Secret"} in [entry["name"] for entry in body["redacted"]]
    first, _ = replies.rdap_json(graph, Standing("registry"), registry)["remarks"]
    assert first["description"][-1] == "secret: hush"


def test_a_group_of_which_nothing_is_shown_is_no_remark(registry: Profile) -> None:
    hidden = Extension("1", "social", "domain", "x", {"secret": ("hush",)})
    assert "remarks" not in replies.rdap_json(domain(Parts(extensions=(hidden,))), profile=registry)


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "domain-full"])
def test_an_object_that_rdap_has_members_for_throughout_has_no_remarks(name: str, registry: Profile) -> None:
    assert "remarks" not in replies.rdap_json(GRAPHS[name])
    assert "remarks" not in replies.rdap_json(GRAPHS[name], profile=registry)
