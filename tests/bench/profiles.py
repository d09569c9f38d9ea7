"""What each shipped profile costs: present and render, in microseconds, for one domain in one process.

The domain has four contacts and four name servers, everything filled. `python -m tests.bench.profiles ROUNDS` is
that process; it prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

from tests.bench.figure import Figure, Section
from tests.bench.machine import Cores
from tests.bench.plan import Plan
from tests.bench.process import python, run
from tests.bench.rounds import Spread

_TURNS = 1_000
_SECONDS = 600.0
_REFERENCE = 80_000
_TARGETS = {"gtld-whois": 60, "gtld-rdap": 90}
"""Microseconds on a core where nginx serves 80,000 requests a second."""

Costs = dict[str, list[float]]


def measure(plan: Plan, cores: Cores, sections: Sequence[Section], tell: Callable[[str], None]) -> list[Section]:
    """The figures of every profile, with the targets scaled to what nginx served in this run, if it did."""
    tell("profiles: present and render, in one process")
    command = python("-m", "tests.bench.profiles", str(plan.rounds))
    costs: Costs = json.loads(run(cores.server, command, _SECONDS))
    nginx = _nginx(sections)
    figures = [
        Figure(name, "µs", Spread.of(values), target=_target(name, nginx)) for name, values in costs.items()
    ]
    return [
        Section("profiles", "PROFILES (present + render, a domain with 4 contacts and 4 servers)", tuple(figures))
    ]


def _nginx(sections: Sequence[Section]) -> float:
    """What nginx served a second in this run; the reference where it was not asked."""
    for section in sections:
        for figure in section.figures:
            if figure.name == "nginx" and section.part.startswith("rdap"):
                return figure.spread.median
    return _REFERENCE


def _target(name: str, nginx: float) -> str:
    micros = _TARGETS.get(name)
    return f"< {micros * _REFERENCE / nginx:.0f}" if micros else ""


def costs(rounds: int) -> Costs:
    """Microseconds per answer and round, of each shipped profile to the public, in its own markup."""
    works = dict(_works())
    found: Costs = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            begun = time.perf_counter()
            for _ in range(_TURNS):
                work()
            taken = (time.perf_counter() - begun) / _TURNS * 1e6
            if turn:
                found[name].append(taken)
    return found


def _works() -> list[tuple[str, Callable[[], object]]]:
    from directory import resources
    from directory.access.standing import Standing
    from directory.answer import Found
    from directory.markup import csv as csv_form
    from directory.markup import json as json_form
    from directory.markup import xml as xml_form
    from directory.profile.profile import Profile
    from directory.profile.profiles import Profiles
    from directory.query import Kind, Lookup
    from directory.rdap import render as rdap
    from directory.whois import render as whois
    from tests.profile.objects import AS_OF, Parts, contact, domain, host

    url = "https://rdap.example/rdap/domain/bench.test"
    renderers: dict[str, Callable[[Found], bytes]] = {
        "text": whois.render,
        "RDAP": lambda answer: rdap.render(answer, url),
        "JSON": lambda answer: json_form.render(answer, url),
        "XML": lambda answer: xml_form.render(answer, url),
        "CSV": lambda answer: csv_form.render(answer, url),
    }
    roles = ("registrant", "admin", "tech", "billing")
    graph = domain(
        Parts(
            name="bench.test",
            statuses=("clientTransferProhibited",),
            contacts=tuple((role, contact(number)) for number, role in enumerate(roles, 1)),
            hosts=tuple(host(f"ns{number}.bench.test", "192.0.2.1", "2001:db8::1") for number in range(1, 5)),
        )
    )
    query = Lookup(Kind.DOMAIN, "bench.test")

    def work(profile: Profile) -> Callable[[], object]:
        render = renderers[profile.terms.markup]
        standing = Standing(min(profile.terms.audiences, default="public"))
        return lambda: render(Found(query, profile, AS_OF, profile.present(graph, standing)))

    found = []
    for name in resources.names("profiles"):
        if not name.endswith("disclosure.yaml"):
            (profile,) = Profiles.load([resources.find("profiles", name)]).all
            found.append((profile.name, work(profile)))
    return found


if __name__ == "__main__":
    print(json.dumps(costs(int(sys.argv[1]))))
