"""What of each object a profile lets into a deposit: built up from views, element by element (SAC054 §5).

An element that is withheld, or that the profile does not name, is left out. Nothing is written in its place: where
RFC 9022 asks for it, the object is a finding, and the deposit is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from directory.errors import Finding
from directory.escrow.fields import Report
from directory.model.base import Transfer, Value
from directory.model.catalogue import Catalogue
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import Domain, SecDNS
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.registrar import Registrar, RegistrarPostal, Sponsor
from directory.model.registry import Extension
from directory.profile.constraint import Violated
from directory.profile.layout import Outline
from directory.profile.view import View

V = TypeVar("V", bound=Value)

_GRAPHS: Mapping[str, Callable[[Any, tuple[Extension, ...]], Graph]] = {
    "domain": lambda one, extensions: DomainGraph(one, None, extensions=extensions),
    "host": lambda one, extensions: HostGraph(one, None, extensions),
    "contact": lambda one, extensions: ContactGraph(one, None, extensions),
    "registrar": lambda one, extensions: RegistrarGraph(Sponsor(one), extensions),
}
"""An object with what belongs to it alone: in a deposit, others stand for themselves."""

_STAMPS = {
    "crRr": {"cr_rr": None},
    "crClient": {"cr_client": None},
    "crDate": {"cr_date": None},
    "upRr": {"up_rr": None},
    "upClient": {"up_client": None},
    "upDate": {"up_date": None},
    "trDate": {"tr_date": None},
}
_PHONES = {
    "voice": {"voice": None},
    "voiceExt": {"voice_ext": None},
    "fax": {"fax": None},
    "faxExt": {"fax_ext": None},
    "email": {"email": None},
}
_LEFT_OUT: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "domain": {
        **_STAMPS,
        "uName": {"u_name": None},
        "idnTableId": {"idn_table": None},
        "originalName": {"original_name": None},
        "exDate": {"ex_date": None},
        "rgpStatus": {"rgp": ()},
        "ns": {"ns": (), "ns_addresses": ()},
    },
    "host": {**_STAMPS, "addr": {"addresses": ()}},
    "contact": {**_STAMPS, **_PHONES},
    "registrar": {
        **_PHONES,
        "gurid": {"gurid": None},
        "status": {"status": None},
        "url": {"url": None},
        "whoisinfo": {"whois_name": None},
        "whoisUrl": {"whois_url": None},
        "crDate": {"cr_date": None},
        "upDate": {"up_date": None},
    },
    "nndn": {
        "uName": {"u_name": None},
        "idnTableId": {"idn_table": None},
        "originalName": {"original_name": None},
        "mirroringNS": {"mirroring_ns": None},
        "crDate": {"cr_date": None},
    },
    "idnTable": {},
}
"""What an object is without an element, by the element's short name."""
_POSTAL = {
    **{short: (short,) for short in ("name", "org", "city", "sp", "pc", "cc")},
    "street": ("street_1", "street_2", "street_3"),
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "domain": ("name", "id", "status", "registrarid"),
    "host": ("name", "id", "status", "registrarid"),
    "contact": ("id", "roid", "status", "email", "registrarid"),
    "registrar": ("registrarid", "org"),
    "nndn": ("aName", "nameState"),
    "idnTable": ("id", "url", "urlPolicy"),
    "transfer": ("trStatus", "reRr", "reDate", "acRr", "acDate"),
}
"""The elements that RFC 9022 §9 asks for wherever their object is."""
_POSTAL_NEEDED = ("name", "city", "cc")
_DS, _ds_of = ("keyTag", "alg", "digestType", "digest"), attrgetter("key_tag", "alg", "digest_type", "digest")
_KEY, _key_of = ("flags", "protocol", "keyAlg", "pubKey"), attrgetter("flags", "protocol", "key_alg", "pub_key")
_KEYS = {
    "domain": "name",
    "host": "name",
    "contact": "handle",
    "registrar": "id",
    "nndn": "name",
    "idnTable": "id",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as it is written, with its extensions."""

    value: Value
    extensions: tuple[Extension, ...]


class Disclosed:
    """Makes of objects what a profile shows of them to an audience.

    `outlines` are the elements that the profile names, by kind of object; `present` gives an object's view. `both`
    is whether it shows both postal forms. `registry` are the elements that the disclosure shows of what no profile
    speaks of, NNDN and IDN tables, by their table of the catalogue; all, where it does not rule that table.
    """

    def __init__(
        self,
        outlines: Mapping[str, Outline],
        present: Callable[[Graph], View],
        catalogue: Catalogue,
        audience: str,
        registry: Mapping[str, Container[str]],
        *,
        both: bool,
    ) -> None:
        self._outlines = outlines
        self._present = present
        self._catalogue = catalogue
        self._audience = audience
        self._registry = registry
        self._both = both

    def speaks_of(self, kind: str) -> bool:
        """Whether objects of a kind are written at all; of what is the registry's own no profile speaks."""
        return kind in self._outlines or kind not in _GRAPHS

    def shows_group(self, kind: str, table: str) -> bool:
        """Whether the profile names the groups of an extension that belong to a kind of object."""
        return kind in self._outlines and (table, "") in self._outlines[kind].groups

    def show(self, kind: str, value: Value, extensions: Sequence[Extension], report: Report) -> Shown:
        """The object without what is withheld; what a deposit cannot be without is reported."""
        table = {"idn_table": "idnTable"}.get(kind, kind)
        if kind not in _GRAPHS:
            shown = self._registry.get(table)
            if shown is not None:
                value = self._without(value, table, lambda short: short not in shown, report)
            return Shown(value, ())
        one = _Object(self, kind, value, report)
        try:
            view = self._present(_GRAPHS[kind](value, tuple(extensions)))
        except Violated as error:
            for violation in error.violations:
                report.add(Finding(one.place, f"profile {error.profile}", violation.rule, violation.element))
            return Shown(value, ())
        return one.shown(self._outlines[kind], view, extensions)

    def _without(self, value: V, table: str, withheld: Callable[[str], bool], report: Report) -> V:
        place = f"{table} {getattr(value, _KEYS[table])}"
        for short in _NEEDED[table]:
            if withheld(short):
                self.refuse(place, f"{table}.{short}", report)
        left_out = [fields for short, fields in _LEFT_OUT[table].items() if withheld(short)]
        changes = {name: empty for fields in left_out for name, empty in fields.items()}
        return msgspec.structs.replace(value, **changes) if changes else value

    def refuse(self, place: str, key: str, report: Report) -> None:
        """An element is withheld that a deposit has to have."""
        element = self._catalogue[key]
        message = f"it is withheld from {self._audience}, and a deposit has to have it"
        hint = f"show {key} to {self._audience}, or make the deposit for another audience"
        report.add(Finding(place, "RFC 9022 §9", message, element.xml or key, hint=hint))


class _Object:
    """One object of a kind that profiles speak of."""

    def __init__(self, by: Disclosed, kind: str, value: Value, report: Report) -> None:
        self._by = by
        self._kind = kind
        self._value: Any = value
        self._report = report
        self.place = f"{kind} {getattr(value, _KEYS[kind])}"

    def shown(self, outline: Outline, view: View, extensions: Sequence[Extension]) -> Shown:
        """The object as it is written."""
        withheld = _withheld(outline, view)
        value = self._by._without(self._value, self._kind, withheld, self._report)
        changes = _PARTS[self._kind](self, value, outline, view)
        changes = {name: part for name, part in changes.items() if part != getattr(value, name)}
        if changes:
            value = msgspec.structs.replace(value, **changes)
        return Shown(value, tuple(self._extensions(outline, view, extensions)))

    def domain(self, value: Domain, outline: Outline, view: View) -> dict[str, Any]:
        """A domain's contacts, records and transfer."""
        withheld = _withheld(outline, view)
        secdns, life = self._records(value, outline, view)
        return {
            "contacts": tuple([link for link in value.contacts if not withheld(link.role)]),
            "secdns": secdns,
            "max_sig_life": life,
            "transfer": self._transfers(value.transfer, outline, view),
        }

    def contact(self, value: Contact, outline: Outline, view: View) -> dict[str, Any]:
        """A contact's postal forms, transfer, and what it wants disclosed."""
        forms = {each.form: each for each in (view, *view.parts.get("postal", ())) if each.form}
        own = [each for each in value.postal if each.type in forms]
        shown = [self._form(each, outline, forms[each.type]) for each in own]
        postal = tuple([each for each in shown if each is not None])
        if not postal:
            self._refuse("name")
        return {
            "postal": postal or value.postal,
            "transfer": self._transfers(value.transfer, outline, view),
            "disclose": self._wishes(value.disclose, outline, view),
        }

    def registrar(self, value: Registrar, outline: Outline, view: View) -> dict[str, Any]:
        """A registrar's address."""
        forms = [postal for postal in value.postal if self._by._both or postal.type == view.form]
        shown = [self._form(postal, outline, view) for postal in forms]
        return {"postal": tuple([each for each in shown if each is not None])}

    def _form(self, postal: Postal | RegistrarPostal, outline: Outline, view: View) -> Any:
        """A postal form; None if nothing of it is shown."""
        withheld = _withheld(outline, view)
        own = [short for short in _POSTAL if short in _POSTAL_OF[type(postal)]]
        hidden = [short for short in own if withheld(short)]
        if len(hidden) == len(own):
            return None
        for short in hidden:
            if short in _POSTAL_NEEDED:
                self._refuse(short)
        left_out = [short for short in hidden if short not in _POSTAL_NEEDED]
        changes = {name: None for short in left_out for name in _POSTAL[short]}
        return msgspec.structs.replace(postal, **changes) if changes else postal

    def _records(self, value: Domain, outline: Outline, view: View) -> tuple[tuple[SecDNS, ...], int | None]:
        group = outline.groups.get(("dnssec", ""))
        views = view.parts.get("dnssec", ())
        if group is None or not views:
            return (), None
        records = [self._record(*each, group) for each in zip(value.secdns, views, strict=True)]
        life = None if _withheld(group, views[0])("maxSigLife") else value.max_sig_life
        return tuple([each for each in records if each is not None]), life

    def _record(self, record: SecDNS, view: View, group: Outline) -> SecDNS | None:
        withheld = _withheld(group, view)
        ds = record.digest is not None and self._whole(_DS, withheld, "dnssec")
        key = record.pub_key is not None and self._whole(_KEY, withheld, "dnssec")
        if not ds and not key:
            return None
        nothing = (None,) * 4
        return SecDNS(*(_ds_of(record) if ds else nothing), *(_key_of(record) if key else nothing))

    def _transfers(self, transfers: tuple[Transfer, ...], outline: Outline, view: View) -> tuple[Transfer, ...]:
        group = outline.groups.get(("transfer", ""))
        views = view.parts.get("transfer", ())
        if group is None or not views:
            return ()
        kept = []
        for transfer, each in zip(transfers, views, strict=False):
            withheld = _withheld(group, each)
            if self._whole(_NEEDED["transfer"], withheld, "transfer"):
                optional = (("reClient", "re_client"), ("acClient", "ac_client"), ("exDate", "ex_date"))
                changes = {name: None for short, name in optional if withheld(short)}
                kept.append(msgspec.structs.replace(transfer, **changes) if changes else transfer)
        return tuple(kept)

    def _wishes(self, disclose: tuple[Disclose, ...], outline: Outline, view: View) -> tuple[Disclose, ...]:
        """What the contact wants disclosed: whole, or it would say something else."""
        group = outline.groups.get(("disclose", ""))
        views = view.parts.get("disclose", ())
        if group is None or len(views) < len(disclose):
            return ()
        shorts = ("flag", "element", "form")
        return () if any(_withheld(group, each)(short) for each in views for short in shorts) else disclose

    def _whole(self, shorts: Sequence[str], withheld: Callable[[str], bool], table: str) -> bool:
        """Whether a group is shown: all of it, or it is refused; none of it, and it is left out."""
        hidden = [short for short in shorts if withheld(short)]
        if len(hidden) < len(shorts):
            for short in hidden:
                self._by.refuse(self.place, f"{table}.{short}", self._report)
            return True
        return False

    def _extensions(self, outline: Outline, view: View, extensions: Sequence[Extension]) -> Iterable[Extension]:
        """The groups of extensions without what is withheld, and without those of which nothing is left: they have
        no view."""
        own: dict[str, set[str]] = {}
        for each in extensions:
            own.setdefault(each.table, set()).update(each.values)
        # What is derived, as the ROID of the owner, may be all that a view shows.
        left = {
            table: [one for one in view.parts.get(table, ()) if any(_is_told(one, short) for short in shorts)]
            for table, shorts in own.items()
        }
        for each in extensions:
            views = left[each.table]
            if (each.table, "") not in outline.groups or not views or not _fits(views[0], each, own[each.table]):
                continue
            seen = views.pop(0)
            values = {short: each.values[short] for short in each.values if _is_told(seen, short)}
            if len(values) == len(each.values):
                yield each
                continue
            for short in each.values:
                if short not in values and self._by._catalogue[f"{each.table}.{short}"].min:
                    self._by.refuse(self.place, f"{each.table}.{short}", self._report)
            if values:
                yield msgspec.structs.replace(each, values=values)

    def _refuse(self, short: str) -> None:
        self._by.refuse(self.place, f"{self._kind}.{short}", self._report)


_POSTAL_OF: Mapping[type, frozenset[str]] = {
    Postal: frozenset(_POSTAL),
    RegistrarPostal: frozenset(_POSTAL) - {"name", "org"},
}
_PARTS: Mapping[str, Callable[[_Object, Any, Outline, View], dict[str, Any]]] = {
    "domain": _Object.domain,
    "contact": _Object.contact,
    "registrar": _Object.registrar,
    "host": lambda *_: {},
}


def _is_told(view: View, short: str) -> bool:
    """Whether the values of an element are shown as they are."""
    return short in view.fields and short not in view.redacted


def _fits(view: View, extension: Extension, shorts: Iterable[str]) -> bool:
    """Whether a view may be of this group: what it shows of these elements is the group's."""
    return all(extension.values.get(short) == view.fields[short] for short in shorts if _is_told(view, short))


def _withheld(outline: Outline, view: View) -> Callable[[str], bool]:
    """Whether an element is left out: it is not in the profile, or not shown as it is."""
    named, redacted = outline.demands, view.redacted
    return lambda short: short not in named or short in redacted
