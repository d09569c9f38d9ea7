"""Where a deposit is written: whole or not at all, and nothing is left of what did not come to its end."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from directory.escrow.export.place import draft
from directory.escrow.outlet import NotWritten

_KILLED = """
import os, signal, sys
from pathlib import Path
from directory.escrow.export.place import draft
with draft(Path(sys.argv[1]), is_folder=sys.argv[2] == "folder") as path:
    (path / "domain.csv" if sys.argv[2] == "folder" else path).write_bytes(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def killed(place: Path, what: str) -> None:
    """A program that is killed while it writes there."""
    done = subprocess.run([sys.executable, "-c", _KILLED, str(place), what], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_a_killed_program_left_is_removed_by_the_next_to_the_same_place(tmp_path: Path, what: str) -> None:
    place = tmp_path / "out.xml"
    killed(place, what)
    killed(tmp_path / "out.xml.rep", "file")
    left = names(tmp_path)
    assert len([name for name in left if name.endswith(".part")]) == 2
    with draft(place) as path:
        path.write_bytes(b"all of it")
    assert place.read_bytes() == b"all of it"
    others = [name for name in left if name.startswith(".out.xml.rep.")]
    assert names(tmp_path) == sorted([*others, "out.xml"])


def test_what_another_program_is_writing_stays(tmp_path: Path) -> None:
    part, lock = tmp_path / ".out.xml.7.part", tmp_path / ".out.xml.7.lock"
    part.write_bytes(b"half of it")
    held = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with draft(tmp_path / "out.xml") as path:
            path.write_bytes(b"all of it")
        assert names(tmp_path) == [lock.name, part.name, "out.xml"]
    finally:
        os.close(held)
    with draft(tmp_path / "out.xml", replace=True) as path:
        path.write_bytes(b"more")
    assert names(tmp_path) == ["out.xml"]


def test_of_what_fails_nothing_is_left(tmp_path: Path) -> None:

    def fail() -> None:
        with draft(tmp_path / "out.xml") as path:
            path.write_bytes(b"half of it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(tmp_path) == []
    with pytest.raises(NotWritten), draft(tmp_path / "nowhere" / "out.xml"):
        pass
