"""An audit checks all of an object and keeps nothing of it but counts and some names."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from directory.model.graph import DomainGraph
from directory.profile.audit import EXAMPLES, Audit, name_of
from directory.profile.constraint import Violation
from directory.profile.profile import Profile
from tests.profile import replies, shipped
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import GRAPHS, Parts, contact, domain

_ASKED = (
    "[{element: cc, length: {min: 3, max: 3}}, {element: voice, length: {max: 3}}, "
    "{element: email, format: rfc5322}]"
)


def _profile(folder: Path, *changes: tuple[str, str]) -> Profile:
    desk = Desk(folder, replies.catalogue()).write(DISCLOSURE)
    return desk.write(PROFILE, ("[cc, voice, email]", _ASKED), *changes).profile()


def _domain(name: str = "example.test") -> DomainGraph:
    return domain(Parts(name, contacts=(("registrant", contact(1)), ("registrant", contact(2)))))


_FOUND = {("registrant.cc", "length 3"): 2, ("registrant.voice", "length {0,3}"): 2}


def _counts(violations: tuple[Violation, ...]) -> dict[tuple[str, str], int]:
    found = [(each.element, each.rule) for each in violations]
    return {key: found.count(key) for key in found}


@pytest.mark.clause("SAC054 §5")
@pytest.mark.parametrize("policy", ["serve", "drop", "refuse"])
def test_all_is_checked_whatever_becomes_of_violations_in_answers(tmp_path: Path, policy: str) -> None:
    profile = _profile(tmp_path, ("disclosure: rules", f"disclosure: rules\nparameters: {{violations: {policy}}}"))
    audit = Audit(profile)
    assert audit.kinds == ("domain",)
    assert _counts(audit.check("domain", _domain())) == _FOUND  # the public sees no telephone number


def test_totals_count_violations_and_objects_and_name_some(tmp_path: Path) -> None:
    audit = Audit(_profile(tmp_path))
    names = [f"a{number}.test" for number in range(EXAMPLES + 5)]
    for name in names:
        audit.check("domain", _domain(name))
    audit.check("domain", domain(Parts("good.test")))
    assert (audit.tallies["domain"].objects, audit.tallies["domain"].violating) == (len(names) + 1, len(names))
    totals = list(audit.totals())
    assert [(each.element, each.rule) for each in totals] == list(_FOUND)
    for total in totals:
        assert (total.kind, total.violations, total.objects) == ("domain", 2 * len(names), len(names))
        assert total.examples == names[:EXAMPLES]


def test_what_concerns_most_objects_comes_first(tmp_path: Path) -> None:
    audit = Audit(_profile(tmp_path))
    person = msgspec.structs.replace(contact(1), voice=None)
    for graph in (_domain(), domain(Parts("b.test", contacts=(("registrant", person),)))):
        audit.check("domain", graph)
    assert [(each.element, each.objects) for each in audit.totals()] == [
        ("registrant.cc", 2), ("registrant.voice", 1)
    ]  # fmt: skip


def test_what_a_registrar_lacks_counts_in_each_object_that_is_shown_with_it() -> None:
    audit = Audit(shipped.profile("thin-rdap"))
    bare = GRAPHS["domain-minimal"]
    for _ in range(3):
        assert {each.element for each in audit.check("domain", bare)} == {"registrar.rdap"}
    assert [each.objects for each in audit.totals()] == [3]


def test_an_object_is_named_by_what_it_is_found_by() -> None:
    names = {name: name_of(GRAPHS[name]) for name in ("domain-idn", "host", "registrar", "contact")}
    assert names == {
        "domain-idn": "xn--e1afmkfd.test",
        "host": "ns1.example.test H1-EXAMPLE",
        "registrar": "R-1",
        "contact": "C1-EXAMPLE",
    }
