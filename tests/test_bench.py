"""The benchmark computes what it says; nothing here depends on how fast anything is."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import tests.bench.__main__ as command
from tests.bench import ceiling, growth, ingest, load_rdap, load_whois, parts
from tests.bench.doors import WHOIS, Measured, check
from tests.bench.figure import Figure, Section
from tests.bench.machine import Cores
from tests.bench.mix import Fresh, Questions, Zipf
from tests.bench.plan import Plan, PlanError
from tests.bench.registry import Registry, registry
from tests.bench.report import print_report, to_json
from tests.bench.rounds import LoadError, Round, Spread, ratio
from tests.deposits import contact, domain, full, host, nndn, registrar

NAMES = [f"name-{number}.example" for number in range(300)]
CORES = Cores.of_this_process()


def quiet(text: str) -> None:
    """Tells nobody."""


@contextmanager
def answering(reply: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that treats every connection so; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    reply(client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_a_percentile_is_the_nearest_rank() -> None:
    took = tuple(float(number) for number in range(100, 0, -1))
    done = Round(100, 4.0, 0, 0, took, 0.5)
    assert (done.rate, done.percentile(0.5), done.percentile(0.99), done.percentile(1.0)) == (25, 50, 99, 100)
    assert Round(1, 1.0, 0, 0, (7.0,), 0.5).percentile(0.5) == 7


def test_a_ratio_compares_the_rounds_that_ran_side_by_side() -> None:
    spread = ratio([10.0, 30.0, 20.0], [100.0, 100.0, 50.0])
    assert spread.rounds == (0.1, 0.3, 0.4)
    assert (spread.median, spread.least, spread.most) == (0.3, 0.1, 0.4)


def test_three_in_ten_of_the_zipf_mix_miss_and_no_miss_comes_twice() -> None:
    mix = Zipf(NAMES, 1)
    drawn = [mix.draw(5_000), mix.draw(5_000)]
    names = [name for each in drawn for name in each.names]
    found = [flag for each in drawn for flag in each.found]
    misses = [name for name, flag in zip(names, found, strict=True) if not flag]
    assert 0.28 < len(misses) / len(names) < 0.32
    assert len(set(misses)) == len(misses)
    assert not set(misses) & set(NAMES)
    assert all(name.endswith(".example") for name in misses)
    assert {name for name, flag in zip(names, found, strict=True) if flag} <= set(NAMES)
    assert drawn[0].hits(5_000) == sum(drawn[0].found)


def test_the_zipf_mix_asks_the_first_rank_twice_as_often_as_the_second_whatever_its_name() -> None:
    counts = Counter(name for name in Zipf(NAMES, 1).draw(200_000).names if name in set(NAMES))
    (first, most), (_, second), (_, third) = counts.most_common(3)
    assert 1.9 < most / second < 2.1
    assert 1.35 < second / third < 1.65
    assert Zipf(NAMES, 2).draw(5_000).names != Zipf(NAMES, 1).draw(5_000).names
    assert first != NAMES[0]


def test_the_fresh_mix_asks_every_name_once() -> None:
    mix = Fresh(NAMES, 1, 6)
    drawn = [mix.draw(1_000) for _ in range(6)]
    assert [len(each.names) for each in drawn] == [50] * 6
    assert sorted(name for each in drawn for name in each.names) == sorted(NAMES)
    assert all(all(each.found) for each in drawn)
    assert mix.draw(1_000).names == ()


def test_a_wrong_answer_is_not_counted_however_fast_it_came() -> None:
    questions = Questions(("a.example", "b.example"), (True, False))
    check(Round(2, 1.0, 1, 0, (0.1, 0.1), 0.5), questions)
    with pytest.raises(LoadError, match="1 of 2 names are registered, 2 were found"):
        check(Round(2, 1.0, 2, 0, (0.1, 0.1), 0.5), questions)


@pytest.mark.clause("RFC 3912 §2")
def test_the_whois_load_reads_every_reply_to_its_end(tmp_path: Path) -> None:
    replies = [b"x" * 40, b"x" * 50_000]
    with ceiling.responder(CORES.server, replies, tmp_path) as serving:
        port = serving.ports["whois"]
        assert [len(reply) for reply in load_whois.fetch(port, load_whois.wire(NAMES[:2]))] == [40, 50_000]
        done = load_whois.load(port, load_whois.wire(NAMES[:20]), 30.0, 4)
        assert (done.answers, done.hits, done.size) == (20, 0, 10 * 50_040)
        assert len(done.took) == 20
        assert load_whois.load(port, load_whois.wire(NAMES), 0.0, 4).answers <= 4


def test_the_whois_load_knows_a_hit_and_refuses_silence() -> None:
    def reply(client: socket.socket) -> None:
        line = client.recv(100)
        client.sendall(b"Domain Name: it\r\n" if line.startswith(b"name-1") else b"No match\r\n")

    def silent(client: socket.socket) -> None:
        client.recv(100)

    with answering(reply) as port:
        assert load_whois.load(port, load_whois.wire(["name-1.example", "name-2.example"]), 9.0).hits == 1
    with answering(silent) as port, pytest.raises(LoadError, match="without"):
        load_whois.load(port, load_whois.wire(NAMES[:1]), 9.0)


def test_the_rdap_load_asks_nginx_for_the_bodies_as_files(tmp_path: Path) -> None:
    bodies = {load_rdap.PATH + name: b"{%d}" % number * 1000 for number, name in enumerate(NAMES[:5])}
    with ceiling.nginx(CORES.server, bodies, tmp_path) as serving:
        port = serving.ports["rdap"]
        assert load_rdap.fetch(port, load_rdap.wire(NAMES[:5])) == list(bodies.values())
        done = load_rdap.load(port, load_rdap.wire(NAMES[:20]), 30.0, 3)
        assert (done.answers, done.hits, len(done.took)) == (20, 5, 20)
        assert done.size > sum(map(len, bodies.values()))


def test_the_rdap_load_puts_split_replies_together_and_refuses_errors() -> None:
    def reply(client: socket.socket, status: bytes = b"200 OK") -> None:
        while client.recv(1000):
            for part in (b"HTTP/1.1 " + status, b"\r\ncontent-LENGTH: 4\r", b"\n\r", b"\n{", b'"":'):
                client.sendall(part)
                threading.Event().wait(0.01)

    with answering(reply) as port:
        done = load_rdap.load(port, load_rdap.wire(NAMES[:3]), 9.0, 1)
        assert (done.answers, done.hits) == (3, 3)
    with (
        answering(lambda client: reply(client, b"503 Service Unavailable")) as port,
        pytest.raises(LoadError, match="503"),
    ):
        load_rdap.load(port, load_rdap.wire(NAMES[:3]), 9.0, 1)


def test_bare_iterparse_counts_the_objects_that_ingest_counts(tmp_path: Path) -> None:
    file = tmp_path / "deposit.xml"
    objects = (registrar(), contact(), host("ns1.one.example", "192.0.2.1"), domain(), nndn("no.example"))
    file.write_bytes(full(*objects))
    bare = ingest.iterparse(file)
    assert bare["objects"] == 5
    assert bare["seconds"] > 0
    assert bare["peak"] > bare["own"] > 0


def test_growth_is_the_cost_among_many_over_the_cost_among_few() -> None:
    def rounds(*seconds: float) -> list[Measured]:
        return [Measured(Round(10, one, 10, 0, (one / 10,) * 10, 0.5), 0.5) for one in seconds]

    many, few, over, process = growth._figures(
        WHOIS, 1_000_000, 10_000, rounds(0.003, 0.0045), rounds(0.002, 0.003)
    )
    assert (many.spread.median, few.spread.median) == pytest.approx((375, 250))
    assert over.spread.rounds == pytest.approx((1.5, 1.5))
    assert process.spread.rounds == pytest.approx((1.5, 1.5))
    assert over.name == "whois: 1,000,000 over 10,000"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"BENCH_NAMES": "many"}, "BENCH_NAMES=many"),
        ({"BENCH_ROUNDS": "0"}, "BENCH_ROUNDS=0"),
        ({"BENCH_SECONDS": "long"}, "BENCH_SECONDS"),
        ({"BENCH_PARTS": "whois,gopher"}, "no such part: gopher"),
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(environment: dict[str, str], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        Plan.from_environment(environment)


def test_the_parts_run_in_their_order_whatever_order_they_are_named_in() -> None:
    plan = Plan.from_environment({"BENCH_PARTS": "ingest,whois", "BENCH_NAMES": "5000", "BENCH_ROUNDS": "7"})
    assert (plan.parts, plan.names, plan.rounds, plan.ingest_names, plan.small) == (
        ("whois", "ingest"), 5000, 7, 5000, 500,
    )  # fmt: skip


def test_a_part_that_fails_fails_the_run_and_no_other_part(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure("it", "a second", Spread.of([1.0]))

    def fails(*_: object) -> list[Section]:
        raise LoadError("no reply within 5 s")

    monkeypatch.setattr(command, "registry", lambda *_: Registry(Path("/nowhere"), 1))
    monkeypatch.setattr(Registry, "names", lambda self: NAMES)
    monkeypatch.setattr(ingest, "measure", fails)
    monkeypatch.setattr(parts, "measure", lambda *_: [Section("parts", "PARTS", (figure,))])
    sections, failed = command.measure(Plan(parts=("ingest", "parts")), CORES, quiet)
    assert [section.part for section in sections] == ["parts"]
    assert failed == {"ingest": "LoadError: no reply within 5 s"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, list[Section], dict[str, str]]:
    """A whole run on 300 names."""
    plan = Plan(
        names=300, ingest_names=300, changes=(20, 100_000), small=100, rounds=1, seconds=0.1, samples=20,
        parts=("whois", "rdap", "ingest", "parts", "profiles"), cache=tmp_path_factory.mktemp("bench"),
    )  # fmt: skip
    return plan, *command.measure(plan, CORES, quiet)


def test_a_run_measures_every_part(tiny: tuple[Plan, list[Section], dict[str, str]]) -> None:
    _, sections, failed = tiny
    assert not failed
    doors = ["whois-zipf", "whois-fresh", "rdap-zipf", "rdap-fresh"]
    expected = [*doors, "ingest", "changes", "export", "parts", "profiles"]
    assert [section.part for section in sections] == expected
    for section in sections:
        for figure in section.figures:
            assert figure.spread.least > 0 or "per second of the process" in figure.name, figure


def test_the_ratios_of_a_run_are_those_of_its_rates(tiny: tuple[Plan, list[Section], dict[str, str]]) -> None:
    _, sections, _ = tiny
    for section in sections[:4]:
        by_name = {figure.name: figure.spread.median for figure in section.figures}
        bare = "bare responder" if section.part.startswith("whois") else "nginx"
        assert by_name[f"dnrd of {bare}"] == pytest.approx(by_name["dnrd"] / by_name[bare])
        assert by_name["dnrd p50"] <= by_name["dnrd p99"]
        assert 10 < by_name["memory of the worker at most"] < 1000


def test_the_report_shows_every_figure_and_the_json_has_every_round(
    tiny: tuple[Plan, list[Section], dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    plan, sections, _ = tiny
    print_report(plan, {"processor": "a test's"}, sections, {"growth": "it was left out"})
    said = capsys.readouterr().out
    plain = json.loads(to_json(plan, {"processor": "a test's"}, sections, {"growth": "it was left out"}))
    for section in sections:
        assert section.title in said
        shown = {each["name"]: each for each in plain["parts"][section.part]["figures"]}
        for figure in section.figures:
            assert figure.name in said
            assert figure.target in said
            assert tuple(shown[figure.name]["rounds"]) == figure.spread.rounds
    assert "growth FAILED: it was left out" in said
    assert plain["failed"] == {"growth": "it was left out"}


def test_a_store_is_made_once_for_the_same_code(tiny: tuple[Plan, list[Section], dict[str, str]]) -> None:
    plan, _, _ = tiny
    told: list[str] = []
    again = registry(plan.cache, plan.names, plan.seed, CORES.server, told.append)
    assert told == []
    assert len(again.names()) == len(set(again.names())) == 300
