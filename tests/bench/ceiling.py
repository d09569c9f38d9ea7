"""The ceilings: the least that a server on the same core could do for the same bytes.

For port 43 a bare uvloop `Protocol` that reads a line and writes a reply it has ready; for RDAP nginx, which
serves the replies as files. `python -m tests.bench.ceiling FILE` is the first of the two.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import cast

import uvloop

from tests.bench.process import ProcessError, Serving, python, running

_NGINX = ("/usr/sbin/nginx", "/usr/local/sbin/nginx")
_CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    default_type application/rdap+json;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {folder}/files;
    }}
}}
"""


class _Responder(asyncio.Protocol):
    """Writes the next reply when a line is there, and closes."""

    def __init__(self, replies: Iterator[bytes]) -> None:
        self._replies = replies
        self._line = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._line += data
        if b"\n" in data:
            self._transport.write(next(self._replies))
            self._transport.close()


@contextmanager
def responder(core: int, replies: Sequence[bytes], folder: Path) -> Iterator[Serving]:
    """A bare responder with bodies of the same sizes as these."""
    sizes = folder / "sizes.json"
    sizes.write_text(json.dumps([len(reply) for reply in replies]))
    command = python("-m", "tests.bench.ceiling", sizes)
    with running(core, command, r"port (\d+)\n", folder / "responder.log") as (process, (port,)):
        yield Serving(process, {"whois": int(port)})


@contextmanager
def nginx(core: int, replies: Mapping[str, bytes], folder: Path) -> Iterator[Serving]:
    """One nginx process that serves these bodies as files, by the path of their URL."""
    program = shutil.which("nginx") or next((path for path in _NGINX if Path(path).exists()), None)
    if program is None:
        raise ProcessError("nginx is not installed; `make test` as root installs it, or: apt install nginx-light")
    for path, body in replies.items():
        file = folder / "files" / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port) + f"# port {port}\n")
    # nginx announces nothing: its pid file is written once it listens.
    command = [program, *map(str, ("-p", folder, "-c", configuration, "-e", folder / "error.log"))]
    with running(core, command, "", folder / "nginx.log") as (process, _):
        _await(port)
        yield Serving(process, {"rdap": port})


def _await(port: int) -> None:
    """Until somebody listens."""
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > end:
                raise ProcessError(f"nginx does not serve on port {port}: {error}") from None
            time.sleep(0.02)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _respond(sizes: Sequence[int]) -> None:
    replies = cycle([b"x" * size for size in sizes])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Responder(replies), "127.0.0.1", 0, backlog=4096)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        uvloop.run(_respond(json.loads(Path(sys.argv[1]).read_text())))
    except KeyboardInterrupt:
        pass
