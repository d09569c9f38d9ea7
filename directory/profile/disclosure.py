"""Who may see which element, decided once per registry for every service (RFC 3375 §8.4, RFC 9537).

A rule is found by the part that an element plays: `registrant.voice`, `host.addr`; `contact.voice` speaks of a
contact that was asked for by itself. An element without a rule, and not in the public list, cannot leave.

An audience sees an element if a rule shows it to the audience, always or when a condition on the object holds, and
no condition that holds hides it from the audience; or if an audience that it includes sees it. So who includes
others never sees less than they. Where an object contradicts itself, what hides holds and what shows does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory.document import Document, Place, walk
from directory.errors import Finding
from directory.model.catalogue import Catalogue
from directory.profile import audience as audiences_of
from directory.profile import condition as conditions
from directory.profile import placeholder, substitute, wording
from directory.profile import redaction as redactions
from directory.profile.audience import PUBLIC, Audiences
from directory.profile.condition import Condition, Fact
from directory.profile.extend import Marked, inheriting, own_marks
from directory.profile.redaction import Redaction, Words

__all__ = ["PUBLIC", "ROLES", "Case", "Decision", "Disclosure", "Redaction", "Rule"]

ROLES = ("registrant", "admin", "tech", "billing")

DNS = frozenset(
    "domain.name domain.ns domain.secDNS host.name host.addr dnssec.keyTag dnssec.alg dnssec.digestType "
    "dnssec.digest dnssec.flags dnssec.protocol dnssec.keyAlg dnssec.pubKey".split()
)
"""What the DNS publishes in any case, and what no rule may hide from the public (RFC 3375 §8.4[2])."""
_NEEDED = (
    "domain.name domain.ns domain.secDNS host.name host.addr dnssec.keyTag dnssec.alg dnssec.digestType "
    "dnssec.digest".split()
)
"""Delegation, DS and glue themselves, and that there are any DS, which every disclosure has to make public."""


@dataclass(frozen=True, slots=True)
class Case:
    """A condition, with the audiences to whom it shows the element or from whom it hides it."""

    condition: Condition
    show: frozenset[str]
    hide: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an element is shown, and by what: the audience and the place in the rule that decided; `case` is the
    index of the condition, -1 if none did."""

    shown: bool
    audience: str = ""
    because: str = ""
    case: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Which audiences see an element, and what the others see instead. `always` is whether the rule speaks of
    everyone without a condition."""

    show: frozenset[str]
    redaction: Redaction
    cases: tuple[Case, ...] = ()
    source: str = ""
    line: int = 0

    def conditions(self, audiences: frozenset[str]) -> tuple[Condition, ...]:
        """The conditions that matter to these audiences; none if the rule decides without looking."""
        return tuple(case.condition for case in self.cases if not audiences.isdisjoint(case.show | case.hide))

    def sees(self, audiences: frozenset[str], is_so: Callable[[Fact], bool | None]) -> bool:
        """Whether one of these audiences sees the element, of an object of which this is so."""
        return any(self._decide(audience, is_so).shown for audience in audiences)

    def decide(self, audiences: Iterable[str], is_so: Callable[[Fact], bool | None]) -> Decision:
        """The decision with its reason: the first audience that sees it, else why the first does not."""
        decisions = [self._decide(audience, is_so) for audience in audiences]
        return next((each for each in decisions if each.shown), decisions[0])

    def _decide(self, audience: str, is_so: Callable[[Fact], bool | None]) -> Decision:
        for index, case in enumerate(self.cases):
            if audience in case.hide and case.condition.holds(is_so, in_doubt=True):
                return Decision(False, audience, f"when[{index}] hides it from {audience}", index)
        if audience in self.show:
            return Decision(True, audience, f"it is shown to {audience}")
        for index, case in enumerate(self.cases):
            if audience in case.show and case.condition.holds(is_so, in_doubt=False):
                return Decision(True, audience, f"when[{index}] shows it to {audience}", index)
        return Decision(False, audience, f"nothing shows it to {audience}")


@dataclass(frozen=True, slots=True, eq=False)
class Disclosure:
    """The rules of a registry by element in its part. `declares_held` says that a redaction is declared only where
    the object holds a value (RFC 9537 §4.2); else it is the same for every object, and tells nothing of it."""

    name: str
    version: str
    since: str
    file: str
    rules: Mapping[str, Rule]
    audiences: Audiences
    declares_held: bool = False

    def rule(self, part: str, short: str) -> Rule | None:
        """The rule for an element in its part; None means that it cannot leave."""
        return self.rules.get(f"{part}.{short}")


def from_document(document: Document) -> Disclosure:
    """The disclosure that a checked document says."""
    data = document.data
    text: Words = data.get("text", "")
    everyone = frozenset({PUBLIC})
    rules = {
        key: Rule(everyone, Redaction(), line=document.line(("public", index)))
        for index, key in enumerate(data.get("public", ()))
    }
    for key, rule in data.get("rules", {}).items():
        rules[key] = _rule(key, rule, text, document.line(("rules", key)))
    return Disclosure(
        name=data["disclosure"],
        version=data["version"],
        since=data["from"],
        file=document.file,
        rules=rules,
        audiences=audiences_of.from_data(data.get("audiences", {})),
        declares_held=data.get("declare") == "held",
    )


def extended(document: Document, base: Document) -> Document:
    """A disclosure with all that it extends: what it says of an element, or of an audience, stands instead."""
    own, data = document.data, dict(base.data)
    of_own, of_base = own_marks(document), inheriting(document, base)
    data.update(
        {key: value for key, value in own.items() if key not in ("extends", "audiences", "public", "rules")}
    )
    data["audiences"] = {**base.data.get("audiences", {}), **own.get("audiences", {})}
    said = {*own.get("public", ()), *own.get("rules", {})}
    kept = [(index, key) for index, key in enumerate(base.data.get("public", ())) if key not in said]
    data["public"] = [*own.get("public", ()), *(key for _, key in kept)]
    rules = {key: rule for key, rule in base.data.get("rules", {}).items() if key not in said}
    data["rules"] = {**rules, **own.get("rules", {})}
    marks = {place: of_own(place) for place in document.lines}
    marks[()] = of_own(("extends",))
    inherited: list[Place] = [("rules", key) for key in rules]
    inherited += [
        ("audiences", key) for key in base.data.get("audiences", {}) if key not in own.get("audiences", {})
    ]
    for place in inherited:
        marks.update({each: of_base(each) for each, _ in walk(data[place[0]][place[1]], place)})
    first = len(own.get("public", ()))
    marks.update({("public", first + index): of_base(("public", at)) for index, (at, _) in enumerate(kept)})
    return Marked(data, marks).document(document.file)


def _rule(key: str, data: Mapping[str, Any], text: Words, line: int) -> Rule:
    part, _, short = key.partition(".")
    redaction = redactions.from_data(data.get("hidden", {}), short, text, table_of(part) == "contact")
    cases = tuple(
        Case(conditions.from_data(case), frozenset(case.get("show", ())), frozenset(case.get("hide", ())))
        for case in data.get("when", ())
    )
    return Rule(frozenset(data.get("show", ())), redaction, cases, data["source"], line)


def table_of(part: str) -> str:
    """The table of the catalogue that a part is of: a registrant is a contact."""
    return "contact" if part in ROLES else part


def catalogue_key(key: str) -> str:
    """The element of the catalogue that a rule's key is about: `registrant.voice` is `contact.voice`."""
    part, _, short = key.partition(".")
    return f"{table_of(part)}.{short}"


