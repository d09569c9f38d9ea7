"""Load on port 43: a connection for every query, closed by the server at the end of its reply (RFC 3912 §2)."""

from __future__ import annotations

import gc
import select
import socket
import time
from collections.abc import Sequence

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
    """Ask until the time or the queries are at an end, with so many connections open at any time. A connect on
    the loopback is over when it returns, and when a peer has ended its reply (EPOLLRDHUP) all of it is in our
    buffer, which has room for more than 60 kB: so a query costs as few system calls as there can be."""
    clock, busy = time.perf_counter, time.process_time()
    address = ("127.0.0.1", port)
    waiting: dict[int, tuple[socket.socket, float]] = {}
    took: list[float] = []
    hits = size = sent = 0
    total = len(lines)
    gc.disable()
    epoll = select.epoll()
    begun = clock()
    end = begun + seconds
    try:
        while True:
            while len(waiting) < connections and sent < total and clock() < end:
                started = clock()
                client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                client.connect(address)
                client.send(lines[sent])
                sent += 1
                number = client.fileno()
                epoll.register(number, select.EPOLLRDHUP)
                waiting[number] = client, started
            if not waiting:
                break
            ready = epoll.poll(_PATIENCE)
            if not ready:
                raise LoadError(f"no reply within {_PATIENCE} s")
            for number, _ in ready:
                client, started = waiting.pop(number)
                reply = _read(client)
                client.close()
                took.append(clock() - started)
                size += len(reply)
                hits += reply.startswith(_HIT)
        elapsed = clock() - begun
    finally:
        for client, _ in waiting.values():
            client.close()
        epoll.close()
        gc.enable()
    return Round(len(took), elapsed, hits, size, tuple(took), (time.process_time() - busy) / elapsed)


def _read(client: socket.socket) -> bytes:
    """What an ended peer has sent."""
    reply = client.recv(65536)
    if not reply:
        raise LoadError("a connection was closed without a reply")
    return reply
