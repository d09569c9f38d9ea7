"""Who sees what: audiences that include others, conditions on the object, and what may never be hidden."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.access.standing import Standing
from directory.model.base import Instant, Transfer
from directory.model.contact import Contact, Disclose
from directory.model.graph import DomainGraph
from directory.model.registry import Extension
from directory.profile.view import View
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import Parts, contact, domain

_VOICE = "registrant.voice: {show: [registry], hidden"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue())


def _domain(person: Contact, *extensions: Extension) -> DomainGraph:
    graph = domain(Parts(contacts=(("registrant", person),)))
    return msgspec.structs.replace(graph, contact_extensions=extensions)


def _person(**values: str) -> Extension:
    return Extension("p", "person", "contact", contact(1).handle, {key: (value,) for key, value in values.items()})


def _sees(desk: Desk, graph: DomainGraph, audience: str, short: str = "voice", registrar: str = "") -> bool:
    return short in _registrant(desk, graph, audience, registrar).fields


def _registrant(desk: Desk, graph: DomainGraph, audience: str, registrar: str = "") -> View:
    return desk.profile().present(graph, Standing(audience, registrar)).parts["registrant"][0]


@pytest.mark.clause("RFC 3375 §8.4")
def test_an_audience_sees_what_those_see_whom_it_includes(desk: Desk) -> None:
    desk.write(DISCLOSURE).write(PROFILE)
    graph = _domain(contact(1))
    seen = {
        audience: [short for short in ("cc", "voice", "email") if _sees(desk, graph, audience, short)]
        for audience in ("public", "authenticated", "police", "registry", "nobody knows them")
    }
    assert seen == {
        "public": ["cc"],
        "authenticated": ["cc"],
        "police": ["cc", "email"],
        "registry": ["cc", "voice", "email"],
        "nobody knows them": ["cc"],
    }


def test_a_registrar_is_the_sponsor_of_its_own_objects_only(desk: Desk) -> None:
    desk.write(DISCLOSURE, (_VOICE, _VOICE.replace("registry", "sponsor"))).write(PROFILE)
    graph = _domain(contact(1))
    assert _sees(desk, graph, "authenticated", registrar="R-1")
    assert not _sees(desk, graph, "authenticated", registrar="R-2")
    assert not _sees(desk, graph, "authenticated")
    assert _sees(desk, graph, "registry")


@pytest.mark.parametrize(("status", "seen"), [("pending", True), ("clientApproved", False)])
def test_the_gaining_registrar_is_one_while_the_transfer_is_pending(desk: Desk, status: str, seen: bool) -> None:
    desk.write(DISCLOSURE, (_VOICE, _VOICE.replace("registry", "gaining"))).write(PROFILE)
    moment = Instant("2026-01-01T00:00:00Z")
    transfer = Transfer(status, "R-2", None, moment, "R-1", None, moment)
    graph = _domain(contact(1))
    graph = msgspec.structs.replace(graph, domain=msgspec.structs.replace(graph.domain, transfer=(transfer,)))
    assert _sees(desk, graph, "authenticated", registrar="R-2") is seen
    assert not _sees(desk, graph, "authenticated", registrar="R-1")


@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.clause("RFC 9022 §5.3.1.1")
def test_a_preference_to_hide_keeps_a_public_element_from_the_public(desk: Desk) -> None:
    rule = "registrant.voice: {show: [public, police], when: [{hide: [public], if: {disclose: hide}}], hidden"
    desk.write(DISCLOSURE, (_VOICE, rule)).write(PROFILE)
    hidden = msgspec.structs.replace(contact(1), disclose=(Disclose(0, "voice"),))
    other = msgspec.structs.replace(contact(1), disclose=(Disclose(0, "fax"), Disclose(1, "voice")))
    assert _sees(desk, _domain(contact(1)), "public")
    assert _sees(desk, _domain(other), "public")
    assert not _sees(desk, _domain(hidden), "public")
    assert _sees(desk, _domain(hidden), "police")
    assert _registrant(desk, _domain(hidden), "public").redacted["voice"].type == "Registrant Phone"


@pytest.mark.clause("RFC 5733 §2.9")
def test_a_preference_that_names_a_postal_form_speaks_of_that_form(desk: Desk) -> None:
    desk.write(
        DISCLOSURE,
        (", registrant.city", ""),
        ("rules:", "rules:\n  registrant.city: {show: [public], when: [{hide: [public], if: {disclose: hide}}], "
         "hidden: {name: Registrant City}, source: test}"),
    ).write(PROFILE, ("[cc, voice, email]", "[cc, voice, email, city]"),
            ("disclosure: rules", "disclosure: rules\nparameters: {postal: [int]}"))  # fmt: skip
    for form, seen in (("int", False), ("loc", True), (None, False)):
        person = msgspec.structs.replace(contact(1, loc=True), disclose=(Disclose(0, "addr", form),))
        assert _sees(desk, _domain(person), "public", "city") is seen


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.9")
def test_consent_and_the_kind_of_person_and_the_country_can_show_more(desk: Desk) -> None:
    rule = (
        'registrant.voice: {show: [registry], when: [{show: [public], if: {person.consent: "yes"}}, '
        "{show: [public], if: {person.kind: legal}, unless: {contact.cc: [DE, CA]}}], hidden"
    )
    desk.write(DISCLOSURE, (_VOICE, rule)).write(PROFILE)
    swiss = contact(1)
    form = msgspec.structs.replace(swiss.postal[0], cc="CH")
    swiss = msgspec.structs.replace(swiss, postal=(form,))
    cases = [
        (contact(1), (), False),
        (contact(1), (_person(consent="yes"),), True),
        (contact(1), (_person(consent="no"),), False),
        (contact(1), (_person(kind="legal"),), False),  # of Canada
        (swiss, (_person(kind="legal"),), True),
        (swiss, (_person(kind="natural"),), False),
        (swiss, (_person(kind="natural", consent="yes"),), True),
    ]
    for person, facts, seen in cases:
        assert _sees(desk, _domain(person, *facts), "public") is seen
    other = msgspec.structs.replace(_person(consent="yes"), owner_key="somebody else")
    assert not _sees(desk, _domain(contact(1), other), "public")


def test_hiding_is_stronger_than_showing(desk: Desk) -> None:
    rule = (
        'registrant.voice: {show: [], when: [{show: [public], if: {person.consent: "yes"}}, '
        "{hide: [public], if: {person.kind: natural}}], hidden"
    )
    desk.write(DISCLOSURE, (_VOICE, rule)).write(PROFILE)
    assert _sees(desk, _domain(contact(1), _person(consent="yes", kind="legal")), "public")
    assert not _sees(desk, _domain(contact(1), _person(consent="yes", kind="natural")), "public")


@pytest.mark.clause("RFC 9537 §4.2")
def test_a_redaction_is_declared_only_where_there_is_something_if_the_disclosure_says_so(desk: Desk) -> None:
    desk.write(DISCLOSURE, ("text: WITHHELD", "text: WITHHELD\ndeclare: held")).write(PROFILE)
    nothing = msgspec.structs.replace(contact(1), voice=None)
    assert set(_registrant(desk, _domain(contact(1)), "public").redacted) == {"voice", "email"}
    assert set(_registrant(desk, _domain(nothing), "public").redacted) == {"email"}


@pytest.mark.clause("RFC 9537 §3.3")
def test_a_part_of_a_value_may_be_seen(desk: Desk) -> None:
    keep = "method: partialValue, keep: {first: 4}, name: Registrant Phone"
    desk.write(DISCLOSURE, ("name: Registrant Phone", keep)).write(PROFILE)
    view = _registrant(desk, _domain(contact(1)), "public")
    assert view.fields["voice"] == ("+1.5",)
    assert "voice" in view.redacted
    short = msgspec.structs.replace(contact(1), voice="+1.5")
    assert "voice" not in _registrant(desk, _domain(short), "public").fields


@pytest.mark.clause("RFC 9537 §3.4")
def test_another_value_may_stand_instead(desk: Desk) -> None:
    value = (
        'method: replacementValue, value: "https://x.example/?d={name}", as: contact-uri, name: Registrant Email'
    )
    desk.write(DISCLOSURE, ("name: Registrant Email", value)).write(PROFILE)
    view = _registrant(desk, _domain(contact(1)), "public")
    assert view.fields["email"] == ("https://x.example/?d=example.test",)
    assert _registrant(desk, _domain(contact(1)), "police").fields["email"] == (contact(1).email,)


_FAULTS = [
    ("includes: [sponsor, gaining", "includes: [sponser, gaining", "sponser", "did you mean 'sponsor'"),
    ("police: {includes: [authenticated]}", "police: {includes: [registry]}", "includes itself", ""),
    ("police: {includes: [authenticated]}", "police: {includes: [public], is: sponsor}", "already", ""),
    ("{show: [police]", "{show: [polize]", "'polize' is no audience", "did you mean 'police'"),
    (
        _VOICE,
        _VOICE.replace("hidden", "when: [{hide: [publik], if: {disclose: hide}}], hidden"),
        "publik",
        "public",
    ),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public], if: {disclose: maybe}}], hidden"), "maybe", "hide"),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public], if: {person.kin: legal}}], hidden"), "kin", "kind"),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public], if: {person.kind: x}}], hidden"), "never", ""),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public], if: {contact.cc: ca}}], hidden"), "'CA'", ""),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public], if: {domain.status: ok}}], hidden"), "belong", ""),
    (_VOICE, _VOICE.replace("hidden", "when: [{hide: [public]}], hidden"), "", ""),
]

_METHODS = [
    ("voice", "method: emptyValue", "can only be removed", "removal"),
    ("city", "method: removal", "can only be emptied", "emptyValue"),
    ("voice", "method: scrub", "none of", "removal"),
    ("voice", "method: partialValue", "needs `keep`", "keep:"),
    ("voice", "method: replacementValue", "needs `value`", "value:"),
    ("voice", "method: removal, value: x", "belongs to the method replacementValue", ""),
    ("voice", "method: partialValue, keep: domain", "has no domain", "first"),
    ("voice", "method: replacementValue, value: x, as: contact-uri", "stands for an e-mail", ""),
    ("voice", "description: Two names", "", ""),
]


@pytest.mark.clause("RFC 9537 §3")
@pytest.mark.parametrize(("short", "method", "message", "hint"), _METHODS)
def test_a_method_that_does_not_fit_is_refused(
    desk: Desk, short: str, method: str, message: str, hint: str
) -> None:
    hidden = f"registrant.{short}: {{show: [registry], hidden: {{{method}, name: Registrant}}, source: test}}"
    old = _VOICE if short == "voice" else "rules:\n"
    new = f"{hidden}\n  tech.voice: {{show: [registry], hidden" if short == "voice" else f"rules:\n  {hidden}\n"
    desk.write(DISCLOSURE, (old, new), (", registrant.city", "")).write(PROFILE)
    faults = desk.faults()
    assert any(message in fault and hint in fault for fault in faults), faults


@pytest.mark.parametrize(("old", "new", "message", "hint"), _FAULTS)
def test_a_fault_of_a_disclosure_is_refused(desk: Desk, old: str, new: str, message: str, hint: str) -> None:
    faults = desk.write(DISCLOSURE, (old, new)).write(PROFILE).faults()
    assert any(message in fault and hint in fault for fault in faults), faults


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize("key", ["domain.name", "domain.ns", "host.name"])
@pytest.mark.parametrize(
    "rule", ["show: [registry]", "show: [public], when: [{hide: [public], if: {domain.status: inactive}}]"]
)
def test_what_the_dns_needs_cannot_be_hidden(desk: Desk, key: str, rule: str) -> None:
    changes = (f"{key}, ", ""), ("rules:", f"rules:\n  {key}: {{{rule}, hidden: {{}}, source: test}}")
    faults = desk.write(DISCLOSURE, *changes).write(PROFILE).faults()
    assert any("needed for the DNS" in fault and "RFC 3375 §8.4[2]" in fault for fault in faults)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["name", "addr", "voice", "email"]), max_size=3),
    st.booleans(),
    st.sampled_from(["yes", "no", ""]),
    st.sampled_from(["natural", "legal", ""]),
)
def test_who_includes_others_never_sees_less(
    tmp_path_factory: pytest.TempPathFactory, named: list[str], wish: bool, consent: str, kind: str
) -> None:
    rule = (
        'registrant.voice: {show: [gaining], when: [{show: [public], if: {person.consent: "yes"}}, '
        "{hide: [public, police], if: {disclose: hide}}, {show: [police], unless: {person.kind: legal}}], hidden"
    )
    desk = Desk(tmp_path_factory.mktemp("d"), replies.catalogue()).write(DISCLOSURE, (_VOICE, rule)).write(PROFILE)
    person = msgspec.structs.replace(contact(1), disclose=tuple(Disclose(int(wish), each) for each in named))
    facts = {key: value for key, value in (("consent", consent), ("kind", kind)) if value}
    graph = _domain(person, _person(**facts))
    within = desk.profile().disclosure.audiences.within
    seen = {audience: set(_registrant(desk, graph, audience).fields) for audience in within}
    for audience, others in within.items():
        assert all(seen[other] <= seen[audience] for other in others)


def test_an_object_that_contradicts_itself_is_shown_as_little_as_may_be(desk: Desk) -> None:
    rule = (
        'registrant.voice: {show: [], when: [{show: [public], if: {person.consent: "yes"}}, '
        "{hide: [public], if: {person.kind: natural}}], hidden"
    )
    desk.write(DISCLOSURE, (_VOICE, rule)).write(PROFILE)
    yes, no = _person(consent="yes", kind="legal"), _person(consent="no", kind="natural")
    assert _sees(desk, _domain(contact(1), yes), "public")
    assert not _sees(desk, _domain(contact(1), yes, no), "public")
    assert not _sees(desk, _domain(contact(1), yes, _person(consent="no")), "public")
    assert not _sees(desk, _domain(contact(1), yes, _person(kind="natural")), "public")


_MORE = """
disclosure: more
version: "1"
from: "2020-01-01"
extends: rules
audiences: {notary: {includes: [public]}}
public: [registrant.voice]
rules:
  registrant.cc: {show: [notary], hidden: {}, source: test}
