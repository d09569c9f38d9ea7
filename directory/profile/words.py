"""What profiles need of the catalogue: the elements by their keys."""

from __future__ import annotations

from typing import Protocol

from directory.model.element import Element


class Words(Protocol):
    """The catalogue as profiles and disclosure see it; `directory.model.catalogue.Catalogue` is one."""

    def __getitem__(self, key: str) -> Element:
        """The element of a key as `contact.voice`; KeyError if there is none."""

    def suggest(self, key: str) -> str:
        """A hint for a key that does not exist."""
