"""Reads a host (RFC 9022 §5.2)."""

from __future__ import annotations

from typing import Any

from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Form, Report, Table
from directory.escrow.objects.shared import (
    a_label_name,
    address,
    defaults,
    stamps,
    statuses,
    tag,
    to_address,
    whole,
)
from directory.escrow.plain import Plain
from directory.model import format as formats
from directory.model import name as names
from directory.model.host import Host

_h = tag(ns.HOST)
_HOST = Table(
    {
        _h("name"): Field("name", a_label_name, least=1),
        _h("roid"): Field("roid", formats.roid, least=1),
        _h("status"): Field(
            "statuses",
            nested=statuses("host", "RFC 5732 §2.3"),
            many=True,
            least=1,
            most=7,
            rule="RFC 9022 §5.2.1.1",
            few=True,
        ),
        _h("addr"): Field(
            "addresses",
            nested=lambda element, _: address(element),
            many=True,
            form=Form(lambda version, value: to_address(version or "v4", value), ("ip",)),
        ),
        **stamps(ns.HOST),
    }
)


def host(element: Element, report: Report) -> Host | None:
    """A host (RFC 9022 §5.2.1.1); None if there is a fault in it."""
    report.subject = ("host", element, _h("name"))
    values, is_whole = whole(element, _HOST, report)
    return _made(values) if is_whole else None


_OPTIONAL = defaults()


def _made(values: dict[str, Any]) -> Host:
    name, statuses_, addresses = values["name"], values.pop("statuses"), values.pop("addresses", ())
    return Host(
        **{**_OPTIONAL, **values},
        statuses=tuple(statuses_),
        addresses=tuple(addresses),
        u_name=names.to_unicode(name),
        reversed_name=names.reverse(name),
    )


PLAIN = Plain(_HOST, _made)
