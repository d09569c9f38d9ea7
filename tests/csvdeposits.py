"""Small deposits in the CSV model for tests (RFC 9022 §4.6, §5), put together from tables or from objects.

The converter of objects shares nothing with what reads tables or writes them.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from directory.model.base import Status, Transfer, Value
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.registrar import Registrar
from directory.model.registry import IdnTable
from tests.deposits import FIRST, PREFIXES, URIS, WATERMARK


@dataclass
class Sheet:
    """A table of a CSV deposit: its definition, and its rows. `fields` are elements with their attributes, as
    `csvDomain:fName parent="true"`; `more` are attributes of the file; `octets` stand instead of the rows' own."""

    name: str
    fields: list[str]
    rows: list[list[str]] = field(default_factory=list)
    sep: str = ","
    part: str = ""
    more: str = ""
    octets: bytes | None = None
    cksum: str | None = None
    prefix: str = ""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}{self.part}.csv"

    @property
    def space(self) -> str:
        """The prefix of the object that it is of."""
        return self.prefix or next(prefix for start, prefix in _SPACES if self.name.startswith(start))

    def content(self) -> bytes:
        """The octets of its file."""
        if self.octets is not None:
            return self.octets
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.sep, lineterminator="\r\n").writerows(self.rows)
        return text.getvalue().encode()

    def definition(self) -> str:
        """Its `rdeCsv:csv`."""
        fields = "".join(f"<{one}/>" for one in self.fields)
        cksum = f"{zlib.crc32(self.content()):08X}" if self.cksum is None else self.cksum
        sum_ = f'cksum="{cksum}"' if cksum else ""
        return f"""<rdeCsv:csv name={quoteattr(self.name)} sep={quoteattr(self.sep)}>
<rdeCsv:fields>{fields}</rdeCsv:fields>
<rdeCsv:files><rdeCsv:file {sum_} {self.more}>{escape(self.file)}</rdeCsv:file></rdeCsv:files></rdeCsv:csv>"""


_SPACES = (
    ("domain", "csvDomain"), ("dnssec", "csvDomain"), ("host", "csvHost"), ("contact", "csvContact"),
    ("registrar", "csvRegistrar"), ("idnLanguage", "csvIDN"), ("NNDN", "csvNNDN"),
)  # fmt: skip
_OBJECT_TABLES = ("domain", "host", "contact", "registrar", "idnLanguage", "NNDN")


def write_csv(
    folder: Path,
    sheets: Sequence[Sheet],
    *objects: str,
    deletes: Sequence[Sheet | str] = (),
    type: str = "FULL",
    prev_id: str = "",
    tld: str = "example",
    watermark: str = WATERMARK,
    menu: Sequence[str] | None = None,
) -> Path:
    """Write a deposit of these tables, and of objects in XML, with the files of the tables beside it; its path."""
    for sheet in (*sheets, *(one for one in deletes if isinstance(one, Sheet))):
        (folder / sheet.file).write_bytes(sheet.content())
    found = Counter(URIS.get(match[1], f"urn:test:{match[1]}") for one in objects if (match := FIRST.match(one)))
    for sheet in sheets:
        found[URIS[sheet.space]] += len(sheet.rows) if sheet.name in _OBJECT_TABLES else 0
    uris = "".join(f"<rde:objURI>{uri}</rde:objURI>" for uri in (found if menu is None else menu))
    counts = "".join(f'<rdeHeader:count uri="{uri}">{number}</rdeHeader:count>' for uri, number in found.items())
    prev = f'prevId="{prev_id}"' if prev_id else ""
    before = f"<rde:deletes>{_definitions(deletes, 'deletes')}</rde:deletes>" if deletes else ""
    path = folder / "deposit.xml"
    path.write_text(f"""<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="{type}" id="20260101" {prev} {PREFIXES}>
<rde:watermark>{watermark}</rde:watermark>
<rde:rdeMenu><rde:version>1.0</rde:version>{uris or "<rde:objURI>urn:test:none</rde:objURI>"}</rde:rdeMenu>
{before}<rde:contents>
<rdeHeader:header><rdeHeader:tld>{tld}</rdeHeader:tld>{counts}</rdeHeader:header>
{chr(10).join(objects)}{_definitions(sheets, "contents")}
</rde:contents>
</rde:deposit>
""")
    return path


def _definitions(sheets: Sequence[Sheet | str], part: str) -> str:
    """The definitions by the object that they are of, each element that is given as it is in its place."""
    found: dict[str, list[str]] = {}
    for sheet in sheets:
        if isinstance(sheet, str):
            found[sheet] = []
        else:
            found.setdefault(sheet.space, []).append(sheet.definition())
    return "".join(f"<{one}:{part}>{''.join(all_)}</{one}:{part}>" if all_ else one for one, all_ in found.items())


