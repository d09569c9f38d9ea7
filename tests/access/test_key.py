"""The key: what is shown once, and what is kept of it."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.access.key import Key, Shown, from_text, make, to_text
from directory.access.standing import Standing
from tests.access.conftest import NOW, a_key

_WORD = st.text("abcdefghijklmnopqrstuvwxyz234567")


def test_a_key_is_recognised_by_its_prefix_and_found_by_its_id() -> None:
    key, shown = a_key()
    assert re.fullmatch(r"dnrd_[a-z2-7]{8}_[a-z2-7]{47}", shown)
    assert shown.split("_")[1] == key.id
    parts = from_text(shown)
    assert parts is not None
    assert parts.id == key.id
    assert key.fits(parts.secret)


def test_the_secret_has_200_random_bits_of_which_only_a_hash_is_kept() -> None:
    asked: list[int] = []

    def random(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    key, shown = make("a", "b", NOW, NOW, "police", random=random)
    assert sorted(asked) == [5, 25]
    parts = from_text(shown)
    assert parts is not None
    assert key.sha256 == hashlib.sha256(parts.secret.encode()).hexdigest()
    assert parts.secret not in msgspec.json.encode(key).decode()


def test_two_keys_have_nothing_in_common() -> None:
    (one, one_shown), (other, other_shown) = a_key(), a_key()
    assert one.id != other.id
    assert one_shown.rpartition("_")[2] != other_shown.rpartition("_")[2]


@given(_WORD.filter(lambda word: len(word) == 8) | st.just("abcdefgh"), st.integers(0, 60), _WORD)
def test_a_key_with_one_character_changed_is_not_whole(id_: str, place: int, others: str) -> None:
    shown = to_text(Shown(id_, "a" * 40))
    assert from_text(shown) == Shown(id_, "a" * 40)
    for other in others:
        changed = shown[:place] + other + shown[place + 1 :]
        assert changed == shown or from_text(changed) is None


@given(st.text() | st.from_regex(r"dnrd_[a-z2-7]{8}_[a-z2-7]{40}"))
def test_any_other_text_is_no_key(text: str) -> None:
    assert from_text(text) is None


def test_a_secret_fits_no_other_key() -> None:
    key, _ = a_key()
    _, other = a_key()
    parts = from_text(other)
    assert parts is not None
    assert not key.fits(parts.secret)
    assert not key.fits("")


def test_a_key_is_good_until_it_expires_or_is_revoked() -> None:
    key, _ = a_key(days=90)
    assert key.state(NOW) == "good"
    assert key.state(NOW + timedelta(days=90, seconds=-1)) == "good"
    assert key.state(NOW + timedelta(days=90)) == "expired"
    revoked = msgspec.structs.replace(key, revoked=NOW)
    assert revoked.state(NOW) == revoked.state(NOW + timedelta(days=100)) == "revoked"


@pytest.mark.parametrize(
    ("audience", "registrar", "standing"),
    [
        ("police", "", Standing("police")),
        ("", "R-1", Standing("authenticated", "R-1")),
        ("auditor", "R-1", Standing("auditor", "R-1")),
    ],
)
def test_a_key_gives_its_audience_and_its_registrar(audience: str, registrar: str, standing: Standing) -> None:
    assert a_key(audience=audience, registrar=registrar)[0].standing == standing


def test_a_key_that_says_nothing_of_its_holder_is_refused() -> None:
    with pytest.raises(ValueError, match="neither an audience nor a registrar"):
        Key("abcdefgh", "a", "b", NOW, NOW, "0" * 64)
