"""Fakes of what stands behind the doors, and doors on free ports of 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import pytest
import uvloop

from directory.access.gate import Gate
from directory.answer import Answer, Found, HelpText, NotFound
from directory.model.base import Instant
from directory.profile.view import View
from directory.query import Help, Lookup, Query, Requester
from directory.rdap import connection as rdap_connection
from directory.rdap.server import RdapServer
from directory.telemetry.recorder import Recorder
from directory.whois import server as whois_server
from directory.whois.server import WhoisServer

AS_OF = Instant("2026-01-31T12:00:00Z")
ZONES = {"test", "co.test"}


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that workers run."""
    return {"uvloop": uvloop.new_event_loop}


class FakeStore:
    """Serves two zones."""

    def zone_of(self, name: str) -> str | None:
        labels = name.split(".")
        suffixes = [".".join(labels[start:]) for start in range(len(labels))]
        return next((suffix for suffix in suffixes if suffix in ZONES), None)


class FakeProfile(str):
    """A profile that says what it is."""

    language = "tlh"

    def speaking(self, languages: Any) -> FakeProfile:
        """The same profile: it has one language."""
        return self


class FakeProfiles:
    """One profile for everything."""

    def bound(self, zone: str | None, service: str) -> Any:
        return FakeProfile(f"profile of {service}")


class FakeService:
    """Finds the names of `found`, raises what `faults` says, waits for `held` where there is one."""

    def __init__(self, gate: Gate | None = None) -> None:
        self.gate = gate or Gate()
        self.store = FakeStore()
        self.profiles = FakeProfiles()
        self.found = {"example.test", "ns1.example.test", "big.test"}
        self.faults: dict[str, Exception] = {}
        self.held: asyncio.Event | None = None
        self.asked: list[tuple[Query, Requester]] = []

    async def answer(self, query: Query, requester: Requester) -> Answer:
        self.asked.append((query, requester))
        self.gate.admit(requester)
        profile = self.profiles.bound(None, requester.service)
        if isinstance(query, Help):
            return HelpText(query, profile, AS_OF)
        if self.held is not None:
            await self.held.wait()
        if query.key in self.faults:
            raise self.faults[query.key]
        if query.key in self.found:
            return Found(query, profile, AS_OF, View("domain", "", {"name": (query.key,)}, {}, {}))
        return NotFound(query, profile, AS_OF)


class FakeText:
    """Renders answers for port 43."""

    def render(self, answer: Answer) -> bytes:
        key = answer.query.key if isinstance(answer.query, Lookup) else ""
        body = b"x" * 30_000_000 if key == "big.test" else b""
        return f"{type(answer).__name__} {key}\r\n".encode() + body

    def error(self, profile: Any, kind: str) -> bytes:
        return f"error {kind} by {profile}\r\n".encode()


class FakeJson:
    """Renders answers for RDAP."""

    def render(self, answer: Answer, url: str) -> bytes:
        key = answer.query.key if isinstance(answer.query, Lookup) else "help"
        filler = "x" * 30_000_000 if key == "big.test" else ""
        return json.dumps({"rdapConformance": [], "key": key, "url": url, "filler": filler}).encode()

    def error(self, status: int, title: str, description: list[str], profile: Any, url: str) -> bytes:
        body = {"rdapConformance": [], "errorCode": status, "title": title, "description": description, "url": url}
        return json.dumps(body).encode()


class FakePlain:
    """Renders answers in a plain form."""

    def __init__(self, word: str) -> None:
        self._word = word

    def render(self, answer: Answer, url: str) -> bytes:
        return f"{self._word} {type(answer).__name__} by {answer.profile}".encode()

    def error(self, status: int, title: str, description: list[str], profile: Any, url: str) -> bytes:
        return f"{self._word} {status} by {profile}".encode()


PLAIN = {
    "application/vnd.dnrd+json": FakePlain("json"),
    "application/vnd.dnrd+xml": FakePlain("xml"),
    "text/csv; charset=utf-8": FakePlain("csv"),
}


class Told(Recorder):
    """A recorder that remembers."""

    def __init__(self) -> None:
        super().__init__("test")
        self.lines: list[tuple[Query | None, str, int]] = []
        self.refusals = 0

    def answered(
        self, query: Query | None, outcome: str, seconds: float, size: int, address: str, status: int = 0
    ) -> None:
        self.lines.append((query, outcome, status))

    def refused(self) -> None:
        self.refusals += 1


class Door:
    """A door that is open, its service, and what it told."""

    def __init__(self, port: int, service: FakeService, told: Told, server: Any) -> None:
        self.port = port
        self.service = service
        self.told = told
        self.server = server

    async def ask(self, data: bytes, half_close: bool = False, wait: float = 5.0) -> bytes:
        """Send bytes, read until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            if half_close:
                writer.write_eof()
            return await asyncio.wait_for(reader.read(), wait)
        finally:
            writer.close()

    async def http(self, target: str, method: str = "GET", **fields: str) -> Reply:
        """One HTTP request on a connection of its own."""
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        host = "" if "Host" in fields else f"Host: 127.0.0.1:{self.port}\r\n"
        head = f"{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{extra}\r\n"
        return Reply(await self.ask(head.encode("utf-8", "surrogateescape")))

    async def get(self, target: str, *fields: bytes) -> Reply:
        """One HTTP request with header fields as they are."""
        lines = (f"GET {target} HTTP/1.1".encode(), b"Host: a", b"Connection: close", *fields, b"", b"")
        return Reply(await self.ask(b"\r\n".join(lines)))


class Reply:
    """An HTTP reply, taken apart."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}

    def json(self) -> dict[str, Any]:
        """The body."""
        return cast(dict[str, Any], json.loads(self.body))


def listening() -> socket.socket:
    """A listening socket on a free port."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    return sock


Opener = Callable[..., Awaitable[Door]]


@pytest.fixture
async def whois() -> AsyncIterator[Opener]:
    """Opens WHOIS doors with the limits given."""
    opened: list[WhoisServer] = []

    async def open_door(**limits: Any) -> Door:
        service, told, sock = FakeService(), Told(), listening()
        port = sock.getsockname()[1]
        server = WhoisServer(cast(Any, service), FakeText(), whois_server.Limits(**limits), told)
        await server.start([sock])
        opened.append(server)
        return Door(port, service, told, server)

    yield open_door
    for server in opened:
        await server.stop(0.1)


@pytest.fixture
async def rdap() -> AsyncIterator[Opener]:
    """Opens RDAP doors with the limits given."""
    opened: list[RdapServer] = []

    async def open_door(base_url: str | None = None, gate: Gate | None = None, **limits: Any) -> Door:
        service, told, sock = FakeService(gate), Told(), listening()
        port = sock.getsockname()[1]
        bounds = rdap_connection.Limits(**limits)
        server = RdapServer(cast(Any, service), FakeJson(), bounds, told, base_url, PLAIN)
        await server.start([sock])
        opened.append(server)
        return Door(port, service, told, server)

    yield open_door
    for server in opened:
        await server.stop(0.1)
