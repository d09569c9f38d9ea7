"""The JSON Schema of the values that an element can have (JSON Schema 2020-12).

A value is a text that is canonical by the type of its element, and a profile may ask more of it. `format` is an
annotation only, so what can be checked is said by patterns, in which there is nothing that ECMAScript and Python
read otherwise. They are wider than the checks of `directory.profile.format` where a pattern cannot say all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from directory.model.element import Element
from directory.model.format import EPP_STATUSES
from directory.profile.constraint import Demand
from directory.profile.promise import Promise

Json = dict[str, Any]

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = {"pattern": rf"^{_LABEL}(\.{_LABEL})*$", "maxLength": 253}
_ANY_CASE = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LDH = {"pattern": rf"^{_ANY_CASE}(\.{_ANY_CASE})*$", "maxLength": 253}
_ID = {"maxLength": 255}
_INSTANT = {
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$",
}
_DAY = {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_COUNTRY = {"pattern": "^[A-Z]{2}$"}
_PHONE = {"pattern": r"^\+[0-9]{1,3}\.[0-9]{1,14}$"}
_EMAIL = {"format": "idn-email", "pattern": r"^[^\s@]+@[^\s@]+$", "maxLength": 320}
_URI = {"format": "uri", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://\S+$"}
_IPV4 = {"format": "ipv4", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"}
_IPV6 = {"format": "ipv6", "pattern": "^[0-9a-f:.]*:[0-9a-f:.]*$", "maxLength": 45}
_ADDRESS = {"anyOf": [_IPV4, _IPV6]}
_NUMBER = {"pattern": "^(0|[1-9][0-9]{0,17})$"}
_HEX = {"pattern": "^([0-9A-F]{2})+$"}
_BASE64 = {"pattern": "^[A-Za-z0-9+/]+={0,2}$"}
_TAG = {"pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$", "maxLength": 255}
_ROID = {"pattern": r"^[^\s-]{1,80}-[^\s-]{1,8}$"}

TYPES: Mapping[str, Json] = {
    "domain-name": _NAME,
    "u-label": {"maxLength": 253},
    "host-name": _NAME,
    "text": {},
    "id": _ID,
    "roid": _ROID,
    "epp-status": _ID,
    "date-time": _INSTANT,
    "date": _DAY,
    "country": _COUNTRY,
    "phone": _PHONE,
    "phone-extension": {"maxLength": 32},
    "email": _EMAIL,
    "uri": _URI,
    "ip-address": _ADDRESS,
    "registrar-id": _ID,
    "integer": _NUMBER,
    "hex": _HEX,
    "base64": _BASE64,
    "language": _TAG,
    "contact-reference": _ID,
    "host-reference": _NAME,
    "group": _NUMBER,
    "enum": _ID,
}
"""What every value of a type of element keeps to."""

_STATUSES = sorted(frozenset().union(*(EPP_STATUSES[kind] for kind in ("domain", "host", "contact", "rgp"))))

FORMATS: Mapping[str, Json] = {
    "rfc1034": _LDH,
    "rfc1123": _LDH,
    "rfc5890": {"maxLength": 253, "pattern": "[^\\x00-\\x7f]"},
    "rfc3986": {"format": "uri", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S*$", "maxLength": 2048},
    "rfc3339": {**_INSTANT, "maxLength": 85},
    "date": _DAY,
    "epp-status": {"enum": _STATUSES},
    "rfc791": _IPV4,
    "rfc5952": _IPV6,
    "ip": _ADDRESS,
    "iso3166-1-alpha-2": _COUNTRY,
    "e164": {"pattern": r"^\+[0-9]{1,3}\.[0-9]{1,14}$"},
    "e123": {"pattern": r"^\+[0-9]{1,3}\.[0-9]{1,14}$"},
    "rfc5322": {"format": "idn-email", "pattern": "^.+@.+$", "maxLength": 254},
    "rfc5646": _TAG,
    "iana-registrar-id": {"pattern": "^[0-9]{1,7}$"},
    "iana-accredited-id": {"pattern": "^[0-9]{1,7}$"},
    "key-tag": {"pattern": "^[0-9]{1,5}$"},
    "algorithm": {"pattern": "^[0-9]{1,3}$"},
    "digest-type": {"pattern": "^[0-9]{1,3}$"},
    "digest": {**_HEX, "maxLength": 96},
    "flags": {"pattern": "^[0-9]{1,5}$"},
    "protocol": {"pattern": "^[0-9]$"},
    "public-key": {**_BASE64, "maxLength": 87376},
    "nice-class": {"pattern": "^[0-9]{1,2}$"},
    "roid": _ROID,
    "token": _ID,
}
"""What every value keeps to that is of a format which a profile may ask for."""


def record(properties: Mapping[str, Json], required: Iterable[str] = (), **more: Any) -> Json:
    """An object with no other members than these."""
    made: Json = {"type": "object", **more, "properties": dict(properties)}
    named = list(required)
    if named:
        made["required"] = named
    made["additionalProperties"] = False
    return made


def array(items: Json, least: int = 0, most: int | None = None) -> Json:
    """A list of values that are alike."""
    made: Json = {"type": "array", "items": items}
    if least:
        made["minItems"] = least
    if most is not None:
        made["maxItems"] = most
    return made


def one_of(schemas: Sequence[Json]) -> Json:
    """What is of one of these kinds; the only one, if it is."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def text(promise: Promise) -> Json:
    """A value as a text: as it is held, a part of it, or what stands instead."""
    kinds = []
    if promise.is_shown:
        kinds.append(held(promise.element, promise.demand))
    if promise.is_cut:
        kinds.append({"type": "string", "minLength": 1})
    if promise.is_replaced:
        kinds.append(replacement(promise))
    return one_of(kinds)


