"""Checks the layouts and rules of a profile against the catalogue and the disclosure (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.document import Document, Place, suggest
from directory.errors import Finding
from directory.model.catalogue import Catalogue
from directory.profile import constraint
from directory.profile.disclosure import Disclosure
from directory.profile.format import FORMATS

_WITHIN: Mapping[str, frozenset[str]] = {
    "domain": frozenset({"registrar", "contact", "host"}),
    "host": frozenset({"registrar"}),
    "contact": frozenset({"registrar"}),
    "registrar": frozenset(),
}
"""The objects that a lookup brings along with another (SAC054 appendix A: a domain is shown whole)."""

_DECISIONS = frozenset({"show", "hide", "hidden", "when", "audience", "audiences", "disclosure", "unless"})
"""Keys by which an item would decide who may see it."""

_MODEL = "schemas/model.yaml"
_NAMED = {"domain": "RFC 9083 §5.3", "host": "RFC 9083 §5.2"}
"""The kinds of object that RDAP cannot say without their name."""


@dataclass(slots=True)
class Checker:
    """Checks one profile. `labels`: its markup is made of lines, each of which needs a label."""

    document: Document
    catalogue: Catalogue
    disclosure: Disclosure
    labels: bool
    _seen: dict[str, Place] = field(default_factory=dict)

    def check(self, kind: str) -> Iterator[Finding]:
        """The faults of the layout of a kind of object."""
        self._seen = {}
        items = self.document.data["objects"][kind]
        yield from self._items(items, ("objects", kind), kind, (kind,), kind, {})
        if self.document.data["bind"]["service"] == "rdap" and kind in _NAMED and "name" not in _named(items):
            said = f"an RDAP {kind} has a name"
            yield self.document.finding(("objects", kind), _NAMED[kind], said, "list name")

    def rules(self) -> Iterator[Finding]:
        """The faults of the rules: elements that are not there, or not in the profile."""
        for index, rule in enumerate(self.document.data.get("rules", ())):
            place: Place = ("rules", index)
            low, high = constraint.cardinality(rule["cardinality"])
            yield from self._bounds((*place, "cardinality"), low, high, "cardinality")
            kind = rule["of"]
            named = _named(self.document.data["objects"].get(kind, ()))
            word = "each" if "each" in rule else "sum"
            for number, short in enumerate(rule[word]):
                at = (*place, word, number)
                key = f"{kind}.{short}"
                if key not in self.catalogue:
                    yield self.document.finding(at, _MODEL, f"{key!r} is no element", self.catalogue.suggest(key))
                elif short not in named:
                    said = f"the rule names {key}, which is not in this profile"
                    hint = suggest(short, named) or f"list {short} under objects: {kind}"
                    yield self.document.finding(at, "a rule is about what is said (SAC054 §5)", said, hint)

    def redaction(self) -> Iterator[Finding]:
        """The faults of how withholdings read here: of what is no rule's, or methods that do not fit."""
        from directory.profile import redaction
        from directory.profile.disclosure import table_of

        for key, hidden in self.document.data.get("redaction", {}).items():
            place = ("redaction", key)
            if key not in self.disclosure.rules:
                said = f"{key} has no rule in the disclosure {self.disclosure.name!r}"
                hint = suggest(key, self.disclosure.rules)
                yield self.document.finding(place, "disclosure is decided once", said, hint)
                continue
            if "keep" in hidden or hidden.get("method") == "partialValue":
                said = f"which part of {key} may be seen is for the disclosure to say"
                hint = f"say it in {self.disclosure.name}, which holds for every service"
                yield self.document.finding(place, "disclosure is decided once", said, hint)
                continue
            part, _, short = key.partition(".")
            yield from redaction.check(self.document, place, hidden, table_of(part), short)

    def _items(
        self,
        items: list[Any],
        place: Place,
        table: str,
        parts: tuple[str, ...],
        top: str,
        words: Mapping[str, Any],
    ) -> Iterator[Finding]:
        for index, item in enumerate(items):
            at = (*place, index)
            if isinstance(item, str):
                yield from self._element(item, at, table, parts)
            elif "each" in item:
                yield from self._group(item, at, table, parts, top)
            else:
                for short in item.get("together", [item["element"]] if "element" in item else ()):
                    yield from self._element(short, at, table, parts)
                    yield from self._demand(item, at, f"{table}.{short}")
            if self.labels and (isinstance(item, str) or "each" not in item):
                yield from self._label(item, at, words)

    def _label(self, item: Any, place: Place, words: Mapping[str, Any]) -> Iterator[Finding]:
        """A line of text needs a label, and one of its own."""
        label = item.get("label") if isinstance(item, dict) else None
        if not label:
            said = "a line of text needs a label"
            yield self.document.finding(place, "SAC054 §5 (output label)", said, "label: {en: …}")
            return
        if item.get("again"):
            return
        text = label if isinstance(label, str) else label.get("en") or next(iter(label.values()))
        for word in [_english(each) for each in words.values()] or [""]:
            full = text.replace("{role}", word)
            before = self._seen.setdefault(full, place)
            if before != place:
                line = self.document.line(before)
                said = f"the label {full!r} stands on line {line} already"
                yield self.document.finding(
                    (*place, "label"), "SAC054 §5 (output label)", said, "again: true, if that is on purpose"
                )
                return

    def _group(
        self, item: dict[str, Any], place: Place, table: str, parts: tuple[str, ...], top: str
    ) -> Iterator[Finding]:
        inner = item["each"]
        known = self.catalogue.tables.get(inner)
        at_top = len(place) == len(("objects", "kind", 0))
        within = _WITHIN.get(table, frozenset()) if at_top else frozenset()
        inside = table == "contact" or (table == "registrar" and inner == "desk")
        belongs = known is not None and table in known.of and (at_top or inside)
        if inner not in within and not belongs:
            groups = [name for name, each in self.catalogue.tables.items() if table in each.of]
            hint = f"known: {', '.join([*sorted(within), *groups])}"
            where = "" if at_top else f" within a {top}"
            said = f"{inner!r} is nothing that a lookup brings along with a {table}{where}"
            yield self.document.finding((*place, "each"), _MODEL, said, hint)
            return
        roles = tuple(item.get("roles", ()))
        if inner in ("contact", "desk") and not roles:
            yield self.document.finding(place, "RFC 5731 §2.2", f"{inner} needs roles: in which part?")
            return
        given = item.get("roles")
        words = given if isinstance(given, dict) else {}
        inner_parts = roles if inner == "contact" else (inner,)
        yield from self._items(item["elements"], (*place, "elements"), inner, inner_parts, top, words)

    def _element(self, short: str, place: Place, table: str, parts: tuple[str, ...]) -> Iterator[Finding]:
        key = f"{table}.{short}"
        if key not in self.catalogue:
            said = f"{key!r} is no element"
            yield self.document.finding(place, _MODEL, said, self.catalogue.suggest(key))
            return
        element = self.catalogue[key]
        if element.never:
            yield self.document.finding(place, element.source, f"{key} is never stored nor served")
            return
        for part in parts:
            if self.disclosure.rule(part, short) is None:
                said = f"{part}.{short} has no rule in the disclosure {self.disclosure.name!r}, so it cannot leave"
                hint = "give it a rule, or put it on the public list"
                yield self.document.finding(place, "no element without a rule", said, hint)

    def _demand(self, item: dict[str, Any], place: Place, key: str) -> Iterator[Finding]:
        """Bounds the wrong way round, formats that are not known, tags on what has no language."""
        asked = constraint.demand(item)
        yield from self._bounds((*place, "cardinality"), asked.low, asked.high, "cardinality")
        yield from self._bounds((*place, "length"), asked.shortest, asked.longest, "length")
        if asked.format and asked.format not in FORMATS:
            said = f"{asked.format!r} is no format"
            hint = suggest(asked.format, FORMATS) or f"known: {', '.join(FORMATS)}"
            yield self.document.finding((*place, "format"), "SAC054 §5 (format)", said, hint)
        if asked.language in ("required", "optional") and key in self.catalogue and not self.catalogue[key].lang:
            said = f"{key} is not in a language, so it carries no tag"
            yield self.document.finding((*place, "language"), "SAC054 §5 (language tag)", said, "language: none")

    def _bounds(self, place: Place, low: int, high: int | None, what: str) -> Iterator[Finding]:
        if high is not None and low > high:
            said = f"the minimum {low} is above the maximum {high}"
            yield self.document.finding(place, f"SAC054 §5 ({what})", said)


def decisions(document: Document) -> Iterator[Finding]:
    """Items by which a profile would decide anew who may see what; of a document that need not fit its schema."""
    from directory.document import walk

    objects = document.data.get("objects") if isinstance(document.data, dict) else None
    for place, value in walk(objects, ("objects",)):
        if isinstance(value, dict) and ("element" in value or "each" in value or "together" in value):
            for key in sorted(_DECISIONS.intersection(value)):
                said = f"`{key}` would decide here who may see the element"
                hint = "say it in the disclosure, which holds for every service"
                yield document.finding((*place, key), "disclosure is decided once", said, hint)


def _english(word: Any) -> str:
    return word if isinstance(word, str) else str(word.get("en") or next(iter(word.values())))


def _named(items: Any) -> set[str]:
    """The elements that a layout names, with the roles and tables of its groups, which count as elements too."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, str):
            found.add(item)
        elif "each" in item:
            found.update(item.get("roles", ()))
            found.add(_COUNTED.get(item["each"], item["each"]))
        else:
            found.update(item.get("together", ()))
            found.add(item.get("element", ""))
    return found


_COUNTED = {"host": "ns", "dnssec": "secDNS", "transfer": "trnData"}
"""The element whose values are counted where a table is shown as a group."""
