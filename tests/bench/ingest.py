"""Deposits in and out, beside bare lxml and bare csv over the same files: each in a process of its own.

`python -m tests.bench.ingest dnrd ARGUMENT…` is the product's command line, `… iterparse DEPOSIT` and
`… csv FOLDER` are what it is compared with; they print JSON. The clock runs in them from the start of the work to
its end, imports left out.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

from tests.bench import deposits
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

_MODELS = {"xml": "bare lxml iterparse", "csv": "bare csv.reader"}
_FULLS = {
    "first": ("into an empty store", "≥ 0.15"),
    "equal": ("unchanged into the filled store", "≥ 0.2"),
}
"""What is done with a FULL, in words, and what an XML one is to be of iterparse."""
_MEMORY = "< 300"
Done = Mapping[str, Mapping[str, Any]]
"""What one round took, by its steps."""


def measure(
    plan: Plan, cores: Cores, big: Registry, middle: Registry, tell: Callable[[str], None]
) -> list[Section]:
    """Rounds on the deposit of `middle`; that of `big` once, because of its memory."""
    rounds: list[Done] = []
    changes = sorted({min(number, big.size) for number in plan.changes})  # a small registry has no more to change
    is_one = big.size == middle.size
    for number in range(plan.rounds + 1):
        tell(f"ingest: round {number} of {plan.rounds}, {middle.size:,} names")
        rounds.append(_round(cores, middle, changes if is_one else ()))
    counted = rounds[1:]
    if not is_one:
        tell(f"ingest: once {big.size:,} names")
    whole = counted[-1] if is_one else _round(cores, big, changes)
    of, all_ = f"{middle.size:,} NAMES", f"{big.size:,} NAMES, ONCE"
    sections = [
        Section(
            "ingest", f"FULL DEPOSITS OF {of} (on one core; into an empty store on two)", tuple(_fulls(counted))
        )
    ]
    if not is_one:
        sections.append(Section("ingest-all", f"FULL DEPOSITS OF {all_}", tuple(_fulls([whole]))))
    sections.append(Section("changes", f"CHANGES OF {all_}", tuple(_changes(whole, changes))))
    sections.append(Section("export", f"DEPOSITS OUT OF A STORE OF {all_}", tuple(_exports(whole))))
    return sections


def _fulls(rounds: Sequence[Done]) -> Iterator[Figure]:
    size = f"{rounds[0]['xml bare']['objects']:,} objects"
    for model, bare in _MODELS.items():
        yield Figure(bare, "objects a second", _spread(rounds, f"{model} bare", "rate"), note=size)
        for step, (words, target) in _FULLS.items():
            title, one, target = f"FULL {model.upper()} {words}", f"{model} {step}", target * (model == "xml")
            yield Figure(title, "objects a second", _spread(rounds, one, "rate"), note=size)
            for name, rate in (("", "rate"), (", per second of the process", "process_rate")):
                of = [[done[which][rate] for done in rounds] for which in (one, f"{model} bare")]
                yield Figure(f"{title}, of {bare.split()[-1]}{name}", RATIO, ratio(*of), target)
            yield Figure(f"{title}: memory", "MB", _spread(rounds, one, "peak", 1e-6), _MEMORY)


def _changes(done: Done, numbers: Sequence[int]) -> Iterator[Figure]:
    for number in numbers:
        one = done[f"diff {number}"]
        title = f"DIFF of {one['objects']:,} changes"
        target = "< 1" if number == min(numbers) else ""
        yield Figure(title, "seconds", Spread.of([one["seconds"]]), target)
        yield Figure(f"{title}, seconds of the process", "seconds", Spread.of([one["process"]]), target)
        yield Figure(f"{title}: memory", "MB", Spread.of([one["peak"] / 1e6]), _MEMORY)


def _exports(done: Done) -> Iterator[Figure]:
    for model, bare in _MODELS.items():
        one = done[f"{model} export"]
        yield Figure(f"export {model.upper()}", "objects a second", Spread.of([one["rate"]]))
        of = one["rate"] / done[f"{model} bare"]["rate"]
        yield Figure(f"export {model.upper()}, of {bare.split()[-1]}", RATIO, Spread.of([of]))
        yield Figure(f"export {model.upper()}: memory", "MB", Spread.of([one["peak"] / 1e6]), _MEMORY)


def _spread(rounds: Sequence[Done], step: str, name: str, scale: float = 1.0) -> Spread:
    return Spread.of(done[step][name] * scale for done in rounds)


def _round(cores: Cores, registry: Registry, numbers: Sequence[int]) -> Done:
    """Bare, into an empty store, once more unchanged, changes, out again, and the same with the tables."""
    done: dict[str, dict[str, Any]] = {}
    core = cores.server
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=registry.folder) as name:
        folder, url = Path(name), f"sqlite:///{name}/xml.db"
        done["xml bare"] = _child(core, "iterparse", registry.deposit)
        _take(cores, done, "xml", registry.deposit, folder)
        _apply_changes(core, done, registry, numbers, folder)
        done["xml export"] = _dnrd(core, "export", "--store", url, "--out", folder / "out.xml")
        (folder / "out.xml").unlink()
        done["csv export"] = _dnrd(core, "export", "--store", url, "--model", "csv", "--out", folder / "tables")
        (folder / "xml.db").unlink()
        done["csv bare"] = _child(core, "csv", folder / "tables")
        (tables,) = (folder / "tables").glob("*.xml")
        _take(cores, done, "csv", tables, folder)
    objects = done["xml bare"]["objects"]
    for one in done.values():
        one.setdefault("objects", objects)
        one["rate"] = one["objects"] / one["seconds"]
        one["process_rate"] = one["objects"] / one["process"]
    return done


def _take(cores: Cores, done: dict[str, dict[str, Any]], model: str, deposit: Path, folder: Path) -> None:
    store = folder / f"{model}.db"
    again = deposits.renamed(deposit, folder / f"{model} again")
    for step, each, on in (("first", deposit, cores.both), ("equal", again, cores.server)):
        done[f"{model} {step}"] = _dnrd(on, "ingest", "--store", f"sqlite:///{store}", each)
    if not store.exists():
        raise LoadError(f"ingest left no store at {store}")
    shutil.rmtree(again.parent)


def _apply_changes(
    core: int, done: dict[str, dict[str, Any]], registry: Registry, numbers: Sequence[int], folder: Path
) -> None:
    before = "again"
    for number in numbers:
        diff, id_ = folder / "diff.xml", f"diff{number}"
        day = 2 + numbers.index(number)
        objects = deposits.changes(registry.deposit, number, registry.size, diff, id_, before, day)
        done[f"diff {number}"] = {
            **_dnrd(core, "ingest", "--store", f"sqlite:///{folder}/xml.db", diff),
            "objects": objects,
        }
        diff.unlink()
        before = id_


def _dnrd(core: int | str, *arguments: str | Path) -> dict[str, Any]:
    return _child(core, "dnrd", *arguments)


def _child(core: int | str, *arguments: str | Path) -> dict[str, Any]:
    last = run(core, python("-m", "tests.bench.ingest", *arguments), _SECONDS).splitlines()[-1]
    found: dict[str, Any] = json.loads(last)
    return found


def dnrd(arguments: Sequence[str]) -> dict[str, Any]:
    """A command of the product's, with everything that it does until it has closed the store."""
    from directory.cli import main as command

    import_module(f"directory.cli.{arguments[0]}")  # which the command line does when it is asked for
    begun, process, before = time.perf_counter(), time.process_time(), sum(os.times()[2:4])
    said = io.StringIO()
    with children() as peaks:
        try:
            with redirect_stdout(said):
                code = command.main(list(arguments), standalone_mode=False)
        except SystemExit as end:
            code = end.code
    if code:
        raise SystemExit(code)
    taken, others = _taken(begun, process), sum(os.times()[2:4]) - before
    return {**taken, "process": taken["process"] + others, "peak": taken["peak"] + sum(peaks.values())}


@contextmanager
def children() -> Iterator[dict[int, int]]:
    """The most memory that each of our processes took, until nearly its end."""
    peaks: dict[int, int] = {}
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.1):
            for one in psutil.Process().children(recursive=True):
                with suppress(OSError, KeyError, psutil.Error):
                    peaks[one.pid] = memory(one.pid)["peak"]

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peaks
    finally:
        is_over.set()
        thread.join()


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


def csv_reader(folder: Path) -> dict[str, Any]:
    """The least that reads the tables: every row is cut, counted and thrown away."""
    begun, process = time.perf_counter(), time.process_time()
    rows = 0
    for table in sorted(folder.glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as file:
            rows += sum(1 for _ in csv.reader(file))
    return {"rows": rows, **_taken(begun, process)}


def _taken(begun: float, process: float) -> dict[str, Any]:
    """Seconds by the clock, seconds of the processor, memory."""
    return {
        "seconds": time.perf_counter() - begun,
        "process": time.process_time() - process,
        **memory("self"),
    }


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    print(
        json.dumps(
            dnrd(rest) if which == "dnrd" else {"iterparse": iterparse, "csv": csv_reader}[which](Path(rest[0]))
        )
    )
