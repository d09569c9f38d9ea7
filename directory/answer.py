"""What the hall answers; a door renders these into bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from directory.model.base import Instant
    from directory.profile.profile import Profile
    from directory.profile.view import View
    from directory.query import Query


class Found(msgspec.Struct, frozen=True, gc=False):
    """One object, as disclosed. `as_of` is the watermark of the data that the answer was made from."""

    query: Query
    profile: Profile
    as_of: Instant | None
    view: View


class Matches(msgspec.Struct, frozen=True, gc=False):
    """Several objects that fit one query, as disclosed; `is_cut` if there are more than can be given."""

    query: Query
    profile: Profile
    as_of: Instant | None
    views: tuple[View, ...]
    is_cut: bool = False


class NotFound(msgspec.Struct, frozen=True, gc=False):
    """Nothing to show. `reserved`: the name is no registration but is not free (RFC 9022 §5.6), and the
    profile wants that said. `as_of` is None while the store is empty, in every answer."""

    query: Query
    profile: Profile
    as_of: Instant | None
    reserved: bool = False


class HelpText(msgspec.Struct, frozen=True, gc=False):
    """What the service offers; the words are the profile's."""

    query: Query
    profile: Profile
    as_of: Instant | None


Answer = Found | Matches | NotFound | HelpText
