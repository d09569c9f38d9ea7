"""Views nested as RDAP objects: domain, nameserver, entity (RFC 9083 §5; gTLD RDAP Response Profile 2–4).

What a view does not show has no member. That an object has none of something is said only of elements that
everyone sees (`told`): of others a view does not tell what is withheld from what there is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from directory.model.name import to_unicode
from directory.profile.audience import PUBLIC
from directory.profile.layout import Outline
from directory.profile.profile import Profile
from directory.profile.promise import seen
from directory.profile.view import View
from directory.rdap.event import EVENTS
from directory.rdap.jcard import jcard
from directory.rdap.role import RDAP_ROLES
from directory.rdap.status import to_rdap

MEDIA_TYPE = "application/rdap+json"
NO_IANA_ID = "not applicable"
"""The handle of a registrar that IANA does not know (gTLD RDAP Response Profile 4.3)."""

CONTACTS = ("registrant", "admin", "tech", "billing")
DESKS = ("abuse", "admin", "tech", "billing")
"""The parts that contacts and desks play, in the order of the entities."""

Json = dict[str, Any]


@lru_cache(maxsize=256)
def told(profile: Profile, kind: str) -> frozenset[str]:
    """The elements of a kind of object and of the parts in it (`domain.secDNS`, `registrar.gurid`) of which every
    requester sees every value, so that where none is shown none is held."""
    outline = Outline().add(profile.layouts.get(kind, ()))
    return frozenset(_told(profile, outline, kind, kind))


def _told(profile: Profile, outline: Outline, table: str, part: str) -> Iterator[str]:
    for short, demand in outline.demands.items():
        rule = profile.disclosure.rule(part, short)
        element = profile.terms.catalogue[f"{table}.{short}"]
        may_be_dropped = profile.terms.violations == "drop" and not demand.beyond(element).is_empty
        if rule is not None and seen(rule, _EVERYONE) == "always" and not may_be_dropped:
            yield f"{part}.{short}"
    for (inner, role), group in outline.groups.items():
        yield from _told(profile, group, inner, role if inner == "contact" else inner)


_EVERYONE = frozenset({PUBLIC})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reply comes from: the URL of the request, and the base of all others, which ends in `/rdap/`;
    `told` are the elements of which the profile tells every requester everything."""

    url: str
    base: str
    told: frozenset[str] = frozenset()

    def link(self, rel: str, href: str, type_: str = MEDIA_TYPE) -> Json:
        """A link from what was asked for (RFC 9083 §4.2)."""
        return {"value": self.url, "rel": rel, "href": href, "type": type_}

    def own(self, path: str) -> list[Json]:
        """The links of an object of ours: to itself (RFC 9083 §5)."""
        return [{"value": self.url, "rel": "self", "href": self.base + path, "type": MEDIA_TYPE}]


def domain(view: View, place: Place, top: bool = True) -> Json:
    """A domain (RFC 9083 §5.3)."""
    fields = view.fields
    result = _named("domain", view)
    links = place.own(f"domain/{fields['name'][0]}") if "name" in fields else []
    registrars = view.parts.get("registrar", ())
    base = _held(registrars[0], "rdap") if registrars else None
    if base and "name" in fields:
        links.append(place.link("related", f"{base.rstrip('/')}/domain/{fields['name'][0]}"))
    _put(result, "links", links)
    _put(result, "status", to_rdap(fields.get("status", ()), fields.get("rgpStatus", ())))
    _put(result, "events", _events(fields))
    if "originalName" in fields:
        result["variants"] = [_variant(fields)]
    _put(result, "entities", _entities(view, place))
    _put(result, "nameservers", _nameservers(view, place))
    _put(result, "secureDNS", _secure_dns(view, place.told))
    return result


