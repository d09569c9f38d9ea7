"""Contact objects (RFC 9022 §5.3, RFC 5733)."""

from __future__ import annotations

from functools import cache

from directory.escrow.sample.people import (
    BUILDINGS,
    COUNTRIES,
    DEPARTMENTS,
    FAMILY,
    FORMS,
    GIVEN,
    MAIL,
    ROLES,
    STEMS,
    STREETS,
)  # fmt: skip
from directory.escrow.sample.registry import REPOSITORY, Registry, contact_id, registrar_id
from directory.escrow.sample.scripts import Person
from directory.escrow.sample.shape import Choice, Draw
from directory.escrow.sample.text import escape

# `ok` goes with `linked` only; `linked` goes with anything (RFC 5733 §2.2).
_PROHIBITIONS = Choice.of(
    (
        ("", 950),
        ("clientTransferProhibited", 20),
        ("clientUpdateProhibited", 12),
        ("clientDeleteProhibited", 12),
        ("clientDeleteProhibited clientTransferProhibited clientUpdateProhibited", 6),
    )
)

# Order of the children, and `int` or `loc` where there are two forms: RFC 5733 §2.9.
_DISCLOSE = (
    '<contact:voice/><contact:email/>',
    '<contact:name type="int"/><contact:addr type="int"/><contact:voice/><contact:fax/><contact:email/>',
    '<contact:name type="loc"/><contact:name type="int"/><contact:org type="int"/><contact:email/>',
    '<contact:addr type="int"/><contact:voice/>',
    '<contact:org type="int"/>',
    '<contact:org type="loc"/><contact:org type="int"/><contact:addr type="loc"/><contact:addr type="int"/>'
    '<contact:voice/><contact:fax/>',
    '<contact:email/>',
)  # fmt: skip


def contact_xml(registry: Registry, number: int) -> str:
    """The contact of a number."""
    draw = registry.contact_draw(number)
    idn = registry.contact_idn(number)
    if idn is None:
        postal, name, calling = _postal(draw)
    else:
        person = registry.script(idn).people
        postal, name, calling = _two_forms(person, draw)
    sponsor = registry.contact_sponsor(number)
    statuses = _statuses(_PROHIBITIONS.take(draw[0]), registry.contact_linked(number))
    return (
        f"<rdeContact:contact><rdeContact:id>{contact_id(number)}</rdeContact:id>"
        f"<rdeContact:roid>C{number + 1}-{REPOSITORY}</rdeContact:roid>{statuses}"
        f"{postal}{_reach(name, calling, number, draw)}"
        f"{_events(registry, sponsor, draw)}</rdeContact:contact>\n"
    )


def is_person(registry: Registry, number: int) -> bool:
    """Whether a contact bears a person's name and no organisation's."""
    draw = registry.contact_draw(number)
    return not _has_org(draw) and (registry.contact_idn(number) is not None or not _has_role(draw))


def _has_org(draw: Draw) -> bool:
    return not draw[6] & 1


def _has_role(draw: Draw) -> bool:
    return draw[3] < 3000


@cache  # ten combinations
def _statuses(prohibitions: str, linked: bool) -> str:
    values = prohibitions.split() if prohibitions else ["ok"]
    if linked:
        values.append("linked")
    return "".join(f'<rdeContact:status s="{value}"/>' for value in values)


def _postal(draw: Draw) -> tuple[str, str, str]:
    """One postal form in ASCII; the name in it, and the country's calling code."""
    country = COUNTRIES[draw[1] % len(COUNTRIES)]
    city, province = country.cities[draw[2] % len(country.cities)]
    if _has_role(draw):
        name = ROLES[draw[4] % len(ROLES)]
    else:
        name = f"{GIVEN[draw[4] % len(GIVEN)]} {FAMILY[draw[5] % len(FAMILY)]}"
    # RFC 9022 §5.3.1.1: the `int` form is 7-bit ASCII.
    return (
        f'<rdeContact:postalInfo type="int"><contact:name>{escape(name)}</contact:name>{_org(draw)}'
        f"<contact:addr>{_streets(draw)}<contact:city>{city}</contact:city>"
        + (f"<contact:sp>{province}</contact:sp>" if province else "")
        + f"<contact:pc>{country.postal_code(draw[10] * 8191 + draw[2])}</contact:pc>"
        f"<contact:cc>{country.code}</contact:cc></contact:addr></rdeContact:postalInfo>",
        name,
        country.calling,
    )


def _org(draw: Draw) -> str:
    if not _has_org(draw):
        return ""
    org = f"{STEMS[draw[7] % len(STEMS)]} {FORMS[draw[8] % len(FORMS)]}"
    return f"<contact:org>{escape(org)}</contact:org>"


