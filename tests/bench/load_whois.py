"""Load on port 43: a connection for every query, closed by the server at the end of its reply (RFC 3912 §2)."""

from __future__ import annotations

import gc
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.rounds import LoadError, Round

CONNECTIONS = 32
_PATIENCE = 5.0
_MOST = 1 << 20
_HIT = b"Domain Name:"


def wire(names: Sequence[str]) -> list[bytes]:
    """The names as they are asked for."""
    return [f"{name}\r\n".encode("ascii") for name in names]


def fetch(port: int, lines: Sequence[bytes]) -> list[bytes]:
    """The replies to some queries, one after the other."""
    replies = []
    for line in lines:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as client:
            client.sendall(line)
            reply = b""
            while len(reply) < _MOST and (part := client.recv(65536)):
                reply += part
        if not reply:
            raise LoadError(f"nothing came back for {line!r}")
        replies.append(reply)
    return replies


def load(port: int, lines: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Round:
    """Ask until the time or the queries are at an end, with so many connections open at any time."""
    under_way = _Load(port, lines, seconds)
    gc.disable()
    try:
        return under_way.run(connections)
    finally:
        for client, _ in under_way.waiting.values():
            client.close()
        under_way.epoll.close()
        gc.enable()


@dataclass(slots=True)
class _Load:
    """A round under way. A connect on the loopback is over when it returns, and when a peer has ended its reply
    (EPOLLRDHUP) all of it is in our buffer, which has room for more than 60 kB: so a query costs as few system
    calls as there can be."""

    port: int
    lines: Sequence[bytes]
    seconds: float
    waiting: dict[int, tuple[socket.socket, float]] = field(default_factory=dict)
    epoll: select.epoll = field(default_factory=select.epoll)

    def run(self, connections: int) -> Round:
        """The round, to the last reply."""
        clock, busy, waiting = time.perf_counter, time.process_time(), self.waiting
        took: list[float] = []
        hits = size = sent = 0
        total = len(self.lines)
        begun = clock()
        end = begun + self.seconds
        while True:
            while len(waiting) < connections and sent < total and clock() < end:
                self._ask(self.lines[sent])
                sent += 1
            if not waiting:
                break
            ready = self.epoll.poll(_PATIENCE)
            if not ready:
                raise LoadError(f"no reply within {_PATIENCE} s")
            for number, _ in ready:
                client, started = waiting.pop(number)
                reply = client.recv(65536)
                client.close()
                took.append(clock() - started)
                if not reply:
                    raise LoadError("a connection was closed without a reply")
                size += len(reply)
                hits += reply.startswith(_HIT)
        elapsed = clock() - begun
        return Round(len(took), elapsed, hits, size, tuple(took), (time.process_time() - busy) / elapsed)

    def _ask(self, line: bytes) -> None:
        started = time.perf_counter()
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.waiting[client.fileno()] = client, started
        client.connect(("127.0.0.1", self.port))
        client.send(line)
        self.epoll.register(client, select.EPOLLRDHUP)
