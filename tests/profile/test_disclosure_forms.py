"""One person, one decision: which postal form is shown never decides what may be seen of a contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import Standing
from directory.model.contact import Contact, Disclose, Postal
from directory.model.graph import DomainGraph
from directory.model.registrar import RegistrarPostal
from directory.model.registry import Extension
from directory.profile.condition import prefers
from directory.profile.element import IN_FORMS
from directory.profile.explain import explain
from directory.profile.postal import TEXTS
from directory.profile.profile import Profile
from directory.profile.view import View
from tests.profile import replies, shipped
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.graphs import disclosures, domains, persons
from tests.profile.objects import Parts, contact, domain, sponsor

_RULED = ("name", "org", "street", "city", "sp", "pc", "voice", "fax", "email")
_RULES = {
    "preference to hide": "{show: [public], when: [{hide: [public], if: {disclose: hide}}]",
    "no preference to hide": "{show: [], when: [{show: [public], unless: {disclose: hide}}]",
    "preference to show": "{show: [], when: [{show: [public], if: {disclose: show}}]",
    "shown there": "{show: [], when: [{show: [public], if: {contact.cc: [DE, FR]}}]",
    "shown elsewhere": "{show: [], when: [{show: [public], unless: {contact.cc: [DE, FR]}}]",
    "hidden there": "{show: [public], when: [{hide: [public], if: {contact.cc: [DE, FR]}}]",
    "hidden elsewhere": "{show: [public], when: [{hide: [public], unless: {contact.cc: [DE, FR]}}]",
    "a street": "{show: [], when: [{show: [public], if: {contact.street: Main Street}}]",
    "several": "{show: [], when: [{show: [public], if: {person.kind: legal, disclose: show}, "
    "unless: {contact.cc: DE}}]",
}
_PRESENTED = {
    "int first": "{postal: [int, loc]}",
    "loc first": "{postal: [loc, int]}",
    "int alone": "{postal: [int]}",
    "both": "{postal: [int, loc], postal-forms: both}",
    "both, loc first": "{postal: [loc, int], postal-forms: both}",
    "requested": "{postal-forms: requested, postal-languages: {int: en, loc: ru}}",
}
_READERS = ("", "en", "ru")


def _profile(folder: Path, rule: str, presented: str) -> Profile:
    rules = "\n".join(f"  registrant.{short}: {rule}, hidden: {{name: R}}, source: test}}" for short in _RULED)
    public = DISCLOSURE[: DISCLOSURE.index("rules:")]
    for short in ("name", "city", "sp"):
        public = public.replace(f", registrant.{short}", "")
    return (
        Desk(folder, replies.catalogue())
        .write(f"{public}rules:\n{rules}\n")
        .write(
            PROFILE,
            ("[cc, voice, email]", f"[cc, {', '.join(_RULED)}]"),
            ("disclosure: rules", f"disclosure: rules\nparameters: {presented}"),
        )
        .profile()
    )


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Profile]]:
    """The profiles of every way to present a contact, under each of the rules."""
    return {
        name: {
            presented: _profile(tmp_path_factory.mktemp("forms"), rule, said)
            for presented, said in _PRESENTED.items()
        }
        for name, rule in _RULES.items()
    }


def _person(int_: Mapping[str, Any], loc: Mapping[str, Any], *disclose: Disclose) -> Contact:
    """A contact of two forms, in which this stands."""
    person = contact(1, loc=True)
    forms = zip(person.postal, (int_, loc), strict=True)
    postal = tuple(msgspec.structs.replace(form, **values) for form, values in forms)
    return msgspec.structs.replace(person, postal=postal, disclose=disclose)


def _graph(person: Contact, *extensions: Extension) -> DomainGraph:
    graph = domain(Parts(contacts=(("registrant", person),)))
    return msgspec.structs.replace(graph, contact_extensions=extensions)


@st.composite
def _graphs(draw: st.DrawFn) -> DomainGraph:
    """A domain with a registrant of two forms, in either order, that say different things now and then."""
    int_, loc = (
        {
            "cc": draw(st.sampled_from(("DE", "FR", "CA"))),
            "street_1": draw(st.sampled_from(("Main Street", f"{form} street"))),
        }
        for form in ("int", "loc")
    )
    person = _person(int_, loc, *draw(disclosures))
    if draw(st.booleans()):
        person = msgspec.structs.replace(person, postal=person.postal[::-1])
    return _graph(person, *draw(st.lists(persons(person.handle), max_size=1)))


def _decided(view: View) -> Iterator[tuple[tuple[str, str], bool]]:
    """What was decided about each element in its form; the country is public and tells which form it is."""
    for each in (view, *view.parts.get("postal", ())):
        for short in _RULED:
            if short in each.fields or short in each.redacted:
                yield (short, each.form if short in TEXTS else ""), short in each.fields


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.parametrize("rule", _RULES)
@settings(max_examples=40, deadline=None)
@given(graph=_graphs())
def test_whatever_form_is_shown_the_decision_is_the_same(
    profiles: Mapping[str, Mapping[str, Profile]], rule: str, graph: DomainGraph
) -> None:
    decided = defaultdict(set)
    (person,) = graph.contacts
    assert person is not None
    held = {form.type: form for form in person.postal}
    for profile in profiles[rule].values():
        for reader in _READERS:
            view = profile.present(graph, Standing("public"), (reader,)).parts["registrant"][0]
            for key, shown in _decided(view):
                decided[key].add(shown)
            for each in (view, *view.parts.get("postal", ())):  # the other form never stands in for a hidden one
                assert each.first("name") in (None, held[each.form].name)
                assert each.first("cc") == held[each.form].cc
    assert {short for short, _ in decided} == set(_RULED)
    assert {key: found for key, found in decided.items() if len(found) > 1} == {}


@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.parametrize(("form", "other"), [("int", "loc"), ("loc", "int")])
def test_a_preference_on_a_form_hides_what_it_holds_and_the_other_form_does_not_stand_in(
    profiles: Mapping[str, Mapping[str, Profile]], form: str, other: str
) -> None:
    graph = _graph(_person({}, {}, Disclose(0, "name", form)))
    known = profiles["preference to hide"]

    def registrant(presented: str) -> View:
        return known[presented].present(graph, Standing("public")).parts["registrant"][0]

    first, turned, both = registrant(f"{form} first"), registrant(f"{other} first"), registrant("both")
    assert (first.form, "name" in first.fields, "name" in first.redacted) == (form, False, True)
    assert (turned.form, "name" in turned.fields, "name" in turned.redacted) == (other, True, False)
    assert [("name" in each.fields) for each in (both, *both.parts["postal"])] == [form != "int", form == "int"]
    assert all("city" in each.fields for each in (first, turned, both))


_COUNTRIES = [
    # int, loc, and whether it is shown there, elsewhere, not hidden there, not hidden elsewhere
    ("DE", "DE", (True, False, False, True)),
    ("DE", "FR", (True, False, False, True)),
    ("CA", "US", (False, True, True, False)),
    ("DE", "CA", (False, False, False, False)),
    ("CA", "DE", (False, False, False, False)),
    (None, "DE", (True, False, False, True)),
    ("CA", None, (False, True, True, False)),
    (None, None, (False, True, True, False)),
]


@pytest.mark.parametrize(("int_", "loc", "shown"), _COUNTRIES)
def test_a_country_is_that_of_all_forms_and_where_they_differ_what_hides_holds(
    profiles: Mapping[str, Mapping[str, Profile]], int_: str | None, loc: str | None, shown: tuple[bool, ...]
) -> None:
    graph = _graph(_person({"cc": int_}, {"cc": loc}))
    for presented in _PRESENTED:
        found = [
            "voice" in profiles[rule][presented].present(graph, Standing("public")).parts["registrant"][0].fields
            for rule in ("shown there", "shown elsewhere", "hidden there", "hidden elsewhere")
        ]
        assert tuple(found) == shown, presented


_WISHES = [
    # short name, form, preferences, and whether it is so that the contact asked to have it hidden
    ("voice", "int", [(0, "voice", None)], True),
    ("voice", "int", [(0, "fax", None)], False),
    ("voice", "int", [(1, "voice", None)], False),
    ("voice", "int", [(0, "voice", "int")], None),
    ("voice", "int", [(0, "voice", "loc")], None),
    ("voice", "int", [(0, "voice", "loc"), (0, "voice", "int")], True),
    ("voice", "int", [(0, "voice", None), (1, "voice", "loc")], None),
    ("voice", "int", [(0, "voice", None), (0, "voice", "loc")], True),
    ("voice", "int", [(0, "voice", None), (1, "voice", None)], None),
    ("city", "int", [(0, "addr", None)], True),
    ("city", "int", [(0, "addr", "int")], True),
    ("city", "int", [(0, "addr", "loc")], False),
    ("city", "loc", [(0, "addr", "loc")], True),
    ("city", "loc", [(0, "addr", "loc"), (1, "addr", "int")], True),
    ("city", "loc", [(0, "addr", "loc"), (1, "addr", None)], None),
    ("city", "int", [], False),
]


@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.parametrize(("short", "form", "stated", "hidden"), _WISHES)
def test_preferences_that_contradict_each_other_are_in_doubt(
    short: str, form: str, stated: list[tuple[int, str, str | None]], hidden: bool | None
) -> None:
    disclose = [Disclose(*each) for each in stated]
    opposite = [Disclose(1 - flag, element, of) for flag, element, of in stated]
    assert prefers(disclose, short, form, frozenset({"hide"})) is hidden
    assert prefers(opposite, short, form, frozenset({"show"})) is hidden


def test_a_registrars_country_is_that_of_all_its_forms(tmp_path: Path) -> None:
    rule = "{show: [], when: [{show: [public], unless: {registrar.cc: [DE]}}], hidden: {}, source: test}"
    desk = Desk(tmp_path, replies.catalogue())
    desk.write(DISCLOSURE, ("rules:\n", f"rules:\n  registrar.voice: {rule}\n"))
    desk.write(PROFILE, ("    - name\n", "    - name\n    - {each: registrar, elements: [voice]}\n"))
    profile, known = desk.profile(), sponsor()
    for countries, shown in ((("US", "US"), True), (("US", "DE"), False), (("DE", "US"), False)):
        for order in (1, -1):
            postal = [RegistrarPostal(form, cc=cc) for form, cc in zip(("int", "loc"), countries, strict=True)]
            registrar = msgspec.structs.replace(known.registrar, postal=tuple(postal[::order]))
            graph = domain(Parts(sponsor=msgspec.structs.replace(known, registrar=registrar)))
            view = profile.present(graph, Standing("public")).parts["registrar"][0]
            assert ("voice" in view.fields) is shown


def test_what_all_forms_say_is_told_with_the_decision(profiles: Mapping[str, Mapping[str, Profile]]) -> None:
    graph = _graph(_person({"cc": "DE"}, {"cc": "CA"}, Disclose(0, "addr", "loc")))
    for presented in _PRESENTED:
        (found,) = explain(profiles["shown there"][presented], graph, Standing("public"), "registrant.voice")
        assert [(each.is_so, each.values) for each in found.known] == [(None, ("DE", "CA"))]
    told = explain(profiles["preference to hide"]["both"], graph, Standing("public"), "registrant.city")
    assert [(each.path, each.known[0].is_so, each.known[0].values, each.said != ()) for each in told] == [
        ("registrant.city", False, ("hide addr loc",), True),
        ("registrant/postal.city", True, ("hide addr loc",), False),
    ]


def test_the_elements_of_a_form_are_those_of_the_texts_of_a_view() -> None:
    assert {short for table, short in IN_FORMS if table == "contact"} == TEXTS
    fields = {name for form in (Postal, RegistrarPostal) for name in form.__struct_fields__}
    assert {short for _, short in IN_FORMS} == fields - {"type", "lang", "lang_origin"} - _LINES | {"street"}


_LINES = {"street_1", "street_2", "street_3"}


def _contacts(profile: Profile, graph: DomainGraph, standing: Standing) -> Iterator[tuple[str, View]]:
    """The contacts in a view, and their other forms, each with its place."""
    for role in ("registrant", "admin", "tech", "billing"):
        for index, view in enumerate(profile.present(graph, standing).parts.get(role, ())):
            for each in (view, *view.parts.get("postal", ())):
                yield f"{role} {index}", each


@pytest.mark.clause("RFC 3375 §8.4")
@settings(max_examples=60, deadline=None)
@given(graph=domains(), audience=st.sampled_from(("public", "authenticated")), turned=st.booleans())
def test_the_shipped_profiles_of_a_registry_decide_alike(graph: DomainGraph, audience: str, turned: bool) -> None:
    if turned:
        persons = tuple(
            each and msgspec.structs.replace(each, postal=each.postal[::-1]) for each in graph.contacts
        )
        graph = msgspec.structs.replace(graph, contacts=persons)
    decided = defaultdict(set)
    for name in shipped.PROFILES:
        profile = shipped.profile(name)
        if profile.terms.audiences:  # the others' requesters are not these
            continue
        for place, view in _contacts(profile, graph, Standing(audience)):
            for short in {*view.fields, *view.redacted} - TEXTS:
                key = (profile.disclosure.name, place, short)
                decided[key].add(short not in view.redacted)
    assert {key: found for key, found in decided.items() if len(found) > 1} == {}
