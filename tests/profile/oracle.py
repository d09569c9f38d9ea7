"""Who may see what, decided a second time: naively, straight from the documents, by no code of the engine's.

The tests of privacy compare answers with this. A record is what a registry holds, in plain words; a disclosure and
a profile are the data of their documents. Nothing is compiled, nothing is kept, nothing is left out for speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Values = tuple[str, ...]
Data = Mapping[str, Any]
Place = tuple[tuple[str, int], ...]
"""Where in an object: the names of the parts, each with its number among those of that name."""

_KNOWN = ("contact", "registrar", "host", "dnssec")
POSTAL = ("name", "org", "street", "city", "sp", "pc", "cc")
_EMPTIED = ("name", "street", "city", "sp", "pc")
_WISHES = {
    **dict.fromkeys(("name", "org", "email"), ""),
    **dict.fromkeys(("street", "city", "sp", "pc", "cc"), "addr"),
    **dict.fromkeys(("voice", "voiceExt"), "voice"),
    **dict.fromkeys(("fax", "faxExt"), "fax"),
}
"""Of which elements a contact can say whether they shall be seen, and what EPP calls them (RFC 5733 §2.9)."""


@dataclass
class Record:
    """What a registry holds of an object, or of a group that belongs to one: values by short name, those of postal
    forms by form, and the parts. `role` is what a contact or a desk is to the object."""

    table: str
    role: str = ""
    values: dict[str, Values] = field(default_factory=dict)
    forms: dict[str, dict[str, Values]] = field(default_factory=dict)
    parts: list[Record] = field(default_factory=list)

    def one(self, short: str) -> str:
        """The value of an element, empty if there is none."""
        return next(iter(self.values.get(short, ())), "")

    def groups(self, table: str) -> list[Record]:
        """The parts that are of a table."""
        return [part for part in self.parts if part.table == table]


@dataclass(frozen=True)
class Said:
    """An element that is to be said, with its values, or with what may be seen of them by the method that is
    declared; `second` is of the postal form that is not the first."""

    place: Place
    table: str
    element: str
    values: Values
    form: str = ""
    method: str = ""
    second: bool = False

    @property
    def short(self) -> str:
        return self.element.partition(".")[2]


@dataclass(frozen=True)
class Withheld:
    """An element that is to be declared as withheld, by which method and under which name, as a key and its text;
    `seen` is whether something stands there all the same."""

    place: Place
    table: str
    element: str
    method: str
    name: tuple[str, str]
    seen: bool
    second: bool = False


@dataclass
class Expected:
    """What an answer has to say: these elements, and that these are withheld."""

    said: list[Said] = field(default_factory=list)
    withheld: set[Withheld] = field(default_factory=set)

    def texts(self) -> set[str]:
        """Every text that may be in the answer."""
        return {value for said in self.said for value in said.values}


class Oracle:
    """What a profile says under a disclosure; both are the data of their documents."""

    def __init__(self, disclosure: Data, profile: Data) -> None:
        self.disclosure = disclosure
        self.profile = profile
        self._parameters: Data = profile.get("parameters", {})
        self._public = frozenset(disclosure.get("public", ()))

    def audiences(self, record: Record, audience: str, registrar: str = "") -> set[str]:
        """All whose view a requester has: its audience's, and that of what its registrar is to the object."""
        known: Data = self.disclosure.get("audiences", {})
        waiting = [audience]
        for name, entry in known.items():
            if registrar and entry.get("is") == "sponsor" and record.one("registrarid") == registrar:
                waiting.append(name)
            pending = [each for each in record.groups("transfer") if each.one("trStatus") == "pending"]
            if registrar and entry.get("is") == "gaining" and registrar in [each.one("reRr") for each in pending]:
                waiting.append(name)
        found = {"public"}
        while waiting:
            name = waiting.pop()
            if name in known and name not in found:
                found.add(name)
                waiting += known[name].get("includes", ())
        return found

    def expected(self, record: Record, audiences: set[str], reader: str = "") -> Expected:
        """What a requester who reads a language is told of an object."""
        result = Expected()
        items = self.profile["objects"].get(record.table)
        if items is not None:
            domain = record.one("name") if record.table == "domain" else ""
            _Telling(self, audiences, reader, domain, result).tell(items, record, ())
        return result

    def sees(self, key: str, audiences: set[str], record: Record, form: str) -> bool:
        """Whether one of these audiences sees an element in its part, of this record in this postal form."""
        if key in self._public:
            return True
        rule = self.disclosure.get("rules", {}).get(key)
        return rule is not None and any(self._shows(rule, key, each, record, form) for each in audiences)

    def _shows(self, rule: Data, key: str, audience: str, record: Record, form: str) -> bool:
        """Whether an audience sees it; what hides it is stronger, and holds also where the object is in doubt."""
        short = key.partition(".")[2]
        cases = [(case, _facts_of(case, short, record, form)) for case in rule.get("when", ())]
        if any(audience in case.get("hide", ()) and False not in facts for case, facts in cases):
            return False
        shown = any(audience in case.get("show", ()) and set(facts) <= {True} for case, facts in cases)
        return audience in rule["show"] or shown

    def hidden(self, key: str) -> Data:
        """How it reads that an element is withheld."""
        here: Data = self.profile.get("redaction", {})
        rule: Data = self.disclosure.get("rules", {}).get(key, {})
        found: Data = here[key] if key in here else rule.get("hidden", {})
        return found

    def forms(self, record: Record, reader: str, shorts: list[str], audiences: set[str]) -> list[str]:
        """The postal forms of a record of which these elements are told, the one that is shown first."""
        held = list(record.forms)
        order = [*self._parameters.get("postal", ("loc", "int")), *held]
        chosen = [form for form in dict.fromkeys(order) if form in held]
        if self._parameters.get("postal-forms") == "requested" and reader and len(held) > 1:
            part = record.role if record.table == "contact" and record.role else record.table
            known = [each for each in shorts if each in _SPOKEN and self._is_settled(f"{part}.{each}", audiences)]
            texts = {form: "".join(v for each in known for v in record.forms[form].get(each, ())) for form in held}
            tags = {form: self._tag(record, form, texts[form], audiences) for form in held}
            read = [form for form in held if _primary(tags[form]) in (_primary(reader), "und")]
            chosen = [*dict.fromkeys([*read, *chosen])]
        return chosen

    def _is_settled(self, key: str, audiences: set[str]) -> bool:
        """Whether an element is shown to one of these audiences of whatever object."""
        rule = self.disclosure.get("rules", {}).get(key, {"show": ()})
        cases = [{*case.get("show", ()), *case.get("hide", ())} for case in rule.get("when", ())]
        return key in self._public or (
            not audiences.isdisjoint(rule["show"]) and all(audiences.isdisjoint(each) for each in cases)
        )

    @property
    def both(self) -> bool:
        """Whether a contact's second postal form is shown too."""
        return bool(self._parameters.get("postal-forms") == "both")

    def _tag(self, record: Record, form: str, text: str, audiences: set[str]) -> str:
        """The language of a form by what is declared of it, else by default, else by the script: all letters of
        the marks are Latin, as are the languages and their readers, but for some."""
        rule = f"postalLanguage.{form}"
        own = [each.one(form) for each in record.groups("postalLanguage") if each.one(form)]
        if rule in self.disclosure.get("rules", {}) and not self._is_settled(rule, audiences):
            own = []
        default: str = self._parameters.get("postal-languages", {}).get(form, "")
        if own or not _NOT_LATIN.isdisjoint(text):
            return own[0] if own else ""
        return default or ("" if form == "int" or text.isascii() else "und-Latn")


