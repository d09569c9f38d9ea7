"""The tables of the CSV model: what each is of, what its rows are known by, what has to be there (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from directory.escrow import namespace as ns
from directory.escrow.csv import columns as c
from directory.escrow.csv.columns import Column, column
from directory.escrow.objects.shared import a_label_name


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, the namespace of the object it is a part of, the kind in the store.

    `key` are the columns of which one names the object that a row is of, or belongs to if the table is a child.
    `must` are choices of columns: one of each has to be defined. `folds` says whether keys are names, which
    compare without regard to case (RFC 4343). `repeats` says whether most rows say the same of other objects.
    """

    name: str
    space: str
    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]
    is_child: bool = False
    folds: bool = False
    repeats: bool = False
    rule: str = "RFC 9022 §4.6.2.1"
    fields: Mapping[tuple[str, int | None, str | None], Column] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        found = {(ns.tag(one.tag), one.index, one.form): one for one in self.columns}
        object.__setattr__(self, "fields", found)


_NAME = column("csvDomain:fName", "parent", a_label_name, "always", local="name")
_HOST = column("rdeCsv:fRoid", "parent", c.ROID.convert, "always", local="roid")
_CONTACT = column("csvContact:fId", "parent", c.CONTACT[0].convert, "always", local="id")


def _parent(name: str, kind: str, space: str, columns: tuple[Column, ...], rule: str, *must: str) -> Table:
    """The table of the objects themselves; the first of what it must have names them."""
    choices = tuple(tuple(one.split("|")) for one in must)
    is_name = columns[0].convert is a_label_name and kind != "host"
    return Table(name, space, kind, columns, choices[0], choices, folds=is_name, rule=rule)


def _child(name: str, parent: Column, columns: tuple[Column, ...], rule: str, *must: str) -> Table:
    """A table of what an object has several of; every row names its parent."""
    kind, space = {
        "csvDomain:fName": ("domain", ns.CSV_DOMAIN),
        "rdeCsv:fRoid": ("host", ns.CSV_HOST),
        "csvContact:fId": ("contact", ns.CSV_CONTACT),
    }[parent.tag]
    choices = ((parent.tag,), *(tuple(one.split("|")) for one in must))
    return Table(
        name,
        space,
        kind,
        (parent, *columns),
        (parent.tag,),
        choices,
        is_child=True,
        folds=kind == "domain",
        repeats=name.endswith(("Statuses", "NameServers")),
        rule=f"RFC 9022 §{rule}",
    )


