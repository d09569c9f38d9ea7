"""Forgets: versions that were superseded long ago, and what was kept of a person. Each leaves a record.

The record says when, what kind, how many versions, of which time, why and by whose order; not the data, and for a
person not the key, but a digest of it: with that, who meets the key elsewhere can be told that there was
something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.model.base import Instant, Value
from directory.model.contact import Contact
from directory.model.registry import Extension
from directory.store import tables
from directory.store.expression import (
    Statement,
    among,
    array,
    array_parameter,
    compile_statement,
    literal,
    number_of,
)
from directory.store.writer import Writer

_BATCH = 1_000
_PERSONAL = {
    "voice": None,
    "voice_ext": None,
    "fax": None,
    "fax_ext": None,
    "email": None,
    "postal": (),
}
"""What tells of the person in a contact, and what stands there afterwards."""

Span = tuple[Instant, Instant, int, int]
"""Valid from, valid to, and the deposits that opened and closed a version."""

_spans = msgspec.json.Decoder(list[Span])
_contact = msgspec.json.Decoder(Contact)
_history = tables.history
_one = sa.bindparam("repository", type_=sa.BigInteger)


class Erased(msgspec.Struct, frozen=True):
    """A record of what was erased from a repository: of `kind`, so many versions. `digest` is that of the key, of
    a person who was forgotten, whose versions have each a span; of versions that expired it is None, and the one
    span reaches from the first to the last of them."""

    when: Instant
    repository: int
    kind: str
    digest: str | None
    versions: int
    spans: tuple[Span, ...]
    reason: str
    who: str


def digest_of(repository: int, kind: str, key: str) -> str:
    """What the record of an erasure knows a key by."""
    text = msgspec.json.encode((repository, kind, key))
    return blake2b(text, digest_size=16, person=b"dnrd erasure").hexdigest()


async def expire(
    writer: Writer, before: Instant, now: Instant, reason: str, who: str, *, personal_only: bool = False
) -> list[Erased]:
    """Remove the versions that were superseded at or before a moment; with `personal_only`, keep them, but without
    the telecoms and postal data of contacts and without the extensions of contacts.

    What was superseded after the last FULL of its repository stays until the next FULL, for an INCR or a resend
    may have to go back to it (RFC 8909 §2).
    """
    await writer.overwrite()
    groups: dict[tuple[int, str], list[Sequence[Any]]] = {}
    after = 0
    asked = _superseded(personal_only)
    while rows := await writer.ask(asked, {"before": before.rstrip("Z"), "after": after}):
        after = rows[-1][0]
        touched = await _strip(writer, rows) if personal_only else rows
        for row in touched:
            groups.setdefault((row[1], row[2]), []).append(row[3:7])
        gone = [row[0] for row in touched if not personal_only or row[2] != "contact"]
        await _remove(writer, gone)
    records = []
    for (repository, kind), spans in sorted(groups.items()):
        whole = (
            min(s[0] for s in spans),
            max(s[1] for s in spans),
            min(s[2] for s in spans),
            max(s[3] for s in spans),
        )
        records.append(Erased(now, repository, kind, None, len(spans), (whole,), reason, who))
    await _record(writer, records)
    return records


async def forget(writer: Writer, repository: int, key: str, now: Instant, reason: str, who: str) -> list[Erased]:
    """Erase what is kept of the past of the contact with this handle, and of its extensions: every superseded
    version, which is all that there is once the contact is gone. The present version stays: it is what the
    registry says today. Versions of other objects that refer to the contact stay as they are.

    Returns the records, of the contact and of its extensions; none where there was nothing.
    """
    await writer.overwrite()
    records = []
    for kind, column, value in (
        ("contact", _history.c.key, key),
        ("extension", _history.c.alias, f"contact {key}"),
    ):
        columns = [_history.c[name] for name in ("id", "valid_from", "valid_to", "opened", "closed")]
        known = (_history.c.kind == literal(kind)) & (column == sa.bindparam("key", type_=sa.Text))
        asked = sa.select(*columns).where(known, _history.c.repository == _one)
        rows = await writer.ask(asked, {"repository": repository, "key": value})
        if rows:
            await _remove(writer, [row[0] for row in rows])
            spans = tuple(sorted((row[1], row[2], row[3], row[4]) for row in rows))
            digest = digest_of(repository, kind, value)
            records.append(Erased(now, repository, kind, digest, len(rows), spans, reason, who))
    await _record(writer, records)
    return records


class Lost:
    """Persons of whom something as of a deposit was forgotten since, and so cannot come back; each until the
    deposit that wants it back brings the contact itself, or deletes it."""

    def __init__(self, repository: int = 0, digests: Iterable[str] = ()) -> None:
        self._repository = repository
        self._digests = set(digests)

    def __len__(self) -> int:
        return len(self._digests)

    def settle(self, kind: str, key: str) -> None:
        """The deposit says what there is of a contact, or of the extensions of an owner, as `contact C-1`."""
        self._digests.discard(digest_of(self._repository, kind, key))

    def settle_all(self, objects: Iterable[Value]) -> None:
        """The same of what the deposit puts."""
        for one in objects if self._digests else ():
            if isinstance(one, Contact):
                self.settle("contact", one.handle)
            elif isinstance(one, Extension):
                self.settle("extension", f"{one.owner} {one.owner_key}")

    def settle_deleted(self, owners: Iterable[str]) -> None:
        """The same of what the deposit deletes: with a contact go its extensions."""
        for owner in owners if self._digests else ():
            self.settle("extension", owner)
            self.settle("contact", owner.partition(" ")[2])


async def lost(writer: Writer, repository: int, deposit: int) -> Lost:
    """Who had something as of a deposit that was forgotten since."""
    table = tables.erasure
    asked = sa.select(table.c.digest, table.c.spans).where(table.c.digest.is_not(None), table.c.repository == _one)
    rows = await writer.ask(asked, {"repository": repository})
    return Lost(
        repository,
        [digest for digest, text in rows if any(span[2] <= deposit < span[3] for span in spans_from(text))],
    )


def spans_of(engine: str) -> Statement:
    """The statement for the records of persons with one of the digests `values`: the digest and the spans."""
    table = tables.erasure
    digests = array_parameter("values", sa.Text, engine)
    return compile_statement(
        sa.select(table.c.digest, table.c.spans).where(among(table.c.digest, digests)), engine
    )


def spans_from(text: str) -> list[Span]:
    """The spans of a record."""
    return _spans.decode(text)


def _superseded(personal_only: bool) -> sa.Select[Any]:
    """What may go: id, repository, kind, the span, and the content, in the order of their numbers."""
    deposit = tables.deposit.alias()
    last_full = sa.select(sa.func.max(deposit.c.id)).where(
        deposit.c.repository == _history.c.repository, deposit.c.type == literal("FULL")
    )
    names = ("id", "repository", "kind", "valid_from", "valid_to", "opened", "closed", "content")
    asked = sa.select(*[_history.c[name] for name in names]).where(
        _history.c.id > sa.bindparam("after", type_=sa.BigInteger),
        # A fraction of a second sorts after the second only without the letter that ends both.
        sa.func.rtrim(_history.c.valid_to, literal("Z")) <= sa.bindparam("before", type_=sa.Text),
        _history.c.closed <= sa.func.coalesce(last_full.scalar_subquery(), sa.literal_column("0")),
    )
    if personal_only:
        owned = (_history.c.kind == literal("extension")) & _history.c.alias.like(literal("contact %"))
        asked = asked.where((_history.c.kind == literal("contact")) | owned)
    return asked.order_by(_history.c.id).limit(number_of(_BATCH)).offset(number_of(0))


async def _strip(writer: Writer, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Take the personal data out of versions of contacts. Returns the rows that had any, and those of
    extensions."""
    touched = []
    update = (
        sa.update(_history)
        .where(_history.c.id == sa.bindparam("one", type_=sa.BigInteger))
        .values(content=sa.bindparam("text"))
    )
    compiled = compile_statement(update, writer.engine)
    for row in rows:
        if row[2] != "contact":
            touched.append(row)
            continue
        text = msgspec.json.encode(msgspec.structs.replace(_contact.decode(row[7]), **_PERSONAL)).decode()
        if text != row[7]:
            touched.append(row)
            await writer.tell(compiled, {"one": row[0], "text": text})
    return touched


async def _remove(writer: Writer, versions: Sequence[int]) -> None:
    attribute = tables.history_attribute
    numbers = array_parameter("values", sa.BigInteger, writer.engine)
    for start in range(0, len(versions), _BATCH):
        values = {"values": array(versions[start : start + _BATCH], writer.engine)}
        await writer.tell(sa.delete(attribute).where(among(attribute.c.version, numbers)), values)
        await writer.tell(sa.delete(_history).where(among(_history.c.id, numbers)), values)


async def _record(writer: Writer, records: Iterable[Erased]) -> None:
    first = 1 + await writer.last(tables.erasure.c.id)
    rows = []
    for number, each in enumerate(records, first):
        spans = msgspec.json.encode(each.spans).decode()
        said = (each.when, each.repository, each.kind, each.digest, each.versions, spans, each.reason, each.who)
        rows.append((number, *said))
    await writer.insert(tables.erasure, rows)
