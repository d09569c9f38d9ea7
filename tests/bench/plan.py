"""What a run of the benchmark is to do, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("whois", "rdap", "growth", "ingest", "parts", "profiles")

HELP = """\
environment:
  BENCH_NAMES=100000        names in the store
  BENCH_ROUNDS=5            rounds that count, after one that does not
  BENCH_SECONDS=1.5         the longest round at a door
  BENCH_PARTS=whois,rdap,growth,ingest,parts,profiles
  BENCH_INGEST_NAMES=20000  names in the deposit of the ingest rounds; the whole store is ingested once besides
  BENCH_POSTGRESQL=1        start a PostgreSQL too, and say what a lookup in it takes
"""


class PlanError(Exception):
    """The environment asks for what cannot be done."""


@dataclass(frozen=True)
class Plan:
    """The size of everything. `small` is the store that the growth is measured against, `changes` are the
    sizes of the deposits of changes, `samples` is how many replies the ceilings serve."""

    names: int = 100_000
    rounds: int = 5
    seconds: float = 1.5
    parts: tuple[str, ...] = PARTS
    ingest_names: int = 20_000
    changes: tuple[int, ...] = (1_000, 100_000)
    small: int = 10_000
    seed: int = 1
    samples: int = 4_000
    postgresql: bool = False
    cache: Path = ROOT / "var" / "bench"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Plan:
        """Raises `PlanError`."""
        names = _number(environment, "BENCH_NAMES", cls.names, 100, 10_000_000)
        wanted = environment.get("BENCH_PARTS", ",".join(PARTS)).split(",")
        unknown = set(wanted) - set(PARTS)
        if unknown:
            raise PlanError(
                f"BENCH_PARTS: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}"
            )
        return cls(
            names=names,
            rounds=_number(environment, "BENCH_ROUNDS", cls.rounds, 1, 100),
            seconds=_seconds(environment, "BENCH_SECONDS", cls.seconds),
            parts=tuple(part for part in PARTS if part in wanted),
            ingest_names=min(names, _number(environment, "BENCH_INGEST_NAMES", cls.ingest_names, 100, 10_000_000)),
            small=cls.small if names > cls.small else max(100, names // 10),
            postgresql=environment.get("BENCH_POSTGRESQL", "") not in ("", "0"),
        )


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise PlanError(f"{name}={text}: a whole number from {least} to {most} is wanted")
    return int(text)


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    try:
        seconds = float(environment.get(name, default))
    except ValueError:
        seconds = 0.0
    if not 0.05 <= seconds <= 60:
        raise PlanError(f"{name}: seconds from 0.05 to 60 are wanted")
    return seconds
