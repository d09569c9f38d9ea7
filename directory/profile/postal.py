"""Which postal form is shown, and in which language it is (RFC 9022 §4.6.3, RFC 5646).

A deposit says of a postal form only that it is `int` or `loc`. Its language tag comes from a declared extension
(the table `postalLanguage`), else from the profile's default for the form, where the scripts of the texts fit that
language (`language.stands`), else from their script alone, as `und-Cyrl`; where they are of several there is none.
None is ever guessed. Texts without any letter, as "777", contradict no default: it is the registry's word and
stands.

Of the texts only those count that are shown under the tag. The tag is true of them, and tells nothing of what is
hidden. What is declared of a form is told if any text of the form is shown that is in a language, and if the
disclosure, where it has a rule on `postalLanguage`, shows it.

The form is chosen by texts that the requester is shown of every object (`settled`), and what may be seen is
decided without a look at the choice (`directory.profile.fact`): where the chosen form is hidden, it reads as
hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from directory import language
from directory.model.format import scripts, undetermined
from directory.model.registry import Extension

if TYPE_CHECKING:
    from directory.profile.disclosure import Disclosure, Rule

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

    def form(
        self,
        postal: Sequence[F],
        extensions: tuple[Extension, ...],
        texts: Callable[[F], Iterable[str]],
        told: frozenset[str],
    ) -> F | None:
        """The form that is shown, None if there is none; `texts` gives those of a form by which it is chosen, and
        `told` are the types of which a declared language may be told."""
        if self.reader and len(postal) > 1:
            for each in postal:
                tag = self.declared(each, extensions, told) or self.found(each.type, "\n".join(texts(each)))
                if _reads(self.reader, tag):
                    return each
        for type_ in self.forms:
            for each in postal:
                if each.type == type_:
                    return each
        return postal[0] if postal else None

    def declared(self, postal: Form, extensions: tuple[Extension, ...], told: frozenset[str]) -> str:
        """The language tag that is declared of a form, empty if there is none, or if it may not be `told`."""
        if postal.type not in told:
            return ""
        for extension in extensions:
            if extension.table == TABLE:
                values = extension.values.get(postal.type)
                if values:
                    return values[0]
        if postal.lang is None or postal.lang_origin in (None, "script"):
            return ""
        return postal.lang

    def found(self, type_: str, text: str) -> str:
        """The language tag of a text in a form of this type, if nothing is declared of it; empty if none can be
        told."""
        default = self.defaults.get(type_, "")
        if text.isascii():  # of which no script is told: an `int` form is in ASCII, whatever its language
            return default if default and _stands(default, _LATIN if _has_letter(text) else _NONE) else ""
        found = scripts(text)
        if default and _stands(default, found):
            return default
        return undetermined(found) or "" if type_ == "loc" else ""


_LATIN: frozenset[str] = frozenset({"Latn"})
_NONE: frozenset[str] = frozenset()


def _has_letter(text: str) -> bool:
    return text.lower() != text.upper()


@lru_cache(maxsize=1024)
def _stands(tag: str, found: frozenset[str]) -> bool:
    return language.stands(tag, found)


def told(disclosure: Disclosure, audiences: frozenset[str] | None) -> frozenset[str]:
    """The types of forms of which a declared language may be told to these audiences (None: who audits): of every
    object, where the disclosure has a rule on it. Without a rule it goes with the texts that it is of."""
    rules = {type_: disclosure.rule(TABLE, type_) for type_ in ("int", "loc")}
    return frozenset(
        type_ for type_, rule in rules.items() if audiences is None or rule is None or _is_settled(rule, audiences)
    )


def settled(
    shorts: Iterable[str], part: str, disclosure: Disclosure, audiences: frozenset[str] | None
) -> tuple[str, ...]:
    """Those of the elements of a part that are in a language and that these audiences are shown of every object,
    whatever is so of it; None: who audits is shown all."""
    spoken = [short for short in shorts if short in SPOKEN]
    if audiences is None:
        return tuple(spoken)
    return tuple([short for short in spoken if _is_settled(disclosure.rule(part, short), audiences)])


def _is_settled(rule: Rule | None, audiences: frozenset[str]) -> bool:
    return rule is not None and not rule.conditions(audiences) and not rule.show.isdisjoint(audiences)


@lru_cache(maxsize=4096)
def _reads(reader: str, tag: str) -> bool:
    """Whether who reads a language can be given a text under this tag as the one in it."""
    undetermined = language.primary(tag) == "und"
    return bool(tag) and (language.fits(reader, tag) if undetermined else _same(reader, tag))


def _same(reader: str, tag: str) -> bool:
    return language.primary(reader) == language.primary(tag)
