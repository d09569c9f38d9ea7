"""A worker whose store and words are made up; the process, its doors and its orders are real."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from directory.access.gate import Gate
from directory.answer import Answer, Found, HelpText, NotFound
from directory.config import Settings
from directory.errors import DocumentError, Finding
from directory.model.base import Instant
from directory.profile.view import View
from directory.query import Help, Lookup, Query, Requester
from directory.rdap.connection import Limits as RdapLimits
from directory.rdap.server import RdapServer
from directory.telemetry.recorder import Recorder
from directory.whois.server import Limits, WhoisServer
from directory.worker import main

if TYPE_CHECKING:
    from directory.app import App


class FakeStore:
    """Serves `test`; `empty` in the store's URL makes it empty."""

    def __init__(self, url: str) -> None:
        self._empty = "empty" in url

    async def start(self) -> None:
        """Nothing to connect to."""

    async def refresh(self) -> None:
        """Nothing new."""

    async def close(self) -> None:
        """Nothing to give back."""

    def zone_of(self, name: str) -> str | None:
        return "test" if name == "test" or name.endswith(".test") else None

    def as_of(self) -> Instant | None:
        return None if self._empty else Instant("2026-01-31T12:00:00Z")


class FakeService:
    """Finds what begins with `example`; `slow-N.test` takes N tenths of a second."""

    def __init__(self, store: FakeStore, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.profiles = SimpleNamespace(bound=lambda zone, service: self)
        self.gate = Gate()
        self.language = "en"

    def speaking(self, languages: Sequence[str]) -> Any:
        """It has one language."""
        return self

    async def answer(self, query: Query, requester: Requester) -> Answer:
        me = cast(Any, self)
        if isinstance(query, Help):
            return HelpText(query, me, None)
        if query.key.startswith("slow-"):
            await asyncio.sleep(int(query.key[5:].partition(".")[0]) / 10)
        if query.key.startswith("example"):
            return Found(query, me, Instant("2026-01-31T12:00:00Z"), View("domain", "", {}, {}, {}))
        return NotFound(query, me, None)


def said(answer: Answer) -> dict[str, Any]:
    key = answer.query.key if isinstance(answer.query, Lookup) else "help"
    settings = cast(Any, answer.profile).settings
    return {"key": key, "process": os.getpid(), "profiles": list(settings.profiles)}


class FakeText:
    def render(self, answer: Answer) -> bytes:
        return json.dumps(said(answer)).encode() + b"\r\n"

    def error(self, profile: Any, kind: str) -> bytes:
        return f"error {kind}\r\n".encode()


class FakeJson:
    def render(self, answer: Answer, url: str) -> bytes:
        return json.dumps(said(answer) | {"url": url}).encode()

    def error(self, status: int, title: str, description: Sequence[str], profile: Any, url: str) -> bytes:
        return json.dumps({"errorCode": status}).encode()


class FakeApp:
    """As `directory.app.App`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = FakeStore(settings.store)
        self.service = FakeService(self.store, settings)
        self.rdap_url = settings.rdap_url or None

    async def start(self) -> None:
        await self.store.start()

    async def close(self) -> None:
        await self.store.close()

    def whois_server(self, recorder: Recorder) -> WhoisServer:
        return WhoisServer(cast(Any, self.service), FakeText(), Limits(), recorder)

    def rdap_server(self, recorder: Recorder) -> RdapServer:
        return RdapServer(cast(Any, self.service), FakeJson(), RdapLimits(), recorder, self.rdap_url)


class FakeBuilder:
    """As the module `directory.app`."""

    def build(self, settings: Settings) -> App:
        if "bad" in settings.profiles:
            faults = [Finding(place, "a rule", "no good", line=line) for line, place in ((3, "one"), (4, "two"))]
            raise DocumentError("bad.yaml", faults)
        if "broken" in settings.store:
            raise OSError("the disk is gone")
        return cast("App", FakeApp(settings))

    def rebuild(self, app: App, settings: Settings) -> App:
        return self.build(settings)


if __name__ == "__main__":
    sys.exit(main(FakeBuilder()))
