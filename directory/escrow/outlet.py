"""Where what is written goes: a file, a folder or a stream; what stands there already is not lost unasked."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from directory.errors import DirectoryError

STANDARD_OUTPUT = Path("-")
"""The name that programs have for their standard output (POSIX.1, XBD §12.2, guideline 13)."""


class NotWritten(DirectoryError):
    """The deposit cannot be written to this place."""


def is_stream(place: Path) -> bool:
    """Whether octets go through it rather than stay there: standard output, a FIFO, a device of characters."""
    if place == STANDARD_OUTPUT:
        return True
    try:
        mode = place.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def settled(place: Path, *, is_folder: bool = False, replace: bool = False, kept: Sequence[Path] = ()) -> Path:
    """The path that a file, or a folder, of this name has, with every link followed.

    A regular file that is there may go if `replace` is set, unless it is among `kept`; a folder has to be new, or
    empty; nothing else gives way. Raises `NotWritten`.
    """
    path = Path(os.path.realpath(place))
    if any(path == Path(os.path.realpath(each)) for each in kept):
        raise NotWritten(f"{place} is the store itself, or is kept for it; give --out another name")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.parent.is_dir():
            return path
        raise NotWritten(f"{place}: there is no folder {path.parent}; make it first") from None
    except OSError as error:
        raise NotWritten(f"{place}: {error.strerror or error}") from error
    if any(each.exists() and path.samefile(each) for each in kept):
        raise NotWritten(f"{place} is a link to the store itself; give --out another name")
    fault = _in_folder(place, path, mode) if is_folder else _in_file(mode, replace)
    if fault:
        raise NotWritten(f"{place} {fault}")
    return path


def _in_folder(place: Path, path: Path, mode: int) -> str:
    """Why a folder cannot be put in the place of what is there; empty if it can."""
    if not stat.S_ISDIR(mode) or any(path.iterdir()):
        return "is there already, and is no empty folder; give --out another name"
    return "" if place.name else "is a folder without a name; give --out that of a new one"


def _in_file(mode: int, replace: bool) -> str:
    """Why a file cannot be put in the place of what is there; empty if it can."""
    if stat.S_ISDIR(mode):
        return "is a folder; give --out the name of a file"
    if not stat.S_ISREG(mode):
        return "is no regular file, and nothing else is replaced; give --out another name"
    return "" if replace else "is there already; give --out another name, or replace it by --replace"
