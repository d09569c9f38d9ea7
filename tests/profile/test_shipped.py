"""The shipped profiles and disclosures: each is whole, and does what its policy says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from directory import resources
from directory.access.standing import Standing
from directory.document import walk
from directory.model.base import Instant, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import SecDNS
from directory.model.graph import ContactGraph, DomainGraph
from directory.model.registry import Extension
from directory.profile.disclosure import ROLES
from directory.profile.layout import Outline
from directory.profile.profile import Profile
from tests.profile import replies, shipped
from tests.profile.objects import GRAPHS, Parts, contact, domain, four_contacts, host, sponsor

_PARTS = {"contact": (*ROLES, "contact")}
_NOT_SERVED = ("nndn", "idnTable")
"""Tables of which nothing is presented: a reserved name is an answer of its own, an IDN table a reference."""


def _of(person: Contact, *extensions: Extension) -> DomainGraph:
    """A domain with this registrant."""
    return shipped.extended(domain(Parts(contacts=(("registrant", person),))), *extensions)


# Every document


@pytest.mark.parametrize("name", shipped.PROFILES)
def test_a_shipped_profile_can_be_named_alone(name: str) -> None:
    profile = shipped.profile(name)
    assert profile.name == name
    assert all(variant.title for variant in profile.variants.values())


@pytest.mark.parametrize("name", shipped.ALL)
def test_a_document_begins_by_saying_what_it_is(name: str) -> None:
    text = resources.read("profiles", f"{name}.yaml")
    assert text.startswith("# ")
    assert shipped.data(name).get("profile", shipped.data(name).get("disclosure")) == name


@pytest.mark.parametrize("name", shipped.PROFILES)
def test_every_item_names_the_clause_that_it_is_from(name: str) -> None:
    keys = {"element", "together", "fixed", "omit", "sum"}
    items = [
        (place, each) for place, each in walk(shipped.data(name)) if isinstance(each, dict) and keys & set(each)
    ]
    assert [place for place, each in items if "source" not in each] == []


def _elements() -> Iterator[str]:
    for element in replies.catalogue():
        if not element.never and element.table not in _NOT_SERVED:
            for part in _PARTS.get(element.table, (element.table,)):
                yield f"{part}.{element.short}"


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize("name", shipped.DISCLOSURES)
def test_a_disclosure_decides_about_every_element_in_every_part(name: str) -> None:
    data = shipped.data(name)
    assert {*data["public"], *data["rules"]} == set(_elements())


@pytest.mark.parametrize("name", shipped.DISCLOSURES)
def test_the_registry_sees_everything(name: str) -> None:
    (profile,) = [each for each in shipped.PROFILES if shipped.data(each).get("disclosure") == name][:1]
    disclosure = shipped.profile(profile).disclosure
    within = disclosure.audiences.seen_by(["registry"])
    assert all(rule.sees(within, lambda fact: False) for rule in disclosure.rules.values())


@pytest.mark.parametrize(
    "names",
    [
        ("gtld-whois-2024", "gtld-rdap-maximum", "law-enforcement", "law-enforcement-rdap", "escrow"),
        ("gtld-whois", "gtld-rdap-registrar"),
        ("thin", "thin-rdap", "escrow"),
        ("cctld-es", "cctld-es-rdap"),
    ],
)
def test_the_profiles_of_one_registry_can_be_named_together(names: tuple[str, ...]) -> None:
    assert {each.name for each in shipped.load(*names).all} == set(names)


# gTLD


def test_the_labels_of_2024_differ_from_those_of_2017_in_the_words_of_the_policies() -> None:
    before, after = (
        shipped.whois("gtld-whois", GRAPHS["domain-full"]),
        shipped.whois("gtld-whois-2024", GRAPHS["domain-full"]),
    )
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        (
            "URL of the ICANN Whois Inaccuracy Complaint Form: https://www.icann.org/wicf/",
            "URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf",
        ),
        (
            "For more information on Whois status codes, please visit https://icann.org/epp",
            "For more information on domain status codes, please visit https://icann.org/epp",
        ),
    ]


def _roles(reply: dict[str, Any]) -> list[str]:
    return [role for entity in reply["entities"] for role in entity["roles"]]


def _named(reply: dict[str, Any]) -> dict[str, str]:
    """The redactions of a reply with their methods."""
    return {next(iter(each["name"].values())): each["method"] for each in reply.get("redacted", ())}


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.1")
def test_the_data_sets_differ_in_the_contacts_that_they_say() -> None:
    least, most = (shipped.rdap(name, GRAPHS["domain-full"]) for name in ("gtld-rdap", "gtld-rdap-maximum"))
    assert _roles(least) == ["registrar", "reseller", "registrant", "technical"]
    assert _roles(most) == ["registrar", "reseller", "registrant", "administrative", "technical", "billing"]
    assert least["rdapConformance"] == most["rdapConformance"]
    more = set(_named(most)) - set(_named(least))
    assert len(more) == 26
    assert {"Admin Name", "Billing Country", "Registry Admin ID"} <= more


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.8", "RFC 8605 §2.1")
@pytest.mark.parametrize("name", ["gtld-rdap-registrar", "gtld-rdap-registrar-maximum"])
def test_a_registrar_gives_a_form_for_an_address_that_it_withholds(name: str) -> None:
    reply = shipped.rdap(name, GRAPHS["domain-full"])
    for entity in reply["entities"][2:]:
        kinds = {line[0]: line[3] for line in entity["vcardArray"][1]}
        assert "email" not in kinds
        assert kinds["contact-uri"] == "https://www.example.com/contact?domain=example.test"
    methods = {name: method for name, method in _named(reply).items() if name.endswith("Email")}
    assert set(methods.values()) == {"replacementValue"}
    assert len(methods) == len(reply["entities"]) - 2


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.2")
def test_a_registrar_has_a_registrant_in_every_reply() -> None:
    view = shipped.profile("gtld-rdap-registrar").present(GRAPHS["domain-no-contacts"], replies.EVERYONE)
    assert [(each.element, each.observed) for each in view.violations] == [("domain.registrant", "0")]


_MOMENT = Instant("2026-01-01T00:00:00Z")
_PENDING = Transfer("pending", "R-2", "agent-9", _MOMENT, "R-1", None, _MOMENT)
_WATCHED = ("registrant.name", "admin.email", "tech.name", "billing.voice", "registrant.id", "transfer.reRr")


def _seen(standing: Standing) -> list[str]:
    """Which of the watched elements of a domain under transfer the standing sees."""
    graph = shipped.extended(domain(Parts(contacts=four_contacts())), transfer=(_PENDING,))
    profile = shipped.profile("law-enforcement")
    view = profile.present(graph, standing)
    found = {f"{name}.{short}" for name, views in view.parts.items() for short in views[0].fields}
    return [each for each in (*_WATCHED, "transfer.reClient") if each in found]


@pytest.mark.clause("RFC 3375 §8.4", "RFC 5731 §3.1.3")
@pytest.mark.parametrize(
    ("standing", "seen"),
    [
        (Standing("public"), []),
        (Standing("authenticated"), []),
        (Standing("authenticated", "R-1"), [*_WATCHED]),
        (Standing("authenticated", "R-2"), ["registrant.name", "admin.email", "transfer.reRr"]),
        (Standing("authenticated", "R-3"), []),
        (Standing("law-enforcement"), [*_WATCHED, "transfer.reClient"]),
        (Standing("registry"), [*_WATCHED, "transfer.reClient"]),
    ],
)
def test_each_audience_of_a_gtld_sees_what_it_needs(standing: Standing, seen: list[str]) -> None:
    assert _seen(standing) == seen


_WISHES = [
    ((), {}, {"sp", "cc"}),
    ((), {"kind": "legal"}, {"sp", "cc"}),
    ((), {"consent": "no"}, {"sp", "cc"}),
    ((Disclose(1, "voice"),), {}, {"sp", "cc", "voice", "voiceExt"}),
    ((Disclose(0, "addr"),), {}, {"sp", "cc"}),
    ((Disclose(1, "org", "loc"),), {}, {"sp", "cc"}),
]


@pytest.mark.clause("RFC 5733 §2.9")
@pytest.mark.parametrize(("wishes", "person", "seen"), _WISHES)
def test_the_public_of_a_gtld_sees_what_a_registrant_wants_shown(
    wishes: tuple[Disclose, ...], person: dict[str, str], seen: set[str]
) -> None:
    graph = _of(msgspec.structs.replace(contact(1), disclose=wishes), shipped.person(1, **person))
    view = shipped.profile("gtld-rdap").present(graph, replies.EVERYONE)
    assert set(view.parts["registrant"][0].fields) == seen


@pytest.mark.clause("gTLD RDAP Response Profile 2.7.9")
def test_with_consent_nothing_is_redacted_but_what_was_to_be_hidden() -> None:
    graph = _of(contact(1), shipped.person(1, consent="yes"))
    assert "redacted" not in shipped.rdap("gtld-rdap", graph)
    shy = _of(
        msgspec.structs.replace(contact(1), disclose=(Disclose(0, "email"),)), shipped.person(1, consent="yes")
    )
    assert _named(shipped.rdap("gtld-rdap", shy)) == {"Registrant Email": "removal"}


def _all_of(outline: Outline, table: str) -> Iterator[str]:
    yield from (f"{table}.{short}" for short in outline.demands)
    for (inner, _), group in outline.groups.items():
        yield from _all_of(group, inner)


def _said(profile: Profile) -> set[str]:
    """All elements that a profile names; a group is named by its parts."""
    said = {key for kind, layout in profile.layouts.items() for key in _all_of(Outline().add(layout), kind)}
    groups = {each.key for each in replies.catalogue() if each.group and f"{each.group}." in " ".join(said)}
    return said | groups


@pytest.mark.parametrize("name", ["law-enforcement", "escrow"])
def test_everything_that_the_model_has_is_said(name: str) -> None:
    model = {each.key for each in replies.catalogue() if not each.never and each.table not in _NOT_SERVED}
    assert _said(shipped.profile(name)) == model


def test_law_enforcement_and_the_registry_have_profiles_of_their_own() -> None:
    profiles = shipped.load("gtld-rdap", "law-enforcement", "law-enforcement-rdap")
    bound = {who: profiles.bound("test", "rdap", who).name for who in ("public", "law-enforcement", "registry")}
    assert bound == {
        "public": "gtld-rdap",
        "law-enforcement": "law-enforcement-rdap",
        "registry": "law-enforcement-rdap",
    }
    person = msgspec.structs.replace(contact(1), disclose=(Disclose(0, "voice"),), transfer=(_PENDING,))
    graph = ContactGraph(person, sponsor(), (shipped.person(1, kind="legal"),))
    reply = shipped.rdap("law-enforcement-rdap", graph, "law-enforcement")
    assert "redacted" not in reply
    assert [each["title"] for each in reply["remarks"]] == ["transfer", "disclose", "person"]


# RFC 9083, thin registries, a ccTLD


@pytest.mark.clause("RFC 9083 §4.1", "RFC 9537 §4.2")
def test_plain_rdap_declares_only_what_is_withheld_of_existing_data() -> None:
    person = msgspec.structs.replace(contact(1), fax=None, fax_ext=None, voice_ext=None)
    reply = shipped.rdap("rfc9083", domain(Parts(contacts=(("billing", person),))))
    assert reply["rdapConformance"] == ["rdap_level_0", "redacted"]
    assert "Billing Phone" in _named(reply)
    assert not {"Billing Fax", "Billing Phone Ext", "Registrant Name"} & set(_named(reply))
    assert shipped.rdap("rfc9083", GRAPHS["domain-no-contacts"])["rdapConformance"] == ["rdap_level_0"]


@pytest.mark.clause("RFC 3375 §8.4")
def test_a_thin_registry_refers_to_the_registrar_and_has_no_contacts() -> None:
    reply = shipped.whois("thin", GRAPHS["domain-full"], standing=Standing("registry"))
    assert "Registrar WHOIS Server: whois.registrar.example" in reply
    assert not [line for line in reply if line.startswith(("Registrant", "Registry Registrant", "Admin", "Tech"))]
    assert [each["rel"] for each in shipped.rdap("thin-rdap", GRAPHS["domain-full"])["links"]] == [
        "self",
        "related",
    ]
    assert _roles(shipped.rdap("thin-rdap", GRAPHS["domain-full"], "registry")) == ["registrar"]
    assert shipped.rdap("thin-rdap", GRAPHS["contact"], "registry")["errorCode"] == 404


_PERSONAL = {"name", "org", "street", "city", "sp", "pc", "cc", "voice", "fax", "email"}
_ADDRESS = {"org", "street", "city", "sp", "pc", "cc"}


@pytest.mark.parametrize(
    ("country", "wishes", "person", "seen"),
    [
        ("MX", (), {}, {"cc"}),
        ("MX", (), {"kind": "natural"}, {"cc"}),
        ("MX", (), {"kind": "legal"}, _PERSONAL - {"name"}),
        ("ES", (), {"kind": "legal"}, _ADDRESS),
        ("ES", (), {"kind": "natural", "consent": "yes"}, _PERSONAL),
        ("MX", (Disclose(0, "addr"), Disclose(0, "fax")), {"kind": "legal"}, {"org", "cc", "voice", "email"}),
        ("MX", (Disclose(1, "name"),), {"kind": "natural"}, {"name", "cc"}),
    ],
)
def test_a_cctld_shows_firms_and_who_consents(
    country: str, wishes: tuple[Disclose, ...], person: dict[str, str], seen: set[str]
) -> None:
    postal = Postal("loc", "Ana", "Org", "Calle 1", None, None, "Ciudad", "Provincia", "12345", country)
    graph = _of(
        msgspec.structs.replace(contact(1), postal=(postal,), disclose=wishes),
        shipped.person(1, **person),
    )
    for name in ("cctld-es", "cctld-es-rdap"):
        view = shipped.profile(name).present(graph, replies.EVERYONE)
        assert _PERSONAL & set(view.parts["registrant"][0].fields) == seen


@pytest.mark.clause("SAC054 §5")
def test_a_cctld_counts_three_contacts_beside_the_holder() -> None:
    profile = shipped.profile("cctld-es")
    assert profile.present(domain(Parts(contacts=four_contacts())), replies.EVERYONE).violations == ()
    five = (*four_contacts(), ("tech", contact(5)))
    view = profile.present(domain(Parts(contacts=five)), replies.EVERYONE)
    assert [(each.element, each.observed) for each in view.violations] == [
        ("domain.tech", "2"),
        ("domain.admin+tech+billing", "4"),
    ]


@pytest.mark.clause("SAC054 §5")
def test_a_cctld_speaks_spanish_and_english_and_shows_both_postal_forms() -> None:
    person = msgspec.structs.replace(contact(1, loc=True), roid="C1-EXAMPLE")
    parts = Parts(contacts=(("registrant", person),), hosts=(host("ns1.example.test", "192.0.2.1"),))
    graph = shipped.extended(domain(parts), shipped.person(1, consent="yes"))
    spanish, english = shipped.whois("cctld-es", graph), shipped.whois("cctld-es", graph, "en")
    assert {
        "Nombre de dominio: example.test",
        "Nombre del titular: Анна",
        "Nombre del titular (Traducción): Person 1 Name",
        "Teléfono del titular: +1 555 555 0101",
        "Servidor de nombres: ns1.example.test 192.0.2.1",
        "DNSSEC: sin firma",
    } <= set(spanish)
    assert {"Domain: example.test", "Holder Name (Translation): Person 1 Name", "DNSSEC: unsigned"} <= set(english)
    assert len(spanish) == len(english)
    signed = shipped.whois("cctld-es", domain(Parts(secdns=(SecDNS(1, 13, 2, "AA"),))))
    assert {"DNSSEC: firmado", "Registro DS: 1 13 2 AA"} <= set(signed)