def nameserver(view: View, place: Place, top: bool = False) -> Json:
    """A name server (RFC 9083 §5.2)."""
    fields = view.fields
    result = _named("nameserver", view)
    if "addr" in fields:
        result["ipAddresses"] = _addresses(fields["addr"])
    if "status" in fields:
        _put(result, "status", to_rdap(fields["status"]))
    if "id" in fields and "name" in fields:  # a server that is an attribute of its domain cannot be asked for
        result["links"] = place.own(f"nameserver/{fields['name'][0]}")
    if top:
        _put(result, "events", _events(fields))
        _put(result, "entities", _entities(view, place))
    return result


def registrar(view: View, place: Place, top: bool = False) -> Json:
    """A registrar as an entity (response profile 2.4, 3.1)."""
    fields = view.fields
    number = _held(view, "gurid")
    result: Json = {"objectClassName": "entity"}
    if "gurid" in fields:
        result["handle"] = fields["gurid"][0]
    elif "registrar.gurid" in place.told:
        result["handle"] = NO_IANA_ID
    result["roles"] = ["registrar"]
    if number:
        result["publicIds"] = [{"type": "IANA Registrar ID", "identifier": number}]
    result["vcardArray"] = jcard(view, name="org", org="")
    key = number or quote(_held(view, "org") or "", safe="")
    links = place.own(f"entity/{key}") if key else []
    if "url" in fields:  # the value is the base URL that IANA lists for the registrar (response profile 2.4.6)
        about = place.link("about", fields["url"][0], "text/html")
        links.append({**about, "value": _held(view, "rdap") or place.url})
    _put(result, "links", links)
    if "status" in fields:
        _put(result, "status", to_rdap(fields["status"]))
    if top:
        _put(result, "events", _events(fields))
    if "whoisinfo" in fields:
        result["port43"] = fields["whoisinfo"][0]
    if view.parts:
        _put(result, "entities", [_desk(desk) for role in DESKS for desk in view.parts.get(role, ())])
    return result


def contact(view: View, place: Place, top: bool = False) -> Json:
    """A contact as an entity: in its part, or by itself (response profile 2.7)."""
    fields = view.fields
    result: Json = {"objectClassName": "entity"}
    if "roid" in fields:
        result["handle"] = fields["roid"][0]
    if view.role:
        result["roles"] = [RDAP_ROLES[view.role]]
    result["vcardArray"] = jcard(view)
    handle = _held(view, "roid")
    if handle:
        result["links"] = place.own(f"entity/{handle}")
    if "status" in fields:
        _put(result, "status", to_rdap(fields["status"]))
    _put(result, "events", _events(fields))
    if "registrar" in view.parts:
        result["entities"] = _entities(view, place)
    return result


def _named(object_class: str, view: View) -> Json:
    """What the objects that have names begin with (RFC 9083 §3, §5.2, §5.3)."""
    fields = view.fields
    result: Json = {"objectClassName": object_class}
    if "id" in fields:
        result["handle"] = fields["id"][0]
    if "name" in fields:
        result["ldhName"] = fields["name"][0]
    if "uName" in fields:
        result["unicodeName"] = fields["uName"][0]
    return result


def _put(result: Json, member: str, value: Any) -> None:
    """Add a member, if there is anything in it."""
    if value:
        result[member] = value


def _held(view: View, short: str) -> str | None:
    """The first value of an element, None where what is shown is a part of it or stands instead: that leads
    nowhere."""
    return None if short in view.redacted else view.first(short)


def _desk(view: View) -> Json:
    return {"objectClassName": "entity", "roles": [RDAP_ROLES[view.role]], "vcardArray": jcard(view)}


def _reseller(view: View, place: Place) -> Json:
    result: Json = {"objectClassName": "entity", "roles": ["reseller"], "vcardArray": jcard(view)}
    url = view.first("url")
    if url:
        result["links"] = [place.link("about", url, "text/html")]
    return result


