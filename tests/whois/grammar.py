"""A grammar of WHOIS replies, after the rules of the gTLD registry agreement's specification 4 §1 as ICANN's WHOIS
self-test reads them: which lines, in which order, how often, of which form. It shares no code with the renderer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_STATUS = (
    "addPeriod autoRenewPeriod clientDeleteProhibited clientHold clientRenewProhibited clientTransferProhibited "
    "clientUpdateProhibited inactive ok pendingCreate pendingDelete pendingRenew pendingRestore pendingTransfer "
    "pendingUpdate redemptionPeriod renewPeriod serverDeleteProhibited serverHold serverRenewProhibited "
    "serverTransferProhibited serverUpdateProhibited transferPeriod"
).split()
_LEGACY = {
    "Domain ID", "WHOIS Server", "Referral URL", "Sponsoring Registrar", "Sponsoring Registrar IANA ID",
    "Registrant ID", "Admin ID", "Tech ID", "Billing ID",
}  # fmt: skip
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
_MAIL = r"[^\s@]+@[^\s@]+"
_PLEASE = "Please query the RDDS service of the Registrar of Record"
_REDACTED = "REDACTED FOR PRIVACY"

FORMS: dict[str, str] = {
    "host": _HOST,
    "time": _TIME,
    "roid": r"\w{1,80}-\w{1,8}",
    "url": r"https?://\S+",
    "mail": _MAIL,
    "phone": r"\+\d{1,3}\.\d{1,14}",
    "country": r"[A-Z]{2}",
    "iana": r"[1-9]\d*",
    "line": r".{1,255}",
    "code": r".{1,16}",
    "status": "|".join(f"{code} https://icann\\.org/epp#{code}" for code in _STATUS),
    "dnssec": "signedDelegation|unsigned",
    "address": r"[0-9a-f:.]+",
}


class Fault(Exception):
    """The reply breaks the grammar at a line."""


class Reader:
    """Reads the lines of a reply one after the other."""

    def __init__(self, reply: bytes) -> None:
        text = reply.decode("utf-8")
        if text.startswith("\ufeff"):
            raise Fault("byte order mark")
        if not text.endswith("\r\n"):
            raise Fault("the last line does not end in CR LF")
        self.lines = text[:-2].split("\r\n")
        self.at = 0
        for line in self.lines:
            if "\r" in line or "\n" in line:
                raise Fault(f"a bare CR or LF in {line!r}")
            if re.search(r"[^\S ]", line) or line.startswith(" " * 10):
                raise Fault(f"white space in {line!r}")

    def peek(self) -> str:
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def key(self) -> str | None:
        match = re.match(r"([^:()]+): ", self.peek())
        return match[1] if match else None

    def take(self) -> str:
        line = self.peek()
        self.at += 1
        return line

    def field(self, key: str, form: str, least: int = 0, most: int = 1, redacted: bool = False) -> int:
        """The lines of a key: how many there are."""
        count = 0
        while self.key() == key:
            value = self.take()[len(key) + 2 :]
            if value and value != value.rstrip():
                raise Fault(f"a trailing blank: {key}: {value!r}")
            fits = re.fullmatch(FORMS[form], value)
            withheld = redacted and (value == _REDACTED or (form == "mail" and value.startswith(_PLEASE)))
            if value and not fits and not withheld:
                raise Fault(f"{key}: {value!r} is no {form}")
            count += 1
        if not least <= count <= most:
            raise Fault(f"{count} lines of {key}, {least} to {most} wanted, at {self.peek()!r}")
        return count


def domain(reply: bytes) -> None:
    """A domain reply of a registry that has contacts or has none."""
    r = Reader(reply)
    r.field("Domain Name", "host", 1)
    r.field("Internationalized Domain Name", "line")
    r.field("Registry Domain ID", "roid", 1)
    r.field("Registrar WHOIS Server", "host")
    r.field("Registrar URL", "url", 1)
    r.field("Updated Date", "time")
    r.field("Creation Date", "time", 1)
    r.field("Registry Expiry Date", "time", 1)
    r.field("Registrar Registration Expiration Date", "time")
    r.field("Registrar", "line", 1)
    r.field("Registrar IANA ID", "iana", 1)
    r.field("Registrar Abuse Contact Email", "mail", 1)
    r.field("Registrar Abuse Contact Phone", "phone", 1)
    r.field("Reseller", "line")
    r.field("Domain Status", "status", 1, 23)
    for role in ("Registrant", "Admin", "Tech", "Billing"):
        if r.key() == f"Registry {role} ID":
            _contact(r, role)
    while r.field("Name Server", "host", 0, 13):
        r.field("IP Address", "address", 0, 20)
    r.field("DNSSEC", "dnssec", 1)
    _extra(r, until="URL of the ICANN Whois Inaccuracy Complaint Form")
    r.field("URL of the ICANN Whois Inaccuracy Complaint Form", "url", 1)
    _footer(r, pointer=True)


def _contact(r: Reader, role: str) -> None:
    r.field(f"Registry {role} ID", "roid", 1, redacted=True)
    for label, most in (("Name", 1), ("Organization", 1), ("Street", 3), ("City", 1), ("State/Province", 1)):
        r.field(f"{role} {label}", "line", 0, most, redacted=True)
    r.field(f"{role} Postal Code", "code", redacted=True)
    r.field(f"{role} Country", "country", 1, redacted=True)
    for label in ("Phone", "Fax"):
        r.field(f"{role} {label}", "phone", redacted=True)
        r.field(f"{role} {label} Ext", "line", redacted=True)
    r.field(f"{role} Email", "mail", 1, redacted=True)


def registrar(reply: bytes) -> None:
    """A registrar reply."""
    r = Reader(reply)
    r.field("Registrar", "line", 1)
    r.field("Street", "line", 1, 3)
    r.field("City", "line", 1)
    r.field("State/Province", "line")
    r.field("Postal Code", "code")
    r.field("Country", "country", 1)
    _phones(r)
    r.field("Email", "mail", 1, 9)
    r.field("Registrar WHOIS Server", "host")
    r.field("Registrar URL", "url", 1)
    for kind in ("Admin Contact", "Technical Contact"):
        while r.field(kind, "line"):
            _phones(r)
            r.field("Email", "mail", 1, 9)
    _extra(r)
    _footer(r)


def _phones(r: Reader) -> None:
    r.field("Phone Number", "phone", 1)
    r.field("Phone Ext", "line")
    if r.field("Fax Number", "phone"):
        r.field("Fax Ext", "line")


def host(reply: bytes) -> None:
    """A name server reply, of either form."""
    r = Reader(reply)
    if r.peek() == "Query matched more than one name server:":
        r.take()
        count = 0
        while re.fullmatch(rf"\w{{1,80}}-\w{{1,8}} \({_HOST}\)", r.peek()):
            r.take()
            count += 1
        if count < 2:
            raise Fault(f"{count} name servers in a list")
    else:
        r.field("Server Name", "host", 1)
        r.field("IP Address", "address", 0, 99)
        r.field("Registrar", "line")
        r.field("Registrar WHOIS Server", "host")
        r.field("Registrar URL", "url")
        _extra(r)
    _footer(r)


def miss(reply: bytes) -> None:
    """A reply that nothing was found: one line, then the footer."""
    r = Reader(reply)
    if not r.take() or (r.key() is not None and not r.peek().startswith(">>>")):
        raise Fault("one clear line is wanted")
    _footer(r)


def _extra(r: Reader, until: str = "") -> None:
    """Fields of the registry's own: no key of the standard ones, none of the old."""
    while (key := r.key()) is not None and key != until and not key.startswith(">>>"):
        if key in _LEGACY or key in _STANDARD:
            raise Fault(f"{key} stands among the extra fields")
        r.take()


_STANDARD = {"Domain Name", "Registrar", "Domain Status", "Name Server", "DNSSEC", "Registrar IANA ID"}


def _footer(r: Reader, pointer: bool = False) -> None:
    _blanks(r, 0)
    if not re.fullmatch(rf">>> Last update of (?:WHOIS|Whois) database: {_TIME} <<<", r.take()):
        raise Fault("the last update line is wanted")
    _blanks(r, 1)
    if r.peek() == "For more information on Whois status codes, please visit https://icann.org/epp":
        r.take()
        _blanks(r, 1)
    elif pointer:
        raise Fault("the pointer to the status codes is wanted")
    if not r.take():
        raise Fault("a disclaimer is wanted")


def _blanks(r: Reader, least: int) -> None:
    count = 0
    while r.at < len(r.lines) and r.peek() == "":
        r.take()
        count += 1
    if not least <= count <= 3:
        raise Fault(f"{count} empty lines")


GRAMMARS: dict[str, Callable[[bytes], None]] = {"domain": domain, "registrar": registrar, "host": host}
