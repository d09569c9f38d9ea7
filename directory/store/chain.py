"""What was applied to a repository, in its order (RFC 8909 §2, §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from directory.model.base import Instant
from directory.store import tables


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a deposit's header says of itself (RFC 8909 §5.1, RFC 9022 §5.9)."""

    repository_type: str
    repository: str
    type: str
    id: str
    prev_id: str | None
    resend: int
    watermark: Instant


@dataclass(frozen=True, slots=True)
class Applied:
    """A deposit that was applied: `number` is the ledger's for it, which rises over all repositories; `applied` is
    when that was; `base` the number of the FULL that it builds on, its own for a FULL."""

    number: int
    type: str
    id: str
    prev_id: str | None
    resend: int
    watermark: Instant
    applied: Instant
    base: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    """What the present state of a repository was made of: `deposits` begins with the last FULL, and holds in their
    order those applied since, without what a later resend has replaced."""

    deposits: tuple[Applied, ...]

    @property
    def last(self) -> Applied:
        """What was applied last."""
        return self.deposits[-1]

    @property
    def full(self) -> Applied | None:
        """The last FULL, which all others build on; None where none was applied."""
        return self.deposits[0] if self.deposits[0].type == "FULL" else None

    @classmethod
    def of(cls, applied: Sequence[Applied]) -> Chain:
        """From everything that was applied since the last FULL, in its order."""
        latest = {each.id: each for each in applied}
        return cls(tuple(each for each in applied if latest[each.id] is each))


_deposit = tables.deposit
_repository = sa.bindparam("repository", type_=sa.BigInteger)
_last_full = (
    sa.select(sa.func.max(_deposit.c.id))
    .where(_deposit.c.repository == _repository, _deposit.c.type == sa.literal_column("'FULL'"))
    .scalar_subquery()
)
SINCE_FULL = (
    sa.select(*[_deposit.c[name] for name in ("id", "type", "deposit_id", "prev_id", "resend", "watermark")])
    .add_columns(_deposit.c.applied, _deposit.c.base)
    .where(
        _deposit.c.repository == _repository,
        _deposit.c.id >= sa.func.coalesce(_last_full, sa.literal_column("0")),
    )
    .order_by(_deposit.c.id)
)
"""The deposits of a `repository` from its last FULL on, each row an `Applied`."""
