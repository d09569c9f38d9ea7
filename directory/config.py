"""The settings, each declared once: the file's schema, the example, the manual's table and the flags' help
all come from here. A flag beats the file, the file beats the default; an unknown key stops the start."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from directory import documentfile
from directory.document import Document
from directory.errors import BadValue, DocumentError, Finding

RELOADED = frozenset({"store", "zones", "sqlite_mmap", "profiles", "extensions", "rdap_url", "keys", "audiences"})
"""The settings that SIGHUP takes over; the others need a restart."""

_FORM = "x-form"
_ADDRESS = r"^(\[[0-9A-Fa-f:.%]+\]|[^\[\]:\s]+):[0-9]{1,5}$"
_PLACE = "HOST:PORT, as 127.0.0.1:4343 or [::1]:43"
_AUDIENCE = {
    "type": "string",
    "pattern": "^[a-z][a-z0-9-]{0,31}$",
    "description": "the name of an audience: small letters, digits and hyphens",
}
_REQUESTER = {
    "type": "object",
    "properties": {
        "audience": _AUDIENCE,
        "registrar": {"type": "string", "minLength": 1, "maxLength": 64},
    },
    "additionalProperties": False,
    "minProperties": 1,
}


def _declare(default: Any, kind: str, text: str, schema: Mapping[str, Any]) -> Any:
    metadata = {"kind": kind, "help": text, "schema": {**schema}}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


def _text(default: str, text: str, kind: str = "text", **schema: Any) -> Any:
    return _declare(default, kind, text, {"type": "string", **schema})


def _texts(default: Sequence[str], kind: str, text: str, **schema: Any) -> Any:
    items = {"type": "string", "minLength": 1, **schema}
    return _declare(tuple(default), kind, text, {"type": "array", "items": items, "uniqueItems": True})


def _number(default: int, text: str, low: int = 1, high: int = 1 << 40, kind: str = "whole number") -> Any:
    return _declare(default, kind, text, {"type": "integer", "minimum": low, "maximum": high})


def _seconds(default: float, text: str) -> Any:
    return _declare(default, "seconds", text, {"type": "number", "exclusiveMinimum": 0, "maximum": 86400})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides."""

    store: str = _text("", "Where the registration data is: sqlite:///PATH or postgresql://USER@HOST/NAME.", "URL")
    whois: tuple[str, ...] = _texts(
        ("127.0.0.1:4343",),
        "list of HOST:PORT",
        "Where WHOIS listens; an empty list for no WHOIS: whois: [] in the file, --no-whois as a flag.",
        pattern=_ADDRESS,
        **{_FORM: _PLACE},
    )
    rdap: tuple[str, ...] = _texts(
        ("127.0.0.1:8080",),
        "list of HOST:PORT",
        "Where RDAP listens; an empty list for no RDAP: rdap: [] in the file, --no-rdap as a flag.",
        pattern=_ADDRESS,
        **{_FORM: _PLACE},
    )
    admin: str = _text(
        "",
        "Where the operator's /metrics, /health and /ready listen; empty for nowhere.",
        "HOST:PORT",
        pattern=f"^$|{_ADDRESS}",
        **{_FORM: _PLACE},
    )
    workers: int = _number(0, "How many worker processes; 0 for one per processor core.", 0, 1024)
    profiles: tuple[str, ...] = _texts(
        (), "list of names or paths", "The profiles that say what is said; none for those shipped."
    )
    extensions: tuple[str, ...] = _texts(
        (), "list of paths", "Documents that declare a registry's own elements, beside those shipped."
    )
    zones: Mapping[str, str] = _declare(
        {},
        "mapping of zone to repository",
        "Which repository answers for which zone; empty for the zones of the deposits.",
        {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    )
    keys: str = _text(
        "",
        "The file of bearer keys for RDAP, made by dnrd key add and read anew when it changes; empty for none. "
        "A key is a secret: offer RDAP to those who have one behind TLS only.",
        "path",
    )
    audiences: Mapping[str, str | Mapping[str, str]] = _declare(
        {},
        "mapping of address prefix to audience",
        "Who asks from where, on any door: 192.0.2.0/24: law-enforcement, or 192.0.2.0/24: "
        "{audience: authenticated, registrar: R-1}. The longest prefix decides. The address is the one that "
        "connects: of what comes through a proxy, the proxy's.",
        {"type": "object", "additionalProperties": {"anyOf": [_AUDIENCE, _REQUESTER]}},
    )
    rdap_url: str = _text(
        "",
        "The public base URL of RDAP for links, ending in a slash; empty to take the host that was asked.",
        "URL",
        pattern="^$|^https?://[^/?#\\s]+/([^?#\\s]*/)?$",
        **{_FORM: "https://HOST/PATH/"},
    )
    access_log: str = _text(
        "stdout", "Where a JSON line per answer goes: stdout, off, or a file.", "stdout, off or path", minLength=1
    )
    retention: int = _number(
        0,
        "How many days dnrd watch keeps superseded versions, for --as-of and dnrd history; 0 for always.",
        0,
        100_000,
        kind="days",
    )
    personal_retention: int = _number(
        0,
        "How many days dnrd watch keeps the personal data in superseded versions of contacts; 0 for as long as "
        "the versions.",
        0,
        100_000,
        kind="days",
    )
    escrow_level: str = _text(
        "normal",
        "How much a deposit has to be right: lenient, it can be read and stored; normal, and does not contradict "
        "itself; strict, and would pass ICANN's registry system testing.",
        "lenient, normal or strict",
        enum=["lenient", "normal", "strict"],
    )
    escrow_key: str = _text(
        "",
        "Our private key file: what comes is encrypted for it, what dnrd export encrypts is signed with it.",
        "path",
    )
    escrow_passphrase: str = _text("", "The file with the passphrase of that key in its first line.", "path")
    escrow_signers: Mapping[str, str] = _declare(
        {},
        "mapping of repository to path",
        "The file of the public keys that sign each repository's deposits; if there are any, no other deposit is "
        "taken in.",
        {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    )
    escrow_recipients: tuple[str, ...] = _texts(
        (),
        "list of paths",
        "The files of the public keys that dnrd export encrypts deposits to; none for deposits in the clear.",
    )
    escrow_segment: int = _number(
        0, "How many octets each file of an envelope that dnrd export writes may have; 0 for one of any size.", 0
    )
    escrow_folder: str = _text("", "Where deposits are unpacked; empty for the system's folder.", "path")
    escrow_octets: int = _number(1 << 40, "How many octets a deposit may have when it is unpacked.")
    sqlite_mmap: int = _number(1 << 34, "How many bytes of an SQLite store are mapped into memory.", 0, 1 << 44)
    whois_line_bytes: int = _number(1024, "The longest WHOIS query.", 64, 65536)
    whois_connections: int = _number(10_000, "How many WHOIS clients a worker serves at once.")
    rdap_line_bytes: int = _number(4096, "The longest RDAP request target.", 256, 65536)
    rdap_header_bytes: int = _number(8192, "The longest HTTP header field.", 256, 65536)
    rdap_connections: int = _number(10_000, "How many RDAP connections a worker holds at once.")
    rdap_keepalive: float = _seconds(30.0, "How long an RDAP connection stays open between requests.")
    rdap_max_age: int = _number(60, "How many seconds an RDAP answer may be kept by caches.", 0, 86400)
    read_timeout: float = _seconds(10.0, "How long a client may take to send its query.")
    answer_timeout: float = _seconds(10.0, "How long an answer may take.")
    write_timeout: float = _seconds(10.0, "How long a client may take to receive its reply.")
    stop_timeout: float = _seconds(10.0, "How long answers under way may take after the order to stop.")
    refresh_interval: float = _seconds(0.5, "How often a worker looks for newly ingested data.")
    backlog: int = _number(4096, "How many connections may wait to be accepted, per worker.", 1, 65535)

    def worker_count(self) -> int:
        """How many workers there are to be."""
        return self.workers or len(os.sched_getaffinity(0))

    def to_plain(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return {item.name: _plain(getattr(self, item.name)) for item in dataclasses.fields(self)}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Settings:
        """The settings from plain JSON values; a default where there is none."""
        named: dict[str, Any] = {
            name: tuple(each) if isinstance(each, list) else each for name, each in values.items()
        }
        return cls(**named)


def load(file: Path | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """The settings of a file and of the command line. Raises `DocumentError` with every fault."""
    values: dict[str, Any] = {}
    if file is not None:
        values.update(_checked(documentfile.load(file, schema=schema())))
    if flags:
        from directory.schema import check  # jsonschema takes 60 ms to import

        given = Document("command line", dict(flags), {})
        _refuse(given, check(given, schema()))
        values.update(_checked(given))
    return Settings.from_plain(values)


def _checked(read: Document) -> Mapping[str, Any]:
    """The values of a document that fits the schema. Raises `DocumentError` with what the schema cannot see."""
    values: Mapping[str, Any] = read.data or {}
    if "audiences" in values:
        _refuse(read, _check_prefixes(read, values["audiences"]))
    return values


def _check_prefixes(read: Document, audiences: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that are no prefix, and two that are the same."""
    from directory.access import prefix  # only who sets audiences pays

    known: dict[prefix.Network, str] = {}
    for text in audiences:
        place = ("audiences", text)
        try:
            network = prefix.from_text(text)
        except BadValue as error:
            yield read.finding(place, error.rule, str(error), prefix.hint(text))
            continue
        if network in known:
            yield read.finding(place, "one audience for each prefix", f"{known[network]!r} is the same prefix")
        known[network] = text


def _refuse(read: Document, findings: Iterable[Finding]) -> None:
    found = tuple(findings)
    if found:
        raise DocumentError(read.file, found)


def changed(old: Settings, new: Settings) -> frozenset[str]:
    """The names of the settings that differ."""
    before, after = old.to_plain(), new.to_plain()
    return frozenset(name for name in before if before[name] != after[name])


def schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file."""
    properties = {
        item.name: {
            "description": item.metadata["help"],
            **item.metadata["schema"],
            "default": _plain(_default(item)),
        }
        for item in dataclasses.fields(Settings)
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "config.schema.json",
        "title": "The configuration of dnrd",
        "description": "Made by `dnrd config --schema` from directory/config.py.",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }


def example() -> str:
    """A configuration file in which every setting stands with its default, commented out."""
    lines = ["# The configuration of dnrd: `dnrd serve --config FILE`. Every setting has its default here.", ""]
    for item in dataclasses.fields(Settings):
        lines.append(f"# {item.metadata['help']}")
        lines.append(f"#{item.name}: {json.dumps(_plain(_default(item)))}")
        lines.append("")
    return "\n".join(lines)


def table() -> list[tuple[str, str, str, str]]:
    """Name, kind, default and help of every setting."""
    return [
        (item.name, item.metadata["kind"], _shown(_default(item)), item.metadata["help"])
        for item in dataclasses.fields(Settings)
    ]


def markdown() -> str:
    """The table of settings for the manual."""
    lines = ["| Setting | Type | Default | What it is |", "|---|---|---|---|"]
    for name, kind, default, text in table():
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {kind} | {shown} | {text} |")
    return "\n".join(lines) + "\n"


def help_of(name: str) -> str:
    """The help of a setting, for the flag of the same name."""
    (item,) = (each for each in dataclasses.fields(Settings) if each.name == name)
    default = _shown(_default(item))
    return f"{item.metadata['help']}{f' Default: {default}.' if default else ''}"


def _default(item: dataclasses.Field[Any]) -> Any:
    return item.default if item.default is not dataclasses.MISSING else {}


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else "" if value in ("", {}) else f"{value}"


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
