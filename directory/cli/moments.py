"""A moment on the command line: an RFC 3339 date-time in UTC, or a day, which begins at midnight in UTC."""

from __future__ import annotations

import re

import click

from directory.errors import BadValue
from directory.model import format as formats
from directory.model.base import Instant

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def moment_of(context: click.Context, parameter: click.Parameter, value: str | None) -> Instant | None:
    """The canonical instant of what was typed, for the callback of an option; else what moments look like."""
    if value is None:
        return None
    try:
        return formats.instant(f"{value}T00:00:00Z" if _DAY.match(value) else value)
    except BadValue as error:
        hint = "give a day like 2026-01-31, or a moment like 2026-01-31T12:00:00Z"
        raise click.BadParameter(f"{error}; {hint}") from error
