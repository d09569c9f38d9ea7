"""Objects as XML, in the namespaces and the order of RFC 9022 (§5, §9): the other way round than escrow.objects.

Each function gives one element; the prefixes are those of `namespace.PREFIXES`, which the root declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from directory.escrow.export.text import attributed, element, elements, escaped, group, number, quoted
from directory.model.base import Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import Domain, Nndn, SecDNS
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal
from directory.model.registry import EppParams, IdnTable, Policy


def _status(tag: str, status: Status) -> str:
    lang = f' lang="{quoted(status.lang)}"' if status.lang else ""
    if status.text:
        return f'<{tag} s="{status.code}"{lang}>{escaped(status.text)}</{tag}>'
    return f'<{tag} s="{status.code}"{lang}/>'


def _statuses(tag: str, statuses: tuple[Status, ...]) -> str:
    if len(statuses) == 1 and statuses[0].text is statuses[0].lang is None:  # as nearly all of them are
        return f'<{tag} s="{statuses[0].code}"/>'
    return "".join([_status(tag, status) for status in statuses])


def _transfer(prefix: str, transfers: tuple[Transfer, ...]) -> str:
    """trnData (RFC 9022 §5.1.1.1, §5.3.1.1)."""
    return "".join(
        [
            f"<{prefix}:trnData><{prefix}:trStatus>{one.status}</{prefix}:trStatus>"
            + attributed(f"{prefix}:reRr", one.re_rr, "client", one.re_client)
            + element(f"{prefix}:reDate", one.re_date)
            + attributed(f"{prefix}:acRr", one.ac_rr, "client", one.ac_client)
            + element(f"{prefix}:acDate", one.ac_date)
            + element(f"{prefix}:exDate", one.ex_date)
            + f"</{prefix}:trnData>"
            for one in transfers
        ]
    )


def _address(prefix: str, postal: Postal | RegistrarPostal) -> str:
    return group(
        f"{prefix}:addr",
        elements(f"{prefix}:street", postal.street)
        + element(f"{prefix}:city", postal.city)
        + element(f"{prefix}:sp", postal.sp)
        + element(f"{prefix}:pc", postal.pc)
        + element(f"{prefix}:cc", postal.cc),
    )


def domain(one: Domain) -> str:
    """A domain (RFC 9022 §5.1.1.1, §9.2)."""
    registrant = "".join(
        [element("rdeDomain:registrant", link.contact) for link in one.contacts if link.role == "registrant"]
    )
    contacts = "".join(
        [
            attributed("rdeDomain:contact", link.contact, "type", link.role)
            for link in one.contacts
            if link.role != "registrant"
        ]
    )
    return (
        f"<rdeDomain:domain><rdeDomain:name>{one.name}</rdeDomain:name>"
        + element("rdeDomain:roid", one.roid)
        + element("rdeDomain:uName", one.u_name)
        + element("rdeDomain:idnTableId", one.idn_table)
        + element("rdeDomain:originalName", one.original_name)
        + _statuses("rdeDomain:status", one.statuses)
        + _statuses("rdeDomain:rgpStatus", one.rgp)
        + registrant
        + contacts
        + group("rdeDomain:ns", _name_servers(one))
        + element("rdeDomain:clID", one.cl_id)
        + attributed("rdeDomain:crRr", one.cr_rr, "client", one.cr_client)
        + element("rdeDomain:crDate", one.cr_date)
        + element("rdeDomain:exDate", one.ex_date)
        + attributed("rdeDomain:upRr", one.up_rr, "client", one.up_client)
        + element("rdeDomain:upDate", one.up_date)
        + group("rdeDomain:secDNS", _signing(one))
        + element("rdeDomain:trDate", one.tr_date)
        + _transfer("rdeDomain", one.transfer)
        + "</rdeDomain:domain>"
    )


def _name_servers(one: Domain) -> str:
    """The delegation, its addresses with the first server of that name (RFC 5731 §1.1)."""
    if not one.ns_addresses and all(server.model == "object" for server in one.ns):
        return elements("domain:hostObj", [server.host for server in one.ns])
    found, left = "", list(one.ns_addresses)
    for server in one.ns:
        if server.model == "object":
            found += element("domain:hostObj", server.host)
            continue
        own = [address for address in left if address.host == server.host]
        left = [address for address in left if address.host != server.host]
        addresses = "".join([_ip("domain:hostAddr", address.version, address.addr) for address in own])
        found += group("domain:hostAttr", element("domain:hostName", server.host) + addresses)
    return found


def _ip(tag: str, version: str, address: str) -> str:
    return f'<{tag} ip="{version}">{address}</{tag}>'


def _signing(one: Domain) -> str:
    """secDNS (RFC 5910 §5.2.1)."""
    if not one.secdns and one.max_sig_life is None:
        return ""
    return number("secDNS:maxSigLife", one.max_sig_life) + "".join([_record(record) for record in one.secdns])


def _record(record: SecDNS) -> str:
    key = group(
        "secDNS:keyData",
        number("secDNS:flags", record.flags)
        + number("secDNS:protocol", record.protocol)
        + number("secDNS:alg", record.key_alg)
        + element("secDNS:pubKey", record.pub_key),
    )
    if record.digest is None:
        return key
    return group(
        "secDNS:dsData",
        number("secDNS:keyTag", record.key_tag)
        + number("secDNS:alg", record.alg)
        + number("secDNS:digestType", record.digest_type)
        + element("secDNS:digest", record.digest)
        + key,
    )


def host(one: Host) -> str:
    """A host (RFC 9022 §5.2.1.1, §9.4)."""
    return (
        f"<rdeHost:host><rdeHost:name>{one.name}</rdeHost:name>"
        + element("rdeHost:roid", one.roid)
        + _statuses("rdeHost:status", one.statuses)
        + "".join([_ip("rdeHost:addr", address.version, address.addr) for address in one.addresses])
        + element("rdeHost:clID", one.cl_id)
        + _stamps("rdeHost", one)
        + "</rdeHost:host>"
    )


def _stamps(prefix: str, one: Host | Contact) -> str:
    return (
        attributed(f"{prefix}:crRr", one.cr_rr, "client", one.cr_client)
        + element(f"{prefix}:crDate", one.cr_date)
        + attributed(f"{prefix}:upRr", one.up_rr, "client", one.up_client)
        + element(f"{prefix}:upDate", one.up_date)
        + element(f"{prefix}:trDate", one.tr_date)
    )


def contact(one: Contact) -> str:
    """A contact (RFC 9022 §5.3.1.1, §9.6)."""
    return (
        "<rdeContact:contact>"
        + element("rdeContact:id", one.handle)
        + element("rdeContact:roid", one.roid)
        + _statuses("rdeContact:status", one.statuses)
        + "".join([_postal(postal) for postal in one.postal])
        + attributed("rdeContact:voice", one.voice, "x", one.voice_ext)
        + attributed("rdeContact:fax", one.fax, "x", one.fax_ext)
        + element("rdeContact:email", one.email)
        + element("rdeContact:clID", one.cl_id)
        + _stamps("rdeContact", one)
        + _transfer("rdeContact", one.transfer)
        + _disclose(one.disclose)
        + "</rdeContact:contact>"
    )


def _postal(postal: Postal) -> str:
    return (
        f'<rdeContact:postalInfo type="{postal.type}">'
        + element("contact:name", postal.name)
        + element("contact:org", postal.org)
        + _address("contact", postal)
        + "</rdeContact:postalInfo>"
    )


def _disclose(named: tuple[Disclose, ...]) -> str:
    """What the contact wants disclosed, or not (RFC 5733 §2.9)."""
    forms = [f' type="{one.form}"' if one.form else "" for one in named]
    content = "".join([f"<contact:{one.element}{form}/>" for one, form in zip(named, forms, strict=True)])
    return group("rdeContact:disclose", content, f' flag="{named[0].flag}"' if named else "")


def registrar(one: Registrar) -> str:
    """A registrar (RFC 9022 §5.4.1.1, §9.8)."""
    return (
        "<rdeRegistrar:registrar>"
        + element("rdeRegistrar:id", one.id)
        + element("rdeRegistrar:name", one.name)
        + number("rdeRegistrar:gurid", one.gurid)
        + element("rdeRegistrar:status", one.status)
        + "".join(
            [
                group("rdeRegistrar:postalInfo", _address("rdeRegistrar", postal), f' type="{postal.type}"')
                for postal in one.postal
            ]
        )
        + attributed("rdeRegistrar:voice", one.voice, "x", one.voice_ext)
        + attributed("rdeRegistrar:fax", one.fax, "x", one.fax_ext)
        + element("rdeRegistrar:email", one.email)
        + element("rdeRegistrar:url", one.url)
        + group(
            "rdeRegistrar:whoisInfo",
            element("rdeRegistrar:name", one.whois_name) + element("rdeRegistrar:url", one.whois_url),
        )
        + element("rdeRegistrar:crDate", one.cr_date)
        + element("rdeRegistrar:upDate", one.up_date)
        + "</rdeRegistrar:registrar>"
    )


def idn_table(one: IdnTable) -> str:
    """A reference to an IDN table (RFC 9022 §5.5.1.1, §9.10)."""
    content = element("rdeIDN:url", one.url) + element("rdeIDN:urlPolicy", one.url_policy)
    return f'<rdeIDN:idnTableRef id="{quoted(one.id)}">{content}</rdeIDN:idnTableRef>'


def nndn(one: Nndn) -> str:
    """A name that is no registration (RFC 9022 §5.6.1.1, §9.13)."""
    mirrors = None if one.mirroring_ns is None else ("true" if one.mirroring_ns else "false")
    return (
        f"<rdeNNDN:NNDN><rdeNNDN:aName>{one.name}</rdeNNDN:aName>"
        + element("rdeNNDN:uName", one.u_name)
        + element("rdeNNDN:idnTableId", one.idn_table)
        + element("rdeNNDN:originalName", one.original_name)
        + attributed("rdeNNDN:nameState", one.state, "mirroringNS", mirrors)
        + element("rdeNNDN:crDate", one.cr_date)
        + "</rdeNNDN:NNDN>"
    )


def epp_params(one: EppParams) -> str:
    """The EPP server's parameters (RFC 9022 §5.7, §9.12); the data collection policy is XML already."""
    return (
        "<rdeEppParams:eppParams>"
        + elements("rdeEppParams:version", one.versions.split())
        + elements("rdeEppParams:lang", one.langs.split())
        + elements("rdeEppParams:objURI", one.obj_uris.split())
        + group("rdeEppParams:svcExtension", elements("epp:extURI", one.ext_uris.split()))
        + one.dcp
        + "</rdeEppParams:eppParams>"
    )


