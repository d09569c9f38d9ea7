"""Reads what declared extensions add: objects of their own, and elements inside the objects of RFC 9022 (§7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

import msgspec

from directory.errors import BadValue
from directory.escrow.fields import Element, Report
from directory.escrow.namespace import shown
from directory.escrow.objects import OBJECTS
from directory.escrow.objects.shared import a_label_name
from directory.model.base import Value
from directory.model.catalogue import Catalogue
from directory.model.extension import Reading, Taken
from directory.model.registry import Extension
from directory.store.tables import OWNER_KEYS


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

    def build(self, element: Element, report: Report) -> Extension | None:
        """An object of an extension's own; None if there is a fault in it."""
        reading = self._readings[str(element.tag)]
        report.subject = (reading.table, element, f"{{{reading.namespace}}}{reading.key}")
        taken = self._take(reading, element, report)
        try:
            owner = a_label_name(taken.owner) if reading.owner in ("domain", "host") else taken.owner
        except BadValue as error:
            report.fault(element, str(error), error.rule)
            return None
        return None if taken.findings else _extension(reading, owner, taken)

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


def _extension(reading: Reading, owner: str, taken: Taken) -> Extension:
    """One group of values; what it says is what it is known by, for a deposit gives it no id."""
    digest = blake2b(msgspec.json.encode(taken.values), digest_size=8).hexdigest()
    key = f"{reading.table} {owner} {digest}"
    return Extension(key, reading.table, reading.owner, owner, taken.values)
