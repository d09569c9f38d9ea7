"""Domain objects (RFC 9022 §5.1, RFC 5731)."""

from __future__ import annotations

from functools import cache

from directory.escrow.sample.dates import in_year
from directory.escrow.sample.dnssec import secdns_xml
from directory.escrow.sample.hosts import Providers
from directory.escrow.sample.lifecycle import Life, Transfer, live
from directory.escrow.sample.registry import REPOSITORY, Parties, Registry, contact_id, registrar_id
from directory.escrow.sample.shape import Draw


def domain_xml(registry: Registry, providers: Providers, index: int) -> str:
    """The domain of an index."""
    draw = registry.domain_draw(index)
    name = registry.name(index)
    hosts = providers.names(registry, index, name, draw)
    life = live(registry.calendar, draw)
    parties = registry.parties(index)
    secdns = secdns_xml(registry, index, name, draw) if hosts else ""
    return (
        f"<rdeDomain:domain><rdeDomain:name>{name}</rdeDomain:name>"
        f"<rdeDomain:roid>D{index + 1}-{REPOSITORY}</rdeDomain:roid>{_idn(registry, index, name)}"
        f"{_statuses(life.statuses, life.grace, bool(hosts))}{_parties(parties)}{_hosts(hosts)}"
        f"{_events(registry, life, parties.sponsor, draw, secdns)}</rdeDomain:domain>\n"
    )


def _idn(registry: Registry, index: int, name: str) -> str:
    """U-label and IDN table (MUST for an IDN, RFC 9022 §5.1.1.1)."""
    rank = registry.idn(index)
    if rank is not None:
        return (
            f"<rdeDomain:uName>{registry.label(index)}.{registry.u_tld}</rdeDomain:uName>"
            f"<rdeDomain:idnTableId>{registry.script(rank).table}</rdeDomain:idnTableId>"
        )
    if registry.u_tld != registry.tld:
        return f"<rdeDomain:uName>{name.removesuffix(registry.tld)}{registry.u_tld}</rdeDomain:uName>"
    return ""


@cache  # some dozens of combinations
def _statuses(statuses: tuple[str, ...], grace: tuple[str, ...], delegated: bool) -> str:
    # RFC 5731 §2.3: `inactive` without hosts, `ok` only when there is nothing else.
    values = statuses if delegated else ("inactive", *statuses)
    text = "".join(f'<rdeDomain:status s="{value}"/>' for value in values or ("ok",))
    return text + "".join(f'<rdeDomain:rgpStatus s="{value}"/>' for value in grace)


def _parties(parties: Parties) -> str:
    text = (
        f"<rdeDomain:registrant>{contact_id(parties.registrant)}</rdeDomain:registrant>"
        f'<rdeDomain:contact type="admin">{contact_id(parties.admin)}</rdeDomain:contact>'
        f'<rdeDomain:contact type="tech">{contact_id(parties.tech)}</rdeDomain:contact>'
    )
    if parties.billing is not None:
        text += f'<rdeDomain:contact type="billing">{contact_id(parties.billing)}</rdeDomain:contact>'
    return text


def _hosts(hosts: list[str]) -> str:
    if not hosts:
        return ""
    return (
        "<rdeDomain:ns><domain:hostObj>"
        + "</domain:hostObj><domain:hostObj>".join(hosts)
        + "</domain:hostObj></rdeDomain:ns>"
    )


def _events(registry: Registry, life: Life, sponsor: int, draw: Draw, secdns: str) -> str:
    """From the sponsor to the transfer, in the order of RFC 9022 §9.2."""
    current = registrar_id(sponsor)
    other = registrar_id(registry.other_registrar(sponsor, draw[25]))
    transfer = life.transfer
    creator = other if transfer is not None and transfer.gaining else current
    client = ' client="api"' if draw[26] < 4000 else ""
    update = ""
    if life.updated is not None:
        update = f"<rdeDomain:upRr>{current}</rdeDomain:upRr><rdeDomain:upDate>{life.updated}</rdeDomain:upDate>"
    return (
        f"<rdeDomain:clID>{current}</rdeDomain:clID><rdeDomain:crRr{client}>{creator}</rdeDomain:crRr>"
        f"<rdeDomain:crDate>{life.created}</rdeDomain:crDate><rdeDomain:exDate>{life.expires}</rdeDomain:exDate>"
        f"{update}{secdns}" + (_transfer(transfer, life.expires, current, other) if transfer is not None else "")
    )


def _transfer(transfer: Transfer, expires: str, current: str, other: str) -> str:
    """The gaining registrar asks, the losing one acts: after a transfer the sponsor is the one that asked."""
    asks, acts = (current, other) if transfer.gaining else (other, current)
    done = f"<rdeDomain:trDate>{transfer.acted}</rdeDomain:trDate>" if transfer.gaining else ""
    until = expires if transfer.gaining else in_year(expires, int(expires[:4]) + 1)
    return (
        f"{done}<rdeDomain:trnData><rdeDomain:trStatus>{transfer.status}</rdeDomain:trStatus>"
        f"<rdeDomain:reRr>{asks}</rdeDomain:reRr><rdeDomain:reDate>{transfer.asked}</rdeDomain:reDate>"
        f"<rdeDomain:acRr>{acts}</rdeDomain:acRr><rdeDomain:acDate>{transfer.acted}</rdeDomain:acDate>"
        f"<rdeDomain:exDate>{until}</rdeDomain:exDate></rdeDomain:trnData>"
    )
