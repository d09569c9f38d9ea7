"""All that a view holds comes out of each plain form and is read back to the letter, and nothing else does."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import Any

from hypothesis import given, settings
from lxml import etree
from lxml.etree import _Element as Element

from directory import resources
from directory.markup import csv as csv_form
from directory.markup import json as json_form
from directory.markup import xml as xml_form
from directory.profile.view import View
from tests.markup.views import OBJECTS, SECRET, URL, Path, Values, answer, disclosed, withheld
from tests.profile import replies

_MANY = settings(max_examples=150, deadline=None)

_NAMED = {"contacts", "desks", "extension"}
_PLAIN = {"registrar": "registrar", "hosts": "host", "dnssec": "dnssec", "transfer": "transfer"}
_PLAIN |= {"preferences": "disclose", "postal": "postal"}
_OURS = {"object", "form", "lang", "redacted"}


def _from_json(body: dict[str, Any], is_object: bool = True, at: Path = ()) -> Values:
    """The values of an object that was written as JSON, as `disclosed` gives them."""
    found: Values = {}
    for member, value in body.items():
        if is_object and member in _OURS:
            continue
        if is_object and member in _NAMED:
            for name, parts in value.items():
                found |= _parts_from_json(parts, member == "contacts", (*at, name))
        elif is_object and member in _PLAIN:
            found |= _parts_from_json(value, member in ("registrar", "hosts", "postal"), (*at, _PLAIN[member]))
        else:
            values = value if isinstance(value, list) else [value]
            found[(*at, member)] = tuple(map(str, values))
    return found


def _parts_from_json(parts: Any, is_object: bool, at: Path) -> Values:
    found: Values = {}
    for index, part in enumerate(parts if isinstance(parts, list) else [parts]):
        found |= _from_json(part, is_object, (*at, index))
    return found


@_MANY
@given(OBJECTS)
def test_all_that_is_disclosed_is_read_back_from_json(view: View) -> None:
    reply = json_form.render(answer(replies.rdap_profile(), view), URL)
    (body,) = json.loads(reply)["objects"]
    assert body["object"] == view.table
    assert _from_json(body) == disclosed(view)
    assert SECRET.encode() not in reply


@_MANY
@given(OBJECTS)
def test_json_says_of_each_object_what_of_it_is_withheld(view: View) -> None:
    (body,) = json.loads(json_form.render(answer(replies.rdap_profile(), view), URL))["objects"]
    entries = [entry for each in _walk(body) for entry in each.get("redacted", ())]
    said = [(entry["element"], entry["method"], entry["name"]) for entry in entries]
    assert sorted(said) == sorted(withheld(view))


def _walk(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)


@_MANY
@given(OBJECTS)
def test_all_that_is_disclosed_is_read_back_from_csv(view: View) -> None:
    reply = csv_form.render(answer(replies.rdap_profile(), view), URL)
    found: Values = {}
    said = set()
    for row in csv.DictReader(io.StringIO(reply.decode(), newline="")):
        at = tuple(re.findall(r"([^/\[]+)(?:\[(\d+)\])?/?", row["part"]))
        path: Path = tuple(each for name, number in at for each in (name, int(number or 1) - 1))
        if row["form"] == "loc":
            path = (*path, "postal", 0)
        if row["redacted"]:
            said.add((row["element"], row["redacted"]))
        if row["index"]:
            key = (*path, row["element"].partition(".")[2])
            values = found.get(key, ())
            assert row["index"] == str(len(values) + 1)
            found[key] = (*values, csv_form.from_cell(row["value"]))
    assert found == disclosed(view)
    assert said == {(key, method) for key, method, _ in withheld(view)}
    assert SECRET.encode() not in reply


_SCHEMA = etree.XMLSchema(etree.fromstring(resources.read("schemas", "data.xsd").encode()))
_VALUED = ("s", "x", "client", "flag")
"""The attributes that hold a value of the registry; the others say what is in an element."""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _from_xml(element: Element) -> Counter[str]:
    """The values in an object that was written as XML, each as often as it is there."""
    found: Counter[str] = Counter()
    for each in element.iter(etree.Element):
        tag = etree.QName(each).localname
        parent = each.getparent()
        if tag == "redacted":
            assert not each.text
            continue
        if parent is not None and etree.QName(parent).localname == "disclose" and tag != "element":
            found[tag] += 1
        found.update(value for name, value in each.attrib.items() if name in _VALUED)
        if each.text:
            found[each.text] += 1
    return found


def _for_xml(view: View) -> Counter[str]:
    """What is disclosed, as XML can hold it: one flag for elements under the same, one life for all records."""
    found: Counter[str] = Counter()
    lives, flag = set(), ("", "")
    for path, values in disclosed(view).items():
        if path[-2:-1] and path[-1] == "maxSigLife":
            lives.add((path[:-2], values[0]))
            continue
        if "disclose" in path and path[-1] == "flag":
            here = (repr(path[:-2]), values[0])
            if here == flag and path[-2] != 0:
                continue
            flag = here
        found.update(_FORBIDDEN.sub("\ufffd", value) for value in values)
    found.update(_FORBIDDEN.sub("\ufffd", life) for _, life in lives)
    return found


@_MANY
@given(OBJECTS)
def test_all_that_is_disclosed_is_read_back_from_xml_which_is_valid(view: View) -> None:
    reply = xml_form.render(answer(replies.rdap_profile(), view), URL)
    root = etree.fromstring(reply)
    _SCHEMA.assertValid(root)
    element = root[0]
    assert element.tag == f"{{{xml_form.NAMESPACE}}}{view.table}"
    assert _from_xml(element) == _for_xml(view)
    assert SECRET.encode() not in reply


@_MANY
@given(OBJECTS)
def test_xml_says_of_each_object_what_of_it_is_withheld(view: View) -> None:
    root = etree.fromstring(xml_form.render(answer(replies.rdap_profile(), view), URL))
    said = [(each.get("element"), each.get("method"), each.get("name")) for each in root.iter("{*}redacted")]
    assert sorted(said) == sorted(withheld(view))
