"""Rows of a kind as model values, equal to those of the XML model (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from directory.errors import BadValue
from directory.escrow import codes
from directory.escrow.csv.columns import DISCLOSED, DOMAIN, FORMS, NNDN, Column
from directory.escrow.csv.records import Cells, Children, Faults, Staged, Values
from directory.escrow.csv.stage import Stage
from directory.escrow.csv.tables import CHILDREN, PARENTS, Table
from directory.escrow.objects.postal import NOT_ASCII, language
from directory.escrow.objects.shared import matching_u_name
from directory.model import format as formats
from directory.model import name as names
from directory.model.base import Address, Status, Transfer, Value
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, Nndn, SecDNS
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal
from directory.model.registry import IdnTable

_TABLE = {table.name: table for children in CHILDREN.values() for table in children}
_LENGTH = "RFC 9022 §5"


class Builder:
    """Puts the objects of one kind together; `children` are those of the child tables that the deposit has."""

    kind = ""

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        self.table = PARENTS[self.kind]
        self.cells = Cells(self.table, faults)
        self.faults = faults
        self.stage = stage
        self._children = children
        self._registrars: dict[int, str | None] = {}

    def build(self, row: Staged) -> Value | None:
        """The object of a row and what belongs to it; None if there is a fault in it."""
        raise NotImplementedError

    def child(self, name: str) -> Children:
        """The rows of a child table; there are none, where the deposit does not have it."""
        return self._children.get(name) or Children(_TABLE[name], iter(()), self.faults, True)

    def fault(self, row: Staged, message: str, rule: str = "", element: str = "", code: str = "") -> None:
        """Something is wrong with the object of a row."""
        self.faults.add(self.table, row, message, rule, element=element, code=code)

    def counted(self, row: Staged, children: Children, rows: list[Values] | None, least: int, most: int) -> bool:
        """Whether there are as many rows as there have to be, in a table that could be read whole."""
        if rows is None:
            return False
        table = children.table
        if len(rows) > most:
            message = f"it has {len(rows)} rows, more than {most}"
            self.faults.add(table, children.last[most], message, element=table.name)
        elif len(rows) < least and table.name not in self.faults.broken:
            code = codes.missing(self.kind, "status" if table.name.endswith("Statuses") else "")
            self.fault(row, "it has no row", table.rule, table.name, code)
        return least <= len(rows) <= most

    def sponsor(self, row: Staged, client: str | None, gurid: int | None) -> str | None:
        """The registrar's id: what the deposit says, or whose IANA number it is (§5.1.2.1.1)."""
        if client is not None:
            return client
        if gurid is None:
            if self.kind != "host":  # of which the CSV model does not demand it
                code = codes.missing(self.kind, "clID")
                self.fault(row, "it has no sponsoring registrar", element="rdeCsv:fClID", code=code)
            return None
        if gurid not in self._registrars:
            if len(self._registrars) > _MOST_REGISTRARS:
                self._registrars.clear()
            self._registrars[gurid] = self.stage.referent("registrar", str(gurid))
        found = self._registrars[gurid]
        if not found:
            why = "no registrar" if found is None else "more than one registrar"
            message = f"{why} is known by the IANA number {gurid}"
            code = codes.invalid(self.kind, "clID")
            self.fault(row, message, self.table.rule, "csvRegistrar:fGurid", code)
            return None
        return found

    def u_name(self, row: Staged, column: Column, name: str, u_name: str | None) -> tuple[str | None, bool]:
        """The U-label name, and whether it fits."""
        try:
            return matching_u_name(name, u_name), True
        except BadValue as error:
            self.faults.refuse(self.table, row, column, error)
            return None, False


_MOST_REGISTRARS = 10_000


