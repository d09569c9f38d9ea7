"""Load on RDAP: one request at a time on connections that stay open, without pipelining (RFC 9112 §9.3)."""

from __future__ import annotations

import gc
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.rounds import LoadError, Round

CONNECTIONS = 16
PATH = "/rdap/domain/"
_PATIENCE = 5.0
_LENGTH = b"content-length: "
_STATUSES = frozenset({b"200", b"404"})


def wire(names: Sequence[str]) -> list[bytes]:
    """The names as they are asked for."""
    rest = " HTTP/1.1\r\nHost: rdap.example\r\nAccept: application/rdap+json\r\n\r\n"
    return [f"GET {PATH}{name}{rest}".encode("ascii") for name in names]


def fetch(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """The bodies of the replies to some requests, one after the other."""
    bodies = []
    with _connect(port) as client:
        for request in requests:
            client.sendall(request)
            reply = b""
            while not (end := _end(reply)) or len(reply) < end:
                part = client.recv(65536)
                if not part:
                    raise LoadError(f"the connection ended in the reply to {request!r}")
                reply += part
            _check(reply)
            bodies.append(reply[reply.find(b"\r\n\r\n") + 4 :])
    return bodies


def load(port: int, requests: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Round:
    """Ask until the time or the requests are at an end, on so many connections."""
    clients = [_connect(port) for _ in range(min(connections, len(requests)))]
    gc.disable()
    try:
        return _Load(clients, requests, seconds).run()
    finally:
        for client in clients:
            client.close()
        gc.enable()


@dataclass(slots=True)
class _Load:
    """A round under way: `started` says when each connection asked what it waits for."""

    clients: Sequence[socket.socket]
    requests: Sequence[bytes]
    seconds: float
    sent: int = 0
    hits: int = 0
    size: int = 0
    took: list[float] = field(default_factory=list)
    started: dict[int, float] = field(default_factory=dict)
    partial: dict[int, bytes] = field(default_factory=dict)

    def run(self) -> Round:
        """The round, to the last reply."""
        clock, busy, started = time.perf_counter, time.process_time(), self.started
        by_number = {client.fileno(): client for client in self.clients}
        total = len(self.requests)
        begun = clock()
        end = begun + self.seconds
        with select.epoll() as epoll:
            for number, client in by_number.items():
                epoll.register(number, select.EPOLLIN)
                self._ask(number, client, clock())
            while started:
                ready = epoll.poll(_PATIENCE)
                if not ready:
                    raise LoadError(f"no reply within {_PATIENCE} s")
                for number, _ in ready:
                    client = by_number[number]
                    if not self._take(number, client.recv(65536)):
                        continue
                    now = clock()
                    self.took.append(now - started.pop(number))
                    if self.sent < total and now < end:
                        self._ask(number, client, now)
        elapsed = clock() - begun
        own = (time.process_time() - busy) / elapsed
        return Round(len(self.took), elapsed, self.hits, self.size, tuple(self.took), own)

    def _ask(self, number: int, client: socket.socket, now: float) -> None:
        self.started[number] = now
        client.send(self.requests[self.sent])
        self.sent += 1

    def _take(self, number: int, reply: bytes) -> bool:
        """Count a reply, if it is whole."""
        if not reply:
            raise LoadError("the server closed a connection that was to stay open")
        if self.partial:
            reply = self.partial.pop(number, b"") + reply
        end = _end(reply)
        if not end or len(reply) < end:
            self.partial[number] = reply
            return False
        self.hits += _check(reply) == b"200"
        self.size += len(reply)
        return True


def _connect(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
    client.settimeout(None)  # a time limit would cost a system call per read; the wait before it has one
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _end(reply: bytes) -> int:
    """How many bytes the reply has in all; 0 while its header is not there."""
    head = reply.find(b"\r\n\r\n")
    if head < 0:
        return 0
    place = reply.find(b"Content-Length: ", 0, head)
    if place < 0:
        place = reply[:head].lower().find(_LENGTH)
        if place < 0:
            raise LoadError(f"a reply without a length: {reply[:head]!r}")
    return head + 4 + int(reply[place + len(_LENGTH) : reply.index(b"\r", place)])


def _check(reply: bytes) -> bytes:
    """The status of a reply, which is to be a 200 or a 404."""
    status = reply[9:12]
    if status not in _STATUSES:
        raise LoadError(f"a reply that is no answer: {reply[:200]!r}")
    return status
