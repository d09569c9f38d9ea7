"""What an HTTP client of RDAP may take: time for its headers and its reading, and a share of connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

SWEEP = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take: bytes, seconds, connections."""

    line_bytes: int = 4096
    header_bytes: int = 8192
    headers: int = 64
    header_timeout: float = 10.0
    keepalive_timeout: float = 30.0
    answer_timeout: float = 10.0
    write_timeout: float = 10.0
    connections: int = 10_000
    max_age: int = 60


ErrorResponse = Callable[[web.BaseRequest, int], web.Response]


class Connection(web.RequestHandler):
    """One HTTP connection: aiohttp's, with deadlines, half-closed clients, and errors in RDAP's own form."""

    __slots__ = ("_clock", "_error_response", "_limits", "_opened", "_stuck")

    def __init__(self, manager: ConnectionServer, limits: Limits, error_response: ErrorResponse) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=limits.keepalive_timeout,
            max_line_size=limits.line_bytes,
            max_field_size=limits.header_bytes,
            max_headers=limits.headers,
            lingering_time=1.0,
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes None for "no access log"
        )
        self._limits = limits
        self._error_response = error_response
        self._clock = manager.clock
        self._opened: float | None = None
        self._stuck: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._opened = self._clock()

    def request_came(self) -> None:
        """The first request is complete: from now on the keep-alive timeout watches."""
        self._opened = None

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more. If it waits for a reply it still gets it, then the connection closes."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            return False
        self.close()
        return True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A request that HTTP itself cannot take, as an RDAP error; the connection closes after it."""
        if isinstance(exc, LineTooLong):
            # The parser does not say what was too long, but which limit it broke.
            status = 414 if self._limits.line_bytes in exc.args else 431
        elif "Too many headers" in (message or ""):
            status = 431
        response = self._error_response(request, status)
        response.force_close()
        return response

    def overdue(self, now: float, transport: asyncio.Transport) -> bool:
        """Whether its time is up: for the first request, or for taking its replies."""
        if self._opened is not None and now - self._opened > self._limits.header_timeout:
            return True
        if not transport.get_write_buffer_size():
            self._stuck = None
            return False
        if self._stuck is None:
            self._stuck = now
        return now - self._stuck > self._limits.write_timeout


class _Refusal(asyncio.Protocol):
    """A connection too many: closed as soon as it is made."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class ConnectionServer(web.Server):
    """aiohttp's low-level server with bounds."""

    def __init__(
        self,
        handler: Any,
        limits: Limits,
        error_response: ErrorResponse,
        clock: Callable[[], float],
        on_refusal: Callable[[], None],
    ) -> None:
        super().__init__(handler)
        self.clock = clock
        self._limits = limits
        self._error_response = error_response
        self._on_refusal = on_refusal
        self._open: dict[Connection, asyncio.Transport] = {}

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._open)

    def __call__(self) -> Any:
        """The protocol of a new connection."""
        if len(self._open) >= self._limits.connections:
            self._on_refusal()
            return _Refusal()
        return Connection(self, self._limits, self._error_response)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """aiohttp tells of a new connection."""
        super().connection_made(handler, transport)
        if isinstance(handler, Connection):
            self._open[handler] = transport

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """aiohttp tells of the end of a connection."""
        super().connection_lost(handler, exc)
        if isinstance(handler, Connection):
            self._open.pop(handler, None)

    def sweep(self) -> None:
        """End the connections whose time is up. The transport is ours to abort: aiohttp forgets it when it
        asks for an orderly close, which a client that does not read can delay for ever."""
        now = self.clock()
        for connection, transport in list(self._open.items()):
            if connection.overdue(now, transport):
                transport.abort()