def _streets(draw: Draw) -> str:
    number = draw[9]
    lines = [f"{number % 240 + 1} {STREETS[draw[11] % len(STREETS)]}"]
    if number < 20000:
        lines.append(BUILDINGS[number % len(BUILDINGS)].format(number % 37 + 1))
    if number < 3500:
        lines.append(DEPARTMENTS[number % len(DEPARTMENTS)].format(number))
    return "".join(f"<contact:street>{escape(line)}</contact:street>" for line in lines)


def _two_forms(person: Person, draw: Draw) -> tuple[str, str, str]:
    """The same person at home and abroad: `int` in ASCII, `loc` in the script of the name."""
    local, ascii_name = person.names[draw[4] % len(person.names)]

    def form(kind: str, name: str, street: str, city: str) -> str:
        return (
            f'<rdeContact:postalInfo type="{kind}"><contact:name>{escape(name)}</contact:name>{_org(draw)}'
            f"<contact:addr><contact:street>{escape(street)}</contact:street>"
            f"<contact:city>{city}</contact:city><contact:pc>{person.code}</contact:pc>"
            f"<contact:cc>{person.country}</contact:cc></contact:addr></rdeContact:postalInfo>"
        )

    forms = form("int", ascii_name, person.street[1], person.city[1]) + form(
        "loc", local, person.street[0], person.city[0]
    )
    return forms, ascii_name, person.calling


def _reach(name: str, calling: str, number: int, draw: Draw) -> str:
    """Telephones (E.164 as `+CC.digits`, RFC 9022 §4.3) and e-mail, at names kept for examples (RFC 2606)."""
    parts = []
    if draw[12] < 62000:
        extension = f' x="{draw[13] % 9000 + 100}"' if draw[13] < 6000 else ""
        parts.append(
            f"<rdeContact:voice{extension}>+{calling}.555{draw[12] * 152 % 10000000:07d}</rdeContact:voice>"
        )
    if draw[14] < 14000:
        parts.append(f"<rdeContact:fax>+{calling}.555{draw[14] * 709 % 10000000:07d}</rdeContact:fax>")
    user = name.lower().replace("'", "").replace(" & ", "-").replace(" ", ".")
    parts.append(f"<rdeContact:email>{user}.{number + 1}@{MAIL[draw[15] % len(MAIL)]}</rdeContact:email>")
    return "".join(parts)


def _events(registry: Registry, sponsor: int, draw: Draw) -> str:
    """Sponsor, creation, update, a transfer for a few, and what the contact wants disclosed."""
    calendar = registry.calendar
    current = registrar_id(sponsor)
    age = 20 + draw[16] * 8900 // 65536
    moved = draw[17] < 330
    previous = registrar_id(registry.other_registrar(sponsor, draw[18]))
    creator = previous if moved else current
    client = ' client="web"' if draw[19] < 4000 else ""
    parts = [
        f"<rdeContact:clID>{current}</rdeContact:clID><rdeContact:crRr{client}>{creator}</rdeContact:crRr>"
        f"<rdeContact:crDate>{calendar.ago(age, draw[20])}</rdeContact:crDate>"
    ]
    if draw[21] < 22000:
        # Updated since the transfer, if there was one: by the present sponsor.
        updated = calendar.ago(1 + draw[22] * (age // 2) // 65536, draw[23])
        parts.append(
            f"<rdeContact:upRr>{current}</rdeContact:upRr><rdeContact:upDate>{updated}</rdeContact:upDate>"
        )
    if moved:
        asked, acted = calendar.ago(age // 2 + 6, draw[24]), calendar.ago(age // 2 + 2, draw[25])
        parts.append(
            f"<rdeContact:trDate>{acted}</rdeContact:trDate><rdeContact:trnData>"
            f"<rdeContact:trStatus>clientApproved</rdeContact:trStatus>"
            f"<rdeContact:reRr>{current}</rdeContact:reRr><rdeContact:reDate>{asked}</rdeContact:reDate>"
            f"<rdeContact:acRr>{previous}</rdeContact:acRr><rdeContact:acDate>{acted}</rdeContact:acDate>"
            f"</rdeContact:trnData>"
        )
    if draw[26] < 16400:
        flag = "0" if draw[26] < 9800 else "1"
        chosen = _DISCLOSE[draw[27] % len(_DISCLOSE)]
        parts.append(f'<rdeContact:disclose flag="{flag}">{chosen}</rdeContact:disclose>')
    return "".join(parts)
