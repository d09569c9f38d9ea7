"""The tables of a small registry, to be changed and read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from directory.model.domain import Domain
from directory.model.registry import IdnTable
from tests import csvdeposits as c
from tests import deposits as d
from tests.escrow.reading import Reading, read, values

CHILD = 'csvDomain:fName parent="true"'


class Tables:
    """The tables of a small registry, to be changed and read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "full.xml").write_bytes(
            d.full(
                d.registrar(),
                d.contact(name="Ana", more=self._WISHES),
                d.host("ns1.one.example", "192.0.2.1", "2001:db8::1", roid="H1-TEST"),
                d.domain(hosts=("ns1.one.example",)),
                d.domain("two.example", attributes=(("ns.two.example", ("192.0.2.9",)), ("ns.far.example", ()))),
                d.nndn("no.example"),
            )
        )
        self.objects = [*values(read(folder / "full.xml").puts), IdnTable("es", "https://iana.example/es", "")]
        self.sheets = c.sheets(self.objects)

    _WISHES = '<rdeContact:disclose flag="0"><contact:name type="loc"/><contact:voice/></rdeContact:disclose>'

    def __getitem__(self, name: str) -> c.Sheet:
        return next(sheet for sheet in self.sheets if sheet.name + sheet.part == name)

    def add(self, name: str, fields: Sequence[str], *rows: Sequence[str], part: str = "-more") -> c.Sheet:
        """One more definition of a table."""
        sheet = c.Sheet(name, list(fields), [list(row) for row in rows], part=part)
        self.sheets.append(sheet)
        return sheet

    def drop(self, *names: str) -> None:
        """Leave out tables."""
        self.sheets = [sheet for sheet in self.sheets if sheet.name + sheet.part not in names]

    def cell(self, name: str, field: str, text: str, row: int = 0) -> None:
        """Change a cell."""
        sheet = self[name]
        (place,) = [number for number, one in enumerate(sheet.fields) if one.split()[0] == field]
        sheet.rows[row][place] = text

    def column(self, name: str, field: str, *cells: str) -> None:
        """Add a column."""
        sheet = self[name]
        sheet.fields.append(field)
        for row, cell in zip(sheet.rows, cells, strict=True):
            row.append(cell)

    def read(self, *objects: str, **options: Any) -> Reading:
        """Read the deposit of these tables."""
        known = options.pop("known", None)
        lenient = options.pop("lenient", False)
        catalogue = {"catalogue": options.pop("catalogue")} if "catalogue" in options else {}
        return read(
            c.write_csv(self.folder, self.sheets, *objects, **options), known=known, lenient=lenient, **catalogue
        )


def domain(found: Reading, name: str = "one.example") -> Domain:
    """A domain that was read."""
    return next(one for one in found.values("domain") if isinstance(one, Domain) and one.name == name)
