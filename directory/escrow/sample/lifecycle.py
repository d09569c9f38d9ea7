"""Where a domain is in its life: dates, statuses, grace periods, transfers (RFC 5731 §2.3, RFC 3915 §3.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from directory.escrow.sample.dates import OLDEST, Calendar, in_year
from directory.escrow.sample.shape import Choice, Draw

ADD_DAYS = 5
AUTO_RENEW_DAYS = 45

# Legal beside each other under RFC 5731 §2.3; nothing at all reads `ok`, which stands alone.
_STATUSES = Choice.of(
    (
        ("", 393),
        ("clientTransferProhibited", 300),
        ("clientTransferProhibited clientUpdateProhibited", 60),
        ("clientDeleteProhibited clientTransferProhibited clientUpdateProhibited", 170),
        (
            "clientDeleteProhibited clientRenewProhibited clientTransferProhibited clientUpdateProhibited",
            30,
        ),
        ("clientUpdateProhibited", 15),
        ("clientHold clientTransferProhibited", 7),
        ("clientHold", 4),
        ("serverTransferProhibited", 8),
        ("serverDeleteProhibited serverTransferProhibited serverUpdateProhibited", 8),
        ("serverHold", 3),
        ("serverHold serverTransferProhibited", 2),
    )
)
_REDEMPTION = Choice.of((("redemptionPeriod", 6), ("pendingDelete", 3), ("pendingRestore", 1)))


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer, pending or done: who asked and who acts or acted (RFC 9022 §5.1.1.1)."""

    status: str
    gaining: bool
    asked: str
    acted: str


@dataclass(frozen=True, slots=True)
class Life:
    """One domain's history, as far as its object tells it. `age` is days since creation."""

    age: int
    created: str
    expires: str
    updated: str | None
    statuses: tuple[str, ...]
    grace: tuple[str, ...] = ()
    transfer: Transfer | None = None


def live(calendar: Calendar, draw: Draw) -> Life:
    """The life of a domain. First the rare turns, then the ordinary course."""
    chance = draw[0]
    for limit, turn in _TURNS:
        if chance < limit:
            return turn(calendar, draw)
    return _ordinary(calendar, draw)


@cache  # one entry for each choice above
def _set(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _years_ahead(draw: Draw) -> int:
    number = draw[2]
    return 0 if number < 49000 else 1 if number < 57000 else 2 if number < 62000 else 3 + number % 6


def _updated(calendar: Calendar, draw: Draw, latest: int) -> str | None:
    """An update between `latest` days ago and yesterday; most domains never had one."""
    if draw[3] > 29500 or latest < 1:
        return None
    return calendar.ago(1 + draw[4] * latest // 65536, draw[5])


def _age(draw: Draw, least: int) -> int:
    """Days since creation: many young domains, some as old as the registry."""
    chance = draw[1] / 65536.0
    return least + int(chance * chance * (OLDEST - least))


def _expires(calendar: Calendar, created: str, years: int) -> str:
    anniversary = calendar.next_anniversary(created)
    return in_year(anniversary, int(anniversary[:4]) + years) if years else anniversary


def _ordinary(calendar: Calendar, draw: Draw) -> Life:
    age = _age(draw, ADD_DAYS + 1)
    created = calendar.ago(age, draw[6])
    years = _years_ahead(draw)
    expires = _expires(calendar, created, years)
    grace: tuple[str, ...] = ()
    if not years and age > AUTO_RENEW_DAYS and draw[7] < 40000:
        # The registry renewed it at its last anniversary; the sponsor may still take that back.
        last = in_year(expires, int(expires[:4]) - 1)
        if last > created and last > calendar.ago(AUTO_RENEW_DAYS, 0):
            grace = ("autoRenewPeriod",)
    statuses = _set(_STATUSES.take(draw[8]))
    return Life(age, created, expires, _updated(calendar, draw, age - 1), statuses, grace)


def _new(calendar: Calendar, draw: Draw) -> Life:
    age = 1 + draw[1] % (ADD_DAYS - 1)
    created = calendar.ago(age, draw[6])
    expires = _expires(calendar, created, _years_ahead(draw))
    updated = _updated(calendar, draw, age - 1)
    return Life(age, created, expires, updated, _set(_STATUSES.take(draw[8])), ("addPeriod",))


def _renewed(calendar: Calendar, draw: Draw) -> Life:
    age = _age(draw, 30)
    created = calendar.ago(age, draw[6])
    expires = _expires(calendar, created, 1 + draw[2] % 5)
    updated = calendar.ago(1 + draw[4] % (ADD_DAYS - 1), draw[5])
    return Life(age, created, expires, updated, _set(_STATUSES.take(draw[8])), ("renewPeriod",))


def _transferred(calendar: Calendar, draw: Draw) -> Life:
    """Moved to its sponsor some time ago; not within sixty days of its creation."""
    age = _age(draw, 90)
    created = calendar.ago(age, draw[6])
    recent = draw[9] < 7000
    acted = 1 + (draw[10] % (ADD_DAYS - 1) if recent else draw[10] * (age - 70) // 65536)
    status = "clientApproved" if draw[11] < 50000 else "serverApproved"
    asked = calendar.ago(acted + 1 + draw[12] % 5, draw[13])
    transfer = Transfer(status, True, asked, calendar.ago(acted, draw[14]))
    return Life(
        age, created, _expires(calendar, created, _years_ahead(draw)), _updated(calendar, draw, acted - 1),
        _set(_STATUSES.take(draw[8])), ("transferPeriod",) if acted < ADD_DAYS else (), transfer,
    )  # fmt: skip


def _moving(calendar: Calendar, draw: Draw) -> Life:
    """Asked for by another registrar. `pendingTransfer` excludes transfer prohibitions (RFC 5731 §2.3)."""
    age = _age(draw, 90)
    created = calendar.ago(age, draw[6])
    asked = 1 + draw[10] % 4
    # Until then the losing registrar may object; after that the registry decides.
    deadline = calendar.ago(asked - 5, draw[13])
    transfer = Transfer("pending", False, calendar.ago(asked, draw[13]), deadline)
    statuses = ("pendingTransfer",) if draw[11] < 50000 else ("clientDeleteProhibited", "pendingTransfer")
    expires = _expires(calendar, created, _years_ahead(draw))
    return Life(age, created, expires, _updated(calendar, draw, age - 1), statuses, (), transfer)


def _deleting(calendar: Calendar, draw: Draw) -> Life:
    """Expired, not renewed, deleted: in redemption, about to be purged, or being restored (RFC 3915)."""
    expired = 46 + draw[1] % 33
    years = 1 + draw[2] % 12
    expires = calendar.ago(expired, draw[6])
    created = in_year(expires, int(expires[:4]) - years)
    grace = _REDEMPTION.take(draw[9])
    since = {"redemptionPeriod": 1 + draw[10] % 29, "pendingDelete": 31 + draw[10] % 4}
    updated = calendar.ago(since.get(grace, 1 + draw[10] % 6), draw[5])
    statuses = ("pendingDelete", "serverHold") if draw[11] < 40000 else ("pendingDelete",)
    return Life(years * 365 + expired, created, expires, updated, statuses, (grace,))


# Limits on a number of 16 bits, each with the turn taken below it.
_TURNS: tuple[tuple[int, Callable[[Calendar, Draw], Life]], ...] = (
    (655, _deleting),
    (655 + 200, _moving),
    (655 + 200 + 2600, _transferred),
    (655 + 200 + 2600 + 655, _new),
    (655 + 200 + 2600 + 655 + 330, _renewed),
)
