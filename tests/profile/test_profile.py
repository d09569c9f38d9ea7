"""Profiles and disclosures are checked when they are loaded: every fault with its line and its rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from directory import resources
from directory.access.standing import Standing
from directory.errors import DocumentError
from directory.model.catalogue import Catalogue
from directory.model.domain import SecDNS
from directory.model.graph import ContactGraph
from directory.model.registry import Extension
from directory.profile.profile import NoProfile
from directory.profile.profiles import Profiles
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, contact, domain, sponsor

Load = Callable[..., Profiles]
WHOIS, RDAP, DISCLOSURE = "gtld-whois.yaml", "gtld-rdap.yaml", "gtld-disclosure.yaml"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads shipped documents with words replaced in them: `load(WHOIS, ("old", "new"), …)`."""

    def changed(name: str, *changes: tuple[str, str], also: tuple[str, ...] = ()) -> Profiles:
        text = resources.read("profiles", name)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Profiles.load([path, *(resources.find("profiles", each) for each in also)], replies.catalogue())

    return changed


def _line(name: str, text: str) -> int:
    whole = resources.read("profiles", name)
    return whole[: whole.index(text)].count("\n") + 1


_FAULTS = [
    (WHOIS, "{element: exDate", "{element: exDatum", "no element", "exDate"),
    (WHOIS, "{element: exDate", "{element: maxSigLife", "no element", ""),
    (WHOIS, "{en: Registry Expiry Date}", "{en: Creation Date}", "stands on line", "again"),
    (WHOIS, "{element: pc,", "{format: rfc33339, element: pc,", "no format", "rfc3339"),
    (WHOIS, "{element: exDate", "{length: {min: 5, max: 4}, element: exDate", "above the maximum", ""),
    (WHOIS, "{element: exDate", "{language: required, element: exDate", "not in a language", "none"),
    (WHOIS, 'Name Server}, cardinality: "1"', 'Name Server}, cardinality: "{2,1}"', "above the maximum", ""),
    (WHOIS, "{element: exDate", "{show: [public], element: exDate", "decide here who may see", "disclosure"),
    (WHOIS, "{element: exDate, label: {en: Registry Expiry Date}", "{element: exDate", "needs a label", "label"),
    (WHOIS, "{en: Creation Date}", '{en: "Creation: Date"}', "does not have the form", "colon"),
    (WHOIS, "- each: trademark", "- each: desk", "nothing that a lookup brings along with a domain", "trademark"),
    (WHOIS, "service: whois", "service: whoisd", "none of", "whois"),
    (WHOIS, 'tlds: ["*"]', 'tlds: ["-x"]', "-x", ""),
    (WHOIS, "disclosure: gtld-disclosure", "disclosure: other", "no disclosure", ""),
    (WHOIS, "{as_of}", "now", "lacks {as_of}", ""),
    (RDAP, "element: exDate", "element: authInfo", "no element", ""),
    (RDAP, "roles: [registrant]", "roles: [owner]", "none of", ""),
    (DISCLOSURE, "registrant.voice:", "registrant.voise:", "no element", "voice"),
    (DISCLOSURE, "- registrant.sp", "- registrant.voice", "ruled on line", ""),
    (DISCLOSURE, "- registrar.url", "- registrar.authInfo", "never stored", ""),
    (DISCLOSURE, "{includes: [public], title: Who", "{includes: [publik], title: Who", "no audience", "public"),
    (DISCLOSURE, "- domain.ns\n", "- domain.nss\n", "no element", "domain.ns"),
]  # fmt: skip


