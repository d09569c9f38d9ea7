"""An inventory: how full and how varied each element of a registry is (SAC054 §7, recommendation 1).

Objects go by one at a time and only counts are kept, of elements, lengths, scripts and languages: a bounded
number, whatever the size of the registry. Values are told of those elements only that cannot be personal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.model.catalogue import Catalogue
from directory.model.element import Element
from directory.model.format import script_tag
from directory.model.graph import ContactGraph, DomainGraph, Graph, RegistrarGraph
from directory.model.registry import Extension
from directory.profile import source as sources
from directory.profile.element import Accessor, ContactSource, RegistrarSource, Values, accessor
from directory.profile.postal import TABLE, TEXTS, Choice, Form

HARMLESS = frozenset(
    "disclose.element disclose.flag disclose.form dnssec.alg dnssec.digestType dnssec.flags dnssec.keyAlg "
    "dnssec.protocol domain.idnTableId desk.type trademark.class".split()
)
"""Elements whose values are codes and nobody's own, besides those of the types below."""
_HARMLESS_TYPES = frozenset({"country", "enum", "epp-status", "language"})
_WRITTEN = frozenset({"text", "u-label", "email"})
"""The types whose values may be in any script; all others are ASCII."""

_MOST_FORMS = 512
_EXACT = 1024
_LETTER = re.compile("[A-Za-z]")
OTHERS = "others"
"""What values are counted under when there are too many different ones to keep."""


@dataclass(slots=True)
class Lengths:
    """Lengths in code points, each counted up to 1024; of longer ones only the power of two that they reach."""

    counts: Counter[int] = field(default_factory=Counter)
    shortest: int | None = None
    longest: int = 0

    def add(self, length: int) -> None:
        """Count a value of this length."""
        self.counts[length if length <= _EXACT else 1 << (length - 1).bit_length()] += 1
        if self.shortest is None or length < self.shortest:
            self.shortest = length
        self.longest = max(self.longest, length)

    def quantile(self, share: float) -> int | None:
        """The length that this share of the values does not exceed; None without values."""
        wanted = share * self.counts.total()
        reached = 0
        for length in sorted(self.counts):
            reached += self.counts[length]
            if reached >= wanted:
                return min(length, self.longest)
        return None


