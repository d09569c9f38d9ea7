"""What happened to a domain, told from its versions: the events of its life cycle (SAC054 §3).

A deposit says how things are, not what was done. What was done shows in the difference between one version and
the next: a later expiry date is a renewal, another registrar a transfer, another registrant a change of holder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from directory.model.base import Instant
from directory.model.domain import Domain
from directory.model.format import moment


class Kind(StrEnum):
    """The events of SAC054 §3, and those that RFC 3915 and §3.3 tell between them."""

    CREATE = "create"
    UPDATE = "update"
    RENEW = "renew"
    TRANSFER = "registrar transfer"
    HOLDER = "change of holder"
    EXPIRY = "expiry"
    GRACE = "grace period"
    DELETE = "delete"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Version:
    """A domain as it was from a watermark on, up to another or until now (None); `seen` names the deposit that
    brought it, `gone` the one that ended it."""

    domain: Domain
    since: Instant
    until: Instant | None
    seen: str
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An element with its values before and after."""

    element: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `at` is when, as the registry's dates say, else the watermark at which it was seen;
    `seen` the deposit that shows it. `hosts` are those that moved along with a transfer."""

    kind: Kind
    at: Instant
    seen: str
    changes: tuple[Change, ...] = ()
    hosts: tuple[str, ...] = ()


Moved = Callable[[str, str, str, Instant], Sequence[str]]
"""Gives the hosts below a name that went from one registrar to another at a watermark."""

_GRACE = ("addPeriod", "autoRenewPeriod", "renewPeriod", "transferPeriod", "redemptionPeriod", "pendingRestore")
"""The grace periods of RFC 3915 §3.1; pendingDelete is the deletion itself."""


def events(versions: Sequence[Version], now: Instant, moved: Moved = lambda *_: ()) -> list[Event]:
    """The events of a name, in their order, from its versions in theirs: of one registration after the other."""
    told: list[Event] = []
    found: list[Event] = []
    before: Version | None = None
    for version in versions:
        if before is not None and _is_other(before, version):
            told += _in_order([*found, *_end(before)])
            found = [*_begin(version, before)]
        else:
            found += _begin(version) if before is None else _between(before, version, moved)
        found += _expiry(version, now)
        before = version
    if before is not None and before.until is not None:
        found += _end(before)
    return [*told, *_in_order(found)]


def _in_order(found: Sequence[Event]) -> list[Event]:
    return sorted(found, key=lambda event: moment(event.at))


def _is_other(before: Version, after: Version) -> bool:
    """Whether a name was registered anew: another object, or one that came back after it was gone."""
    return before.domain.roid != after.domain.roid or before.until != after.since


def _begin(version: Version, before: Version | None = None) -> Iterator[Event]:
    """A registration that is new, or that came back with its old date after the name was gone."""
    domain = version.domain
    at = domain.cr_date or version.since
    if before is not None and before.until is not None and moment(at) < moment(before.until):
        at = version.since
    created = Change("domain.registrarid", (), _one(domain.cl_id))
    yield Event(Kind.CREATE, at, version.seen, (created,))
    yield from _graces((), _codes(domain), version)
    if _is_deleted(domain):
        yield Event(Kind.DELETE, version.since, version.seen)


def _end(version: Version) -> Iterator[Event]:
    """A name that is no longer there was released; that it was deleted shows before, or only now."""
    assert version.until is not None
    if not _is_deleted(version.domain):
        yield Event(Kind.DELETE, version.until, version.gone)
    yield Event(Kind.RELEASE, version.until, version.gone)


def _between(before: Version, after: Version, moved: Moved) -> Iterator[Event]:
    """What happened between two versions."""
    old, new = before.domain, after.domain
    changes = {change.element: change for change in _changes(old, new)}
    updated = new.up_date if new.up_date and new.up_date != old.up_date else after.since
    if "domain.registrarid" in changes:
        at = new.tr_date if new.tr_date and new.tr_date != old.tr_date else updated
        hosts = tuple(moved(new.name, old.cl_id or "", new.cl_id or "", after.since))
        yield Event(Kind.TRANSFER, at, after.seen, (changes.pop("domain.registrarid"),), hosts)
        changes.pop("domain.trDate", None)
    expiry = changes.pop("domain.exDate", None)
    if expiry is not None:
        is_later = bool(old.ex_date and new.ex_date and moment(new.ex_date) > moment(old.ex_date))
        yield Event(Kind.RENEW if is_later else Kind.UPDATE, updated, after.seen, (expiry,))
    holder = changes.pop("domain.registrant", None)
    if holder is not None:
        yield Event(Kind.HOLDER, updated, after.seen, (holder,))
    yield from _graces(_codes(old), _codes(new), after)
    changes.pop("domain.rgpStatus", None)
    if _is_deleted(new) and not _is_deleted(old):
        yield Event(Kind.DELETE, updated, after.seen)
    changes.pop("domain.upDate", None)
    if changes:
        yield Event(Kind.UPDATE, updated, after.seen, tuple(changes.values()))


def _graces(old: Sequence[str], new: Sequence[str], version: Version) -> Iterator[Event]:
    for code in new:
        if code in _GRACE and code not in old:
            change = Change("domain.rgpStatus", (), (code,))
            yield Event(Kind.GRACE, version.since, version.seen, (change,))


def _expiry(version: Version, now: Instant) -> Iterator[Event]:
    """A registration that ran out while this version held."""
    date = version.domain.ex_date
    if date is None:
        return
    end = version.until or now
    if moment(version.since) <= moment(date) < moment(end):
        change = Change("domain.exDate", (), (date,))
        yield Event(Kind.EXPIRY, date, version.seen, (change,))


def _is_deleted(domain: Domain) -> bool:
    return any(status.code == "pendingDelete" for status in (*domain.statuses, *domain.rgp))


def _codes(domain: Domain) -> tuple[str, ...]:
    return tuple(status.code for status in domain.rgp)


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _contacts(domain: Domain, role: str) -> tuple[str, ...]:
    return tuple(link.contact for link in domain.contacts if link.role == role)


_ELEMENTS: dict[str, Callable[[Domain], tuple[str, ...]]] = {
    "domain.registrarid": lambda domain: _one(domain.cl_id),
    "domain.registrant": lambda domain: _contacts(domain, "registrant"),
    "domain.admin": lambda domain: _contacts(domain, "admin"),
    "domain.tech": lambda domain: _contacts(domain, "tech"),
    "domain.billing": lambda domain: _contacts(domain, "billing"),
    "domain.status": lambda domain: tuple(sorted(status.code for status in domain.statuses)),
    "domain.rgpStatus": _codes,
    "domain.ns": lambda domain: tuple(server.host for server in domain.ns),
    "domain.secDNS": lambda domain: tuple(
        sorted(record.digest or record.pub_key or "" for record in domain.secdns)
    ),
    "domain.exDate": lambda domain: _one(domain.ex_date),
    "domain.crDate": lambda domain: _one(domain.cr_date),
    "domain.upDate": lambda domain: _one(domain.up_date),
    "domain.trDate": lambda domain: _one(domain.tr_date),
    "domain.uName": lambda domain: _one(domain.u_name),
    "domain.idnTableId": lambda domain: _one(domain.idn_table),
    "domain.originalName": lambda domain: _one(domain.original_name),
}


def _changes(old: Domain, new: Domain) -> Iterator[Change]:
    for element, values in _ELEMENTS.items():
        before, after = values(old), values(new)
        if before != after:
            yield Change(element, before, after)
