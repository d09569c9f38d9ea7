"""Two profiles over the same object: what is said to change is what changes in the reply, and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import PUBLIC, Standing
from directory.answer import Found
from directory.markup import json as plain_json
from directory.model.contact import Disclose
from directory.model.graph import DomainGraph
from directory.profile.compare import Cell, Change, Comparison, changes, flattener
from directory.profile.profile import Profile
from directory.query import Kind, Lookup
from directory.whois import render as whois
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.documents import Change as Words
from tests.profile.graphs import domains
from tests.profile.objects import AS_OF, GRAPHS, Parts, contact, domain

_TEXT: tuple[Words, ...] = (
    ("disclosure: rules", "disclosure: rules\nparameters: {markup: text}"),
    (
        "    - name\n",
        "    - {element: name, label: Domain Name}\n    - {element: status, label: Status}\n"
        "    - {element: crDate, label: Created}\n",
    ),
    (
        "elements: [cc, voice, email]",
        "elements: [{element: cc, label: Country}, {element: voice, label: Phone}, {element: email, label: Mail}, "
        "{element: name, label: Name}]",
    ),
)
_JSON: tuple[Words, ...] = (("    - name\n", "    - name\n    - status\n    - crDate\n"),)

_OTHER: dict[str, tuple[Words, ...]] = {
    "the same": (),
    "another label": (("Phone", "Telephone"),),
    "without an element": (("{element: voice, label: Phone}, ", ""),),
    "another order": (("{element: cc, label: Country}, {element: voice, label: Phone}",
                       "{element: voice, label: Phone}, {element: cc, label: Country}"),),
    "a text": (("{element: cc, label: Country}", '{element: cc, label: Country, text: "({value})"}'),),
    "an empty line": (("{element: voice, label: Phone}", "{element: voice, label: Phone, empty: show}"),),
    "joined": (("{element: status, label: Status}", "{element: status, label: Status, join: '; '}"),),
    "as a person reads it": (("label: Phone}", "label: Phone, format: e123}"),),
}  # fmt: skip
_OTHER_JSON: dict[str, tuple[Words, ...]] = {
    "the same": (),
    "without an element": (("voice, ", ""),),
    "another order": (("[cc, voice, email]", "[email, voice, cc]"),),
}
_RULES: dict[str, tuple[Words, ...]] = {
    "the same rules": (),
    "shown": (("registrant.voice: {show: [registry]", "registrant.voice: {show: [public]"),),
    "if asked": (
        (
            "registrant.voice: {show: [registry]",
            "registrant.voice: {show: [registry], when: [{show: [public], if: {disclose: show}}]",
        ),
    ),
    "in part": (("name: Registrant Phone", "method: partialValue, keep: {first: 4}, name: Registrant Phone"),),
    "another name": (("name: Registrant Phone", "name: Registrant Phone Ext, text: HIDDEN"),),
}  # fmt: skip


class Documents:
    """Profiles out of small documents, loaded once each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[tuple[Words, ...], tuple[Words, ...]], Profile] = {}

    def profile(self, said: tuple[Words, ...], ruled: tuple[Words, ...] = ()) -> Profile:
        """The profile with these changes under the disclosure with those."""
        key = (said, ruled)
        if key not in self._known:
            folder = self._folder / str(len(self._known))
            folder.mkdir(exist_ok=True)
            self._known[key] = (
                Desk(folder, replies.catalogue()).write(DISCLOSURE, *ruled).write(PROFILE, *said).profile()
            )
        return self._known[key]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return Documents(tmp_path_factory.mktemp("compared"))


def _changes(before: Profile, after: Profile, graph: DomainGraph, standing: Standing) -> list[Change]:
    cells = [flattener(each)(each.present(graph, standing)) for each in (before, after)]
    return list(changes(*cells, ordered=True))


_STANDINGS = st.builds(Standing, st.sampled_from((PUBLIC, "police", "registry")))


_WRITTEN = {
    "text": (_TEXT, _OTHER, whois.render),
    "JSON": (_JSON, _OTHER_JSON, lambda answer: plain_json.render(answer, "")),
}
"""By markup: the profile, how it is changed, and what writes an answer by it."""


@pytest.mark.parametrize("markup", _WRITTEN)
@settings(max_examples=150, deadline=None)
@given(graph=domains(), standing=_STANDINGS, which=st.data())
def test_a_change_is_found_exactly_where_what_is_written_changes(
    documents: Documents, markup: str, graph: DomainGraph, standing: Standing, which: st.DataObject
) -> None:
    said, others, render = _WRITTEN[markup]
    other = others[which.draw(st.sampled_from(sorted(others)))]
    ruled = _RULES[which.draw(st.sampled_from(sorted(_RULES)))]
    before, after = documents.profile(said), documents.profile((*said, *other), ruled)
    written = [
        render(Found(Lookup(Kind.DOMAIN, graph.domain.name), each, AS_OF, each.present(graph, standing)))
        for each in (before, after)
    ]
    assert bool(_changes(before, after, graph, standing)) is (written[0] != written[1])


def _graph(*disclose: Disclose) -> DomainGraph:
    person = msgspec.structs.replace(contact(1), disclose=disclose)
    return domain(Parts(contacts=(("registrant", person),)))


