"""Ingest beside bare lxml over the same file: each in a process of its own, on one core.

`python -m tests.bench.ingest ingest DEPOSIT STORE` and `… iterparse DEPOSIT` are those processes; they print
JSON. The clock runs in them from the start of the work to its end, imports left out.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.figure import RATIO, Figure, Section
from tests.bench.machine import Cores, memory
from tests.bench.plan import Plan
from tests.bench.process import python, run
from tests.bench.registry import Registry
from tests.bench.rounds import LoadError, Spread, ratio

_SECONDS = 3600.0
_PREFIX = "urn:ietf:params:xml:ns:"
TAGS = (
    f"{{{_PREFIX}rdeRegistrar-1.0}}registrar",
    f"{{{_PREFIX}rdeIDN-1.0}}idnTableRef",
    f"{{{_PREFIX}rdeContact-1.0}}contact",
    f"{{{_PREFIX}rdeHost-1.0}}host",
    f"{{{_PREFIX}rdeDomain-1.0}}domain",
    f"{{{_PREFIX}rdeNNDN-1.0}}NNDN",
    f"{{{_PREFIX}rdeEppParams-1.0}}eppParams",
    f"{{{_PREFIX}rdePolicy-1.0}}policy",
    "{urn:x-dnrd:ns:reseller-1.0}reseller",
    "{urn:x-dnrd:ns:trademark-1.0}trademark",
    "{urn:x-dnrd:ns:person-1.0}person",
    "{urn:x-dnrd:ns:postal-language-1.0}postalLanguage",
)
"""The objects of a sample deposit (RFC 9022 §5, and those of extensions)."""


def measure(
    plan: Plan, cores: Cores, big: Registry, middle: Registry, tell: Callable[[str], None]
) -> list[Section]:
    """Rounds on the deposit of `middle`; that of `big` once, because of its memory."""
    rounds: list[tuple[Any, Any, Any]] = []
    for number in range(plan.rounds + 1):
        tell(f"ingest: round {number} of {plan.rounds}, {middle.size:,} names")
        rounds.append(_round(cores.server, middle))
    counted = rounds[1:]
    bare, fresh, again = ([each[which]["rate"] for each in counted] for which in range(3))
    process = [[each[which]["process_rate"] for each in counted] for which in range(3)]
    size = f"{middle.size:,} names, {counted[0][0]['objects']:,} objects"
    figures = [
        Figure("bare lxml iterparse", "objects a second", Spread.of(bare), note=size),
        Figure("ingest into an empty store", "objects a second", Spread.of(fresh), note=size),
        Figure("ingest into an empty store, of iterparse", RATIO, ratio(fresh, bare), "≥ 0.08"),
        Figure(
            "ingest into an empty store, per second of the process", RATIO, ratio(process[1], process[0]), "≥ 0.08"
        ),
        Figure("ingest unchanged into the filled store", "objects a second", Spread.of(again), note=size),
        Figure("ingest unchanged, of iterparse", RATIO, ratio(again, bare), "≥ 0.08"),
        Figure("ingest unchanged, per second of the process", RATIO, ratio(process[2], process[0]), "≥ 0.08"),
    ]
    if big.size != middle.size:
        tell(f"ingest: once {big.size:,} names")
    whole = _round(cores.server, big) if big.size != middle.size else counted[-1]
    return [Section("ingest", "INGEST (a process of its own on one core)", (*figures, *_whole(whole, big)))]


def _whole(done: tuple[Any, Any, Any], big: Registry) -> list[Figure]:
    bare, fresh, again = done
    size = f"{big.size:,} names, {bare['objects']:,} objects, once"
    figures = []
    for title, one in (("into an empty store", fresh), ("unchanged", again)):
        figures += [
            Figure(f"all names {title}", "objects a second", Spread.of([one["rate"]]), note=size),
            Figure(f"all names {title}, of iterparse", RATIO, Spread.of([one["rate"] / bare["rate"]]), "≥ 0.08"),
            Figure(f"all names {title}: memory", "MB", Spread.of([one["peak"] / 1e6]), "< 300"),
        ]
    return figures


def _round(core: int, registry: Registry) -> tuple[Any, Any, Any]:
    """Bare, into an empty store, and once more unchanged."""
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=registry.folder) as folder:
        store = Path(folder) / "registry.db"
        bare = _child(core, "iterparse", registry.deposit)
        fresh = _child(core, "ingest", registry.deposit, store)
        again = _child(core, "ingest", _renamed(registry.deposit, Path(folder)), store)
        if not store.exists():
            raise LoadError(f"ingest left no store at {store}")
    for one in (bare, fresh, again):
        one["objects"] = bare["objects"]
        one["rate"] = bare["objects"] / one["seconds"]
        one["process_rate"] = bare["objects"] / one["process"]
    return bare, fresh, again


def _renamed(deposit: Path, folder: Path) -> Path:
    """The same deposit under another id: one that was applied already would not be read."""
    copy = folder / deposit.name
    opened = gzip.open if deposit.suffix == ".gz" else open
    with opened(deposit, "rb") as old, opened(copy, "wb") as new:
        head = old.read(1 << 12)
        new.write(re.sub(rb' id="\w+"', b' id="again"', head, count=1))
        shutil.copyfileobj(old, new)
    return copy


def _child(core: int, *arguments: str | Path) -> Any:
    last = run(core, python("-m", "tests.bench.ingest", *arguments), _SECONDS).splitlines()[-1]
    return json.loads(last)


def ingest(deposit: Path, store: Path) -> dict[str, Any]:
    """`dnrd ingest`, with everything that it does until it has closed the store."""
    from directory.cli.ingest import command

    begun, process = time.perf_counter(), time.process_time()
    try:
        command.main(["--store", f"sqlite:///{store}", str(deposit)], standalone_mode=False)
    except SystemExit as end:
        if end.code:
            raise
    return _taken(begun, process)


def iterparse(deposit: Path) -> dict[str, Any]:
    """The least that reads the file: every object is built, counted and thrown away."""
    from lxml import etree

    begun, process = time.perf_counter(), time.process_time()
    objects = 0
    for _, element in etree.iterparse(deposit, tag=TAGS):
        objects += 1
        element.clear()
        while (before := element.getprevious()) is not None:
            parent = element.getparent()
            if parent is None:
                break
            parent.remove(before)
    return {"objects": objects, **_taken(begun, process)}


def _taken(begun: float, process: float) -> dict[str, Any]:
    """Seconds by the clock, seconds of the processor, memory."""
    return {
        "seconds": time.perf_counter() - begun,
        "process": time.process_time() - process,
        **memory("self"),
    }


if __name__ == "__main__":
    if sys.argv[1] == "ingest":
        print(json.dumps(ingest(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        print(json.dumps(iterparse(Path(sys.argv[2]))))
