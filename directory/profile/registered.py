"""The redacted names that are registered: the values of `type` in a redaction's `name` (RFC 9537 §4.2, §6.2).

They are what the gTLD RDAP Response Profile of 21 February 2024, annex "Response 'redacted name' JSON Values", has
given IANA to register among the RDAP JSON Values. Others may have been registered since.
"""

from __future__ import annotations

REDACTED_NAMES = frozenset(
    {
        "Registry Domain ID",
        "Registry Registrant ID",
        "Registrant Name",
        "Registrant Organization",
        "Registrant Street",
        "Registrant City",
        "Registrant Postal Code",
        "Registrant Phone",
        "Registrant Phone Ext",
        "Registrant Fax",
        "Registrant Fax Ext",
        "Registrant Email",
        "Registry Tech ID",
        "Tech Name",
        "Tech Phone",
        "Tech Phone Ext",
        "Tech Email",
    }
)
