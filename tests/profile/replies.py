"""Whole replies, out of the shipped profiles: those of both doors to the public, and any in any markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

from directory.access.standing import PUBLIC, Standing
from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.markup import csv as csv_form
from directory.markup import json as json_form
from directory.markup import xml as xml_form
from directory.model.catalogue import Catalogue
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from directory.query import Help, Kind, Lookup, Query
from directory.rdap import render as rdap_door
from directory.whois import render as whois_door
from tests.profile.objects import AS_OF

BASE = "https://rdap.nic.test/rdap/"
EVERYONE = Standing(PUBLIC)

MARKUPS: Mapping[str, Callable[[Answer, str], bytes]] = {
    "text": lambda answer, url: whois_door.render(answer),
    "RDAP": rdap_door.render,
    "JSON": json_form.render,
    "XML": xml_form.render,
    "CSV": csv_form.render,
}
"""What makes the bytes of an answer to the request for a URL, by the markup that a profile names."""


@cache
def catalogue() -> Catalogue:
    return Catalogue.load()


@cache
def profiles() -> Profiles:
    return Profiles.load(catalogue=catalogue())


def whois_profile() -> Profile:
    return profiles().bound("test", "whois")


def rdap_profile() -> Profile:
    return profiles().bound("test", "rdap")


def _query(graph: Graph) -> tuple[Query, str]:
    """What leads to an object, and its path."""
    if isinstance(graph, DomainGraph):
        return Lookup(Kind.DOMAIN, graph.domain.name), f"domain/{graph.domain.name}"
    if isinstance(graph, HostGraph):
        return Lookup(Kind.NAMESERVER, graph.host.name), f"nameserver/{graph.host.name}"
    if isinstance(graph, RegistrarGraph):
        key = str(graph.sponsor.registrar.gurid or graph.sponsor.registrar.name)
        return Lookup(Kind.ENTITY, key), f"entity/{key.replace(' ', '%20')}"
    assert isinstance(graph, ContactGraph)
    return Lookup(Kind.ENTITY, graph.contact.roid), f"entity/{graph.contact.roid}"


def found(graph: Graph, profile: Profile, standing: Standing = EVERYONE) -> Answer:
    return Found(_query(graph)[0], profile, AS_OF, profile.present(graph, standing))


def whois(graph: Graph, standing: Standing = EVERYONE, profile: Profile | None = None) -> bytes:
    """The reply of port 43 to a lookup that finds this."""
    return whois_door.render(found(graph, profile or whois_profile(), standing))


def rdap(graph: Graph, standing: Standing = EVERYONE, profile: Profile | None = None) -> bytes:
    """The RDAP body of a lookup that finds this."""
    return rdap_door.render(found(graph, profile or rdap_profile(), standing), BASE + _query(graph)[1])


def rdap_json(graph: Graph, standing: Standing = EVERYONE, profile: Profile | None = None) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(rdap(graph, standing, profile)))


def is_said(graph: Graph, profile: Profile) -> bool:
    """Whether the profile mentions objects of this kind."""
    return profile.present(graph, EVERYONE).table != ""


def rendered(markup: str, graph: Graph, standing: Standing, profile: Profile) -> bytes:
    """The reply in a markup to a lookup that finds this."""
    return MARKUPS[markup](found(graph, profile, standing), BASE + _query(graph)[1])


def matches(kind: Kind, key: str, graphs: list[Graph], profile: Profile) -> Matches:
    views = tuple(profile.present(graph, EVERYONE) for graph in graphs)
    return Matches(Lookup(kind, key), profile, AS_OF, views)


def missing(kind: Kind, key: str, profile: Profile, reserved: bool = False) -> NotFound:
    return NotFound(Lookup(kind, key), profile, AS_OF, reserved)


def helping(profile: Profile) -> HelpText:
    return HelpText(Help(), profile, AS_OF)
