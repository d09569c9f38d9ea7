"""What was withheld, declared: the member `redacted` (RFC 9537 §4.2; gTLD RDAP Response Profile, appendix E).

Paths are absolute (RFC 9535): one of a field that is empty selects it, one of a field that was removed selects
nothing in what is sent, and is left out where it would. Where they lead is in `path`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from directory.language import translate
from directory.profile.postal import TEXTS
from directory.profile.redaction import CONTACT_URI, Redaction
from directory.profile.view import View
from directory.rdap.jcard import SECOND
from directory.rdap.path import CONTACT_PAGE, DEPENDENT, EMPTIED, PATHS, SHARED, stands, within

EXTENSION = "redacted"

_REMAINING = frozenset({"partialValue", "replacementValue"})


def declare(view: View, root: str = "$", language: str = "en") -> list[msgspec.Raw]:
    """The entries for a view that stands at `root` in the reply, and for all the parts of it that stand there;
    what they say in words of ours is in the language."""
    entries = [*_declare((view,), view.table, root, language)] if view.redacted or SECOND in view.parts else []
    for name, parts in view.parts.items():
        if name in _ONCE:
            parts = parts[:1]
        first = parts[0]  # most often the only one
        if name != SECOND and (first.redacted or first.parts or len(parts) > 1) and _withholds(parts):
            entries += _declare(parts, *within(root, name, parts[0].table), language)
        if name == "registrar":
            for registrar in parts:
                entries += _of_desks(registrar, root, language)
    return entries


def _withholds(parts: Sequence[View]) -> bool:
    return any(part.redacted or SECOND in part.parts for part in parts)


_ONCE = frozenset({"reseller"})
"""The parts of which the first alone stands in a reply (gTLD RDAP Response Profile 2.5)."""


def _of_desks(registrar: View, root: str, language: str) -> Iterator[msgspec.Raw]:
    """The entries for the desks of the registrar of an object."""
    for name, desks in registrar.parts.items():
        if _withholds(desks):
            _, at = within(root, "registrar", registrar.table)
            yield from _declare(desks, *within(at, name, desks[0].table), language)


def _declare(views: Sequence[View], where: str, root: str, language: str) -> Sequence[msgspec.Raw]:
    """The entries for views that stand in one place, so that one path speaks of them all."""
    if len(views) == 1 and SECOND not in views[0].parts:
        view = views[0]
        return _entries(where, root, tuple(view.redacted.items()), _standing(view), language)
    return _declare_several(list(_forms(views)), where, root, language)


def _forms(views: Iterable[View]) -> Iterator[tuple[View, bool]]:
    """The views of each postal form; whether it is the second, of which there are texts alone."""
    for view in views:
        yield view, False
        for second in view.parts.get(SECOND, ()):
            yield second, True


def _declare_several(
    forms: Sequence[tuple[View, bool]], where: str, root: str, language: str
) -> Sequence[msgspec.Raw]:
    """The entries for views that differ in their values, and in what they withhold where that depends on the
    object: an entry speaks of each that withholds something."""
    redactions = {short: each for view, _ in forms for short, each in view.redacted.items() if each.declared}
    standing = [(view, is_second, frozenset(_standing(view))) for view, is_second in forms]
    entries = []
    for short, redaction in redactions.items():
        speaking = [(view, shorts) for view, is_second, shorts in standing if short in TEXTS or not is_second]
        there = [short in shorts for _, shorts in speaking]
        remains = _remains(short, frozenset().union(*(shorts for _, shorts in speaking)))
        # Where another shows its own value, or something is left of one only, few paths tell them apart.
        withheld = all(short in view.redacted for view, _ in speaking)
        if any(there) and not (all(there) and withheld):
            remains = "mixed"
        entries.append(_entry(where, short, redaction, root, remains, language))
    return entries


def _standing(view: View) -> tuple[str, ...]:
    """The elements of a view of which something stands in the reply."""
    if view.fields.keys().isdisjoint(DEPENDENT):
        return tuple(view.fields)
    return tuple([short for short, values in view.fields.items() if stands(short, values, view)])


@lru_cache(maxsize=4096)
def _entries(
    where: str, root: str, redactions: tuple[tuple[str, Redaction], ...], fields: tuple[str, ...], language: str
) -> tuple[msgspec.Raw, ...]:
    """The entries for one view; there are few ways in which elements are withheld and shown."""
    shown = frozenset(fields)
    return tuple(
        _entry(where, short, redaction, root, _remains(short, shown), language)
        for short, redaction in redactions
        if redaction.declared
    )


def _remains(short: str, shown: frozenset[str]) -> str:
    """What is in the reply at the place of a withheld element: nothing, a value that was cut or replaced
    (`value`), or what a path of removal would select though it is not what was removed (`other`). Of several
    views there may be more than one of these (`mixed`)."""
    if short in shown:
        return "value"
    return "other" if SHARED.get(short) in shown else ""


@lru_cache(maxsize=4096)
def _entry(where: str, short: str, redaction: Redaction, root: str, remains: str, language: str) -> msgspec.Raw:
    """One entry as JSON; there are few, so they are encoded once."""
    kind, name = "type", redaction.type
    if not name:  # a type is IANA's word; ours are said in the language of the reply
        kind, name = "description", translate(redaction.description, language)
    entry: dict[str, object] = {"name": {kind: name}}
    method = _method(where, short, redaction, remains)
    entry.update(_paths(where, short, redaction, root, remains, method))
    entry["method"] = method
    if redaction.reason:
        entry["reason"] = {"description": translate(redaction.reason, language)}
    return msgspec.Raw(msgspec.json.encode(entry))


def methods(where: str, short: str, redaction: Redaction) -> frozenset[str]:
    """The methods by which an element may be declared to be withheld."""
    left = {redaction.method} & _REMAINING
    return frozenset({*left, "emptyValue" if short in EMPTIED.get(where, {}) else "removal"})


def _method(where: str, short: str, redaction: Redaction, remains: str) -> str:
    """How an element is withheld here: what has a fixed place is emptied and not removed (RFC 9537 §3.2). Nothing
    was cut or replaced where nothing is left."""
    if redaction.method in _REMAINING and remains in ("value", "mixed"):
        return redaction.method
    return "emptyValue" if short in EMPTIED.get(where, {}) else "removal"


def _paths(
    where: str, short: str, redaction: Redaction, root: str, remains: str, method: str
) -> Mapping[str, str]:
    """The paths of an entry, none if there is none that selects what it should."""
    path = PATHS.get(where, {}).get(short)
    if path is None or remains == "other":
        return {}
    if remains == "mixed":
        empty = EMPTIED.get(where, {}).get(short) if method == "emptyValue" else None
        return {"postPath": root + empty, "pathLang": "jsonpath"} if empty else {}
    if method == "removal":
        return {"prePath": root + path.place, "pathLang": "jsonpath"}
    if method == "replacementValue" and redaction.shape == CONTACT_URI:
        there = {"prePath": root + path.place, "replacementPath": root + CONTACT_PAGE}
        return {**there, "pathLang": "jsonpath"}
    return {"postPath": root + (path.value or path.place), "pathLang": "jsonpath"}
