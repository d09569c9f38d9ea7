"""The file of keys: what is read, what is refused, and how it is written."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from directory import resources
from directory.access import keyfile
from directory.errors import DocumentError, KeyRefused
from directory.schema import check as check_schema
from tests.access.conftest import NOW, Store, a_key


def test_the_schema_in_the_tree_is_the_one_of_the_declarations(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden-update"):
        file = Path(keyfile.__file__).parents[2] / "schemas/keys.schema.json"
        file.write_text(json.dumps(keyfile.schema(), indent=2) + "\n")
        resources.schema.cache_clear()
    assert resources.schema(keyfile.SCHEMA) == keyfile.schema()


def test_what_is_added_is_read_again(path: Path) -> None:
    first, second = a_key("one")[0], a_key("two", audience="", registrar="R-1")[0]
    keyfile.add(path, first)
    keyfile.add(path, second)
    assert keyfile.load(path) == (first, second)
    from directory.documentfile import load

    assert check_schema(load(path), keyfile.SCHEMA) == []


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(path: Path) -> None:
    left = path.with_name("keys.json.new")
    left.write_text("what a crash left")
    left.chmod(0o666)
    keyfile.add(path, a_key()[0])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"]


def test_a_reader_has_the_old_file_or_the_new_one_whole(path: Path, stored: Store) -> None:
    stored("one")
    with path.open("rb") as old:
        before = path.read_bytes()
        stored("two")
        assert old.read() == before
    assert len(keyfile.load(path)) == 2


def test_no_key_is_lost_where_several_write_at_once(path: Path) -> None:
    keys = [a_key(f"writer {number}")[0] for number in range(20)]
    writers = [threading.Thread(target=keyfile.add, args=(path, key)) for key in keys]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {key.id for key in keyfile.load(path)} == {key.id for key in keys}


def test_who_waits_too_long_for_another_writer_changes_nothing(
    path: Path, stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored("one")
    monkeypatch.setattr(keyfile, "_WAIT", 0.1)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(KeyRefused, match="locked; try again"):
            stored("two")
    finally:
        os.close(folder)
    stored("two")
    assert [key.name for key in keyfile.load(path)] == ["one", "two"]


def test_two_good_keys_have_two_names(path: Path, stored: Store) -> None:
    stored("Unit 4")
    with pytest.raises(KeyRefused, match="'Unit 4 2026-01'"):
        stored("Unit 4")
    keyfile.revoke(path, "Unit 4", NOW)
    stored("Unit 4")
    assert [key.state(NOW) for key in keyfile.load(path)] == ["revoked", "good"]


def test_an_expired_key_leaves_its_name_to_another(path: Path, stored: Store) -> None:
    stored("Unit 4", days=0)
    stored("Unit 4")
    keyfile.revoke(path, "Unit 4", NOW)
    assert [key.state(NOW) for key in keyfile.load(path)] == ["expired", "revoked"]


def test_a_key_is_revoked_by_id_or_name_and_stays_there(path: Path, stored: Store) -> None:
    stored("one")
    stored("two")
    first, second = keyfile.load(path)
    assert keyfile.revoke(path, first.id, NOW).revoked == NOW
    assert keyfile.revoke(path, "two", NOW).id == second.id
    assert [key.revoked for key in keyfile.load(path)] == [NOW, NOW]


def test_what_cannot_be_revoked_is_told_with_what_may_be_meant(path: Path, stored: Store) -> None:
    stored("Unit 4")
    with pytest.raises(KeyRefused, match=r"no key 'Unit 5': did you mean 'Unit 4'\?"):
        keyfile.revoke(path, "Unit 5", NOW)
    with pytest.raises(KeyRefused, match="`dnrd key list` shows them"):
        keyfile.revoke(path, "something else", NOW)
    keyfile.revoke(path, "Unit 4", NOW)
    with pytest.raises(KeyRefused, match="revoked already, on 2026-01-31"):
        keyfile.revoke(path, "Unit 4", NOW)


def _broken(path: Path, change: tuple[str, str]) -> list[str]:
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(DocumentError) as caught:
        keyfile.load(path)
    return [finding.to_text(path.name) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"purpose"', '"purpos"'), "did you mean 'purpose'?"),
        (('"police"', '"Police!"'), "small letters, digits and hyphens"),
        (
            ("2026-01-31T12:00:00Z", "yesterday"),
            "keys.json:7: keys[0].created: 'yesterday' does not have the form",
        ),
        (("2026-01-31T12:00:00Z", "2026-02-31T12:00:00Z"), "$.keys[0].created"),
        (("2026-01-31T12:00:00Z", "2026-01-31T12:00:00"), "$.keys[0].created"),
        (('"keys"', '"kees"'), "did you mean 'keys'?"),
        (("}", ""), "not YAML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place_and_the_rule(
    path: Path, stored: Store, change: tuple[str, str], said: str
) -> None:
    stored()
    assert any(said in text for text in _broken(path, change))


def test_a_key_needs_an_audience_or_a_registrar_and_an_id_of_its_own(path: Path, stored: Store) -> None:
    stored()
    plain = json.loads(path.read_text())
    path.write_text(json.dumps({"keys": plain["keys"] * 2}))
    with pytest.raises(DocumentError, match="an id is there twice"):
        keyfile.load(path)
    del plain["keys"][0]["audience"]
    path.write_text(json.dumps(plain))
    with pytest.raises(DocumentError, match="neither an audience nor a registrar"):
        keyfile.load(path)


def test_a_file_that_is_not_there_is_told_with_how_to_make_one(path: Path) -> None:
    with pytest.raises(DocumentError, match="`dnrd key add` makes one"):
        keyfile.load(path)
    with pytest.raises(DocumentError, match="`dnrd key add` makes one"):
        keyfile.revoke(path, "Unit 4", NOW)
    assert not path.exists()


def test_what_is_no_file_stops_nobody(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(DocumentError, match="not a regular file"):
        keyfile.load(path)


def test_a_file_larger_than_any_that_is_written_is_refused(path: Path) -> None:
    path.write_bytes(b" " * (1 << 20) + b'{"keys": []}')
    with pytest.raises(DocumentError, match="larger than"):
        keyfile.load(path)


def test_a_folder_that_cannot_be_written_is_told(path: Path) -> None:
    with pytest.raises(KeyRefused, match=r"the folder .* cannot be opened"):
        keyfile.add(path / "deeper" / "keys.json", a_key()[0])
    path.with_name("keys.json.new").mkdir()
    with pytest.raises(KeyRefused, match="cannot be written"):
        keyfile.add(path, a_key()[0])


def test_the_file_stays_its_owners(path: Path, stored: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As any user can see it: whoever writes what is another's gives the new file to the owner of the old."""
    stored("one")
    given: list[tuple[int, int, int]] = []

    def give(handle: int, user: int, group: int) -> None:
        given.append((os.fstat(handle).st_ino, user, group))

    monkeypatch.setattr(os, "fchown", give)
    stored("two")
    assert given == []  # one's own needs no giving
    was = path.stat()
    monkeypatch.setattr(os, "geteuid", lambda: was.st_uid + 1)
    stored("three")
    assert given == [(path.stat().st_ino, was.st_uid, was.st_gid)]
