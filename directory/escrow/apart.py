"""Reads the objects of a large deposit in a process of its own: one core reads while another one writes.

The other process takes its order on standard input and answers on standard output, both pickled, for both ends
are ours; it knows of no store. What is read and not yet written is what the pipe holds, and no more.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import msgspec

import directory
from directory.errors import DepositError, Finding, ReaderLost
from directory.escrow.envelope.limits import Limits
from directory.escrow.fields import Report
from directory.escrow.source import Known, Put, Source
from directory.model.catalogue import Catalogue
from directory.model.kinds import STRUCTS

WORTH = 20_000
"""Objects, from which on it pays to start a process."""
READER = (sys.executable, "-P", "-c", "from directory.escrow.apart import main; main()")
"""Without the folder that we were started in: what lies there is not ours to import."""
_HOUSE = str(Path(directory.__file__).parents[1])

_PIPE = 1 << 20  # octets; what Linux lets anybody have
_ITEMS = 256  # that are sent at once
_OCTETS = 1 << 18  # of them, and no more items

_SILENT = 1 << 22  # octets of the deposit, after which something is sent though nothing is to be said
_ENDING = 5.0  # seconds in which a process ends that closed its pipe

_decoders: dict[str, Callable[[bytes], Any]] = {
    kind: msgspec.json.Decoder(struct).decode for kind, struct in STRUCTS.items()
}
_encode = msgspec.json.encode


def pays(source: Source) -> bool:
    """Whether the header counts enough objects, and there is a core for another process."""
    counts = source.header.counts if source.header else {}
    return sum(counts.values()) >= WORTH and len(os.sched_getaffinity(0)) > 1


def puts(source: Source, salt: bytes) -> Generator[Put, None, None]:
    """What `source.puts(salt)` gives, read by another process. Its report and its progress are told here, and what
    it knows at the end is in it. Raises what `source.puts` raises, and `ReaderLost`."""
    known = os.environ.get("PYTHONPATH")
    process = subprocess.Popen(
        READER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([_HOUSE, known] if known else [_HOUSE])},
        process_group=0,  # a key that stops us is ours to see: then the pipe closes
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(OSError):  # a small one does as well, a little slower
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
        order = Order(source.path, source.catalogue, source.report.cap, source.is_lenient, source.limits, salt)
        with suppress(BrokenPipeError), process.stdin:  # it will not answer either
            _Pickler(process.stdin, pickle.HIGHEST_PROTOCOL).dump(order)
        yield from _received(process, process.stdout, source)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _received(process: subprocess.Popen[bytes], pipe: IO[bytes], source: Source) -> Generator[Put, None, None]:
    while True:
        sent = _load(pipe)
        if sent is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_ENDING)
            how = f"exit code {process.returncode}" if process.returncode is not None else "it answers nonsense"
            raise ReaderLost(f"{source.path}: its reader ended before it was done ({how})")
        source.progress(sent.octets)
        source.weight = sent.weight
        for one in sent.items:
            if isinstance(one, Finding):
                source.report.add(one)
            elif isinstance(one, Note):
                source.report.note(*one)
            else:
                kind, content, line, file, extensions, mark = one
                value = None if content is None else _decoders[kind](content)
                inside = tuple(map(_decoders["extension"], extensions))
                yield Put(kind, value, line, file, inside, mark, content)
        if isinstance(sent.end, DepositError):
            raise sent.end
        if sent.end is not None:
            source.known = sent.end
            return


def _load(pipe: IO[bytes]) -> Sent | None:
    """The next that was sent; None where nothing comes any more that could be."""
    try:
        sent = pickle.load(pipe)
    except Exception:  # the pipe ends in the middle of something, or anything else has come down it
        return None
    return sent if isinstance(sent, Sent) else None


@dataclass(frozen=True, slots=True)
class Order:
    """What another process needs to read the objects of a source."""

    path: Path
    catalogue: Catalogue
    cap: int
    is_lenient: bool
    limits: Limits
    salt: bytes


class Note(NamedTuple):
    """Something worth saying that refuses nothing (`Report.note`)."""

    message: str
    times: int


_Packed = tuple[str, bytes | None, int, str, tuple[bytes, ...], bytes | None]
"""A `Put`: kind, the content of the object, line, file, the contents of extensions, mark."""


class Sent(NamedTuple):
    """What the other process has read since the last time, in the order in which it came up; of how many octets,
    and the weight of all so far. `end` is what the source knows in the end, or why the deposit is refused."""

    items: list[_Packed | Finding | Note]
    octets: int
    weight: int
    end: Known | DepositError | None = None


@dataclass(slots=True)
class _Told(Report):
    """A report that passes on what it is told."""

    tell: Callable[[Finding | Note], None] = lambda told: None

    def add(self, finding: Finding) -> None:
        self.faults += not finding.warning
        self.tell(finding)

    def note(self, message: str, times: int = 1) -> None:
        self.tell(Note(message, times))


class _Pickler(pickle.Pickler):
    """Knows mappings that nobody may change."""

    def reducer_override(self, value: Any) -> Any:
        return (_fixed, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _fixed(value: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(value)


class Reader:
    """The other process: reads what it was ordered to, and sends it down a pipe."""

    def __init__(self, order: Order, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._items: list[_Packed | Finding | Note] = []
        self._weight = self._octets = 0
        self._salt = order.salt
        self._told = _Told(order.cap)
        self._source = Source(
            order.path, order.catalogue, self._told, self._progress, order.is_lenient, limits=order.limits
        )

    def run(self) -> None:
        """Read all of it. Raises `BrokenPipeError` when nobody wants it any more."""
        with self._source as source:
            try:
                source.read_frame()  # what is to be said of it was said by who gave the order
                self._told.tell = self._add
                for put in source.puts(self._salt):
                    content = None if put.value is None else _encode(put.value)
                    weight = len(content) if content else 0
                    inside = tuple(map(_encode, put.extensions)) if put.extensions else ()
                    self._add(
                        (put.kind, content, put.line, put.file, inside, put.mark), weight + sum(map(len, inside))
                    )
            except DepositError as error:
                self._send(error)
            else:
                self._send(source.known)

    def _add(self, item: _Packed | Finding | Note, weight: int = 0) -> None:
        self._items.append(item)
        self._weight += weight
        if len(self._items) >= _ITEMS or self._weight >= _OCTETS:
            self._send()

    def _send(self, end: Known | DepositError | None = None) -> None:
        sent = Sent(self._items, self._octets, self._source.weight, end)
        pickle.dump(sent, self._pipe, pickle.HIGHEST_PROTOCOL)
        self._pipe.flush()
        self._items, self._weight, self._octets = [], 0, 0

    def _progress(self, octets: int) -> None:
        self._octets += octets
        if self._octets >= _SILENT:
            self._send()


def main() -> None:
    """Do what the order on standard input says. What anything prints goes to the errors: answers are pickled."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        Reader(pickle.load(sys.stdin.buffer), pipe).run()
    except BrokenPipeError:
        os._exit(1)
