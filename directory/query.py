"""What is asked, and by whom: a door parses bytes into these, and inside everything is valid."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a lookup asks for."""

    DOMAIN = "domain"
    """A domain by its A-label name."""
    NAMESERVER = "nameserver"
    """Hosts by their A-label name."""
    ADDRESS = "address"
    """Hosts by a canonical IP address."""
    REGISTRAR = "registrar"
    """A registrar by IANA id or by name."""
    ENTITY = "entity"
    """A registrar by IANA id or name, or a contact by ROID (gTLD RDAP TIG 2.3.1, 2.4.1, 2.4.2)."""


class Lookup(msgspec.Struct, frozen=True, gc=False):
    """An exact question. `key` is canonical for its kind: an A-label name in lower case without the root
    dot, an address in RFC 5952 text, or the text of a handle or name as it came."""

    kind: Kind
    key: str


class Help(msgspec.Struct, frozen=True, gc=False):
    """A question about the service itself."""


Query = Lookup | Help


class Requester(msgspec.Struct, frozen=True, gc=False):
    """Who asks: `service` is what was asked of a door (`whois`, `rdap`, or `data` for the plain forms),
    `address` the peer's IP address as text, `credential` a bearer key as it came (RFC 6750), empty if none did,
    `languages` the BCP 47 tags that the requester reads, best first (RFC 9110 §12.5.4)."""

    service: str
    address: str
    credential: str = ""
    languages: tuple[str, ...] = ()
