"""Reads profiles and disclosures from YAML, checks them, compiles them (schemas/profile.schema.json)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from directory import language as languages_of
from directory import resources
from directory.document import Document, suggest
from directory.document import load as read
from directory.errors import BadValue, DocumentError, Finding
from directory.model.catalogue import Catalogue
from directory.model.name import to_ascii
from directory.profile import checker, constraint, extend, placeholder, redaction
from directory.profile import disclosure as disclosing
from directory.profile.checker import Checker
from directory.profile.disclosure import Disclosure, table_of
from directory.profile.layout import Speak, from_data
from directory.profile.postal import Choice
from directory.profile.profile import Edition, Link, Notice, Profile, Terms, Texts, Words

SHIPPED = ("gtld-whois.yaml", "gtld-rdap.yaml")

_FORMS = ("loc", "int")
_TEXT_SERVICES = frozenset({"whois"})


def load(files: Sequence[Path | Traversable], catalogue: Catalogue, today: date) -> list[Edition]:
    """The profiles of these files, or of the shipped ones, as they hold from today and from each later date that
    one of them names. What a profile refers to and no file has is looked for among the shipped; raises
    `DocumentError`."""
    library = Library(catalogue)
    for source in files or [resources.find("profiles", name) for name in SHIPPED]:
        library.add(source)
    dates = sorted({today, *(each for each in library.dates() if each > today)})
    return [Edition(each, tuple(library.profiles(each))) for each in dates]


@dataclass(slots=True)
class Library:
    """Documents that were read, by their names; several of one name hold from different dates."""

    catalogue: Catalogue
    _profiles: dict[str, list[Document]] = field(default_factory=dict)
    _disclosures: dict[str, list[Disclosure]] = field(default_factory=dict)
    _bases: dict[str, list[Document]] = field(default_factory=dict)
    _sources: dict[str, list[Document]] = field(default_factory=dict)

    def add(self, source: Path | Traversable | Document) -> Document:
        """Check a document as far as it stands alone; read it, unless that was done. Raises `DocumentError`."""
        document = source if isinstance(source, Document) else document_of(source)
        if is_disclosure(document):
            self._enter(document)
        else:
            _check_alone(document)
            self._file(self._profiles, document)
        return document

    def dates(self) -> Iterator[date]:
        """The dates from which the documents hold."""
        for documents in self._profiles.values():
            yield from (_since(document) for document in documents)
        for disclosures in self._disclosures.values():
            yield from (date.fromisoformat(each.since) for each in disclosures)

    def profiles(self, day: date) -> list[Profile]:
        """The profiles that hold on a day. Raises `DocumentError`."""
        built: list[Profile] = []
        bound: dict[tuple[str, str, tuple[str, ...]], tuple[str, str]] = {}
        last: Document | None = None
        for documents in self._profiles.values():
            held = [document for document in documents if _since(document) <= day]
            if not held:
                continue
            document = self.whole(max(held, key=_since), day)
            disclosure = self._disclosure(document, document.data["disclosure"], day)
            faults = [*_check(document, self.catalogue, disclosure), *_check_binding(document, bound)]
            _refuse(document, faults)
            built.append(_profile(document, self.catalogue, disclosure))
            last = document
        if last is not None:
            _refuse(last, list(_check_zones(last, built)))
        return built

    def build(self, document: Document, day: date, disclosure: str = "") -> Profile:
        """The profile of a document that was added, as it holds on a day with what it refers to; by itself,
        whatever else is bound to its zones, and under another disclosure than it names if one is given. Raises
        `DocumentError`."""
        whole = self.whole(document, day)
        found = self._disclosure(whole, disclosure or whole.data["disclosure"], day)
        _refuse(whole, list(_check(whole, self.catalogue, found)))
        return _profile(whole, self.catalogue, found)

    def whole(self, document: Document, day: date, below: tuple[str, ...] = ()) -> Document:
        """A document with all that it extends. Raises `DocumentError`."""
        name = document.data.get("extends")
        if name is None:
            return document
        if name in below or name == document.data["profile"]:
            said = f"{document.data['profile']!r} extends itself, by way of {' and '.join(below) or name!r}"
            _refuse(document, [document.finding(("extends",), _EXTENDS, said)])
        base = self.whole(self._base(document, name, day), day, (*below, document.data["profile"]))
        merged = extend.extended(document, base)
        _check_alone(merged)
        return merged

    def _base(self, document: Document, name: str, day: date) -> Document:
        """The profile that is extended: one of these files, else a shipped one."""
        known = self._profiles.get(name) or self._bases.get(name)
        if known is None:
            file = f"{name}.yaml"
            if file not in resources.names("profiles"):
                said = f"there is no profile {name!r}"
                have = [*self._profiles, *(each.removesuffix(".yaml") for each in resources.names("profiles"))]
                hint = suggest(name, have) or f"known: {', '.join(dict.fromkeys(have))}"
                _refuse(document, [document.finding(("extends",), _EXTENDS, said, hint)])
            base = read(resources.find("profiles", file), file)
            _check_alone(base)
            known = self._bases[name] = [base]
        held = [each for each in known if _since(each) <= day]
        return max(held or known, key=_since)

    def _disclosure(self, document: Document, name: str, day: date) -> Disclosure:
        """The disclosure of a name for a profile, as it holds on a day."""
        if name not in self._disclosures:
            file = f"{name}.yaml"
            if file not in resources.names("profiles"):
                said = f"there is no disclosure {name!r}"
                hint = suggest(name, self._disclosures) or f"known: {', '.join(self._disclosures) or 'none'}"
                _refuse(document, [document.finding(("disclosure",), _DISCLOSED, said, hint)])
            self._enter(read(resources.find("profiles", file), file))
        known = self._disclosures[name]
        held = [each for each in known if date.fromisoformat(each.since) <= day]
        if not held:
            said = f"the disclosure {name!r} does not hold before {min(each.since for each in known)}"
            _refuse(document, [document.finding(("disclosure",), _DISCLOSED, said)])
        return max(held, key=lambda each: each.since)

    def _enter(self, document: Document) -> None:
        from directory.schema import check

        _refuse(document, check(document, "disclosure"))
        whole = self._whole_disclosure(document)
        _refuse(document, list(disclosing.check(whole, self.catalogue)))
        disclosure = disclosing.from_document(whole)
        same = self._disclosures.setdefault(disclosure.name, [])
        for other in same:
            if other.since == disclosure.since:
                said = f"{other.file} has {disclosure.name!r} from {other.since} too"
                _refuse(document, [document.finding(("disclosure",), "names are unique", said)])
        same.append(disclosure)

    def _whole_disclosure(self, document: Document, below: tuple[str, ...] = ()) -> Document:
        """A disclosure with all that it extends: of the documents added before it, else of the shipped."""
        from directory.schema import check

        known = self._sources.setdefault(document.data["disclosure"], [])
        if document not in known:
            known.append(document)
        name = document.data.get("extends")
        if name is None:
            return document
        if name in below or name == document.data["disclosure"]:
            said = f"{document.data['disclosure']!r} extends itself, by way of {' and '.join(below) or name!r}"
            _refuse(document, [document.finding(("extends",), _DISCLOSED, said)])
        held = self._sources.get(name, [])
        # The edition that holds when this one begins to, else the newest.
        before = [each for each in held if _since(each) <= _since(document)]
        base = max(before or held, key=_since, default=None)
        if base is None:
            file = f"{name}.yaml"
            if file not in resources.names("profiles"):
                said = f"there is no disclosure {name!r}"
                have = [*self._sources, *(each.removesuffix(".yaml") for each in resources.names("profiles"))]
                hint = suggest(name, have) or "a disclosure that another extends is listed before it"
                _refuse(document, [document.finding(("extends",), _DISCLOSED, said, hint)])
            base = read(resources.find("profiles", file), file)
            _refuse(base, check(base, "disclosure"))
        return disclosing.extended(document, self._whole_disclosure(base, (*below, document.data["disclosure"])))

    def _file(self, where: dict[str, list[Document]], document: Document) -> None:
        same = where.setdefault(document.data["profile"], [])
        for other in same:
            if _since(other) == _since(document):
                said = f"{other.file} has {document.data['profile']!r} from {document.data['from']} too"
                _refuse(document, [document.finding(("profile",), "names are unique", said)])
        same.append(document)


def document_of(source: Path | Traversable) -> Document:
    """Read a document, which need not fit its schema. Raises `DocumentError`."""
    return read(source, str(source) if isinstance(source, Path) else source.name)


_OF_PROFILES = frozenset({"profile", "bind", "objects"})


def is_disclosure(document: Document) -> bool:
    """Whether a document, which need not fit its schema, is a disclosure and no profile."""
    data = document.data
    return isinstance(data, dict) and "disclosure" in data and _OF_PROFILES.isdisjoint(data)


def named(text: str) -> Path | Traversable:
    """A file, or a shipped document by its name."""
    path = Path(text)
    if not path.exists():
        for name in (text, f"{text}.yaml"):
            if name in resources.names("profiles"):
                return resources.find("profiles", name)
    return path


_EXTENDS = "SAC054 §5 (a profile is reused)"
_DISCLOSED = "disclosure is decided once"


def _since(document: Document) -> date:
    return date.fromisoformat(document.data["from"])


def _check_alone(document: Document) -> None:
    from directory.schema import check

    faults = check(document, "profile")
    if faults:
        deciding = list(checker.decisions(document))
        places = {fault.place for fault in deciding}
        kept = [fault for fault in faults if fault.place not in places]
        _refuse(document, [*kept, *deciding, *placeholder.check(document)])


def _refuse(document: Document, findings: Sequence[Finding]) -> None:
    if findings:
        raise DocumentError(document.file, sorted(findings, key=lambda finding: finding.line))


def _check(document: Document, catalogue: Catalogue, disclosure: Disclosure) -> Iterator[Finding]:
    data = document.data
    checks = Checker(document, catalogue, disclosure, labels=data["bind"]["service"] in _TEXT_SERVICES)
    for kind in data["objects"]:
        yield from checks.check(kind)
    yield from checks.rules()
    yield from checks.redaction()
    yield from placeholder.check(document)
    for index, tld in enumerate(data["bind"]["tlds"]):
        if tld != "*":
            try:
                to_ascii(tld)
            except BadValue as error:
                yield document.finding(("bind", "tlds", index), error.rule, f"{tld!r}: {error}")
    for index, audience in enumerate(data["bind"].get("audiences", ())):
        if audience not in disclosure.audiences.within:
            said = f"{audience!r} is no audience of the disclosure {disclosure.name!r}"
            known = disclosure.audiences.names
            hint = suggest(audience, known) or f"declared: {', '.join(known)}"
            yield document.finding(("bind", "audiences", index), "the audiences of the disclosure", said, hint)
    for index, each in enumerate(data.get("parameters", {}).get("languages", ())):
        try:
            catalogue_language(each)
        except BadValue as error:
            yield document.finding(("parameters", "languages", index), error.rule, str(error))
    update = data.get("footer", {}).get("update", "{as_of}")
    for text in [update] if isinstance(update, str) else update.values():
        if "{as_of}" not in text:
            yield document.finding(("footer", "update"), "profile.schema.json", "it lacks {as_of}")


def catalogue_language(tag: str) -> None:
    """Raises `BadValue` if a tag is no language tag (RFC 5646)."""
    from directory.profile.format import FORMATS

    FORMATS["rfc5646"].check(tag)


def _check_binding(
    document: Document, bound: dict[tuple[str, str, tuple[str, ...]], tuple[str, str]]
) -> Iterator[Finding]:
    """One profile for each zone, service and audience, and one disclosure for each zone, whatever the service."""
    data = document.data
    service, name, disclosure = data["bind"]["service"], data["profile"], data["disclosure"]
    audiences = tuple(sorted(data["bind"].get("audiences", ())))
    for index, tld in enumerate(data["bind"]["tlds"]):
        place = ("bind", "tlds", index)
        if (tld, service, audiences) in bound:
            said = f"{bound[tld, service, audiences][0]!r} is bound to {tld} and {service} already"
            yield document.finding(place, "one profile for each zone and service", said)
        for (other_tld, *_), (other, theirs) in bound.items():
            if other_tld == tld and other != name and theirs != disclosure:
                said = f"{other!r} discloses the same zone by {theirs!r}"
                yield document.finding(place, "one disclosure for each registry", said)
                break
    for tld in data["bind"]["tlds"]:
        bound[tld, service, audiences] = (name, disclosure)


def _check_zones(document: Document, profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Whatever speaks for a zone, by itself, by a zone above or by `*`, goes by one disclosure."""
    bound: dict[tuple[str, str], list[Profile]] = {}
    for profile in profiles:
        for tld in profile.tlds:
            bound.setdefault((tld, profile.service), []).append(profile)
    for zone in sorted({tld for tld, _ in bound} - {"*"}):
        labels = zone.split(".")
        above = [*(".".join(labels[start:]) for start in range(len(labels))), "*"]
        speaking = [
            next((bound[each, service] for each in above if (each, service) in bound), [])
            for service in {service for _, service in bound}
        ]
        names = sorted({each.disclosure.name for found in speaking for each in found})
        if len(names) > 1:
            said = f"{zone} is disclosed by {' and by '.join(names)}, as one service or another speaks for it"
            hint = f"bind a profile of each service to {zone}"
            yield document.finding(("bind", "tlds"), "one disclosure for each registry", said, hint)


