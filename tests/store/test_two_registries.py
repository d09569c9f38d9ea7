"""A registrar's id is of one repository: it opens nothing of another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from directory.access.gate import Gate
from directory.access.standing import Standing
from directory.profile.profiles import Profiles
from directory.query import Kind, Lookup, Requester
from directory.service import DirectoryService
from directory.store.result import Hit, Result
from tests.profile import replies
from tests.profile.objects import GRAPHS


class _Knows(Gate):
    def __init__(self, registrar: str) -> None:
        self._registrar = registrar

    def admit(self, requester: Requester) -> Standing:
        return Standing("authenticated", self._registrar)


@pytest.mark.clause("RFC 3375 §8.4")
@pytest.mark.parametrize(
    ("registrar", "alone", "seen"),
    [("R-1", True, True), ("R-1", False, False), ("R-1@test", False, True), ("R-1@example", False, False)],
)
async def test_a_sponsor_is_one_in_its_own_repository(registrar: str, alone: bool, seen: bool) -> None:
    async def lookup(asked: Lookup) -> Result:
        return Result(None, "test", (Hit("test", GRAPHS["domain-full"]),))

    store = cast(Any, SimpleNamespace(lookup=lookup, has_one_repository=lambda: alone))
    hall = DirectoryService(_Knows(registrar), store, Profiles.load((), replies.catalogue()))
    answer = cast(Any, await hall.answer(Lookup(Kind.DOMAIN, "example.test"), Requester("whois", "")))
    assert ("name" in answer.view.parts["registrant"][0].fields) is seen
