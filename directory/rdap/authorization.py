"""The bearer key that a request carries (RFC 6750 §2.1), and the challenge to one that is not good (§3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from directory.errors import NotAdmitted
from directory.language import message

_REALM = "registration data"
_LONGEST = 512
_BEARER = re.compile(r"bearer +(?P<token>[a-z0-9._~+/-]+=*)", re.IGNORECASE | re.ASCII)
_INVALID = "invalid_token"
_REASONS: Mapping[str, tuple[str, str]] = {
    "unknown": (_INVALID, message("the key is not known here")),
    "expired": (_INVALID, message("the key has expired")),
    "revoked": (_INVALID, message("the key was revoked")),
    "malformed": (_INVALID, message("the key is not whole, or no key of this server")),
    "several": ("", message("there is more than one Authorization field")),
    "scheme": ("", message("this server takes Bearer keys only")),
    "empty": ("", message("no key follows Bearer")),
}
"""Per reason of `NotAdmitted`: the error code, which only a request with a key gets (RFC 6750 §3.1), the text."""


def credential(fields: Sequence[str]) -> str:
    """The key in the Authorization fields of a request, which are to be one. Raises `NotAdmitted`."""
    if len(fields) > 1:
        raise NotAdmitted("several")
    field = fields[0].strip()
    scheme, _, rest = field.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAdmitted("scheme")
    if not rest:
        raise NotAdmitted("empty")
    match = _BEARER.fullmatch(field)
    if match is None or len(field) > _LONGEST:
        raise NotAdmitted("malformed")
    return match["token"]


def explain(reason: str) -> str:
    """What is wrong with the credential, for people."""
    return _REASONS[reason][1]


def challenge(reason: str) -> str:
    """The WWW-Authenticate field of the 401."""
    code, text = _REASONS[reason]
    error = f', error="{code}", error_description="{text}"' if code else ""
    return f'Bearer realm="{_REALM}"{error}'
