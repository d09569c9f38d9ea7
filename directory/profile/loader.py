"""Reads profiles and disclosures from YAML, checks them, compiles them (schemas/profile.schema.json)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from directory import resources
from directory.document import Document, suggest
from directory.documentfile import load as read
from directory.errors import BadValue, DocumentError, Finding
from directory.model.catalogue import Catalogue
from directory.profile import binding, checker, extend, placeholder, wording
from directory.profile import disclosure as disclosing
from directory.profile.binding import Bound, check_bound, check_zones
from directory.profile.build import from_document
from directory.profile.checker import Checker
from directory.profile.disclosure import Disclosure
from directory.profile.format import FORMATS
from directory.profile.profile import Edition, Profile

SHIPPED = ("gtld-whois.yaml", "gtld-rdap.yaml")


def load(files: Sequence[Path | Traversable], catalogue: Catalogue, today: date) -> list[Edition]:
    """The profiles of these files, or of the shipped ones, as they hold from today and from each later date that
    one of them names. What a profile refers to and no file has is looked for among the shipped; raises
    `DocumentError`."""
    library = Library(catalogue)
    library.add_all(files or [resources.find("profiles", name) for name in SHIPPED])
    dates = sorted({today, *(each for each in library.dates() if each > today)})
    return [Edition(each, tuple(library.profiles(each))) for each in dates]


@dataclass(slots=True)
class Library:
    """Documents that were read, by their names; several of one name hold from different dates."""

    catalogue: Catalogue
    _profiles: dict[str, list[Document]] = field(default_factory=dict)
    _disclosures: dict[str, list[Disclosure]] = field(default_factory=dict)
    _bases: dict[str, Document] = field(default_factory=dict)
    _sources: dict[str, list[Document]] = field(default_factory=dict)

    def add(self, source: Path | Traversable | Document) -> Document:
        """Check a document as far as it stands alone; read it, unless that was done. Raises `DocumentError`."""
        (document,) = self.add_all([source])
        return document

    def add_all(self, sources: Sequence[Path | Traversable | Document]) -> list[Document]:
        """Check documents as far as they stand without profiles that refer to them, in whichever order they extend
        each other. Raises `DocumentError`."""
        documents = [each if isinstance(each, Document) else document_of(each) for each in sources]
        for document in documents:
            if is_disclosure(document):
                _refuse(document, schema_faults(document, DISCLOSURE))
                _file(self._sources, DISCLOSURE, document)
            else:
                _check_alone(document)
                _file(self._profiles, PROFILE, document)
        for document in documents:
            if is_disclosure(document):
                self._enter(document)
        return documents

    def dates(self) -> Iterator[date]:
        """The dates from which the documents hold."""
        for documents in self._profiles.values():
            yield from (_since(document) for document in documents)
        for disclosures in self._disclosures.values():
            yield from (date.fromisoformat(each.since) for each in disclosures)

    def profiles(self, day: date) -> list[Profile]:
        """The profiles that hold on a day. Raises `DocumentError`."""
        built: list[Profile] = []
        bound: Bound = {}
        last: Document | None = None
        for documents in self._profiles.values():
            held = [document for document in documents if _since(document) <= day]
            if not held:
                continue
            own = max(held, key=_since)
            document = self.whole(own, day)
            disclosure = self._disclosure(document, document.data["disclosure"], day)
            faults = [*_check(document, own, self.catalogue, disclosure), *check_bound(document, bound)]
            _refuse(document, faults)
            built.append(from_document(document, self.catalogue, disclosure))
            last = document
        if last is not None:
            _refuse(last, list(check_zones(last, built)))
        return built

    def build(self, document: Document, day: date, disclosure: str = "") -> Profile:
        """The profile of a document that was added, as it holds on a day with what it refers to; by itself,
        whatever else is bound to its zones, and under another disclosure than it names if one is given. Raises
        `DocumentError`."""
        whole = self.whole(document, day)
        found = self._disclosure(whole, disclosure or whole.data["disclosure"], day)
        _refuse(whole, list(_check(whole, document, self.catalogue, found)))
        return from_document(whole, self.catalogue, found)

    def whole(self, document: Document, day: date) -> Document:
        """A document with all that it extends. Raises `DocumentError`."""

        def base_of(each: Document) -> Document:
            return self._base(each, day)

        whole, *extending = reversed(_chain(document, base_of, _EXTENDS))
        for each in extending:
            whole = extend.extended(each, whole)
            _check_alone(whole)
        return whole

    def _base(self, document: Document, day: date) -> Document:
        """The profile that another extends: one of these files, else a shipped one."""
        name = document.data["extends"]
        if name == document.data["profile"]:
            return self._edition_before(document, PROFILE, self._profiles, _EXTENDS)
        known = self._profiles.get(name, ())
        held = [each for each in known if _since(each) <= day]
        if not held:  # a shipped one stands in until the first of the files holds
            shipped = self._shipped(PROFILE, name)
            known = [each for each in shipped if _since(each) <= day] or known or shipped
        if not known:
            said = f"there is no profile {name!r}"
            have = dict.fromkeys([*self._profiles, *_shipped_names()])
            hint = suggest(name, have) or f"known: {', '.join(have)}"
            _refuse(document, [document.finding(("extends",), _EXTENDS, said, hint)])
        return max(held or known, key=_since)

    def _edition_before(
        self, document: Document, kind: Kind, known: Mapping[str, Sequence[Document]], rule: str
    ) -> Document:
        """The edition of the same name that holds before this one: of these files, else the shipped one."""
        name = document.data["extends"]
        before = [each for each in known.get(name, ()) if _since(each) < _since(document)]
        before = before or [each for each in self._shipped(kind, name) if _since(each) < _since(document)]
        if not before:
            said = f"{name!r} extends itself, and there is no edition of it before {document.data['from']}"
            _refuse(document, [document.finding(("extends",), rule, said, "extends: the name of another")])
        return max(before, key=_since)

    def _shipped(self, kind: Kind, name: str) -> list[Document]:
        """The shipped document of a kind and name, if there is one. Raises `DocumentError`."""
        if name not in _shipped_names():
            return []
        document = self._bases.get(name)
        if document is None:
            document = self._bases[name] = read(resources.find("profiles", f"{name}.yaml"), f"{name}.yaml")
            _refuse(document, schema_faults(document, DISCLOSURE if is_disclosure(document) else PROFILE))
        return [document] if is_disclosure(document) is (kind == DISCLOSURE) else []

    def _disclosure(self, document: Document, name: str, day: date) -> Disclosure:
        """The disclosure of a name for a profile, as it holds on a day."""
        if name not in self._disclosures:
            ours = self._shipped(DISCLOSURE, name)
            if not ours:
                said = f"there is no disclosure {name!r}"
                hint = suggest(name, self._disclosures) or f"known: {', '.join(self._disclosures) or 'none'}"
                _refuse(document, [document.finding(("disclosure",), _DISCLOSED, said, hint)])
            self._enter(ours[0])
        known = self._disclosures[name]
        held = [each for each in known if date.fromisoformat(each.since) <= day]
        if not held:  # a shipped one stands in until the first of the files holds
            for shipped in self._shipped(DISCLOSURE, name):
                if _since(shipped) <= day:
                    self._enter(shipped)
            held = [each for each in known if date.fromisoformat(each.since) <= day]
        if not held:
            said = f"the disclosure {name!r} does not hold before {min(each.since for each in known)}"
            _refuse(document, [document.finding(("disclosure",), _DISCLOSED, said)])
        return max(held, key=lambda each: each.since)

    def _enter(self, document: Document) -> None:
        """Check a disclosure with all that it extends, and have it."""
        first, *extending = reversed(_chain(document, self._disclosure_before, _DISCLOSED))
        whole = first
        for each in [first, *extending]:
            whole = each if each is first else disclosing.extended(each, whole)
            # The faults of what is extended are its own, and told as such.
            _refuse(each, list(disclosing.check(whole, self.catalogue)))
        disclosure = disclosing.from_document(whole)
        self._disclosures.setdefault(disclosure.name, []).append(disclosure)

    def _disclosure_before(self, document: Document) -> Document:
        """The disclosure that another extends: the edition that holds when that one begins to, else the newest, of
        these files, else the shipped one."""
        name = document.data["extends"]
        if name == document.data["disclosure"]:
            return self._edition_before(document, DISCLOSURE, self._sources, _DISCLOSED)
        known = self._sources.get(name) or self._shipped(DISCLOSURE, name)
        if not known:
            said = f"there is no disclosure {name!r}"
            have = dict.fromkeys([*self._sources, *_shipped_names()])
            hint = suggest(name, have) or f"known: {', '.join(have)}"
            _refuse(document, [document.finding(("extends",), _DISCLOSED, said, hint)])
        return max([each for each in known if _since(each) <= _since(document)] or known, key=_since)


Kind = Literal["profile", "disclosure"]
PROFILE: Kind = "profile"
DISCLOSURE: Kind = "disclosure"

MOST_EXTENDED = 32
"""How many documents may extend one another; who reads the last has to read them all."""


def _chain(document: Document, base_of: Callable[[Document], Document], rule: str) -> list[Document]:
    """A document, what it extends, what that extends, and so on. Raises `DocumentError`."""
    chain = [document]
    while "extends" in chain[-1].data:
        base = base_of(chain[-1])
        if any(base is each for each in chain):
            said = f"{chain[-1].data['extends']!r} extends itself, by way of {' and '.join(_names(chain))}"
            _refuse(document, [document.finding(("extends",), rule, said)])
        if len(chain) > MOST_EXTENDED:
            said = f"more than {MOST_EXTENDED} documents extend one another"
            _refuse(
                document, [document.finding(("extends",), rule, said, "extend one that is nearer to the first")]
            )
        chain.append(base)
    return chain


def _names(chain: Sequence[Document]) -> list[str]:
    return [each.data[DISCLOSURE if is_disclosure(each) else PROFILE] for each in chain]


def _file(where: dict[str, list[Document]], kind: Kind, document: Document) -> None:
    """Have a document among those of its name, each of which holds from another date."""
    same = where.setdefault(document.data[kind], [])
    for other in same:
        if _since(other) == _since(document):
            said = f"{other.file} has {document.data[kind]!r} from {document.data['from']} too"
            _refuse(document, [document.finding((kind,), "names are unique", said)])
    same.append(document)


def _shipped_names() -> list[str]:
    return [each.removesuffix(".yaml") for each in resources.names("profiles")]


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


def schema_faults(document: Document, kind: Kind) -> list[Finding]:
    """The faults of a document by the schema of its kind."""
    from directory.schema import check  # jsonschema takes 60 ms to import: only who loads a document pays

    return check(document, kind)


def _check_alone(document: Document) -> None:
    faults = schema_faults(document, PROFILE)
    if faults:
        deciding = list(checker.decisions(document))
        places = {fault.place for fault in deciding}
        kept = [fault for fault in faults if fault.place not in places]
        _refuse(document, [*kept, *deciding, *placeholder.check(document)])


def _refuse(document: Document, findings: Sequence[Finding]) -> None:
    if findings:
        raise DocumentError(document.file, sorted(findings, key=lambda finding: finding.line))


def _check(document: Document, own: Document, catalogue: Catalogue, disclosure: Disclosure) -> Iterator[Finding]:
    """The faults of a profile with all that it extends; `own` is what it says itself."""
    data = document.data
    languages = data.get("parameters", {}).get("languages", ("en",))
    for index, each in enumerate(languages):
        try:
            FORMATS["rfc5646"].check(each)
        except BadValue as error:
            yield document.finding(("parameters", "languages", index), error.rule, str(error))
    labelled = tuple(languages) if binding.markup(document) == "text" else ()
    checks = Checker(document, catalogue, disclosure, labelled)
    for kind in data["objects"]:
        yield from checks.check(kind)
    yield from checks.unruled()
    yield from checks.unnamed()
    yield from checks.rules()
    yield from checks.redaction(own.data.get("redaction", {}))
    yield from placeholder.check(document)
    yield from wording.check(document)
    yield from binding.check(document, disclosure)
    update = data.get("footer", {}).get("update", "{as_of}")
    for text in [update] if isinstance(update, str) else update.values():
        if "{as_of}" not in text:
            yield document.finding(("footer", "update"), "profile.schema.json", "it lacks {as_of}")
