"""The JSON Schema (2020-12) of what a profile answers over RDAP: exact, and made from what the profile promises.

What `directory.rdap.nest` and `directory.rdap.render` write, said beforehand: which members there are, which of
them always, and what can stand in them (RFC 9083 §4–8). It is of the answers to one audience, in any of the
profile's languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from directory.profile.promise import Part, Promise, Promises
from directory.profile.valueschema import Json, array, number, one_of, record, said, text
from directory.rdap import frameschema as frame
from directory.rdap.cardschema import card
from directory.rdap.frameschema import Members, events, links
from directory.rdap.nest import CONTACTS, DESKS, DS_RECORD, KEY_RECORD, NO_IANA_ID, SIGNED, told
from directory.rdap.nest import Members as Record
from directory.rdap.role import RDAP_ROLES
from directory.rdap.status import RDAP_STATUSES

_STATUS: Json = {"enum": sorted(set(RDAP_STATUSES.values()))}
_RESULTS: Mapping[str, tuple[str, ...]] = {
    "domainSearchResults": ("domain",),
    "nameserverSearchResults": ("host",),
    "entitySearchResults": ("registrar", "contact"),
}
"""The members of search results (RFC 9083 §8) with the kinds of objects in them."""
_Nest = Callable[[str, Part, bool], Members]
"""Gives the members of an object at a path, of which this is promised; whether it was asked for by itself."""


def schema(promises: Promises) -> Json:
    """The schema of every answer: an object of a kind, search results, an error, help."""
    profile = promises.profile
    objects = _Objects(promises)
    bodies = {kind: _found(objects, kind) for kind in objects.kinds}
    for name, kinds in _RESULTS.items():
        known = [kind for kind in kinds if kind in objects.kinds]
        if known:
            bodies[name] = _results(objects, name, known)
    bodies["error"], bodies["help"] = frame.error(profile), frame.help_text(profile)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{profile.name} {profile.version}, over RDAP, to {promises.audience}",
        "oneOf": [_refer(name) for name in bodies],
        "$defs": {**bodies, **objects.definitions},
    }


def _found(objects: _Objects, kind: str) -> Json:
    """The answer that is an object (RFC 9083 §5)."""
    profile, part = objects.profile, objects.kinds[kind]
    redactions = frame.declared(part)
    members = frame.frame(profile, kind, redactions)
    members.update(objects.of(kind, part))
    # The object itself says when the data were committed (gTLD RDAP Response Profile 1.5).
    members.add("events", events(part, stamped=True))
    remarks = frame.remarks(profile, kind, namesakes=kind == "host")
    if remarks:
        members.add("remarks", remarks, sure=False)
    if profile.port43:
        members.add("port43", {"const": profile.port43})
    if redactions.entries:
        members.add("redacted", redactions.schema(profile), redactions.is_sure)
    return members.record()


def _results(objects: _Objects, name: str, kinds: list[str]) -> Json:
    """Search results (RFC 9083 §8)."""
    profile = objects.profile
    found = [frame.declared(objects.kinds[kind]) for kind in kinds]
    for kind, redactions in zip(kinds, found, strict=True):
        result = objects.of(kind, objects.kinds[kind])
        remarks = frame.remarks(profile, kind)
        if remarks:
            result.add("remarks", remarks, sure=False)
        if redactions.entries:
            result.add("redacted", redactions.schema(profile), redactions.is_sure)
        objects.definitions[f"result-{kind}"] = result.record()
    members = frame.frame(profile, kinds[0], max(found, key=lambda each: len(each.entries)).maybe())
    members.add(name, array(one_of([_refer(f"result-{kind}") for kind in kinds]), 1))
    members.add("events", events(None, stamped=True))
    return members.record()


class _Objects:
    """The objects of one profile; `definitions` are those that stand in others and are referred to."""

    def __init__(self, promises: Promises) -> None:
        self.profile = promises.profile
        self._nests: dict[str, _Nest] = {
            "domain": self.domain,
            "host": self.nameserver,
            "registrar": self.registrar,
            "contact": self.contact,
        }
        self.kinds = {kind: part for kind in self._nests if (part := promises.of(kind)) is not None}
        self.definitions: dict[str, Json] = {}

    def of(self, kind: str, part: Part) -> Members:
        """The members of an object that was asked for, without what frames it."""
        return self._nests[kind](kind, part, True)

    def value(self, members: Members, name: str, promise: Promise | None, sure: bool = True) -> None:
        """Add a member that is an element's value, if there is one to be said."""
        if promise is not None:
            words = said(promise, self.profile.language)
            members.add(name, {**words, **text(promise)}, sure and promise.is_sure)

    def domain(self, path: str, part: Part, top: bool) -> Members:
        """A domain (RFC 9083 §5.3)."""
        members = Members("domain")
        self._named(members, part)
        registrar, name = part.parts.get("registrar"), part.may("name")
        refers = registrar is not None and (base := registrar.may("rdap")) is not None and base.is_shown
        if name is not None:
            members.add("links", links("self", "related" if refers else ""), name.is_sure)
        self._status(members, part)
        members.add_events(events(part), part)
        if part.may("originalName"):
            members.add("variants", array(self._variant(part), 1, 1), sure=False)
        self._entities(members, path, part)
        self._nameservers(members, path, part)
        self._secure_dns(members, part)
        return members

    def _nameservers(self, members: Members, path: str, part: Part) -> None:
        """The delegation: the servers with what is shown of each, else their names alone."""
        host, servers = part.parts.get("host"), part.may("ns")
        if host is not None:
            name = host.may("name")
            listed = array(self._refer(f"{path}.host", host, self.nameserver), max(host.least, 1), host.most)
            members.add("nameservers", listed, host.least > 0 and name is not None and name.is_sure)
        elif servers is not None:
            named = {"objectClassName": {"const": "nameserver"}, "ldhName": text(servers)}
            low, high = servers.demand.low, servers.demand.high
            members.add("nameservers", array(record(named, named), max(low, 1), high), servers.is_sure)

    def _secure_dns(self, members: Members, part: Part) -> None:
        """Whether the delegation is signed, and by which records (RFC 9083 §5.3)."""
        records, held = part.parts.get("dnssec"), part.may("secDNS")
        tells_unsigned = not self._told(part.table).isdisjoint(SIGNED)
        kinds: list[Json] = [{"const": {"delegationSigned": False}}] if tells_unsigned else []
        if records is not None or held is not None:
            kinds.append(_signed(records))
        if kinds:
            members.add("secureDNS", one_of(kinds), "domain.secDNS" in self._told(part.table))

    def nameserver(self, path: str, part: Part, top: bool) -> Members:
        """A name server (RFC 9083 §5.2)."""
        members = Members("nameserver")
        self._named(members, part)
        addresses = part.may("addr")
        if addresses is not None:
            versions = {version: array(text(addresses), 1) for version in ("v4", "v6")}
            members.add("ipAddresses", record(versions, minProperties=1), addresses.is_sure)
        self._status(members, part)
        handle, name = part.may("id"), part.may("name")
        if handle is not None and name is not None:  # an attribute of its domain cannot be asked for
            members.add("links", links("self"), handle.is_sure and name.is_sure)
        if top:
            members.add_events(events(part), part)
            self._entities(members, path, part)
        return members

    def registrar(self, path: str, part: Part, top: bool) -> Members:
        """A registrar (response profile 2.4, 3.1)."""
        members = Members("entity")
        number = part.may("gurid")
        is_told = "registrar.gurid" in self._told(path.partition(".")[0])
        handle = [text(number)] if number is not None else []
        if is_told and not (number is not None and number.is_sure):
            handle.append({"const": NO_IANA_ID})
        if handle:
            members.add("handle", one_of(handle), is_told or (number is not None and number.is_sure))
        members.add("roles", {"const": ["registrar"]})
        if number is not None and number.is_shown:
            kind = {"type": {"const": "IANA Registrar ID"}, "identifier": text(replace(number, redaction=None))}
            members.add("publicIds", array(record(kind, kind), 1, 1), _is_held(number))
        members.add("vcardArray", card(part, name="org", org=""))
        self._links(members, part)
        self._status(members, part)
        if top:
            members.add_events(events(part), part)
        self.value(members, "port43", part.may("whoisinfo"))
        desks = [self._desk(f"{path}.{role}", part.parts[role]) for role in DESKS if role in part.parts]
        if desks:
            members.add("entities", array(one_of(desks), 1), sure=False)
        return members

    def _links(self, members: Members, part: Part) -> None:
        """The links of a registrar: to itself, by its number or its name, and to its own site."""
        keys = [each for short in ("gurid", "org") if (each := part.may(short)) is not None and each.is_shown]
        page = part.may("url")
        known = {"self": any(map(_is_held, keys))} if keys else {}
        if page is not None:
            known["about"] = page.is_sure
        if known:
            members.add("links", frame.any_links(known), any(known.values()))

    def contact(self, path: str, part: Part, top: bool) -> Members:
        """A contact: in its part, or by itself (response profile 2.7)."""
        members = Members("entity")
        handle = part.may("roid")
        self.value(members, "handle", handle)
        if part.role:
            members.add("roles", {"const": [RDAP_ROLES[part.role]]})
        members.add("vcardArray", card(part))
        if handle is not None and handle.is_shown:
            members.add("links", links("self"), _is_held(handle))
        self._status(members, part)
        members.add_events(events(part), part)
        self._entities(members, path, part)
        return members

    def _desk(self, path: str, part: Part) -> Json:
        return self._refer(path, part, self._card_only)

    def _card_only(self, path: str, part: Part, top: bool) -> Members:
        """A desk of a registrar."""
        members = Members("entity")
        members.add("roles", {"const": [RDAP_ROLES[part.role or part.table]]})
        members.add("vcardArray", card(part))
        return members

    def _reseller(self, path: str, part: Part, top: bool) -> Members:
        members = self._card_only(path, part, top)
        page = part.may("url")
        if page is not None:
            members.add("links", links("about"), page.is_sure)
        return members

    def _entities(self, members: Members, path: str, part: Part) -> None:
        """The entities of an object, as many as it has."""
        nests: dict[str, _Nest] = {"registrar": self.registrar, "reseller": self._reseller}
        nests |= dict.fromkeys(CONTACTS, self.contact)
        found = {name: nest for name, nest in nests.items() if name in part.parts}
        if not found:
            return
        listed = array(
            one_of([self._refer(f"{path}.{name}", part.parts[name], nest) for name, nest in found.items()]), 1
        )
        most = {name: 1 if name == "reseller" else part.parts[name].most for name in found}
        bounds = [
            {
                "contains": {"properties": {"roles": {"const": [RDAP_ROLES[name]]}}},
                "minContains": 0,
                "maxContains": n,
            }
            for name, n in most.items()
            if n is not None
        ]
        if bounds:
            listed["allOf"] = bounds
        members.add("entities", listed, sure=False)

    def _refer(self, name: str, part: Part, nest: _Nest) -> Json:
        """A reference to an object that stands in another."""
        self.definitions[name] = nest(name, part, False).record()
        return _refer(name)

    def _told(self, kind: str) -> frozenset[str]:
        return told(self.profile, kind)

    def _named(self, members: Members, part: Part) -> None:
        """What the objects that have names begin with."""
        for short, member in (("id", "handle"), ("name", "ldhName"), ("uName", "unicodeName")):
            self.value(members, member, part.may(short))

    def _status(self, members: Members, part: Part) -> None:
        """Statuses, if RDAP has words for any of them (RFC 8056 §2)."""
        known = [each for short in ("status", "rgpStatus") if (each := part.may(short)) is not None]
        if known:
            sure = [each for each in known if each.demand.format == "epp-status" and not each.is_replaced]
            members.add("status", array(_STATUS, 1), any(each.is_sure for each in sure))

    def _variant(self, part: Part) -> Json:
        """The name that this one is a variant of."""
        original, table = part.may("originalName"), part.may("idnTableId")
        assert original is not None
        names = record({"ldhName": text(original), "unicodeName": frame.TEXT}, ("ldhName",))
        made = {"variantNames": array(names, 1, 1)}
        idn = {"idnTable": text(table)} if table is not None else {}
        return record({**made, **idn}, made)


def _is_held(promise: Promise) -> bool:
    """Whether there is always a value of it, as it is held."""
    return promise.sight == "always" and promise.is_sure


def _signed(part: Part | None) -> Json:
    """A delegation that is signed, with what is shown of its records."""
    members: dict[str, Json] = {"delegationSigned": {"const": True}}
    life = part.may("maxSigLife") if part is not None else None
    if life is not None:
        members["maxSigLife"] = number(life)
    for name, needed, shorts in (("dsData", "digest", DS_RECORD), ("keyData", "pubKey", KEY_RECORD)):
        if part is not None and part.may(needed) is not None:
            members[name] = array(_record(part, needed, shorts), 1)
    return record(members, ("delegationSigned",))


def _record(part: Part, needed: str, made: Record) -> Json:
    """A DS record or a key."""
    known = {short: (member, make, each) for short, member, make in made if (each := part.may(short)) is not None}
    sure = [member for short, (member, _, each) in known.items() if short == needed or each.is_sure]
    return record(
        {member: number(each) if make is int else text(each) for member, make, each in known.values()}, sure
    )


def _refer(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}
