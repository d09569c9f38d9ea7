"""An answer as plain JSON (RFC 8259): objects whose members are the elements, by the short names of SAC054 §4.

::

    {"url": …, "asOf": …, "profile": {"name": …, "version": …}, "language": …,
     "objects": [
       {"object": "domain", "name": …, "status": [ … ], "crDate": …,
        "registrar": { … }, "contacts": {"registrant": { … }, "tech": [ … ]}, "hosts": [ … ], "dnssec": [ … ],
        "extension": {"trademark": [ … ]},
        "redacted": [{"element": "domain.id", "method": "removal", "name": …, "reason": …}]}],
     "isCut": false, "notices": [ … ]}

In place of `objects` and `isCut` there is `error` (`status`, `title`, `description`) or `help` (`description`).
What is not known or not shown has no member. An element is a list where the catalogue allows several values and a
number where its type is `integer` or it tells how many there are of a group; all others are texts, dates among
them (RFC 3339). `form` and `lang` stand beside the postal texts that they are about, `postal` is the other form.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from directory.language import translate
from directory.markup import reply
from directory.markup.shape import EXACT, declared, form, kinds, named, stand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from directory.answer import Answer
    from directory.markup.reply import Message, Reply
    from directory.markup.shape import Kind
    from directory.profile.profile import Profile
    from directory.profile.redaction import Redaction
    from directory.profile.view import View

MEDIA_TYPE = "application/vnd.dnrd+json"

Json = dict[str, Any]


def render(answer: Answer, url: str) -> bytes:
    """The body of a reply to the request for `url`."""
    return _body(reply.of_answer(answer, url))


def error(status: int, title: str, description: list[str], profile: Profile, url: str) -> bytes:
    """The body of a reply without an answer; `status` is HTTP's."""
    return _body(reply.of_error(status, title, description, profile, url))


def _body(said: Reply) -> bytes:
    profile = said.profile
    body: Json = {"url": said.url}
    if said.as_of:
        body["asOf"] = said.as_of
    body["profile"] = {"name": profile.name, "version": profile.version}
    body["language"] = profile.language
    if said.message:
        body[said.message.kind] = _message(said.message)
    else:
        body["objects"] = [{"object": view.table, **_object(view, profile)} for view in said.views]
        body["isCut"] = said.is_cut
    notices = _notices(profile, said.on)
    if notices is not None:
        body["notices"] = notices
    return msgspec.json.encode(body)


def _object(view: View, profile: Profile) -> Json:
    """An object with its parts, and what it says of itself to be withheld."""
    body = _view(view, profile)
    withheld = declared(view)
    if withheld:
        body["redacted"] = [
            _redaction(element, redaction, by, profile.language) for (element, redaction), by in withheld.items()
        ]
    return body


def _view(view: View, profile: Profile) -> Json:
    body = _elements(view.fields, kinds(profile, view.table))
    if view.form:
        shown, lang = form(view)
        if shown:
            body["form"] = shown
        if lang:
            body["lang"] = lang
    for name, views in view.parts.items():
        member, is_named, is_many, is_own = stand(name, views[0].table)
        write = _view if is_own else _object
        made = [write(each, profile) for each in views]
        # Where there should be one part and are several, none is dropped.
        value = made if is_many or len(made) > 1 else made[0]
        if is_named:
            body.setdefault(member, {})[name] = value
        else:
            body[member] = value
    return body


def _elements(fields: Mapping[str, tuple[str, ...]], kinds: Mapping[str, Kind]) -> Json:
    body: Json = {}
    for short, values in fields.items():
        kind = kinds.get(short)
        if kind is None and len(values) == 1:
            body[short] = values[0]
            continue
        is_many, is_number = kind or (True, False)
        found = [_number(value) for value in values] if is_number else values
        body[short] = found if is_many or len(found) > 1 else found[0]
    return body


def _number(value: str) -> int | str:
    """A number, if nothing is lost by it; what is shown of a number may be a part of it (RFC 9537 §3.3)."""
    is_exact = value.isascii() and value.isdecimal() and len(value) <= EXACT and (value[0] != "0" or value == "0")
    return int(value) if is_exact else value


@lru_cache(maxsize=4096)
def _redaction(element: str, redaction: Redaction, by: str, language: str) -> msgspec.Raw:
    """An entry of `redacted`; there are few, so they are encoded once."""
    entry = {"element": element, "method": by, "name": named(redaction, language)}
    if redaction.reason:
        entry["reason"] = translate(redaction.reason, language)
    return msgspec.Raw(msgspec.json.encode(entry))


def _message(message: Message) -> Json:
    said: Json = {"status": message.status, "title": message.title} if message.status else {}
    said["description"] = message.description
    return said


@lru_cache(maxsize=256)
def _notices(profile: Profile, on: str) -> msgspec.Raw | None:
    """The notices of a profile on such a reply, encoded once; None if there are none."""
    said: list[Json] = []
    for notice in reply.notices(profile, on):
        entry: Json = {"title": notice.title, "description": notice.description}
        if notice.links:
            entry["links"] = [{"rel": link.rel, "href": link.href, "type": link.type} for link in notice.links]
        said.append(entry)
    return msgspec.Raw(msgspec.json.encode(said)) if said else None
