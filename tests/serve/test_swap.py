"""Servers go on answering while deposits come in: no query fails, no answer is of two states, and within a second
of a commit every worker has the new one (issue 4: a FULL swap and fifty DIFFs under ten thousand queries)."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from directory.escrow import namespace as ns
from tests import deposits as d
from tests.escrow.confined import Confined, confined
from tests.postgresql import Cluster
from tests.serve.test_serve_command import Running

NAME = "one.example"
DIFFS = 50
QUERIES = 10_000
PAUSE = 0.004  # seconds of each client between two queries: the ingests need the processor too
SOON = 1.0  # seconds between a commit and the answers of every worker
TOTALS = {ns.REGISTRAR: 1, ns.CONTACT: 1, ns.HOST: 2, ns.DOMAIN: 1}


def stamp(state: int) -> str:
    """When a state was, which is what its domain says of its last update too."""
    return f"2026-01-01T{state // 60:02}:{state % 60:02}:00Z"


def objects(state: int) -> list[str]:
    """A registry each of whose objects says which state it is of."""
    updated = f"<rdeDomain:upRr>R-1</rdeDomain:upRr><rdeDomain:upDate>{stamp(state)}</rdeDomain:upDate>"
    server = f"ns-{state}-mark.one.example"
    return [
        d.registrar(name=f"Registrar {state} mark"),
        d.contact(name=f"Person {state} mark", email=f"person-{state}-mark@mail.example.net"),
        d.host(server, "192.0.2.1", roid="H1-TEST"),
        d.host(f"ms-{state}-mark.one.example", "192.0.2.2", roid="H2-TEST"),
        d.domain(NAME, hosts=(server, f"ms-{state}-mark.one.example")).replace(
            "</rdeDomain:crDate>", f"</rdeDomain:crDate>{updated}"
        ),
    ]


def deposit(state: int) -> bytes:
    """Two FULLs, and then the DIFFs."""
    if state < 2:
        return d.full(*objects(state), watermark=stamp(state), id=f"s{state}")
    return d.changes("DIFF", f"s{state}", f"s{state - 1}", stamp(state), [], objects(state), TOTALS)


def whois(reply: str) -> Iterator[int]:
    """The states that a WHOIS reply is of."""
    yield from (int(each) for each in re.findall(r"[ -](\d+)[ -]mark", reply, re.IGNORECASE))
    for each in re.findall(r"(?:Updated Date: |Last update of WHOIS database: )2026-01-01T(\S+)Z", reply):
        hours, minutes, _ = each.split(":")
        yield 60 * int(hours) + int(minutes)


def rdap(reply: str) -> Iterator[int]:
    """The states that an RDAP reply is of."""
    yield from (int(each) for each in re.findall(r"[ -](\d+)[ -]mark", reply, re.IGNORECASE))
    events = {each["eventAction"]: each["eventDate"] for each in json.loads(reply)["events"]}
    for name in ("last changed", "last update of RDAP database"):
        hours, minutes, _ = events[name].partition("T")[2].split(":")
        yield 60 * int(hours) + int(minutes)


@dataclass
class Asking:
    """What was asked and answered: when each query was sent, and which states its answer was of."""

    answers: list[tuple[float, str, frozenset[int]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    marks: Counter[tuple[str, int]] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def ask(self, door: str, ask: Callable[[], str], states: Callable[[str], Iterator[int]]) -> None:
        """Ask one query after the other, until it is over."""
        while not self.is_over.is_set():
            sent = time.monotonic()
            try:
                found = list(states(ask()))
            except Exception as error:
                self.faults.append(f"{door}: {error!r}")
                continue
            self.marks[door, len(found)] += 1
            self.answers.append((sent, door, frozenset(found)))
            time.sleep(PAUSE)


def ask_whois(server: Running) -> Callable[[], str]:
    """Each query on a connection of its own, to whichever worker takes it."""
    return lambda: server.whois(f"{NAME}\r\n".encode()).decode()


def ask_rdap(server: Running) -> Callable[[], str]:
    """Some queries on a connection, then another."""
    place = urlsplit(server.url)
    held: list[http.client.HTTPConnection] = []
    count = 0

    def ask() -> str:
        nonlocal count
        count += 1
        if not held or count % 20 == 0:
            for one in held:
                one.close()
            held[:] = [http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)]
        held[0].request("GET", f"/rdap/domain/{NAME}")
        reply = held[0].getresponse()
        assert reply.status == 200, reply.status
        return reply.read().decode()

    return ask


@pytest.fixture(scope="module")
def program() -> Iterator[Confined]:
    """What runs the ingests, each in a process of its own."""
    with confined() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'r.db'}"
    running: Cluster = request.getfixturevalue("postgresql")
    running.run("CREATE DATABASE dnrd_swap")
    return running.url("dnrd_swap")


def test_queries_run_through_a_full_and_fifty_diffs(url: str, program: Confined, tmp_path: Path) -> None:
    def take(state: int) -> float:
        path = tmp_path / f"{state}.xml"
        path.write_bytes(deposit(state))
        ran = program.run("ingest", "--store", url, path)
        assert ran.code == 0, ran.output
        return time.monotonic()

    take(0)
    (tmp_path / "dnrd.yaml").write_text(
        yaml.safe_dump(
            {
                "store": url,
                "workers": 2,
                "audiences": {"127.0.0.0/8": "law-enforcement"},
                "whois": ["127.0.0.1:0"],
                "rdap": ["127.0.0.1:0"],
                "access_log": "off",
            }
        )
    )
    server = Running(tmp_path, "--config", str(tmp_path / "dnrd.yaml"))
    asking, ends = Asking(), [0.0]
    threads = [
        threading.Thread(target=asking.ask, args=given)
        for _ in range(2)
        for given in (("whois", ask_whois(server), whois), ("rdap", ask_rdap(server), rdap))
    ]
    try:
        for thread in threads:
            thread.start()
        ends.extend(take(state) for state in range(1, DIFFS + 2))
        while time.monotonic() < ends[-1] + 3 * SOON or len(asking.answers) < QUERIES:
            assert time.monotonic() < ends[-1] + 240, f"{len(asking.answers)} answers, {asking.faults[:5]}"
            time.sleep(0.1)
    finally:
        asking.is_over.set()
        for thread in threads:
            thread.join()
        server.process.terminate()
        server.process.wait(20)
    check(asking, ends)
    assert "raceback" not in server.errors.read_text()


def check(asking: Asking, ends: list[float]) -> None:
    """No failure, no mix, nothing that is old."""
    assert not asking.faults
    assert len(asking.answers) >= QUERIES
    assert Counter(door for _, door, _ in asking.answers).keys() == {"whois", "rdap"}
    # Registrar, person, mail address, two servers, the date of the update and that of the state: each says it.
    assert all(number >= 7 for _, number in asking.marks), asking.marks
    mixed = [answer for answer in asking.answers if len(answer[2]) != 1]
    assert not mixed
    late = []
    for sent, door, (state,) in asking.answers:
        least = max((number for number, end in enumerate(ends) if end + SOON < sent), default=0)
        if state < least:
            late.append((door, state, least, sent - ends[state + 1]))
    assert not late
    seen = {state for _, _, (state,) in asking.answers}
    assert {0, len(ends) - 1} <= seen
    assert len(seen) > DIFFS // 2  # the others went by between two queries
