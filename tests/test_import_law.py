"""The law of imports: a door knows the hall, the hall its rooms, the rooms the model, and never the other way."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import directory

HOUSE = Path(directory.__file__).parent
DOOR = {"answer", "errors", "language", "model", "profile", "query", "service"}
DOOR |= {"telemetry", "markup", "access", "resources"}
MAY_IMPORT = {
    "errors": set[str](),
    "resources": {"errors"},
    "document": {"errors"},
    "documentfile": {"errors", "document", "schema"},
    "schema": {"errors", "document", "resources"},
    "config": {"errors", "document", "documentfile", "schema", "resources", "access"},
    "language": set[str](),
    "listen": {"errors"},
    "model": {"errors", "language", "document", "documentfile", "resources"},
    "query": {"model"},
    "answer": {"model", "profile", "query"},
    "access": {"errors", "document", "documentfile", "query", "model"},
    "store": {"errors", "query", "model"},
    "profile": {
        "errors",
        "language",
        "document",
        "documentfile",
        "schema",
        "resources",
        "model",
        "access",
        "query",
    },
    # Of profiles only what a deposit shows of an object: export receives views.
    "escrow": {"errors", "document", "documentfile", "resources", "model", "store", "profile"},
    "service": {"access", "answer", "errors", "model", "profile", "query", "store"},
    "telemetry": {"errors", "answer", "model", "profile", "query"},
    "markup": {"answer", "language", "profile", "query"},
    "whois": DOOR,
    "rdap": DOOR,
}
"""Which room may import which; app, cli, supervisor and worker stand above all and may import any."""
ABOVE = {"app", "cli", "supervisor", "worker", "__init__", "__main__"}
ONLY_IN = {
    "sqlalchemy": {"store"},
    "asyncpg": {"store"},
    # In escrow as a sorter alone: rows of tables that do not fit into the memory.
    "sqlite3": {"store", "escrow"},
    "lxml": {"escrow", "markup"},
    "aiohttp": {"rdap", "telemetry", "app"},
    "babel": {"language", "model", "profile"},
    "yaml": {"documentfile", "schema", "escrow"},
}
"""Where a library may be used; everywhere else its work is asked for by its meaning."""


def imports() -> Iterator[tuple[str, str, str]]:
    """The room, the place, and the module imported, for every import of the house."""
    for path in sorted(HOUSE.rglob("*.py")):
        place = path.relative_to(HOUSE)
        room = place.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            line = getattr(node, "lineno", 0)
            if isinstance(node, ast.ImportFrom) and node.module:
                base = node.module
                names = [f"{base}.{alias.name}" for alias in node.names] if base == "directory" else [base]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                yield room, f"directory/{place}:{line}", name


def test_rooms_import_only_what_stands_below_them() -> None:
    for room, place, name in imports():
        parts = name.split(".")
        if room in ABOVE or parts[0] != "directory" or len(parts) < 2 or parts[1] == room:
            continue
        assert room in MAY_IMPORT, f"{place}: say in MAY_IMPORT what the new room {room!r} may import"
        allowed = ", ".join(sorted(MAY_IMPORT[room])) or "nothing"
        assert parts[1] in MAY_IMPORT[room], (
            f"{place} imports {name}, but {room}/ may import only: {allowed}. "
            "Pass it in as an argument from app.py, or move what is needed to a lower room."
        )


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_stays_in_its_rooms(library: str) -> None:
    for room, place, name in imports():
        if name.split(".")[0] == library:
            rooms = " and ".join(sorted(ONLY_IN[library]))
            assert room in ONLY_IN[library], f"{place} imports {name}, which only {rooms} may"


def test_a_door_never_imports_another_door() -> None:
    doors = {"whois", "rdap", "web"}
    for room, place, name in imports():
        other = name.split(".")[1] if name.startswith("directory.") else ""
        assert not (room in doors and other in doors - {room}), (
            f"{place} imports {name}: doors do not know each other"
        )


def test_no_files_import_each_other_in_a_circle() -> None:
    """Not within functions either, nor for types alone: whoever reads a file can begin with what it imports."""
    files = {".".join(path.relative_to(HOUSE.parent).with_suffix("").parts): path for path in HOUSE.rglob("*.py")}
    below: dict[str, set[str]] = {}
    for file, path in files.items():
        found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        names = {f"{node.module}.{alias.name}" for node in found for alias in node.names}
        modules = {str(node.module) for node in found}
        below[file] = (names | modules) & set(files)
    try:
        graphlib.TopologicalSorter(below).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(reversed(error.args[1]))}")
