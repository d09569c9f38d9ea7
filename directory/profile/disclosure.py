"""Who may see which element, decided once per registry, and how a withholding reads (RFC 9537, RFC 3375 §8.4).

A rule is found by the part that an element plays: `registrant.voice`, `host.addr`; `contact.voice` speaks of a
contact that was asked for by itself. An element without a rule, and not in the public list, cannot leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory.document import Document, Place
from directory.errors import Finding
from directory.model.catalogue import Catalogue

PUBLIC = "public"
ROLES = ("registrant", "admin", "tech", "billing")

_POSITIONAL = frozenset({"name", "street", "city", "sp", "pc"})


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """How an element that is withheld reads: `text` in a text reply; in RDAP declared by `method` under a
    `type` that IANA has registered or a `description` of our own, not declared if both are empty.

    It is the same whether the object holds a value or not, for else the declaration would tell which.
    """

    text: str = ""
    method: str = "removal"
    type: str = ""
    description: str = ""
    reason: str = ""

    @property
    def declared(self) -> bool:
        """Whether RDAP says that something was withheld (RFC 9537 §4.2)."""
        return bool(self.type or self.description)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which audiences see an element, and what the others see instead."""

    show: frozenset[str]
    redaction: Redaction


_EVERYONE = Rule(frozenset({PUBLIC}), Redaction())


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The rules of a registry by element in its part."""

    name: str
    version: str
    rules: Mapping[str, Rule]

    def rule(self, part: str, short: str) -> Rule | None:
        """The rule for an element in its part; None means that it cannot leave."""
        return self.rules.get(f"{part}.{short}")

    def shows(self, rule: Rule, audience: str) -> bool:
        """Whether this audience sees what the rule is about; what the public sees, everyone sees."""
        return audience in rule.show or PUBLIC in rule.show

    @property
    def audiences(self) -> frozenset[str]:
        """Every audience that a rule names, and the public."""
        return frozenset({PUBLIC}).union(*(rule.show for rule in self.rules.values()))


def from_document(document: Document) -> Disclosure:
    """The disclosure that a checked document says."""
    data = document.data
    text: str = data.get("text", "")
    rules = {key: _rule(rule, text) for key, rule in data.get("rules", {}).items()}
    rules.update((key, _EVERYONE) for key in data.get("public", ()))
    return Disclosure(data["disclosure"], data["version"], rules)


def check(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """The faults that the schema cannot see: keys, elements ruled twice, methods that do not fit."""
    data = document.data
    rules: Mapping[str, Any] = data.get("rules", {})
    for index, key in enumerate(data.get("public", ())):
        yield from _check_key(document, ("public", index), key, catalogue)
        if key in rules:
            said = f"{key} is public here and ruled on line {document.line(('rules', key))}"
            yield document.finding(("public", index), "one rule for each element", said)
    for key, rule in rules.items():
        yield from _check_key(document, ("rules", key), key, catalogue)
        yield from _check_method(document, key, rule)


def catalogue_key(key: str) -> str:
    """The element of the catalogue that a rule's key is about: `registrant.voice` is `contact.voice`."""
    part, _, short = key.partition(".")
    return f"contact.{short}" if part in ROLES else key


def _rule(data: Mapping[str, Any], text: str) -> Rule:
    hidden = data.get("hidden", {})
    rdap = hidden.get("rdap", {})
    redaction = Redaction(
        text=hidden.get("text", text),
        method=rdap.get("method", "removal"),
        type=rdap.get("name", ""),
        description=rdap.get("description", ""),
        reason=rdap.get("reason", ""),
    )
    return Rule(frozenset(data.get("show", ())), redaction)


def _check_key(document: Document, place: Place, key: str, catalogue: Catalogue) -> Iterator[Finding]:
    wanted = catalogue_key(key)
    try:
        element = catalogue[wanted]
    except KeyError:
        hint = catalogue.suggest(wanted)
        yield document.finding(place, "the catalogue (schemas/model.yaml)", f"{key!r} is no element", hint)
        return
    if element.never:
        yield document.finding(place, element.source, f"{key} is never stored nor served")


def _check_method(document: Document, key: str, rule: Mapping[str, Any]) -> Iterator[Finding]:
    """Positional fields are emptied, all others removed (RFC 9537 §3.1, §3.2)."""
    rdap = rule.get("hidden", {}).get("rdap")
    part, _, short = key.partition(".")
    if not rdap or part not in (*ROLES, "contact"):
        return
    method = rdap.get("method", "removal")
    place = ("rules", key, "hidden", "rdap")
    if method == "removal" and short in _POSITIONAL:
        said = f"{key} stands at a fixed position of the jCard and can only be emptied"
        yield document.finding(place, "RFC 9537 §3.1", said, "method: emptyValue")
    if method == "emptyValue" and short not in _POSITIONAL:
        said = f"{key} stands at no fixed position and can only be removed"
        yield document.finding(place, "RFC 9537 §3.2", said, "method: removal")
