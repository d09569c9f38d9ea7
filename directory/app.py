"""The only place that builds things: configuration to store, profiles, gate, service, doors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from directory.access.gate import Gate
from directory.access.keys import Keys
from directory.access.prefix import Prefixes
from directory.config import Settings, changed
from directory.errors import Finding, StoreError
from directory.model.catalogue import Catalogue
from directory.profile.loader import named
from directory.profile.profiles import Profiles
from directory.service import DirectoryService
from directory.store.open import open_store
from directory.store.reader import Reader

if TYPE_CHECKING:
    from directory.rdap.server import RdapServer
    from directory.telemetry.recorder import Recorder
    from directory.whois.server import WhoisServer

_STORE_SETTINGS = frozenset({"store", "zones", "sqlite_mmap"})
_RDAP_PREFIX = "rdap/"


@dataclass(frozen=True, slots=True)
class App:
    """What one process serves with."""

    settings: Settings
    store: Reader
    service: DirectoryService
    notes: tuple[Finding, ...] = ()
    """What is right, and yet not what was probably meant."""

    async def start(self) -> None:
        """Connect to the store. Raises `StoreError`."""
        await self.store.start()

    async def close(self) -> None:
        """Disconnect from the store."""
        await self.store.close()

    def whois_server(self, recorder: Recorder) -> WhoisServer:
        """The WHOIS door."""
        from directory.whois import render
        from directory.whois.server import Limits, WhoisServer

        settings = self.settings
        limits = Limits(
            line_bytes=settings.whois_line_bytes,
            read_timeout=settings.read_timeout,
            answer_timeout=settings.answer_timeout,
            write_timeout=settings.write_timeout,
            connections=settings.whois_connections,
        )
        return WhoisServer(self.service, render, limits, recorder)

    def rdap_server(self, recorder: Recorder) -> RdapServer:
        """The RDAP door."""
        from directory.markup import csv, json, xml
        from directory.rdap import render  # aiohttp takes 150 ms to import: only who serves pays
        from directory.rdap.connection import Limits
        from directory.rdap.server import RdapServer

        settings = self.settings
        limits = Limits(
            line_bytes=settings.rdap_line_bytes,
            header_bytes=settings.rdap_header_bytes,
            header_timeout=settings.read_timeout,
            keepalive_timeout=settings.rdap_keepalive,
            answer_timeout=settings.answer_timeout,
            write_timeout=settings.write_timeout,
            connections=settings.rdap_connections,
            max_age=settings.rdap_max_age,
        )
        plain = {each.MEDIA_TYPE: each for each in (json, xml, csv)}
        return RdapServer(self.service, render, limits, recorder, self.rdap_url, plain)

    @property
    def rdap_url(self) -> str | None:
        """The public base URL, up to and including `/rdap/`; None if the requests tell it."""
        return rdap_base(self.settings)


def rdap_base(settings: Settings) -> str | None:
    """The public base URL of RDAP that is configured, up to and including `/rdap/`; None if there is none."""
    url = settings.rdap_url
    if not url:
        return None
    return url if url.endswith(f"/{_RDAP_PREFIX}") else url + _RDAP_PREFIX


def build(settings: Settings) -> App:
    """Everything that answers queries, not yet connected. Raises `DocumentError`, `StoreError`."""
    profiles = profiles_of(settings)
    return _assemble(settings, profiles, _store(settings, profiles))


def rebuild(app: App, settings: Settings) -> App:
    """Everything anew from other settings, with the same store if it is to be the same."""
    profiles = profiles_of(settings)
    same = changed(app.settings, settings).isdisjoint(_STORE_SETTINGS)
    same = same and app.store.subordinates == profiles.need_subordinates
    return _assemble(settings, profiles, app.store if same else _store(settings, profiles))


def _assemble(settings: Settings, profiles: Profiles, store: Reader) -> App:
    for service, addresses in (("whois", settings.whois), ("rdap", settings.rdap)):
        if addresses:
            profiles.bound(None, service)  # a door without a profile has nothing to say: now, not at a query
    keys = Keys(Path(settings.keys)) if settings.keys else None
    gate = Gate(Prefixes.from_settings(settings.audiences), keys, profiles.relations)
    notes = tuple(gate.check(profiles.audiences))
    return App(settings, store, DirectoryService(gate, store, profiles), notes)


def profiles_of(settings: Settings) -> Profiles:
    """The profiles that are named, or the shipped ones. Raises `DocumentError`."""
    catalogue = Catalogue.load([Path(each) for each in settings.extensions])
    return Profiles.load([named(each) for each in settings.profiles], catalogue)


def _store(settings: Settings, profiles: Profiles) -> Reader:
    if not settings.store:
        raise StoreError("no store is named: give --store sqlite:///PATH, or `store` in the configuration")
    subordinates = profiles.need_subordinates
    return open_store(settings.store, settings.zones or None, settings.sqlite_mmap, subordinates=subordinates)
