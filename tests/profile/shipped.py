"""The shipped documents as tests use them: their data, their profiles, replies by their names."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from directory import resources
from directory.access.standing import Standing
from directory.documentfile import load as read
from directory.model.base import Transfer
from directory.model.graph import DomainGraph, Graph
from directory.model.registry import Extension
from directory.profile.profile import Profile
from directory.profile.profiles import Profiles
from tests.profile import replies
from tests.profile.objects import contact

ALL = tuple(name.removesuffix(".yaml") for name in resources.names("profiles"))
DISCLOSURES = tuple(name for name in ALL if name.endswith("-disclosure"))
PROFILES = tuple(name for name in ALL if name not in DISCLOSURES)


@cache
def data(name: str) -> dict[str, Any]:
    """What the document says, as it stands there."""
    found: dict[str, Any] = read(resources.find("profiles", f"{name}.yaml"), name).data
    return found


@cache
def load(*names: str) -> Profiles:
    """Several profiles, as a configuration that names them has them."""
    return Profiles.load([resources.find("profiles", f"{name}.yaml") for name in names], replies.catalogue())


def profile(name: str) -> Profile:
    """One profile alone."""
    (found,) = load(name).all
    return found


def whois(name: str, graph: Graph, *languages: str, standing: Standing = replies.EVERYONE) -> list[str]:
    """The lines of a reply by a profile."""
    speaking = profile(name).speaking(languages)
    return replies.whois(graph, standing, speaking).decode().split("\r\n")


def rdap(name: str, graph: Graph, audience: str = "public") -> dict[str, Any]:
    """The body of a reply by a profile."""
    return replies.rdap_json(graph, Standing(audience), profile(name))


def extended(graph: DomainGraph, *extensions: Extension, transfer: tuple[Transfer, ...] = ()) -> DomainGraph:
    """The domain with these groups of its contacts, and this transfer."""
    changed = msgspec.structs.replace(graph.domain, transfer=transfer)
    return msgspec.structs.replace(graph, domain=changed, contact_extensions=extensions)


def person(number: int, **values: str) -> Extension:
    """What the extension `person` says of a contact of the tests."""
    handle = contact(number).handle
    return Extension("p", "person", "contact", handle, {key: (value,) for key, value in values.items()})
