"""A deposit in a file, checked without a store: opened, read, and read again if there is something to locate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory.errors import DepositError
from directory.escrow import codes
from directory.escrow.check.checker import Checker
from directory.escrow.check.known import Context, Known
from directory.escrow.check.level import Level
from directory.escrow.check.table import CODES
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.opening import Opened, open_envelope
from directory.escrow.envelope.openpgp import Keys
from directory.escrow.report import Findings, Result
from directory.escrow.source import Put, Source
from directory.model.catalogue import Catalogue


class Check:
    """One deposit that is checked: what it is checked by, and what is found."""

    def __init__(
        self,
        level: Level,
        known: Known,
        catalogue: Catalogue,
        most: int = 100,
        keys: Keys | None = None,
        limits: Limits | None = None,
        progress: Callable[[int], None] = lambda octets: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        work: Path | None = None,
    ) -> None:
        """`most` findings of each code are kept; `keys` open what is encrypted, below the folder `work`;
        `progress` is told octets."""
        self._work = work
        self._level = level
        self._known = known
        self._catalogue = catalogue
        self._keys = keys
        self._limits = limits or Limits()
        self._progress = progress
        self._now = now
        self._found = Findings(most=most)
        self._source: Source | None = None

    def run(self, path: Path) -> Result:
        """Check a file or a folder. Raises `DocumentError` for keys that are not good."""
        began = time.monotonic()
        try:
            with open_envelope(path, self._keys, self._limits, self._found, self._work) as opened:
                self._read(path, opened)
        except DepositError as error:
            self._found.complete(error)
        return Result.of(path, self._level, self._source, self._found, time.monotonic() - began)

    def _read(self, path: Path, opened: Opened) -> None:
        is_lenient = self._level is Level.LENIENT
        with Source(
            opened.xml, self._catalogue, self._found, self._progress, is_lenient, self._now, self._limits
        ) as source:
            self._source = source
            source.read_frame()
            self._compare_names(path, opened, source)
            context = Context(self._known, source.header, source.frame)
            checker = Checker(context, self._level, self._found.add, self._found.note)
            for delete in source.deletes():
                checker.delete(delete.kind, delete.field, delete.key)
            for put in source.puts():
                _each(checker.put, put)
            is_whole = not any(self._found.numbers[code, False] for code in codes.CUT_OFF)
            if checker.end(source.counts, source.models, is_whole=is_whole):
                for delete in source.deletes():
                    checker.locate_delete(*delete)
                for put in source.puts():
                    _each(checker.locate, put)

    def _compare_names(self, path: Path, opened: Opened, source: Source) -> None:
        if opened.name is None and path.suffix != ".ryde":
            self._found.note("the name of its file is not checked: it is not of the form that deposits have")
            return
        for finding in opened.agrees(source.header, source.frame):
            self._found.add(replace(finding, warning=CODES[finding.code].is_note(self._level)))


def _each(see: Callable[[str, Any, int, str], object], put: Put) -> None:
    """An object, and the extensions inside of it."""
    see(put.kind, put.value, put.line, put.file)
    for extension in put.extensions:
        see("extension", extension, put.line, put.file)
