"""Keys in eight octets each: what is found is what sets would find."""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.escrow.check.hashes import Keys, Referred, Sought
from directory.escrow.check.policies import ELEMENTS, Patterns, Required, lacks
from directory.model.host import Host
from directory.model.name import reverse

_WORDS = st.lists(st.text("abc", max_size=3), max_size=60)


def keys_of(words: list[str]) -> Keys:
    keys = Keys()
    for word in words:
        keys.add(word)
    return keys


def found(sought: Sought, words: list[str]) -> set[str]:
    return {word for word in words if word in sought}


@given(_WORDS, _WORDS)
def test_keys_are_compared_as_sets_are(one: list[str], other: list[str]) -> None:
    mine, its = keys_of(one), keys_of(other)
    everything = one + other
    assert len(mine) == len(one)
    assert found(mine.doubled(), everything) == {word for word, n in Counter(one).items() if n > 1}
    assert found(mine.also_in(its), everything) == {*one} & {*other}
    assert found(mine.not_in(its), everything) == {*one} - {*other}


@given(_WORDS)
def test_a_key_is_met_again_on_the_line_where_it_was_first(words: list[str]) -> None:
    sought = keys_of(words).doubled()
    for line, word in enumerate(words):
        first = words.index(word)
        assert sought.met(word, line) == (first if first < line else None)


@given(st.lists(st.one_of(st.none(), st.text("abc", max_size=2))), _WORDS)
def test_what_is_referred_to_again_and_again_is_kept_once_and_none_never(
    refer: list[str | None], there: list[str]
) -> None:
    referred = Referred()
    referred.refer(refer)
    assert len(referred) == len({one for one in refer if one is not None})
    lost = {one for one in refer if one is not None and one not in there}
    assert found(referred.not_in(keys_of(there)), [one for one in refer if one is not None]) == lost


def test_a_key_takes_little_more_than_eight_octets() -> None:
    keys = keys_of([f"name-{number}.example" for number in range(200_000)])
    assert sum(map(sys.getsizeof, keys._shards)) < 9.5 * 200_000


def test_what_was_referred_to_lately_does_not_grow_without_end() -> None:
    referred = Referred()
    referred.refer(f"name-{number}" for number in range(200_000))
    assert len(referred._recent) < 70_000
    assert len(referred) == 200_000


@settings(max_examples=50)
@given(st.lists(st.tuples(*(st.booleans() for _ in ELEMENTS["host"])), max_size=20))
def test_patterns_count_what_objects_lack(patterns: list[tuple[bool, ...]]) -> None:
    fields = {
        "addr": "addresses", "crRr": "cr_rr", "crDate": "cr_date", "upRr": "up_rr", "upDate": "up_date",
        "trDate": "tr_date",
    }  # fmt: skip
    hosts = []
    for pattern in patterns:
        has = dict(zip(ELEMENTS["host"], pattern, strict=True))
        values = {fields[element]: "x" if is_there else None for element, is_there in has.items()}
        name = "ns.example"
        plain = {"name": name, "u_name": None, "reversed_name": reverse(name), "roid": "H-X", "cl_id": "R"}
        hosts.append(Host(**plain, **values, cr_client=None, up_client=None))  # type: ignore[arg-type]
    counted = Patterns()
    for host in hosts:
        counted.add("host", host)
    for element in ELEMENTS["host"]:
        one = Required("host", element)
        assert counted.without(one) == sum(lacks(one, host) for host in hosts)
