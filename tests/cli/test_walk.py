"""The walk-through of the README, walked: its documents, its commands, and what it shows of their output."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from directory.cli import main

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"```(yaml|console)\n(.*?)```", re.DOTALL)


def walk() -> str:
    found = re.search(r"<!-- walk -->\n(.*?)<!-- /walk -->", README.read_text(), re.DOTALL)
    assert found
    return found[1]


def steps(block: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that are shown of its output."""
    command, shown = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)
    yield command, shown


def pattern_of(shown: list[str]) -> re.Pattern[str]:
    """What the output has to be: `…` alone stands for any lines, and at the end of a line for the rest of it."""
    text = ""
    for line in shown:
        if line == "…":
            text += r"(.*\n)*"
        elif line.endswith("…"):
            text += re.escape(line.removesuffix("…").rstrip()) + r".*\n"
        else:
            text += re.escape(line) + r" *\n"
    return re.compile(text)


def arguments(command: str) -> list[str]:
    """As a shell would hand them over."""
    program, *words = shlex.split(command)
    assert program == "dnrd"
    return [each for word in words for each in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]


def test_a_newcomer_who_copies_every_command_sees_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    codes = {}
    for language, block in _BLOCK.findall(walk()):
        if language == "yaml":
            data = yaml.safe_load(block)
            (tmp_path / f"{data.get('profile') or data['disclosure']}.yaml").write_text(block, encoding="utf-8")
            continue
        for command, shown in steps(block):
            done = CliRunner(env={"COLUMNS": "200"}).invoke(main, arguments(command), prog_name="dnrd")
            output = done.stdout.replace("\r\n", "\n")
            assert pattern_of(shown).fullmatch(output), f"{command}\n{output}{done.stderr}"
            codes[" ".join(command.split()[1:3])] = done.exit_code
    assert codes.pop("profile diff") == 1
    assert set(codes.values()) == {0}
    assert len(codes) >= 7


def test_a_walk_that_shows_something_else_would_be_seen() -> None:
    assert pattern_of(["a", "…", "b…"]).fullmatch("a\nx\ny\nb c\n")
    assert pattern_of(["a", "…"]).fullmatch("a\n")
    assert not pattern_of(["a", "b"]).fullmatch("a\nc\n")
    assert not pattern_of(["a"]).fullmatch("a\nb\n")
