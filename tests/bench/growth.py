"""What a whole answer at the door costs among many names, compared with few: the same questions a round on
two servers that take turns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.doors import RDAP, WHOIS, Door, Measured, check, load_on
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
            done: tuple[list[Measured], list[Measured]] = ([], [])
            for turn in range(draws):
                for which, mix in enumerate(mixes):
                    measured = _ask(door, servers[which], mix.draw(share))
                    if turn:
                        done[which].append(measured)
        figures += _figures(door, big.size, small.size, *done)
    return [Section("growth", "GROWTH (a whole answer at the door)", tuple(figures))]


def _ask(door: Door, serving: Serving, questions: Questions) -> Measured:
    measured = load_on(door, serving, door.wire(questions.names), _SECONDS)
    check(measured.round, questions)
    return measured


def _figures(door: Door, big: int, small: int, many: Sequence[Measured], few: Sequence[Measured]) -> list[Figure]:
    costs, least = ([1e6 / each.round.rate for each in one] for one in (many, few))
    process, least_process = ([1 / each.per_second_of_process for each in one] for one in (many, few))
    over = f"{door.name}: {big:,} over {small:,}"
    return [
        Figure(f"{door.name}: an answer among {big:,} names", "µs", Spread.of(costs)),
        Figure(f"{door.name}: an answer among {small:,} names", "µs", Spread.of(least)),
        Figure(over, RATIO, ratio(costs, least), _TARGET),
        Figure(f"{over}, seconds of the process", RATIO, ratio(process, least_process), _TARGET),
    ]
