"""Cuts the octets of `rde:contents` where its objects end, so that octets that are known need no parser.

An object that is the same octet for octet, in the same encoding and under the same namespaces, is the same object:
what it was built to before holds. Only what begins where the parser saw an object end is taken for one, and only
if its end tag is the first thing in it that could be one; what is not that plain goes to the parser as it comes.
So it is the parser that decides what an object is, and this only says what need not be asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple

CHUNK = 1 << 16

_ENCODINGS = frozenset({"UTF-8", "US-ASCII", "ASCII", "ISO-8859-1"})  # where what looks like markup is markup
_BOM = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<(?:\?xml\s(?:[^>]*?\s)?encoding\s*=\s*["']([\w.-]+)|[?!\w])""")
_MOST_LINES = 1 << 16
_MOST_UNSURE = 1 << 18  # octets without a tag, after which nobody looks for the end of an object any more
_ODD = (b"!", b"?")
"""What comments and declarations begin with, behind `<`."""
_OPEN = ord("<")
_CLOSE = ord(">")
_SPACE = rb"[ \t\r\n]"
_ATTRIBUTE = rb"""%s+[\w:.-]+%s*=%s*(?:"[^"<]*"|'[^'<]*')""" % (_SPACE, _SPACE, _SPACE)
_FILLING = rb"%s*+(?:<!--(?:[^-]|-(?!-))*+-->%s*+)*+" % (_SPACE, _SPACE)

Recognise = Callable[[bytes], bool]
Read = Callable[[bytes], Any]
"""Reads the octets of an object by itself, if they are plain enough; else None."""


_Named = tuple[str, Recognise | None, Read | None]


def marked_encoding(head: bytes) -> str:
    """The encoding of a document that begins so, if objects can be told by its octets; else empty."""
    found = _DECLARED.match(head)
    encoding = (found[1] or b"UTF-8").decode().upper() if found else ""
    if head.startswith(_BOM) and encoding != "UTF-8":
        return ""  # it says two things
    return encoding if encoding in _ENCODINGS else ""


def _no_readers(
    tags: Iterable[str], namespaces: Mapping[str | None, str], encoding: str
) -> Iterable[tuple[str, Read]]:
    return ()


class Marks(NamedTuple):
    """What is known of earlier deposits. `salt` is whatever decides, besides the octets, what an object becomes;
    `known` takes, by the tag of an object, the mark of its octets, and says whether it need not be read. `readers`
    gives, for the tags that are wanted, the namespaces in scope and the encoding, what needs no parser."""

    salt: bytes
    known: Mapping[str, Recognise]
    readers: Callable[[Iterable[str], Mapping[str | None, str], str], Iterable[tuple[str, Read]]] = _no_readers

    def key(self, namespaces: Mapping[str | None, str], encoding: str) -> bytes:
        """What octets are marked with that stand in the scope of these namespaces."""
        scope = sorted((prefix or "", uri) for prefix, uri in namespaces.items())
        return blake2b(repr((self.salt, scope, encoding)).encode(), digest_size=32).digest()


class Piece(NamedTuple):
    """Octets for the parser; the marks of the objects that they look like, one behind the other; what stands for
    the lines before them that the parser was not given."""

    octets: bytes
    marks: Sequence[bytes] = ()
    blank: bytes = b""


class Whole(NamedTuple):
    """An object that was read without the parser: its tag, what it is, the line that its start tag ends on, the
    mark of its octets, and how many these are, with the white space before them."""

    tag: str
    value: Any
    line: int
    mark: bytes
    octets: int


