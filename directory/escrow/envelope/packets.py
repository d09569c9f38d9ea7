"""Where an OpenPGP message ends, told by the lengths of its packets alone (RFC 9580 §4.2, before it RFC 4880
§4.2).

gpg says of a message that is cut off only that it was manipulated; that a segment is missing is seen here.
"""

from __future__ import annotations

from directory.escrow.envelope.limits import CHUNK, Reader, exactly

_BEFORE = frozenset({1, 3, 10, 21})  # session keys, and what is to be ignored: marker, padding
_ENCRYPTED = frozenset({9, 18, 20})
_OLD_LENGTHS = (1, 2, 4)  # octets of the length, by its type; type 3 is a packet that ends where the file does


class _CutOff(Exception):
    """The octets end before the packet does."""


def is_message(head: bytes) -> bool:
    """Whether octets begin like an encrypted message in the binary format."""
    return _tag(head[:1]) in _BEFORE | _ENCRYPTED


def is_cut_off(source: Reader) -> bool:
    """Whether a message ends before its last packet does."""
    try:
        while (tag := _tag(header := _take(source, 1))) in _BEFORE | _ENCRYPTED:
            _skip_body(source, header[0])
            if tag in _ENCRYPTED:
                break
    except _CutOff:
        return True
    return False


def _tag(header: bytes) -> int:
    """The type of the packet that begins with an octet; -1 if none does."""
    if not header or not header[0] & 0x80:
        return -1
    return header[0] & 0x3F if header[0] & 0x40 else (header[0] >> 2) & 0x0F


def _skip_body(source: Reader, header: int) -> None:
    if not header & 0x40:
        kind = header & 0x03
        if kind < len(_OLD_LENGTHS):
            _skip(source, int.from_bytes(_take(source, _OLD_LENGTHS[kind]), "big"))
        else:
            while source.read(CHUNK):
                pass
        return
    while 224 <= (length := _take(source, 1)[0]) < 255:  # a part of the body, and more to come
        _skip(source, 1 << (length & 0x1F))
    if length == 255:
        _skip(source, int.from_bytes(_take(source, 4), "big"))
    elif length >= 192:
        _skip(source, ((length - 192) << 8) + _take(source, 1)[0] + 192)
    else:
        _skip(source, length)


def _skip(source: Reader, size: int) -> None:
    while size:
        octets = source.read(min(size, CHUNK))
        if not octets:
            raise _CutOff
        size -= len(octets)


def _take(source: Reader, size: int) -> bytes:
    octets = exactly(source, size)
    if len(octets) < size:
        raise _CutOff
    return octets
