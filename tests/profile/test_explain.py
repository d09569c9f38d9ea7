"""What is explained is what is done: the same decisions as those of the compiled profile."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import resources
from directory.access.standing import Standing
from directory.model.contact import Disclose
from directory.model.graph import DomainGraph, Graph
from directory.model.registry import Extension
from directory.profile import reason
from directory.profile.condition import Condition, Fact
from directory.profile.disclosure import ROLES, Case, Rule
from directory.profile.explain import Explanation, explain, keys, ordered
from directory.profile.loader import Library
from directory.profile.profile import Profile
from directory.profile.redaction import Redaction
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
        "elements: [cc, {element: voice, length: {max: 6}}, email, {element: name, length: {max: 6}}, "
        "{each: person, elements: [kind]}]",
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


def _voice(profile: Profile, graph: Graph, audience: str, registrar: str = "") -> Explanation:
    (found,) = explain(profile, graph, Standing(audience, registrar), "registrant.voice")
    return found


def _asked(**values: str) -> DomainGraph:
    """A domain whose registrant asked to have its number hidden, and of whose person this is known."""
    person = msgspec.structs.replace(contact(1), disclose=(Disclose(0, "voice"),))
    known = Extension("p", "person", "contact", person.handle, {key: (value,) for key, value in values.items()})
    graph = domain(Parts(contacts=(("registrant", person),)))
    return msgspec.structs.replace(graph, contact_extensions=(known,))


@pytest.mark.clause("RFC 5733 §2.9")
def test_the_condition_that_decided_is_told_with_the_facts_of_the_object(documents: dict[str, Profile]) -> None:
    found = _voice(documents["gtld-whois"], _asked(consent="yes"), "public")
    assert found.decision is not None
    assert found.rule is not None
    assert not found.decision.shown
    assert found.decision.because == f"when[{found.decision.case}] hides it from public"
    assert (
        reason.condition(found.rule.cases[found.decision.case].condition) == "the contact asked to have it hidden"
    )
    assert {reason.fact(each.fact): each.is_so for each in found.known} == {
        "person.consent is yes": True,
        "the contact asked to have it shown": False,
        "the contact asked to have it hidden": True,
    }
    assert found.rule.line > 0
    assert found.redaction is not None
    assert found.redaction.type == "Registrant Phone"


def test_an_object_that_contradicts_itself_is_in_doubt(documents: dict[str, Profile]) -> None:
    graph = _asked(consent="yes")
    twice = (
        *graph.contact_extensions,
        Extension("q", "person", "contact", contact(1).handle, {"consent": ("no",)}),
    )
    found = _voice(documents["gtld-whois"], msgspec.structs.replace(graph, contact_extensions=twice), "public")
    assert None in [each.is_so for each in found.known]


def test_the_audience_that_sees_it_is_told_and_the_relation_that_made_it_so(documents: dict[str, Profile]) -> None:
    found = _voice(documents["gtld-whois"], _asked(), "authenticated", "R-1")
    assert found.decision is not None
    assert found.decision.because == "it is shown to sponsor"
    assert [each.audience for each in found.decisions] == ["authenticated", "sponsor", "public"]
    assert found.said == found.held != ()


def test_what_the_profile_does_not_name_is_told_from_what_is_hidden(documents: dict[str, Profile]) -> None:
    graph = GRAPHS["domain-full"]
    (found,) = explain(documents["gtld-rdap"], graph, Standing("registry"), "billing.voice")
    assert not found.is_named
    assert not found.is_withheld
    assert found.decision is not None
    assert found.decision.shown
    assert (found.held, found.said) == ((contact(4).voice,), ())


def test_an_element_without_a_part_is_explained_in_each_part(documents: dict[str, Profile]) -> None:
    graph, everyone = GRAPHS["domain-full"], Standing("public")
    paths = [each.path for each in explain(documents["gtld-whois"], graph, everyone, "voice")]
    assert paths == [
        "registrar.voice",
        "registrar/desk[abuse].voice",
        "registrar/desk[admin].voice",
        "registrar/desk[tech].voice",
        *(f"{role}.voice" for role in ("registrant", "admin", "tech", "billing")),
    ]
    contacts = [each.part for each in explain(documents["gtld-whois"], graph, everyone, "contact.voice")]
    assert contacts == ["registrant", "admin", "tech", "billing"]
    assert explain(documents["gtld-whois"], GRAPHS["host"], everyone, "registrant.voice") == []
    assert keys(documents["gtld-whois"], "registrant.voice") == [("registrant", "voice")]
    assert {part for part, _ in keys(documents["gtld-whois"], "contact.voice")} == {*ROLES, "contact"}


def test_what_is_dropped_is_not_said_and_told_why(documents: dict[str, Profile]) -> None:
    found = _voice(documents["odd"], _asked(), "registry")
    assert found.said == ()
    assert [each.rule for each in found.violations] == ["length {0,6}"]


_ASKED = (
    "hidden if the contact asked to have it hidden; shown if person.consent is yes; "
    "shown if the contact asked to have it shown; else hidden"
)
_GENERAL = [
    ("registrant.cc", "public", "shown"),
    ("registrant.voice", "law-enforcement", "shown"),
    ("registrant.id", "public", "hidden"),
    ("registrant.voice", "public", _ASKED),
    ("registrant.roid", "authenticated", "as public: shown if person.consent is yes; else hidden"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "audience", "words"), _GENERAL)
def test_a_rule_is_put_in_words(documents: dict[str, Profile], key: str, audience: str, words: str) -> None:
    disclosure = documents["gtld-whois"].disclosure
    assert reason.sees(disclosure.rules[key], ordered(disclosure, [audience])) == words


def test_what_is_shown_if_and_unless_something_is_so_is_not_always_shown() -> None:
    everyone = frozenset({"public"})
    legal, other = (Fact("person.kind", frozenset({"legal"}), wanted) for wanted in (True, False))
    cases = tuple(Case(Condition((fact,)), everyone, frozenset()) for fact in (legal, other))
    assert reason.always(Rule(frozenset(), Redaction(), cases), ["public"]) is None  # it may contradict itself
    assert reason.always(Rule(everyone, Redaction(), cases), ["public"]) is True
    assert reason.always(Rule(frozenset(), Redaction(), cases), ["police"]) is False


@settings(max_examples=60, deadline=None)
@given(graph=graphs, standing=_STANDINGS, which=st.data())
def test_what_is_said_to_be_always_so_is_so_of_every_object(
    documents: dict[str, Profile], graph: Graph, standing: Standing, which: st.DataObject
) -> None:
    profile = documents[which.draw(st.sampled_from(sorted(documents)))]
    for short in ("voice", "name", "street", "addr", "crDate"):
        for each in explain(profile, graph, standing, short):
            if each.rule is not None and each.decision is not None:
                always = reason.always(each.rule, [one.audience for one in each.decisions])
                assert always in (None, each.decision.shown)
