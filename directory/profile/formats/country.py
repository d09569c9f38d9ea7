"""Country codes: which of the two-letter codes ISO 3166-1 has assigned.

Babel brings CLDR's territories, which are the assigned codes and others besides: codes that ISO 3166 reserves at
someone's wish (EU, UK, IC), and codes from the range left to users (XK, which CLDR takes for Kosovo, and its own
pseudo-regions XA, XB and QO). Neither kind is assigned. A registry that has contacts in Kosovo says so in its
profile by what it does about a value that does not fit.
"""

from __future__ import annotations

import re
from functools import cache

from directory.errors import BadValue

_RULE = "ISO 3166-1 alpha-2"
RESERVED = frozenset("AC CP CQ DG EA EU EZ FX IC SU TA UK UN".split())
"""Exceptionally reserved by the ISO 3166 Maintenance Agency."""
WITHDRAWN = frozenset("AN BU CS DD NT TP YD YU ZR".split())
"""Once assigned (ISO 3166-3)."""
_USERS = re.compile(r"(?:AA|Q[M-Z]|X[A-Z]|ZZ)\Z")
_INSTEAD = {"UK": "GB", "EL": "GR"}


@cache
def assigned() -> frozenset[str]:
    """The codes that are assigned to a country or territory. Babel takes 50 ms to load, once."""
    from babel import Locale

    territories = map(str, Locale("en").territories)  # groupings such as 419 have three digits
    return frozenset(
        code for code in territories if len(code) == 2 and code not in RESERVED and not of_users(code)
    )


def of_users(code: str) -> bool:
    """Whether the code is of those that everybody may use as he likes."""
    return _USERS.match(code) is not None


def country(value: str) -> None:
    """An assigned two-letter code in upper case."""
    if value in assigned():
        return
    hint = _INSTEAD.get(value) or (value.upper() if value.upper() in assigned() else "")
    raise BadValue(f"{value!r} {_why(value)}" + (f": write {hint}" if hint else ""), _RULE)


def _why(code: str) -> str:
    if code in RESERVED:
        return "is a reserved code and no country's"
    if of_users(code):
        return "is a code left to users and no country's"
    if code in WITHDRAWN:
        return "is a code that was withdrawn"
    return "is no country's code"
