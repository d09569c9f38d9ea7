"""Domains from rows: statuses, contacts, name servers, DNSSEC and transfer (RFC 9022 §5.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping

from directory.escrow import codes
from directory.escrow.csv.builder import Builder, read_address
from directory.escrow.csv.columns import DOMAIN
from directory.escrow.csv.records import Children, Faults, Staged, Values
from directory.escrow.csv.stage import Stage
from directory.model.base import Status, Transfer
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, SecDNS


class Domains(Builder):
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
        values = self.cells.values(row)
        rows = self._statuses.values()
        links, servers = self._contacts.values(), self._servers.values()
        attributes, keys, transfers = self._attributes.values(), self._dnssec.values(), self._transfers.values()
        # Every part is looked at, whatever another lacks, so that all that is wrong is said at once.
        is_whole = self.counted(row, self._statuses, rows, 1, 11)
        is_whole = self.counted(row, self._transfers, transfers, 0, 1) and is_whole
        ns = self._name_servers(servers or [])
        ns_addresses = self._attribute_servers(ns, attributes) if attributes else []
        life, is_signed = self._max_sig_life(keys) if keys else (None, True)
        if values is None:
            return None
        u_name, is_its = self.u_name(row, DOMAIN[1], values[0], values[1])
        client = self.sponsor(row, values[5], values[6])
        if not (is_whole and is_signed and is_its) or client is None or ns is None or ns_addresses is None:
            return None
        if rows is None or links is None or servers is None or attributes is None:
            return None
        if keys is None or transfers is None:
            return None
        statuses, rgp = _statuses_and_rgp(rows)
        contacts = [ContactLink(role, contact) for contact, role in links]
        if values[15] is not None:
            contacts.insert(0, ContactLink("registrant", values[15]))
        own = [values[0], u_name, *values[2:5], client, *values[7:10], values[14], *values[10:14], life]
        records = tuple([SecDNS(*one[:8]) for one in keys])
        transfer = tuple([Transfer(*one) for one in transfers])
        repeated = [statuses, rgp, tuple(contacts), tuple(ns), tuple(ns_addresses), records, transfer]
        return Domain(*own, *repeated)

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
            address = read_address(version, addr, self._attributes, place, self.faults)
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
