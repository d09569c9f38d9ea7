"""The small object types: IDN tables, NNDN, EPP parameters, policies (RFC 9022 §5.5–5.8), and our own four."""

from __future__ import annotations

from collections.abc import Iterator

from directory.escrow.sample.contacts import is_person
from directory.escrow.sample.lifecycle import live
from directory.escrow.sample.names import reserved
from directory.escrow.sample.people import COUNTRIES, FORMS, STEMS
from directory.escrow.sample.registry import VARIANT_SHARE, Registry, contact_id
from directory.escrow.sample.scripts import SCRIPTS, to_alabel
from directory.escrow.sample.shape import Choice, Stratum, drawer, share
from directory.escrow.sample.text import escape

POLICIES = (
    ("//rde:deposit/rde:contents/rdeDomain:domain", "rdeDomain:registrant"),
    ("//rde:deposit/rde:contents/rdeRegistrar:registrar", "rdeRegistrar:gurid"),
)
ENTITLEMENTS = ("owner", "owner", "owner", "co-owner", "assignee")
PHASES = ("sunrise", "sunrise", "landrush", "limited-registration", "general")
PERSON_SHARE = 0.3
POSTAL_LANGUAGE_SHARE = 0.6
_CONSENTS = Choice.of((("yes", 15), ("no", 45), ("", 40)))
_SERVICES = ("Web Studio", "Hosting", "Internet", "Online Services", "Cloud & Domains")


def idn_tables_xml(registry: Registry) -> Iterator[str]:
    """One table for each script that the registry offers, whether or not a name uses it yet."""
    base = "https://registry.example.org/idn"
    for script in SCRIPTS:
        yield (
            f'<rdeIDN:idnTableRef id="{script.table}"><rdeIDN:url>{base}/{script.table}.xml</rdeIDN:url>'
            f"<rdeIDN:urlPolicy>{base}/policy-{script.table}.html</rdeIDN:urlPolicy></rdeIDN:idnTableRef>\n"
        )


# -- NNDN ----


def variant_total(registry: Registry) -> int:
    return share(len(_with_variants(registry)), VARIANT_SHARE)


def _with_variants(registry: Registry) -> range | list[int]:
    return [rank for rank in range(registry.idn_count) if registry.script(rank).variants]


