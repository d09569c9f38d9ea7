"""The command line: `dnrd`, for operators and policy people."""

from __future__ import annotations

import importlib

import click

_COMMANDS = (
    "check-deposit",
    "config",
    "expire",
    "export",
    "forget",
    "history",
    "ingest",
    "key",
    "model",
    "profile",
    "query",
    "sample",
    "serve",
    "watch",
)


class _Lazy(click.Group):
    """Loads a command's module when it is asked for, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"directory.cli.{cmd_name.replace('-', '_')}").command
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dnrd", prog_name="dnrd")
def main() -> None:
    """A registration data directory: an escrow deposit in, WHOIS and RDAP out.

    Two commands make a directory of a registry's deposit:

    \b
        dnrd ingest --store sqlite:///registry.db deposit.xml.gz
        dnrd serve  --store sqlite:///registry.db

    and then

    \b
        whois -h 127.0.0.1 -p 4343 NAME
        curl http://127.0.0.1:8080/rdap/domain/NAME

    No deposit at hand? `dnrd sample` makes one up.
    """
