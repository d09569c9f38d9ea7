"""Runs commands, each in a process of its own that may take only so much time and memory.

A lean process is started once, which has loaded the program; each command is a copy of it, so that hundreds of
them take no time, and the memory of one is that of the program and of what the command adds. A command can be
killed, from outside after a time, or at a point of its work that it then comes to.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
_MOST = 2 << 30  # octets of addresses: the machine is to survive what the memory of a command is measured by


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code, below zero if a signal ended it; the most memory that it took, in
    octets; its time on the processor, in seconds; all that it printed."""

    code: int
    peak: int
    seconds: float
    output: str


Kill = tuple[str, float]
"""Where a command is killed: `seconds` after its beginning, or `commit`, so many after that of its commit; with so
many `octets` read of the deposit; before so many `calls` of the database."""


class Confined:
    """A process that runs commands."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.escrow.confined"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, *words: str | Path, seconds: int = 20, kill: Kill | None = None) -> Ran:
        """Run `dnrd` with these words; after so many seconds on the processor, or six times as many by the clock,
        it is ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([seconds, kill, *map(str, words)]), file=self._process.stdin, flush=True)
        return Ran(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


@contextmanager
def confined() -> Iterator[Confined]:
    """A process that runs commands, for as long as the block lasts."""
    running = Confined()
    try:
        yield running
    finally:
        running.close()


def _serve() -> None:
    """Run each command that a line of standard input has, and print what came of it."""
    from directory.cli import check_deposit, ingest  # noqa: F401
    from directory.escrow import source  # noqa: F401
    from directory.escrow.envelope import openpgp  # noqa: F401
    from directory.store import postgresql, sqlite  # noqa: F401

    for line in sys.stdin:
        seconds, kill, *words = json.loads(line)
        print(json.dumps(_run(seconds, kill, words)), flush=True)


def _run(seconds: int, kill: Kill | None, words: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        number = os.fork()
        if number == 0:
            _be(seconds, kill, words, said.fileno(), told.fileno())
        if kill and kill[0] == "seconds":
            time.sleep(kill[1])
            os.kill(number, signal.SIGKILL)  # which waits to be asked after, if it has ended
        _, status, used = os.wait4(number, 0)
        said.seek(0)
        told.seek(0)
        peak = told.read()
        return {
            "code": os.waitstatus_to_exitcode(status),
            "peak": int(peak) if peak else used.ru_maxrss << 10,
            "seconds": used.ru_utime + used.ru_stime,
            "output": said.read().decode(errors="replace"),
        }


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(what: str, number: float) -> None:
    """Die at a point of the work."""
    from directory.escrow.stream import Tap
    from directory.store.postgresql import PostgresqlLedger
    from directory.store.sqlite import SqliteLedger

    count = 0

    def dying(method: Callable[..., Any], weight: Callable[[Any], int], late: bool = False) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            nonlocal count
            count += 0 if late else weight(None)
            if count > number:
                _die()
            result = method(*given)
            count += weight(result) if late else 0
            return result

        return call

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            threading.Timer(number, _die).start()
            return method(*given)

        return call

    engines: tuple[Any, ...] = (SqliteLedger, PostgresqlLedger)
    if what == "octets":
        Tap.read = dying(Tap.read, len, late=True)  # type: ignore[method-assign]
    for engine in engines:
        for name in ("execute", "fetch", "insert", "_commit") if what == "calls" else ():
            setattr(engine, name, dying(getattr(engine, name), lambda _: 1))
        if what == "commit":
            engine._commit = timed(engine._commit)


def _be(seconds: int, kill: Kill | None, words: list[str], said: int, told: int) -> NoReturn:
    """The command itself, in its process."""
    from directory.cli import main
    from tests.bench.machine import memory

    code = 70
    try:
        os.dup2(said, 1)
        os.dup2(said, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST, _MOST))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_REAL, 6 * seconds)
        if kill and kill[0] != "seconds":
            _arm(*kill)
        try:
            main(words, prog_name="dnrd")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(told, str(memory("self")["peak"]).encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
