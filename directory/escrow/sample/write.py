"""A FULL deposit in the XML model, written as it is made up (RFC 8909 §5, RFC 9022 §5)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

from directory.escrow.sample.contacts import contact_xml
from directory.escrow.sample.domains import domain_xml
from directory.escrow.sample.hosts import Providers, host_total, hosts_xml
from directory.escrow.sample.parts import (
    POLICIES,
    epp_params_xml,
    idn_tables_xml,
    nndns_xml,
    person_total,
    persons_xml,
    policies_xml,
    postal_language_total,
    postal_languages_xml,
    resellers_xml,
    trademark_total,
    trademarks_xml,
    variant_total,
)  # fmt: skip
from directory.escrow.sample.registrars import registrar_xml
from directory.escrow.sample.registry import Registry
from directory.escrow.sample.scripts import SCRIPTS

IETF = "urn:ietf:params:xml:ns:"
RESELLER_URI = "urn:x-dnrd:ns:reseller-1.0"
TRADEMARK_URI = "urn:x-dnrd:ns:trademark-1.0"
PERSON_URI = "urn:x-dnrd:ns:person-1.0"
POSTAL_LANGUAGE_URI = "urn:x-dnrd:ns:postal-language-1.0"
BATCH = 256

_PREFIXES = {
    **{prefix: f"{IETF}{prefix}-1.0" for prefix in (
        "rde", "rdeHeader", "rdeRegistrar", "rdeIDN", "rdeContact", "rdeHost", "rdeDomain", "rdeNNDN",
        "rdeEppParams", "rdePolicy", "domain", "contact", "epp",
    )},
    "secDNS": f"{IETF}secDNS-1.1",
    "reseller": RESELLER_URI,
    "trademark": TRADEMARK_URI,
    "person": PERSON_URI,
    "postalLanguage": POSTAL_LANGUAGE_URI,
}  # fmt: skip

Progress = Callable[[int, int], None]
"""Told how many objects a batch had, and how many there are in all."""


def object_counts(registry: Registry, providers: Providers) -> dict[str, int]:
    """Object URIs and how many objects of each there are, in the order of writing."""
    return {
        _PREFIXES["rdeRegistrar"]: registry.registrars,
        _PREFIXES["rdeIDN"]: len(SCRIPTS),
        _PREFIXES["rdeContact"]: registry.contact_total,
        _PREFIXES["rdeHost"]: host_total(registry, providers),
        _PREFIXES["rdeDomain"]: registry.domains,
        _PREFIXES["rdeNNDN"]: registry.blocked_count + variant_total(registry),
        _PREFIXES["rdeEppParams"]: 1,
        _PREFIXES["rdePolicy"]: len(POLICIES),
        RESELLER_URI: registry.reseller_count,
        TRADEMARK_URI: trademark_total(registry),
        PERSON_URI: person_total(registry),
        POSTAL_LANGUAGE_URI: postal_language_total(registry),
    }


def objects(registry: Registry, providers: Providers) -> Iterator[str]:
    """Every object after the header, one text each."""
    return chain(
        (registrar_xml(registry, n) for n in range(registry.registrars)),
        idn_tables_xml(registry),
        (contact_xml(registry, n) for n in range(registry.contact_total)),
        hosts_xml(registry, providers),
        (domain_xml(registry, providers, n) for n in range(registry.domains)),
        nndns_xml(registry),
        (epp_params_xml(),),
        policies_xml(),
        resellers_xml(registry),
        trademarks_xml(registry),
        persons_xml(registry),
        postal_languages_xml(registry),
    )


def heading(registry: Registry, counts: dict[str, int]) -> str:
    """From the XML declaration to the header object."""
    spaces = "".join(f'\n  xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())
    watermark = registry.calendar.watermark
    menu = "".join(f"<rde:objURI>{uri}</rde:objURI>" for uri in counts)
    numbers = "".join(f'<rdeHeader:count uri="{uri}">{n}</rdeHeader:count>' for uri, n in counts.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        # The identifier matches \w{1,13} (RFC 8909 §6.1).
        f'<rde:deposit type="FULL" id="{watermark[:10].replace("-", "")}001"{spaces}>\n'
        f"<rde:watermark>{watermark}</rde:watermark>\n"
        f"<rde:rdeMenu><rde:version>1.0</rde:version>{menu}</rde:rdeMenu>\n<rde:contents>\n"
        f"<rdeHeader:header><rdeHeader:tld>{registry.tld}</rdeHeader:tld>{numbers}</rdeHeader:header>\n"
    )


def write_deposit(registry: Registry, path: Path, progress: Progress) -> dict[str, int]:
    """Write the deposit, compressed if the name ends in `.gz`; gives the counts of the header."""
    providers = Providers.of(registry)
    counts = object_counts(registry, providers)
    total = sum(counts.values())
    with ExitStack() as stack:
        out = _open(path, stack)
        out.write(heading(registry, counts).encode())
        for batch in _batches(objects(registry, providers)):
            out.write("".join(batch).encode())
            progress(len(batch), total)
        out.write(b"</rde:contents>\n</rde:deposit>\n")
    return counts


def _open(path: Path, stack: ExitStack) -> IO[bytes]:
    plain = stack.enter_context(path.open("wb"))
    if path.suffix != ".gz":
        return plain
    # Neither file name nor time in the archive: the same arguments give the same octets (RFC 1952 §2.3).
    packed = gzip.GzipFile("", "wb", compresslevel=1, fileobj=plain, mtime=0)
    stack.callback(packed.close)
    return cast("IO[bytes]", packed)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    source = iter(texts)
    while batch := list(islice(source, BATCH)):
        yield batch
