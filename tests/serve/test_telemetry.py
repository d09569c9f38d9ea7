"""The access log and the counts, without a network."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from directory.model.base import Instant
from directory.query import Help, Kind, Lookup
from directory.telemetry.accesslog import AccessLog
from directory.telemetry.address import network
from directory.telemetry.events import JsonFormatter
from directory.telemetry.metrics import Metrics
from directory.telemetry.recorder import Recorder


def test_of_an_address_only_its_network_is_kept() -> None:
    networks = {
        "192.0.2.200": "192.0.2.0/24",
        "2001:db8:1:2:3:4:5:6": "2001:db8:1::/48",
        "fe80::1%eth0": "fe80::/48",
        "::1": "::/48",
        "": "",
        "unix": "",
    }
    assert {address: network(address) for address in networks} == networks


def test_a_line_has_the_time_to_the_millisecond_in_utc(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "log"), clock=lambda: 1769860800.0429)
    log.start()
    Recorder("rdap", log=log).answered(Lookup(Kind.DOMAIN, "a.test"), "found", 0.000123, 42, "192.0.2.200", 200)
    log.close()
    assert json.loads((tmp_path / "log").read_text()) == {
        "time": "2026-01-31T12:00:00.042Z",
        "service": "rdap",
        "kind": "domain",
        "outcome": "found",
        "micros": 123,
        "bytes": 42,
        "client": "192.0.2.0/24",
        "status": 200,
        "name": "a.test",
    }


def test_lines_that_do_not_fit_are_dropped_and_counted(tmp_path: Path) -> None:
    counted: list[int] = []
    log = AccessLog(str(tmp_path / "log"), capacity=10, on_drop=lambda: counted.append(1))
    for _ in range(25):
        log.add("whois", "domain", "found", 1, 1, "192.0.2.1")
    log.start()
    log.close()
    assert len((tmp_path / "log").read_text().splitlines()) == 10
    assert (log.dropped, len(counted)) == (15, 15)


def test_a_reader_that_stalls_never_holds_up_an_answer(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    log = AccessLog(str(fifo), capacity=5000, interval=0.01)
    log.start()
    started = time.monotonic()
    for _ in range(20_000):
        log.add("whois", "domain", "found", 1, 1, "192.0.2.1")
    assert time.monotonic() - started < 2
    log.close(timeout=0.2)
    assert log.dropped > 0
    while log._thread.is_alive():
        try:
            os.read(reading, 1 << 20)
        except BlockingIOError:
            time.sleep(0.01)
    os.close(reading)


def test_lines_of_several_writers_to_one_pipe_stay_whole(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    data: list[bytes] = []

    def read() -> None:
        with open(fifo, "rb", buffering=0) as pipe:
            while part := pipe.read(1000):
                data.append(part)
                time.sleep(0.0002)

    reader = threading.Thread(target=read)
    reader.start()
    logs = [AccessLog(str(fifo), interval=0.005) for _ in range(3)]
    for index, log in enumerate(logs):
        log.start()
        for count in range(2000):
            log.add("whois", "domain", "found", count, index, "192.0.2.1")
    for log in logs:
        log.close(timeout=20)
    reader.join()
    lines = [json.loads(line) for line in b"".join(data).splitlines()]
    assert sorted((line["bytes"], line["micros"]) for line in lines) == [
        (index, count) for index in range(3) for count in range(2000)
    ]


def test_what_is_counted_comes_out_in_the_format_of_prometheus() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    door = metrics.door("whois")
    recorder = Recorder("whois", door)
    for seconds in (0.00001, 0.00003, 0.0003, 2.0):
        recorder.answered(Lookup(Kind.DOMAIN, "a.test"), "found", seconds, 1, "")
    recorder.answered(Help(), "help", 0.0003, 1, "")
    recorder.refused()
    recorder.connections(3)
    metrics.line_dropped()
    metrics.as_of(Instant("2026-01-31T12:00:00Z"))
    metrics.flush()
    metrics.flush()
    text = generate_latest(registry).decode()
    for line in (
        'dnrd_answers_total{kind="domain",outcome="found",service="whois"} 4.0',
        'dnrd_answers_total{kind="help",outcome="help",service="whois"} 1.0',
        'dnrd_answer_seconds_bucket{le="5e-05",service="whois"} 2.0',
        'dnrd_answer_seconds_bucket{le="0.0005",service="whois"} 4.0',
        'dnrd_answer_seconds_bucket{le="1.0",service="whois"} 4.0',
        'dnrd_answer_seconds_bucket{le="+Inf",service="whois"} 5.0',
        'dnrd_answer_seconds_count{service="whois"} 5.0',
        'dnrd_answer_seconds_sum{service="whois"} 2.00064',
        'dnrd_connections_refused_total{service="whois"} 1.0',
        'dnrd_connections{service="whois"} 3.0',
        "dnrd_access_log_lines_dropped_total 1.0",
        "dnrd_store_watermark_seconds 1.7698608e+09",
    ):
        assert line in text, line


@pytest.mark.parametrize("level", [logging.INFO, logging.ERROR])
def test_an_event_is_one_json_line(level: int) -> None:
    record = logging.LogRecord("directory", level, "f.py", 1, "a %s", ("b\nc",), None)
    record.fields = {"worker": 1}
    line = JsonFormatter().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["event"], said["level"], said["worker"]) == ("a b\nc", logging.getLevelName(level).lower(), 1)
