"""`make messages`: gathers the English texts of code and profiles, and brings the catalogues up to date with them.

`directory/locale/dnrd.pot` lists the texts, `directory/locale/<language>/LC_MESSAGES/dnrd.po` translates them.
What is new stands in a catalogue with an empty translation, to be filled in; what has gone is kept as obsolete,
and revived when the text comes back. The English catalogue is written, not translated.

A label needs no context. Where one English word needs two translations, as the name of a person and that of a
trademark, add to a catalogue an entry of the same text with the table as `msgctxt`: it is kept as long as a label
of that table reads so.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract

from directory.document import Place
from directory.documentfile import load
from directory.language import ROLE

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "directory" / "locale"
TEMPLATE = LOCALE / "dnrd.pot"

_KEYWORDS: Mapping[str, Any] = {"message": None, "pgettext": ((1, "c"), 2)}
_NO_WORDS = re.compile(r"\{(?!role\})[^}]*\}|\S+://\S+")
"""What reads the same in every language. The word of a role does not: `{role}` alone may need others around it."""
_WIDTH = 120
_HEADER = """\
# {title}
# Written by `make messages` (tests/messages.py), which keeps the translations.
msgid ""
msgstr ""
"Project-Id-Version: dnrd\\n"
{language}"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Key = tuple[str, str]
"""A context, mostly empty, and a text."""


@dataclass(frozen=True, slots=True)
class Text:
    """An English text of a document. `context` is `role`, or the table that it is a label of; `uses` are the
    labels that a role's word is put into."""

    place: Place
    text: str
    context: str = ""
    uses: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathered:
    """The template, and the tables that each label stands in."""

    template: Catalog
    tables: dict[str, set[str]] = field(default_factory=dict)


def texts(data: Mapping[str, Any]) -> Iterator[Text]:
    """The English texts of a profile or of a disclosure: those that replies are made of."""
    if "profile" not in data:
        yield from _words(data.get("text"), ("text",))
        for key, rule in data.get("rules", {}).items():
            yield from _hidden(rule.get("hidden", {}), ("rules", key, "hidden"))
        return
    yield from _words(data.get("title"), ("title",))
    yield from _words(data.get("parameters", {}).get("translation"), ("parameters", "translation"))
    for kind, items in data.get("objects", {}).items():
        for index, item in enumerate(items):
            yield from _item(item, ("objects", kind, index), kind)
    for kind, changes in data.get("change", {}).items():
        for index, change in enumerate(changes):
            yield from _change(change, ("change", kind, index), kind)
    for part in ("texts", "footer"):
        for key, value in data.get(part, {}).items():
            if key in ("not-found", "errors"):
                for kind, words in value.items():
                    yield from _words(words, (part, key, kind))
            else:
                yield from _words(value, (part, key))
    for index, notice in enumerate(data.get("notices", ())):
        for key in ("title", "description"):
            yield from _words(notice.get(key), ("notices", index, key))
    for key, hidden in data.get("redaction", {}).items():
        yield from _hidden(hidden, ("redaction", key))


def _hidden(hidden: Mapping[str, Any], place: Place) -> Iterator[Text]:
    """How a withholding reads. Its `name` is registered at IANA, and the same in all languages (RFC 9537 §4.2)."""
    for word in ("text", "description", "reason"):
        yield from _words(hidden.get(word), (*place, word))


def _item(item: Any, place: Place, table: str, word: str = "") -> Iterator[Text]:
    """The texts of an item of a layout; `word` is the group that the item is, where it does not say so itself."""
    if not isinstance(item, dict):
        return
    elements = item.get("elements", ())
    roles = item.get("roles")
    for role, words in roles.items() if isinstance(roles, dict) else ():
        yield from _words(words, (*place, "roles", role), ROLE, tuple(_uses(elements)))
    yield from _words(item.get("label"), (*place, "label"), table)
    for key in ("some", "none", "fixed"):
        yield from _words(item.get(key), (*place, key))
    for index, each in enumerate(elements):
        yield from _item(each, (*place, "elements", index), item.get("each", word))


def _uses(elements: Any) -> Iterator[str]:
    """The labels that the word of a role is put into."""
    for each in elements:
        if isinstance(each, dict) and "roles" not in each:
            label = _english(each.get("label"))
            if label and "{role}" in label:
                yield label
            yield from _uses(each.get("elements", ()))


def _change(change: Mapping[str, Any], place: Place, kind: str) -> Iterator[Text]:
    """The texts that a profile changes in the one that it extends, or adds to it."""
    path = change.get("at") or change.get("after") or change.get("before") or ""
    tables = [kind, *(part.partition("[")[0] for part in path.split("/"))]
    yield from _item(change.get("set"), (*place, "set"), tables[-2], tables[-1])
    for index, item in enumerate(change.get("add", ())):
        yield from _item(item, (*place, "add", index), tables[-2])


