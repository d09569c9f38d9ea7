"""All that the sample deposit of RFC 9022 §14 holds comes out again over WHOIS and RDAP, or is known not to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonpath_rfc9535
import pytest
import yaml

from tests.clients.leaves import leaves
from tests.clients.rfc9022_table import ROWS, Row
from tests.clients.running import RFC9022, ROOT, Running

WITHHELD = ("REDACTED FOR PRIVACY", "Please query the RDDS service of the Registrar of Record")
DOMAINS = ("example1.example", "example2.example")
CONTACT = "entity/Csh8013-TEST"
QUERIES = sorted({row.whois[0] for row in ROWS if row.whois})
PATHS = sorted({row.rdap[0] for row in ROWS if row.rdap})
COINCIDENCES = {
    "en": "the language of our notices, as of the sample's EPP server",
    "example1.example": "a domain, and what the reserved name is a variant of",
    "2005-04-23T11:49:00Z": "when the registrar was created, and the reserved name",
}
"""Values that are not said, and yet in a reply, since another value is the same."""


def title(row: Row) -> str:
    """A row in the name of a test."""
    return f"{row.path}={row.value}"


said_by_whois = pytest.mark.parametrize("row", [row for row in ROWS if row.whois], ids=title)
said_by_rdap = pytest.mark.parametrize("row", [row for row in ROWS if row.rdap], ids=title)
withheld = pytest.mark.parametrize("row", [row for row in ROWS if row.hidden], ids=title)


@cache
def lines(running: Running, query: str) -> list[str]:
    """The lines of a WHOIS reply."""
    return running.whois(query).decode().split("\r\n")


@cache
def body(running: Running, path: str) -> Any:
    """The body of an RDAP reply."""
    return running.rdap(path)[1]


@cache
def rules() -> dict[str, Any]:
    """The rules of the disclosure that is shipped."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "profiles/gtld-disclosure.yaml").read_text())
    return loaded


def values(data: Any) -> Iterator[str]:
    """Every scalar in a reply but for what declares the redactions."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key != "redacted":
                yield from values(value)
    elif isinstance(data, list):
        for each in data:
            yield from values(each)
    else:
        yield str(data)


def whois_values(running: Running, query: str) -> list[str]:
    """What stands behind the labels of a WHOIS reply."""
    return [line.partition(": ")[2] for line in lines(running, query) if ": " in line]


def is_among(value: str, found: list[str]) -> bool:
    """Whether a value was said: as a whole, or, if it is long enough to be no accident, within another."""
    return value in found or (len(value) > 5 and any(value in each for each in found))


@pytest.mark.clause("RFC 9022 §14")
def test_every_value_of_the_sample_is_in_the_table() -> None:
    found = Counter(set(leaves(RFC9022)))
    known = Counter((row.path, row.value) for row in ROWS)
    assert sorted(found - known) == []
    assert sorted(known - found) == []


def test_every_row_says_where_its_value_is_or_why_it_is_not() -> None:
    for row in ROWS:
        assert (row.whois and row.rdap) or row.hidden or row.never, title(row)
        assert not (row.whois and row.rdap and row.never), f"{title(row)} is said, and there is a reason why not"


@pytest.mark.clause("RFC 9022 §14")
@said_by_whois
def test_whois_says_it(running: Running, row: Row) -> None:
    assert row.whois is not None
    query, line = row.whois
    assert line in lines(running, query)


@pytest.mark.clause("RFC 9022 §14")
@said_by_rdap
def test_rdap_says_it(running: Running, row: Row) -> None:
    assert row.rdap is not None
    path, where, value = row.rdap
    assert jsonpath_rfc9535.find(where, body(running, path)).values() == [value]


@withheld
def test_a_rule_hides_it_from_the_public(row: Row) -> None:
    for key in row.hidden:
        assert key not in rules()["public"]
        assert "public" not in rules()["rules"][key]["show"], key


@withheld
def test_whois_says_that_it_is_withheld(running: Running, row: Row) -> None:
    for label in filter(None, row.hidden.values()):
        for domain in DOMAINS:
            (line,) = [each for each in lines(running, domain) if each.startswith(f"{label}: ")]
            assert line.removeprefix(f"{label}: ").startswith(WITHHELD)


@pytest.mark.clause("RFC 9537 §4.2")
@withheld
def test_rdap_declares_that_it_is_withheld(running: Running, row: Row) -> None:
    for key in row.hidden:
        declared = rules()["rules"][key]["hidden"].get("rdap")
        if declared is None:
            continue
        name = {kind: declared[kind] for kind in ("name", "description") if kind in declared}
        name = {"type": name["name"]} if "name" in name else name
        for path in (CONTACT,) if key.startswith("contact.") else (f"domain/{each}" for each in DOMAINS):
            assert name in [each["name"] for each in body(running, path)["redacted"]], (key, path)


@withheld
def test_what_is_withheld_is_in_no_reply_to_a_domain(running: Running, row: Row) -> None:
    for domain in DOMAINS:
        assert not is_among(row.value, whois_values(running, domain))
        assert not is_among(row.value, list(values(body(running, f"domain/{domain}"))))


@withheld
def test_what_is_withheld_of_a_contact_is_not_in_its_reply(running: Running, row: Row) -> None:
    if any(key.startswith("contact.") for key in row.hidden):
        assert not is_among(row.value, list(values(body(running, CONTACT))))
    else:
        assert row.rdap is not None, "it is public where the contact is asked for by itself"


def test_what_is_never_said_is_in_no_reply_at_all(running: Running) -> None:
    whois = {value for query in QUERIES for value in whois_values(running, query)}
    rdap = {value for path in PATHS for value in values(body(running, path))}
    for row in ROWS:
        value = row.value.replace(".0Z", "Z")  # as our replies write a time
        if row.never and value and value not in COINCIDENCES:
            assert row.whois or value not in whois, title(row)
            assert row.rdap or value not in rdap, title(row)


@pytest.mark.parametrize("key", ["sh8013", "jd1234", "RegistrarX", "jdoe@example.example", "John Doe"])
def test_what_is_not_said_finds_nothing(running: Running, key: str) -> None:
    assert running.rdap(f"entity/{key.replace(' ', '%20')}")[0] == 404
    assert lines(running, f"registrar {key}")[0] == "No registrar found."
