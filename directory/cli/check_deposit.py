"""`dnrd check-deposit`: what is wrong with an escrow deposit (RFC 8909, RFC 9022, ICANN RST), without a store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from directory import config
from directory.cli import intaking
from directory.cli.stopping import Stopping, stopping
from directory.config import Settings
from directory.errors import BadValue, DirectoryError
from directory.escrow.check.known import HOSTS, MODELS, Known
from directory.escrow.check.level import Level
from directory.escrow.check.lists import load_greeting, load_registrars, load_repositories
from directory.escrow.check.run import Check
from directory.escrow.envelope.openpgp import Keys
from directory.model.catalogue import Catalogue
from directory.model.name import to_ascii
from directory.profile.formats.country import assigned

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _a_label(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value and to_ascii(value)
    except BadValue as error:
        raise click.BadParameter(str(error)) from error


@click.command("check-deposit")
@click.argument("deposit", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--level",
    type=click.Choice([level.to_text() for level in Level]),
    default=Level.STRICT.to_text(),
    show_default=True,
    help="lenient: it can be read and stored; normal: and does not contradict itself; strict: and would pass RST.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--tld", callback=_a_label, help="The TLD that it should be of; else that of its header.")
@click.option("--model", type=click.Choice(MODELS), help="The data model: whether there are contacts.")
@click.option("--hosts", type=click.Choice(HOSTS), help="How name servers are kept.")
@click.option(
    "--idn-table", "tables", multiple=True, metavar="ID", help="An IDN table of the TLD; may be repeated."
)
@click.option("--no-idn-tables", is_flag=True, help="The TLD has no IDN tables.")
@click.option("--greeting", type=_FILE, help="The greeting of the registry's EPP server.")
@click.option("--registrar-ids", type=_FILE, help="IANA's registrar ids, one on a line, or their CSV.")
@click.option("--repository-ids", type=_FILE, help="IANA's EPP repository ids, one on a line, or their CSV.")
@click.option("--key", type=_FILE, help=config.help_of("escrow_key"))
@click.option("--passphrase", type=_FILE, help=config.help_of("escrow_passphrase"))
@click.option("--signer", type=_FILE, help="The public key that has to have signed it; else the configured one.")
@click.option(
    "--config", "file", type=_FILE, help="A file of settings, as for `dnrd serve`: the keys, and the limits."
)
@click.option("--extension", "extensions", multiple=True, type=_FILE, help="A document that declares elements.")
@click.option(
    "--most", type=click.IntRange(1), default=100, show_default=True, help="Findings shown of each code."
)
def command(deposit: Path, level: str, form: str, most: int, file: Path | None, **given: Any) -> None:
    """Check an escrow deposit and tell all that is wrong with it, by the codes of ICANN's registry system testing.

    FILE is what an operator deposits (.ryde), an archive, a folder, or the XML document alone; tables of the CSV
    model are looked for beside it. What no option tells is not checked. The exit code is 1 if the deposit would be
    refused at the level.

    \b
        dnrd check-deposit deposit.xml.gz
        dnrd check-deposit --tld example --model maximum --format json example_2026-06-01_full_S1_R0.ryde
    """
    try:
        settings = intaking.escrow_settings(file, key=given["key"], passphrase=given["passphrase"])
        catalogue = Catalogue.load([*map(Path, settings.extensions), *given["extensions"]])
        asked = Level.from_text(level)
        with stopping() as stop, _progress(deposit, stop) as progress:
            check = Check(
                asked,
                _known(given, intaking.own_objects(catalogue, asked)),
                catalogue,
                most,
                _keys(deposit, settings, given),
                intaking.limits_of(settings),
                progress,
                work=intaking.work_of(settings),
            )
            result = check.run(deposit)
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException("stopped; the deposit is not checked") from None
    if form == "json":
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        for line in result.to_text():
            click.echo(line)
    raise SystemExit(0 if result.passed else 1)


def _known(given: dict[str, Any], extensions: frozenset[str]) -> Known:
    tables: Sequence[str] = given["tables"]
    if tables and given["no_idn_tables"]:
        raise click.UsageError("--no-idn-tables and --idn-table exclude each other")
    return Known(
        tld=given["tld"],
        model=given["model"],
        hosts=given["hosts"],
        idn_tables=frozenset(tables) if tables or given["no_idn_tables"] else None,
        greeting=load_greeting(path) if (path := given["greeting"]) else None,
        registrars=load_registrars(path) if (path := given["registrar_ids"]) else None,
        repositories=load_repositories(path) if (path := given["repository_ids"]) else None,
        countries=assigned(),
        extensions=extensions,
    )


def _keys(deposit: Path, settings: Settings, given: dict[str, Any]) -> Keys:
    """What opens an envelope: a signer that is given is that of every repository, for there is only one."""
    keys = intaking.keys_of(settings)
    tld = given["tld"] or deposit.name.partition("_")[0]
    return replace(keys, signers={tld: given["signer"]}) if given["signer"] else keys


@contextmanager
def _progress(deposit: Path, stop: Stopping) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; where it goes on, it is seen whether somebody asked to stop."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    size = deposit.stat().st_size if deposit.is_file() else None
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(deposit.name, total=size)

        def progress(octets: int) -> None:
            stop.check()
            bar.advance(task, octets)

        yield progress
