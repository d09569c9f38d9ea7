"""The octets of objects: what they are marked by, and that the parser finds what it finds without marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from directory.errors import DepositError
from directory.escrow import cutting
from directory.escrow import stream as streams
from directory.escrow.cutting import Marks
from directory.escrow.stream import Stream
from tests import deposits as d

DOMAIN = f"{{{d.URIS['rdeDomain']}}}domain"
HOST = f"{{{d.URIS['rdeHost']}}}host"
WANTED = frozenset({DOMAIN, HOST})
Seen = tuple[str, int, bytes]

_inside = st.sampled_from(
    ["text", "<x:a>1</x:a>", "<x:a b='>'/>", "\n", "&amp;", "<!-- </rdeDomain:domain> -->",
     "<?x </rdeHost:host>?>", "<![CDATA[</rdeDomain:domain>]]>", "<![CDATA[ <rdeHost:host> ]]>",
     "<rdeHost:host>in</rdeHost:host>", "<rdeDomain:domain/>", "é"]
)  # fmt: skip
_content = st.lists(_inside, max_size=4).map("".join)


def _element(name: str, close: str = "") -> st.SearchStrategy[str]:
    start = st.sampled_from([name, f"{name} ", f'{name} a="1"', f"{name}\n b='>'", f'{name} xmlns:x="urn:other"'])
    return st.builds(lambda begin, text: f"<{begin}>{text}</{name}{close}>", start, _content)


_between = st.sampled_from(["", "\n", "  \n\n", "<!-- x -->", "<!--\n<rdeHost:host>\n-->\n", "<?pi x?>", "text\n"])
_object = st.one_of(
    _element("rdeDomain:domain"),
    _element("rdeHost:host"),
    _element("rdeDomain:domain", " "),
    _element("x:other"),
    st.just("<rdeDomain:domain/>"),
    st.just("<rdeHost:host\n/>"),
)
_contents = st.lists(st.tuples(_between, _object), max_size=8).map(lambda all_: "".join(map("".join, all_)))


def document(contents: str) -> bytes:
    """A deposit of these contents, which may be no more than well-formed."""
    return d.full(contents, more='xmlns:x="urn:x"')


def seen(path: Path, marks: Marks | None = None) -> Iterator[tuple[Seen, bytes | None]]:
    """What a stream yields, and the marks of it."""
    stream = Stream(path, WANTED, marks=marks)
    for element in stream.objects():
        text = etree.tostring(element, method="c14n", exclusive=True)
        yield (str(element.tag), element.sourceline or 0, text), stream.mark


def counted(path: Path, marks: Marks | None = None) -> tuple[dict[str, int], dict[str, int], object]:
    """What a stream counted at the end."""
    stream = Stream(path, WANTED, marks=marks)
    for _ in stream.objects():
        pass
    return stream.skipped, stream.passed, stream.envelope


@settings(max_examples=300, deadline=None)
@given(
    contents=_contents, choice=st.randoms(use_true_random=False), gap=st.integers(0, 3_000), is_large=st.booleans()
)
def test_what_is_known_is_left_out_and_nothing_else_is_other(
    tmp_path_factory: pytest.TempPathFactory, contents: str, choice: object, gap: int, is_large: bool
) -> None:
    path = tmp_path_factory.mktemp("cut") / "deposit.xml"
    path.write_bytes(document(" " * gap + contents))
    with pytest.MonkeyPatch.context() as patch:
        for module in (cutting, streams):
            patch.setattr(module, "CHUNK", 1 << 16 if is_large else 3_000)
        plain = [one for one, _ in seen(path)]
        marked = list(seen(path, Marks(b"salt", {})))
        assert [one for one, _ in marked] == plain
        marks = [mark for _, mark in marked if mark is not None]
        known = {mark for mark in marks[1:] if choice.random() < 0.5}  # type: ignore[attr-defined]
        some = Marks(b"salt", dict.fromkeys(WANTED, known.__contains__))
        left = [one for one, _ in seen(path, some)]
        # What has no mark for what stands before it may have one where that is passed over: it is known as well.
        twins = {(tag, text) for (tag, _, text), mark in marked if mark in known}
        assert _without(left, twins) == _without(plain, twins)
        if "<!--" not in contents:  # behind a comment everything is read, for what is in it may not be well-formed
            assert len(left) <= sum(mark not in known for _, mark in marked)
        skipped, _, envelope = counted(path)
        passed = Counter(tag for tag, _, _ in plain) - Counter(tag for tag, _, _ in left)
        assert counted(path, some) == (skipped, passed, envelope)


def _without(objects: list[Seen], twins: set[tuple[str, bytes]]) -> list[Seen]:
    return [one for one in objects if (one[0], one[2]) not in twins]


def marks_of(path: Path, deposit: bytes, salt: bytes = b"salt") -> dict[str, bytes | None]:
    """The marks of the objects, by their text."""
    path.write_bytes(deposit)
    return {one[2].decode(): mark for one, mark in seen(path, Marks(salt, {})) if one[0] in WANTED}


def test_every_plain_object_has_a_mark_of_its_own_wherever_it_stands(tmp_path: Path) -> None:
    one, two = d.domain(), d.host("ns1.one.example")
    path = tmp_path / "deposit.xml"
    first = marks_of(path, d.full(one, two))
    second = marks_of(path, d.full("<!-- and a comment -->", two, one, d.registrar(), id="other"))
    assert None not in first.values()
    assert len(set(first.values())) == 2
    assert second == first


@pytest.mark.parametrize(
    "other",
    [
        d.full(d.domain()).replace(b"rde:contents>", b"rde:contents xmlns:y='urn:y'>", 1),
        d.full(d.domain()).replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
        d.full(d.domain().replace("ok", "inactive")),
        d.full(d.domain().replace("\n", " ")),
    ],
    ids=["namespaces", "encoding", "content", "blanks"],
)
def test_a_mark_is_of_all_that_decides_what_is_read(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / "deposit.xml"
    (mark,) = marks_of(path, d.full(d.domain())).values()
    (found,) = marks_of(path, other).values()
    assert mark is not None
    assert found is not None
    assert found != mark


def test_another_salt_makes_other_marks(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    one = marks_of(path, d.full(d.domain()), b"one")
    assert one.keys() == (other := marks_of(path, d.full(d.domain()), b"other")).keys()
    assert one != other


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-2022-JP", "Shift_JIS"])
def test_where_an_octet_need_not_be_a_character_nothing_is_marked(tmp_path: Path, encoding: str) -> None:
    deposit = (
        d.full(d.domain(), d.host("ns1.one.example"))
        .decode()
        .replace('encoding="UTF-8"', f'encoding="{encoding}"')
    )
    marks = marks_of(tmp_path / "deposit.xml", deposit.encode(encoding))
    assert list(marks.values()) == [None, None]


def test_what_is_no_object_by_itself_is_never_known(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    known = {mark for mark in marks_of(path, d.full(d.domain())).values() if mark}
    some = Marks(b"salt", {DOMAIN: known.__contains__})
    for around in ("<!--{}-->", "<x:y>{}</x:y>", "<x:y><![CDATA[{}]]></x:y>", "<?x {}?>"):
        path.write_bytes(d.full(around.format(d.domain()), more='xmlns:x="urn:x"'))
        assert counted(path, some)[1] == {}
        path.write_bytes(d.full(d.host("ns.example"), around.format(d.domain()), more='xmlns:x="urn:x"'))
        assert counted(path, some)[1] == {}
    path.write_bytes(d.full(d.domain()))
    assert counted(path, some)[1] == {DOMAIN: 1}


def test_a_line_behind_what_is_known_is_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    deposit = d.full(d.domain(), d.domain("two.example"), "<rdeHost:host>")
    known = {mark for mark in marks_of(path, d.full(d.domain(), d.domain("two.example"))).values() if mark}
    path.write_bytes(deposit)
    with pytest.raises(DepositError) as plain:
        counted(path)
    with pytest.raises(DepositError) as short:
        counted(path, Marks(b"salt", {DOMAIN: known.__contains__}))
    # Without the column: what was passed over may stand before it on the line.
    (one,), (other,) = short.value.findings, plain.value.findings
    assert other.message.startswith(f"{one.message}, column ")
    assert one == replace(other, message=one.message)


def test_an_object_without_an_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    path.write_bytes(d.full(d.domain(), "<rdeHost:host>" + "<x:y>1</x:y>\n" * 2_000_000, more='xmlns:x="urn:x"'))
    with pytest.raises(DepositError, match="an object has more than"):
        counted(path, Marks(b"salt", {}))
