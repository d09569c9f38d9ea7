"""URIs with a scheme, and among them the addresses of pages: of http and https with a host (RFC 3986)."""

from __future__ import annotations

import re

from directory.errors import BadValue
from directory.model import format as form
from directory.profile.formats.name import host_name

_CHAR = r"A-Za-z0-9._~!$&'()*+,;=:@%-"
_WEB = re.compile(
    r"https?://(?P<authority>[^/?#]*)"
    rf"(?P<rest>(?:/[{_CHAR}/]*)?(?:\?[{_CHAR}/?]*)?(?:\#[{_CHAR}/?]*)?)\Z",
    re.ASCII | re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]*\]|[^:@\[\]]*)(?::(?P<port>[0-9]{0,5}))?\Z")
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}\Z")
_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    rf"(?://(?P<authority>[^/?#]*)(?:/[{_CHAR}/]*)?|(?!//)[{_CHAR}/]*)"
    rf"(?:\?[{_CHAR}/?]*)?(?:\#[{_CHAR}/?]*)?\Z",
    re.ASCII,
)
_GENERIC = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?"
    r"(?:\[(?P<address>[^\]]*)\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?\Z",
    re.ASCII,
)
_FUTURE = re.compile(r"v[0-9A-F]+\.[A-Z0-9._~!$&'()*+,;=:-]+\Z", re.ASCII | re.IGNORECASE)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def absolute(value: str) -> None:
    """A URI that begins with its scheme, whichever that is, as `mailto:a@b.example` (RFC 3986 §3); of http and
    https what `web_uri` asks for. Not all of these may be followed: where a link is made, `web_uri` decides."""
    match = _URI.match(value)
    if match and match["scheme"].lower() in ("http", "https"):
        web_uri(value)
        return
    authority = _GENERIC.match(match["authority"] or "") if match else None
    if not authority:
        raise BadValue(f"{value!r} is no absolute URI", "RFC 3986 §3")
    if _BARE_PERCENT.search(value):
        raise BadValue(f"{value!r} has a % that two hexadecimal digits do not follow", "RFC 3986 §2.1")
    if authority["address"] is not None and not _FUTURE.match(authority["address"]):
        form.ipv6(authority["address"])


def web_uri(value: str) -> None:
    """An absolute URI of http or https with a host; query and fragment may follow (RFC 3986 §3).

    The host is an address or a name as the DNS has it (§3.2.2). A user's name before it is refused, for it is
    most often there to deceive (RFC 9110 §4.2.4), and so is what only an IRI may have, characters beyond ASCII.
    """
    match = _WEB.match(value)
    if not match:
        raise BadValue(f"{value!r} is no absolute URI of http or https", "RFC 3986 §3")
    if _BARE_PERCENT.search(match["rest"]):
        raise BadValue(f"{value!r} has a % that two hexadecimal digits do not follow", "RFC 3986 §2.1")
    if "@" in match["authority"]:
        raise BadValue(f"{value!r} has a user before its host", "RFC 9110 §4.2.4")
    authority = _AUTHORITY.match(match["authority"])
    if not authority:
        raise BadValue(f"{value!r} has no host as RFC 3986 writes it", "RFC 3986 §3.2")
    if int(authority["port"] or 0) > 65_535:
        raise BadValue(f"{value!r} has a port beyond 65535", "RFC 9293 §3.1")
    _host(authority["host"])


def _host(host: str) -> None:
    if not host:
        raise BadValue("it has no host", "RFC 9110 §4.2.1")
    if host[0] == "[":
        form.ipv6(host[1:-1])
    elif _IPV4.match(host):
        form.ipv4(host)
    else:
        host_name(host.removesuffix("."))  # RFC 3986 §3.2.2: a name may be made absolute by a dot