def held(element: Element, demand: Demand) -> Json:
    """A value that is held, as a text."""
    made: Json = {"type": "string", "minLength": 1}
    for more in (TYPES[element.type], FORMATS.get(demand.format, {})):
        made.update(_both(made, more))
    if element.values:
        made["enum"] = sorted(element.values)
    low, high = element.length
    _bound(made, low, high)
    _bound(made, demand.shortest, demand.longest)
    return made


def replacement(promise: Promise) -> Json:
    """What stands instead of an element's values; the name of the domain may be in it (RFC 9537 §3.4)."""
    assert promise.redaction is not None
    value = promise.redaction.value
    if "{name}" not in value:
        return {"const": value}
    parts = [literal(part) for part in value.split("{name}")]
    return {"type": "string", "pattern": f"^{'.*'.join(parts)}$"}


def number(promise: Promise) -> Json:
    """A value of a number as a number."""
    low, high = promise.element.range
    made: Json = {"type": "integer", "minimum": low}
    if high is not None:
        made["maximum"] = high
    return made


def said(promise: Promise, lang: str) -> Json:
    """What an element is called and means, in a language."""
    element = promise.element
    tag = "es" if lang.partition("-")[0] == "es" else "en"
    return {"title": element.long.text(tag), "description": element.description.text(tag)}


def literal(value: str) -> str:
    """A text as a pattern of itself, as ECMAScript reads it with its Unicode flag and Python as well."""
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", value)


def _both(first: Json, second: Json) -> Json:
    """What fulfils a second schema as well; where both have a pattern, the second is the narrower, but for the
    address of a page, which is narrower than any URI."""
    made = {**first, **second}
    if first.get("pattern") == _URI["pattern"]:
        made["pattern"] = first["pattern"]
    if "maxLength" in first and "maxLength" in second:
        made["maxLength"] = min(first["maxLength"], second["maxLength"])
    return made


def _bound(made: Json, low: int, high: int | None) -> None:
    made["minLength"] = max(made["minLength"], low)
    if high is not None:
        made["maxLength"] = min(made.get("maxLength", high), high)
