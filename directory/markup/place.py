"""Which XML element carries which element of the model: SAC054 appendix A's, else the short name itself.

A place reads much as those of a deposit do in schemas/model.yaml: `postalInfo/name` stands within `postalInfo`,
each value of `status@s` is the attribute of an element of its own, that of `voice/@x` is an attribute of the
element that carries `voice`, and `contact[@type='admin']` has an attribute beside its text; `addr[@ip]`, one
that follows from the text.
SAC054's crID, upID, reID and acID name registrars, which RFC 9022 calls crRr, upRr, reRr and acRr.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

POSTAL = "postalInfo"

_SPONSORED = {
    "registrarid": "clID",
    "crRr": "crID",
    "crClient": "crID/@client",
    "upRr": "upID",
    "upClient": "upID/@client",
}
_PHONES = {"voiceExt": "voice/@x", "faxExt": "fax/@x"}
_STATUS = {"status": "status@s"}
_POSTAL = {
    "org": f"{POSTAL}/org",
    "street": f"{POSTAL}/addr/street",
    "city": f"{POSTAL}/addr/city",
    "sp": f"{POSTAL}/addr/sp",
    "pc": f"{POSTAL}/addr/pc",
    "cc": f"{POSTAL}/addr/cc",
}

PLACES: Mapping[str, Mapping[str, str]] = {
    "domain": {
        "id": "roid",
        **_STATUS,
        "rgpStatus": "rgpStatus@s",
        "tech": "contact[@type='tech']",
        "admin": "contact[@type='admin']",
        "billing": "contact[@type='billing']",
        "ns": "ns/hostObj",
        **_SPONSORED,
        "reseller": "count[@of='reseller']",
        "trnData": "count[@of='trnData']",
        "secDNS": "count[@of='secDNS']",
    },
    "host": {"id": "roid", **_STATUS, "addr": "addr[@ip]", **_SPONSORED},
    "contact": {
        **_STATUS,
        "name": f"{POSTAL}/name",
        **_POSTAL,
        **_PHONES,
        **_SPONSORED,
        "trnData": "count[@of='trnData']",
        "disclose": "count[@of='disclose']",
    },
    "registrar": {
        **_POSTAL,
        **_PHONES,
        **_STATUS,
        "registrarid": "id",
        "whoisinfo": "whoisInfo/name",
        "whoisUrl": "whoisInfo/url",
        "contact": "count[@of='contact']",
    },
    "desk": _PHONES,
    "dnssec": {"keyData": "count[@of='keyData']", "keyAlg": "alg"},
    "transfer": {"reRr": "reID", "reClient": "reID/@client", "acRr": "acID", "acClient": "acID/@client"},
}
"""The places, by table and short name, where they are not the short name itself."""

_FORM = re.compile(
    r"(?P<path>(?:\w+/)*)(?P<tag>\w+)(?:\[@(?P<mark>\w+)(?:='(?P<is>\w+)')?\])?(?:/?@(?P<value>\w+))?"
)


class Place(NamedTuple):
    """Where a value goes: into elements `within` each other, each with the path by which it is found again, and
    there into an element `tag`; as its text, or as its attribute `value` if that is named. `mark` is an attribute
    beside the text and `marked` what it is. An element that several places share is found again by `path`."""

    within: tuple[tuple[str, str], ...]
    tag: str
    value: str = ""
    mark: str = ""
    marked: str = ""
    path: str = ""


@lru_cache(maxsize=4096)
def place(table: str, short: str) -> Place:
    """The place of an element."""
    known = PLACES.get(table, {})
    written = known.get(short, short)
    form = _FORM.fullmatch(written)
    assert form is not None, f"the place of {table}.{short} cannot be read: {written}"
    steps = form["path"].split("/")[:-1]
    shared = {each.partition("/@")[0] for each in known.values() if "/@" in each}
    path = written.partition("/@")[0]
    return Place(
        within=tuple(("/".join(steps[: index + 1]), step) for index, step in enumerate(steps)),
        tag=form["tag"],
        value=form["value"] or "",
        mark=form["mark"] or "",
        marked=form["is"] or "",
        path=path if path in shared else "",
    )
