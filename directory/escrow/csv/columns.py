"""The columns that the tables of RFC 9022 may have (§4.6.2.2, §5, §9): what each is called, and what it fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from directory.escrow.csv.cells import BOOLEAN, CLIENT, ID, ip_version, number, prose, strict
from directory.escrow.fields import Convert, choice, text
from directory.escrow.objects.postal import LENGTH
from directory.escrow.objects.shared import a_label_name, u_label_name
from directory.model import format as formats


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field element that defines it, as people write it, and the name of what it fills.

    `required` is what the schema says if the deposit says nothing; a `firm` one may be empty in no deposit.
    `index` and `form` are the attributes index and isLoc (`int`, `loc`), where a table has several of one element.
    `local` is the XML model's name of the value, by which faults have their codes.
    """

    tag: str
    name: str
    convert: Convert
    required: bool = False
    firm: bool = False
    index: int | None = None
    form: str | None = None
    local: str = ""

    @property
    def shown(self) -> str:
        """The column as findings name it."""
        return self.tag if self.index is None else f"{self.tag}[{self.index}]"


def column(tag: str, name: str, convert: Convert, needed: str = "", local: str | None = None) -> Column:
    """A column; `needed` is `schema` or `always`, if it may not be empty."""
    own = tag.partition(":f")[2]
    local = own[:1].lower() + own[1:] if local is None else local
    return Column(tag, name, convert, bool(needed), needed == "always", local=local)


def statuses(prefix: str, kind: str, rule: str) -> tuple[Column, ...]:
    """The columns of a status, its text and the language of that."""
    return (
        column(f"{prefix}:fStatus", "code", choice(formats.EPP_STATUSES[kind], rule), "always"),
        column("rdeCsv:fStatusDescription", "text", prose()),
        column("rdeCsv:fLang", "lang", formats.language),
    )


_GURID = number(2**31 - 1, "RFC 9022 §5.4.1.1", 1)
SPONSOR = (
    column("rdeCsv:fClID", "cl_id", ID, "schema"),
    column("csvRegistrar:fGurid", "gurid", _GURID, local="clID"),
)
STAMPS = (
    column("rdeCsv:fCrRr", "cr_rr", ID),
    column("rdeCsv:fCrID", "cr_client", CLIENT),
    column("rdeCsv:fCrDate", "cr_date", formats.instant),
    column("rdeCsv:fUpRr", "up_rr", ID),
    column("rdeCsv:fUpID", "up_client", CLIENT),
    column("rdeCsv:fUpDate", "up_date", formats.instant),
    column("rdeCsv:fTrDate", "tr_date", formats.instant),
)
ROID = column("rdeCsv:fRoid", "roid", formats.roid, "always")
IDN_TABLE = column("rdeCsv:fIdnTableId", "idn_table", ID)
U_NAME = column("rdeCsv:fUName", "u_name", u_label_name)

DOMAIN = (
    column("csvDomain:fName", "name", a_label_name, "always"),
    U_NAME,
    ROID,
    IDN_TABLE,
    column("csvDomain:fOriginalName", "original_name", a_label_name),
    *SPONSOR,
    *STAMPS,
    column("rdeCsv:fExDate", "ex_date", formats.instant),
    column("rdeCsv:fRegistrant", "registrant", ID),
)
DOMAIN_CONTACTS = (
    column("csvContact:fId", "contact", ID, "always", local="contact"),
    column("csvDomain:fContactType", "role", choice(("admin", "billing", "tech"), "RFC 5731 §2.2"), "always"),
)
DOMAIN_STATUSES = (
    *statuses("csvDomain", "domain", "RFC 5731 §2.3"),
    column("csvDomain:fRgpStatus", "rgp", choice(formats.EPP_STATUSES["rgp"], "RFC 3915 §3.1"), local="status"),
)
NAME_SERVERS = (
    column("csvHost:fName", "host", a_label_name, "schema", local="ns"),
    column("rdeCsv:fRoid", "roid", formats.roid, "schema", local="ns"),
)
ADDRESS = (
    column("csvHost:fAddrVersion", "version", ip_version, local="addr"),
    column("csvHost:fAddr", "addr", strict(str)),
)
HOST_ATTRIBUTES = (column("csvHost:fName", "host", a_label_name, "always", local="ns"), *ADDRESS)
_BYTE, _SHORT = number(255, "RFC 4034 §5.1.2"), number(65_535, "RFC 4034 §5.1.1")
DNSSEC = (
    column("csvDomain:fKeyTag", "key_tag", _SHORT, "schema"),
    column("csvDomain:fDsAlg", "alg", _BYTE, "schema"),
    column("csvDomain:fDigestType", "digest_type", _BYTE, "schema"),
    column("csvDomain:fDigest", "digest", strict(formats.hexadecimal), "schema"),
    column("csvDomain:fFlags", "flags", number(65_535, "RFC 4034 §2.1.1"), "schema"),
    column("csvDomain:fProtocol", "protocol", number(255, "RFC 4034 §2.1.2"), "schema"),
    column("csvDomain:fKeyAlg", "key_alg", number(255, "RFC 4034 §2.1.3"), "schema"),
    column("csvDomain:fPubKey", "pub_key", strict(formats.base64_text), "schema"),
    column("csvDomain:fMaxSigLife", "max_sig_life", number(2**31 - 1, "RFC 5910 §3.3", 1)),
)
TRANSFER = (
    column("rdeCsv:fTrStatus", "status", choice(formats.EPP_STATUSES["transfer"], "RFC 5730 §2.9.3.4"), "always"),
    column("rdeCsv:fReRr", "re_rr", ID, "always"),
    column("rdeCsv:fReID", "re_client", CLIENT),
    column("rdeCsv:fReDate", "re_date", formats.instant, "always"),
    column("rdeCsv:fAcRr", "ac_rr", ID, "always"),
    column("rdeCsv:fAcID", "ac_client", CLIENT),
    column("rdeCsv:fAcDate", "ac_date", formats.instant, "always"),
)
RENEWING_TRANSFER = (*TRANSFER, column("rdeCsv:fExDate", "ex_date", formats.instant, local=""))

