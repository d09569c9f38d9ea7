"""Registrars, and what a registry knows of them besides the deposit (RFC 9022 §5.4)."""

from __future__ import annotations

from directory.model.base import Instant, Value


class RegistrarPostal(Value, frozen=True, array_like=True, gc=False):
    """One postal form of a registrar: an address only, for the name stands in the registrar."""

    type: str
    street_1: str | None = None
    street_2: str | None = None
    street_3: str | None = None
    city: str | None = None
    sp: str | None = None
    pc: str | None = None
    cc: str | None = None
    lang: str | None = None
    lang_origin: str | None = None

    @property
    def street(self) -> tuple[str, ...]:
        """The street lines that are there, in order."""
        return tuple(line for line in (self.street_1, self.street_2, self.street_3) if line)


class Registrar(Value, frozen=True, array_like=True, gc=False):
    """A registrar: `id` is the registry's (what clID points to), `gurid` IANA's."""

    id: str
    name: str
    folded_name: str
    gurid: int | None
    status: str | None
    voice: str | None
    voice_ext: str | None
    fax: str | None
    fax_ext: str | None
    email: str | None
    url: str | None
    whois_name: str | None
    whois_url: str | None
    cr_date: Instant | None
    up_date: Instant | None
    postal: tuple[RegistrarPostal, ...] = ()

    def form(self, *preferred: str) -> RegistrarPostal | None:
        """The first postal form of the preferred types, else the first that there is."""
        for type_ in preferred:
            for postal in self.postal:
                if postal.type == type_:
                    return postal
        return self.postal[0] if self.postal else None


class RegistrarContact(Value, frozen=True, array_like=True, gc=False):
    """A registrar's desk: `type` is abuse, admin, tech or billing."""

    type: str
    name: str | None = None
    org: str | None = None
    voice: str | None = None
    voice_ext: str | None = None
    fax: str | None = None
    fax_ext: str | None = None
    email: str | None = None


class SideData(Value, frozen=True, array_like=True, gc=False):
    """What RFC 9022 has no place for: a registrar's WHOIS host, RDAP base URL and desks."""

    whois: str | None = None
    rdap: str | None = None
    contacts: tuple[RegistrarContact, ...] = ()

    def desk(self, type_: str) -> RegistrarContact | None:
        """The first desk of that type."""
        return next((contact for contact in self.contacts if contact.type == type_), None)


class Sponsor(Value, frozen=True, array_like=True, gc=False):
    """A registrar with its side data, as a lookup finds it."""

    registrar: Registrar
    side: SideData | None = None
