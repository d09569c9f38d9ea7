"""Every object of RFC 9022 in the XML model: how its elements are read, checked and made a model value.

What is checked here is checked once; objects read back from the store are taken as they are.
"""

from __future__ import annotations

from collections.abc import Callable

from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Report
from directory.escrow.objects import contact as contacts
from directory.escrow.objects import domain as domains
from directory.escrow.objects import host as hosts
from directory.escrow.objects.contact import contact
from directory.escrow.objects.domain import domain
from directory.escrow.objects.host import host
from directory.escrow.objects.registrar import registrar
from directory.escrow.objects.registry import epp_params, idn_table, nndn, policy
from directory.escrow.plain import Plain
from directory.model.base import Value

Build = Callable[[Element, Report], Value | None]

OBJECTS: dict[str, tuple[str, Build]] = {
    f"{{{ns.DOMAIN}}}domain": ("domain", domain),
    f"{{{ns.HOST}}}host": ("host", host),
    f"{{{ns.CONTACT}}}contact": ("contact", contact),
    f"{{{ns.REGISTRAR}}}registrar": ("registrar", registrar),
    f"{{{ns.IDN}}}idnTableRef": ("idn_table", idn_table),
    f"{{{ns.NNDN}}}NNDN": ("nndn", nndn),
    f"{{{ns.EPP_PARAMS}}}eppParams": ("epp_params", epp_params),
    f"{{{ns.POLICY}}}policy": ("policy", policy),
}
"""The objects of RFC 9022: by tag, the kind in the store and what builds it."""

PLAIN: dict[str, Plain] = {
    f"{{{ns.DOMAIN}}}domain": domains.PLAIN,
    f"{{{ns.HOST}}}host": hosts.PLAIN,
    f"{{{ns.CONTACT}}}contact": contacts.PLAIN,
}
"""Those of which there are many, where they are plainly written."""
