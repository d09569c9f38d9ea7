"""A question that takes several statements, as a plan: it yields what it asks, is sent the rows, and returns what
it found. An engine drives it on a connection of its own, in one transaction, so that all is of one state of the
store.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, TypeVar

from directory.store.expression import Statement

Row = Sequence[Any]
Ask = tuple[Statement, Mapping[str, Any]]
Found = TypeVar("Found")
Plan = Generator[Ask, list[Row], Found]

DEADLINE = 10.0
"""Seconds that a plan may take, the waiting for its turn included."""

TURNS = 2
"""How many plans may run at once."""
