"""A YAML document with line marks, checked against a JSON Schema (draft 2020-12): all its faults at once.

What is read is the part of YAML 1.2 that JSON can say: mappings with text as keys, sequences, text, the
numbers of JSON, true, false and null. So `no` is Norway and not false, `2026-01-31` is text and not a date,
and `+1.555` and `007` are text and not numbers. Aliases are refused, for they let a small document grow
without end, and so is a key that is given twice, of which most readers silently forget one.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from directory.document import Document, Place, to_text
from directory.errors import DocumentError, Finding

SIZE = 1 << 20
DEPTH = 64

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][-+]?[0-9]{1,2})?\Z")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_STRUCTURE = "YAML 1.2.2 §3.2.1.3"


def load(
    source: Path | Traversable | str | bytes,
    file: str = "",
    schema: str | Mapping[str, Any] = "",
    size: int = SIZE,
) -> Document:
    """Read a document and check it; `DocumentError` with every fault if there is one.

    `source` is a path, or the text itself; `file` is the name that findings carry (a path's own if it is not
    given); `schema` is the short name of a schema in `schemas/`, or a schema.
    """
    file = file or ("" if isinstance(source, str | bytes) else str(source))
    document, findings = _read(_text(source, file, size), file)
    if schema and not any(finding.rule == _STRUCTURE for finding in findings):
        from directory.schema import check  # jsonschema takes 60 ms to import: only who loads a document pays

        findings = [*findings, *check(document, schema)]
    if findings:
        raise DocumentError(file, sorted(findings, key=lambda finding: (finding.line, finding.place)))
    return document


def _text(source: Path | Traversable | str | bytes, file: str, size: int) -> str:
    """The text of a source, bounded; its faults are those of a file and of UTF-8."""
    if isinstance(source, str):
        raw = source.encode("utf-8", "surrogatepass")
    elif isinstance(source, bytes):
        raw = source
    else:
        try:
            with open(source, "rb", opener=_at_once) if isinstance(source, Path) else source.open("rb") as stream:
                # A pipe may never end, and neither may a device.
                if isinstance(source, Path) and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise OSError(None, "it is a pipe or a device, and no regular file")
                raw = stream.read(size + 1)
        except OSError as error:
            fault = Finding("", "a readable file", error.strerror or str(error))
            raise DocumentError(file, [fault]) from error
    if len(raw) > size:
        raise DocumentError(file, [Finding("", "size", f"the document is larger than {size:,} bytes")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        said = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        fault = Finding("", "RFC 3629 §3", said, line=line)
        raise DocumentError(file, [fault]) from error


def _at_once(path: str, flags: int) -> int:
    """Opens a file without waiting for whoever is at the other end of a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _read(text: str, file: str) -> tuple[Document, list[Finding]]:
    """The document, and the faults that YAML itself does not know."""
    import yaml  # 20 ms: only who loads a document pays

    builder = _Builder(file)
    try:
        # Events, not nodes: the tree is built without recursion, so that depth is a finding and not a crash.
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.problem, error.context) if part)
        fault = Finding("", "YAML 1.2.2", f"not YAML: {said}", line=mark.line + 1 if mark else 0)
        raise DocumentError(file, [*builder.findings, fault]) from error
    except yaml.reader.ReaderError as error:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        fault = Finding("", "YAML 1.2.2 §5.1", f"not YAML: {error.reason}", line=line)
        raise DocumentError(file, [*builder.findings, fault]) from error
    return Document(file, builder.root, builder.lines), builder.findings


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is not closed yet; `key` is the one that waits for its value."""

    data: dict[str, Any] | list[Any]
    place: Place
    key: str | None = None


class _Builder:
    """Builds plain data out of the events of a YAML reader, and notes the line of every place."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[Place, int] = {}
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """The next event."""
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "ScalarEvent":
            self._scalar(event, line)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._refuse_tag(event, line)
            self._start({} if kind == "MappingStartEvent" else [], line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._open.pop()
        elif kind == "AliasEvent":
            self._fault(line, "aliases (*name) are not read here", "write the value where it is needed")
            self._place("" if self._awaits_key() else None, line)
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self._stop(line, "a second document begins", "one document in each file")

    def _scalar(self, event: Any, line: int) -> None:
        """A key, or a value that is text, number, true, false or null."""
        if self._awaits_key():
            self._key(event.value, line)
            return
        self._refuse_tag(event, line)
        plain = event.implicit[0] and event.style in (None, "")
        self._place(_value(event.value) if plain else event.value, line)

    def _key(self, key: str, line: int) -> None:
        """A key of the innermost mapping, which must be new in it."""
        top = self._open[-1]
        top.key = key
        place = (*top.place, key)
        if isinstance(top.data, dict) and key in top.data:
            first = self.lines[place]
            text = f"the key {key!r} is given twice, first on line {first}"
            self.findings.append(Finding(to_text(place), "YAML 1.2.2 §3.2.1.1", text, line=line))
        else:
            self.lines[place] = line

    def _start(self, data: dict[str, Any] | list[Any], line: int) -> None:
        """A mapping or a sequence begins."""
        if self._awaits_key():
            self._stop(line, "a key is not a text", "keys are plain text")
        if len(self._open) >= DEPTH:
            self._stop(line, f"nested more than {DEPTH} levels deep")
        place = self._place(data, line)
        self._open.append(_Open(data, place))

    def _place(self, value: Any, line: int) -> Place:
        """Put a value where it belongs; returns its place."""
        if not self._open:
            self.root = value
            self.lines[()] = line
            return ()
        top = self._open[-1]
        if isinstance(top.data, list):
            place: Place = (*top.place, len(top.data))
            self.lines[place] = line
            top.data.append(value)
            return place
        if top.key is None:
            top.key = str(value)
            return top.place
        place = (*top.place, top.key)
        top.data[top.key] = value
        top.key = None
        return place

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].data, dict) and self._open[-1].key is None

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            self._fault(line, f"the tag {event.tag!r} is not read here", "remove it")

    def _fault(self, line: int, message: str, hint: str = "") -> None:
        place = self._open[-1].place if self._open else ()
        key = self._open[-1].key if self._open else None
        text = to_text(place if key is None else (*place, key))
        self.findings.append(Finding(text, _STRUCTURE, message, line=line, hint=hint))

    def _stop(self, line: int, message: str, hint: str = "") -> None:
        self._fault(line, message, hint)
        raise DocumentError(self.file, self.findings)


def _value(text: str) -> str | int | float | bool | None:
    """What a plain scalar means: the words and numbers of JSON, else text."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.match(text)
    if not match:
        return text
    return float(text) if match[1] or match[2] else int(text)
