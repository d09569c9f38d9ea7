"""Any disclosures and profiles that can be written: elements in any order, conditions, all redaction methods."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from directory.model.catalogue import Catalogue
from tests.profile.marked import DESKS, LANGUAGES, ROLES, STATUSES
from tests.profile.marks import COUNTRIES, Dice

_NAMES = ("authenticated", "sponsor", "gaining", "police", "registry")
_GROUPS = {
    "domain": ("registrar", "contact", "host", "dnssec", "transfer", "reseller", "trademark"),
    "host": ("registrar",),
    "contact": ("registrar", "transfer", "disclose", "person", "postalLanguage"),
    "registrar": ("desk",),
}
_WITHIN = {"contact": ("transfer", "disclose", "person", "postalLanguage"), "registrar": ("desk",)}
"""The groups of what is a group itself."""
_DNS = frozenset(
    "domain.name domain.ns domain.secDNS host.name host.addr dnssec.keyTag dnssec.alg dnssec.digestType "
    "dnssec.digest dnssec.flags dnssec.protocol dnssec.keyAlg dnssec.pubKey".split()
)
"""What cannot be hidden from anyone (RFC 3375 §8.4[2])."""
_PREFERRED = frozenset("name org street city sp pc cc voice voiceExt fax faxExt email".split())
_FIXED_PLACE = frozenset("name street city sp pc".split())
_FACTS: dict[str, dict[str, Sequence[Any]]] = {
    "contact": {
        "person.kind": ("legal", "natural"),
        "person.consent": ("yes", "no"),
        "contact.cc": COUNTRIES[:8],
        "contact.status": STATUSES,
        "postalLanguage.loc": LANGUAGES,
        "transfer.trStatus": ("pending",),
        "disclose.element": ("voice", "email"),
    },
    "domain": {
        "domain.status": STATUSES,
        "transfer.trStatus": ("pending",),
        "dnssec.alg": (13,),
    },
    "host": {"host.status": STATUSES},
    "registrar": {"registrar.cc": COUNTRIES[:8]},
    "desk": {"desk.type": DESKS},
    "transfer": {"transfer.trStatus": ("pending",)},
    "disclose": {"disclose.flag": (0, 1)},
    "person": {"person.kind": ("legal", "natural")},
}
"""What conditions on each table can be about, with values that objects may have."""

_KEPT = (2, 9, 14, 19, 40)
"""How many characters are kept of a value: less than a mark, a whole one, more than one, all of many values."""

_INSTEAD = {
    "text": "https://form.example/{key}?domain={{name}}",
    "uri": "https://form.example/{key}?domain={{name}}",
    "email": "form@{{name}}",
    "phone": "+39.0612345678",
    "date-time": "1901-02-03T04:05:06Z",
    "date": "1901-02-03",
}
"""What may stand instead of a value of each type, and is no value of any object."""
_DIVISIBLE = frozenset({"text", "email", "phone", "phone-extension"})
"""The types of which a part is a value still."""

_WORDS = {
    "not-found": dict.fromkeys(("domain", "nameserver", "address", "registrar", "entity"), "Nothing."),
    "errors": dict.fromkeys(("empty", "no-parameter", "malformed", "too-long", "internal"), "Error."),
    "help": "Ask.",
    "many": "Several:",
    "match": "{id} ({name})",
    "more": "More than {shown}.",
}


@dataclass
class Writer:
    """Writes a disclosure and a profile as the dice fall."""

    dice: Dice
    catalogue: Catalogue
    keys: dict[str, None] = field(default_factory=dict)
    """The elements in their parts that the profile names: all of them need a rule."""
    _redaction: dict[str, dict[str, Any]] = field(default_factory=dict)
    _labels: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def profile(self) -> dict[str, Any]:
        """A profile of any service, without the elements' rules."""
        service, markup = self.dice.pick(
            (("data", "JSON"), ("whois", "text"), ("rdap", "RDAP"), ("data", "XML"), ("escrow", "CSV"))
        )
        objects = {kind: self._items(kind, (kind,), _GROUPS[kind]) for kind in _GROUPS}
        parameters: dict[str, Any] = {
            "markup": markup,
            "postal": self.dice.shuffled(("loc", "int"))[: 1 + self.dice.below(2)],
            "postal-forms": self.dice.pick(("one", "both", "requested")),
            "postal-languages": {form: self.dice.pick(LANGUAGES) for form in self.dice.subset(("int", "loc"))},
        }
        if self.dice.some():
            parameters["translation"] = "Translation"
        hidden = {key: self._hidden(key) for key in self.keys if self.dice.rarely() and key not in _DNS}
        # Which part may be seen is for the disclosure to say.
        self._redaction = {key: each for key, each in hidden.items() if each.get("method") != "partialValue"}
        return {
            "profile": "written",
            "version": "1",
            "from": "2020-01-01",
            "bind": {"tlds": ["*"], "service": service},
            "disclosure": "rules",
            "parameters": parameters,
            "conformance": ["rdap_level_0"],
            "objects": objects,
            "texts": _WORDS,
            "footer": {"update": "As of {as_of}.", "disclaimer": "Be kind."},
            "notices": [],
            "redaction": self._redaction,
        }

    def _items(self, table: str, parts: Sequence[str], groups: Sequence[str]) -> list[Any]:
        """Some elements of a table and some of its groups, in any order."""
        must = [short for short in ("name",) if table in ("domain", "host")]
        known = [each.short for each in self.catalogue.tables[table].elements if not each.never]
        shorts = [short for short in known if short in must or self.dice.some(3)] or known[:1]
        self.keys |= dict.fromkeys(f"{part}.{short}" for part in parts for short in shorts)
        items: list[Any] = []
        while shorts:
            if len(shorts) > 1 and self.dice.rarely():
                items.append({"together": [shorts.pop(), shorts.pop()]})
            else:
                short = shorts.pop()
                items.append({"element": short, **self._manner(self.catalogue[f"{table}.{short}"].type)})
        for item in items:
            item["label"] = f"Key {next(self._labels)}"
        items += [self._group(each) for each in self.dice.subset(groups, of=5)]
        return self.dice.shuffled(items)

    def _manner(self, kind: str) -> dict[str, str]:
        """How the values of an element of a type read."""
        form = {"format": "e123"} if kind == "phone" else {}
        return self.dice.pick(({}, {}, {}, {"text": "<{value}>"}, {"join": ", "}, {"empty": "show"}, form))

    def _group(self, table: str) -> dict[str, Any]:
        known = {"contact": ROLES, "desk": DESKS}.get(table)
        if known is None:
            return {"each": table, "elements": self._items(table, (table,), _WITHIN.get(table, ()))}
        roles = self.dice.subset(known, of=4) or [known[0]]
        parts = roles if table == "contact" else ["desk"]
        return {"each": table, "roles": roles, "elements": self._items(table, parts, _WITHIN.get(table, ()))}

    def disclosure(self) -> dict[str, Any]:
        """A disclosure with a rule for each of the keys."""
        audiences = self._audiences()
        known = ["public", *audiences]
        templates = [(self._shown(audiences), self._cases(known)) for _ in range(1 + self.dice.below(6))]
        public = [key for key in sorted(_DNS) if key not in self.keys]
        rules: dict[str, dict[str, Any]] = {}
        for key in self.keys:
            if key in _DNS or self.dice.rarely():
                public.append(key)
                continue
            show, cases = self.dice.pick(templates)
            rules[key] = {"show": show, "hidden": self._hidden(key), "source": "test"}
            when = [case for each in cases if (case := self._case(key, *each))]
            if when:
                rules[key]["when"] = when
        for key in [key for key in self._redaction if key not in rules or _is_open(rules[key])]:
            del self._redaction[key]  # how something reads that is never withheld is refused
        return {
            "disclosure": "rules",
            "version": "1",
            "from": "2020-01-01",
            "text": "WITHHELD",
            "declare": self.dice.pick(("always", "held")),
            "audiences": audiences,
            "public": public,
            "rules": rules,
        }

    def _audiences(self) -> dict[str, Any]:
        """Some audiences, each of which includes some of those before it, written in any order."""
        names = self.dice.shuffled(_NAMES)[: self.dice.below(6)]
        found: dict[str, Any] = {}
        for name in names:
            includes = self.dice.subset(["public", *found])
            found[name] = {"includes": includes} if includes else {}
        claims = self.dice.shuffled(names)[:2]
        for name, relation in zip(claims, ("sponsor", "gaining"), strict=False):
            if self.dice.some(4):
                found[name]["is"] = relation
        return {name: found[name] for name in self.dice.shuffled(names)}

    def _shown(self, audiences: Iterable[str]) -> list[str]:
        """Some audiences; everyone only now and then, for then there is nothing left to decide."""
        return [*(["public"] if self.dice.below(5) == 4 else []), *self.dice.subset(list(audiences))]

    def _cases(self, known: list[str]) -> list[tuple[str, list[str], list[bool]]]:
        """What is shown or hidden besides, to whom, and under how many facts, wanted or not."""
        cases = []
        for _ in range(self.dice.below(4)):
            whom = self.dice.subset(known) or known[:1]
            facts = [self.dice.some(3) for _ in range(1 + self.dice.below(2))]
            cases.append((self.dice.pick(("show", "hide")), whom, facts))
        return cases

    def _case(self, key: str, word: str, whom: list[str], facts: list[bool]) -> dict[str, Any]:
        """A case of the rule for a key; empty if there are no facts about its table."""
        part, _, short = key.partition(".")
        table = "contact" if part in ROLES else part
        known: dict[str, Any] = {**_FACTS.get(table, {})}
        if table == "contact" and short in _PREFERRED:
            known["disclose"] = ("hide", "show")
        said: dict[str, dict[str, Any]] = {}
        for wanted in facts if known else ():
            fact = "disclose" if "disclose" in known and self.dice.some() else self.dice.pick(list(known))
            values = known.pop(fact)
            one = self.dice.pick(values)
            several = fact != "disclose" and self.dice.some()
            said.setdefault("if" if wanted else "unless", {})[fact] = [*values[:2]] if several else one
            if not known:
                break
        return {word: whom, **said} if said else {}

    def _hidden(self, key: str) -> dict[str, Any]:
        """How it reads that an element is withheld, by a method that fits."""
        part, _, short = key.partition(".")
        positional = part in (*ROLES, "contact") and short in _FIXED_PLACE
        fits = "emptyValue" if positional else "removal"
        kind = self.catalogue[f"{'contact' if part in ROLES else part}.{short}"].type
        more = [("partialValue", kind in _DIVISIBLE), ("replacementValue", kind in _INSTEAD)]
        method = self.dice.pick(("", fits, *(each for each, can in more if can)))
        hidden: dict[str, Any] = {"method": method} if method else {}
        named = self.dice.pick(("name", "description", ""))
        if named:
            hidden[named] = f"The {key}"
        if method == "partialValue":
            ends = ("first",) if kind == "phone" else ("first", "last")
            keeps: list[Any] = [{end: self.dice.pick(_KEPT)} for end in ends]
            hidden["keep"] = self.dice.pick([*keeps, "domain"] if short == "email" else keeps)
        if method == "replacementValue":
            hidden["value"] = _INSTEAD[kind].format(key=key)
            if short == "email" and self.dice.some():
                hidden |= {"value": _INSTEAD["uri"].format(key=key), "as": "contact-uri"}
        if self.dice.some(3):
            hidden["text"] = self.dice.pick(("", "Ask the registrar."))
        if self.dice.rarely():
            hidden["reason"] = "Server policy"
        return hidden


def _is_open(rule: dict[str, Any]) -> bool:
    """Whether everyone sees an element of every object."""
    return "public" in rule["show"] and not any("public" in case.get("hide", ()) for case in rule.get("when", ()))
