"""The JSON Schema (2020-12) of what a profile answers in plain JSON: exact, made from what the profile promises.

What `directory.markup.json` writes, said beforehand: which members there are, which of them always, and what can
stand in them. It is of the answers to one audience, in any of the profile's languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from directory.language import translate
from directory.markup import reply
from directory.markup.shape import EXACT, kinds, methods, named, stand
from directory.profile.postal import SPOKEN, TEXTS
from directory.profile.promise import Part, Promise, Promises
from directory.profile.redaction import Redaction
from directory.profile.valueschema import Json, array, number, one_of, record, replacement, said, text

_STRING: Json = {"type": "string"}
_TEXT: Json = {"type": "string", "minLength": 1}
_BEYOND: Json = {"type": "string", "pattern": f"^[1-9][0-9]{{{EXACT},}}$"}
"""A number that not every reader of JSON keeps."""
_KINDS = ("domain", "host", "registrar", "contact")
_TOGETHER = {"registrar": ("registrar", "contact"), "contact": ("registrar", "contact")}
"""The kinds of objects that one answer may have beside each other: entities (RFC 9082 §3.2.3)."""


def schema(promises: Promises) -> Json:
    """The schema of every answer: one of objects of a kind, of an error, of help."""
    made = _Schema(promises)
    bodies = {**made.objects(), "error": made.error(), "help": made.help()}
    profile = promises.profile
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{profile.name} {profile.version}, as JSON, to {promises.audience}",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in bodies],
        "$defs": {**bodies, **made.definitions},
    }


class _Schema:
    """Makes the schema of one profile; `definitions` are the objects that others refer to."""

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        self._profile = promises.profile
        self.definitions: dict[str, Json] = {}

    def objects(self) -> dict[str, Json]:
        """The answers with objects, by their kind."""
        found = {kind: part for kind in _KINDS if (part := self._promises.of(kind)) is not None}
        for kind, part in found.items():
            self.definitions[f"object-{kind}"] = self._object(kind, part, kind)
        bodies = {}
        for kind in found:
            beside = [_refer(f"object-{each}") for each in _TOGETHER.get(kind, (kind,)) if each in found]
            listed = array(one_of(beside), 1)
            if len(beside) > 1:
                listed["prefixItems"] = [_refer(f"object-{kind}")]
            bodies[kind] = self._body(kind, {"objects": listed, "isCut": {"type": "boolean"}}, ("asOf",))
        return bodies

    def error(self) -> Json:
        """The answer that there is none."""
        lines = array(_STRING, 1)
        status = {"type": "integer", "minimum": 400, "maximum": 599}
        members = {"status": status, "title": _TEXT, "description": lines}
        return self._body("error", {"error": record(members, members)})

    def help(self) -> Json:
        """The answer about the service itself."""
        lines = {"description": array(_STRING)}
        return self._body("help", {"help": record(lines, lines)})

    def _body(self, on: str, members: dict[str, Json], sure: tuple[str, ...] = ()) -> Json:
        profile = self._profile
        own = {"name": {"const": profile.name}, "version": {"const": profile.version}}
        properties: dict[str, Json] = {
            "url": {"type": "string", "format": "uri"},
            "asOf": _TEXT | {"format": "date-time"},
            "profile": record(own, own),
            "language": {"enum": sorted(profile.variants)},
            **members,
        }
        required = ["url", "profile", "language", *sure, *members]
        number = sum(1 for _ in reply.notices(profile, on))
        if number:
            properties["notices"] = array(_NOTICE, number, number)
            required.append("notices")
        return record(properties, required)

    def _object(self, path: str, part: Part, kind: str = "") -> Json:
        """An object, with what it says of itself to be withheld."""
        made = self._view(path, part)
        if kind:
            made["properties"] = {"object": {"const": kind}, **made["properties"]}
            made["required"] = ["object", *made.get("required", ())]
        withheld = list(dict.fromkeys(_withheld(part)))
        if withheld:
            entries = [each for element, redaction in withheld for each in self._entries(element, redaction)]
            made["properties"]["redacted"] = array({"enum": entries}, 1, len(withheld))
            if any(each.is_surely_declared for each in part.promises.values()):
                made.setdefault("required", []).append("redacted")
        return made

    def _entries(self, element: str, redaction: Redaction) -> list[Json]:
        """What is declared of an element, in each of the languages of the profile."""
        entries: list[Json] = []
        for language, by in product(self._profile.variants, methods(redaction)):
            entry = {"element": element, "method": by, "name": named(redaction, language)}
            entry |= {"reason": translate(redaction.reason, language)} if redaction.reason else {}
            entries += [] if entry in entries else [entry]
        return entries

    def _view(self, path: str, part: Part) -> Json:
        """The members of a part, and of the parts in it."""
        properties, required = {}, []
        for short, promise in part.promises.items():
            if promise.is_said:
                properties[short] = {**said(promise, self._profile.language), **self._element(part, promise)}
                if promise.is_sure:
                    required.append(short)
        if part.table in ("contact", "registrar") and _says(part, TEXTS):
            properties["form"] = {"enum": ["int", "loc"]}
            if part.is_tagged and _says(part, SPOKEN):
                properties["lang"] = _TEXT
            if any(each.is_surely_tagged for each in part.promises.values()):
                required += ["form", "lang"]
        for name, each in part.parts.items():
            member = self._place(properties, f"{path}.{name}", name, each)
            required += [member] if member else []
        return record(properties, required)

    def _place(self, properties: dict[str, Json], path: str, name: str, part: Part) -> str:
        """Put a part where it stands among the members of its owner; the member, if it is always there."""
        member, is_named, is_many, is_own = stand(name, part.table)
        self.definitions[path] = self._view(path, part) if is_own else self._object(path, part)
        made = array(_refer(path), max(part.least, 1), part.most) if is_many else _refer(path)
        if is_named:
            properties.setdefault(member, record({}, minProperties=1))["properties"][name] = made
        else:
            properties[member] = made
        return member if part.least and not is_named else ""

    def _element(self, part: Part, promise: Promise) -> Json:
        """A member: one value, or a list where there may be several."""
        kind = kinds(self._profile, part.table).get(promise.element.short)
        value = _number(promise) if kind and kind.is_number else text(promise)
        if not kind or not kind.is_many:
            return value
        low = promise.demand.low if promise.sight == "always" else 1
        return array(value, max(low, 1), promise.demand.high)


def _number(promise: Promise) -> Json:
    """A value of an element that is a number; a part of one may be none."""
    choices = []
    if promise.is_shown:
        choices.append(number(promise))
        if promise.element.range[1] is None and not promise.element.group:
            choices.append(_BEYOND)
    if promise.is_cut:
        choices.append({"type": ["integer", "string"]})
    if promise.is_replaced:
        choices.append(replacement(promise))
    return one_of(choices)


def _says(part: Part, shorts: frozenset[str]) -> bool:
    return any(part.may(short) is not None for short in shorts)


def _withheld(part: Part) -> Iterator[tuple[str, Redaction]]:
    """What may be declared of an object and of the groups that belong to it, as `shape.declared` has it."""
    for short, promise in part.promises.items():
        if promise.redaction is not None and promise.is_declared:
            yield f"{part.name}.{short}", promise.redaction
    for name, each in part.parts.items():
        if stand(name, each.table).is_own:
            yield from _withheld(each)


def _refer(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


_LINK = record({"rel": _TEXT, "href": _TEXT, "type": _TEXT}, ("rel", "href", "type"))
_NOTICE = record(
    {"title": _STRING, "description": array(_STRING), "links": array(_LINK, 1)}, ("title", "description")
)
