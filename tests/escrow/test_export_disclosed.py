"""Deposits under a profile: what its disclosure withholds is not in them, and nothing stands in its place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from directory.cli.export import command
from directory.model.base import Instant, Status, Transfer
from directory.model.contact import Contact, Disclose
from directory.model.domain import Domain, Nndn, SecDNS
from directory.model.registry import Extension, IdnTable
from tests.escrow.exporting import Registry, changed, extension, faults_of_schema, fill, held, registry
from tests.escrow.reading import read, values

PROFILE = """\
profile: mine
version: "1"
from: "2026-01-01"
extends: escrow
disclosure: rules
"""
RULES = """\
disclosure: rules
version: "1"
from: "2026-01-01"
extends: gtld-disclosure
"""
TRANSFER = Transfer(
    "clientApproved", "R-1", "jdoe", Instant("2025-01-01T00:00:00Z"), "R-2", None, Instant("2025-01-02T00:00:00Z")
)


@pytest.fixture
async def state(url: str, objects: Registry) -> Registry:
    """The small registry with something in every element that can be withheld, in a store."""
    ana, one = objects["contact", "C-1"], objects["domain", "one.example"]
    wishes = (Disclose(0, "voice"), Disclose(0, "email"))
    more = changed(
        objects,
        msgspec.structs.replace(ana, transfer=(TRANSFER,), disclose=wishes, cr_client="jdoe"),
        msgspec.structs.replace(
            one,
            transfer=(TRANSFER,),
            secdns=(SecDNS(1, 13, 2, "AB" * 32),),
            max_sig_life=600,
            rgp=(Status("addPeriod"),),
        ),
        Nndn("www.example", None, "es", None, "blocked", None, Instant("2020-01-01T00:00:00Z")),
        IdnTable("es", "https://registry.example/es", "https://registry.example/policy"),
        extension("reseller", "domain", "one.example", name=["Seller"], url=["https://seller.example"]),
        extension("person", "contact", "C-1", kind=["natural"], consent=["no"]),
        extension("trademark", "domain", "one.example", name=["One"], number=["1"], ccLocality=["ES"]),
        extension("trademark", "domain", "one.example", name=["One"], number=["2"], ccLocality=["ES"]),
        without=(next(key for key, one in objects.items() if isinstance(one, Extension)),),
    )
    await fill(url, more)
    return more


@dataclass(frozen=True)
class Desk:
    """Where documents are written, and deposits under them."""

    folder: Path
    url: str

    def export(
        self, rules: str = "", profile: str = PROFILE, audience: str = "law-enforcement", *more: str
    ) -> Result:
        """Export for an audience, under rules that stand instead of the gTLD's."""
        (self.folder / "mine.yaml").write_text(profile)
        (self.folder / "rules.yaml").write_text(f"{RULES}{rules}")
        to = ["--audience", audience] if audience else []
        arguments = ["--store", self.url, "--profile", str(self.folder / "mine.yaml"), *to, *more, "--replace"]
        return CliRunner().invoke(command, [*arguments, "--out", str(self.folder / "out.xml")])

    def shown(self, *arguments: str) -> Registry:
        """What is in the deposit, which keeps to the schemas and counts what it has."""
        result = self.export(*arguments)
        assert result.exit_code == 0, result.output
        reading = read(self.folder / "out.xml")
        assert not reading.report.findings
        assert not faults_of_schema(self.folder / "out.xml")
        assert reading.header is not None
        assert dict(reading.header.counts) == dict(reading.counts)
        return registry(*values(reading.puts))


@pytest.fixture
def desk(tmp_path: Path, url: str, state: Registry) -> Desk:
    return Desk(tmp_path, url)


def hidden(*keys: str, show: str = "sponsor") -> str:
    """Rules that show these elements to the sponsor only."""
    return "rules:\n" + "".join(f'  {key}: {{show: [{show}], hidden: {{}}, source: "test"}}\n' for key in keys)


def test_the_audience_that_sees_most_is_the_default_and_has_all_of_it(desk: Desk, state: Registry) -> None:
    assert held(desk.shown("", PROFILE, "")) == held(state)