@dataclass(slots=True)
class Measure:
    """What is known of an element within a kind of object.

    Of the `owners` that could have it, so many are `filled`; there are so many `values` in all and `most` in one
    owner. `lengths` and `scripts` are those of the values, `languages` the tags that they stand under, with where
    these came from (`und-Cyrl (script)`). `forms` are the values themselves, if they may be told. Of an element
    that is a group, the values are how many there are of it.
    """

    kind: str
    element: Element
    owners: int = 0
    filled: int = 0
    values: int = 0
    most: int = 0
    lengths: Lengths = field(default_factory=Lengths)
    scripts: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share of owners that have a value."""
        return self.filled / self.owners if self.owners else 0.0

    @property
    def is_harmless(self) -> bool:
        """Whether its values may be told."""
        return self.element.type in _HARMLESS_TYPES or self.element.key in HARMLESS

    def add(self, values: Values, tags: Sequence[str] = ()) -> None:
        """Note the values of an owner; `tags` are the language tags that they stand under."""
        self.owners += 1
        if not values:
            return
        number = int(values[0]) if self.element.group else len(values)
        self.filled += 1
        self.values += number
        self.most = max(self.most, number)
        if self.element.group:
            return
        for tag in tags:
            _count(self.languages, tag)
        is_written = self.element.type in _WRITTEN
        for value in values:
            self.lengths.add(len(value))
            if is_written:
                self.scripts[_script(value, self.element.type == "u-label")] += 1
        if self.is_harmless:
            for value in values:
                _count(self.forms, value)


def _count(counter: Counter[str], word: str) -> None:
    """Count a word, under its own name while there is room for others."""
    counter[word if word in counter or len(counter) < _MOST_FORMS else OTHERS] += 1


def _script(value: str, is_name: bool) -> str:
    """The script of a text by its ISO 15924 code, of a name that of its U-labels: `Zyyy` has no letters; `others`
    is of several scripts, or of one that is not known here."""
    if is_name:
        value = "".join(label for label in value.split(".") if not label.isascii())
    if value.isascii():
        return "Latn" if _LETTER.search(value) else "Zyyy"
    found = script_tag(value)
    if found is not None:
        return found.partition("-")[2]
    return OTHERS if any(char.isalpha() for char in value) else "Zyyy"


_Own = tuple[Measure, Accessor, bool]
"""An element of an object itself, and whether each of its postal forms may have it."""
_Group = tuple[Callable[[Any, Any], Sequence[Any]], list[tuple[Measure, Accessor]]]
"""What gives the parts of an object of one table, and the elements of these."""


class Inventory:
    """Takes objects one by one and measures all their elements."""

    def __init__(self, catalogue: Catalogue, kinds: Sequence[str]) -> None:
        self._measures: list[Measure] = []
        self._own: dict[str, list[_Own]] = {}
        self._groups: dict[str, list[_Group]] = {}
        for kind in kinds:
            postal = _POSTAL.get(kind, frozenset())
            self._own[kind] = [
                (measure, get, measure.element.short in postal)
                for measure, get in self._table(catalogue, kind, kind)
            ]
            self._groups[kind] = [
                (
                    _desks if name == "desk" else sources.of_table(name, "", kind),
                    self._table(catalogue, kind, name),
                )
                for name, table in catalogue.tables.items()
                if kind in table.of
            ]

    def _table(self, catalogue: Catalogue, kind: str, table: str) -> list[tuple[Measure, Accessor]]:
        """The elements of a table that an object of this kind can have, and what reads them."""
        found = []
        for element in catalogue.tables[table].elements:
            get = accessor(table, element.short, element.origin)
            if get is not None and not element.never:
                found.append((Measure(kind, element), get))
        self._measures += [measure for measure, _ in found]
        return found

    def measures(self) -> Iterator[Measure]:
        """What was found, by kind of object, in the order of the model."""
        yield from self._measures

    def add(self, kind: str, graph: Graph) -> None:
        """Measure an object of one of the kinds."""
        forms = _forms(graph)
        first = forms[0][0]
        for measure, get, is_postal in self._own[kind]:
            if not is_postal:
                values = get(first)
                measure.add(values, (_UNTAGGED,) if values and measure.element.lang else ())
                continue
            found = [(values, tag) for source, tag in forms if (values := get(source))]
            tags = [tag for _, tag in found] if measure.element.lang else ()
            measure.add(tuple([value for values, _ in found for value in values]), tags)
        for parts_of, elements in self._groups[kind]:
            for part in parts_of(first, graph):
                for measure, get in elements:
                    values = get(part)
                    measure.add(values, (_UNTAGGED,) if values and measure.element.lang else ())


_POSTAL = {"contact": TEXTS, "registrar": TEXTS - {"name", "org"}}
"""The elements that stand in the postal forms of a kind of object."""
_UNTAGGED = "untagged"
_CHOICE = Choice(())


def _forms(graph: Graph) -> list[tuple[Any, str]]:
    """The object as the source of its elements, once for each postal form, with the language tag of that."""
    if isinstance(graph, ContactGraph):
        contact, extensions = graph.contact, graph.extensions
        if contact.postal:
            return [(ContactSource(contact, each, extensions), _tag(each, extensions)) for each in contact.postal]
        return [(sources.contact_source(_CHOICE)(contact, extensions), "")]
    if isinstance(graph, RegistrarGraph):
        whole = sources.registrar_source(_CHOICE)(graph.sponsor)
        if graph.sponsor.registrar.postal:
            postal = graph.sponsor.registrar.postal
            return [(RegistrarSource(whole.registrar, each, whole.side), _tag(each, ())) for each in postal]
        return [(whole, "")]
    return [(graph if isinstance(graph, DomainGraph) else graph.host, "")]  # type: ignore[union-attr]


def _tag(form: Form, extensions: tuple[Extension, ...]) -> str:
    """The language tag of a postal form and where it came from."""
    for extension in extensions:
        if extension.table == TABLE and extension.values.get(form.type):
            return f"{extension.values[form.type][0]} (extension)"
    return f"{form.lang} ({form.lang_origin or 'registry'})" if form.lang else _UNTAGGED


def _desks(source: RegistrarSource, graph: Any) -> Sequence[Any]:
    return source.side.contacts
