"""The metrics of all workers together, as the parent shows them (Prometheus text exposition format 0.0.4)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Exposition:
    """The shared directory that workers count into, and the parent's own counts; a context manager that removes
    the directory at its end. Nothing is shared unless `wanted`."""

    def __init__(self, wanted: bool) -> None:
        self._folder = tempfile.mkdtemp(prefix="dnrd-metrics-") if wanted else None
        self.environment: Mapping[str, str] = {_VARIABLE: self._folder} if self._folder else {}
        self._own = CollectorRegistry()
        self._restarts = Counter("dnrd_worker_restarts", "Workers that died.", registry=self._own)
        self._ready = Gauge("dnrd_workers_ready", "Workers that serve.", registry=self._own)

    def __enter__(self) -> Exposition:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def restarted(self) -> None:
        """Count a worker that was replaced."""
        self._restarts.inc()

    def worker_died(self, process: int) -> None:
        """What a dead worker counted stays; what it held open does not."""
        if self._folder:
            mark_process_dead(process, self._folder)  # type: ignore[no-untyped-call]

    def ready(self, workers: Callable[[], float]) -> None:
        """Where the number of serving workers comes from."""
        self._ready.set_function(workers)

    def text(self) -> bytes:
        """The counts of the workers, then the parent's own."""
        if not self._folder:
            return generate_latest(self._own)
        shared = CollectorRegistry()
        MultiProcessCollector(shared, path=self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(shared) + generate_latest(self._own)
