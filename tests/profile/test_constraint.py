"""What a profile asks of values, and what becomes of an object that does not keep to it (SAC054 §5)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from directory.access.standing import Standing
from directory.model.contact import Contact
from directory.model.graph import DomainGraph, RegistrarGraph
from directory.model.registry import Extension
from directory.profile.constraint import Demand, Violated, cardinality, said
from directory.profile.view import View
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import Parts, contact, domain, sponsor

_PUBLIC = Standing("public")
_NAME = "[cc, voice, email]"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue()).write(DISCLOSURE)


def _present(desk: Desk, graph: DomainGraph, audience: str = "public") -> View:
    return desk.profile().present(graph, Standing(audience))


def _violations(view: View) -> list[tuple[str, int, str, str]]:
    return [(each.element, each.index, each.rule, each.observed) for each in view.violations]


def _domain(*people: tuple[str, Contact]) -> DomainGraph:
    return domain(Parts(contacts=people))


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("text", "bounds", "back"),
    [
        ("1", (1, 1), "1"), (1, (1, 1), "1"), ("{0,1}", (0, 1), "{0,1}"), ("{1,4}", (1, 4), "{1,4}"),
        ("{0,..}", (0, None), "{0,..}"), ("0..1", (0, 1), "{0,1}"), ("2..", (2, None), "{2,..}"),
        ("{3,3}", (3, 3), "3"),
    ],
)  # fmt: skip
def test_a_cardinality_has_sac054s_forms_and_dots(
    text: str | int, bounds: tuple[int, int | None], back: str
) -> None:
    assert cardinality(text) == bounds
    assert said(*bounds) == back


def test_every_kind_of_violation_is_told_with_what_was_found() -> None:
    demand = Demand(2, 3, 2, 4, "iso3166-1-alpha-2", "required")
    found = [(each.index, each.rule, each.observed) for each in demand.check("x.y", ("ZZZZZ",), "")]
    assert found == [
        (-1, "cardinality {2,3}", "1"),
        (0, "length {2,4}", "5"),
        (0, "format iso3166-1-alpha-2", "ZZZZZ"),
        (-1, "language required", "no tag"),
    ]
    assert list(demand.check("x.y", ("CA", "US"), "en")) == []


@pytest.mark.clause("SAC054 §5")
def test_length_is_counted_in_code_points(desk: Desk) -> None:
    desk.write(
        PROFILE,
        (_NAME, "[{element: city, length: {max: 6}}]"),
        ("disclosure: rules", "disclosure: rules\nparameters: {postal: [loc]}"),
    )
    assert _violations(_present(desk, _domain(("registrant", contact(1, loc=True))))) == []
    desk2 = _present(desk, _domain(("registrant", contact(1))))
    assert _violations(desk2) == []  # City1 has five


def test_only_what_is_shown_is_checked_in_an_answer_and_all_in_an_audit(desk: Desk) -> None:
    desk.write(PROFILE, (_NAME, "[{element: voice, length: {max: 3}}, {element: city, length: {max: 3}}]"))
    graph = _domain(("registrant", contact(1)))
    assert _violations(_present(desk, graph)) == [("registrant.city", 0, "length {0,3}", "5")]
    profile = desk.profile()
    audit = profile.compiler(frozenset(), everything=True).present("domain", profile.layouts["domain"])
    assert {each.element for each in audit(graph).violations} == {"registrant.city", "registrant.voice"}


@pytest.mark.parametrize("violations", ["serve", "drop", "refuse"])
def test_a_violating_object_is_served_or_loses_the_element_or_is_refused(desk: Desk, violations: str) -> None:
    desk.write(
        PROFILE,
        (_NAME, "[cc, {element: city, length: {max: 3}}]"),
        ("disclosure: rules", f"disclosure: rules\nparameters: {{violations: {violations}}}"),
    )
    graph = _domain(("registrant", contact(1)))
    if violations == "refuse":
        with pytest.raises(Violated, match=r"registrant.city: length \{0,3\}"):
            _present(desk, graph)
        return
    view = _present(desk, graph)
    assert len(view.violations) == 1
    assert ("city" in view.parts["registrant"][0].fields) is (violations == "serve")
    assert "cc" in view.parts["registrant"][0].fields
    assert _present(desk, _domain()).violations == ()


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("rule", "roles", "found"),
    [
        ("each: [registrant, admin, tech], cardinality: '{1,..}'", "registrant admin tech", []),
        ("each: [registrant, admin, tech], cardinality: '{1,..}'", "registrant tech", ["domain.admin"]),
        ("sum: [admin, tech], cardinality: 3", "admin tech tech", []),
        ("sum: [admin, tech], cardinality: 3", "admin tech", ["domain.admin+tech"]),
        ("each: [ns], cardinality: '{1,..}'", "admin", ["domain.ns"]),
    ],
)
def test_rules_over_several_elements_are_checked(desk: Desk, rule: str, roles: str, found: list[str]) -> None:
    desk.write(
        PROFILE,
        ("texts:", f"rules: [{{of: domain, {rule}}}]\ntexts:"),
        ("    - name\n", "    - name\n    - admin\n    - tech\n    - ns\n"),
    )
    people = tuple((role, contact(index)) for index, role in enumerate(roles.split()))
    assert [each.element for each in _present(desk, _domain(*people)).violations] == found


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("each: [billing], cardinality: 1", "not in this profile"),
        ("each: [regstrant], cardinality: 1", "did you mean 'domain.registrant'"),
        ("sum: [registrant], cardinality: '{2,1}'", "above the maximum"),
    ],
)
def test_a_rule_about_what_is_not_said_is_refused(desk: Desk, rule: str, message: str) -> None:
    faults = desk.write(PROFILE, ("texts:", f"rules: [{{of: domain, {rule}}}]\ntexts:")).faults()
    assert any(message in fault for fault in faults), faults


@pytest.mark.clause("RFC 5646 §2")
def test_a_tag_comes_from_an_extension_or_a_default_that_fits_or_the_script_and_never_from_a_guess(
    desk: Desk,
) -> None:
    default = "disclosure: rules\nparameters: {postal: [loc], postal-languages: {loc: LANG, int: en}}"
    said = Extension("l", "postalLanguage", "contact", contact(1).handle, {"loc": ("uk",)})
    unknown = contact(1)
    unknown = msgspec.structs.replace(unknown, postal=(msgspec.structs.replace(unknown.postal[0], lang=None),))
    cases = [
        ("ru", contact(1, loc=True), (), "ru"),  # the text is in Cyrillic
        ("es", contact(1, loc=True), (), "und-Cyrl"),  # which Spanish is not
        ("ru", contact(1, loc=True), (said,), "uk"),
        ("ru", unknown, (), "en"),
    ]
    for number, (language, person, extensions, tag) in enumerate(cases):
        desk = Desk(desk._folder / str(number), replies.catalogue())  # a profile each
        desk._folder.mkdir()
        desk.write(DISCLOSURE).write(
            PROFILE,
            (_NAME, "[{element: name, language: optional}]"),
            ("disclosure: rules", default.replace("LANG", language)),
        )
        graph = msgspec.structs.replace(_domain(("registrant", person)), contact_extensions=extensions)
        assert _present(desk, graph).parts["registrant"][0].lang == tag


@pytest.mark.clause("RFC 5646 §2")
def test_a_tag_that_is_required_and_not_there_is_a_violation(desk: Desk) -> None:
    desk.write(PROFILE, (_NAME, "[{element: name, language: required}]"))
    mixed = contact(1)
    form = msgspec.structs.replace(mixed.postal[0], lang=None)
    view = _present(desk, _domain(("registrant", msgspec.structs.replace(mixed, postal=(form,)))))
    assert _violations(view) == [("registrant.name", -1, "language required", "no tag")]
    assert view.parts["registrant"][0].lang == ""


@pytest.mark.clause("RFC 9022 §4.6.3")
def test_both_forms_or_the_one_in_the_readers_language(tmp_path: Path) -> None:
    graph = _domain(("registrant", contact(1, loc=True)))

    def load(forms: str) -> Desk:
        folder = tmp_path / forms
        folder.mkdir()
        parameters = f"disclosure: rules\nparameters: {{postal: [int, loc], postal-forms: {forms}}}"
        desk = Desk(folder, replies.catalogue())
        return desk.write(DISCLOSURE).write(
            PROFILE, (_NAME, "[{element: name, language: optional}, cc]"), ("disclosure: rules", parameters)
        )

    one = _present(load("one"), graph).parts["registrant"][0]
    assert (one.form, one.parts) == ("int", {})
    both = _present(load("both"), graph).parts["registrant"][0]
    (second,) = both.parts["postal"]
    assert (both.form, second.form, second.fields["name"], second.lang) == ("int", "loc", ("Анна",), "und-Cyrl")
    requested = load("requested").profile()
    for languages, form in (
        ((), "int"),
        (("en",), "int"),
        (("ru",), "loc"),
        (("uk", "en"), "loc"),
        (("ru-RU",), "loc"),
    ):
        view = requested.present(graph, _PUBLIC, languages).parts["registrant"][0]
        assert view.form == form, languages


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("rule", "violations"),
    [
        ("each: [admin, tech], cardinality: '1'", []),
        ("each: [admin, billing], cardinality: '{1,..}'", ["registrar.billing"]),
        ("sum: [admin, tech, billing], cardinality: '3'", ["registrar.admin+tech+billing"]),
    ],
)
def test_a_rule_counts_the_desks_of_a_registrar_by_their_roles(
    tmp_path: Path, rule: str, violations: list[str]
) -> None:
    desks = "  registrar:\n    - org\n    - {each: desk, roles: [admin, tech, billing], elements: [name]}\n"
    desk = Desk(tmp_path, replies.catalogue())
    desk.write(DISCLOSURE, ("public: [", "public: [registrar.org, desk.name, "))
    desk.write(PROFILE, ("texts:", f"{desks}rules: [{{of: registrar, {rule}}}]\ntexts:"))
    found = desk.profile().present(RegistrarGraph(sponsor()), Standing("public")).violations
    assert [each.element for each in found] == violations


def test_a_rule_on_desks_that_the_profile_does_not_have_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(DISCLOSURE, ("public: [", "public: [registrar.org, "))
    rule = "  registrar: [org]\nrules: [{of: registrar, each: [admin], cardinality: '1'}]\ntexts:"
    (fault,) = desk.write(PROFILE, ("texts:", rule)).faults()
    assert "'registrar.admin' is no element" in fault
