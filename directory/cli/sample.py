"""`dnrd sample`: a made-up registry as an escrow deposit (RFC 9022), to try things with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from directory.escrow.sample import Sample, write_sample

DEFAULT_WATERMARK = "2026-01-01T00:00:00Z"


class Instant(click.ParamType[datetime]):
    """An RFC 3339 instant in UTC."""

    name = "instant"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an RFC 3339 instant", param, ctx)
        if instant.utcoffset() is None or instant.utcoffset():
            self.fail(f"{value!r} is not in UTC: it should end in Z", param, ctx)
        return instant.astimezone(UTC)


@click.command("sample")
@click.option("--domains", type=click.IntRange(min=1), default=1000, show_default=True, help="How many domains.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another registry.")
@click.option("--tld", default="example", show_default=True, help="The registry's domain, of one label or more.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The deposit; compressed if the name ends in .gz. Side data goes beside it.",
)
@click.option(
    "--watermark",
    type=Instant(),
    default=DEFAULT_WATERMARK,
    show_default=True,
    help="The instant that the deposit speaks of, in UTC.",
)
def command(domains: int, seed: int, tld: str, out: Path, watermark: datetime) -> None:
    """Write a made-up FULL deposit; the same arguments give the same octets.

    Nobody in it exists: names, people, addresses and numbers are made up. What a deposit has no place for, such as
    the registrars' abuse desks, is written beside it, into OUT.registrars.yaml.

    \b
        dnrd sample --out deposit.xml.gz
        dnrd ingest --store sqlite:///registry.db --registrars deposit.xml.gz.registrars.yaml deposit.xml.gz
    \b
        dnrd sample --domains 100000 --tld co.test --watermark 2026-02-01T00:00:00Z --out february.xml.gz

    A thousand domains take about 200 KB, compressed, and less than a second. The exit code is 1 if OUT cannot be
    written.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("objects", total=None)
        try:
            sample = write_sample(
                out, domains=domains, seed=seed, tld=tld, watermark=watermark,
                progress=lambda written, total: bar.update(task, advance=written, total=total),
            )  # fmt: skip
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror or error}") from error
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--tld or --domains") from error
    click.echo(_summary(sample))


def _summary(sample: Sample) -> str:
    counts = ", ".join(f"{_kind(uri)} {number:,}" for uri, number in sample.counts.items())
    return f"{sample.deposit}: {counts}; side data in {sample.side.name}"


def _kind(uri: str) -> str:
    """The last part of an object URI, without version and without `rde`."""
    name = uri.rpartition(":")[2].rpartition("-")[0].removeprefix("rde")
    return name if name.isupper() else name[:1].lower() + name[1:]
