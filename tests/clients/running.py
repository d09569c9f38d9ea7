"""A registry in a store and a real server before it: what `dnrd sample`, `dnrd ingest` and `dnrd serve` make."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
RFC9022 = ROOT / "tests/data/rfc9022/section14-full.xml"
HOST = "127.0.0.1"
TLD = "alt"
"""The made-up registry's domain. Nobody's (RFC 9476), of one label as clients expect, and not `example`, where
the names of the sample in RFC 9022 are."""

_ANNOUNCED = re.compile(r"^(WHOIS|RDAP) on (?:http://)?127\.0\.0\.1:(\d+)", re.MULTILINE)


def dnrd(*arguments: str | Path) -> None:
    """Run a command to its end."""
    done = subprocess.run(_command(*arguments), capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, f"dnrd {arguments}: {done.stdout}{done.stderr}"


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "directory", *map(str, arguments)]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: its ports, and the deposits that it answers from."""

    whois_port: int
    rdap_port: int
    deposit: Path
    side: Path

    @property
    def base(self) -> str:
        """The base URL of RDAP."""
        return f"http://{HOST}:{self.rdap_port}/rdap/"

    def whois(self, query: str | bytes) -> bytes:
        """What a plain socket gets (RFC 3912 §2)."""
        line = query if isinstance(query, bytes) else query.encode()
        with socket.create_connection((HOST, self.whois_port), timeout=10) as client:
            client.sendall(line + b"\r\n")
            return b"".join(iter(lambda: client.recv(65536), b""))

    def rdap(self, path: str) -> tuple[int, dict[str, Any]]:
        """Status and body of a path below the base URL."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


class Server:
    """`dnrd serve` with two workers, in processes of its own."""

    def __init__(self, folder: Path, store: str = "") -> None:
        self._errors = folder / "stderr"
        store = store or f"sqlite:///{folder / 'registry.db'}"
        deposit = folder / "sample.xml"
        side = folder / "sample.xml.registrars.yaml"
        dnrd("sample", "--domains", "300", "--tld", TLD, "--out", deposit)
        dnrd("ingest", "--store", store, "--registrars", side, deposit)
        dnrd("ingest", "--store", store, RFC9022)
        listen = ("--whois", f"{HOST}:0", "--rdap", f"{HOST}:0", "--workers", "2")
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                _command("serve", "--store", store, *listen, "--access-log", str(folder / "access.log")),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=ROOT,
            )
        try:
            ports = self._ports()
            self.running = Running(ports["WHOIS"], ports["RDAP"], deposit, side)
            self._until_answers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int:
        """End it and its workers. The exit code."""
        if self._process.poll() is not None:
            return self._process.returncode
        workers = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        try:
            return self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            for worker in workers:
                if worker.is_running():
                    worker.kill()

    def _ports(self, wait: float = 20.0) -> dict[str, int]:
        end = time.monotonic() + wait
        while True:
            said = self._errors.read_text()
            found = {door: int(port) for door, port in _ANNOUNCED.findall(said)}
            if found.keys() == {"WHOIS", "RDAP"}:
                return found
            assert self._process.poll() is None, f"the server ended: {said}"
            assert time.monotonic() < end, f"the server does not come up: {said}"
            time.sleep(0.05)

    def _until_answers(self, wait: float = 10.0) -> None:
        end = time.monotonic() + wait
        while True:
            try:
                if self.running.whois("help") and self.running.rdap("help")[0] == 200:
                    return
            except OSError:
                assert time.monotonic() < end, self._errors.read_text()
                time.sleep(0.05)
