"""Language tags: the grammar of RFC 5646, and of its registry what can be decided without it.

CLDR, which Babel brings, has every language of two letters, and no list of those is expected to grow (RFC 5646
§2.2.1); of the 8,000 languages of three letters it knows most but not all, so these are taken as they come, and so
are scripts and variants. Names of four to eight letters are reserved, and none has been registered.

So the format asks that a tag be well-formed (§2.2.9), and that a language of two letters and a region be known:
`zz` and `en-ZQ` are refused, `qqz`, `zh-Abcd` and `en-banana` pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from directory.errors import BadValue
from directory.profile.formats import country

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-[a-z]{4})?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?\Z"
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+\Z")
_GRANDFATHERED = frozenset(
    "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu "
    "sgn-be-fr sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan "
    "zh-xiang".split()
)


@cache
def _two_letters() -> frozenset[str]:
    """The languages of two letters, those included that newer codes replaced."""
    from babel import Locale
    from babel.core import get_global

    known: Iterable[str] = (*Locale("en").languages, *get_global("language_aliases"))
    return frozenset(code for code in known if len(code) == 2)


def tag(value: str) -> None:
    """A well-formed tag in any case, whose language and region are known where that can be decided (RFC 5646)."""
    lower = value.lower()
    if not value.isascii():
        raise BadValue(f"{value!r} is no language tag", "RFC 5646 §2.1")
    if lower in _GRANDFATHERED or _PRIVATE.match(lower):
        return
    match = _TAG.match(lower)
    if not match:
        raise BadValue(f"{value!r} is no language tag", "RFC 5646 §2.1")
    _known_language(value, match["language"])
    region = (match["region"] or "").upper()
    if region.isalpha() and region not in _regions() and not country.of_users(region):
        raise BadValue(f"{value!r}: {region} is no region", "RFC 5646 §2.2.4")
    _once(value, match["variants"].split("-")[1:], "variant", "RFC 5646 §2.2.5")
    singletons = [part for part in match["extensions"].split("-") if len(part) == 1]
    _once(value, singletons, "extension", "RFC 5646 §2.2.6")


def _known_language(value: str, subtags: str) -> None:
    """Refuses a language that cannot be in the registry; what follows the first subtag extends it."""
    language, *extended = subtags.split("-")
    if len(language) > 3 or (len(language) == 2 and language not in _two_letters()):
        raise BadValue(f"{value!r}: {language} is the code of no language", "RFC 5646 §2.2.1")
    if len(extended) > 1:
        raise BadValue(f"{value!r} has two extended languages", "RFC 5646 §2.2.2")


@cache
def _regions() -> frozenset[str]:
    """The countries, and the reserved and withdrawn codes that are regions all the same; but UK never was one."""
    return (country.assigned() | country.RESERVED | country.WITHDRAWN) - {"UK"}


def _once(value: str, subtags: list[str], what: str, rule: str) -> None:
    for place, subtag in enumerate(subtags):
        if subtag in subtags[:place]:
            raise BadValue(f"{value!r} has the {what} {subtag} twice", rule)
