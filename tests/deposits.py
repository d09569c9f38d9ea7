"""Small deposits for tests, put together from objects; the menu and the header's counts follow by themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from xml.sax.saxutils import escape

from directory.escrow import namespace as ns

WATERMARK = "2026-01-01T00:00:00Z"
_SHIPPED = {
    "person": "urn:x-dnrd:ns:person-1.0",
    "postalLanguage": "urn:x-dnrd:ns:postal-language-1.0",
    "reseller": "urn:x-dnrd:ns:reseller-1.0",
    "trademark": "urn:x-dnrd:ns:trademark-1.0",
}
URIS = {prefix: uri for uri, prefix in ns.PREFIXES.items()} | _SHIPPED
PREFIXES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in URIS.items())
FIRST = re.compile(r"\s*<(\w+):")


def full(
    *objects: str,
    tld: str = "example",
    watermark: str = WATERMARK,
    id: str = "",
    counts: dict[str, int] | None = None,
    owner: str = "",
    before: str = "",
    more: str = "",
) -> bytes:
    """A FULL deposit of these objects; its id, if none is given, is its content's.

    `counts` overrides what the header counts; `owner` is the header's first child where it is no TLD; `more` goes
    behind the objects' own namespaces, `before` before the root.
    """
    found = Counter(URIS.get(match[1], f"urn:test:{match[1]}") for one in objects if (match := FIRST.match(one)))
    counted = {**found, **(counts or {})}
    menu = "".join(f"<rde:objURI>{uri}</rde:objURI>" for uri in found)
    lines = "".join(f'<rdeHeader:count uri="{uri}">{number}</rdeHeader:count>' for uri, number in counted.items())
    id = id or blake2b(repr((objects, watermark, counts, owner)).encode(), digest_size=6).hexdigest()
    owner = owner or f"<rdeHeader:tld>{tld}</rdeHeader:tld>"
    text = f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<rde:deposit type="FULL" id="{id}" {PREFIXES} {more}>
<rde:watermark>{watermark}</rde:watermark>
<rde:rdeMenu><rde:version>1.0</rde:version>{menu or "<rde:objURI>urn:test:none</rde:objURI>"}</rde:rdeMenu>
<rde:contents>
<rdeHeader:header>{owner}{lines}</rdeHeader:header>
{chr(10).join(objects)}
</rde:contents>
</rde:deposit>
"""
    return text.encode()


DELETED = {
    "domain": "<rdeDomain:delete><rdeDomain:name>{}</rdeDomain:name></rdeDomain:delete>",
    "host": "<rdeHost:delete><rdeHost:roid>{}</rdeHost:roid></rdeHost:delete>",
    "contact": "<rdeContact:delete><rdeContact:id>{}</rdeContact:id></rdeContact:delete>",
    "registrar": "<rdeRegistrar:delete><rdeRegistrar:id>{}</rdeRegistrar:id></rdeRegistrar:delete>",
}


def changes(
    type: str,
    id: str,
    prev: str | None,
    watermark: str,
    deletes: Sequence[tuple[str, str]] = (),
    objects: Sequence[str] = (),
    totals: dict[str, int] | None = None,
    resend: int = 0,
) -> bytes:
    """A DIFF or INCR deposit; `totals` are the repository's after it, by URI."""
    prev_id = f' prevId="{prev}"' if prev is not None else ""
    again = f' resend="{resend}"' if resend else ""
    totals = totals or {ns.REGISTRAR: 1}
    menu = "".join(f"<rde:objURI>{uri}</rde:objURI>" for uri in totals)
    lines = "".join(f'<rdeHeader:count uri="{uri}">{number}</rdeHeader:count>' for uri, number in totals.items())
    gone = "".join(DELETED[kind].format(key) for kind, key in deletes)
    gone = f"<rde:deletes>{gone}</rde:deletes>" if gone else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="{type}" id="{id}"{prev_id}{again} {PREFIXES}>
<rde:watermark>{watermark}</rde:watermark>
<rde:rdeMenu><rde:version>1.0</rde:version>{menu}</rde:rdeMenu>{gone}
<rde:contents>
<rdeHeader:header><rdeHeader:tld>example</rdeHeader:tld>{lines}</rdeHeader:header>
{chr(10).join(objects)}
</rde:contents>
</rde:deposit>
"""
    return text.encode()


def registrar(id: str = "R-1", name: str = "Registrar One", gurid: int | None = 9995, more: str = "") -> str:
    """A registrar."""
    iana = f"<rdeRegistrar:gurid>{gurid}</rdeRegistrar:gurid>" if gurid else ""
    return f"""<rdeRegistrar:registrar><rdeRegistrar:id>{id}</rdeRegistrar:id>
<rdeRegistrar:name>{escape(name)}</rdeRegistrar:name>{iana}<rdeRegistrar:status>ok</rdeRegistrar:status>
<rdeRegistrar:postalInfo type="int"><rdeRegistrar:addr><rdeRegistrar:street>1 Main Street</rdeRegistrar:street>
<rdeRegistrar:city>Springfield</rdeRegistrar:city><rdeRegistrar:cc>US</rdeRegistrar:cc></rdeRegistrar:addr>
</rdeRegistrar:postalInfo><rdeRegistrar:voice x="9">+1.5555550100</rdeRegistrar:voice>
<rdeRegistrar:email>info@registrar.example.net</rdeRegistrar:email>
<rdeRegistrar:url>https://registrar.example.net</rdeRegistrar:url>{more}</rdeRegistrar:registrar>"""


