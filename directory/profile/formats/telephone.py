"""Telephone numbers: E.164 as EPP writes it, `+CC.digits`, and E.123 as people read it.

`phonenumbers` is asked only which country codes there are and how the digits of a number are grouped. Whether a
number can exist it judges by the numbering plans of its own release: it would refuse numbers of a range opened
since, and all that are kept for examples (+1 555).
"""

from __future__ import annotations

import re
from functools import cache

from directory.errors import BadValue
from directory.model import format as form

_RULE = "ITU-T E.164"
_MAX_DIGITS = 15
_NOT_DIGITS = re.compile(r"[^0-9]+")
_EPP = re.compile(r"\+([0-9]{1,3})\.([0-9]{1,14})\Z")
_UNKNOWN_TO_LIBRARY = frozenset({"379"})
"""Codes that the ITU assigned and no numbering plan uses: the Vatican's, which is reached through Italy's."""


@cache
def _country_codes() -> frozenset[str]:
    """The assigned country codes. The import takes 40 ms, which only who has telephone numbers pays, once."""
    import phonenumbers

    return _UNKNOWN_TO_LIBRARY.union(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


def number(value: str) -> None:
    """An international number, 15 digits at most, with an assigned country code (ITU-T E.164, RFC 5733 §2.5)."""
    form.phone(value)
    code, _, national = value[1:].partition(".")
    if len(code) + len(national) > _MAX_DIGITS:
        raise BadValue(f"{value!r} has more than {_MAX_DIGITS} digits", _RULE)
    if code not in _country_codes():
        raise BadValue(f"{value!r}: +{code} is no assigned country code", _RULE)


def display(value: str) -> str:
    """The number in groups, `+34 911 23 45 67`, spaces only (ITU-T E.123); the value itself if it is no number.

    The digits are never others than the value's: where the library does not know the plan, only the country code
    stands apart.
    """
    match = _EPP.match(value)
    if not match:
        return value
    import phonenumbers

    code, national = match.groups()
    zeros = len(national) - len(national.lstrip("0") or "0")
    parsed = phonenumbers.PhoneNumber(
        country_code=int(code),
        national_number=int(national),
        italian_leading_zero=zeros > 0,
        number_of_leading_zeros=zeros or None,
    )
    # The library hyphenates where a country does at home; E.123 has spaces only between countries.
    grouped = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    groups = _NOT_DIGITS.split(grouped.removeprefix("+"))
    return f"+{' '.join(groups)}" if "".join(groups) == code + national else f"+{code} {national}"
