"""`dnrd profile audit`: every object of a store against a profile, whoever may see it (SAC054 §5)."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from directory.cli import grid
from directory.cli.profile.setting import PROFILE, Refusal, Setting, with_setting
from directory.cli.scanning import KINDS, scanned, with_objects

if TYPE_CHECKING:
    from directory.profile.audit import Audit, Total
    from directory.profile.constraint import Violation
    from directory.profile.profile import Profile
    from directory.store.scan import ObjectKind

_HEADS = ("Object", "Element", "Rule", "Objects", "Share", "Violations", "For example")


@click.command("audit")
@click.option("--profile", "name", required=True, metavar="P", help=f"The profile: {PROFILE}.")
@with_objects
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else it is printed."
)
@click.option("--no-values", is_flag=True, help="Leave out what was found, so that no value of an object is told.")
@with_setting()
def command(
    setting: Setting,
    name: str,
    kinds: Sequence[ObjectKind],
    sample: int | None,
    seed: int,
    form: str,
    out: Path | None,
    no_values: bool,
) -> None:
    """Check every object of a store against a profile.

    A profile asks of each element how many values it has, how long they are, in which format and language, and may
    have rules over several elements (SAC054 §5). An answer is checked only for what it shows. Here all is checked
    of each object, whoever may see it, so that a registry knows what its data lack before somebody asks for them.

    The table has totals: which rule is broken by which element, in how many objects, and in which, for example.
    With csv there is a row for each violation, with json both. An object is named by what it is looked up by, and
    `index` counts the values of the element from 0; without it the violation is not one of a single value.

    \b
        dnrd profile audit --profile gtld-rdap --store sqlite:///registry.db
        dnrd profile audit --profile mine.yaml --store sqlite:///registry.db --kind contact --sample 5000
        dnrd profile audit --profile gtld-rdap --store sqlite:///registry.db --format csv --out violations.csv

    THE OUTPUT HAS PERSONAL DATA IN IT. `observed` is what was found: where a format is broken that is the value
    itself, such as an e-mail address. --no-values leaves it out. The names of objects are always there.

    The exit code is 0 if nothing was found, 1 if something was, and 2 if the audit could not be made.
    """
    profile = setting.load(name)
    try:
        with _opened(out) as stream:
            audit = asyncio.run(
                _run(setting, profile, kinds, sample, seed, _FORMS[form](stream, profile, no_values))
            )
    except KeyboardInterrupt:
        raise Refusal("stopped; what was written is not whole") from None
    for each in _conclusion(audit):
        click.echo(each, err=True)
    raise SystemExit(1 if any(tally.violating for tally in audit.tallies.values()) else 0)


async def _run(
    setting: Setting, profile: Profile, kinds: Sequence[ObjectKind], sample: int | None, seed: int, sheet: _Sheet
) -> Audit:
    from directory.profile.audit import Audit, name_of

    audit = Audit(profile)
    chosen = [kind for kind in KINDS if kind in (kinds or audit.kinds)]
    for kind in chosen:
        if kind not in audit.kinds:
            raise Refusal(
                f"the profile {profile.name!r} says nothing of a {kind}, but of: {', '.join(audit.kinds)}"
            )
    async with setting.store(profile) as reader:
        sheet.begin()
        async for kind, hit in scanned(reader, chosen, sample, seed):
            for violation in audit.check(kind, hit.graph):
                sheet.add(kind, name_of(hit.graph), violation)
        sheet.end(audit)
    return audit


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO | None]:
    """The file, or None for standard output."""
    if out is None:
        yield None
        return
    try:
        stream = out.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    with stream:
        yield stream


class _Sheet:
    """The table of totals; the other forms write what they can while the audit is going on."""

    def __init__(self, stream: TextIO | None, profile: Profile, no_values: bool) -> None:
        self._stream = stream
        self._to = stream or sys.stdout
        self._profile = profile
        self._no_values = no_values

    def begin(self) -> None:
        """Before the first object."""

    def add(self, kind: str, name: str, violation: Violation) -> None:
        """A violation of an object."""

    def end(self, audit: Audit) -> None:
        """After the last object."""
        rows = [_row(each, audit) for each in audit.totals()]
        if rows:
            grid.show(rows, _HEADS, right=(3, 4, 5), to=self._stream)

    def _plain(self, kind: str, name: str, violation: Violation) -> dict[str, Any]:
        plain = {
            "kind": kind,
            "object": name,
            "element": violation.element,
            "index": violation.index if violation.index >= 0 else None,
            "rule": violation.rule,
            "observed": violation.observed,
        }
        if self._no_values:
            del plain["observed"]
        return plain


class _Csv(_Sheet):
    """A row for each violation (RFC 4180)."""

    def begin(self) -> None:
        from directory.markup.csv import cell  # no spreadsheet may take a registrant's name for a formula

        self._cell: Callable[[str], str] = cell
        columns = ["kind", "object", "element", "index", "rule"] + ["observed"] * (not self._no_values)
        self._writer = csv.writer(self._to)
        self._writer.writerow(columns)

    def add(self, kind: str, name: str, violation: Violation) -> None:
        values = self._plain(kind, name, violation).values()
        self._writer.writerow(["" if value is None else self._cell(str(value)) for value in values])

    def end(self, audit: Audit) -> None:
        pass


class _Json(_Sheet):
    """A document with each violation and the totals, written piece by piece."""

    def begin(self) -> None:
        self._separator = "\n"
        about = {"name": self._profile.name, "version": self._profile.version}
        self._to.write(f'{{"profile": {_dumped(about)},\n"violations": [')

    def add(self, kind: str, name: str, violation: Violation) -> None:
        self._to.write(self._separator + _dumped(self._plain(kind, name, violation)))
        self._separator = ",\n"

    def end(self, audit: Audit) -> None:
        objects = {
            kind: {"objects": each.objects, "violating": each.violating} for kind, each in audit.tallies.items()
        }
        totals = [_total(each, audit) for each in audit.totals()]
        lines = ",\n".join(map(_dumped, totals))
        self._to.write(f'],\n"objects": {_dumped(objects)},\n"totals": [\n{lines}]}}\n')


_FORMS: Mapping[str, type[_Sheet]] = {"table": _Sheet, "csv": _Csv, "json": _Json}


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _share(total: Total, audit: Audit) -> float:
    return total.objects / audit.tallies[total.kind].objects


def _row(total: Total, audit: Audit) -> tuple[str, ...]:
    share = f"{_share(total, audit):.2%}"
    numbers = (f"{total.objects:,}", share, f"{total.violations:,}")
    return (total.kind, total.element, total.rule, *numbers, ", ".join(total.examples))


def _total(total: Total, audit: Audit) -> dict[str, Any]:
    return {
        "kind": total.kind,
        "element": total.element,
        "rule": total.rule,
        "objects": total.objects,
        "share": round(_share(total, audit), 6),
        "violations": total.violations,
        "examples": total.examples,
    }


def _conclusion(audit: Audit) -> Iterator[str]:
    for kind, tally in audit.tallies.items():
        if tally.violating:
            share = tally.violating / tally.objects
            yield f"{kind}: {tally.violating:,} of {tally.objects:,} do not keep to the profile ({share:.2%})"
        else:
            yield f"{kind}: all {tally.objects:,} objects keep to the profile"
    if not audit.tallies:
        yield "the store has no such objects"
