"""How a withholding reads in each form of reply, as the renderers would say it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from directory.markup.shape import method
from directory.profile.disclosure import ROLES, table_of
from directory.profile.redaction import Redaction
from directory.profile.view import View
from directory.rdap.redaction import declare


def of_rdap(
    kind: str, part: str, short: str, redaction: Redaction, said: Sequence[str] = ()
) -> dict[str, Any] | None:
    """The entry of `redacted` for an element in a part of a kind of object (RFC 9537 §4.2), of which this is said
    all the same; None if RDAP does not declare it."""
    fields = {short: tuple(said)} if said else {}
    view = View(table_of(part), part if part in ROLES else "", fields, {short: redaction}, {})
    if part != kind:
        view = View(kind, "", {}, {}, {part: (view,)})
    entries = declare(view)
    found: dict[str, Any] | None = json.loads(bytes(entries[0])) if entries else None
    return found


def of_plain(part: str, short: str, redaction: Redaction, is_left: bool) -> dict[str, str] | None:
    """The entry of `redacted` in the plain forms, of an element of which something is said all the same
    (`is_left`) or not; None if there is none."""
    if not redaction.declared:
        return None
    entry = {
        "element": f"{part}.{short}",
        "method": method(redaction, is_left),
        "name": redaction.type or redaction.description,
    }
    return {**entry, "reason": redaction.reason} if redaction.reason else entry


def rdap_text(entry: dict[str, Any] | None) -> str:
    """The entry of RDAP in a line."""
    if entry is None:
        return "not there, and nothing is declared"
    name = next(iter(entry["name"].values()))
    path = entry.get("prePath") or entry.get("postPath") or ""
    return f"declared by {entry['method']} of {name!r}{f' at {path}' if path else ''}"


def plain_text(entry: dict[str, str] | None) -> str:
    """The entry of the plain forms in a line."""
    if entry is None:
        return "not there, and nothing is declared"
    return f"declared by {entry['method']} of {entry['name']!r}"
