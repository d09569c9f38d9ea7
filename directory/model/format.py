"""The formats of the field's values: each function gives the canonical text, or raises `BadValue`."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from directory.errors import BadValue
from directory.model.base import Instant

EPP_STATUSES = {
    "domain": frozenset(
        "clientDeleteProhibited clientHold clientRenewProhibited clientTransferProhibited "
        "clientUpdateProhibited inactive ok pendingCreate pendingDelete pendingRenew pendingTransfer "
        "pendingUpdate serverDeleteProhibited serverHold serverRenewProhibited serverTransferProhibited "
        "serverUpdateProhibited".split()
    ),
    "host": frozenset(
        "clientDeleteProhibited clientUpdateProhibited linked ok pendingCreate pendingDelete pendingTransfer "
        "pendingUpdate serverDeleteProhibited serverUpdateProhibited".split()
    ),
    "contact": frozenset(
        "clientDeleteProhibited clientTransferProhibited clientUpdateProhibited linked ok pendingCreate "
        "pendingDelete pendingTransfer pendingUpdate serverDeleteProhibited serverTransferProhibited "
        "serverUpdateProhibited".split()
    ),
    "registrar": frozenset("ok readonly terminated".split()),
    "rgp": frozenset(
        "addPeriod autoRenewPeriod renewPeriod transferPeriod redemptionPeriod pendingRestore "
        "pendingDelete".split()
    ),
    "transfer": frozenset(
        "clientApproved clientCancelled clientRejected pending serverApproved serverCancelled".split()
    ),
    "nndn": frozenset("withheld blocked mirrored".split()),
}
"""The codes by kind of object: RFC 5731–5733 §2.3 and §2.2, RFC 3915 §3.1, RFC 5730 §2.9.3.4, RFC 9022 §5."""

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:)(\d\d)(?:\.(\d{1,64}))?(Z|[+-]\d\d:\d\d)?\Z",
    re.ASCII | re.IGNORECASE,
)
_PLAIN_TIME = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\Z", re.ASCII)
_ROID = re.compile(r"\w{1,80}-\w{1,8}\Z")
_PHONE = re.compile(r"\+[0-9]{1,3}\.[0-9]{1,14}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f]+\Z")
_LANG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")


def instant(text: str) -> Instant:
    """A date-time in UTC as canonical text (RFC 3339 §5.6; RFC 9022 §4.1: no offset but zero)."""
    if _PLAIN_TIME.match(text, 10) and _is_day(text[:10]):  # as nearly all of them are
        return Instant(text)
    match = _INSTANT.match(text)
    if not match:
        raise BadValue(f"{text!r} is no date-time like 2026-01-31T12:00:00Z", "RFC 3339 §5.6")
    start, seconds, fraction, zone = match.groups()
    if zone is None or (zone not in "Zz" and zone[1:] != "00:00"):
        raise BadValue(f"{text!r} is not in UTC", "RFC 9022 §4.1")
    leap = seconds == "60"
    try:
        minute = datetime.fromisoformat(f"{start}{'59' if leap else seconds}")
    except ValueError as error:
        raise BadValue(f"{text!r} is no moment of the calendar: {error}", "RFC 3339 §5.7") from None
    if leap and (start[11:16] != "23:59" or minute.day != monthrange(minute.year, minute.month)[1]):
        raise BadValue(f"{text!r}: a leap second ends the last day of a month", "RFC 3339 §5.7")
    digits = fraction.rstrip("0") if fraction else ""
    return Instant(f"{start.upper()}{seconds}{'.' + digits if digits else ''}Z")


@lru_cache(maxsize=1 << 15)
def _is_day(text: str) -> bool:
    """Whether this is a day of the calendar like 2026-01-31; a registry has some thousands of them."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def moment(instant_: Instant) -> datetime:
    """An instant as an aware datetime in UTC; a leap second is the second after."""
    text = instant_[:-1]
    if text[17:19] == "60":
        return datetime.fromisoformat(f"{text[:17]}59{text[19:26]}+00:00") + timedelta(seconds=1)
    return datetime.fromisoformat(f"{text[:26]}+00:00").astimezone(UTC)


