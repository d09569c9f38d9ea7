"""Contacts: people and organisations that domains are linked to (RFC 5733, RFC 9022 §5.3)."""

from __future__ import annotations

from directory.model.base import Instant, Status, Transfer, Value


class Postal(Value, frozen=True, array_like=True, gc=False):
    """One postal form: `int` in ASCII, `loc` in the script of the place (RFC 9022 §4.6.3).

    `lang` is a BCP 47 tag or None; `lang_origin` says where it came from: `extension`, `profile`, `registry`
    or `script` (derived from the script of the text, as `und-Cyrl`). A deposit carries no tag of its own.
    """

    type: str
    name: str | None = None
    org: str | None = None
    street_1: str | None = None
    street_2: str | None = None
    street_3: str | None = None
    city: str | None = None
    sp: str | None = None
    pc: str | None = None
    cc: str | None = None
    lang: str | None = None
    lang_origin: str | None = None

    @property
    def street(self) -> tuple[str, ...]:
        """The street lines that are there, in order."""
        return tuple(line for line in (self.street_1, self.street_2, self.street_3) if line)


class Disclose(Value, frozen=True, array_like=True, gc=False):
    """One element that the contact's disclose preference names, with its postal form if it has one.

    `flag` 0: not to be shown; 1: to be shown (RFC 5733 §2.9).
    """

    flag: int
    element: str
    form: str | None = None


class Contact(Value, frozen=True, array_like=True, gc=False):
    """A contact: `handle` is the registrar's id for it, `roid` the repository's."""

    handle: str
    roid: str
    voice: str | None
    voice_ext: str | None
    fax: str | None
    fax_ext: str | None
    email: str | None
    cl_id: str
    cr_rr: str | None
    cr_client: str | None
    cr_date: Instant | None
    up_rr: str | None
    up_client: str | None
    up_date: Instant | None
    tr_date: Instant | None
    statuses: tuple[Status, ...] = ()
    postal: tuple[Postal, ...] = ()
    disclose: tuple[Disclose, ...] = ()
    transfer: tuple[Transfer, ...] = ()

    def form(self, *preferred: str) -> Postal | None:
        """The first postal form of the preferred types, else the first that there is."""
        for type_ in preferred:
            for postal in self.postal:
                if postal.type == type_:
                    return postal
        return self.postal[0] if self.postal else None