_ALL = (
    _parent(
        "registrar", "registrar", ns.CSV_REGISTRAR, c.REGISTRAR, "RFC 9022 §5.4.2.1.1",
        "csvRegistrar:fId|csvRegistrar:fGurid", "csvRegistrar:fName",
    ),
    _parent(
        "idnLanguage", "idn_table", ns.CSV_IDN, c.IDN_LANGUAGE, "RFC 9022 §5.5.2.1.1",
        "rdeCsv:fIdnTableId", "rdeCsv:fUrl",
    ),
    _parent(
        "contact", "contact", ns.CSV_CONTACT, c.CONTACT, "RFC 9022 §5.3.2.1.1",
        "csvContact:fId", "rdeCsv:fRoid", "csvContact:fEmail", "rdeCsv:fClID|csvRegistrar:fGurid",
    ),
    _child("contactStatuses", _CONTACT, c.statuses("csvContact", "contact", "RFC 5733 §2.2"), "5.3.2.1.2",
           "csvContact:fStatus"),
    _child("contactPostal", _CONTACT, c.CONTACT_POSTAL, "5.3.2.1.3", "csvContact:fPostalType", "csvContact:fName",
           "csvContact:fCity", "csvContact:fCc"),
    _child("contactTransfer", _CONTACT, c.TRANSFER, "5.3.2.1.4", "rdeCsv:fTrStatus", "rdeCsv:fReRr",
           "rdeCsv:fReDate", "rdeCsv:fAcRr", "rdeCsv:fAcDate"),
    _child("contactDisclose", _CONTACT, c.DISCLOSE, "5.3.2.1.5"),
    _parent("host", "host", ns.CSV_HOST, c.HOST, "RFC 9022 §5.2.2.1.1", "rdeCsv:fRoid", "csvHost:fName"),
    _child("hostStatuses", _HOST, c.statuses("csvHost", "host", "RFC 5732 §2.3"), "5.2.2.1.2", "csvHost:fStatus"),
    _child("hostAddresses", _HOST, c.HOST_ADDRESSES, "5.2.2.1.3", "csvHost:fAddr", "csvHost:fAddrVersion"),
    _parent(
        "domain", "domain", ns.CSV_DOMAIN, c.DOMAIN, "RFC 9022 §5.1.2.1.1",
        "csvDomain:fName", "rdeCsv:fRoid", "rdeCsv:fClID|csvRegistrar:fGurid",
    ),
    _child("domainContacts", _NAME, c.DOMAIN_CONTACTS, "5.1.2.1.2", "csvContact:fId", "csvDomain:fContactType"),
    _child("domainStatuses", _NAME, c.DOMAIN_STATUSES, "5.1.2.1.3", "csvDomain:fStatus"),
    _child("domainNameServers", _NAME, c.NAME_SERVERS, "5.1.2.1.4", "csvHost:fName|rdeCsv:fRoid"),
    _child("domainNameServersAddresses", _NAME, c.HOST_ATTRIBUTES, "5.1.2.1.5", "csvHost:fName"),
    _child("dnssec", _NAME, c.DNSSEC, "5.1.2.1.6"),
    _child("domainTransfer", _NAME, c.RENEWING_TRANSFER, "5.1.2.1.7", "rdeCsv:fTrStatus", "rdeCsv:fReRr",
           "rdeCsv:fReDate", "rdeCsv:fAcRr", "rdeCsv:fAcDate"),
    _parent("NNDN", "nndn", ns.CSV_NNDN, c.NNDN, "RFC 9022 §5.6.2.1.1", "csvNNDN:fAName", "csvNNDN:fNameState"),
)  # fmt: skip

CONTENTS: Mapping[tuple[str, str], Table] = {(one.space, one.name): one for one in _ALL}
"""The tables of contents, by namespace and name; of one kind the parent before its children."""
PARENTS: Mapping[str, Table] = {one.kind: one for one in _ALL if not one.is_child}
CHILDREN: Mapping[str, tuple[Table, ...]] = {
    kind: tuple(one for one in _ALL if one.kind == kind and one.is_child) for kind in PARENTS
}


def _deletes(parent: Table, rule: str, *columns: Column) -> Table:
    """What is deleted: one column names it (§5.1.2.2 and its likes)."""
    tags = tuple(one.tag for one in columns)
    return Table(parent.name, parent.space, parent.kind, columns, tags, (tags,), rule=f"RFC 9022 §{rule}")


_GURID = c.REGISTRAR[1]
DELETES: Mapping[tuple[str, str], Table] = {
    (one.space, one.name): one
    for one in (
        _deletes(PARENTS["domain"], "5.1.2.2.1", c.DOMAIN[0]),
        # The CSV model knows the ROID only; the name is that of the XML model (§5.2.1.2).
        _deletes(PARENTS["host"], "5.2.2.2.1", c.ROID, c.HOST[0]),
        _deletes(PARENTS["contact"], "5.3.2.2.1", c.CONTACT[0]),
        _deletes(PARENTS["registrar"], "5.4.2.2.1", c.REGISTRAR[0], _GURID),
        _deletes(PARENTS["idn_table"], "5.5.2.2.1", c.IDN_LANGUAGE[0]),
        _deletes(PARENTS["nndn"], "5.6.2.2.1", c.NNDN[0]),
    )
}
"""The tables of deletes, by namespace and name."""

SHOWN = {"idn_table": "IDN table", "nndn": "NNDN"}
"""What people call the kinds of objects, where that is another word."""
KNOWN = frozenset(tag for table in (*_ALL, *DELETES.values()) for tag, _, _ in table.fields)
"""Every field element that some table knows."""
