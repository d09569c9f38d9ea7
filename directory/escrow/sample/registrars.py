"""Registrar objects (RFC 9022 §5.4), and beside the deposit what that object has no place for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from directory.escrow.sample.people import COUNTRIES, FAMILY, GIVEN, STEMS, STREETS
from directory.escrow.sample.registry import Registry, registrar_id
from directory.escrow.sample.scripts import SCRIPTS
from directory.escrow.sample.shape import Draw, drawer
from directory.escrow.sample.text import escape

_KINDS = ("Registrar", "Domains", "Names", "Internet Services", "Registration Services", "Hosting & Domains")
_SERVICES = ("example.net", "example.com", "example.org")
SIDE_HEADING = "# What RFC 9022 has no place for; keyed by IANA id or registrar id.\n"


@dataclass(frozen=True, slots=True)
class Registrar:
    """What the object and the side data say alike of one registrar."""

    number: int
    id: str
    iana: int
    name: str
    home: str
    calling: str
    draw: Draw


def registrar(registry: Registry, number: int) -> Registrar:
    draw = drawer(registry.seed, "registrar")(number)
    # 9995 to 9999 are kept for tests and the registry itself; the others are beyond what IANA has given out.
    iana = 9995 + number if number < 5 else 8000 + number
    stem = STEMS[(number * 29 + draw[0] % 3) % len(STEMS)]
    name = f"{stem} {_KINDS[draw[1] % len(_KINDS)]}"
    if number >= len(STEMS):
        name += f" {number // len(STEMS) + 1}"
    home = f"registrar-{number + 1}.{_SERVICES[number % len(_SERVICES)]}"
    calling = COUNTRIES[draw[2] % len(COUNTRIES)].calling
    return Registrar(number, registrar_id(number), iana, name, home, calling, draw)


def registrar_xml(registry: Registry, number: int) -> str:
    """The registrar of a number."""
    who = registrar(registry, number)
    status = "terminated" if number % 100 == 60 else "readonly" if number % 40 == 17 else "ok"
    age = 400 + who.draw[3] * 8000 // 65536
    created = registry.calendar.ago(age, who.draw[4])
    updated = ""
    if who.draw[5] < 40000:
        date = registry.calendar.ago(1 + who.draw[6] * (age - 1) // 65536, who.draw[7])
        updated = f"<rdeRegistrar:upDate>{date}</rdeRegistrar:upDate>"
    fax = f"<rdeRegistrar:fax>{_phone(who, 1)}</rdeRegistrar:fax>" if who.draw[8] < 40000 else ""
    return (
        f"<rdeRegistrar:registrar><rdeRegistrar:id>{who.id}</rdeRegistrar:id>"
        f"<rdeRegistrar:name>{escape(who.name)}</rdeRegistrar:name>"
        f"<rdeRegistrar:gurid>{who.iana}</rdeRegistrar:gurid>"
        f"<rdeRegistrar:status>{status}</rdeRegistrar:status>{_postal(who)}"
        f"<rdeRegistrar:voice>{_phone(who, 0)}</rdeRegistrar:voice>{fax}"
        f"<rdeRegistrar:email>info@{who.home}</rdeRegistrar:email>"
        f"<rdeRegistrar:url>https://www.{who.home}</rdeRegistrar:url><rdeRegistrar:whoisInfo>"
        f"<rdeRegistrar:name>whois.{who.home}</rdeRegistrar:name>"
        f"<rdeRegistrar:url>https://whois.{who.home}/</rdeRegistrar:url></rdeRegistrar:whoisInfo>"
        f"<rdeRegistrar:crDate>{created}</rdeRegistrar:crDate>{updated}</rdeRegistrar:registrar>\n"
    )


def _phone(who: Registrar, line: int) -> str:
    return f"+{who.calling}.55501{who.number:03d}{line:02d}"


def _postal(who: Registrar) -> str:
    country = COUNTRIES[who.draw[2] % len(COUNTRIES)]
    city, province = country.cities[who.draw[9] % len(country.cities)]
    street = f"{who.draw[10] % 300 + 1} {STREETS[who.draw[11] % len(STREETS)]}"
    code = country.postal_code(who.draw[12] * 1021)
    forms = _form("int", street, city, province, code, country.code)
    if who.number % 6 == 3:
        people = SCRIPTS[who.number // 6 % len(SCRIPTS)].people
        forms = _form("int", people.street[1], people.city[1], "", people.code, people.country) + _form(
            "loc", people.street[0], people.city[0], "", people.code, people.country
        )
    return forms


def _form(kind: str, street: str, city: str, province: str, code: str, country: str) -> str:
    sp = f"<rdeRegistrar:sp>{province}</rdeRegistrar:sp>" if province else ""
    return (
        f'<rdeRegistrar:postalInfo type="{kind}"><rdeRegistrar:addr>'
        f"<rdeRegistrar:street>{escape(street)}</rdeRegistrar:street>"
        f"<rdeRegistrar:city>{city}</rdeRegistrar:city>{sp}<rdeRegistrar:pc>{code}</rdeRegistrar:pc>"
        f"<rdeRegistrar:cc>{country}</rdeRegistrar:cc></rdeRegistrar:addr></rdeRegistrar:postalInfo>"
    )


def side_yaml(registry: Registry) -> str:
    """The side data of every registrar, as a YAML document."""
    entries = [_side(registrar(registry, number)) for number in range(registry.registrars)]
    body = yaml.safe_dump({"registrars": entries}, sort_keys=False, allow_unicode=True, width=110)
    return SIDE_HEADING + body


def _side(who: Registrar) -> dict[str, Any]:
    """One entry; some are keyed by the local identifier, and some registrars have no RDAP service."""
    entry: dict[str, Any] = {"id": who.id} if who.number % 10 == 7 else {"iana": who.iana}
    entry["whois"] = f"whois.{who.home}"
    if who.number % 7 != 5:
        entry["rdap"] = f"https://rdap.{who.home}/"
    entry["contacts"] = [
        _contact(who, "abuse", "Abuse Desk", 10),
        _contact(who, "admin", _person(who, 0), 11),
    ]
    if who.draw[13] & 1:
        entry["contacts"].append(_contact(who, "tech", "DNS Operations", 12))
    if who.draw[14] % 3 == 0:
        entry["contacts"].append(_contact(who, "billing", _person(who, 1), 13))
    return entry


def _person(who: Registrar, which: int) -> str:
    given, family = who.draw[15 + which], who.draw[17 + which]
    return f"{GIVEN[given % len(GIVEN)]} {FAMILY[family % len(FAMILY)]}"


def _contact(who: Registrar, kind: str, name: str, line: int) -> dict[str, Any]:
    contact: dict[str, Any] = {"type": kind, "name": name}
    if kind in ("admin", "billing"):
        contact["org"] = who.name
    contact["email"] = f"{kind}@{who.home}"
    contact["voice"] = _phone(who, line)
    if who.draw[19 + line % 4] % 4 == 0:
        contact["voiceExt"] = str(100 + who.draw[23] % 900)
    if kind != "abuse" and who.draw[24] % 3 == 0:
        contact["fax"] = _phone(who, line + 10)
        if who.draw[25] % 3 == 0:
            contact["faxExt"] = str(100 + who.draw[26] % 900)
    return contact
