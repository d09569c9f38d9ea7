"""Every object of a store, one after the other, with a bar on a terminal that says how far it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from directory.store.reader import Reader
    from directory.store.result import Hit
    from directory.store.scan import ObjectKind

KINDS: tuple[ObjectKind, ...] = ("domain", "host", "registrar", "contact")
_STEP = 256  # how many objects the bar goes on at a time, which costs more than reading one

Run = TypeVar("Run", bound=Callable[..., None])


def with_objects(run: Run) -> Run:
    """Gives a command the options --kind, --sample and --seed."""
    for option in (
        click.option(
            "--seed", type=int, default=0, show_default=True, help="Another seed, another sample of --sample."
        ),
        click.option(
            "--sample",
            metavar="N",
            type=click.IntRange(min=1),
            help="Only so many objects of each kind, drawn at random: enough to see how things are.",
        ),
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            type=click.Choice(KINDS),
            help="Only objects of this kind; may be given several times.",
        ),
    ):
        run = option(run)
    return run


async def scanned(
    reader: Reader, kinds: Sequence[ObjectKind], sample: int | None = None, seed: int = 0
) -> AsyncIterator[tuple[ObjectKind, Hit]]:
    """The objects of these kinds with their kind, all or a sample of each. Raises `StoreError`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        for kind in kinds:
            number = await reader.count(kind)
            task = bar.add_task(f"{kind}s", total=min(number, sample or number))
            count = 0
            async for hit in reader.scan(kind, sample=sample or 0, seed=seed):
                yield kind, hit
                count += 1
                if count % _STEP == 0:
                    bar.update(task, completed=count)
            bar.update(task, completed=count)