_CASES = [
    ("the same", "shown", [Change("registrant.voice", "appears", "WITHHELD", "+1.5555550101")]),
    ("without an element", "the same rules", [Change("registrant.voice", "redaction", "WITHHELD", "")]),
    ("another label", "the same rules", [Change("registrant.voice", "label", "Phone", "Telephone")]),
    ("a text", "the same rules", [Change("registrant.cc", "value", "CA", "(CA)")]),
    ("the same", "another name", [Change("registrant.voice", "redaction", "WITHHELD", "HIDDEN")]),
    (
        "another order",
        "the same rules",
        [
            Change(
                "",
                "order",
                "registrant.cc, registrant.voice, registrant.email",
                "registrant.voice, registrant.cc, registrant.email",
            )
        ],
    ),
]


@pytest.mark.parametrize(("said", "ruled", "expected"), _CASES)
def test_what_happens_to_an_element_is_told_with_both_readings(
    documents: Documents, said: str, ruled: str, expected: list[Change]
) -> None:
    before = documents.profile(_TEXT)
    after = documents.profile((*_TEXT, *_OTHER[said]), _RULES[ruled])
    assert _changes(before, after, _graph(), Standing(PUBLIC)) == expected


def test_values_are_compared_as_they_are_written(documents: Documents) -> None:
    graph = domain(Parts(statuses=("ok", "linked"), contacts=(("registrant", contact(1)),)))
    for said, path, written in (
        ("joined", "domain.status", "ok; linked"),
        ("as a person reads it", "registrant.voice", "+1 555 555 0101"),
    ):
        after = documents.profile((*_TEXT, *_OTHER[said]))
        (change,) = _changes(documents.profile(_TEXT), after, graph, Standing("registry"))
        assert (change.path, change.what, change.after) == (path, "value", written)


def test_what_is_no_longer_shown_disappears(documents: Documents) -> None:
    before, after = documents.profile(_TEXT, _RULES["shown"]), documents.profile(_TEXT)
    (change,) = _changes(before, after, _graph(), Standing(PUBLIC))
    assert change == Change("registrant.voice", "disappears", "+1.5555550101", "WITHHELD")


def test_a_label_without_a_value_is_told_from_no_line_at_all(documents: Documents) -> None:
    after = documents.profile((*_TEXT, *_OTHER["an empty line"]))
    graph = domain(Parts(contacts=(("registrant", msgspec.structs.replace(contact(1), voice=None)),)))
    found = _changes(documents.profile(_TEXT), after, graph, Standing("registry"))
    assert found == [Change("registrant.voice", "label", "", "Phone")]


def test_objects_are_counted_once_for_each_audience_and_change_with_the_first_as_example(
    documents: Documents,
) -> None:
    comparison = Comparison(documents.profile(_TEXT), documents.profile(_TEXT, _RULES["if asked"]))
    asked = _graph(Disclose(1, "voice"))
    for name, graph in (("one.test", _graph()), ("two.test", asked), ("three.test", asked)):
        for audience in (PUBLIC, "registry"):
            comparison.add("domain", name, graph, Standing(audience))
    assert [(each.audience, each.path, each.what, each.objects, each.name) for each in comparison.counts()] == [
        (PUBLIC, "registrant.voice", "appears", 2, "two.test")
    ]
    assert [(tally.objects, tally.changed) for tally in comparison.tallies.values()] == [(3, 2), (3, 0)]


def test_whom_a_profile_does_not_speak_to_everything_appears_for(documents: Documents) -> None:
    bound = ("service: data}", "service: data, audiences: [police]}")
    before, after = documents.profile((*_TEXT, bound)), documents.profile(_TEXT)
    comparison = Comparison(before, after)
    comparison.add("domain", "one.test", _graph(), Standing(PUBLIC))
    comparison.add("domain", "one.test", _graph(), Standing("police"))
    assert {(each.audience, each.what) for each in comparison.counts()} == {
        (PUBLIC, "appears"),
        (PUBLIC, "redaction"),
    }


def test_an_object_that_is_refused_is_one_of_which_nothing_is_said(documents: Documents) -> None:
    strict = (
        ("{markup: text}", "{markup: text, violations: refuse}"),
        ("label: Created}", "label: Created, length: {max: 5}}"),
    )
    comparison = Comparison(documents.profile(_TEXT), documents.profile((*_TEXT, *strict)))
    comparison.add("domain", "one.test", _graph(), Standing(PUBLIC))
    assert {each.what for each in comparison.counts()} == {"disappears", "redaction"}


@pytest.mark.clause("RFC 9083 §5.3")
def test_the_order_of_rdap_is_no_matter_of_the_profile() -> None:
    profile = replies.rdap_profile()
    comparison = Comparison(profile, profile)
    for name, graph in GRAPHS.items():
        comparison.add(name.partition("-")[0], name, graph, Standing(PUBLIC))
    assert comparison.counts() == []
    cells = {"domain.name": Cell((("a",),)), "domain.status": Cell((("ok",),))}
    turned = dict(reversed(cells.items()))
    assert [each.what for each in changes(cells, turned, ordered=True)] == ["order"]
    assert list(changes(cells, turned, ordered=False)) == []
