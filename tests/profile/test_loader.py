"""Documents are read in any order, and with bounds: what extends what, which edition holds, what is no file."""

from __future__ import annotations

import datetime
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from directory import resources
from directory.document import Document
from directory.documentfile import load
from directory.errors import DocumentError
from directory.profile.loader import MOST_EXTENDED, Library
from directory.profile.profiles import Profiles
from tests.profile import replies
from tests.profile.documents import DISCLOSURE, PROFILE, Change, Desk, changed

_HEAD = 'version: "2"\nfrom: "2021-01-01"\n'
_MORE = f"disclosure: more\n{_HEAD}extends: rules\npublic: [registrant.org]\n"
_CHILD = f"profile: child\n{_HEAD}extends: said\ndisclosure: more\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, replies.catalogue())


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_the_order_of_files_does_not_matter(desk: Desk, order: tuple[int, ...]) -> None:
    more = _CHILD + "bind: {tlds: [test], service: escrow}\nchange: {domain: [{add: [crDate]}]}\n"
    texts = [DISCLOSURE, _MORE, changed(PROFILE, ('tlds: ["*"]', "tlds: [other]")), more]
    for each in order:
        desk.write(texts[each])
    assert sorted(profile.name for profile in desk.load().all) == ["child", "said"]


def _chain(desk: Desk, length: int, of: str = "profile") -> Desk:
    """Documents of which each extends the next, down to the first."""
    for number in range(length):
        base = f"{of[0]}{number + 1}" if number + 1 < length else ("said" if of == "profile" else "rules")
        desk.write(f"{of}: {of[0]}{number}\n{_HEAD}extends: {base}\n")
    return desk.write(DISCLOSURE).write(PROFILE)


@pytest.mark.parametrize("of", ["profile", "disclosure"])
def test_a_chain_of_more_documents_than_anyone_reads_is_refused(desk: Desk, of: str) -> None:
    faults = _chain(desk, 1_200, of).faults()
    assert any(f"more than {MOST_EXTENDED} documents extend one another" in fault for fault in faults)


def test_a_chain_as_long_as_it_may_be_is_read(tmp_path: Path) -> None:
    library = Library(replies.catalogue())
    folder = tmp_path
    _chain(Desk(folder, replies.catalogue()), MOST_EXTENDED)
    documents = library.add_all(sorted(folder.iterdir()))
    (first,) = [each for each in documents if each.data.get("profile") == "p0"]
    assert library.build(first, datetime.date(2026, 1, 1)).name == "p0"


@pytest.mark.parametrize("of", ["profile", "disclosure"])
def test_documents_that_extend_each_other_are_refused(desk: Desk, of: str) -> None:
    for name, base in (("one", "two"), ("two", "three"), ("three", "two")):
        desk.write(f"{of}: {name}\n{_HEAD}extends: {base}\n")
    (fault,) = desk.faults()
    assert "extends itself, by way of" in fault
    assert fault.startswith(":4: extends")


_DISCLOSURE_2 = 'disclosure: rules\nversion: "2"\nfrom: "2027-02-01"\nextends: rules\npublic: [registrant.voice]\n'
_PROFILE_2 = (
    'profile: said\nversion: "2"\nfrom: "2027-03-01"\nextends: said\nchange: {domain: [{add: [crDate, status]}]}\n'
)


@pytest.mark.parametrize("turned", [False, True])
def test_an_edition_extends_the_edition_before_it(desk: Desk, turned: bool) -> None:
    texts = [DISCLOSURE, PROFILE, _DISCLOSURE_2, _PROFILE_2]
    for text in reversed(texts) if turned else texts:
        desk.write(text)
    for day, versions, items in ((1, ("1", "1"), 2), (2, ("1", "2"), 2), (3, ("2", "2"), 4)):
        profile = desk.load(_at(2027, day)).bound(None, "data")
        assert (profile.version, profile.disclosure.version) == versions
        assert len(profile.layouts["domain"]) == items


def _at(year: int, month: int) -> Callable[[], float]:
    moment = datetime.datetime(year, month, 2, tzinfo=datetime.UTC).timestamp()
    return lambda: moment


def test_an_edition_without_one_before_it_extends_nothing(desk: Desk) -> None:
    (fault,) = desk.write(DISCLOSURE).write(changed(_PROFILE_2, ("2027", "2026"))).faults()
    assert "'said' extends itself, and there is no edition of it before 2026-03-01" in fault


@pytest.mark.parametrize("name", ["gtld-whois", "gtld-disclosure"])
def test_a_new_edition_extends_the_shipped_one(desk: Desk, name: str) -> None:
    of = "disclosure" if name.endswith("disclosure") else "profile"
    desk.write(f'{of}: {name}\nversion: "9"\nfrom: "2026-01-01"\nextends: {name}\n')
    if of == "disclosure":
        desk.write(f"profile: mine\n{_HEAD}extends: gtld-whois\n")
    (profile,) = desk.load().all
    assert "9" in (profile.version, profile.disclosure.version)
    assert len(profile.layouts) == 4 or "registrar" in profile.layouts


def test_a_shipped_disclosure_stands_in_until_the_first_of_the_files_holds(desk: Desk) -> None:
    desk.write('disclosure: gtld-disclosure\nversion: "9"\nfrom: "2030-01-01"\nextends: gtld-disclosure\n')
    profiles = desk.write(f"profile: mine\n{_HEAD}extends: gtld-whois\n").load()
    assert profiles.all[0].disclosure.version == "2"


