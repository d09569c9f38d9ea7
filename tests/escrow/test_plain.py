"""What is plainly written is read without the parser, and is what the parser would have made of it; everything
else is the parser's to judge."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.escrow import plain
from directory.escrow.sample import write_sample
from tests import deposits as d
from tests.escrow.telling import SALT, Told, told

_OBJECT = re.compile(
    rb"<(rdeDomain:domain|rdeContact:contact|rdeHost:host|\w+:(?:reseller|trademark|person|postalLanguage))>.*?</\1>",
    re.DOTALL,
)
_COLUMN = re.compile(r", column \d+(?= \[)")
_TAG = re.compile(rb"<[^<>]*>")
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=</)")
_ATTRIBUTE = re.compile(rb' \w+="[^"]*"')
_LEAF = re.compile(rb"<([\w:]+)(?: [^<>]*)?>[^<>]*</\1>|<[\w:]+(?: [^<>]*)?/>")
_MORE = (
    b" ", b"\n", b' x="1"', b" x='1'", b' client="C-9"', b' type="int"', b' ip="v6"', b' ip=""', b' lang="es"',
    b' s="ok"', b' x=">"', b' x="/"', b' xmlns:x="urn:x"', b' xml:lang="en"', b' xmlns="urn:y"', b' x="&gt;"',
)  # fmt: skip
Dice = random.Random
Change = Callable[[bytes, Dice], bytes]


def check_same(path: Path) -> Told:
    """With the parser alone, and with patterns: the same, but for marks, and for what the reading took."""
    parsed, read = told(path, lambda source: source.puts()), told(path, lambda source: source.puts(SALT))
    one, other = ([_COLUMN.sub("", each.to_text()) for each in told_.refused] for told_ in (parsed, read))
    assert one == other
    if not parsed.refused:
        assert parsed.puts == [put._replace(mark=None) for put in read.puts]
        assert parsed[1:4] == read[1:4]
    return read


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """How many objects were read by a pattern, and how many were tried in vain."""
    number: Counter[bool] = Counter()
    for reader in (plain.Reader, plain.Leaves):
        asked = reader.__call__

        def counted(self: object, octets: bytes, asked: Callable[..., object] = asked) -> object:
            found = asked(self, octets)
            number[found is not None] += 1
            return found

        monkeypatch.setattr(reader, "__call__", counted)
    return number


def sample(path: Path, seed: int, domains: int = 150) -> Path:
    write_sample(path, domains=domains, seed=seed, tld="example", watermark=datetime(2026, 1, 1, tzinfo=UTC))
    return path


def test_nearly_all_of_a_registry_is_plainly_written(tmp_path: Path, plainly: Counter[bool]) -> None:
    read = check_same(sample(tmp_path / "s.xml", 1, 1_000))
    assert plainly[True] > 0.9 * len(read.puts)
    assert plainly[False] < 0.1 * len(read.puts)


def _between(change: bytes) -> Change:
    """Something more, behind any tag."""

    def changed(octets: bytes, dice: Dice) -> bytes:
        place = dice.choice([found.end() for found in _TAG.finditer(octets)][:-1])
        return octets[:place] + change + octets[place:]

    return changed


def _in_text(*changes: bytes) -> Change:
    """Something more in any text, or instead of it."""

    def changed(octets: bytes, dice: Dice) -> bytes:
        found = dice.choice(list(_TEXT.finditer(octets)))
        place = dice.randint(found.start(), found.end())
        kept = octets[place:] if dice.random() < 0.8 else octets[found.end() :]
        return octets[:place] + dice.choice(changes) + kept

    return changed


def _in_tag(octets: bytes, dice: Dice) -> bytes:
    """Something more in a start tag."""
    found = dice.choice([one for one in _TAG.finditer(octets) if not one[0].startswith(b"</")])
    end = found.end() - (2 if found[0].endswith(b"/>") else 1)
    return octets[:end] + dice.choice(_MORE) + octets[end:]


def _without(octets: bytes, dice: Dice) -> bytes:
    found = dice.choice(list(_LEAF.finditer(octets)))
    return octets[: found.start()] + octets[found.end() :]


def _twice(octets: bytes, dice: Dice) -> bytes:
    found = dice.choice(list(_LEAF.finditer(octets)))
    return octets[: found.end()] + found[0] * dice.choice([1, 12]) + octets[found.end() :]


def _elsewhere(octets: bytes, dice: Dice) -> bytes:
    one, other = sorted(dice.sample(list(_LEAF.finditer(octets)), 2), key=lambda found: found.start())
    return octets[: one.start()] + other[0] + octets[one.end() : other.start()] + one[0] + octets[other.end() :]


def _renamed(octets: bytes, dice: Dice) -> bytes:
    """Another prefix or name, in the start tags and in the end tags."""
    found = dice.choice(list(re.finditer(rb"</([\w.-]+:)([\w.-]+)>", octets)))
    prefix, local = dice.choice([b"contact:", b"domain:", b"x:", b"", found[1]]), dice.choice([b"name", found[2]])
    return re.sub(rb"(</?)" + found[1] + found[2] + rb"(?=[ />])", rb"\1" + prefix + local, octets)


def _of_attribute(octets: bytes, dice: Dice) -> bytes:
    all_ = list(_ATTRIBUTE.finditer(octets))
    if not all_:
        return octets
    found = dice.choice(all_)
    name, _, _ = found[0].partition(b"=")
    new = dice.choice(
        [
            b"",
            name + b"='v4'",
            name + b'=""',
            name + b'=" int "',
            name + b'="loc"',
            name + b'="0"',
            name + b'="a&amp;b"',
        ]
    )
    return octets[: found.start()] + new + octets[found.end() :]


def _bit(octets: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(octets))
    return octets[:place] + bytes([octets[place] ^ 1 << dice.randrange(8)]) + octets[place + 1 :]


def _at(octets: bytes, dice: Dice, where: bytes, more: bytes) -> bytes:
    """Something more behind one of the places."""
    place = dice.choice([found.end() for found in re.finditer(where, octets)])
    return octets[:place] + more + octets[place:]


def _spread(octets: bytes, dice: Dice) -> bytes:
    """An element two or more times, the first with an end tag that has a blank, others of another name between."""
    found = dice.choice(list(re.finditer(rb"<([\w:.-]+)((?: [^<>/]*)?)(?:/>|>(?:(?!</\1>).)*</\1>)", octets)))
    whole, name = found[0], found[1]
    if whole.endswith(b"/>"):
        whole = whole[:-2] + b"></" + name + b">"
    first = whole[:-1] + dice.choice([b" >", b"\n>", b">"])
    other = dice.choice([b"", whole.replace(name, b"rdeDomain:evil"), b"<y/>"])
    return octets[: found.start()] + first * dice.choice([1, 1, 12]) + other + whole + octets[found.end() :]


CHANGES: dict[str, Change] = {
    "white space": _between(b"\n "),
    "blank in an end tag": lambda octets, dice: _at(octets, dice, rb"</[\w:.-]+(?=>)", b" "),
    "elements behind a blank end tag": lambda octets, dice: _spread(octets, dice),
    "strange white space": _between("\u00a0\u2003".encode()),
    "comment": _between(b"<!-- </rdeDomain:domain> -->"),
    "instruction": _between(b"<?x y?>"),
    "other element": _between(b"<rdeHost:y>z</rdeHost:y>"),
    "element of no namespace": _between(b"<y>z</y>"),
    "authInfo": _between(b"<rdeDomain:authInfo>z</rdeDomain:authInfo>"),
    "text": _between(b"text"),
    "blanks in text": _in_text(b" ", b"  ", b"\n", b"\t", "\u00a0".encode(), "\u3000".encode(), b"\r\n"),
    "references": _in_text(b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;", b"&#65;", b"&#x41;", b"&none;", b"&",
                           b"&amp;lt;"),
    "characters": _in_text("é".encode(), "長".encode(), "ı".encode(), b">", b"]]>", b"\x01", "\ufffe".encode(),
                           b"\xff", b"\xed\xa0\x80", b"\x00", b'"', "\U0001f600".encode()),
    "sections": _in_text(b"<![CDATA[&]]>", b"<![CDATA[ ]]>"),
    "tag": _in_tag,
    "attribute": _of_attribute,
    "missing": _without,
    "twice": _twice,
    "order": _elsewhere,
    "name": _renamed,
    "bit": _bit,
}  # fmt: skip


@pytest.mark.clause("RFC 9022 §9")
@pytest.mark.parametrize("way", CHANGES)
def test_what_is_changed_is_read_as_the_parser_reads_it(way: str, tmp_path: Path, plainly: Counter[bool]) -> None:
    dice = random.Random(way)
    octets = sample(tmp_path / "s.xml", 2).read_bytes()
    head, tail = octets[: octets.index(b"<rdeRegistrar:")], b"</rde:contents></rde:deposit>"
    objects = [found[0] for found in _OBJECT.finditer(octets)]
    path, refused = tmp_path / "one.xml", 0
    for _ in range(60):
        first, middle, last = dice.sample(objects, 3)
        path.write_bytes(head + b"\n".join((first, CHANGES[way](middle, dice), last)) + tail)
        refused += bool(check_same(path).refused)
    assert refused < 60
    assert plainly[True] >= 30


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "US-ASCII"])
@pytest.mark.parametrize(
    "prefixes", [("rdeDomain", "a"), ("rdeContact", "b.c"), ("domain", "d-e"), ("contact", "é")]
)
def test_prefixes_and_encodings_are_those_of_the_deposit(
    encoding: str, prefixes: tuple[str, str], tmp_path: Path, plainly: Counter[bool]
) -> None:
    old, new = prefixes
    text = sample(tmp_path / "s.xml", 3).read_text()
    text = (
        text.replace(f"<{old}:", f"<{new}:")
        .replace(f"</{old}:", f"</{new}:")
        .replace(f"xmlns:{old}=", f"xmlns:{new}=")
    )
    text = text.replace('encoding="UTF-8"', f'encoding="{encoding}"')
    path = tmp_path / "other.xml"
    path.write_bytes(text.encode(encoding, "xmlcharrefreplace" if new.isascii() else "replace"))
    read = check_same(path)
    assert read.refused or plainly[True] > 0.3 * len(read.puts)


def test_a_namespace_by_default_and_one_by_two_prefixes(tmp_path: Path, plainly: Counter[bool]) -> None:
    path = sample(tmp_path / "s.xml", 4)
    text = path.read_text()
    path.write_text(text.replace("rdeContact:", "").replace("xmlns:rdeContact=", "xmlns="))
    assert not check_same(path).refused
    hosts = plainly[True]
    assert hosts
    uri = d.URIS["rdeDomain"]
    path.write_text(
        text.replace("<rde:contents>", f'<rde:contents xmlns:other="{uri}">')
        .replace("<rdeDomain:roid", "<other:roid", 5)
        .replace("</rdeDomain:roid", "</other:roid", 5)
    )
    assert len(check_same(path).puts) > 300


_PAD = [d.domain(f"pad{number}.example") for number in range(150)]
"""So much that what is behind it is not read with the header."""


def deposit(*objects: str, more: str = "") -> bytes:
    return d.full(d.registrar(), *_PAD, *objects, more=more)


ODD: dict[str, bytes] = {
    "a form feed between objects": deposit("\x0c" + d.domain("b.example")),
    "a vertical tab in a comment": deposit("<!-- \x0b -->" + d.domain("b.example")),
    "another prefix inside of what nobody reads": deposit(
        '<y:z xmlns:y="urn:y"/><rdePolicy:policy scope="a" element="b"/>'
        '<y:w xmlns:y="urn:y" xmlns:rdeDomain="urn:z">'
        f"<rdeDomain:domain></rdeDomain:domain>{d.domain('b.example')}</y:w>"
    ),
    "an object behind the contents": deposit("<rdeDomain:domain></rdeDomain:domain>").replace(
        b"</rde:contents>", f"</rde:contents>{d.domain('b.example')}".encode()
    ),
    "empty contents": deposit().replace(
        b"<rde:contents>", f"<rde:contents/>{d.domain('b.example')}<rde:contents>".encode()
    ),
    "contents with an attribute that looks like an end": deposit().replace(
        b"<rde:contents>", f"<rde:contents a='>'><y:w xmlns:y='urn:y'>{d.domain('b.example')}</y:w>".encode()
    ),
    "two encodings": b"\xef\xbb\xbf" + deposit(d.contact(name="Ana Pérez")).replace(b'"UTF-8"', b'"ISO-8859-1"'),
    "very many kinds": deposit(*[f"<y{number}/>" for number in range(1_100)], d.domain("b.example")),
    "an object of eleven million octets": deposit(
        d.domain("b.example").replace("</rdeDomain:domain>", "<y>" + "z" * 11_000_000 + "</y></rdeDomain:domain>")
    ),
    "an object of many elements": deposit(
        d.domain("b.example").replace("</rdeDomain:domain>", "<a/>" * 300_000 + "</rdeDomain:domain>")
    ),
    "a status that is deep": deposit(
        d.domain("b.example").replace(
            '<rdeDomain:status s="ok"/>',
            f'<rdeDomain:status s="ok">{"<a>" * 254}{"</a>" * 254}</rdeDomain:status>',
        )
    ),
    "a fault behind others on its line": deposit().replace(b"\n", b" ").replace(b"/rde:contents", b"/rde:content"),
}  # fmt: skip


@pytest.mark.parametrize("way", ODD)
def test_what_is_odd_is_read_as_the_parser_reads_it(way: str, tmp_path: Path) -> None:
    (tmp_path / "odd.xml").write_bytes(ODD[way])
    check_same(tmp_path / "odd.xml")


def test_lines_that_the_parser_does_not_see_are_no_large_object(tmp_path: Path) -> None:
    blank = "\n" * 60_000
    (tmp_path / "s.xml").write_bytes(
        d.full(d.registrar(), *[d.domain(f"a{one}.example") + blank for one in range(300)])
    )
    read = check_same(tmp_path / "s.xml")
    assert len(read.puts) == 301
    assert read.puts[-1].line > 17_000_000


@pytest.mark.clause("XML 1.0 §4.1")
def test_an_entity_that_is_not_declared_is_named_with_its_place(tmp_path: Path) -> None:
    path = sample(tmp_path / "s.xml", 5)
    path.write_bytes(path.read_bytes().replace(b"</rdeDomain:roid>", b"&none;</rdeDomain:roid>", 1))
    (refused,) = check_same(path).refused
    assert "Entity 'none' not defined" in refused.message
    assert refused.line > 20


def test_a_prefix_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.xml"
    one = d.domain("a.example").replace("<rdeDomain:clID>", "<x:y>z</x:y><rdeDomain:clID>")
    path.write_bytes(d.full(d.registrar(), one))
    (refused,) = check_same(path).refused
    assert "Namespace prefix x on y is not defined" in refused.message


def test_of_elements_that_are_not_few_the_parser_is_asked(
    tmp_path: Path, plainly: Counter[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Domains may each have name servers of their own: then nothing is gained by keeping what they are."""
    monkeypatch.setattr(plain, "_KNOWN", 40)
    domains = [
        d.domain(f"d{number}.example").replace(
            "<rdeDomain:clID>",
            f"<rdeDomain:ns><domain:hostObj>ns{number}.example</domain:hostObj></rdeDomain:ns><rdeDomain:clID>",
        )
        for number in range(100)
    ]
    (tmp_path / "s.xml").write_bytes(d.full(d.registrar(), *domains))
    assert len(check_same(tmp_path / "s.xml").puts) == 101
    assert 35 <= plainly[True] <= 50
