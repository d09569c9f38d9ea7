"""What the readers of several objects share: statuses, stamps, transfers, names (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from directory.errors import BadValue
from directory.escrow.fields import Element, Field, Report, Table, choice, read, text, token
from directory.model import format as formats
from directory.model import name as names
from directory.model.base import Address, Status, Transfer

ID = text(1, 64, "RFC 9022 §9")
CLIENT = text(1, 255, "RFC 9022 §9.1")


def a_label_name(value: str) -> str:
    """A name as deposits have it: A-labels only (RFC 9022 §5.1.1.1)."""
    if not value.isascii():
        raise BadValue(f"{value!r} is not in A-labels", "RFC 9022 §5.1.1.1")
    return names.to_ascii(value)


def u_label_name(value: str) -> str:
    """A name in U-labels, in lower case (RFC 5890 §2.3.2.1); its A-labels are checked, not kept."""
    names.to_ascii(value)
    return value.lower().removesuffix(".")


def statuses(kind: str, rule: str) -> Callable[[Element, Report], Status]:
    """A reader of status elements of one kind of object (`domain`, `host`, `contact`, `rgp`)."""
    codes = formats.EPP_STATUSES[kind]
    plain = {code: Status(code) for code in codes}

    def nested(element: Element, report: Report) -> Status:
        code = element.get("s")
        if code in plain and not element.text and element.get("lang") is None:
            return plain[code]
        if code is None:
            raise BadValue("attribute s is missing", rule)
        if code not in codes:
            raise BadValue(f"{code!r} is no status of a {kind}", rule)
        lang = element.get("lang")
        return Status(code, token(element) or None, formats.language(lang) if lang else None)

    return nested


def _registrar_reference(local: str, prefix: str, space: str) -> dict[str, Field]:
    return {f"{{{space}}}{local}": Field(prefix + "_rr", ID, attributes={"client": (prefix + "_client", CLIENT)})}


def stamps(space: str, *more: dict[str, Field]) -> dict[str, Field]:
    """clID, crRr, crDate, upRr, upDate and trDate, which most objects have, in the order of their schemas; `more`
    is what stands before upRr, and what stands before trDate."""
    before_update, before_transfer = more or ({}, {})
    return {
        f"{{{space}}}clID": Field("cl_id", ID, least=1),
        **_registrar_reference("crRr", "cr", space),
        f"{{{space}}}crDate": Field("cr_date", formats.instant),
        **before_update,
        **_registrar_reference("upRr", "up", space),
        f"{{{space}}}upDate": Field("up_date", formats.instant),
        **before_transfer,
        f"{{{space}}}trDate": Field("tr_date", formats.instant),
    }


STAMP_FIELDS = ("cr_rr", "cr_client", "cr_date", "up_rr", "up_client", "up_date", "tr_date")


def _transfer_table(space: str) -> Table:
    rule = "RFC 9022 §5.1.1.1"
    return Table(
        {
            f"{{{space}}}trStatus": Field(
                "status", choice(formats.EPP_STATUSES["transfer"], "RFC 5730 §2.9.3.4"), least=1
            ),
            f"{{{space}}}reRr": Field(
                "re_rr", ID, attributes={"client": ("re_client", CLIENT)}, least=1, rule=rule
            ),
            f"{{{space}}}reDate": Field("re_date", formats.instant, least=1, rule=rule),
            f"{{{space}}}acRr": Field(
                "ac_rr", ID, attributes={"client": ("ac_client", CLIENT)}, least=1, rule=rule
            ),
            f"{{{space}}}acDate": Field("ac_date", formats.instant, least=1, rule=rule),
            f"{{{space}}}exDate": Field("ex_date", formats.instant, rule=rule),
        }
    )


def transfer(space: str) -> Callable[[Element, Report], Transfer | None]:
    """A reader of trnData, whose children are in the namespace of the object (RFC 9022 §5.1.1.1)."""
    table = _transfer_table(space)

    def nested(element: Element, report: Report) -> Transfer | None:
        values, is_whole = whole(element, table, report)
        values.setdefault("re_client", None)
        values.setdefault("ac_client", None)
        return Transfer(**values) if is_whole else None

    return nested


def whole(element: Element, table: Table, report: Report) -> tuple[dict[str, Any], bool]:
    """The values, and whether they were read without a fault."""
    before = report.faults
    values = read(element, table, report)
    return values, report.faults == before


def address(element: Element) -> Address:
    """An IP address as RFC 5732 §4 has it, of version 4 unless its attribute says otherwise."""
    return to_address(element.get("ip", "v4"), token(element))


def to_address(version: str, value: str) -> Address:
    """The address of this version, `v4` or `v6`; raises `BadValue`."""
    if version == "v4":
        return Address(version, formats.ipv4(value))
    if version == "v6":
        return Address(version, formats.ipv6(value))
    raise BadValue(f"attribute ip: {version!r} is neither v4 nor v6", "RFC 5732 §4")


def tag(space: str) -> Callable[[str], str]:
    """Makes the tags of one namespace from local names."""
    return lambda local: f"{{{space}}}{local}"


def check_u_name(element: Element, values: dict[str, Any], report: Report) -> bool:
    """Put the U-label name in order, and say whether it fits the A-label name."""
    name = values.get("name")
    if not name:
        return False
    try:
        values["u_name"] = matching_u_name(name, values.get("u_name"))
    except BadValue as error:
        report.fault(element, str(error), error.rule, code="")
        return False
    return True


def matching_u_name(name: str, u_name: str | None) -> str | None:
    """The U-label name of an A-label name: the one that is given, which has to be its own, or the one that is
    computed; None for a name that is no IDN. Raises `BadValue`."""
    if u_name is None:
        return names.to_unicode(name)
    if names.to_ascii(u_name) != name:
        raise BadValue(f"the U-label name {u_name!r} is not that of {name}", "RFC 9022 §5.1.1.1")
    return u_name if "xn--" in name else None


def defaults(*optional: str) -> dict[str, None]:
    """What is optional, and not there unless it is said; the stamps are."""
    return dict.fromkeys((*optional, *STAMP_FIELDS))


def boolean(value: str) -> int:
    """An xs:boolean as 0 or 1 (XML Schema part 2 §3.2.2)."""
    if value not in ("0", "1", "true", "false"):
        raise BadValue(f"{value!r} is no boolean", "XML Schema 2 §3.2.2")
    return int(value in ("1", "true"))
