"""Which postal form is shown, and in which language it is (RFC 9022 §4.6.3, RFC 5646).

A deposit says of a postal form only that it is `int` or `loc`. Its language tag comes from a declared extension
(the table `postalLanguage`), else from the profile's default for the form, where the script of the text fits that
language, else from the script alone, as `und-Cyrl`. None is ever guessed.

The form is chosen without a look at what may be seen of it, and what may be seen is decided without a look at the
choice (`directory.profile.fact`): where the chosen form is hidden, it reads as hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypeVar

from directory import language
from directory.model.registry import Extension

TABLE = "postalLanguage"
TEXTS = frozenset({"name", "org", "street", "city", "sp", "pc", "cc"})
"""The elements that a postal form holds."""
SPOKEN = frozenset({"name", "org", "street", "city", "sp"})
"""Those of them that are in a language."""


class Form(Protocol):
    """A postal form of a contact or a registrar."""

    @property
    def type(self) -> str:
        """`int` or `loc`."""

    @property
    def lang(self) -> str | None:
        """The tag that the store has for it."""

    @property
    def lang_origin(self) -> str | None:
        """Where that tag came from."""


F = TypeVar("F", bound=Form)


@dataclass(slots=True)
class Choice:
    """How postal forms are chosen: the types in the order of preference; `both`, or the one in the language that
    the requester reads; `defaults` are language tags by type. `reader` is that language, set anew for each object
    that is presented, for there are too many languages to compile for each."""

    forms: tuple[str, ...]
    both: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""

    def form(self, postal: Sequence[F], extensions: tuple[Extension, ...]) -> F | None:
        """The form that is shown, None if there is none."""
        if self.reader and len(postal) > 1:
            for each in postal:
                if _reads(self.reader, self.tag(each, extensions)):
                    return each
        for type_ in self.forms:
            for each in postal:
                if each.type == type_:
                    return each
        return postal[0] if postal else None

    def tag(self, postal: Form, extensions: tuple[Extension, ...]) -> str:
        """The language tag of a form, empty where none is known."""
        for extension in extensions:
            if extension.table == TABLE:
                values = extension.values.get(postal.type)
                if values:
                    return values[0]
        own = postal.lang or ""
        default = self.defaults.get(postal.type, "")
        if default and postal.lang_origin in (None, "script") and (not own or _fits(default, own)):
            return default
        return own


@lru_cache(maxsize=1024)
def _fits(tag: str, script: str) -> bool:
    return language.fits(tag, script)


@lru_cache(maxsize=4096)
def _reads(reader: str, tag: str) -> bool:
    """Whether who reads a language can be given a text under this tag as the one in it."""
    undetermined = language.primary(tag) == "und"
    return bool(tag) and (language.fits(reader, tag) if undetermined else _same(reader, tag))


def _same(reader: str, tag: str) -> bool:
    return language.primary(reader) == language.primary(tag)
