"""Both postal forms of a contact on port 43: `Key (Translation): value` (registry agreement, specification 4)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from directory.model.contact import Contact
from directory.whois.render import error
from tests.profile import replies, shipped
from tests.profile.documents import PROFILE, Desk
from tests.profile.objects import Parts, contact, domain

_DISCLOSURE = """
disclosure: rules
version: "1"
from: "2020-01-01"
public: [domain.name, domain.ns, domain.secDNS, host.name, host.addr, dnssec.keyTag, dnssec.alg, dnssec.digestType,
  dnssec.digest, dnssec.flags, dnssec.protocol, dnssec.keyAlg, dnssec.pubKey, registrant.pc, registrant.city,
  registrant.voice, registrant.street, registrant.email]
"""
_ITEMS = """
        - {together: [pc, city], label: Place, join: " "}
        - {together: [voice, street], label: Reach, join: ", "}
        - {together: [voice, email], label: Wire, join: " "}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue()).write(_DISCLOSURE)


def _lines(desk: Desk, person: Contact, parameters: str) -> list[str]:
    """What is said of a registrant."""
    desk.write(
        PROFILE,
        ("objects:", f"parameters: {{markup: text, postal: [loc, int], {parameters}}}\nobjects:"),
        ("    - name\n", "    - {element: name, label: Name}\n"),
        ("      elements: [cc, voice, email]", f"      elements:{_ITEMS}"),
    )
    graph = domain(Parts(contacts=(("registrant", person),)))
    reply = replies.whois(graph, profile=desk.profile()).decode()
    return [line for line in reply.split("\r\n") if line.partition(":")[0] not in ("", "Name")]


_BOTH = "postal-forms: both, translation: Translation"


def test_elements_on_one_line_stand_there_in_the_second_form_too(desk: Desk) -> None:
    assert _lines(desk, contact(1, loc=True), _BOTH) == [
        "Place: 101000 Москва",
        "Place (Translation): PC19 City1",
        "Reach: +1.5555550101, Улица 1",
        "Reach (Translation): 1 Long Street, Floor 1",
        "Wire: +1.5555550101 person1@mail.example",
    ]


def test_a_line_of_which_the_second_form_has_nothing_is_not_there_again(desk: Desk) -> None:
    local, other = contact(1, loc=True).postal[::-1]
    bare = msgspec.structs.replace(other, pc=None, city=None)
    lines = _lines(desk, msgspec.structs.replace(contact(1), postal=(local, bare)), _BOTH)
    assert [line for line in lines if line.startswith("Place")] == ["Place: 101000 Москва"]


@pytest.mark.parametrize("parameters", ["postal-forms: one, translation: Translation"])
def test_a_profile_of_one_form_says_one_line(desk: Desk, parameters: str) -> None:
    lines = _lines(desk, contact(1, loc=True), parameters)
    assert [line.partition(":")[0] for line in lines] == ["Place", "Reach", "Wire"]


def test_each_value_reads_as_its_text_before_they_are_joined(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(_DISCLOSURE)
    desk.write(
        PROFILE,
        ("objects:", "parameters: {markup: text}\nobjects:"),
        ("    - name\n", '    - {element: ns, label: Servers, join: ", ", text: "<{value}>"}\n'),
        ("      elements: [cc, voice, email]", f"      elements:{_ITEMS}"),
    )
    graph = domain(Parts(hosts=("ns1.test", "ns2.test")))
    assert "Servers: <ns1.test>, <ns2.test>\r\n" in replies.whois(graph, profile=desk.profile()).decode()


_ERRORS = "empty: A., no-parameter: B., malformed: C., too-long: D., internal: Try again later."


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Error: this object does not"),
        ("es", "Error: este objeto no"),
        ("ru", "Ошибка: этот объект"),
    ],
)
def test_a_refused_object_is_not_to_be_asked_for_again(tmp_path: Path, language: str, line: str) -> None:
    desk = Desk(tmp_path, replies.catalogue()).write(_DISCLOSURE)
    desk.write(
        PROFILE,
        ("objects:", f"parameters: {{markup: text, languages: [{language}]}}\nobjects:"),
        ("    - name\n", f"    - {{element: name, label: {{{language}: Name}}}}\n"),
        ("    - each: contact\n      roles: [registrant]\n      elements: [cc, voice, email]\n", ""),
        ("texts:\n", f"texts:\n  errors: {{{_ERRORS}}}\n"),
    )
    profile = desk.profile()
    assert error(profile, "refused").decode().startswith(line)
    assert error(profile, "internal").decode().startswith("Try again later.")


@pytest.mark.parametrize("name", ["gtld-whois", "gtld-whois-2024", "thin", "cctld-es", "sac054-appendix-a"])
def test_no_shipped_profile_says_of_a_refused_object_that_it_may_be_there_later(name: str) -> None:
    profile = shipped.profile(name)
    for speaking in profile.variants.values():
        assert (
            profile.terms.markup != "text"
            or b"cannot be shown" in error(speaking, "refused")
            or (speaking.language != "en" and b"no puede mostrarse" in error(speaking, "refused"))
        )
