"""Who is asking: the gate gives every requester a standing, before anything is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from directory.document import suggest
from directory.errors import Finding, NotAdmitted
from directory.query import Requester

if TYPE_CHECKING:
    from directory.access.keys import Keys
    from directory.access.prefix import Prefixes

PUBLIC = "public"
AUTHENTICATED = "authenticated"
"""The audience of a registrar for whom no other is named."""


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What a requester may be taken for: an audience that a disclosure knows, and the registrar (by the
    registry's id) for whom the requester speaks, empty for none. Whether that registrar is the sponsor of an
    object is for `present` to see."""

    audience: str
    registrar: str = ""


EVERYONE = Standing(PUBLIC)
"""The public's, which speaks for no registrar."""


class Gate:
    """Gives a standing by the key that a requester shows, else by the address prefix that it asks from, else that
    of the public, which is all that port 43 alone can know of anyone (RFC 3912 §5)."""

    def __init__(
        self,
        prefixes: Prefixes | None = None,
        keys: Keys | None = None,
        relations: frozenset[str] = frozenset(),
    ) -> None:
        """`relations` are the audiences that only a registrar's relation to an object makes: whoever is given one
        of them is `authenticated`, and its registrar decides, object by object."""
        self._prefixes = prefixes or None  # no prefixes, no search
        self._keys = keys
        self._relations = relations

    def check(self, known: frozenset[str]) -> Iterator[Finding]:
        """Notes of audiences that no disclosure knows: whoever is one sees what the public sees."""
        for place, standing in self._given():
            if standing.audience in self._relations:
                said = (
                    f"{standing.audience!r} is what a registrar is to an object: it is taken for {AUTHENTICATED}"
                )
                yield Finding(
                    place, "the audiences of the disclosure", said, hint="name the registrar", warning=True
                )
                continue
            # A registrar is more than its audience: it may be the sponsor.
            if standing.audience not in known and not standing.registrar:
                said = f"no disclosure knows the audience {standing.audience!r}: it sees what the public sees"
                hint = suggest(standing.audience, known) or f"known: {', '.join(sorted(known))}"
                yield Finding(place, "the audiences of the disclosure", said, hint=hint, warning=True)

    def _given(self) -> Iterator[tuple[str, Standing]]:
        """Every standing that can be had, and by what."""
        if self._prefixes is not None:
            yield from ((f"audiences.{network}", standing) for network, standing in self._prefixes.all.items())
        if self._keys is not None:
            yield from ((f"key {key.name!r}", key.standing) for key in self._keys.all if key.revoked is None)

    @property
    def tells_addresses_apart(self) -> bool:
        """Whether two who ask the same from two addresses may get two answers."""
        return self._prefixes is not None

    def admit(self, requester: Requester) -> Standing:
        """The standing of this requester. Raises `NotAdmitted` if a credential was given and is not good."""
        if requester.credential:
            if self._keys is None:
                raise NotAdmitted("unknown")
            return self._without_relation(self._keys.standing(requester.credential))
        if self._prefixes is not None:
            return self._without_relation(self._prefixes.standing(requester.address) or EVERYONE)
        return EVERYONE

    def _without_relation(self, standing: Standing) -> Standing:
        if standing.audience in self._relations:
            return Standing(AUTHENTICATED, standing.registrar)
        return standing
