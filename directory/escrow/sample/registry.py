"""The plan of a sample registry: how many objects of each kind there are, and which refers to which.

Nothing is kept per object. A domain's sponsor, contacts and name servers are computed from its index, and
the other way round a contact or a glue host finds its domain, so both ends of every reference agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from directory.escrow.sample.dates import Calendar
from directory.escrow.sample.names import Labels
from directory.escrow.sample.scripts import SCRIPTS, Script, to_alabel, to_ulabel
from directory.escrow.sample.shape import Draw, Ranges, Stratum, allot, drawer, share, wide, zipf

REPOSITORY = "EXAMPLE"
"""The identifier that IANA keeps for examples (EPP repository identifiers, RFC 5730 §2.8)."""

IDN_SHARE = 0.02
RESELLER_SHARE = 0.06
TRADEMARK_SHARE = 0.01
BLOCKED_SHARE = 0.005
VARIANT_SHARE = 0.2
GLUE_SHARE = 0.03
NS_SHARES = ((2, 0.73), (4, 0.16), (3, 0.08), (0, 0.008), (1, 0.008), (5, 0.006), (6, 0.006), (13, 0.002))
CONTACTS_PER_DOMAIN = 0.67


@dataclass(frozen=True, slots=True)
class Parties:
    """The sponsor and the contacts of one domain, by number; no billing contact is None."""

    sponsor: int
    registrant: int
    admin: int
    tech: int
    billing: int | None


@dataclass(frozen=True, slots=True)
class Registry:
    """Sizes, strata and draws of one registry. All that the writers of objects need to know."""

    seed: int
    domains: int
    tld: str
    u_tld: str
    calendar: Calendar
    labels: Labels
    sponsors: Stratum
    idns: Stratum
    delegations: Stratum
    resellers: Stratum
    trademarks: Stratum
    sponsored: Ranges
    contacts: Ranges
    counts: Ranges
    idn_count: int
    reseller_count: int
    trademark_count: int
    blocked_count: int
    glue_count: int
    loose_contacts: int
    domain_draw: Callable[[int], Draw]
    party_draw: Callable[[int], Draw]
    contact_draw: Callable[[int], Draw]
    host_draw: Callable[[int], Draw]

    @classmethod
    def of(cls, domains: int, seed: int, tld: str, watermark: datetime) -> Registry:
        """The registry of these four arguments; `tld` as A-label or U-label, with any number of labels."""
        u_tld = ".".join(to_ulabel(label) for label in tld.lower().split("."))
        a_tld = ".".join(to_alabel(label) for label in u_tld.split("."))
        registrars = max(5, min(400, domains // 500))
        rest = domains - share(domains, 0.3)
        weights = [1 / n**0.8 for n in range(1, registrars)]
        sponsored = [domains - rest, *allot(rest, weights)]
        contacts = [min(size, max(1, share(size, CONTACTS_PER_DOMAIN))) for size in sponsored]
        delegated = allot(domains, [fraction for _, fraction in NS_SHARES])
        idn_count = share(domains, IDN_SHARE)

        def stratum(kind: str) -> Stratum:
            return Stratum.of(domains, seed, kind)

        return cls(
            seed=seed, domains=domains, tld=a_tld, u_tld=u_tld, calendar=Calendar.of(watermark),
            labels=Labels.of(domains - idn_count, seed),
            sponsors=stratum("sponsor"), idns=stratum("idn"), delegations=stratum("delegation"),
            resellers=stratum("reseller"), trademarks=stratum("trademark"),
            sponsored=Ranges.of(sponsored), contacts=Ranges.of(contacts), counts=Ranges.of(delegated),
            idn_count=idn_count,
            reseller_count=share(domains, RESELLER_SHARE),
            trademark_count=share(domains, TRADEMARK_SHARE),
            blocked_count=max(3, share(domains, BLOCKED_SHARE)),
            glue_count=min(share(domains, GLUE_SHARE), delegated[0]),
            loose_contacts=share(domains, 0.01),
            domain_draw=drawer(seed, "domain"), party_draw=drawer(seed, "party"),
            contact_draw=drawer(seed, "contact"), host_draw=drawer(seed, "host"),
        )  # fmt: skip

    # -- names ----

    def idn(self, index: int) -> int | None:
        """The place of a domain among the internationalised ones, if it is one."""
        rank = self.idns.rank(index)
        return rank if rank < self.idn_count else None

    def label(self, index: int) -> str:
        """The leftmost label of a domain, as a U-label if it is internationalised."""
        rank = self.idns.rank(index)
        if rank < self.idn_count:
            return self.script(rank).label(rank // len(SCRIPTS))
        return self.labels.label(rank - self.idn_count)

    def name(self, index: int) -> str:
        """A domain's name in A-labels."""
        label = self.label(index)
        return f"{label if label.isascii() else to_alabel(label)}.{self.tld}"

    @staticmethod
    def script(idn: int) -> Script:
        return SCRIPTS[idn % len(SCRIPTS)]

    # -- sponsors and contacts ----

    @property
    def registrars(self) -> int:
        return len(self.sponsored.sizes)

    @property
    def contact_total(self) -> int:
        """Registrants at large, those of internationalised names, and contacts that nobody uses."""
        return self.contacts.total + self.idn_count + self.loose_contacts

    def sponsor(self, index: int) -> int:
        return self.sponsored.locate(self.sponsors.rank(index))[0]

    def other_registrar(self, than: int, number: int) -> int:
        """Another registrar than the given one."""
        return (than + 1 + number % (self.registrars - 1)) % self.registrars

    def parties(self, index: int) -> Parties:
        """Contacts are the sponsor's own: each is used once for certain, some of them thousands of times."""
        registrar, place = self.sponsored.locate(self.sponsors.rank(index))
        first, size = self.contacts.starts[registrar], self.contacts.sizes[registrar]
        draw = self.party_draw(index)
        owner = first + (place if place < size else zipf(wide(draw[0], draw[1]), size))
        admin = owner if draw[2] < 39000 else first + zipf(wide(draw[3], draw[4]), size)
        tech = first if draw[5] < 20000 else first + zipf(wide(draw[6], draw[7]), size)
        billing = first + zipf(wide(draw[8], draw[9]), size) if draw[10] & 1 else None
        rank = self.idn(index)
        if rank is None:
            return Parties(registrar, owner, admin, tech, billing)
        # The registrant of an internationalised name writes in its script; the usual owner is its admin.
        return Parties(registrar, self.contacts.total + rank, owner, tech, billing)

    def contact_idn(self, number: int) -> int | None:
        """The internationalised name whose registrant a contact is."""
        rank = number - self.contacts.total
        return rank if 0 <= rank < self.idn_count else None

    def contact_linked(self, number: int) -> bool:
        return number < self.contacts.total + self.idn_count

    def contact_sponsor(self, number: int) -> int:
        if number < self.contacts.total:
            return self.contacts.locate(number)[0]
        rank = self.contact_idn(number)
        return number % self.registrars if rank is None else self.sponsor(self.idns.index(rank))

    # -- delegations ----

    def delegation(self, index: int) -> tuple[int, int | None]:
        """How many name servers a domain has; and its place among those that have their own."""
        rank = self.delegations.rank(index)
        count = NS_SHARES[self.counts.locate(rank)[0]][0]
        return count, rank if rank < self.glue_count else None

    def glue_domain(self, place: int) -> int:
        return self.delegations.index(place)


def registrar_id(registrar: int) -> str:
    """At least three characters (eppcom:clIDType, RFC 5730 §4)."""
    return f"R-{registrar + 1}"


def contact_id(contact: int) -> str:
    return f"ct{contact + 1:06d}"