class _Domains(Builder):
    """Domains with statuses, contacts, name servers, DNSSEC and transfer (§5.1.2.1)."""

    kind = "domain"

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        super().__init__(children, faults, stage)
        self._statuses = self.child("domainStatuses")
        self._contacts = self.child("domainContacts")
        self._servers = self.child("domainNameServers")
        self._attributes = self.child("domainNameServersAddresses")
        self._dnssec = self.child("dnssec")
        self._transfers = self.child("domainTransfer")

    def build(self, row: Staged) -> Domain | None:
        key = row[0]
        values = self.cells.values(row)
        rows = self._statuses.of(key)
        links, servers = self._contacts.of(key), self._servers.of(key)
        attributes, keys, transfers = self._attributes.of(key), self._dnssec.of(key), self._transfers.of(key)
        is_whole = self.counted(row, self._statuses, rows, 1, 11)
        is_whole = self.counted(row, self._transfers, transfers, 0, 1) and is_whole
        if values is None or not rows or transfers is None or not is_whole:
            return None
        statuses, rgp = _statuses_and_rgp(rows)
        if links is None or servers is None or attributes is None or keys is None:
            return None
        ns = self._name_servers(servers)
        ns_addresses = self._attribute_servers(ns, attributes) if attributes else []
        life, is_signed = self._max_sig_life(keys) if keys else (None, True)
        u_name, is_its = self.u_name(row, DOMAIN[1], values[0], values[1])
        client = self.sponsor(row, values[5], values[6])
        if ns is None or ns_addresses is None or not is_signed or not is_its or client is None:
            return None
        contacts = [ContactLink(role, contact) for contact, role in links]
        if values[15] is not None:
            contacts.insert(0, ContactLink("registrant", values[15]))
        return Domain(
            values[0],
            u_name,
            *values[2:5],
            client,
            *values[7:10],
            values[14],
            *values[10:14],
            life,
            statuses,
            rgp,
            tuple(contacts),
            tuple(ns),
            tuple(ns_addresses),
            tuple([SecDNS(*one[:8]) for one in keys]),
            tuple([Transfer(*one) for one in transfers]),
        )

    def _name_servers(self, rows: list[Values]) -> list[NameServer] | None:
        """The host objects, by name or by the name that a ROID leads to."""
        servers = []
        is_whole = True
        for place, (host, roid) in enumerate(rows):
            if host is not None:
                servers.append(NameServer(host, "object"))
                continue
            message = "a row has neither name nor ROID of a host"
            if roid is not None:
                message = f"the ROID {roid} is not that of one host"
            table, row = self._servers.table, self._servers.last[place]
            is_lenient = self.faults.lenient
            element = f"{table.name}: rdeCsv:fRoid"
            self.faults.add(table, row, message, element=element, code=codes.NAME_SERVER, warning=is_lenient)
            is_whole = is_lenient
        return servers if is_whole else None

    def _attribute_servers(self, ns: list[NameServer] | None, rows: list[Values]) -> list[HostAttribute] | None:
        """Add the hosts that are attributes of the domain to its name servers; their addresses."""
        addresses = []
        seen = set()
        is_whole = True
        for place, (host, version, addr) in enumerate(rows):
            if host not in seen:
                seen.add(host)
                if ns is not None:
                    ns.append(NameServer(host, "attribute"))
            if addr is None and version is None:
                continue
            address = _address(version, addr, self._attributes, place, self.faults)
            if address is None:
                is_whole = False
            else:
                addresses.append(HostAttribute(host, address.version, address.addr))
        return addresses if is_whole else None

    def _max_sig_life(self, rows: list[Values]) -> tuple[int | None, bool]:
        """How long signatures are to last, which all rows of a domain agree on; and whether they are complete."""
        table, last = self._dnssec.table, self._dnssec.last
        is_whole = True
        life = None
        for row, one in zip(last, rows, strict=True):
            ds, key = one[:4].count(None), one[4:8].count(None)
            if ds not in (0, 4) or key not in (0, 4) or ds + key == 8:
                self.faults.add(table, row, "it is neither a DS record nor a key, whole", element=table.name)
                is_whole = False
            if life is not None and one[8] not in (None, life):
                message = "its rows differ in how long signatures are to last"
                self.faults.add(table, row, message, element=f"{table.name}: csvDomain:fMaxSigLife")
                is_whole = False
            life = one[8] if life is None else life
        return life, is_whole


def _statuses_and_rgp(rows: list[Values]) -> tuple[tuple[Status, ...], tuple[Status, ...]]:
    """The statuses, and those of grace periods; a status is repeated for each period that it has (§5.1.2.1.3)."""
    statuses: list[Status] = []
    periods = []
    for code, text, lang, period in rows:
        status = Status(code, text, lang)
        if period is None or status not in statuses:
            statuses.append(status)
        if period is not None:
            periods.append(Status(period))
    return tuple(statuses), tuple(periods)