"""


def test_a_disclosure_extends_another(desk: Desk) -> None:
    desk.write(DISCLOSURE).write(_MORE).write(PROFILE, ("disclosure: rules", "disclosure: more"))
    graph = _domain(contact(1))
    seen = {
        who: {short for short in ("cc", "voice", "email") if _sees(desk, graph, who, short)}
        for who in ("public", "notary", "police")
    }
    assert seen == {"public": {"voice"}, "notary": {"voice", "cc"}, "police": {"voice", "email"}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("extends: rules", "extends: ruls", "did you mean 'rules'"),
        ("extends: rules", "extends: more", "extends itself"),
        ("show: [notary]", "show: [notari]", "did you mean 'notary'"),
    ],
)
def test_a_fault_of_an_extending_disclosure_is_refused(desk: Desk, old: str, new: str, message: str) -> None:
    faults = desk.write(DISCLOSURE).write(_MORE, (old, new)).write(PROFILE).faults()
    assert any(message in fault for fault in faults), faults


def test_what_stands_for_a_withheld_value_is_in_the_language_of_the_reply(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue())
    desk.write(DISCLOSURE, ("text: WITHHELD", "text: {en: WITHHELD, es: RESERVADO}"))
    desk.write(
        PROFILE,
        ("[cc, voice, email]", "[{element: voice, label: {en: Phone}}]"),
        ("    - name\n", "    - {element: name, label: {en: Name}}\n"),
        ("disclosure: rules", "disclosure: rules\nparameters: {languages: [en, es]}"),
    )
    profile = desk.profile()
    for language, text in (("en", "Phone: WITHHELD"), ("es", ": RESERVADO")):
        spoken = profile.speaking((language,))
        assert text in replies.whois(_domain(contact(1)), profile=spoken).decode()


def test_a_profile_does_not_decide_which_part_of_a_value_may_be_seen(desk: Desk) -> None:
    more = (
        "redaction: {registrant.voice: {method: partialValue, keep: {first: 60}, name: Registrant Phone}}\ntexts:"
    )
    faults = desk.write(DISCLOSURE).write(PROFILE, ("texts:", more)).faults()
    assert any("for the disclosure to say" in fault for fault in faults), faults