_SPOKEN = ("name", "org", "street", "city", "sp")
_NOT_LATIN = frozenset("Ж名")


@dataclass
class _Telling:
    """One object being told."""

    oracle: Oracle
    audiences: set[str]
    reader: str
    domain: str
    result: Expected

    def tell(self, items: list[Any], record: Record, place: Place) -> None:
        """All that a layout names of a record and of its parts."""
        shorts, groups = _named(items)
        forms = self.oracle.forms(record, self.reader, shorts, self.audiences)
        first = forms[0] if forms else ""
        self._elements(shorts, record, place, first)
        if record.table == "contact" and self.oracle.both and len(forms) > 1:
            self._second([short for short in shorts if short in POSTAL], record, place, forms[1])
        numbers: dict[str, int] = {}
        for part in record.parts:
            if (part.table, part.role) in groups:
                name = part.role or part.table
                number = numbers.get(name, 0) + 1
                telling = self._another()
                telling.tell(groups[part.table, part.role], part, (*place, (name, number)))
                # That there is a transfer, or a wish, is an element of its own; what is said of it tells it.
                if telling.result.said or part.table in _KNOWN:
                    numbers[name] = number
                    self._add(telling.result)

    def _another(self) -> _Telling:
        return _Telling(self.oracle, self.audiences, self.reader, self.domain, Expected())

    def _add(self, other: Expected) -> None:
        self.result.said += other.said
        self.result.withheld |= other.withheld

    def _second(self, shorts: list[str], record: Record, place: Place, form: str) -> None:
        telling = self._another()
        telling._elements(shorts, record, place, form, second=True)
        if telling.result.said:  # a form of which nothing is shown is not there
            self._add(telling.result)

    def _elements(self, shorts: list[str], record: Record, place: Place, form: str, second: bool = False) -> None:
        part = record.role if record.table == "contact" and record.role else record.table
        for short in shorts:
            key = f"{part}.{short}"
            values = record.forms.get(form, {}).get(short, record.values.get(short, ()))
            postal = form if short in POSTAL else ""
            if self.oracle.sees(key, self.audiences, record, form):
                if values:
                    self.result.said.append(Said(place, record.table, key, values, postal, "", second))
                continue
            self._withhold(Said(place, record.table, key, values, postal, "", second))

    def _withhold(self, what: Said) -> None:
        """What is said of an element that is withheld, and what may be seen of it all the same."""
        hidden = self.oracle.hidden(what.element)
        if self.oracle.disclosure.get("declare") == "held" and not what.values:
            return
        positional = what.table == "contact" and what.short in _EMPTIED
        method = hidden.get("method", "emptyValue" if positional else "removal")
        named = [(key, hidden[key]) for key in ("name", "description") if key in hidden]
        seen: Values = ()
        if method == "partialValue":
            seen = tuple(part for value in what.values for part in _kept(value, hidden["keep"]))
        elif method == "replacementValue":
            seen = (hidden["value"].replace("{name}", self.domain),)
        if seen:
            self.result.said.append(replace(what, values=seen, method=method if named else ""))
        for name in named:
            self.result.withheld.add(
                Withheld(what.place, what.table, what.element, method, name, bool(seen), what.second)
            )