_PLACEHOLDERS = [
    (WHOIS, '"{role} Name"', '"{rolle} Name"', "{rolle}", "did you mean '{role}'?"),
    (WHOIS, '"{role} Name"', '"{ROLE} Name"', "{ROLE}", "did you mean '{role}'?"),
    (WHOIS, '"{role} Name"', '"{ role } Name"', "{ role }", "did you mean '{role}'?"),
    (WHOIS, '{en: "{role} Name"}', '{en: "{role} Name", es: "Nombre de {rol}"}', "{rol}", "'{role}'"),
    (WHOIS, '"{role} Name"', '"{value} Name"', "{value}", "{role}"),
    (WHOIS, "{en: Creation Date}", '{en: "{role} Date"}', "{role}", "roles: {registrant: Registrant}"),
    (WHOIS, "admin: Admin Contact,", 'admin: "{role} Contact",', "{role}", "nothing"),
    (WHOIS, '"{value} https', '"{valu} {value} https', "{valu}", "did you mean '{value}'?"),
    (WHOIS, "https://www.icann.org/wicf/", "https://x.example/{name}", "{name}", "nothing"),
    (WHOIS, "{en: URL of the ICANN", '{en: "{role} URL", es: URL of the ICANN', "{role}", "nothing"),
    (WHOIS, "some: signedDelegation", 'some: "{value}"', "{value}", "nothing"),
    (WHOIS, "{id} ({name})", "{id} ({nane})", "{nane}", "did you mean '{name}'?"),
    (WHOIS, "these {shown};", "these {show};", "{show}", "did you mean '{shown}'?"),
    (WHOIS, "domain: Domain not found.", 'domain: "{name} not found."', "{name}", "nothing"),
    (WHOIS, "reserved: This name", 'reserved: "{name}" # This', "{name}", "nothing"),
    (WHOIS, "the query is too long", "the query {query} is too long", "{query}", "nothing"),
    (WHOIS, "Query matched more than one", "{shown} matched more than one", "{shown}", "nothing"),
    (WHOIS, "help: |", "help: |\n    This is {tld}.", "{tld}", "nothing"),
    (WHOIS, "{as_of}", "{asof}", "{asof}", "did you mean '{as_of}'?"),
    (WHOIS, "pointer: For", "pointer: As of {as_of}, for", "{as_of}", "nothing"),
    (WHOIS, "disclaimer: |", "disclaimer: |\n    As of {as_of}:", "{as_of}", "nothing"),
    (RDAP, "domain: There is no registration", "domain: There is no {name} registered", "{name}", "nothing"),
]  # fmt: skip


_REFUSED = [
    *((*each, "", 2) for each in _FAULTS),
    *(
        (name, old, new, f"{word} is no placeholder", hint, "profile.schema.json", 0)
        for name, old, new, word, hint in _PLACEHOLDERS
    ),
]
"""With the rule, where it is always the same, and how many lines from the fault it may be told."""


@pytest.mark.parametrize(("name", "old", "new", "message", "hint", "rule", "near"), _REFUSED)
def test_a_fault_is_refused_with_its_line(
    name: str, old: str, new: str, message: str, hint: str, rule: str, near: int, load: Load
) -> None:
    with pytest.raises(DocumentError) as caught:
        load(name, (old, new))
    found = [each for each in caught.value.findings if message in each.message and hint in each.hint]
    assert len(found) == 1
    assert all(each.rule and rule in each.rule and each.line for each in found)
    assert min(abs(each.line - _line(name, old)) for each in found) <= near
    assert caught.value.file.endswith(name)