class Cutter:
    """The octets of a deposit on their way to the parser: `head`, then what `read` gives.

    `is_sure` says that the last thing that the parser saw end is an object of the contents, and nothing has begun
    behind it; whoever feeds the parser sets it after each piece. `passed` is how many objects of each tag were
    known. `most` octets are looked at to find the end of one.
    """

    def __init__(self, head: bytes, read: Callable[[], bytes], most: int) -> None:
        self.is_sure = False
        self.passed: dict[str, int] = {}
        self._octets = head
        self._read = read
        self._most = most
        self._place = 0  # before it there is nothing left to do
        self._line = 1  # that the place is in
        self._lines = 0  # that the parser has not seen
        self._plain = 0  # before it there is neither a comment nor a declaration of any kind
        self._is_end = self._is_lost = False

    def until(self, word: bytes) -> Iterator[bytes]:
        """The octets, cut behind every tag that has this word in it."""
        while True:
            place = self._octets.find(word)
            end = self._octets.find(b">", place) + 1 if place >= 0 else self._octets.rfind(b"<")
            if end <= 0 and len(self._octets) > self._most:
                end = len(self._octets)
            if end > 0:
                octets, self._octets = self._octets[:end], self._octets[end:]
                self._line += octets.count(b"\n")
                yield octets
            if (place < 0 or end <= 0) and not self._more():
                return

    def rest(self) -> Iterator[bytes]:
        """All that is left."""
        octets, self._octets = self._octets[self._place :] or self._read(), b""
        while octets:
            yield octets
            octets = self._read()

    def pieces(
        self,
        tags: Mapping[bytes, str],
        key: bytes,
        known: Mapping[str, Recognise],
        readers: Mapping[str, Read] = MappingProxyType({}),
    ) -> Iterator[Piece | Whole]:
        """The octets, some objects at a time, without those that are known, and the objects that `readers` read by
        themselves; up to where it cannot be told any longer what an object is. `tags` has the tags of objects by
        their names as they are written, with the prefix."""
        names = b"|".join(map(re.escape, tags))
        begin = re.compile(rb"%s<(%s)(?:%s)*+%s*(/?)>" % (_FILLING, names, _ATTRIBUTE, _SPACE))
        close = re.compile(rb"</(?:%s)%s*>" % (names, _SPACE))
        named = {name: (tag, known.get(tag), readers.get(tag)) for name, tag in tags.items()}
        self._plain = 0
        while not self._is_lost:
            yield from self._objects(begin, named, key)
            if not self._is_lost:
                yield from self._others(close)

    def _objects(
        self, begin: re.Pattern[bytes], named: Mapping[bytes, _Named], key: bytes
    ) -> Iterator[Piece | Whole]:
        """The objects that plainly begin here, and behind each other."""
        marks: list[bytes] = []
        first = self._place
        while self.is_sure:
            if len(self._octets) - self._place < CHUNK and not self._is_end:
                if marks:
                    yield self._piece(first, marks)
                self._refill()
                first, marks = 0, []
            place = self._place
            found = begin.match(self._octets, place)
            end = self._end_of(found) if found else 0
            if found is None or not end:
                break
            octets = self._octets[found.start(1) - 1 : end]
            mark = blake2b(octets, digest_size=16, key=key).digest()
            tag, recognise, read = named[found[1]]
            is_known = self._is_plain(place, found.start(1)) and recognise is not None and recognise(mark)
            is_plain = is_known or self._is_plain(place, end)
            value = read(octets) if read and is_plain and not is_known and len(octets) <= CHUNK else None
            if is_known or value is not None:
                if marks:
                    yield self._piece(first, marks)
                line = self._line + self._octets.count(b"\n", place, found.end())
                self._lines += self._advance(end)  # the parser is to know them nevertheless
                if self._lines > _MOST_LINES:
                    yield self._piece(end)
                    self.is_sure = True
                if is_known:
                    self.passed[tag] = self.passed.get(tag, 0) + 1
                else:
                    yield Whole(tag, value, line, mark, end - place)
                first, marks = end, []
                continue
            self._advance(end)
            if is_plain:
                marks.append(mark)
                continue
            if marks:
                yield self._piece(first, marks, place)
            yield self._piece(place, [mark])
            first, marks = end, []
            self._is_lost = not self.is_sure
        if marks:
            yield self._piece(first, marks)

    def _others(self, close: re.Pattern[bytes]) -> Iterator[Piece]:
        """What is no plain object, up to the next end tag of one."""
        if len(self._octets) - self._place < CHUNK and not self._is_end:
            self._refill()
        octets, place = self._octets, self._place
        closed = close.search(octets, place)
        end = closed.end() if closed else octets.rfind(b"<", place)
        if end <= place:
            if len(octets) - place < _MOST_UNSURE and self._more():
                return
            end = len(octets)
        self._advance(end)
        self._is_lost = (not closed and end == len(octets)) or not self._is_plain(place, end)
        yield self._piece(place)
        self.is_sure = self.is_sure and closed is not None

    def _advance(self, end: int) -> int:
        """Go on to a place; how many lines end before it."""
        lines = self._octets.count(b"\n", self._place, end)
        self._line += lines
        self._place = end
        return lines

    def _piece(self, first: int, marks: Sequence[bytes] = (), end: int = -1) -> Piece:
        # A comment, which the parser drops, so that nothing is left of the lines but their number.
        blank = b"<!--" + b"\n" * self._lines + b"-->" if self._lines else b""
        self._lines = 0
        return Piece(self._octets[first : self._place if end < 0 else end], marks, blank)

    def _end_of(self, found: re.Match[bytes]) -> int:
        """Where the object ends whose start tag was found; 0 if that is not plain."""
        if found[2]:
            return found.end()
        close = b"</" + found[1]
        start = found.end()
        while (end := self._octets.find(close, start)) < 0 or end + len(close) == len(self._octets):
            start = max(found.end(), len(self._octets) - len(close))
            if len(self._octets) - found.start() > self._most or not self._more():
                return 0
        end += len(close)
        return end + 1 if self._octets[end] == _CLOSE else 0

    def _is_plain(self, place: int, end: int) -> bool:
        """Whether there is neither a comment nor a declaration of any kind between."""
        if end > self._plain:
            self._plain = min(self._find(one, place) for one in _ODD)
        return end <= self._plain

    def _find(self, odd: bytes, place: int) -> int:
        """Where `<` and this character stand next. The character alone is sought: it is rare, and `<` is not."""
        octets = self._octets
        found = octets.find(odd, place + 1)
        while found >= 0 and octets[found - 1] != _OPEN:
            found = octets.find(odd, found + 1)
        return found - 1 if found >= 0 else len(octets)

    def _refill(self) -> None:
        self._octets, self._place, self._plain = self._octets[self._place :], 0, 0
        while len(self._octets) < 2 * CHUNK and self._more():
            pass

    def _more(self) -> bool:
        octets = self._read()
        self._octets += octets
        self._is_end = not octets
        return bool(octets)
