"""What decides, besides its octets, what an object becomes and what is said of it: program, catalogue, knowledge.

Two deposits that are read under the same salt make the same of the same octets. It holds all of the program that
reads and checks, so that no new version trusts what an older one made.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

import idna

from directory.escrow.check.known import Context
from directory.model.catalogue import Catalogue

_ROOMS = ("model", "escrow")


def salt(catalogue: Catalogue, context: Context) -> bytes:
    """The salt of deposits that are read with this catalogue, and checked with what is known in this context."""
    readings = sorted((key, _plain(one)) for key, one in catalogue.readings.items())
    said = repr((_program(), readings, _plain(context.known), context.tld))
    return blake2b(said.encode(), digest_size=32).digest()


@cache
def _program() -> str:
    """A digest of the program's own part, and of what it builds on."""
    digest = blake2b(repr((sys.version, unicodedata.unidata_version, idna.__version__)).encode())
    for room in _ROOMS:
        for file in _sources(files("directory") / room):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda each: each.name):
        if one.is_dir():
            yield from _sources(one)
        elif one.name.endswith(".py"):
            yield one


def _plain(value: object) -> object:
    """A value whose text is the same in every process: sets have no order of their own."""
    if is_dataclass(value):
        return [(one.name, _plain(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, Set):
        return sorted(map(repr, value))
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return repr(value)
