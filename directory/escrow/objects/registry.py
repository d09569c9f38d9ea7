"""Reads what is the registry's own: IDN tables, NNDN, EPP parameters, policies (RFC 9022 §5.5–5.8)."""

from __future__ import annotations

from lxml import etree

from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Report, Table, choice, token
from directory.escrow.objects.shared import ID, a_label_name, boolean, check_u_name, tag, u_label_name, whole
from directory.model import format as formats
from directory.model.domain import Nndn
from directory.model.registry import EppParams, IdnTable, Policy

_i = tag(ns.IDN)
_IDN = Table(
    {_i("url"): Field("url", formats.uri, least=1), _i("urlPolicy"): Field("url_policy", formats.uri, least=1)}
)


def idn_table(element: Element, report: Report) -> IdnTable | None:
    """A reference to an IDN table (RFC 9022 §5.5.1.1); None if there is a fault in it."""
    report.subject = ("IDN table", element, _i("url"))
    id_ = " ".join((element.get("id") or "").split())
    if not 1 <= len(id_) <= 64:
        message = "attribute id has not 1 to 64 characters"
        report.fault(element, message, "RFC 9022 §5.5.1.1", code=codes.invalid("IDN table", "id"))
    values, is_whole = whole(element, _IDN, report)
    return IdnTable(id=id_, **values) if is_whole and id_ else None


_n = tag(ns.NNDN)
_NNDN = Table(
    {
        _n("aName"): Field("name", a_label_name, least=1),
        _n("uName"): Field("u_name", u_label_name),
        _n("idnTableId"): Field("idn_table", ID),
        _n("originalName"): Field("original_name", a_label_name),
        _n("nameState"): Field(
            "state",
            choice(formats.EPP_STATUSES["nndn"], "RFC 9022 §5.6.1.1"),
            attributes={"mirroringNS": ("mirroring_ns", lambda value: boolean(value))},
            least=1,
        ),
        _n("crDate"): Field("cr_date", formats.instant),
    }
)


def nndn(element: Element, report: Report) -> Nndn | None:
    """A name that is no registration (RFC 9022 §5.6.1.1); None if there is a fault in it."""
    report.subject = ("NNDN", element, _n("aName"))
    values, is_whole = whole(element, _NNDN, report)
    if not (check_u_name(element, values, report) and is_whole):
        return None
    if values["state"] == "mirrored":
        values.setdefault("mirroring_ns", 1)
    for name in ("idn_table", "original_name", "mirroring_ns", "cr_date"):
        values.setdefault(name, None)
    return Nndn(**values)


_e = tag(ns.EPP_PARAMS)


def epp_params(element: Element, report: Report) -> EppParams | None:
    """The EPP server's parameters (RFC 9022 §5.7.1.1)."""
    report.subject = ("EPP parameters", element, _e("version"))

    def joined(local: str) -> str:
        return " ".join(token(one) for one in element.iter(f"{{*}}{local}"))

    dcp = element.find(_e("dcp"))
    # Exclusive, for the namespaces that a deposit declares besides are none of the policy's (RFC 3741).
    policy = etree.tostring(dcp, method="c14n", exclusive=True).decode() if dcp is not None else ""
    return EppParams("eppParams", joined("version"), joined("lang"), joined("objURI"), joined("extURI"), policy)


def policy(element: Element, report: Report) -> Policy | None:
    """An element that the registry requires (RFC 9022 §5.8); None if there is a fault in it."""
    scope, required = element.get("scope"), element.get("element")
    report.subject = ("policy", element, "")
    if not scope or not required:
        message = "attributes scope and element have to be there"
        report.fault(element, message, "RFC 9022 §5.8", code=codes.invalid("policy", "policy"))
        return None
    scope, required = " ".join(scope.split()), " ".join(required.split())
    return Policy(f"{scope} {required}", scope, required)
