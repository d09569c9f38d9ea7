"""Who asks from where: standings by address prefix, the longest first (RFC 4632 §3.1, RFC 4291 §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_pton

from directory.access.standing import AUTHENTICATED, Standing
from directory.errors import BadValue

Network = IPv4Network | IPv6Network

_MAPPED = bytes(10) + b"\xff\xff"
"""What an IPv4 address begins with in IPv6 (RFC 4291 §2.5.5.2): a socket of both versions shows it so."""
_MAPPED_BITS = 96
_RULE = "RFC 4632 §3.1"


def from_text(text: str) -> Network:
    """A prefix such as `192.0.2.0/24` or `2001:db8::/32`, or one address; an IPv4-mapped one is IPv4. Raises
    `BadValue`, also where bits are set beyond the length: that may be meant in two ways, which `hint` says."""
    try:
        network = ip_network(text)
    except ValueError:
        if _around(text) is not None:
            raise BadValue(f"{text!r} has bits set beyond its length", _RULE) from None
        raise BadValue(f"{text!r} is no address prefix like 192.0.2.0/24 or 2001:db8::/32", _RULE) from None
    packed = network.network_address.packed
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_BITS and packed.startswith(_MAPPED):
        return IPv4Network((packed[12:], network.prefixlen - _MAPPED_BITS))
    return network


def hint(text: str) -> str:
    """What may have been meant by a prefix with bits beyond its length; nothing for another."""
    around = _around(text)
    if around is None:
        return ""
    return f"write {around}, or {text.partition('/')[0]} for the one address"


def _around(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


_Table = tuple[tuple[int, dict[int, Standing]], ...]


class Prefixes:
    """Standings by prefix. A search tries each length that occurs, which is one look into a dict."""

    def __init__(self, standings: Mapping[Network, Standing]) -> None:
        self.all = dict(standings)
        self._v4 = _table({each: one for each, one in standings.items() if each.version == 4})
        self._v6 = _table({each: one for each, one in standings.items() if each.version == 6})

    @classmethod
    def from_settings(cls, audiences: Mapping[str, str | Mapping[str, str]]) -> Prefixes:
        """From the setting `audiences`. Raises `BadValue`."""
        return cls({from_text(text): _standing(entry) for text, entry in audiences.items()})

    def __len__(self) -> int:
        return len(self.all)

    def standing(self, address: str) -> Standing | None:
        """The standing of the longest prefix that an address is within; None for none, and for no address."""
        try:
            if ":" not in address:
                return _longest(self._v4, int.from_bytes(inet_pton(AF_INET, address)))
            packed = inet_pton(AF_INET6, address.partition("%")[0])  # the zone of a link-local address
        except (OSError, ValueError):
            return None
        if packed.startswith(_MAPPED):
            return _longest(self._v4, int.from_bytes(packed[12:]))
        return _longest(self._v6, int.from_bytes(packed))


def _standing(entry: str | Mapping[str, str]) -> Standing:
    if isinstance(entry, str):
        return Standing(entry)
    return Standing(entry.get("audience", AUTHENTICATED), entry.get("registrar", ""))


def _table(standings: Mapping[Network, Standing]) -> _Table:
    """By the number of bits that do not count, fewest first."""
    table: dict[int, dict[int, Standing]] = {}
    for network, standing in standings.items():
        shift = network.max_prefixlen - network.prefixlen
        table.setdefault(shift, {})[int(network.network_address) >> shift] = standing
    return tuple(sorted(table.items()))


def _longest(table: _Table, number: int) -> Standing | None:
    for shift, standings in table:
        found = standings.get(number >> shift)
        if found is not None:
            return found
    return None
