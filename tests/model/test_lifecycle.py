"""What happened to a domain shows in its versions (SAC054 §3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from directory.model.base import Instant, Status
from directory.model.domain import ContactLink, Domain, NameServer
from directory.model.lifecycle import Kind, Version, events

_NOW = Instant("2026-06-01T00:00:00Z")


def day(number: int, month: int = 1) -> Instant:
    return Instant(f"2026-{month:02}-{number:02}T00:00:00Z")


_BASE = Domain(
    name="one.example", u_name=None, roid="D1-EXAMPLE", idn_table=None, original_name=None, cl_id="R-1",
    cr_rr="R-1", cr_client=None, cr_date=Instant("2020-01-01T00:00:00Z"), ex_date=Instant("2027-01-01T00:00:00Z"),
    up_rr=None,
    up_client=None, up_date=None, tr_date=None, max_sig_life=None, statuses=(Status("ok"),), rgp=(),
    contacts=(ContactLink("registrant", "c-1"),), ns=(NameServer("ns1.one.example", "object"),),
    ns_addresses=(), secdns=(), transfer=(),
)  # fmt: skip


def versions(*changes: dict[str, Any], last: Instant | None = None) -> list[Version]:
    """A version for each day, each with its changes over the one before."""
    domain = _BASE
    found = []
    for number, change in enumerate(({}, *changes), 1):
        domain = msgspec.structs.replace(domain, **change)
        until = day(number + 1) if number <= len(changes) else last
        found.append(Version(domain, day(number), until, f"d{number}", f"d{number + 1}"))
    return found


def told(*changes: dict[str, Any], last: Instant | None = None) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.at[:10], each.seen) for each in events(versions(*changes, last=last), _NOW)]


_CREATED = ("create", "2020-01-01", "d1")


@pytest.mark.clause("SAC054 §3.1")
def test_the_first_version_tells_of_the_creation() -> None:
    assert told() == [_CREATED]


@pytest.mark.clause("SAC054 §3.3")
def test_a_later_expiry_date_is_a_renewal_and_an_earlier_one_is_not() -> None:
    later, earlier = Instant("2028-01-01T00:00:00Z"), Instant("2026-12-01T00:00:00Z")
    assert told({"ex_date": later}) == [_CREATED, ("renew", "2026-01-02", "d2")]
    assert told({"ex_date": earlier}) == [_CREATED, ("update", "2026-01-02", "d2")]


@pytest.mark.clause("SAC054 §3.4")
def test_another_registrar_is_a_transfer_at_its_date_with_the_hosts_that_moved_along() -> None:
    change = {
        "cl_id": "R-2",
        "tr_date": Instant("2026-01-01T18:00:00Z"),
        "up_date": Instant("2026-01-01T18:00:00Z"),
    }
    asked = []

    def moved(*arguments: str) -> list[str]:
        asked.append(arguments)
        return ["ns1.one.example"]

    _, transfer = events(versions(change), _NOW, moved)
    assert (transfer.kind, transfer.at, transfer.hosts) == (Kind.TRANSFER, change["tr_date"], ("ns1.one.example",))
    assert [(each.element, each.before, each.after) for each in transfer.changes] == [
        ("domain.registrarid", ("R-1",), ("R-2",))
    ]
    assert asked == [("one.example", "R-1", "R-2", day(2))]


@pytest.mark.clause("SAC054 §3.4")
def test_another_registrant_is_a_change_of_holder() -> None:
    assert told({"contacts": (ContactLink("registrant", "c-2"),)}) == [
        _CREATED, ("change of holder", "2026-01-02", "d2"),
    ]  # fmt: skip


@pytest.mark.clause("SAC054 §3.2")
def test_any_other_difference_is_an_update_at_its_date() -> None:
    change = {"ns": (NameServer("ns9.example.net", "object"),), "up_date": Instant("2026-01-01T09:00:00Z")}
    assert told(change) == [_CREATED, ("update", "2026-01-01", "d2")]


@pytest.mark.clause("RFC 3915 §3.1")
@pytest.mark.clause("SAC054 §3.5")
def test_a_deletion_runs_through_redemption_to_the_release() -> None:
    gone = {"statuses": (Status("pendingDelete"),), "rgp": (Status("redemptionPeriod"),)}
    assert told(gone, last=day(9)) == [
        _CREATED,
        ("grace period", "2026-01-02", "d2"),
        ("delete", "2026-01-02", "d2"),
        ("update", "2026-01-02", "d2"),
        ("release", "2026-01-09", "d3"),
    ]


@pytest.mark.clause("SAC054 §3.5")
def test_a_name_that_vanishes_was_deleted_and_released() -> None:
    assert told(last=day(9)) == [_CREATED, ("delete", "2026-01-09", "d2"), ("release", "2026-01-09", "d2")]


def test_a_name_that_is_registered_anew_has_two_lives() -> None:
    first, second = versions({"roid": "D2-EXAMPLE", "cr_date": day(2)})
    found = [each.kind.value for each in events([first, second], _NOW)]
    assert found == ["create", "delete", "release", "create"]


def test_a_name_that_comes_back_with_its_old_date_is_there_again_after_it_was_gone() -> None:
    first, _, back = versions({}, {}, last=None)
    kinds = [each.kind.value for each in events([first, back], _NOW)]
    assert kinds == ["create", "delete", "release", "create"]
    assert events([first, back], _NOW)[-1].at == day(3)


def test_a_registration_that_runs_out_expires_at_its_date_and_once() -> None:
    short = {"ex_date": Instant("2026-01-02T12:00:00Z")}
    kinds = told(short, {"statuses": (Status("clientHold"),)})
    assert kinds.count(("expiry", "2026-01-02", "d2")) == 1
    assert not [each for each in told({"ex_date": Instant("2026-12-01T00:00:00Z")}) if each[0] == "expiry"]
