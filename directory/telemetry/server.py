"""The operator's listener: /metrics for Prometheus, /health and /ready for whoever restarts and balances."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

Report = Callable[[], tuple[bool, dict[str, Any]]]


class AdminServer:
    """Answers GET and HEAD on three paths. `health` and `ready` say whether, and why; `metrics` the counts."""

    def __init__(self, metrics: Callable[[], bytes], health: Report, ready: Report) -> None:
        self._metrics = metrics
        self._reports = {"/health": health, "/ready": ready}
        self._servers: list[asyncio.Server] = []

    async def start(self, sockets: Sequence[socket.socket]) -> None:
        """Begin to accept on listening sockets."""
        loop = asyncio.get_running_loop()
        http = web.Server(self._respond, access_log=None, keepalive_timeout=15)
        for sock in sockets:
            self._servers.append(await loop.create_server(http, sock=sock))

    def close(self) -> None:
        """Accept no more."""
        for server in self._servers:
            server.close()

    async def _respond(self, request: web.BaseRequest) -> web.Response:
        if request.method not in {"GET", "HEAD"}:
            return _json(405, {"error": "only GET and HEAD"}, Allow="GET, HEAD")
        if request.path == "/metrics":
            # Reading the counts of all workers takes milliseconds, which nobody here waits for.
            body = await asyncio.to_thread(self._metrics)
            return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
        report = self._reports.get(request.path)
        if report is None:
            return _json(404, {"error": "there are /metrics, /health and /ready"})
        good, said = report()
        return _json(200 if good else 503, said)


def _json(status: int, body: dict[str, Any], **headers: str) -> web.Response:
    fields = {"Content-Type": "application/json", "Cache-Control": "no-store", **headers}
    return web.Response(status=status, body=json.dumps(body).encode() + b"\n", headers=fields)
