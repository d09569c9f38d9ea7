"""What a deposit holds, read from its XML alone: what the clients are expected to find (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

_ANY = "{*}"


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain as deposited."""

    name: str
    unicode_name: str | None
    roid: str
    statuses: tuple[str, ...]
    rgp: tuple[str, ...]
    hosts: tuple[str, ...]
    contacts: frozenset[str]
    registrar: str
    created: datetime
    expires: datetime
    updated: datetime | None
    signed: bool


@dataclass(frozen=True, slots=True)
class Host:
    """A host as deposited."""

    name: str
    roid: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registrar:
    """A registrar as deposited."""

    name: str
    iana: str
    email: str
    voice: str
    city: str
    url: str
    whois: str


@dataclass(frozen=True, slots=True)
class Deposited:
    """The objects of a deposit that the tests ask for."""

    domains: tuple[Domain, ...]
    hosts: dict[str, Host]
    registrars: dict[str, Registrar]
    contacts: tuple[str, ...]

    def domain(self, fits: Callable[[Domain], bool]) -> Domain:
        """The first domain that fits; the sample must have one."""
        found = next((each for each in self.domains if fits(each)), None)
        assert found is not None, "the sample has no such domain"
        return found


def read(deposit: Path) -> Deposited:
    """The objects of an uncompressed deposit."""
    contents = etree.parse(deposit).getroot().find(f"{_ANY}contents")
    assert contents is not None
    return Deposited(
        tuple(_domain(each) for each in contents.findall(f"{_ANY}domain")),
        {host.name: host for host in map(_host, contents.findall(f"{_ANY}host"))},
        {_text(each, "id"): _registrar(each) for each in contents.findall(f"{_ANY}registrar")},
        tuple(_text(each, "roid") for each in contents.findall(f"{_ANY}contact")),
    )


def _domain(element: etree._Element) -> Domain:
    updated = _texts(element, "upDate")
    names = _texts(element, "uName")
    return Domain(
        name=_text(element, "name"),
        unicode_name=names[0] if names else None,
        roid=_text(element, "roid"),
        statuses=tuple(str(each.get("s")) for each in element.findall(f"{_ANY}status")),
        rgp=tuple(str(each.get("s")) for each in element.findall(f"{_ANY}rgpStatus")),
        hosts=_texts(element, f"ns/{_ANY}hostObj"),
        contacts=frozenset(str(each.get("type")) for each in element.findall(f"{_ANY}contact")),
        registrar=_text(element, "clID"),
        created=_time(_text(element, "crDate")),
        expires=_time(_text(element, "exDate")),
        updated=_time(updated[0]) if updated else None,
        signed=element.find(f"{_ANY}secDNS") is not None,
    )


def _host(element: etree._Element) -> Host:
    return Host(_text(element, "name"), _text(element, "roid"), _texts(element, "addr"))


def _registrar(element: etree._Element) -> Registrar:
    return Registrar(
        name=_text(element, "name"),
        iana=_text(element, "gurid"),
        email=_text(element, "email"),
        voice=_text(element, "voice"),
        city=_text(element, f"postalInfo/{_ANY}addr/{_ANY}city"),
        url=_text(element, "url"),
        whois=_text(element, f"whoisInfo/{_ANY}name"),
    )


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:
    return tuple((each.text or "").strip() for each in element.findall(_ANY + path))


def _text(element: etree._Element, path: str) -> str:
    return _texts(element, path)[0]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
