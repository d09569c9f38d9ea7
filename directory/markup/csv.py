"""An answer as CSV (RFC 4180): a table with a row for each value, the same columns for every answer.

`number` counts the objects of the answer, `object` is what kind each is, `key` what it is called. `part` is
where in the object a value stands (`registrant`, `host[2]`, `registrar/abuse[1]`, empty in the object itself),
`element` what it is, as the disclosure names it (`registrant.voice`, `host.addr`), `index` counts its values.
`form` and `lang` are of postal texts. `redacted` is the method by which a value is withheld, or by which a part
of it is shown. `asOf` is the time of the data, so that rows of several days can be told apart.

One row for each value, and not one for each object, for objects differ in how many contacts, servers and values
they have: columns would be different ones in each answer, or values would be joined in a cell. These rows can
be filtered and pivoted as they are, and answers can be put below each other. What is said about a reply
(notices) is not in it.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` or a control character for a formula, and a
registrant may write one into a name. An apostrophe is put in front of such a beginning, also after a semicolon,
a tab or a line break within the value, where a spreadsheet may begin another cell, and in front of an
apostrophe that stands in such a place; so `from_cell` gives back what the registry holds, to the letter. A
number with or without a sign can do no harm and is left alone: every telephone number is as it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from directory.markup import reply
from directory.markup.shape import SECOND, form, method, part, stand
from directory.profile.postal import SPOKEN, TEXTS

if TYPE_CHECKING:
    from directory.answer import Answer
    from directory.markup.reply import Reply
    from directory.profile.profile import Profile
    from directory.profile.view import View

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"

COLUMNS = ("number", "object", "key", "part", "element", "index", "value", "form", "lang", "redacted", "asOf")

_KEYS: Mapping[str, tuple[str, ...]] = {
    "domain": ("name", "id"),
    "host": ("name", "id"),
    "contact": ("roid", "id"),
    "registrar": ("gurid", "registrarid", "org"),
}
"""What an object is called by, the first that is shown."""

_BEGINNING = r"(?:\A|(?<=[;\t\r\n]))"
_FORMULA = re.compile(_BEGINNING + "(?=[\" ]*['=+\\-@＝＋－＠\\0-\\x1f])")
_ESCAPE = re.compile(_BEGINNING + "'")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")

Row = tuple[str, str, str, str, str, str, str]
"""Part, element, index, value, form, language, redacted."""


def render(answer: Answer, url: str) -> bytes:
    """The body of a reply to the request for `url`."""
    return _table(reply.of_answer(answer, url))


def error(status: int, title: str, description: list[str], profile: Profile, url: str) -> bytes:
    """The body of a reply without an answer; `status` is HTTP's."""
    return _table(reply.of_error(status, title, description, profile, url))


def cell(value: str) -> str:
    """A value as no spreadsheet takes it for a formula."""
    return value if _NUMBER.fullmatch(value) else _FORMULA.sub("'", value)


def from_cell(text: str) -> str:
    """The value that a cell was made of."""
    return _ESCAPE.sub("", text)


def _table(said: Reply) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out).writerow
    write(COLUMNS)
    for number, view in enumerate(said.views, 1):
        key = cell(_key(view))
        for row in _rows(view, ""):
            write((number, view.table, key, *row, said.as_of))
    for kind, short, value in _about(said):
        write(("", kind, cell(said.url), "", f"{kind}.{short}", "", cell(value), "", "", "", said.as_of))
    return out.getvalue().encode("utf-8", "replace")


def _key(view: View) -> str:
    for short in _KEYS[view.table]:
        if short in view.fields:
            return view.fields[short][0]
    return ""


def _rows(view: View, where: str) -> Iterator[Row]:
    """The rows of a view that stands there, and of its parts."""
    prefix = part(view)
    shown, lang = form(view)
    for short, values in view.fields.items():
        redaction = view.redacted.get(short)
        withheld = method(redaction, True) if redaction is not None and redaction.declared else ""
        of_form = shown if short in TEXTS else ""
        of_lang = lang if short in SPOKEN else ""
        for index, value in enumerate(values, 1):
            yield where, f"{prefix}.{short}", str(index), cell(value), of_form, of_lang, withheld
    for short, redaction in view.redacted.items():
        if redaction.declared and short not in view.fields:
            of_form = shown if short in TEXTS else ""
            yield where, f"{prefix}.{short}", "", "", of_form, "", method(redaction, False)
    for name, views in view.parts.items():
        stands = stand(name, views[0].table)
        for index, each in enumerate(views, 1):
            step = f"{name}[{index}]" if stands.is_many or len(views) > 1 else name
            yield from _rows(each, where if stands is SECOND else f"{where}/{step}".lstrip("/"))


def _about(said: Reply) -> Iterator[tuple[str, str, str]]:
    """What is said where there is no object, and that there are more objects than these."""
    message = said.message
    if message:
        if message.status:
            yield message.kind, "status", str(message.status)
            yield message.kind, "title", message.title
        for line in message.description:
            yield message.kind, "description", line
    if said.is_cut:
        yield "answer", "isCut", "true"
