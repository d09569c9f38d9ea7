"""The rules for one deposit: every error code of ICANN's registry system testing, and what has no code.

The names are those of the data-escrow suite of the RST v2.0 test specifications, cases rde-01 to rde-14 as they
were in version 2026.02, with the changes that the change log has up to 2026.04. Not verified by their text are
RDE_OBJECT_HAS_MIXED_TYPES, which is of 2026.05, where it stands for RDE_MIXED_TYPES, and whether
RDE_GREETING_DOES_NOT_MATCH is still called so since 2026.04 took the greeting from the inputs of rde-13. That
there are no two sets of EPP parameters (rde-13), and that fRegistrant is required in the maximum model only
(rde-15), are rules of 2026.05 whose codes are not known here.

Rules without a check are found where a deposit is unpacked or read.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from directory.escrow.check import links, values, whole
from directory.escrow.check.level import Level
from directory.escrow.check.rule import Apart, Rule, Unique, Value, Whole

_NORMAL, _STRICT = Level.NORMAL, Level.STRICT
_SPECIFICATION = "RA Specification 2 A"


def _registrars(kind: str, case: str, word: str) -> Iterator[Rule]:
    """The rules that the registrars are there to whom an object refers, each with a code of its own."""
    for element, field, says in (
        ("clID", "cl_id", "a sponsor"),
        ("crRr", "cr_rr", f"who created a {kind}"),
        ("upRr", "up_rr", f"who updated a {kind}"),
        ("reRr", "re_rr", "who asked for a transfer"),
        ("acRr", "ac_rr", "who answers to a transfer"),
    ):
        code = f"RDE_{kind.upper()}_HAS_{word}_{element.upper()}"
        checks = (links.to_registrar(kind, element, field),)
        yield Rule(code, case, "RFC 9022 §8", f"{says} is not there", _STRICT, checks)


FILES = (
    Rule("RDE_INVALID_FILENAME", "rde-01", f"{_SPECIFICATION} §5", "its file has another name than its content",
         _NORMAL),
    Rule("RDE_INVALID_SIGNATURE", "rde-02", f"{_SPECIFICATION} §4", "its signature is not valid"),
    Rule("RDE_DECRYPTION_FAILED", "rde-03", f"{_SPECIFICATION} §4", "it cannot be decrypted"),
    Rule("RDE_MISSING_FILES", "rde-04", "RFC 9022 §4.6.2.1", "a file of it is not there"),
    Rule("RDE_XML_PARSE_ERROR", "rde-04", "RFC 8909 §6", "it is no well-formed XML"),
    Rule("RDE_SCHEMA_VALIDATION_ERROR", "rde-04", "RFC 9022 §9", "it is not of the schema"),
    Rule("RDE_INVALID_CSV", "rde-04", "RFC 4180 §2", "a file is not of the CSV format"),
    Rule("RDE_OBJECT_HAS_MIXED_TYPES", "rde-04", "RFC 9022 §2", "objects of one kind are in XML and in CSV"),
    Rule("RDE_UNEXPECTED_OBJECT_URI", "rde-05", "ICANN RST rde-05", "a URI is listed that should not be",
         _STRICT, (Whole(whole.unexpected_uris, full=False),)),
    Rule("RDE_MISSING_OBJECT_URI", "rde-05", "ICANN RST rde-05", "a URI is not listed that should be",
         _STRICT, (Whole(whole.missing_uris),)),
    Rule("RDE_MENU_AND_HEADER_URIS_DIFFER", "rde-05", "ICANN RST rde-05", "menu and header list different URIs",
         _STRICT, (Whole(whole.differing_uris, full=False),)),
    Rule("RDE_OBJECT_COUNT_MISMATCH", "rde-06", "RFC 9022 §5.9", "the header counts other objects than there are",
         _NORMAL, (Whole(whole.miscounted),)),
    Rule("RDE_UNEXPECTED_OBJECT", "rde-06", "RFC 8909 §5.1.2", "objects are of a URI that is not listed",
         _STRICT, (Whole(whole.unlisted_objects, full=False),)),
)  # fmt: skip

DOMAINS = (
    Rule("RDE_DOMAIN_OBJECT_MISSING", "rde-07", "ICANN RST rde-07", "there is no domain",
         _STRICT, (Whole(whole.without("domain")),)),
    Rule("RDE_DOMAIN_HAS_INVALID_NAME", "rde-07", "RFC 9022 §5.9.1", "a name is none, or not below the TLD",
         _STRICT, (Value("domain", "rdeDomain:name", values.outside_tld),)),
    Rule("RDE_DOMAIN_HAS_NON_UNIQUE_NAME", "rde-07", "RFC 8909 §5.2", "two domains have one name",
         Level.LENIENT, (Unique("domain", "name", "rdeDomain:name"),)),
    Rule("RDE_DOMAIN_HAS_MISSING_ROID", "rde-07", "RFC 9022 §5.1.1.1", "a domain has no ROID"),
    Rule("RDE_DOMAIN_HAS_INVALID_ROID", "rde-07", "RFC 5730 §2.8", "a ROID is none, or of nobody's repository",
         _STRICT, (Value("domain", "rdeDomain:roid", values.unregistered, "repositories"),)),
    Rule("RDE_DOMAIN_HAS_NON_UNIQUE_ROID", "rde-07", "RFC 5730 §2.8", "two domains have one ROID",
         _STRICT, (Unique("domain", "roid", "rdeDomain:roid"),)),
    Rule("RDE_DOMAIN_HAS_MISSING_STATUS", "rde-07", "RFC 9022 §5.1.1.1", "a domain has no status"),
    Rule("RDE_DOMAIN_HAS_INVALID_STATUS", "rde-07", "RFC 5731 §2.3", "a status of a domain is none"),
    Rule("RDE_DOMAIN_HAS_MISSING_REGISTRANT", "rde-07", "ICANN RST rde-07", "a domain has no registrant",
         _STRICT, (Value("domain", "rdeDomain:registrant", values.no_registrant, "model"),)),
    Rule("RDE_DOMAIN_HAS_INVALID_REGISTRANT", "rde-07", "RFC 9022 §8", "a registrant is not there",
         _STRICT, (links.to_contact("registrant"),)),
    Rule("RDE_DOMAIN_HAS_MISSING_CONTACT", "rde-07", "RFC 9022 §8", "a contact of a domain is not there",
         _STRICT, tuple(map(links.to_contact, ("admin", "tech", "billing")))),
    Rule("RDE_DOMAIN_HAS_MISSING_NAMESERVER", "rde-07", "ICANN RST rde-07", "a host of a domain is not there",
         _STRICT, (links.to_host(),)),
    Rule("RDE_DOMAIN_HAS_UNEXPECTED_HOST_OBJECTS", "rde-07", "RFC 5731 §1.1", "host objects there",
         _STRICT, (Value("domain", "domain:hostObj", values.of_host_model("object", "attributes"), "hosts"),)),
    Rule("RDE_DOMAIN_HAS_UNEXPECTED_HOST_ATTRIBUTES", "rde-07", "RFC 5731 §1.1", "host attributes there",
         _STRICT, (Value("domain", "domain:hostAttr", values.of_host_model("attribute", "objects"), "hosts"),)),
    Rule("RDE_DOMAIN_HAS_MISSING_CLID", "rde-07", "RFC 9022 §5.1.1.1", "a domain has no sponsor"),
    *_registrars("domain", "rde-07", "INVALID"),
    Rule("RDE_DOMAIN_HAS_MISSING_CRDATE", "rde-07", "RFC 9022 §5.1.1.1", "a domain has no date of creation",
         _STRICT, (Value("domain", "rdeDomain:crDate", values.no_creation),)),
    Rule("RDE_DOMAIN_HAS_INVALID_CRDATE", "rde-07", "ICANN RST rde-07", "a creation after the watermark",
         _STRICT, (Value("domain", "rdeDomain:crDate", values.created_late),)),
    Rule("RDE_DOMAIN_HAS_MISSING_EXDATE", "rde-07", "RFC 9022 §5.1.1.1", "a domain has no date of expiry",
         _STRICT, (Value("domain", "rdeDomain:exDate", values.no_expiry),)),
    Rule("RDE_DOMAIN_HAS_INVALID_EXDATE", "rde-07", "ICANN RST rde-07", "an expiry before the watermark",
         _STRICT, (Value("domain", "rdeDomain:exDate", values.expired),)),
)  # fmt: skip

HOSTS = (
    Rule("RDE_HOST_OBJECT_MISSING", "rde-08", "ICANN RST rde-05", "there is no host",
         _STRICT, (Whole(whole.without("host")),)),
    Rule("RDE_HOST_HAS_INVALID_NAME", "rde-08", "RFC 1123 §2.1", "a name of a host is none"),
    Rule("RDE_HOST_HAS_NON_UNIQUE_NAME", "rde-08", "ICANN RST rde-08", "two hosts have one name",
         _STRICT, (Unique("host", "name", "rdeHost:name"),)),
    Rule("RDE_HOST_HAS_MISSING_ROID", "rde-08", "RFC 9022 §5.2.1.1", "a host has no ROID"),
    Rule("RDE_HOST_HAS_INVALID_ROID", "rde-08", "RFC 5730 §2.8", "a ROID is none, or of nobody's repository",
         _STRICT, (Value("host", "rdeHost:roid", values.unregistered, "repositories"),)),
    Rule("RDE_HOST_HAS_NON_UNIQUE_ROID", "rde-08", "RFC 8909 §5.2", "two hosts have one ROID",
         Level.LENIENT, (Unique("host", "roid", "rdeHost:roid"),)),
    Rule("RDE_HOST_HAS_MISSING_STATUS", "rde-08", "RFC 9022 §5.2.1.1", "a host has no status"),
    Rule("RDE_HOST_HAS_INVALID_STATUS", "rde-08", "RFC 5732 §2.3", "a status of a host is none"),
    Rule("RDE_HOST_HAS_MISSING_IP_ADDRESS", "rde-08", "ICANN RST rde-08", "a host below the TLD has no address",
         _STRICT, (Value("host", "rdeHost:addr", values.no_glue),)),
    Rule("RDE_HOST_HAS_INVALID_IP_ADDRESS", "rde-08", "RFC 9022 §4.5", "an address of a host is none"),
    Rule("RDE_HOST_HAS_MISSING_CLID", "rde-08", "RFC 9022 §5.2.1.1", "a host has no sponsor"),
    Rule("RDE_HOST_HAS_INVALID_CLID", "rde-08", "RFC 9022 §8", "a sponsor is not there",
         _STRICT, (links.to_registrar("host", "clID", "cl_id"),)),
)  # fmt: skip

CONTACTS = (
    Rule("RDE_CONTACT_OBJECT_MISSING", "rde-09", "ICANN RST rde-05", "there is no contact",
         _STRICT, (Whole(whole.without("contact")),)),
    Rule("RDE_CONTACT_HAS_NON_UNIQUE_ID", "rde-09", "RFC 8909 §5.2", "two contacts have one id",
         Level.LENIENT, (Unique("contact", "handle", "rdeContact:id"),)),
    Rule("RDE_CONTACT_HAS_INVALID_ROID", "rde-09", "RFC 5730 §2.8", "a ROID is none, or of nobody's repository",
         _STRICT, (Value("contact", "rdeContact:roid", values.unregistered, "repositories"),)),
    Rule("RDE_CONTACT_HAS_NON_UNIQUE_ROID", "rde-09", "RFC 5730 §2.8", "two contacts have one ROID",
         _STRICT, (Unique("contact", "roid", "rdeContact:roid"),)),
    Rule("RDE_CONTACT_HAS_MULTIPLE_POSTALINFO_TYPES", "rde-09", "RFC 9022 §5.3.1.1", "two forms of one type"),
    Rule("RDE_CONTACT_HAS_INVALID_CC", "rde-09", "RFC 9022 §4.2", "a country is none",
         _STRICT, (Value("contact", "contact:cc", values.strange_country, "countries"),)),
    Rule("RDE_CONTACT_HAS_INVALID_EMAIL", "rde-09", "RFC 5322 §3.4.1", "an e-mail address is none"),
    *_registrars("contact", "rde-09", "UNKNOWN"),
)  # fmt: skip

REGISTRY = (
    Rule("RDE_REGISTRAR_OBJECT_MISSING", "rde-10", "ICANN RST rde-10", "there is no registrar",
         _STRICT, (Whole(whole.without("registrar")),)),
    Rule("RDE_REGISTRAR_HAS_MISSING_ID", "rde-10", "RFC 9022 §5.4.1.1", "a registrar has no id"),
    Rule("RDE_REGISTRAR_HAS_INVALID_ID", "rde-10", "RFC 9022 §9", "an id of a registrar is none"),
    Rule("RDE_REGISTRAR_HAS_NON_UNIQUE_ID", "rde-10", "RFC 8909 §5.2", "two registrars have one id",
         Level.LENIENT, (Unique("registrar", "id", "rdeRegistrar:id"),)),
    Rule("RDE_REGISTRAR_HAS_MISSING_NAME", "rde-10", "RFC 9022 §5.4.1.1", "a registrar has no name"),
    Rule("RDE_REGISTRAR_HAS_INVALID_NAME", "rde-10", "RFC 9022 §5.4.1.1", "a name of a registrar is none"),
    Rule("RDE_REGISTRAR_HAS_MISSING_GURID", "rde-10", "ICANN RST rde-10", "a registrar has no number of IANA's",
         _STRICT, (Value("registrar", "rdeRegistrar:gurid", values.no_gurid),)),
    Rule("RDE_REGISTRAR_HAS_INVALID_GURID", "rde-10", "ICANN RST rde-10", "a number is none of IANA's",
         _STRICT, (Value("registrar", "rdeRegistrar:gurid", values.strange_gurid, "registrars"),)),
    Rule("RDE_IDN_OBJECT_INVALID", "rde-11", "RFC 9022 §5.5.1.1", "an IDN table is not as it should be"),
    Rule("RDE_IDN_OBJECT_MISSING", "rde-11", "ICANN RST rde-11", "an IDN table is not there",
         _STRICT, (Whole(whole.missing_tables), links.to_table("domain"), links.to_table("nndn"))),
    Rule("RDE_IDN_OBJECT_UNEXPECTED", "rde-11", "ICANN RST rde-11", "an IDN table is not the TLD's",
         _STRICT, (Value("idn_table", "rdeIDN:idnTableRef", values.unexpected_table, "idn_tables"),)),
    Rule("RDE_NNDN_HAS_NON_UNIQUE_NAME", "rde-12", "RFC 8909 §5.2", "two NNDN have one name",
         Level.LENIENT, (Unique("nndn", "name", "rdeNNDN:aName"),)),
    Rule("RDE_NNDN_CONFLICTS_WITH_DOMAIN", "rde-12", "RFC 9022 §5.6", "a name is a domain and an NNDN",
         Level.LENIENT, (Apart("nndn", "name", "rdeNNDN:aName", "domain", "name"),)),
    Rule("RDE_MISSING_EPP_PARAMS_OBJECT", "rde-13", "ICANN RST rde-13", "there are no EPP parameters",
         _STRICT, (Whole(whole.without("epp_params")),)),
    Rule("RDE_GREETING_DOES_NOT_MATCH", "rde-13", "ICANN RST rde-13", "the EPP parameters are not the server's",
         _STRICT, (Value("epp_params", "rdeEppParams:eppParams", values.other_greeting),)),
    Rule("RDE_POLICY_OBJECT_MISSING", "rde-14", "ICANN RST rde-14", "there is no policy",
         _STRICT, (Whole(whole.no_policy),)),
    Rule("RDE_POLICY_OBJECT_INVALID", "rde-14", "RFC 9022 §5.8", "a policy is about nothing that there is",
         _STRICT, (Value("policy", "rdePolicy:policy", values.strange_policy),)),
    Rule("RDE_POLICY_OBJECT_MISSING_OBJECTS", "rde-14", "ICANN RST rde-14", "no policy requires registrants",
         _STRICT, (Whole(whole.no_policy_of_registrants),)),
)  # fmt: skip

CODES = MappingProxyType({rule.code: rule for rule in (*FILES, *DOMAINS, *HOSTS, *CONTACTS, *REGISTRY)})
"""The rules that have a code, by it."""

REQUIRED = Rule("", "", "RFC 9022 §5.8", "an object has not what a policy requires", _NORMAL)
"""What the deposit's own policies ask for; which objects that is about is only known when they were read."""
DELETED_TWICE = Rule("", "", "RFC 8909 §5.2", "an object is deleted twice", None)