def policy(one: Policy) -> str:
    """An element that the registry requires (RFC 9022 §5.8, §9.15)."""
    return f'<rdePolicy:policy scope="{quoted(one.scope)}" element="{quoted(one.element)}"/>'


RENDER: Mapping[str, Callable[[Any], str]] = {
    "registrar": registrar,
    "idn_table": idn_table,
    "contact": contact,
    "host": host,
    "domain": domain,
    "nndn": nndn,
    "epp_params": epp_params,
    "policy": policy,
}
"""What makes the element of each kind of object."""

DELETES: Mapping[str, str] = {
    "registrar": "<rdeRegistrar:delete><rdeRegistrar:id>{}</rdeRegistrar:id></rdeRegistrar:delete>",
    "idn_table": "<rdeIDN:delete><rdeIDN:id>{}</rdeIDN:id></rdeIDN:delete>",
    "contact": "<rdeContact:delete><rdeContact:id>{}</rdeContact:id></rdeContact:delete>",
    "host": "<rdeHost:delete><rdeHost:roid>{}</rdeHost:roid></rdeHost:delete>",
    "domain": "<rdeDomain:delete><rdeDomain:name>{}</rdeDomain:name></rdeDomain:delete>",
    "nndn": "<rdeNNDN:delete><rdeNNDN:aName>{}</rdeNNDN:aName></rdeNNDN:delete>",
}
"""The delete of each kind of object, with the place of its key (RFC 9022 §5.1.1.2 and its likes)."""
