"""Any objects of a registry, with a record of what they hold (`oracle.Record`), each value with a mark of its own.

Graphs are made as a lookup finds them. The record of one is made beside it and says in plain words what is in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.model.base import Address, Instant, Status, Transfer
from directory.model.catalogue import Catalogue
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, SecDNS
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.host import Host
from directory.model.name import reverse
from directory.model.registrar import Registrar, RegistrarContact, RegistrarPostal, SideData, Sponsor
from directory.model.registry import Extension
from tests.profile.marks import Marks
from tests.profile.oracle import Record, Values

ROLES = ("registrant", "admin", "tech", "billing")
DESKS = ("abuse", "admin", "tech", "billing")
STATUSES = ("linked", "clientUpdateProhibited", "serverUpdateProhibited", "pendingTransfer")
LANGUAGES = ("es", "en", "de")

_ADDRESS = ("street", "city", "sp", "pc", "cc")
_WISHES = ("name", "org", "addr", "voice", "fax", "email")
_PHONES = ("voice", "voiceExt", "fax", "faxExt", "email")
_MADE = ("crRr", "crClient", "crDate", "upRr", "upClient", "upDate")


@dataclass
class Registry:
    """Makes objects as its marks' dice fall. A registrar that was made may sponsor other objects too."""

    marks: Marks
    catalogue: Catalogue
    _sponsors: list[tuple[Sponsor, Record]] = field(default_factory=list)
    _wishes: list[tuple[Disclose, Record]] = field(default_factory=list)
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._dice = self.marks.dice

    def graph(self, kind: str) -> tuple[Graph, Record]:
        """An object of a kind, and the record of it."""
        sponsor, registrar = self._sponsor()
        cl_id = registrar.one("registrarid")
        if kind == "registrar":
            return RegistrarGraph(sponsor), registrar
        if kind == "host":
            host, record = self._host(cl_id)
            record.parts.append(registrar)
            return HostGraph(host, sponsor), record
        if kind == "contact":
            contact, record, extensions = self._contact("contact", cl_id)
            record.parts.append(registrar)
            return ContactGraph(contact, sponsor, tuple(extensions)), record
        return self._domain(sponsor, registrar)

    def _values(self, table: str, what: str, always: Sequence[str], may: Sequence[str]) -> dict[str, Values]:
        """Values of elements that are always there, and of some of those that may be."""
        types = {each.short: each.type for each in self.catalogue.tables[table].elements}
        chosen = [*always, *self._dice.subset(may, of=4)]
        return {short: (self.marks.value(types[short], f"{what}.{short}"),) for short in chosen}

    def _forms(self, record: Record, what: str, shorts: Sequence[str]) -> None:
        """None, one or both postal forms, either first."""
        for form in self._dice.subset(self._dice.shuffled(("int", "loc")), of=4):
            held = self._values("contact", what, (), shorts)
            if "street" in held:
                more = [self.marks.value("text", f"{what}.street") for _ in range(self._dice.below(3))]
                held["street"] = (*held["street"], *more)
            record.forms[form] = held

    def _statuses(self, what: str) -> Values:
        """One that has a mark, and perhaps one that RDAP has a word for."""
        marked = self.marks.value("epp-status", f"{what}.status")
        return (marked, *self._dice.subset([self._dice.pick(STATUSES)]))

    def _sponsor(self) -> tuple[Sponsor, Record]:
        if not self._sponsors or self._dice.rarely():
            self._sponsors.append(self._registrar())
        return self._sponsors[-1]

    def _registrar(self) -> tuple[Sponsor, Record]:
        dice = self._dice
        may = (*_PHONES, "url", "whoisUrl", "crDate", "upDate")
        record = Record("registrar", values=self._values("registrar", "registrar", ("registrarid", "org"), may))
        whois, own = (self.marks.value("host-name", "registrar.whoisinfo") for _ in range(2))
        has_own, has_side = dice.some(), dice.some(4)
        desks = [self._desk(role) for role in dice.subset(DESKS)] if has_side else []
        rdap = self.marks.value("uri", "registrar.rdap")
        record.values |= {
            "gurid": (self.marks.value("integer", "registrar.gurid"),) if dice.some(4) else (),
            "status": (self.marks.value("epp-status", "registrar.status"),),
            "whoisinfo": (own,) if has_own else (whois,) if has_side else (),
            "rdap": (rdap,) if has_side else (),
            "contact": (str(len(desks)),) if desks else (),
        }
        record.parts = [part for _, part in desks]
        self._forms(record, "registrar", _ADDRESS)
        one = record.one
        registrar = Registrar(
            id=one("registrarid"), name=one("org"), folded_name=self.marks.mark("the folded name"),
            gurid=int(one("gurid")) if one("gurid") else None, status=one("status"), url=one("url") or None,
            whois_name=own if has_own else None, whois_url=one("whoisUrl") or None,
            cr_date=_moment(record, "crDate"), up_date=_moment(record, "upDate"),
            postal=tuple(RegistrarPostal(form, **_address(held)) for form, held in record.forms.items()),
            **_phones(record),
        )  # fmt: skip
        side = SideData(whois, rdap, tuple(desk for desk, _ in desks)) if has_side else None
        return Sponsor(registrar, side), record

    def _desk(self, role: str) -> tuple[RegistrarContact, Record]:
        record = Record("desk", role, self._values("desk", f"{role} desk", (), ("name", "org", *_PHONES)))
        record.values["type"] = (role,)
        desk = RegistrarContact(
            role, name=record.one("name") or None, org=record.one("org") or None, **_phones(record)
        )
        return desk, record

    def _contact(self, what: str, cl_id: str = "") -> tuple[Contact, Record, list[Extension]]:
        dice = self._dice
        record = Record(
            "contact", values=self._values("contact", what, ("id", "roid"), (*_PHONES, *_MADE, "trDate"))
        )
        self._forms(record, what, ("name", "org", *_ADDRESS))
        if not dice.below(3) or not self._wishes:  # those of a registrar's contacts are often the same
            self._wishes = [self._wish() for _ in range(dice.below(4))]
        wishes = self._wishes
        transfers = [self._transfer(what)] if dice.some(3) else []
        record.parts = [part for _, part in (*wishes, *transfers)]
        record.values |= {
            "status": self._statuses(what),
            "registrarid": (cl_id or self.marks.value("registrar-id", f"{what}.registrarid"),),
            "disclose": (str(len(wishes)),) if wishes else (),
            "trnData": ("1",) if transfers else (),
        }
        # Twice a person, now and then: groups of two registrars may contradict each other.
        tables = ("person", "postalLanguage", *["person"] * dice.below(2))
        extensions = [self._extension(table, record) for table in dice.subset(tables, of=3)]
        contact = Contact(
            handle=record.one("id"), roid=record.one("roid"), cl_id=record.one("registrarid"),
            tr_date=_moment(record, "trDate"),
            statuses=tuple(Status(code, self.marks.mark("status text")) for code in record.values["status"]),
            postal=tuple(
                Postal(form, name=_first(held, "name"), org=_first(held, "org"), **_address(held))
                for form, held in record.forms.items()
            ),
            disclose=tuple(wish for wish, _ in wishes), transfer=tuple(each for each, _ in transfers),
            **_phones(record), **_made(record),
        )  # fmt: skip
        return contact, record, extensions

    def _wish(self) -> tuple[Disclose, Record]:
        element = self._dice.pick(_WISHES)
        form = self._dice.pick((None, "int", "loc")) if element in ("name", "org", "addr") else None
        wish = Disclose(self._dice.below(2), element, form)
        record = Record("disclose", values={"flag": (str(wish.flag),), "element": (element,)})
        if form:
            record.values["form"] = (form,)
        return wish, record

    def _transfer(self, what: str) -> tuple[Transfer, Record]:
        of = f"transfer of {what}"
        may = ("reClient", "acClient", "exDate") if what == "domain" else ("reClient", "acClient")
        record = Record("transfer", values=self._values("transfer", of, ("reRr", "reDate", "acRr", "acDate"), may))
        status = "pending" if self._dice.some() else self.marks.value("epp-status", f"{of}.trStatus")
        record.values["trStatus"] = (status,)
        one = record.one
        transfer = Transfer(
            status, one("reRr"), one("reClient") or None, Instant(one("reDate")), one("acRr"),
            one("acClient") or None, Instant(one("acDate")), _moment(record, "exDate"),
        )  # fmt: skip
        return transfer, record

    def _extension(self, table: str, owner: Record) -> Extension:
        """A group that an extension declares; it is entered in the record of its owner."""
        values = self._declared(table)
        derived = {"id": owner.values["id"]} if table == "trademark" else {}
        owner.parts.append(Record(table, values={**values, **derived}))
        key = owner.one("name" if owner.table == "domain" else "id")
        return Extension(str(next(self._keys)), table, owner.table, key, values)

    def _declared(self, table: str) -> dict[str, Values]:
        dice = self._dice
        if table == "person":
            held = {"kind": (dice.pick(("natural", "legal")),), "consent": (dice.pick(("yes", "no")),)}
            return {short: held[short] for short in dice.subset(("kind", "consent"), of=4)}
        if table == "postalLanguage":
            return {form: (dice.pick(LANGUAGES),) for form in dice.subset(("int", "loc"))}
        elements = self.catalogue.tables[table].elements
        return self._values(table, table, (), [each.short for each in elements if each.origin != "derived"])

    def _host(self, cl_id: str = "") -> tuple[Host, Record]:
        values = self._values("host", "host", ("name", "id"), ("uName", *_MADE, "trDate"))
        record = Record("host", values=values)
        values["registrarid"] = (cl_id or self.marks.value("registrar-id", "host.registrarid"),)
        values["status"] = self._statuses("host")
        values["addr"] = self._addresses()
        one = record.one
        host = Host(
            name=one("name"), u_name=one("uName") or None, reversed_name=reverse(one("name")), roid=one("id"),
            cl_id=one("registrarid"), tr_date=_moment(record, "trDate"),
            statuses=tuple(map(Status, values["status"])),
            addresses=tuple(Address("v6", each) for each in values["addr"]), **_made(record),
        )  # fmt: skip
        return host, record

    def _addresses(self) -> Values:
        return tuple(self.marks.value("ip-address", "host.addr") for _ in range(self._dice.below(3)))

    def _domain(self, sponsor: Sponsor, registrar: Record) -> tuple[DomainGraph, Record]:
        dice = self._dice
        may = ("uName", *_MADE, "exDate", "trDate", "idnTableId", "originalName")
        record = Record("domain", values=self._values("domain", "domain", ("name", "id"), may))
        record.values |= {
            "registrarid": registrar.values["registrarid"],
            "status": self._statuses("domain"),
            "rgpStatus": (self.marks.value("epp-status", "domain.rgpStatus"),),
            "host": tuple(self.marks.value("host-reference", "domain.host") for _ in range(dice.below(3))),
        }
        is_known = not dice.rarely()
        if is_known:
            record.parts.append(registrar)
        links, contacts, theirs = self._contacts(record)
        servers, hosts, attributes = self._hosts(record)
        secdns, life = self._secdns(record)
        transfers = [self._transfer("domain")] if dice.some() else []
        record.parts += [part for _, part in transfers]
        tables = [table for table in ("reseller", "trademark") for _ in range(dice.below(3))]
        extensions = tuple(self._extension(table, record) for table in tables)
        counts = {"trnData": len(transfers), "secDNS": len(secdns), "reseller": tables.count("reseller")}
        record.values |= {short: (str(number),) for short, number in counts.items() if number}
        one = record.one
        domain = Domain(
            name=one("name"), u_name=one("uName") or None, roid=one("id"), idn_table=one("idnTableId") or None,
            original_name=one("originalName") or None, cl_id=one("registrarid"),
            ex_date=_moment(record, "exDate"), tr_date=_moment(record, "trDate"), max_sig_life=life,
            statuses=tuple(map(Status, record.values["status"])), rgp=(Status(one("rgpStatus")),),
            contacts=links, ns=servers, ns_addresses=attributes, secdns=secdns,
            transfer=tuple(each for each, _ in transfers), **_made(record),
        )  # fmt: skip
        known = sponsor if is_known else None
        return DomainGraph(domain, known, contacts, hosts, extensions, theirs, record.values["host"]), record

    def _contacts(
        self, record: Record
    ) -> tuple[tuple[ContactLink, ...], tuple[Contact | None, ...], tuple[Extension, ...]]:
        """Contacts in any parts; the same one in several, now and then, or one that the registry does not know."""
        dice = self._dice
        made: list[tuple[Contact, Record]] = []
        links: list[ContactLink] = []
        found: list[Contact | None] = []
        extensions: list[Extension] = []
        for _ in range(dice.below(6)):
            role = dice.pick(ROLES)
            if made and dice.rarely():
                contact, held = dice.pick(made)
            else:
                contact, held, theirs = self._contact(role)
                made.append((contact, held))
                extensions += theirs
            is_known = not dice.rarely()
            links.append(ContactLink(role, contact.handle))
            found.append(contact if is_known else None)
            record.values[role] = (*record.values.get(role, ()), contact.handle)
            if is_known:
                record.parts.append(Record("contact", role, held.values, held.forms, held.parts))
        return tuple(links), tuple(found), tuple(extensions)

    def _hosts(
        self, record: Record
    ) -> tuple[tuple[NameServer, ...], tuple[Host | None, ...], tuple[HostAttribute, ...]]:
        """Name servers that are objects, and some that are attributes of the domain."""
        servers: list[NameServer] = []
        hosts: list[Host | None] = []
        attributes: list[HostAttribute] = []
        for _ in range(self._dice.below(4)):
            if self._dice.some(3):
                host, part = self._host()
                hosts.append(host)
            else:
                addresses = self._addresses()
                name = self.marks.value("host-name", "host.name")
                part = Record("host", values={"name": (name,), "addr": addresses})
                hosts.append(None)
                attributes += [HostAttribute(name, "v6", each) for each in addresses]
            servers.append(NameServer(part.one("name"), "attribute" if hosts[-1] is None else "object"))
            record.parts.append(part)
        record.values["ns"] = tuple(server.host for server in servers)
        return tuple(servers), tuple(hosts), tuple(attributes)

    def _secdns(self, record: Record) -> tuple[tuple[SecDNS, ...], int | None]:
        """DS records, keys, or both in one."""
        life = self.marks.value("integer", "dnssec.maxSigLife") if self._dice.some() else ""
        found = []
        for _ in range(self._dice.below(3)):
            wanted = self._dice.pick((("keyTag", "digest"), ("pubKey",), ("keyTag", "digest", "pubKey")))
            values = self._values("dnssec", "dnssec", wanted, ())
            values |= {"alg": ("13",), "digestType": ("2",)} if "digest" in values else {}
            values |= {"flags": ("257",), "protocol": ("3",), "keyAlg": ("13",)} if "pubKey" in values else {}
            part = Record("dnssec", values=values)
            numbers = {short: int(part.one(short)) if part.one(short) else None for short in _NUMBERS}
            found.append(
                SecDNS(
                    numbers["keyTag"], numbers["alg"], numbers["digestType"], part.one("digest") or None,
                    numbers["flags"], numbers["protocol"], numbers["keyAlg"], part.one("pubKey") or None,
                )
            )  # fmt: skip
            part.values |= {"id": record.values["id"], "maxSigLife": (life,) if life else ()}
            part.values |= {"keyData": ("1",)} if "pubKey" in values else {}
            record.parts.append(part)
        return tuple(found), int(life) if life else None


_NUMBERS = ("keyTag", "alg", "digestType", "flags", "protocol", "keyAlg")


def _first(values: dict[str, Values], short: str) -> str | None:
    return next(iter(values.get(short, ())), None)


def _moment(record: Record, short: str) -> Instant | None:
    return Instant(record.one(short)) if record.one(short) else None


def _address(held: dict[str, Values]) -> dict[str, Any]:
    lines = dict(zip(("street_1", "street_2", "street_3"), held.get("street", ()), strict=False))
    return {**lines, **{short: _first(held, short) for short in ("city", "sp", "pc", "cc")}}


def _phones(record: Record) -> dict[str, Any]:
    fields = ("voice", "voice_ext", "fax", "fax_ext", "email")
    return {name: record.one(short) or None for name, short in zip(fields, _PHONES, strict=True)}


def _made(record: Record) -> dict[str, Any]:
    fields = ("cr_rr", "cr_client", "cr_date", "up_rr", "up_client", "up_date")
    return {name: record.one(short) or None for name, short in zip(fields, _MADE, strict=True)}
