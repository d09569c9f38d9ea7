"""Conditions on the object under which a rule shows or hides more (RFC 5733 §2.9; Registration Data Policy).

A condition is a conjunction of facts. A fact is about the disclose preference of a contact, or about the values
of an element of the object or of an extension's group that belongs to it, as `person.kind: [legal]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.document import Document, Place
from directory.errors import BadValue, Finding
from directory.model.catalogue import Catalogue
from directory.model.contact import Disclose

DISCLOSE = "disclose"
_FLAGS = {"hide": 0, "show": 1}

_EPP_ELEMENTS: Mapping[str, str] = {
    "name": "name",
    "org": "org",
    "street": "addr",
    "city": "addr",
    "sp": "addr",
    "pc": "addr",
    "cc": "addr",
    "voice": "voice",
    "voiceExt": "voice",
    "fax": "fax",
    "faxExt": "fax",
    "email": "email",
}
"""Which element of EPP's disclose speaks of an element of ours (RFC 5733 §2.9: an address is hidden whole)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An element's key with the values of which one is to be there, or `disclose` with the preference. `wanted` is
    False where the condition holds only if it is not so (`unless`)."""

    key: str
    values: frozenset[str]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """All its facts must be as they are wanted."""

    facts: tuple[Fact, ...]

    def holds(self, is_so: Callable[[Fact], bool | None], in_doubt: bool) -> bool:
        """Whether it holds, if this is what is so; None is where the object contradicts itself."""
        for fact in self.facts:
            found = is_so(fact)
            if not (in_doubt if found is None else found is fact.wanted):
                return False
        return True


def from_data(data: Mapping[str, Any]) -> Condition:
    """The condition of an entry with `if` and `unless`."""
    facts = [Fact(key, _values(said)) for key, said in data.get("if", {}).items()]
    facts += [Fact(key, _values(said), wanted=False) for key, said in data.get("unless", {}).items()]
    return Condition(tuple(facts))


def state(values: tuple[str, ...], fact: Fact, *, single: bool) -> bool | None:
    """Whether one of an element's values is the fact's. An element that has one value, of which several groups of
    an extension say different things, is in doubt: None."""
    if single and len(set(values)) > 1:
        return None
    return not fact.values.isdisjoint(values)


def _values(said: Any) -> frozenset[str]:
    return frozenset(map(str, said if isinstance(said, list) else [said]))


def prefers(disclose: Iterable[Disclose], short: str, form: str, wish: frozenset[str]) -> bool:
    """Whether a contact's preference names an element with one of these wishes (`show`, `hide`). A preference
    that names a postal form speaks of that form only."""
    element = _EPP_ELEMENTS.get(short)
    flags = [_FLAGS[each] for each in wish]
    return any(
        each.element == element and each.flag in flags and (each.form is None or each.form == form)
        for each in disclose
    )


def check(
    document: Document, place: Place, data: Mapping[str, Any], table: str, short: str, catalogue: Catalogue
) -> Iterator[Finding]:
    """The faults of the conditions of a rule on an element of a table."""
    for word in ("if", "unless"):
        for key, said in data.get(word, {}).items():
            at = (*place, word, key)
            if key == DISCLOSE:
                yield from _check_disclose(document, at, said, table, short)
            else:
                yield from _check_element(document, at, key, said, table, catalogue)


def _check_disclose(document: Document, place: Place, said: Any, table: str, short: str) -> Iterator[Finding]:
    if said not in ("show", "hide"):
        fault = f"a preference is show or hide, not {said!r}"
        yield document.finding(place, "RFC 5733 §2.9", fault, "disclose: hide")
    elif table != "contact" or short not in _EPP_ELEMENTS:
        fault = f"no contact can state a preference on {table}.{short}"
        hint = f"it can on: {', '.join(_EPP_ELEMENTS)}"
        yield document.finding(place, "RFC 5733 §2.9", fault, hint)


def _check_element(
    document: Document, place: Place, key: str, said: Any, table: str, catalogue: Catalogue
) -> Iterator[Finding]:
    if key not in catalogue:
        hint = catalogue.suggest(key) or "conditions are on `disclose` or on elements, as person.kind"
        yield document.finding(place, "schemas/model.yaml", f"{key!r} is no element", hint)
        return
    element = catalogue[key]
    of = catalogue.tables[element.table].of
    if element.table != table and (table not in of or table not in ("contact", "domain")):
        fault = f"{key} does not belong to a {table}, so it cannot decide about one"
        yield document.finding(place, "schemas/model.yaml", fault, f"elements of {table}, or of its extensions")
        return
    values: Sequence[Any] = said if isinstance(said, list) else [said]
    for value in values:
        try:
            canonical = element.canonical(str(value))
        except BadValue as error:
            yield document.finding(place, error.rule, f"{key} is never {value!r}: {error}")
            continue
        if canonical != str(value):
            fault = f"{value!r} is written {canonical!r}"
            yield document.finding(place, element.source, fault, f"{key}: [{canonical}]")