def sheets(objects: Iterable[Value]) -> list[Sheet]:
    """The tables of objects, those that have no row included (RFC 9022 §5)."""
    tables = {name: Sheet(name, list(fields)) for name, fields in _FIELDS.items()}
    tables["dnssec/ds"] = Sheet("dnssec", list(_DS), part="-ds")
    tables["dnssec/key"] = Sheet("dnssec", list(_KEY), part="-key")
    tables["dnssec/both"] = Sheet("dnssec", [*_DS, *_KEY[2:]], part="-both")
    for one in objects:
        for name, row in _rows(one):
            tables[name].rows.append(["" if cell is None else str(cell) for cell in row])
    return list(tables.values())


_CHILD = 'csvDomain:fName parent="true"'
_CONTACT_CHILD = 'csvContact:fId parent="true"'
_HOST_CHILD = 'rdeCsv:fRoid parent="true"'
_STAMPS = [f"rdeCsv:{name}" for name in "fClID fCrRr fCrID fCrDate fUpRr fUpID fUpDate fTrDate".split()]
_PHONES = [f"csvContact:{name}" for name in "fVoice fVoiceExt fFax fFaxExt".split()]
_STREETS = [f'csvContact:fStreet index="{n}"' for n in range(3)]
_ADDRESS = [*_STREETS, *(f"csvContact:{name}" for name in "fCity fSp fPc fCc".split())]
_TRANSFER = [f"rdeCsv:{name}" for name in "fTrStatus fReRr fReID fReDate fAcRr fAcID fAcDate".split()]
_DISCLOSED = "NameInt NameLoc OrgInt OrgLoc AddrInt AddrLoc Voice Fax Email".split()
_WISHES = [f"csvContact:fDisclose{name}" for name in ("Flag", *_DISCLOSED)]
_LIFE = "csvDomain:fMaxSigLife"
_DS = [_CHILD, _LIFE, *(f"csvDomain:{name}" for name in "fKeyTag fDsAlg fDigestType fDigest".split())]
_KEY = [_CHILD, _LIFE, *(f"csvDomain:{name}" for name in "fFlags fProtocol fKeyAlg fPubKey".split())]


def _status_fields(prefix: str, parent: str) -> list[str]:
    return [parent, f"{prefix}:fStatus", "rdeCsv:fStatusDescription", "rdeCsv:fLang"]


def _forms(form: str) -> list[str]:
    """The columns of a registrar's address in one form, of which none has to be filled."""
    return [f'{one} isLoc="{form}" isRequired="false"' for one in _ADDRESS]


_FIELDS: dict[str, list[str]] = {
    "registrar": [
        "csvRegistrar:fId", "csvRegistrar:fName", "csvRegistrar:fGurid", "csvRegistrar:fStatus", *_PHONES,
        'csvContact:fEmail isRequired="false"', "rdeCsv:fUrl", "csvRegistrar:fWhoisUrl", "rdeCsv:fCrDate",
        "rdeCsv:fUpDate", *_forms("false"), *_forms("true"),
    ],
    "idnLanguage": ['rdeCsv:fIdnTableId isRequired="true"', 'rdeCsv:fUrl isRequired="true"'],
    "contact": ["csvContact:fId", "rdeCsv:fRoid", *_PHONES, "csvContact:fEmail", *_STAMPS],
    "contactStatuses": _status_fields("csvContact", _CONTACT_CHILD),
    "contactPostal": [
        _CONTACT_CHILD, "csvContact:fPostalType", "csvContact:fName", "csvContact:fOrg", *_ADDRESS,
    ],
    "contactTransfer": [_CONTACT_CHILD, *_TRANSFER],
    "contactDisclose": [_CONTACT_CHILD, *_WISHES],
    "host": ["csvHost:fName", "rdeCsv:fRoid", *_STAMPS],
    "hostStatuses": _status_fields("csvHost", _HOST_CHILD),
    "hostAddresses": [_HOST_CHILD, 'csvHost:fAddr isRequired="true"', 'csvHost:fAddrVersion isRequired="true"'],
    "domain": ["csvDomain:fName", "rdeCsv:fRoid", "rdeCsv:fUName", "rdeCsv:fIdnTableId", "csvDomain:fOriginalName",
               "rdeCsv:fRegistrant", "rdeCsv:fExDate", *_STAMPS],
    "domainStatuses": [*_status_fields("csvDomain", _CHILD), "csvDomain:fRgpStatus"],
    "domainContacts": [_CHILD, "csvContact:fId", "csvDomain:fContactType"],
    "domainNameServers": [_CHILD, "csvHost:fName"],
    "domainNameServersAddresses": [_CHILD, "csvHost:fName", "csvHost:fAddr", "csvHost:fAddrVersion"],
    "domainTransfer": [_CHILD, *_TRANSFER, "rdeCsv:fExDate"],
    "NNDN": [
        "csvNNDN:fAName", "rdeCsv:fUName", "rdeCsv:fIdnTableId", "csvNNDN:fOriginalName", "csvNNDN:fNameState",
        "csvNNDN:fMirroringNS", "rdeCsv:fCrDate",
    ],
}  # fmt: skip
Row = tuple[str, Sequence[Any]]


