"""What a whole answer at the door costs among many names, compared with few: the same questions a round on
two servers that take turns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.doors import RDAP, WHOIS, Door, check
from tests.bench.figure import RATIO, Figure, Section
from tests.bench.machine import Cores
from tests.bench.mix import Fresh, Questions
from tests.bench.plan import Plan
from tests.bench.process import Serving, dnrd
from tests.bench.registry import Registry
from tests.bench.rounds import Spread, ratio

_TARGET = "≤ 1.5 for a million"
_LEAST_ROUNDS = 9
_SECONDS = 30.0


def measure(
    plan: Plan, cores: Cores, big: Registry, small: Registry, names: Sequence[str], tell: Callable[[str], None]
) -> list[Section]:
    """Every name is asked once, so no cache of answers can help either of them."""
    draws = max(plan.rounds, _LEAST_ROUNDS) + 1
    few = small.names()
    share = len(few) // draws
    figures: list[Figure] = []
    for door in (WHOIS, RDAP):
        tell(f"growth: {door.name}, {big.size:,} names beside {small.size:,}")
        mixes = (Fresh(names, plan.seed, draws), Fresh(few, plan.seed, draws))
        with tempfile.TemporaryDirectory(prefix="dnrd-bench-") as text, ExitStack() as stack:
            servers = [
                stack.enter_context(dnrd(cores.server, each.store, Path(text) / f"{number}.log"))
                for number, each in enumerate((big, small))
            ]
            costs: Mapping[int, list[float]] = {0: [], 1: []}
            for turn in range(draws):
                for which, mix in enumerate(mixes):
                    cost = _cost(door, servers[which], mix.draw(share))
                    if turn:
                        costs[which].append(cost)
        figures += _figures(door, big.size, small.size, costs[0], costs[1])
    return [Section("growth", "GROWTH (a whole answer at the door)", tuple(figures))]


def _cost(door: Door, serving: Serving, questions: Questions) -> float:
    """Microseconds an answer."""
    done = door.load(serving.ports[door.name], door.wire(questions.names), _SECONDS)
    check(done, questions)
    return 1e6 / done.rate


def _figures(door: Door, big: int, small: int, many: Sequence[float], few: Sequence[float]) -> list[Figure]:
    return [
        Figure(f"{door.name}: an answer among {big:,} names", "µs", Spread.of(many)),
        Figure(f"{door.name}: an answer among {small:,} names", "µs", Spread.of(few)),
        Figure(f"{door.name}: {big:,} over {small:,}", RATIO, ratio(many, few), _TARGET),
    ]