def roid(text: str) -> str:
    """A repository object id (RFC 5730 §2.8)."""
    if not _ROID.match(text):
        raise BadValue(f"{text!r} is no ROID like D1234-EXAMPLE", "RFC 5730 §2.8")
    return text


def phone(text: str) -> str:
    """An E.164 number as EPP writes it, `+CC.digits` (RFC 5733 §2.5, RFC 9022 §4.3)."""
    if not _PHONE.match(text):
        raise BadValue(f"{text!r} is no number like +1.5555551234", "RFC 5733 §2.5")
    return text


def country(text: str) -> str:
    """A two-letter country code (RFC 9022 §4.2, ISO 3166-1 alpha-2), in upper case."""
    code = text.upper()
    if not text.isascii() or not _COUNTRY.match(code):
        raise BadValue(f"{text!r} is no two-letter country code", "RFC 9022 §4.2")
    return code


def email(text: str) -> str:
    """An addr-spec (RFC 5322 §3.4.1; RFC 6531 for characters beyond ASCII)."""
    if len(text) > 320 or not _EMAIL.match(text):
        raise BadValue(f"{text!r} is no e-mail address", "RFC 5322 §3.4.1")
    return text


def uri(text: str) -> str:
    """An absolute URI (RFC 3986 §4.3)."""
    if not _URI.match(text):
        raise BadValue(f"{text!r} is no absolute URI", "RFC 3986 §4.3")
    return text


def web_uri(text: str) -> str:
    """The address of a page: an absolute URI of http or https, which is all that a link may lead to."""
    if not text.lower().startswith(("http://", "https://")):
        raise BadValue(f"{text!r} is no URL of http or https", "RFC 3986 §4.3")
    return uri(text)


def language(text: str) -> str:
    """A well-formed language tag (RFC 5646 §2.1)."""
    if not _LANG.match(text):
        raise BadValue(f"{text!r} is no language tag", "RFC 5646 §2.1")
    return text


def ipv4(text: str) -> str:
    """An IPv4 address, dotted decimal (RFC 791)."""
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise BadValue(f"{text!r} is no IPv4 address", "RFC 791 §3.2") from None


def ipv6(text: str) -> str:
    """An IPv6 address in canonical text (RFC 5952 §4)."""
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise BadValue(f"{text!r} is no IPv6 address", "RFC 4291 §2.2") from None
    if address.scope_id is not None:
        raise BadValue(f"{text!r} has a zone", "RFC 4291 §2.2")
    if address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


def address(text: str) -> str:
    """An IP address of either version in canonical text."""
    return ipv6(text) if ":" in text else ipv4(text)


def integer(text: str, low: int, high: int, rule: str) -> int:
    """A decimal number between `low` and `high`."""
    if not text.isascii() or not text.isdigit() or len(text) > 18 or not low <= int(text) <= high:
        raise BadValue(f"{text!r} is no number from {low} to {high}", rule)
    return int(text)


def hexadecimal(text: str) -> str:
    """An octet string in hexadecimal, in upper case and without white space (RFC 4034 §5.3)."""
    compact = "".join(text.split()).upper()
    try:
        binascii.unhexlify(compact)
    except (ValueError, binascii.Error):
        raise BadValue(f"{text!r} is no hexadecimal octet string", "RFC 4034 §5.3") from None
    return compact


def base64_text(text: str) -> str:
    """An octet string in base64, without white space (RFC 4034 §2.2)."""
    compact = "".join(text.split())
    try:
        base64.b64decode(compact, validate=True)
    except (ValueError, binascii.Error):
        raise BadValue("it is no base64", "RFC 4034 §2.2") from None
    return compact


def fold(text: str) -> str:
    """The form in which names other than DNS names are compared (RFC 9082 §6.1): NFKC and case-folded."""
    return unicodedata.normalize("NFKC", " ".join(text.split()).casefold())


