"""How an element that is withheld reads: the methods of RFC 9537 §3, and the text of text replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory.document import Document, Place
from directory.errors import Finding
from directory.model.element import Element

POSITIONAL = frozenset({"name", "street", "city", "sp", "pc"})
"""The elements of a contact that stand at a fixed place of the jCard and can only be emptied (RFC 9537 §3.2)."""

Words = str | Mapping[str, str]
Values = tuple[str, ...]
Cut = Callable[[Values], Values]
Fill = Callable[[str], Values]

CONTACT_URI = "contact-uri"
NAME = "{name}"
"""What stands for the name of the domain in a value that stands instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """How an element that is withheld reads: `text` in a text reply, in one language or by language; in RDAP
    declared by `method` under a `type` that IANA has registered or a `description` of our own, not declared if
    both are empty.

    `cut` makes the part that may be seen (partialValue): the first or the last characters, or of an e-mail address
    the domain with its `@`, as `@mail.example`, which nobody takes for an address. `value` stands instead, with
    the name of the domain for `{name}`, and `shape` says as what (replacementValue: `same`, or `contact-uri`, RFC
    8605 §2.1).
    """

    text: Words = ""
    method: str = "removal"
    type: str = ""
    description: str = ""
    reason: str = ""
    cut: Cut | None = None
    value: str = ""
    shape: str = "same"

    @property
    def declared(self) -> bool:
        """Whether RDAP says that something was withheld (RFC 9537 §4.2)."""
        return bool(self.type or self.description)

    @property
    def names_domain(self) -> bool:
        """Whether what stands instead is another one for each domain."""
        return NAME in self.value

    def replacement(self, name: str) -> Values:
        """What stands instead, for a domain of this name."""
        return (self.value.replace(NAME, name),) if self.value else ()


def from_data(data: Mapping[str, Any], short: str, text: Words, of_contact: bool) -> Redaction:
    """The redaction that a checked document says for an element; a method not said is the one that fits."""
    positional = of_contact and short in POSITIONAL
    return Redaction(
        text=data.get("text", text),
        method=data.get("method", "emptyValue" if positional else "removal"),
        type=data.get("name", ""),
        description=data.get("description", ""),
        reason=data.get("reason", ""),
        cut=_cut(data["keep"]) if "keep" in data else None,
        value=data.get("value", ""),
        shape=data.get("as", "same"),
    )


def _cut(keep: str | Mapping[str, int]) -> Cut:
    if keep == "domain":
        # With its @, so that nobody takes it for an address, nor for a name that stands by itself.
        return lambda values: tuple("@" + value.rpartition("@")[2] for value in values if "@" in value)
    if isinstance(keep, Mapping) and "first" in keep:
        first = keep["first"]
        return lambda values: tuple(value[:first] for value in values if len(value) > first)
    assert isinstance(keep, Mapping)
    last = keep["last"]
    return lambda values: tuple(value[-last:] for value in values if len(value) > last)


def check(document: Document, place: Place, data: Mapping[str, Any], element: Element) -> Iterator[Finding]:
    """Methods that do not fit the element, and what they need and lack."""
    table, short, method = element.table, element.short, data.get("method")
    positional = table == "contact" and short in POSITIONAL
    if method == "removal" and positional:
        said = f"{short} stands at a fixed place of the jCard and can only be emptied"
        yield document.finding((*place, "method"), "RFC 9537 §3.1", said, "method: emptyValue")
    if method == "emptyValue" and not positional:
        said = f"{table}.{short} stands at no fixed place and can only be removed"
        yield document.finding((*place, "method"), "RFC 9537 §3.2", said, "method: removal")
    for wanted, key, rule in _NEEDS:
        if method == wanted and key not in data:
            said = f"{wanted} needs `{key}`: {_MEANING[key]}"
            yield document.finding((*place, "method"), rule, said, _EXAMPLE[key])
        if key in data and method != wanted:
            said = f"`{key}` belongs to the method {wanted}"
            yield document.finding((*place, key), rule, said, f"method: {wanted}")
    if data.get("keep") == "domain" and short != "email":
        said = f"{table}.{short} has no domain that could be kept"
        yield document.finding((*place, "keep"), "RFC 9537 §3.3", said, "keep: {first: 2}")
    if data.get("as") == CONTACT_URI and short != "email":
        said = "a contact-uri stands for an e-mail address"
        yield document.finding((*place, "as"), "RFC 8605 §2.1", said)


_NEEDS = (
    ("partialValue", "keep", "RFC 9537 §3.3"),
    ("replacementValue", "value", "RFC 9537 §3.4"),
)
_MEANING = {"keep": "which part may be seen", "value": "what stands instead"}
_EXAMPLE = {
    "keep": "keep: domain, or keep: {first: 2}",
    "value": 'value: "https://www.example.com/contact?domain={name}"',
}
