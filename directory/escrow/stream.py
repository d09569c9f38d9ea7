"""Cuts an XML deposit into its objects, in constant memory (RFC 8909 §6.1).

The parser loads no DTD, expands no entity and opens no network connection; a document with a DOCTYPE is refused,
and so is one with an object that is larger than any object has a reason to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from itertools import repeat
from pathlib import Path
from typing import Literal

from lxml import etree

from directory.errors import DepositError, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.cutting import CHUNK, Cutter, Marks, Whole, marked_encoding
from directory.escrow.envelope.gunzip import MAGIC
from directory.escrow.envelope.limits import Limits, Reader
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.unpack import plain
from directory.escrow.fields import Element, token

_PEEK = 1 << 8
_LARGEST_OBJECT = 1 << 24  # octets of XML; the schemas' own limits keep every real object far below
_UNUSUAL = 1 << 20  # octets, behind which the elements and attributes of an object are counted
_MOST_MARKS = 1 << 18  # of them, each of which takes some hundred octets of memory, however few of XML
_MOST_KINDS = 1_000  # of objects that nobody reads
_MOST_PARTS = 100  # contents and deletes, of which there is one each
_COLUMN = re.compile(r", column \d+\Z")

_DEPOSIT = f"{{{ns.RDE}}}deposit"
_CONTENTS = f"{{{ns.RDE}}}contents"
_DELETES = f"{{{ns.RDE}}}deletes"
_MENU = f"{{{ns.RDE}}}rdeMenu"
_WATERMARK = f"{{{ns.RDE}}}watermark"
HEADER = f"{{{ns.HEADER}}}header"
PARTS = (_WATERMARK, _MENU, _DELETES, _CONTENTS)
"""What a deposit consists of, in this order (RFC 8909 §6.1)."""


@dataclass(slots=True)
class Envelope:
    """What stands around the objects of a deposit, as it was written and not yet checked.

    `parts` are the children of the root with their lines, known when all of it is read.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    watermark: tuple[str, int] | None = None
    menu: list[tuple[str, int]] | None = None
    menu_version: str = ""
    has_deletes: bool = False
    parts: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Stream:
    """The objects of a deposit, one after the other, and what it deletes.

    `wanted` are the tags of the objects to yield, `deletes` those of the deletes. Others are removed unread; how
    many of which is in `skipped` and `skipped_deletes`. `progress` is called with the octets read since the last
    call. Raises `DepositError` where the deposit is no XML, no deposit, or not safe to read.

    With `marks`, `mark` is that of the octets of the object that was yielded last, None where they have none; what
    `marks` knows is not yielded, and `passed` how many of each tag that were. `fed` is how many octets were read
    of which something is to be made.
    """

    path: Path
    wanted: frozenset[str]
    progress: Callable[[int], None] = lambda octets: None
    deletes: frozenset[str] = frozenset()
    envelope: Envelope = field(default_factory=Envelope)
    skipped: dict[str, int] = field(default_factory=dict)
    skipped_deletes: dict[str, int] = field(default_factory=dict)
    octets: int = 0
    fed: int = 0
    root: Element | None = None
    marks: Marks | None = None
    mark: bytes | None = None
    passed: dict[str, int] = field(default_factory=dict)
    _is_object: bool = False
    _ended: Element | None = None

    def read(self) -> Iterator[Element | Whole]:
        """Every wanted object, and the header. An object is gone when the next is asked for."""
        yield from self._within(_CONTENTS, self.wanted | {HEADER}, self.skipped)

    def objects(self) -> Iterator[Element]:
        """The same without `marks`: all are elements."""
        yield from self._elements(self.read())

    def deleted(self) -> Iterator[Element]:
        """Every wanted delete; what follows the deletes is not read."""
        yield from self._elements(self._within(_DELETES, self.deletes, self.skipped_deletes))

    def _elements(self, found: Iterator[Element | Whole]) -> Iterator[Element]:
        return (one for one in found if not isinstance(one, Whole))

    def _within(
        self, container: str, wanted: frozenset[str], skipped: dict[str, int]
    ) -> Iterator[Element | Whole]:
        parser = _parser("start", "end", tags=(*PARTS, *wanted))
        try:
            with self.path.open("rb") as file:
                yield from self._read(parser, self._plain(file), _Part(container, wanted, skipped))
        except etree.XMLSyntaxError as error:
            raise self._malformed(error.msg, error.lineno or 0) from None
        except Refusal as error:
            raise self._refusal(str(error), error.finding.rule) from None
        except OSError as error:
            raise self._refusal(f"it cannot be read: {error.strerror or error}", "RFC 8909 §4") from None

    def _plain(self, file: BufferedReader) -> Reader:
        tap = Tap(file, self._count)
        return plain(tap, Limits(), "deposit") if file.peek(2)[:2] == MAGIC else tap

    def _count(self, octets: bytes) -> None:
        self.octets += len(octets)
        self.progress(len(octets))

    def _read(self, parser: etree.XMLPullParser, file: Reader, part: _Part) -> Iterator[Element | Whole]:
        head = self._open(file)
        cutter = Cutter(head, lambda: file.read(CHUNK), _LARGEST_OBJECT)
        if self.marks is not None and (encoding := marked_encoding(head)):
            yield from self._cut(parser, cutter, part, self.marks, encoding)
        for chunk in cutter.rest():
            yield from self._feed(parser, chunk, part)
            if part.is_over:
                part.prune(is_end=True)
                return
        self.root = parser.close()
        yield from self._events(parser, part)
        part.prune(is_end=True)
        self._check_kinds(part)
        self.envelope.parts = [(str(child.tag), child.sourceline or 0) for child in self.root]

    def _cut(
        self, parser: etree.XMLPullParser, cutter: Cutter, part: _Part, marks: Marks, encoding: str
    ) -> Iterator[Element | Whole]:
        """Feed the parser object by object, without those that are known, as far as they can be told."""
        octets = b""
        for octets in cutter.until(b"contents"):
            yield from self._feed(parser, octets, part)
            if part.is_entered:
                break
        else:
            return
        contents = part.newest
        tags = _names(contents, part.wanted)
        self.passed = cutter.passed
        cutter.is_sure = not len(contents) and octets.endswith(b">") and not octets.endswith(b"/>")
        key = marks.key(contents.nsmap, encoding)
        readers = dict(marks.readers(tags.values(), contents.nsmap, encoding))
        for piece in cutter.pieces(tags, key, marks.known, readers):
            if isinstance(piece, Whole):
                self.fed += piece.octets
                self.mark = piece.mark
                yield piece
                continue
            self.mark, self._is_object = None, False
            if piece.blank:
                parser.feed(piece.blank)
            if piece.marks:
                yield from self._marked(parser, piece.octets, part, piece.marks)
            else:
                yield from self._feed(parser, piece.octets, part)
            is_last = len(contents) > 0 and contents[-1] is self._ended
            cutter.is_sure = self._is_object and is_last and part.newest is contents

    def _marked(
        self, parser: etree.XMLPullParser, octets: bytes, part: _Part, marks: Sequence[bytes]
    ) -> Iterator[Element]:
        """Objects that the parser sees end, with their marks, if they are as many; `_is_object` says so."""
        ended: list[Element] = []
        for chunk in _chunks(octets):
            self._give(parser, chunk, part)
            ended += self._events(parser, part, is_kept=True)
            self._look_after(part, len(chunk))
        is_right = len(ended) == len(marks)
        for element, mark in zip(ended, marks if is_right else repeat(None), strict=False):
            self.mark = mark
            yield element
            element.clear()
        self.mark = None
        self._is_object = self._is_object and is_right

    def _feed(self, parser: etree.XMLPullParser, octets: bytes, part: _Part) -> Iterator[Element]:
        for chunk in _chunks(octets):
            self._give(parser, chunk, part)
            yield from self._events(parser, part)
            if not part.is_over:
                self._look_after(part, len(chunk))

    def _give(self, parser: etree.XMLPullParser, octets: bytes, part: _Part) -> None:
        """Feed the parser. Of some faults, as an entity that is not declared, it says nothing but in its log, and
        goes on as if a document began."""
        self._check_marks(part, octets)
        parser.feed(octets)
        for one in parser.feed_error_log:
            if one.level == etree.ErrorLevels.FATAL:
                raise self._malformed(f"{one.message}, line {one.line}, column {one.column}", one.line)

    def _malformed(self, message: str, line: int) -> DepositError:
        message = message.partition(", try XML_PARSE_HUGE")[0]
        if self.marks:
            message = _COLUMN.sub("", message)  # what the parser was not given may stand before it on the line
        return self._refusal(f"it is no well-formed XML: {message}", "XML 1.0 §2.1", line, codes.XML)

    def _check_marks(self, part: _Part, octets: bytes) -> None:
        self.fed += len(octets)
        if part.count_marks(octets) > _MOST_MARKS:
            message = f"an object has more than {_MOST_MARKS:,} elements and attributes"
            raise self._refusal(message, "RFC 9022 §9")

    def _look_after(self, part: _Part, octets: int) -> None:
        """Remove what is finished now and then, and refuse what grows out of proportion."""
        if not part.is_long(octets):
            return
        if part.grown > _LARGEST_OBJECT:
            raise self._refusal(f"an object has more than {_LARGEST_OBJECT >> 20} MiB", "RFC 9022 §9")
        self._check_kinds(part)

    def _check_kinds(self, part: _Part) -> None:
        if len(part.skipped) > _MOST_KINDS:
            message = f"it has more than {_MOST_KINDS:,} kinds of objects that are not known here"
            raise self._refusal(message, "RFC 9022 §7")
        if len(part.containers) > _MOST_PARTS:
            message = f"it has more than {_MOST_PARTS} rde:contents and rde:deletes, not one of each"
            raise self._refusal(message, "RFC 8909 §6.1", code=codes.SCHEMA)

    def _events(self, parser: etree.XMLPullParser, part: _Part, *, is_kept: bool = False) -> Iterator[Element]:
        for event, element in parser.read_events():
            tag = element.tag
            if event == "end":
                if tag in part.wanted:
                    parent = element.getparent()
                    self._is_object = parent is not None and parent.tag == part.container
                    self._ended = element
                    if self._is_object:
                        yield element
                        if not is_kept:
                            element.clear()
                elif tag == _CONTENTS:
                    self._is_object = False
                elif tag == _MENU:
                    self._read_menu(element)
                elif tag == _WATERMARK and self.envelope.watermark is None:
                    self.envelope.watermark = (token(element), element.sourceline or 0)
            elif tag in (_CONTENTS, _DELETES):
                self.envelope.has_deletes |= tag == _DELETES
                part.enter(element)

    def _open(self, file: Reader) -> bytes:
        """Look at the root before anything is built on it; the octets that it took."""
        parser = _parser("start")
        octets = b""
        while chunk := file.read(_PEEK):
            octets += chunk
            parser.feed(chunk)
            for _, root in parser.read_events():
                self._check_root(root)
                return octets
            if len(octets) > CHUNK:
                raise self._refusal("no element begins in its first 64 KiB", "RFC 8909 §6.1")
        parser.close()
        return octets

    def _check_root(self, root: Element) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._refusal("it has a DOCTYPE, which no deposit needs", "RFC 8909 §6.1", root.sourceline or 0)
        if root.tag != _DEPOSIT:
            message = f"the root element is {ns.shown(root.tag)}, not rde:deposit in {ns.RDE}"
            raise self._refusal(message, "RFC 8909 §6.1", root.sourceline or 0, codes.SCHEMA)
        self.envelope.attributes = {str(key): str(value) for key, value in root.attrib.items()}
        self.envelope.line = root.sourceline or 0

    def _read_menu(self, element: Element) -> None:
        self.envelope.menu_version = " ".join((element.findtext(f"{{{ns.RDE}}}version") or "").split())
        self.envelope.menu = [(token(one), one.sourceline or 0) for one in element.iter(f"{{{ns.RDE}}}objURI")]

    def _refusal(self, message: str, rule: str, line: int = 0, code: str = "") -> DepositError:
        return DepositError(str(self.path), [Finding("deposit", rule, message, line=line, code=code)])


