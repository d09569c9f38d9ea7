"""A server in a process of its own, and clients that notice resets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
import yaml

ROOT = Path(__file__).parents[2]


class Server:
    """A parent and its workers."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.file = folder / "dnrd.yaml"
        self.settings = {
            "store": "sqlite:///fake",
            "whois": ["127.0.0.1:0"],
            "rdap": ["127.0.0.1:0"],
            "admin": "127.0.0.1:0",
            "workers": 2,
            "access_log": str(folder / "access.log"),
        } | settings
        self.log = folder / "access.log"
        self.configure()
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fake_serve.py")), str(self.file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def configure(self, **settings: Any) -> None:
        """Write the configuration."""
        self.settings |= settings
        self.file.write_text(yaml.safe_dump(self.settings))

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    def until(self, condition: Callable[[], Any], wait: float = 15.0) -> Any:
        """Wait until something is so."""
        end = time.monotonic() + wait
        while not (value := condition()):
            assert time.monotonic() < end, f"it did not come about; the server said: {''.join(self.lines)}"
            time.sleep(0.02)
        return value

    def start(self) -> Server:
        """Wait until it serves."""
        self.until(lambda: self.said("READY"))
        self.ports = json.loads(self.said("READY").removeprefix("READY "))
        return self

    def said(self, word: str) -> str:
        """The last line of standard error with a word in it, or nothing."""
        return next((line for line in reversed(self.lines) if word in line), "")

    def workers(self) -> list[psutil.Process]:
        """The worker processes."""
        return cast(list[psutil.Process], psutil.Process(self.process.pid).children())

    def whois(self, query: str, family: str = "127.0.0.1", index: int = 0) -> str:
        """One WHOIS query."""
        with socket.create_connection((family, self.ports["whois"][index]), timeout=10) as client:
            client.sendall(f"{query}\r\n".encode())
            return read(client)

    def get(self, path: str, door: str = "admin") -> tuple[int, str]:
        """One HTTP request."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[door][0]}{path}", timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def signal(self, number: signal.Signals) -> None:
        """Send the parent a signal."""
        self.process.send_signal(number)

    def orphans_end(self, workers: list[psutil.Process]) -> bool:
        """Whether workers end in time when their parent has."""
        return ended(workers)

    def end(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(15)


def read(client: socket.socket) -> str:
    """All that comes until the other side closes."""
    data = b""
    while part := client.recv(65536):
        data += part
    return data.decode()


def ended(processes: list[psutil.Process], wait: float = 5.0) -> bool:
    """Whether processes end in time; one that nobody has reaped yet has ended too."""
    end = time.monotonic() + wait
    while any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Load:
    """Clients that ask one query after another, from several threads, and note what goes wrong."""

    def __init__(self, server: Server, threads: int = 4) -> None:
        self.answered = 0
        self.faults: list[str] = []
        self._server = server
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(threads)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                reply = self._server.whois("example.test")
            except OSError as error:
                self.faults.append(repr(error))
                continue
            if not reply.endswith("\r\n"):
                self.faults.append(f"empty reply {reply!r}")
            self.answered += 1


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers."""
    servers: list[Server] = []

    def start(**settings: Any) -> Server:
        folder = tmp_path / str(len(servers))
        folder.mkdir()
        servers.append(Server(folder, settings))
        return servers[-1]

    yield start
    for server in servers:
        children = server.workers() if server.process.poll() is None else []
        server.process.terminate()
        try:
            server.process.wait(15)
        except subprocess.TimeoutExpired:
            server.process.kill()
        for pipe in (server.process.stdout, server.process.stderr):
            assert pipe is not None
            server._reader.join(5)
            pipe.close()
        assert ended(children)


@pytest.fixture
def load() -> Callable[[Server], Load]:
    """Puts load on a server."""
    return Load
