"""Where `profiles/` and `schemas/` are: in the wheel, or beside the package in a checkout.

No other module knows that, or reads a file of theirs by its path.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, cast

Kind = Literal["profiles", "schemas"]


def folder(kind: Kind) -> Traversable:
    """The folder: `directory/_data/<kind>` if the package was built, else the package's sibling."""
    package = files("directory")
    built = package / "_data" / kind
    if built.is_dir():
        return built
    # A checkout, an editable install, or either of them in a zip: Path and zipfile.Path both have a parent.
    beside = cast(Path, package).parent / kind
    if beside.is_dir():
        return beside
    raise FileNotFoundError(f"no folder {kind!r} in {package} or beside it: the installation is broken")


def find(kind: Kind, name: str) -> Traversable:
    """The file of a name within the folder, as `extensions/reseller.yaml`; KeyError if it is not there."""
    parts = name.split("/")
    place = folder(kind).joinpath(*parts)
    if not name or any(part in ("", ".", "..") or "\\" in part for part in parts) or not place.is_file():
        raise KeyError(f"{kind}/{name}")
    return place


def read(kind: Kind, name: str) -> str:
    """The text of a file, as `read("profiles", "gtld-whois.yaml")`."""
    return find(kind, name).read_text(encoding="utf-8")


def names(kind: Kind, under: str = "", suffix: str = ".yaml") -> tuple[str, ...]:
    """The names of the files with a suffix, sorted, each as `read` takes it; `under` is a folder within."""
    place = folder(kind).joinpath(*under.split("/")) if under else folder(kind)
    if not place.is_dir():
        return ()
    prefix = f"{under}/" if under else ""
    return tuple(sorted(prefix + entry.name for entry in place.iterdir() if entry.name.endswith(suffix)))


@cache
def schema(name: str) -> dict[str, Any]:
    """A JSON Schema by its short name: `schema("profile")` is `schemas/profile.schema.json`."""
    return cast(dict[str, Any], json.loads(read("schemas", f"{name}.schema.json")))
