"""gpg at work: what goes in and out is streamed, and what it says is read from its status lines alone.

gpg is what Debian maintains and hardens of OpenPGP; the libraries that Python has hold a message in memory as a
whole, or are no longer kept. Its messages to people are not looked at: a stranger's file can make them say
anything. Nor is its exit status, which is that of success for the signature of a revoked key (GnuPG,
doc/DETAILS).
"""

from __future__ import annotations

import io
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, cast

from directory.escrow.envelope.limits import CHUNK, Reader
from directory.escrow.envelope.refusal import LIMITS, Refusal
from directory.escrow.envelope.workplace import workplace

_OPTIONS = (
    *("gpg", "--batch", "--no-tty", "--no-options", "--no-auto-check-trustdb", "--no-greeting"),
    *("--disable-dirmngr", "--no-auto-key-retrieve", "--no-auto-key-import", "--trust-model", "always"),
)
_MARK = "[GNUPG:]"
_MOST_STATUS = 1 << 16  # octets; one message has some hundreds
_MOST_RECORDS = 1 << 20  # octets
_JOIN = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Status:
    """A status line: its keyword, and the words after it."""

    word: str
    arguments: Sequence[str]


class Run:
    """One run of gpg: its input and output, and at its end what it said."""

    def __init__(self, process: subprocess.Popen[bytes], status: int, source: Reader | None) -> None:
        self._process = process
        self._source = source
        self._said = b""
        self._fault: BaseException | None = None
        self.input = cast(IO[bytes], process.stdin)
        self.output = cast(IO[bytes], process.stdout)
        self._threads = [threading.Thread(target=self._listen, args=(status,), daemon=True)]
        if source is not None:
            self._threads.append(threading.Thread(target=self._feed, args=(source,), daemon=True))
        for thread in self._threads:
            thread.start()

    def finish(self) -> list[Status]:
        """Wait for its end; what it said. Raises what reading its input raised, and `Refusal`."""
        if self._source is None:
            self._close_input()
        self._process.wait()
        for thread in self._threads:
            thread.join(_JOIN)
        if self._fault is not None:
            raise self._fault
        lines = [line.split() for line in self._said.decode(errors="replace").splitlines()]
        return [Status(line[1], line[2:]) for line in lines if len(line) > 1 and line[0] == _MARK]

    def stop(self, fault: BaseException | None = None) -> None:
        """End it now; `fault` is why, unless there was a reason before."""
        self._fault = self._fault or fault
        self._process.kill()

    def close(self) -> None:
        """Leave nothing of it behind."""
        self._process.kill()  # nothing, if it has ended
        self._process.wait()
        for thread in self._threads:
            thread.join(_JOIN)
        self._close_input()
        self.output.close()

    def _listen(self, status: int) -> None:
        with open(status, "rb", buffering=0) as lines:
            while octets := lines.read(_MOST_STATUS):
                self._said += octets
                if len(self._said) > _MOST_STATUS:
                    self.stop(Refusal("gpg has too much to say of it", LIMITS))
                    return

    def _feed(self, source: Reader) -> None:
        try:
            while octets := source.read(CHUNK):
                self.input.write(octets)
        except BrokenPipeError:
            pass  # gpg has read enough; why, it says
        except BaseException as error:  # of the source, for the thread that waits
            self.stop(error)
        finally:
            self._close_input()

    def _close_input(self) -> None:
        try:
            self.input.close()
        except BrokenPipeError:
            pass  # it ended before it was told to


@dataclass(frozen=True, slots=True)
class Gpg:
    """gpg with a home of its own: no configuration, keys or agent of anybody else's, no network, no questions."""

    home: Path
    seconds: float

    @contextmanager
    def run(self, *arguments: str, source: Reader | None = None, secret: bytes | None = None) -> Iterator[Run]:
        """Run gpg. Its input is `source`, or what is written to `input`; `secret` is the passphrase of a key.

        It is killed after `seconds`, and when the block is left before `finish`. Raises `Refusal`.
        """
        status, status_end = os.pipe()
        command = [*_OPTIONS, "--homedir", str(self.home), "--status-fd", str(status_end)]
        inherited = [status_end]
        if secret is None:
            command += ["--pinentry-mode", "error"]
        else:
            inherited.append(_pipe_with(secret))
            command += ["--pinentry-mode", "loopback", "--passphrase-fd", str(inherited[-1])]
        try:
            process = subprocess.Popen(
                [*command, *arguments],
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                pass_fds=inherited,
                env=self._environment(),
                cwd=self.home,
            )
        except OSError as error:
            os.close(status)
            message = f"gpg cannot be run: {error.strerror}"
            raise Refusal(message, "OpenPGP", hint="apt-get install gpg gpg-agent") from None
        finally:
            for handle in inherited:
                os.close(handle)
        run = Run(process, status, source)
        late = Refusal(f"gpg was not done after {self.seconds:g} seconds", LIMITS)
        timer = threading.Timer(self.seconds, run.stop, (late,))
        timer.start()
        try:
            yield run
        finally:
            timer.cancel()
            run.close()

    def records(self, key: str) -> list[Sequence[str]]:
        """What gpg has of a key: the fields of every line (GnuPG, doc/DETAILS, "Format of the colon listings")."""
        with self.run("--with-colons", "--list-keys", key, source=io.BytesIO()) as run:
            lines = run.output.read(_MOST_RECORDS).decode(errors="replace").splitlines()
        return [line.split(":") for line in lines]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.home)}


@contextmanager
def gpg_at_home(seconds: float) -> Iterator[Gpg]:
    """gpg with a new home, which is removed at the end, and with it the agent that gpg started for a private key.
    One run may take so many seconds."""
    with workplace() as home:
        (home / "gpg-agent.conf").write_text("disable-scdaemon\n")  # keys are in files, never on cards
        try:
            yield Gpg(home, seconds)
        finally:
            command = ["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"]
            try:
                subprocess.run(command, stdout=DEVNULL, stderr=DEVNULL, timeout=_JOIN, check=False)
            except (OSError, subprocess.TimeoutExpired):
                pass  # the agent ends by itself when its home is gone


def _pipe_with(secret: bytes) -> int:
    """The end of a pipe that has a secret in it, which fits: a passphrase is no longer than a line."""
    end, start = os.pipe()
    with open(start, "wb", buffering=0) as pipe:
        pipe.write(secret)
    return end
