"""The kinds of objects that a registry has, and what each is in the model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.model.base import Value
from directory.model.contact import Contact
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.registrar import Registrar
from directory.model.registry import EppParams, Extension, IdnTable, Policy

STRUCTS: Mapping[str, type[Value]] = MappingProxyType(
    {
        "registrar": Registrar,
        "contact": Contact,
        "host": Host,
        "domain": Domain,
        "nndn": Nndn,
        "idn_table": IdnTable,
        "epp_params": EppParams,
        "policy": Policy,
        "extension": Extension,
    }
)
"""By kind, in the order in which deposits like to bring them."""

OWNER_KEYS: Mapping[str, str] = MappingProxyType(
    {"domain": "name", "host": "name", "contact": "handle", "registrar": "id"}
)
"""The field by which extensions name their owner, by its kind."""
