"""A file of a table as rows: where it is, if it is what was sent, how it is packed, encoded and cut (RFC 4180)."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Protocol

from directory.errors import Finding
from directory.escrow import codes
from directory.escrow.csv.columns import Column
from directory.escrow.csv.definition import Definition, Definitions, File
from directory.escrow.csv.tables import SHOWN
from directory.escrow.envelope.gunzip import MAGIC
from directory.escrow.envelope.limits import Limits, Reader, check_octets
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.unpack import plain
from directory.escrow.stream import Tap

_BLOCK = 1 << 18
_LONGEST = 1 << 20  # characters of a line, or of a record with quotes: 100 columns have no reason for more
_MOST_MISCUT = 10_000  # rows; what has as many is another table, or none
_RULE = "RFC 9022 §4.6.2.1"
_INTEGRITY = "RFC 9022 §4.4"
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # of XML 1.0 §2.2, so of no value either
Row = list[str]


class _Stop(Exception):
    """A file cannot be read further: the line, what is wrong, by which rule."""

    def __init__(self, line: int, message: str, rule: str, hint: str = "", code: str = codes.INVALID_CSV) -> None:
        self.finding = Finding("", rule, message, line=line, hint=hint, code=code)
        super().__init__(message)


class _Sum(Protocol):
    """A checksum that grows with what is read."""

    def update(self, octets: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class _Crc32:
    """The CRC of ITU-T V.42, which is that of gzip."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, octets: bytes) -> None:
        self._value = zlib.crc32(octets, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08X}"


_SUMS: dict[str, Callable[[], _Sum]] = {"CRC32": _Crc32, "SHA256": hashlib.sha256}

_ALONE = "a carriage return stands alone, outside of quotes"
"""What the library says of it is advice for who opens files with it."""


