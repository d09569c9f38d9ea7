"""What a lookup in the store gives back."""

from __future__ import annotations

import msgspec

from directory.model.base import Instant
from directory.model.graph import Graph


class Hit(msgspec.Struct, frozen=True, gc=False):
    """An object with all that belongs to it, and the repository that it was found in."""

    repository: str
    graph: Graph


class Result(msgspec.Struct, frozen=True, gc=False):
    """What the store knows of one question: the hits, none on a miss, and the watermark of the data that was
    looked at (the oldest, where several repositories were), which is there on a miss too. `zone` is the served
    zone that the question or its first hit belongs to; it decides which profile speaks. `is_cut` if there are
    more hits than are given."""

    as_of: Instant | None
    zone: str | None
    hits: tuple[Hit, ...]
    is_cut: bool = False
