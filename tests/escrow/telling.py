"""All that a reading of a deposit gives and tells, to compare two ways of reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from directory.errors import DepositError, Finding
from directory.escrow.report import Findings
from directory.escrow.source import Known, Put, Source
from tests.escrow.reading import CATALOGUE, NOW

SALT = bytes(32)


class Told(NamedTuple):
    """What was read: `refused` is why it could not be read to its end; `weight` and `octets` are what it took."""

    puts: list[Put]
    known: Known
    findings: list[Finding]
    notes: Mapping[str, int]
    refused: tuple[Finding, ...]
    weight: int
    octets: int


def told(path: Path, puts: Callable[[Source], Iterator[Put]]) -> Told:
    """Read a deposit in some way."""
    found, octets, read = Findings(), list[int](), list[Put]()
    refused: tuple[Finding, ...] = ()
    with Source(path, CATALOGUE, found, octets.append, now=lambda: NOW) as source:
        try:
            source.read_frame()
            read.extend(put._replace(content=None) for put in puts(source))
        except DepositError as error:
            refused = error.findings
        return Told(read, source.known, found.findings, found.notes, refused, source.weight, sum(octets))
