"""An object as disclosed, without syntax: built up from a profile, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from directory.profile.constraint import Violation
    from directory.profile.redaction import Redaction


class View(msgspec.Struct, gc=False):
    """What one requester may see of one object (or of one part of it: a contact in a role, a name server).

    `table` is the catalogue's (`domain`, `contact`, `host`, `registrar`, `dnssec`, an extension's), `role` the
    part a contact plays. `fields` maps the short names of elements to their disclosed values, in profile order;
    an element that is not in `fields` may not leave. `redacted` maps the short names of withheld elements to
    how the withholding reads. `parts` maps the name of a part (`registrar`, `registrant`, `admin`, `tech`,
    `billing`, `host`, `dnssec`, `reseller`, …) to the views of it.

    `form` is the postal form that is shown (`int`, `loc`; RFC 9022 §4.6.3) and `lang` the language tag of its
    texts, empty where none is known or wanted. Where a profile shows both forms, the second is the part `postal`.
    `violations` is what the object violates of its profile, in the topmost view.
    """

    table: str
    role: str
    fields: dict[str, tuple[str, ...]]
    redacted: dict[str, Redaction]
    parts: dict[str, tuple[View, ...]]
    form: str = ""
    lang: str = ""
    violations: tuple[Violation, ...] = ()

    def first(self, short: str) -> str | None:
        """The first disclosed value of an element, or None."""
        values = self.fields.get(short)
        return values[0] if values else None
