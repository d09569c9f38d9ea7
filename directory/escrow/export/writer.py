"""Writes a deposit in the XML model as its objects come (RFC 8909 §6.1, RFC 9022 §2.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from directory.errors import BadValue
from directory.escrow.export.frame import URIS, Frame
from directory.escrow.export.objects import DELETES, RENDER
from directory.escrow.export.place import opened
from directory.escrow.export.text import checked, escaped
from directory.model.base import Value

_LINES = 256  # how many objects are written at once


class NoPlace(BadValue):
    """The model has no place for something of an object: all objects of its kind have to be in another."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the CSV model has no place for {what}", "RFC 9022 §5")


class Writer(ABC):
    """Takes a deposit in the order of its parts: `delete` for what is deleted, `put` for objects, `extension` for
    those of a registry's own, then `end`, all within `with`. `written` counts the objects by URI."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.written: Counter[str] = Counter()
        self.deleted = 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._stack.close()

    @abstractmethod
    def delete(self, kind: str, keys: Sequence[str]) -> None:
        """Objects of a kind that are no more."""

    @abstractmethod
    def put(self, kind: str, value: Value, inside: str = "") -> None:
        """An object, with what an extension has inside of it as XML. Raises `NoPlace` for what the model has no
        place for, `BadValue` for what none could carry."""

    @abstractmethod
    def extension(self, uri: str, xml: str) -> None:
        """An object of an extension, as XML. Raises `BadValue`."""

    @abstractmethod
    def end(self) -> None:
        """Write what is left; nothing can follow."""


class XmlWriter(Writer):
    """One file, written as the objects come."""

    def __init__(self, frame: Frame, path: Path, *, is_packed: bool) -> None:
        super().__init__(frame)
        self._file = self._stack.enter_context(opened(path, is_packed=is_packed))
        self._has_contents = False
        self._lines: list[str] = [frame.heading()]

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        if keys and not self.deleted:
            self._line("<rde:deletes>")
        self.deleted += len(keys)
        for key in keys:
            self._line(DELETES[kind].format(escaped(key)))

    def put(self, kind: str, value: Value, inside: str = "") -> None:
        xml = RENDER[kind](value)
        self._object(URIS[kind, "xml"], within(xml, inside) if inside else xml)

    def extension(self, uri: str, xml: str) -> None:
        self._object(uri, xml)

    def end(self) -> None:
        self._open_contents()
        self._line("</rde:contents>\n</rde:deposit>")
        self._flush()
        self._stack.close()

    def _object(self, uri: str, xml: str) -> None:
        line = checked(xml)
        if not self._has_contents:
            self._open_contents()
        self.written[uri] += 1
        self._line(line)

    def _open_contents(self) -> None:
        if self._has_contents:
            return
        self._has_contents = True
        if self.deleted:
            self._line("</rde:deletes>")
        self._line(f"<rde:contents>\n{self.frame.header()}")

    def _line(self, text: str) -> None:
        self._lines.append(text)
        if len(self._lines) >= _LINES:
            self._flush()

    def _flush(self) -> None:
        self._file.write(("\n".join(self._lines) + "\n").encode())
        self._lines.clear()


def within(xml: str, inside: str) -> str:
    """An element with more at its end, where a type that is derived from RFC 9022's has its own elements."""
    place = xml.rindex("</")
    return xml[:place] + inside + xml[place:]
