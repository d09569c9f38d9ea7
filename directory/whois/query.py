"""A WHOIS query line as a `Query` (RFC 3912 §2; the forms of the gTLD registry agreement, specification 4 §1).

Before the query may stand `-L TAG` or `--language TAG`: the language that the reply is wanted in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from directory.errors import BadValue, Malformed
from directory.model import format as text_format
from directory.model.name import to_ascii
from directory.query import Help, Kind, Lookup, Query

ZoneOf = Callable[[str], str | None]


class Empty(Malformed):
    """There is nothing on the line."""


class NoParameter(Malformed):
    """A keyword or a flag stands alone."""


class Repeated(Malformed):
    """A flag is given twice."""


class Asked(NamedTuple):
    """What a line asks: the query, and the languages that the reply is wanted in, none for any."""

    query: Query
    languages: tuple[str, ...] = ()


_LANGUAGE = frozenset({"-L", "--language"})
_LONGEST_TAG = 35  # RFC 5646 §4.4.1


def parse(line: bytes, zone_of: ZoneOf) -> Asked:
    """What is asked on a line, which may end in CR LF or LF. Raises `Malformed`, or the more exact `Empty`,
    `NoParameter` and `Repeated`, because distinct faults need distinct replies (RFC 3375 §3.6)."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise Malformed(f"it is not UTF-8: {error.reason}") from None
    if not text:
        raise Empty("the line is empty")
    if not text.isprintable() and any((char < " " and char != "\t") or char == "\x7f" for char in text):
        raise Malformed("it has control characters")
    if text.startswith("-"):
        return _flagged(text, zone_of)
    return Asked(_query(text, zone_of))


def languages(line: bytes) -> tuple[str, ...]:
    """The languages that the reply to a line is wanted in, whatever is wrong with its query."""
    words = line.decode("utf-8", "replace").split(None, 2)
    if len(words) < 2 or words[0] not in _LANGUAGE or len(words[1]) > _LONGEST_TAG:
        return ()
    try:
        return (text_format.language(words[1]).lower(),)
    except BadValue:
        return ()


def _flagged(text: str, zone_of: ZoneOf) -> Asked:
    """What is asked on a line that may begin with a flag; what else begins with a hyphen is a query."""
    flag, *rest = text.split(None, 2)
    if flag not in _LANGUAGE:
        return Asked(_query(text, zone_of))
    if not rest:
        raise NoParameter(f"nothing follows {flag}")
    tag = rest[0]
    try:
        text_format.language(tag)
    except BadValue as error:
        raise Malformed(error.said) from None
    if len(tag) > _LONGEST_TAG:
        raise Malformed(f"the language tag is longer than {_LONGEST_TAG} characters")
    if len(rest) < 2:
        raise Empty(f"nothing follows {flag} {tag}")
    query = rest[1]
    if query.split(None, 1)[0] in _LANGUAGE:
        raise Repeated(f"{flag} is given twice")
    return Asked(_query(query, zone_of), (tag.lower(),))


def _query(text: str, zone_of: ZoneOf) -> Query:
    word, *rest = text.split(None, 1)
    form = _FORMS.get(word.lower())
    if form is not None:
        if not rest:
            raise NoParameter(f"nothing follows {word!r}")
        return form(rest[0])
    if rest:
        return Lookup(Kind.REGISTRAR, text)
    if word.lower() in _HELP:
        return Help()
    return _bare(word, zone_of)


def _domain(text: str) -> Query:
    return Lookup(Kind.DOMAIN, _name(text))


def _nameserver(text: str) -> Query:
    address = _address(text)
    return Lookup(Kind.ADDRESS, address) if address else Lookup(Kind.NAMESERVER, _name(text))


def _registrar(text: str) -> Query:
    return Lookup(Kind.REGISTRAR, text)


_FORMS: dict[str, Callable[[str], Query]] = {
    "domain": _domain,
    "nameserver": _nameserver,
    "registrar": _registrar,
}
_HELP = frozenset({"help", "?"})


def _bare(word: str, zone_of: ZoneOf) -> Query:
    """One word without a keyword: an address, a name in a served zone, another name, else a registrar."""
    address = _address(word)
    if address:
        return Lookup(Kind.ADDRESS, address)
    try:
        name = to_ascii(word)
    except BadValue as error:
        if zone_of(word.lower().removesuffix(".")) is not None:
            raise Malformed(error.said) from None
        return Lookup(Kind.REGISTRAR, word)
    zone = zone_of(name)
    if zone is not None:
        deeper = name.count(".") > zone.count(".") + 1
        return Lookup(Kind.NAMESERVER if deeper else Kind.DOMAIN, name)
    return Lookup(Kind.DOMAIN, name) if "." in name else Lookup(Kind.REGISTRAR, word)


def _name(text: str) -> str:
    try:
        return to_ascii(text)
    except BadValue as error:
        raise Malformed(error.said) from None


def _address(text: str) -> str | None:
    """The canonical text of an IP address (RFC 5952 §4), None if it is none."""
    if ":" not in text and not text[-1:].isdigit():
        return None
    try:
        return text_format.address(text)
    except BadValue:
        return None
