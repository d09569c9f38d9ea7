"""A real PostgreSQL, installed from Debian's packages and started for the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cluster:
    """A running server: its programs, its port on the loopback."""

    programs: Path
    port: int
    user: str

    def url(self, database: str) -> str:
        """A store URL for a database of this server."""
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> str:
        """What a statement prints."""
        where: list[str | Path] = ["-h", "127.0.0.1", "-p", str(self.port), "-U", self.user, "-d", database]
        done = subprocess.run(
            [self.programs / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", *where, "-c", sql],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return done.stdout.decode()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server in a folder of its own, on a free port; stopped and removed at the end."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="dnrd-postgresql-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, user, user)
    data = folder / "data"
    port = _free_port()
    try:
        # A locale whose order is not that of code points shows whether the tables depend on it.
        subprocess.run(
            [
                *as_user,
                programs / "initdb",
                "-D",
                data,
                "-A",
                "trust",
                "-U",
                user,
                "--locale=C.UTF-8",
                "--locale-provider=icu",
                "--icu-locale=en-US",
                "-E",
                "UTF8",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            timeout=120,
        )
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        subprocess.run(
            [*as_user, programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o",
             f"-p {port} {options}", "start"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=90,
        )  # fmt: skip
        yield Cluster(programs, port, user)
    finally:
        subprocess.run(
            [*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            cwd=folder,
            timeout=60,
        )
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found:
        raise RuntimeError(
            "PostgreSQL is not installed; `make test` as root installs it, or: apt install postgresql"
        )
    return found[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
