"""Programs under measurement: each pinned to a core, and dead when the benchmark is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.plan import ROOT

_START = 60.0
_STOP = 15.0


class ProcessError(Exception):
    """A program did not do what it was started for."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A program that serves on ports of the loopback; `process` is the one that answers."""

    process: int
    ports: dict[str, int]


def pinned(core: int | str, command: Sequence[str | Path]) -> list[str]:
    """The command on that core, or on those of a list as taskset has it. The kernel ends it if the benchmark is
    killed and cannot end it itself."""
    return ["taskset", "-c", str(core), "setpriv", "--pdeathsig", "TERM", *map(str, command)]


def python(*arguments: str | Path) -> list[str]:
    """The same interpreter, from the project's folder."""
    return [sys.executable, *map(str, arguments)]


def run(core: int | str, command: Sequence[str | Path], timeout: float) -> str:
    """What a program prints, run to its end. Raises `ProcessError`."""
    try:
        done = subprocess.run(
            pinned(core, command), capture_output=True, text=True, cwd=ROOT, timeout=timeout, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"{_shown(command)}: not done within {timeout:.0f} s") from None
    if done.returncode:
        raise ProcessError(f"{_shown(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def running(core: int, command: Sequence[str | Path], said: str, log: Path) -> Iterator[tuple[int, list[str]]]:
    """A program's process id and the ports that it announces in words that the pattern `said` finds; it is
    stopped at the end. Raises `ProcessError`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            pinned(core, command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=_environment(),
        )
    try:
        end = time.monotonic() + _START
        while not (match := re.search(said, log.read_text(errors="replace"), re.DOTALL)):
            if process.poll() is not None or time.monotonic() > end:
                raise ProcessError(f"{_shown(command)}: it does not serve\n{log.read_text()[-2000:]}")
            time.sleep(0.02)
        yield process.pid, list(match.groups())
    finally:
        _stop(process)


@contextmanager
def dnrd(core: int, store: Path, log: Path) -> Iterator[Serving]:
    """The product, with one worker and no access log."""
    arguments = ("--store", f"sqlite:///{store}", "--whois", "127.0.0.1:0", "--rdap", "127.0.0.1:0")
    command = python("-m", "directory", "serve", *arguments, "--workers", "1", "--quiet")
    with running(core, command, r"WHOIS on 127\.0\.0\.1:(\d+).*RDAP on http://127\.0\.0\.1:(\d+)/", log) as begun:
        parent, (whois, rdap) = begun
        workers = [
            child.pid for child in psutil.Process(parent).children() if "directory.worker" in child.cmdline()
        ]
        if len(workers) != 1:
            raise ProcessError(f"dnrd serve: one worker was asked for, {len(workers)} run")
        yield Serving(workers[0], {"whois": int(whois), "rdap": int(rdap)})


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not; its children with it."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP)
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass  # as it should be


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def _shown(command: Sequence[str | Path]) -> str:
    return " ".join(map(str, command))
