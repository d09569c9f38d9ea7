"""What to look for when a deposit is read once more: objects that are wrong by what others are, or are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from directory.escrow.check.fault import LABELS, Fault, place
from directory.escrow.check.hashes import Sought
from directory.escrow.check.policies import Required, lacks
from directory.escrow.check.rule import Apart, Reference, Rule, Unique
from directory.escrow.check.table import REQUIRED

Found = Iterator[tuple[Rule, Fault]]


class Search:
    """What to look for, by kind."""

    def __init__(self) -> None:
        self._twice: dict[str, list[tuple[Rule, Unique, Sought]]] = defaultdict(list)
        self._both: dict[str, list[tuple[Rule, Apart, Sought]]] = defaultdict(list)
        self._lost: dict[str, list[tuple[Rule, Reference, Sought]]] = defaultdict(list)
        self._required: dict[str, list[tuple[Required, str]]] = defaultdict(list)
        self._deleted = Sought()

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._twice or self._both or self._lost or self._required or self._deleted)

    def twice(self, rule: Rule, check: Unique, keys: Sought) -> None:
        """Look for the second of two objects that have a key in common."""
        if keys:
            self._twice[check.kind].append((rule, check, keys))

    def both(self, rule: Rule, check: Apart, keys: Sought) -> None:
        """Look for objects of a kind that have another kind's key."""
        if keys:
            self._both[check.kind].append((rule, check, keys))

    def lost(self, rule: Rule, check: Reference, keys: Sought) -> None:
        """Look for what refers to keys that are not there."""
        if keys:
            self._lost[check.kind].append((rule, check, keys))

    def required(self, one: Required, scope: str) -> None:
        """Look for objects that have not what the policy of that scope requires."""
        self._required[one.kind].append((one, scope))

    def deleted(self, keys: Sought) -> None:
        """Look for the second of two deletes of one object."""
        self._deleted = keys

    def in_object(self, kind: str, value: Any, line: int) -> Found:
        """What is found in an object."""
        for rule, unique, keys in self._twice.get(kind, ()):
            key = getattr(value, unique.field)
            if (first := keys.met(key, line)) is not None:
                at = f", on line {first}" if first else ""
                message = f"{key!r} is another {LABELS.get(kind, kind)}'s too{at}"
                yield rule, Fault(message, line, unique.element, place(kind, value))
        for rule, apart, keys in self._both.get(kind, ()):
            if (key := getattr(value, apart.field)) in keys:
                yield rule, Fault(f"{key!r} is a {apart.other} too", line, apart.element, place(kind, value))
        for rule, reference, keys in self._lost.get(kind, ()):
            for key in reference.get(value):
                if key is not None and key in keys:
                    target = LABELS.get(reference.target, reference.target)
                    message = f"there is no {target} {key!r} in the deposit"
                    yield rule, Fault(message, line, reference.element, place(kind, value))
        for one, scope in self._required.get(kind, ()):
            if lacks(one, value):
                message = f"it is missing, and a policy of the scope {scope} requires it"
                yield REQUIRED, Fault(message, line, one.element, place(kind, value))

    def in_delete(self, kind: str, field: str, key: str, line: int) -> Iterator[Fault]:
        """What is found in a delete."""
        if self._deleted.met(f"{kind} {field} {key}", line) is not None:
            yield Fault("it is deleted twice", line, place=f"{LABELS.get(kind, kind)} {key}"[:110])