def test_law_enforcement_sees_all_of_every_object_too(desk: Desk, state: Registry) -> None:
    assert held(desk.shown()) == held(state)


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("keys", "kind", "key", "without"),
    [
        (["contact.fax"], "contact", "C-1", {"fax": None}),
        (["contact.voice", "contact.voiceExt"], "contact", "C-1", {"voice": None, "voice_ext": None}),
        (["contact.crClient"], "contact", "C-1", {"cr_client": None}),
        (["disclose.element"], "contact", "C-1", {"disclose": ()}),
        (["domain.exDate", "domain.crRr"], "domain", "one.example", {"ex_date": None, "cr_rr": None}),
        (["domain.rgpStatus"], "domain", "one.example", {"rgp": ()}),
        (["host.crRr"], "host", "H2-TEST", {"cr_rr": None}),
        (["registrar.email", "registrar.url"], "registrar", "R-1", {"email": None, "url": None}),
        (
            ["registrar.street", "registrar.city", "registrar.sp", "registrar.pc", "registrar.cc"],
            "registrar",
            "R-1",
            {"postal": ()},
        ),
    ],
)
def test_an_element_that_is_withheld_is_left_out(
    desk: Desk, state: Registry, keys: list[str], kind: str, key: str, without: dict[str, object]
) -> None:
    shown = desk.shown(hidden(*keys))
    assert shown[kind, key] == msgspec.structs.replace(state[kind, key], **without)
    assert {other for other, one in shown.items() if other[0] != kind and one != state[other]} == set()


def test_a_contact_is_left_out_of_its_part_and_stands_by_itself_still(desk: Desk, state: Registry) -> None:
    shown = desk.shown(hidden("domain.admin"))
    one = shown["domain", "one.example"]
    assert isinstance(one, Domain)
    assert [link.role for link in one.contacts] == ["registrant", "tech"]
    assert shown["contact", "C-1"] == state["contact", "C-1"]


def test_a_part_of_a_postal_form_is_left_out_of_both_forms(desk: Desk) -> None:
    bob = desk.shown(hidden("contact.street", "contact.org"))["contact", "C-2"]
    assert isinstance(bob, Contact)
    assert [(form.type, form.org, form.street, form.city) for form in bob.postal] == [
        ("int", None, (), "Madrid"),
        ("loc", None, (), "Madrid"),
    ]


def test_a_group_of_which_nothing_is_shown_is_left_out(desk: Desk, state: Registry) -> None:
    parts = ("trStatus", "reRr", "reClient", "reDate", "acRr", "acClient", "acDate", "exDate")
    shown = desk.shown(hidden(*(f"transfer.{part}" for part in parts)))
    for kind, key in (("domain", "one.example"), ("contact", "C-1")):
        assert shown[kind, key] == msgspec.structs.replace(state[kind, key], transfer=())


def test_an_extension_is_left_out_with_all_its_elements_and_is_not_counted(desk: Desk) -> None:
    shown = desk.shown(hidden("reseller.name", "reseller.url", "person.consent"))
    groups = [one for one in shown.values() if isinstance(one, Extension) and one.table != "trademark"]
    assert [(one.table, one.values) for one in groups] == [("person", {"kind": ("natural",)})]


def test_of_several_groups_those_are_written_that_are_shown(desk: Desk) -> None:
    keys = ("trademark.name", "trademark.number", "trademark.ccLocality")
    case = 'when: [{hide: [law-enforcement], if: {trademark.number: "1"}}]}\n'
    shown = desk.shown(hidden(*keys, show="law-enforcement").replace("}\n", f", {case}"))
    marks = [one for one in shown.values() if isinstance(one, Extension) and one.table == "trademark"]
    assert [one.values["number"] for one in marks] == [("2",)]


@pytest.mark.clause("RFC 5733 §2.9")
def test_what_a_contact_wants_hidden_is_left_out_of_that_contact(desk: Desk) -> None:
    rules = hidden("contact.voice", show="law-enforcement").rstrip("}\n")
    wish = "when: [{hide: [law-enforcement], if: {disclose: hide}}]"
    shown = desk.shown(f"{rules}, {wish}}}\n")
    voices = {key: getattr(one, "voice", None) for (kind, key), one in shown.items() if kind == "contact"}
    assert voices == {"C-1": None, "C-2": "+34.911234567"}


def test_a_value_that_would_stand_for_another_is_not_written(desk: Desk, state: Registry) -> None:
    instead = 'hidden: {method: replacementValue, value: "+1.5555550000"}'
    shown = desk.shown(hidden("contact.fax").replace("hidden: {}", instead))
    assert shown["contact", "C-1"] == msgspec.structs.replace(state["contact", "C-1"], fax=None)


