"""Domain names, host names and U-labels as a profile demands them (RFC 1034, RFC 1123, RFC 5890)."""

from __future__ import annotations

from directory.errors import BadValue
from directory.model.name import ldh, to_ascii, to_unicode

_U_LABEL = "RFC 5890 §2.3.2.1"


def domain_name(value: str) -> None:
    """A name in letters, digits and hyphens, without the root's dot, in either case (RFC 1034 §3.5).

    A label may begin with a digit, as RFC 1123 §2.1 has allowed since; whether an A-label is right is RFC 5890's
    matter and not asked here.
    """
    # Only ASCII is put into lower case: the Kelvin sign would become a k.
    ldh(value.lower() if value.isascii() else value)


def host_name(value: str) -> None:
    """A domain name that nobody takes for an address: its last label is no number (RFC 1123 §2.1)."""
    domain_name(value)
    if value.rpartition(".")[2].isdigit():
        raise BadValue(f"{value!r} is a number or an IPv4 address and no host name", "RFC 1123 §2.1")


def u_label_name(value: str) -> None:
    """A name just as its A-labels decode: one U-label at least, NFC, lower case, no A-label (RFC 5890 §2.3.2.1).

    IDNA2008 judges the U-labels on the way to A-labels and back (RFC 5891 §4–5).
    """
    decoded = to_unicode(to_ascii(value))
    if decoded is None:
        raise BadValue(f"{value!r} is all ASCII and has no U-label: leave it out", _U_LABEL)
    if decoded != value:
        raise BadValue(f"{value!r} is not in U-labels: write {decoded!r}", _U_LABEL)