class TableFile(NamedTuple):
    """A file that a definition names, in the folder of its deposit; nothing outside of that is opened.

    `lenient` takes blanks around the separators, empty lines and a header line, which RFC 4180 does not.
    """

    folder: Path
    definition: Definition
    file: File
    definitions: Definitions
    progress: Callable[[int], None]
    lenient: bool
    limits: Limits

    def rows(self) -> Iterator[Row]:
        """The rows that have all their cells, each with the line it begins at as one cell more; below zero if a
        cell is empty that may not be.

        What is wrong goes to the report, and breaks the table where rows are lost.
        """
        try:
            path = self._locate()
            with path.open("rb") as stream:
                sums = _Sums(self.file)
                octets: Reader = Tap(stream, lambda block: self.progress(len(block)))
                octets = Tap(octets, sums.packed.update)
                if self.file.is_packed:
                    octets = Tap(plain(octets, self.limits, self.file.name), sums.plain.update)
                else:
                    check_octets(path.stat().st_size, self.limits, self.file.name)
                yield from self._cut(_Lines(octets, self))
            self._compare(sums)
        except _Stop as stop:
            self._break(stop.finding)
        except Refusal as refusal:
            self._break(refusal.finding)
        except OSError as error:
            message = f"it cannot be read: {error.strerror or error}"
            self._break(Finding("", _RULE, message, code=codes.MISSING_FILES))

    def _locate(self) -> Path:
        """The file's path. Raises `_Stop` if there is none, or it is not inside the folder."""
        name = self.file.name
        outside = "it names a file outside of the deposit's folder"
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
            raise _Stop(0, outside, _RULE, code="")
        try:
            folder = self.folder.resolve()
            path = (folder / name).resolve(strict=True)
            is_regular = stat.S_ISREG(path.stat().st_mode)
        except (OSError, ValueError):
            hint = f"put {name[:100]!r} beside the XML of the deposit"
            raise _Stop(0, "there is no such file", _RULE, hint, codes.MISSING_FILES) from None
        if not path.is_relative_to(folder):
            raise _Stop(0, outside, _RULE, code="")
        if not is_regular:
            raise _Stop(0, "it is no regular file", _RULE, code="")
        return path

    def _cut(self, lines: _Lines) -> Iterator[Row]:
        """The rows of lines."""
        width = len(self.definition.columns)
        required = self.definition.required
        # With one place itemgetter gives no tuple.
        needed = itemgetter(*required, *required[:1]) if required else None
        reader = csv.reader(
            lines,
            delimiter=self.definition.separator,
            strict=not self.lenient,
            skipinitialspace=self.lenient,
        )
        begin, miscut = 1, 0
        try:
            for row in reader:
                line, begin = begin, reader.line_num + 1
                if self.lenient:
                    row = [cell.strip() for cell in row]
                if len(row) != width:
                    self._miscut(row, line)
                    miscut += 1
                    if miscut == _MOST_MISCUT:
                        message = f"{miscut:,} rows have another number of cells: it is not read further"
                        raise _Stop(line, message, "RFC 4180 §2.4")
                elif line == 1 and self._is_heading(row):
                    self._refuse_heading()
                elif needed is not None and "" in needed(row):
                    self._miss(row, line)
                    yield [*row, str(-line)]
                else:
                    row.append(str(line))
                    yield row
        except csv.Error as error:
            why = _ALONE if "new-line character" in str(error) else str(error)
            raise _Stop(max(begin, reader.line_num), f"it is no CSV: {why}", "RFC 4180 §2") from None

    def _miscut(self, row: Row, line: int) -> None:
        """A row with another number of cells than there are columns."""
        if not row and self.lenient:
            self.definitions.report.note(f"skipped empty lines of {self.file.name} (RFC 4180 §2.4)")
            return
        message = f"it has {len(row)} cells, not {len(self.definition.columns)}"
        self._break(Finding(self._place(row), "RFC 4180 §2.4", message, line=line, code=codes.INVALID_CSV))

    def _miss(self, row: Row, line: int) -> None:
        """A row that lacks what its columns have to have."""
        for place in self.definition.required:
            column = self.definition.columns[place]
            if row[place]:
                continue
            shown, code = f"column {place + 1}", ""
            if isinstance(column, Column):
                shown, code = column.shown, codes.missing(self.definition.table.kind, column.local)
            elif column is not None:
                shown = f"rdeCsv:fCustom {column.name}"
            self._add(Finding(self._place(row), _RULE, "it is empty", shown, line, code=code))

    def _is_heading(self, row: Row) -> bool:
        """Whether a row is the names of the columns, which RFC 9022 has in the XML and not in the file."""
        names = [one.tag.partition(":")[2] if isinstance(one, Column) else "" for one in self.definition.columns]
        return [cell.rpartition(":")[2].casefold() for cell in row] == [name.casefold() for name in names]

    def _refuse_heading(self) -> None:
        if self.lenient:
            self.definitions.report.note(f"skipped the header line of {self.file.name} (RFC 9022 §4.6.2.1)")
            return
        hint = "the XML says what the columns are; delete the line"
        message = "the first line has the names of the columns"
        self._add(Finding(f"table {self.definition.table.name}", _RULE, message, line=1, hint=hint))

    def _compare(self, sums: _Sums) -> None:
        """Whether the file is the one that was sent: its checksum is of the packed or of the plain octets."""
        if self.file.checksum is None:
            return
        algorithm, expected = self.file.checksum
        packed, unpacked = sums.packed.hexdigest().upper(), sums.plain.hexdigest().upper()
        if self.file.is_packed and expected in (packed, unpacked):
            which = "packed" if expected == packed else "plain"
            self.definitions.report.note(f"checksums are of the {which} octets ({_INTEGRITY})")
        elif expected != packed:
            found = f"{packed}, or {unpacked} unpacked" if self.file.is_packed else packed
            message = f"its {algorithm} is {found}, not {expected}"
            self._add(Finding("", _INTEGRITY, message, hint="ask for it again", code=codes.INVALID_CSV))

    def _place(self, row: Row) -> str:
        """The object of a row, by its key; the table if there is none."""
        table = self.definition.table
        for cell, column in zip(row, self.definition.columns, strict=False):
            if cell and isinstance(column, Column) and column.tag in table.key:
                return f"{SHOWN.get(table.kind, table.kind)} {cell[:100]}"
        return f"table {table.name}"

    def _break(self, finding: Finding) -> None:
        self.definitions.broken.add(self.definition.table.name)
        self._add(finding)

    def _add(self, finding: Finding) -> None:
        place = (
            finding.place if finding.place not in ("", self.file.name) else f"table {self.definition.table.name}"
        )
        self.definitions.report.add(
            Finding(
                place,
                finding.rule,
                finding.message,
                finding.element,
                finding.line,
                finding.hint,
                code=finding.code,
                file=self.file.name,
            )
        )


