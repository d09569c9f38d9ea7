"""Port 43: one line in, one reply out, and the close ends the reply (RFC 3912)."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from directory.answer import Answer
from directory.errors import Malformed
from directory.profile.constraint import Violated
from directory.query import Query, Requester
from directory.telemetry.recorder import Recorder
from directory.whois.query import Empty, NoParameter, languages, parse

if TYPE_CHECKING:
    from directory.profile.profile import Profile
    from directory.service import DirectoryService

SERVICE = "whois"

_log = logging.getLogger(__name__)
_SWEEP = 0.25
_FAULTS: dict[type[Malformed], str] = {Empty: "empty", NoParameter: "no-parameter"}


class Renderer(Protocol):
    """What turns answers into bytes; `directory.whois.render` is one."""

    def render(self, answer: Answer) -> bytes:
        """The reply."""

    def error(self, profile: Profile, kind: str) -> bytes:
        """The reply to a query without an answer: `empty`, `no-parameter`, `malformed`, `too-long` or
        `internal`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: bytes, seconds, connections."""

    line_bytes: int = 1024
    read_timeout: float = 10.0
    answer_timeout: float = 10.0
    write_timeout: float = 10.0
    linger: float = 1.0
    linger_bytes: int = 1 << 20
    connections: int = 10_000


class Connection(asyncio.Protocol):
    """One client: reads a line, replies, closes. `deadline` is when the server's sweep ends it."""

    __slots__ = ("_address", "_buffer", "_flood", "_server", "_task", "_transport", "asked", "deadline")

    def __init__(self, server: WhoisServer) -> None:
        self._server = server
        self._buffer = b""
        self._flood = 0
        self._task: asyncio.Task[None] | None = None
        self.asked = False
        self.deadline = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the line, unless there are too many who do."""
        self._transport = cast(asyncio.Transport, transport)
        if not self._server.admit(self):
            self._transport.close()
            return
        peer = transport.get_extra_info("peername")
        self._address: str = peer[0] if peer else ""

    def connection_lost(self, exc: Exception | None) -> None:
        """The end; an answer that nobody waits for any more is given up."""
        self._server.forget(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what came up to the end of the line; what follows is ignored (RFC 3912 §2: one request)."""
        if self.asked:
            self._ignore(data)
            return
        if self._buffer:
            data = self._buffer + data
        end = data.find(b"\n")
        line = data if end < 0 else data[:end]
        if len(line) - line.endswith(b"\r") > self._server.limits.line_bytes:
            self._refuse_long()
        elif end >= 0:
            self._ask(line)
        else:
            self._buffer = data

    def eof_received(self) -> bool:
        """The client sends no more, and may still wait for its reply: then the connection stays half open."""
        if not self.asked and self._buffer:
            self._ask(self._buffer)
            return True
        return self.asked and self._flood == 0

    def end(self) -> None:
        """Close at once; nothing more is sent."""
        self._transport.abort()

    def _ask(self, line: bytes) -> None:
        self.asked = True
        self._buffer = b""
        self.deadline = self._server.clock() + self._server.limits.answer_timeout
        self._task = self._server.loop.create_task(self._reply(line))

    async def _reply(self, line: bytes) -> None:
        server = self._server
        started = server.clock()
        query, data, word = await server.reply(line, self._address)
        now = server.clock()
        self._task = None
        self.deadline = now + server.limits.write_timeout
        if not self._transport.is_closing():  # the sweep may have been faster
            self._transport.write(data)
            self._transport.close()
        server.recorder.answered(query, word, now - started, len(data), self._address)

    def _refuse_long(self) -> None:
        """Reply, then read on for a moment: a close with bytes unread would send a reset, and a reset can
        overtake the reply."""
        server = self._server
        self.asked = True
        self._buffer = b""
        self._flood = 1
        data = server.error("too-long")
        self.deadline = server.clock() + server.limits.linger
        self._transport.write(data)
        self._transport.write_eof()
        server.recorder.answered(None, "too-long", 0.0, len(data), self._address)

    def _ignore(self, data: bytes) -> None:
        if self._flood:
            self._flood += len(data)
            if self._flood > self._server.limits.linger_bytes:
                self.end()


class WhoisServer:
    """The WHOIS door of one process. `service` may be replaced between two queries."""

    def __init__(
        self,
        service: DirectoryService,
        renderer: Renderer,
        limits: Limits,
        recorder: Recorder,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.service = service
        self.renderer = renderer
        self.limits = limits
        self.recorder = recorder
        self.clock = clock
        self.connections: set[Connection] = set()
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.TimerHandle | None = None
        self._emptied: asyncio.Event | None = None

    async def start(self, sockets: Sequence[socket.socket], backlog: int = 1024) -> None:
        """Begin to accept on listening sockets."""
        self.loop = asyncio.get_running_loop()
        self._sweep()
        for sock in sockets:
            server = await self.loop.create_server(lambda: Connection(self), sock=sock, backlog=backlog)
            self._servers.append(server)

    async def stop(self, grace: float) -> None:
        """Accept no more, let the answers under way finish within `grace` seconds, end the rest."""
        for server in self._servers:
            server.close()
        now = self.clock()
        for connection in self.connections:
            if not connection.asked:
                # Its line may be under way to us; whoever sends nothing has no claim to wait for.
                connection.deadline = min(connection.deadline, now + self.limits.linger)
        if self.connections:
            self._emptied = asyncio.Event()
            try:
                await asyncio.wait_for(self._emptied.wait(), grace)
            except TimeoutError:
                for connection in list(self.connections):
                    connection.end()
        if self._sweeper is not None:
            self._sweeper.cancel()

    def admit(self, connection: Connection) -> bool:
        """Take a connection in, unless there are too many."""
        if len(self.connections) >= self.limits.connections:
            self.recorder.refused()
            return False
        connection.deadline = self.clock() + self.limits.read_timeout
        self.connections.add(connection)
        return True

    def forget(self, connection: Connection) -> None:
        """A connection has ended."""
        self.connections.discard(connection)
        if self._emptied is not None and not self.connections:
            self._emptied.set()

    async def reply(self, line: bytes, address: str) -> tuple[Query | None, bytes, str]:
        """The query on a line, the reply to it, and the word for what it is. Raises nothing."""
        query: Query | None = None
        try:
            query, wanted = parse(line, self.service.store.zone_of)
            answer = await self.service.answer(query, Requester(SERVICE, address, languages=wanted))
            return query, self.renderer.render(answer), self.recorder.outcome(answer)
        except Malformed as error:
            kind = _FAULTS.get(type(error), "malformed")
        except Violated as error:
            self.recorder.violated(query, error.profile, error.violations)
            kind = "refused"
        except Exception:
            _log.exception("a WHOIS query failed")
            kind = "internal"
        return query, self.error(kind, languages(line)), kind

    def error(self, kind: str, wanted: Sequence[str] = ()) -> bytes:
        """The reply to a query that has no answer, in the language that is wanted if the profile has it."""
        try:
            profile = self.service.profiles.bound(None, SERVICE).speaking(wanted)
            return self.renderer.error(profile, kind)
        except Exception:
            _log.exception("a WHOIS error text could not be rendered")
            return b""

    def _sweep(self) -> None:
        """End connections whose time is up. One pass over all of them now and then costs less than a timer
        for each."""
        now = self.clock()
        for connection in [each for each in self.connections if each.deadline < now]:
            connection.end()
        self.recorder.connections(len(self.connections))
        self._sweeper = self.loop.call_later(_SWEEP, self._sweep)
