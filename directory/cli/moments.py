"""A moment on the command line: an RFC 3339 date-time in UTC, or a day, which begins at midnight in UTC."""

from __future__ import annotations

import re
from typing import Any

import click

from directory.errors import BadValue
from directory.model import format as formats
from directory.model.base import Instant

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Moment(click.ParamType):
    """Makes a canonical instant of what was typed."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """The instant; fails with what a moment looks like."""
        try:
            return formats.instant(f"{value}T00:00:00Z" if _DAY.match(value) else value)
        except BadValue as error:
            self.fail(f"{error}; give a day like 2026-01-31, or a moment like 2026-01-31T12:00:00Z", param, ctx)


MOMENT = Moment()
"""The type of options that are moments."""
