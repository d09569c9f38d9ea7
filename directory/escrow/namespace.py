"""The XML namespaces of escrow deposits (RFC 8909 §6, RFC 9022 §9) and of the EPP objects they embed."""

from __future__ import annotations

_IETF = "urn:ietf:params:xml:ns:"

RDE = f"{_IETF}rde-1.0"
RDE_PREFIX = f"{_IETF}rde"
HEADER = f"{_IETF}rdeHeader-1.0"
DOMAIN = f"{_IETF}rdeDomain-1.0"
HOST = f"{_IETF}rdeHost-1.0"
CONTACT = f"{_IETF}rdeContact-1.0"
REGISTRAR = f"{_IETF}rdeRegistrar-1.0"
IDN = f"{_IETF}rdeIDN-1.0"
NNDN = f"{_IETF}rdeNNDN-1.0"
EPP_PARAMS = f"{_IETF}rdeEppParams-1.0"
POLICY = f"{_IETF}rdePolicy-1.0"

EPP_DOMAIN = f"{_IETF}domain-1.0"
EPP_CONTACT = f"{_IETF}contact-1.0"
EPP = f"{_IETF}epp-1.0"
SECDNS = f"{_IETF}secDNS-1.1"

CSV_PREFIX = f"{_IETF}csv"
CSV = f"{_IETF}rdeCsv-1.0"
CSV_DOMAIN = f"{_IETF}csvDomain-1.0"
CSV_HOST = f"{_IETF}csvHost-1.0"
CSV_CONTACT = f"{_IETF}csvContact-1.0"
CSV_REGISTRAR = f"{_IETF}csvRegistrar-1.0"
CSV_IDN = f"{_IETF}csvIDN-1.0"
CSV_NNDN = f"{_IETF}csvNNDN-1.0"

PREFIXES = {
    RDE: "rde",
    HEADER: "rdeHeader",
    DOMAIN: "rdeDomain",
    HOST: "rdeHost",
    CONTACT: "rdeContact",
    REGISTRAR: "rdeRegistrar",
    IDN: "rdeIDN",
    NNDN: "rdeNNDN",
    EPP_PARAMS: "rdeEppParams",
    POLICY: "rdePolicy",
    EPP_DOMAIN: "domain",
    EPP_CONTACT: "contact",
    EPP: "epp",
    SECDNS: "secDNS",
    CSV: "rdeCsv",
    CSV_DOMAIN: "csvDomain",
    CSV_HOST: "csvHost",
    CSV_CONTACT: "csvContact",
    CSV_REGISTRAR: "csvRegistrar",
    CSV_IDN: "csvIDN",
    CSV_NNDN: "csvNNDN",
}
"""The prefixes that people know them by; a deposit may use any (RFC 8909 §4)."""
_NAMESPACES = {prefix: namespace for namespace, prefix in PREFIXES.items()}


def tag(name: str) -> str:
    """The tag of an element that is named as people write it: `csvDomain:fName`."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def shown(tag: object) -> str:
    """An element's name as people write it: `rdeDomain:crDate`; the namespace itself where it is unknown."""
    tag = str(tag)
    namespace, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else tag
