"""EPP and RGP statuses as RDAP statuses (RFC 8056 §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory.model.format import EPP_STATUSES

_DIRECT = {
    "ok": "active",
    "linked": "associated",
    # Registrars have statuses of RFC 9022 §5.4.1; the nearest registered values of RFC 9083 §10.2.2.
    "readonly": "locked",
    "terminated": "inactive",
}


def _words(code: str) -> str:
    """The rule of RFC 8056 §2 for all others: camel case becomes words in lower case."""
    return "".join(f" {char.lower()}" if char.isupper() else char for char in code)


RDAP_STATUSES: Mapping[str, str] = {
    code: _DIRECT.get(code, _words(code))
    for kind in ("domain", "host", "contact", "registrar", "rgp")
    for code in sorted(EPP_STATUSES[kind])
}
"""The one RDAP status of each code (RFC 8056 §1)."""

_GRACE = frozenset({"add period", "auto renew period", "renew period", "transfer period"})
_WITH_DELETE = frozenset({"redemption period", "pending restore"})


def to_rdap(epp: Iterable[str], rgp: Iterable[str] = ()) -> list[str]:
    """The RDAP statuses of an object, none twice. A code that is unknown is not shown, for only registered
    values may be (RFC 9083 §10.2.2).

    `active` stands alone but for grace periods (RFC 5731 §2.3), and what can only be while a delete is pending
    stands beside it (RFC 3915 §3.1).
    """
    found = dict.fromkeys(RDAP_STATUSES[code] for code in (*epp, *rgp) if code in RDAP_STATUSES)
    if len(found) > 1:
        if "active" in found and not found.keys() <= _ALONGSIDE:
            del found["active"]
        if not _WITH_DELETE.isdisjoint(found):
            found["pending delete"] = None
    elif not _WITH_DELETE.isdisjoint(found):
        found["pending delete"] = None
    return list(found)


_ALONGSIDE = _GRACE | {"active", "associated"}
