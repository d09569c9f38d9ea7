"""The JSON Schema of a jCard (RFC 7095): what `directory.rdap.jcard` makes of a part of which this is promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from directory.profile.promise import Part, Promise
from directory.profile.redaction import CONTACT_URI
from directory.profile.valueschema import Json, array, one_of, record, replacement, text
from directory.rdap.jcard import ALTID, SECOND

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
    known = [*_postal(part, name, org), *_properties(part)]
    first = [{"const": ["version", {}, "text", "4.0"]}, one_of(known[0].choices)]
    inner: Json = {"type": "array", "prefixItems": first, "minItems": len(first)}
    others = known if known[0].most > 1 else known[1:]
    inner["items"] = one_of([each for one in others for each in one.choices]) if others else False
    if others:
        inner["allOf"] = [
            {"contains": _named(one.choices), "minContains": int(one.is_sure), "maxContains": one.most}
            for one in others
        ]
    return _tuple([{"const": "vcard"}, inner])


class _Property(NamedTuple):
    """What may stand for a property, whether it is always there, and how many there are of it at most."""

    choices: list[Json]
    is_sure: bool
    most: int = 1


def _postal(part: Part, name: str, org: str) -> Iterator[_Property]:
    """The properties of the postal form, or of both as alternatives of each other (RFC 6350 §5.4)."""
    forms = [part, part.parts[SECOND]] if SECOND in part.parts else [part]
    most = len(forms)
    fn = [_property("fn", _parameters(each, (name,), most), "text", _always(each, name)) for each in forms]
    yield _Property(_distinct(fn), True, most)
    named = [(each, promise) for each in forms if (promise := each.may(org)) is not None]
    if named:
        made = [
            _property("org", _parameters(each, (org,), most), "text", text(promise)) for each, promise in named
        ]
        yield _Property(_distinct(made), named[0][1].is_sure and named[0][0] is part, most)
    placed = [each for each in forms if _may_have_address(each)]
    if placed:
        yield _Property(_distinct([_address(each, most) for each in placed]), _must_have_address(part), most)


def _distinct(choices: list[Json]) -> list[Json]:
    return [each for index, each in enumerate(choices) if each not in choices[:index]]


def _properties(part: Part) -> Iterator[_Property]:
    """The properties that are of no postal form."""
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
    return any(part.may(short) is not None for short in _ADDRESS) or any(each.redaction for each in _places(part))


def _must_have_address(part: Part) -> bool:
    held = any(each.is_sure for short in _ADDRESS if (each := part.promises.get(short)) is not None)
    return held or any(_is_withheld(each) for each in _places(part))


def _places(part: Part) -> list[Promise]:
    """What has a place in an address that stays there when it is withheld (RFC 9537 §3.2)."""
    return [part.promises[short] for short in _ADDRESS[:-1] if short in part.promises]


def _is_withheld(promise: Promise) -> bool:
    return promise.sight == "never" and (promise.demand.low >= 1 or not promise.declares_held)


def _address(part: Part, most: int) -> Json:
    country = part.may("cc")
    parameters = _parameters(part, ("street", "city", "sp"), most, {"cc": country} if country is not None else {})
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


def _parameters(part: Part, shorts: tuple[str, ...], most: int, more: Mapping[str, Promise] = _NOTHING) -> Json:
    """The parameters of a property: the language of the texts of these elements (RFC 6350 §5.1), that it has an
    alternative (§5.4), and others."""
    known = [each for short in shorts if (each := part.may(short)) is not None]
    properties = {key: text(each) for key, each in more.items()}
    required = [key for key, each in more.items() if each.is_sure]
    if part.is_tagged and known:
        properties["language"] = _TAG
        required += ["language"] if any(each.is_surely_tagged for each in known) else []
    if most > 1:
        properties["altid"] = {"const": ALTID}
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
