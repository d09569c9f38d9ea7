"""Rows that belong together: a parent with its children, typed cell by cell (RFC 9022 §4.6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, cast

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow.csv.columns import Column
from directory.escrow.csv.definition import Definitions
from directory.escrow.csv.tables import SHOWN, Table

_MOST_SEEN = 4_096
_MOST_ROWS = 10_000  # of a child table that one object has
Staged = tuple[Any, ...]
"""A row as the stage gives it: key, line (below zero if a cell is missing), number of the file, cells."""
Values = list[Any]


class Faults:
    """What is wrong with rows, told with the object, the file and the line."""

    def __init__(self, definitions: Definitions, files: Sequence[str], lenient: bool) -> None:
        self.report = definitions.report
        self.broken = definitions.broken
        self.lenient = lenient
        self.files = files

    def add(
        self,
        table: Table,
        row: Staged,
        message: str,
        rule: str = "",
        *,
        element: str = "",
        hint: str = "",
        code: str = "",
        warning: bool = False,
    ) -> None:
        """Something is wrong with a row of a table."""
        place = f"{SHOWN.get(table.kind, table.kind)} {str(row[0] or '(without a key)')[:100]}"
        line, file = abs(row[1]), self.files[row[2]]
        self.report.add(
            Finding(place, rule or table.rule, message, element, line, hint, warning, code=code, file=file)
        )

    def refuse(self, table: Table, row: Staged, column: Column, error: BadValue) -> None:
        """A cell is not of its format."""
        code = codes.invalid(SHOWN.get(table.kind, table.kind), column.local)
        self.add(table, row, str(error), error.rule, element=f"{table.name}: {column.shown}", code=code)


class Cells:
    """The cells of a table's rows as values; those of a child without the one that names its parent."""

    def __init__(self, table: Table, faults: Faults) -> None:
        self.table = table
        self._faults = faults
        self._first = 4 if table.is_child else 3
        self._columns = table.columns[1:] if table.is_child else table.columns
        self._converts = [column.convert for column in self._columns]
        firm = [place for place, column in enumerate(self._columns) if column.firm]
        # With one place itemgetter gives no tuple.
        self._firm = itemgetter(*firm, *firm[:1]) if firm else None
        self._firm_places = firm
        self._seen: dict[tuple[str, ...], Values] | None = {} if table.repeats else None

    def values(self, row: Staged) -> Values | None:
        """The values of a row in the order of the columns, not to be changed; None if there is a fault in it."""
        cells = row[self._first :]
        if self._seen is None:
            return self._convert(row, cells)
        values = self._seen.get(cells)
        if values is None or row[1] < 0:
            values = self._convert(row, cells)
            if values is not None:
                if len(self._seen) == _MOST_SEEN:
                    self._seen.clear()
                self._seen[cells] = values
        return values

    def _convert(self, row: Staged, cells: tuple[str, ...]) -> Values | None:
        try:
            values = [
                convert(cell) if cell else None for convert, cell in zip(self._converts, cells, strict=False)
            ]
        except BadValue:
            self._refuse(row, cells)
            return None
        if self._firm is not None and None in self._firm(values):
            self._miss(row, cells, values)
            return None
        return values if row[1] > 0 else None

    def _refuse(self, row: Staged, cells: Sequence[str]) -> None:
        for column, cell in zip(self._columns, cells, strict=False):
            try:
                if cell:
                    column.convert(cell)
            except BadValue as error:
                self._faults.refuse(self.table, row, column, error)

    def _miss(self, row: Staged, cells: Sequence[str], values: Values) -> None:
        """What is there and says nothing; what is not there was missed when the file was read."""
        for place in self._firm_places:
            if values[place] is None and cells[place]:
                column = self._columns[place]
                code = codes.missing(SHOWN.get(self.table.kind, self.table.kind), column.local)
                shown = f"{self.table.name}: {column.shown}"
                self._faults.add(self.table, row, "it is empty", element=shown, code=code)


class Children:
    """The rows of a child table, parent after parent in the order of the keys. `last` are the rows of the parent
    that was sought last, as the stage has them: they say what they are made of, and where something stands."""

    def __init__(self, table: Table, rows: Iterator[Staged], faults: Faults, is_parent_whole: bool) -> None:
        self.table = table
        self.cells = Cells(table, faults)
        self.last: list[Staged] = []
        self.is_whole = True
        """Whether `last` are all of them, and not too many to be read."""
        self._rows = rows
        self._faults = faults
        self._is_parent_whole = is_parent_whole
        self._next = next(rows, None)

    def seek(self, key: str) -> None:
        """Go on to the rows that belong to a parent."""
        row = self._next
        last = self.last = []
        self.is_whole = True
        if row is None or row[0] > key:
            return
        rows = self._rows
        while row is not None and row[0] < key:
            self._orphan(row)
            row = next(rows, None)
        while row is not None and row[0] == key:
            if len(last) == _MOST_ROWS:
                message = f"it has more than {_MOST_ROWS:,} rows"
                self._faults.add(self.table, row, message, element=self.table.name)
                self.is_whole = False
                row = next((other for other in rows if other[0] != key), None)
                break
            last.append(row)
            row = next(rows, None)
        self._next = row

    def values(self) -> list[Values] | None:
        """The values of the rows that were sought; None if there is a fault in them."""
        found = [*map(self.cells.values, self.last)]
        return None if not self.is_whole or None in found else cast("list[Values]", found)

    def finish(self) -> None:
        """Tell of the rows behind the last parent."""
        while self._next is not None:
            self._orphan(self._next)
            self._next = next(self._rows, None)

    def _orphan(self, row: Staged) -> None:
        """A row whose parent is not there; where the parents could not all be read, that says nothing."""
        if self._is_parent_whole:
            message = f"a row of {self.table.name} has no parent in the deposit"
            self._faults.add(self.table, row, message, "RFC 9022 §4.6.1", warning=self._faults.lenient)
