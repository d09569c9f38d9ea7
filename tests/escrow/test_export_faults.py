"""Why there can be no deposit, told sort by sort."""

from __future__ import annotations

from directory.errors import Finding
from directory.escrow.export.faults import Faults


def fault(place: str, element: str = "rdeContact:id", message: str = "it is withheld") -> Finding:
    return Finding(place, "RFC 9022 §9", message, element)


def test_what_many_objects_have_is_one_finding_with_the_first_of_them() -> None:
    faults = Faults()
    for number in range(1, 1_501):
        for element in ("rdeContact:id", "rdeContact:clID", "rdeContact:clID"):
            faults.add(fault(f"contact C-{number}", element))
    assert [each.to_text() for each in faults.told()] == [
        f"contact C-1, C-2, C-3 and 1,497 more: rdeContact:{local}: it is withheld [RFC 9022 §9]"
        for local in ("id", "clID")
    ]
    assert (faults.faults, faults.hidden) == (4_500, 0)


def test_other_kinds_and_other_reasons_are_other_sorts() -> None:
    faults = Faults()
    for place in ("contact C-1", "host C-1", "contact C-2", "deposit"):
        faults.add(fault(place))
    faults.add(fault("contact C-1", message="it has none"))
    assert [each.place for each in faults.told()] == ["contact C-1, C-2", "host C-1", "deposit", "contact C-1"]


def test_sorts_beyond_the_cap_are_counted_and_all_is_forgotten_at_a_restart() -> None:
    faults = Faults(cap=2)
    for number in range(5):
        faults.add(fault("domain a.example", message=f"fault {number}"))
    faults.note("worth saying")
    assert (len(faults.told()), faults.hidden, faults.faults) == (2, 3, 5)
    faults.restart()
    assert (faults.told(), faults.hidden, faults.faults) == ([], 0, 0)
    assert faults.notes == {"worth saying": 1}
