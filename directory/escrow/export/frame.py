"""What a deposit says of itself: id, watermark, menu, header (RFC 8909 §5.1, RFC 9022 §5.9), and its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.escrow import namespace as ns
from directory.escrow.export.text import element, elements, quoted
from directory.model import format as formats
from directory.model.base import Instant

REPORT = "urn:ietf:params:xml:ns:rdeReport-1.0"
"""The namespace of reports on deposits (ICANN registry interfaces, draft-lozano-icann-registry-interfaces §5)."""

URIS: Mapping[tuple[str, str], str] = {
    ("registrar", "xml"): ns.REGISTRAR,
    ("idn_table", "xml"): ns.IDN,
    ("contact", "xml"): ns.CONTACT,
    ("host", "xml"): ns.HOST,
    ("domain", "xml"): ns.DOMAIN,
    ("nndn", "xml"): ns.NNDN,
    ("epp_params", "xml"): ns.EPP_PARAMS,
    ("policy", "xml"): ns.POLICY,
    ("registrar", "csv"): ns.CSV_REGISTRAR,
    ("idn_table", "csv"): ns.CSV_IDN,
    ("contact", "csv"): ns.CSV_CONTACT,
    ("host", "csv"): ns.CSV_HOST,
    ("domain", "csv"): ns.CSV_DOMAIN,
    ("nndn", "csv"): ns.CSV_NNDN,
}
"""The object URI of each kind in each model, in the order in which deposits have them (RFC 9022 §11)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the objects. `counts` are those of the whole repository, by object URI, whatever the type
    of the deposit (RFC 9022 §5.9.1)."""

    repository_type: str
    repository: str
    type: str
    id: str
    prev_id: str | None
    resend: int
    watermark: Instant
    counts: Mapping[str, int]

    def heading(self) -> str:
        """From the XML declaration to the menu."""
        spaces = "".join(f'\n  xmlns:{prefix}="{uri}"' for uri, prefix in ns.PREFIXES.items())
        prev = f' prevId="{quoted(self.prev_id)}"' if self.prev_id else ""
        resend = f' resend="{self.resend}"' if self.resend else ""
        menu = elements("rde:objURI", (ns.HEADER, *self.counts))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<rde:deposit type="{self.type}" id="{quoted(self.id)}"{prev}{resend}{spaces}>\n'
            f"<rde:watermark>{self.watermark}</rde:watermark>\n"
            f"<rde:rdeMenu><rde:version>1.0</rde:version>{menu}</rde:rdeMenu>"
        )

    def header(self) -> str:
        """The header object (RFC 9022 §5.9.1, §9.16)."""
        owner = element(f"rdeHeader:{self.repository_type}", self.repository)
        counts = "".join(
            f'<rdeHeader:count uri="{quoted(uri)}">{number}</rdeHeader:count>'
            for uri, number in self.counts.items()
        )
        return f"<rdeHeader:header>{owner}{counts}</rdeHeader:header>"

    def report(self, made: datetime) -> str:
        """The report on the deposit, made at this moment, for ICANN and the escrow agent."""
        said = {
            "id": self.id,
            "version": "1",
            "rydeSpecEscrow": "RFC8909",
            "rydeSpecMapping": "RFC9022",
            "resend": str(self.resend),
            "crDate": formats.instant(made.isoformat(timespec="seconds")),
            "kind": self.type,
            "watermark": self.watermark,
        }
        fields = "".join(f"\n  {element(f'rdeReport:{name}', value)}" for name, value in said.items())
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<rdeReport:report xmlns:rdeReport="{REPORT}" xmlns:rdeHeader="{ns.HEADER}">'
            f"{fields}\n  {self.header()}\n</rdeReport:report>\n"
        )


def id_of(watermark: Instant) -> str:
    """The id of the deposit of a watermark: its day, and its second of the day: `2026010143200`.

    It has the 13 characters that an id may have (RFC 8909 §6.1), rises with the watermark, and can be told from it
    again, so that the deposit before needs no record. Two deposits of one watermark need an id that is given.
    """
    moment = formats.moment(watermark)
    second = moment.hour * 3_600 + moment.minute * 60 + moment.second
    return f"{moment:%Y%m%d}{second:05}"
