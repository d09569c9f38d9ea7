"""What a profile asks for and no object can have is refused; what it lacks in a disclosure is told in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.document import Document
from directory.profile import advice
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk

_ALL = "domain.exDate, domain.billing,"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue()).write(DISCLOSURE, ("domain.crDate,", f"domain.crDate, {_ALL}"))


def _faults(desk: Desk, item: str = "exDate", rules: str = "") -> list[str]:
    items = f"    - name\n    - {item}\n    - admin\n    - tech\n    - billing\n    - ns\n"
    changes = [("    - name\n", items)]
    return desk.write(PROFILE, *changes, *([("texts:", f"rules: [{rules}]\ntexts:")] if rules else [])).faults()


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(("count", "possible"), [("2", False), ("{2,..}", False), ("1", True), ("0..3", True)])
def test_more_values_than_the_model_has_of_an_element_are_refused(desk: Desk, count: str, possible: bool) -> None:
    faults = _faults(desk, f'{{element: exDate, cardinality: "{count}"}}')
    if possible:
        assert faults == []
    else:
        (fault,) = faults
        assert "domain.exDate has one value at most, and never 2" in fault


_RULES = [
    (
        "{of: domain, each: [exDate], cardinality: '2'}",
        "no domain has exDate 2 times: there are {0,1} of it at most",
    ),
    (
        "{of: domain, each: [admin, tech, billing], cardinality: '1'}, "
        "{of: domain, sum: [admin, tech, billing], cardinality: '4'}",
        "no domain has 4 of admin, tech, billing together: there are 3 of it by the rule",
    ),
    (
        "{of: domain, sum: [admin, tech], cardinality: '{0,1}'}, "
        "{of: domain, each: [admin, tech], cardinality: '1'}",
        "no domain has {0,1} of admin, tech together: there are 2 of it",
    ),
    (
        "{of: domain, each: [ns], cardinality: '2..'}, {of: domain, each: [ns], cardinality: '0..1'}",
        "no domain has ns {0,1} times: there are {2,..} of it by the rule",
    ),
    (
        "{of: domain, each: [ns, admin], cardinality: '2..'}, {of: domain, sum: [ns, admin], cardinality: '4..'}",
        "",
    ),
    ("{of: domain, each: [admin], cardinality: '1'}, {of: domain, sum: [admin, tech], cardinality: '4'}", ""),
    ("{of: domain, each: [exDate], cardinality: '1'}", ""),
    ("{of: domain, sum: [exDate, ns], cardinality: '13'}", ""),
]


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(("rules", "message"), _RULES)
def test_rules_that_no_object_can_keep_to_are_refused(desk: Desk, rules: str, message: str) -> None:
    faults = _faults(desk, rules=rules)
    if message:
        (fault,) = faults
        assert message in fault
    else:
        assert faults == []


def test_a_rule_over_several_elements_drops_nothing_and_that_is_noted() -> None:
    data = {
        "bind": {"service": "data"},
        "objects": {"domain": ["ns"]},
        "rules": [{"of": "domain", "each": ["ns"], "cardinality": "1"}],
        "parameters": {"violations": "drop"},
    }
    (note,) = advice.of_profile(Document("x.yaml", data, {}))
    assert (note.warning, note.place) == (True, "parameters.violations")
    assert "nothing is dropped" in note.message
    data["parameters"] = {"violations": "refuse"}
    assert list(advice.of_profile(Document("x.yaml", data, {}))) == []


def test_a_disclosure_that_is_too_small_is_told_by_parts_and_not_by_elements(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
    contacts = "roles: [registrant, admin, tech]\n      elements: [cc, org, street, fax, id]"
    faults = desk.write(PROFILE, ("roles: [registrant]\n      elements: [cc, voice, email]", contacts)).faults()
    assert [
        fault.partition(": ")[2].partition(" (")[0].partition(": ")[2].partition(" [")[0] for fault in faults
    ] == [
        "10 elements have no rule in the disclosure 'rules', so they cannot leave: of admin, tech: "
        "cc, org, street, fax, id",
        "4 elements have no rule in the disclosure 'rules', so they cannot leave: of registrant: "
        "org, street, fax, id",
    ]


@pytest.mark.parametrize("key", ["join", "text"])
def test_what_joins_values_or_stands_around_one_cannot_break_the_line(tmp_path: Path, key: str) -> None:
    for value, is_right in (('"\\n>>> x: y {value}"', False), ('"{value}\\u202e"', False), ('" {value} "', True)):
        value = value if key == "text" else value.replace("{value}", "")
        desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
        faults = desk.write(
            PROFILE, ("    - name\n", f"    - name\n    - {{element: ns, {key}: {value}}}\n")
        ).faults()
        assert (faults == []) is is_right, faults
        assert is_right or "characters in it that cannot be seen" in faults[0]


@pytest.mark.parametrize("text", ["WITH{rol}HELD", '"A\\nB"'])
def test_the_text_of_all_withholdings_is_one_line_without_placeholders(tmp_path: Path, text: str) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE, ("text: WITHHELD", f"text: {text}"))
    assert len(desk.write(PROFILE).faults()) == 1