def nndns_xml(registry: Registry) -> Iterator[str]:
    """Reserved names, blocked; variants of registered names, withheld or (few of them) mirrored."""
    draw = drawer(registry.seed, "nndn")
    for number in range(registry.blocked_count):
        chance = draw(number)
        name = f"{reserved(number)}."
        created = registry.calendar.ago(3000 + chance[0] * 5000 // 65536, chance[1])
        u_name = f"<rdeNNDN:uName>{name}{registry.u_tld}</rdeNNDN:uName>"
        yield (
            f"<rdeNNDN:NNDN><rdeNNDN:aName>{name}{registry.tld}</rdeNNDN:aName>"
            f"{u_name if registry.u_tld != registry.tld else ''}"
            f"<rdeNNDN:nameState>blocked</rdeNNDN:nameState><rdeNNDN:crDate>{created}</rdeNNDN:crDate>"
            f"</rdeNNDN:NNDN>\n"
        )
    for number, rank in enumerate(_with_variants(registry)[: variant_total(registry)]):
        yield _variant(registry, rank, number)


def _variant(registry: Registry, rank: int, number: int) -> str:
    index, script = registry.idns.index(rank), registry.script(rank)
    label = script.variant(registry.label(index))
    state = "<rdeNNDN:nameState>withheld</rdeNNDN:nameState>"
    if number % 6 == 5:  # mirrored by the same name servers, or by a DNAME (RFC 9022 §5.6.1)
        by_ns = "true" if number % 4 == 3 else "false"
        state = f'<rdeNNDN:nameState mirroringNS="{by_ns}">mirrored</rdeNNDN:nameState>'
    created = live(registry.calendar, registry.domain_draw(index)).created
    return (
        f"<rdeNNDN:NNDN><rdeNNDN:aName>{to_alabel(label)}.{registry.tld}</rdeNNDN:aName>"
        f"<rdeNNDN:uName>{label}.{registry.u_tld}</rdeNNDN:uName>"
        f"<rdeNNDN:idnTableId>{script.table}</rdeNNDN:idnTableId>"
        f"<rdeNNDN:originalName>{registry.name(index)}</rdeNNDN:originalName>{state}"
        f"<rdeNNDN:crDate>{created}</rdeNNDN:crDate></rdeNNDN:NNDN>\n"
    )


# -- the registry's own rules ----


def epp_params_xml() -> str:
    """What the EPP greeting of this registry says (RFC 9022 §5.7, RFC 5730 §2.4)."""
    objects = "".join(
        f"<rdeEppParams:objURI>urn:ietf:params:xml:ns:{name}-1.0</rdeEppParams:objURI>"
        for name in ("domain", "contact", "host")
    )
    extensions = "".join(
        f"<epp:extURI>urn:ietf:params:xml:ns:{name}</epp:extURI>" for name in ("rgp-1.0", "secDNS-1.1")
    )
    return (
        f"<rdeEppParams:eppParams><rdeEppParams:version>1.0</rdeEppParams:version>"
        f"<rdeEppParams:lang>en</rdeEppParams:lang>{objects}"
        f"<rdeEppParams:svcExtension>{extensions}</rdeEppParams:svcExtension><rdeEppParams:dcp>"
        f"<epp:access><epp:all/></epp:access><epp:statement><epp:purpose><epp:admin/><epp:prov/></epp:purpose>"
        f"<epp:recipient><epp:ours/><epp:public/></epp:recipient><epp:retention><epp:stated/></epp:retention>"
        f"</epp:statement></rdeEppParams:dcp></rdeEppParams:eppParams>\n"
    )


def policies_xml() -> Iterator[str]:
    """Optional elements that this registry always has (RFC 9022 §5.8)."""
    for scope, element in POLICIES:
        yield f'<rdePolicy:policy scope="{scope}" element="{element}"/>\n'


# -- extensions of ours ----


def resellers_xml(registry: Registry) -> Iterator[str]:
    """Who sold the domain, for those sold through somebody (SAC054, optional data)."""
    draw = drawer(registry.seed, "reseller")
    for rank in range(registry.reseller_count):
        chance = draw(rank)[0] % 48
        name = f"{STEMS[chance * 5 % len(STEMS)]} {_SERVICES[chance % len(_SERVICES)]}"
        url = f"<reseller:url>https://reseller-{chance + 1}.example.com/</reseller:url>" if chance % 3 else ""
        domain = registry.name(registry.resellers.index(rank))
        yield (
            f"<reseller:reseller><reseller:domain>{domain}</reseller:domain>"
            f"<reseller:name>{escape(name)}</reseller:name>{url}</reseller:reseller>\n"
        )


def trademark_total(registry: Registry) -> int:
    return registry.trademark_count + registry.trademark_count // 10


def trademarks_xml(registry: Registry) -> Iterator[str]:
    """Marks that a name was claimed with (SAC054, optional data); each tenth name has two."""
    draw = drawer(registry.seed, "trademark")
    for number in range(trademark_total(registry)):
        again = number - registry.trademark_count
        rank = number if again < 0 else again * 10
        index, chance = registry.trademarks.index(rank), draw(number)
        applied = 400 + chance[0] * 6000 // 65536
        registered = registry.calendar.ago(applied - 90 - chance[4] % 300, 0)
        label = registry.label(index).replace("-", " ").upper()
        mark = f"{label} {FORMS[chance[1] % len(FORMS)]}" if again >= 0 else label
        yield (
            f"<trademark:trademark><trademark:domain>{registry.name(index)}</trademark:domain>"
            f"<trademark:name>{escape(mark)}</trademark:name>"
            f"<trademark:number>{chance[2] * 37 + number}</trademark:number>"
            f"<trademark:ccLocality>{COUNTRIES[chance[3] % len(COUNTRIES)].code}</trademark:ccLocality>"
            f"<trademark:appDate>{registry.calendar.ago(applied, 0)[:10]}</trademark:appDate>"
            f"<trademark:regDate>{registered[:10]}</trademark:regDate>"
            f"<trademark:class>{chance[5] % 45 + 1}</trademark:class>"
            f"<trademark:entitlement>{ENTITLEMENTS[chance[6] % len(ENTITLEMENTS)]}</trademark:entitlement>"
            f"<trademark:type>{PHASES[chance[7] % len(PHASES)]}</trademark:type></trademark:trademark>\n"
        )


def person_total(registry: Registry) -> int:
    return share(registry.contact_total, PERSON_SHARE)


def persons_xml(registry: Registry) -> Iterator[str]:
    """What some contacts are, and whether they consent to be published, where they were asked."""
    draw, contacts = drawer(registry.seed, "person"), Stratum.of(registry.contact_total, registry.seed, "person")
    for rank in range(person_total(registry)):
        number = contacts.index(rank)
        kind = "natural" if is_person(registry, number) else "legal"
        consent = _CONSENTS.take(draw(rank)[0])
        said = f"<person:consent>{consent}</person:consent>" if consent else ""
        yield (
            f"<person:person><person:contact>{contact_id(number)}</person:contact>"
            f"<person:kind>{kind}</person:kind>{said}</person:person>\n"
        )


def postal_language_total(registry: Registry) -> int:
    return share(registry.idn_count, POSTAL_LANGUAGE_SHARE)


def postal_languages_xml(registry: Registry) -> Iterator[str]:
    """The languages of the postal forms of some who write in their own script; each third says that of `loc` only.

    What the script does not tell of a transcription is said by the subtag for Latin (RFC 5646 §4.1).
    """
    for rank in range(postal_language_total(registry)):
        script = registry.script(rank)
        local = script.people.language
        latin = local if script is SCRIPTS[0] else f"{local.partition('-')[0]}-Latn"
        ascii_form = f"<postalLanguage:int>{latin}</postalLanguage:int>" if rank % 3 else ""
        yield (
            f"<postalLanguage:postalLanguage>"
            f"<postalLanguage:contact>{contact_id(registry.contacts.total + rank)}</postalLanguage:contact>"
            f"{ascii_form}<postalLanguage:loc>{local}</postalLanguage:loc></postalLanguage:postalLanguage>\n"
        )
