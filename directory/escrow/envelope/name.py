"""The names of deposit files, `example_2026-06-01_full_S1_R0.ryde` (RA Specification 2, part A, §5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow.envelope.refusal import SPECIFICATION, shown
from directory.model import format as formats
from directory.model.base import Instant
from directory.model.name import to_ascii

_RULE = f"{SPECIFICATION} §5"
_FORM = "{tld}_{YYYY-MM-DD}_{full|diff|incr|thin|thick-gurid}_S{number}_R{resend}"
_PATTERN = re.compile(
    r"(?P<tld>[a-z0-9.-]{1,253})_(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"_(?P<type>full|diff|incr|thin|thick-[0-9]{1,9})"
    r"_S(?P<segment>[1-9][0-9]{0,3})_R(?P<revision>0|[1-9][0-9]{0,4})"
)
_SUFFIXES = (".ryde", ".sig", ".xml", ".xml.gz", ".tar", ".tar.gz", ".tgz", "")
_TYPES = {"full": "FULL", "diff": "DIFF", "incr": "INCR", "thin": "FULL", "thick": "FULL"}
"""What a deposit of such a name is: bulk access (thin) and registrars' data (thick) are FULL deposits too."""


class Header(Protocol):
    """Of a deposit's header, what its name tells too."""

    @property
    def repository(self) -> str:
        """The TLD, or the id of whose repository it is."""


class Frame(Protocol):
    """Of a deposit, what its name tells too."""

    @property
    def type(self) -> str:
        """FULL, INCR or DIFF."""

    @property
    def resend(self) -> int:
        """How many times it was sent before."""

    @property
    def watermark(self) -> Instant:
        """The moment that its data are of."""


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says: whose deposit it is, of which day and type, which segment and which resend.

    `tld` is an A-label in lower case; `type` is as it is written, `full` or `thick-9995`.
    """

    tld: str
    date: date
    type: str
    segment: int = 1
    revision: int = 0

    @classmethod
    def from_text(cls, text: str) -> FileName:
        """The name that a file has, whatever its suffix. Raises `BadValue`."""
        found = _PATTERN.match(text)
        if not found or text[found.end() :] not in _SUFFIXES:
            raise BadValue(f"{shown(text)} is not of the form {_FORM}.ryde", _RULE)
        if to_ascii(found["tld"]) != found["tld"]:
            raise BadValue(f"{found['tld']!r} is not in A-labels", _RULE)
        try:
            day = date.fromisoformat(found["date"])
        except ValueError:
            raise BadValue(f"{found['date']} is no day of the calendar", _RULE) from None
        return cls(found["tld"], day, found["type"], int(found["segment"]), int(found["revision"]))

    def to_text(self, suffix: str = "") -> str:
        """The name of the file, with a suffix such as `.ryde`."""
        return f"{self.tld}_{self.date.isoformat()}_{self.type}_S{self.segment}_R{self.revision}{suffix}"


def parse_name(text: str) -> FileName | None:
    """The name that a file has; None if it is not one of the form."""
    try:
        return FileName.from_text(text)
    except BadValue:
        return None


def agrees(name: FileName | None, header: Header | None, frame: Frame | None) -> Iterator[Finding]:
    """Where a file's name and its content say different things; None for what was not readable.

    A file whose name is not of the form is one finding.
    """
    if name is None:
        hint = f"name it {_FORM}.ryde"
        yield _finding("its name does not tell whose deposit it is, of which day and type", hint)
        return
    if header and header.repository != name.tld:
        yield _finding(f"its name is of {name.tld!r}, its header of {header.repository!r}")
    if frame is None:
        return
    if frame.type != _TYPES[name.type.partition("-")[0]]:
        yield _finding(f"its name is of type {name.type}, the deposit of type {frame.type}")
    day = formats.moment(frame.watermark).date()
    if day != name.date:
        yield _finding(f"its name is of {name.date}, its watermark of {day} in UTC")
    if frame.resend != name.revision:
        yield _finding(f"its name is of revision {name.revision}, the deposit of resend {frame.resend}")


def _finding(message: str, hint: str = "") -> Finding:
    return Finding("deposit", _RULE, message, hint=hint, code=codes.INVALID_FILENAME)
