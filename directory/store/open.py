"""From a SQLAlchemy URL to a reader or a ledger: `sqlite:///path` or `postgresql://user@host/database`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from directory.errors import StoreError
from directory.store.ledger import Ledger
from directory.store.reader import Reader


def open_store(
    url: str, zones: Mapping[str, str] | None = None, mmap: int = 1 << 34, *, subordinates: bool = False
) -> Reader:
    """A reader, to be started. `zones` maps zones to repositories, where those in the store will not do;
    `mmap` is how many bytes of an SQLite file are mapped into memory; with `subordinates` the hosts below a domain
    are looked for. Raises `StoreError` for a bad URL."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        from directory.store.sqlite import SqliteReader

        return SqliteReader(_path(parsed), zones, mmap, subordinates=subordinates)
    from directory.store.postgresql import PostgresqlReader

    return PostgresqlReader(parsed, zones, subordinates=subordinates)


def open_ledger(url: str) -> Ledger:
    """A ledger, to be opened. Raises `StoreError` for a bad URL."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        from directory.store.sqlite import SqliteLedger

        return SqliteLedger(_path(parsed))
    from directory.store.postgresql import PostgresqlLedger

    return PostgresqlLedger(parsed)


def open_snapshot(url: str) -> Reader:
    """A reader of the one state that there is when it is started. Raises `StoreError` for a bad URL."""
    from directory.store.snapshot import PostgresqlSnapshot, SqliteSnapshot

    parsed = _parse(url)
    return SqliteSnapshot(_path(parsed)) if parsed.get_backend_name() == "sqlite" else PostgresqlSnapshot(parsed)


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        hint = f"; did you mean sqlite:///{url}?" if "://" not in url else ""
        raise StoreError(f"{url!r} is no store URL like sqlite:///path or postgresql://host/name{hint}") from None
    if parsed.drivername not in ("sqlite", "postgresql", "postgresql+asyncpg"):
        raise StoreError(f"{parsed.drivername!r} is no engine of ours; take sqlite or postgresql")
    known = {"sqlite": set[str]()}.get(parsed.drivername, {"host", "port", "ssl", "sslmode"})
    unknown = sorted(set(parsed.query) - known)
    if unknown:
        raise StoreError(f"the store URL's parameter {unknown[0]!r} is not known here")
    return parsed


def _path(url: sa.URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StoreError("an SQLite store is a file: sqlite:///relative/path or sqlite:////absolute/path")
    return Path(url.database)
