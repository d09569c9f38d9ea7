"""What the plain forms have in common around the objects: an answer is objects, a message, or help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from directory.answer import Answer, Found, Matches, NotFound
from directory.language import message, translate
from directory.query import Kind, Lookup

if TYPE_CHECKING:
    from directory.profile.profile import Notice, Profile
    from directory.profile.view import View

_NOT_FOUND = message("Not Found")
_OBJECTS = frozenset({"domain", "host", "contact", "registrar"})


class Message(NamedTuple):
    """What is said where there is no object: `kind` is `error` or `help`; help has no status and no title."""

    kind: str
    description: tuple[str, ...]
    status: int = 0
    title: str = ""


class Reply(NamedTuple):
    """What is to be written: objects, or a message, and what is said about either."""

    profile: Profile
    url: str
    as_of: str
    views: tuple[View, ...] = ()
    is_cut: bool = False
    message: Message | None = None

    @property
    def on(self) -> str:
        """What kind of reply it is: `error`, `help`, or the kind of its objects."""
        return self.message.kind if self.message else self.views[0].table


def of_answer(answer: Answer, url: str) -> Reply:
    """The reply to the request for `url`. A kind of object that the profile does not mention is not there."""
    found: tuple[View, ...] = ()
    if isinstance(answer, Found):
        found = (answer.view,)
    elif isinstance(answer, Matches):
        found = answer.views
    elif not isinstance(answer, NotFound):
        lines = answer.profile.texts.help.splitlines()
        return Reply(answer.profile, url, answer.as_of or "", message=Message("help", tuple(lines)))
    views = tuple([view for view in found if view.table in _OBJECTS])
    if views:
        return Reply(answer.profile, url, answer.as_of or "", views, isinstance(answer, Matches) and answer.is_cut)
    return Reply(answer.profile, url, answer.as_of or "", message=_missing(answer))


def of_error(status: int, title: str, description: list[str], profile: Profile, url: str) -> Reply:
    """The reply to a request that has no answer; `status` is HTTP's (RFC 9110 §15)."""
    said = [translate(text, profile.language) for text in (title, *description)]
    return Reply(profile, url, "", message=Message("error", tuple(said[1:]), status, said[0]))


def notices(profile: Profile, on: str) -> Iterator[Notice]:
    """The notices of a profile that concern a reply of this kind (RFC 9083 §4.3)."""
    return (notice for notice in profile.notices if not notice.on or on in notice.on)


def _missing(answer: Answer) -> Message:
    texts = answer.profile.texts
    kind = answer.query.kind if isinstance(answer.query, Lookup) else Kind.DOMAIN
    reserved = isinstance(answer, NotFound) and answer.reserved
    text = texts.reserved if reserved and texts.reserved else texts.not_found[kind.value]
    return Message("error", (text,), 404, translate(_NOT_FOUND, answer.profile.language))
