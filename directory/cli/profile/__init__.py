"""`dnrd profile`: the tools of those who decide what is said, and to whom."""

from __future__ import annotations

import importlib

import click

_COMMANDS = ("audit", "check", "diff", "explain", "list", "preview", "schema", "variability")


class _Lazy(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"directory.cli.profile.{cmd_name}").command
        return command


@click.group("profile", cls=_Lazy)
def command() -> None:
    """Check, explain, try and compare profiles and disclosures: what is said of a name, and to whom.

    A profile says what a service tells of an object, in which order and words; a disclosure says who may see what.
    From an idea to what is served:

    \b
        dnrd profile list                                     what there is, and what is in force
        dnrd profile check mine.yaml                          is it right?
        dnrd profile preview one.example --profile mine.yaml  what would be answered
        dnrd profile diff gtld-whois mine.yaml                what would change, over all objects
        dnrd profile explain registrant.voice --object one.example --audience public
                                                              why is it shown, or not
    """