def _address(
    version: str | None, addr: str | None, children: Children, place: int, faults: Faults
) -> Address | None:
    """An address of a version, which is 4 if nothing is said (RFC 5732 §4); None if it is no such address."""
    try:
        if addr is None:
            raise BadValue("it has no address", "RFC 5732 §4")
        if version == "v6":
            return Address(version, formats.ipv6(addr))
        return Address("v4", formats.ipv4(addr))
    except BadValue as error:
        table, row = children.table, children.last[place]
        code = codes.invalid(table.kind, "addr")
        faults.add(table, row, str(error), error.rule, element=f"{table.name}: csvHost:fAddr", code=code)
        return None


class _Hosts(Builder):
    """Hosts with statuses and addresses (§5.2.2.1)."""

    kind = "host"

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        super().__init__(children, faults, stage)
        self._statuses = self.child("hostStatuses")
        self._addresses = self.child("hostAddresses")

    def build(self, row: Staged) -> Host | None:
        key = row[0]
        values = self.cells.values(row)
        statuses, rows = self._statuses.of(key), self._addresses.of(key)
        is_whole = self.counted(row, self._statuses, statuses, 1, 7)
        if values is None or not statuses or rows is None or not is_whole:
            return None
        addresses = [
            _address(version, addr, self._addresses, place, self.faults)
            for place, (version, addr) in enumerate(rows)
        ]
        found = [address for address in addresses if address is not None]
        client = self.sponsor(row, values[2], values[3])
        if len(found) < len(rows) or (client is None and values[3] is not None):
            return None
        name = values[0]
        return Host(
            name,
            names.to_unicode(name),
            names.reverse(name),
            values[1],
            client or "",
            *values[4:],
            tuple([Status(*one) for one in statuses]),
            tuple(found),
        )


class _Contacts(Builder):
    """Contacts with statuses, postal forms, transfer and what they want disclosed (§5.3.2.1)."""

    kind = "contact"

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        super().__init__(children, faults, stage)
        self._statuses = self.child("contactStatuses")
        self._postal = self.child("contactPostal")
        self._transfers = self.child("contactTransfer")
        self._disclose = self.child("contactDisclose")

    def build(self, row: Staged) -> Contact | None:
        key = row[0]
        values = self.cells.values(row)
        statuses, forms = self._statuses.of(key), self._postal.of(key)
        transfers, disclose = self._transfers.of(key), self._disclose.of(key)
        is_whole = self.counted(row, self._statuses, statuses, 1, 7)
        is_whole = self.counted(row, self._postal, forms, 1, 2) and is_whole
        is_whole = self.counted(row, self._transfers, transfers, 0, 1) and is_whole
        is_whole = self.counted(row, self._disclose, disclose, 0, 1) and is_whole
        if not is_whole or values is None or not statuses or not forms or transfers is None or disclose is None:
            return None
        postal = self._forms(forms)
        wishes = self._wishes(disclose[0]) if disclose else ()
        client = self.sponsor(row, values[7], values[8])
        if postal is None or wishes is None or client is None:
            return None
        return Contact(
            *values[:7],
            client,
            *values[9:],
            tuple([Status(*one) for one in statuses]),
            postal,
            wishes,
            tuple([Transfer(*one) for one in transfers]),
        )

    def _forms(self, rows: list[Values]) -> tuple[Postal, ...] | None:
        """The postal forms, of each type one."""
        table, last = self._postal.table, self._postal.last
        forms: list[Postal] = []
        is_whole = True
        for row, (type_, name, org, *address) in zip(last, rows, strict=True):
            if type_ == "int" and not _is_ascii([name, org, *address]):
                self.faults.add(table, row, NOT_ASCII, "RFC 9022 §4.6.3", element=table.name)
                is_whole = False
            if forms and forms[0].type == type_:
                message = f"it has two {type_} forms"
                self.faults.add(table, row, message, element=table.name, code=codes.POSTAL_FORMS)
                is_whole = False
            street, rest = _street(address)
            tag = language(type_, [name, org, street[0], rest[0], rest[1]])
            forms.append(Postal(type_, name, org, *street, *rest, **tag))
        return tuple(forms) if is_whole else None

    def _wishes(self, values: Values) -> tuple[Disclose, ...] | None:
        """What is named by the flag's wish."""
        flag = values[0]
        if flag is None:
            table, row = self._disclose.table, self._disclose.last[0]
            element = f"{table.name}: csvContact:fDiscloseFlag"
            self.faults.add(table, row, "the flag is empty", element=element)
            return None
        named = zip(DISCLOSED, values[1:], strict=True)
        return tuple([Disclose(flag, element, form) for (_, element, form), is_named in named if is_named])


