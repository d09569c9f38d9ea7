"""What puts the objects of a kind together from their rows, whichever kind it is (RFC 9022 §4.6.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from directory.errors import BadValue
from directory.escrow import codes
from directory.escrow.csv.columns import Column
from directory.escrow.csv.records import Cells, Children, Faults, Staged, Values
from directory.escrow.csv.stage import Stage
from directory.escrow.csv.tables import CHILDREN, PARENTS
from directory.escrow.objects.shared import matching_u_name
from directory.model import format as formats
from directory.model.base import Address, Value

CHILD = {table.name: table for children in CHILDREN.values() for table in children}
"""The child tables by name."""
_MOST_REGISTRARS = 10_000  # whose numbers are kept


class Builder(ABC):
    """Puts the objects of one kind together; `children` are those of the child tables that the deposit has."""

    kind = ""

    def __init__(self, children: Mapping[str, Children], faults: Faults, stage: Stage) -> None:
        self.table = PARENTS[self.kind]
        self.cells = Cells(self.table, faults)
        self.faults = faults
        self.stage = stage
        self._children = children
        self._registrars: dict[int, str | None] = {}

    @abstractmethod
    def build(self, row: Staged) -> Value | None:
        """The object of a row and what belongs to it; None if there is a fault in it."""

    def child(self, name: str) -> Children:
        """The rows of a child table; there are none, where the deposit does not have it."""
        return self._children.get(name) or Children(CHILD[name], iter(()), self.faults, True)

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


def read_address(
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
