"""From a checked document to a profile in all its languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory import language as languages_of
from directory.document import Document
from directory.model.catalogue import Catalogue
from directory.model.name import to_ascii
from directory.profile import constraint, redaction
from directory.profile.binding import markup
from directory.profile.disclosure import Disclosure, table_of
from directory.profile.layout import Speak, from_data
from directory.profile.postal import Choice
from directory.profile.profile import Link, Notice, Profile, Terms, Texts, Words

_FORMS = ("loc", "int")


def from_document(document: Document, catalogue: Catalogue, disclosure: Disclosure) -> Profile:
    """The profile that a document says, which was checked with this disclosure."""
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
        markup=markup(document),
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
