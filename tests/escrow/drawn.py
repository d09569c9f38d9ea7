"""Draws registries: objects of every kind, each of which a deposit can hold (RFC 9022 §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from directory.escrow.csv.columns import DISCLOSED
from directory.escrow.objects.postal import language
from directory.model import format as formats
from directory.model import name as names
from directory.model.base import Address, Instant, Status, Transfer, Value
from directory.model.contact import Contact, Disclose, Postal
from directory.model.domain import ContactLink, Domain, HostAttribute, NameServer, Nndn, SecDNS
from directory.model.host import Host
from directory.model.registrar import Registrar, RegistrarPostal
from directory.model.registry import EppParams, Extension, IdnTable, Policy
from tests.escrow.exporting import Registry, extension, registry

DCP = (
    '<rdeEppParams:dcp xmlns:rdeEppParams="urn:ietf:params:xml:ns:rdeEppParams-1.0"><epp:access '
    'xmlns:epp="urn:ietf:params:xml:ns:epp-1.0"><epp:all></epp:all></epp:access><epp:statement '
    'xmlns:epp="urn:ietf:params:xml:ns:epp-1.0"><epp:purpose><epp:prov></epp:prov></epp:purpose><epp:recipient>'
    "<epp:ours></epp:ours></epp:recipient><epp:retention><epp:stated></epp:stated></epp:retention>"
    "</epp:statement></rdeEppParams:dcp>"
)
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_SPECIAL = st.sampled_from("&<>\"',;] \n")
TEXTS = (
    st.text(_CHARACTERS | _SPECIAL, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
)
WORDS = TEXTS.filter(str.isprintable)
_PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
ASCII = _PLAIN.map(lambda text: " ".join(text.split())).filter(bool)
DATES = st.sampled_from(
    [Instant("2020-02-29T23:59:59Z"), Instant("1999-04-03T22:00:00.25Z"), Instant("2025-12-31T00:00:00Z")]
)
LANGS = st.sampled_from(["en", "es-MX", "zh-Hans"])
REGISTRARS = [f"reg{number}" for number in range(1, 4)]
CONTACTS = [f"con{number}" for number in range(1, 6)]
HOSTS = [f"ns{number}.d1.example" for number in range(1, 4)] + ["ns1.xn--bcher-kva.example"]
DOMAINS = [f"d{number}.example" for number in range(1, 6)] + ["xn--bcher-kva.example"]
RESERVED = ["n1.example", "n2.example", "xn--mnchen-3ya.example"]
_PHONES = st.sampled_from(["+34.911234567", "+1.5555550100"])
_ADDRESSES = st.sampled_from(
    [Address("v4", "192.0.2.1"), Address("v4", "198.51.100.7"), Address("v6", "2001:db8::1")]
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or none."""
    return st.none() | strategy


