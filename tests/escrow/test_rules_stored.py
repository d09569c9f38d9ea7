"""What a store answers after a deposit was applied becomes findings with the codes of the rules."""

from __future__ import annotations

import pytest

from directory.escrow import namespace as ns
from directory.escrow.check import stored
from directory.escrow.check.level import Level
from directory.escrow.header import Header
from directory.store import references, tables
from directory.store.integrity import Seen, Sort
from directory.store.references import Dangling, Example, Reference

HEADER = Header("tld", "example", {ns.DOMAIN: 3, ns.HOST: 1, "urn:test:other": 9}, {ns.DOMAIN: 7, ns.HOST: 8})


def test_the_rules_know_every_reference_that_the_store_looks_at() -> None:
    looked_at = {(one.kind, str(one.field).strip("'"), one.target) for one in references._links()}
    roles = {("domain", role, "contact") for role in ("registrant", "admin", "tech", "billing")}
    assert (looked_at - {("domain", "domain_contacts.role", "contact")}) | roles == stored._REFERENCES.keys()


def test_the_rules_know_the_key_of_every_kind_in_the_store() -> None:
    for kind in tables.SHAPES:
        assert stored.doubled(kind, "x", Level.LENIENT).warning is False


@pytest.mark.clause("RFC 9022 §5.9")
def test_counts_are_those_of_the_repository_whatever_the_deposit_had() -> None:
    ((finding, _),) = stored.miscounted(HEADER, {"domain": 4, "host": 1}, Level.NORMAL)
    assert finding.code == "RDE_OBJECT_COUNT_MISMATCH"
    assert finding.message == "the header counts 3 objects of the kind domain, the repository has 4"
    assert (finding.line, finding.element, finding.warning) == (7, "rdeHeader:count", False)
    assert next(stored.miscounted(HEADER, {}, Level.LENIENT))[0].warning
    assert not list(stored.miscounted(HEADER, {"domain": 3, "host": 1, "contact": 5}, Level.STRICT))


@pytest.mark.clause("RFC 9022 §7")
def test_objects_of_extensions_are_counted_by_their_uri() -> None:
    ((finding, _),) = stored.miscounted(HEADER, {"domain": 3, "host": 1}, Level.NORMAL, {"urn:test:other": 8})
    assert finding.message == "the header counts 9 objects of urn:test:other, the repository has 8"


def test_counts_of_both_models_are_counts_of_one_kind() -> None:
    header = Header("tld", "example", {ns.DOMAIN: 2, ns.CSV_DOMAIN: 3}, {})
    assert not list(stored.miscounted(header, {"domain": 5}, Level.STRICT))


@pytest.mark.clause("RFC 9022 §8")
def test_a_dangling_reference_has_the_code_of_its_field() -> None:
    examples = (Example("one.example", "R-9"), Example("two.example", "R-9"))
    lost = [
        Dangling(Reference("domain", "cl_id", "registrar"), 12, examples),
        Dangling(Reference("domain", "tech", "contact"), 1, (Example("one.example", "C-9"),)),
        Dangling(Reference("extension", "owner", "contact"), 1, (Example("person C-9 00", "C-9"),)),
    ]
    found = [one for one, _ in stored.dangling(lost, Level.STRICT)]
    assert [one.code for one in found] == [
        "RDE_DOMAIN_HAS_INVALID_CLID",
        "RDE_DOMAIN_HAS_INVALID_CLID",
        "RDE_DOMAIN_HAS_MISSING_CONTACT",
        "",
    ]
    assert found[0].message == "there is no registrar 'R-9' in the repository"
    assert [times for _, times in stored.dangling(lost, Level.STRICT)] == [1, 11, 1, 1]
    assert found[2].place == "domain one.example"
    assert [one.warning for one in found] == [False, False, False, True]
    assert all(one.warning for one, _ in stored.dangling(lost, Level.NORMAL))


def test_a_clash_and_an_object_that_is_there_twice_refuse_at_every_level() -> None:
    for level in Level:
        ((clash, _),) = stored.clashing(Sort(1, (Seen("one.example", "one.example"),)), level)
        double = stored.doubled("registrar", "R-1", level, 9)
        assert (clash.code, clash.place) == ("RDE_NNDN_CONFLICTS_WITH_DOMAIN", "NNDN one.example")
        assert (double.code, double.place, double.line) == ("RDE_REGISTRAR_HAS_NON_UNIQUE_ID", "registrar R-1", 9)
        assert not clash.warning
        assert not double.warning