def test_a_fault_of_what_is_extended_is_told_under_its_own_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "shipped"
    broken.write_text(
        resources.read("profiles", "gtld-disclosure.yaml").replace("- domain.ns\n", "- domain.nss\n")
    )
    found = resources.find
    monkeypatch.setattr(resources, "find", lambda kind, name: broken if "discl" in name else found(kind, name))
    desk.write(f"disclosure: mine\n{_HEAD}extends: gtld-disclosure\n")
    with pytest.raises(DocumentError) as caught:
        desk.load()
    assert caught.value.file == "gtld-disclosure.yaml"
    assert any("'domain.nss' is no element" in each.message for each in caught.value.findings)


def test_what_a_profile_has_from_another_is_told_with_where_it_stands(desk: Desk) -> None:
    desk.write(changed(DISCLOSURE, ("disclosure: rules", "disclosure: others"), ("registrant.cc, ", "")))
    desk.write(DISCLOSURE).write(PROFILE)
    child = f"profile: child\n{_HEAD}extends: said\ndisclosure: others\nbind: {{tlds: [test], service: data}}\n"
    (fault,) = desk.write(child).faults()
    assert fault.startswith(":4: objects.domain[1].elements[0]: registrant.cc has no rule")
    assert "2.yaml:12 says" in fault


_SCALARS: list[tuple[str, str, int]] = [
    ('footer:\n  update: "As of now."\n', "lacks {as_of}", 7),
    ('title: "A "\n', "has a space", 6),
    ("texts:\n  reserved: |\n    Two\n    lines\n", "does not have the form", 7),
    (
        "change:\n  domain:\n    - at: name\n      set:\n        label: N\n        format: e164\n",
        "has the format",
        11,
    ),
    (
        "change:\n  domain:\n    - at: contact/cc\n      set:\n        label: N\n        join: 1\n",
        "where text",
        11,
    ),
    ("change:\n  domain:\n    - add:\n        - crDate\n        - crDat\n", "no element", 10),
    ("parameters:\n  postal-forms: one\n  markup: RDAP\n", "has no markup", 8),
]


@pytest.mark.parametrize(("own", "message", "line"), _SCALARS)
def test_a_fault_of_a_scalar_is_told_at_the_line_where_it_was_set(
    desk: Desk, own: str, message: str, line: int
) -> None:
    desk.write(DISCLOSURE).write(PROFILE)
    faults = desk.write(
        f"profile: child\n{_HEAD}extends: said\nbind: {{tlds: [test], service: data}}\n{own}"
    ).faults()
    (fault,) = [each for each in faults if message in each]
    assert fault.startswith(f":{line}: "), fault


_NOTICES = (
    "texts:",
    """notices:
  - {title: Terms, description: [Be kind.]}
  - {title: {en: Help, es: Ayuda}, description: [Ask.]}
texts:""",
)
_T = f"profile: child\n{_HEAD}extends: said\nbind: {{tlds: [t], service: data}}\n"


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize(
    ("change", "titles"),
    [
        ("{at: Terms, omit: true}", ["Help"]),
        ("{at: Help, set: {title: More}}", ["Terms", "More"]),
        ("{after: Terms, add: [{title: New, description: [x]}]}", ["Terms", "New", "Help"]),
        ("{before: Terms, add: [{title: New, description: [x]}]}", ["New", "Terms", "Help"]),
        ("{add: [{title: New, description: [x]}]}", ["Terms", "Help", "New"]),
    ],
)
def test_a_change_reaches_one_notice(desk: Desk, change: str, titles: list[str]) -> None:
    desk.write(DISCLOSURE).write(PROFILE, _NOTICES)
    desk.write(f"{_T}change: {{notices: [{change}]}}\n")
    assert [notice.title for notice in desk.load().bound("t", "data").notices] == titles


def test_a_notice_that_is_not_there_is_suggested(desk: Desk) -> None:
    desk.write(DISCLOSURE).write(PROFILE, _NOTICES)
    faults = desk.write(f"{_T}change: {{notices: [{{at: Term, omit: true}}]}}\n").faults()
    assert ["'Term' selects nothing in the notices" in fault and "'Terms'" in fault for fault in faults] == [True]


def test_audiences_are_closed_over_in_a_moment_and_bounded(desk: Desk) -> None:
    def chain(length: int) -> Change:
        names = "".join(f"  a{number}: {{includes: [a{number - 1}]}}\n" for number in range(1, length))
        return "audiences:\n", f"audiences:\n  a0: {{includes: [public]}}\n{names}"

    start = time.process_time()
    faults = desk.write(DISCLOSURE, chain(10_000)).faults()
    assert any("audiences: more than 256 keys" in fault for fault in faults)
    other = Desk(desk._folder / "more", replies.catalogue())
    other._folder.mkdir()
    profile = other.write(DISCLOSURE, chain(250)).write(PROFILE).profile()
    assert profile.disclosure.audiences.seen_by(["a249"]) >= {"a0", "a100", "public"}
    assert time.process_time() - start < 20


@pytest.mark.parametrize("kind", ["pipe", "directory", "device", "missing"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = Path("/dev/zero") if kind == "device" else tmp_path / "file"
    make: dict[str, Callable[[], object]] = {"pipe": lambda: os.mkfifo(path), "directory": path.mkdir}
    make.get(kind, lambda: None)()
    found: list[str] = []

    def read() -> None:
        with pytest.raises(DocumentError) as caught:
            load(path)
        found.extend(each.message for each in caught.value.findings)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(10)
    said = {
        "pipe": "pipe or a device",
        "device": "pipe or a device",
        "directory": "directory",
        "missing": "No such",
    }
    assert [said[kind] in each for each in found] == [True]


def test_the_shipped_profiles_are_read_from_any_kind_of_place() -> None:
    document = load(resources.find("profiles", "gtld-whois.yaml"))
    assert isinstance(document, Document)
    assert (
        Profiles.load([resources.find("profiles", "gtld-whois.yaml")], replies.catalogue()).all[0].name
        == "gtld-whois"
    )