_IDN_TABLE = "the name is an IDN, and no table is named"
UNNAMED = (
    Rule("", "", "RFC 9022 §5.9.1", "it is of another TLD than it should be",
         _NORMAL, (Whole(whole.other_tld, full=False),)),
    Rule("", "", "RFC 9022 §5.5", "two IDN tables have one id",
         Level.LENIENT, (Unique("idn_table", "id", "rdeIDN:idnTableRef"),)),
    Rule("", "rde-13", "RFC 9022 §5.7", "there are two sets of EPP parameters",
         Level.LENIENT, (Unique("epp_params", "key", "rdeEppParams:eppParams"),)),
    Rule("", "", "RFC 8909 §5.2", "a policy is there twice",
         Level.LENIENT, (Unique("policy", "key", "rdePolicy:policy"),)),
    Rule("", "", "RFC 8909 §5.2", "two objects add the same to one object",
         Level.LENIENT, (Unique("extension", "key", ""),)),
    Rule("", "rde-08", "RFC 9022 §8", "a registrar that a host names is not there",
         _STRICT, (links.to_registrar("host", "crRr", "cr_rr"), links.to_registrar("host", "upRr", "up_rr"))),
    Rule("", "", "RFC 9022 §7", "an object adds to one that is not there",
         None, tuple(map(links.to_owner, ("domain", "contact", "host", "registrar")))),
    Rule("", "", "RFC 9022 §5.1.1.1", _IDN_TABLE,
         _STRICT, (Value("domain", "rdeDomain:idnTableId", values.no_idn_table),)),
    Rule("", "", "RFC 9022 §5.6.1.1", _IDN_TABLE,
         _STRICT, (Value("nndn", "rdeNNDN:idnTableId", values.no_idn_table),)),
    Rule("", "", "RFC 9022 §5.6.1.1", "a name is withheld, and no original is named",
         None, (Value("nndn", "rdeNNDN:originalName", values.no_original),)),
    Rule("", "", "RFC 9022 §5.9.1", "an NNDN is not below the TLD",
         None, (Value("nndn", "rdeNNDN:aName", values.outside_tld),)),
    Rule("", "", "RFC 9022 §4.2", "a country of a registrar is none",
         None, (Value("registrar", "rdeRegistrar:cc", values.strange_country, "countries"),)),
    REQUIRED,
    DELETED_TWICE,
)  # fmt: skip
"""The rules that RST has no code for."""

RULES = (*CODES.values(), *UNNAMED)
