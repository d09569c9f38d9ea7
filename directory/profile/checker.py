"""Checks the layouts and rules of a profile against the catalogue and the disclosure (SAC054 §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from directory import language as languages_of
from directory.document import Document, Place, suggest
from directory.errors import Finding
from directory.language import ROLE
from directory.model.catalogue import Catalogue
from directory.model.element import Element
from directory.profile import constraint, impossible, paths, redaction, substitute, wording
from directory.profile.disclosure import PUBLIC, Disclosure, catalogue_key, table_of
from directory.profile.format import FORMATS, holds
from directory.profile.layout import from_data
from directory.profile.reason import always

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
_FEW = 5
"""How many faults of one kind are told one by one."""
_NAMED = {"domain": "RFC 9083 §5.3", "host": "RFC 9083 §5.2"}
"""The kinds of object that RDAP cannot say without their name."""


@dataclass(slots=True)
class Checker:
    """Checks one profile. `labelled` are the languages in which its markup is made of lines, each of which needs a
    label of its own."""

    document: Document
    catalogue: Catalogue
    disclosure: Disclosure
    labelled: tuple[str, ...]
    _seen: dict[tuple[str, str], Place] = field(default_factory=dict)
    _unruled: dict[str, Place] = field(default_factory=dict)
    _unnamed: dict[str, dict[str, Place]] = field(default_factory=dict)

    def check(self, kind: str) -> Iterator[Finding]:
        """The faults of the layout of a kind of object."""
        self._seen = {}
        items = self.document.data["objects"][kind]
        yield from self._items(items, ("objects", kind), kind, (kind,), kind, {})
        if self.document.data["bind"]["service"] == "rdap" and kind in _NAMED and "name" not in _named(items):
            said = f"an RDAP {kind} has a name"
            yield self.document.finding(("objects", kind), _NAMED[kind], said, "list name")

    def unruled(self) -> Iterator[Finding]:
        """The elements that were found and have no rule: one by one if they are few, else by the parts in which
        they stand."""
        where = f"in the disclosure {self.disclosure.name!r}, so"
        rule, hint = "no element without a rule", "give {} a rule, or put {} on the public list"
        if len(self._unruled) <= _FEW:
            for key, place in self._unruled.items():
                said = f"{key} has no rule {where} it cannot leave"
                yield self.document.finding(place, rule, said, hint.format("it", "it"))
            return
        parts: dict[str, list[str]] = {}
        for key in self._unruled:
            parts.setdefault(key.partition(".")[0], []).append(key.partition(".")[2])
        alike: dict[tuple[str, ...], list[str]] = {}
        for part, shorts in parts.items():
            alike.setdefault(tuple(shorts), []).append(part)
        for names, of in alike.items():
            said = f"{len(names) * len(of)} elements have no rule {where} they cannot leave: "
            said += f"of {', '.join(of)}: {', '.join(names)}"
            place = self._unruled[f"{of[0]}.{names[0]}"]
            yield self.document.finding(place, rule, said, hint.format("each", "it"))

    def unnamed(self) -> Iterator[Finding]:
        """The languages in which labels have no words."""
        for language, labels in self._unnamed.items():
            said = f"{len(labels)} label{'s have' if len(labels) > 1 else ' has'} no word in {language!r}: "
            said += ", ".join(f"{text!r} on line {self.document.line(place)}" for text, place in labels.items())
            hint = f"label: {{en: …, {language}: …}}, or leave the language out of `languages`"
            yield self.document.finding(("parameters", "languages"), "SAC054 §5 (output label)", said, hint)

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
                is_desk = kind == "registrar" and short in named  # the only groups of a registrar with roles
                if key not in self.catalogue and not is_desk:
                    yield self.document.finding(at, _MODEL, f"{key!r} is no element", self.catalogue.suggest(key))
                elif short not in named:
                    said = f"the rule names {key}, which is not in this profile"
                    hint = suggest(short, named) or f"list {short} under objects: {kind}"
                    yield self.document.finding(at, "a rule is about what is said (SAC054 §5)", said, hint)

        yield from impossible.check(self.document, self.catalogue)

    def redaction(self, own: Mapping[str, Any]) -> Iterator[Finding]:
        """The faults of how withholdings read here: of what is no rule's, or methods that do not fit; `own` are
        those that the profile says itself, which must be of elements that it has and that are withheld."""
        said = {
            f"{line.part}.{line.path.rpartition('.')[2]}"
            for kind, items in self.document.data["objects"].items()
            for line in paths.lines(from_data(items, kind, lambda words, context: "", ""), kind)
        }
        for key, hidden in self.document.data.get("redaction", {}).items():
            place = ("redaction", key)
            faults = [*self._decided(key, hidden, place)]
            if not faults and key in own:
                faults = [*self._idle(key, place, said)]
            yield from faults
            if not faults:
                element = self.catalogue[catalogue_key(key)]
                yield from redaction.check(self.document, place, hidden, element)
                yield from substitute.check(self.document, place, hidden, element)

    def _decided(self, key: str, hidden: Mapping[str, Any], place: Place) -> Iterator[Finding]:
        """What only the disclosure can say."""
        if key not in self.disclosure.rules:
            said = f"{key} has no rule in the disclosure {self.disclosure.name!r}"
            hint = suggest(key, self.disclosure.rules)
            yield self.document.finding(place, "disclosure is decided once", said, hint)
        elif "keep" in hidden or hidden.get("method") == "partialValue":
            said = f"which part of {key} may be seen is for the disclosure to say"
            hint = f"say it in {self.disclosure.name}, which holds for every service"
            yield self.document.finding(place, "disclosure is decided once", said, hint)

    def _idle(self, key: str, place: Place, known: Collection[str]) -> Iterator[Finding]:
        """How something would read that is never said, or never withheld."""
        rule = "a redaction is of what is said and withheld"
        if key not in known:
            hint = suggest(key, known) or "list the element under objects, or leave this out"
            yield self.document.finding(place, rule, f"{key} is not in this profile", hint)
        elif always(self.disclosure.rules[key], [PUBLIC]):
            said = f"{key} is public for everyone by the disclosure {self.disclosure.name!r}, and never withheld"
            yield self.document.finding(
                place, rule, said, "leave this out, or give the element another rule there"
            )

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
                    for part in parts:
                        yield from self._instead(item, at, part, short)
            if self.labelled and (isinstance(item, str) or "each" not in item):
                yield from self._label(item, at, table, words)

    def _label(self, item: Any, place: Place, table: str, words: Mapping[str, Any]) -> Iterator[Finding]:
        """A line of text needs a label, and one of its own in each language."""
        label = item.get("label") if isinstance(item, dict) else None
        if not label:
            said = "a line of text needs a label"
            yield self.document.finding(place, "SAC054 §5 (output label)", said, "label: {en: …}")
            return
        for language in self.labelled:
            for each, context in [(label, table), *((word, ROLE) for word in words.values())]:
                if not wording.is_in(language, each, context):
                    text = each if isinstance(each, str) else next(iter(each.values()))
                    self._unnamed.setdefault(language, {}).setdefault(text, place)
        if item.get("again"):
            return
        for language in self.labelled:
            text = languages_of.said(label, language, table)
            for word in [languages_of.said(each, language, ROLE) for each in words.values()] or [""]:
                full = text.replace("{role}", word)
                before = self._seen.setdefault((language, full), place)
                if before != place:
                    there = self.document.origin(before) or f"line {self.document.line(before)}"
                    where = f" in {language!r}" if language != self.labelled[0] else ""
                    said = f"the label {full!r} stands on {there} already{where}"
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
                self._unruled.setdefault(f"{part}.{short}", place)

    def _demand(self, item: dict[str, Any], place: Place, key: str) -> Iterator[Finding]:
        """Bounds the wrong way round, formats that are not known, tags on what has no language; and what no value
        of the element could keep to."""
        asked = constraint.demand(item)
        yield from self._bounds((*place, "cardinality"), asked.low, asked.high, "cardinality")
        yield from self._bounds((*place, "length"), asked.shortest, asked.longest, "length")
        if asked.high == 0:
            said = "a cardinality of nothing is that of an element which is not said"
            hint = "cardinality: 0..1, or leave the element out"
            yield self.document.finding((*place, "cardinality"), "SAC054 §5 (cardinality)", said, hint)
        if asked.format and asked.format not in FORMATS:
            said = f"{asked.format!r} is no format"
            hint = suggest(asked.format, FORMATS) or f"known: {', '.join(FORMATS)}"
            yield self.document.finding((*place, "format"), "SAC054 §5 (format)", said, hint)
        elif key in self.catalogue:
            yield from self._possible(asked, place, self.catalogue[key])

    def _possible(self, asked: constraint.Demand, place: Place, element: Element) -> Iterator[Finding]:
        """What is asked of an element that none of its values has."""
        if asked.format and not holds(asked.format, element):
            said = f"{element.key} is of the type {element.type}, and no such value has the format {asked.format}"
            fitting = [name for name in FORMATS if holds(name, element)]
            hint = f"its formats: {', '.join(fitting)}" if len(fitting) < len(FORMATS) else ""
            yield self.document.finding((*place, "format"), "SAC054 §5 (format)", said, hint)
        if asked.low > 1 and not element.many and not element.group:
            said = f"{element.key} has one value at most, and never {asked.low}"
            yield self.document.finding(
                (*place, "cardinality"), "SAC054 §5 (cardinality)", said, "cardinality: 1, or 0..1"
            )
        if asked.language in ("required", "optional") and not element.lang:
            said = f"{element.key} is not in a language, so it carries no tag"
            yield self.document.finding((*place, "language"), "SAC054 §5 (language tag)", said, "language: none")

    def _instead(self, item: dict[str, Any], place: Place, part: str, short: str) -> Iterator[Finding]:
        """What stands instead of a withheld value keeps to what is asked of the values."""
        rule = self.disclosure.rule(part, short)
        asked = replace(constraint.without_count(constraint.demand(item)), language="")
        if rule is None or asked.format not in ("", *FORMATS):
            return
        own = self.document.data.get("redaction", {}).get(f"{part}.{short}")
        reading = (
            rule.redaction if own is None else redaction.from_data(own, short, "", table_of(part) == "contact")
        )
        if reading.shape == redaction.CONTACT_URI:  # it stands in another place
            return
        for each in asked.check(f"{part}.{short}", reading.replacement(substitute.EXAMPLE), ""):
            said = f"{reading.value!r}, which stands instead of {each.element}, is not of the {each.rule}"
            at = (*place, each.rule.partition(" ")[0])
            yield self.document.finding(at, "RFC 9537 §3", said, "let it keep to what is asked of the element")

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