def check(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """The faults that the schema cannot see: keys, audiences, conditions, methods, elements ruled twice."""
    data = document.data
    rules: Mapping[str, Any] = data.get("rules", {})
    yield from audiences_of.check(document)
    yield from wording.lines(document, ("text",), data.get("text", ""))
    yield from placeholder.texts(document, ("text",), data.get("text", ""))
    yield from _check_needed(document)
    for index, key in enumerate(data.get("public", ())):
        yield from _check_key(document, ("public", index), key, catalogue)
        if key in rules:
            said = f"{key} is public here and ruled on line {document.line(('rules', key))}"
            yield document.finding(("public", index), "one rule for each element", said)
    known = {PUBLIC, *data.get("audiences", {})}
    for key, rule in rules.items():
        place = ("rules", key)
        faults = list(_check_key(document, place, key, catalogue))
        yield from faults
        yield from _check_audiences(document, place, rule, known)
        yield from _check_dns(document, key, rule)
        if not faults:
            part, _, short = key.partition(".")
            hidden, element = rule.get("hidden", {}), catalogue[catalogue_key(key)]
            yield from redactions.check(document, (*place, "hidden"), hidden, element)
            yield from substitute.check(document, (*place, "hidden"), hidden, element)
            for index, case in enumerate(rule.get("when", ())):
                at = (*place, "when", index)
                yield from conditions.check(document, at, case, table_of(part), short, catalogue)


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


def _check_audiences(document: Document, place: Place, rule: Any, known: Iterable[str]) -> Iterator[Finding]:
    named = [((*place, "show", index), each) for index, each in enumerate(rule.get("show", ()))]
    for number, case in enumerate(rule.get("when", ())):
        for word in ("show", "hide"):
            at = (*place, "when", number, word)
            named += [((*at, index), each) for index, each in enumerate(case.get(word, ()))]
    for at, name in named:
        if name not in known:
            said = f"{name!r} is no audience"
            yield document.finding(at, "the audiences of the disclosure", said, audiences_of.hint(name, known))


def _check_needed(document: Document) -> Iterator[Finding]:
    """What has no rule leaves for nobody: of delegation, DS and glue none may be left out."""
    data = document.data
    missing = [key for key in _NEEDED if key not in data.get("public", ()) and key not in data.get("rules", {})]
    if missing:
        said = f"{' and '.join(missing)} would be hidden from everyone, for there is nothing said of it"
        place = ("public",) if "public" in data else ("disclosure",)
        yield document.finding(place, "RFC 3375 §8.4[2]", said, f"public: [{', '.join(missing)}]")


def _check_dns(document: Document, key: str, rule: Any) -> Iterator[Finding]:
    """Without delegation, DS records and glue a name does not work; they are in the DNS anyway."""
    if key not in DNS:
        return
    hides = [index for index, case in enumerate(rule.get("when", ())) if case.get("hide")]
    if hides or PUBLIC not in rule.get("show", ()):
        said = f"{key} is needed for the DNS and cannot be hidden from anyone"
        place = ("rules", key, "when", hides[0]) if hides else ("rules", key)
        yield document.finding(place, "RFC 3375 §8.4[2]", said, "put it on the public list")
