"""Every value of a deposit, one by one: the text of each element, each attribute, and each element that says
something by being there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

_KEYS = ("name", "id", "aName")
"""What tells one object from another of its kind."""


def leaves(deposit: Path) -> Iterator[tuple[str, str]]:
    """The path and the value of every leaf of a deposit.

    A path is of local names, as prefixes are the deposit's own affair. Objects are told apart by their key, as in
    `domain example1.example/exDate`. An empty element without attributes has the value "".
    """
    root = etree.parse(deposit).getroot()
    yield from _attributes(root, "deposit")
    for child in root.iterchildren(etree.Element):
        if _local(child) != "contents":
            yield from _walk(child, _local(child))
            continue
        for element in child.iterchildren(etree.Element):
            yield from _walk(element, _title(element))


def _title(element: etree._Element) -> str:
    kind = _local(element)
    for key in _KEYS:
        if kind != "idnTableRef" and (found := element.find(f"{{*}}{key}")) is not None:
            return f"{kind} {(found.text or '').strip()}"
    return kind


def _walk(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    yield from _attributes(element, path)
    children = list(element.iterchildren(etree.Element))
    text = (element.text or "").strip()
    assert not (text and children), f"{path} has both text and elements"
    if text or (not children and not element.attrib):
        yield path, text
    for child in children:
        yield from _walk(child, f"{path}/{_local(child)}")


def _attributes(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield f"{path}@{etree.QName(str(name)).localname}", str(value)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
