"""What a requester may be taken for."""

from __future__ import annotations

import msgspec

PUBLIC = "public"
AUTHENTICATED = "authenticated"
"""The audience of a registrar for whom no other is named."""


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What a requester may be taken for: an audience that a disclosure knows, and the registrar (by the
    registry's id) for whom the requester speaks, empty for none. Whether that registrar is the sponsor of an
    object is for `present` to see."""

    audience: str
    registrar: str = ""

    def within(self, repository: str, is_one: bool) -> Standing:
        """The standing in a repository: a registrar's id is of one repository, `R-1@example`; without its name it
        counts only where the store has no other, which `is_one` says."""
        if not self.registrar:
            return self
        id_, at, name = self.registrar.rpartition("@")
        if not at:
            return self if is_one else Standing(self.audience)
        return Standing(self.audience, id_) if name == repository else Standing(self.audience)


EVERYONE = Standing(PUBLIC)
"""The public's, which speaks for no registrar."""
