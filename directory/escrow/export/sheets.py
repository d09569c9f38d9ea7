"""The tables of the CSV model that a deposit is written in, and the rows that an object has in each (RFC 9022 §5).

Columns are those of escrow.csv, so that what is written is what is read. A sheet is a table, or the part of one
that has columns of its own: DS records and keys are two definitions of one table (§5.1.2.1.6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from directory.escrow.csv.columns import DISCLOSED, Column
from directory.escrow.csv.tables import CHILDREN, DELETES, PARENTS, Table
from directory.escrow.export.text import quoted
from directory.model.base import Status, Transfer
from directory.model.contact import Contact
from directory.model.domain import Domain
from directory.model.registrar import Registrar

Row = Sequence[Any]
Rows = Callable[[Any], Iterable[Row]]

_REQUIRED = frozenset(
    "csvDomain:fName csvDomain:fContactType csvDomain:fStatus csvDomain:fKeyTag csvDomain:fDsAlg "
    "csvDomain:fDigestType csvDomain:fDigest csvDomain:fFlags csvDomain:fProtocol csvDomain:fKeyAlg "
    "csvDomain:fPubKey csvHost:fName csvHost:fStatus csvContact:fId csvContact:fEmail csvContact:fPostalType "
    "csvContact:fName csvContact:fCity csvContact:fCc csvContact:fStatus csvRegistrar:fId csvRegistrar:fName "
    "csvNNDN:fAName csvNNDN:fNameState rdeCsv:fRoid rdeCsv:fClID rdeCsv:fReRr rdeCsv:fAcRr rdeCsv:fReDate "
    "rdeCsv:fAcDate rdeCsv:fTrStatus".split()
)
"""The field elements that may not be empty if nothing is said (RFC 9022 §9.1–9.14: fieldRequiredType)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A definition and the file of its rows. `name` is that of the file, without its date; `required` are the
    places of the columns that are never empty."""

    table: Table
    name: str
    columns: tuple[Column, ...]
    required: frozenset[int]
    rows: Rows

    def fields(self) -> str:
        """The columns as XML (RFC 9022 §4.6.2.1)."""
        return "".join(_field(column, place in self.required) for place, column in enumerate(self.columns))


def _field(column: Column, required: bool) -> str:
    attributes = ""
    if column.form is not None:
        attributes += f' isLoc="{"true" if column.form == "loc" else "false"}"'
    if column.index is not None:
        attributes += f' index="{column.index}"'
    if required is not (column.tag in _REQUIRED):
        attributes += f' isRequired="{"true" if required else "false"}"'
    if column.name == "parent":
        attributes += ' parent="true"'
    return f"<{column.tag}{attributes}/>"


def _sheet(table: Table, names: str, rows: Rows, part: str = "", optional: str = "") -> Sheet:
    """A sheet of the columns that fill these names; those of `optional` may be empty here."""
    known = {column.name: column for column in table.columns}
    columns = tuple(known[name] for name in names.split())
    empty = set(optional.split())
    required = frozenset(n for n, each in enumerate(columns) if each.required and each.name not in empty)
    return Sheet(table, f"{table.name}{part}", columns, required, rows)


def _own(kind: str, names: str, optional: str = "") -> Sheet:
    """The sheet of the objects themselves, one row each, of attributes alone."""
    get = attrgetter(*names.split())
    return _sheet(PARENTS[kind], names, lambda one: (get(one),), optional=optional)


def _child(kind: str, name: str, names: str, rows: Rows, part: str = "", optional: str = "") -> Sheet:
    table = next(each for each in CHILDREN[kind] if each.name == name)
    return _sheet(table, f"parent {names}", rows, part, optional)


_STAMPS = "cr_rr cr_client cr_date up_rr up_client up_date tr_date"
_DOMAIN = f"name u_name roid idn_table original_name cl_id {_STAMPS} ex_date"
_POSTAL = "street_1 street_2 street_3 city sp pc cc"
_DS = "key_tag alg digest_type digest"
_KEY = "flags protocol key_alg pub_key"
_TRANSFER = "status re_rr re_client re_date ac_rr ac_client ac_date"
_PHONES = "voice voice_ext fax fax_ext email"
_DISCLOSE = " ".join(f"{element}_{form or 'all'}" for _, element, form in DISCLOSED)
_REGISTRAR = f"id gurid name status {_PHONES} url whois_url cr_date up_date"

_domain_row, _postal_row = attrgetter(*_DOMAIN.split()), attrgetter(*f"type name org {_POSTAL}".split())
_transfer_row, _registrar_row = attrgetter(*_TRANSFER.split()), attrgetter(*_REGISTRAR.split())
_address_row = attrgetter(*_POSTAL.split())
_ds_row, _key_row = attrgetter(*_DS.split()), attrgetter(*_KEY.split())
_no_address: Row = (None,) * len(_POSTAL.split())


def _domain(one: Domain) -> Iterable[Row]:
    registrant = next((link.contact for link in one.contacts if link.role == "registrant"), None)
    return ((*_domain_row(one), registrant),)


def _links(one: Domain) -> Iterable[Row]:
    return [(one.name, each.contact, each.role) for each in one.contacts if each.role != "registrant"]


def _statuses(key: str, statuses: Iterable[Status]) -> list[Row]:
    return [(key, each.code, each.text, each.lang) for each in statuses]


def _domain_statuses(one: Domain) -> Iterable[Row]:
    """A grace period stands with the status that it is part of, and a second one with that again (§5.1.2.1.3)."""
    rows: list[tuple[Any, ...]] = [(*row, None) for row in _statuses(one.name, one.statuses)]
    if one.rgp and rows:
        place = next((n for n, row in enumerate(rows) if row[1] == "pendingDelete"), 0)
        status = rows[place][:4]
        rows[place] = (*status, one.rgp[0].code)
        rows += [(*status, each.code) for each in one.rgp[1:]]
    return rows


def _attributes(one: Domain) -> Iterator[Row]:
    """The hosts that are attributes of the domain, those without an address in a row of their own (§5.1.2.1.5)."""
    for host in dict.fromkeys(server.host for server in one.ns if server.model != "object"):
        found = [each for each in one.ns_addresses if each.host == host]
        for each in found:
            yield (one.name, host, each.version, each.addr)
        if not found:
            yield (one.name, host, None, None)


def _records(one: Domain, *, with_key: bool) -> Iterable[Row]:
    """DS records: all of a domain in one file, with keys if one of them has its key."""
    records = [each for each in one.secdns if each.digest is not None]
    if any(each.pub_key is not None for each in records) is with_key:
        for each in records:
            yield (one.name, one.max_sig_life, *_ds_row(each), *(_key_row(each) if with_key else ()))


def _keys(one: Domain) -> Iterable[Row]:
    return [(one.name, one.max_sig_life, *_key_row(each)) for each in one.secdns if each.digest is None]


def _transfers(key: str, transfers: Iterable[Transfer]) -> list[Row]:
    return [(key, *_transfer_row(each)) for each in transfers]


def _disclose(one: Contact) -> Iterable[Row]:
    if one.disclose:
        named = {(each.element, each.form) for each in one.disclose}
        wishes = [1 if (element, form) in named else 0 for _, element, form in DISCLOSED]
        yield (one.handle, one.disclose[0].flag, *wishes)


def _registrar(one: Registrar) -> Iterable[Row]:
    forms = {postal.type: _address_row(postal) for postal in one.postal}
    yield (*_registrar_row(one), *forms.get("int", _no_address), *forms.get("loc", _no_address))


SHEETS: Mapping[str, tuple[Sheet, ...]] = {
    "registrar": (
        _sheet(
            PARENTS["registrar"],
            " ".join([_REGISTRAR, *(f"{form}_{name}" for form in ("int", "loc") for name in _POSTAL.split())]),
            _registrar,
        ),
    ),
    "idn_table": (_own("idn_table", "id url"),),
    "contact": (
        _own("contact", f"handle roid {_PHONES} cl_id {_STAMPS}"),
        _child("contact", "contactStatuses", "code text lang", lambda one: _statuses(one.handle, one.statuses)),
        _child(
            "contact",
            "contactPostal",
            f"type name org {_POSTAL}",
            lambda one: [(one.handle, *_postal_row(postal)) for postal in one.postal],
        ),
        _child("contact", "contactTransfer", _TRANSFER, lambda one: _transfers(one.handle, one.transfer)),
        _child("contact", "contactDisclose", f"flag {_DISCLOSE}", _disclose),
    ),
    "host": (
        _own("host", f"name roid cl_id {_STAMPS}"),
        _child("host", "hostStatuses", "code text lang", lambda one: _statuses(one.roid, one.statuses)),
        _child(
            "host",
            "hostAddresses",
            "addr version",
            lambda one: [(one.roid, each.addr, each.version) for each in one.addresses],
        ),
    ),
    "domain": (
        _sheet(PARENTS["domain"], f"{_DOMAIN} registrant", _domain),
        _child(
            "domain",
            "domainContacts",
            "contact role",
            _links,
        ),
        _child("domain", "domainStatuses", "code text lang rgp", _domain_statuses),
        _child(
            "domain",
            "domainNameServers",
            "host",
            lambda one: [(one.name, each.host) for each in one.ns if each.model == "object"],
        ),
        _child("domain", "domainNameServersAddresses", "host version addr", _attributes),
        _child("domain", "dnssec", f"max_sig_life {_DS}", lambda one: _records(one, with_key=False), "-ds"),
        _child(
            "domain",
            "dnssec",
            f"max_sig_life {_DS} {_KEY}",
            lambda one: _records(one, with_key=True),
            "-ds-key",
            optional=_KEY,
        ),
        _child("domain", "dnssec", f"max_sig_life {_KEY}", _keys, "-key"),
        _child(
            "domain",
            "domainTransfer",
            f"{_TRANSFER} ex_date",
            lambda one: [(*row, one.transfer[0].ex_date) for row in _transfers(one.name, one.transfer)],
        ),
    ),
    "nndn": (_own("nndn", "name u_name idn_table original_name state mirroring_ns cr_date"),),
}
"""The sheets of each kind of object, the first of them that of the objects themselves."""


def _deletes(table: Table) -> Sheet:
    column = table.columns[0]
    return Sheet(table, f"{table.name}-delete", (column,), frozenset({0}), lambda key: ((key,),))


DELETE_SHEETS: Mapping[str, Sheet] = {table.kind: _deletes(table) for table in DELETES.values()}
"""The sheet of what is deleted of each kind: its keys (RFC 9022 §5.1.2.2 and its likes)."""


def definition(sheet: Sheet, files: str) -> str:
    """The definition of a sheet as XML, with that of its files."""
    return (
        f'<rdeCsv:csv name="{quoted(sheet.table.name)}" sep=","><rdeCsv:fields>{sheet.fields()}</rdeCsv:fields>'
        f"<rdeCsv:files>{files}</rdeCsv:files></rdeCsv:csv>"
    )


def _domain_loss(one: Domain) -> str:
    if any(each.text or each.lang for each in one.rgp):
        return "a text or a language of an rgpStatus"
    if one.rgp and not one.statuses:
        return "an rgpStatus without a status"
    kinds = [each.digest is None for each in one.secdns]
    if kinds != sorted(kinds) or (one.max_sig_life is not None and not kinds):
        return "DS records that follow keys, or a maxSigLife without a record"
    models = [each.model != "object" for each in one.ns]
    if models != sorted(models):
        return "host objects that follow host attributes"
    return ""


def _contact_loss(one: Contact) -> str:
    if any(each.ex_date for each in one.transfer):
        return "the exDate of a transfer"
    named = [(each.element, each.form) for each in one.disclose]
    known = {(element, form) for _, element, form in DISCLOSED}
    if len({each.flag for each in one.disclose}) > 1 or not known.issuperset(named):
        return "a wish for disclosure that names no postal form"
    return ""


def _registrar_loss(one: Registrar) -> str:
    if one.whois_name:
        return "the name of a WHOIS server"
    types = [postal.type for postal in one.postal]
    return "" if types == sorted(types) else "the order of the postal forms"


LOSSES: Mapping[str, Callable[[Any], str]] = {
    "registrar": _registrar_loss,
    "idn_table": lambda one: "the URL of a policy" if one.url_policy else "",
    "contact": _contact_loss,
    "host": lambda one: "",
    "domain": _domain_loss,
    "nndn": lambda one: "",
}
"""What of an object the CSV model has no place for; empty where it takes all of it."""
