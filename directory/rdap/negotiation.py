"""What a client would rather have: media types and languages (RFC 9110 §12.4.2, §12.5.1, §12.5.4).

Nothing here is refused: what cannot be understood is passed over, and whoever asks for what is not offered gets
RDAP (RFC 7480 §4.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from directory.errors import BadValue
from directory.model import format as text_format

MEDIA_TYPE = "application/rdap+json"
RDAP_TYPES = (MEDIA_TYPE, "application/json")
"""What means RDAP where it is asked for by name (RFC 7480 §4.2)."""

_LONGEST_FIELD = 1024
_MOST_MEMBERS = 64
_MOST_LANGUAGES = 10
_LONGEST_TAG = 35  # RFC 5646 §4.4.1
_REMEMBERED = 256

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PARAMETER = rf";[ \t]*+(?:({_TOKEN})=({_TOKEN}|{_QUOTED})[ \t]*+)?+"
_PARAMETERS = re.compile(_PARAMETER)
_MEMBER = re.compile(rf"[ \t]*+(?P<word>[^\s,;\"]*+)[ \t]*+(?P<parameters>(?:{_PARAMETER})*+)(?:,|\Z)")
_QVALUE = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def weighted(field: str) -> Iterator[tuple[str, float]]:
    """The members of a list with their weights (RFC 9110 §12.4.2), in small letters and without parameters; those
    that are malformed left out, and those beyond a bound."""
    at = 0
    for _ in range(_MOST_MEMBERS):
        if at >= len(field):
            return
        member = _MEMBER.match(field, at)
        if member is None:
            at = field.find(",", at) + 1
            if not at:
                return
            continue
        at = member.end()
        weight = _weight(member["parameters"])
        if member["word"] and weight is not None:
            yield member["word"].lower(), weight


def _weight(parameters: str) -> float | None:
    """The weight among parameters, 1 if there is none; None for a malformed one."""
    for name, value in _PARAMETERS.findall(parameters):
        if name in ("q", "Q"):
            return float(value) if _QVALUE.fullmatch(value) else None
    return 1.0


def media_types(offered: Sequence[str]) -> Callable[[str], str]:
    """A function from an Accept field to the media type of `offered` that it prefers to RDAP, empty for RDAP.

    What is offered beside RDAP has to be named, and to weigh more: a wildcard, or a tie, means RDAP. Parameters
    make no difference. The function remembers the last fields that it saw: clients send few different ones.
    """

    @lru_cache(_REMEMBERED)
    def choose(field: str) -> str:
        named: dict[str, float] = {}
        for media_range, weight in weighted(field):
            named[media_range] = max(weight, named.get(media_range, 0.0))
        best = max(offered, key=lambda each: named.get(each, 0.0))
        rdap = max(_weight_of(each, named) for each in RDAP_TYPES)
        return best if named.get(best, 0.0) > rdap else ""

    return lambda field: choose(field) if offered and len(field) <= _LONGEST_FIELD else ""


def _weight_of(media_type: str, named: dict[str, float]) -> float:
    """The weight of a media type: that of the most specific range that it is in (RFC 9110 §12.5.1)."""
    for media_range in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if media_range in named:
            return named[media_range]
    return 0.0


def languages(field: str) -> tuple[str, ...]:
    """The language tags of an Accept-Language field, best first; those of weight 0, and `*`, left out."""
    return _languages(field) if len(field) <= _LONGEST_FIELD else ()


@lru_cache(_REMEMBERED)
def _languages(field: str) -> tuple[str, ...]:
    wanted: dict[str, float] = {}
    for tag, weight in weighted(field):
        if weight and _is_tag(tag):
            wanted.setdefault(tag, weight)
    return tuple(sorted(wanted, key=lambda tag: -wanted[tag])[:_MOST_LANGUAGES])


def _is_tag(text: str) -> bool:
    try:
        return len(text) <= _LONGEST_TAG and bool(text_format.language(text))
    except BadValue:
        return False