def _is_ascii(texts: Sequence[str | None]) -> bool:
    return all(text is None or text.isascii() for text in texts)


def _street(address: Values) -> tuple[Values, Values]:
    """The street's lines without gaps, and what follows them."""
    lines = [line for line in address[:3] if line]
    return lines + [None] * (3 - len(lines)), address[3:]


class _Registrars(Builder):
    """Registrars, whose address is in their own row (§5.4.2.1)."""

    kind = "registrar"

    def build(self, row: Staged) -> Registrar | None:
        values = self.cells.values(row)
        if values is None:
            return None
        id_, gurid, name, status, *rest = values[:12]
        voice, voice_ext, fax, fax_ext, email, url, whois_url, cr_date = rest
        up_date = values[12]
        postal = self._postal(row, values[13:])
        if postal is None:
            return None
        if id_ is None and gurid is None:
            self.fault(row, "it has neither id nor IANA number", element="csvRegistrar:fId")
            return None
        return Registrar(
            id=id_ or str(gurid),
            name=name,
            folded_name=formats.fold(name),
            gurid=gurid,
            status=status,
            voice=voice,
            voice_ext=voice_ext,
            fax=fax,
            fax_ext=fax_ext,
            email=email,
            url=url,
            whois_name=None,
            whois_url=whois_url,
            cr_date=cr_date,
            up_date=up_date,
            postal=postal,
        )

    def _postal(self, row: Staged, values: Values) -> tuple[RegistrarPostal, ...] | None:
        """The address in one form or in both; where no isLoc says which it is, its characters do (§4.6.3)."""
        forms: dict[str, RegistrarPostal] = {}
        size = len(values) // len(FORMS)
        is_whole = True
        for place, form in enumerate(FORMS):
            address = values[place * size : (place + 1) * size]
            if not any(address):
                continue
            is_ascii = _is_ascii(address)
            type_ = form if form != "any" else "int" if is_ascii else "loc"
            street, (city, sp, pc, cc) = _street(address)
            for value, element in ((city, "csvContact:fCity"), (cc, "csvContact:fCc")):
                if value is None:
                    self.fault(row, "it is empty, and the address is not", "RFC 9022 §5.4.1.1", element)
                    is_whole = False
            if type_ == "int" and not is_ascii:
                self.fault(row, NOT_ASCII, "RFC 9022 §4.6.3")
                is_whole = False
            if type_ in forms:
                self.fault(row, f"it has two {type_} forms", "RFC 9022 §5.4.1.1")
                is_whole = False
            tag = language(type_, [street[0], city, sp])
            forms[type_] = RegistrarPostal(type_, *street, city, sp, pc, cc, **tag)
        return tuple(forms.values()) if is_whole else None


class _IdnTables(Builder):
    """References to IDN tables; the CSV model has no place for their policy (§5.5.2.1)."""

    kind = "idn_table"

    def build(self, row: Staged) -> IdnTable | None:
        values = self.cells.values(row)
        return IdnTable(*values, url_policy="") if values else None


class _Nndns(Builder):
    """Names that are no registrations (§5.6.2.1)."""

    kind = "nndn"

    def build(self, row: Staged) -> Nndn | None:
        values = self.cells.values(row)
        if values is None:
            return None
        u_name, is_its = self.u_name(row, NNDN[1], values[0], values[1])
        if not is_its:
            return None
        if values[4] == "mirrored" and values[5] is None:
            values[5] = 1
        return Nndn(values[0], u_name, *values[2:])


BUILDERS: Mapping[str, type[Builder]] = {
    one.kind: one for one in (_Registrars, _IdnTables, _Contacts, _Hosts, _Domains, _Nndns)
}
"""What puts the objects of each kind together, in the order in which they are: who is referred to comes first."""
LEAST: Mapping[str, tuple[Table, ...]] = {
    kind: tuple(_TABLE[name] for name in names_)
    for kind, names_ in {
        "domain": ("domainStatuses",),
        "host": ("hostStatuses",),
        "contact": ("contactStatuses", "contactPostal"),
    }.items()
}
"""The tables in which every object of a kind has a row."""
