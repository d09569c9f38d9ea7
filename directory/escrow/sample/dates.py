"""Dates around a watermark, as the texts that a deposit holds: RFC 3339 in UTC (RFC 9022 §4.1).

Texts of one form compare as the instants do, so nothing here needs more than string comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PAST = 26 * 366
FUTURE = 40
OLDEST = 25 * 365


def to_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_year(text: str, year: int) -> str:
    """The same day in another year; 29 February becomes the 28th."""
    rest = text[4:]
    return f"{year:04d}-02-28{rest[6:]}" if rest.startswith("-02-29") else f"{year:04d}{rest}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every day within reach of the watermark, already written out."""

    watermark: str
    year: int
    days: tuple[str, ...]
    times: tuple[str, ...]

    @classmethod
    def of(cls, watermark: datetime) -> Calendar:
        first = watermark.astimezone(UTC) - timedelta(days=PAST)
        days = tuple((first + timedelta(days=n)).strftime("%Y-%m-%d") for n in range(PAST + FUTURE))
        # 4099 is prime: 16-bit numbers fall on every entry, and the steps through the day look irregular.
        seconds = (n * 52711 % 86400 for n in range(4099))
        times = tuple(f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in seconds)
        return cls(to_text(watermark), watermark.astimezone(UTC).year, days, times)

    def ago(self, days: int, number: int) -> str:
        """So many days before the watermark (negative: after it), at a time of day drawn by `number`."""
        return self.days[PAST - days] + self.times[number % 4099]

    def next_anniversary(self, text: str) -> str:
        """The first anniversary of a date that lies after the watermark."""
        here = in_year(text, self.year)
        return here if here > self.watermark else in_year(text, self.year + 1)
