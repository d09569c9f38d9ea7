"""What is known of a repository besides its deposit, and what a deposit says of itself."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from directory.escrow.header import Frame, Header
from directory.model.base import Instant

MODELS = ("minimum", "maximum", "per-registrar")
"""The data models of the Registration Data Policy: without contacts, with contacts, with those of some
registrars."""
HOSTS = ("objects", "attributes")
"""How name servers are kept (RFC 5731 §1.1)."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """The URIs of a registry's EPP greeting (RFC 5730 §2.4)."""

    objects: frozenset[str]
    extensions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the operator tells of the repository; None is what is not known, and then not checked.

    `model` is of `MODELS`, `hosts` of `HOSTS`. `idn_tables` are the ids of the TLD's tables. The last three are
    lists that others keep: the repository ids and registrar ids that IANA registers, and the countries of ISO
    3166-1. `extensions` are the namespaces of objects that the registry declares as its own, which ICANN's testing
    knows nothing of.
    """

    tld: str | None = None
    model: str | None = None
    hosts: str | None = None
    idn_tables: Set[str] | None = None
    greeting: Greeting | None = None
    repositories: Set[str] | None = None
    registrars: Set[int] | None = None
    countries: Set[str] | None = None
    extensions: Set[str] = frozenset()


class Context:
    """What is known when an object is checked: `known`, and the deposit's header and frame if they were
    readable."""

    __slots__ = ("frame", "header", "known", "suffix", "tld", "watermark")

    def __init__(self, known: Known, header: Header | None, frame: Frame | None) -> None:
        self.known = known
        self.header = header
        self.frame = frame
        own = header.repository if header and header.repository_type == "tld" else None
        self.tld = known.tld or own
        self.suffix = f".{self.tld}" if self.tld else ""
        self.watermark = frame.watermark if frame else None

    @property
    def is_full(self) -> bool:
        """Whether the deposit is the whole repository."""
        return self.frame is not None and self.frame.type == "FULL"

    def is_below(self, name: str) -> bool:
        """Whether a name is below the TLD; false if that is not known."""
        return bool(self.suffix) and name.endswith(self.suffix)


def is_after(one: Instant, other: Instant) -> bool:
    """Whether an instant is later than another; canonical text without its `Z` is ordered as time is."""
    return one[:-1] > other[:-1]
