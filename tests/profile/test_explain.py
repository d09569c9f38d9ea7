"""What is explained is what is done: the same decisions as those of the compiled profile."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import resources
from directory.access.gate import Standing
from directory.model.contact import Disclose
from directory.model.graph import ContactGraph, Graph
from directory.model.registry import Extension
from directory.profile.explain import Explanation, explain, keys
from directory.profile.loader import Library
from directory.profile.profile import Profile, Profiles
from directory.profile.view import View
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk, changed
from tests.profile.graphs import domains, graphs
from tests.profile.objects import GRAPHS, Parts, contact, domain

_TODAY = datetime.date(2026, 6, 1)

_ODD = changed(
    PROFILE,
    ("disclosure: rules", "disclosure: rules\nparameters: {postal-forms: both, violations: drop}"),
    (
        "elements: [cc, voice, email]",
        "elements: [cc, {element: voice, length: {max: 6}}, email, {element: name, length: {max: 6}}, {each: person, elements: [kind]}]",
    ),
)
_ODD_RULES = changed(
    DISCLOSURE,
    ("text: WITHHELD", "text: WITHHELD\ndeclare: held"),
    ("name: Registrant Phone", "method: partialValue, keep: {first: 4}, name: Registrant Phone"),
    (
        "name: Registrant Email",
        'method: replacementValue, value: "https://x.example/?d={name}", as: contact-uri, name: Registrant Email',
    ),
    ("public: [", "public: [person.kind, "),
)
"""What no shipped profile does: parts of values, other values, both postal forms, values that are dropped."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Profile]:
    """All shipped profiles, each by itself, and an odd one."""
    found = {}
    for name in resources.names("profiles"):
        library = Library(replies.catalogue())
        document = library.add(resources.find("profiles", name))
        if "profile" in document.data:
            found[document.data["profile"]] = library.build(document, _TODAY)
    desk = Desk(tmp_path_factory.mktemp("odd"), replies.catalogue())
    found["odd"] = desk.write(_ODD_RULES).write(_ODD).profile()
    return found


def _part(view: View, explained: Explanation) -> View | None:
    """The part of a view that an explanation is about."""
    for name, index in explained.steps:
        parts = view.parts.get(name, ())
        if index >= len(parts):
            return None
        view = parts[index]
    return view


def _elements() -> list[str]:
    return sorted({element.short for element in replies.catalogue()})


_AUDIENCES = ("public", "authenticated", "law-enforcement", "police", "registry", "unheard of")
_STANDINGS = st.builds(Standing, st.sampled_from(_AUDIENCES), st.sampled_from(("", "R-1", "R-2")))


@settings(max_examples=80, deadline=None)
@given(graph=graphs, standing=_STANDINGS, which=st.data())
def test_what_is_explained_is_what_the_shipped_profiles_present(
    documents: dict[str, Profile], graph: Graph, standing: Standing, which: st.DataObject
) -> None:
    profile = documents[which.draw(st.sampled_from(sorted(documents)))]
    _agrees(profile, graph, standing)


@settings(max_examples=80, deadline=None)
@given(graph=domains(), standing=_STANDINGS)
def test_what_is_explained_is_what_an_odd_profile_presents(
    documents: dict[str, Profile], graph: Graph, standing: Standing
) -> None:
    _agrees(documents["odd"], graph, standing)


def _agrees(profile: Profile, graph: Graph, standing: Standing) -> None:
    """Every element of every part of the view is explained as it is, and nothing that is not there."""
    view = profile.present(graph, standing)
    explained = [each for short in _elements() for each in explain(profile, graph, standing, short)]
    for each in explained:
        part = _part(view, each)
        shown = part.fields.get(each.short, ()) if part is not None else ()
        assert each.said == shown, each.path
        declared = part is not None and each.short in part.redacted
        held = bool(each.held) or not profile.disclosure.declares_held
        assert declared is (part is not None and each.is_withheld and held), each.path
    assert sum(len(part.fields) for part in _views(view)) == sum(1 for each in explained if each.said)


def _views(view: View) -> Iterator[View]:
    yield view
    for parts in view.parts.values():
        for part in parts:
            yield from _views(part)
