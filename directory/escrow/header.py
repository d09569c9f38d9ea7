"""The frame of a deposit, checked: its type, id, watermark, menu, and header (RFC 8909 §5.1, RFC 9022 §5.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.errors import BadValue, Finding
from directory.escrow import codes
from directory.escrow import namespace as ns
from directory.escrow.fields import Element, Report, token
from directory.escrow.objects.shared import a_label_name
from directory.escrow.stream import PARTS, Envelope
from directory.model import format as formats
from directory.model.base import Instant

_ID = re.compile(r"\w{1,13}\Z")
_TYPES = ("FULL", "INCR", "DIFF")
_REPOSITORIES = ("tld", "registrar", "ppsp", "reseller")


@dataclass(frozen=True, slots=True)
class Share:
    """A count of a part of the repository: the names at and below `rcdn`, the objects of a registrar, or both."""

    uri: str
    number: int
    rcdn: str | None
    registrar: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says: whose repository it is, and how many objects of which URI it holds; counts of parts of
    it, and what the parties agreed to call its contents."""

    repository_type: str
    repository: str
    counts: Mapping[str, int]
    lines: Mapping[str, int]
    shares: tuple[Share, ...] = ()
    content_tag: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the deposit says of itself."""

    type: str
    id: str
    prev_id: str | None
    resend: int
    watermark: Instant
    menu: tuple[str, ...]


def said_by(header: Header, frame: Frame) -> tuple[str, str, str, str, str | None, int, Instant]:
    """What a deposit says of itself, as a chain is made of (`store.chain.Incoming`)."""
    repository = header.repository_type, header.repository
    return (*repository, frame.type, frame.id, frame.prev_id, frame.resend, frame.watermark)


def read_header(element: Element, report: Report) -> Header | None:
    """The header (RFC 9022 §5.9.1); None if there is a fault in it."""
    report.subject = None
    before = report.faults
    owner: tuple[str, str] | None = None
    counts = _Counts()
    content_tag: str | None = None
    for child in element:
        space, _, local = str(child.tag)[1:].partition("}")
        if space != ns.HEADER or local not in (*_REPOSITORIES, "count", "contentTag"):
            report.note(f"skipped {ns.shown(child.tag)} in the header")
        elif local in _REPOSITORIES:
            if owner is not None:
                report.fault(child, "the header names a second repository", "RFC 9022 §5.9.1")
            elif child is not element[0]:
                report.fault(child, "whose repository it is comes first in the header", "RFC 9022 §5.9.1")
            owner = _owner(child, local, report)
        elif local == "count":
            counts.read(child, report)
        elif content_tag is not None:
            report.fault(child, "it is there twice", "RFC 9022 §5.9.1")
        else:
            content_tag = token(child)
    if owner is None and report.faults == before:
        report.fault(element, "it names no tld, registrar, ppsp or reseller", "RFC 9022 §5.9.1")
    if not counts.total and not counts.shares and report.faults == before:
        report.fault(element, "it counts nothing", "RFC 9022 §5.9.1", tag=ns.tag("rdeHeader:count"))
    if not owner or report.faults > before:
        return None
    return Header(*owner, counts.total, counts.lines, tuple(counts.shares), content_tag)


def _owner(element: Element, local: str, report: Report) -> tuple[str, str] | None:
    name = token(element)
    try:
        if not name:
            raise BadValue("it is empty", "RFC 9022 §5.9.1")
        if local == "tld":
            return local, a_label_name(name)
        return local, str(_registrar(name)) if local == "registrar" else name
    except BadValue as error:
        report.fault(element, str(error), error.rule)
        return None


def _registrar(text: str) -> int:
    """IANA's number of a registrar."""
    return formats.integer(text, 1, 2**31 - 1, "RFC 9022 §5.9.1")