def contact(id: str = "C-1", roid: str = "", name: str = "Ana Pérez", email: str = "", more: str = "") -> str:
    """A contact with a local and, if its name is in ASCII, an international form."""
    forms = "".join(
        f"""<rdeContact:postalInfo type="{type_}"><contact:name>{escape(name)}</contact:name>
<contact:org>Org of {id}</contact:org><contact:addr><contact:street>1 Calle Mayor</contact:street>
<contact:street>2 izq.</contact:street><contact:city>Madrid</contact:city><contact:sp>M</contact:sp>
<contact:pc>28001</contact:pc><contact:cc>ES</contact:cc></contact:addr></rdeContact:postalInfo>"""
        for type_ in (("int", "loc") if name.isascii() else ("loc",))
    )
    return f"""<rdeContact:contact><rdeContact:id>{id}</rdeContact:id>
<rdeContact:roid>{roid or id.replace("-", "") + "-TEST"}</rdeContact:roid><rdeContact:status s="ok"/>{forms}
<rdeContact:voice x="12">+34.911234567</rdeContact:voice><rdeContact:fax>+34.917654321</rdeContact:fax>
<rdeContact:email>{email or id.lower() + "@mail.example.net"}</rdeContact:email>
<rdeContact:clID>R-1</rdeContact:clID><rdeContact:crRr>R-1</rdeContact:crRr>
<rdeContact:crDate>2020-01-01T00:00:00.0Z</rdeContact:crDate>{more}</rdeContact:contact>"""


def host(name: str, *addresses: str, roid: str = "") -> str:
    """A host with its addresses."""
    addrs = "".join(f'<rdeHost:addr ip="{"v6" if ":" in one else "v4"}">{one}</rdeHost:addr>' for one in addresses)
    return f"""<rdeHost:host><rdeHost:name>{name}</rdeHost:name>
<rdeHost:roid>{roid or name.replace(".", "_").replace("-", "_") + "-TEST"}</rdeHost:roid>
<rdeHost:status s="ok"/>{addrs}<rdeHost:clID>R-1</rdeHost:clID></rdeHost:host>"""


def domain(
    name: str = "one.example",
    *,
    roid: str = "",
    registrant: str = "C-1",
    contacts: tuple[tuple[str, str], ...] = (("admin", "C-1"), ("tech", "C-1")),
    hosts: tuple[str, ...] = (),
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = (),
    statuses: tuple[str, ...] = ("ok",),
    ex_date: str = "2027-01-01T00:00:00Z",
    cl_id: str = "R-1",
    early: str = "",
    more: str = "",
) -> str:
    """A domain; `early` goes before the statuses, `more` at the end."""
    links = "".join(f'<rdeDomain:contact type="{role}">{id}</rdeDomain:contact>' for role, id in contacts)
    servers = "".join(f"<domain:hostObj>{one}</domain:hostObj>" for one in hosts) + "".join(
        f"<domain:hostAttr><domain:hostName>{one}</domain:hostName>"
        + "".join(f'<domain:hostAddr ip="{"v6" if ":" in a else "v4"}">{a}</domain:hostAddr>' for a in addresses)
        + "</domain:hostAttr>"
        for one, addresses in attributes
    )
    who = f"<rdeDomain:registrant>{registrant}</rdeDomain:registrant>" if registrant else ""
    return f"""<rdeDomain:domain><rdeDomain:name>{name}</rdeDomain:name>
<rdeDomain:roid>{roid or name.replace(".", "_").replace("-", "_") + "-TEST"}</rdeDomain:roid>{early}
{"".join(f'<rdeDomain:status s="{one}"/>' for one in statuses)}{who}{links}
{f"<rdeDomain:ns>{servers}</rdeDomain:ns>" if servers else ""}
<rdeDomain:clID>{cl_id}</rdeDomain:clID><rdeDomain:crRr>R-1</rdeDomain:crRr>
<rdeDomain:crDate>2020-01-01T00:00:00Z</rdeDomain:crDate><rdeDomain:exDate>{ex_date}</rdeDomain:exDate>
{more}</rdeDomain:domain>"""


def nndn(name: str, state: str = "blocked") -> str:
    """A name that is no registration."""
    return f"""<rdeNNDN:NNDN><rdeNNDN:aName>{name}</rdeNNDN:aName>
<rdeNNDN:nameState>{state}</rdeNNDN:nameState></rdeNNDN:NNDN>"""


def extension(prefix: str, key: str, owner: str, **values: str) -> str:
    """An object of a shipped extension: `key` names the owner's kind, as `contact`, and `owner` which it is."""
    children = "".join(f"<{prefix}:{name}>{escape(text)}</{prefix}:{name}>" for name, text in values.items())
    return f"<{prefix}:{prefix}><{prefix}:{key}>{owner}</{prefix}:{key}>{children}</{prefix}:{prefix}>"
