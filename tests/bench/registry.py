"""The registry that is asked: a sample deposit and the store made of it, kept in `var/bench` between runs."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.plan import ROOT
from tests.bench.process import python, run

ZONE = "example"
_SOURCES = ("directory/model", "directory/store", "directory/escrow", "schemas")
_NAME = re.compile(rb"<rdeDomain:name>([a-z0-9.-]+)</rdeDomain:name>")
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Registry:
    """The folder of a deposit and a store of so many names."""

    folder: Path
    size: int

    @property
    def deposit(self) -> Path:
        """Not compressed: what is measured is XML."""
        return self.folder / "deposit.xml"

    @property
    def side(self) -> Path:
        """The registrars' side data."""
        return self.folder / "deposit.xml.registrars.yaml"

    @property
    def store(self) -> Path:
        """The SQLite file."""
        return self.folder / "registry.db"

    def names(self) -> list[str]:
        """The registered names, in the deposit's order."""
        return (self.folder / "names.txt").read_text("ascii").split()


def registry(cache: Path, size: int, seed: int, core: int, tell: Callable[[str], None]) -> Registry:
    """That of an earlier run, if the code that makes it is still the same; a new one otherwise."""
    stem = f"{size}-{seed}-"
    folder = cache / f"{stem}{_version()}"
    made = Registry(folder, size)
    if (folder / "names.txt").exists():
        return made
    for old in cache.glob(f"{stem}*"):
        shutil.rmtree(old)
    folder.mkdir(parents=True)
    tell(f"making a deposit of {size:,} names")
    options = ("--domains", str(size), "--seed", str(seed), "--tld", ZONE, "--out", made.deposit)
    run(core, python("-m", "directory", "sample", *options), _SECONDS)
    tell(f"ingesting it into {made.store}")
    store = f"sqlite:///{made.store}"
    command = python("-m", "directory", "ingest", "--store", store, "--registrars", made.side, made.deposit)
    run(core, command, _SECONDS)
    names = _names(made.deposit)
    if len(names) != size:
        raise ValueError(f"{made.deposit}: {size:,} names were asked for, {len(names):,} were found")
    (folder / "names.txt").write_text("\n".join(names), "ascii")  # the last file: with it the folder is whole
    return made


def _names(deposit: Path) -> list[str]:
    found: list[str] = []
    with deposit.open("rb") as lines:
        for line in lines:
            found += (name.decode("ascii") for name in _NAME.findall(line))
    return found


def _version() -> str:
    """A digest of the sources that deposits and stores are made by."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        for file in sorted((ROOT / source).rglob("*")):
            if file.suffix in {".py", ".json", ".yaml", ".xsd"}:
                digest.update(f"{file.relative_to(ROOT)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
