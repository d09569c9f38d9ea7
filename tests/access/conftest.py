"""A clock that is put, and keys in files of their own."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from directory.access import keyfile
from directory.access.key import Key, make

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.now = moment.timestamp()

    def __call__(self) -> float:
        return self.now


def a_key(name: str = "Unit 4", days: int = 90, audience: str = "police", registrar: str = "") -> tuple[Key, str]:
    """A key made now, and as it was shown."""
    return make(name, "case 17", NOW, NOW + timedelta(days=days), audience, registrar)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


Store = Callable[..., str]


@pytest.fixture
def stored(path: Path) -> Store:
    """Adds a key to the file; what was shown of it."""

    def store(name: str = "Unit 4", days: int = 90, audience: str = "police", registrar: str = "") -> str:
        key, shown = a_key(name, days, audience, registrar)
        keyfile.add(path, key)
        return shown

    return store


def touch(path: Path) -> None:
    """Make a file that was written in place look as if that had been later."""
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1_000_000))
