"""What declared extensions add, as XML: the other way round than escrow.extensions (RFC 9022 §4.7, §7)."""

from __future__ import annotations

from directory.errors import BadValue
from directory.escrow.export.text import element, elements, quoted
from directory.model.catalogue import Catalogue
from directory.model.extension import Reading
from directory.model.registry import Extension


class Declared:
    """The readings of a catalogue, by what they fill."""

    def __init__(self, catalogue: Catalogue) -> None:
        # Objects of their own first: they can be counted, and stand beside any model of their owner.
        ordered = sorted(catalogue.readings.values(), key=lambda reading: reading.inside)
        self._readings: dict[tuple[str, str], list[Reading]] = {}
        for reading in ordered:
            self._readings.setdefault((reading.table, reading.owner), []).append(reading)

    def reading(self, extension: Extension) -> Reading:
        """The declaration by which a group is written, so that it is read again as it is. Raises `BadValue`."""
        wanted = list(extension.values)
        for reading in self._readings.get((extension.table, extension.owner), ()):
            shorts = [each.short for each in reading.elements.values()]
            if [short for short in dict.fromkeys(shorts) if short in extension.values] == wanted:
                return reading
        message = f"no declared extension writes {extension.table!r} of a {extension.owner}"
        raise BadValue(f"{message}; name the document that declares it", "RFC 9022 §7")

    def uri(self, table: str, owner: str) -> str | None:
        """The namespace of the objects that fill a table for a kind of owner; None where it is only filled inside
        of the owner, or by nothing."""
        readings = self._readings.get((table, owner))
        return readings[0].namespace if readings and not readings[0].inside else None

    def owners_inside(self) -> frozenset[str]:
        """The kinds of objects in which a table is filled that nothing else fills."""
        return frozenset(owner for (_, owner), readings in self._readings.items() if readings[0].inside)


def render(reading: Reading, extension: Extension) -> str:
    """The element of a group of values."""
    locals_: dict[str, str] = {}
    for local, each in reading.elements.items():
        locals_.setdefault(each.short, local)
    owner = element(reading.key, extension.owner_key) if reading.key else ""
    content = "".join(elements(locals_[short], values) for short, values in extension.values.items())
    return f'<{reading.xml} xmlns="{quoted(reading.namespace)}">{owner}{content}</{reading.xml}>'
