"""Reads what others keep of a registry: its EPP greeting, and the lists of IANA."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from directory.errors import DocumentError, Finding
from directory.escrow import namespace as ns
from directory.escrow.check.known import Greeting
from directory.escrow.fields import token

_LARGEST = 1 << 20
_REPOSITORY = re.compile(r"\w{1,8}\Z")
_NUMBER = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


def load_greeting(path: Path) -> Greeting:
    """The URIs of an EPP greeting (RFC 5730 §2.4). Raises `DocumentError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_octets(path), parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(path, f"it is no well-formed XML: {error.msg}", "XML 1.0 §2.1", error.lineno or 0) from None
    menu = root.find(f"{{{ns.EPP}}}greeting/{{{ns.EPP}}}svcMenu")
    if menu is None:
        raise _refusal(path, "there is no epp:svcMenu in an epp:greeting", "RFC 5730 §2.4", root.sourceline or 0)
    objects, extensions = (
        frozenset(map(token, menu.iter(f"{{{ns.EPP}}}{local}"))) for local in ("objURI", "extURI")
    )
    return Greeting(objects, extensions)


def load_registrars(path: Path) -> frozenset[int]:
    """The numbers of IANA's registrar ids: of each line what stands before the first comma, if it is a number.
    Raises `DocumentError`."""
    return frozenset(int(cell) for cell in _first_cells(path, _NUMBER))


def load_repositories(path: Path) -> frozenset[str]:
    """The repository ids that IANA registers for EPP: of each line what stands before the first comma, if it is of
    their form (RFC 5730 §2.8). Raises `DocumentError`."""
    return frozenset(_first_cells(path, _REPOSITORY))


def _first_cells(path: Path, form: re.Pattern[str]) -> list[str]:
    try:
        lines = _octets(path).decode().splitlines()
    except UnicodeDecodeError as error:
        raise _refusal(path, f"it is no UTF-8: {error.reason}", "RFC 3629 §3", 0) from None
    cells = [cell for line in lines if form.match(cell := line.partition(",")[0].strip().strip('"'))]
    if not cells:
        raise _refusal(path, "no line begins with an id", "one id on each line", 1)
    return cells


def _octets(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            octets = file.read(_LARGEST + 1)
    except OSError as error:
        raise _refusal(path, f"it cannot be read: {error.strerror or error}", "a list is a file", 0) from None
    if len(octets) > _LARGEST:
        raise _refusal(path, f"it has more than {_LARGEST >> 20} MiB", "a list is short", 0)
    return octets


def _refusal(path: Path, message: str, rule: str, line: int) -> DocumentError:
    return DocumentError(str(path), [Finding("list", rule, message, line=line)])
