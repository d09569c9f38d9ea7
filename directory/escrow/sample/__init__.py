"""A registry that looks real, made up from a seed: a FULL deposit in the XML model of RFC 9022.

    registry    who refers to whom, without storing it       shape    exact shares, long tails, draws
    lifecycle   statuses, grace periods, transfers           dates    the calendar around the watermark
    dnssec      keys and the digests that belong to them     names, scripts, people         material
    write       the deposit, streamed        registrars, contacts, hosts, domains, parts     objects

The same arguments give the same octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from directory.escrow.sample.registrars import side_yaml
from directory.escrow.sample.registry import Registry
from directory.escrow.sample.write import Progress, write_deposit

SIDE_SUFFIX = ".registrars.yaml"


@dataclass(frozen=True, slots=True)
class Sample:
    """What was written: the deposit, the registrars' side data, the header's counts by object URI."""

    deposit: Path
    side: Path
    counts: dict[str, int]


def write_sample(
    path: Path,
    *,
    domains: int,
    seed: int,
    tld: str,
    watermark: datetime,
    progress: Progress = lambda _batch, _total: None,
) -> Sample:
    """Write a deposit of that many domains to `path`, and the side data beside it.

    `progress` is told of every batch of objects, and of the total. Raises ValueError if `tld` is
    no name under IDNA2008, or `domains` is less than one or more than there are labels for.
    """
    if domains < 1:
        raise ValueError("a registry has at least one domain")
    registry = Registry.of(domains, seed, tld, watermark)
    counts = write_deposit(registry, path, progress)
    side = path.with_name(path.name + SIDE_SUFFIX)
    side.write_text(side_yaml(registry), encoding="utf-8", newline="\n")
    return Sample(path, side, counts)