def _profile(document: Document, catalogue: Catalogue, disclosure: Disclosure) -> Profile:
    data = document.data
    parameters: Mapping[str, Any] = data.get("parameters", {})
    languages = tuple(parameters.get("languages", ("en",)))
    forms = parameters.get("postal-forms", "one")
    terms = Terms(
        name=data["profile"],
        version=data["version"],
        since=data["from"],
        file=document.file,
        service=data["bind"]["service"],
        tlds=tuple(tld if tld == "*" else to_ascii(tld) for tld in data["bind"]["tlds"]),
        audiences=frozenset(data["bind"].get("audiences", ())),
        markup=parameters.get("markup", _MARKUPS[data["bind"]["service"]]),
        languages=languages,
        disclosure=disclosure,
        catalogue=catalogue,
        conformance=tuple(data.get("conformance", ())),
        port43=parameters.get("port43", ""),
        postal=Choice(
            tuple(parameters.get("postal", _FORMS)), forms == "both", parameters.get("postal-languages", {})
        ),
        by_reader=forms == "requested",
        redactions=_redactions(data, disclosure),
        rules=constraint.rules(data.get("rules", [])),
        violations=parameters.get("violations", "serve"),
    )
    profile = Profile(terms, _words(data, languages[0]), languages[0])
    for language in languages[1:]:
        profile.add(language, _words(data, language))
    return profile


