"""Reads what declared extensions add: objects of their own, and elements inside the objects of RFC 9022 (§7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from directory.errors import BadValue, Finding
from directory.escrow.cutting import Read
from directory.escrow.fields import Element, Report
from directory.escrow.namespace import shown
from directory.escrow.objects import OBJECTS
from directory.escrow.objects.shared import a_label_name
from directory.escrow.plain import Leaves
from directory.model.base import Value
from directory.model.catalogue import Catalogue
from directory.model.extension import Reading, Taken
from directory.model.kinds import OWNER_KEYS
from directory.model.registry import Extension


class Extensions:
    """The readings of a catalogue, at work on one deposit."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._readings = {f"{{{space}}}{xml}": one for (space, xml), one in catalogue.readings.items()}
        self.tags = frozenset(tag for tag, reading in self._readings.items() if not reading.inside)
        self._inside: list[tuple[Reading, Taken]] = []

    def inside(self, parent: Element, child: Element, report: Report) -> bool:
        """Read an element inside an object of RFC 9022, if an extension declares it there."""
        reading = self._readings.get(str(child.tag))
        owner = OBJECTS.get(str(parent.tag))
        if reading is None or not reading.inside or owner is None or owner[0] != reading.owner:
            return False
        self._inside.append((reading, self._take(reading, child, report)))
        return True

    def belonging_to(self, kind: str, owner: Value) -> Iterator[Extension]:
        """What was read inside the object that was just built."""
        inside, self._inside = self._inside, []
        for reading, taken in inside:
            yield _extension(reading, getattr(owner, OWNER_KEYS[kind]), taken)

    def forget(self) -> None:
        """Leave what was read inside an object that could not be built."""
        self._inside.clear()

    def build(self, element: Element, report: Report) -> Extension | None:
        """An object of an extension's own; None if there is a fault in it."""
        reading = self._readings[str(element.tag)]
        report.subject = (reading.table, element, f"{{{reading.namespace}}}{reading.key}")
        taken = self._take(reading, element, report)
        try:
            owner = _owner(reading, taken)
        except BadValue as error:
            report.fault(element, str(error), error.rule)
            return None
        return None if taken.findings else _extension(reading, owner, taken)

    def reader(self, tag: str, namespaces: Mapping[str | None, str], encoding: str) -> Read:
        """What builds objects of an extension's own, where they are plainly written."""
        reading, leaves = self._readings[tag], Leaves(tag, namespaces, encoding)

        def read(octets: bytes) -> Extension | None:
            children = leaves(octets)
            if children is None:
                return None
            taken = reading.take(children)
            try:
                owner = _owner(reading, taken)
            except BadValue:
                return None
            return None if taken.findings else _extension(reading, owner, taken)

        return read

    def _take(self, reading: Reading, element: Element, report: Report) -> Taken:
        children = []
        for child in element:
            space, _, local = str(child.tag)[1:].partition("}")
            if space == reading.namespace:
                children.append((local, " ".join((child.text or "").split())))
            else:
                report.note(f"skipped {shown(child.tag)} in {shown(element.tag)}: no extension declares it")
        line = element.sourceline or 0
        taken = reading.take(children, report.place(), line)
        for finding in taken.findings:
            report.add(replace(finding, place=report.place()))
        return taken


class Customs:
    """The columns of a registry's own in the CSV model, as a catalogue's extensions read them (§4.6.2.2)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._readings: dict[str, list[Reading]] = {}
        for reading in catalogue.readings.values():
            if reading.customs:
                self._readings.setdefault(reading.owner, []).append(reading)

    def names(self, kind: str) -> frozenset[str]:
        """The names of the columns that are read in the table of a kind of object."""
        return frozenset(name for reading in self._readings.get(kind, ()) for name in reading.customs)

    def take(
        self, kind: str, owner: Value, cells: Sequence[tuple[str, str]]
    ) -> tuple[tuple[Extension, ...], tuple[Finding, ...]]:
        """The groups of values that an object's cells make, by the names of their columns; all faults."""
        found: list[Extension] = []
        findings: tuple[Finding, ...] = ()
        for reading in self._readings.get(kind, ()):
            children = [(reading.customs[name], cell) for name, cell in cells if name in reading.customs]
            if not children:
                continue
            key = getattr(owner, OWNER_KEYS[kind])
            taken = reading.take([(reading.key, key), *children] if reading.key else children)
            findings += taken.findings
            if not taken.findings:
                found.append(_extension(reading, key, taken))
        return tuple(found), findings


def _owner(reading: Reading, taken: Taken) -> str:
    return a_label_name(taken.owner) if reading.owner in ("domain", "host") else taken.owner


def _extension(reading: Reading, owner: str, taken: Taken) -> Extension:
    """One group of values; what it says is what it is known by, for a deposit gives it no id."""
    digest = blake2b(msgspec.json.encode(taken.values), digest_size=8).hexdigest()
    key = f"{reading.table} {owner} {digest}"
    return Extension(key, reading.table, reading.owner, owner, taken.values)
