"""Domain and host names: A-labels for comparing, U-labels for people (RFC 1034, RFC 5890, RFC 5891)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna

from directory.errors import BadValue, Sentence
from directory.language import message

_LDH_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_MAX_OCTETS = 253
_MAX_LABEL = 63
_EMPTY_LABEL = message("it has an empty label")
_NO_A_LABEL = message("the label {label} is no A-label")
_RULE = "RFC 1034 §3.5, RFC 1123 §2.1"
_IDNA_RULE = "RFC 5891 §4–5"


def to_ascii(text: str) -> str:
    """The A-label form of a name, in lower case and without the root dot.

    U-labels are put into lower case and NFC and their ideographic dots become dots (RFC 5895 §2) before
    IDNA2008 encodes them, without the UTS 46 transitional mapping. Raises `BadValue`.
    """
    name = text.lower()
    if name.isascii():
        if name.endswith("."):
            name = name[:-1]
        ldh(name)
        if "xn--" in name:
            _check_a_labels(name)
        return name
    return _encode(name)


def ldh(name: str) -> str:
    """A name of letters in lower case, digits and hyphens within the DNS's lengths; raises `BadValue`."""
    if len(name) > _MAX_OCTETS or not _LDH_NAME.match(name):
        raise BadValue(_why_not_ldh(name), _RULE)
    return name


def to_unicode(a_name: str) -> str | None:
    """The U-label form of a valid A-label name; None if it has no A-label in it."""
    if "xn--" not in a_name:
        return None
    return ".".join(_u_label(label) if label.startswith("xn--") else label for label in a_name.split("."))


def reverse(name: str) -> str:
    """The labels of a name from the root down: `ns1.example.test` becomes `test.example.ns1`."""
    return ".".join(reversed(name.split(".")))


def parent(name: str) -> str:
    """The name without its first label; empty for a single label."""
    return name.partition(".")[2]


def _encode(name: str) -> str:
    name = _DOTS.sub(".", unicodedata.normalize("NFC", name))
    name = name.removesuffix(".")
    labels = []
    for label in name.split("."):
        if not label:
            raise BadValue(_EMPTY_LABEL, _RULE)
        labels.append(label if label.isascii() else _a_label(label))
    return to_ascii(".".join(labels))


def _a_label(label: str) -> str:
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError as error:
        said = Sentence(message("the label {label} is no U-label"), {"label": repr(label)}, str(error))
        raise BadValue(said, _IDNA_RULE) from None


@lru_cache(maxsize=4096)
def _u_label(label: str) -> str:
    try:
        unicode_label = idna.ulabel(label)
        matches = idna.alabel(unicode_label).decode("ascii") == label
    except (idna.IDNAError, UnicodeError) as error:
        raise BadValue(Sentence(_NO_A_LABEL, {"label": repr(label)}, str(error)), _IDNA_RULE) from None
    if not matches:
        said = Sentence(_NO_A_LABEL, {"label": repr(label)}, "its U-label encodes otherwise")
        raise BadValue(said, _IDNA_RULE)
    return unicode_label


def _check_a_labels(name: str) -> None:
    for label in name.split("."):
        if label.startswith("xn--"):
            _u_label(label)


def _why_not_ldh(name: str) -> Sentence:
    if not name:
        return Sentence(message("it is empty"))
    if len(name) > _MAX_OCTETS:
        counts = {"octets": len(name), "most": _MAX_OCTETS}
        return Sentence(message("it has {octets} octets, more than {most}"), counts)
    for label in name.split("."):
        if not label:
            return Sentence(_EMPTY_LABEL)
        if len(label) > _MAX_LABEL:
            values = {"label": f"{label[:20]!r}…", "octets": len(label), "most": _MAX_LABEL}
            return Sentence(message("the label {label} has {octets} octets, more than {most}"), values)
        named = {"label": repr(label)}
        if label[0] == "-" or label[-1] == "-":
            return Sentence(message("the label {label} begins or ends with a hyphen"), named)
        if not _LDH_NAME.match(label):
            other = message("the label {label} has other characters than letters, digits and hyphens")
            return Sentence(other, named)
    return Sentence(message("it is no name"))