def _named(items: list[Any]) -> tuple[list[str], dict[tuple[str, str], list[Any]]]:
    """The elements that a layout names, and the layouts of its groups by table and role."""
    shorts: list[str] = []
    groups: dict[tuple[str, str], list[Any]] = {}
    for item in items:
        if isinstance(item, str):
            shorts.append(item)
        elif "each" in item:
            for role in item.get("roles", ("",)):
                groups.setdefault((item["each"], role), []).extend(item["elements"])
        elif "fixed" not in item:
            shorts += item.get("together", [item.get("element")])
    return [*dict.fromkeys(shorts)], groups


def _facts_of(case: Data, short: str, record: Record, form: str) -> list[bool | None]:
    """Whether each fact of a case is as the case wants it; None where the object contradicts itself."""
    found = [_is_so(key, said, short, record, form) for key, said in case.get("if", {}).items()]
    unwanted = [_is_so(key, said, short, record, form) for key, said in case.get("unless", {}).items()]
    return [*found, *(None if each is None else not each for each in unwanted)]


def _is_so(key: str, said: Any, short: str, record: Record, form: str) -> bool | None:
    if key == "disclose":
        return _is_asked(said, short, record, form)
    wanted = {str(each) for each in (said if isinstance(said, list) else [said])}
    places = _said(key, record)
    if not _is_in_forms(key, record):
        together = [value for values in places for value in values]
        places = [tuple(together)] if key.partition(".")[2] in _SEVERAL else [(value,) for value in together]
    found = {not wanted.isdisjoint(values) for values in places}
    return None if len(found) > 1 else True in found


def _is_asked(said: str, short: str, record: Record, form: str) -> bool | None:
    """Whether a contact asked for this: of a value in a postal form, or of one that has none, for both forms."""
    called = _WISHES[short] or short
    wishes = [wish for wish in record.groups("disclose") if wish.one("element") == called]
    asked = [
        {wish.one("flag") for wish in wishes if wish.one("form") in ("", each)}
        for each in ([form] if short in POSTAL else ["int", "loc"])
    ]
    if asked[0] != asked[-1] or len(asked[0]) > 1:
        return None
    return {"hide": "0", "show": "1"}[said] in asked[0]


_SEVERAL = frozenset({"status", "rgpStatus", "street", "addr", "ns", "host", "class"})
"""The elements that have several values by their nature."""


def _is_in_forms(key: str, record: Record) -> bool:
    table, _, short = key.partition(".")
    return table == record.table and any(short in held for held in record.forms.values())


def _said(key: str, record: Record) -> list[Values]:
    """What is said of an element, by a record, by each of its postal forms, or by the groups that belong to it."""
    table, _, short = key.partition(".")
    if _is_in_forms(key, record):
        return [held[short] for held in record.forms.values() if short in held]
    places = [record] if table == record.table else record.groups(table)
    return [place.values[short] for place in places if short in place.values]


def _kept(value: str, keep: Any) -> Values:
    """The part of a value that may be seen; none if it would be all of it."""
    if keep == "domain":
        return ("@" + value.rpartition("@")[2],) if "@" in value else ()
    (end, number), *_ = keep.items()
    if number >= len(value):
        return ()
    return (value[:number],) if end == "first" else (value[len(value) - number :],)


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]
