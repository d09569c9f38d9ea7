"""Numbers in decimal, and the registrars that IANA has numbered."""

from __future__ import annotations

from collections.abc import Mapping

from directory.errors import BadValue
from directory.model import format as form

_REGISTRARS = "IANA Registrar IDs"
_HIGHEST_REGISTRAR = 9_999_999

_RESERVED: Mapping[int, str] = {
    1: "reserved",
    3: "registry installation",
    8: "tests",
    119: "use within a registry",
    365: "EDUCAUSE, historic",
    376: "IANA",
    9994: "a registry operator as registrar at ICANN's direction",
    9995: "pre-delegation tests",
    9996: "pre-delegation tests",
    9997: "ICANN's monitoring",
    9998: "a registry operator as registrar, billable",
    9999: "a registry operator as registrar, not billable",
    10009: "IANA",
    4000001: "the operator of .mobi as registrar, historic",
    8888888: "a registry operator as registrar, historic",
}
"""The ids in IANA's registry "Registrar IDs" that are no accredited registrar's, and what each is kept for."""


def decimal(value: str, low: int, high: int, rule: str) -> int:
    """The number that a text of decimal digits without leading zeros writes, from `low` to `high`."""
    number = form.integer(value, low, high, rule)
    if value != str(number):
        raise BadValue(f"{value!r} has leading zeros: write {number}", rule)
    return number


def nice_class(value: str) -> None:
    """A class of goods (1 to 34) or services (35 to 45) of the Nice Classification (SAC054 table 5)."""
    decimal(value, 1, 45, "Nice Agreement")


def registrar_id(value: str) -> int:
    """A number that IANA may have given a registrar, or reserved.

    The registry grows every week, so that an id is not refused for standing in no list that we could ship. The
    reserved ids fit too: registries do sponsor names under 9998 and 9999, and IANA its own under 376.
    """
    return decimal(value, 1, _HIGHEST_REGISTRAR, _REGISTRARS)


def accredited_registrar_id(value: str) -> None:
    """A registrar's number that is not one of the reserved."""
    kept_for = _RESERVED.get(registrar_id(value))
    if kept_for:
        raise BadValue(f"{value} is no accredited registrar's: kept for {kept_for}", _REGISTRARS)
