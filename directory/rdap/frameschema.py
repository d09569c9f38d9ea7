"""The JSON Schema of what frames an object over RDAP: conformance, notices, links, events, remarks, redactions.

What `directory.rdap.render`, `directory.rdap.remark` and `directory.rdap.redaction` write (RFC 9083 §4, RFC 9537).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from directory.language import translate
from directory.profile.layout import Fixed, Group, Item
from directory.profile.profile import Profile
from directory.profile.promise import Part
from directory.profile.redaction import Redaction
from directory.profile.valueschema import Json, array, literal, one_of, record, text
from directory.rdap.event import EVENTS, UPDATED
from directory.rdap.path import within
from directory.rdap.redaction import EXTENSION, methods
from directory.rdap.remark import remarked

TEXT: Json = {"type": "string", "minLength": 1}
_STRING: Json = {"type": "string"}
_URI: Json = {"type": "string", "format": "uri", "minLength": 1}
_DATE: Json = {"type": "string", "format": "date-time", "minLength": 20}


class Members:
    """The members of an object on the way: what each is, and which are always there."""

    def __init__(self, object_class: str = "") -> None:
        self._properties: dict[str, Json] = {}
        self._required: dict[str, None] = {}
        if object_class:
            self.add("objectClassName", {"const": object_class})

    def add(self, name: str, schema: Json, sure: bool = True) -> None:
        """A member, in place of another of this name."""
        self._properties[name] = schema
        self._required.pop(name, None)
        if sure:
            self._required[name] = None

    def add_events(self, schema: Json, part: Part) -> None:
        """The member of the events of a part, if it has any."""
        dated = [each for short in EVENTS if (each := part.may(short)) is not None]
        if dated:
            self.add("events", {**schema, "minItems": 1}, any(each.is_sure for each in dated))

    def update(self, others: Members) -> None:
        """The members of another object as well."""
        self._properties.update(others._properties)
        self._required.update(others._required)

    def record(self) -> Json:
        """The object."""
        return record(self._properties, self._required)


@dataclass(frozen=True, slots=True)
class Declared:
    """What may be declared to be withheld, by which methods (RFC 9537 §4.2); `is_sure` if something always is."""

    entries: tuple[Redaction, ...] = ()
    methods: frozenset[str] = frozenset()
    is_sure: bool = False

    def maybe(self) -> Declared:
        """The same, where it is not sure."""
        return replace(self, is_sure=False)

    def schema(self, profile: Profile) -> Json:
        """The member `redacted`, in any of the languages of a profile."""
        types = {each.type for each in self.entries} - {""}
        own = {each.description for each in self.entries if not each.type}
        named = [{"type": each} for each in sorted(types)] + _described(own, profile)
        entry: dict[str, Json] = {
            "name": {"enum": named},
            "prePath": _PATH,
            "postPath": _PATH,
            "replacementPath": _PATH,
            "pathLang": {"const": "jsonpath"},
            "method": {"enum": sorted(self.methods)},
        }
        reasons = _described({each.reason for each in self.entries} - {""}, profile)
        if reasons:
            entry["reason"] = {"enum": reasons}
        return array(record(entry, ("name", "method")), 1)


def _described(texts: Iterable[str], profile: Profile) -> list[Json]:
    """Texts of ours, in the languages of a profile."""
    said = {translate(each, language) for each in texts for language in profile.variants}
    return [{"description": each} for each in sorted(said)]


_PATH: Json = {"type": "string", "pattern": r"^\$"}


def declared(part: Part) -> Declared:
    """What may be declared of an object and of the parts in it."""
    found = {
        (where, short, each.redaction): None
        for where, one in _parts(part)
        for short, each in one.promises.items()
        if each.is_declared and each.redaction is not None
    }
    return Declared(
        entries=tuple(dict.fromkeys(redaction for _, _, redaction in found)),
        methods=frozenset().union(*(methods(*each) for each in found)),
        is_sure=any(each.is_surely_declared for each in part.promises.values()),
    )


def _parts(part: Part) -> Iterator[tuple[str, Part]]:
    """An object and the parts that are declared with it, each with what it is there (`path.PATHS`)."""
    yield part.table, part
    for name, each in part.parts.items():
        yield within("", name, each.table)[0], each
        if each.table == "registrar":
            yield from ((desk.table, desk) for desk in each.parts.values())


def frame(profile: Profile, on: str, redactions: Declared) -> Members:
    """What every answer begins with (RFC 9083 §4.1, §4.3, §4.4)."""
    plain, extended = [*profile.conformance], [*profile.conformance, EXTENSION]
    conformance = [] if redactions.is_sure else [plain]
    conformance += [extended] if redactions.entries else []
    number = sum(1 for notice in profile.notices if not notice.on or on in notice.on)
    members = Members()
    members.add("rdapConformance", {"enum": conformance})
    members.add("lang", {"enum": sorted(profile.variants)})
    members.add("notices", array(_NOTICE, number, number))
    return members


def error(profile: Profile) -> Json:
    """The answer that there is none (RFC 9083 §6)."""
    members = frame(profile, "error", Declared())
    members.add("errorCode", {"type": "integer", "minimum": 400, "maximum": 599})
    members.add("title", TEXT)
    members.add("description", array(_STRING, 1))
    return members.record()


def help_text(profile: Profile) -> Json:
    """The answer about the service itself, which names every extension (RFC 9083 §4.1, §7)."""
    return frame(profile, "help", Declared((Redaction(),), is_sure=True)).record()


def links(first: str, second: str = "", sure: bool = False) -> Json:
    """A link of this relation and one of a second, which may be missing unless it is sure (RFC 9083 §4.2)."""
    known = [_link(rel) for rel in (first, second) if rel]
    return {"type": "array", "prefixItems": known, "items": False, "minItems": 2 if second and sure else 1}


def any_links(known: Mapping[str, bool]) -> Json:
    """Links of these relations, each once at most; of each whether it is sure."""
    if len(known) == 1:
        (rel,) = known
        return links(rel)
    first, second = known
    if known[first]:
        return links(first, second, known[second])
    return {"anyOf": [links(first, second, known[second]), links(second)]}


def _link(rel: str = "") -> Json:
    members = {"value": _URI, "rel": {"const": rel} if rel else TEXT, "href": _URI, "type": TEXT}
    return record(members, members)


_NOTICE = record(
    {"title": _STRING, "description": array(_STRING), "links": array(_link(), 1)}, ("title", "description")
)


def events(part: Part | None, stamped: bool = False) -> Json:
    """The events of an object, each once; with `stamped` also that the data were committed."""
    known: dict[str, tuple[Json, bool]] = {}
    for short, action in EVENTS.items():
        promise = part.may(short) if part is not None else None
        if promise is not None:
            known[action] = (text(promise), promise.is_sure)
    if stamped:
        known[UPDATED] = (_DATE, True)
    if not known:
        return array({}, most=0)
    made = array(one_of([_event(action, date) for action, (date, _) in known.items()]))
    made["allOf"] = [
        {
            "contains": {"properties": {"eventAction": {"const": action}}},
            "minContains": int(sure),
            "maxContains": 1,
        }
        for action, (_, sure) in known.items()
    ]
    return made


def _event(action: str, date: Json) -> Json:
    members = {"eventAction": {"const": action}, "eventDate": date}
    return record(members, members)


def remarks(profile: Profile, kind: str, namesakes: bool = False) -> Json | None:
    """The remarks on a kind of object, None if there are none: one for each group that has no member, and with
    `namesakes` that others have the same name."""
    lines: dict[str, dict[str, None]] = {}
    for variant in profile.variants.values():
        for _, title, items in remarked(variant, kind):
            known = [begin for item in items for begin in _begins(item)]
            lines.setdefault(title, {}).update(dict.fromkeys(known))
    found = []
    for title, begins in lines.items():
        line: Json = {"type": "string", "pattern": f"^({'|'.join(map(literal, begins))})"}
        members = {"title": {"const": title}, "description": array(line, 1)}
        found.append(record(members, members))
    if namesakes:
        members = {"title": TEXT, "description": array(TEXT, 1)}
        found.append(record(members, members))
    return array(one_of(found), 1) if found else None


def _begins(item: Item) -> Iterator[str]:
    """What a line of a remark begins with, as `remark` writes it."""
    if isinstance(item, Fixed):
        yield f"{item.label}: {item.value}" if item.label else item.value
    elif not isinstance(item, Group):
        yield f"{item.label or ', '.join(item.shorts)}: "
