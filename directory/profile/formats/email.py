"""E-mail addresses: RFC 5322's addr-spec without comments and folding, in any script (RFC 6531).

The grammar is ours because the libraries answer another question: the standard library's parser repairs what it
reads and takes headers whole, and the validators of the web refuse quoted local parts and look at the DNS.
"""

from __future__ import annotations

import re
import unicodedata

from directory.errors import BadValue
from directory.model.name import to_ascii
from directory.profile.formats.name import host_name, u_label_name

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*\Z")
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~])*"\Z')
_MAX_LOCAL = 64
_MAX = 254


def addr_spec(value: str) -> None:
    """A mailbox at a domain name, with a local part that is a dot-atom or quoted (RFC 5322 §3.4.1, RFC 6531 §3.3).

    The lengths are those of SMTP in octets (RFC 5321 §4.5.3.1). An address in place of the domain name is refused:
    it fits the grammar, and reaches no one's registered contact.
    """
    local, at, domain = value.rpartition("@")
    if not at:
        raise BadValue(f"{value!r} has no @", "RFC 5322 §3.4.1")
    if not value.isprintable():  # before anything is encoded: a lone surrogate is not printable either
        raise BadValue(f"{value!r} has characters in it that cannot be seen", "RFC 6531 §3.3")
    if len(value.encode()) > _MAX:
        raise BadValue(f"it has more than {_MAX} octets", "RFC 5321 §4.5.3.1.3")
    if len(local.encode()) > _MAX_LOCAL:
        raise BadValue(f"it has more than {_MAX_LOCAL} octets before the @", "RFC 5321 §4.5.3.1.1")
    if not (_DOT_ATOM.match(local) or _QUOTED.match(local)):
        raise BadValue(f"{local!r} is neither a dot-atom nor quoted", "RFC 5322 §3.4.1")
    if not unicodedata.is_normalized("NFC", local):
        raise BadValue(f"{local!r} is not in NFC", "RFC 6532 §3.1")
    _domain(domain)


def _domain(domain: str) -> None:
    if domain.startswith("["):
        raise BadValue(f"{domain!r} is an address in place of a domain name", "RFC 5322 §3.4.1")
    if not domain.isascii():
        u_label_name(domain)
        return
    host_name(domain)
    if "xn--" in domain.lower():
        to_ascii(domain)
