"""Everything this package raises, and the finding, which is what a check returns.

::

    DirectoryError
    ├── DocumentError       a configuration, profile, model or side-data file is refused
    ├── DepositError        an escrow deposit is refused; nothing was changed
    │   └── Unchanged       there are no changes to write (directory.escrow.export.base)
    ├── ReaderLost          the process that read a deposit ended before it was done; nothing was changed
    ├── StoreError          the store cannot be used
    │   ├── StoreMissing    there is no store at this place
    │   ├── StoreVersion    the store was written by another version of the schema
    │   └── StoreBusy       another ingest is writing
    ├── ListenError         an address cannot be listened on (directory.listen)
    ├── NotWritten          a deposit cannot be written to a place (directory.escrow.outlet)
    ├── BadValue            a text is not of the format that it should be
    ├── NotAdmitted         a credential was given, and is not good
    ├── KeyRefused          a key cannot be added or revoked; nothing was changed
    └── QueryError          what the requester sent cannot be answered
        ├── Malformed       it cannot be understood
        └── Unsupported     it is understood, and not offered here
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_LONGEST = 2_000  # characters of a text in a finding: a stranger's value that it quotes may have millions


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what is wrong, where, and by which rule.

    `place` is an object ("domain example.test") or a path in a document ("domain[3].label"); `rule` names
    the clause; `line` is the line in the file, 0 where there is none; `hint` says what would mend it.
    `code` is the name that ICANN's registry system testing has for the fault, empty where it has none; `file` is
    the file of a deposit that the line is in, empty where that is the document itself.
    """

    place: str
    rule: str
    message: str
    element: str = ""
    line: int = 0
    hint: str = ""
    warning: bool = False
    code: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        for name in ("place", "message", "hint", "file"):
            text = getattr(self, name)
            if len(text) > _LONGEST:
                object.__setattr__(self, name, f"{text[:_LONGEST]} …")

    def to_text(self, file: str = "") -> str:
        """The finding on one line: `file:line: place: element: message [rule] (hint)`; `file` if it names none."""
        file = self.file or file
        where = f"{file}:{self.line}" if self.line else file
        parts = [part for part in (where, self.place, self.element) if part]
        mark = "note: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        rule = f"{self.rule}; {self.code}" if self.code else self.rule
        return f"{': '.join(parts)}: {mark}{self.message} [{rule}]{hint}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong, as an English text that can be translated where it is said. `values` stand for the words in
    braces; `detail` is what a library adds to it, in English alone."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""

    def __str__(self) -> str:
        said = self.spoken(str)
        return f"{said}: {self.detail}" if self.detail else said

    def spoken(self, translate: Callable[[str], str]) -> str:
        """The sentence as `translate` has its text."""
        said = translate(self.text)
        for word, value in self.values.items():
            said = said.replace(f"{{{word}}}", str(value))
        return said


class DirectoryError(Exception):
    """The root of what this package raises."""


class DocumentError(DirectoryError):
    """A document was refused; `findings` says why, each with its line."""

    def __init__(self, file: str, findings: Sequence[Finding]) -> None:
        self.file = file
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.to_text(file) for finding in findings))


class DepositError(DirectoryError):
    """A deposit was refused and nothing was changed; `findings` says why."""

    def __init__(self, file: str, findings: Sequence[Finding], hidden: int = 0) -> None:
        self.file = file
        self.findings = tuple(findings)
        self.hidden = hidden
        super().__init__("\n".join(finding.to_text(file) for finding in findings))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.file, self.findings, self.hidden)


class ReaderLost(DirectoryError):
    """The process that read a deposit ended before it was done; nothing was changed."""


class StoreError(DirectoryError):
    """The store cannot be used."""


class StoreMissing(StoreError):
    """There is no store at this place."""


class StoreVersion(StoreError):
    """The store was written by another version of the schema."""


class StoreBusy(StoreError):
    """Another ingest is writing to the store."""


class Forgotten(DirectoryError):
    """What was asked for may have been known once, and was erased."""


class BadValue(DirectoryError, ValueError):
    """A text is not of the format that it should be; `rule` is the clause, `said` what is wrong."""

    def __init__(self, message: str | Sentence, rule: str) -> None:
        self.rule = rule
        self.said = message if isinstance(message, Sentence) else Sentence(message)
        super().__init__(str(message))


class NotAdmitted(DirectoryError):
    """A credential was given and is not good: such a requester is never quietly the public. `reason` is a word:
    `unknown`, `expired`, `revoked` or `malformed`, of a key; a door has others for what is no key at all."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the credential is not good: {reason}")


class KeyRefused(DirectoryError):
    """A key cannot be added or revoked; nothing was changed."""


class QueryError(DirectoryError):
    """What the requester sent cannot be answered."""


class Malformed(QueryError):
    """The query cannot be understood; `said` is what is wrong with it."""

    def __init__(self, message: str | Sentence) -> None:
        self.said = message if isinstance(message, Sentence) else Sentence(message)
        super().__init__(str(message))


class Unsupported(QueryError):
    """The query is understood, and not offered here."""
