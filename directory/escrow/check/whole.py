"""Checks when all of a deposit was read: URIs, counts, what has to be there, and how it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from directory.escrow import namespace as ns
from directory.escrow.check.fault import LABELS, Fault
from directory.escrow.check.known import Context
from directory.escrow.check.policies import Required
from directory.escrow.header import Share

URIS = {
    "domain": (ns.DOMAIN, ns.CSV_DOMAIN),
    "host": (ns.HOST, ns.CSV_HOST),
    "contact": (ns.CONTACT, ns.CSV_CONTACT),
    "registrar": (ns.REGISTRAR, ns.CSV_REGISTRAR),
    "idn_table": (ns.IDN, ns.CSV_IDN),
    "nndn": (ns.NNDN, ns.CSV_NNDN),
    "epp_params": (ns.EPP_PARAMS,),
    "policy": (ns.POLICY,),
}
"""The URIs of a kind of object: of the XML model, and of the CSV model."""
KINDS = {uri: kind for kind, uris in URIS.items() for uri in uris}
_FREE = frozenset({ns.HEADER, ns.POLICY})
"""What a deposit has besides its objects; RST's list of URIs neither asks for these nor knows them."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was seen of a deposit: how many objects of a URI, the models (`xml`, `csv`) of a kind, what its
    policies require, which of the TLD's IDN tables it has."""

    context: Context
    counts: Mapping[str, int]
    models: Mapping[str, Set[str]]
    required: Set[Required]
    tables: Set[str]
    unread: Set[str]
    shares: Shares | None = None

    @property
    def menu(self) -> Set[str]:
        """The URIs of the menu, but for the header's."""
        frame = self.context.frame
        return set(frame.menu) - {ns.HEADER} if frame else frozenset()

    @property
    def counted(self) -> Mapping[str, int]:
        """The URIs that the header counts, but for its own."""
        header = self.context.header
        return {uri: n for uri, n in header.counts.items() if uri != ns.HEADER} if header else {}

    @property
    def is_framed(self) -> bool:
        """Whether menu and header could be read: nothing is told of what others are missing in them if not."""
        return self.context.frame is not None and self.context.header is not None

    @property
    def listed(self) -> Set[str]:
        """The URIs that the menu or the header has."""
        return self.menu | set(self.counted)

    def number(self, kind: str) -> int:
        """How many objects of a kind there are."""
        return sum(self.counts.get(uri, 0) for uri in URIS[kind])

    def line(self, uri: str) -> int:
        """The line of the header's count."""
        header = self.context.header
        return header.lines.get(uri, 0) if header else 0

    def is_listed(self, kind: str) -> bool:
        """Whether the menu or the header has a URI of a kind."""
        return not self.listed.isdisjoint(URIS[kind])

    def demanded(self) -> Iterator[str]:
        """The kinds that a deposit has to have, by what is known of the repository (RST rde-05)."""
        known = self.context.known
        yield from ("domain", "registrar")
        if known.model in ("maximum", "per-registrar"):
            yield "contact"
        if known.hosts == "objects":
            yield "host"
        if known.idn_tables:
            yield "idn_table"
        if ns.CSV_DOMAIN not in self.listed:
            yield "epp_params"

    def forbidden(self) -> Iterator[str]:
        """The kinds that a deposit may not have."""
        known = self.context.known
        if known.model == "minimum":
            yield "contact"
        if known.hosts == "attributes":
            yield "host"

    def told_otherwise(self) -> Set[str]:
        """The kinds to which no reference is looked at, for another rule tells: that there is none at all of it,
        or that hosts should not be there."""
        empty = {kind for kind in self.demanded() if not self.number(kind)}
        return empty | ({"host"} & set(self.forbidden()))


# -- URIs and counts ----


def missing_uris(totals: Totals) -> Iterator[Fault]:
    """URIs that have to be listed (RST rde-05)."""
    for kind in totals.demanded() if totals.is_framed else ():
        if not totals.is_listed(kind):
            either = " nor ".join(URIS[kind])
            yield Fault(f"neither the menu nor the header has {either}", element="rde:objURI")


def unexpected_uris(totals: Totals) -> Iterator[Fault]:
    """URIs that no deposit of this repository lists (RST rde-05)."""
    forbidden = {uri for kind in totals.forbidden() for uri in URIS[kind]}
    for uri in sorted(totals.listed - _FREE - totals.context.known.extensions):
        if uri in forbidden:
            why = f"{uri} is listed, which the repository's model has no place for"
        elif uri not in KINDS:
            why = f"{uri} is listed, which is no object of RFC 9022"
        else:
            continue
        yield Fault(why, totals.line(uri), "rdeHeader:count" if totals.line(uri) else "rde:objURI")


def differing_uris(totals: Totals) -> Iterator[Fault]:
    """URIs that only one of menu and header has (RST rde-05)."""
    if not totals.is_framed:
        return
    menu, counted = totals.menu - _FREE, set(totals.counted) - _FREE
    for uri in sorted(menu - counted):
        yield Fault(f"{uri} is in the menu, but the header does not count it", element="rde:objURI")
    for uri in sorted(counted - menu):
        yield Fault(f"{uri} is counted in the header, but not in the menu", totals.line(uri), "rdeHeader:count")


