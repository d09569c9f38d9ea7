"""The parent of the workers: it holds the listening sockets, keeps the workers alive, and reloads them.

It answers no queries itself. Each worker is a fresh process with its own socket of each address; when one
dies, its sockets stay open here, and the connections in their queues wait for the next.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import directory
from directory.config import RELOADED, Settings, changed
from directory.errors import DirectoryError, DocumentError
from directory.listen import Listening
from directory.telemetry.exposition import Exposition
from directory.telemetry.server import AdminServer
from directory.worker import Orders

WORKER = (sys.executable, "-P", "-m", "directory.worker")
"""Without the folder that the server was started in: what lies there is not ours to import."""
_HOUSE = str(Path(directory.__file__).parents[1])

_log = logging.getLogger(__name__)
_BACKOFF = 0.1
_LONGEST_BACKOFF = 5.0
_EXTRA = 2.0


@dataclass(slots=True)
class Slot:
    """A worker's place: the sockets stay, the processes come and go."""

    index: int
    sockets: Mapping[str, tuple[int, ...]]
    process: Process | None = None
    ready: bool = False
    as_of: str | None = None
    reachable: bool = True
    was_ready: bool = False
    failures: int = 0
    reports: asyncio.Task[None] | None = field(default=None, repr=False)


class Supervisor:
    """Runs workers until it is told to stop."""

    def __init__(
        self,
        settings: Settings,
        doors: Mapping[str, Sequence[Listening]],
        load: Callable[[], Settings],
        exposition: Exposition,
        command: Sequence[str] = WORKER,
    ) -> None:
        """`doors` are the listening sockets per door, one of each address for each worker; `load` reads and
        checks the configuration anew, raising what is wrong with it."""
        self._settings = settings
        self._doors = doors
        self._load = load
        self._exposition = exposition
        self._command = command
        self._stopping = asyncio.Event()
        self._ready = asyncio.Event()
        self._failed = False
        self.slots = [self._slot(index) for index in range(settings.worker_count())]

    def _slot(self, index: int) -> Slot:
        sockets = {
            door: tuple(each.sockets[index].fileno() for each in opened) for door, opened in self._doors.items()
        }
        return Slot(index, sockets)

    async def run(self, announce: Callable[[], None]) -> int:
        """Start the workers, announce when all are ready, and keep them until told to stop. The exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        keepers = [asyncio.create_task(self._keep(slot)) for slot in self.slots]
        announcing = asyncio.create_task(self._announce(announce))
        await self._stopping.wait()
        announcing.cancel()
        await self._stop()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(announcing, *keepers, return_exceptions=True)
        return 1 if self._failed else 0

    async def open_admin(self, sockets: Sequence[socket.socket]) -> None:
        """Open the operator's listener."""
        self._exposition.ready(lambda: sum(slot.ready for slot in self.slots))
        await AdminServer(self._exposition.text, self.health, self.ready).start(sockets)

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether a worker is alive."""
        alive = sum(slot.process is not None for slot in self.slots)
        return alive > 0, {"alive": alive > 0, "workers": {"alive": alive, "wanted": len(self.slots)}}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether all workers serve, reach their store, and have data to serve."""
        serving = sum(slot.ready and slot.reachable for slot in self.slots)
        known = [slot.as_of for slot in self.slots if slot.ready and slot.as_of]
        good = serving == len(self.slots) and len(known) == serving and not self._stopping.is_set()
        workers = {"ready": serving, "wanted": len(self.slots)}
        return good, {"ready": good, "workers": workers, "as_of": min(known, default=None)}

    async def _announce(self, announce: Callable[[], None]) -> None:
        await self._ready.wait()
        _log.info("serving", extra={"fields": {"workers": len(self.slots)}})
        announce()

    async def _keep(self, slot: Slot) -> None:
        """Start the worker of a slot, again and again."""
        while not self._stopping.is_set():
            code = await self._run_once(slot)
            if self._stopping.is_set():
                return
            if not slot.was_ready:
                # It never served: what is wrong was wrong from the start, and another try would not mend it.
                self._failed = True
                self._stopping.set()
                return
            delay = min(_BACKOFF * 2**slot.failures, _LONGEST_BACKOFF) if slot.failures else 0.0
            fields = {"worker": slot.index, "exit": _exit(code), "restart_in": delay}
            _log.error("a worker died", extra={"fields": fields})
            self._exposition.restarted()
            slot.failures += 1
            await asyncio.sleep(delay)

    async def _run_once(self, slot: Slot) -> int:
        reading, writing = os.pipe()
        handed = tuple(number for numbers in slot.sockets.values() for number in numbers)
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                pass_fds=(*handed, writing),
                env={**_environment(), **self._exposition.environment},
                process_group=0,  # a terminal's Ctrl-C is for the parent, which tells the workers
            )
        finally:
            os.close(writing)
        slot.process = process
        slot.reports = asyncio.create_task(self._listen(slot, reading))
        try:
            # The descriptor keeps its number in the child: pass_fds does not renumber.
            _send(process, Orders(self._settings, slot.sockets, writing).to_line())
            return await process.wait()
        finally:
            slot.ready = False
            slot.process = None
            slot.reports.cancel()
            self._exposition.worker_died(process.pid)

    async def _listen(self, slot: Slot, reading: int) -> None:
        """Hear a worker's reports until it is gone."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        pipe = os.fdopen(reading, "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            while line := await reader.readline():
                self._hear(slot, json.loads(line))
        finally:
            transport.close()

    def _hear(self, slot: Slot, said: dict[str, str | None]) -> None:
        slot.as_of = said["as_of"]
        slot.reachable = said["event"] != "unreachable"
        if said["event"] == "ready":
            slot.ready = slot.was_ready = True
            loop = asyncio.get_running_loop()
            loop.call_later(_LONGEST_BACKOFF, self._forgive, slot, slot.process)
            if all(each.ready for each in self.slots):
                self._ready.set()

    def _forgive(self, slot: Slot, process: Process | None) -> None:
        """A worker that has served for a while starts with a clean slate."""
        if slot.process is process:
            slot.failures = 0

    def _reload(self) -> None:
        """SIGHUP: the configuration and the profiles anew, if nothing is wrong with them."""
        try:
            fresh = self._load()
        except DocumentError as error:
            findings = [finding.to_text(error.file) for finding in error.findings]
            _log.error("the configuration stays as it was", extra={"fields": {"findings": findings}})
            return
        except DirectoryError as error:
            _log.error("the configuration stays as it was", extra={"fields": {"reason": str(error)}})
            return
        late = sorted(changed(self._settings, fresh) - RELOADED)
        if late:
            _log.warning("these settings wait for a restart", extra={"fields": {"settings": late}})
        self._settings = fresh
        line = json.dumps({"reload": fresh.to_plain()}).encode() + b"\n"
        for slot in self.slots:
            if slot.process is not None:
                _send(slot.process, line)
        _log.info("reloaded")

    async def _stop(self) -> None:
        """Accept no more, give the workers time for the answers under way, then end them."""
        _log.info("stopping")
        for opened in self._doors.values():
            for each in opened:
                each.close()
        processes = [slot.process for slot in self.slots if slot.process is not None]
        for process in processes:
            _signal(process, signal.SIGTERM)
        waiting = [asyncio.create_task(process.wait()) for process in processes]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=self._settings.stop_timeout + _EXTRA)
            for process in processes if late else ():
                _signal(process, signal.SIGKILL)
            await asyncio.gather(*waiting)
        _log.info("stopped")


def _environment() -> dict[str, str]:
    """The worker finds this package where its parent did."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([_HOUSE, known] if known else [_HOUSE])}


def _send(process: Process, line: bytes) -> None:
    """Write to a worker's standard input; one that has just died will be started with what it missed."""
    if process.stdin is not None and not process.stdin.is_closing():
        process.stdin.write(line)


def _signal(process: Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except ProcessLookupError:
        pass  # it was faster


def _exit(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
