"""The listening sockets: one per worker and address, in the hands of the parent, so that none is ever missing.

With SO_REUSEPORT the kernel spreads connections over the sockets of an address (socket(7)). While a worker is
replaced, the connections in the queue of its sockets wait for the next.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import DirectoryError


class ListenError(DirectoryError):
    """An address cannot be listened on."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; 0 for any that is free."""

    host: str
    port: int

    @classmethod
    def from_text(cls, text: str) -> Address:
        """`127.0.0.1:43`, `[::1]:43`, `localhost:43`. Raises `ListenError`."""
        host, _, port = text.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ListenError(f"{text!r} is no address like 127.0.0.1:4343 or [::1]:4343")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def to_text(self) -> str:
        """The address as it is written."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Listening:
    """The sockets of one address: one for each worker."""

    address: Address
    sockets: tuple[socket.socket, ...]

    def close(self) -> None:
        """Listen no more."""
        for sock in self.sockets:
            sock.close()


def listen(text: str, workers: int, backlog: int) -> Listening:
    """Listen on an address with a socket for each worker. Raises `ListenError`."""
    address = Address.from_text(text)
    try:
        family, _, _, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:  # UnicodeError: no host name at all
        raise ListenError(f"cannot listen on {text}: {error}") from error
    port = _free_port(family, place, text)
    bound = (place[0], port, *place[2:])
    sockets: list[socket.socket] = []
    try:
        for _ in range(workers):
            sock = _socket(family)
            sockets.append(sock)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sock.bind(bound)
            # Clients speak first in WHOIS and HTTP: until they do (or a second has passed) their connections
            # stay in the kernel's hands, where the death of a worker does not harm them (tcp(7)).
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
            sock.listen(backlog)
    except OSError as error:
        for sock in sockets:
            sock.close()
        raise ListenError(f"cannot listen on {text}: {error.strerror}") from error
    return Listening(Address(address.host, port), tuple(sockets))


def listen_all(texts: Sequence[str], workers: int, backlog: int) -> list[Listening]:
    """Listen on several addresses, or on none of them. Raises `ListenError`."""
    opened: list[Listening] = []
    try:
        for text in texts:
            opened.append(listen(text, workers, backlog))  # noqa: PERF401  # those before must be closed
    except ListenError:
        for each in opened:
            each.close()
        raise
    return opened


def _free_port(family: int, place: tuple[object, ...], text: str) -> int:
    """The port, if it is free. With SO_REUSEPORT two servers of one user would share a port and each answer
    some of the queries; a first bind without it is refused if anyone listens there."""
    with _socket(family) as probe:
        try:
            probe.bind(place)
        except OSError as error:
            hint = "; is another server running?" if error.errno == 98 else ""
            raise ListenError(f"cannot listen on {text}: {error.strerror}{hint}") from error
        port: int = probe.getsockname()[1]
        return port


def _socket(family: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    # Connections that this server closed linger in TIME_WAIT, and must not keep its successor out.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setblocking(False)
    return sock
