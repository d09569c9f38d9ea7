"""The report: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench.figure import RATIO, Figure, Section
from tests.bench.plan import Plan

_WIDTH = 170
_KEY = (
    "Medians of the rounds, and the least and the most of them. A ratio compares rounds that ran side by side;",
    "per second of the process: both rates divided by the share of the core that the server's process took,",
    "which is the fairer of the two where the load or other programs kept a server from its core.",
)


def print_report(
    plan: Plan, facts: Mapping[str, str], sections: Sequence[Section], failed: Mapping[str, str]
) -> None:
    """Everything, on standard output."""
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDTH)
    console.print(f"{plan.names:,} names, {plan.rounds} rounds of at most {plan.seconds:g} s after a warm-up")
    for name, value in facts.items():
        console.print(f"  {name:<10} {escape(value)}", highlight=False)
    for section in sections:
        console.print()
        console.print(_table(section))
    for part, reason in failed.items():
        console.print(f"\n{part} FAILED: {escape(reason)}", highlight=False)
    console.print()
    for line in _KEY:
        console.print(line, highlight=False)


def to_json(plan: Plan, facts: Mapping[str, str], sections: Sequence[Section], failed: Mapping[str, str]) -> str:
    """The same as JSON."""
    plain: dict[str, Any] = {
        "plan": {"names": plan.names, "rounds": plan.rounds, "seconds": plan.seconds, "seed": plan.seed},
        "machine": dict(facts),
        "parts": {
            section.part: {"title": section.title, "figures": [each.to_plain() for each in section.figures]}
            for section in sections
        },
        "failed": dict(failed),
    }
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def write_json(file: Path, text: str) -> None:
    """Into a file, whole or not at all."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)


def _table(section: Section) -> Table:
    table = Table(box=None, pad_edge=False, title=section.title, title_justify="left", title_style="bold")
    table.add_column("", no_wrap=True, min_width=46)
    for column in ("median", "least", "most"):
        table.add_column(column, justify="right", no_wrap=True, min_width=8)
    for column, width in (("", 16), ("target", 6), ("", 10)):
        table.add_column(column, no_wrap=True, min_width=width)
    for figure in section.figures:
        table.add_row(*_row(figure))
    return table


def _row(figure: Figure) -> tuple[str, ...]:
    spread = figure.spread
    values = [number(value, figure.unit) for value in (spread.median, spread.least, spread.most)]
    if len(spread.rounds) == 1:
        values[1:] = ["", ""]
    return escape(figure.name), *values, figure.unit, figure.target, escape(figure.note)


def number(value: float, unit: str) -> str:
    """With as many digits as mean something."""
    if unit == RATIO:
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
