"""What `--help` teaches: every command has an example, says how it ends, and no option goes without a word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from directory.cli import main


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that is no group, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(main))
ENDS_ONE_WAY = {
    ("config",),
    ("key", "list"),
    ("profile", "schema"),
    ("profile", "variability"),
    ("model", "report"),
}
"""Who has no bad answer: they print what they are asked for, or were called wrong."""
UNTIL_TOLD = {("watch",)}


def help_of(*words: str) -> str:
    done = CliRunner(env={"COLUMNS": "120"}).invoke(main, [*words, "--help"], prog_name="dnrd")
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_of_itself(path: tuple[str, ...]) -> None:
    text = help_of(*path).partition("\n")[2]  # without the line of its usage
    assert f"dnrd {' '.join(path)}" in text


@pytest.mark.parametrize("path", sorted(COMMANDS.keys() - ENDS_ONE_WAY - UNTIL_TOLD), ids=" ".join)
def test_every_command_says_how_it_ends(path: tuple[str, ...]) -> None:
    assert "exit code" in " ".join(help_of(*path).split())


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=map(" ".join, COMMANDS))
def test_every_option_says_what_it_is_unless_its_values_do(path: tuple[str, ...], command: click.Command) -> None:
    for option in command.params:
        if isinstance(option, click.Option) and not isinstance(option.type, click.Choice):
            assert option.help, f"{' '.join(path)}: {option.opts}"


def test_the_commands_are_listed_with_a_whole_line_about_each() -> None:
    for group in ((), ("profile",), ("key",), ("model",)):
        listed = help_of(*group).rpartition("Commands:\n")[2]
        assert "..." not in listed
        assert all(len(line.split(maxsplit=1)) == 2 for line in listed.splitlines())


def test_every_command_of_a_group_is_one_of_the_module_of_its_name() -> None:
    for path, command in COMMANDS.items():
        assert command.name == path[-1]


def test_the_list_of_commands_loads_none_of_them() -> None:
    code = (
        "import sys; from directory.cli import main; main(['--help'], standalone_mode=False);"
        "print([each for each in sys.modules if each.startswith('directory.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "['directory.cli.lazy']"


@pytest.mark.parametrize("words", [("qurey",), ("profile", "lst"), ("key", "ad")])
def test_a_command_that_is_not_there_is_a_line_and_a_code(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, words, prog_name="dnrd")
    assert done.exit_code == 2
    assert f"No such command '{words[-1]}'" in done.stderr
