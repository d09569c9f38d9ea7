"""The file that keys are kept in: JSON, checked when it is read, and replaced as a whole when it is written."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from directory import document, documentfile
from directory.access.key import Key
from directory.errors import DocumentError, Finding, KeyRefused

SCHEMA = "keys"

_MODE = 0o600
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
_WAIT = 5.0
_PAUSE = 0.02


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file."""

    keys: Annotated[tuple[Key, ...], msgspec.Meta(description="every key that was ever made, in that order")]


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, which `schemas/keys.schema.json` is: what `decode` takes and what it says are
    one declaration."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "keys.schema.json",
        "title": "The keys of dnrd",
        "description": "Made from directory/access/key.py.",
        **msgspec.json.schema(KeyFile),
    }


def decode(data: bytes) -> tuple[Key, ...]:
    """The keys in the text of a file. Raises `ValueError` with the first fault; quick enough for a server."""
    if len(data) > documentfile.SIZE:
        raise ValueError(f"the file is larger than {documentfile.SIZE:,} bytes")
    keys = _DECODER.decode(data).keys
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("an id is there twice")
    return keys


_DECODER = msgspec.json.Decoder(KeyFile)


def read(path: Path) -> bytes:
    """The text of a key file, and no more than could be one. Raises `OSError`."""
    # A pipe in its place must not stop the reader.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it is not a regular file")
        return file.read(documentfile.SIZE + 1)


def load(path: Path) -> tuple[Key, ...]:
    """The keys of a file. Raises `DocumentError` with every fault and its line."""
    try:
        data = read(path)
    except OSError as error:
        hint = "`dnrd key add` makes one" if isinstance(error, FileNotFoundError) else ""
        fault = Finding("", "a readable file of keys", error.strerror or str(error), hint=hint)
        raise DocumentError(str(path), [fault]) from error
    try:
        return decode(data)
    except ValueError as error:
        documentfile.load(data, str(path), SCHEMA)
        raise DocumentError(str(path), [Finding("", "keys.schema.json", str(error))]) from error


def add(path: Path, key: Key) -> None:
    """Add a key to a file, which is made if there is none. Keys that are good at the same time have names of their
    own. Raises `DocumentError` and `KeyRefused`."""
    with _locked(path) as folder:
        keys = load(path) if path.exists() else ()
        if any(other.name == key.name and other.state(key.created) == "good" for other in keys):
            other_name = f"{key.name} {key.created:%Y-%m}"
            hint = f"choose another name, such as {other_name!r}, or revoke that one first"
            raise KeyRefused(f"there is a good key named {key.name!r} already: {hint}")
        _write(path, (*keys, key), folder)


def revoke(path: Path, which: str, now: datetime) -> Key:
    """Revoke a key, found by its id, or by the name of one that is good. Raises `DocumentError`, `KeyRefused`."""
    with _locked(path) as folder:
        keys = load(path)
        found = _find(keys, which, now)
        revoked = msgspec.structs.replace(found, revoked=now)
        _write(path, tuple(revoked if key is found else key for key in keys), folder)
    return revoked


def _find(keys: Sequence[Key], which: str, now: datetime) -> Key:
    """The key that is meant, unless it is revoked already."""
    meant = [key for key in keys if which in (key.id, key.name)]
    if not meant:
        known = [word for key in keys for word in (key.name, key.id)]
        hint = document.suggest(which, known) or "`dnrd key list` shows them"
        raise KeyRefused(f"there is no key {which!r}: {hint}")
    open_ = [key for key in meant if key.revoked is None]
    if not open_:
        last = max(key.revoked for key in meant if key.revoked)
        raise KeyRefused(f"the key {which!r} was revoked already, on {last:%Y-%m-%d}")
    # Of two keys of one name only one can be good; one that has expired may be revoked too.
    return min(open_, key=lambda key: (key.id != which, key.state(now) != "good"))


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The folder of a file, open, with no other writer of keys in it. A lock of the file itself would be lost when
    the file is replaced."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise KeyRefused(f"the folder {path.parent} cannot be opened: {error.strerror}") from error
    try:
        _wait_for(folder, path)
        yield folder
    finally:
        os.close(folder)  # and with it goes the lock


def _wait_for(folder: int, path: Path) -> None:
    end = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise KeyRefused(f"another program holds {path.parent} locked; try again") from None
            time.sleep(_PAUSE)


def _write(path: Path, keys: Sequence[Key], folder: int) -> None:
    """Put a new file in the place of the old: who reads has the one or the other, whole, also after a crash."""
    data = msgspec.json.format(msgspec.json.encode(KeyFile(tuple(keys))), indent=2) + b"\n"
    if len(data) > documentfile.SIZE:
        raise KeyRefused(
            f"{path} would be larger than {documentfile.SIZE:,} bytes: take keys that expired out of it"
        )
    fresh = path.with_name(f"{path.name}.new")
    try:
        with open(os.open(fresh, _FRESH, _MODE), "wb") as file:
            os.fchmod(file.fileno(), _MODE)  # one that a crash left may have another
            _keep_owner(path, file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        os.fsync(folder)
    except OSError as error:
        raise KeyRefused(f"{path} cannot be written: {error.strerror}") from error


def _keep_owner(path: Path, handle: int) -> None:
    """The server must still be able to read what, say, root writes."""
    try:
        owner = path.stat()
    except FileNotFoundError:
        return
    if owner.st_uid != os.geteuid():
        os.fchown(handle, owner.st_uid, owner.st_gid)
