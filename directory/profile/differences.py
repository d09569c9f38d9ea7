"""How two profiles differ as documents, with their disclosures: what can be said of them without an object.

What something is called, and from when it holds, is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from directory.language import said
from directory.profile import constraint, reason
from directory.profile.condition import Fact
from directory.profile.constraint import Count
from directory.profile.disclosure import Disclosure, Rule
from directory.profile.explain import ordered
from directory.profile.layout import Entry, Fixed
from directory.profile.paths import Line, lines
from directory.profile.profile import Notice, Profile, Terms
from directory.profile.redaction import Redaction

NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs (`element`, `label (en)`, `cardinality`, `to public`, `parameter`, …), of which element or
    other part of a document, and how it reads in either."""

    what: str
    where: str
    before: str
    after: str


def differences(before: Profile, after: Profile, audiences: Sequence[str] = ()) -> Iterator[Difference]:
    """The differences of two profiles and of their disclosures; with audiences, of the rules for these only."""
    yield from _terms(before.terms, after.terms)
    for kind in dict.fromkeys((*before.layouts, *after.layouts)):
        yield from _layout(before, after, kind)
    yield from _words(before, after)
    yield from _disclosure(before, after, audiences)


def _differ(what: str, where: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, where, before or NONE, after or NONE)


_TERMS: Mapping[str, Callable[[Terms], Iterable[str]]] = {
    "service": lambda terms: [terms.service],
    "zones": lambda terms: terms.tlds,
    "for": lambda terms: sorted(terms.audiences),
    "markup": lambda terms: [terms.markup],
    "languages": lambda terms: terms.languages,
    "postal": lambda terms: terms.postal.forms,
    "postal-forms": lambda terms: ["both" if terms.postal.both else "requested" if terms.by_reader else "one"],
    "postal-languages": lambda terms: [f"{form} {tag}" for form, tag in sorted(terms.postal.defaults.items())],
    "conformance": lambda terms: terms.conformance,
    "port43": lambda terms: [terms.port43],
    "violations": lambda terms: [terms.violations],
    "rules": lambda terms: sorted(map(_rule, terms.rules)),
}
"""What a profile is in every language, as texts."""


def _terms(before: Terms, after: Terms) -> Iterator[Difference]:
    for name, of in _TERMS.items():
        yield from _differ("parameter", name, ", ".join(of(before)), ", ".join(of(after)))


def _rule(rule: Count) -> str:
    return f"{rule.kind}: {'+'.join(rule.shorts) if rule.total else ', '.join(rule.shorts)} {rule.name}"


def _layout(before: Profile, after: Profile, kind: str) -> Iterator[Difference]:
    """The differences of what is said of a kind of object."""
    old, new = _lines(before, kind), _lines(after, kind)
    for path in dict.fromkeys((*old, *new)):
        if path not in new:
            yield Difference("element", path, "said", "not said")
        elif path not in old:
            yield Difference("element", path, "not said", "said")
        else:
            for name, of in _ITEM.items():
                yield from _differ(name, path, of(old[path]), of(new[path]))
    yield from _labels(before, after, kind)
    kept = [path for path in old if path in new]
    other = [path for path in new if path in old]
    if kept != other:
        first = next(index for index, path in enumerate(kept) if path != other[index])
        yield Difference("order", kind, ", ".join(kept[first : first + 3]), ", ".join(other[first : first + 3]))


def _lines(profile: Profile, kind: str) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines(profile.layouts.get(kind, ()), kind):
        found.setdefault(line.path, []).append(line)
    return found


def _each(of: Callable[[Entry], str]) -> Callable[[list[Line]], str]:
    """The text that a property of entries makes, if they are no fixed lines."""
    return lambda found: " and ".join(of(line.item) for line in found if isinstance(line.item, Entry))


def _length(entry: Entry) -> str:
    asked = entry.demand
    return constraint.said(asked.shortest, asked.longest) if asked.shortest or asked.longest is not None else ""


_ITEM: Mapping[str, Callable[[list[Line]], str]] = {
    "cardinality": _each(lambda entry: constraint.said(entry.demand.low, entry.demand.high)),
    "length": _each(_length),
    "format": _each(lambda entry: entry.demand.format),
    "language": _each(lambda entry: entry.demand.language),
    "together": _each(lambda entry: "+".join(entry.shorts) if entry.together else ""),
    "join": _each(lambda entry: repr(entry.join) if entry.join else ""),
    "text": _each(lambda entry: entry.text),
    "some": _each(lambda entry: entry.some),
    "none": _each(lambda entry: entry.none),
    "empty": _each(lambda entry: "show" if entry.show_empty else "omit"),
    "fixed": lambda found: " and ".join(line.item.value for line in found if isinstance(line.item, Fixed)),
}
"""What an element is said with, as texts; its labels are compared by language."""


def _languages(before: Profile, after: Profile) -> list[str]:
    return [each for each in before.variants if each in after.variants]


def _labels(before: Profile, after: Profile, kind: str) -> Iterator[Difference]:
    for language in _languages(before, after):
        old, new = _lines(before.variants[language], kind), _lines(after.variants[language], kind)
        for path in old:
            if path in new:
                labels = [" and ".join(line.label for line in found[path]) for found in (old, new)]
                yield from _differ(f"label ({language})", path, *labels)


