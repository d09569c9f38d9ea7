"""Cuts an XML deposit into its objects, in constant memory (RFC 8909 §6.1).

The parser loads no DTD, expands no entity and opens no network connection; a document with a DOCTYPE is refused,
and so is one with an object that is larger than any object has a reason to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Literal

from lxml import etree

from directory.errors import DepositError, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.envelope.gunzip import MAGIC
from directory.escrow.envelope.limits import Limits, Reader
from directory.escrow.envelope.refusal import Refusal
from directory.escrow.envelope.unpack import plain
from directory.escrow.fields import Element, token

_CHUNK = 1 << 16
_PEEK = 1 << 8
_LARGEST_OBJECT = 1 << 24  # octets of XML; the schemas' own limits keep every real object far below

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
    """

    path: Path
    wanted: frozenset[str]
    progress: Callable[[int], None] = lambda octets: None
    deletes: frozenset[str] = frozenset()
    envelope: Envelope = field(default_factory=Envelope)
    skipped: dict[str, int] = field(default_factory=dict)
    skipped_deletes: dict[str, int] = field(default_factory=dict)
    octets: int = 0
    root: Element | None = None

    def objects(self) -> Iterator[Element]:
        """Every wanted object, and the header. An object is gone when the next is asked for."""
        yield from self._within(_CONTENTS, self.wanted | {HEADER}, self.skipped)

    def deleted(self) -> Iterator[Element]:
        """Every wanted delete; what follows the deletes is not read."""
        yield from self._within(_DELETES, self.deletes, self.skipped_deletes)

    def _within(self, container: str, wanted: frozenset[str], skipped: dict[str, int]) -> Iterator[Element]:
        parser = _parser("start", "end", tags=(*PARTS, *wanted))
        try:
            with self.path.open("rb") as file:
                yield from self._read(parser, self._plain(file), _Part(container, wanted, skipped))
        except etree.XMLSyntaxError as error:
            line = error.lineno or 0
            message = error.msg.partition(", try XML_PARSE_HUGE")[0]
            refusal = self._refusal(f"it is no well-formed XML: {message}", "XML 1.0 §2.1", line, codes.XML)
            raise refusal from None
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

    def _read(self, parser: etree.XMLPullParser, file: Reader, part: _Part) -> Iterator[Element]:
        last, pending = None, 0
        chunk = self._open(file)
        while chunk:
            parser.feed(chunk)
            yield from self._events(parser, part)
            if part.is_over:
                part.prune(is_end=True)
                return
            newest = part.prune()
            pending = pending + len(chunk) if newest is last else 0
            last = newest
            if pending > _LARGEST_OBJECT:
                raise self._refusal(f"an object has more than {_LARGEST_OBJECT >> 20} MiB", "RFC 9022 §9")
            chunk = file.read(_CHUNK)
        self.root = parser.close()
        yield from self._events(parser, part)
        part.prune(is_end=True)
        self.envelope.parts = [(str(child.tag), child.sourceline or 0) for child in self.root]

    def _events(self, parser: etree.XMLPullParser, part: _Part) -> Iterator[Element]:
        for event, element in parser.read_events():
            tag = element.tag
            if event == "end":
                if tag in part.wanted:
                    parent = element.getparent()
                    if parent is not None and parent.tag == part.container:
                        yield element
                        element.clear()
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
            if len(octets) > _CHUNK:
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
    """The part of a deposit that is being read: `rde:contents`, or `rde:deletes`."""

    def __init__(self, container: str, wanted: frozenset[str], skipped: dict[str, int]) -> None:
        self.container = container
        self.wanted = wanted
        self.is_over = False
        self._skipped = skipped
        self._containers: list[Element] = []

    def enter(self, element: Element) -> None:
        """Deletes or contents begin; behind the former nothing is to be read but the latter."""
        self._containers.append(element)
        self.is_over = self.container == _DELETES and element.tag == _CONTENTS

    def prune(self, *, is_end: bool = False) -> Element | None:
        """Remove what is finished, and count what nobody read; the last child may still be growing."""
        newest = None
        for container in self._containers:
            done = list(container) if is_end else container[:-1]
            is_mine = container.tag == self.container
            for child in done:
                tag = str(child.tag)
                if is_mine and tag not in self.wanted:
                    self._skipped[tag] = self._skipped.get(tag, 0) + 1
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
