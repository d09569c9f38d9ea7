"""An answer as XML: the objects as SAC054 appendix A shows them, in one namespace (schemas/data.xsd).

::

    <answer xmlns="urn:x-dnrd:ns:data-1.0" url="…" asOf="…" profile="…" profileVersion="…">
      <domain>
        <name>…</name> <status s="…"/> … <ns><hostObj>…</hostObj></ns> … <secDNS>…</secDNS> <trnData>…</trnData>
        <registrar>…</registrar> <contacts><contact role="registrant">…</contact> …</contacts>
        <hosts><host>…</host> …</hosts> <extension><trademark>…</trademark></extension>
        <redacted element="domain.id" method="removal" name="…" reason="…"/>
      </domain>
      <notices xml:lang="en">…</notices>
    </answer>

In place of objects there is `error` or `help`. Elements stand in the order of the profile, each inside the element
that appendix A has around it, then the parts. Language tags are `xml:lang` of `postalInfo` (XML 1.0 §2.12).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree
from lxml.etree import _Element as Element

from directory.language import translate
from directory.markup import reply
from directory.markup.place import POSTAL, Place, place
from directory.markup.shape import declared, form, named, stand

if TYPE_CHECKING:
    from directory.answer import Answer
    from directory.markup.reply import Reply
    from directory.profile.profile import Profile
    from directory.profile.view import View

MEDIA_TYPE = "application/vnd.dnrd+xml"

NAMESPACE = "urn:x-dnrd:ns:data-1.0"
"""The default namespace that is declared at the root; the tree itself is built without, which takes two thirds of
the time, and every element that is written is in it."""

_add = etree.SubElement

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DS = frozenset({"keyTag", "alg", "digestType", "digest"})
_KEY = frozenset({"flags", "protocol", "keyAlg", "pubKey"})
_WISHES = frozenset({"name", "org", "addr", "voice", "fax", "email"})  # RFC 5733 §2.9
_FOLLOWS: Mapping[str, Callable[[str], str]] = {"ip": lambda address: "v6" if ":" in address else "v4"}
"""The attributes that follow from the text beside them."""

Made = dict[str, Element]
Views = tuple["View", ...]

# XML 1.0 §2.2: Char
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(answer: Answer, url: str) -> bytes:
    """The body of a reply to the request for `url`."""
    return _document(reply.of_answer(answer, url))


def error(status: int, title: str, description: list[str], profile: Profile, url: str) -> bytes:
    """The body of a reply without an answer; `status` is HTTP's."""
    return _document(reply.of_error(status, title, description, profile, url))


def plain(text: str) -> str:
    """A text as XML can hold it: U+FFFD for each character that it cannot (XML 1.0 §2.2)."""
    return text if text.isprintable() else _FORBIDDEN.sub("\ufffd", text)


def _document(said: Reply) -> bytes:
    profile, message = said.profile, said.message
    root = etree.Element("answer", nsmap={None: NAMESPACE})
    about = {"url": said.url, "asOf": said.as_of, "profile": profile.name, "profileVersion": profile.version}
    for name, value in about.items():
        if value:
            root.set(name, plain(value))
    for view in said.views:
        _object(root, view, profile.language)
    if message:
        element = _add(root, message.kind, {_LANG: profile.language})
        if message.status:
            element.set("status", str(message.status))
            element.set("title", plain(message.title))
        _texts(element, "description", message.description)
    if said.is_cut:
        root.set("isCut", "true")
    notices = _notices(profile, said.on)
    if len(notices):
        root.append(deepcopy(notices))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@lru_cache(maxsize=256)
def _notices(profile: Profile, on: str) -> Element:
    """The notices of a profile on such a reply, made once: each reply takes a copy."""
    notices = etree.Element("notices", {_LANG: profile.language})
    for notice in reply.notices(profile, on):
        element = _add(notices, "notice")
        _texts(element, "title", (notice.title,))
        _texts(element, "description", notice.description)
        for link in notice.links:
            _add(element, "link", {"rel": link.rel, "href": plain(link.href), "type": plain(link.type)})
    return notices