_MARKUPS = {"whois": "text", "rdap": "RDAP", "data": "JSON", "escrow": "XML"}


def _redactions(data: Mapping[str, Any], disclosure: Disclosure) -> dict[str, redaction.Redaction]:
    """How withholdings read here, where it is not as the disclosure says."""
    found = {}
    for key, hidden in data.get("redaction", {}).items():
        part, _, short = key.partition(".")
        text = disclosure.rules[key].redaction.text
        found[key] = redaction.from_data(hidden, short, text, table_of(part) == "contact")
    return found


def _words(data: Mapping[str, Any], language: str) -> Words:

    def speak(words: str | Mapping[str, str], context: str) -> str:
        return languages_of.said(words, language, context)

    parameters: Mapping[str, Any] = data.get("parameters", {})
    empty: str = parameters.get("empty", "omit")
    return Words(
        layouts={kind: from_data(items, kind, speak, empty) for kind, items in data["objects"].items()},
        texts=_texts(data, speak),
        notices=tuple(_notice(notice, speak) for notice in data.get("notices", ())),
        title=speak(data.get("title", ""), ""),
        translation=speak(parameters.get("translation", ""), ""),
    )


def _texts(data: Mapping[str, Any], speak: Speak) -> Texts:
    texts: Mapping[str, Any] = data.get("texts", {})
    footer: Mapping[str, Any] = data.get("footer", {})

    def said(words: Mapping[str, Any], key: str) -> str:
        return speak(words.get(key, ""), "").rstrip("\n")

    return Texts(
        not_found={key: speak(words, "") for key, words in texts.get("not-found", {}).items()},
        errors={key: speak(words, "") for key, words in texts.get("errors", {}).items()},
        reserved=said(texts, "reserved"),
        help=said(texts, "help"),
        many=said(texts, "many"),
        match=texts.get("match", ""),
        more=said(texts, "more"),
        update=said(footer, "update"),
        pointer=said(footer, "pointer"),
        disclaimer=said(footer, "disclaimer"),
    )


def _notice(data: Mapping[str, Any], speak: Speak) -> Notice:
    links = tuple(Link(each["rel"], each["href"], each.get("type", "text/html")) for each in data.get("links", ()))
    description = tuple(speak(words, "") for words in data["description"])
    return Notice(speak(data["title"], ""), description, links, frozenset(data.get("on", ())))
