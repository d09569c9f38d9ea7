"""Who is asking: the gate gives every requester a standing, before anything is looked up."""

from __future__ import annotations

import msgspec

from directory.query import Requester

PUBLIC = "public"


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What a requester may be taken for: an audience that a disclosure knows, and the registrar (by the
    registry's id) for whom the requester speaks, empty for none. Whether that registrar is the sponsor of an
    object is for `present` to see."""

    audience: str
    registrar: str = ""


class Gate:
    """Gives everyone the standing of the public: port 43 knows nobody (RFC 3912 §5), and no other way to
    prove who you are is configured."""

    _everyone = Standing(PUBLIC)

    def admit(self, requester: Requester) -> Standing:
        """The standing of this requester."""
        return self._everyone
