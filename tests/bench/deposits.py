"""Deposits made of another one for the benchmark: the same once more, some changes of it."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

_HEAD = 1 << 14
_ID = re.compile(rb' id="\w+"')
_DOMAIN = re.compile(rb"<rdeDomain:domain>.*?</rdeDomain:domain>", re.DOTALL)
_LEAP = 1980  # some were created on 29 February
_CREATION = re.compile(rb"(<rdeDomain:crDate>)\d{4}")


def renamed(deposit: Path, folder: Path, id_: str = "again") -> Path:
    """The same deposit under another id: one that was applied already would not be read. What lies in its folder
    beside it, as tables do, comes along."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / deposit.name
    for table in deposit.parent.glob("*.csv"):
        shutil.copy(table, folder)
    opened = gzip.open if deposit.suffix == ".gz" else open
    with opened(deposit, "rb") as old, opened(copy, "wb") as new:
        new.write(_ID.sub(f' id="{id_}"'.encode(), old.read(_HEAD), count=1))
        shutil.copyfileobj(old, new)
    return copy


def changes(deposit: Path, number: int, names: int, copy: Path, id_: str, before: str, day: int) -> int:
    """Write a DIFF of that day of January, behind the deposit with the id `before`, which changes so many domains
    of a deposit that has `names` of them, spread over all of it as changes are; how many it changes."""
    step = max(1, names // number)
    text = deposit.read_bytes()
    head = text[: text.index(b"</rdeHeader:header>") + len(b"</rdeHeader:header>")]
    head = _ID.sub(f' id="{id_}" prevId="{before}"'.encode(), head, count=1)
    head = head.replace(b'type="FULL"', b'type="DIFF"', 1)
    head = re.sub(rb"(<rde:watermark>)[^<]+", rb"\g<1>2026-01-%02dT00:00:00Z" % day, head, count=1)
    written = 0
    with copy.open("wb") as new:
        new.write(head + b"\n")
        for place, found in enumerate(_DOMAIN.finditer(text)):
            if place % step == 0 and written < number:
                new.write(_CREATION.sub(rb"\g<1>%d" % (_LEAP + 4 * day), found[0], count=1) + b"\n")
                written += 1
        new.write(b"</rde:contents>\n</rde:deposit>\n")
    return written


def identity(deposit: Path) -> str:
    """A deposit's id."""
    with deposit.open("rb") as file:
        found = _ID.search(file.read(_HEAD))
    if found is None:
        raise ValueError(f"{deposit} has no id")
    return found[0].partition(b'"')[2].rstrip(b'"').decode()
