"""Why an envelope is refused."""

from __future__ import annotations

from directory.errors import Finding

LIMITS = "limits of an envelope"
SAFETY = "what an envelope may hold"
GZIP = "RFC 1952 §2.3"
SPECIFICATION = "RA Specification 2 A"
"""The base registry agreement for gTLDs, Specification 2 (data escrow), part A; its sections follow."""


class Refusal(Exception):
    """An envelope is refused; `finding` says why."""

    def __init__(self, message: str, rule: str, *, file: str = "", code: str = "", hint: str = "") -> None:
        self.finding = Finding("envelope", rule, message, hint=hint, code=code, file=file)
        super().__init__(message)


def shown(name: str) -> str:
    """A name that a stranger chose, as it may be printed: quoted, without control characters, not too long."""
    return repr(name if len(name) <= 100 else f"{name[:97]}...")
