"""The paths of RDAP queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Malformed, QueryError, Unsupported
from directory.query import Help, Kind, Lookup, Query
from directory.rdap.query import NoSuchPath, parse


@pytest.mark.clause("RFC 9082 §3.1.3")
@pytest.mark.clause("RFC 9082 §3.1.4")
@pytest.mark.clause("RFC 9082 §3.1.5")
@pytest.mark.clause("RFC 9082 §3.1.6")
def test_the_paths_of_lookups() -> None:
    paths: dict[str, Query] = {
        "/rdap/domain/example.test": Lookup(Kind.DOMAIN, "example.test"),
        "/rdap/domain/EXAMPLE.Test.": Lookup(Kind.DOMAIN, "example.test"),
        "/rdap/domain/b%C3%BCcher.test": Lookup(Kind.DOMAIN, "xn--bcher-kva.test"),
        "/rdap/domain/bücher.test": Lookup(Kind.DOMAIN, "xn--bcher-kva.test"),
        "/rdap/domain/bücher.xn--bcher-kva.test": Lookup(Kind.DOMAIN, "xn--bcher-kva.xn--bcher-kva.test"),
        "/rdap/domain/%65xample.test": Lookup(Kind.DOMAIN, "example.test"),
        "/rdap/nameserver/ns1.example.test": Lookup(Kind.NAMESERVER, "ns1.example.test"),
        "/rdap/entity/9995": Lookup(Kind.ENTITY, "9995"),
        "/rdap/entity/C12-EXAMPLE": Lookup(Kind.ENTITY, "C12-EXAMPLE"),
        "/rdap/entity/Example%20Registrar,%20Inc.": Lookup(Kind.ENTITY, "Example Registrar, Inc."),
        "/rdap/help": Help(),
    }
    assert {path: parse(path) for path in paths} == paths


@pytest.mark.clause("RFC 9082 §1")
@pytest.mark.parametrize(
    "path", ["ip/192.0.2.0/24", "autnum/64496", "domains", "nameservers", "entities", "ip/2001:db8::%2F32"]
)
def test_kinds_of_query_that_are_not_offered_are_told_so(path: str) -> None:
    with pytest.raises(Unsupported):
        parse("/rdap/" + path)


@pytest.mark.clause("RFC 7480 §5.4")
@pytest.mark.clause("RFC 9082 §6.1")
@pytest.mark.parametrize(
    "path",
    [
        "Domain/example.test", "foo", "foo/bar", "domain", "domain/", "domain/example.test/",
        "domain/a/b", "domain/a%2Fb.test", "domain/a%00.test", "domain/%ff.test", "domain/\udcff.test",
        "domain/%2E%2E", "domain/a..test", "domain/.", "domain/exa_mple.test", "domain/%zz.test",
        "domain/example.test%", "domain/" + "a" * 64 + ".test", "domain/" + "a." * 130 + "test",
        "domain/xn--99999999999.test", "domain/%20", "entity/", "entity/%20", "entity/..", "entity/%2e%2e",
        "entity/a%2Fb", "entity/a%0d%0ab", "entity/%80", "help/", "help/me", "nameserver", "nameserver//",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_malformed(path: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse("/rdap/" + path)
    assert not isinstance(caught.value, NoSuchPath)


@pytest.mark.parametrize("path", ["/", "/rdap", "/rdap/", "/domain/example.test", "/RDAP/help", ""])
def test_paths_beside_rdap_lead_nowhere(path: str) -> None:
    with pytest.raises(NoSuchPath):
        parse(path)


STARTS = ["/rdap/domain/", "/rdap/nameserver/", "/rdap/entity/", "/rdap/", ""]


@given(st.sampled_from(STARTS), st.text(max_size=80))
def test_any_path_is_a_query_or_refused(start: str, rest: str) -> None:
    try:
        query = parse(start + rest)
    except QueryError:
        return
    assert isinstance(query, Help) or query.key
