"""EPP and RGP statuses as RDAP statuses (RFC 8056 §2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

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
_ALONGSIDE = _GRACE | {"active", "associated"}


@lru_cache(maxsize=4096)
def to_rdap(epp: tuple[str, ...], rgp: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The RDAP statuses of an object, none twice, of those that are shown. A code that is unknown is left out, for
    only registered values may be there (RFC 9083 §10.2.2).

    `active` stands alone but for grace periods (RFC 5731 §2.3), and what can only be while a delete is pending
    stands beside it (RFC 3915 §3.1), unless no EPP status is shown: then none is added.
    """
    found = dict.fromkeys(RDAP_STATUSES[code] for code in (*epp, *rgp) if code in RDAP_STATUSES)
    if epp and not _WITH_DELETE.isdisjoint(found):
        found["pending delete"] = None
    if "active" in found and not found.keys() <= _ALONGSIDE:
        del found["active"]
    return tuple(found)
