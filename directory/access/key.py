"""A key: the bearer credential of one requester (RFC 6750), and what is kept of it.

As handed out it reads `dnrd_ID_SECRETCHECK` and is shown once. The prefix lets people and secret scanners
recognise it, the id finds it, the check (CRC-32) tells a key that was mistyped or cut off. What is kept is the
SHA-256 of the secret. One round is enough: a slow hash protects what people make up, and the secret is 200 random
bits, which nobody can go through.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, NamedTuple
from zlib import crc32

import msgspec
from msgspec import Meta

from directory.access.standing import AUTHENTICATED, Standing

_ID_BYTES = 5
_SECRET_BYTES = 25
_FORM = re.compile(r"(dnrd_([a-z2-7]{8})_([a-z2-7]{40}))([a-z2-7]{7})", re.ASCII)
_LINE = r"^[^\x00-\x20\x7f-\x9f]+( [^\x00-\x20\x7f-\x9f]+)*$"

Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=_LINE)]
Line = Annotated[str, Meta(min_length=1, max_length=255, pattern=_LINE)]
Moment = Annotated[datetime, Meta(tz=True, extra_json_schema={"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"})]


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is kept of a key. A key without an audience but with a registrar is `authenticated`."""

    id: Annotated[str, Meta(pattern="^[a-z2-7]{8}$", description="the public part of the key")]
    name: Annotated[Word, Meta(description="whose key it is, in one line")]
    purpose: Annotated[Line, Meta(description="what it was given for, in one line")]
    created: Annotated[Moment, Meta(description="when it was made")]
    expires: Annotated[Moment, Meta(description="from when on it is not good any more")]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the secret part of the key")]
    audience: Annotated[
        str,
        Meta(
            pattern="^[a-z][a-z0-9-]{0,31}$",
            description="the audience that its holder is: small letters, digits and hyphens",
        ),
    ] = ""
    registrar: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            description="the registrar, by the registry's id, for whom its holder speaks",
        ),
    ] = ""
    revoked: Annotated[Moment | None, Meta(description="when it was revoked")] = None

    def __post_init__(self) -> None:
        if not self.audience and not self.registrar:
            raise ValueError(f"the key {self.name!r} has neither an audience nor a registrar")

    @property
    def standing(self) -> Standing:
        """What its holder may be taken for."""
        return Standing(self.audience or AUTHENTICATED, self.registrar)

    def state(self, now: datetime) -> str:
        """`good`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires <= now else "good"

    def fits(self, secret: str) -> bool:
        """Whether this is its secret, in constant time."""
        return hmac.compare_digest(self.sha256, _hash(secret))


class Shown(NamedTuple):
    """A key as it was shown, taken apart."""

    id: str
    secret: str


def make(
    name: str,
    purpose: str,
    created: datetime,
    expires: datetime,
    audience: str = "",
    registrar: str = "",
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[Key, str]:
    """A new key, and the text of it that is shown once."""
    shown = Shown(_base32(random(_ID_BYTES)), _base32(random(_SECRET_BYTES)))
    key = Key(shown.id, name, purpose, created, expires, _hash(shown.secret), audience, registrar)
    return key, to_text(shown)


def to_text(shown: Shown) -> str:
    """The key as it is handed out."""
    body = f"dnrd_{shown.id}_{shown.secret}"
    return body + _check(body)


def from_text(text: str) -> Shown | None:
    """The parts of a key as it was handed out; None if it is none, or not whole."""
    match = _FORM.fullmatch(text)
    if match is None or _check(match[1]) != match[4]:
        return None
    return Shown(match[2], match[3])


def _base32(data: bytes) -> str:
    """RFC 4648 §6, in small letters and without padding: nothing that a shell or a double click would break."""
    return b32encode(data).decode().rstrip("=").lower()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(body: str) -> str:
    return _base32(crc32(body.encode()).to_bytes(4))
