"""What one answer is made of, in microseconds: parse, lookup, present, render, in one process without a network.

`python -m tests.bench.parts STORE-URL NAMES-FILE ROUNDS` is that process; it prints JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from tests.bench.figure import Figure, Section
from tests.bench.machine import Cores
from tests.bench.mix import Fresh
from tests.bench.plan import Plan
from tests.bench.process import ProcessError, python, run
from tests.bench.registry import Registry
from tests.bench.rounds import Spread

if TYPE_CHECKING:
    from directory.answer import Found
    from directory.app import App
    from directory.store.result import Result

_NAMES = 2_000
_SECONDS = 600.0
_URL = "https://rdap.example/rdap/domain/"

Costs = dict[str, list[float]]


def measure(
    plan: Plan, cores: Cores, big: Registry, middle: Registry, names: Sequence[str], tell: Callable[[str], None]
) -> list[Section]:
    """The parts on SQLite, and the lookup on PostgreSQL if that is wanted."""
    tell("parts: of an answer, in one process")
    figures = _of(_child(plan, cores, f"sqlite:///{big.store}", names), "")
    if plan.postgresql:
        with _postgresql(cores, middle, tell) as url:
            costs = _child(plan, cores, url, middle.names())
        only = {name: values for name, values in costs.items() if name.startswith("lookup")}
        figures += _of(only, f"PostgreSQL, {middle.size:,} names: ")
    return [Section("parts", "PARTS (of an answer about a domain, in one process)", tuple(figures))]


def _of(costs: Costs, prefix: str) -> list[Figure]:
    return [Figure(f"{prefix}{name}", "µs", Spread.of(values)) for name, values in costs.items()]


def _child(plan: Plan, cores: Cores, url: str, names: Sequence[str]) -> Costs:
    with tempfile.NamedTemporaryFile("w", prefix="dnrd-bench-", suffix=".txt") as file:
        draw = Fresh(names, plan.seed, 1).draw(_NAMES * (plan.rounds + 1))
        file.write("\n".join(draw.names))
        file.flush()
        command = python("-m", "tests.bench.parts", url, file.name, str(plan.rounds))
        costs: Costs = json.loads(run(cores.server, command, _SECONDS))
    return costs


@contextmanager
def _postgresql(cores: Cores, middle: Registry, tell: Callable[[str], None]) -> Iterator[str]:
    """The URL of a filled store in a PostgreSQL started for it."""
    from tests.postgresql import cluster

    tell(f"parts: starting PostgreSQL and ingesting {middle.size:,} names")
    with cluster() as server:
        server.run("CREATE DATABASE bench")
        url = server.url("bench")
        run(cores.server, python("-m", "directory", "ingest", "--store", url, middle.deposit), _SECONDS)
        server.run("VACUUM ANALYZE", "bench")
        yield url


async def costs(url: str, names: Sequence[str], rounds: int) -> Costs:
    """Microseconds per answer and round, of each part; the first round does not count. Every name is used in
    one round only."""
    from directory import app
    from directory.config import Settings

    built = app.build(Settings(store=url))
    await built.start()
    found: Costs = {}
    try:
        share = len(names) // (rounds + 1)
        for turn in range(rounds + 1):
            for part, value in (await _round(built, names[turn * share : (turn + 1) * share])).items():
                if turn:
                    found.setdefault(part, []).append(value)
    finally:
        await built.close()
    return found


async def _round(built: App, names: Sequence[str]) -> dict[str, float]:
    from directory.query import Kind, Lookup

    store, clock = built.service.store, time.perf_counter
    found: dict[str, float] = {}
    questions = [Lookup(Kind.DOMAIN, name) for name in names]
    begun = clock()
    results = [await store.lookup(question) for question in questions]
    found["lookup"] = (clock() - begun) / len(names) * 1e6
    missing = sum(not result.hits for result in results)
    if missing:
        raise ProcessError(f"{missing:,} of {len(names):,} registered names were not found in the store")
    for service in ("whois", "rdap"):
        found |= _door(built, service, names, results)
    return found


def _door(built: App, service: str, names: Sequence[str], results: Sequence[Result]) -> dict[str, float]:
    """What a door adds to the lookup."""
    from directory.answer import Found
    from directory.query import Kind, Lookup, Requester

    hall, clock = built.service, time.perf_counter
    parse, render = _codec(built, service)
    requester = Requester(service, "127.0.0.1")
    times = [clock()]
    for name in names:
        parse(name)
    times.append(clock())
    answers = []
    for name, result in zip(names, results, strict=True):
        profile = hall.profiles.bound(result.zone, service)
        view = profile.present(result.hits[0].graph, hall.gate.admit(requester))
        answers.append(Found(Lookup(Kind.DOMAIN, name), profile, result.as_of, view))
    times.append(clock())
    for name, answer in zip(names, answers, strict=True):
        render(name, answer)
    times.append(clock())
    taken = [(after - before) / len(names) * 1e6 for before, after in pairwise(times)]
    return {f"{service}: {part}": cost for part, cost in zip(("parse", "present", "render"), taken, strict=True)}


def _codec(built: App, service: str) -> tuple[Callable[[str], object], Callable[[str, Found], bytes]]:
    """How a door reads a question and writes an answer."""
    from directory.rdap import query as rdap_query
    from directory.rdap import render as rdap_render
    from directory.whois import query as whois_query
    from directory.whois import render as whois_render

    if service == "whois":
        zone_of = built.service.store.zone_of
        return lambda name: whois_query.parse(name.encode(), zone_of), lambda _, answer: whois_render.render(
            answer
        )
    return lambda name: rdap_query.parse(f"/rdap/domain/{name}"), lambda name, answer: rdap_render.render(
        answer, _URL + name
    )


def main(url: str, names: Sequence[str], rounds: int) -> None:
    """The process: as a worker, without collections of what stays."""
    gc.collect()
    gc.freeze()
    print(json.dumps(uvloop.run(costs(url, names, rounds))))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_text().split(), int(sys.argv[3]))
