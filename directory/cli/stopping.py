"""Signals that ask a command to stop, heeded where it goes on to the next: what it began is then taken back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click


@dataclass(slots=True)
class Stopping:
    """Whether somebody has asked to stop."""

    is_asked: bool = False

    def check(self, *told: object) -> None:
        """Called as the work goes on. Raises `KeyboardInterrupt` if it is not to."""
        if self.is_asked:
            raise KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Heed SIGINT and SIGTERM: the first at the next `check`, so that nothing is cut off in the middle; what has
    come to its end by then is done. The second raises `KeyboardInterrupt` at once."""
    state = Stopping()

    def stop(number: int, frame: object) -> None:
        if state.is_asked:
            raise KeyboardInterrupt
        state.is_asked = True
        click.echo("stopping, as soon as nothing is cut off; a second signal stops at once", err=True)

    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield state
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
