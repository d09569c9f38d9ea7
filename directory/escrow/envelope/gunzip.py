"""gzip, unpacked as a stream (RFC 1952).

The standard library's reader takes the fields of a header octet by octet, so that a header of some gigabytes keeps
it busy for hours; zlib skips them.
"""

from __future__ import annotations

import zlib

from directory.escrow.envelope.limits import Reader
from directory.escrow.envelope.refusal import GZIP, LIMITS, Refusal

MAGIC = b"\x1f\x8b"

_CHUNK = 1 << 16
_MOST_EMPTY = 100  # members with nothing in them, of which there is no need


class Gunzip:
    """The octets of a gzip stream, member after member; `packed` says how many it took so far. What comes behind
    the last member may be zeros only."""

    def __init__(self, source: Reader, file: str = "") -> None:
        self._source = source
        self._file = file
        self._input = b""
        self._member = zlib.decompressobj(wbits=31)
        self._is_empty = True
        self._empty = 0
        self.packed = 0

    def read(self, size: int) -> bytes:
        """The next octets. Raises `Refusal` if the stream is damaged."""
        while size:  # of which zlib would take zero for no limit
            if self._member.eof and not self._begin_member():
                return b""
            if not self._input and not self._fill():
                raise self._damage("it is cut off")
            try:
                octets = self._member.decompress(self._input, size)
            except zlib.error as error:
                raise self._damage(str(error)) from None
            self._input = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if octets:
                self._is_empty = False
                return octets
        return b""

    def _begin_member(self) -> bool:
        """Whether there is another member."""
        while not self._input.strip(b"\0"):
            if not self._fill():
                return False
        if not self._input.startswith(MAGIC[:1]):
            raise self._damage("there is more behind its end")
        self._empty += self._is_empty
        if self._empty > _MOST_EMPTY:
            raise Refusal(f"its gzip stream has more than {_MOST_EMPTY} empty members", LIMITS, file=self._file)
        self._member = zlib.decompressobj(wbits=31)
        self._is_empty = True
        return True

    def _fill(self) -> bool:
        self._input = self._source.read(_CHUNK)
        self.packed += len(self._input)
        return bool(self._input)

    def _damage(self, message: str) -> Refusal:
        return Refusal(f"its gzip stream is broken: {message}", GZIP, file=self._file)
