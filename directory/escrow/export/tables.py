"""Writes a deposit in the CSV model: a file for each table, and the XML that says what is in them (RFC 9022 §4.6).

Kinds that have no CSV model, or that it cannot hold whole, and objects of extensions stand in the XML, for a
deposit may mix models (§2). The XML is written last: it has the checksums of the files in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from directory.escrow import namespace as ns
from directory.escrow.export.frame import URIS, Frame
from directory.escrow.export.objects import DELETES, RENDER
from directory.escrow.export.place import opened
from directory.escrow.export.sheets import DELETE_SHEETS, LOSSES, SHEETS, Row, Sheet, definition
from directory.escrow.export.text import checked, escaped
from directory.escrow.export.writer import NoPlace, Writer, within
from directory.model.base import Value

_ROWS = 512  # how many rows are written at once
_KEPT = 1 << 20  # octets of XML objects that are kept in memory before a file is


class _Crc:
    """CRC32 as the samples write it: 8 digits in upper case (RFC 9022 §4.4)."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, octets: bytes) -> None:
        self._value = zlib.crc32(octets, self._value)

    def text(self) -> str:
        return f"{self._value:08X}"


class _Sha256:
    """SHA-256, as 64 digits in upper case (RFC 6234)."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, octets: bytes) -> None:
        self._hash.update(octets)

    def text(self) -> str:
        return self._hash.hexdigest().upper()


CHECKSUMS: Mapping[str, Callable[[], _Crc | _Sha256]] = {"CRC32": _Crc, "SHA256": _Sha256}
"""The algorithms for checksums, by the name that cksumAlg has for them; the first is what is meant without one."""


class _File:
    """The file of a sheet: RFC 4180, UTF-8, with a checksum of its rows as they are before compression."""

    def __init__(self, path: Path, checksum: str, stack: ExitStack, *, is_packed: bool) -> None:
        self.name = path.name
        self._out = stack.enter_context(opened(path, is_packed=is_packed))
        self._is_packed = is_packed
        self._algorithm = checksum
        self._checksum = CHECKSUMS[checksum]()
        self._rows: list[Row] = []

    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows, by and by."""
        self._rows += rows
        if len(self._rows) >= _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(self._rows)
        octets = text.getvalue().encode()
        self._checksum.update(octets)
        self._out.write(octets)
        self._rows.clear()

    def xml(self) -> str:
        """The element rdeCsv:file."""
        packing = ' compression="gzip"' if self._is_packed else ""
        algorithm = f' cksumAlg="{self._algorithm}"' if self._algorithm != next(iter(CHECKSUMS)) else ""
        return f'<rdeCsv:file{packing} cksum="{self._checksum.text()}"{algorithm}>{self.name}</rdeCsv:file>'


class CsvWriter(Writer):
    """A folder of files. `models` says which model each kind is written in."""

    def __init__(
        self, frame: Frame, folder: Path, name: str, models: Mapping[str, str], checksum: str, *, is_packed: bool
    ) -> None:
        super().__init__(frame)
        self._folder = folder
        self._name = name
        self._models = models
        self._checksum = checksum
        self._is_packed = is_packed
        self._date = frame.watermark[:10].replace("-", "")
        self._files: dict[str, _File] = {}
        self._deletes: list[str] = []
        self._objects = tempfile.SpooledTemporaryFile(_KEPT, dir=str(folder.parent))  # noqa: SIM115
        self._stack.enter_context(self._objects)

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        self.deleted += len(keys)
        if self._models[kind] == "csv":
            self._add(DELETE_SHEETS[kind], [(key,) for key in keys])
        else:
            self._deletes += [DELETES[kind].format(escaped(key)) for key in keys]

    def put(self, kind: str, value: Value, inside: str = "") -> None:
        uri = URIS[kind, self._models[kind]]
        if self._models[kind] == "xml":
            xml = RENDER[kind](value)
            self._object(uri, within(xml, inside) if inside else xml)
            return
        loss = LOSSES[kind](value) or ("what an extension has inside of an object" if inside else "")
        if loss:
            raise NoPlace(loss)
        for sheet in SHEETS[kind]:
            rows = sheet.rows(value)
            if rows:
                self._add(sheet, rows)
        self.written[uri] += 1

    def extension(self, uri: str, xml: str) -> None:
        self._object(uri, xml)

    def end(self) -> None:
        for file in self._files.values():
            file.flush()
        with opened(self._folder / self._name, is_packed=False) as out:
            out.write(f"{self.frame.heading()}\n{self._deleted()}<rde:contents>\n{self.frame.header()}\n".encode())
            for kind, sheets in SHEETS.items():
                out.write(self._defined(kind, "contents", sheets).encode())
            self._objects.seek(0)
            while octets := self._objects.read(1 << 16):
                out.write(octets)
            out.write(b"</rde:contents>\n</rde:deposit>\n")
        self._stack.close()

    def _add(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        file = self._files.get(sheet.name)
        if file is None:
            rows = list(rows)
            if not rows:
                return
            path = self._folder / f"{sheet.name}-{self._date}.csv{'.gz' if self._is_packed else ''}"
            file = _File(path, self._checksum, self._stack, is_packed=self._is_packed)
            self._files[sheet.name] = file
        file.add(rows)

    def _object(self, uri: str, xml: str) -> None:
        self._objects.write(f"{checked(xml)}\n".encode())
        self.written[uri] += 1

    def _deleted(self) -> str:
        tables = [self._defined(kind, "deletes", (sheet,)) for kind, sheet in DELETE_SHEETS.items()]
        deleted = "".join([*tables, *(f"{each}\n" for each in self._deletes)])
        return f"<rde:deletes>\n{deleted}</rde:deletes>\n" if deleted else ""

    def _defined(self, kind: str, part: str, sheets: Iterable[Sheet]) -> str:
        """The definitions of the sheets that have a file, in `contents` or `deletes` of their kind."""
        found = [definition(sheet, file.xml()) for sheet in sheets if (file := self._files.get(sheet.name))]
        tag = f"{ns.PREFIXES[URIS[kind, 'csv']]}:{part}"
        return f"<{tag}>\n" + "\n".join(found) + f"\n</{tag}>\n" if found else ""
