"""The parent and its workers as processes: death, reload, stop, and what the operator sees."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from tests.serve.conftest import Load, Server

    Serve = Callable[..., Server]


def test_all_workers_answer_on_one_port(serve: Serve) -> None:
    server = serve().start()
    processes = {json.loads(server.whois("example.test"))["process"] for _ in range(60)}
    assert processes == {worker.pid for worker in server.workers()}
    assert len(processes) == 2


def test_the_counts_of_all_workers_are_added_up(serve: Serve) -> None:
    server = serve().start()
    for _ in range(40):
        server.whois("example.test")
    server.whois("\x00")
    for path in ("/rdap/domain/example.test", "/rdap/domain/missing.test", "/rdap/ip/::1"):
        server.get(path, "rdap")

    def counted() -> bool:
        text = server.get("/metrics")[1]
        wanted = {
            'answers_total{kind="domain",outcome="found",service="whois"} 40.0',
            'answers_total{kind="none",outcome="malformed",service="whois"} 1.0',
            'answers_total{kind="domain",outcome="found",service="rdap"} 1.0',
            'answers_total{kind="domain",outcome="not-found",service="rdap"} 1.0',
            'answers_total{kind="none",outcome="unsupported",service="rdap"} 1.0',
            'answer_seconds_count{service="whois"} 41.0',
            'answer_seconds_bucket{le="+Inf",service="whois"} 41.0',
            "dnrd_store_watermark_seconds 1.7698608e+09",
            "dnrd_workers_ready 2.0",
            "dnrd_worker_restarts_total 0.0",
            'dnrd_connections{service="whois"} 0.0',
        }
        return all(line in text for line in wanted)

    server.until(counted)


def test_connections_that_wait_for_a_dead_worker_are_answered_by_the_next(serve: Serve) -> None:
    server = serve(workers=1).start()
    (worker,) = server.workers()
    worker.suspend()
    clients = [socket.create_connection(("127.0.0.1", server.ports["whois"][0]), timeout=10) for _ in range(50)]
    for client in clients:
        client.sendall(b"example.test\r\n")
    worker.kill()
    for client in clients:
        with client:
            reply = b""
            while part := client.recv(4096):
                reply += part
            assert json.loads(reply)["process"] != worker.pid
    assert "a worker died" in server.said("signal SIGKILL")
    assert "dnrd_worker_restarts_total 1.0" in server.get("/metrics")[1]


def test_a_worker_that_ends_under_load_costs_no_connection(serve: Serve, load: Callable[[Server], Load]) -> None:
    server = serve().start()
    with load(server) as clients:
        for _ in range(2):
            time.sleep(0.3)
            victim = server.workers()[0]
            victim.terminate()
            psutil.wait_procs([victim], timeout=5)
            server.until(lambda: json.loads(server.get("/ready")[1])["workers"]["ready"] == 2)
    assert clients.answered > 200
    assert clients.faults == []


def test_a_worker_that_is_killed_under_load_costs_only_what_it_held(
    serve: Serve, load: Callable[[Server], Load]
) -> None:
    server = serve().start()
    with load(server) as clients:
        time.sleep(0.3)
        before = clients.answered
        server.workers()[0].kill()
        time.sleep(1.5)
    # No connection is refused; of those that the kernel had handed to the process each client can lose one.
    assert clients.answered > before
    assert len(clients.faults) <= 4
    assert not [fault for fault in clients.faults if "Refused" in fault]


def test_a_good_configuration_is_taken_over_without_a_restart(
    serve: Serve, load: Callable[[Server], Load]
) -> None:
    server = serve().start()
    workers = {worker.pid for worker in server.workers()}
    server.configure(profiles=["new"], rdap_url="https://rdap.example.net/rdap/", read_timeout=3)
    with load(server) as clients:
        server.signal(signal.SIGHUP)
        server.until(lambda: all(json.loads(server.whois("a.test"))["profiles"] == ["new"] for _ in range(20)))
    assert clients.faults == []
    assert json.loads(server.get("/rdap/help", "rdap")[1])["url"] == "https://rdap.example.net/rdap/help"
    assert {worker.pid for worker in server.workers()} == workers
    assert "read_timeout" in server.said("wait for a restart")


def test_a_bad_configuration_is_refused_with_all_that_is_wrong(serve: Serve) -> None:
    server = serve().start()
    server.configure(profiles=["bad"])
    server.signal(signal.SIGHUP)
    server.until(lambda: server.said("stays as it was"))
    assert json.loads(server.said("stays as it was"))["findings"] == [
        "bad.yaml:3: one: no good [a rule]",
        "bad.yaml:4: two: no good [a rule]",
    ]
    server.configure(profiles=[], colour="red")
    server.signal(signal.SIGHUP)
    server.until(lambda: server.said("colour"))
    assert json.loads(server.whois("example.test"))["profiles"] == []


def test_a_worker_that_starts_after_a_reload_has_the_new_configuration(serve: Serve) -> None:
    server = serve(workers=1).start()
    server.configure(profiles=["new"])
    server.signal(signal.SIGHUP)
    server.until(lambda: server.said('"reloaded"'))
    server.workers()[0].kill()
    assert json.loads(server.whois("example.test"))["profiles"] == ["new"]


def test_a_second_server_on_the_port_is_refused(serve: Serve) -> None:
    server = serve().start()
    second = serve(whois=[f"127.0.0.1:{server.ports['whois'][0]}"])
    assert second.end() == 1
    second._reader.join()
    assert "is another server running?" in second.said("ListenError")
    assert json.loads(server.whois("example.test"))["key"] == "example.test"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_answers_under_way_are_finished_before_the_end(serve: Serve, number: signal.Signals) -> None:
    server = serve().start()
    replies: list[str] = []
    asking = [
        threading.Thread(target=lambda: replies.append(server.whois("slow-8.test"))),
        threading.Thread(target=lambda: replies.append(server.get("/rdap/domain/slow-8.test", "rdap")[1])),
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.3)
    workers = server.workers()
    server.signal(number)
    for thread in asking:
        thread.join()
    assert [json.loads(reply)["key"] for reply in replies] == ["slow-8.test"] * 2
    assert server.end() == 0
    assert not any(worker.is_running() for worker in workers)
    with pytest.raises(ConnectionRefusedError):
        server.whois("example.test")


def test_answers_that_take_longer_than_the_time_to_stop_are_cut_off(serve: Serve) -> None:
    server = serve(stop_timeout=0.3).start()
    faults: list[str] = []

    def ask() -> None:
        try:
            faults.append(server.whois("slow-80.test"))
        except OSError:
            faults.append("")

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    started = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.end() == 0
    assert time.monotonic() - started < 4
    asking.join()
    assert faults == [""]


def test_the_shared_counts_are_removed_at_the_end(serve: Serve) -> None:
    server = serve().start()
    folder = server.workers()[0].environ()["PROMETHEUS_MULTIPROC_DIR"]
    assert os.path.isdir(folder)
    server.signal(signal.SIGTERM)
    server.end()
    assert not os.path.exists(folder)


def test_workers_do_not_outlive_their_parent(serve: Serve) -> None:
    server = serve().start()
    workers = server.workers()
    folder = workers[0].environ()["PROMETHEUS_MULTIPROC_DIR"]
    server.process.kill()
    server.process.wait()
    assert len(workers) == 2
    assert server.orphans_end(workers)
    shutil.rmtree(folder)


def test_a_server_that_cannot_begin_says_why_and_ends(serve: Serve) -> None:
    server = serve(store="sqlite:///broken")
    assert server.end() == 1
    server._reader.join()
    assert "the disk is gone" in server.said("a worker cannot serve")
    assert "Traceback" not in "".join(server.lines)


def test_health_and_readiness_are_told_apart(serve: Serve) -> None:
    server = serve(store="sqlite:///empty").start()
    assert server.get("/health")[0] == 200
    status, body = server.get("/ready")
    assert (status, json.loads(body)["as_of"]) == (503, None)
    full = serve().start()
    status, body = full.get("/ready")
    assert status == 200
    assert json.loads(body) == {
        "ready": True,
        "workers": {"ready": 2, "wanted": 2},
        "as_of": "2026-01-31T12:00:00Z",
    }
    for worker in full.workers():
        worker.suspend()
        worker.kill()
    full.until(lambda: full.get("/ready")[0] == 503)
    full.until(lambda: full.get("/ready")[0] == 200)
    assert full.get("/elsewhere")[0] == 404


def test_several_addresses_and_both_families_are_listened_on(serve: Serve) -> None:
    server = serve(whois=["127.0.0.1:0", "[::1]:0", "localhost:0"]).start()
    assert json.loads(server.whois("example.test"))["key"] == "example.test"
    assert json.loads(server.whois("example.test", "::1", 1))["key"] == "example.test"
    assert len(set(server.ports["whois"])) == 3


def test_the_access_log_keeps_names_of_domains_and_nothing_that_people_typed_otherwise(serve: Serve) -> None:
    server = serve(workers=1).start()
    for query in ("example.test", "registrar Jane Doe", "Jane Doe 555", "\x00 jane", "192.0.2.1", "help"):
        server.whois(query)
    server.get("/rdap/entity/Jane%20Doe", "rdap")
    server.get("/rdap/nameserver/ns1.example.test", "rdap")
    server.get("/rdap/domain/jane_doe", "rdap")
    lines = [json.loads(line) for line in server.until(lambda: _complete(server, 9))]
    kept = [(line["service"], line["kind"], line["outcome"], line.get("name")) for line in lines]
    assert kept == [
        ("whois", "domain", "found", "example.test"),
        ("whois", "registrar", "not-found", None),
        ("whois", "registrar", "not-found", None),
        ("whois", "none", "malformed", None),
        ("whois", "address", "not-found", None),
        ("whois", "help", "help", None),
        ("rdap", "entity", "not-found", None),
        ("rdap", "nameserver", "not-found", "ns1.example.test"),
        ("rdap", "none", "malformed", None),
    ]
    assert {line["client"] for line in lines} == {"127.0.0.0/24"}
    assert [line["status"] for line in lines if line["service"] == "rdap"] == [404, 404, 400]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert "ane" not in server.log.read_text().replace("/24", "")


def _complete(server: Server, count: int) -> list[str]:
    lines = server.log.read_text().splitlines()
    return lines if len(lines) == count else []


def test_a_rotated_access_log_is_opened_anew(serve: Serve) -> None:
    server = serve(workers=1).start()
    server.whois("example.test")
    server.until(lambda: server.log.read_text())
    server.log.rename(server.log.with_suffix(".1"))
    server.signal(signal.SIGHUP)
    server.until(lambda: server.log.exists())
    server.whois("example2.test")
    server.until(lambda: "example2.test" in server.log.read_text())