class _Sums:
    """The checksums of a file, as it was sent and unpacked."""

    def __init__(self, file: File) -> None:
        new = _SUMS[file.checksum[0]] if file.checksum else _Crc32
        self.packed = new()
        self.plain = new()


class _Lines:
    """The lines of a file, each with its end; memory is bounded, and so is the work on what is no table."""

    def __init__(self, octets: Reader, table: TableFile) -> None:
        self._octets = octets
        self._encoding = table.file.encoding
        self._is_strict = not table.lenient
        self._record = _record(table.definition.separator)
        self._number = 0  # lines before the text that is being cut
        self._held: list[str] = []
        self._first = 0  # the line at which what is held begins
        self._quotes = self._length = 0

    def __iter__(self) -> Iterator[str]:
        return chain(chain.from_iterable(map(self._cut, self._texts())), self._end())

    def _end(self) -> Iterator[str]:
        """No line, but the last chance to see that a cell with quotes did not end."""
        if self._held:
            raise self._endless()
        yield from ()

    def _endless(self) -> _Stop:
        return _Stop(self._first, "a quoted cell does not end", "RFC 4180 §2.5")

    def _cut(self, text: str) -> Iterator[str]:
        lines = StringIO(text, newline="\n")
        return self._checked(lines) if self._is_strict and (self._held or '"' in text) else lines

    def _texts(self) -> Iterator[str]:
        """The text in pieces that end where lines do."""
        rest = ""
        for block in self._decoded():
            text = rest + block
            if wrong := _NO_CHARACTER.search(text):
                line = self._number + text.count("\n", 0, wrong.start()) + 1
                raise _Stop(line, f"it has the character U+{ord(wrong[0]):04X}", "XML 1.0 §2.2")
            end = text.rfind("\n") + 1
            rest = text[end:]
            if len(rest) > _LONGEST:
                line = self._number + text.count("\n") + 1
                raise _Stop(line, f"a line has more than {_LONGEST:,} characters", "RFC 4180 §2.1")
            if end:
                yield text[:end]
                self._number += text.count("\n", 0, end)
        if rest:
            yield rest

    def _decoded(self) -> Iterator[str]:
        name = "utf-8-sig" if self._encoding == "utf-8" else self._encoding
        decoder = codecs.getincrementaldecoder(name)()
        try:
            while block := self._octets.read(_BLOCK):
                if not self._number and block.startswith(MAGIC):
                    hint = 'say compression="gzip" in its definition'
                    raise _Stop(0, "it is packed, and the deposit does not say so", _RULE, hint)
                yield decoder.decode(block)
            yield decoder.decode(b"", final=True)
        except UnicodeError as error:
            what = (
                f"octet 0x{error.object[error.start]:02X}" if isinstance(error, UnicodeDecodeError) else "what is"
            )
            message = f"{what} near this line is no {self._encoding.upper()}"
            raise _Stop(self._number + 1, message, _RULE) from None

    def _checked(self, lines: Iterator[str]) -> Iterator[str]:
        """The lines, of which those with quotes are looked at: csv takes quotes inside of a cell that has none."""
        for number, line in enumerate(lines, self._number + 1):
            if self._held or '"' in line:
                self._first = self._first if self._held else number
                self._held.append(line)
                self._quotes += line.count('"')
                self._length += len(line)
                if self._quotes % 2 == 0:
                    whole = "".join(self._held)
                    self._held.clear()
                    self._quotes = self._length = 0
                    if not self._record.match(whole):
                        raise _Stop(self._first, "a cell with quotes is not quoted as a whole", "RFC 4180 §2.5")
                elif self._length > _LONGEST:
                    raise self._endless()
            yield line


def _record(separator: str) -> re.Pattern[str]:
    """A record of RFC 4180 §2: cells that are quoted as a whole, or have no quotes."""
    mark = re.escape(separator)
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n{mark}]*+)'
    return re.compile(rf"{cell}(?:{mark}{cell})*+\r?\n?\Z")
