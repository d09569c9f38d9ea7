"""Who is asking: the gate gives every requester a standing, before anything is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import msgspec

from directory.access.keys import Keys
from directory.access.prefix import Prefixes
from directory.access.standing import AUTHENTICATED, EVERYONE, Standing
from directory.document import suggest
from directory.errors import Finding, NotAdmitted
from directory.query import Requester


class Registrars(msgspec.Struct, frozen=True):
    """The registrars that a store knows: their ids by repository, and whether it has one repository."""

    ids: Mapping[str, Set[str]]
    is_one: bool

    def check(self, place: str, registrar: str) -> Iterator[Finding]:
        """A note of a registrar for whom somebody speaks and whom the store does not know, in none of its
        repositories or not in that which is named: `R-1`, `R-1@example`."""
        if not self.ids:
            return  # what is not filled yet knows nobody
        _, at, repository = registrar.rpartition("@")
        if registrar in self._sayable():
            return
        if not at and any(registrar in ids for ids in self.ids.values()):
            said = (
                f"the registrar {registrar!r} is of one repository, and the store has several: it speaks for none"
            )
            hint = "say " + " or ".join(
                f"{registrar}@{each}" for each, ids in self.ids.items() if registrar in ids
            )
        elif at and repository not in self.ids:
            said = f"the store has no repository {repository!r} with registrars: {registrar!r} speaks for none"
            hint = suggest(repository, self.ids) or f"there are: {', '.join(self.ids)}"
        else:
            said = f"the store knows no registrar {registrar!r}: whoever speaks for it is no sponsor of anything"
            hint = suggest(registrar, self._sayable()) or "it is the id that the registry gave it, not the IANA id"
        yield Finding(place, "the registrars of the store", said, hint=hint, warning=True)

    def _sayable(self) -> Set[str]:
        """Every registrar, as it has to be said."""
        said = {f"{id_}@{repository}" for repository, ids in self.ids.items() for id_ in ids}
        return said | {id_ for ids in self.ids.values() for id_ in ids} if self.is_one else said


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
            yield from self.check_standing(place, standing, known)

    def check_standing(self, place: str, standing: Standing, known: frozenset[str]) -> Iterator[Finding]:
        """The note of the audience of a standing that is had in a place, if there is one to be made."""
        rule = "the audiences of the disclosure"
        if standing.audience in self._relations:
            said = f"{standing.audience!r} is what a registrar is to an object: it is taken for {AUTHENTICATED}"
            hint = "" if standing.registrar else "name the registrar"
            yield Finding(place, rule, said, hint=hint, warning=True)
        # Who speaks for a registrar is more than an audience: it may be the sponsor.
        elif standing.audience not in known and not (standing.registrar and standing.audience == AUTHENTICATED):
            sees = "what the public and its registrar see" if standing.registrar else "what the public sees"
            said = f"no disclosure knows the audience {standing.audience!r}: it sees {sees}"
            hint = suggest(standing.audience, known) or f"known: {', '.join(sorted(known))}"
            yield Finding(place, rule, said, hint=hint, warning=True)

    def check_registrars(self, known: Registrars) -> Iterator[Finding]:
        """Notes of registrars that the store does not know: whoever speaks for one is a sponsor of nothing."""
        for place, standing in self._given():
            if standing.registrar:
                yield from known.check(place, standing.registrar)

    @property
    def names_registrars(self) -> bool:
        """Whether somebody speaks for a registrar."""
        return any(standing.registrar for _, standing in self._given())

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