def _words(words: Any, place: Place, context: str = "", uses: tuple[str, ...] = ()) -> Iterator[Text]:
    """The English of words that are a text, a text for each language, or several of these; nothing of what has no
    words in it."""
    if isinstance(words, list):
        for index, each in enumerate(words):
            yield from _words(each, (*place, index), context, uses)
        return
    text = _english(words)
    if text and any(map(str.isalpha, _NO_WORDS.sub("", text))):
        yield Text(place, text.rstrip("\n"), context, uses)


def _english(words: Any) -> str | None:
    text = words.get("en") if isinstance(words, dict) else words
    return text if isinstance(text, str) else None


def extract_document(
    stream: IO[bytes], keywords: Any, comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """The extraction method for profiles and disclosures, as Babel calls it."""
    document = load(stream.read(), size=1 << 22)
    for each in texts(document.data):
        yield document.line(each.place), "pgettext", (each.context, each.text), list(each.uses)


def gather(code: Path = ROOT / "directory", profiles: Path = ROOT / "profiles") -> Gathered:
    """All texts, in the order of the files and of their places there."""
    template = Catalog(charset="utf-8")
    gathered = Gathered(template)
    uses: dict[str, dict[str, None]] = {}
    sources: list[tuple[Path, Any]] = [(file, "python") for file in sorted(code.rglob("*.py"))]
    sources += [(file, extract_document) for file in sorted(profiles.rglob("*.yaml"))]
    for file, method in sources:
        name = f"{file.relative_to(code.parent if method == 'python' else profiles.parent)}"
        with file.open("rb") as stream:
            for line, text, comments, context in extract(method, stream, _KEYWORDS):
                assert isinstance(text, str), f"{name}:{line}: plurals are not used"
                if context == ROLE:
                    uses.setdefault(text, {}).update(dict.fromkeys(comments))
                elif context:
                    gathered.tables.setdefault(text, set()).add(context)
                template.add(text, locations=[(name, line)], context=context if context == ROLE else None)
    for word, labels in uses.items():
        if said := template.get(word, ROLE):
            said.auto_comments = [f"stands for {{role}} in: {', '.join(labels)}"]
    return gathered


def renew(old: Catalog, gathered: Gathered) -> Catalog:
    """A catalogue of the texts that are gathered, with the translations of an old one; English says the texts."""
    known = {_key(each): each for each in (*old.obsolete.values(), *old) if each.id}
    new = Catalog(locale=old.locale, charset="utf-8")
    for each in gathered.template:
        if each.id:
            _add(new, each, known.pop(_key(each), None))
    for (context, text), each in known.items():
        if context in gathered.tables.get(text, ()):
            _add(new, each, each)
        elif each.string:
            new.obsolete[(text, context) if context else text] = each
    if old.locale is not None and old.locale.language == "en":
        for each in new:
            each.string = each.id
        new.obsolete.clear()
    return new


def _key(each: Message) -> Key:
    return each.context or "", str(each.id)


def _add(catalogue: Catalog, each: Message, old: Message | None) -> None:
    catalogue.add(
        each.id,
        old.string if old else "",
        locations=each.locations,
        flags=each.flags | (old.flags & {"fuzzy"} if old else set()),
        auto_comments=each.auto_comments,
        user_comments=old.user_comments if old else (),
        context=each.context,
    )


def to_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as the text of its file, which has no dates in it: the same texts give the same file."""
    locale = catalogue.locale
    title = f"What dnrd says, in {locale.english_name}." if locale else "What dnrd says: the texts to translate."
    language = f'"Language: {locale}\\n"\n' if locale else ""
    stream = io.BytesIO()
    pofile.write_po(stream, catalogue, width=_WIDTH, omit_header=True, include_lineno=False)
    return _HEADER.format(title=title, language=language).encode() + stream.getvalue()


def read(file: Path) -> Catalog:
    """A catalogue, or the template."""
    with file.open("rb") as stream:
        return pofile.read_po(stream, locale=None if file == TEMPLATE else file.parts[-3])


def catalogues() -> list[Path]:
    """The files of the languages that there are."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/dnrd.po"))


def main() -> int:
    """Write the template and the catalogues, and tell what is left to translate."""
    gathered = gather()
    TEMPLATE.write_bytes(to_bytes(gathered.template))
    for file in catalogues():
        catalogue = renew(read(file), gathered)
        file.write_bytes(to_bytes(catalogue))
        left = sum(1 for each in catalogue if each.id and not each.string)
        print(f"{file.parts[-3]}: {len(catalogue)} texts, {left} without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
