"""What a lookup in the store gives back, now or as of a moment, and what the history knows of an object."""

from __future__ import annotations

import msgspec

from directory.model.base import Instant, Value
from directory.model.graph import Graph


class Hit(msgspec.Struct, frozen=True, gc=False):
    """An object with all that belongs to it, and the repository that it was found in."""

    repository: str
    graph: Graph


class Result(msgspec.Struct, frozen=True, gc=False):
    """What the store knows of one question: the hits, none on a miss, and the watermark of the data that was
    looked at (the oldest, where several repositories were), which is there on a miss too. `zone` is the served
    zone that the question or its first hit belongs to; it decides which profile speaks. `is_cut` if there are
    more hits than are given. Of the moment asked about, `erased` are the handles of contacts that the hits had and
    that were forgotten since, and `expired` the kinds of objects of which some were erased with time: what is not
    found of these may have been there."""

    as_of: Instant | None
    zone: str | None
    hits: tuple[Hit, ...]
    is_cut: bool = False
    erased: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True, gc=False):
    """The deposit that something was seen in (RFC 8909 §5.1)."""

    type: str
    id: str
    resend: int
    watermark: Instant


class Version(msgspec.Struct, frozen=True, gc=False):
    """What an object was from one moment up to another, the watermarks of the deposits that it came with and went
    with; `valid_to` and `closed` are None for what it is now. `content` is None where it was erased."""

    repository: str
    content: Value | None
    valid_from: Instant
    valid_to: Instant | None
    opened: Seen
    closed: Seen | None
