"""Rows of a kind as model values, equal to those of the XML model (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from directory.escrow import codes
from directory.escrow.csv.builder import CHILD, Builder, read_address
from directory.escrow.csv.columns import DISCLOSED, FORMS, NNDN
from directory.escrow.csv.domains import Domains
from directory.escrow.csv.records import Children, Faults, Staged, Values
from directory.escrow.csv.stage import Stage
from directory.escrow.csv.tables import Table
from directory.escrow.objects.postal import NOT_ASCII, language
from directory.model import format as formats
from directory.model import name as names
from directory.model.base import Status, Transfer
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import Nndn
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal
from directory.model.registry import IdnTable


class _Hosts(Builder):
    """Hosts with statuses and addresses (§5.2.2.1)."""

    kind = "host"

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        super().__init__(children, faults, stage)
        self._statuses = self.child("hostStatuses")
        self._addresses = self.child("hostAddresses")

    def build(self, row: Staged) -> Host | None:
        values = self.cells.values(row)
        statuses, rows = self._statuses.values(), self._addresses.values()
        is_whole = self.counted(row, self._statuses, statuses, 1, 7)
        addresses = [
            read_address(version, addr, self._addresses, place, self.faults)
            for place, (version, addr) in enumerate(rows or ())
        ]
        found = [address for address in addresses if address is not None]
        if values is None:
            return None
        client = self.sponsor(row, values[2], values[3])
        if statuses is None or rows is None or not is_whole or len(found) < len(rows):
            return None
        if client is None and values[3] is not None:
            return None
        name = values[0]
        fields = [
            name,
            names.to_unicode(name),
            names.reverse(name),
            values[1],
            client or "",
            *values[4:],
            tuple([Status(*one) for one in statuses]),
            tuple(found),
        ]
        return Host(*fields)


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
        values = self.cells.values(row)
        statuses, forms = self._statuses.values(), self._postal.values()
        transfers, disclose = self._transfers.values(), self._disclose.values()
        is_whole = self.counted(row, self._statuses, statuses, 1, 7)
        is_whole = self.counted(row, self._postal, forms, 1, 2) and is_whole
        is_whole = self.counted(row, self._transfers, transfers, 0, 1) and is_whole
        is_whole = self.counted(row, self._disclose, disclose, 0, 1) and is_whole
        postal = self._forms(forms or [])
        wishes = self._wishes(disclose[0]) if disclose else ()
        if values is None:
            return None
        client = self.sponsor(row, values[7], values[8])
        if not is_whole or postal is None or wishes is None or client is None:
            return None
        if statuses is None or forms is None or transfers is None or disclose is None:
            return None
        fields = [
            *values[:7],
            client,
            *values[9:],
            tuple([Status(*one) for one in statuses]),
            postal,
            wishes,
            tuple([Transfer(*one) for one in transfers]),
        ]
        return Contact(*fields)

    def _forms(self, rows: list[Values]) -> tuple[Postal, ...] | None:
        """The postal forms, of each type one."""
        table, last = self._postal.table, self._postal.last
        forms: list[Postal] = []
        is_whole = True
        for row, (type_, name, org, *address) in zip(last, rows, strict=False):
            if type_ == "int" and not _is_ascii([name, org, *address]):
                self.faults.add(table, row, NOT_ASCII, "RFC 9022 §4.6.3", element=table.name)
                is_whole = False
            if forms and forms[0].type == type_:
                message = f"it has two {type_} forms"
                self.faults.add(table, row, message, element=table.name, code=codes.POSTAL_FORMS)
                is_whole = False
            street, rest = _street(address)
            tag = language(type_, [name, org, street[0], rest[0], rest[1]])
            fields = [type_, name, org, *street, *rest]
            forms.append(Postal(*fields, **tag))
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
            fields = [type_, *street, city, sp, pc, cc]
            forms[type_] = RegistrarPostal(*fields, **tag)
        return tuple(forms.values()) if is_whole else None


class _IdnTables(Builder):
    """References to IDN tables; the CSV model has no place for their policy (§5.5.2.1)."""

    kind = "idn_table"

    def build(self, row: Staged) -> IdnTable | None:
        values = self.cells.values(row)
        return IdnTable(values[0], values[1], url_policy="") if values else None


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
    one.kind: one for one in (_Registrars, _IdnTables, _Contacts, _Hosts, Domains, _Nndns)
}
"""What puts the objects of each kind together, in the order in which they are: who is referred to comes first."""
LEAST: Mapping[str, tuple[Table, ...]] = {
    kind: tuple(CHILD[name] for name in names_)
    for kind, names_ in {
        "domain": ("domainStatuses",),
        "host": ("hostStatuses",),
        "contact": ("contactStatuses", "contactPostal"),
    }.items()
}
"""The tables in which every object of a kind has a row."""
