"""The keys that a server knows: who is admitted, and how a change of the file is taken over."""

from __future__ import annotations

import hmac
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.access import key as key_module
from directory.access import keyfile
from directory.access.key import from_text, to_text
from directory.access.keys import Keys
from directory.access.standing import Standing
from directory.errors import NotAdmitted
from tests.access.conftest import NOW, Clock, Store, a_key, touch

_DAY = 86400


def refusal(keys: Keys, shown: str) -> str:
    with pytest.raises(NotAdmitted) as caught:
        keys.standing(shown)
    return caught.value.reason


def test_a_good_key_gives_its_standing(path: Path, stored: Store, clock: Clock) -> None:
    police, registrar = stored(), stored("R", audience="", registrar="R-1")
    keys = Keys(path, clock)
    assert keys.standing(police) == Standing("police")
    assert keys.standing(registrar) == Standing("authenticated", "R-1")


def test_an_expired_key_admits_nobody(path: Path, stored: Store, clock: Clock) -> None:
    shown = stored(days=1)
    keys = Keys(path, clock)
    clock.now += _DAY - 1
    keys.standing(shown)
    clock.now += 1
    assert refusal(keys, shown) == "expired"


def test_a_revoked_key_admits_nobody_within_a_second(path: Path, stored: Store, clock: Clock) -> None:
    shown = stored()
    keys = Keys(path, clock)
    keyfile.revoke(path, "Unit 4", NOW)
    keys.standing(shown)
    clock.now += 1
    assert refusal(keys, shown) == "revoked"


def test_a_key_that_is_added_is_known_within_a_second(path: Path, stored: Store, clock: Clock) -> None:
    stored("first")
    keys = Keys(path, clock)
    shown = stored("second")
    assert refusal(keys, shown) == "unknown"
    clock.now += 1
    assert keys.standing(shown) == Standing("police")


def test_only_who_has_the_secret_learns_what_became_of_a_key(path: Path, stored: Store, clock: Clock) -> None:
    parts = from_text(stored(days=0))
    assert parts is not None
    keys = Keys(path, clock)
    assert refusal(keys, to_text(parts)) == "expired"
    assert refusal(keys, to_text(parts._replace(secret="a" * 40))) == "unknown"


def test_a_key_that_was_cut_off_is_told_from_one_that_is_not_known(
    path: Path, stored: Store, clock: Clock
) -> None:
    shown = stored()
    keys = Keys(path, clock)
    assert refusal(keys, shown[:-1]) == "malformed"
    assert refusal(keys, key_module.make("x", "y", NOW, NOW, "police")[1]) == "unknown"


@given(st.text(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_no_key_is_not_admitted(path: Path, text: str) -> None:
    if not path.exists():
        keyfile.add(path, key_module.make("x", "y", NOW, NOW, "police")[0])
    with pytest.raises(NotAdmitted):
        Keys(path, Clock()).standing(text)


def test_the_file_is_looked_at_once_a_second_and_read_when_it_changed(
    path: Path, stored: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = stored()
    keys = Keys(path, clock)
    looks: list[float] = []
    reads: list[Path] = []
    look, read = Keys._look, keyfile.read

    def looking(self: Keys) -> tuple[int, int, int] | None:
        looks.append(clock.now)
        return look(self)

    def reading(path: Path) -> bytes:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(Keys, "_look", looking)
    monkeypatch.setattr(keyfile, "read", reading)
    for _ in range(100):
        keys.standing(shown)
        clock.now += 0.1
    assert 9 <= len(looks) <= 10
    assert reads == []
    stored("another")
    reads.clear()
    for _ in range(100):
        clock.now += 0.1
        keys.standing(shown)
    assert reads == [path]


def test_a_clock_that_is_put_back_does_not_stop_the_looking(path: Path, stored: Store, clock: Clock) -> None:
    shown = stored()
    keys = Keys(path, clock)
    clock.now -= 1000
    keyfile.revoke(path, "Unit 4", NOW)
    assert refusal(keys, shown) == "revoked"


@pytest.mark.parametrize("how", ["broken", "emptied", "a folder"])
def test_a_file_that_cannot_be_read_leaves_the_last_keys_and_is_logged_once(
    path: Path, stored: Store, clock: Clock, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    shown, whole = stored(), path.read_bytes()
    keys = Keys(path, clock)
    if how == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(whole[:-9] if how == "broken" else b"")
        touch(path)
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            clock.now += 2
            assert keys.standing(shown) == Standing("police")
        clock.now += 90 * _DAY
        assert refusal(keys, shown) == "expired"
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        clock.now -= 90 * _DAY
        if how == "a folder":
            path.rmdir()
        path.write_bytes(whole)
        keyfile.revoke(path, "Unit 4", NOW)
        clock.now += 2
        assert refusal(keys, shown) == "revoked"
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert shown.rpartition("_")[2] not in caplog.text


@pytest.mark.parametrize("gone", ["file", "folder"])
def test_whoever_takes_the_file_away_takes_every_key_away_and_that_is_logged_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture, gone: str
) -> None:
    path = tmp_path / "access" / "keys.json"
    path.parent.mkdir()
    key, shown = a_key()
    keyfile.add(path, key)
    keys = Keys(path, clock)
    away = path if gone == "file" else path.parent
    with caplog.at_level(logging.INFO):
        away.rename(tmp_path / "away")
        for _ in range(3):
            clock.now += 1
            assert refusal(keys, shown) == "unknown"
            assert keys.all == ()
        (tmp_path / "away").rename(away)
        clock.now += 1
        assert keys.standing(shown) == Standing("police")
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "no key is good" in caplog.text


def test_a_broken_file_that_is_then_taken_away_is_logged_as_both(
    path: Path, stored: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    shown = stored()
    keys = Keys(path, clock)
    path.write_bytes(b"{")
    touch(path)
    clock.now += 1
    assert keys.standing(shown) == Standing("police")
    path.unlink()
    clock.now += 1
    assert refusal(keys, shown) == "unknown"
    assert ["stay in force" in each.message for each in caplog.records] == [True, False]


@pytest.mark.parametrize("text", [None, "{}", "{"])
def test_a_worker_that_begins_without_a_good_file_has_no_keys_and_takes_over_the_first_good_one(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    """A worker that replaces one which died must answer the public, whatever became of the keys."""
    if text is not None:
        path.write_text(text)
    with caplog.at_level(logging.INFO):
        keys = Keys(path, clock)
        assert keys.all == ()
        key, shown = a_key()
        assert refusal(keys, shown) == "unknown"
        path.unlink(missing_ok=True)
        keyfile.add(path, key)
        clock.now += 1
        assert keys.standing(shown) == Standing("police")
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_keys_are_compared_in_constant_time(
    path: Path, stored: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = stored()
    compared: list[str] = []
    same = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append(one)
        return same(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    Keys(path, clock).standing(shown)
    assert compared == [keyfile.load(path)[0].sha256]
