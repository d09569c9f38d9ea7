"""The formats that a profile may put on an element, by name (SAC054 §5 and appendix A).

A format looks at a value as the store has it, canonical by its element's type, and says whether the profile may
show it so. Types and formats are two things: a type is what the store can hold, a format what a profile promises.
`guaranteed_by` is where the second follows from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from directory.document import suggest
from directory.errors import BadValue
from directory.model import format as form
from directory.model.element import CANONICAL, Element
from directory.profile.formats import country, dnssec, email, language, name, number, telephone, uri

Check = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Format:
    """A named format. `check` raises `BadValue` for a value that is not of it.

    `source` is the clause. `guaranteed_by` are the types of element (`directory.model.element.CANONICAL`) whose
    values always fit, so that nobody need check them again. `display` makes what a person reads out of a value,
    or is None where that is the value itself; it raises nothing. The first use of some formats loads a library for
    some 50 ms: what compiles a profile does well to check a value then.
    """

    name: str
    source: str
    check: Callable[[str], None]
    guaranteed_by: frozenset[str] = frozenset()
    display: Callable[[str], str] | None = None


_STATUSES = frozenset().union(*(form.EPP_STATUSES[kind] for kind in ("domain", "host", "contact", "rgp")))


def _status(value: str) -> None:
    """A status code of EPP or of its grace periods, to the letter."""
    if value not in _STATUSES:
        hint = suggest(value, _STATUSES)
        raise BadValue(f"{value!r} is no EPP status" + (f"; {hint}" if hint else ""), "RFC 5731 §2.3")


def _date_time(value: str) -> None:
    """A date-time of the calendar in UTC, written with T and Z (SAC054 appendix A, note 11)."""
    form.instant(value)
    if value[10] != "T" or value[-1] != "Z":
        raise BadValue(f"{value!r} does not have T and Z in it: write {form.instant(value)}", "RFC 3339 §5.6")


def _canonical(of: Callable[[str], str], source: str) -> Check:
    """What lets only canonical text pass, and tells the rest how it is written."""

    def check(value: str) -> None:
        canonical = of(value)
        if value != canonical:
            raise BadValue(f"{value!r} is not in canonical form: write {canonical!r}", source)

    return check


def _format(
    called: str,
    source: str,
    look: Check,
    longest: int,
    *guaranteed_by: str,
    display: Callable[[str], str] | None = None,
) -> Format:
    """A format whose check first bounds the length, so that no grammar ever works on a hostile one."""

    def check(value: str) -> None:
        if len(value) > longest:
            raise BadValue(f"it has {len(value)} characters, and no {called} has more than {longest}", source)
        look(value)

    return Format(called, source, check, frozenset(guaranteed_by), display)


_NAMES = ("domain-name", "host-name", "host-reference")
# Not `id`, `registrar-id` and `contact-reference`: ingest bounds their length and does not ask whether they print.
_TOKENS = (*_NAMES, "roid", "epp-status", "country", "phone", "ip-address", "date", "integer", "enum")

_ALL = (
    _format("rfc1034", "RFC 1034 §3.5", name.domain_name, 253, *_NAMES),
    # The type of a host name does not say so much: 192.0.2.1 is made of letters, digits and hyphens too.
    _format("rfc1123", "RFC 1123 §2.1", name.host_name, 253),
    _format("rfc5890", "RFC 5890 §2.3.2.1", name.u_label_name, 253),
    _format("rfc3986", "RFC 3986 §3", uri.absolute, 2_048),
    _format("rfc3339", "RFC 3339 §5.6", _date_time, 85, "date-time"),
    _format("date", "RFC 3339 §5.6", _canonical(CANONICAL["date"], "RFC 3339 §5.6"), 10, "date"),
    _format("epp-status", "RFC 5731–5733, RFC 3915 §3.1", _status, 64),
    _format("rfc791", "RFC 791 §3.2", _canonical(form.ipv4, "RFC 791 §3.2"), 15),
    _format("rfc5952", "RFC 5952 §4", _canonical(form.ipv6, "RFC 5952 §4"), 45),
    _format("ip", "RFC 791 §3.2, RFC 5952 §4", _canonical(form.address, "RFC 5952 §4"), 45, "ip-address"),
    _format("iso3166-1-alpha-2", "ISO 3166-1", country.country, 2),
    _format("e164", "ITU-T E.164", telephone.number, 19),
    _format("e123", "ITU-T E.123", telephone.number, 19, display=telephone.display),
    _format("rfc5322", "RFC 5322 §3.4.1, RFC 6531 §3.3", email.addr_spec, 254),
    _format("rfc5646", "RFC 5646 §2.1", language.tag, 255),
    _format("iana-registrar-id", "IANA Registrar IDs", number.registrar_id, 7),
    _format("iana-accredited-id", "IANA Registrar IDs", number.accredited_registrar_id, 7),
    _format("key-tag", "RFC 4034 §5.1.1", dnssec.key_tag, 5),
    _format("algorithm", "RFC 4034 §5.1.2", dnssec.algorithm, 3),
    _format("digest-type", "RFC 4034 §5.1.3", dnssec.digest_type, 3),
    _format("digest", "RFC 4034 §5.1.4", dnssec.digest, 96),
    _format("flags", "RFC 4034 §2.1.1", dnssec.flags, 5),
    _format("protocol", "RFC 4034 §2.1.2", dnssec.protocol, 1),
    _format("public-key", "RFC 4034 §2.1.4", dnssec.public_key, 87_376),
    _format("nice-class", "Nice Agreement", number.nice_class, 2),
    _format("roid", "RFC 5730 §2.8", form.roid, 89, "roid"),
    _format("token", "RFC 5730 §4", _canonical(CANONICAL["id"], "RFC 5730 §4"), 255, *_TOKENS),
)

FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ALL})
"""Every format by the name that profiles write."""

_ANYTHING = frozenset({"text", "id", "contact-reference", "phone-extension", "enum"})
"""The types of which a value may be of any format by chance."""

_TYPES: Mapping[str, frozenset[str]] = {
    "rfc1034": frozenset(_NAMES),
    "rfc1123": frozenset(_NAMES),
    "rfc5890": frozenset({"u-label"}),
    "rfc3986": frozenset({"uri"}),
    "rfc3339": frozenset({"date-time"}),
    "date": frozenset({"date"}),
    "epp-status": frozenset({"epp-status"}),
    "rfc791": frozenset({"ip-address"}),
    "rfc5952": frozenset({"ip-address"}),
    "ip": frozenset({"ip-address"}),
    "iso3166-1-alpha-2": frozenset({"country"}),
    "e164": frozenset({"phone"}),
    "e123": frozenset({"phone"}),
    "rfc5322": frozenset({"email"}),
    "rfc5646": frozenset({"language"}),
    **dict.fromkeys(
        ("key-tag", "algorithm", "digest-type", "flags", "protocol", "nice-class"), frozenset({"integer"})
    ),
    **dict.fromkeys(("iana-registrar-id", "iana-accredited-id"), frozenset({"registrar-id"})),
    "digest": frozenset({"hex"}),
    "public-key": frozenset({"base64"}),
    "roid": frozenset({"roid"}),
    "token": frozenset(CANONICAL) - {"group"},
}
"""The types besides those of which a value can be of a format."""


def holds(name: str, element: Element) -> bool:
    """Whether an element can have a value of a format, by its type and by the values that it may have."""
    if element.values:
        return any(_passes(name, value) for value in element.values)
    return element.type in _ANYTHING or element.type in _TYPES[name]


def _passes(name: str, value: str) -> bool:
    try:
        FORMATS[name].check(value)
    except BadValue:
        return False
    return True