def _words(before: Profile, after: Profile) -> Iterator[Difference]:
    """The differences of the texts around the objects."""
    for language in _languages(before, after):
        old, new = [_texts(profile.variants[language]) for profile in (before, after)]
        for name in dict.fromkeys((*old, *new)):
            texts = old.get(name, ""), new.get(name, "")
            if texts[0] != texts[1]:
                yield from _differ(f"text ({language})", name, *_excerpts(*texts))


def _texts(profile: Profile) -> dict[str, str]:
    found = {"title": profile.title, "translation": profile.translation}
    for name, value in asdict(profile.texts).items():
        found.update(
            {f"{name}.{key}": text for key, text in value.items()} if isinstance(value, dict) else {name: value}
        )
    found.update({f"notice {notice.title!r}": _notice(notice) for notice in profile.notices})
    return found


def _notice(notice: Notice) -> str:
    links = [f"{link.rel} {link.href}" for link in notice.links]
    return " ".join((*notice.description, *links, *sorted(notice.on)))


_LONGEST = 100
_BEFORE = 30


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts on a line each; of long ones what stands where they begin to differ."""
    if max(len(before), len(after)) <= _LONGEST or not before or not after:
        start = 0
    else:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
        start = max(0, sum(1 for _ in same) - _BEFORE)
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    found = text[start : start + _LONGEST].replace("\n", "\u23ce")
    return f"{'…' if start else ''}{found}{'…' if len(text) > start + _LONGEST else ''}"


def _disclosure(before: Profile, after: Profile, audiences: Sequence[str]) -> Iterator[Difference]:
    """The differences of who may see what, and of how a withholding reads."""
    old, new = before.disclosure, after.disclosure
    yield from _differ(
        "disclosure", "declare", *("held" if each.declares_held else "always" for each in (old, new))
    )
    names = dict.fromkeys((*old.audiences.names, *new.audiences.names))
    for name in names:
        yield from _differ("audience", name, _audience(old, name), _audience(new, name))
    for key in dict.fromkeys((*old.rules, *new.rules)):
        rules = old.rules.get(key), new.rules.get(key)
        for name in audiences or names:
            yield from _differ_to(key, name, (old, rules[0]), (new, rules[1]))
        language = next(iter(_languages(before, after)), "")
        yield from _differ(
            "withheld", key, _reading(before, key, rules[0], language), _reading(after, key, rules[1], language)
        )


def _audience(disclosure: Disclosure, name: str) -> str:
    """Whose view an audience has, and which registrar it is."""
    within = disclosure.audiences.within.get(name)
    if within is None:
        return ""
    relations = [f"is {relation}" for relation, whose in disclosure.audiences.relations.items() if whose == name]
    return ", ".join([f"sees what {' and '.join(sorted(within))} see", *relations])


_Ruled = tuple[Disclosure, Rule | None]


def _differ_to(key: str, audience: str, before: _Ruled, after: _Ruled) -> Iterator[Difference]:
    """Whether an audience sees an element of other objects than before; how that is written does not matter."""
    facts = {
        (fact.key, fact.values): fact
        for disclosure, rule in (before, after)
        if rule is not None
        for fact in reason.facts_of(rule, ordered(disclosure, [audience]))
    }
    old, new = [_sight(each, audience, list(facts.values())) for each in (before, after)]
    if old != new:
        yield Difference(f"to {audience}", key, _seen(before, audience), _seen(after, audience))


def _sight(ruled: _Ruled, audience: str, facts: list[Fact]) -> Any:
    """What tells one way to see an element from another: the outcome if there is one, else what each way in which
    the facts can be makes of it."""
    disclosure, rule = ruled
    if rule is None:
        return {False}
    if len(facts) > reason.MOST_FACTS:
        return _seen(ruled, audience)
    ways = reason.outcomes(rule, ordered(disclosure, [audience]), facts)
    return set(ways) if len(set(ways)) == 1 else ways


def _seen(ruled: _Ruled, audience: str) -> str:
    disclosure, rule = ruled
    return "hidden" if rule is None else reason.sees(rule, ordered(disclosure, [audience]))


_HIDDEN: Mapping[str, Callable[[Redaction, str], str]] = {
    "text": lambda redaction, language: said(redaction.text, language),
    "method": lambda redaction, language: redaction.method if redaction.declared else "",
    "name": lambda redaction, language: redaction.type or redaction.description,
    "reason": lambda redaction, language: redaction.reason,
    "value": lambda redaction, language: f"{redaction.value} as {redaction.shape}" if redaction.value else "",
    "kept": lambda redaction, language: _kept(redaction),
}
"""How a withholding reads, as texts."""

_SAMPLE = "abcdefghij@klmnop.example"


def _kept(redaction: Redaction) -> str:
    """What a cut leaves of a value, to tell one from another."""
    return " ".join(redaction.cut((_SAMPLE,))) + f" of {_SAMPLE}" if redaction.cut is not None else ""


def _reading(profile: Profile, key: str, rule: Rule | None, language: str) -> str:
    """How a withholding reads, in a language or, if there is none in common, in that of the profile."""
    if rule is None or not _can_hide(profile, rule):
        return ""
    redaction = profile.terms.redactions.get(key, rule.redaction)
    found = {name: of(redaction, language or profile.language) for name, of in _HIDDEN.items()}
    return ", ".join(f"{name} {text}" for name, text in found.items() if text)


def _can_hide(profile: Profile, rule: Rule) -> bool:
    return any(
        reason.always(rule, ordered(profile.disclosure, [each])) is not True
        for each in profile.disclosure.audiences.names
    )
