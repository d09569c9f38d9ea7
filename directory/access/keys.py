"""The keys that a server knows: those of a file, read anew when it changes, so that revoking needs no reload."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from directory.access import keyfile
from directory.access.key import Key, from_text
from directory.access.standing import Standing
from directory.errors import NotAdmitted

_log = logging.getLogger(__name__)
_LOOK = 1.0
"""How many seconds pass between two looks at the file, at least."""

_Mark = tuple[int, int, int]


class Keys:
    """The keys of a file. One that is gone has none: to take it away is to take every key away. One that is there
    and cannot be read leaves the last that could in force. Each is logged once."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970. Where the file cannot be read there are no keys, and the public is
        answered all the same: who starts a server refuses such a file with `keyfile.load`."""
        self._path = path
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fault = ""
        self._mark = self._look()
        self._looked = clock()
        self._read()

    @property
    def all(self) -> tuple[Key, ...]:
        """The keys that are known now."""
        return tuple(self._keys.values())

    def standing(self, credential: str) -> Standing:
        """The standing that a key gives. Raises `NotAdmitted`: expired or revoked only to who has the secret."""
        now = self._clock()
        if not 0 <= now - self._looked < _LOOK:  # also where the clock was put back
            self._looked = now
            self._refresh()
        shown = from_text(credential)
        if shown is None:
            raise NotAdmitted("malformed")
        key = self._keys.get(shown.id)
        if key is None or not key.fits(shown.secret):
            raise NotAdmitted("unknown")
        state = key.state(datetime.fromtimestamp(now, UTC))
        if state != "good":
            raise NotAdmitted(state)
        return key.standing

    def _look(self) -> _Mark | None:
        """What changes when the file does."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _refresh(self) -> None:
        """Read the file if it is another. What is done here is done between two answers: a stat, and for a change
        the decoding of some hundred bytes a key."""
        mark = self._look()
        if mark == self._mark:
            return
        self._mark = mark
        if self._read():
            fields = {"file": str(self._path), "keys": len(self._keys)}
            _log.info("the keys were read anew", extra={"fields": fields})

    def _read(self) -> bool:
        """Read the file; whether that could be done."""
        try:
            self._keys = _by_id(keyfile.decode(keyfile.read(self._path)))
        except FileNotFoundError as error:
            self._keys = {}
            self._tell("the file of keys is not there: no key is good until it is", error)
        except (OSError, ValueError) as error:
            last = "the last ones stay in force" if self._keys else "none is good until they can"
            self._tell(f"the keys cannot be read: {last}", error)
        else:
            self._fault = ""
            return True
        return False

    def _tell(self, message: str, error: Exception) -> None:
        """Log what is wrong with the file, unless that was the last that was said of it."""
        if message != self._fault:
            _log.error(message, extra={"fields": {"file": str(self._path), "reason": str(error)}})
        self._fault = message


def _by_id(keys: tuple[Key, ...]) -> Mapping[str, Key]:
    return {key.id: key for key in keys}
