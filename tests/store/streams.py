"""A registry that changes at random, and the deposits that say so, straight into a ledger.

`Registry` is what the store should hold: by kind and key, the objects. A stream knows nothing of the store.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from directory.model.base import Address, Instant, Transfer, Value
from directory.model.contact import Contact, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, Nndn
from directory.model.host import Host
from directory.model.kinds import OWNER_KEYS
from directory.model.name import reverse
from directory.model.registrar import Registrar
from directory.model.registry import Extension, IdnTable
from directory.store.chain import Incoming
from directory.store.ledger import Ledger
from directory.store.tables import SHAPES

NOW = Instant("2027-01-01T00:00:00Z")
Registry = dict[str, dict[str, Value]]


@dataclass
class Change:
    """What a deposit of changes says: deletes by kind and field, and objects by kind."""

    deletes: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    puts: dict[str, list[Value]] = field(default_factory=dict)


def empty() -> Registry:
    return {kind: {} for kind in SHAPES}


def registrar(id_: str, name: str = "One") -> Registrar:
    return Registrar(
        id_, name, name.casefold(), int(id_[2:]), "ok", None, None, None, None, None, None, None, None, None, None
    )


def contact(handle: str, name: str = "Ana", cl_id: str = "R-1", transfer: tuple[Transfer, ...] = ()) -> Contact:
    return Contact(
        handle, f"{handle}_ROID-X", "+1.5", None, None, None, "a@b.example", cl_id,
        None, None, None, None, None, None, None, (), (Postal("int", name),), (), transfer,
    )  # fmt: skip


def host(name: str, roid: str = "", cl_id: str = "R-1", cr_rr: str | None = None, addr: str = "192.0.2.1") -> Host:
    roid = roid or f"{name.replace('.', '_')}-X"
    return Host(
        name, None, reverse(name), roid, cl_id, cr_rr, None, None, None, None, None, None,
        (), (Address("v4", addr),),
    )  # fmt: skip


def domain(
    name: str,
    *,
    cl_id: str = "R-1",
    cr_rr: str | None = None,
    idn_table: str | None = None,
    contacts: tuple[tuple[str, str], ...] = (),
    hosts: tuple[str, ...] = (),
    attributes: tuple[tuple[str, str], ...] = (),
    transfer: tuple[Transfer, ...] = (),
    ex: str = "2027-01-01T00:00:00Z",
) -> Domain:
    roid = f"{name.replace('.', '_')}-X"
    servers = tuple(NameServer(one, "object") for one in hosts)
    servers += tuple(NameServer(one, "attribute") for one, _ in attributes)
    return Domain(
        name, None, roid, idn_table, None, cl_id, cr_rr, None, None, Instant(ex), None, None, None, None, None,
        (), (), tuple(ContactLink(*one) for one in contacts), servers,
        tuple(HostAttribute(one, "v4", addr) for one, addr in attributes), (), transfer,
    )  # fmt: skip


def extension(owner: str, key: str, table: str = "person", value: str = "legal") -> Extension:
    return Extension(f"{table} {key} {value}", table, owner, key, {"kind": (value,)})


class Stream:
    """A registry that changes at random; the same seed gives the same changes."""

    def __init__(self, seed: int, *, is_sound: bool = False) -> None:
        self.dice = random.Random(seed)
        self.registry = empty()
        self._is_sound = is_sound

    def _some(self, kind: str, stray: str) -> str:
        """A key of something that is there; at times of something that is not."""
        keys = list(self.registry[kind])
        return self.dice.choice(keys) if keys and (self._is_sound or self.dice.random() < 0.9) else stray

    def _transfer(self) -> tuple[Transfer, ...]:
        if self.dice.random() < 0.7:
            return ()
        re, ac = self._some("registrar", "R-98"), self._some("registrar", "R-99")
        return (Transfer("pending", re, None, NOW, ac, None, NOW),)

    def make(self, kind: str) -> Value:
        """An object of a kind, new or another version of one that is there."""
        dice = self.dice
        cl_id, other = self._some("registrar", "R-90"), self._some("registrar", "R-91")
        number = dice.randint(1, 8)
        if kind == "registrar":
            return registrar(f"R-{number}", dice.choice(("One", "Two", "Three")))
        if kind == "contact":
            return contact(f"C-{number}", dice.choice(("Ana", "Bob", "Eva")), cl_id, self._transfer())
        if kind == "host":
            # Few names for the ROIDs: some hosts share one, and some change theirs.
            name = f"ns{dice.randint(1, 5)}.d{dice.randint(1, 3)}.test"
            return host(name, f"H{number}-X", cl_id, other, f"192.0.2.{dice.randint(1, 3)}")
        if kind == "idn_table":
            return IdnTable(f"T{number}", "https://example.test/t", f"https://example.test/{dice.randint(1, 3)}")
        if kind == "nndn":
            table = self._some("idn_table", "T99") if dice.random() < 0.5 else None
            return Nndn(f"n{number}.test", None, table, None, "blocked", None, None)
        if kind == "extension":
            owner = dice.choice(list(OWNER_KEYS))
            owners = [getattr(one, OWNER_KEYS[owner]) for one in self.registry[owner].values()]
            key = dice.choice(owners) if owners and (self._is_sound or dice.random() < 0.9) else "nobody.test"
            return extension(owner, key, dice.choice(("person", "reseller")), f"v{dice.randint(1, 3)}")
        names = [getattr(one, "name", "") for one in self.registry["host"].values()] or ["none.test"]
        return domain(
            f"d{number}.{dice.choice(('test', 'test', 'co.test'))}",
            cl_id=cl_id,
            cr_rr=other,
            idn_table=self._some("idn_table", "T98") if dice.random() < 0.3 else None,
            contacts=tuple((role, self._some("contact", "C-99")) for role in ("registrant", "tech", "tech")),
            hosts=tuple(dict.fromkeys(dice.choice(names) for _ in range(dice.randint(0, 3)))),
            attributes=(("ns.attribute.net", f"192.0.2.{dice.randint(4, 6)}"),) if dice.random() < 0.3 else (),
            transfer=self._transfer(),
            ex=f"2027-01-0{dice.randint(1, 9)}T00:00:00Z",
        )

    def change(self, most: int = 12) -> Change:
        """The next changes, which the registry then has."""
        change, put = Change(), set[tuple[str, str]]()
        for _ in range(self.dice.randint(0, most // 3)):
            kind = self.dice.choice([kind for kind in SHAPES if self.registry[kind]] or ["domain"])
            if self.registry[kind]:
                self._delete(change, kind, self.dice.choice(list(self.registry[kind])))
        kinds = [kind for kind in SHAPES if kind not in ("epp_params", "policy")]
        for _ in range(self.dice.randint(1, most)):
            kind = self.dice.choice(kinds)
            one = self.make(kind)
            key = getattr(one, SHAPES[kind].key)
            if (kind, key) not in put:
                put.add((kind, key))
                change.puts.setdefault(kind, []).append(one)
                self.registry[kind][key] = one
        return change

    def _delete(self, change: Change, kind: str, key: str) -> None:
        field = SHAPES[kind].key
        one = self.registry[kind][key]
        if kind == "host" and self.dice.random() < 0.5:
            field, key = "name", getattr(one, "name", "")
        change.deletes.setdefault((kind, field), []).append(key)
        gone = [each for each in self.registry[kind].values() if getattr(each, field) == key]
        for each in gone:
            del self.registry[kind][getattr(each, SHAPES[kind].key)]
        if kind in OWNER_KEYS:
            left = {getattr(each, OWNER_KEYS[kind]) for each in self.registry[kind].values()}
            owners = {getattr(each, OWNER_KEYS[kind]) for each in gone} - left
            owned = self.registry["extension"]
            for own, each in list(owned.items()):
                assert isinstance(each, Extension)
                if each.owner == kind and each.owner_key in owners:
                    del owned[own]


def watermark(number: int) -> Instant:
    """That of the deposit with this number; some are a fraction of a second apart."""
    return Instant(f"2026-01-{number // 2 + 1:02}T00:00:00{'.5' if number % 2 else ''}Z")


async def begin(
    ledger: Ledger, type_: str, number: int, tld: str = "test", resend: int = 0, prev: str = ""
) -> None:
    await ledger.begin()
    incoming = Incoming("tld", tld, type_, f"D{number}", prev or None, resend, watermark(number))
    await ledger.start(incoming, NOW)


async def put_all(ledger: Ledger, objects: Mapping[str, list[Value]]) -> None:
    for kind, values in objects.items():
        assert await ledger.put(kind, values) == []


async def full(ledger: Ledger, registry: Registry, number: int, tld: str = "test") -> None:
    """Apply a FULL of a registry."""
    await begin(ledger, "FULL", number, tld)
    await put_all(ledger, {kind: list(objects.values()) for kind, objects in registry.items()})
    assert not any((await ledger.build_indices()).values())
    await ledger.close_vanished()
    await ledger.set_zones({tld} | await ledger.parents())
    await ledger.commit()


async def write(ledger: Ledger, change: Change) -> None:
    """Write what a change says into the deposit that is open."""
    for (kind, field_), keys in change.deletes.items():
        await ledger.delete(kind, field_, keys)
    await put_all(ledger, change.puts)
    await ledger.set_zones({"test"} | await ledger.parents())


async def diff(ledger: Ledger, change: Change, number: int) -> None:
    """Apply a DIFF."""
    await begin(ledger, "DIFF", number)
    await write(ledger, change)
    await ledger.commit()


async def held(ledger: Ledger, repository: int = 1) -> Registry:
    """What the tables have, by kind and key, as it was written."""
    found = empty()
    for kind, shape in SHAPES.items():
        rows = await ledger.fetch(f'SELECT content FROM "{kind}" WHERE repository = {repository}', ())
        for (text,) in rows:
            one = msgspec.json.decode(text, type=shape.struct)
            found[kind][getattr(one, shape.key)] = one
    return found