HOST = (
    column("csvHost:fName", "name", a_label_name, "always"),
    ROID,
    *SPONSOR,
    *STAMPS,
)
HOST_ADDRESSES = tuple(replace(one, required=True, firm=True) for one in ADDRESS)

_EXTENSION = strict(text(1, 16, LENGTH))
PHONES = (
    column("csvContact:fVoice", "voice", formats.phone),
    column("csvContact:fVoiceExt", "voice_ext", _EXTENSION),
    column("csvContact:fFax", "fax", formats.phone),
    column("csvContact:fFaxExt", "fax_ext", _EXTENSION),
)
CONTACT = (
    column("csvContact:fId", "handle", ID, "always"),
    ROID,
    *PHONES,
    column("csvContact:fEmail", "email", formats.email, "always"),
    *SPONSOR,
    *STAMPS,
)


def _lines(least: int, most: int) -> Convert:
    return prose(text(least, most, LENGTH))


def _postal_address(needed: str) -> tuple[Column, ...]:
    street = column("csvContact:fStreet", "street", _lines(0, 255))
    return (
        *(replace(street, name=f"street_{index + 1}", index=index) for index in range(3)),
        column("csvContact:fCity", "city", _lines(1, 255), needed),
        column("csvContact:fSp", "sp", _lines(0, 255)),
        column("csvContact:fPc", "pc", _lines(0, 16)),
        column("csvContact:fCc", "cc", strict(formats.country), needed),
    )


CONTACT_POSTAL = (
    column("csvContact:fPostalType", "type", choice(("int", "loc"), "RFC 5733 §2.4"), "always"),
    column("csvContact:fName", "name", _lines(1, 255), "always", local="postalName"),
    column("csvContact:fOrg", "org", _lines(0, 255)),
    *_postal_address("always"),
)
DISCLOSED = (
    ("Name", "name", "int"), ("Name", "name", "loc"), ("Org", "org", "int"), ("Org", "org", "loc"),
    ("Addr", "addr", "int"), ("Addr", "addr", "loc"), ("Voice", "voice", None), ("Fax", "fax", None),
    ("Email", "email", None),
)  # fmt: skip
"""What a contact may want disclosed or not, in the order of EPP (RFC 5733 §4): field, element, postal form."""
DISCLOSE = (
    column("csvContact:fDiscloseFlag", "flag", BOOLEAN),
    *(
        column(f"csvContact:fDisclose{field}{(form or '').title()}", f"{element}_{form or 'all'}", BOOLEAN)
        for field, element, form in DISCLOSED
    ),
)

FORMS = ("int", "loc", "any")


def _registrar_postal() -> Iterable[Column]:
    """The address in both forms, and in the one that no isLoc says."""
    for form in FORMS:
        for one in _postal_address(""):
            yield replace(one, name=f"{form}_{one.name}", form=form)


REGISTRAR = (
    column("csvRegistrar:fId", "id", ID, "schema"),
    column("csvRegistrar:fGurid", "gurid", _GURID),
    column("csvRegistrar:fName", "name", prose(text(1, 255, "RFC 9022 §5.4.1.1")), "always"),
    column("csvRegistrar:fStatus", "status", choice(formats.EPP_STATUSES["registrar"], "RFC 9022 §5.4.1.1")),
    *PHONES,
    column("csvContact:fEmail", "email", formats.email),
    column("rdeCsv:fUrl", "url", strict(formats.web_uri)),
    column("csvRegistrar:fWhoisUrl", "whois_url", strict(formats.web_uri)),
    column("rdeCsv:fCrDate", "cr_date", formats.instant),
    column("rdeCsv:fUpDate", "up_date", formats.instant),
    *_registrar_postal(),
)
IDN_LANGUAGE = (
    column("rdeCsv:fIdnTableId", "id", ID, "always"),
    column("rdeCsv:fUrl", "url", strict(formats.uri), "always"),
)
NNDN = (
    column("csvNNDN:fAName", "name", a_label_name, "always"),
    U_NAME,
    IDN_TABLE,
    column("csvNNDN:fOriginalName", "original_name", a_label_name),
    column("csvNNDN:fNameState", "state", choice(formats.EPP_STATUSES["nndn"], "RFC 9022 §5.6.1.1"), "always"),
    column("csvNNDN:fMirroringNS", "mirroring_ns", BOOLEAN),
    column("rdeCsv:fCrDate", "cr_date", formats.instant),
)
