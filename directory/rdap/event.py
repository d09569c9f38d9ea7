"""The dates of an object as RDAP events (RFC 9083 §4.5, §10.2.3)."""

from __future__ import annotations

from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "crDate": "registration",
    "exDate": "expiration",
    "upDate": "last changed",
    "trDate": "transfer",
}
"""The elements that are events, with their actions."""

UPDATED = "last update of RDAP database"
"""The action of the event that every answer about an object has (gTLD RDAP Response Profile 1.5)."""
