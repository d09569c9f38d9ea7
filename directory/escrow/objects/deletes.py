"""Reads what a deposit deletes, in the XML model (RFC 9022 §5.1.1.2 and its likes, §9.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow.fields import Convert, Element, Report, token
from directory.escrow.namespace import shown, tag
from directory.escrow.objects.shared import ID, a_label_name
from directory.model import format as formats


class Key(NamedTuple):
    """What names an object that is deleted: the field of the model's struct, and the format of its values."""

    field: str
    convert: Convert


DELETES: Mapping[str, tuple[str, Mapping[str, Key]]] = {
    tag("rdeDomain:delete"): ("domain", {tag("rdeDomain:name"): Key("name", a_label_name)}),
    tag("rdeHost:delete"): (
        "host",
        {tag("rdeHost:name"): Key("name", a_label_name), tag("rdeHost:roid"): Key("roid", formats.roid)},
    ),
    tag("rdeContact:delete"): ("contact", {tag("rdeContact:id"): Key("handle", ID)}),
    tag("rdeRegistrar:delete"): ("registrar", {tag("rdeRegistrar:id"): Key("id", ID)}),
    tag("rdeIDN:delete"): ("idn_table", {tag("rdeIDN:id"): Key("id", ID)}),
    tag("rdeNNDN:delete"): ("nndn", {tag("rdeNNDN:aName"): Key("name", a_label_name)}),
}
"""By the tag of the delete: the kind of object, and what may name it. One delete may name many."""


def deleted(element: Element, report: Report) -> Iterator[tuple[str, str, str, int]]:
    """The kind, field, key and line of every object that a delete names; faults go to the report."""
    kind, keys = DELETES[str(element.tag)]
    for child in element:
        key = keys.get(str(child.tag))
        if key is None:
            allowed = " or ".join(shown(tag) for tag in keys)
            _fault(kind, child, f"it names nothing that is deleted; {allowed} does", report)
            continue
        try:
            value = token(child)
            if not value:
                raise BadValue("it is empty", "RFC 8909 §5.1.3")
            yield kind, key.field, key.convert(value), child.sourceline or 0
        except BadValue as error:
            _fault(kind, child, str(error), report, error.rule)


def _fault(kind: str, child: Element, message: str, report: Report, rule: str = "RFC 8909 §5.1.3") -> None:
    line = child.sourceline or 0
    report.add(Finding(f"delete of a {kind}", rule, message, shown(child.tag), line, code=codes.SCHEMA))
