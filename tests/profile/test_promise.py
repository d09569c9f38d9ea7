"""What a profile promises to an audience, compared with what it then presents."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import Standing
from directory.model.graph import Graph
from directory.profile.audit import Audit
from directory.profile.condition import Condition, Fact
from directory.profile.disclosure import Case, Rule
from directory.profile.promise import Part, Promises, seen
from directory.profile.redaction import Redaction
from directory.profile.source import GRAPHS as CLASSES
from directory.profile.view import View
from tests.profile import graphs, replies, shipped, thinned
from tests.profile.documents import DISCLOSURE, PROFILE, Desk

_KINDS = {graph: kind for kind, graph in CLASSES.items()}
_IF = Condition((Fact("person.kind", frozenset({"legal"})),))


def _rule(show: str = "", shown_if: str = "", hidden_if: str = "") -> Rule:
    cases = (Case(_IF, frozenset(shown_if.split()), frozenset(hidden_if.split())),)
    return Rule(frozenset(show.split()), Redaction(), cases)


@pytest.mark.parametrize(
    ("rule", "sight"),
    [
        (_rule("public"), "always"),
        (_rule("police"), "never"),
        (_rule("police", shown_if="public"), "sometimes"),
        (_rule("public", hidden_if="public"), "sometimes"),
        (_rule("public", hidden_if="police"), "always"),
        (_rule("public friends", hidden_if="public"), "always"),  # friends see it in any case
        (_rule("", shown_if="police"), "never"),
    ],
)
def test_an_element_is_seen_always_sometimes_or_never(rule: Rule, sight: str) -> None:
    assert seen(rule, frozenset({"public", "friends"})) == sight


def _compare(promised: Part, view: View, is_kept: bool) -> None:
    """Of a view: what is promised is there, and what is there is promised."""
    for short in view.fields:
        assert promised.may(short) is not None, short
    for short, redaction in view.redacted.items():
        promise = promised.promises[short]
        assert promise.sight != "always"
        assert promise.redaction is redaction
    for short, promise in promised.promises.items():
        if is_kept and promise.is_sure:
            assert short in view.fields, short
        if promise.is_surely_declared and is_kept:
            assert short in view.redacted, short
    if view.lang:
        assert promised.is_tagged
    for name, parts in view.parts.items():
        inner = promised.parts[name]
        assert not is_kept or inner.least <= len(parts)
        assert not is_kept or inner.most is None or len(parts) <= inner.most
        for each in parts:
            _compare(inner, each, is_kept)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(shipped.PROFILES),
    st.sampled_from(["public", "sponsor", "law-enforcement", "registry"]),
    graphs.graphs | thinned.graphs,
)
def test_what_is_presented_is_what_was_promised(name: str, audience: str, graph: Graph) -> None:
    profile = shipped.profile(name)
    kind = _KINDS[type(graph)]
    promised = Promises(profile, audience).of(kind)
    if promised is None:
        assert kind not in profile.layouts
        return
    is_kept = not Audit(profile).check(kind, graph)
    _compare(promised, profile.present(graph, Standing(audience)), is_kept)


def test_of_any_object_nothing_is_promised_but_what_the_disclosure_declares(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
    profile = desk.write(PROFILE, ("- name\n", "- {element: name, cardinality: '1'}\n")).profile()
    kept, any_ = (Promises(profile, "public", kept).of("domain") for kept in (True, False))
    assert kept is not None
    assert any_ is not None
    assert (kept.promises["name"].is_sure, any_.promises["name"].is_sure) == (True, False)
    assert any_.parts["registrant"].promises["voice"].is_surely_declared


@pytest.mark.clause("SAC054 §5")
def test_rules_bound_how_many_parts_there_are(tmp_path: Path) -> None:
    more = """    - {element: ns, cardinality: "2..4"}
    - {each: host, elements: [name]}
    - each: contact
      roles: [tech]
      elements: [name]
rules:
  - {of: domain, each: [tech], cardinality: "1..2", source: test}
texts:"""
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
    part = Promises(desk.write(PROFILE, ("texts:", more)).profile(), "public").of("domain")
    assert part is not None
    assert (part.parts["host"].least, part.parts["host"].most) == (2, 4)
    assert (part.parts["tech"].least, part.parts["tech"].most) == (0, 2)  # one that is named need not be known
    assert (part.parts["registrant"].least, part.parts["registrant"].most) == (0, 1)


def test_a_kind_of_which_the_profile_says_nothing_has_no_promise(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)
    assert Promises(desk.write(PROFILE).profile(), "public").of("host") is None
