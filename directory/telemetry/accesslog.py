"""The access log: one JSON line per answer, without personal search terms.

The loop appends a line to a bounded queue; a thread writes it out. A reader that stalls costs lines, which
are counted, and never an answer. Times are wall-clock times in UTC (RFC 3339).
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from directory.telemetry.address import network

STDOUT = "stdout"
OFF = "off"
CAPACITY = 50_000
INTERVAL = 0.2


class AccessLog:
    """Lines on their way to a file or to standard output."""

    def __init__(
        self,
        target: str,
        *,
        clock: Callable[[], float] = time.time,
        capacity: int = CAPACITY,
        interval: float = INTERVAL,
        on_drop: Callable[[], None] = lambda: None,
    ) -> None:
        self._target = target
        self._clock = clock
        self._capacity = capacity
        self._interval = interval
        self._on_drop = on_drop
        self._lines: deque[str] = deque()
        self._second = -1
        self._stamp = ""
        self._stopping = threading.Event()
        self._reopen = False
        self._fd = _open(target)
        # A daemon: a reader that never reads again must not keep the process from ending.
        self._thread = threading.Thread(target=self._write_out, name="access-log", daemon=True)
        self.dropped = 0

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(
        self,
        service: str,
        kind: str,
        outcome: str,
        micros: int,
        size: int,
        address: str,
        name: str = "",
        status: int = 0,
    ) -> None:
        """Keep one line, or count it as dropped if the writer is too far behind. `name` is a domain or host
        name that was asked for: nothing else that a requester typed may be kept."""
        if len(self._lines) >= self._capacity:
            self.dropped += 1
            self._on_drop()
            return
        now = self._clock()
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        more = f',"status":{status}' if status else ""
        if name:
            more += f',"name":"{name}"'
        # No value needs escaping: words of ours, numbers, networks, and names that are A-labels.
        self._lines.append(
            f'{{"time":"{self._stamp}.{int((now - second) * 1000):03d}Z","service":"{service}",'
            f'"kind":"{kind}","outcome":"{outcome}","micros":{micros},"bytes":{size},'
            f'"client":"{network(address)}"{more}}}\n'
        )

    def reopen(self) -> None:
        """Open the file anew before the next line, for log rotation."""
        self._reopen = True

    def close(self, timeout: float = 1.0) -> None:
        """Write what is left, for as long as `timeout`, and stop."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _write_out(self) -> None:
        while True:
            stopping = self._stopping.wait(self._interval)
            self._reopen_if_asked()
            self._flush()
            if stopping:
                break
        os.close(self._fd)

    def _reopen_if_asked(self) -> None:
        if self._reopen:
            self._reopen = False
            fresh = _open(self._target)
            os.close(self._fd)
            self._fd = fresh

    def _flush(self) -> None:
        chunk: list[bytes] = []
        size = 0
        while self._lines:
            line = self._lines.popleft().encode()
            # Workers share standard output: a pipe keeps a write whole only up to PIPE_BUF (POSIX write()).
            if size + len(line) > select.PIPE_BUF:
                self._write(b"".join(chunk))
                chunk, size = [], 0
            chunk.append(line)
            size += len(line)
        if chunk:
            self._write(b"".join(chunk))

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError:
            lost = data.count(b"\n")
            self.dropped += lost
            for _ in range(lost):
                self._on_drop()


def _open(target: str) -> int:
    if target == STDOUT:
        return os.dup(1)
    return os.open(Path(target), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