class _Part:
    """The part of a deposit that is being read: `rde:contents`, or `rde:deletes`. `grown` is how many octets the
    parser was fed since something in it ended."""

    def __init__(self, container: str, wanted: frozenset[str], skipped: dict[str, int]) -> None:
        self.container = container
        self.wanted = wanted
        self.is_over = False
        self.grown = 0
        self._fed = self._marks = 0
        self._last: Element | None = None
        self.skipped = skipped
        self.containers: list[Element] = []

    @property
    def newest(self) -> Element:
        """The deletes or contents that began last."""
        return self.containers[-1]

    @property
    def is_entered(self) -> bool:
        """Whether the part has begun."""
        return any(one.tag == self.container for one in self.containers)

    def enter(self, element: Element) -> None:
        """Deletes or contents begin; behind the former nothing is to be read but the latter."""
        self.containers.append(element)
        self.is_over = self.container == _DELETES and element.tag == _CONTENTS

    def count_marks(self, octets: bytes) -> int:
        """How many elements and attributes the object that is growing may have, once it is unusually large."""
        if self.grown + len(octets) > _UNUSUAL:
            self._marks += octets.count(b"<") + octets.count(b"=")
        else:
            self._marks = 0
        return self._marks

    def is_long(self, octets: int) -> bool:
        """Count what the parser was fed. True when there was something to remove, and it was removed."""
        self._fed += octets
        if self._fed < CHUNK:
            return False
        newest = self.prune()
        self.grown = self.grown + self._fed if newest is self._last else 0
        self._last, self._fed = newest, 0
        return True

    def prune(self, *, is_end: bool = False) -> Element | None:
        """Remove what is finished, and count what nobody read; the last child may still be growing."""
        newest = None
        for container in self.containers:
            done = list(container) if is_end else container[:-1]
            is_mine = container.tag == self.container
            for child in done:
                tag = str(child.tag)
                if is_mine and tag not in self.wanted:
                    self.skipped[tag] = self.skipped.get(tag, 0) + 1
                container.remove(child)
            newest = container[-1] if len(container) else container
        return newest


class Tap:
    """A file that tells what is read of it."""

    def __init__(self, file: Reader, tell: Callable[[bytes], None]) -> None:
        self._file = file
        self._tell = tell

    def read(self, size: int, /) -> bytes:
        """The next octets."""
        octets = self._file.read(size)
        self._tell(octets)
        return octets


def _names(contents: Element, wanted: frozenset[str]) -> dict[bytes, str]:
    """How the objects that are wanted can be written under the namespaces in scope, and their tags."""
    names = {}
    for tag in wanted:
        space, _, local = tag[1:].partition("}")
        for prefix, uri in contents.nsmap.items():
            if uri == space:
                names[f"{prefix}:{local}".encode() if prefix else local.encode()] = tag
    return names


def _chunks(octets: bytes) -> Iterator[bytes]:
    """The octets as the parser is given them: what is larger would be more than it takes at once."""
    if len(octets) <= CHUNK:
        yield octets
        return
    for place in range(0, len(octets), CHUNK):
        yield octets[place : place + CHUNK]


def _parser(*events: Literal["start", "end"], tags: tuple[str, ...] | None = None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
