"""What two profiles make of the same object: what would change for those who ask if one took the other's place.

A view is flattened into cells by the paths of its elements. Of text, a cell has what stands on the page: its
label, the values as they are written there, and what stands for those that are withheld. Of all other markup,
where keys are the standard's, it has the values and how their withholding is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from directory.language import said
from directory.profile.constraint import Violated
from directory.profile.layout import Entry
from directory.profile.paths import POSTAL, lines, parts
from directory.profile.postal import TEXTS
from directory.profile.redaction import Redaction
from directory.profile.view import View

if TYPE_CHECKING:
    from directory.access.standing import Standing
    from directory.model.graph import Graph
    from directory.profile.profile import Profile

Values = tuple[str, ...]
TEXT = "text"

CHANGES = ("appears", "disappears", "value", "label", "redaction", "order")
"""What can happen to an element; `order` happens to an object as a whole."""


class Cell(NamedTuple):
    """What is said of an element at a path: its values in each part that has the path, under which label, and how
    the withholding of those that are not there reads."""

    values: tuple[Values, ...]
    redaction: str = ""
    label: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is a value."""
        return any(value for values in self.values for value in values)

    def to_text(self) -> str:
        """The values, or what stands instead of them."""
        found = [value for values in self.values for value in values]
        return ", ".join(found) if found else self.redaction


