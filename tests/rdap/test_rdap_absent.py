"""What a profile does not show, or a disclosure withholds, is absent over RDAP; nothing is put in its place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from directory.model.domain import SecDNS
from directory.model.graph import Graph
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, domain, host, sponsor
from tests.rdap.said import WITHHELD, Writer, answer

_SIGNED = GRAPHS["domain-dnssec"]
_UNSIGNED = GRAPHS["domain-minimal"]
_DS = "{each: dnssec, elements: [keyTag, alg, digestType, digest]}"


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


@pytest.mark.clause("RFC 9083 §5.3")
@pytest.mark.parametrize("graph", [_SIGNED, _UNSIGNED])
def test_a_profile_that_names_nothing_but_the_name_says_nothing_else(writer: Writer, graph: Graph) -> None:
    body = answer(writer.profile(), graph)
    about = {"rdapConformance", "lang", "notices", "events"}
    assert body.keys() - about == {"objectClassName", "ldhName", "links"}
    assert [each["eventAction"] for each in body["events"]] == ["last update of RDAP database"]


@pytest.mark.parametrize("declare", ["always", "held"])
@pytest.mark.parametrize("statuses", [(), ("ok",), ("clientHold",)])
def test_a_status_that_is_withheld_is_not_active(writer: Writer, statuses: tuple[str, ...], declare: str) -> None:
    graph = domain(Parts(statuses=statuses))
    profile = writer.profile("status", rules=f"domain.status: {WITHHELD}", declare=declare)
    body = answer(profile, graph)
    assert "status" not in body
    is_declared = declare == "always" or bool(statuses)
    assert [each["prePath"] for each in body.get("redacted", ())] == ["$.status"] * is_declared
    assert answer(profile, graph, "staff").get("status", []) == list(map(_rdap, statuses))


def _rdap(code: str) -> str:
    return {"ok": "active", "clientHold": "client hold"}[code]


def test_an_object_without_a_status_has_none(writer: Writer) -> None:
    profile = writer.profile("status", public="domain.status")
    assert "status" not in answer(profile, domain(Parts(statuses=())))
    assert answer(profile, domain(Parts(statuses=("ok",))))["status"] == ["active"]


@pytest.mark.clause("RFC 3915 §3.1")
def test_a_grace_period_does_not_bring_a_status_that_is_withheld(writer: Writer) -> None:
    graph = domain(Parts(statuses=("pendingDelete",), rgp=("redemptionPeriod",)))
    profile = writer.profile("status", "rgpStatus", public="domain.rgpStatus", rules=f"domain.status: {WITHHELD}")
    body = answer(profile, graph)
    assert body["status"] == ["redemption period"]
    assert [each.keys() & {"prePath", "postPath"} for each in body["redacted"]] == [set()]
    assert set(answer(profile, graph, "staff")["status"]) == {"pending delete", "redemption period"}


@pytest.mark.clause("gTLD RDAP Response Profile 2.9")
@pytest.mark.parametrize(
    ("items", "signed", "unsigned"),
    [
        ([], None, None),
        (["secDNS"], True, False),
        ([_DS], True, False),
        (["secDNS", _DS], True, False),
        (["{each: dnssec, elements: [maxSigLife]}"], True, None),
    ],
)
def test_whether_it_is_signed_is_told_as_far_as_the_profile_shows_it(
    writer: Writer, items: list[str], signed: bool | None, unsigned: bool | None
) -> None:
    profile = writer.profile(*items, public="dnssec.maxSigLife")
    found = [answer(profile, graph).get("secureDNS", {}) for graph in (_SIGNED, _UNSIGNED)]
    assert [each.get("delegationSigned") for each in found] == [signed, unsigned]
    assert ("dsData" in found[0]) is (_DS in items)


def test_records_of_which_nothing_is_shown_make_no_delegation_unsigned(writer: Writer) -> None:
    keys = "{each: dnssec, elements: [flags, protocol, keyAlg, pubKey]}"
    graph = domain(Parts(secdns=(SecDNS(12345, 13, 2, "AB" * 32),)))
    assert "secureDNS" not in answer(writer.profile(keys), graph)


def test_a_count_that_was_dropped_makes_no_delegation_unsigned(writer: Writer) -> None:
    """What breaks the profile is not shown, and not nought."""
    profile = writer.profile("{element: secDNS, length: {min: 2}}", parameters="violations: drop")
    assert "secureDNS" not in answer(profile, _SIGNED)
    assert "secureDNS" not in answer(profile, _UNSIGNED)


def test_the_longest_life_of_a_signature_that_is_withheld_has_its_path(writer: Writer) -> None:
    item = _DS.replace("digest]", "digest, maxSigLife]")
    profile = writer.profile("secDNS", item, rules=f"dnssec.maxSigLife: {WITHHELD}")
    body = answer(profile, _SIGNED)
    assert "maxSigLife" not in body["secureDNS"]
    (entry,) = body["redacted"]
    assert entry["prePath"] == "$.secureDNS.maxSigLife"
    assert answer(profile, _SIGNED, "staff")["secureDNS"]["maxSigLife"] == 604800


_REGISTRAR = "{each: registrar, elements: [org, gurid, url]}"
_PUBLIC = "registrar.org, registrar.url"


@pytest.mark.clause("gTLD RDAP Response Profile 4.3")
@pytest.mark.parametrize(
    ("item", "rule", "public", "known", "unknown"),
    [
        (_REGISTRAR, "", f"{_PUBLIC}, registrar.gurid", "9995", "not applicable"),
        (_REGISTRAR, f"registrar.gurid: {WITHHELD}", _PUBLIC, None, None),
        ("{each: registrar, elements: [org, url]}", "", _PUBLIC, None, None),
    ],
)
@pytest.mark.parametrize("declare", ["always", "held"])
def test_only_who_sees_every_number_is_told_that_there_is_none(
    writer: Writer, item: str, rule: str, public: str, known: str | None, unknown: str | None, declare: str
) -> None:
    profile = writer.profile(item, public=public, rules=rule, declare=declare)
    for number, handle in ((9995, known), (None, unknown)):
        (entity,) = answer(profile, domain(Parts(sponsor=sponsor(gurid=number))))["entities"]
        assert entity.get("handle") == handle
        assert ("publicIds" in entity) is (handle == "9995")
        path = "9995" if handle == "9995" else "Example%20Registrar%2C%20Inc."
        assert entity["links"][0]["href"] == f"{replies.BASE}entity/{path}"


def test_what_stands_for_a_registrars_name_leads_nowhere(writer: Writer) -> None:
    hidden = "{method: replacementValue, value: A firm of ours, description: Its name}"
    rule = f"registrar.org: {{show: [staff], hidden: {hidden}, source: test}}"
    text = writer.profile("{each: registrar, elements: [org]}", public="host.id", rules=rule)
    (entity,) = answer(text, _UNSIGNED)["entities"]
    assert entity["vcardArray"][1][1][3] == "A firm of ours"
    assert "links" not in entity


def test_no_list_of_an_answer_is_empty(writer: Writer) -> None:
    alone = msgspec.structs.replace(domain(Parts(statuses=())), sponsor=None)
    profile = writer.profile("ns", _REGISTRAR, "status", public=f"{_PUBLIC}, registrar.gurid, domain.status")
    body = answer(profile, alone)
    assert not {"entities", "nameservers", "status"} & body.keys()


@pytest.mark.clause("RFC 9083 §5.2")
def test_servers_of_which_a_profile_says_the_names_alone_are_there(writer: Writer) -> None:
    graph = domain(Parts(hosts=(host("ns1.example.test", "192.0.2.1"), "ns.provider.example")))
    body = answer(writer.profile("ns"), graph)
    names = ["ns1.example.test", "ns.provider.example"]
    assert body["nameservers"] == [{"objectClassName": "nameserver", "ldhName": name} for name in names]


@pytest.mark.clause("RFC 9022 §5.1.1.1")
def test_of_the_name_that_a_name_is_a_variant_of_no_relation_is_known(writer: Writer) -> None:
    rule = f"domain.idnTableId: {WITHHELD}"
    profile = writer.profile("originalName", "idnTableId", public="domain.originalName", rules=rule)
    body = answer(profile, GRAPHS["domain-idn"])
    assert body["variants"] == [{"variantNames": [{"ldhName": "primer.test"}]}]
    (entry,) = body["redacted"]
    assert entry["prePath"] == "$.variants[*].idnTable"
