"""How a view is laid out in the plain forms: what is a list, what is a number, where the parts stand.

It follows from the catalogue and not from the object at hand, so that a program may rely on it: an element is a
list wherever the catalogue allows several values, also if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from directory.language import translate
from directory.profile.postal import SPOKEN, TEXTS

if TYPE_CHECKING:
    from directory.profile.profile import Profile
    from directory.profile.redaction import Redaction
    from directory.profile.view import View


class Kind(NamedTuple):
    """What the values of an element are, where texts, numbers and lists are told apart."""

    is_many: bool
    is_number: bool


class Stand(NamedTuple):
    """Where a part stands in its object: under `member`, in that under its own name if `is_named`, and as a list
    if `is_many`. A part that `is_own` belongs to the object; one that is not is an object itself."""

    member: str
    is_named: bool
    is_many: bool
    is_own: bool


_TABLES: Mapping[str, Stand] = {
    "registrar": Stand("registrar", False, False, False),
    "contact": Stand("contacts", True, True, False),
    "host": Stand("hosts", False, True, False),
    "dnssec": Stand("dnssec", False, True, True),
    "desk": Stand("desks", True, True, True),
    "transfer": Stand("transfer", False, False, True),
    "disclose": Stand("preferences", False, True, True),
}
SECOND = Stand("postal", False, False, True)
"""The other postal form of the same contact (RFC 9022 §4.6.3)."""

_PARTS: Mapping[tuple[str, str], Stand] = {
    ("registrant", "contact"): Stand("contacts", True, False, False),  # a domain has one (RFC 5731 §3.1.2)
    ("postal", "contact"): SECOND,
}
_EXTENSION = Stand("extension", True, True, True)


def stand(name: str, table: str) -> Stand:
    """Where the part of a name stands; a group that an extension declares stands under `extension`."""
    return _PARTS.get((name, table)) or _TABLES.get(table, _EXTENSION)


@lru_cache(maxsize=256)
def kinds(profile: Profile, table: str) -> Mapping[str, Kind]:
    """The elements of a table that are not one text. The value of an element that is itself a group is how many
    of it there are: a number."""
    found = profile.terms.catalogue.tables.get(table)
    shaped = {
        each.short: Kind(each.many and not each.group, bool(each.group) or each.type == "integer")
        for each in (found.elements if found else ())
    }
    return MappingProxyType({short: kind for short, kind in shaped.items() if any(kind)})


EXACT = 15
"""The digits of a number that every reader of JSON keeps (RFC 8259 §6)."""


def form(view: View) -> tuple[str, str]:
    """The postal form of what is shown and its language, empty where nothing of it is shown: the language of a
    name that is withheld would tell of it."""
    if not view.form or TEXTS.isdisjoint(view.fields):
        return "", ""
    return view.form, "" if SPOKEN.isdisjoint(view.fields) else view.lang


def part(view: View) -> str:
    """The part that a view plays, as the disclosure names it: `registrant`, `host`."""
    return view.role if view.role and view.table == "contact" else view.table


def declared(view: View) -> dict[tuple[str, Redaction], str]:
    """What is said to be withheld of an object and of the groups that belong to it, by element in its part
    (`registrant.voice`), none twice, and by which method. An object within another says its own: it is clear which
    of several it is about."""
    found: dict[tuple[str, Redaction], str] = {}
    for each in _own(view):
        if each.redacted:
            prefix = part(each)
            for short, redaction in each.redacted.items():
                if redaction.declared:
                    key = (f"{prefix}.{short}", redaction)
                    if key not in found or short in each.fields:
                        found[key] = method(redaction, short in each.fields)
    return found


def method(redaction: Redaction, is_left: bool) -> str:
    """How an element is withheld here, where nothing has a fixed place: what RDAP empties is removed, and nothing
    was cut or replaced where nothing is left (RFC 9537 §3.1), as of a value no longer than what may be seen."""
    return redaction.method if is_left else "removal"


def methods(redaction: Redaction) -> tuple[str, ...]:
    """The methods by which an element may be declared to be withheld: what is cut may leave nothing."""
    if redaction.cut is not None:
        return method(redaction, True), method(redaction, False)
    return (method(redaction, bool(redaction.value)),)


def named(redaction: Redaction, language: str) -> str:
    """What a withholding is called: IANA's word, which is the same in all languages, or ours in this one."""
    return redaction.type or translate(redaction.description, language)


def _own(view: View) -> Iterator[View]:
    yield view
    for name, parts in view.parts.items():
        if stand(name, parts[0].table).is_own:
            for each in parts:
                yield from _own(each)
