"""A registry's chain of deposits in a folder: a name is made, renewed, transferred with its host, and let go."""

from __future__ import annotations

from pathlib import Path

from directory.escrow import namespace as ns
from tests import deposits as d

NAME = "one.example"
TOTALS = {ns.REGISTRAR: 2, ns.CONTACT: 2, ns.HOST: 1, ns.DOMAIN: 1}
GONE = {**TOTALS, ns.DOMAIN: 0}
HOST = d.host("ns1.one.example", "192.0.2.1")
MOVED = HOST.replace("<rdeHost:clID>R-1<", "<rdeHost:clID>R-2<")


def domain(**more: str) -> str:
    """The name, as it is with these values."""
    return d.domain(NAME, hosts=("ns1.one.example",), **more)  # type: ignore[arg-type]


FULL = d.full(
    d.registrar(),
    d.registrar("R-2", "Registrar Two", 9996),
    d.contact("C-1"),
    d.contact("C-2"),
    HOST,
    domain(),
    watermark="2026-01-01T00:00:00Z",
    id="f1",
)
RENEWED = d.changes(
    "DIFF", "d2", "f1", "2026-01-02T00:00:00Z", objects=[domain(ex_date="2028-01-01T00:00:00Z")], totals=TOTALS
)
TRANSFERRED = d.changes(
    "DIFF",
    "d3",
    "d2",
    "2026-01-03T00:00:00Z",
    objects=[MOVED, domain(ex_date="2028-01-01T00:00:00Z", cl_id="R-2")],
    totals=TOTALS,
)
SOLD = d.changes(
    "DIFF",
    "d4",
    "d3",
    "2026-01-04T00:00:00Z",
    objects=[
        d.contact("C-1", email="new@mail.example.net"),
        domain(ex_date="2028-01-01T00:00:00Z", cl_id="R-2", registrant="C-2"),
    ],
    totals=TOTALS,
)
RELEASED = d.changes("DIFF", "d5", "d4", "2026-01-05T00:00:00Z", deletes=[("domain", NAME)], totals=GONE)
CHAIN = {"f1": FULL, "d2": RENEWED, "d3": TRANSFERRED, "d4": SOLD, "d5": RELEASED}


def write(folder: Path, *ids: str) -> Path:
    """The deposits with these ids, or all, as files of a folder, whose names are not in their order."""
    folder.mkdir(exist_ok=True)
    for id in ids or CHAIN:
        (folder / f"{id[::-1]}.xml").write_bytes(CHAIN[id])
    return folder
