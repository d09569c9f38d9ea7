"""Reads profiles and disclosures from YAML, checks them, compiles them (schemas/profile.schema.json)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from directory import resources
from directory.document import Document
from directory.document import load as read
from directory.errors import BadValue, DocumentError, Finding
from directory.model.catalogue import Catalogue
from directory.model.name import to_ascii
from directory.profile import disclosure as disclosing
from directory.profile import placeholder
from directory.profile.compile import GRAPHS, Compiler, Present
from directory.profile.disclosure import Disclosure
from directory.profile.layout import Checker, Layout, from_data
from directory.profile.profile import Link, Notice, Profile, Texts

SHIPPED = ("gtld-whois.yaml", "gtld-rdap.yaml", "gtld-disclosure.yaml")

_FORMS = ("loc", "int")


def load(files: Sequence[Path | Traversable], catalogue: Catalogue) -> list[Profile]:
    """The profiles of these files, or of the shipped ones. A disclosure that a profile names and no file has is
    looked for among the shipped; raises `DocumentError`."""
    sources = files or [resources.find("profiles", name) for name in SHIPPED]
    profiles: list[Document] = []
    disclosures: dict[str, Disclosure] = {}
    for source in sources:
        document = read(source, _name(source))
        if isinstance(document.data, dict) and "disclosure" in document.data and "profile" not in document.data:
            loaded = _disclosure(document, catalogue)
            disclosures[loaded.name] = loaded
        else:
            faults = _schema(document, "profile")
            _refuse(document, [*faults, *placeholder.check(document)] if faults else ())
            profiles.append(document)
    built = []
    bound: dict[tuple[str, str], tuple[str, str]] = {}
    for document in profiles:
        disclosure = _named(document, disclosures, catalogue)
        _refuse(document, [*_check(document, catalogue, disclosure), *_check_binding(document, bound)])
        built.append(_profile(document, catalogue, disclosure))
    return built


def _name(source: Path | Traversable) -> str:
    return str(source) if isinstance(source, Path) else source.name


def _schema(document: Document, schema: str) -> list[Finding]:
    from directory.schema import check

    return check(document, schema)


def _refuse(document: Document, findings: Sequence[Finding]) -> None:
    if findings:
        raise DocumentError(document.file, sorted(findings, key=lambda finding: finding.line))


def _disclosure(document: Document, catalogue: Catalogue) -> Disclosure:
    _refuse(document, _schema(document, "disclosure"))
    _refuse(document, list(disclosing.check(document, catalogue)))
    return disclosing.from_document(document)


def _named(document: Document, known: dict[str, Disclosure], catalogue: Catalogue) -> Disclosure:
    """The disclosure that a profile names."""
    name: str = document.data["disclosure"]
    if name not in known:
        file = f"{name}.yaml"
        if file not in resources.names("profiles"):
            said = f"there is no disclosure {name!r}"
            have = ", ".join(known) or "none was given"
            _refuse(document, [document.finding(("disclosure",), "profile.schema.json", said, f"known: {have}")])
        known[name] = _disclosure(read(resources.find("profiles", file), file), catalogue)
    return known[name]


def _check(document: Document, catalogue: Catalogue, disclosure: Disclosure) -> Iterator[Finding]:
    data = document.data
    checker = Checker(document, catalogue, disclosure, labels=data["bind"]["service"] == "whois")
    for kind in data["objects"]:
        yield from checker.check(kind)
    yield from placeholder.check(document)
    for index, tld in enumerate(data["bind"]["tlds"]):
        if tld != "*":
            try:
                to_ascii(tld)
            except BadValue as error:
                yield document.finding(("bind", "tlds", index), error.rule, f"{tld!r}: {error}")
    if "{as_of}" not in data.get("footer", {}).get("update", "{as_of}"):
        yield document.finding(("footer", "update"), "profile.schema.json", "it lacks {as_of}")


def _check_binding(document: Document, bound: dict[tuple[str, str], tuple[str, str]]) -> Iterator[Finding]:
    """One profile for each zone and service, and one disclosure for each zone, whatever the service."""
    data = document.data
    service, name, disclosure = data["bind"]["service"], data["profile"], data["disclosure"]
    for index, tld in enumerate(data["bind"]["tlds"]):
        place = ("bind", "tlds", index)
        if (tld, service) in bound:
            said = f"{bound[tld, service][0]!r} is bound to {tld} and {service} already"
            yield document.finding(place, "one profile for each zone and service", said)
        for (other_tld, other_service), (other, theirs) in bound.items():
            if other_tld == tld and other_service != service and theirs != disclosure:
                said = f"{other!r} discloses the same zone by {theirs!r}"
                yield document.finding(place, "one disclosure for each registry", said)
    for tld in data["bind"]["tlds"]:
        bound[tld, service] = (name, disclosure)


def _profile(document: Document, catalogue: Catalogue, disclosure: Disclosure) -> Profile:
    data = document.data
    parameters: Mapping[str, Any] = data.get("parameters", {})
    language: str = parameters.get("language", "en")
    empty: str = parameters.get("empty", "omit")
    layouts = {kind: from_data(items, language, empty) for kind, items in data["objects"].items()}
    forms = tuple(parameters.get("postal", _FORMS))
    return Profile(
        name=data["profile"],
        version=data["version"],
        since=data["from"],
        service=data["bind"]["service"],
        tlds=tuple(tld if tld == "*" else to_ascii(tld) for tld in data["bind"]["tlds"]),
        language=language,
        disclosure=disclosure,
        layouts=layouts,
        texts=_texts(data),
        notices=tuple(_notice(notice) for notice in data.get("notices", ())),
        conformance=tuple(data.get("conformance", ())),
        port43=parameters.get("port43", ""),
        plans=_plans(layouts, disclosure, catalogue, forms),
    )


def _plans(
    layouts: Mapping[str, Layout], disclosure: Disclosure, catalogue: Catalogue, forms: tuple[str, ...]
) -> dict[tuple[Any, str], Present]:
    plans: dict[tuple[Any, str], Present] = {}
    for audience in disclosure.audiences:
        compiler = Compiler(disclosure, catalogue, audience, forms)
        for kind, layout in layouts.items():
            plans[GRAPHS[kind], audience] = compiler.present(kind, layout)
    return plans


def _texts(data: Mapping[str, Any]) -> Texts:
    texts: Mapping[str, Any] = data.get("texts", {})
    footer: Mapping[str, str] = data.get("footer", {})
    return Texts(
        not_found=dict(texts.get("not-found", {})),
        errors=dict(texts.get("errors", {})),
        reserved=texts.get("reserved", ""),
        help=texts.get("help", "").rstrip("\n"),
        many=texts.get("many", ""),
        match=texts.get("match", ""),
        more=texts.get("more", ""),
        update=footer.get("update", ""),
        pointer=footer.get("pointer", ""),
        disclaimer=footer.get("disclaimer", "").rstrip("\n"),
    )


def _notice(data: Mapping[str, Any]) -> Notice:
    links = tuple(Link(each["rel"], each["href"], each.get("type", "text/html")) for each in data.get("links", ()))
    return Notice(data["title"], tuple(data["description"]), links, frozenset(data.get("on", ())))
