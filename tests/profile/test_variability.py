"""Where profiles vary: every aspect is found, and what is the same is not."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path

import pytest

from directory.profile.profile import Profile
from directory.profile.variability import ASPECTS, Key, Row, compare, longest_rising, sayings, summary
from tests.profile import replies, shipped
from tests.profile.documents import DISCLOSURE, PROFILE, Change, Desk

_PLAIN = ("[cc, voice, email]", "[cc, {element: email, label: E-mail}]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _profile(folder: Path, name: str, *changes: Change, disclosure: tuple[Change, ...] = ()) -> Profile:
    """A profile with changes, under a disclosure with others."""
    place = folder / name
    place.mkdir()
    desk = Desk(place, replies.catalogue()).write(DISCLOSURE, *disclosure)
    return desk.write(PROFILE, ("profile: said", f"profile: {name}"), *changes).profile()


def _row(rows: list[Row], element: str) -> Row:
    (row,) = [each for each in rows if each.key == Key("domain", element)]
    return row


@pytest.mark.clause("SAC054 §6")
@pytest.mark.parametrize(
    ("aspect", "said"),
    [
        ("label", "{element: email, label: Mail}"),
        ("format", "{element: email, format: rfc5322}"),
        ("length", "{element: email, length: {max: 30}}"),
        ("cardinality", '{element: email, cardinality: "1"}'),
    ],
)
def test_an_element_that_is_said_otherwise_differs_in_that_and_nothing_else(
    folder: Path, aspect: str, said: str
) -> None:
    first = _profile(folder, "first", _PLAIN)
    second = _profile(folder, "second", ("[cc, voice, email]", f"[cc, {said}]"))
    rows = compare([first, second])
    assert _row(rows, "registrant.email").differing == (aspect,)
    assert _row(rows, "registrant.cc").differing == ()
    assert [row.key.element for row in rows if row.varies] == ["registrant.email"]


def test_a_language_tag_that_one_demands_differs(folder: Path) -> None:
    first = _profile(folder, "first", ("[cc, voice, email]", "[city]"))
    second = _profile(folder, "second", ("[cc, voice, email]", "[{element: city, language: required}]"))
    assert _row(compare([first, second]), "registrant.city").differing == ("language",)


def test_another_audience_differs_and_is_told_by_the_smallest_that_see_it(folder: Path) -> None:
    rule = "registrant.email: {show: [police]"
    first = _profile(folder, "first")
    second = _profile(
        folder,
        "second",
        disclosure=(
            (rule, "registrant.email: {show: [police, sponsor], when: [{show: [public], if: {disclose: show}}]"),
        ),
    )
    row = _row(compare([first, second]), "registrant.email")
    assert row.differing == ("audiences",)
    assert [each.audiences for each in row.sayings if each] == [("police",), ("public*", "sponsor", "police")]


def test_of_elements_in_another_order_the_fewest_that_moved_are_told(folder: Path) -> None:
    first = _profile(folder, "first")
    second = _profile(folder, "second", ("[cc, voice, email]", "[email, cc, voice]"))
    rows = compare([first, second])
    assert [row.key.element for row in rows if "order" in row.differing] == ["registrant.email"]
    assert [each.order for each in _row(rows, "registrant.email").sayings if each] == [4, 2]


def test_an_element_that_one_does_not_say_is_not_common_and_moves_no_other(folder: Path) -> None:
    first = _profile(folder, "first")
    second = _profile(
        folder, "second", ("    - name\n", "    - crDate\n    - name\n"), ("[cc, voice, email]", "[cc, email]")
    )
    rows = compare([first, second])
    voice, created = _row(rows, "registrant.voice"), _row(rows, "domain.crDate")
    assert (voice.is_common, voice.differing, voice.sayings[1]) == (False, (), None)
    assert (created.is_common, created.sayings[0]) == (False, None)
    assert all(row.differing == () for row in rows)
    found = summary(rows)
    assert (found.elements, found.common, found.same) == (5, 3, 3)


def test_an_element_that_stands_twice_has_both_labels(folder: Path) -> None:
    twice = "[{element: cc, label: A}, {element: cc, label: B, again: true}]"
    said = sayings(_profile(folder, "first", ("[cc, voice, email]", twice)))
    assert said[Key("domain", "registrant.cc")].label == "A / B"


def test_roles_of_one_group_are_elements_of_their_own() -> None:
    said = sayings(shipped.profile("gtld-whois"))
    labels = {key.element: each.label for key, each in said.items() if key.kind == "domain"}
    assert labels["registrant.name"] == "Registrant Name"
    assert labels["admin.name"] == "Admin Name"
    assert labels["desk/abuse.email"] == "Registrar Abuse Contact Email"


def test_a_service_without_labels_has_no_other_label() -> None:
    rows = compare([shipped.profile("gtld-whois"), shipped.profile("gtld-rdap")])
    assert all("label" not in row.differing for row in rows)
    assert any("cardinality" in row.differing for row in rows)


@pytest.mark.parametrize("name", shipped.PROFILES)
def test_a_profile_does_not_vary_from_itself(name: str) -> None:
    rows = compare([shipped.profile(name)] * 2)
    assert rows
    assert not any(row.varies for row in rows)
    assert summary(rows).aspects == dict.fromkeys(ASPECTS, 0)


def test_a_longest_rising_subsequence_rises_and_none_is_longer() -> None:
    for values in permutations([(0, number) for number in range(6)]):
        kept = sorted(longest_rising(values))
        assert [values[index] for index in kept] == sorted(values[index] for index in kept)
        longer = combinations(range(6), len(kept) + 1)
        assert not any(
            list(map(values.__getitem__, each)) == sorted(map(values.__getitem__, each)) for each in longer
        )
    assert longest_rising([]) == set()
