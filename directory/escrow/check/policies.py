"""Elements that a registry requires beyond the schema, by its policy objects (RFC 9022 §5.8).

A scope is an XPath to an object; its last step and the local name of the element say which, under any prefix. What
optional elements an object has is its pattern; patterns are counted while objects are read, for the policies may
come after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from directory.model.domain import Domain
from directory.model.registry import Policy

_STAMPS = {"crRr": "cr_rr", "crDate": "cr_date", "upRr": "up_rr", "upDate": "up_date"}
_OPTIONAL = {
    "host": {"addr": "addresses", **_STAMPS, "trDate": "tr_date"},
    "contact": {
        "voice": "voice", "fax": "fax", **_STAMPS, "trDate": "tr_date", "trnData": "transfer",
        "disclose": "disclose",
    },
    "registrar": {
        "gurid": "gurid", "status": "status", "postalInfo": "postal", "voice": "voice", "fax": "fax",
        "email": "email", "url": "url", "whoisInfo": "whois_name", "crDate": "cr_date", "upDate": "up_date",
    },
    "nndn": {
        "uName": "u_name", "idnTableId": "idn_table", "originalName": "original_name", "crDate": "cr_date",
    },
}  # fmt: skip
_DOMAIN = {
    "uName": "u_name", "idnTableId": "idn_table", "originalName": "original_name", "rgpStatus": "rgp", "ns": "ns",
    **_STAMPS, "exDate": "ex_date", "secDNS": "secdns", "trDate": "tr_date", "trnData": "transfer",
}  # fmt: skip
_ALWAYS = {
    "domain": {"name", "roid", "status", "clID"},
    "host": {"name", "roid", "status", "clID"},
    "contact": {"id", "roid", "status", "postalInfo", "email", "clID"},
    "registrar": {"id", "name"},
    "idn_table": {"url", "urlPolicy"},
    "nndn": {"aName", "nameState"},
    "epp_params": {"version", "lang", "objURI", "svcExtension", "dcp"},
}
"""What every object has that can be read at all."""
_OBJECTS = {
    "domain": "domain",
    "host": "host",
    "contact": "contact",
    "registrar": "registrar",
    "idnTableRef": "idn_table",
    "NNDN": "nndn",
    "eppParams": "epp_params",
}

_in_domain = attrgetter(*_DOMAIN.values())


def _domain(value: Domain) -> Iterator[bool]:
    yield from map(bool, _in_domain(value))
    roles = {link.role for link in value.contacts}
    yield "registrant" in roles
    yield bool(roles - {"registrant"})


def _plain(fields: Iterable[str]) -> Callable[[Any], Iterator[bool]]:
    get = attrgetter(*fields)
    return lambda value: map(bool, get(value))


ELEMENTS = {
    "domain": (*_DOMAIN, "registrant", "contact"),
    **{kind: tuple(fields) for kind, fields in _OPTIONAL.items()},
}
"""By kind, the optional elements in the order of a pattern."""
_PATTERNS: dict[str, Callable[[Any], Iterator[bool]]] = {
    "domain": _domain,
    **{kind: _plain(fields.values()) for kind, fields in _OPTIONAL.items()},
}


class Required(NamedTuple):
    """An optional element that a policy requires of a kind of object."""

    kind: str
    element: str


def required(policy: Policy) -> Required | None:
    """What a policy requires; None if there is no such object, or it has no such element."""
    kind = _OBJECTS.get(_local(policy.scope.rpartition("/")[2]), "")
    element = _local(policy.element)
    has = element in ELEMENTS.get(kind, ()) or element in _ALWAYS.get(kind, ())
    return Required(kind, element) if has else None


def field_of(one: Required) -> str | None:
    """The field of the model that holds the element, `registrant` or `contact` where that is a link of a domain;
    None if every object has it that can be read at all."""
    if one.element not in ELEMENTS.get(one.kind, ()):
        return None
    fields = _DOMAIN if one.kind == "domain" else _OPTIONAL[one.kind]
    return fields.get(one.element, one.element)


def understood(policy: Policy) -> bool:
    """Whether a policy is about an object and an element that there are."""
    return required(policy) is not None


def _local(name: str) -> str:
    return name.rpartition(":")[2].strip()


class Patterns:
    """How many objects have which optional elements."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[tuple[bool, ...]]] = {kind: Counter() for kind in _PATTERNS}

    def add(self, kind: str, value: Any) -> None:
        """Count an object."""
        if pattern := _PATTERNS.get(kind):
            self._counts[kind][tuple(pattern(value))] += 1

    def without(self, one: Required) -> int:
        """How many objects of its kind do not have an element that is required."""
        if one.element not in ELEMENTS.get(one.kind, ()):
            return 0
        place = ELEMENTS[one.kind].index(one.element)
        return sum(number for pattern, number in self._counts[one.kind].items() if not pattern[place])


def lacks(one: Required, value: Any) -> bool:
    """Whether an object of its kind does not have an element that is required."""
    return not tuple(_PATTERNS[one.kind](value))[ELEMENTS[one.kind].index(one.element)]
