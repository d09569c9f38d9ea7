"""A folder for what must not stay: deposits in the clear, and keys."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".dnrd-escrow-"
_SETTLED = 60.0  # seconds; a folder as new as this may be one that is only being locked


@contextmanager
def workplace(parent: Path | None = None) -> Iterator[Path]:
    """A new folder below `parent` (the system's temporary folder if it is None) that only we may read.

    It is removed at the end, however that comes. What a killed program left there is removed at the next call:
    its folder is locked by nobody. Raises `OSError`.
    """
    place = parent or Path(tempfile.gettempdir())
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _sweep(place: Path) -> None:
    for entry in os.scandir(place):
        if not entry.name.startswith(_PREFIX) or not entry.is_dir(follow_symlinks=False):
            continue
        try:
            found = entry.stat(follow_symlinks=False)
            if found.st_uid == os.geteuid() and found.st_mtime < time.time() - _SETTLED:
                _remove(entry.path)
        except OSError:
            continue  # another program was quicker, or still works there


def _remove(path: str) -> None:
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)
