"""Views nested as RDAP objects: domain, nameserver, entity (RFC 9083 §5; gTLD RDAP Response Profile 2–4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from directory.model.name import to_unicode
from directory.profile.view import View
from directory.rdap.jcard import jcard
from directory.rdap.role import RDAP_ROLES
from directory.rdap.status import to_rdap

MEDIA_TYPE = "application/rdap+json"
NO_IANA_ID = "not applicable"
"""The handle of a registrar that IANA does not know (gTLD RDAP Response Profile 4.3)."""

_EVENTS = (
    ("crDate", "registration"),
    ("exDate", "expiration"),
    ("upDate", "last changed"),
    ("trDate", "transfer"),
)
_CONTACT_PARTS = ("registrant", "admin", "tech", "billing")
_DESKS = ("abuse", "admin", "tech", "billing")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reply comes from: the URL of the request, and the base of all others, which ends in `/rdap/`."""

    url: str
    base: str

    def link(self, rel: str, href: str, type_: str = MEDIA_TYPE) -> Json:
        """A link from what was asked for (RFC 9083 §4.2)."""
        return {"value": self.url, "rel": rel, "href": href, "type": type_}

    def own(self, path: str) -> list[Json]:
        """The links of an object of ours: to itself (RFC 9083 §5)."""
        return [{"value": self.url, "rel": "self", "href": self.base + path, "type": MEDIA_TYPE}]


def domain(view: View, place: Place, top: bool = True) -> Json:
    """A domain (RFC 9083 §5.3)."""
    fields = view.fields
    name = fields["name"][0]
    result: Json = {"objectClassName": "domain"}
    if "id" in fields:
        result["handle"] = fields["id"][0]
    result["ldhName"] = name
    if "uName" in fields:
        result["unicodeName"] = fields["uName"][0]
    links = place.own(f"domain/{name}")
    registrars = view.parts.get("registrar", ())
    base = registrars[0].first("rdap") if registrars else None
    if base:
        links.append(place.link("related", f"{base.rstrip('/')}/domain/{name}"))
    result["links"] = links
    # A domain has at least one status (response profile 2.6.1); ok is that of one without any (RFC 5731 §2.3).
    result["status"] = to_rdap(fields.get("status", ()), fields.get("rgpStatus", ())) or ("active",)
    result["events"] = _events(fields)
    if "originalName" in fields:
        result["variants"] = [_variant(fields)]
    result["entities"] = _entities(view, place)
    if "ns" in fields or "host" in view.parts:
        result["nameservers"] = [nameserver(host, place) for host in view.parts.get("host", ())]
    result["secureDNS"] = _secure_dns(view)
    return result


def nameserver(view: View, place: Place, top: bool = False) -> Json:
    """A name server (RFC 9083 §5.2)."""
    fields = view.fields
    name = fields["name"][0]
    result: Json = {"objectClassName": "nameserver"}
    if "id" in fields:
        result["handle"] = fields["id"][0]
    result["ldhName"] = name
    if "uName" in fields:
        result["unicodeName"] = fields["uName"][0]
    if "addr" in fields:
        result["ipAddresses"] = _addresses(fields["addr"])
    if "status" in fields:
        statuses = to_rdap(fields["status"])
        if statuses:
            result["status"] = statuses
    if "id" in fields:  # a server that is an attribute of its domain cannot be asked for
        result["links"] = place.own(f"nameserver/{name}")
    if top:
        result["events"] = _events(fields)
        entities = _entities(view, place)
        if entities:
            result["entities"] = entities
    return result


def registrar(view: View, place: Place, top: bool = False) -> Json:
    """A registrar as an entity (response profile 2.4, 3.1)."""
    fields = view.fields
    number = view.first("gurid")
    result: Json = {"objectClassName": "entity", "handle": number or NO_IANA_ID, "roles": ["registrar"]}
    if number:
        result["publicIds"] = [{"type": "IANA Registrar ID", "identifier": number}]
    result["vcardArray"] = jcard(view, name="org", org="")
    links = place.own(f"entity/{number or quote(view.first('org') or '', safe='')}")
    url, base = view.first("url"), view.first("rdap")
    if url:  # the value is the base URL that IANA lists for the registrar (response profile 2.4.6)
        links.append({"value": base or place.url, "rel": "about", "href": url, "type": "text/html"})
    result["links"] = links
    if "status" in fields:
        result["status"] = to_rdap(fields["status"])
    if top:
        result["events"] = _events(fields)
    if "whoisinfo" in fields:
        result["port43"] = fields["whoisinfo"][0]
    desks = [_desk(desk) for role in _DESKS for desk in view.parts.get(role, ())]
    if desks:
        result["entities"] = desks
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
    if "roid" in fields:
        result["links"] = place.own(f"entity/{fields['roid'][0]}")
    if "status" in fields:
        statuses = to_rdap(fields["status"])
        if statuses:
            result["status"] = statuses
    events = _events(fields)
    if events or top:
        result["events"] = events
    if "registrar" in view.parts:
        result["entities"] = _entities(view, place)
    return result


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
    for role in _CONTACT_PARTS:
        if role in parts:
            entities += [contact(each, place) for each in parts[role]]
    return entities


def _events(fields: Mapping[str, tuple[str, ...]]) -> list[Json]:
    return [{"eventAction": action, "eventDate": fields[short][0]} for short, action in _EVENTS if short in fields]


def _addresses(addresses: tuple[str, ...]) -> Json:
    """By version, neither array empty (RFC 9083 §5.2)."""
    found = {
        "v4": [address for address in addresses if ":" not in address],
        "v6": [address for address in addresses if ":" in address],
    }
    return {version: values for version, values in found.items() if values}


def _variant(fields: Mapping[str, tuple[str, ...]]) -> Json:
    """The name that this one is a variant of, and the table that says so (RFC 9022 §5.1.1.1, originalName)."""
    original = fields["originalName"][0]
    names = {"ldhName": original}
    unicode_name = to_unicode(original)
    if unicode_name:
        names["unicodeName"] = unicode_name
    result: Json = {"relation": ["registered"], "variantNames": [names]}
    if "idnTableId" in fields:
        result["idnTable"] = fields["idnTableId"][0]
    return result


Members = tuple[tuple[str, str, Callable[[str], Any]], ...]

_DS: Members = (
    ("keyTag", "keyTag", int),
    ("alg", "algorithm", int),
    ("digest", "digest", str),
    ("digestType", "digestType", int),
)
_KEY: Members = (
    ("flags", "flags", int),
    ("protocol", "protocol", int),
    ("pubKey", "publicKey", str),
    ("keyAlg", "algorithm", int),
)


def _secure_dns(view: View) -> Json:
    """Signed exactly where DS or key data is held (RFC 9083 §5.3; response profile 2.9)."""
    records = view.parts.get("dnssec", ())
    result: Json = {"delegationSigned": bool(records)}
    if not records:
        return result
    ds = _records(records, "digest", _DS)
    keys = _records(records, "pubKey", _KEY)
    life = records[0].first("maxSigLife")
    if life and life.isdecimal():  # a text that stands instead of it has no place here
        result["maxSigLife"] = int(life)
    if ds:
        result["dsData"] = ds
    if keys:
        result["keyData"] = keys
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
