"""The numbers, digests and keys of DS and DNSKEY records (RFC 4034 §2.1 and §5.1; IANA's registries of them).

The registries are IANA's "DNS Security Algorithm Numbers" of 24 January 2024 and "Digest Algorithms" of 7 February
2024 with the private-use types of RFC 9904 §7.2. What IANA registers later is to be added here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from directory.errors import BadValue
from directory.model import format as form
from directory.profile.formats.number import decimal

_ALGORITHMS: Mapping[int, str] = {
    3: "DSA",
    5: "RSASHA1",
    6: "DSA-NSEC3-SHA1",
    7: "RSASHA1-NSEC3-SHA1",
    8: "RSASHA256",
    10: "RSASHA512",
    12: "ECC-GOST",
    13: "ECDSAP256SHA256",
    14: "ECDSAP384SHA384",
    15: "ED25519",
    16: "ED448",
    17: "SM2SM3",
    23: "ECC-GOST12",
    253: "PRIVATEDNS",
    254: "PRIVATEOID",
}
"""Those that sign zones: no other may stand in a DS or DNSKEY (RFC 4034 appendix A.1)."""

_DIGEST_OCTETS: Mapping[int, int] = {1: 20, 2: 32, 3: 32, 4: 48, 5: 32, 6: 32}
"""SHA-1, SHA-256, GOST R 34.11-94, SHA-384, GOST R 34.11-2012 and SM3: the octets that a digest has."""
_PRIVATE_DIGESTS = frozenset({253, 254})

_DIGEST_LENGTHS = frozenset(2 * octets for octets in _DIGEST_OCTETS.values())
_HEX = re.compile(r"[0-9A-Fa-f]+\Z")
_ZONE_KEY = 0x0100


def key_tag(value: str) -> None:
    """A number of 16 bits (RFC 4034 §5.1.1)."""
    decimal(value, 0, 65_535, "RFC 4034 §5.1.1")


def algorithm(value: str) -> None:
    """The number of a registered algorithm that signs zones (RFC 4034 §5.1.2)."""
    if decimal(value, 0, 255, "RFC 4034 §5.1.2") not in _ALGORITHMS:
        raise BadValue(f"{value} is the number of no algorithm that signs zones", "RFC 4034 §5.1.2")


def digest_type(value: str) -> None:
    """The number of a registered digest algorithm, or one for private use (RFC 4034 §5.1.3)."""
    number = decimal(value, 0, 255, "RFC 4034 §5.1.3")
    if number not in _DIGEST_OCTETS and number not in _PRIVATE_DIGESTS:
        raise BadValue(f"{value} is the number of no digest algorithm", "RFC 4034 §5.1.3")


def digest(value: str) -> None:
    """Hexadecimal digits without spaces, as many as some registered type has (RFC 4034 §5.1.4).

    Whether it is the type beside it cannot be told from the digest alone.
    """
    if not _HEX.match(value):
        raise BadValue(f"{value!r} is not in hexadecimal", "RFC 4034 §5.3")
    if len(value) not in _DIGEST_LENGTHS:
        lengths = ", ".join(map(str, sorted(_DIGEST_LENGTHS)))
        raise BadValue(f"a digest has one of {lengths} digits, not {len(value)}", "RFC 4034 §5.1.4")


def flags(value: str) -> None:
    """The flags of a zone key; the reserved bits are not looked at (RFC 4034 §2.1.1, §5.2)."""
    if not decimal(value, 0, 65_535, "RFC 4034 §2.1.1") & _ZONE_KEY:
        raise BadValue(f"{value} are the flags of no zone key, which have 256 in them", "RFC 4034 §5.2")


def protocol(value: str) -> None:
    """Always 3 (RFC 4034 §2.1.2)."""
    if value != "3":
        raise BadValue(f"the protocol is 3 and not {value!r}", "RFC 4034 §2.1.2")


def public_key(value: str) -> None:
    """Octets in base64 without spaces (RFC 4034 §2.1.4)."""
    if not value or form.base64_text(value) != value:
        raise BadValue("a public key is base64 without spaces", "RFC 4034 §2.1.4")