def several(strategy: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """So many values, none twice."""
    return st.lists(strategy, min_size=least, max_size=most, unique_by=msgspec.json.encode).map(tuple)


def statuses(kind: str, least: int = 1, *, plain: bool = False) -> st.SearchStrategy[tuple[Any, ...]]:
    """Statuses of a kind of object."""
    codes = st.sampled_from(sorted(formats.EPP_STATUSES[kind]))
    text, lang = (st.none(), st.none()) if plain else (maybe(TEXTS), maybe(LANGS))
    found = st.builds(Status, codes, text, lang)
    return st.lists(found, min_size=least, max_size=3, unique_by=lambda one: one.code).map(tuple)


def _clients(rr: str, client: str) -> dict[str, st.SearchStrategy[Any]]:
    return {rr: maybe(st.sampled_from(REGISTRARS)), client: st.none()}


_STAMPS: Mapping[str, st.SearchStrategy[Any]] = {
    "cl_id": st.sampled_from(REGISTRARS),
    "cr_rr": st.sampled_from(REGISTRARS),
    "cr_client": maybe(st.sampled_from(["jdoe", "system"])),
    "cr_date": maybe(DATES),
    **_clients("up_rr", "up_client"),
    "up_date": maybe(DATES),
    "tr_date": maybe(DATES),
}


def _transfers(*, renews: bool) -> st.SearchStrategy[tuple[Any, ...]]:
    found = st.builds(
        Transfer,
        st.sampled_from(sorted(formats.EPP_STATUSES["transfer"])),
        st.sampled_from(REGISTRARS),
        maybe(st.sampled_from(["jdoe", "web"])),
        DATES,
        st.sampled_from(REGISTRARS),
        st.none(),
        DATES,
        maybe(DATES) if renews else st.none(),
    )
    return st.lists(found, max_size=1).map(tuple)


_KEYS = st.tuples(st.just(257), st.just(3), st.sampled_from([8, 13]), st.sampled_from(["AQIDBA==", "BAUGBw=="]))
_DS = st.tuples(st.integers(0, 65_535), st.just(13), st.just(2), st.sampled_from(["AB" * 32, "01" * 32]))
_NO_KEY = st.just((None,) * 4)


def _records() -> st.SearchStrategy[tuple[Any, ...]]:
    with_ds = st.tuples(_DS, _NO_KEY | _KEYS).map(lambda both: SecDNS(*both[0], *both[1]))
    keys = _KEYS.map(lambda key: SecDNS(None, None, None, None, *key))
    return several(with_ds, most=2) | several(keys, most=2)


@st.composite
def domains(draw: st.DrawFn, name: str, *, in_tables: bool = False) -> Domain:
    """A domain; with `in_tables` one that the CSV model can hold."""
    records = draw(_records())
    attributes = draw(st.booleans())
    hosts = draw(st.lists(st.sampled_from(HOSTS), max_size=3, unique=True))
    model = "attribute" if attributes else "object"
    addresses = [
        HostAttribute(host, each.version, each.addr)
        for host in (hosts if attributes else ())
        for each in draw(several(_ADDRESSES, most=2))
    ]
    roles = st.builds(ContactLink, st.sampled_from(["admin", "tech", "billing"]), st.sampled_from(CONTACTS))
    registrant = [ContactLink("registrant", each) for each in draw(several(st.sampled_from(CONTACTS), most=1))]
    own = {key: draw(value) for key, value in _STAMPS.items()}
    return Domain(
        name=name,
        u_name=names.to_unicode(name),
        roid=f"{name.replace('.', '_').replace('-', '_')}-TEST",
        idn_table=draw(maybe(st.sampled_from(["es", "de-1"]))),
        original_name=draw(maybe(st.sampled_from(DOMAINS))),
        ex_date=draw(maybe(DATES)),
        max_sig_life=draw(maybe(st.integers(1, 2**31 - 1))) if records else None,
        statuses=draw(statuses("domain")),
        rgp=draw(statuses("rgp", 0, plain=in_tables)),
        contacts=(*registrant, *draw(several(roles))),
        ns=tuple(NameServer(host, model) for host in hosts),
        ns_addresses=tuple(addresses),
        secdns=records,
        transfer=draw(_transfers(renews=True)),
        **own,
    )


@st.composite
def hosts(draw: st.DrawFn, number: int) -> Host:
    """A host; two of them may have one name."""
    name = draw(st.sampled_from(HOSTS))
    return Host(
        name=name,
        u_name=names.to_unicode(name),
        reversed_name=names.reverse(name),
        roid=f"H{number}-TEST",
        statuses=draw(statuses("host")),
        addresses=draw(several(_ADDRESSES)),
        **{key: draw(value) for key, value in _STAMPS.items()},
    )


@st.composite
def _forms(draw: st.DrawFn, struct: type[Any], type_: str) -> Any:
    texts = ASCII if type_ == "int" else TEXTS
    street = draw(st.lists(texts, max_size=3))
    values = {f"street_{place}": line for place, line in enumerate(street, 1)}
    values |= {"city": draw(texts), "sp": draw(maybe(texts)), "pc": draw(maybe(st.just("28001"))), "cc": "ES"}
    if struct is Postal:
        values |= {"name": draw(texts), "org": draw(maybe(texts))}
    spoken = [values.get(name) for name in ("name", "org", "street_1", "city", "sp")]
    return struct(type=type_, **values, **language(type_, spoken))


@st.composite
def contacts(draw: st.DrawFn, handle: str) -> Contact:
    """A contact."""
    types = draw(st.sampled_from([("int",), ("loc",), ("int", "loc"), ("loc", "int")]))
    named = draw(st.lists(st.sampled_from(range(len(DISCLOSED))), unique=True).map(sorted))
    flag = draw(st.integers(0, 1))
    voice, fax = draw(maybe(_PHONES)), draw(maybe(_PHONES))
    return Contact(
        handle=handle,
        roid=f"{handle.upper()}-TEST",
        voice=voice,
        voice_ext=draw(maybe(st.just("12"))) if voice else None,
        fax=fax,
        fax_ext=draw(maybe(st.just("7"))) if fax else None,
        email="ana@mail.example.net",
        statuses=draw(statuses("contact")),
        postal=tuple(draw(_forms(Postal, type_)) for type_ in types),
        disclose=tuple(Disclose(flag, *DISCLOSED[place][1:]) for place in named),
        transfer=draw(_transfers(renews=False)),
        **{key: draw(value) for key, value in _STAMPS.items()},
    )


@st.composite
def registrars(draw: st.DrawFn, id_: str, *, in_tables: bool = False) -> Registrar:
    """A registrar; with `in_tables` one that the CSV model can hold."""
    orders = [(), ("int",), ("loc",), ("int", "loc")] + ([] if in_tables else [("loc", "int")])
    name, voice = draw(TEXTS), draw(maybe(_PHONES))
    return Registrar(
        id=id_,
        name=name,
        folded_name=formats.fold(name),
        gurid=draw(maybe(st.integers(1, 9_999))),
        status=draw(maybe(st.sampled_from(["ok", "readonly", "terminated"]))),
        voice=voice,
        voice_ext=draw(maybe(st.just("1"))) if voice else None,
        fax=None,
        fax_ext=None,
        email=draw(maybe(st.just("info@registrar.example.net"))),
        url=draw(maybe(st.just("https://registrar.example.net/?a=1&b=2"))),
        whois_name=None if in_tables else draw(maybe(st.just("whois.registrar.example.net"))),
        whois_url=draw(maybe(st.just("https://whois.registrar.example.net"))),
        cr_date=draw(maybe(DATES)),
        up_date=draw(maybe(DATES)),
        postal=tuple(draw(_forms(RegistrarPostal, type_)) for type_ in draw(st.sampled_from(orders))),
    )


@st.composite
def nndns(draw: st.DrawFn, name: str) -> Nndn:
    """A name that is no registration."""
    state = draw(st.sampled_from(["withheld", "blocked", "mirrored"]))
    mirrors = draw(st.integers(0, 1)) if state == "mirrored" else draw(maybe(st.just(0)))
    table, original = draw(maybe(st.just("es"))), draw(maybe(st.sampled_from(DOMAINS)))
    return Nndn(name, names.to_unicode(name), table, original, state, mirrors, draw(maybe(DATES)))


@st.composite
def extensions(draw: st.DrawFn) -> Extension:
    """A group of one of the shipped extensions; what it belongs to may not be there."""
    if draw(st.booleans()):
        consent = {"consent": ["yes"]} if draw(st.booleans()) else {}
        kind = draw(st.sampled_from(["natural", "legal"]))
        return extension("person", "contact", draw(st.sampled_from(CONTACTS)), kind=[kind], **consent)
    owner = draw(st.sampled_from(DOMAINS))
    if draw(st.booleans()):
        return extension("reseller", "domain", owner, name=[draw(WORDS)])
    classes = draw(st.lists(st.sampled_from(["1", "25", "45"]), min_size=1, max_size=3))
    more = {"class": classes}
    return extension("trademark", "domain", owner, name=[draw(WORDS)], number=["77"], ccLocality=["ES"], **more)


@st.composite
def registries(draw: st.DrawFn, *, in_tables: bool = False) -> Registry:
    """A registry; with `in_tables` one of which the CSV model can hold all that it has a place for."""
    objects: list[Value] = [draw(registrars(id_, in_tables=in_tables)) for id_ in REGISTRARS]
    objects += [draw(contacts(handle)) for handle in draw(st.lists(st.sampled_from(CONTACTS), unique=True))]
    objects += [draw(hosts(number)) for number in draw(st.lists(st.integers(1, 5), unique=True, max_size=4))]
    owned = draw(st.lists(st.sampled_from(DOMAINS), unique=True))
    objects += [draw(domains(name, in_tables=in_tables)) for name in owned]
    objects += [draw(nndns(name)) for name in draw(st.lists(st.sampled_from(RESERVED), unique=True))]
    policy_url = "" if in_tables else "https://registry.example/idn-policy"
    objects += [IdnTable("es", "https://registry.example/es?x=1&y", policy_url)]
    objects.append(
        EppParams("eppParams", "1.0", "en es", "urn:ietf:params:xml:ns:domain-1.0", "urn:x:a urn:x:b", DCP)
    )
    scope = "//rde:deposit/rde:contents/rdeDomain:domain"
    objects.append(Policy(f"{scope} rdeDomain:registrant", scope, "rdeDomain:registrant"))
    objects += draw(st.lists(extensions(), max_size=4))
    return registry(*objects)
