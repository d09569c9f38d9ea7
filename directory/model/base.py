"""The base of all registry objects: frozen structs that travel as JSON arrays, field by field."""

from __future__ import annotations

from typing import NewType

import msgspec

Instant = NewType("Instant", str)
"""A moment as canonical RFC 3339 text in UTC, `2026-01-31T12:00:00Z`; a fraction only if it is not zero."""


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A frozen value; its fields, in order, are the columns of its table and the items of its JSON array."""


class Status(Value, frozen=True, array_like=True, gc=False):
    """A status of an object: the EPP or RGP code, with the text and language that came with it."""

    code: str
    text: str | None = None
    lang: str | None = None


class Transfer(Value, frozen=True, array_like=True, gc=False):
    """The last transfer request of a domain or contact (RFC 9022 §5.1.1.1, trnData)."""

    status: str
    re_rr: str
    re_client: str | None
    re_date: Instant
    ac_rr: str
    ac_client: str | None
    ac_date: Instant
    ex_date: Instant | None = None


class Address(Value, frozen=True, array_like=True, gc=False):
    """An IP address: version `v4` or `v6`, text canonical by RFC 791 and RFC 5952."""

    version: str
    addr: str
