"""The names that ICANN's registry system testing has for what is wrong with a deposit (RST, rde-01 to rde-15).

Of the faults of an object only those that the test specification names have a code of their own; another fault of
an XML object breaks its schema, and has the code of that.
"""

from __future__ import annotations

DECRYPTION_FAILED = "RDE_DECRYPTION_FAILED"
INVALID_CSV = "RDE_INVALID_CSV"
INVALID_FILENAME = "RDE_INVALID_FILENAME"
INVALID_SIGNATURE = "RDE_INVALID_SIGNATURE"
COUNT_MISMATCH = "RDE_OBJECT_COUNT_MISMATCH"
MISSING_FILES = "RDE_MISSING_FILES"
MIXED_TYPES = "RDE_OBJECT_HAS_MIXED_TYPES"
SCHEMA = "RDE_SCHEMA_VALIDATION_ERROR"
XML = "RDE_XML_PARSE_ERROR"
NAME_SERVER = "RDE_DOMAIN_HAS_MISSING_NAMESERVER"
POSTAL_FORMS = "RDE_CONTACT_HAS_MULTIPLE_POSTALINFO_TYPES"

CUT_OFF = (MISSING_FILES, INVALID_CSV, XML)
"""Of what was not read to its end, so that nobody knows what it would have had."""

_FAULTS = {
    "domain": {
        "INVALID": "name roid status registrant clID crRr upRr reRr acRr crDate exDate",
        "MISSING": "roid status registrant clID crDate exDate",
        "NON_UNIQUE": "name roid",
    },
    "host": {
        "INVALID": "name roid status addr clID",
        "MISSING": "roid status addr clID",
        "NON_UNIQUE": "name roid",
    },
    "contact": {
        "INVALID": "roid cc email",
        "NON_UNIQUE": "id roid",
    },
    "registrar": {
        "INVALID": "id name gurid",
        "MISSING": "id name gurid",
        "NON_UNIQUE": "id",
    },
    "nndn": {
        "NON_UNIQUE": "name",
    },
}
_SHOWN = {"addr": "IP_ADDRESS"}
_OBJECTS = {"IDN table": "RDE_IDN_OBJECT_INVALID", "policy": "RDE_POLICY_OBJECT_INVALID"}

_CODES = {
    (kind, fault, local): f"RDE_{kind.upper()}_HAS_{fault}_{_SHOWN.get(local, local.upper())}"
    for kind, faults in _FAULTS.items()
    for fault, locals_ in faults.items()
    for local in locals_.split()
}


def invalid(kind: str, local: str) -> str:
    """The code of a value that is not of its format: the kind of object, the local name of its XML element."""
    return _CODES.get((kind, "INVALID", local)) or _OBJECTS.get(kind, "")


def missing(kind: str, local: str) -> str:
    """The code of a value that has to be there and is not."""
    return _CODES.get((kind, "MISSING", local)) or _OBJECTS.get(kind, "")


def doubled(kind: str, local: str) -> str:
    """The code of a value that two objects of a kind have, and only one may."""
    return _CODES.get((kind, "NON_UNIQUE", local), "")
