"""Cuts an XML deposit into its objects, in constant memory (RFC 8909 §6.1).

The parser loads no DTD, expands no entity and opens no network connection; a document with a DOCTYPE is refused,
and so is one with an object that is larger than any object has a reason to be.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Literal, cast

from lxml import etree

from directory.errors import DepositError, Finding
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, token

_CHUNK = 1 << 16
_PEEK = 1 << 8
_LARGEST_OBJECT = 1 << 24  # octets of XML; the schemas' own limits keep every real object far below
_GZIP = b"\x1f\x8b"

_DEPOSIT = f"{{{ns.RDE}}}deposit"
_CONTENTS = f"{{{ns.RDE}}}contents"
_DELETES = f"{{{ns.RDE}}}deletes"
_MENU = f"{{{ns.RDE}}}rdeMenu"
_WATERMARK = f"{{{ns.RDE}}}watermark"
HEADER = f"{{{ns.HEADER}}}header"


@dataclass(slots=True)
class Envelope:
    """What stands around the objects of a deposit, as it was written and not yet checked."""

    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    watermark: tuple[str, int] | None = None
    menu: list[tuple[str, int]] | None = None
    menu_version: str = ""
    has_deletes: bool = False


@dataclass(slots=True)
class Stream:
    """The objects of a deposit, one after the other.

    `wanted` are the tags of the objects to yield. Others are removed unread; how many of which is in `skipped`.
    `progress` is called with the octets read since the last call. Raises `DepositError` where the deposit is no
    XML, no deposit, or not safe to read.
    """

    path: Path
    wanted: frozenset[str]
    progress: Callable[[int], None] = lambda octets: None
    envelope: Envelope = field(default_factory=Envelope)
    skipped: dict[str, int] = field(default_factory=dict)
    octets: int = 0

    def objects(self) -> Iterator[Element]:
        """Every wanted object, and the header. An object is gone when the next is asked for."""
        parser = _parser("start", "end", tags=(_CONTENTS, _DELETES, _MENU, _WATERMARK, HEADER, *self.wanted))
        try:
            with self.path.open("rb") as file:
                yield from self._read(parser, self._plain(file))
        except etree.XMLSyntaxError as error:
            line = error.lineno or 0
            message = error.msg.partition(", try XML_PARSE_HUGE")[0]
            raise self._refusal(f"it is no well-formed XML: {message}", "XML 1.0 §2.1", line) from None
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise self._refusal(f"the gzip stream is broken: {error}", "RFC 1952 §2.3") from None
        except OSError as error:
            raise self._refusal(f"it cannot be read: {error.strerror or error}", "RFC 8909 §4") from None

    def _plain(self, file: BufferedReader) -> IO[bytes]:
        if file.peek(2)[:2] == _GZIP:
            return cast(IO[bytes], gzip.GzipFile(fileobj=cast(IO[bytes], _Counted(file, self._count)), mode="rb"))
        return cast(IO[bytes], _Counted(file, self._count))

    def _count(self, octets: int) -> None:
        self.octets += octets
        self.progress(octets)

    def _read(self, parser: etree.XMLPullParser, file: IO[bytes]) -> Iterator[Element]:
        containers: list[Element] = []
        last, pending = None, 0
        chunk = self._open(file)
        while chunk:
            parser.feed(chunk)
            yield from self._events(parser, containers)
            newest = _prune(containers, self.skipped, self.wanted)
            pending = pending + len(chunk) if newest is last else 0
            last = newest
            if pending > _LARGEST_OBJECT:
                raise self._refusal(f"an object has more than {_LARGEST_OBJECT >> 20} MiB", "RFC 9022 §9")
            chunk = file.read(_CHUNK)
        parser.close()
        yield from self._events(parser, containers)
        _prune(containers, self.skipped, self.wanted, is_end=True)

    def _events(self, parser: etree.XMLPullParser, containers: list[Element]) -> Iterator[Element]:
        for event, element in parser.read_events():
            tag = element.tag
            if event == "end":
                if tag in self.wanted or tag == HEADER:
                    parent = element.getparent()
                    if parent is not None and parent.tag == _CONTENTS:
                        yield element
                        element.clear()
                elif tag == _MENU:
                    self._read_menu(element)
                elif tag == _WATERMARK and self.envelope.watermark is None:
                    self.envelope.watermark = (token(element), element.sourceline or 0)
            elif tag in (_CONTENTS, _DELETES):
                self.envelope.has_deletes |= tag == _DELETES
                containers.append(element)

    def _open(self, file: IO[bytes]) -> bytes:
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
            raise self._refusal(message, "RFC 8909 §6.1", root.sourceline or 0)
        self.envelope.attributes = {str(key): str(value) for key, value in root.attrib.items()}
        self.envelope.line = root.sourceline or 0

    def _read_menu(self, element: Element) -> None:
        self.envelope.menu_version = " ".join((element.findtext(f"{{{ns.RDE}}}version") or "").split())
        self.envelope.menu = [(token(one), one.sourceline or 0) for one in element.iter(f"{{{ns.RDE}}}objURI")]

    def _refusal(self, message: str, rule: str, line: int = 0) -> DepositError:
        return DepositError(str(self.path), [Finding("deposit", rule, message, line=line)])


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


def _prune(
    containers: list[Element], skipped: dict[str, int], wanted: frozenset[str], *, is_end: bool = False
) -> Element | None:
    """Remove what is finished, and count what nobody read; the last child may still be growing."""
    newest = None
    for container in containers:
        done = list(container) if is_end else container[:-1]
        is_deletes = container.tag == _DELETES
        for child in done:
            tag = str(child.tag)
            if not is_deletes and tag not in wanted and tag != HEADER:
                skipped[tag] = skipped.get(tag, 0) + 1
            container.remove(child)
        newest = container[-1] if len(container) else container
    return newest


class _Counted:
    """A file that says how much of it is read."""

    def __init__(self, file: BufferedReader, count: Callable[[int], None]) -> None:
        self._file = file
        self._count = count

    def read(self, size: int = -1) -> bytes:
        octets = self._file.read(size)
        self._count(len(octets))
        return octets
