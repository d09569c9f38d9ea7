"""Groups of commands whose modules are loaded when they are asked for, so that each starts as fast as it can."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of which each command is the `command` of the module of its name in a package."""

    def __init__(self, *args: Any, package: str, modules: Mapping[str, str], **kwargs: Any) -> None:
        """`modules` has the names of the commands, in which a hyphen is an underscore of the module's, and a line
        about each, for the list of them."""
        super().__init__(*args, **kwargs)
        self._package = package
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, loaded now; None if there is none of this name."""
        if cmd_name not in self._modules:
            return None
        module = importlib.import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, of which none is loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._modules.items()))
