"""`dnrd serve` as an operator meets it, on a real store with the shipped profiles."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from directory.cli.ingest import command as ingest
from directory.cli.sample import command as sample
from directory.cli.serve import command as serve

ROOT = Path(__file__).parents[2]
RUN = "from directory.cli.serve import command; command()"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store with a made-up registry."""
    folder = tmp_path_factory.mktemp("store")
    deposit, url = folder / "deposit.xml", f"sqlite:///{folder / 'registry.db'}"
    done = CliRunner().invoke(sample, ["--domains", "60", "--tld", "test", "--out", str(deposit)])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(ingest, ["--store", url, str(deposit)])
    assert done.exit_code == 0, done.output
    return url


@pytest.fixture(scope="module")
def name(store: str) -> str:
    """A name that is registered there, from the deposit."""
    deposit = Path(store.removeprefix("sqlite:///")).with_name("deposit.xml")
    (found, *_) = re.findall(r"<rdeDomain:name>([a-z0-9-]+\.test)<", deposit.read_text())
    return str(found)


class Running:
    """A server of the command line."""

    def __init__(self, folder: Path, *arguments: str, cwd: Path = ROOT) -> None:
        self.errors = folder / "stderr"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", RUN, *arguments],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=cwd,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        end = time.monotonic() + 20
        while "RDAP on" not in self.errors.read_text() and time.monotonic() < end:
            assert self.process.poll() is None, self.errors.read_text()
            time.sleep(0.05)
        said = self.errors.read_text()
        self.port = int(re.findall(r"WHOIS on 127\.0\.0\.1:(\d+)", said)[0])
        self.url = re.findall(r"RDAP on (\S+);", said)[0]

    def whois(self, query: bytes) -> bytes:
        """One WHOIS query."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
            client.sendall(query)
            data = b""
            while part := client.recv(65536):
                data += part
        return data

    def rdap(self, target: bytes) -> tuple[int, dict[str, Any]]:
        """One RDAP request with any bytes as its target."""
        port = int(self.url.rsplit(":", 1)[1].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            data = b""
            while part := client.recv(65536):
                data += part
        head, _, body = data.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)


@pytest.fixture(scope="module")
def running(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on that store."""
    server = Running(
        tmp_path_factory.mktemp("serve"),
        *("--store", store, "--whois", "127.0.0.1:0", "--rdap", "127.0.0.1:0", "--workers", "1", "--quiet"),
    )
    yield server
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert "Traceback" not in server.errors.read_text()
    assert "traceback" not in server.errors.read_text()


def test_a_registered_name_is_found_on_both_doors(running: Running, name: str) -> None:
    reply = running.whois(f"{name}\r\n".encode())
    assert reply.startswith(f"Domain Name: {name}\r\n".encode())
    assert b">>> Last update of WHOIS database: 2026-01-01T00:00:00Z <<<" in reply
    status, body = running.rdap(f"/rdap/domain/{name.upper()}".encode())
    assert (status, body["ldhName"]) == (200, name)
    with urllib.request.urlopen(f"{running.url}domain/{name}") as found:
        assert json.load(found)["links"][0]["href"].startswith(running.url)


def test_what_is_not_there_is_a_miss_on_both_doors(running: Running) -> None:
    assert b"not found" in running.whois(b"no-such-name-here.test\r\n").lower()
    assert running.rdap(b"/rdap/domain/no-such-name-here.test")[0] == 404
    assert running.rdap(b"/rdap/entity/no-such-handle")[0] == 404
    assert running.rdap(b"/rdap/nameserver/ns.no-such-name-here.test")[0] == 404


def test_any_bytes_get_an_answer_and_never_a_fault(running: Running) -> None:
    source = random.Random(3912)
    for _ in range(150):
        line = source.randbytes(source.randrange(80)).replace(b"\n", b"") + b"\r\n"
        reply = running.whois(source.choice([b"", b"domain ", b"nameserver ", b"registrar "]) + line)
        assert reply.endswith(b"\r\n")
        assert b"Traceback" not in reply
        assert b"internal" not in reply.lower().partition(b"\r\n")[0]
    for _ in range(150):
        rest = bytes(source.choice(b"%0123456789abcdefABCDEF./-\xc3\xa9\xff") for _ in range(source.randrange(50)))
        start = source.choice([b"/rdap/domain/", b"/rdap/entity/", b"/rdap/nameserver/", b"/rdap/", b"/"])
        status, body = running.rdap(start + rest)
        assert status in {400, 404, 501}, start + rest
        assert body["errorCode"] == status
    assert running.whois(b"x" * 5000 + b"\r\n").endswith(b"\r\n")


