"""Views of any kind, and what of them has to come out of a renderer: the data of the tests of the plain forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st

from directory.answer import Matches
from directory.profile.profile import Profile
from directory.profile.redaction import Redaction
from directory.profile.view import View
from directory.query import Kind, Lookup
from tests.profile import replies
from tests.profile.objects import AS_OF

URL = "https://data.example/domain/example.test?a=1&b='2'"

SECRET = "SECRET"
"""A text that stands in what nobody may see; no generated value has it."""

HIDDEN = Redaction()
REMOVED = Redaction(type="Registrant Phone")
EMPTIED = Redaction(method="emptyValue", type="Registrant Name", reason="server <policy> & \x02")
SHORTENED = Redaction(method="partialValue", description="a part of it", reason="law", text=SECRET)
REPLACED = Redaction(method="replacementValue", type="Registrant Email", value=SECRET)

_WHOLE = st.sampled_from([HIDDEN, REMOVED, EMPTIED])
_PARTLY = st.sampled_from([SHORTENED, REPLACED])

_NASTY = st.sampled_from(
    [
        *("=1+1", "+1.5555550100", "-", "@x", "'t", "a;=1", '"=1', "\t=", "x\r\n=y", "＝1"),
        *("<b>&amp;]]>", "a,b", " ", "\r", "\x00", "\x0b\x1f", "\ufffe\uffff", "\u2028", "\x85"),
        *("Анна", "名\U0001f600", "007", "12", "9" * 20, "1e5"),
    ]
)
TEXTS = _NASTY | st.text(min_size=1, max_size=8)

_GROUPS = frozenset({"dnssec", "transfer", "disclose", "desk"})
_WISHES = st.sampled_from(["name", "org", "addr", "voice", "fax", "email"]) | TEXTS


@st.composite
def views(draw: st.DrawFn, table: str, role: str = "", top: bool = True) -> View:
    """A view of a table with some of its elements, withheld ones, and parts such as the engine makes."""
    fields = draw(_fields(table))
    names = [each.short for each in replies.catalogue().tables[table].elements if not each.never]
    withheld = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    redacted = {short: draw(_PARTLY if short in fields else _WHOLE) for short in withheld}
    parts = {name: found for name, found in draw(_parts(table, role, top)).items() if found}
    form, lang = "", ""
    if table in ("contact", "registrar"):
        form, lang = draw(st.sampled_from(["", "int"])), draw(st.sampled_from(["", "ru", "und-Cyrl"]))
    return View(table, role, fields, redacted, parts, form, lang)


@st.composite
def _fields(draw: st.DrawFn, table: str, only: frozenset[str] | None = None) -> dict[str, tuple[str, ...]]:
    elements = [
        each
        for each in replies.catalogue().tables[table].elements
        if not each.never and (only is None or each.short in only)
    ]
    chosen = draw(st.lists(st.sampled_from(elements), max_size=5, unique_by=lambda each: each.short))
    fields = {}
    for element in chosen:
        most = 3 if element.many and not element.group else 1
        fields[element.short] = tuple(draw(st.lists(TEXTS, min_size=1, max_size=most)))
    return fields


@st.composite
def _parts(draw: st.DrawFn, table: str, role: str, top: bool) -> dict[str, tuple[View, ...]]:
    def some(table: str, most: int = 2, role: str = "") -> tuple[View, ...]:
        return tuple(draw(st.lists(views(table, role, top=False), max_size=most)))

    tables = replies.catalogue().tables
    parts = {name: some(name, 1) for name, each in tables.items() if table in each.of and name not in _GROUPS}
    if table == "domain":
        parts |= {each: some("contact", 1 if each == "registrant" else 2, each) for each in ("registrant", "tech")}
        parts |= {"host": some("host"), "dnssec": _of_one_life(some("dnssec"))}
    if table == "registrar":
        parts |= {each: some("desk", 2, each) for each in ("abuse", "admin")}
    elif top:
        parts["registrar"] = some("registrar", 1)
    if table in ("domain", "contact"):
        parts["transfer"] = some("transfer", 1)
    if table == "contact":
        wishes = draw(st.lists(st.tuples(st.sampled_from(["0", "1"]), _WISHES), max_size=3))
        parts["disclose"] = tuple(
            View("disclose", "", {"flag": (flag,), "element": (wish,)}, {}, {}) for flag, wish in wishes
        )
        texts = frozenset({"name", "org", "street", "city", "sp", "pc", "cc"})
        other = draw(_fields("contact", texts))
        if other:
            parts["postal"] = (View("contact", role, other, {}, {}, "loc", "ru"),)
    return parts


def _of_one_life(records: tuple[View, ...]) -> tuple[View, ...]:
    """The records of one domain, which has one life of signatures."""
    lives = [each.fields["maxSigLife"] for each in records if "maxSigLife" in each.fields]
    for each in records:
        if "maxSigLife" in each.fields:
            each.fields["maxSigLife"] = lives[0]
    return records


OBJECTS = st.sampled_from(["domain", "host", "contact", "registrar"]).flatmap(views)


Fields = dict[str, tuple[str, ...]]


def answer(profile: Profile, *found: View, is_cut: bool = False) -> Matches:
    """An answer with these views in it."""
    return Matches(Lookup(Kind.DOMAIN, "example.test"), profile, AS_OF, found, is_cut)


Path = tuple[str | int, ...]
Values = dict[Path, tuple[str, ...]]


def disclosed(view: View, at: Path = ()) -> Values:
    """All that is disclosed: the values by the part, which of several it is, and the short name."""
    found: Values = {(*at, short): values for short, values in view.fields.items()}
    for name, parts in view.parts.items():
        for index, part in enumerate(parts):
            found |= disclosed(part, (*at, name, index))
    return found


_METHODS: Mapping[Redaction, str] = {
    REMOVED: "removal",
    EMPTIED: "removal",
    SHORTENED: "partialValue",
    REPLACED: "replacementValue",
}


Withheld = tuple[str, str, str]
"""The element in its part, the method, and the name under which it is declared."""


def withheld(view: View) -> Iterator[Withheld]:
    """All that is said to be withheld, once for each object."""
    yield from _own(view)
    for name, parts in view.parts.items():
        for part in parts:
            if _is_object(part, name):
                yield from withheld(part)


def _own(view: View) -> set[Withheld]:
    """What is withheld of an object and of the groups that belong to it."""
    part = view.role if view.table == "contact" and view.role else view.table
    found = {
        (f"{part}.{short}", _METHODS[each], each.type or each.description)
        for short, each in view.redacted.items()
        if each in _METHODS
    }
    groups = [each for name, parts in view.parts.items() for each in parts if not _is_object(each, name)]
    return found.union(*map(_own, groups))


def _is_object(view: View, name: str) -> bool:
    return view.table in ("registrar", "contact", "host") and name != "postal"
