"""Where every value of the sample deposit of RFC 9022 §14 comes out again, or why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Line = tuple[str, str]
"""A WHOIS query, and the line of its reply that says the value."""
Member = tuple[str, str, str]
"""An RDAP path, a JSONPath into its reply (RFC 9535), and the value there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf of the deposit and its fate.

    `hidden` names the disclosure rules that withhold it from the public, each with the label under which WHOIS
    says so, or "" where WHOIS has no such object. `never` is why a protocol for which there is no place and no
    rule does not say it.
    """

    path: str
    value: str
    whois: Line | None = None
    rdap: Member | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    never: str = ""


_DEPOSIT = "RFC 8909 §5.1: it tells of the deposit, not of an object"
_COUNT = "RFC 9022 §5.9.1: what is counted is the deposit; ingest compares it with what it read"
_REPOSITORY = "RFC 9022 §5.9.1: it names the repository, by which objects are kept apart in the store"
_ROLE = "RFC 9022 §5.1.1.1: it refers to a contact; the ROID of the contact is the identifier that is said"
_DANGLING = "RFC 9022 §5.1.1.1: it refers to a contact that is not in the deposit"
_WHO_DID = "RFC 9022 §5.1.1.1: who created or changed an object is no element of SAC054, and no rule shows it"
_REPEATED = "RFC 9083 §5.2: the address itself tells, and WHOIS has one label for both"
_STATUS = "gTLD registry agreement, specification 4 §1.7: a name server in WHOIS has no status"
_DATES = "gTLD registry agreement, specification 4 §1.6 and §1.7: WHOIS has no dates of this object"
_ROID_ONLY = "RFC 9083 §5.1: the ROID is the handle; the registrar's own id is unique to one server"
_NO_QUERY = "gTLD registry agreement, specification 4 §1: WHOIS has no query for a contact by itself"
_FORM = "RFC 9022 §4.6.3: it says which form the address is in, and is not an element of it"
_CHOSEN = "RFC 5733 §2.9: it governs disclosure; the rules hide voice and e-mail from the public anyway"
_UNRULED = "gtld-disclosure: it is neither public nor ruled, so it cannot leave"
_INTERNAL_ID = "gTLD RDAP Response Profile 2.4.2: the IANA ID is the handle; the registry's own id is for EPP"
_ONE_SERVER = (
    "gTLD registry agreement, specification 4 §1.6: of whoisInfo the server is said, no label has its URL"
)
_TABLE = "RFC 9022 §5.5: it describes a table of characters; no domain of the sample is in it"
_NNDN = "RFC 9022 §5.6: the name is no registration; it is only said that it cannot be registered"
_EPP = "RFC 9022 §5.7: it tells how the registry's EPP server is set up"
_POLICY = "RFC 9022 §5.8: it tells which optional elements the deposits of this registry have"
_NOT_ALONE = (
    "RFC 5731 §2.3: ok stands alone; the sample has it beside a prohibition, and RDAP does not repeat that"
)

_X1, _X2, _NS, _REG = "example1.example", "example2.example", "nameserver ns1.example1.example", "registrar 8"
_D1, _D2 = "domain/example1.example", "domain/example2.example"
_H, _C, _R = "nameserver/ns1.example1.example", "entity/Csh8013-TEST", "entity/8"
_CARD = "$.vcardArray[1][?@[0]=='{}'][3]"
_TEL = "$.vcardArray[1][?@[0]=='tel' && @[1].type=='{}'][3]"
_EVENT = "$.events[?@.eventAction=='{}'].eventDate"


def _kept(path: str, why: str, *values: str) -> list[Row]:
    return [Row(path, value, never=why) for value in values]


def _domain(name: str, roid: str, ask: str) -> list[Row]:
    """What both domains of the sample have."""
    own = f"domain {name}"
    registrar = "$.entities[?@.roles[0]=='registrar'].vcardArray[1][?@[0]=='fn'][3]"
    return [
        Row(f"{own}/name", name, (name, f"Domain Name: {name}"), (ask, "$.ldhName", name)),
        Row(f"{own}/roid", roid, (name, f"Registry Domain ID: {roid}"), (ask, "$.handle", roid)),
        Row(f"{own}/registrant", "jd1234", never=_DANGLING),
        Row(
            f"{own}/contact@type", "admin", (name, "Registry Admin ID: REDACTED FOR PRIVACY"),
            never="gTLD RDAP Response Profile 2.7: RDAP has no administrative contact",
        ),
        Row(
            f"{own}/contact@type", "tech", (name, "Registry Tech ID: REDACTED FOR PRIVACY"),
            (ask, "$.entities[1].roles[0]", "technical"),
        ),
        Row(f"{own}/contact", "sh8013", never=_ROLE),
        Row(f"{own}/clID", "RegistrarX", (name, "Registrar: Registrar X"), (ask, registrar, "Registrar X")),
        Row(f"{own}/crRr", "RegistrarX", never=_WHO_DID),
        Row(
            f"{own}/crDate", "1999-04-03T22:00:00.0Z", (name, "Creation Date: 1999-04-03T22:00:00Z"),
            (ask, _EVENT.format("registration"), "1999-04-03T22:00:00Z"),
        ),
        Row(
            f"{own}/exDate", "2025-04-03T22:00:00.0Z", (name, "Registry Expiry Date: 2025-04-03T22:00:00Z"),
            (ask, _EVENT.format("expiration"), "2025-04-03T22:00:00Z"),
        ),
    ]  # fmt: skip


def _server(value: str, number: int) -> Row:
    line = f"Name Server: {value}"
    return Row(f"domain {_X1}/ns/hostObj", value, (_X1, line), (_D1, f"$.nameservers[{number}].ldhName", value))


def _status(where: str, value: str, line: Line | None, ask: str, said: str, why: str = "") -> Row:
    return Row(
        f"{where}/status@s", value, line, (ask, f"$.status[?@=='{said}']", said) if said else None, never=why
    )


_DEPOSIT_ROWS = [
    *_kept("deposit@type", _DEPOSIT, "FULL"),
    *_kept("deposit@id", _DEPOSIT, "20191017001"),
    Row(
        "watermark", "2019-10-17T00:00:00Z", (_X1, ">>> Last update of WHOIS database: 2019-10-17T00:00:00Z <<<"),
        (_D1, _EVENT.format("last update of RDAP database"), "2019-10-17T00:00:00Z"),
    ),
    *_kept("rdeMenu/version", _DEPOSIT, "1.0"),
    *(
        row
        for name in "Header Contact Host Domain Registrar IDN NNDN EppParams".split()
        for row in _kept("rdeMenu/objURI", _DEPOSIT, f"urn:ietf:params:xml:ns:rde{name}-1.0")
    ),
    *_kept("header/tld", _REPOSITORY, "test"),
    *_kept("header/count", _COUNT, "1", "2"),
    *(
        row
        for name in "Domain Host Contact Registrar IDN NNDN EppParams".split()
        for row in _kept("header/count@uri", _COUNT, f"urn:ietf:params:xml:ns:rde{name}-1.0")
    ),
]  # fmt: skip

_DOMAIN_ROWS = [
    *_domain(_X1, "Dexample1-TEST", _D1),
    *_domain(_X2, "Dexample2-TEST", _D2),
    _status(f"domain {_X1}", "ok", (_X1, "Domain Status: ok https://icann.org/epp#ok"), _D1, "active"),
    _status(f"domain {_X2}", "ok", (_X2, "Domain Status: ok https://icann.org/epp#ok"), _D2, "", _NOT_ALONE),
    _status(
        f"domain {_X2}", "clientUpdateProhibited",
        (_X2, "Domain Status: clientUpdateProhibited https://icann.org/epp#clientUpdateProhibited"),
        _D2, "client update prohibited",
    ),
    _server("ns1.example.com", 0),
    _server("ns1.example1.example", 1),
    *_kept(f"domain {_X1}/crRr@client", _WHO_DID, "jdoe"),
]  # fmt: skip

_HOST = "host ns1.example1.example"
_HOST_ROWS = [
    Row(
        f"{_HOST}/name", "ns1.example1.example", (_NS, "Server Name: ns1.example1.example"),
        (_H, "$.ldhName", "ns1.example1.example"),
    ),
    Row(
        f"{_HOST}/roid", "Hns1_example_test-TEST", (_NS, "Registry Server ID: Hns1_example_test-TEST"),
        (_H, "$.handle", "Hns1_example_test-TEST"),
    ),
    _status(_HOST, "ok", None, _H, "active", _STATUS),
    _status(_HOST, "linked", None, _H, "associated", _STATUS),
    Row(f"{_HOST}/addr@ip", "v4", None, (_H, "$.ipAddresses.v4[0]", "192.0.2.2"), never=_REPEATED),
    Row(f"{_HOST}/addr@ip", "v6", None, (_H, "$.ipAddresses.v6[0]", "2001:db8:1::1"), never=_REPEATED),
    Row(f"{_HOST}/addr", "192.0.2.2", (_NS, "IP Address: 192.0.2.2"), (_H, "$.ipAddresses.v4[0]", "192.0.2.2")),
    Row(f"{_HOST}/addr", "192.0.2.29", (_NS, "IP Address: 192.0.2.29"), (_H, "$.ipAddresses.v4[1]", "192.0.2.29")),
    # RFC 5952 §4: lower case.
    Row(
        f"{_HOST}/addr", "2001:DB8:1::1", (_NS, "IP Address: 2001:db8:1::1"),
        (_H, "$.ipAddresses.v6[0]", "2001:db8:1::1"),
    ),
    Row(f"{_HOST}/clID", "RegistrarX", (_NS, "Registrar: Registrar X"), (_H, "$.entities[0].handle", "8")),
    *_kept(f"{_HOST}/crRr", _WHO_DID, "RegistrarX"),
    *_kept(f"{_HOST}/upRr", _WHO_DID, "RegistrarX"),
    Row(
        f"{_HOST}/crDate", "1999-05-08T12:10:00.0Z", None,
        (_H, _EVENT.format("registration"), "1999-05-08T12:10:00Z"), never=_DATES,
    ),
    Row(
        f"{_HOST}/upDate", "2009-10-03T09:34:00.0Z", None,
        (_H, _EVENT.format("last changed"), "2009-10-03T09:34:00Z"), never=_DATES,
    ),
]  # fmt: skip

_CONTACT = "contact sh8013"


def _personal(path: str, value: str, short: str, label: str) -> Row:
    """A value of the contact, which both domains have as administrative and as technical contact; it is withheld
    where the contact is asked for by itself, too."""
    hidden = {f"admin.{short}": f"Admin {label}", f"tech.{short}": f"Tech {label}", f"contact.{short}": ""}
    return Row(f"{_CONTACT}/{path}", value, None, None, hidden)


_CONTACT_ROWS = [
    *_kept(f"{_CONTACT}/id", _ROID_ONLY, "sh8013"),
    Row(
        f"{_CONTACT}/roid", "Csh8013-TEST", None, (_C, "$.handle", "Csh8013-TEST"),
        {"admin.roid": "Registry Admin ID", "tech.roid": "Registry Tech ID"},
    ),
    _status(_CONTACT, "linked", None, _C, "associated", _NO_QUERY),
    _status(_CONTACT, "clientDeleteProhibited", None, _C, "client delete prohibited", _NO_QUERY),
    *_kept(f"{_CONTACT}/postalInfo@type", _FORM, "int"),
    _personal("postalInfo/name", "John Doe", "name", "Name"),
    _personal("postalInfo/org", "Example Inc.", "org", "Organization"),
    _personal("postalInfo/addr/street", "123 Example Dr.", "street", "Street"),
    _personal("postalInfo/addr/street", "Suite 100", "street", "Street"),
    _personal("postalInfo/addr/city", "Dulles", "city", "City"),
    _personal("postalInfo/addr/sp", "VA", "sp", "State/Province"),
    _personal("postalInfo/addr/pc", "20166-6503", "pc", "Postal Code"),
    _personal("postalInfo/addr/cc", "US", "cc", "Country"),
    _personal("voice", "+1.7035555555", "voice", "Phone"),
    _personal("voice@x", "1234", "voiceExt", "Phone Ext"),
    _personal("fax", "+1.7035555556", "fax", "Fax"),
    _personal("email", "jdoe@example.example", "email", "Email"),
    *_kept(f"{_CONTACT}/clID", _UNRULED, "RegistrarX"),
    *_kept(f"{_CONTACT}/crRr", _WHO_DID, "RegistrarX"),
    *_kept(f"{_CONTACT}/crRr@client", _WHO_DID, "jdoe"),
    *_kept(f"{_CONTACT}/upRr", _WHO_DID, "RegistrarX"),
    *_kept(f"{_CONTACT}/upRr@client", _WHO_DID, "jdoe"),
    Row(
        f"{_CONTACT}/crDate", "2009-09-13T08:01:00.0Z", None,
        (_C, _EVENT.format("registration"), "2009-09-13T08:01:00Z"), never=_NO_QUERY,
    ),
    Row(
        f"{_CONTACT}/upDate", "2009-11-26T09:10:00.0Z", None,
        (_C, _EVENT.format("last changed"), "2009-11-26T09:10:00Z"), never=_NO_QUERY,
    ),
    Row(
        f"{_CONTACT}/trDate", "2009-12-03T09:05:00.0Z", None,
        (_C, _EVENT.format("transfer"), "2009-12-03T09:05:00Z"), never=_NO_QUERY,
    ),
    *_kept(f"{_CONTACT}/disclose@flag", _CHOSEN, "0"),
    *_kept(f"{_CONTACT}/disclose/voice", _CHOSEN, ""),
    *_kept(f"{_CONTACT}/disclose/email", _CHOSEN, ""),
]  # fmt: skip

_REGISTRAR = "registrar Registrar X"


def _firm(path: str, value: str, label: str, member: str, said: str = "") -> Row:
    return Row(f"{_REGISTRAR}/{path}", value, (_REG, f"{label}: {value}"), (_R, member, said or value))


_REGISTRAR_ROWS = [
    *_kept(f"{_REGISTRAR}/id", _INTERNAL_ID, "RegistrarX"),
    _firm("name", "Registrar X", "Registrar", _CARD.format("fn")),
    Row(f"{_REGISTRAR}/gurid", "8", (_X1, "Registrar IANA ID: 8"), (_R, "$.publicIds[0].identifier", "8")),
    Row(
        f"{_REGISTRAR}/status", "ok", None, (_R, "$.status[0]", "active"),
        never="gTLD registry agreement, specification 4 §1.6: a registrar in WHOIS has no status",
    ),
    *_kept(f"{_REGISTRAR}/postalInfo@type", _FORM, "int"),
    _firm("postalInfo/addr/street", "123 Example Dr.", "Street", _CARD.format("adr") + "[2][0]"),
    _firm("postalInfo/addr/street", "Suite 100", "Street", _CARD.format("adr") + "[2][1]"),
    _firm("postalInfo/addr/city", "Dulles", "City", _CARD.format("adr") + "[3]"),
    _firm("postalInfo/addr/sp", "VA", "State/Province", _CARD.format("adr") + "[4]"),
    _firm("postalInfo/addr/pc", "20166-6503", "Postal Code", _CARD.format("adr") + "[5]"),
    _firm("postalInfo/addr/cc", "US", "Country", "$.vcardArray[1][?@[0]=='adr'][1].cc"),
    _firm("voice", "+1.7035555555", "Phone Number", _TEL.format("voice"), "tel:+1.7035555555;ext=1234"),
    _firm("voice@x", "1234", "Phone Ext", _TEL.format("voice"), "tel:+1.7035555555;ext=1234"),
    _firm("fax", "+1.7035555556", "Fax Number", _TEL.format("fax"), "tel:+1.7035555556"),
    _firm("email", "jdoe@example.example", "Email", _CARD.format("email")),
    _firm("url", "http://www.example.example", "Registrar URL", "$.links[?@.rel=='about'].href"),
    _firm("whoisInfo/name", "whois.example.example", "Registrar WHOIS Server", "$.port43"),
    *_kept(f"{_REGISTRAR}/whoisInfo/url", _ONE_SERVER, "http://whois.example.example"),
    Row(
        f"{_REGISTRAR}/crDate", "2005-04-23T11:49:00.0Z", None,
        (_R, _EVENT.format("registration"), "2005-04-23T11:49:00Z"), never=_DATES,
    ),
    Row(
        f"{_REGISTRAR}/upDate", "2009-02-17T17:51:00.0Z", None,
        (_R, _EVENT.format("last changed"), "2009-02-17T17:51:00Z"), never=_DATES,
    ),
]  # fmt: skip

_RESERVED = "This name is reserved by the registry and cannot be registered."
_NAME = "xn--exampl-gva.example"
_OTHER_ROWS = [
    *_kept("idnTableRef@id", _TABLE, "pt-BR"),
    *_kept("idnTableRef/url", _TABLE, "http://www.iana.org/domains/idn-tables/tables/br_pt-br_1.0.html"),
    *_kept("idnTableRef/urlPolicy", _TABLE, "http://registro.br/dominio/regras.html"),
    Row(f"NNDN {_NAME}/aName", _NAME, (_NAME, _RESERVED), (f"domain/{_NAME}", "$.description[0]", _RESERVED)),
    *_kept(f"NNDN {_NAME}/idnTableId", _NNDN, "pt-BR"),
    *_kept(f"NNDN {_NAME}/originalName", _NNDN, "example1.example"),
    *_kept(f"NNDN {_NAME}/nameState", _NNDN, "withheld"),
    *_kept(f"NNDN {_NAME}/crDate", _NNDN, "2005-04-23T11:49:00.0Z"),
    *_kept("eppParams/version", _EPP, "1.0"),
    *_kept("eppParams/lang", _EPP, "en"),
    *_kept("eppParams/objURI", _EPP, *(f"urn:ietf:params:xml:ns:{x}-1.0" for x in ("domain", "contact", "host"))),
    *_kept(
        "eppParams/svcExtension/extURI", _EPP, *(f"urn:ietf:params:xml:ns:{x}" for x in ("rgp-1.0", "secDNS-1.1"))
    ),
    *_kept("eppParams/dcp/access/all", _EPP, ""),
    *_kept("eppParams/dcp/statement/purpose/admin", _EPP, ""),
    *_kept("eppParams/dcp/statement/purpose/prov", _EPP, ""),
    *_kept("eppParams/dcp/statement/recipient/ours", _EPP, ""),
    *_kept("eppParams/dcp/statement/recipient/public", _EPP, ""),
    *_kept("eppParams/dcp/statement/retention/stated", _EPP, ""),
    *_kept("policy@scope", _POLICY, "//rde:deposit/rde:contents/rdeDomain:domain"),
    *_kept("policy@element", _POLICY, "rdeDomain:registrant"),
]

ROWS = (*_DEPOSIT_ROWS, *_DOMAIN_ROWS, *_HOST_ROWS, *_CONTACT_ROWS, *_REGISTRAR_ROWS, *_OTHER_ROWS)