def _texts(parent: Element, name: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        _add(parent, name).text = plain(text)


def _object(parent: Element, view: View, language: str, role: str = "") -> None:
    """An object with its parts, and what it says of itself to be withheld in words of the language."""
    element = _add(parent, view.table)
    if role:
        element.set("role", role)
    _fill(element, view, language)
    for (key, redaction), by in declared(view).items():
        entry = _add(element, "redacted", {"element": key, "method": by})
        entry.set("name", plain(named(redaction, language)))
        if redaction.reason:
            entry.set("reason", plain(translate(redaction.reason, language)))


def _fill(element: Element, view: View, language: str) -> None:
    made = _fields(element, view)
    for name, views in view.parts.items():
        _PARTS[stand(name, views[0].table).member](element, made, name, views, language)


def _fields(parent: Element, view: View) -> Made:
    """The elements of a view; gives those that others may stand in."""
    made: Made = {}
    table = view.table
    for short, values in view.fields.items():
        _put(parent, made, place(table, short), values)
    postal = made.get(POSTAL)
    if postal is not None and view.form:
        for name, value in zip(("type", _LANG), form(view), strict=True):
            if value:
                postal.set(name, value)
    return made


def _put(parent: Element, made: Made, where: Place, values: tuple[str, ...]) -> None:
    """The values of an element at their place."""
    within, tag, value, mark, marked, path = where
    for key, outer in within:
        parent = _within(parent, made, key, outer)
    for text in values:
        element = _within(parent, made, path, tag) if path else _add(parent, tag)
        if not text.isprintable():
            text = plain(text)
        if value:
            element.set(value, text)
            continue
        element.text = text
        if mark:
            element.set(mark, marked or _FOLLOWS[mark](text))


def _within(parent: Element, made: Made, key: str, tag: str) -> Element:
    """The element that several stand in, made once."""
    element = made.get(key)
    if element is None:
        element = made[key] = _add(parent, tag)
    return element


def _registrar(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    for view in views:
        _object(parent, view, language)


def _contacts(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    """In full, where the references to them cannot be taken for them."""
    contacts = _within(parent, made, "contacts", "contacts")
    for view in views:
        _object(contacts, view, language, name)


def _hosts(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    hosts = _within(parent, made, "hosts", "hosts")
    for view in views:
        _object(hosts, view, language)


def _desks(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    desks = _within(parent, made, "desks", "desks")
    for view in views:
        _fill(_add(desks, "desk", {"role": name}), view, language)


def _extension(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    """Groups that extensions declare, each under the name of its table (RFC 5730 §2.7.3)."""
    extension = _within(parent, made, "extension", "extension")
    for view in views:
        _fill(_add(extension, name), view, language)


def _second(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    """The other postal form, next to the first (RFC 5733 §3.1.2)."""
    for view in views:
        first, second = made.get(POSTAL), _fields(parent, view).get(POSTAL)
        if first is not None and second is not None:
            first.addnext(second)


def _transfer(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    for view in views:
        _fill(_add(parent, "trnData"), view, language)


def _disclose(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    """The contact's wish: the elements that one flag is about stand in one element (RFC 5733 §2.9)."""
    for flag, group in groupby(views, lambda view: view.first("flag")):
        disclose = _add(parent, "disclose")
        if flag is not None:
            disclose.set("flag", plain(flag))
        for view in group:
            wish, of_form = view.first("element"), view.first("form")
            if wish is None and of_form is None:
                continue
            element = _add(disclose, wish if wish in _WISHES else "element")
            if wish not in _WISHES:
                element.text = plain(wish or "")
            if of_form is not None:
                element.set("type", plain(of_form))


def _dnssec(parent: Element, made: Made, name: str, views: Views, language: str) -> None:
    """DS records, each with its key if there is one, and keys without DS (RFC 5910 §4)."""
    element = _add(parent, "secDNS")
    for life in dict.fromkeys(life for view in views for life in view.fields.get("maxSigLife", ())):
        _add(element, "maxSigLife").text = plain(life)
    for view in views:
        fields = {short: values for short, values in view.fields.items() if short != "maxSigLife"}
        if not fields:
            continue
        is_key = not _KEY.isdisjoint(fields) and _DS.isdisjoint(fields)
        record = _add(element, "keyData" if is_key else "dsData")
        inner: Made = {}
        for short, values in fields.items():
            where = _within(record, inner, "keyData", "keyData") if short in _KEY and not is_key else record
            _put(where, inner, place("dnssec", short), values)


_PARTS: Mapping[str, Callable[[Element, Made, str, Views, str], None]] = {
    "registrar": _registrar,
    "contacts": _contacts,
    "hosts": _hosts,
    "desks": _desks,
    "extension": _extension,
    "postal": _second,
    "transfer": _transfer,
    "preferences": _disclose,
    "dnssec": _dnssec,
}
"""What writes the parts that stand under each member (`shape.stand`)."""
