"""The words and keys that samples are made from are valid, and no two labels are alike."""

from __future__ import annotations

from base64 import b64decode
from struct import pack
from typing import Any

import idna
import pytest

from directory.escrow.sample.dnssec import key_tag
from directory.escrow.sample.names import KINDS, Labels
from directory.escrow.sample.scripts import SCRIPTS, to_alabel


def test_the_kinds_of_label_never_collide_even_when_the_small_kinds_are_used_up() -> None:
    labels = Labels.of(400_000, 3)
    assert len({labels.label(number) for number in range(400_000)}) == 400_000
    assert labels.quotas.sizes[0] == KINDS[0][0]


@pytest.mark.clause("RFC 5891 §5.4")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.table)
def test_every_word_pair_and_variant_is_valid_under_idna2008(script: Any) -> None:
    count = len(script.words)
    plain = [script.label(number) for number in range(count + count * count + 5)]
    assert len(set(plain)) == len(plain)
    variants = [script.variant(label) for label in plain] if script.variants else []
    for label in {*plain, *variants}:
        assert idna.ulabel(to_alabel(label)) == label
        assert not label.isascii()
    assert len(set(variants)) == len(variants)
    assert not set(variants) & set(plain)


@pytest.mark.clause("RFC 4034 §5.4")
def test_the_key_tag_of_the_example_in_the_standard_comes_out_right() -> None:
    key = b64decode(
        "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx"
        "egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
    )
    assert key_tag(pack("!HBB", 256, 3, 5) + key) == 60485
