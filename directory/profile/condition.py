"""Conditions on the object under which a rule shows or hides more (RFC 5733 §2.9; Registration Data Policy).

A condition is a conjunction of facts. A fact is about the disclose preference of a contact, or about the values
of an element of the object or of an extension's group that belongs to it, as `person.kind: [legal]`. What is so of
an object does not depend on how it is shown (`directory.profile.fact`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory.document import Document, Place, suggest
from directory.errors import BadValue, Finding
from directory.model.catalogue import Catalogue
from directory.model.contact import Disclose
from directory.model.element import Element
from directory.model.format import EPP_STATUSES
from directory.profile.format import FORMATS

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
_FORMED = frozenset({"name", "org", "addr"})
"""The elements of EPP's disclose that are named for each postal form by itself."""
_FORMS = ("int", "loc")


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


def _values(said: Any) -> frozenset[str]:
    return frozenset(map(str, said if isinstance(said, list) else [said]))


def prefers(disclose: Iterable[Disclose], short: str, form: str, wish: frozenset[str]) -> bool | None:
    """Whether a contact's preference names an element, in this postal form, with one of these wishes (`show`,
    `hide`). A preference on a form speaks of that form only. What has no form is asked of both together; where
    they differ, or where both wishes are stated, the contact contradicts itself: None."""
    element = _EPP_ELEMENTS.get(short)
    forms = (form,) if element in _FORMED else _FORMS
    stated = [(each.flag, each.form) for each in disclose if each.element == element]
    flags, *others = [{flag for flag, of in stated if of is None or of == each} for each in forms]
    if len(flags) > 1 or any(other != flags for other in others):
        return None
    return not flags.isdisjoint([_FLAGS[each] for each in wish])


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
    for value in said if isinstance(said, list) else [said]:
        try:
            canonical = element.canonical(str(value))
        except BadValue as error:
            yield document.finding(place, error.rule, f"{key} is never {value!r}: {error}")
            continue
        if canonical != str(value):
            fault = f"{value!r} is written {canonical!r}"
            yield document.finding(place, element.source, fault, f"{key}: [{canonical}]")


def idle(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """Notes on the values in the conditions of a checked disclosure that no object has, if it is right: what is
    written so decides nothing. An object may be wrong all the same, so they are not refused."""
    for key, rule in document.data.get("rules", {}).items():
        for index, case in enumerate(rule.get("when", ())):
            for word in ("if", "unless"):
                for name, said in case.get(word, {}).items():
                    place = ("rules", key, "when", index, word, name)
                    yield from _idle(document, place, name, said, catalogue)


def _idle(document: Document, place: Place, key: str, said: Any, catalogue: Catalogue) -> Iterator[Finding]:
    if key == DISCLOSE:
        return
    for value in map(str, said if isinstance(said, list) else [said]):
        try:
            _sound(catalogue[key], value)
        except BadValue as error:
            fault = f"no object should have {key} {value!r}, so that decides nothing: {error}"
            yield replace(document.finding(place, error.rule, fault), warning=True)


def _sound(element: Element, value: str) -> None:
    """Raises `BadValue` for a value that the element's type lets pass, and that stands for nothing."""
    codes = _CODES.get(element.key)
    if codes is not None and value not in codes:
        near = suggest(value, codes) or f"there are {', '.join(sorted(codes))}"
        raise BadValue(f"it is no code of {element.key}; {near}", element.source)
    name = _FORMATS.get(element.key) or _FORMATS.get(element.type)
    if name is not None:
        FORMATS[name].check(value)


_CODES: Mapping[str, frozenset[str]] = {
    **{f"{kind}.status": EPP_STATUSES[kind] for kind in ("domain", "host", "contact", "registrar")},
    "domain.rgpStatus": EPP_STATUSES["rgp"],
    "transfer.trStatus": EPP_STATUSES["transfer"],
    "desk.type": frozenset({"abuse", "admin", "tech", "billing"}),
    "disclose.flag": frozenset(map(str, _FLAGS.values())),
    "disclose.element": frozenset(_EPP_ELEMENTS.values()),
    "disclose.form": frozenset(_FORMS),
}
"""The elements that have one of some codes, of which their type does not know (RFC 5730–5733, RFC 3915)."""

_FORMATS: Mapping[str, str] = {
    "country": "iso3166-1-alpha-2",
    "phone": "e164",
    "email": "rfc5322",
    "language": "rfc5646",
    "dnssec.keyTag": "key-tag",
    "dnssec.alg": "algorithm",
    "dnssec.keyAlg": "algorithm",
    "dnssec.digestType": "digest-type",
    "dnssec.digest": "digest",
    "dnssec.flags": "flags",
    "dnssec.protocol": "protocol",
    "dnssec.pubKey": "public-key",
}
"""The formats that say more of a value than the type of an element does, by type or by element."""
