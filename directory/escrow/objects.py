"""Every object of RFC 9022 in the XML model: how its elements are read, checked and made a model value.

What is checked here is checked once; objects read back from the store are taken as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from directory.errors import BadValue
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Field, Report, Table, choice, read, text, token
from directory.model import format as formats
from directory.model import name as names
from directory.model.base import Address, Status, Transfer, Value
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, Nndn, SecDNS
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal
from directory.model.registry import EppParams, IdnTable, Policy

_ID = text(1, 64, "RFC 9022 §9")
_CLID = text(3, 16, "RFC 5730 §4.2, clIDType")
_LANG = {"lang": ("lang", formats.language)}
_CLIENT = text(1, 255, "RFC 9022 §9.1")


def a_label_name(value: str) -> str:
    """A name as deposits have it: A-labels only (RFC 9022 §5.1.1.1)."""
    if not value.isascii():
        raise BadValue(f"{value!r} is not in A-labels", "RFC 9022 §5.1.1.1")
    return names.to_ascii(value)


def _u_label_name(value: str) -> str:
    names.to_ascii(value)
    return value.lower().removesuffix(".")


def _statuses(kind: str, rule: str) -> Callable[[Element, Report], Status]:
    codes = formats.EPP_STATUSES[kind]

    def nested(element: Element, report: Report) -> Status:
        code = element.get("s")
        if code is None:
            raise BadValue("attribute s is missing", rule)
        if code not in codes:
            raise BadValue(f"{code!r} is no status of a {kind}", rule)
        lang = element.get("lang")
        return Status(code, token(element) or None, formats.language(lang) if lang else None)

    return nested


def _registrar_reference(local: str, prefix: str, space: str) -> dict[str, Field]:
    return {
        f"{{{space}}}{local}": Field(prefix + "_rr", _ID, attributes={"client": (prefix + "_client", _CLIENT)})
    }


def _stamps(space: str, *, with_transfer: bool = True) -> dict[str, Field]:
    """clID, crRr, crDate, upRr, upDate and trDate, which most objects have."""
    fields = {
        f"{{{space}}}clID": Field("cl_id", _ID, least=1),
        **_registrar_reference("crRr", "cr", space),
        f"{{{space}}}crDate": Field("cr_date", formats.instant),
        **_registrar_reference("upRr", "up", space),
        f"{{{space}}}upDate": Field("up_date", formats.instant),
    }
    if with_transfer:
        fields[f"{{{space}}}trDate"] = Field("tr_date", formats.instant)
    return fields


_STAMP_FIELDS = ("cr_rr", "cr_client", "cr_date", "up_rr", "up_client", "up_date", "tr_date")


def _transfer_table(space: str) -> Table:
    rule = "RFC 9022 §5.1.1.1"
    return Table(
        {
            f"{{{space}}}trStatus": Field(
                "status", choice(formats.EPP_STATUSES["transfer"], "RFC 5730 §2.9.3.4"), least=1
            ),
            f"{{{space}}}reRr": Field(
                "re_rr", _ID, attributes={"client": ("re_client", _CLIENT)}, least=1, rule=rule
            ),
            f"{{{space}}}reDate": Field("re_date", formats.instant, least=1, rule=rule),
            f"{{{space}}}acRr": Field(
                "ac_rr", _ID, attributes={"client": ("ac_client", _CLIENT)}, least=1, rule=rule
            ),
            f"{{{space}}}acDate": Field("ac_date", formats.instant, least=1, rule=rule),
            f"{{{space}}}exDate": Field("ex_date", formats.instant, rule=rule),
        }
    )


def _transfer(space: str) -> Callable[[Element, Report], Transfer | None]:
    table = _transfer_table(space)

    def nested(element: Element, report: Report) -> Transfer | None:
        values, is_whole = _whole(element, table, report)
        values.setdefault("re_client", None)
        values.setdefault("ac_client", None)
        return Transfer(**values) if is_whole else None

    return nested


def _whole(element: Element, table: Table, report: Report) -> tuple[dict[str, Any], bool]:
    """The values, and whether they were read without a fault."""
    before = report.faults
    values = read(element, table, report)
    return values, report.faults == before


# ---- domain (RFC 9022 §5.1) ----

_HOST_ATTRIBUTE = Table(
    {
        f"{{{ns.EPP_DOMAIN}}}hostName": Field("host", a_label_name, least=1),
        f"{{{ns.EPP_DOMAIN}}}hostAddr": Field("addresses", nested=lambda element, _: _address(element), many=True),
    }
)


def _address(element: Element) -> Address:
    version = element.get("ip", "v4")
    value = token(element)
    if version == "v4":
        return Address(version, formats.ipv4(value))
    if version == "v6":
        return Address(version, formats.ipv6(value))
    raise BadValue(f"attribute ip: {version!r} is neither v4 nor v6", "RFC 5732 §4")


def _name_servers(element: Element, report: Report) -> tuple[list[NameServer], list[HostAttribute]]:
    servers: list[NameServer] = []
    addresses: list[HostAttribute] = []
    for child in element:
        local = etree.QName(child).localname
        if local == "hostObj":
            servers.append(NameServer(a_label_name(token(child)), "object"))
        elif local == "hostAttr":
            values, is_whole = _whole(child, _HOST_ATTRIBUTE, report)
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
    values, is_whole = _whole(element, _KEY, report)
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
    values, is_whole = _whole(element, _DS, report)
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
    role = element.get("type")
    if role not in ("admin", "billing", "tech"):
        raise BadValue(f"attribute type: {role!r} is none of admin, billing, tech", "RFC 5731 §2.2")
    return ContactLink(role, _ID(token(element)))


def _tag(space: str) -> Callable[[str], str]:
    return lambda local: f"{{{space}}}{local}"


_d = _tag(ns.DOMAIN)
_DOMAIN = Table(
    {
        _d("name"): Field("name", a_label_name, least=1),
        _d("roid"): Field("roid", formats.roid, least=1),
        _d("uName"): Field("u_name", _u_label_name),
        _d("idnTableId"): Field("idn_table", _ID),
        _d("originalName"): Field("original_name", a_label_name),
        _d("status"): Field(
            "statuses",
            nested=_statuses("domain", "RFC 5731 §2.3"),
            many=True,
            least=1,
            most=11,
            rule="RFC 9022 §5.1.1.1",
        ),
        _d("rgpStatus"): Field("rgp", nested=_statuses("rgp", "RFC 3915 §3.1"), many=True),
        _d("registrant"): Field("registrant", _ID),
        _d("contact"): Field("links", nested=_contact_link, many=True),
        _d("ns"): Field("servers", nested=_name_servers),
        **_stamps(ns.DOMAIN),
        _d("exDate"): Field("ex_date", formats.instant),
        _d("secDNS"): Field("secdns", nested=_secdns),
        _d("trnData"): Field("transfer", nested=_transfer(ns.DOMAIN)),
    }
)


def domain(element: Element, report: Report) -> Domain | None:
    """A domain (RFC 9022 §5.1.1.1); None if there is a fault in it."""
    report.subject = ("domain", element, _d("name"))
    values, is_whole = _whole(element, _DOMAIN, report)
    is_whole = _check_u_name(element, values, report) and is_whole
    if not is_whole:
        return None
    registrant = values.pop("registrant", None)
    links = values.pop("links", [])
    servers, addresses = values.pop("servers", None) or ([], [])
    signing = values.pop("secdns", None) or {}
    transfer = values.pop("transfer", None)
    return Domain(
        **_with_defaults(values, "u_name", "idn_table", "original_name", "ex_date", *_STAMP_FIELDS, many=("rgp",)),
        max_sig_life=signing.get("max_sig_life"),
        contacts=tuple([ContactLink("registrant", registrant), *links] if registrant else links),
        ns=tuple(servers),
        ns_addresses=tuple(addresses),
        secdns=tuple(signing.get("records", ())),
        transfer=(transfer,) if transfer else (),
    )


def _check_u_name(element: Element, values: dict[str, Any], report: Report) -> bool:
    """A U-label name is that of the A-label name; where only the latter is there, it is computed from it."""
    name, u_name = values.get("name"), values.get("u_name")
    if not name:
        return False
    computed = names.to_unicode(name)
    if u_name is None:
        values["u_name"] = computed
    elif names.to_ascii(u_name) != name:
        report.fault(element, f"the U-label name {u_name!r} is not that of {name}", "RFC 9022 §5.1.1.1")
        return False
    elif computed is None:
        values["u_name"] = None
    return True


def _with_defaults(values: dict[str, Any], *optional: str, many: tuple[str, ...] = ()) -> dict[str, Any]:
    for name in optional:
        values.setdefault(name, None)
    for name in ("statuses", *many):
        values[name] = tuple(values.get(name, ()))
    return values


# ---- host (RFC 9022 §5.2) ----

_h = _tag(ns.HOST)
_HOST = Table(
    {
        _h("name"): Field("name", a_label_name, least=1),
        _h("roid"): Field("roid", formats.roid, least=1),
        _h("status"): Field(
            "statuses",
            nested=_statuses("host", "RFC 5732 §2.3"),
            many=True,
            least=1,
            most=7,
            rule="RFC 9022 §5.2.1.1",
        ),
        _h("addr"): Field("addresses", nested=lambda element, _: _address(element), many=True),
        **_stamps(ns.HOST),
    }
)


def host(element: Element, report: Report) -> Host | None:
    """A host (RFC 9022 §5.2.1.1); None if there is a fault in it."""
    report.subject = ("host", element, _h("name"))
    values, is_whole = _whole(element, _HOST, report)
    if not is_whole:
        return None
    name = values["name"]
    return Host(
        **_with_defaults(values, *_STAMP_FIELDS, many=("addresses",)),
        u_name=names.to_unicode(name),
        reversed_name=names.reverse(name),
    )


# ---- contact (RFC 9022 §5.3) ----

_LENGTH = "RFC 5733 §4"
_PHONE = {"x": ("voice_ext", text(1, 16, _LENGTH))}
_FAX = {"x": ("fax_ext", text(1, 16, _LENGTH))}


def _address_table(space: str) -> Table:
    return Table(
        {
            f"{{{space}}}street": Field("street", text(0, 255, _LENGTH), many=True, most=3, rule=_LENGTH),
            f"{{{space}}}city": Field("city", text(1, 255, _LENGTH), least=1),
            f"{{{space}}}sp": Field("sp", text(0, 255, _LENGTH)),
            f"{{{space}}}pc": Field("pc", text(0, 16, _LENGTH)),
            f"{{{space}}}cc": Field("cc", formats.country, least=1),
        }
    )


def _postal_address(space: str) -> Callable[[Element, Report], dict[str, Any]]:
    table = _address_table(space)

    def nested(element: Element, report: Report) -> dict[str, Any]:
        values = read(element, table, report)
        for place, line in enumerate([line for line in values.pop("street", ()) if line][:3], 1):
            values[f"street_{place}"] = line
        return values

    return nested


_POSTAL = Table(
    {
        f"{{{ns.EPP_CONTACT}}}name": Field("name", text(1, 255, _LENGTH), least=1),
        f"{{{ns.EPP_CONTACT}}}org": Field("org", text(0, 255, _LENGTH)),
        f"{{{ns.EPP_CONTACT}}}addr": Field("addr", nested=_postal_address(ns.EPP_CONTACT), least=1),
    }
)


def _postal_type(element: Element) -> str:
    type_ = element.get("type")
    if type_ not in ("int", "loc"):
        raise BadValue(f"attribute type: {type_!r} is neither int nor loc", "RFC 5733 §2.4")
    return type_


def _language(type_: str, texts: list[str | None]) -> dict[str, str]:
    """The script of a local form; deposits carry no language tag, and none is guessed (RFC 9022 §4.6.3)."""
    joined = " ".join(one for one in texts if one)
    if type_ != "loc" or joined.isascii():
        return {}
    tag = formats.script_tag(joined)
    return {"lang": tag, "lang_origin": "script"} if tag else {}


def _check_ascii(element: Element, type_: str, report: Report) -> None:
    if type_ != "int":
        return
    for child in element.iter():
        if child.text and not child.text.isascii():
            report.fault(child, "the int form has other characters than 7-bit ASCII", "RFC 9022 §5.3.1.1")


def _postal(element: Element, report: Report) -> Postal | None:
    type_ = _postal_type(element)
    _check_ascii(element, type_, report)
    values, is_whole = _whole(element, _POSTAL, report)
    if not is_whole:
        return None
    values.update(values.pop("addr", None) or {})
    tag = _language(type_, [values.get(name) for name in ("name", "org", "street_1", "city", "sp")])
    return Postal(type=type_, **values, **tag)


_DISCLOSED = {f"{{{ns.EPP_CONTACT}}}{local}" for local in ("name", "org", "addr", "voice", "fax", "email")}


def _disclose(element: Element, report: Report) -> list[Disclose]:
    flag = element.get("flag")
    if flag not in ("0", "1", "true", "false"):
        raise BadValue(f"attribute flag: {flag!r} is no boolean", "RFC 5733 §2.9")
    named = []
    for child in element:
        if child.tag in _DISCLOSED:
            named.append(Disclose(int(flag in ("1", "true")), etree.QName(child).localname, child.get("type")))
        else:
            report.note(f"skipped {ns.shown(child.tag)} in {ns.shown(element.tag)}: it is nothing to disclose")
    return named


_c = _tag(ns.CONTACT)
_CONTACT = Table(
    {
        _c("id"): Field("handle", _ID, least=1),
        _c("roid"): Field("roid", formats.roid, least=1),
        _c("status"): Field(
            "statuses",
            nested=_statuses("contact", "RFC 5733 §2.2"),
            many=True,
            least=1,
            most=7,
            rule="RFC 9022 §5.3.1.1",
        ),
        _c("postalInfo"): Field("postal", nested=_postal, many=True, least=1, most=2, rule="RFC 9022 §5.3.1.1"),
        _c("voice"): Field("voice", formats.phone, attributes=_PHONE),
        _c("fax"): Field("fax", formats.phone, attributes=_FAX),
        _c("email"): Field("email", formats.email, least=1),
        **_stamps(ns.CONTACT),
        _c("trnData"): Field("transfer", nested=_transfer(ns.CONTACT)),
        _c("disclose"): Field("disclose", nested=_disclose),
    }
)


def contact(element: Element, report: Report) -> Contact | None:
    """A contact (RFC 9022 §5.3.1.1); None if there is a fault in it."""
    report.subject = ("contact", element, _c("id"))
    values, is_whole = _whole(element, _CONTACT, report)
    postal = values.get("postal", ())
    if len(postal) == 2 and postal[0] and postal[1] and postal[0].type == postal[1].type:
        report.fault(element, f"it has two {postal[0].type} forms", "RFC 9022 §5.3.1.1", tag=_c("postalInfo"))
        is_whole = False
    if not is_whole:
        return None
    transfer = values.pop("transfer", None)
    disclose = values.pop("disclose", None) or ()
    optional = ("voice", "voice_ext", "fax", "fax_ext", "email")
    return Contact(
        **_with_defaults(values, *optional, *_STAMP_FIELDS, many=("postal",)),
        disclose=tuple(disclose),
        transfer=(transfer,) if transfer else (),
    )


# ---- registrar (RFC 9022 §5.4) ----

_r = _tag(ns.REGISTRAR)
_REGISTRAR_POSTAL = Table({_r("addr"): Field("addr", nested=_postal_address(ns.REGISTRAR), least=1)})


def _registrar_postal(element: Element, report: Report) -> RegistrarPostal | None:
    type_ = _postal_type(element)
    _check_ascii(element, type_, report)
    values, is_whole = _whole(element, _REGISTRAR_POSTAL, report)
    if not is_whole:
        return None
    address = values["addr"] or {}
    tag = _language(type_, [address.get(name) for name in ("street_1", "city", "sp")])
    return RegistrarPostal(type=type_, **address, **tag)


_WHOIS_INFO = Table(
    {_r("name"): Field("whois_name", a_label_name), _r("url"): Field("whois_url", formats.uri)},
)
_REGISTRAR = Table(
    {
        _r("id"): Field("id", _ID, least=1),
        _r("name"): Field("name", text(1, 255, "RFC 9022 §5.4.1.1"), least=1),
        _r("gurid"): Field("gurid", lambda value: formats.integer(value, 1, 2**31 - 1, "RFC 9022 §5.4.1.1")),
        _r("status"): Field("status", choice(formats.EPP_STATUSES["registrar"], "RFC 9022 §5.4.1.1")),
        _r("postalInfo"): Field("postal", nested=_registrar_postal, many=True, most=2, rule="RFC 9022 §5.4.1.1"),
        _r("voice"): Field("voice", formats.phone, attributes=_PHONE),
        _r("fax"): Field("fax", formats.phone, attributes=_FAX),
        _r("email"): Field("email", formats.email),
        _r("url"): Field("url", formats.uri),
        _r("whoisInfo"): Field("whois", nested=lambda element, report: read(element, _WHOIS_INFO, report)),
        _r("crDate"): Field("cr_date", formats.instant),
        _r("upDate"): Field("up_date", formats.instant),
    }
)


def registrar(element: Element, report: Report) -> Registrar | None:
    """A registrar (RFC 9022 §5.4.1.1); None if there is a fault in it."""
    report.subject = ("registrar", element, _r("id"))
    values, is_whole = _whole(element, _REGISTRAR, report)
    if not is_whole:
        return None
    values.update(values.pop("whois", None) or {})
    optional = "gurid status voice voice_ext fax fax_ext email url whois_name whois_url cr_date up_date".split()
    for name in optional:
        values.setdefault(name, None)
    values["postal"] = tuple(values.get("postal", ()))
    return Registrar(folded_name=formats.fold(values["name"]), **values)


# ---- the registry's own (RFC 9022 §5.5–5.8) ----

_i = _tag(ns.IDN)
_IDN = Table(
    {_i("url"): Field("url", formats.uri, least=1), _i("urlPolicy"): Field("url_policy", formats.uri, least=1)}
)


def idn_table(element: Element, report: Report) -> IdnTable | None:
    """A reference to an IDN table (RFC 9022 §5.5.1.1); None if there is a fault in it."""
    report.subject = ("IDN table", element, _i("url"))
    id_ = " ".join((element.get("id") or "").split())
    if not 1 <= len(id_) <= 64:
        report.fault(element, "attribute id has not 1 to 64 characters", "RFC 9022 §5.5.1.1")
    values, is_whole = _whole(element, _IDN, report)
    return IdnTable(id=id_, **values) if is_whole and id_ else None


_n = _tag(ns.NNDN)
_NNDN = Table(
    {
        _n("aName"): Field("name", a_label_name, least=1),
        _n("uName"): Field("u_name", _u_label_name),
        _n("idnTableId"): Field("idn_table", _ID),
        _n("originalName"): Field("original_name", a_label_name),
        _n("nameState"): Field(
            "state",
            choice(formats.EPP_STATUSES["nndn"], "RFC 9022 §5.6.1.1"),
            attributes={"mirroringNS": ("mirroring_ns", lambda value: _boolean(value))},
            least=1,
        ),
        _n("crDate"): Field("cr_date", formats.instant),
    }
)


def _boolean(value: str) -> int:
    if value not in ("0", "1", "true", "false"):
        raise BadValue(f"{value!r} is no boolean", "XML Schema 2 §3.2.2")
    return int(value in ("1", "true"))


def nndn(element: Element, report: Report) -> Nndn | None:
    """A name that is no registration (RFC 9022 §5.6.1.1); None if there is a fault in it."""
    report.subject = ("NNDN", element, _n("aName"))
    values, is_whole = _whole(element, _NNDN, report)
    if not (_check_u_name(element, values, report) and is_whole):
        return None
    if values["state"] == "mirrored":
        values.setdefault("mirroring_ns", 1)
    for name in ("idn_table", "original_name", "mirroring_ns", "cr_date"):
        values.setdefault(name, None)
    return Nndn(**values)


_e = _tag(ns.EPP_PARAMS)


def epp_params(element: Element, report: Report) -> EppParams | None:
    """The EPP server's parameters (RFC 9022 §5.7.1.1)."""
    report.subject = ("EPP parameters", element, _e("version"))

    def joined(local: str) -> str:
        return " ".join(token(one) for one in element.iter(f"{{*}}{local}"))

    dcp = element.find(_e("dcp"))
    policy = etree.tostring(dcp, encoding="unicode", with_tail=False) if dcp is not None else ""
    return EppParams("eppParams", joined("version"), joined("lang"), joined("objURI"), joined("extURI"), policy)


def policy(element: Element, report: Report) -> Policy | None:
    """An element that the registry requires (RFC 9022 §5.8); None if there is a fault in it."""
    scope, required = element.get("scope"), element.get("element")
    report.subject = ("policy", element, "")
    if not scope or not required:
        report.fault(element, "attributes scope and element have to be there", "RFC 9022 §5.8")
        return None
    scope, required = " ".join(scope.split()), " ".join(required.split())
    return Policy(f"{scope} {required}", scope, required)


Build = Callable[[Element, Report], Value | None]

OBJECTS: dict[str, tuple[str, Build]] = {
    _d("domain"): ("domain", domain),
    _h("host"): ("host", host),
    _c("contact"): ("contact", contact),
    _r("registrar"): ("registrar", registrar),
    _i("idnTableRef"): ("idn_table", idn_table),
    _n("NNDN"): ("nndn", nndn),
    _e("eppParams"): ("epp_params", epp_params),
    f"{{{ns.POLICY}}}policy": ("policy", policy),
}
"""The objects of RFC 9022: by tag, the kind in the store and what builds it."""
