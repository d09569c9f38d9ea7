"""Reads a contact (RFC 9022 §5.3)."""

from __future__ import annotations

from typing import Any

from directory.errors import BadValue
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Form, Report, Table, text
from directory.escrow.objects.postal import (
    FAX,
    LENGTH,
    NOT_ASCII,
    PHONE,
    check_ascii,
    language,
    plain_address,
    postal_address,
    postal_type,
    to_postal_type,
)
from directory.escrow.objects.shared import (
    ID,
    defaults,
    stamps,
    statuses,
    tag,
    transfer,
    whole,
)
from directory.escrow.plain import Plain
from directory.model import format as formats
from directory.model.contact import Contact, Disclose, Postal

_POSTAL = Table(
    {
        f"{{{ns.EPP_CONTACT}}}name": Field("name", text(1, 255, LENGTH), least=1),
        f"{{{ns.EPP_CONTACT}}}org": Field("org", text(0, 255, LENGTH)),
        f"{{{ns.EPP_CONTACT}}}addr": Field(
            "addr",
            nested=postal_address(ns.EPP_CONTACT),
            least=1,
            form=plain_address(ns.EPP_CONTACT),
        ),
    }
)


def _postal(element: Element, report: Report) -> Postal | None:
    type_ = postal_type(element)
    check_ascii(element, type_, report)
    values, is_whole = whole(element, _POSTAL, report)
    return _made_postal(type_, values) if is_whole else None


def _plain_postal(type_: str, values: dict[str, Any]) -> Postal:
    postal = _made_postal(to_postal_type(type_), values)
    if type_ == "int" and not all(one.isascii() for one in values.values() if one):
        raise BadValue(NOT_ASCII, "RFC 9022 §5.3.1.1")
    return postal


def _made_postal(type_: str, values: dict[str, Any]) -> Postal:
    values.update(values.pop("addr", None) or {})
    tag = language(type_, [values.get(name) for name in ("name", "org", "street_1", "city", "sp")])
    return Postal(type=type_, **values, **tag)


_WISHES = ("name", "org", "addr", "voice", "fax", "email")
_DISCLOSED = {f"{{{ns.EPP_CONTACT}}}{local}": local for local in _WISHES}
_IN_FORMS = ("name", "org", "addr")


def _disclose(element: Element, report: Report) -> list[Disclose]:
    """What a wish names, in the order of EPP and `int` before `loc`: the CSV model has no order of its own."""
    flag = element.get("flag")
    if flag not in ("0", "1", "true", "false"):
        raise BadValue(f"attribute flag: {flag!r} is no boolean", "RFC 5733 §2.9")
    named = []
    for child in element:
        if child.tag in _DISCLOSED:
            local = _DISCLOSED[str(child.tag)]
            form = child.get("type") if local in _IN_FORMS else None
            if form not in (None, "int", "loc"):  # to lose a wish would show what somebody wants hidden
                raise BadValue(f"attribute type of {local}: {form!r} is neither int nor loc", "RFC 5733 §2.9")
            named.append(Disclose(int(flag in ("1", "true")), local, form))
        else:
            report.note(f"skipped {ns.shown(child.tag)} in {ns.shown(element.tag)}: it is nothing to disclose")
    return sorted(named, key=lambda one: (_WISHES.index(one.element), one.form or ""))


_c = tag(ns.CONTACT)
_CONTACT = Table(
    {
        _c("id"): Field("handle", ID, least=1),
        _c("roid"): Field("roid", formats.roid, least=1),
        _c("status"): Field(
            "statuses",
            nested=statuses("contact", "RFC 5733 §2.2"),
            many=True,
            least=1,
            most=7,
            rule="RFC 9022 §5.3.1.1",
            few=True,
        ),
        _c("postalInfo"): Field(
            "postal",
            nested=_postal,
            many=True,
            least=1,
            most=2,
            rule="RFC 9022 §5.3.1.1",
            form=Form(_plain_postal, ("type",), _POSTAL),
        ),
        _c("voice"): Field("voice", formats.phone, attributes=PHONE),
        _c("fax"): Field("fax", formats.phone, attributes=FAX),
        _c("email"): Field("email", formats.email, least=1),
        **stamps(ns.CONTACT),
        _c("trnData"): Field("transfer", nested=transfer(ns.CONTACT)),
        _c("disclose"): Field("disclose", nested=_disclose, few=True),
    }
)


def contact(element: Element, report: Report) -> Contact | None:
    """A contact (RFC 9022 §5.3.1.1); None if there is a fault in it."""
    report.subject = ("contact", element, _c("id"))
    values, is_whole = whole(element, _CONTACT, report)
    if message := _two_forms(values):
        report.fault(element, message, "RFC 9022 §5.3.1.1", tag=_c("postalInfo"), code=codes.POSTAL_FORMS)
        is_whole = False
    return _made(values) if is_whole else None


def _two_forms(values: dict[str, Any]) -> str:
    """What is wrong if a contact has two postal forms of one type."""
    postal = values.get("postal", ())
    if len(postal) == 2 and postal[0] and postal[1] and postal[0].type == postal[1].type:
        return f"it has two {postal[0].type} forms"
    return ""


def _plain(values: dict[str, Any]) -> Contact:
    if message := _two_forms(values):
        raise BadValue(message, "RFC 9022 §5.3.1.1")
    return _made(values)


_OPTIONAL = defaults("voice", "voice_ext", "fax", "fax_ext", "email")


def _made(values: dict[str, Any]) -> Contact:
    transfer = values.pop("transfer", None)
    disclose = values.pop("disclose", None) or ()
    statuses_, postal = values.pop("statuses"), values.pop("postal")
    return Contact(
        **{**_OPTIONAL, **values},
        statuses=tuple(statuses_),
        postal=tuple(postal),
        disclose=tuple(disclose),
        transfer=(transfer,) if transfer else (),
    )


PLAIN = Plain(_CONTACT, _plain)
