"""What is wrong with a deposit as a whole, and what its objects are called."""

from __future__ import annotations

from typing import Any, NamedTuple

KEYS = {
    "domain": "name",
    "host": "name",
    "contact": "handle",
    "registrar": "id",
    "idn_table": "id",
    "nndn": "name",
    "epp_params": "key",
    "policy": "key",
    "extension": "owner_key",
}
"""By which field people know an object of a kind."""
LABELS = {"idn_table": "IDN table", "nndn": "NNDN", "epp_params": "EPP parameters"}
"""What kinds are called, where that is not the word itself."""


class Fault(NamedTuple):
    """What is wrong with a deposit as a whole, and where."""

    message: str
    line: int = 0
    element: str = ""
    place: str = "deposit"
    hint: str = ""


def place(kind: str, value: Any) -> str:
    """An object as findings name it: its kind and its key."""
    label = value.table if kind == "extension" else LABELS.get(kind, kind)
    return f"{label} {getattr(value, KEYS[kind])}"[:110]
