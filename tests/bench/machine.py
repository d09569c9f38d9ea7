"""The machine: which core is whose, how busy a process was, how much memory it took at most."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Cores:
    """The server has a core to itself and the load has another, where there are two."""

    server: int
    load: int

    @property
    def both(self) -> str:
        """As taskset has them."""
        return f"{self.server},{self.load}"

    @classmethod
    def of_this_process(cls) -> Cores:
        """The first two that this process may use."""
        usable = sorted(os.sched_getaffinity(0))
        return cls(usable[0], usable[min(1, len(usable) - 1)])


def cpu_seconds(process: int) -> float:
    """What a process has taken of its core so far, in user and kernel mode: in nanoseconds where the kernel tells
    (schedstat), because a round is too short to be counted in hundredths of a second."""
    threads = list(Path(f"/proc/{process}/task").glob("*/schedstat"))
    if threads:
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


def memory(process: int | str) -> dict[str, int]:
    """Bytes of a process (or `self`): `peak` resident since its exec (VmHWM; ru_maxrss would begin with what
    the parent had), and `own` now, without the files mapped into it (RssAnon)."""
    text = Path(f"/proc/{process}/status").read_text()
    kib = {name: int(value) for name, value in re.findall(r"^(VmHWM|RssAnon):\s+(\d+) kB$", text, re.MULTILINE)}
    return {"peak": kib["VmHWM"] * 1024, "own": kib["RssAnon"] * 1024}


def facts(cores: Cores) -> Mapping[str, str]:
    """What a reader of the figures must know of the machine."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    shared = "" if cores.server != cores.load else " (ONE core for both: the figures are those of half a core)"
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": f"server {cores.server}, load {cores.load}{shared}",
        "others": f"load average {os.getloadavg()[0]:.2f} at the start; on a quiet machine it is below 0.2",
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
