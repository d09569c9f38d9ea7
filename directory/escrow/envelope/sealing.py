"""Puts a deposit into its envelope: tar, packed, encrypted, split and signed (RA Specification 2, part A, §4)."""

from __future__ import annotations

import dataclasses
import gzip
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import IO, cast

from directory.errors import DepositError
from directory.escrow.envelope.limits import CHUNK, Limits
from directory.escrow.envelope.name import FileName
from directory.escrow.envelope.openpgp import Keys, openpgp
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.workplace import workplace
from directory.escrow.outlet import settled

_MODE = 0o640


def seal(
    files: Sequence[Path],
    out: Path,
    name: FileName,
    keys: Keys | None = None,
    segment_octets: int = 0,
    limits: Limits | None = None,
    *,
    replace: bool = False,
) -> list[Path]:
    """Put files into an envelope in the folder `out`; what was made, in the order in which it appeared.

    The first of `files` is the document, which gets the name of the envelope; the others keep theirs. With
    recipients the envelope is an OpenPGP message, `.ryde`, else `.tar.gz`; with a private key of ours every
    segment has its `.sig`. A segment has at most `segment_octets`; 0 is for one of any size. A file appears
    under its name when it is whole, and the first segment last, so that who finds it finds all. One that is there
    already gives way only if `replace` is set. Raises `DocumentError` for keys that cannot be used,
    `DepositError`, `NotWritten`, and `OSError`.
    """
    try:
        with ExitStack() as stack:
            return _Sealing(out, name, keys or Keys(), limits or Limits(), stack).seal(
                files, segment_octets, replace=replace
            )
    except Refusal as refusal:
        raise DepositError(str(out), [refusal.finding]) from None


class _Sealing:
    """An envelope that is being made, in a folder beside where it goes."""

    def __init__(self, out: Path, name: FileName, keys: Keys, limits: Limits, stack: ExitStack) -> None:
        self.out = out
        self.name = name
        self.keys = keys
        self.limits = limits
        self.folder = stack.enter_context(workplace(out))
        self.pgp = stack.enter_context(openpgp(keys, limits)) if keys.recipients or keys.own else None

    def seal(self, files: Sequence[Path], segment_octets: int, *, replace: bool) -> list[Path]:
        self.limits.check_room(self.folder, sum(file.stat().st_size for file in files))
        whole = self.folder / "whole"
        with self._packed(whole) as packed:
            _write_tar(packed, files, self.name)
        suffix = ".ryde" if self.keys.recipients else ".tar.gz"
        ready: list[tuple[Path, Path]] = []
        for number, part in enumerate(self._split(whole, segment_octets), start=1):
            name = dataclasses.replace(self.name, segment=number)
            ready.append((part, self.out / name.to_text(suffix)))
            if self.pgp and self.keys.own:
                signature = part.with_suffix(".sig")
                self.pgp.sign(part, signature)
                ready.append((signature, self.out / name.to_text(".sig")))
        ends = {place: settled(place, replace=replace) for _, place in ready}
        for made, place in reversed(ready):
            _publish(made, ends[place])
        return [place for _, place in reversed(ready)]

    @contextmanager
    def _packed(self, whole: Path) -> Iterator[IO[bytes]]:
        """A file to write to what is to be packed, and encrypted if there are recipients."""
        if self.pgp and self.keys.recipients:
            with self.pgp.encrypt(whole) as message:  # OpenPGP packs what it encrypts
                yield message
            return
        with whole.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield cast(IO[bytes], packed)

    def _split(self, whole: Path, segment_octets: int) -> Iterator[Path]:
        if not 0 < segment_octets < whole.stat().st_size:
            yield whole
            return
        with whole.open("rb") as file:
            for number in count(1):
                part = self.folder / f"part-{number}"
                if not _copy(file, part, segment_octets):
                    return
                yield part


def _write_tar(packed: IO[bytes], files: Sequence[Path], name: FileName) -> None:
    with tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for number, path in enumerate(files):
            own = name.to_text(".xml.gz" if path.suffix == ".gz" else ".xml")
            member = tarfile.TarInfo(path.name if number else own)
            with path.open("rb") as file:
                member.size = os.fstat(file.fileno()).st_size
                member.mtime = int(os.fstat(file.fileno()).st_mtime)
                archive.addfile(member, file)


def _copy(source: IO[bytes], out: Path, size: int) -> bool:
    """Copy so many octets, or as many as there are; whether there was any."""
    with out.open("wb") as file:
        while size and (octets := source.read(min(size, CHUNK))):
            file.write(octets)
            size -= len(octets)
        return file.tell() > 0


def _publish(made: Path, place: Path) -> None:
    """Give a file its name, when it is on the disk."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), _MODE)
    made.replace(place)
