"""A profile extends another, speaks several languages, and holds from a date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.access.standing import Standing
from directory.profile.layout import Entry, Group, Layout
from directory.profile.profile import NoProfile
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import GRAPHS

_CHILD = """
profile: child
version: "2"
from: "2021-01-01"
extends: said
bind: {tlds: [test], service: data}
change:
  domain:
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue()).write(DISCLOSURE).write(PROFILE)


def _shape(layout: Layout) -> list[object]:
    """The elements of a layout, groups as lists."""
    found: list[object] = []
    for item in layout:
        if isinstance(item, Entry):
            found.append(item.shorts[0])
        elif isinstance(item, Group):
            found.append([item.table, *_shape(item.items)])
    return found


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("change", "shape"),
    [
        (
            "{after: name, add: [crDate, status]}",
            ["name", "crDate", "status", ["contact", "cc", "voice", "email"]],
        ),
        ("{before: contact, add: [crDate]}", ["name", "crDate", ["contact", "cc", "voice", "email"]]),
        ("{add: [crDate]}", ["name", ["contact", "cc", "voice", "email"], "crDate"]),
        ("{at: contact/voice, omit: true}", ["name", ["contact", "cc", "email"]]),
        ("{at: 'contact[registrant]/cc', omit: true}", ["name", ["contact", "voice", "email"]]),
        ("{after: contact/cc, add: [sp]}", ["name", ["contact", "cc", "sp", "voice", "email"]]),
        ("{at: contact, omit: true}", ["name"]),
        ("{at: name, set: {label: Name}}", ["name", ["contact", "cc", "voice", "email"]]),
    ],
)
def test_a_change_meets_what_its_path_selects(desk: Desk, change: str, shape: list[object]) -> None:
    child = desk.write(f"{_CHILD}    - {change}\n").load().bound("test", "data")
    assert (child.name, child.version, child.disclosure.name) == ("child", "2", "rules")
    assert _shape(child.layouts["domain"]) == shape
    assert desk.load().bound("other", "data").name == "said"


def test_labels_are_set_and_texts_replaced_one_by_one(desk: Desk) -> None:
    desk.write(f"{_CHILD}    - {{at: name, set: {{label: Name}}}}\ntexts: {{not-found: {{domain: Nothing.}}}}\n")
    child = desk.load().bound("test", "data")
    entry = child.layouts["domain"][0]
    assert isinstance(entry, Entry)
    assert entry.label == "Name"
    assert (child.texts.not_found["domain"], child.texts.not_found["address"]) == ("Nothing.", "No.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{_CHILD}    - {{at: nmae, omit: true}}\n", "did you mean 'name'"),
        (f"{_CHILD}    - {{at: contact/vioce, omit: true}}\n", "did you mean 'contact/voice'"),
        (f"{_CHILD}    - {{at: 'contact[tech]', omit: true}}\n", "selects nothing"),
        (f"{_CHILD}    - {{after: name, add: [voice]}}\n", "'domain.voice' is no element"),
        (f"{_CHILD}    - {{after: name, add: [exDate]}}\n", "no rule in the disclosure"),
        (f"{_CHILD}    - {{at: name, set: {{lable: x}}}}\n", "'lable' is not known"),
        (_CHILD.replace("extends: said", "extends: siad") + "    - {add: [crDate]}\n", "did you mean 'said'"),
        (_CHILD.replace("extends: said", "extends: child") + "    - {add: [crDate]}\n", "extends itself"),
    ],
)
def test_a_fault_of_an_extending_profile_is_told_at_its_line(desk: Desk, text: str, message: str) -> None:
    faults = desk.write(text).faults()
    assert any(message in fault for fault in faults), faults


def test_the_line_of_a_fault_is_that_of_what_the_extending_profile_says(desk: Desk) -> None:
    faults = desk.write(f"{_CHILD}    - {{after: name, add: [crDate]}}\n    - {{add: [voice]}}\n").faults()
    assert faults[0].startswith(":10: objects.domain[3]")


_RESTATED = "objects:\n  domain:\n    - name\n"


@pytest.mark.clause("SAC054 §5")
def test_a_profile_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    words = "    - {element: name, label: {en: Name, es: Nombre}}\n    - {element: crDate, label: Creation Date}\n"
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
    desk.write(
        PROFILE,
        ("disclosure: rules", "disclosure: rules\nparameters: {languages: [en, es, ru]}"),
        ("    - name\n", words),
    )
    profile = desk.profile()
    labels = {
        asked: [each.label for each in profile.speaking(asked).layouts["domain"][:2] if isinstance(each, Entry)]
        for asked in ((), ("es-MX", "en"), ("de", "ru"), ("de",))
    }
    assert labels[()] == ["Name", "Creation Date"] == labels["de",]
    assert labels["es-MX", "en"] == ["Nombre", "Fecha de creación"]
    assert labels["de", "ru"][1] == "Дата создания"
    spanish = profile.speaking(("es",))
    assert spanish.language == "es"
    assert spanish.speaking(("en",)) is profile
    first, second = (each.present(GRAPHS["domain-full"], Standing("public")) for each in (profile, spanish))
    assert first == second


def test_a_later_edition_takes_over_at_its_date(desk: Desk) -> None:
    desk.write(PROFILE, ('version: "1"', 'version: "2"'), ("2020-01-01", "2027-03-01"))
    desk.write(DISCLOSURE, ('version: "1"', 'version: "2"'), ("2020-01-01", "2027-02-01"))
    moment = [datetime(2027, 1, 31, 23, 59, tzinfo=UTC).timestamp()]
    profiles = desk.load(lambda: moment[0])
    held = []
    for day in (datetime(2027, 1, 31), datetime(2027, 2, 1), datetime(2027, 2, 28), datetime(2027, 3, 1)):
        moment[0] = day.replace(tzinfo=UTC).timestamp() + 1
        profile = profiles.bound(None, "data")
        held.append((profile.version, profile.disclosure.version))
    assert held == [("1", "1"), ("1", "2"), ("1", "2"), ("2", "2")]


def test_a_profile_that_does_not_hold_yet_does_not_speak(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE).write(PROFILE, ("2020-01-01", "2099-01-01"))
    with pytest.raises(NoProfile, match="data"):
        desk.load().bound(None, "data")


def test_a_fault_in_a_later_edition_is_told_now(desk: Desk) -> None:
    faults = desk.write(PROFILE, ("2020-01-01", "2099-01-01"), ("    - name\n", "    - nmae\n")).faults()
    assert any("'domain.nmae' is no element" in fault for fault in faults)


def test_a_profile_for_some_audiences_goes_before_that_for_everyone(desk: Desk) -> None:
    text = PROFILE.replace("profile: said", "profile: more").replace("data}", "data, audiences: [police]}")
    profiles = desk.write(text).load()
    found = {
        audience: profiles.bound("test", "data", audience).name
        for audience in ("public", "police", "registry", "x")
    }
    assert found == {"public": "said", "police": "more", "registry": "more", "x": "said"}
    faults = desk.write(text, ("[police]", "[polize]"), ("profile: more", "profile: third")).faults()
    assert any("did you mean 'police'" in fault for fault in faults)
