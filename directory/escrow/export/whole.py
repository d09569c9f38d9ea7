"""Whether an object has what RFC 9022 asks for of each of its kind (§9): what lacks it makes no valid deposit.

A store can hold such objects: tables have fewer demands than XML, and deposits may be read leniently.
"""

from __future__ import annotations

from collections.abc import Mapping

from directory.errors import BadValue
from directory.model.base import Value
from directory.model.contact import Contact

_NEEDED: Mapping[str, Mapping[str, str]] = {
    "registrar": {"id": "id", "name": "name"},
    "idn_table": {"id": "id", "url": "url"},
    "contact": {
        "handle": "id",
        "roid": "roid",
        "statuses": "status",
        "postal": "postalInfo",
        "email": "email",
        "cl_id": "clID",
    },
    "host": {"name": "name", "roid": "roid", "statuses": "status", "cl_id": "clID"},
    "domain": {"name": "name", "roid": "roid", "statuses": "status", "cl_id": "clID"},
    "nndn": {"name": "aName", "state": "nameState"},
    "epp_params": {"versions": "version", "langs": "lang", "obj_uris": "objURI", "dcp": "dcp"},
    "policy": {"scope": "scope", "element": "element"},
}
"""What is needed in either model: the field, and what deposits call it."""
_IN_XML = {"idn_table": {"url_policy": "urlPolicy"}}
_IN_POSTAL = ("name", "city", "cc")


def check(kind: str, value: Value, model: str) -> None:
    """Raises `BadValue` for an object that the model (`xml`, `csv`) cannot hold, for it is not whole."""
    for name, local in _NEEDED[kind].items():
        if not getattr(value, name):
            raise _lack(local)
    for name, local in _IN_XML.get(kind, {}).items() if model == "xml" else ():
        if not getattr(value, name):
            raise _lack(local)
    for postal in value.postal if isinstance(value, Contact) else ():
        for name in _IN_POSTAL:
            if not getattr(postal, name):
                raise _lack(f"postalInfo/{name}")


def _lack(local: str) -> BadValue:
    return BadValue(f"it has no {local}, without which no deposit is valid", "RFC 9022 §9")