def unlisted_objects(totals: Totals) -> Iterator[Fault]:
    """Objects whose URI is listed nowhere (RST rde-06)."""
    for uri, number in sorted(totals.counts.items()):
        if number and totals.is_framed and uri not in totals.listed | _FREE:
            yield Fault(f"{number:,} objects of {uri} are there, which neither the menu nor the header lists")


def miscounted(totals: Totals) -> Iterator[Fault]:
    """Counts of the header that are not the deposit's (RFC 9022 §5.9, RST rde-06)."""
    for uri, counted in totals.counted.items():
        found = totals.counts.get(uri, 0)
        if counted != found:
            message = f"the header counts {counted:,} objects of {uri}, the deposit has {found:,}"
            yield Fault(message, totals.line(uri), "rdeHeader:count")
    if totals.shares:
        yield from totals.shares.faults()


def other_tld(totals: Totals) -> Iterator[Fault]:
    """A deposit of another TLD than it should be of."""
    known, header = totals.context.known.tld, totals.context.header
    if known and header and (header.repository_type, header.repository) != ("tld", known):
        yield Fault(
            f"it is of the {header.repository_type} {header.repository}, and not of {known}",
            element="rdeHeader:header",
        )


# -- what has to be there ----


def without(kind: str) -> Callable[[Totals], Iterator[Fault]]:
    """Finds that there is no object of a kind, though there has to be, and its URI is listed."""

    def test(totals: Totals) -> Iterator[Fault]:
        if kind in totals.demanded() and totals.is_listed(kind) and not totals.number(kind):
            yield Fault(f"there is no {LABELS.get(kind, kind)} in it")

    return test


def missing_tables(totals: Totals) -> Iterator[Fault]:
    """IDN tables of the TLD that are not there (RST rde-11)."""
    known = totals.context.known.idn_tables or ()
    for id_ in sorted(set(known) - totals.tables) if "idn_table" not in totals.unread else ():
        yield Fault(f"the IDN table {id_!r} of the TLD is not there", element="rdeIDN:idnTableRef")


def no_policy(totals: Totals) -> Iterator[Fault]:
    """No policy, where one has to say that registrants are required (RST rde-14)."""
    if totals.context.known.model == "maximum" and _in_xml(totals) and not totals.number("policy"):
        yield Fault("there is no policy in it, and the data model is maximum", element="rdePolicy:policy")


def no_policy_of_registrants(totals: Totals) -> Iterator[Fault]:
    """Policies of which none says that registrants are required (RST rde-14)."""
    if totals.context.known.model != "maximum" or not totals.number("policy") or not _in_xml(totals):
        return
    if "policy" not in totals.unread and Required("domain", "registrant") not in totals.required:
        hint = 'scope="//rde:deposit/rde:contents/rdeDomain:domain" element="rdeDomain:registrant"'
        yield Fault("no policy requires the registrant of domains", element="rdePolicy:policy", hint=hint)


def _in_xml(totals: Totals) -> bool:
    return "csv" not in totals.models.get("domain", ())


# -- counts of parts ----


class Shares:
    """How many objects there are of the parts of a repository that its header counts (RFC 9022 §5.9.1)."""

    def __init__(self, shares: tuple[Share, ...]) -> None:
        self._shares = shares
        self._found: Counter[tuple[int, str]] = Counter()
        self._numbers: dict[str, int] = {}
        self._by_kind: dict[str, list[tuple[int, Share]]] = {}
        for place, share in enumerate(shares):
            if kind := KINDS.get(share.uri):
                self._by_kind.setdefault(kind, []).append((place, share))

    def add(self, kind: str, value: Any) -> None:
        """Count an object in the parts that it is of."""
        if kind == "registrar" and value.gurid is not None:
            self._numbers[value.id] = value.gurid
        for place, share in self._by_kind.get(kind, ()):
            name = getattr(value, "name", "")
            if share.rcdn is None or name == share.rcdn or name.endswith(f".{share.rcdn}"):
                self._found[place, getattr(value, "cl_id", "")] += 1

    def faults(self) -> Iterator[Fault]:
        """Parts whose counts are not the deposit's."""
        for place, share in enumerate(self._shares):
            found = sum(
                number
                for (which, sponsor), number in self._found.items()
                if which == place and share.registrar in (None, self._numbers.get(sponsor))
            )
            if found != share.number and share.uri in KINDS:
                of = " and ".join(
                    text
                    for text in (
                        f"below {share.rcdn}" if share.rcdn else "",
                        f"of the registrar {share.registrar}" if share.registrar else "",
                    )
                    if text
                )
                message = (
                    f"the header counts {share.number:,} objects of {share.uri} {of}, the deposit has {found:,}"
                )
                yield Fault(message, share.line, "rdeHeader:count")
