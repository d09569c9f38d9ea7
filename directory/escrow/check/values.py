"""Checks of one object by itself: each says what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from typing import Any

from directory.escrow.check.known import Context, Greeting, is_after
from directory.escrow.check.policies import understood
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.registrar import Registrar
from directory.model.registry import EppParams, IdnTable, Policy

_EPP = "urn:ietf:params:xml:ns:"
DOMAIN_URI, HOST_URI, CONTACT_URI = f"{_EPP}domain-1.0", f"{_EPP}host-1.0", f"{_EPP}contact-1.0"
EXTENSIONS = frozenset({f"{_EPP}secDNS-1.1", f"{_EPP}rgp-1.0"})


def outside_tld(value: Domain | Nndn, context: Context) -> str:
    """A name that is not below the TLD."""
    if not context.suffix or context.is_below(value.name):
        return ""
    return f"it is not below {context.tld}, the TLD of the deposit"


def unregistered(value: Domain | Host | Contact, context: Context) -> str:
    """A ROID whose repository id nobody registered."""
    registered = context.known.repositories
    if registered is None or (id_ := value.roid.rpartition("-")[2]) in registered:
        return ""
    return f"the repository id {id_!r} is not registered with IANA"


def no_registrant(value: Domain, context: Context) -> str:
    """No registrant, where every domain has one."""
    if context.known.model != "maximum" or any(link.role == "registrant" for link in value.contacts):
        return ""
    return "it is missing, and the data model is maximum"


def _is_allocated(value: Domain) -> bool:
    return all(status.code != "pendingCreate" for status in value.statuses)


def no_creation(value: Domain, context: Context) -> str:
    """No date of creation, though it was created."""
    return "it is missing" if value.cr_date is None and _is_allocated(value) else ""


def created_late(value: Domain, context: Context) -> str:
    """A creation after the moment that the data are of."""
    if value.cr_date is None or context.watermark is None or is_after(context.watermark, value.cr_date):
        return ""
    return f"{value.cr_date} is not before the watermark {context.watermark}"


def no_expiry(value: Domain, context: Context) -> str:
    """No date of expiry, though it was created."""
    return "it is missing" if value.ex_date is None and _is_allocated(value) else ""


def expired(value: Domain, context: Context) -> str:
    """An expiry before the moment that the data are of, of a domain that nobody is about to delete."""
    if value.ex_date is None or context.watermark is None or is_after(value.ex_date, context.watermark):
        return ""
    if any(status.code == "pendingDelete" for status in value.statuses):
        return ""
    return f"{value.ex_date} is not after the watermark {context.watermark}, and it is not pendingDelete"


def of_host_model(model: str, other: str) -> Callable[[Domain, Context], str]:
    """Finds name servers of a model where the registry has the other."""

    def test(value: Domain, context: Context) -> str:
        if context.known.hosts != other or all(server.model != model for server in value.ns):
            return ""
        return f"it has host {model}s, and the registry has host {other}"

    return test


def no_idn_table(value: Domain | Nndn, context: Context) -> str:
    """An internationalised name without the table that its characters are of."""
    own = value.name.removesuffix(context.suffix)
    return "it is missing, and the name is an IDN" if "xn--" in own and value.idn_table is None else ""


def no_glue(value: Host, context: Context) -> str:
    """No address of a host below the TLD."""
    if value.addresses or not (context.is_below(value.name) or value.name == context.tld):
        return ""
    return f"it is missing, and the host is below {context.tld}"


def strange_country(value: Contact | Registrar, context: Context) -> str:
    """Countries that ISO 3166-1 does not have."""
    known = context.known.countries
    if known is None:
        return ""
    strange = sorted({form.cc for form in value.postal if form.cc and form.cc not in known})
    return f"{_several(strange)} is no country of ISO 3166-1" if strange else ""


def no_gurid(value: Registrar, context: Context) -> str:
    """A registrar without a number of IANA's."""
    return "it is missing" if value.gurid is None else ""


def strange_gurid(value: Registrar, context: Context) -> str:
    """A number that IANA gave to no registrar."""
    known = context.known.registrars
    if known is None or value.gurid is None or value.gurid in known:
        return ""
    return f"{value.gurid} is in no entry of IANA's registrar ids"


def unexpected_table(value: IdnTable, context: Context) -> str:
    """A table that the TLD has not."""
    known = context.known.idn_tables
    return "" if known is None or value.id in known else "it is none of the TLD's IDN tables"


def no_original(value: Nndn, context: Context) -> str:
    """A name that is withheld, of which nobody says which name it is a variant of."""
    is_variant = value.original_name is not None
    return "" if value.state != "withheld" or is_variant else "it is missing, and only variants are withheld"


def other_greeting(value: EppParams, context: Context) -> str:
    """Parameters that are not those of the EPP server's greeting; without one, not those that RST asks for."""
    objects, extensions = set(value.obj_uris.split()), set(value.ext_uris.split())
    greeting = context.known.greeting
    if greeting is None:
        missing = _expected(context).objects - objects | EXTENSIONS - extensions
        return f"{_several(missing)} is missing" if missing else ""
    missing = greeting.objects - objects | greeting.extensions - extensions
    more = objects - greeting.objects | extensions - greeting.extensions
    parts = [f"{_several(missing)} is in the greeting only"] if missing else []
    return "; ".join([*parts, f"{_several(more)} is not in the greeting"] if more else parts)


def _expected(context: Context) -> Greeting:
    """The URIs of a greeting that are sure, by the models of data and hosts."""
    objects = {DOMAIN_URI}
    if context.known.model in ("maximum", "per-registrar"):
        objects.add(CONTACT_URI)
    if context.known.hosts == "objects":
        objects.add(HOST_URI)
    return Greeting(frozenset(objects), EXTENSIONS)


def strange_policy(value: Policy, context: Context) -> str:
    """A policy about objects or elements that there are not."""
    return (
        "" if understood(value) else f"no object of RFC 9022 is at {value.scope!r}, or none has {value.element!r}"
    )


def _several(texts: Iterable[str] | Set[Any]) -> str:
    return ", ".join(sorted(texts))