_SCRIPTS = {
    "LATIN": "Latn", "FEMININE": "Latn", "MASCULINE": "Latn", "CYRILLIC": "Cyrl",
    "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr",
    "CJK": "Hani", "IDEOGRAPHIC": "Hani", "BOPOMOFO": "Bopo",
    "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HANGUL": "Kore", "THAI": "Thai",
    "DEVANAGARI": "Deva", "BENGALI": "Beng", "TAMIL": "Taml", "TELUGU": "Telu", "ARMENIAN": "Armn",
    "GEORGIAN": "Geor", "KHMER": "Khmr", "LAO": "Laoo", "MYANMAR": "Mymr", "SINHALA": "Sinh",
    "ETHIOPIC": "Ethi", "GUJARATI": "Gujr", "GURMUKHI": "Guru", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "ORIYA": "Orya", "TIBETAN": "Tibt", "MONGOLIAN": "Mong", "THAANA": "Thaa", "SYRIAC": "Syrc",
    "CHEROKEE": "Cher", "CANADIAN": "Cans", "TIFINAGH": "Tfng", "NKO": "Nkoo", "YI": "Yiii",
}  # fmt: skip
"""The scripts by the first word of the names of their letters: º and ª are Latin."""
_FIRST_WORD = re.compile(r"(?:FULLWIDTH |HALFWIDTH )?(\w*).*")
_COMMON = "MODIFIER"
"""That of letters of every script, as the turned comma of Uzbek."""
_UNKNOWN = "Zyyy"
_SIMPLIFIED = "gb2312"
_OTHER_HAN = ("big5", "big5hkscs", "shift_jis", "euc_jp", "euc_jis_2004", "euc_kr", "johab")


def scripts(text: str) -> frozenset[str]:
    """The scripts of the letters of a text by their ISO 15924 codes, `Zyyy` for one that is not known here.

    The standard library has no script property; the first word of a letter's Unicode name tells it for the
    scripts that registries use. Kana is `Jpan` and Hangul `Kore`. Han is `Hans` if the text proves it, which only
    Latin may stand beside, else `Hani`.
    """
    found = frozenset({script for char in set(text) if (script := _script(char))})
    if "Hani" in found and found <= {"Hani", "Latn"} and _is_simplified(text):
        return found - {"Hani"} | {"Hans"}
    return found


@lru_cache(maxsize=16384)
def _script(char: str) -> str:
    """The script of a letter; empty for what is none, or is one of every script."""
    word = _FIRST_WORD.sub(r"\1", unicodedata.name(char, "")) if char.isalpha() else _COMMON
    return "" if word == _COMMON else _SCRIPTS.get(word, _UNKNOWN)


def script_tag(text: str) -> str | None:
    """`und-` and the script of a text that is in one script, else None (RFC 5646 §2.2.3, ISO 15924). Kana beside
    Han is `Jpan`, Hangul beside Han `Kore`."""
    return undetermined(scripts(text))


def undetermined(found: frozenset[str]) -> str | None:
    """`und-` and the script of a text of which these are the scripts, if they are one."""
    for mixed in ("Jpan", "Kore"):
        if mixed in found and found <= {mixed, "Hani"}:
            return f"und-{mixed}"
    if len(found) != 1 or _UNKNOWN in found:
        return None
    (script,) = found
    return f"und-{script}"


def _is_simplified(text: str) -> bool:
    """Whether a text in Han is in the simplified characters of GB 2312, and one of them proves it.

    A proof is a character that GB 2312 has, and none of the sets of Taiwan, Hong Kong, Japan and Korea. There are
    1,802; all but three are unknown to the traditional spellings of the CC-CEDICT dictionary. Some names and
    addresses have one, others are the same in both. The traditional form cannot be proved: its characters are
    those of Korea and of older Japanese too, and what GB 2312 lacks may only be rare. So that stays `Hani`.
    """
    letters = [char for char in text if char.isalpha()]
    return all(_has(_SIMPLIFIED, char) for char in letters) and any(_is_only_simplified(char) for char in letters)


@lru_cache(maxsize=8192)
def _is_only_simplified(char: str) -> bool:
    return not any(_has(charset, char) for charset in _OTHER_HAN)


def _has(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
