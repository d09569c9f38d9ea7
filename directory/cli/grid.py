"""Rows as a table: on a terminal with some colour, elsewhere as plain aligned text, which tools can cut."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from typing import TextIO

import click


def show(
    rows: Iterable[Sequence[str]],
    heads: Sequence[str] = (),
    right: Collection[int] = (),
    to: TextIO | None = None,
) -> None:
    """Print rows of as many cells each, under heads if there are any; the columns `right` are numbers. It goes to
    standard output unless another place is given."""
    lines = [tuple(row) for row in rows]
    if to is None and sys.stdout.isatty():
        _draw(lines, heads, right)
    elif lines or heads:
        _write([tuple(heads), *lines] if heads else lines, right, to)


def _draw(lines: Sequence[Sequence[str]], heads: Sequence[str], right: Collection[int]) -> None:
    from rich.console import Console  # 80 ms, for a terminal only
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, show_header=bool(heads), header_style="bold")
    for column in range(len(heads or lines[0]) if heads or lines else 0):
        head = heads[column] if heads else ""
        grid.add_column(head, justify="right" if column in right else "left")
    for line in lines:
        grid.add_row(Text(line[0], style="cyan"), *map(Text, line[1:]))
    Console().print(grid)


def _write(lines: Sequence[Sequence[str]], right: Collection[int], to: TextIO | None) -> None:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip(), file=to)
