"""Prefixes: what is one, and which decides."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.access import prefix
from directory.access.prefix import Prefixes
from directory.access.standing import Standing
from directory.errors import BadValue


@pytest.mark.clause("RFC 4632 §3.1")
@pytest.mark.clause("RFC 4291 §2.3")
def test_a_prefix_is_an_address_and_a_length_or_one_address() -> None:
    texts = {
        "192.0.2.0/24": "192.0.2.0/24",
        "192.0.2.7": "192.0.2.7/32",
        "0.0.0.0/0": "0.0.0.0/0",
        "2001:DB8:0::/32": "2001:db8::/32",
        "::1": "::1/128",
        "::/0": "::/0",
        "::ffff:192.0.2.0/120": "192.0.2.0/24",
        "::ffff:0:0/96": "0.0.0.0/0",
        "::ffff:0:0/95": None,
        "::/64": "::/64",
    }
    for text, canonical in texts.items():
        if canonical is None:
            with pytest.raises(BadValue):
                prefix.from_text(text)
        else:
            assert prefix.from_text(text) == ip_network(canonical), text


@pytest.mark.parametrize("text", ["", "x", "192.0.2.0/33", "192.0.2/24", "2001:db8::/129", "::1/x", "a/b/c", "1"])
def test_what_is_no_prefix_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="no address prefix like"):
        prefix.from_text(text)
    assert prefix.hint(text) == ""


@pytest.mark.parametrize(
    ("text", "network", "one"),
    [("192.0.2.7/24", "192.0.2.0/24", "192.0.2.7"), ("2001:db8::1/32", "2001:db8::/32", "2001:db8::1")],
)
def test_bits_beyond_the_length_may_mean_two_things_and_both_are_told(text: str, network: str, one: str) -> None:
    with pytest.raises(BadValue, match="bits set beyond its length"):
        prefix.from_text(text)
    assert prefix.hint(text) == f"write {network}, or {one} for the one address"


SOME = Prefixes.from_settings(
    {
        "192.0.2.0/24": "police",
        "192.0.2.128/25": "auditor",
        "192.0.2.200": {"registrar": "R-1"},
        "10.0.0.0/8": {"audience": "registry", "registrar": "R-2"},
        "2001:db8::/32": "police",
        "2001:db8:1::/48": "auditor",
    }
)


@pytest.mark.parametrize(
    ("address", "standing"),
    [
        ("192.0.2.1", Standing("police")),
        ("192.0.2.129", Standing("auditor")),
        ("192.0.2.200", Standing("authenticated", "R-1")),
        ("10.255.255.255", Standing("registry", "R-2")),
        ("192.0.3.1", None),
        ("11.0.0.0", None),
        ("2001:db8::1", Standing("police")),
        ("2001:db8:1::1", Standing("auditor")),
        ("2001:db9::1", None),
        ("::ffff:192.0.2.129", Standing("auditor")),
        ("::ffff:c000:281", Standing("auditor")),
        ("::192.0.2.129", None),
        ("2001:db8::1%eth0", Standing("police")),
        ("", None),
        ("unix", None),
        ("192.0.2.1\0", None),
        ("192.0.2.1\udc80", None),
        ("::\udc80", None),
    ],
)
def test_the_longest_prefix_decides_and_mapped_addresses_are_ipv4(address: str, standing: Standing | None) -> None:
    assert SOME.standing(address) == standing


_V4 = st.builds(lambda number, length: IPv4Network((number, length), strict=False),
                st.integers(0, 2**32 - 1), st.integers(0, 32))  # fmt: skip
_V6 = st.builds(lambda number, length: IPv6Network((number, length), strict=False),
                st.integers(2**120, 2**128 - 1), st.integers(8, 128))  # fmt: skip


@given(st.lists(_V4 | _V6, max_size=12, unique=True), st.data())
def test_the_search_finds_what_a_comparison_with_each_finds(
    networks: list[IPv4Network | IPv6Network], data: st.DataObject
) -> None:
    prefixes = Prefixes({network: Standing(str(network)) for network in networks})
    inside = [network[data.draw(st.integers(0, network.num_addresses - 1))] for network in networks]
    address: IPv4Address | IPv6Address = data.draw(st.sampled_from([*inside, ip_address("8.8.8.8")]))
    around = [each for each in networks if each.version == address.version and address in each]
    longest = max(around, key=lambda each: each.prefixlen, default=None)
    assert prefixes.standing(str(address)) == (Standing(str(longest)) if longest else None)
