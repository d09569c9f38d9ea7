"""What was withheld, declared: the member `redacted` (RFC 9537 §4.2; gTLD RDAP Response Profile, appendix E).

Paths are absolute (RFC 9535): one of a field that is empty selects it, one of a field that was removed selects
nothing in what is sent, and is left out where it would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from directory.profile.disclosure import Redaction
from directory.profile.view import View
from directory.rdap.role import RDAP_ROLES

EXTENSION = "redacted"

_CARD = ".vcardArray[1]"
_ADR = f"{_CARD}[?(@[0]=='adr')]"


def _event(action: str) -> str:
    return f".events[?(@.eventAction=='{action}')]"


_DATES = {
    "crDate": _event("registration"),
    "upDate": _event("last changed"),
    "exDate": _event("expiration"),
    "trDate": _event("transfer"),
}

_PATHS: Mapping[str, Mapping[str, str]] = {
    "domain": {**_DATES, "id": ".handle", "originalName": ".variants"},
    "host": {**_DATES, "id": ".handle", "addr": ".ipAddresses", "status": ".status"},
    "contact": {
        **_DATES,
        "roid": ".handle",
        "status": ".status",
        "name": f"{_CARD}[?(@[0]=='fn')][3]",
        "org": f"{_CARD}[?(@[0]=='org')]",
        "street": f"{_ADR}[3][:3]",
        "city": f"{_ADR}[3][3]",
        "sp": f"{_ADR}[3][4]",
        "pc": f"{_ADR}[3][5]",
        "cc": f"{_ADR}[1].cc",
        "voice": f"{_CARD}[?(@[1].type=='voice')]",
        "voiceExt": f"{_CARD}[?(@[1].type=='voice')]",
        "fax": f"{_CARD}[?(@[1].type=='fax')]",
        "faxExt": f"{_CARD}[?(@[1].type=='fax')]",
        "email": f"{_CARD}[?(@[0]=='email')]",
    },
}

_SAME_PATH = {"voiceExt": "voice", "faxExt": "fax"}
"""Appendix E gives an extension the path of its number, which selects something if the number is shown."""


def declare(view: View, root: str = "$") -> list[msgspec.Raw]:
    """The entries for a view that stands at `root` in the reply, and for its contacts."""
    entries = _declare([view], root) if view.redacted else []
    for name, parts in view.parts.items():
        if parts[0].redacted:
            entries += _declare(parts, _place(root, name, parts[0].table))
    return entries


def _place(root: str, name: str, table: str) -> str:
    if table == "host":
        return f"{root}.nameservers[*]"
    return f"{root}.entities[?(@.roles[0]=='{RDAP_ROLES.get(name, name)}')]"


def _declare(views: Iterable[View], root: str) -> list[msgspec.Raw]:
    """The entries for views that differ in their values only, so that one path speaks of them all."""
    first, *_ = views
    entries = []
    for short, redaction in first.redacted.items():
        if redaction.declared:
            sibling = _SAME_PATH.get(short)
            pathless = sibling is not None and any(sibling in view.fields for view in views)
            entries.append(_entry(first.table, short, redaction, root, pathless))
    return entries


@lru_cache(maxsize=4096)
def _entry(table: str, short: str, redaction: Redaction, root: str, pathless: bool) -> msgspec.Raw:
    """One entry as JSON; there are few, so they are encoded once."""
    kind, name = ("type", redaction.type) if redaction.type else ("description", redaction.description)
    entry: dict[str, object] = {"name": {kind: name}}
    path = _PATHS.get(table, {}).get(short)
    if path is not None and not pathless:
        entry["prePath" if redaction.method == "removal" else "postPath"] = root + path
        entry["pathLang"] = "jsonpath"
    entry["method"] = redaction.method
    if redaction.reason:
        entry["reason"] = {"description": redaction.reason}
    return msgspec.Raw(msgspec.json.encode(entry))
