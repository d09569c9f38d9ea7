"""A worker process: it serves the doors on sockets that its parent opened, until the parent says stop or dies.

Orders come as JSON lines on standard input: first what to serve with (`Orders`), later `{"reload": settings}`;
the end of the input is the end of the parent. Reports go as JSON lines to a pipe. `python -m directory.worker`
is started by `directory.supervisor` and by nobody else.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import uvloop
from prometheus_client import CollectorRegistry

from directory.config import Settings
from directory.errors import DirectoryError
from directory.telemetry import accesslog, events
from directory.telemetry.accesslog import AccessLog
from directory.telemetry.metrics import Metrics
from directory.telemetry.recorder import Recorder

if TYPE_CHECKING:
    from directory.app import App
    from directory.rdap.server import RdapServer
    from directory.whois.server import WhoisServer

_log = logging.getLogger(__name__)
_FLUSH = 0.5
_LONGEST_ORDER = 1 << 22


class Builder(Protocol):
    """How the worker gets what it serves with; `directory.app` is one."""

    def build(self, settings: Settings) -> App:
        """Everything, not yet connected."""

    def rebuild(self, app: App, settings: Settings) -> App:
        """Everything anew, with the same store if it is to be the same."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told at its start: settings, listening sockets per door, the pipe for reports."""

    settings: Settings
    sockets: Mapping[str, tuple[int, ...]]
    report: int

    def to_line(self) -> bytes:
        """As it goes down the pipe."""
        plain = {
            "settings": self.settings.to_plain(),
            "sockets": {door: list(each) for door, each in self.sockets.items()},
            "report": self.report,
        }
        return json.dumps(plain).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Orders:
        """As it comes out of the pipe."""
        plain = json.loads(line)
        sockets = {door: tuple(each) for door, each in plain["sockets"].items()}
        return cls(Settings.from_plain(plain["settings"]), sockets, plain["report"])


class Worker:
    """One process's doors, telemetry, and obedience."""

    def __init__(self, orders: Orders, builder: Builder) -> None:
        self._orders = orders
        self._builder = builder
        self._settings = orders.settings
        self._stopping = asyncio.Event()
        self._metrics = Metrics(CollectorRegistry())
        self._log: AccessLog | None = None
        self._app = builder.build(orders.settings)
        self._whois: WhoisServer | None = None
        self._rdap: RdapServer | None = None
        self._retiring: asyncio.Task[None] | None = None

    async def run(self, orders: asyncio.StreamReader) -> None:
        """Serve until told to stop. Raises `DirectoryError` if there is nothing to serve with."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stopping.set)
        await self._app.start()
        self._open_log()
        await self._open_doors()
        gc.collect()
        gc.freeze()  # what is here now stays: no collection need look at it again
        self._report("ready")
        tasks = [asyncio.create_task(each) for each in (self._obey(orders), self._refresh(), self._flush())]
        await self._stopping.wait()
        await self._close_doors()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._metrics.flush()
        if self._log is not None:
            await asyncio.to_thread(self._log.close)
        await self._app.close()

    def _open_log(self) -> None:
        if self._settings.access_log != accesslog.OFF:
            self._log = AccessLog(self._settings.access_log, on_drop=self._metrics.line_dropped)
            self._log.start()

    async def _open_doors(self) -> None:
        sockets = {
            door: [socket.socket(fileno=number) for number in numbers]
            for door, numbers in self._orders.sockets.items()
        }
        backlog = self._settings.backlog
        if sockets.get("whois"):
            self._whois = self._app.whois_server(self._recorder("whois"))
            await self._whois.start(sockets["whois"], backlog)
        if sockets.get("rdap"):
            self._rdap = self._app.rdap_server(self._recorder("rdap"))
            await self._rdap.start(sockets["rdap"], backlog)

    async def _close_doors(self) -> None:
        grace = self._settings.stop_timeout
        await asyncio.gather(*(door.stop(grace) for door in (self._whois, self._rdap) if door is not None))

    def _recorder(self, service: str) -> Recorder:
        # Without a listener for the operator nobody can ever see the counts.
        counts = self._metrics.door(service) if self._settings.admin else None
        return Recorder(service, counts, self._log)

    async def _obey(self, orders: asyncio.StreamReader) -> None:
        while line := await orders.readline():
            await self._reload(Settings.from_plain(json.loads(line)["reload"]))
        self._stopping.set()

    async def _reload(self, settings: Settings) -> None:
        old = self._app
        try:
            fresh = self._builder.rebuild(old, settings)
            if fresh.store is not old.store:
                await fresh.start()
        except (DirectoryError, OSError) as error:
            _log.error("a worker keeps its configuration", extra={"fields": {"reason": str(error)}})
            self._report("kept")
            return
        self._app = fresh
        if self._whois is not None:
            self._whois.service = fresh.service
        if self._rdap is not None:
            self._rdap.service = fresh.service
            self._rdap.base_url = fresh.rdap_url
        if self._log is not None:
            self._log.reopen()
        self._report("reloaded")
        if fresh.store is not old.store:
            self._retiring = asyncio.create_task(self._retire(old))

    async def _retire(self, old: App) -> None:
        """Disconnect from a store that was replaced, once no answer under way can still read from it."""
        await asyncio.sleep(self._settings.answer_timeout)
        await old.close()

    async def _refresh(self) -> None:
        shown = self._app.store.as_of()
        self._metrics.as_of(shown)
        failing = False
        while True:
            await asyncio.sleep(self._settings.refresh_interval)
            try:
                await self._app.store.refresh()
                if failing:
                    _log.info("the store can be read again")
                    self._report("reachable")
                failing = False
            except DirectoryError as error:
                if not failing:
                    _log.error("the store cannot be read", extra={"fields": {"reason": str(error)}})
                    self._report("unreachable")
                failing = True
            as_of = self._app.store.as_of()
            if as_of != shown and not failing:
                shown = as_of
                self._metrics.as_of(as_of)
                self._report("as_of")

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH)
            self._metrics.flush()

    def _report(self, event: str) -> None:
        line = json.dumps({"event": event, "as_of": self._app.store.as_of()})
        os.write(self._orders.report, line.encode() + b"\n")


async def _serve(builder: Builder) -> int:
    reader = asyncio.StreamReader(limit=_LONGEST_ORDER)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    line = await reader.readline()
    if not line:
        return 0
    try:
        await Worker(Orders.from_line(line), builder).run(reader)
    except (DirectoryError, OSError) as error:
        _log.error("a worker cannot serve", extra={"fields": {"reason": str(error)}})
        return 1
    return 0


def main(builder: Builder) -> int:
    """The process, from its orders to its exit code."""
    events.configure()
    for ignored in (signal.SIGINT, signal.SIGHUP):  # the parent takes these, and passes on what they mean
        signal.signal(ignored, signal.SIG_IGN)
    return uvloop.run(_serve(builder))


if __name__ == "__main__":
    from directory import app

    sys.exit(main(app))
