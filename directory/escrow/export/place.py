"""Where a deposit is written: under a name that nobody reads until all of it is there and on the disk."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from directory.errors import DirectoryError

_LEVEL = 6  # a deposit is made once and carried far; level 9 takes twice as long for one part in a hundred


class NotWritten(DirectoryError):
    """The deposit cannot be written to this place."""


@contextmanager
def draft(place: Path, *, is_folder: bool = False) -> Iterator[Path]:
    """A path beside `place` to write to, which takes its name when all went well and is removed when not.

    A file takes the place of one that is there; a folder has to be new, or empty. What a killed program left of
    the same place is removed first: nobody holds its lock. Raises `NotWritten`.
    """
    if is_folder and place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise NotWritten(f"{place} is there already, and is no empty folder; give --out another name")
    if not is_folder and place.is_dir():
        raise NotWritten(f"{place} is a folder; give --out the name of a file")
    path = place.with_name(f".{place.name}.{os.getpid()}.part")
    lock = path.with_suffix(".lock")
    held = -1
    try:
        _sweep(place)
        held = _locked(lock, fcntl.LOCK_EX)
        if is_folder:
            path.mkdir()
        yield path
        for each in path.iterdir() if is_folder else (path,):
            _sync(each)
        if is_folder:
            _sync(path)
        os.replace(path, place)
        _sync(place.parent)
    except OSError as error:
        raise NotWritten(f"{place}: {error.strerror or error}") from error
    finally:
        if is_folder:
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        if held >= 0:
            lock.unlink(missing_ok=True)
            os.close(held)


def _sweep(place: Path) -> None:
    """Remove what killed programs left of drafts of a place; the lock goes last, so that none is forgotten."""
    begin, end = f".{place.name}.", ".lock"
    for lock in place.parent.iterdir():
        if not (lock.name.startswith(begin) and lock.name.endswith(end)):
            continue
        number = lock.name[len(begin) : -len(end)]
        if not number.isdecimal():
            continue
        try:
            held = _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # its program is at work
        left = lock.with_suffix(".part")
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)
        os.close(held)


def _locked(path: Path, how: int) -> int:
    """A file that is locked by us until it is closed, or this program ends. Raises `OSError`."""
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, how)
    except OSError:
        os.close(held)
        raise
    return held


@contextmanager
def opened(path: Path, *, is_packed: bool) -> Iterator[IO[bytes]]:
    """A new file to write to, compressed or not. Neither its name nor the time stand in it, so that the same
    deposit has the same octets (RFC 1952 §2.3)."""
    with path.open("xb") as plain:
        if not is_packed:
            yield plain
            return
        with gzip.GzipFile("", "wb", compresslevel=_LEVEL, fileobj=plain, mtime=0) as packed:
            yield cast("IO[bytes]", packed)


def _sync(path: Path) -> None:
    """Make the system put it on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
