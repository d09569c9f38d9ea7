"""Where in an answer the elements of each part stand, as paths (RFC 9535) for what is declared (RFC 9537 §4.2).

By what stands there: an object, or a part of one, which has a place of its own. An element that no table has
stands nowhere in an answer, or in a place that others share; what the DNS publishes cannot be withheld (RFC 3375
§8.4[2]).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from directory.profile.view import View
from directory.rdap.event import EVENTS
from directory.rdap.role import RDAP_ROLES
from directory.rdap.status import to_rdap


class Path(NamedTuple):
    """The path of what is there because of an element (`place`), and within it of its value, where that is not the
    same (`value`)."""

    place: str
    value: str = ""


_CARD = ".vcardArray[1]"
CONTACT_PAGE = f"{_CARD}[?(@[0]=='contact-uri')]"
"""The page that stands instead of an e-mail address (RFC 8605 §2.1)."""


def _property(name: str) -> Path:
    """A property of the jCard, and its value (RFC 7095 §3.3)."""
    return Path(f"{_CARD}[?(@[0]=='{name}')]", f"{_CARD}[?(@[0]=='{name}')][3]")


def _telephone(kind: str) -> Path:
    return Path(f"{_CARD}[?(@[1].type=='{kind}')]")


_DATES = {short: Path(f".events[?(@.eventAction=='{action}')]") for short, action in EVENTS.items()}
_NAME = Path(f"{_CARD}[?(@[0]=='fn')][3]")
_ADR = f"{_CARD}[?(@[0]=='adr')]"
_ADDRESS = {
    "street": Path(f"{_ADR}[3][:3]"),
    "city": Path(f"{_ADR}[3][3]"),
    "sp": Path(f"{_ADR}[3][4]"),
    "pc": Path(f"{_ADR}[3][5]"),
    "cc": Path(f"{_ADR}[1].cc"),
}
_PHONES = {
    "voice": _telephone("voice"),
    "voiceExt": _telephone("voice"),
    "fax": _telephone("fax"),
    "faxExt": _telephone("fax"),
    "email": _property("email"),
}
_SERVER = {
    "id": Path(".handle"),
    "uName": Path(".unicodeName"),
    "addr": Path(".ipAddresses"),
    "status": Path(".status"),
}
_PAGE = Path(".links[?(@.rel=='about')]", ".links[?(@.rel=='about')].href")
_REGISTRAR = {
    "gurid": Path("['handle','publicIds']", ".handle"),
    "org": _NAME,
    **_ADDRESS,
    **_PHONES,
    "status": Path(".status"),
    "url": _PAGE,
}

PATHS: Mapping[str, Mapping[str, Path]] = {
    "domain": {
        **_DATES,
        "id": Path(".handle"),
        "uName": Path(".unicodeName"),
        "status": Path(".status"),
        "rgpStatus": Path(".status"),
        "originalName": Path(".variants"),
        "idnTableId": Path(".variants[*].idnTable"),
    },
    "host": {**_DATES, **_SERVER},
    "host of a domain": _SERVER,  # which has no events
    "contact": {
        **_DATES,
        "roid": Path(".handle"),
        "status": Path(".status"),
        "name": _NAME,
        "org": _property("org"),
        **_ADDRESS,
        **_PHONES,
    },
    # The server of this service may stand in the place of the registrar's.
    "registrar": {**_DATES, **_REGISTRAR},
    "registrar of an object": {**_REGISTRAR, "whoisinfo": Path(".port43")},
    "desk": {"name": _NAME, "org": _property("org"), **_PHONES},
    "reseller": {"name": _NAME, "url": _PAGE},
    "dnssec": {"maxSigLife": Path(".maxSigLife")},
}
"""By what stands there, and the short names of its elements."""

_EMPTY_NAME = f"{_CARD}[?(@[0]=='fn' && @[3]=='')][3]"
_EMPTY_ADDRESS = {
    "street": f"{_CARD}[?(@[0]=='adr' && @[3][2]=='')][3][:3]",
    **{
        short: f"{_CARD}[?(@[0]=='adr' && @[3][{index}]=='')][3][{index}]"
        for index, short in enumerate(("city", "sp", "pc"), 3)
    },
}

EMPTIED: Mapping[str, Mapping[str, str]] = {
    "contact": {"name": _EMPTY_NAME, **_EMPTY_ADDRESS},
    "registrar": {"org": _EMPTY_NAME, **_EMPTY_ADDRESS},
    "registrar of an object": {"org": _EMPTY_NAME, **_EMPTY_ADDRESS},
    "desk": {"name": _EMPTY_NAME},
    "reseller": {"name": _EMPTY_NAME},
}
"""The elements that have a fixed place and can only be emptied (RFC 9537 §3.2). Of several contacts in one part,
or of two postal forms, of which some show the element: the paths of those where it is empty."""

SHARED = {"voiceExt": "voice", "faxExt": "fax", "status": "rgpStatus", "rgpStatus": "status"}
"""The elements that have the place of another, so that a path selects that one where it is shown: appendix E gives
an extension the path of its number."""


@lru_cache(maxsize=4096)
def within(root: str, name: str, table: str) -> tuple[str, str]:
    """What a part of an object at `root` is among `PATHS`, and where it stands."""
    if table == "host":
        return "host of a domain", f"{root}.nameservers[*]"
    if table == "dnssec":
        return "dnssec", f"{root}.secureDNS"
    where = "registrar of an object" if table == "registrar" else table
    return where, f"{root}.entities[?(@.roles[0]=='{RDAP_ROLES.get(name, name)}')]"


def stands(short: str, values: tuple[str, ...], view: View) -> bool:
    """Whether something of a shown element stands in the reply."""
    test = _TESTS.get(short)
    return test is None or test(values, view)


_TESTS: Mapping[str, Callable[[tuple[str, ...], View], bool]] = {
    "status": lambda values, view: bool(to_rdap(values)),  # those that are registered do
    "rgpStatus": lambda values, view: bool(to_rdap(values)),
    "voiceExt": lambda values, view: "voice" in view.fields and values[0].isdigit(),
    "faxExt": lambda values, view: "fax" in view.fields and values[0].isdigit(),
    "maxSigLife": lambda values, view: values[0].isdecimal(),
    "idnTableId": lambda values, view: "originalName" in view.fields,
}

DEPENDENT = frozenset(_TESTS)
"""The elements that are shown and may not stand in the reply all the same."""
