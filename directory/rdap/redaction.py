"""What was withheld, declared: the member `redacted` (RFC 9537 §4.2; gTLD RDAP Response Profile, appendix E).

Paths are absolute (RFC 9535): one of a field that is empty selects it, one of a field that was removed selects
nothing in what is sent, and is left out where it would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from directory.language import translate
from directory.profile.redaction import CONTACT_URI, POSITIONAL, Redaction
from directory.profile.view import View
from directory.rdap.role import RDAP_ROLES
from directory.rdap.status import to_rdap

EXTENSION = "redacted"

_SECOND = "postal"

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

_SERVER = {"id": ".handle", "addr": ".ipAddresses", "status": ".status"}

_WITHIN = "host of a domain"
"""A name server within a domain has no events."""

_PATHS: Mapping[str, Mapping[str, str]] = {
    "domain": {**_DATES, "id": ".handle", "originalName": ".variants"},
    "host": {**_DATES, **_SERVER},
    _WITHIN: _SERVER,
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

_EMPTY: Mapping[str, str] = {
    "name": f"{_CARD}[?(@[0]=='fn' && @[3]=='')][3]",
    "street": f"{_CARD}[?(@[0]=='adr' && @[3][2]=='')][3][:3]",
    **{
        short: f"{_CARD}[?(@[0]=='adr' && @[3][{index}]=='')][3][{index}]"
        for index, short in enumerate(("city", "sp", "pc"), 3)
    },
}
"""Of several contacts in one part, some of which show the element: the paths of those where it is empty."""

_SAME_PATH = {"voiceExt": "voice", "faxExt": "fax"}
"""Appendix E gives an extension the path of its number, which selects something if the number is shown."""


def declare(view: View, root: str = "$", language: str = "en") -> list[msgspec.Raw]:
    """The entries for a view that stands at `root` in the reply, and for its contacts; what they say in words of
    ours is in the language. The second postal form, which has no place in a jCard, is not there to be declared."""
    entries = list(_declare((view,), view.table, root, language)) if view.redacted else []
    for name, parts in view.parts.items():
        if name == _SECOND:
            continue
        if parts[0].redacted or (len(parts) > 1 and any(part.redacted for part in parts)):
            entries += _declare(parts, *_place(root, name, parts[0].table), language)
    return entries


def _place(root: str, name: str, table: str) -> tuple[str, str]:
    """The paths that there are for a part of an object, and where it stands."""
    if table == "host":
        return _WITHIN, f"{root}.nameservers[*]"
    return table, f"{root}.entities[?(@.roles[0]=='{RDAP_ROLES.get(name, name)}')]"


def _declare(views: Sequence[View], table: str, root: str, language: str) -> Sequence[msgspec.Raw]:
    """The entries for views that differ in their values only, so that one path speaks of them all. Where what is
    withheld depends on the object, they speak of each that withholds something."""
    if len(views) == 1:
        view = views[0]
        return _entries(table, root, tuple(view.redacted.items()), _standing(view), language)
    redactions = {short: redaction for view in views for short, redaction in view.redacted.items()}
    standing = [frozenset(_standing(view)) for view in views]
    entries = []
    for short, redaction in redactions.items():
        if redaction.declared:
            there = [short in fields for fields in standing]
            remains = _remains(short, frozenset().union(*standing))
            # Where another shows its own value, or something is left of one only, few paths tell them apart.
            withheld = all(short in view.redacted for view in views)
            if any(there) and not (all(there) and withheld):
                remains = "mixed"
            entries.append(_entry(table, short, redaction, root, remains, language))
    return entries


def _standing(view: View) -> tuple[str, ...]:
    """The elements of a view of which something stands in the reply: a status that is not registered does not, nor
    does an extension without its number."""
    fields = view.fields
    if fields.keys().isdisjoint(_DEPENDENT):
        return tuple(fields)
    return tuple(
        [short for short, values in fields.items() if short not in _DEPENDENT or _stands(short, values, fields)]
    )


_DEPENDENT = frozenset({"status", *_SAME_PATH})


def _stands(short: str, values: tuple[str, ...], fields: Mapping[str, tuple[str, ...]]) -> bool:
    if short == "status":
        return bool(to_rdap(values))
    return _SAME_PATH[short] in fields and values[0].isdigit()


@lru_cache(maxsize=4096)
def _entries(
    table: str, root: str, redactions: tuple[tuple[str, Redaction], ...], fields: tuple[str, ...], language: str
) -> tuple[msgspec.Raw, ...]:
    """The entries for one view; there are few ways in which elements are withheld and shown."""
    shown = frozenset(fields)
    return tuple(
        _entry(table, short, redaction, root, _remains(short, shown), language)
        for short, redaction in redactions
        if redaction.declared
    )


def _remains(short: str, shown: frozenset[str]) -> str:
    """What is in the reply at the place of a withheld element: nothing, a value that was cut or replaced
    (`value`), or what a path of removal would select though it is not what was removed (`other`). Of several
    views there may be more than one of these (`mixed`)."""
    if short in shown:
        return "value"
    return "other" if _SAME_PATH.get(short) in shown else ""


@lru_cache(maxsize=4096)
def _entry(table: str, short: str, redaction: Redaction, root: str, remains: str, language: str) -> msgspec.Raw:
    """One entry as JSON; there are few, so they are encoded once."""
    kind, name = "type", redaction.type
    if not name:  # a type is IANA's word; ours are said in the language of the reply
        kind, name = "description", translate(redaction.description, language)
    entry: dict[str, object] = {"name": {kind: name}}
    method = redaction.method
    if method in _REMAINING and remains in ("", "other"):  # there was nothing to cut or to replace
        method = "emptyValue" if table == "contact" and short in POSITIONAL else "removal"
    path = _PATHS.get(table, {}).get(short)
    if remains == "mixed":
        path = _EMPTY.get(short) if method == "emptyValue" else None
    if path is not None and remains != "other":
        if method == "replacementValue" and redaction.shape == CONTACT_URI:
            entry["prePath"] = root + path
            entry["replacementPath"] = f"{root}{_CARD}[?(@[0]=='contact-uri')]"
        else:
            entry["prePath" if method == "removal" else "postPath"] = root + path + _inner(method, short)
        entry["pathLang"] = "jsonpath"
    entry["method"] = method
    if redaction.reason:
        entry["reason"] = {"description": translate(redaction.reason, language)}
    return msgspec.Raw(msgspec.json.encode(entry))


_REMAINING = frozenset({"partialValue", "replacementValue"})


def _inner(method: str, short: str) -> str:
    """From a property of the jCard to its value, which is what was cut or replaced."""
    return "[3]" if method in _REMAINING and short in ("org", "email") else ""
