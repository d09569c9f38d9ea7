"""What RFC 9022 has no place for: a registrar's desks, WHOIS host and RDAP base URL, from a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.document import Document
from directory.documentfile import load
from directory.errors import BadValue, DocumentError, Finding
from directory.model import format as formats
from directory.model.name import to_ascii
from directory.model.registrar import RegistrarContact, SideData
from directory.store.ledger import Ledger

_SIZE = 1 << 25  # octets; some thousands of registrars need about two million


@dataclass(frozen=True, slots=True)
class SideFile:
    """A side-data file, checked: the repository it is for, if it names one, and its entries by key."""

    file: str
    repository: str | None
    entries: Mapping[str, SideData]


def load_side_data(path: Path) -> SideFile:
    """Read and check a side-data file. Raises `DocumentError` with every fault."""
    document = load(path, schema="sidedata", size=_SIZE)
    findings: list[Finding] = []
    entries: dict[str, SideData] = {}
    for place, entry in enumerate(document.data["registrars"]):
        key = f"iana:{entry['iana']}" if "iana" in entry else f"id:{entry['id']}"
        if key in entries:
            message = f"the registrar {key.replace(':', ' ')} is there twice"
            findings.append(document.finding(("registrars", place), "side data", message))
        entries[key] = _side_data(entry, place, document, findings)
    if findings:
        raise DocumentError(str(path), findings)
    return SideFile(str(path), document.data.get("repository"), entries)


async def apply_side_data(side: SideFile, ledger: Ledger, repository: str | None = None) -> list[str]:
    """Put the side data in place of what was there, for the repository named or for every one.

    Returns what fits no registrar of the store. Runs in a transaction of the ledger that the caller commits.
    Raises `DocumentError` if there is no such repository.
    """
    if side.repository and repository and side.repository != repository:
        message = f"it is for {side.repository!r}, and the deposit of {repository!r}"
        raise DocumentError(side.file, [Finding("repository", "side data", message)])
    wanted = side.repository or repository
    numbers = [one.id for one in await ledger.repositories() if wanted in (None, one.name)]
    if not numbers:
        message = f"the store has no repository {wanted!r}" if wanted else "the store has no repository yet"
        hint = "ingest its deposit first"
        raise DocumentError(side.file, [Finding("repository", "side data", message, hint=hint)])
    known: set[str] = set()
    for number in numbers:
        await ledger.put_side_data(number, side.entries)
        known |= await ledger.registrar_keys(number)
    return sorted(set(side.entries) - known)


def _side_data(entry: Mapping[str, Any], place: int, document: Document, findings: list[Finding]) -> SideData:
    def checked(value: str | None, convert: Any, *path: str | int) -> Any:
        try:
            return convert(value) if value is not None else None
        except BadValue as error:
            findings.append(document.finding(("registrars", place, *path), error.rule, str(error)))
            return None

    contacts = [
        RegistrarContact(
            type=one["type"],
            name=one.get("name"),
            org=one.get("org"),
            voice=checked(one.get("voice"), formats.phone, "contacts", number, "voice"),
            voice_ext=one.get("voiceExt"),
            fax=checked(one.get("fax"), formats.phone, "contacts", number, "fax"),
            fax_ext=one.get("faxExt"),
            email=checked(one.get("email"), formats.email, "contacts", number, "email"),
        )
        for number, one in enumerate(_contacts(entry))
    ]
    whois = checked(entry.get("whois"), to_ascii, "whois")
    rdap = checked(entry.get("rdap"), formats.uri, "rdap")
    return SideData(whois, rdap if rdap is None or rdap.endswith("/") else f"{rdap}/", tuple(contacts))


def _contacts(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    contacts: Sequence[Mapping[str, Any]] = entry.get("contacts", ())
    return contacts
