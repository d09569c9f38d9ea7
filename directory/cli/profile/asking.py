"""Questions on the command line: what an object is named by, in the words of either door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from directory.cli.profile.setting import Refusal
from directory.model.graph import RegistrarGraph
from directory.query import Help, Kind, Lookup, Query

if TYPE_CHECKING:
    from directory.store.reader import Reader
    from directory.store.result import Result

ZoneOf = Callable[[str], str | None]

OBJECT = "a domain, a host, a registrar by IANA id, id or name, a contact by ROID, or a path of RDAP"


def query_of(text: str, service: str, zone_of: ZoneOf) -> tuple[Query, tuple[str, ...]]:
    """What a text asks of a service, and in which languages: a path of RDAP if it looks like one, else a line of
    WHOIS. What else than WHOIS is asked by one word finds contacts as well. Raises `QueryError`."""
    from directory.rdap import query as rdap
    from directory.whois import query as whois

    if service != "whois" and ("/" in text or text == "help"):
        return rdap.parse(f"/rdap/{text}"), ()
    query, languages = whois.parse(text.encode(), zone_of)
    if service != "whois" and isinstance(query, Lookup) and query.kind is Kind.REGISTRAR:
        query = Lookup(Kind.ENTITY, query.key)
    return query, languages


def path_of(query: Query) -> str:
    """What RDAP would have been asked with (RFC 9082 §3)."""
    if isinstance(query, Help):
        return "help"
    kinds = {Kind.ADDRESS: "nameservers?ip=", Kind.REGISTRAR: "entity/", Kind.ENTITY: "entity/"}
    return kinds.get(query.kind, f"{query.kind}/") + quote(query.key, safe=":")


async def find(text: str, reader: Reader) -> Result:
    """What the store knows by this name, whatever kind of object it is. Raises `QueryError`, `StoreError`."""
    query, _ = query_of(text, "", reader.zone_of)
    if isinstance(query, Help):
        raise Refusal(f"{text!r} names no object: give {OBJECT}")
    result = await reader.lookup(query)
    if not result.hits and query.kind is Kind.DOMAIN:
        return await reader.lookup(Lookup(Kind.NAMESERVER, query.key))
    if not result.hits and query.kind is Kind.ENTITY:
        async for hit in reader.scan("registrar"):
            # A registrar is asked for by its name; the registry's own id for it is the number of few.
            if isinstance(hit.graph, RegistrarGraph) and hit.graph.sponsor.registrar.id == query.key:
                return type(result)(result.as_of, reader.zone_of(hit.repository), (hit,))
    return result
