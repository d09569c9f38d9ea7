"""Metrics: what is counted, for Prometheus (text exposition format 0.0.4).

Workers count into files of a directory that they share, if `PROMETHEUS_MULTIPROC_DIR` names one; the parent
adds them up. On the way of an answer stand only plain counts of ours, which `flush` carries over now and
then: a count in such a file costs 1.6 µs and an observation 3.9 µs, a tenth of a whole WHOIS answer.
"""

from __future__ import annotations

from bisect import bisect_left

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from directory.model.base import Instant
from directory.model.format import moment

BUCKETS = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0)


class DoorMetrics:
    """The counts of one door in one process."""

    def __init__(self, service: str, metrics: Metrics) -> None:
        self.connections = 0
        self.refused = 0
        self._service = service
        self._answers = metrics.answers
        self._refused = metrics.refused.labels(service)
        self._connections = metrics.connections.labels(service)
        self._latency = metrics.latency.labels(service)
        self._counts: dict[tuple[str, str], int] = {}
        self._violations = metrics.violations
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def answered(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one answer. `kind` and `outcome` are words of ours: the number of series is bounded."""
        key = (kind, outcome)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def violated(self, profile: str, element: str, rule: str) -> None:
        """Count a violation of a profile; the names and the rules are the profile's, so the series are bounded."""
        self._violations.labels(self._service, profile, element, rule).inc()

    def flush(self) -> None:
        """Carry what was counted since the last time over to Prometheus."""
        self._connections.set(self.connections)
        if self.refused:
            self._refused.inc(self.refused)
            self.refused = 0
        counts, self._counts = self._counts, {}
        for (kind, outcome), count in counts.items():
            self._answers.labels(self._service, kind, outcome).inc(count)
        if counts:
            self._flush_latency()

    def _flush_latency(self) -> None:
        # The client library has no public way to add many observations at once; a test watches this one.
        for index, count in enumerate(self._buckets):
            if count:
                self._latency._buckets[index].inc(count)
        self._latency._sum.inc(self._seconds)
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0


class Metrics:
    """What a worker counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Counter(
            "dnrd_answers",
            "Answers by door, kind of query and outcome.",
            ["service", "kind", "outcome"],
            registry=registry,
        )
        self.latency = Histogram(
            "dnrd_answer_seconds",
            "From the complete query to the reply handed to the system.",
            ["service"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.connections = Gauge(
            "dnrd_connections",
            "Connections open.",
            ["service"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.refused = Counter(
            "dnrd_connections_refused",
            "Connections closed at once because there were too many.",
            ["service"],
            registry=registry,
        )
        self.violations = Counter(
            "dnrd_profile_violations",
            "What objects that were answered violate of the profile, by element and rule.",
            ["service", "profile", "element", "rule"],
            registry=registry,
        )
        self._dropped = Counter(
            "dnrd_access_log_lines_dropped",
            "Lines of the access log lost because their reader was too slow.",
            registry=registry,
        )
        self._watermark = Gauge(
            "dnrd_store_watermark_seconds",
            "Watermark of the data served, as a Unix time; the oldest of the workers.",
            multiprocess_mode="livemin",
            registry=registry,
        )
        self._doors: list[DoorMetrics] = []

    def door(self, service: str) -> DoorMetrics:
        """The counts of one door."""
        door = DoorMetrics(service, self)
        self._doors.append(door)
        return door

    def line_dropped(self) -> None:
        """Count a line that the access log lost."""
        self._dropped.inc()

    def as_of(self, watermark: Instant | None) -> None:
        """Note the watermark of the data that is served now."""
        if watermark is not None:
            self._watermark.set(moment(watermark).timestamp())

    def flush(self) -> None:
        """Carry all counts over to Prometheus."""
        for door in self._doors:
            door.flush()
