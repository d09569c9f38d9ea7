"""Answers as RDAP JSON: the frame around an object, search results, errors, help (RFC 9083 §4, §6–8).

Everything shown of an object comes from its view; how it nests is in `nest`, what was withheld in `redaction`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from directory.answer import Answer, Found, HelpText, Matches, NotFound
from directory.language import message, translate
from directory.profile.profile import Notice, Profile
from directory.profile.view import View
from directory.query import Kind, Lookup
from directory.rdap.event import UPDATED
from directory.rdap.nest import OBJECTS, Json, Place, told
from directory.rdap.redaction import EXTENSION, declare
from directory.rdap.remark import namesakes, remarks

_encode = msgspec.json.encode

_BASE = "/rdap/"
_RESULTS = {"domain": "domainSearchResults", "host": "nameserverSearchResults"}
_NOT_FOUND = message("Not Found")


def render(answer: Answer, url: str) -> bytes:
    """The body of a 200 or 404 reply to the request for `url`."""
    if isinstance(answer, Found):
        return _found(answer, url)
    if isinstance(answer, Matches):
        if isinstance(answer.query, Lookup) and answer.query.kind is Kind.NAMESERVER:
            return _namesakes(answer, url)
        return _matches(answer, url)
    if isinstance(answer, NotFound):
        return _missing(answer, url)
    return _help(answer, url)


def error(status: int, title: str, description: list[str], profile: Profile, url: str) -> bytes:
    """The body of any other reply (RFC 9083 §6)."""
    body = _frame(profile, url, "error")
    language = profile.language
    said = [translate(each, language) for each in description]
    body.update(errorCode=status, title=translate(title, language), description=said)
    return _encode(body)


def _namesakes(answer: Matches, url: str) -> bytes:
    """Host objects of one name: a lookup gives one object (RFC 9082 §3.1), which tells of the others."""
    first, *others = answer.views
    found = Found(answer.query, answer.profile, answer.as_of, first)
    return _found(found, url, [namesakes(others, answer.is_cut, answer.profile.language)] if others else [])


def _found(answer: Found, url: str, more: Sequence[Json] = ()) -> bytes:
    view, profile = answer.view, answer.profile
    nest = OBJECTS.get(view.table)
    if nest is None:  # a kind of object that the profile does not mention is not there
        return _missing(NotFound(answer.query, profile, answer.as_of), url)
    body = _frame(profile, url, view.table)
    body.update(nest(view, _place(profile, view.table, url), True))
    _remark(body, profile, view, more)
    _stamp(body, answer.as_of)
    if profile.port43:
        body["port43"] = profile.port43
    redacted = declare(view, language=profile.language)
    if redacted:
        body["rdapConformance"] = [*profile.conformance, EXTENSION]
        body["redacted"] = redacted
    return _encode(body)


def _matches(answer: Matches, url: str) -> bytes:
    """Search results (RFC 9083 §8); what was withheld is declared in each (RFC 9537 §4.2)."""
    table = answer.views[0].table
    if table not in OBJECTS:
        return _missing(NotFound(answer.query, answer.profile, answer.as_of), url)
    name = _RESULTS.get(table, "entitySearchResults")
    body = _frame(answer.profile, url, table)
    results = []
    for index, view in enumerate(answer.views):
        result = OBJECTS[view.table](view, _place(answer.profile, view.table, url), True)
        _remark(result, answer.profile, view)
        redacted = declare(view, f"$.{name}[{index}]", answer.profile.language)
        if redacted:
            result["redacted"] = redacted
            body["rdapConformance"] = [*answer.profile.conformance, EXTENSION]
        results.append(result)
    body[name] = results
    _stamp(body, answer.as_of)
    return _encode(body)


def _missing(answer: NotFound, url: str) -> bytes:
    texts = answer.profile.texts
    kind = answer.query.kind if isinstance(answer.query, Lookup) else Kind.DOMAIN
    text = texts.reserved if answer.reserved and texts.reserved else texts.not_found[kind.value]
    return error(404, _NOT_FOUND, [text], answer.profile, url)


def _help(answer: HelpText, url: str) -> bytes:
    """All that the server can use is listed here (RFC 9083 §4.1, §7)."""
    body = _frame(answer.profile, url, "help")
    body["rdapConformance"] = [*answer.profile.conformance, EXTENSION]
    return _encode(body)


def _remark(body: Json, profile: Profile, view: View, more: Sequence[Json] = ()) -> None:
    """What there is no member for (RFC 9083 §4.3); an object without parts has none of it."""
    said = [*remarks(profile, view), *more] if view.parts else more
    if said:
        body["remarks"] = said


def _stamp(body: Json, as_of: str | None) -> None:
    """When the data was committed (gTLD RDAP Response Profile 1.5), in the topmost object."""
    if as_of:
        body["events"] = [*body.get("events", ()), {"eventAction": UPDATED, "eventDate": as_of}]


def _frame(profile: Profile, url: str, on: str) -> Json:
    """What every reply begins with: conformance, language, notices that concern it."""
    return {
        "rdapConformance": profile.conformance,
        "lang": profile.language,
        "notices": [_notice(notice, url) for notice in profile.notices if not notice.on or on in notice.on],
    }


def _notice(notice: Notice, url: str) -> Json:
    result: Json = {"title": notice.title, "description": notice.description}
    if notice.links:
        result["links"] = [
            {"value": url, "rel": link.rel, "href": link.href, "type": link.type} for link in notice.links
        ]
    return result


def _place(profile: Profile, kind: str, url: str) -> Place:
    return Place(url, _base(url), told(profile, kind))


def _base(url: str) -> str:
    """The URL up to and including `/rdap/`."""
    before, found, _ = url.partition(_BASE)
    return before + _BASE if found else url.rpartition("/")[0] + "/"
