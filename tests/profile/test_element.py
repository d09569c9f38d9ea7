"""The table of accessors and the catalogue are two lists of the same elements."""

from __future__ import annotations

import pytest

from directory.profile.element import ACCESSORS, accessor
from tests.profile import replies
from tests.profile.objects import GRAPHS, Parts, domain


def _stored() -> set[tuple[str, str]]:
    """What the catalogue knows, without what is never stored and what extensions declare."""
    catalogue = replies.catalogue()
    return {
        (element.table, element.short)
        for element in catalogue
        if not element.never and not catalogue.tables[element.table].extension and element.table != "trademark"
    }


@pytest.mark.clause("SAC054 §4")
def test_every_element_of_the_model_has_an_accessor_and_every_accessor_an_element() -> None:
    assert _stored() - set(ACCESSORS) == set()
    assert set(ACCESSORS) - _stored() == set()


@pytest.mark.clause("SAC054 §4")
def test_no_accessor_reads_what_is_never_stored() -> None:
    never = [element for element in replies.catalogue() if element.never]
    assert [element.key for element in never] == ["registrar.authInfo"]
    assert not [element.key for element in never if accessor(element.table, element.short, element.origin)]


def test_an_element_that_an_extension_declares_needs_no_code() -> None:
    declared = [
        element
        for element in replies.catalogue()
        if replies.catalogue().tables[element.table].extension or element.table == "trademark"
    ]
    assert {"reseller.name", "trademark.number"} <= {element.key for element in declared}
    assert all(accessor(element.table, element.short, element.origin) for element in declared)


def test_the_accessors_of_a_domain_read_what_the_object_holds() -> None:
    graph = GRAPHS["domain-full"]

    def read(short: str) -> tuple[str, ...]:
        return ACCESSORS["domain", short](graph)

    assert read("name") == ("example.test",)
    assert read("id") == ("D1-EXAMPLE",)
    assert read("registrant") == ("sh-1",)
    assert read("ns") == ("ns1.example.test", "ns2.example.test", "ns.provider.example", "ns2.provider.example")
    assert read("secDNS") == ("1",)
    assert read("reseller") == ("1",)
    assert read("trDate") == ("2010-11-12T13:14:15Z",)
    assert read("uName") == ()


@pytest.mark.clause("RFC 3915 §3.1")
def test_an_rgp_state_that_is_an_epp_status_too_is_said_once() -> None:
    both = domain(Parts(statuses=("pendingDelete",), rgp=("pendingDelete",)))
    alone = domain(Parts(statuses=("ok",), rgp=("pendingDelete", "addPeriod")))
    assert ACCESSORS["domain", "rgpStatus"](both) == ()
    assert ACCESSORS["domain", "rgpStatus"](alone) == ("pendingDelete", "addPeriod")
