"""Which profile speaks where: one for each zone, service and audience, all of a zone by one disclosure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from directory.document import Document, suggest
from directory.errors import BadValue, Finding
from directory.model.name import to_ascii
from directory.profile.disclosure import Disclosure
from directory.profile.profile import Profile

Bound = dict[tuple[str, str, tuple[str, ...]], tuple[str, str]]
"""The profile and the disclosure of each zone, service and audiences."""

MARKUPS: Mapping[str, tuple[str, ...]] = {
    "whois": ("text",),
    "rdap": ("RDAP",),
    "data": ("JSON", "XML", "CSV", "text"),
    "escrow": ("XML", "CSV"),
}
"""The markups of each service; the first is that of a profile that does not say one."""

_PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "whois": ("WHOIS",),
    "rdap": ("RDAP",),
    "data": ("HTTP", "EPP"),
    "escrow": ("escrow",),
}


def markup(document: Document) -> str:
    """The markup of a checked profile."""
    given: str = document.data.get("parameters", {}).get("markup", "")
    return given or MARKUPS[document.data["bind"]["service"]][0]


def check(document: Document, disclosure: Disclosure) -> Iterator[Finding]:
    """Zones that are none, audiences that the disclosure does not know, parameters that the service has not."""
    bind = document.data["bind"]
    for index, tld in enumerate(bind["tlds"]):
        if tld != "*":
            try:
                to_ascii(tld)
            except BadValue as error:
                yield document.finding(("bind", "tlds", index), error.rule, f"{tld!r}: {error}")
    for index, audience in enumerate(bind.get("audiences", ())):
        if audience not in disclosure.audiences.within:
            said = f"{audience!r} is no audience of the disclosure {disclosure.name!r}"
            known = disclosure.audiences.names
            hint = suggest(audience, known) or f"declared: {', '.join(known)}"
            yield document.finding(("bind", "audiences", index), "the audiences of the disclosure", said, hint)
    service = bind["service"]
    for word, fitting in (("markup", MARKUPS[service]), ("protocol", _PROTOCOLS[service])):
        given = document.data.get("parameters", {}).get(word, fitting[0])
        if given not in fitting:
            said = f"the service {service!r} has no {word} {given!r}"
            hint = f"{word}: {' or '.join(fitting)}"
            yield document.finding(("parameters", word), f"SAC054 §5 ({word})", said, hint)


def check_bound(document: Document, bound: Bound) -> Iterator[Finding]:
    """One profile for each zone, service and audience, and one disclosure for each zone, whatever the service."""
    data = document.data
    service, name, disclosure = data["bind"]["service"], data["profile"], data["disclosure"]
    audiences = tuple(sorted(data["bind"].get("audiences", ())))
    for index, tld in enumerate(data["bind"]["tlds"]):
        place = ("bind", "tlds", index)
        if (tld, service, audiences) in bound:
            said = f"{bound[tld, service, audiences][0]!r} is bound to {tld} and {service} already"
            yield document.finding(place, "one profile for each zone and service", said)
        for (other_tld, *_), (other, theirs) in bound.items():
            if other_tld == tld and other != name and theirs != disclosure:
                said = f"{other!r} discloses the same zone by {theirs!r}"
                yield document.finding(place, "one disclosure for each registry", said)
                break
    for tld in data["bind"]["tlds"]:
        bound[tld, service, audiences] = (name, disclosure)


def check_zones(document: Document, profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Whatever speaks for a zone, by itself, by a zone above or by `*`, goes by one disclosure."""
    bound: dict[tuple[str, str], list[Profile]] = {}
    for profile in profiles:
        for tld in profile.tlds:
            bound.setdefault((tld, profile.service), []).append(profile)
    for zone in sorted({tld for tld, _ in bound} - {"*"}):
        labels = zone.split(".")
        above = [*(".".join(labels[start:]) for start in range(len(labels))), "*"]
        speaking = [
            next((bound[each, service] for each in above if (each, service) in bound), [])
            for service in {service for _, service in bound}
        ]
        names = sorted({each.disclosure.name for found in speaking for each in found})
        if len(names) > 1:
            said = f"{zone} is disclosed by {' and by '.join(names)}, as one service or another speaks for it"
            hint = f"bind a profile of each service to {zone}"
            yield document.finding(("bind", "tlds"), "one disclosure for each registry", said, hint)
