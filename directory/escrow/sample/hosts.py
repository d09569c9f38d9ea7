"""Host objects (RFC 9022 §5.2, RFC 5732): those of DNS providers outside the TLD, and glue within it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from directory.escrow.sample.lifecycle import live
from directory.escrow.sample.registry import REPOSITORY, Registry, registrar_id
from directory.escrow.sample.shape import Draw, wide, zipf

HOMES = ("example.net", "example.com", "example.org", "dns.invalid")
"""Names under which providers live (RFC 2606); never those of the registry itself."""

V4 = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
SHARED_V4 = ("192.0.2.53", "198.51.100.53", "203.0.113.53")
GLUE_HOSTS = 2


@dataclass(frozen=True, slots=True)
class Providers:
    """The sets of name servers that domains share: how many hosts of each provider are in use."""

    homes: tuple[str, ...]
    used: tuple[int, ...]

    @classmethod
    def of(cls, registry: Registry) -> Providers:
        """One pass over the delegations: only hosts that some domain needs exist, so each one is linked."""
        used = [0] * _pool(registry)
        for index in range(registry.domains):
            count, glue = registry.delegation(index)
            if count and glue is None:
                provider = _provider(registry.domain_draw(index), len(used))
                if count > used[provider]:
                    used[provider] = count
        homes = tuple(home for home in HOMES if not f".{home}".endswith(f".{registry.tld}"))
        return cls(homes, tuple(used))

    @property
    def total(self) -> int:
        return sum(self.used)

    def host(self, provider: int, number: int) -> str:
        home = self.homes[provider % len(self.homes)] if provider % 5 else self.homes[0]
        return f"ns{number}.dns-provider-{provider + 1}.{home}"

    def names(self, registry: Registry, index: int, name: str, draw: Draw) -> list[str]:
        """The name servers of a domain with this name and draw."""
        count, glue = registry.delegation(index)
        if glue is not None:
            return [f"ns{n}.{name}" for n in range(1, GLUE_HOSTS + 1)]
        if not count:
            return []
        provider = _provider(draw, len(self.used))
        return [self.host(provider, n) for n in range(1, count + 1)]


def _pool(registry: Registry) -> int:
    return max(3, min(4000, registry.domains // 150))


def _provider(draw: Draw, pool: int) -> int:
    return zipf(wide(draw[28], draw[29]), pool)


def host_total(registry: Registry, providers: Providers) -> int:
    return providers.total + GLUE_HOSTS * registry.glue_count


def hosts_xml(registry: Registry, providers: Providers) -> Iterator[str]:
    """Every host object of the registry."""
    number = 0
    for provider, used in enumerate(providers.used):
        for n in range(1, used + 1):
            number += 1
            draw = registry.host_draw(number)
            sponsor = zipf(wide(draw[2], draw[3]), registry.registrars)
            age = 30 + draw[4] * 8000 // 65536
            yield _host(registry, number, providers.host(provider, n), "", sponsor, age, draw)
    for place in range(registry.glue_count):
        index = registry.glue_domain(place)
        name, sponsor = registry.name(index), registry.sponsor(index)
        born = live(registry.calendar, registry.domain_draw(index)).age
        for n in range(1, GLUE_HOSTS + 1):
            number += 1
            draw = registry.host_draw(number)
            age = max(1, born * draw[4] // 65536)  # no older than the domain above it
            yield _host(registry, number, f"ns{n}.{name}", _addresses(draw), sponsor, age, draw)


def _addresses(draw: Draw) -> str:
    """Addresses kept for documentation (RFC 5737, RFC 3849), IPv6 as RFC 5952 writes it."""
    kind = draw[6]
    parts = []
    if kind < 62000:
        v4 = SHARED_V4[kind % 3] if kind < 9000 else f"{V4[draw[7] % 3]}.{draw[8] % 254 + 1}"
        parts.append(f'<rdeHost:addr ip="v4">{v4}</rdeHost:addr>')
    if kind > 19000:
        # Only the groups that `::` stands for are zero, so the text is the canonical one.
        v6 = f"2001:db8:{draw[9] | 1:x}:{draw[10] | 1:x}::{draw[11] | 1:x}"
        parts.append(f'<rdeHost:addr ip="v6">{v6}</rdeHost:addr>')
    return "".join(parts)


def _host(registry: Registry, number: int, name: str, addresses: str, sponsor: int, age: int, draw: Draw) -> str:
    # `ok` may stand beside `linked` (RFC 5732 §2.3); every host here serves some domain.
    status = "clientUpdateProhibited" if draw[12] < 1600 else "ok"
    who = registrar_id(sponsor)
    updated = ""
    if draw[13] < 13000 and age > 1:
        date = registry.calendar.ago(1 + draw[14] * (age - 1) // 65536, draw[15])
        updated = f"<rdeHost:upRr>{who}</rdeHost:upRr><rdeHost:upDate>{date}</rdeHost:upDate>"
    return (
        f"<rdeHost:host><rdeHost:name>{name}</rdeHost:name><rdeHost:roid>H{number}-{REPOSITORY}</rdeHost:roid>"
        f'<rdeHost:status s="{status}"/><rdeHost:status s="linked"/>{addresses}'
        f"<rdeHost:clID>{who}</rdeHost:clID><rdeHost:crRr>{who}</rdeHost:crRr>"
        f"<rdeHost:crDate>{registry.calendar.ago(age, draw[5])}</rdeHost:crDate>{updated}</rdeHost:host>\n"
    )
