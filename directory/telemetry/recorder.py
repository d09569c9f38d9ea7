"""What a door tells of each answer, once: to the metrics and to the access log."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.query import Help, Kind, Lookup, Query
from directory.telemetry.accesslog import AccessLog
from directory.telemetry.metrics import DoorMetrics

if TYPE_CHECKING:
    from directory.profile.constraint import Violation

_logger = logging.getLogger(__name__)
_NAMED = frozenset({Kind.DOMAIN, Kind.NAMESERVER})
"""The kinds of query whose key is no personal data by itself and may be kept."""

_OUTCOMES: dict[type, str] = {Found: "found", Matches: "matches", NotFound: "not-found", HelpText: "help"}


class Recorder:
    """One door's telemetry in one process; `metrics` and `log` are None where nobody wants them."""

    def __init__(self, service: str, metrics: DoorMetrics | None = None, log: AccessLog | None = None) -> None:
        self._service = service
        self._metrics = metrics
        self._log = log
        self._told: set[tuple[str, str, str]] = set()

    def outcome(self, answer: Answer) -> str:
        """The word for what an answer is. What the object violates of its profile is counted, and logged where it
        is the first of its kind: an answer each would flood the log."""
        if isinstance(answer, Found):
            if answer.view.violations:
                self.violated(answer.query, answer.profile.name, answer.view.violations)
        elif isinstance(answer, Matches):
            for view in answer.views:
                if view.violations:
                    self.violated(answer.query, answer.profile.name, view.violations)
        return _OUTCOMES[type(answer)]

    def violated(self, query: Query | None, profile: str, violations: Iterable[Violation]) -> None:
        """Tell what an object violates of a profile; never the values, which may be personal data."""
        named = isinstance(query, Lookup) and query.kind in _NAMED
        name = query.key if named and isinstance(query, Lookup) else "an object"
        for each in violations:
            kind = (profile, each.element, each.rule)
            if self._metrics is not None:
                self._metrics.violated(*kind)
            if kind not in self._told:
                self._told.add(kind)
                _logger.warning("%s violates the profile %s: %s: %s", name, *kind)

    def answered(
        self, query: Query | None, outcome: str, seconds: float, size: int, address: str, status: int = 0
    ) -> None:
        """Tell of one answer; `query` is None where what came could not be understood."""
        kind, name = "none", ""
        if isinstance(query, Lookup):
            kind = query.kind.value
            if query.kind in _NAMED:
                name = query.key
        elif isinstance(query, Help):
            kind = "help"
        if self._metrics is not None:
            self._metrics.answered(kind, outcome, seconds)
        if self._log is not None:
            micros = int(seconds * 1_000_000)
            self._log.add(self._service, kind, outcome, micros, size, address, name, status)

    def connections(self, count: int) -> None:
        """Tell how many connections are open now."""
        if self._metrics is not None:
            self._metrics.connections = count

    def refused(self) -> None:
        """Tell that a connection was closed at once because there were too many."""
        if self._metrics is not None:
            self._metrics.refused += 1
