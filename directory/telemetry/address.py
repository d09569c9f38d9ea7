"""The network that a client is in: what of its address may be kept (RFC 6973 §6.1, data minimisation)."""

from __future__ import annotations

import socket
from functools import lru_cache


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address; empty where there is none."""
    try:
        if ":" not in address:
            octets = socket.inet_pton(socket.AF_INET, address)
            return socket.inet_ntop(socket.AF_INET, octets[:3] + bytes(1)) + "/24"
        octets = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
        return socket.inet_ntop(socket.AF_INET6, octets[:6] + bytes(10)) + "/48"
    except OSError:
        return ""
