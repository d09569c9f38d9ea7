"""The JSON Schema of a jCard (RFC 7095): what `directory.rdap.jcard` makes of a part of which this is promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from directory.profile.promise import Part, Promise
from directory.profile.redaction import CONTACT_URI
from directory.profile.valueschema import Json, array, one_of, record, replacement, text

_ADDRESS = ("street", "city", "sp", "pc", "cc")
_EMPTY: Json = {"const": ""}
_NO_PARAMETERS: Json = {"const": {}}
_NOTHING: Mapping[str, Promise] = MappingProxyType({})
_TAG: Json = {"type": "string", "minLength": 1}
_TELEPHONE: Json = {"const": "tel"}
_NUMBER: Json = {"type": "string", "pattern": r"^tel:\+[0-9]{1,3}\.[0-9]{1,14}(;ext=[0-9]+)?$"}
_PART_OF_NUMBER: Json = {"type": "string", "pattern": "^tel:.*$"}


def card(part: Part, name: str = "name", org: str = "org") -> Json:
    """The `vcardArray` of a part; `name` and `org` say which elements are the jCard's fn and org."""
    first = [
        {"const": ["version", {}, "text", "4.0"]},
        _property("fn", _NO_PARAMETERS, "text", _always(part, name)),
    ]
    inner: Json = {"type": "array", "prefixItems": first, "minItems": len(first)}
    known = list(_properties(part, org))
    inner["items"] = one_of([each for one in known for each in one.choices]) if known else False
    if known:
        inner["allOf"] = [
            {"contains": _named(one.choices), "minContains": int(one.is_sure), "maxContains": 1} for one in known
        ]
    return _tuple([{"const": "vcard"}, inner])


class _Property(NamedTuple):
    """What may stand for a property, of which there is one at most, and whether it is always there."""

    choices: list[Json]
    is_sure: bool


def _properties(part: Part, org: str) -> Iterator[_Property]:
    named = part.may(org)
    if named is not None:
        yield _Property([_property("org", _parameters(part, (org,)), "text", text(named))], named.is_sure)
    if _may_have_address(part):
        yield _Property([_address(part)], _must_have_address(part))
    for short in ("voice", "fax"):
        number = part.may(short)
        if number is not None:
            telephone = _property("tel", {"const": {"type": short}}, "uri", _telephone(number))
            yield _Property([telephone], number.is_sure)
    email = part.may("email")
    if email is not None:
        yield _Property(_email(email), email.is_sure)


def _named(choices: list[Json]) -> Json:
    """By what a property is told from others: its name, of a telephone its type as well."""
    firsts = [
        {"prefixItems": each["prefixItems"][: 2 if each["prefixItems"][0] == _TELEPHONE else 1]}
        for each in choices
    ]
    return one_of(firsts)


def _email(promise: Promise) -> list[Json]:
    """The address, or the page that stands instead (RFC 8605 §2.1)."""
    redaction = promise.redaction
    if redaction is None or redaction.shape != CONTACT_URI or not promise.is_replaced:
        return [_property("email", _NO_PARAMETERS, "text", text(promise))]
    found = [_property("contact-uri", _NO_PARAMETERS, "uri", replacement(promise))]
    if promise.is_shown:
        found.insert(0, _property("email", _NO_PARAMETERS, "text", text(replace(promise, redaction=None))))
    return found


def _telephone(promise: Promise) -> Json:
    """A URI of RFC 3966; what stands instead of a number, or a part of it, is none."""
    return _PART_OF_NUMBER if promise.is_cut or promise.is_replaced else _NUMBER


def _may_have_address(part: Part) -> bool:
    return any(part.may(short) is not None for short in _ADDRESS) or any(map(_is_emptied, _address_of(part)))


def _must_have_address(part: Part) -> bool:
    return any(each.is_sure or (_is_emptied(each) and _is_withheld(each)) for each in _address_of(part))


def _address_of(part: Part) -> list[Promise]:
    return [part.promises[short] for short in _ADDRESS if short in part.promises]


def _is_emptied(promise: Promise) -> bool:
    return promise.redaction is not None and promise.redaction.method == "emptyValue"


def _is_withheld(promise: Promise) -> bool:
    return promise.sight == "never" and (promise.demand.low >= 1 or not promise.declares_held)


def _address(part: Part) -> Json:
    country = part.may("cc")
    parameters = _parameters(part, ("street", "city", "sp"), {"cc": country} if country is not None else {})
    inner = [_EMPTY, _EMPTY, _street(part), *(_always(part, short) for short in ("city", "sp", "pc")), _EMPTY]
    return _property("adr", parameters, "text", _tuple(inner))


def _street(part: Part) -> Json:
    """Nothing, a line, or several (gTLD RDAP Technical Implementation Guide 3.8.1)."""
    promise = part.may("street")
    if promise is None:
        return _EMPTY
    low = promise.demand.low if promise.sight == "always" else 0
    high = promise.demand.high
    choices = [] if promise.is_sure else [_EMPTY]
    if low <= 1:
        choices.append(text(promise))
    if high is None or high > 1:
        choices.append(array(text(promise), max(low, 2), high))
    return one_of(choices)


def _parameters(part: Part, shorts: tuple[str, ...], more: Mapping[str, Promise] = _NOTHING) -> Json:
    """The parameters of a property: the language of the texts of these elements (RFC 6350 §5.1), and others."""
    known = [each for short in shorts if (each := part.may(short)) is not None]
    properties = {key: text(each) for key, each in more.items()}
    required = [key for key, each in more.items() if each.is_sure]
    if part.is_tagged and known:
        properties["language"] = _TAG
        required += ["language"] if any(each.is_surely_tagged for each in known) else []
    return record(properties, required) if properties else _NO_PARAMETERS


def _always(part: Part, short: str) -> Json:
    """A value whose place is there even without it (RFC 9537 §3.2)."""
    promise = part.may(short)
    if promise is None:
        return _EMPTY
    return text(promise) if promise.is_sure else one_of([_EMPTY, text(promise)])


def _property(name: str, parameters: Json, kind: str, value: Json) -> Json:
    return _tuple([{"const": name}, parameters, {"const": kind}, value])


def _tuple(items: list[Json]) -> Json:
    return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
