"""A document with line marks: its plain data, and the places of faults in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.errors import Finding

Place = tuple[str | int, ...]

_BARE = re.compile(r"[^\s.\[\]]+\Z")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: its plain data, and the line of every place in it. `origins` says of what stands
    in another document that this one extends where it stands there, as `base.yaml:12`."""

    file: str
    data: Any
    lines: Mapping[Place, int] = field(repr=False)
    origins: Mapping[Place, str] = field(default_factory=dict, repr=False)

    def line(self, place: Place) -> int:
        """The line (from 1) of a place, as `("domain", 3, "label")`; of its nearest parent if it has none."""
        return self.lines.get(self._known(place), 0)

    def origin(self, place: Place) -> str:
        """Where a place stands in the document that this one has it from; nothing if it says it itself."""
        return self.origins.get(self._known(place), "")

    def _known(self, place: Place) -> Place:
        """The nearest place upwards of which there is a line."""
        return next((place[:end] for end in range(len(place), 0, -1) if self.lines.get(place[:end])), ())

    def finding(self, place: Place, rule: str, message: str, hint: str = "") -> Finding:
        """A fault at a place of this document; one of what it extends is told at the line where it does so, and
        says where it stands."""
        origin = self.origin(place)
        said = f"{message}, as {origin} says" if origin else message
        return Finding(to_text(place), rule, said, line=self.line(place), hint=hint)


def to_text(place: Place) -> str:
    """A place as it is written in findings: `domain[3].label`, `domain["clave rara"]`."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _BARE.match(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: "did you mean 'crDate'?", or nothing if none is near."""
    choices = {choice.casefold(): choice for choice in known}
    near = difflib.get_close_matches(word.casefold(), choices, n=2, cutoff=0.6) or _begun(word, choices)[:2]
    return f"did you mean {' or '.join(repr(choices[choice]) for choice in near)}?" if near else ""


def _begun(word: str, choices: Iterable[str]) -> list[str]:
    """Those that a word is the beginning of, as `lawenf` of `law-enforcement`."""
    letters = _letters(word)
    return [each for each in choices if len(letters) > 2 and _letters(each).startswith(letters)]


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))


def walk(data: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every place of plain data with its value, parents first."""
    yield place, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from walk(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk(value, (*place, index))
