"""`dnrd profile check`: every fault of profiles and disclosures, before a server refuses them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from directory.cli.profile.setting import (
    Key,
    Reading,
    Setting,
    Source,
    key_of,
    references,
    shipped,
    since,
    with_setting,
)
from directory.document import Document, suggest
from directory.errors import DocumentError, Finding
from directory.profile import advice, condition
from directory.profile.audience import PUBLIC
from directory.profile.loader import Library, document_of, is_disclosure, named
from directory.profile.paths import lines
from directory.profile.profile import Profile


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--together",
    is_flag=True,
    help="Check also that a server can have all of them, and no others, as its setting `profiles`.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_setting(store=False)
def command(setting: Setting, files: Sequence[str], together: bool, form: str) -> None:
    """Check profiles and disclosures: the faults of all FILEs at once, each with line, rule and hint.

    A FILE is a document, or the name of a shipped one. What it extends and the disclosure that it names are
    checked as well; they are looked for among the FILEs, beside the file, in the configuration, and among the
    shipped. A disclosure can be checked alone. A document is checked as of its date, and as of each later date of
    what it refers to.

    \b
        dnrd profile check mine.yaml
        dnrd profile check drafts/*.yaml
        dnrd profile check --together mine-whois.yaml mine-rdap.yaml mine-disclosure.yaml
        dnrd profile check --format json mine.yaml

    What is not wrong, but was probably not meant, is a note. The exit code is 0 if there is no fault, 1 if there
    is one.
    """
    checking = _Checking(setting)
    checking.read(files)
    checking.build()
    if together and not checking.faults:
        checking.build_together()
    if form == "json":
        click.echo(json.dumps(checking.to_plain(), ensure_ascii=False, indent=2))
    else:
        for line in checking.to_text():
            click.echo(line)
    raise SystemExit(1 if checking.faults else 0)


@dataclass(slots=True)
class _Checked:
    """A document that was asked for, with what it came to: neither is there if it was refused."""

    file: str
    document: Document | None
    profile: Profile | None = None


class _Collected(Reading):
    """Documents of which the faults are collected. `given` are those that were asked for, `entered` those that are
    right as far as they stand alone, and all that they refer to with them."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(Library(setting.catalogue), setting.configured())
        self.given: dict[Key, list[Source]] = {}
        self.entered: dict[str, Document] = {}
        self.findings: dict[str, dict[Finding, None]] = {}
        self._refused: set[Key] = set()

    def places(self, key: Key, folder: Path | None) -> list[tuple[Source, Path | None]]:
        """What was asked for goes before all else."""
        if key in self.given:
            return [(each, _folder(each)) for each in self.given[key]]
        return super().places(key, folder)

    def enter(self, document: Document) -> None:
        """Put a document into the library if nothing is wrong with it."""
        broken = [name for of_disclosure, name in references(document) if (of_disclosure, name) in self._refused]
        self._refused.add(key_of(document))
        with self.collecting():
            self.library.add(document)
            if broken:
                said = f"it was checked only by itself, for there are faults in {' and '.join(broken)}"
                self.note(document.file, [Finding("", "what it refers to is right", said, warning=True)])
                return
            self._refused.discard(key_of(document))
            self.entered[document.file] = document

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Take note of faults, and go on."""
        try:
            yield
        except DocumentError as error:
            self.note(error.file, error.findings)

    def note(self, file: str, findings: Iterable[Finding]) -> None:
        """Take note of the findings in a file, each once."""
        self.findings.setdefault(file, {}).update(dict.fromkeys(findings))


def _folder(source: Source) -> Path | None:
    return source.parent if isinstance(source, Path) else None


class _Checking:
    """Checks documents: each by itself, with what it refers to, and all together."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._reading = _Collected(setting)
        self._checked: list[_Checked] = []

    @property
    def faults(self) -> int:
        """How many faults there are."""
        return sum(1 for found in self._reading.findings.values() for each in found if not each.warning)

    def read(self, files: Iterable[str]) -> None:
        """Read the documents, and before each what it refers to."""
        reading = self._reading
        sources = [named(name) for name in dict.fromkeys(files)]
        for source in sources:
            if isinstance(source, Path) and source.name == str(source) and not source.exists():
                hint = suggest(str(source), shipped()) or f"a file, or one of {', '.join(shipped())}"
                said = "there is neither such a file, nor is a document of this name shipped"
                reading.note(str(source), [Finding("", "a file or a name", said, hint=hint)])
        sources = [each for each in sources if str(each) not in reading.findings]
        for source in sources:
            with reading.collecting():
                reading.given.setdefault(key_of(document_of(source)), []).append(source)
        for source in sources:
            with reading.collecting():
                reading.add(source, _folder(source))
            file = str(source) if isinstance(source, Path) else source.name
            self._checked.append(_Checked(file, reading.entered.get(file)))

    def build(self) -> None:
        """Check each profile with all that it refers to, then what may not be meant."""
        for each in self._checked:
            if each.document is not None and not is_disclosure(each.document):
                self._build(each, each.document)
        for each in self._checked:
            if each.document is not None and is_disclosure(each.document):
                self._advise(each.document)

    def build_together(self) -> None:
        """Check that a server can have these and no others, on every day: what they extend, and is not among them,
        is not in force."""
        library, today = Library(self._setting.catalogue), self._setting.today
        with self._reading.collecting():
            library.add_all([each.document for each in self._checked if each.document is not None])
            for day in sorted({today, *(each for each in library.dates() if each > today)}):
                self._note_unspoken(library.profiles(day), day)

    def _note_unspoken(self, profiles: Sequence[Profile], day: date) -> None:
        """Note which door of a server has no profile among these, for it does not start with one."""
        for service in ("whois", "rdap"):
            if not any(each.service == service and each.is_for(PUBLIC) for each in profiles):
                later = f" on {day}" if day > self._setting.today else ""
                said = f"no profile is bound to the service {service!r}{later}: a server with it does not start"
                hint = f"check one with them, as gtld-{service}, or serve with --no-{service}"
                finding = Finding("", "a profile for each service", said, hint=hint, warning=True)
                self._reading.note(self._checked[0].file, [finding])

    def _build(self, each: _Checked, document: Document) -> None:
        reading = self._reading
        first = max(self._setting.today, since(document))
        later = [since(other) for other in reading.entered.values() if key_of(other) == key_of(document)]
        last = min((day for day in later if day > since(document)), default=date.max)
        for day in sorted({first, *(day for day in reading.library.dates() if first < day < last)}):
            with reading.collecting():
                profile = reading.library.build(document, day)
                if each.profile is None:
                    each.profile = profile
                    reading.note(document.file, advice.of_profile(reading.library.whole(document, day)))

    def _advise(self, document: Document) -> None:
        name = document.data["disclosure"]
        profiles = [
            each.profile for each in self._checked if each.profile and each.profile.disclosure.name == name
        ]
        self._reading.note(document.file, advice.of_disclosure(document, profiles))
        self._reading.note(document.file, condition.idle(document, self._setting.catalogue))

    def to_text(self) -> Iterator[str]:
        """The findings of each file, then what each document without a fault is."""
        for file, finding in self._found():
            yield finding.to_text(file)
        for each in self._checked:
            if not self._has_faults(each):
                yield f"{each.file}: right: {_described(each, self._setting.today)}"
        if self.faults:
            yield _counted(self.faults, "fault")

    def _has_faults(self, each: _Checked) -> bool:
        found = self._reading.findings.get(each.file, ())
        is_whole = each.profile is not None or (each.document is not None and is_disclosure(each.document))
        return not is_whole or any(not finding.warning for finding in found)

    def _found(self) -> Iterator[tuple[str, Finding]]:
        """The findings with their files: first those of what was asked for, in that order."""
        found = self._reading.findings
        for file in dict.fromkeys((*(each.file for each in self._checked), *found)):
            for finding in found.get(file, ()):
                yield file, finding

    def to_plain(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "faults": self.faults,
            "documents": [
                {"file": each.file, "right": not self._has_faults(each), **_plain(each)} for each in self._checked
            ],
            "findings": [
                {
                    "file": file,
                    "line": each.line,
                    "place": each.place,
                    "message": each.message,
                    "rule": each.rule,
                    "hint": each.hint,
                    "fault": not each.warning,
                }
                for file, each in self._found()
            ],
        }


def _plain(each: _Checked) -> dict[str, Any]:
    """What a document is, as far as it could be read."""
    if each.document is None:
        return {}
    data = each.document.data
    if is_disclosure(each.document):
        # Who extends has the public of what is extended.
        names = list(dict.fromkeys([*([] if "extends" in data else ["public"]), *data.get("audiences", {})]))
        return {
            "disclosure": data["disclosure"],
            "version": data["version"],
            "from": data["from"],
            "extends": data.get("extends", ""),
            "public": len(data.get("public", ())),
            "rules": len(data.get("rules", {})),
            "audiences": names,
        }
    found = {"profile": data["profile"], "version": data["version"], "from": data["from"]}
    return found if each.profile is None else {**found, **_of_profile(each.profile)}


def _of_profile(profile: Profile) -> dict[str, Any]:
    terms = profile.terms
    return {
        "title": profile.title,
        "service": terms.service,
        "zones": terms.tlds,
        "for": sorted(terms.audiences),
        "markup": terms.markup,
        "languages": terms.languages,
        "elements": {kind: sum(1 for _ in lines(layout, kind)) for kind, layout in profile.layouts.items()},
        "disclosure": profile.disclosure.name,
        "audiences": profile.disclosure.audiences.names,
    }


def _described(each: _Checked, today: date) -> str:
    """What a document is, in a line."""
    plain = _plain(each)
    late = ", not yet" if plain["from"] > today.isoformat() else ""
    if each.profile is None:
        base = f"extends {plain['extends']}, and of its own: " if plain["extends"] else ""
        return (
            f"disclosure {plain['disclosure']} {plain['version']} from {plain['from']}{late}; {base}"
            f"{_counted(plain['public'], 'element')} public, {_counted(plain['rules'], 'rule')}, "
            f"audiences {', '.join(plain['audiences']) or 'none'}"
        )
    kinds = ", ".join(f"{kind} ({number} elements)" for kind, number in plain["elements"].items())
    whom = f" to {', '.join(plain['for'])}" if plain["for"] else ""
    spoken = ", ".join(plain["languages"])
    return (
        f"profile {plain['profile']} {plain['version']} from {plain['from']}{late}; "
        f"{plain['service']} of {', '.join(plain['zones'])}{whom}, {plain['markup']} in {spoken}; "
        f"{kinds}; disclosed by {plain['disclosure']} to {', '.join(plain['audiences'])}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"