def _stamps(one: Domain | Host | Contact) -> list[Any]:
    names = "cl_id cr_rr cr_client cr_date up_rr up_client up_date tr_date".split()
    return [getattr(one, name) for name in names]


def _rows(one: Value) -> Iterator[Row]:
    """The rows of an object, in the tables that it has any in."""
    if isinstance(one, Domain):
        yield from _domain_rows(one)
    elif isinstance(one, Contact):
        yield from _contact_rows(one)
    elif isinstance(one, Host):
        yield "host", [one.name, one.roid, *_stamps(one)]
        yield from (("hostStatuses", [one.roid, *_status(status)]) for status in one.statuses)
        yield from (("hostAddresses", [one.roid, each.addr, each.version]) for each in one.addresses)
    elif isinstance(one, Registrar):
        forms = {form.type: form for form in one.postal}
        address = [cell for type_ in ("int", "loc") for cell in _address(forms.get(type_))]
        phones = [one.voice, one.voice_ext, one.fax, one.fax_ext]
        links = [one.email, one.url, one.whois_url, one.cr_date, one.up_date]
        yield "registrar", [one.id, one.name, one.gurid, one.status, *phones, *links, *address]
    elif isinstance(one, IdnTable):
        yield "idnLanguage", [one.id, one.url]
    elif isinstance(one, Nndn):
        names = [one.name, one.u_name, one.idn_table, one.original_name]
        yield "NNDN", [*names, one.state, one.mirroring_ns, one.cr_date]


def _domain_rows(one: Domain) -> Iterator[Row]:
    roles = {link.role: link.contact for link in one.contacts}
    names = [one.name, one.roid, one.u_name, one.idn_table, one.original_name]
    yield "domain", [*names, roles.get("registrant"), one.ex_date, *_stamps(one)]
    # A grace period stands with the first status, which is repeated for the second.
    for number, status in enumerate(one.statuses):
        period = one.rgp[0].code if one.rgp and not number else None
        yield "domainStatuses", [one.name, *_status(status), period]
    for more in one.rgp[1:]:
        yield "domainStatuses", [one.name, *_status(one.statuses[0]), more.code]
    for link in one.contacts:
        if link.role != "registrant":
            yield "domainContacts", [one.name, link.contact, link.role]
    for server in one.ns:
        if server.model == "object":
            yield "domainNameServers", [one.name, server.host]
            continue
        addresses = [each for each in one.ns_addresses if each.host == server.host]
        for each in addresses:
            yield "domainNameServersAddresses", [one.name, server.host, each.addr, each.version]
        if not addresses:
            yield "domainNameServersAddresses", [one.name, server.host, None, None]
    for signer in one.secdns:
        ds = [signer.key_tag, signer.alg, signer.digest_type, signer.digest]
        key = [signer.flags, signer.protocol, signer.key_alg, signer.pub_key]
        part = "ds" if key[0] is None else "key" if ds[0] is None else "both"
        cells = [*(ds if part != "key" else ()), *(key if part != "ds" else ())]
        yield f"dnssec/{part}", [one.name, one.max_sig_life, *cells]
    for transfer in one.transfer:
        yield "domainTransfer", [one.name, *_transfer(transfer), transfer.ex_date]


def _contact_rows(one: Contact) -> Iterator[Row]:
    phones = [one.voice, one.voice_ext, one.fax, one.fax_ext]
    yield "contact", [one.handle, one.roid, *phones, one.email, *_stamps(one)]
    yield from (("contactStatuses", [one.handle, *_status(status)]) for status in one.statuses)
    for form in one.postal:
        yield "contactPostal", [one.handle, form.type, form.name, form.org, *_address(form)]
    for transfer in one.transfer:
        yield "contactTransfer", [one.handle, *_transfer(transfer)]
    if one.disclose:
        named = {f"{wish.element}{wish.form or ''}".casefold() for wish in one.disclose}
        wishes = [int(name.casefold() in named) for name in _DISCLOSED]
        yield "contactDisclose", [one.handle, one.disclose[0].flag, *wishes]


def _status(status: Status) -> list[Any]:
    return [status.code, status.text, status.lang]


def _address(form: Any) -> list[Any]:
    names = "street_1 street_2 street_3 city sp pc cc".split()
    return [getattr(form, name, None) for name in names]


def _transfer(one: Transfer) -> list[Any]:
    names = "status re_rr re_client re_date ac_rr ac_client ac_date".split()
    return [getattr(one, name) for name in names]
