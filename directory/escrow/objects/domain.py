"""Reads a domain: its statuses, contacts, name servers and DNSSEC (RFC 9022 §5.1, RFC 5910)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from directory.errors import BadValue
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Form, Report, Table, read, token
from directory.escrow.objects.shared import (
    ID,
    a_label_name,
    address,
    check_u_name,
    defaults,
    matching_u_name,
    stamps,
    statuses,
    tag,
    transfer,
    u_label_name,
    whole,
)
from directory.escrow.plain import Plain
from directory.model import format as formats
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, SecDNS

_HOST_ATTRIBUTE = Table(
    {
        f"{{{ns.EPP_DOMAIN}}}hostName": Field("host", a_label_name, least=1),
        f"{{{ns.EPP_DOMAIN}}}hostAddr": Field("addresses", nested=lambda element, _: address(element), many=True),
    }
)


@lru_cache(maxsize=1 << 13)
def _host_object(name: str) -> NameServer:
    """A host object; a few serve most of the domains."""
    return NameServer(a_label_name(name), "object")


def _name_servers(element: Element, report: Report) -> tuple[list[NameServer], list[HostAttribute]]:
    servers: list[NameServer] = []
    addresses: list[HostAttribute] = []
    for child in element:
        local = str(child.tag).rpartition("}")[2]
        if local == "hostObj":
            servers.append(_host_object(token(child)))
        elif local == "hostAttr":
            values, is_whole = whole(child, _HOST_ATTRIBUTE, report)
            if is_whole:
                host = values["host"]
                servers.append(NameServer(host, "attribute"))
                addresses += [HostAttribute(host, one.version, one.addr) for one in values.get("addresses", ())]
        else:
            report.note(f"skipped {ns.shown(child.tag)} in {ns.shown(element.tag)}: it is no name server")
    return servers, addresses


def _dns_field(name: str, high: int, rule: str) -> Field:
    return Field(name, lambda value: formats.integer(value, 0, high, rule), least=1, rule="RFC 5910 §4")


_KEY = Table(
    {
        f"{{{ns.SECDNS}}}flags": _dns_field("flags", 65_535, "RFC 4034 §2.1.1"),
        f"{{{ns.SECDNS}}}protocol": _dns_field("protocol", 255, "RFC 4034 §2.1.2"),
        f"{{{ns.SECDNS}}}alg": _dns_field("key_alg", 255, "RFC 4034 §2.1.3"),
        f"{{{ns.SECDNS}}}pubKey": Field("pub_key", formats.base64_text, least=1, rule="RFC 4034 §2.1.4"),
    }
)


def _key(element: Element, report: Report) -> dict[str, Any]:
    values, is_whole = whole(element, _KEY, report)
    return values if is_whole else {}


_DS = Table(
    {
        f"{{{ns.SECDNS}}}keyTag": _dns_field("key_tag", 65_535, "RFC 4034 §5.1.1"),
        f"{{{ns.SECDNS}}}alg": _dns_field("alg", 255, "RFC 4034 §5.1.2"),
        f"{{{ns.SECDNS}}}digestType": _dns_field("digest_type", 255, "RFC 4034 §5.1.3"),
        f"{{{ns.SECDNS}}}digest": Field("digest", formats.hexadecimal, least=1, rule="RFC 4034 §5.1.4"),
        f"{{{ns.SECDNS}}}keyData": Field("key", nested=_key),
    }
)


def _ds(element: Element, report: Report) -> SecDNS | None:
    values, is_whole = whole(element, _DS, report)
    return SecDNS(**values.pop("key", None) or {}, **values) if is_whole else None


def _key_only(element: Element, report: Report) -> SecDNS | None:
    values = _key(element, report)
    return SecDNS(**values) if values else None


_SECDNS = Table(
    {
        f"{{{ns.SECDNS}}}maxSigLife": Field(
            "max_sig_life", lambda value: formats.integer(value, 1, 2**31 - 1, "RFC 5910 §3.3")
        ),
        f"{{{ns.SECDNS}}}dsData": Field("records", nested=_ds, many=True),
        f"{{{ns.SECDNS}}}keyData": Field("records", nested=_key_only, many=True),
    }
)


def _secdns(element: Element, report: Report) -> dict[str, Any]:
    return read(element, _SECDNS, report)


def _contact_link(element: Element, report: Report) -> ContactLink:
    return _link(element.get("type"), token(element))


def _link(role: str | None, contact: str) -> ContactLink:
    if role not in ("admin", "billing", "tech"):
        raise BadValue(f"attribute type: {role!r} is none of admin, billing, tech", "RFC 5731 §2.2")
    return ContactLink(role, ID(contact))


_d = tag(ns.DOMAIN)
_DOMAIN = Table(
    {
        _d("name"): Field("name", a_label_name, least=1),
        _d("roid"): Field("roid", formats.roid, least=1),
        _d("uName"): Field("u_name", u_label_name),
        _d("idnTableId"): Field("idn_table", ID),
        _d("originalName"): Field("original_name", a_label_name),
        _d("status"): Field(
            "statuses",
            nested=statuses("domain", "RFC 5731 §2.3"),
            many=True,
            least=1,
            most=11,
            rule="RFC 9022 §5.1.1.1",
            few=True,
        ),
        _d("rgpStatus"): Field("rgp", nested=statuses("rgp", "RFC 3915 §3.1"), many=True, few=True),
        _d("registrant"): Field("registrant", ID),
        _d("contact"): Field("links", nested=_contact_link, many=True, form=Form(_link, ("type",))),
        _d("ns"): Field("servers", nested=_name_servers, few=True),
        **stamps(
            ns.DOMAIN,
            {_d("exDate"): Field("ex_date", formats.instant)},
            {_d("secDNS"): Field("secdns", nested=_secdns)},
        ),
        _d("trnData"): Field("transfer", nested=transfer(ns.DOMAIN)),
    }
)


def domain(element: Element, report: Report) -> Domain | None:
    """A domain (RFC 9022 §5.1.1.1); None if there is a fault in it."""
    report.subject = ("domain", element, _d("name"))
    values, is_whole = whole(element, _DOMAIN, report)
    is_whole = check_u_name(element, values, report) and is_whole
    return _made(values) if is_whole else None


def _plain(values: dict[str, Any]) -> Domain:
    values["u_name"] = matching_u_name(values["name"], values.get("u_name"))
    return _made(values)


_OPTIONAL = defaults("u_name", "idn_table", "original_name", "ex_date")


def _made(values: dict[str, Any]) -> Domain:
    registrant = values.pop("registrant", None)
    links = values.pop("links", [])
    servers, addresses = values.pop("servers", None) or ([], [])
    signing = values.pop("secdns", None) or {}
    statuses_, grace = values.pop("statuses"), values.pop("rgp", ())
    transfer = values.pop("transfer", None)
    return Domain(
        **{**_OPTIONAL, **values},
        statuses=tuple(statuses_),
        rgp=tuple(grace),
        max_sig_life=signing.get("max_sig_life"),
        contacts=tuple([ContactLink("registrant", registrant), *links] if registrant else links),
        ns=tuple(servers),
        ns_addresses=tuple(addresses),
        secdns=tuple(signing.get("records", ())),
        transfer=(transfer,) if transfer else (),
    )


PLAIN = Plain(_DOMAIN, _plain)
