"""What a door answers, beside what its ceiling answers, in rounds that take turns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load_rdap, load_whois
from tests.bench.ceiling import nginx, responder
from tests.bench.figure import RATIO, Figure, Section
from tests.bench.machine import Cores, cpu_seconds, memory
from tests.bench.mix import Fresh, Mix, Questions, Zipf
from tests.bench.plan import Plan
from tests.bench.process import Serving, dnrd
from tests.bench.rounds import LoadError, Round, Spread, ratio

_MOST_A_SECOND = 20_000
"""More than the product answers: so many questions are made ready for a round."""
_CEILING_A_SECOND = 100_000

Wire = Callable[[Sequence[str]], list[bytes]]
Ceiling = Callable[[int, Sequence[str], Sequence[bytes], Path], AbstractContextManager[Serving]]


@dataclass(frozen=True, slots=True)
class Door:
    """How a door is asked, and what it is held against."""

    name: str
    wire: Wire
    fetch: Callable[[int, Sequence[bytes]], list[bytes]]
    load: Callable[[int, Sequence[bytes], float], Round]
    ceiling: Ceiling
    ceiling_name: str
    target: str
    asks: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A round, and the share of its core that the server's process took."""

    round: Round
    busy: float

    @property
    def per_second_of_process(self) -> float:
        """Answers in a second that is all the server's."""
        return self.round.rate / max(self.busy, 0.001)


@contextmanager
def _responder(core: int, names: Sequence[str], replies: Sequence[bytes], folder: Path) -> Iterator[Serving]:
    with responder(core, replies, folder) as serving:
        yield serving


@contextmanager
def _nginx(core: int, names: Sequence[str], replies: Sequence[bytes], folder: Path) -> Iterator[Serving]:
    files = {load_rdap.PATH + name: reply for name, reply in zip(names, replies, strict=True)}
    with nginx(core, files, folder) as serving:
        yield serving


WHOIS = Door(
    "whois", load_whois.wire, load_whois.fetch, load_whois.load, _responder, "bare responder", "≥ 0.20",
    f"a connection per query, {load_whois.CONNECTIONS} at a time",
)  # fmt: skip
RDAP = Door(
    "rdap", load_rdap.wire, load_rdap.fetch, load_rdap.load, _nginx, "nginx", "≥ 0.05",
    f"{load_rdap.CONNECTIONS} keep-alive connections, no pipelining",
)  # fmt: skip


def measure(
    door: Door, plan: Plan, cores: Cores, store: Path, names: Sequence[str], tell: Callable[[str], None]
) -> list[Section]:
    """Both mixes, each on a server of its own that nothing was asked before."""
    mixes: dict[str, tuple[str, Mix]] = {
        "zipf": ("Zipf mix, 30 % misses", Zipf(names, plan.seed)),
        "fresh": ("names that were never asked before", Fresh(names, plan.seed, plan.rounds + 1)),
    }
    sections = []
    for word, (title, mix) in mixes.items():
        tell(f"{door.name}: {title}")
        with tempfile.TemporaryDirectory(prefix="dnrd-bench-") as folder:
            figures = _measure_mix(door, plan, cores, store, mix, Path(folder))
        sections.append(Section(f"{door.name}-{word}", f"{door.name.upper()}: {title} ({door.asks})", figures))
    return sections


def _measure_mix(door: Door, plan: Plan, cores: Cores, store: Path, mix: Mix, folder: Path) -> tuple[Figure, ...]:
    with dnrd(cores.server, store, folder / "dnrd.log") as serving:
        # The warm-up is also where the bodies for the ceiling come from.
        questions = mix.draw(plan.samples)
        replies = door.fetch(serving.ports[door.name], door.wire(questions.names))
        with door.ceiling(cores.server, questions.names, replies, folder) as bare:
            pairs = list(_rounds(door, plan, mix, serving, bare, questions))
        taken = memory(serving.process)
    size = f"{sum(map(len, replies)) / len(replies):,.0f} bytes a reply"
    note = f"{taken['own'] / 1e6:.0f} MB of its own, the rest mapped files"
    worker = Figure("memory of the worker at most", "MB", Spread.of([taken["peak"] / 1e6]), "< 300", note)
    return *_figures(door, [pair[0] for pair in pairs], [pair[1] for pair in pairs], size), worker


def _rounds(
    door: Door, plan: Plan, mix: Mix, serving: Serving, bare: Serving, sample: Questions
) -> Iterator[tuple[Measured, Measured]]:
    wanted = int(plan.seconds * _CEILING_A_SECOND)
    lines = door.wire(sample.names)
    ready = (lines * (wanted // len(lines) + 1))[:wanted]
    load_on(door, bare, ready, plan.seconds / 2)
    for _ in range(plan.rounds):
        questions = mix.draw(int(plan.seconds * _MOST_A_SECOND))
        measured = load_on(door, serving, door.wire(questions.names), plan.seconds)
        check(measured.round, questions)
        yield measured, load_on(door, bare, ready, plan.seconds)


def load_on(door: Door, serving: Serving, lines: Sequence[bytes], seconds: float) -> Measured:
    """A round on a server."""
    before = cpu_seconds(serving.process)
    done = door.load(serving.ports[door.name], lines, seconds)
    return Measured(done, (cpu_seconds(serving.process) - before) / done.seconds)


def check(done: Round, questions: Questions) -> None:
    """A fast wrong answer is no answer."""
    expected = questions.hits(done.answers)
    if done.hits != expected:
        raise LoadError(f"{expected:,} of {done.answers:,} names are registered, {done.hits:,} were found")


def _figures(door: Door, product: Sequence[Measured], ceiling: Sequence[Measured], size: str) -> list[Figure]:
    def latency(share: float) -> Spread:
        return Spread.of(each.round.percentile(share) * 1000 for each in product)

    rates, bare = [each.round.rate for each in product], [each.round.rate for each in ceiling]
    # Where the load or other programs leave the server idle, its own time is the better measure.
    process, bare_process = ([each.per_second_of_process for each in one] for one in (product, ceiling))
    of = f"of {door.ceiling_name}"
    return [
        Figure("dnrd", "a second", Spread.of(rates), note=f"{busy(product)}; {size}"),
        Figure("dnrd p50", "ms", latency(0.5)),
        Figure("dnrd p99", "ms", latency(0.99)),
        Figure(door.ceiling_name, "a second", Spread.of(bare), note=busy(ceiling)),
        Figure(f"dnrd {of}", RATIO, ratio(rates, bare), door.target),
        Figure(f"dnrd {of}, per second of the process", RATIO, ratio(process, bare_process), door.target),
    ]


def busy(rounds: Sequence[Measured]) -> str:
    """Whether the server was the bottleneck: the median shares of their cores that server and load took."""
    server = Spread.of(each.busy for each in rounds).median
    load = Spread.of(each.round.load_busy for each in rounds).median
    return f"server {server:.0%} busy, load {load:.0%}"
