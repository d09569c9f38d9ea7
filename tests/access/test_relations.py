"""What a registrar is to an object is no audience that anyone is given."""

from __future__ import annotations

from directory.access.gate import Gate
from directory.access.prefix import Prefixes
from directory.access.standing import AUTHENTICATED, Standing
from directory.query import Requester


def test_who_is_given_a_relation_is_authenticated_and_no_more() -> None:
    prefixes = Prefixes.from_settings({"192.0.2.0/24": {"audience": "sponsor", "registrar": "R-3"}})
    gate = Gate(prefixes, relations=frozenset({"sponsor", "gaining"}))
    assert gate.admit(Requester("whois", "192.0.2.1")) == Standing(AUTHENTICATED, "R-3")
    (note,) = gate.check(frozenset({"public", "sponsor", "gaining"}))
    assert "is what a registrar is to an object" in note.message
