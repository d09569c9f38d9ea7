"""What was found when a deposit was checked, for people and for programs (schemas/escrow-report.schema.json)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from directory.errors import DepositError, Finding
from directory.escrow.check.level import Level
from directory.escrow.check.table import CODES
from directory.escrow.fields import Report
from directory.escrow.header import Frame, Header

if TYPE_CHECKING:
    from directory.escrow.source import Source


@dataclass(slots=True)
class Findings(Report):
    """Collects findings: of each code the first `most`, so that many do not hide the few; and counts them all."""

    most: int = 100
    numbers: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """How many there are of a code, or where there is none, of a clause; and whether they are notes."""

    def add(self, finding: Finding, times: int = 1) -> None:
        """Keep a finding, or count it if there are enough of its kind; `times` if it stands for so many."""
        key = finding.code or finding.rule, finding.warning
        kept = self.numbers[key] < self.most and len(self.findings) < self.cap
        self.numbers[key] += times
        if not finding.warning:
            self.faults += times
        if kept:
            self.findings.append(finding)
        self.hidden += times - kept

    def complete(self, error: DepositError) -> None:
        """Add what ended the reading, where it is not here yet: what is refused on the way is."""
        there = set(self.findings)
        for finding in error.findings:
            if finding not in there:
                self.add(finding)

    def sorted(self) -> list[Finding]:
        """Those that are kept, in the order of the files: first what is of no file."""
        return sorted(self.findings, key=lambda one: (one.file, one.line))

    def refusal(self, file: str) -> DepositError:
        """Why a deposit is refused."""
        refusing = [one for one in self.sorted() if not one.warning]
        return DepositError(file, refusing, self.faults - len(refusing))

    def noted(self) -> dict[str, int]:
        """What refuses nothing, as sentences: the first of each code, or else of each clause, and how many."""
        said: dict[tuple[str, bool], Finding] = {}
        for one in self.findings:
            name = one.code or one.rule, one.warning
            if one.warning:
                said.setdefault(name, one)
        sentences = {_noted(one): self.numbers[name] for name, one in said.items()}
        return {**sentences, **self.notes}


@dataclass(frozen=True, slots=True)
class Result:
    """A deposit that was checked: what it says of itself, if it was readable, how many objects of which URI it
    has, and what was found."""

    file: str
    level: Level
    header: Header | None
    frame: Frame | None
    objects: Mapping[str, int]
    found: Findings
    seconds: float

    @classmethod
    def of(cls, path: Path, level: Level, source: Source | None, found: Findings, seconds: float) -> Result:
        """Of a source as far as it was read; None if there was nothing to read."""
        header, frame = (source.header, source.frame) if source else (None, None)
        return cls(str(path), level, header, frame, dict(source.counts) if source else {}, found, seconds)

    @property
    def passed(self) -> bool:
        """Whether nothing was found that refuses it."""
        return not self.found.faults

    @property
    def rate(self) -> float:
        """Objects a second."""
        return sum(self.objects.values()) / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "file": self.file,
            "level": self.level.to_text(),
            "passed": self.passed,
            "deposit": _deposit(self.header, self.frame),
            "objects": dict(self.objects),
            "codes": [_code(name, note, number) for (name, note), number in sorted(self.found.numbers.items())],
            "findings": [_finding(finding) for finding in self.found.sorted()],
            "hidden": self.found.hidden,
            "notes": [{"message": message, "number": number} for message, number in self.found.notes.items()],
            "seconds": round(self.seconds, 3),
            "rate": round(self.rate),
        }

    def to_text(self) -> Iterator[str]:
        """The report as lines."""
        for finding in self.found.sorted():
            yield finding.to_text(self.file)
        for message, number in self.found.notes.items():
            yield f"{self.file}: note: {message}{_times(number)}"
        if self.found.hidden:
            yield f"{self.found.hidden:,} more not shown"
        if self.found.numbers:
            yield ""
        for (name, is_note), number in sorted(self.found.numbers.items(), key=lambda one: (one[0][1], one[0][0])):
            first = next((one for one in self.found.findings if (one.code, one.warning) == (name, is_note)), None)
            rule = CODES.get(name)
            says = f"  {_says(first) if first else rule.says} ({rule.case})" if rule else ""
            yield f"{'note   ' if is_note else 'refused'} {number:>9,}  {name}{says}"
        yield ""
        if self.header and self.frame:
            of = f"{self.frame.type} {self.frame.id} of {self.header.repository}, watermark {self.frame.watermark}"
            yield f"{of}: {sum(self.objects.values()):,} objects"
        outcome = "passed" if self.passed else f"refused, for {self.found.faults:,} findings"
        speed = f"{self.seconds:.1f} s ({self.rate:,.0f} objects a second)"
        yield f"{outcome} at the level {self.level.to_text()}, in {speed}"


def _says(one: Finding) -> str:
    """What is wrong in general, by the rule of its code; what has the code for another reason says it itself."""
    rule = CODES.get(one.code)
    return rule.says if rule and rule.clause == one.rule else one.message


def _noted(one: Finding) -> str:
    rule = CODES.get(one.code)
    about = ": ".join(part for part in (one.place, one.element) if part)
    whose = "" if one.place == "deposit" else f", as {about}"
    is_of_rule = rule and rule.clause == one.rule
    what = f"{_says(one)}{whose}: {one.message}" if is_of_rule else f"{about}: {one.message}"
    return f"{what} [{one.rule}{f'; {one.code}' if one.code else ''}]"


def _times(number: int) -> str:
    return f" ({number:,} times)" if number > 1 else ""


def _deposit(header: Header | None, frame: Frame | None) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if header:
        plain |= {"repositoryType": header.repository_type, "repository": header.repository}
    if frame:
        plain |= {"type": frame.type, "id": frame.id, "prevId": frame.prev_id, "resend": frame.resend}
        plain |= {"watermark": frame.watermark}
    return plain


def _code(name: str, is_note: bool, number: int) -> dict[str, Any]:
    rule = CODES.get(name)
    named = {"code": name, "test": rule.case} if rule else {"code": "", "test": ""}
    return {**named, "rule": rule.clause if rule else name, "severity": _severity(is_note), "number": number}


def _finding(one: Finding) -> dict[str, Any]:
    rule = CODES.get(one.code)
    return {
        "severity": _severity(one.warning),
        "code": one.code,
        "test": rule.case if rule else "",
        "rule": one.rule,
        "object": one.place,
        "element": one.element,
        "message": one.message,
        "file": one.file,
        "line": one.line,
        "hint": one.hint,
    }


def _severity(is_note: bool) -> str:
    return "note" if is_note else "error"
