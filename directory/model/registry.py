"""What a deposit says of the registry itself, and what declared extensions add (RFC 9022 §5.5–5.8)."""

from __future__ import annotations

from directory.model.base import Value


class IdnTable(Value, frozen=True, array_like=True, gc=False):
    """A reference to an IDN table (RFC 9022 §5.5)."""

    id: str
    url: str
    url_policy: str


class EppParams(Value, frozen=True, array_like=True, gc=False):
    """The EPP server's greeting (RFC 9022 §5.7), of which there is one: its `key` is always the same.

    Lists are joined with blanks; `dcp` is the data collection policy as XML text.
    """

    key: str
    versions: str
    langs: str
    obj_uris: str
    ext_uris: str
    dcp: str


class Policy(Value, frozen=True, array_like=True, gc=False):
    """An element that the registry requires beyond the schema (RFC 9022 §5.8)."""

    key: str
    scope: str
    element: str


class Extension(Value, frozen=True, array_like=True, gc=False):
    """A group of elements that a declared extension adds to an object of the registry.

    `table` is the group's name in the catalogue (`reseller`, `trademark`), `owner` the kind of object and
    `owner_key` its key; `values` maps the short name of an element to its values.
    """

    key: str
    table: str
    owner: str
    owner_key: str
    values: dict[str, tuple[str, ...]]
