"""`dnrd profile variability`: the same element as several profiles say it (SAC054 conclusion 3)."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from directory.cli import grid
from directory.cli.profile.setting import Setting, with_setting

if TYPE_CHECKING:
    from directory.profile.profile import Profile
    from directory.profile.variability import Row, Saying, Summary


@click.command("variability")
@click.argument("names", nargs=-1, required=True, metavar="P Q [R…]")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--only", type=click.Choice(["differing"]), help="Only what is not the same in all profiles.")
@click.option("--lang", metavar="TAG", help="Labels in this language, where a profile has it.")
@with_setting(store=False)
def command(setting: Setting, names: Sequence[str], form: str, only: str | None, lang: str | None) -> None:
    """Compare how the profiles P, Q and others say each element: of services, of registries.

    Each is a file, or the name of a profile that is shipped or configured. One element may stand under several
    labels, in several formats and lengths, as often as one registry likes and another does not, in another order,
    for other people. SAC054 calls that variability, and a common model is there to reduce it (conclusion 3).

    The table has a row for each element of a kind of object, in its part. A column says how a profile has it: its
    label, cardinality, format, length, language tag and #place, and the smallest audiences that see it, with a *
    if only under a condition. A dash stands where a profile does not say an element.

    \b
        dnrd profile variability gtld-whois gtld-rdap
        dnrd profile variability gtld-whois mine.yaml yours.yaml --only differing
        dnrd profile variability gtld-whois mine.yaml --format csv > variability.csv

    Where no label is said, as in RDAP, there is none that could differ. Of elements in another order, the fewest
    are told that would have to be moved.
    """
    if len(names) < 2:
        raise click.UsageError("name two profiles or more: there is nothing to compare one with")
    from directory.profile.variability import compare, summary

    profiles = [setting.load(name) for name in names]
    profiles = [each.speaking((lang,)) for each in profiles] if lang else profiles
    rows = compare(profiles)
    shown = [row for row in rows if row.varies] if only else rows
    titles = _titles(names, profiles)
    _FORMS[form](shown, titles, summary(rows))


def _titles(names: Sequence[str], profiles: Sequence[Profile]) -> list[str]:
    """What the columns are called: by the profiles, by what was typed where that is not clear."""
    called = [profile.name for profile in profiles]
    return [name if called.count(name) == 1 else typed for name, typed in zip(called, names, strict=True)]


def _table(rows: Sequence[Row], titles: Sequence[str], total: Summary) -> None:
    heads = ("Object", "Element", "Differs in", *titles)
    lines = [(row.key.kind, row.key.element, _verdict(row), *map(_cell, row.sayings)) for row in rows]
    grid.show(lines, heads)
    click.echo()
    for line in _conclusion(total, len(titles)):
        click.echo(line)


def _verdict(row: Row) -> str:
    return ", ".join([*row.differing, *([] if row.is_common else ["presence"])])


def _cell(saying: Saying | None) -> str:
    if saying is None:
        return "-"
    asked = (saying.label, saying.cardinality, saying.format, _sized(saying.length), _tagged(saying.language))
    return "; ".join([*filter(None, asked), f"#{saying.order}", ", ".join(saying.audiences) or "nobody"])


def _sized(length: str) -> str:
    return f"length {length}" if length else ""


def _tagged(language: str) -> str:
    return f"language {language}" if language else ""


def _conclusion(total: Summary, number: int) -> Iterator[str]:
    yield (
        f"{total.elements:,} elements, {total.common:,} in all {number} profiles; "
        f"{total.same:,} of these are the same everywhere"
    )
    found = {aspect: count for aspect, count in total.aspects.items() if count}
    if found:
        yield "differing in: " + ", ".join(f"{aspect} {count:,}" for aspect, count in found.items())


def _json(rows: Sequence[Row], titles: Sequence[str], total: Summary) -> None:
    plain = {
        "profiles": list(titles),
        "summary": asdict(total),
        "elements": [
            {
                "object": row.key.kind,
                "element": row.key.element,
                "common": row.is_common,
                "differing": list(row.differing),
                "sayings": {
                    title: asdict(saying) if saying is not None else None
                    for title, saying in zip(titles, row.sayings, strict=True)
                },
            }
            for row in rows
        ],
    }
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def _csv(rows: Sequence[Row], titles: Sequence[str], total: Summary) -> None:
    from directory.profile.variability import ASPECTS

    writer = csv.writer(sys.stdout)
    writer.writerow(["object", "element", "common", "differing", *(f"{t}.{a}" for t in titles for a in ASPECTS)])
    for row in rows:
        cells = [_plain(each, aspect) for each in row.sayings for aspect in ASPECTS]
        writer.writerow([*row.key, "yes" if row.is_common else "no", " ".join(row.differing), *cells])


def _plain(saying: Saying | None, aspect: str) -> str:
    value: Any = getattr(saying, aspect) if saying is not None else ""
    return " ".join(value) if isinstance(value, tuple) else str(value)


_FORMS = {"table": _table, "json": _json, "csv": _csv}