def test_what_lies_in_the_folder_it_is_started_in_is_not_run(store: str, tmp_path: Path) -> None:
    (tmp_path / "http.py").write_text("open('RUN', 'w'); raise SystemExit(3)")
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory/__init__.py").write_text("open('RUN', 'w')")
    server = Running(
        tmp_path, "--store", store, "--whois", "127.0.0.1:0", "--rdap", "127.0.0.1:0", "--quiet", cwd=tmp_path
    )
    server.process.terminate()
    assert server.process.wait(10) == 0
    assert not (tmp_path / "RUN").exists()


def test_it_is_not_ready_while_its_store_cannot_be_reached(store: str, tmp_path: Path) -> None:
    file, away = tmp_path / "registry.db", tmp_path / "away.db"
    shutil.copy(store.removeprefix("sqlite:///"), file)
    doors = ("--whois", "127.0.0.1:0", "--rdap", "127.0.0.1:0", "--admin", "127.0.0.1:0")
    server = Running(tmp_path, "--store", f"sqlite:///{file}", *doors, "--quiet")

    def until(status: int) -> None:
        (url,) = re.findall(r"/metrics, /health and /ready on (\S+)/", server.errors.read_text())
        end = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(f"{url}/ready", timeout=5) as reply:
                    found = reply.status
            except urllib.error.HTTPError as error:
                found = error.code
            if found == status:
                return
            assert time.monotonic() < end, found
            time.sleep(0.1)

    try:
        until(200)
        file.rename(away)
        until(503)
        away.rename(file)
        until(200)
    finally:
        server.process.terminate()
        server.process.wait(10)


def test_a_deposit_ingested_while_it_serves_is_seen(tmp_path: Path) -> None:
    url, deposit = f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "deposit.xml"
    for name, seed in (("a", "1"), ("b", "2")):
        arguments = ["--domains", "5", "--seed", seed, "--tld", f"{name}.test", "--out", str(deposit)]
        assert CliRunner().invoke(sample, arguments).exit_code == 0
        done = CliRunner().invoke(ingest, ["--store", url, str(deposit)])
        assert done.exit_code == 0, done.output
        if name == "a":
            server = Running(
                tmp_path, *("--store", url, "--whois", "127.0.0.1:0", "--rdap", "127.0.0.1:0", "--quiet")
            )
    (fresh, *_) = re.findall(r"<rdeDomain:name>([a-z0-9-]+\.b\.test)<", deposit.read_text())
    try:
        end = time.monotonic() + 5
        while not server.whois(f"{fresh}\r\n".encode()).startswith(b"Domain Name:"):
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        server.process.terminate()
        server.process.wait(10)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no store is named"),
        (["--store", "sqlite:////nowhere/at/all.db"], "there is no store at /nowhere/at/all.db"),
        (["--store", "registry.db"], "sqlite:///registry.db"),
        (["--store", "STORE", "--whois", "127.0.0.1"], "whois"),
        (["--store", "STORE", "--whois", "no..host:4343"], "cannot listen on no..host:4343"),
        (["--store", "STORE", "--no-whois", "--no-rdap"], "nothing to serve"),
        (["--store", "STORE", "--config", "/nowhere/dnrd.yaml"], "/nowhere/dnrd.yaml"),
        (["--store", "STORE", "--profile", "nonsense"], "nonsense"),
        (["--store", "STORE", "--profile", "gtld-whois"], "no profile is bound to the service 'rdap'"),
    ],
)
def test_what_keeps_it_from_starting_is_one_clear_line(store: str, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(serve, [store if each == "STORE" else each for each in arguments])
    assert done.exit_code == 1
    assert said in done.output
    assert len(done.output.splitlines()) == 1


def test_a_port_that_is_taken_is_told(store: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        done = CliRunner().invoke(serve, ["--store", store, "--whois", address])
    assert done.exit_code == 1
    fault = "Address already in use; is another server running?"
    assert done.output == f"Error: cannot listen on {address}: {fault}\n"


def test_the_help_teaches_every_flag() -> None:
    text = CliRunner().invoke(serve, ["--help"]).output
    for word in ("--store", "--whois", "--admin", "--config", "SIGHUP", "SIGTERM", "sqlite:///registry.db"):
        assert word in text
