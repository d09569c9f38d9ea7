"""Where a deposit is written: under a name that nobody reads until all of it is there and on the disk."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from directory.escrow.envelope.workplace import workplace
from directory.escrow.outlet import STANDARD_OUTPUT, NotWritten, is_stream, settled

_LEVEL = 6  # a deposit is made once and carried far; level 9 takes twice as long for one part in a hundred


@dataclass(frozen=True, slots=True)
class Target:
    """Where a deposit is to go: a file or a folder, with the report on it beside it, or a stream (`outlet`).

    `replace` is whether files that are there may give way, `kept` which never do. What goes into a stream is
    written below `work` first, the system's temporary folder if it is None: a stream gives nothing back.
    """

    path: Path
    replace: bool = False
    kept: Sequence[Path] = ()
    work: Path | None = None

    @property
    def report(self) -> Path | None:
        """Where the report goes; beside a stream there is no place for one."""
        return None if is_stream(self.path) else self.path.with_name(f"{self.path.name}.rep")

    @contextmanager
    def drafts(self, *, is_folder: bool = False) -> Iterator[tuple[Path, Path]]:
        """Paths to write to: of the deposit, and of the report, which appears behind it. Raises `NotWritten`."""
        if is_stream(self.path):
            if is_folder:
                raise NotWritten(f"{self.path}: the CSV model has several files; give --out the name of a folder")
            with self._poured() as folder:
                yield folder / "deposit", folder / "report"
            return
        settled(self.path, is_folder=is_folder, replace=self.replace, kept=self.kept)
        report = self.report
        assert report is not None
        with (
            draft(report, replace=self.replace, kept=self.kept) as told,
            draft(self.path, is_folder=is_folder, replace=self.replace, kept=self.kept) as path,
        ):
            yield path, told

    @contextmanager
    def _poured(self) -> Iterator[Path]:
        """A folder to write `deposit` in, which goes into the stream when all went well."""
        try:
            with workplace(self.work) as folder:
                yield folder
                with (folder / "deposit").open("rb") as whole, self._stream() as stream:
                    shutil.copyfileobj(whole, stream)
        except OSError as error:
            raise NotWritten(f"{self.path}: {error.strerror or error}") from error

    def _stream(self) -> IO[bytes]:
        if self.path == STANDARD_OUTPUT:
            return os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        return self.path.open("wb")


@contextmanager
def draft(
    place: Path, *, is_folder: bool = False, replace: bool = False, kept: Sequence[Path] = ()
) -> Iterator[Path]:
    """A path beside `place` to write to, which takes its name when all went well and is removed when not.

    What may be there already is what `settled` says, before and after. What a killed program left of the same
    place is removed first: nobody holds its lock. Raises `NotWritten`.
    """
    end = settled(place, is_folder=is_folder, replace=replace, kept=kept)
    path = end.with_name(f".{end.name}.{os.getpid()}.part")
    lock = path.with_suffix(".lock")
    held = -1
    try:
        _sweep(end)
        held = _locked(lock, fcntl.LOCK_EX)
        if is_folder:
            path.mkdir()
        yield path
        for each in path.iterdir() if is_folder else (path,):
            _sync(each)
        if is_folder:
            _sync(path)
        settled(place, is_folder=is_folder, replace=replace, kept=kept)
        os.replace(path, end)
        _sync(end.parent)
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
