"""In which language a postal form is: true of what is shown of it, and telling nothing of what is hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import Standing
from directory.answer import Found
from directory.language import stands
from directory.model.contact import Contact, Postal
from directory.model.format import scripts
from directory.model.graph import DomainGraph
from directory.model.registry import Extension
from directory.profile.audit import Audit
from directory.profile.explain import explain
from directory.profile.profile import Profile
from directory.profile.view import View
from directory.query import Kind, Lookup
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import AS_OF, Parts, contact, domain

_PUBLIC = Standing("public")
_SPOKEN = ("name", "org", "street", "city", "sp")
_BASE = DISCLOSURE.replace(" registrant.sp, registrant.name, registrant.city,", "")
_HIDDEN = "{show: [], hidden: {name: R}, source: test}"


def _profile(
    folder: Path,
    parameters: str,
    rules: Mapping[str, str],
    shorts: tuple[str, ...] = _SPOKEN,
    asked: str = "optional",
) -> Profile:
    """A profile with these elements of a registrant, that are public unless a rule is given for them."""
    public = ", ".join(f"registrant.{short}" for short in _SPOKEN if short not in rules)
    disclosure = _BASE.replace("registrant.cc,", f"registrant.cc, {public}," if public else "registrant.cc,")
    said = "".join(f"  registrant.{short}: {rule}\n" for short, rule in rules.items())
    items = ", ".join(f"{{element: {short}, language: {asked}}}" for short in shorts)
    changes = [("[cc, voice, email]", f"[{items}]"), ("disclosure: rules", f"disclosure: rules\n{parameters}")]
    return Desk(folder, replies.catalogue()).write(disclosure + said).write(PROFILE, *changes).profile()


def _person(*forms: Postal) -> Contact:
    return msgspec.structs.replace(contact(1), postal=forms)


def _graph(person: Contact, *extensions: Extension) -> DomainGraph:
    graph = domain(Parts(contacts=(("registrant", person),)))
    return msgspec.structs.replace(graph, contact_extensions=extensions)


def _registrant(profile: Profile, graph: DomainGraph, *languages: str) -> View:
    (view,) = profile.present(graph, _PUBLIC, languages).parts["registrant"]
    return view


@pytest.mark.clause("RFC 5646 §4.1")
@pytest.mark.parametrize(
    ("tag", "text", "does"),
    [
        ("zh", "北京 ABC 公司", True), ("es", "北京 ABC 公司", False), ("es", "張偉 Trading", False),
        ("ru", "Иванов Acme", True), ("ru", "Ivanov", False), ("ru", "Иванов Αθήνα", False),
        ("ru", "777", True), ("es", "Peñas, 2º", True), ("sr", "Beograd Београд", True),
        ("ja", "東京タワー", True), ("zh", "東京タワー", False), ("ko", "서울 漢字", True), ("es", "Ж", False),
        ("zh-Hant", "们", False), ("zh-Hans", "们 A", True), ("uz", "Oʻzbekiston", True), ("und", "Ж漢", True),
        ("ja", "ＡＢＣ 東京", True), ("es", "ＡＢＣ", True),
    ],
)  # fmt: skip
def test_a_language_stands_where_every_script_is_its_own_or_latin_beside_it(
    tag: str, text: str, does: bool
) -> None:
    assert stands(tag, scripts(text)) is does


_TAGS = [
    # default of `loc`, name, organisation, tag
    ("es", "張偉", "ABC Trading", ""),
    ("zh", "張偉", "ABC Trading", "zh"),
    ("zh", "Zhang Wei", "ABC Trading", ""),
    ("ru", "Иванов", "Acme", "ru"),
    ("ru", "Ivanov", "Acme", ""),
    ("ru", "777", "7-7", "ru"),
    ("es", "張偉", "777", "und-Hani"),
    ("es", "José", "Acme", "es"),
    ("", "張偉", "ABC Trading", ""),
    ("", "José", "Acme", "und-Latn"),
    ("", "Иванов", "Ромашка", "und-Cyrl"),
    ("", "777", "7-7", ""),
]


@pytest.mark.clause("RFC 5646 §4.1")
@pytest.mark.parametrize(("default", "name", "org", "tag"), _TAGS)
def test_a_default_stands_only_where_it_can_be_true_and_none_is_invented_in_any_markup(
    tmp_path: Path, default: str, name: str, org: str, tag: str
) -> None:
    said = f"postal: [loc], postal-languages: {{loc: {default}}}" if default else "postal: [loc]"
    profile = _profile(tmp_path, f"parameters: {{{said}}}", {})
    graph = _graph(_person(Postal("loc", name=name, org=org)))
    view = profile.present(graph, _PUBLIC)
    assert view.parts["registrant"][0].lang == tag
    answer = Found(Lookup(Kind.DOMAIN, "example.test"), profile, AS_OF, view)
    url = replies.BASE + "domain/example.test"
    bodies = {markup: render(answer, url).decode() for markup, render in replies.MARKUPS.items()}
    assert json.loads(bodies["JSON"])["objects"][0]["contacts"]["registrant"].get("lang", "") == tag
    assert ('<postalInfo type="loc"' + (f' xml:lang="{tag}">' if tag else ">")) in bodies["XML"]
    assert [row.split(",")[-3] for row in bodies["CSV"].splitlines() if ",registrant.name," in row] == [tag]
    card = json.loads(bodies["RDAP"])["entities"][0]["vcardArray"][1]
    assert [each[1].get("language", "") for each in card if each[0] == "fn"] == [tag]


@pytest.mark.clause("SAC054 §5")
def test_a_tag_that_is_required_of_mixed_scripts_is_a_violation_that_an_audit_finds(tmp_path: Path) -> None:
    parameters = "parameters: {postal: [loc], postal-languages: {loc: es}}"
    profile = _profile(tmp_path, parameters, {}, ("name", "org"), "required")
    graph = _graph(_person(Postal("loc", name="張偉", org="ABC Trading")))
    expected = [("registrant.name", "language required"), ("registrant.org", "language required")]
    assert [(each.element, each.rule) for each in Audit(profile).check("domain", graph)] == expected
    assert [(each.element, each.rule) for each in profile.present(graph, _PUBLIC).violations] == expected
    (told,) = explain(profile, graph, _PUBLIC, "registrant.name")
    assert [each.rule for each in told.violations] == ["language required"]


@pytest.mark.clause("RFC 3375 §8.4")
def test_the_tag_of_what_is_shown_is_not_made_from_what_is_hidden(tmp_path: Path) -> None:
    profile = _profile(tmp_path, "parameters: {postal: [loc]}", {"name": _HIDDEN})
    assert _registrant(profile, _graph(_person(Postal("loc", name="張偉", org="777", lang="und-Hani")))).lang == ""
    mixed = Postal("loc", name="Иванов", org="北京", lang_origin="script")
    assert _registrant(profile, _graph(_person(mixed))).lang == "und-Hani"


@pytest.mark.clause("RFC 9537 §3.3")
def test_what_is_cut_off_and_what_is_replaced_does_not_count(tmp_path: Path) -> None:
    cut = "{show: [], hidden: {method: partialValue, keep: {first: 2}, name: R}, source: test}"
    profile = _profile(tmp_path, "parameters: {postal: [loc]}", {"name": cut, "org": _HIDDEN})
    assert _registrant(profile, _graph(_person(Postal("loc", name="東京 Tower")))).lang == "und-Hani"
    (tmp_path / "replaced").mkdir()
    replaced = "{show: [], hidden: {method: replacementValue, value: Анна, name: R}, source: test}"
    profile = _profile(tmp_path / "replaced", "parameters: {postal: [loc]}", {"name": replaced, "org": _HIDDEN})
    person = _person(Postal("loc", name="東京"))
    assert _registrant(profile, _graph(person)).lang == "und-Cyrl"
    declared = Extension("l", "postalLanguage", "contact", person.handle, {"loc": ("ja",)})
    assert _registrant(profile, _graph(person, declared)).lang == "und-Cyrl"


def test_what_is_declared_stands_as_it_is_where_any_text_of_the_form_is_shown(tmp_path: Path) -> None:
    profile = _profile(tmp_path, "parameters: {postal: [loc]}", {"name": _HIDDEN})
    person = _person(Postal("loc", name="張偉", org="777"))
    declared = Extension("l", "postalLanguage", "contact", person.handle, {"loc": ("ja",)})
    assert _registrant(profile, _graph(person, declared)).lang == "ja"
    only_name = _person(Postal("loc", name="張偉", cc="JP"))
    assert _registrant(profile, _graph(only_name, declared)).lang == ""


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize(("show", "tag"), [("public", "zh-Hans"), ("police", "")])
def test_a_declared_language_is_told_to_those_whom_the_disclosure_shows_it(
    tmp_path: Path, show: str, tag: str
) -> None:
    rule = f"  postalLanguage.loc: {{show: [{show}], hidden: {{}}, source: test}}\n"
    parameters = "parameters: {postal: [int, loc], postal-forms: requested}"
    profile = _profile(tmp_path, parameters, {"name": f"{_HIDDEN}\n{rule}".rstrip()})
    person = _person(Postal("loc", name="北京", org="Acme"), Postal("int", name="Ann", org="Acme"))
    declared = Extension("l", "postalLanguage", "contact", person.handle, {"loc": ("zh-Hans",)})
    graph = _graph(person, declared)
    asked = profile.present(graph, Standing("public"), ("zh",)).parts["registrant"][0]
    assert (asked.form, asked.lang) == (("loc", tag) if tag else ("int", ""))


def test_what_is_dropped_does_not_count_and_the_rest_is_judged_anew(tmp_path: Path) -> None:
    items = "{element: name, length: {max: 1}}, {element: org, language: optional}, {element: city}"
    desk = Desk(tmp_path, replies.catalogue())
    desk.write(DISCLOSURE, ("registrant.cc,", "registrant.cc, registrant.org,"))
    desk.write(
        PROFILE,
        ("[cc, voice, email]", f"[{items}]"),
        ("disclosure: rules", "disclosure: rules\nparameters: {postal: [loc], violations: drop}"),
    )
    profile, graph = desk.profile(), _graph(_person(Postal("loc", name="Анна", org="北京")))
    view = profile.present(graph, _PUBLIC)
    assert (view.parts["registrant"][0].fields, view.parts["registrant"][0].lang) == (
        {"org": ("北京",)},
        "und-Hani",
    )
    assert [(each.element, each.rule) for each in view.violations] == [("registrant.name", "length {0,1}")]


_TEXTS = st.sampled_from((None, "777", "Acme", "José", "Анна", "張偉", "東京タワー", "北京 ABC", "Αθήνα"))
_FORMS = st.fixed_dictionaries(
    {"name": _TEXTS, "org": _TEXTS, "street_1": _TEXTS, "street_2": _TEXTS, "city": _TEXTS, "sp": _TEXTS}
)
_FIELDS = {"street": ("street_1", "street_2")}
_WAYS = {
    "one": "{postal: [loc, int]}",
    "default": "{postal: [loc, int], postal-languages: {loc: zh, int: en}}",
    "both": "{postal: [int, loc], postal-forms: both, postal-languages: {loc: ru}}",
    "requested": "{postal: [int, loc], postal-forms: requested}",
    "requested by default": "{postal: [int, loc], postal-forms: requested, postal-languages: {loc: ru, int: en}}",
}
_SETS = [frozenset(each) for size in (1, 2, 4) for each in combinations(_SPOKEN, size)]


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, frozenset[str]], Profile]:
    """A profile for each way to present a contact, and for each of some sets of what is hidden."""
    return {
        (way, hidden): _profile(
            tmp_path_factory.mktemp("language"), f"parameters: {said}", dict.fromkeys(sorted(hidden), _HIDDEN)
        )
        for way, said in _WAYS.items()
        for hidden in _SETS
    }


@pytest.mark.clause("RFC 3375 §8.4")
@settings(max_examples=300, deadline=None)
@given(
    way=st.sampled_from(sorted(_WAYS)),
    hidden=st.sampled_from(_SETS),
    held=st.tuples(_FORMS, _FORMS),
    others=st.tuples(_FORMS, _FORMS),
    tag=st.sampled_from(("", "ja")),
    reader=st.sampled_from(("", "ru", "zh", "en", "es")),
)
def test_other_hidden_values_of_whatever_script_change_nothing_that_is_said(
    profiles: Mapping[tuple[str, frozenset[str]], Profile],
    way: str,
    hidden: frozenset[str],
    held: tuple[dict[str, str | None], dict[str, str | None]],
    others: tuple[dict[str, str | None], dict[str, str | None]],
    tag: str,
    reader: str,
) -> None:
    profile = profiles[way, hidden]
    secret = {name for short in hidden for name in _FIELDS.get(short, (short,))}
    swapped = [
        {name: (other if name in secret else own)[name] for name in own}
        for own, other in zip(held, others, strict=True)
    ]
    said = Extension("l", "postalLanguage", "contact", contact(1).handle, {"loc": (tag,)})
    views = [
        _registrant(
            profile,
            _graph(
                _person(*(Postal(type_, **form) for type_, form in zip(("int", "loc"), forms, strict=True))), said
            ),
            reader,
        )
        for forms in (held, swapped)
    ]
    assert views[0] == views[1]
