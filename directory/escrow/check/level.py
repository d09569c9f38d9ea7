"""How much a deposit has to be right."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """From which on a rule refuses a deposit that breaks it; below, the finding is a note."""

    LENIENT = 0
    """Refused is only what cannot be read, and what cannot be stored: two objects of one key, a name that is a
    domain and an NNDN."""
    NORMAL = 1
    """Refused is also what contradicts itself: its counts, its models, its own policies."""
    STRICT = 2
    """Refused is also whatever else ICANN's registry system testing would refuse."""

    @classmethod
    def from_text(cls, text: str) -> Level:
        """The level of a name: `lenient`, `normal` or `strict`. Raises `KeyError`."""
        return cls[text.upper()]

    def to_text(self) -> str:
        """Its name."""
        return self.name.lower()
