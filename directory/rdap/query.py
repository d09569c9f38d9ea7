"""An RDAP request path as a `Query` (RFC 9082 §3, RFC 7480 §5.4)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from directory.errors import BadValue, Malformed, Sentence, Unsupported
from directory.language import message
from directory.model.name import to_ascii
from directory.query import Help, Kind, Lookup, Query

PREFIX = "/rdap/"

_NOT_UTF_8 = message("it is not UTF-8")

_HEX = frozenset("0123456789abcdefABCDEF")


class NoSuchPath(Malformed):
    """The path leads to no RDAP service."""


def parse(path: str) -> Query:
    """The query in a raw request path (no query string; bytes beyond ASCII as UTF-8 or surrogate escapes).

    Segments are told apart before they are decoded, so that an encoded slash never changes the route, and
    the names of segments are exact and in lower case (RFC 9082 §3). Raises `Malformed` or `Unsupported`.
    """
    if not path.startswith(PREFIX):
        raise NoSuchPath("RDAP is served below /rdap/")
    first, *rest = path[len(PREFIX) :].split("/")
    if not first:
        raise NoSuchPath(message("nothing was asked for"))
    route = _ROUTES.get(first)
    if route is None:
        # RFC 9082 §5: it must not be taken for a query that is known.
        raise Malformed(message("there is no such kind of query"))
    return route(rest)


def _domain(rest: list[str]) -> Query:
    return Lookup(Kind.DOMAIN, _name(rest))


def _nameserver(rest: list[str]) -> Query:
    return Lookup(Kind.NAMESERVER, _name(rest))


def _entity(rest: list[str]) -> Query:
    key = _only(rest)
    if key in {".", ".."}:
        raise Malformed(message("a path of dots is no handle"))
    return Lookup(Kind.ENTITY, key)


def _help(rest: list[str]) -> Query:
    if rest:
        raise Malformed(message("nothing may follow help"))
    return Help()


def _unsupported(rest: list[str]) -> Query:
    """RFC 9082 §1: a server that does not support a kind of query says 501."""
    raise Unsupported("this server does not offer this kind of query")


_ROUTES: dict[str, Callable[[list[str]], Query]] = {
    "domain": _domain,
    "nameserver": _nameserver,
    "entity": _entity,
    "help": _help,
    "domains": _unsupported,
    "nameservers": _unsupported,
    "entities": _unsupported,
    "ip": _unsupported,
    "autnum": _unsupported,
}


def _name(rest: list[str]) -> str:
    try:
        return to_ascii(_only(rest))
    except BadValue as error:
        raise Malformed(error.said) from None


def _only(rest: list[str]) -> str:
    """The one segment that must follow, decoded; percent-encoding must be whole and give UTF-8 (RFC 3986
    §2.1, RFC 9082 §6.1)."""
    if len(rest) != 1:
        raise Malformed(message("exactly one path segment must follow"))
    try:
        raw = rest[0].encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise Malformed(_NOT_UTF_8) from None
    if b"%" in raw:
        _check_escapes(rest[0])
        raw = unquote_to_bytes(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(Sentence(_NOT_UTF_8, detail=error.reason)) from None
    if not text.strip():
        raise Malformed(message("the last path segment is empty"))
    if "/" in text or any(char < " " or char == "\x7f" for char in text):
        raise Malformed(message("it has a slash or control characters in it"))
    return text


def _check_escapes(segment: str) -> None:
    for part in segment.split("%")[1:]:
        if len(part) < 2 or not _HEX.issuperset(part[:2]):
            raise Malformed(message("it has a percent sign that begins no escape"))
