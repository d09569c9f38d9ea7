"""Reads a registrar (RFC 9022 §5.4)."""

from __future__ import annotations

from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Report, Table, choice, read, text
from directory.escrow.objects.postal import FAX, PHONE, check_ascii, language, postal_address, postal_type
from directory.escrow.objects.shared import ID, a_label_name, tag, whole
from directory.model import format as formats
from directory.model.registrar import Registrar, RegistrarPostal

_r = tag(ns.REGISTRAR)
_REGISTRAR_POSTAL = Table({_r("addr"): Field("addr", nested=postal_address(ns.REGISTRAR), least=1)})


def _registrar_postal(element: Element, report: Report) -> RegistrarPostal | None:
    type_ = postal_type(element)
    check_ascii(element, type_, report)
    values, is_whole = whole(element, _REGISTRAR_POSTAL, report)
    if not is_whole:
        return None
    address = values["addr"] or {}
    tag = language(type_, [address.get(name) for name in ("street_1", "city", "sp")])
    return RegistrarPostal(type=type_, **address, **tag)


_WHOIS_INFO = Table(
    {_r("name"): Field("whois_name", a_label_name), _r("url"): Field("whois_url", formats.web_uri)},
)
_REGISTRAR = Table(
    {
        _r("id"): Field("id", ID, least=1),
        _r("name"): Field("name", text(1, 255, "RFC 9022 §5.4.1.1"), least=1),
        _r("gurid"): Field("gurid", lambda value: formats.integer(value, 1, 2**31 - 1, "RFC 9022 §5.4.1.1")),
        _r("status"): Field("status", choice(formats.EPP_STATUSES["registrar"], "RFC 9022 §5.4.1.1")),
        _r("postalInfo"): Field("postal", nested=_registrar_postal, many=True, most=2, rule="RFC 9022 §5.4.1.1"),
        _r("voice"): Field("voice", formats.phone, attributes=PHONE),
        _r("fax"): Field("fax", formats.phone, attributes=FAX),
        _r("email"): Field("email", formats.email),
        _r("url"): Field("url", formats.web_uri),
        _r("whoisInfo"): Field("whois", nested=lambda element, report: read(element, _WHOIS_INFO, report)),
        _r("crDate"): Field("cr_date", formats.instant),
        _r("upDate"): Field("up_date", formats.instant),
    }
)


def registrar(element: Element, report: Report) -> Registrar | None:
    """A registrar (RFC 9022 §5.4.1.1); None if there is a fault in it."""
    report.subject = ("registrar", element, _r("id"))
    values, is_whole = whole(element, _REGISTRAR, report)
    if not is_whole:
        return None
    values.update(values.pop("whois", None) or {})
    optional = "gurid status voice voice_ext fax fax_ext email url whois_name whois_url cr_date up_date".split()
    for name in optional:
        values.setdefault(name, None)
    values["postal"] = tuple(values.get("postal", ()))
    return Registrar(folded_name=formats.fold(values["name"]), **values)
