"""The forms of a WHOIS query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Malformed
from directory.query import Help, Kind, Lookup, Query
from directory.whois.query import Empty, NoParameter, Repeated, parse


def zone_of(name: str) -> str | None:
    for zone in ("co.test", "test"):
        if name == zone or name.endswith("." + zone):
            return zone
    return None


def test_the_forms_of_a_query() -> None:
    forms: dict[str, Query] = {
        "example.test": Lookup(Kind.DOMAIN, "example.test"),
        "EXAMPLE.test.": Lookup(Kind.DOMAIN, "example.test"),
        "domain example.test": Lookup(Kind.DOMAIN, "example.test"),
        "  DoMaIn \t example.test  ": Lookup(Kind.DOMAIN, "example.test"),
        "domain ns1.example.test": Lookup(Kind.DOMAIN, "ns1.example.test"),
        "ns1.example.test": Lookup(Kind.NAMESERVER, "ns1.example.test"),
        "shop.co.test": Lookup(Kind.DOMAIN, "shop.co.test"),
        "ns1.shop.co.test": Lookup(Kind.NAMESERVER, "ns1.shop.co.test"),
        "nameserver NS1.example.test": Lookup(Kind.NAMESERVER, "ns1.example.test"),
        "nameserver 192.0.2.1": Lookup(Kind.ADDRESS, "192.0.2.1"),
        "nameserver 2001:0DB8:0::1": Lookup(Kind.ADDRESS, "2001:db8::1"),
        "192.0.2.1": Lookup(Kind.ADDRESS, "192.0.2.1"),
        "2001:0DB8::1": Lookup(Kind.ADDRESS, "2001:db8::1"),
        "registrar Example Registrar,  Inc.": Lookup(Kind.REGISTRAR, "Example Registrar,  Inc."),
        "Example Registrar, Inc.": Lookup(Kind.REGISTRAR, "Example Registrar, Inc."),
        "example": Lookup(Kind.REGISTRAR, "example"),
        "9995": Lookup(Kind.REGISTRAR, "9995"),
        "Foo&Bar": Lookup(Kind.REGISTRAR, "Foo&Bar"),
        "example.org": Lookup(Kind.DOMAIN, "example.org"),
        "ns1.example.org": Lookup(Kind.DOMAIN, "ns1.example.org"),
        "test": Lookup(Kind.DOMAIN, "test"),
        "bücher.test": Lookup(Kind.DOMAIN, "xn--bcher-kva.test"),
        "xn--bcher-kva.test": Lookup(Kind.DOMAIN, "xn--bcher-kva.test"),
        "help": Help(),
        "HELP": Help(),
        "?": Help(),
    }
    assert {text: parse(text.encode(), zone_of).query for text in forms} == forms


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b""])
@pytest.mark.clause("RFC 3912 §2")
def test_the_end_of_the_line_is_no_part_of_the_query(end: bytes) -> None:
    assert parse(b"example.test" + end, zone_of) == (Lookup(Kind.DOMAIN, "example.test"), ())


@pytest.mark.clause("RFC 3375 §3.6")
def test_distinct_faults_are_told_apart() -> None:
    faults = {
        b"": Empty,
        b"  \t \r": Empty,
        b"domain": NoParameter,
        b"Nameserver  ": NoParameter,
        b"REGISTRAR": NoParameter,
        b"\xff\xfe.test": Malformed,
        b"example\x00.test": Malformed,
        b"\x1b[2J": Malformed,
        b"domain exa mple.test": Malformed,
        b"domain -example.test": Malformed,
        b"exa_mple.test": Malformed,
        b"a..test": Malformed,
        b"xn--99999999999.test": Malformed,
    }
    for line, fault in faults.items():
        with pytest.raises(Malformed) as caught:
            parse(line, zone_of)
        assert type(caught.value) is fault, line


@pytest.mark.parametrize("flag", ["-L es-MX ", "--language es-MX ", "  -L \t ES-mx\t"])
def test_a_language_may_be_asked_for_before_every_form_of_query(flag: str) -> None:
    for text in (
        "example.test", "domain example.test", "ns1.example.test", "nameserver 192.0.2.1", "2001:db8::1",
        "registrar Example Registrar,  Inc.", "Example Registrar, Inc.", "9995", "b\u00fccher.test", "help", "?",
    ):  # fmt: skip
        query, languages = parse(f"{flag}{text}\r\n".encode(), zone_of)
        assert (query, languages) == (parse(text.encode(), zone_of).query, ("es-mx",))


def test_what_else_begins_with_a_hyphen_is_a_query() -> None:
    for text in ("-l es x.test", "-Les x.test", "-", "- es", "Inc. -L es", "--language=es x.test"):
        assert parse(text.encode(), zone_of) == (Lookup(Kind.REGISTRAR, text), ())


@pytest.mark.clause("RFC 3375 §3.6")
@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("-L", NoParameter),
        ("--language  ", NoParameter),
        ("-L es", Empty),
        ("-L es -L en x.test", Repeated),
        ("-L es --language es x.test", Repeated),
        ("-L es -L", Repeated),
        ("-L e_s x.test", Malformed),
        ("-L toolongword x.test", Malformed),
        ("-L es-" + "-".join(["abcdefgh"] * 4) + " x.test", Malformed),
        ("-L \u00e9s x.test", Malformed),
        ("-L x.test", Malformed),
        ("-L es domain", NoParameter),
        ("-L es a..test", Malformed),
    ],
)
def test_faults_of_the_flag_are_told_apart(line: str, fault: type[Malformed]) -> None:
    with pytest.raises(Malformed) as caught:
        parse(line.encode(), zone_of)
    assert type(caught.value) is fault


@given(st.text(max_size=40), st.sampled_from(["-L ", "--language ", "-L es ", "-"]))
def test_any_text_with_a_flag_is_a_query_or_malformed(text: str, flag: str) -> None:
    try:
        _, languages = parse((flag + text).encode("utf-8", "replace"), zone_of)
    except Malformed:
        return
    assert all(tag.isascii() and len(tag) <= 35 for tag in languages)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_query_or_malformed(line: bytes) -> None:
    try:
        query, languages = parse(line, zone_of)
    except Malformed:
        return
    assert isinstance(query, Help) or query.key
    assert len(languages) <= 1
