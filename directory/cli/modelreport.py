"""`dnrd model report`: how full and how varied each element of a store is (SAC054 §7, recommendation 1)."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from directory.cli import grid
from directory.cli.profile.setting import Refusal, Setting, with_setting
from directory.cli.scanning import KINDS, scanned, with_objects

if TYPE_CHECKING:
    from directory.profile.inventory import Inventory, Measure
    from directory.store.scan import ObjectKind

_HEADS = (
    "Object",
    "Element",
    "Filled",
    "Share",
    "Values",
    "Most",
    "Length",
    "Scripts",
    "Languages",
    "Most frequent",
)
_SHOWN = 4
"""How many scripts, languages and values a cell of the table has room for."""


@click.command("report")
@with_objects
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@with_setting()
def command(setting: Setting, kinds: Sequence[ObjectKind], sample: int | None, seed: int, form: str) -> None:
    """Report how a registry fills the data model, element by element.

    Which elements are there, and in how many objects; how many values, and the most in one; the lengths of values
    in code points (shortest, median, that of 95 in a hundred, longest); the scripts that they are in, by ISO
    15924, where Zyyy has no letters; and the language tags, with where each came from: a declared extension, or
    the script of the text. So a profile can ask for what there is, and comments on the model have numbers in them
    (SAC054, recommendation 1). Both postal forms of a contact are looked at.

    The most frequent values are told of statuses, countries and other codes, and never of what could be personal.
    A share is of the objects, or of the parts, that could have the element: of a dnssec element, of the records.

    \b
        dnrd model report --store sqlite:///registry.db
        dnrd model report --store sqlite:///registry.db --kind contact --sample 10000
        dnrd model report --store sqlite:///registry.db --format json > report.json
    """
    try:
        inventory = asyncio.run(_run(setting, [kind for kind in KINDS if kind in (kinds or KINDS)], sample, seed))
    except KeyboardInterrupt:
        raise Refusal("stopped") from None
    _FORMS[form](list(inventory.measures()))


async def _run(setting: Setting, kinds: Sequence[ObjectKind], sample: int | None, seed: int) -> Inventory:
    from directory.profile.inventory import Inventory

    inventory = Inventory(setting.catalogue, kinds)
    async with setting.store(subordinates=True) as reader:
        async for kind, hit in scanned(reader, kinds, sample, seed):
            inventory.add(kind, hit.graph)
    return inventory


def _table(measures: Sequence[Measure]) -> None:
    grid.show([_row(each) for each in measures if each.owners], _HEADS, right=(2, 3, 4, 5))


def _row(measure: Measure) -> tuple[str, ...]:
    return (
        measure.kind,
        measure.element.key,
        f"{measure.filled:,}",
        f"{measure.share:.1%}",
        f"{measure.values:,}",
        f"{measure.most:,}",
        " ".join(str(each) for each in _lengths(measure).values() if each is not None),
        _shares(measure.scripts),
        _shares(measure.languages),
        _shares(measure.forms),
    )


def _lengths(measure: Measure) -> dict[str, int | None]:
    lengths = measure.lengths
    return {
        "shortest": lengths.shortest,
        "median": lengths.quantile(0.5),
        "p95": lengths.quantile(0.95),
        "longest": lengths.longest if lengths.shortest is not None else None,
    }


def _shares(counts: Counter[str], most: int = _SHOWN) -> str:
    total = counts.total()
    said = [f"{word} {_percent(count / total)}" for word, count in counts.most_common(most)]
    return ", ".join(said) + (f", {len(counts) - most} more" if len(counts) > most else "")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "<1%"


def _plain(measure: Measure) -> dict[str, Any]:
    return {
        "object": measure.kind,
        "element": measure.element.key,
        "type": measure.element.type,
        "owners": measure.owners,
        "filled": measure.filled,
        "share": round(measure.share, 6),
        "values": measure.values,
        "most": measure.most,
        **_lengths(measure),
        "scripts": dict(measure.scripts.most_common()),
        "languages": dict(measure.languages.most_common()),
        "forms": dict(measure.forms.most_common()),
    }


def _json(measures: Sequence[Measure]) -> None:
    lines = ",\n".join(json.dumps(_plain(each), ensure_ascii=False) for each in measures)
    click.echo(f"[{lines}]")


def _csv(measures: Sequence[Measure]) -> None:
    from directory.markup.csv import cell

    rows = [_plain(each) for each in measures]
    writer = csv.writer(sys.stdout)
    writer.writerow(rows[0])
    writer.writerows([cell(_flat(value)) for value in row.values()] for row in rows)


def _flat(value: Any) -> str:
    """A value as one cell; counts with their words, most frequent first."""
    if isinstance(value, Mapping):
        return "; ".join(f"{word} {count}" for word, count in value.items())
    return "" if value is None else str(value)


_FORMS = {"table": _table, "json": _json, "csv": _csv}