def test_all_faults_of_a_document_are_told_at_once(load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        load(WHOIS, ("{element: exDate", "{element: exDatum"), ("{element: upDate", "{element: upDatum"))
    assert len(caught.value.findings) == 2


def test_a_part_without_a_word_has_none_for_its_labels(load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        load(WHOIS, ("roles: {admin: Admin Contact, tech: Technical Contact}", "roles: [admin, tech]"))
    assert [each.message for each in caught.value.findings] == ["{role} is no placeholder that is known here"]


def test_wrong_placeholders_are_told_with_the_faults_of_schema_and_model(load: Load) -> None:
    wrong = (('"{role} Name"', '"{rolle} Name"'), ("{value} https", "{valu} {value} https"), ("{shown}", "{show}"))
    for old, new in (("{element: exDate", "{element: exDatum"), ("service: whois", "service: whoisd")):
        with pytest.raises(DocumentError) as caught:
            load(WHOIS, *wrong, (old, new))
        said = "\n".join(each.message for each in caught.value.findings)
        assert len(caught.value.findings) == 4
        assert all(word in said for word in ("{rolle}", "{valu}", "{show}"))


@pytest.mark.clause("SAC054 §5")
def test_the_closest_binding_speaks(tmp_path: Path) -> None:
    files: list[Path] = []
    for tld in ("*", "test", "co.test", "пример"):
        text = resources.read("profiles", WHOIS).replace('tlds: ["*"]', f'tlds: ["{tld}"]')
        path = tmp_path / f"{len(files)}.yaml"
        path.write_text(text.replace("profile: gtld-whois", f"profile: p-{len(files)}"), encoding="utf-8")
        files.append(path)
    profiles = Profiles.load(files, replies.catalogue())
    found = [
        profiles.bound(zone, "whois").name for zone in (None, "other", "test", "x.test", "co.test", "xn--e1afmkfd")
    ]
    assert found == ["p-0", "p-0", "p-1", "p-1", "p-2", "p-3"]
    with pytest.raises(NoProfile):
        profiles.bound("test", "rdap")


def test_two_profiles_for_one_zone_and_service_are_refused(load: Load) -> None:
    with pytest.raises(DocumentError, match="bound to"):
        load(WHOIS, ("profile: gtld-whois", "profile: other"), also=(WHOIS,))


def test_a_zone_with_two_disclosures_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = resources.read("profiles", DISCLOSURE).replace("disclosure: gtld-disclosure", "disclosure: other")
    other.write_text(text, encoding="utf-8")
    whois = tmp_path / "whois.yaml"
    text = resources.read("profiles", WHOIS).replace("disclosure: gtld-disclosure", "disclosure: other")
    whois.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="one disclosure for each registry"):
        Profiles.load([other, whois, resources.find("profiles", RDAP)], replies.catalogue())


def test_what_an_audience_may_not_see_is_not_in_its_view() -> None:
    profile = replies.rdap_profile()
    public = profile.present(GRAPHS["domain-full"], Standing("public")).parts["registrant"][0]
    registry = profile.present(GRAPHS["domain-full"], Standing("registry")).parts["registrant"][0]
    assert set(public.fields) == {"sp", "cc"}
    assert set(public.redacted) | set(public.fields) == set(registry.fields)
    assert registry.redacted == {}
    assert registry.fields["name"] == ("Person 1 Name",)


def test_an_element_that_a_profile_does_not_list_is_not_said_to_anyone() -> None:
    view = replies.rdap_profile().present(GRAPHS["domain-full"], Standing("registry"))
    assert "admin" not in view.parts
    assert "registrarid" not in view.fields


@pytest.mark.clause("RFC 7480 §5.3")
def test_a_kind_of_object_that_a_profile_does_not_mention_looks_absent() -> None:
    reply = replies.whois(ContactGraph(contact(1), sponsor()))
    assert reply.startswith(b"No registrar found.\r\n")


def test_a_field_that_an_extension_declares_is_shown_where_a_profile_lists_it() -> None:
    extensions = (Extension("1", "reseller", "domain", "example.test", {"name": ("Shop",)}),)
    reply = replies.whois(domain(Parts(extensions=extensions))).decode()
    assert "\r\nReseller: Shop\r\n" in reply
    assert "Trademark" not in reply


def test_several_records_each_have_their_line() -> None:
    records = (SecDNS(1, 13, 2, "AA"), SecDNS(2, 13, 2, "BB"))
    reply = replies.whois(domain(Parts(secdns=records))).decode()
    assert "DNSSEC: signedDelegation\r\nDNSSEC DS Data: 1 13 2 AA\r\nDNSSEC DS Data: 2 13 2 BB\r\n" in reply


def test_the_view_of_one_requester_is_not_changed_by_that_of_another() -> None:
    profile = replies.whois_profile()
    first = profile.present(GRAPHS["domain-full"], Standing("public"))
    profile.present(GRAPHS["domain-full"], Standing("registry"))
    assert first == profile.present(GRAPHS["domain-full"], Standing("public"))


def test_what_an_extension_adds_to_a_contact_is_shown_inside_a_domain(tmp_path: Path) -> None:
    words = "{en: Social, es: Social}"
    document = tmp_path / "social.yaml"
    document.write_text(f"""
extension: social
namespace: urn:test:social
objects:
  - {{xml: account, owner: contact, key: contact, table: social}}
tables:
  social:
    long: {words}
    description: {words}
    source: SAC054 §3.1
    elements:
      - {{short: handle, xml: handle, long: {words}, description: {words}, type: text}}
""")
    inside = (
        "        - each: social\n          elements: [{element: handle, label: {en: '{role} Handle'}}]\n"
        "    - each: host\n"
    )
    profile = tmp_path / "whois.yaml"
    profile.write_text(resources.read("profiles", WHOIS).replace("    - each: host\n", inside, 1))
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        resources.read("profiles", DISCLOSURE).replace("  - domain.ns\n", "  - domain.ns\n  - social.handle\n")
    )
    profiles = Profiles.load([profile, rules], Catalogue.load([document]))
    graph = domain(Parts(contacts=(("registrant", contact(1)), ("tech", contact(2)))))
    said = Extension("k", "social", "contact", contact(2).handle, {"handle": ("@two",)})
    reply = replies.whois(msgspec.structs.replace(graph, contact_extensions=(said,)), profile=profiles.all[0])
    assert reply.decode().count("Handle: ") == 1
    assert "Tech Handle: @two\r\n" in reply.decode()
