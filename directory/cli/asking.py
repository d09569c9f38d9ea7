"""Asking the hall from the command line: what a text asks, as whom, and the answer in any form."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from directory.access.gate import Gate, Registrars
from directory.access.standing import Standing
from directory.answer import Answer
from directory.errors import Malformed
from directory.model.graph import RegistrarGraph
from directory.query import Help, Kind, Lookup, Query, Requester

if TYPE_CHECKING:
    from directory.config import Settings
    from directory.store.reader import Reader
    from directory.store.result import Result

WHOIS, RDAP = "whois", "rdap"
PLAIN = ("json", "xml", "csv")
FORMS = (WHOIS, RDAP, *PLAIN)
"""The forms that an answer can have."""

LOCAL = "http://localhost/rdap/"
"""The base of links where none is configured."""

OBJECT = "a domain, a host, a registrar by IANA id, id or name, a contact by ROID, or a path of RDAP"

ZoneOf = Callable[[str], str | None]


def without_doors(settings: Settings) -> Settings:
    """The settings of who asks from the command line and says as whom: no door is opened, so that one without a
    profile is no fault, and no key is shown."""
    return dataclasses.replace(settings, whois=(), rdap=(), admin="", keys="", audiences={})


class Known(Gate):
    """Takes everyone for whom the command line says."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self._standing = standing

    def admit(self, requester: Requester) -> Standing:
        """The standing that was given."""
        return self._standing


def service_of(form: str) -> str:
    """The service that answers in a form."""
    return "data" if form in PLAIN else form


def query_of(text: str, service: str, zone_of: ZoneOf) -> tuple[Query, tuple[str, ...]]:
    """What a text asks of a service, and in which languages: a line of WHOIS; of any other service a path of RDAP,
    if it looks like one, and a word that is no name finds contacts as well as registrars. Raises `QueryError`."""
    from directory.rdap import query as rdap
    from directory.whois import query as whois

    if service != WHOIS and ("/" in text or text == "help"):
        return rdap.parse(f"/rdap/{text}"), ()
    query, languages = whois.parse(text.encode(), zone_of)
    if service != WHOIS and isinstance(query, Lookup) and query.kind is Kind.REGISTRAR:
        query = Lookup(Kind.ENTITY, query.key)
    return query, languages


def path_of(query: Query) -> str:
    """What RDAP would have been asked with (RFC 9082 §3)."""
    if isinstance(query, Help):
        return "help"
    kinds = {Kind.ADDRESS: "nameservers?ip=", Kind.REGISTRAR: "entity/", Kind.ENTITY: "entity/"}
    return kinds.get(query.kind, f"{query.kind}/") + quote(query.key, safe=":")


def rendered(answer: Answer, form: str, url: str) -> bytes:
    """The octets of an answer to the request for a URL, which WHOIS does not know of; they end in a line end."""
    if form == WHOIS:
        from directory.whois.render import render

        return render(answer)
    module = "directory.rdap.render" if form == RDAP else f"directory.markup.{form}"
    body: bytes = importlib.import_module(module).render(answer, url)
    return body if body.endswith(b"\n") else body + b"\n"


async def find(text: str, reader: Reader) -> Result:
    """What the store knows by this name, whatever kind of object it is. Raises `QueryError`, `StoreError`."""
    query, _ = query_of(text, "", reader.zone_of)
    if isinstance(query, Help):
        raise Malformed(f"{text!r} names no object: give {OBJECT}")
    result = await reader.lookup(query)
    if not result.hits and query.kind is Kind.DOMAIN:
        return await reader.lookup(Lookup(Kind.NAMESERVER, query.key))
    if not result.hits and query.kind is Kind.ENTITY:
        # Nobody asks a door by the registry's own id of a registrar; there are few of them.
        async for hit in reader.scan("registrar"):
            if isinstance(hit.graph, RegistrarGraph) and hit.graph.sponsor.registrar.id == query.key:
                return type(result)(result.as_of, reader.zone_of(hit.repository), (hit,))
    return result


async def notes_on(registrar: str, reader: Reader) -> list[str]:
    """What is to be said of a registrar that is asked for: that the store knows it not. Raises `StoreError`."""
    if not registrar:
        return []
    return [f"{each.message} ({each.hint})" for each in (await registrars(reader)).check("--registrar", registrar)]


async def registrars(reader: Reader) -> Registrars:
    """The ids of the registrars that a store knows. Raises `StoreError`."""
    ids: dict[str, set[str]] = {}
    async for hit in reader.scan("registrar"):
        if isinstance(hit.graph, RegistrarGraph):
            ids.setdefault(hit.repository, set()).add(hit.graph.sponsor.registrar.id)
    return Registrars(ids, reader.has_one_repository())
