"""An inventory counts right, tells no value that could be personal, and keeps no more of a large registry."""

from __future__ import annotations

import statistics

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model.contact import Disclose, Postal
from directory.model.graph import ContactGraph, Graph
from directory.model.registry import Extension
from directory.profile.inventory import HARMLESS, OTHERS, Inventory, Lengths, Measure
from directory.profile.source import GRAPHS as CLASSES
from tests.profile import replies
from tests.profile.marked import Registry
from tests.profile.marks import Dice, Marks
from tests.profile.objects import GRAPHS, contact, sponsor

_KINDS = {graph: kind for kind, graph in CLASSES.items()}


def _inventory(*graphs: Graph) -> dict[str, Measure]:
    """What is found of these objects, by kind and element."""
    inventory = Inventory(replies.catalogue(), list(CLASSES))
    for graph in graphs:
        inventory.add(_KINDS[type(graph)], graph)
    return {f"{each.kind} {each.element.key}": each for each in inventory.measures()}


def _contact(**changes: object) -> ContactGraph:
    return ContactGraph(msgspec.structs.replace(contact(1, loc=True), **changes), sponsor())


def test_an_element_is_counted_by_object_and_by_value() -> None:
    found = _inventory(GRAPHS["domain-full"], GRAPHS["domain-minimal"], GRAPHS["domain-no-contacts"])
    server, status = found["domain domain.ns"], found["domain domain.status"]
    assert (server.owners, server.filled, server.values, server.most) == (3, 2, 6, 4)
    assert server.share == pytest.approx(2 / 3)
    assert status.forms == {"inactive": 1, "ok": 1, "clientTransferProhibited": 1, "clientDeleteProhibited": 1}


def test_the_parts_of_an_object_are_owners_of_their_elements() -> None:
    found = _inventory(GRAPHS["domain-dnssec"], GRAPHS["domain-full"])
    tag, key = found["domain dnssec.keyTag"], found["domain dnssec.pubKey"]
    assert (tag.owners, tag.filled) == (4, 3)
    assert (key.owners, key.filled) == (4, 2)
    assert found["domain dnssec.alg"].forms == {"13": 3}
    assert found["domain trademark.class"].forms == {"9": 1, "42": 1}
    desk = _inventory(GRAPHS["registrar"])["registrar desk.type"]
    assert desk.forms == {"abuse": 1, "admin": 1, "tech": 1}


def test_the_value_of_a_group_is_how_many_there_are() -> None:
    secdns = _inventory(GRAPHS["domain-dnssec"], GRAPHS["domain-full"])["domain domain.secDNS"]
    assert (secdns.filled, secdns.values, secdns.most) == (2, 4, 3)
    assert secdns.lengths.counts == {}


@pytest.mark.clause("RFC 9022 §4.6.3")
def test_both_postal_forms_are_looked_at() -> None:
    name = _inventory(_contact())["contact contact.name"]
    assert (name.owners, name.filled, name.values) == (1, 1, 2)
    assert name.scripts == {"Latn": 1, "Cyrl": 1}
    assert name.languages == {"untagged": 1, "und-Cyrl (registry)": 1}
    assert _inventory(_contact())["contact contact.voice"].values == 1
    assert _inventory(_contact(postal=()))["contact contact.name"].filled == 0


def test_a_tag_is_told_with_where_it_came_from() -> None:
    tagged = Extension("1", "postalLanguage", "contact", "sh-1", {"loc": ("ru",)})
    graph = msgspec.structs.replace(_contact(), extensions=(tagged,))
    assert _inventory(graph)["contact contact.city"].languages == {"untagged": 1, "ru (extension)": 1}
    script = Postal("loc", name="Анна", lang="und-Cyrl", lang_origin="script")
    assert _inventory(_contact(postal=(script,)))["contact contact.name"].languages == {"und-Cyrl (script)": 1}


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Ana", "Latn"),
        ("Анна", "Cyrl"),
        ("山田", "Hani"),
        ("12-3", "Zyyy"),
        ("Анна Smith", OTHERS),
        ("१२ हिन्दी", "Deva"),
    ],
)
def test_the_script_of_a_text_is_told(name: str, script: str) -> None:
    found = _inventory(_contact(postal=(Postal("loc", name=name),)))["contact contact.name"]
    assert found.scripts == {script: 1}


def test_the_script_of_a_name_is_that_of_its_u_labels() -> None:
    assert _inventory(GRAPHS["domain-idn"])["domain domain.uName"].scripts == {"Cyrl": 1}


@given(st.lists(st.integers(1, 1024), min_size=1))
def test_lengths_are_exact_up_to_a_thousand(lengths: list[int]) -> None:
    found = Lengths()
    for length in lengths:
        found.add(length)
    assert (found.shortest, found.longest) == (min(lengths), max(lengths))
    assert found.quantile(0.5) == statistics.median_low(lengths)
    assert found.quantile(1.0) == max(lengths)


def test_lengths_beyond_are_kept_as_powers_of_two() -> None:
    found = Lengths()
    for length in range(1, 100_000):
        found.add(length)
    assert len(found.counts) < 1024 + 20
    assert found.longest == 99_999
    assert found.quantile(0.95) == 99_999  # the power is 131072, and no value is longer than the longest
    assert Lengths().quantile(0.5) is None


def test_so_many_different_values_are_told_and_the_rest_as_others() -> None:
    element = replies.catalogue()["domain.status"]
    measure = Measure("domain", element)
    for number in range(2_000):
        measure.add((f"status{number}",))
    assert len(measure.forms) <= 513
    assert measure.forms.total() == 2_000
    assert measure.forms[OTHERS] > 1_000


def test_codes_may_be_told_and_what_a_person_wrote_may_not() -> None:
    told = {each.key for each in replies.catalogue() if Measure("", each).is_harmless}
    assert told >= HARMLESS
    personal = ("name", "org", "street", "city", "sp", "pc", "voice", "fax", "email", "id", "roid")
    assert told.isdisjoint(f"{table}.{short}" for table in ("contact", "registrar", "desk") for short in personal)
    assert told.isdisjoint({"domain.name", "host.name", "host.addr", "trademark.name", "reseller.name"})


@given(st.sampled_from(list(CLASSES)), st.integers(0, 2**64 - 1))
def test_no_value_of_any_other_element_is_kept(kind: str, seed: int) -> None:
    marks = Marks(Dice(seed, 400))
    graph, _ = Registry(marks, replies.catalogue()).graph(kind)
    inventory = Inventory(replies.catalogue(), [kind])
    inventory.add(kind, graph)
    harmless = {key.partition(".")[2] for key in HARMLESS}
    harmless |= {each.short for each in replies.catalogue() if Measure("", each).is_harmless}
    for measure in inventory.measures():
        kept = " ".join([*measure.forms, *measure.scripts, *measure.languages])
        for mark, what in marks.what.items():
            assert mark not in kept or what.rpartition(".")[2] in harmless, (measure.element.key, what)


def test_the_preferences_of_a_contact_are_counted() -> None:
    graph = _contact(disclose=(Disclose(0, "voice"), Disclose(0, "name", "int")))
    found = _inventory(graph)
    assert found["contact disclose.element"].forms == {"voice": 1, "name": 1}
    assert found["contact contact.disclose"].values == 2