@pytest.mark.clause("RFC 9022 §9")
@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        (["contact.email"], ["contact C-1, C-2: rdeContact:email"]),
        (["contact.city"], ["contact C-1, C-2: rdeContact:postalInfo/contact:addr/contact:city"]),
        (["domain.id"], ["domain one.example, two.example: rdeDomain:roid"]),
        (["registrar.city"], ["registrar R-1, R-2: rdeRegistrar:postalInfo/rdeRegistrar:addr/rdeRegistrar:city"]),
        (["transfer.reDate"], ["domain one.example: trnData/reDate"]),
        (["reseller.name"], ["domain one.example: name"]),
    ],
)
def test_what_a_deposit_has_to_have_and_may_not_is_told_with_the_objects_that_have_it(
    desk: Desk, keys: list[str], lines: list[str]
) -> None:
    result = desk.export(hidden(*keys))
    assert result.exit_code == 1
    for line in lines:
        assert f"{line}: it is withheld from law-enforcement, and a deposit has to have it" in result.output
    assert f"show {keys[0]} to law-enforcement" in result.output
    assert not list(desk.folder.glob("out*"))


def test_the_public_gets_no_deposit_of_a_registry_with_contacts(desk: Desk) -> None:
    result = desk.export("", PROFILE, "public")
    assert result.exit_code == 1
    assert "contact C-1, C-2: rdeContact:id: it is withheld from public" in result.output


def test_what_the_profile_does_not_speak_of_is_not_written(desk: Desk, state: Registry) -> None:
    shown = desk.shown("", THIN)
    assert {kind for kind, _ in shown} == {"registrar", "domain", "nndn", "idn_table"}
    one = shown["domain", "one.example"]
    assert isinstance(one, Domain)
    assert (one.contacts, one.secdns, one.transfer, one.ex_date) == ((), (), (), None)
    assert one.ns == state["domain", "one.example"].ns  # type: ignore[attr-defined]


THIN = """\
profile: mine
version: "1"
from: "2026-01-01"
bind: {tlds: ["*"], service: escrow}
disclosure: rules
parameters: {encoding: UTF-8, markup: XML, protocol: escrow}
objects:
  domain: [name, id, status, ns, registrarid]
  registrar: [registrarid, org]
texts:
  not-found: {domain: No., nameserver: No., address: No., registrar: No., entity: No.}
"""


@pytest.mark.clause("RFC 9022 §5.6")
def test_reserved_names_are_written_whole_unless_the_disclosure_rules_them(desk: Desk, state: Registry) -> None:
    reserved = state["nndn", "www.example"]
    shown = desk.shown("public: [nndn.aName, nndn.nameState, nndn.idnTableId]\n")
    assert shown["nndn", "www.example"] == msgspec.structs.replace(reserved, cr_date=None)
    result = desk.export("public: [nndn.aName]\n")
    assert result.exit_code == 1
    assert "nndn www.example: rdeNNDN:nameState: it is withheld" in result.output


def test_changes_are_made_under_the_same_rules(desk: Desk, state: Registry) -> None:
    asyncio.run(fill(desk.url, changed(state, without=(("domain", "two.example"),)), 2))
    asyncio.run(
        fill(desk.url, {**state, **registry(msgspec.structs.replace(state["contact", "C-2"], voice=None))}, 3)
    )
    result = desk.export(hidden("contact.fax"), PROFILE, "law-enforcement", "--type", "diff")
    assert result.exit_code == 0, result.output
    reading = read(desk.folder / "out.xml")
    found = {one.handle: one.fax for one in reading.values("contact") if isinstance(one, Contact)}
    assert found == {"C-2": None}
    assert [one.name for one in reading.values("domain") if isinstance(one, Domain)] == ["two.example"]


def test_an_audience_is_one_of_the_disclosure_and_of_the_profile(desk: Desk) -> None:
    result = desk.export("", PROFILE, "police")
    assert (result.exit_code, "'police' is no audience" in result.output) == (2, True)
    bound = PROFILE + "bind: {tlds: ['*'], service: escrow, audiences: [registry]}\n"
    result = desk.export("", bound)
    assert (result.exit_code, "is not for law-enforcement, but for registry" in result.output) == (2, True)


def test_where_nobody_sees_all_it_has_to_be_said_for_whom(desk: Desk) -> None:
    result = desk.export("audiences:\n  auditor: {includes: [public]}\n", PROFILE, "")
    assert result.exit_code == 2
    assert "no audience sees all that others see: say for whom, by --audience: " in result.output
    assert "auditor" in result.output
