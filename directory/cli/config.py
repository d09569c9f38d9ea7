"""`dnrd config`: the settings, as a table, an example file, a JSON Schema, or a table for the manual."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from directory import config


@click.command("config")
@click.option("--example", "form", flag_value="example", help="A configuration file to begin with.")
@click.option("--schema", "form", flag_value="schema", help="The JSON Schema of the configuration file.")
@click.option("--markdown", "form", flag_value="markdown", help="The table of settings in Markdown.")
def command(form: str | None) -> None:
    """Show the settings and their defaults.

    \b
    dnrd config                        the settings as a table
    dnrd config --example > dnrd.yaml  a file to edit; then: dnrd serve --config dnrd.yaml
    """
    if form == "example":
        click.echo(config.example(), nl=False)
    elif form == "schema":
        click.echo(json.dumps(config.schema(), indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(config.markdown(), nl=False)
    else:
        _print_table()


def _print_table() -> None:
    table = Table("Setting", "Type", "Default", "What it is", box=None, pad_edge=False)
    for row in config.table():
        table.add_row(*row)
    # Where nobody looks, nothing is cut off.
    console = Console()
    console = console if console.is_terminal else Console(width=200)
    console.print(table)
