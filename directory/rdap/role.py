"""The parts that contacts play, in RDAP's words (RFC 9083 §10.2.4)."""

from __future__ import annotations

from collections.abc import Mapping

RDAP_ROLES: Mapping[str, str] = {
    "registrant": "registrant",
    "admin": "administrative",
    "tech": "technical",
    "billing": "billing",
    "abuse": "abuse",
    "registrar": "registrar",
    "reseller": "reseller",
}
"""By the parts of a view; EPP's tech and admin are RDAP's technical and administrative."""