class _Counts:
    """What the header counts, on its way in."""

    def __init__(self) -> None:
        self.total: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.shares: list[Share] = []

    def read(self, element: Element, report: Report) -> None:
        """One count: of the whole repository, or of a part of it."""
        line = element.sourceline or 0
        rcdn, registrar = element.get("rcdn"), element.get("registrarId")
        uri = " ".join((element.get("uri") or "").split())
        try:
            if not uri:
                raise BadValue("attribute uri is missing", "RFC 9022 §5.9.1")
            number = formats.integer(token(element), 0, 2**63 - 1, "RFC 9022 §5.9.1")
            if rcdn is not None or registrar is not None:
                name = a_label_name(" ".join(rcdn.split())) if rcdn is not None else None
                iana = _registrar(" ".join(registrar.split())) if registrar is not None else None
                self.shares.append(Share(uri, number, name, iana, line))
                return
        except BadValue as error:
            report.fault(element, str(error), error.rule)
            return
        if uri in self.total:
            report.fault(element, f"{uri} is counted twice", "RFC 9022 §5.9.1")
        self.total[uri] = number
        self.lines[uri] = line


def check_frame(envelope: Envelope, now: datetime, report: Report) -> Frame | None:
    """The deposit's own attributes, watermark and menu (RFC 8909 §5.1); None if there is a fault in them."""
    before = report.faults
    attributes = envelope.attributes
    type_, id_, prev_id = attributes.get("type", ""), attributes.get("id", ""), attributes.get("prevId")
    if type_ not in _TYPES:
        _fault(report, f"attribute type is {type_!r}, not FULL, INCR or DIFF", "RFC 8909 §5.1", envelope.line)
    if type_ == "DIFF" and prev_id is None:
        hint = "it names the deposit that this one is the difference from"
        _fault(report, "attribute prevId is missing", "RFC 8909 §5.1", envelope.line, hint)
    if type_ == "FULL" and prev_id is not None:
        report.note("attribute prevId says nothing in a FULL deposit (RFC 8909 §5.1)")
    for name, value in (("id", id_), ("prevId", prev_id)):
        if value is not None and not _ID.match(value):
            message = f"attribute {name} is {value!r}, not 1 to 13 letters and digits"
            _fault(report, message, "RFC 8909 §6.1", envelope.line)
    resend = _resend(attributes.get("resend", "0"), envelope, report)
    watermark = _watermark(envelope, now, report)
    _check_menu(envelope, report)
    if report.faults > before or watermark is None or resend is None:
        return None
    return Frame(type_, id_, prev_id, resend, watermark, tuple(uri for uri, _ in envelope.menu or ()))


def _resend(text: str, envelope: Envelope, report: Report) -> int | None:
    try:
        return formats.integer(" ".join(text.split()), 0, 65_535, "RFC 8909 §5.1")
    except BadValue as error:
        _fault(report, f"attribute resend: {error}", error.rule, envelope.line)
        return None


def _watermark(envelope: Envelope, now: datetime, report: Report) -> Instant | None:
    if envelope.watermark is None:
        _fault(report, "there is no watermark", "RFC 8909 §5.1.1", envelope.line)
        return None
    text, line = envelope.watermark
    try:
        watermark = formats.instant(text)
    except BadValue as error:
        _fault(report, f"the watermark: {error}", error.rule, line)
        return None
    if formats.moment(watermark) > now:
        _fault(report, f"the watermark {watermark} is in the future", "RFC 8909 §5.1.1", line, code="")
    return watermark


def _check_menu(envelope: Envelope, report: Report) -> None:
    if not envelope.menu:
        _fault(report, "there is no menu with an objURI", "RFC 8909 §5.1.2", envelope.line)
    elif envelope.menu_version != "1.0":
        message = f"the menu's version is {envelope.menu_version!r}, not 1.0"
        _fault(report, message, "RFC 8909 §5.1.2", envelope.menu[0][1])


def check_parts(envelope: Envelope, report: Report) -> None:
    """The order of what a deposit consists of, once all of it was read (RFC 8909 §6.1)."""
    order = {part: place for place, part in enumerate(PARTS)}
    last = -1
    for part, line in envelope.parts:
        place = order.get(part)
        if place is None:
            message = f"{ns.shown(part)} has no place in a deposit"
        elif place == last:
            message = f"{ns.shown(part)} is there twice"
        elif place < last:
            message = f"{ns.shown(part)} comes too late"
        else:
            last = place
            continue
        hint = f"the order is {', '.join(ns.shown(one) for one in PARTS)}"
        _fault(report, message, "RFC 8909 §6.1", line, hint)


def _fault(report: Report, message: str, rule: str, line: int, hint: str = "", code: str = codes.SCHEMA) -> None:
    report.add(Finding("deposit", rule, message, line=line, hint=hint, code=code))