Cells = Mapping[str, Cell]
Flatten = Callable[[View], Cells]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an element of an object: one of CHANGES, with what is said before and after."""

    path: str
    what: str
    before: str
    after: str


_Reads = Callable[[Redaction, bool], str]


def reading(redaction: Redaction, profile: Profile, is_left: bool = True) -> str:
    """How a withholding reads in the markup of a profile, where something is left or not; empty if it is not to be
    seen there."""
    if profile.terms.markup == TEXT:
        return said(redaction.text, profile.language)
    if not redaction.declared:
        return ""
    reason = f" ({redaction.reason})" if redaction.reason else ""
    # Of what is cut nothing may be left: then it reads as if it had been taken away (RFC 9537 §3.1).
    method = redaction.method if is_left or redaction.cut is None else "removal"
    return f"{method}: {redaction.type or redaction.description}{reason}"


def flattener(profile: Profile) -> Flatten:
    """What makes cells of the views of a profile."""
    read: dict[tuple[int, bool], tuple[Redaction, str]] = {}

    def reads(redaction: Redaction, is_left: bool) -> str:
        known = read.get((id(redaction), is_left))
        if known is None:
            known = read[id(redaction), is_left] = (redaction, reading(redaction, profile, is_left))
        return known[1]

    if profile.terms.markup != TEXT:
        return lambda view: _declared(view, reads)
    layouts = {kind: _lines(profile, kind) for kind in profile.layouts}
    return lambda view: _written(view, layouts.get(view.table, ()), reads)


def _declared(view: View, reads: _Reads) -> Cells:
    """The cells of a view whose keys are those of a standard."""
    cells: dict[str, Cell] = {}
    for path, part in parts(view):
        redacted = part.redacted
        for short in (*part.fields, *(short for short in redacted if short not in part.fields)):
            text = reads(redacted[short], short in part.fields) if short in redacted else ""
            _add(cells, f"{path}.{short}", part.fields.get(short, ()), text)
    return cells


def _add(cells: dict[str, Cell], path: str, values: Values, redaction: str = "", label: str = "") -> None:
    if not values and not redaction:
        return
    cell = cells.get(path)
    if cell is None:
        cells[path] = Cell((values,), redaction, label)
    else:
        cells[path] = cell._replace(values=(*cell.values, values), redaction=cell.redaction or redaction)


_Written = tuple[str, str, str, Entry]
"""The path of a part, the short name of an element in it, its label and its entry."""


def _lines(profile: Profile, kind: str) -> Sequence[_Written]:
    """The lines of a layout in their order, each followed by that of the second postal form."""
    found: list[_Written] = []
    for line in lines(profile.layouts[kind], kind):
        if isinstance(line.item, Entry):  # a fixed line is the same for every object
            at, _, short = line.path.rpartition(".")
            found.append((at, short, line.label, line.item))
            if profile.translation and short in TEXTS:
                second = replace(line.item, show_empty=False)
                found.append((f"{at}/{POSTAL}", short, f"{line.label} ({profile.translation})", second))
    return found


def _written(view: View, layout: Sequence[_Written], reads: _Reads) -> Cells:
    """The cells of a view that is written line by line."""
    found: dict[str, list[View]] = {}
    for path, part in parts(view):
        found.setdefault(path, []).append(part)
    cells: dict[str, Cell] = {}
    for at, short, label, entry in layout:
        for part in found.get(at, ()):
            values = _as_written(entry, part.fields.get(short))
            redaction = part.redacted.get(short)
            text = reads(redaction, False) if redaction is not None and not values else ""
            empty = ("",) if entry.show_empty and not values and not text else ()
            _add(cells, f"{at}.{short}", values or empty, text, label)
    return cells


def _as_written(entry: Entry, values: Values | None) -> Values:
    if entry.some:
        return (entry.some,) if values is not None else (entry.none,)
    if values is None:
        return ()
    if entry.display is not None:
        values = tuple(map(entry.display, values))
    if entry.join and not entry.together:
        values = (entry.join.join(values),)
    return tuple(entry.text.replace("{value}", value) for value in values) if entry.text else values


def changes(before: Cells, after: Cells, *, ordered: bool) -> Iterator[Change]:
    """What happens to the elements of an object; with `ordered`, also whether they stand in another order."""
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path, _NOTHING), after.get(path, _NOTHING)
        if old == new:
            continue
        what = _what(old, new)
        if what:
            yield Change(path, what, old.to_text(), new.to_text())
        if old.label != new.label and (not what or (old is not _NOTHING and new is not _NOTHING)):
            yield Change(path, "label", old.label, new.label)
    if ordered:
        yield from _moved([path for path in before if path in after], [path for path in after if path in before])


_NOTHING = Cell(())


def _what(old: Cell, new: Cell) -> str:
    """What happens to the values, or to what stands instead of them."""
    if old.is_shown is not new.is_shown:
        return "appears" if new.is_shown else "disappears"
    if old.is_shown and old.values != new.values:
        return "value"
    return "redaction" if old.redaction != new.redaction else ""


def _moved(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    if before != after:
        first = next(index for index, path in enumerate(before) if path != after[index])
        yield Change("", "order", ", ".join(before[first : first + 3]), ", ".join(after[first : first + 3]))


@dataclass(slots=True)
class Count:
    """How many objects of a kind a change happens to, with the first of them."""

    audience: str
    kind: str
    path: str
    what: str
    name: str
    before: str
    after: str
    objects: int = 0


@dataclass(slots=True)
class Tally:
    """How many objects of a kind were looked at for an audience, and how many change."""

    objects: int = 0
    changed: int = 0


class Comparison:
    """Compares what two profiles say of objects, one by one, and counts the changes; of each it keeps an example.

    `tallies` is by audience and kind of object.
    """

    def __init__(self, before: Profile, after: Profile) -> None:
        self._before, self._after = _Side(before), _Side(after)
        # The order of members is RFC 9083's over RDAP; elsewhere it is the profile's.
        self._ordered = "rdap" not in (before.service, after.service)
        self.tallies: dict[tuple[str, str], Tally] = {}
        self._counts: dict[tuple[str, str, str, str], Count] = {}

    def add(self, kind: str, name: str, graph: Graph, standing: Standing) -> None:
        """Compare what is said of an object to this requester."""
        tally = self.tallies.setdefault((standing.audience, kind), Tally())
        tally.objects += 1
        old, new = self._before.cells(graph, standing), self._after.cells(graph, standing)
        if old == new and list(old) == list(new):
            return
        found = list(changes(old, new, ordered=self._ordered))
        tally.changed += bool(found)
        for each in found:
            key = (standing.audience, kind, each.path, each.what)
            count = self._counts.get(key)
            if count is None:
                count = self._counts[key] = Count(*key, name, each.before, each.after)
            count.objects += 1

    def counts(self) -> list[Count]:
        """The changes by audience and kind, those of most objects first."""
        order = {key: index for index, key in enumerate(self.tallies)}
        return sorted(
            self._counts.values(),
            key=lambda each: (order[each.audience, each.kind], -each.objects, each.path, CHANGES.index(each.what)),
        )


class _Side:
    """One of the profiles: what it says of an object, as cells."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._flatten = flattener(profile)

    def cells(self, graph: Graph, standing: Standing) -> Cells:
        """Nothing, if it does not speak to such a requester or refuses the object."""
        if not self._profile.is_for(standing.audience):
            return {}
        try:
            return self._flatten(self._profile.present(graph, standing))
        except Violated:
            return {}
