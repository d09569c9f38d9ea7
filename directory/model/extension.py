"""Elements of a registry's own, declared in a document and read from a deposit without code (RFC 9022 §4.7)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from directory.errors import BadValue, Finding
from directory.model.element import Element


@dataclass(frozen=True, slots=True)
class Reading:
    """How one XML element of an extension becomes values of a table.

    It stands under `rde:contents` and names its owner in the child `key`; or, if `key` is empty, inside its
    owner. `owner` is the kind of object: `domain` and `host` are named by their name, `contact` and
    `registrar` by their id. `elements` maps the local names of its children, all of the same namespace, and
    `customs` the owner's columns of the CSV model, by the name of fCustom, to these (RFC 9022 §4.6.2.2).
    """

    extension: str
    namespace: str
    xml: str
    owner: str
    key: str
    table: str
    elements: Mapping[str, Element]
    customs: Mapping[str, str] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether it stands inside its owner (a type derived from RFC 9022's)."""
        return not self.key

    def take(self, children: Iterable[tuple[str, str]], place: str = "", line: int = 0) -> Taken:
        """The owner's key and the canonical values of the children, each a local name and its text; all faults."""
        owner = ""
        values: dict[str, list[str]] = {element.short: [] for element in self.elements.values()}
        faults: list[Finding] = []
        wrong = set()
        for name, text in children:
            element = self.elements.get(name)
            if self.key and name == self.key:
                owner = text.strip()
            elif element is None:
                hint = f"declared: {', '.join(self.elements)}"
                message = f"<{name}> is not declared in <{self.xml}>"
                faults.append(Finding(place, self._rule, message, line=line, hint=hint))
            else:
                try:
                    values[element.short].append(element.canonical(text.strip()))
                except BadValue as error:
                    wrong.add(element.key)
                    faults.append(Finding(place, error.rule, str(error), element=element.key, line=line))
        if self.key and not owner:
            message = f"<{self.key}>, which names the {self.owner}, is missing"
            faults.append(Finding(place, self._rule, message, line=line))
        faults += self._counted(values, wrong, place, line)
        return Taken(owner, {short: tuple(texts) for short, texts in values.items() if texts}, tuple(faults))

    def _counted(
        self, values: Mapping[str, list[str]], wrong: Container[str], place: str, line: int
    ) -> Iterator[Finding]:
        """The elements with too few or too many values; a value that is wrong is not missing as well."""
        for element in self.elements.values():
            count = len(values[element.short])
            if count < element.min and element.key not in wrong:
                message = f"{count} values, fewer than {element.min}"
            elif element.max is not None and count > element.max:
                message = f"{count} values, more than {element.max}"
            else:
                continue
            yield Finding(place, self._rule, message, element=element.key, line=line)

    @property
    def _rule(self) -> str:
        return f"extension {self.extension}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading took: the key of the owner (empty inside it), values by short name, faults."""

    owner: str
    values: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """A declared extension: its name, its namespace (which is also its objURI), what it reads."""

    name: str
    namespace: str
    file: str
    readings: tuple[Reading, ...]
