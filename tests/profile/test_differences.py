"""Two documents: what differs is told once, in words, and what only reads otherwise is no difference."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import resources
from directory.profile.differences import Difference, differences
from directory.profile.loader import Library
from directory.profile.profile import Profile
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Change, Desk

_VOICE = "registrant.voice: {show: [registry]"
_ASKED = "registrant.voice: {show: [registry], when: [{show: [public], if: {disclose: show}}]"


def _profile(folder: Path, said: tuple[Change, ...] = (), ruled: tuple[Change, ...] = ()) -> Profile:
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    return Desk(place, replies.catalogue()).write(DISCLOSURE, *ruled).write(PROFILE, *said).profile()


_LIST = "[cc, voice, email]"

_SAID: list[tuple[Change, list[tuple[str, str, str, str]]]] = [
    ((_LIST, "[cc, email]"), [("element", "registrant.voice", "said", "not said")]),
    ((_LIST, "[cc, voice, email, name]"), [("element", "registrant.name", "not said", "said")]),
    (
        (_LIST, '[{element: cc, cardinality: "1"}, voice, email]'),
        [("cardinality", "registrant.cc", "{0,..}", "1")],
    ),
    (
        (_LIST, "[cc, {element: voice, length: {max: 20}, format: e164}, email]"),
        [("length", "registrant.voice", "none", "{0,20}"), ("format", "registrant.voice", "none", "e164")],
    ),
    (
        ("    - name\n", "    - {element: name, label: Name}\n"),
        [("label (en)", "domain.name", "none", "Name")],
    ),
    (
        (_LIST, "[voice, cc, email]"),
        [
            (
                "order",
                "domain",
                "registrant.cc, registrant.voice, registrant.email",
                "registrant.voice, registrant.cc, registrant.email",
            )
        ],
    ),
    (
        ("service: data", "service: escrow"),
        [("parameter", "service", "data", "escrow"), ("parameter", "markup", "JSON", "XML")],
    ),
    (('tlds: ["*"]', "tlds: [test]"), [("parameter", "zones", "*", "test")]),
    (
        ("disclosure: rules", "disclosure: rules\nparameters: {postal-forms: both, violations: drop}"),
        [("parameter", "postal-forms", "one", "both"), ("parameter", "violations", "serve", "drop")],
    ),
    (
        ("objects:", 'rules: [{of: domain, each: [registrant], cardinality: "1"}]\nobjects:'),
        [("parameter", "rules", "none", "domain: registrant each 1")],
    ),
    (("{domain: No.", "{domain: Not here."), [("text (en)", "not_found.domain", "No.", "Not here.")]),
    (('version: "1"', 'version: "2"'), []),
    (("profile: said", "profile: other"), []),
]


@pytest.mark.parametrize(("change", "expected"), _SAID)
def test_what_a_profile_says_otherwise_is_told(
    tmp_path: Path, change: Change, expected: list[tuple[str, str, str, str]]
) -> None:
    found = list(differences(_profile(tmp_path), _profile(tmp_path, (change,))))
    assert found == [Difference(*each) for each in expected]


_RULED = [
    ((_VOICE, _ASKED), "to public", "registrant.voice", "hidden",
     "shown if the contact asked to have it shown; else hidden"),
    ((_VOICE, "registrant.voice: {show: [registry, police]"), "to police",
     "registrant.voice", "hidden", "shown"),
    (("name: Registrant Email", "name: Registrant Email, text: NO"), "withheld", "registrant.email",
     "text WITHHELD, method removal, name Registrant Email", "text NO, method removal, name Registrant Email"),
    (("text: WITHHELD", "text: WITHHELD\ndeclare: held"), "disclosure", "declare", "always", "held"),
    (("police: {includes: [authenticated]}", "police: {includes: [public]}"), "audience", "police",
     "sees what authenticated and police and public see", "sees what police and public see"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what", "where", "before", "after"), _RULED)
def test_what_a_disclosure_rules_otherwise_is_told(
    tmp_path: Path, change: Change, what: str, where: str, before: str, after: str
) -> None:
    found = list(differences(_profile(tmp_path), _profile(tmp_path, ruled=(change,))))
    assert Difference(what, where, before, after) in found


def test_only_the_audiences_that_are_asked_for_are_compared(tmp_path: Path) -> None:
    other = _profile(tmp_path, ruled=((_VOICE, "registrant.voice: {show: [registry, police]"),))
    assert [each.what for each in differences(_profile(tmp_path), other, ["police"])] == ["to police"]
    assert list(differences(_profile(tmp_path), other, ["public"])) == []


def test_a_rule_that_is_only_written_otherwise_is_no_difference(tmp_path: Path) -> None:
    twice = (
        "registrant.voice: {show: [registry], when: [{show: [public], if: {disclose: show}}, "
        '{show: [public], if: {disclose: show, person.consent: "yes"}}]'
    )
    never = "registrant.voice: {show: [registry], when: [{hide: [police], if: {disclose: hide}}]"
    plain, asked = _profile(tmp_path), _profile(tmp_path, ruled=((_VOICE, _ASKED),))
    assert list(differences(asked, _profile(tmp_path, ruled=((_VOICE, twice),)))) == []
    assert list(differences(plain, _profile(tmp_path, ruled=((_VOICE, never),)))) == []


def test_an_audience_that_is_new_is_told(tmp_path: Path) -> None:
    more = ("  police: {", "  press: {includes: [public]}\n  police: {")
    found = list(differences(_profile(tmp_path), _profile(tmp_path, ruled=(more,))))
    assert found == [Difference("audience", "press", "none", "sees what press and public see")]


def test_of_long_texts_that_part_is_told_where_they_begin_to_differ(tmp_path: Path) -> None:
    sides = [_profile(tmp_path, (("{domain: No.", f"{{domain: {'x' * 200} {end}"),)) for end in ("alpha", "omega")]
    (found,) = differences(sides[0], sides[1])
    assert found.before == f"…{'x' * 29} alpha"
    assert found.after == f"…{'x' * 29} omega"


def _shipped() -> list[str]:
    return [name for name in resources.names("profiles") if "disclosure" not in name]


@settings(max_examples=15, deadline=None)
@given(names=st.tuples(st.sampled_from(_shipped()), st.sampled_from(_shipped())))
def test_differences_the_other_way_round_are_the_same_with_before_and_after_exchanged(
    names: tuple[str, str],
) -> None:
    library = Library(replies.catalogue())
    documents = {name: library.add(resources.find("profiles", name)) for name in dict.fromkeys(names)}
    first, second = [library.build(documents[name], datetime.date(2026, 6, 1)) for name in names]
    there, back = set(differences(first, second)), set(differences(second, first))
    turned = {Difference(each.what, each.where, each.after, each.before) for each in back}
    in_words = {each for each in there ^ turned if each.what not in ("order", "withheld")}
    assert in_words == set()
    assert bool(there) is (names[0] != names[1])