def _entities(view: View, place: Place) -> list[Json]:
    """One entity for each part, so that a path can find it by `roles[0]` (response profile, appendix E)."""
    parts = view.parts
    entities = [registrar(each, place) for each in parts.get("registrar", ())]
    # A reseller at most once (response profile 2.5).
    entities += [_reseller(each, place) for each in parts.get("reseller", ())[:1]]
    for role in CONTACTS:
        if role in parts:
            entities += [contact(each, place) for each in parts[role]]
    return entities


def _nameservers(view: View, place: Place) -> list[Json]:
    """The delegation: the servers with what is shown of each, else their names alone."""
    hosts = view.parts.get("host")
    if hosts is None:
        return [{"objectClassName": "nameserver", "ldhName": name} for name in view.fields.get("ns", ())]
    return [nameserver(host, place) for host in hosts if host.fields]


def _events(fields: Mapping[str, tuple[str, ...]]) -> list[Json]:
    dates = [(action, fields[short][0]) for short, action in EVENTS.items() if short in fields]
    return [{"eventAction": action, "eventDate": date} for action, date in dates]


def _addresses(addresses: tuple[str, ...]) -> Json:
    """By version, neither array empty (RFC 9083 §5.2)."""
    found = {
        "v4": [address for address in addresses if ":" not in address],
        "v6": [address for address in addresses if ":" in address],
    }
    return {version: values for version, values in found.items() if values}


def _variant(fields: Mapping[str, tuple[str, ...]]) -> Json:
    """The name that this one is a variant of, and the table that says so (RFC 9022 §5.1.1.1, originalName). How
    the two are related the registry does not say: not even that the other one is registered."""
    original = fields["originalName"][0]
    names = {"ldhName": original}
    unicode_name = to_unicode(original)
    if unicode_name:
        names["unicodeName"] = unicode_name
    result: Json = {"variantNames": [names]}
    if "idnTableId" in fields:
        result["idnTable"] = fields["idnTableId"][0]
    return result


Members = tuple[tuple[str, str, Callable[[str], Any]], ...]

DS_RECORD: Members = (
    ("keyTag", "keyTag", int),
    ("alg", "algorithm", int),
    ("digest", "digest", str),
    ("digestType", "digestType", int),
)
KEY_RECORD: Members = (
    ("flags", "flags", int),
    ("protocol", "protocol", int),
    ("pubKey", "publicKey", str),
    ("keyAlg", "algorithm", int),
)
"""The members of a DS record and of a key (RFC 9083 §5.3), by the elements that fill them."""

SIGNED = frozenset({"domain.secDNS", *(f"dnssec.{short}" for short, _, _ in (*DS_RECORD, *KEY_RECORD))})
"""The elements that tell whether a delegation is signed."""


def _secure_dns(view: View, told: frozenset[str]) -> Json:
    """Signed exactly where DS or key data is held (RFC 9083 §5.3; response profile 2.9); nothing where that is not
    shown."""
    records = view.parts.get("dnssec", ())
    if "secDNS" not in view.fields and not any(record.fields for record in records):
        return {} if records or told.isdisjoint(SIGNED) else {"delegationSigned": False}
    result: Json = {"delegationSigned": True}
    life = records[0].first("maxSigLife") if records else None
    if life and life.isdecimal():  # a text that stands instead of it has no place here
        result["maxSigLife"] = int(life)
    _put(result, "dsData", _records(records, "digest", DS_RECORD))
    _put(result, "keyData", _records(records, "pubKey", KEY_RECORD))
    return result


def _records(views: tuple[View, ...], needed: str, members: Members) -> list[Json]:
    """The records that have a value of the element that is needed, none twice."""
    result: list[Json] = []
    for view in views:
        if needed in view.fields:
            record = {
                member: make(view.fields[short][0]) for short, member, make in members if short in view.fields
            }
            if record not in result:
                result.append(record)
    return result


OBJECTS: Mapping[str, Callable[[View, Place, bool], Json]] = {
    "domain": domain,
    "host": nameserver,
    "registrar": registrar,
    "contact": contact,
}
"""What nests a view of each table."""
