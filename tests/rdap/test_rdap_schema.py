"""The JSON Schema of a profile fits what it answers, whatever is written in the profile and in its disclosure."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from directory.access.standing import Standing
from directory.document import Document
from directory.markup import json as json_form
from directory.markup.schema import schema as schema_of_json
from directory.model.graph import Graph
from directory.profile.loader import Library
from directory.profile.profile import Profile
from directory.profile.promise import Promises
from directory.profile.source import GRAPHS as CLASSES
from directory.rdap import render as rdap_door
from directory.rdap.schema import schema as schema_of_rdap
from tests.profile import replies
from tests.profile.marks import Dice
from tests.profile.objects import GRAPHS, SHOWN, Parts, contact, domain, sponsor
from tests.profile.written import Writer as AnyWriter
from tests.rdap.said import WITHHELD, Writer

_FORMS = {"RDAP": (schema_of_rdap, rdap_door.render), "JSON": (schema_of_json, json_form.render)}
_KINDS = {graph: kind for kind, graph in CLASSES.items()}
_OBJECTS = [*GRAPHS.values(), *SHOWN.values()]
_CHOICES = 3000


def _loaded(seed: int) -> Profile:
    """Some profile, under some disclosure."""
    writer = AnyWriter(Dice(seed, _CHOICES), replies.catalogue())
    profile = writer.profile()
    library = Library(replies.catalogue())
    with mock.patch("directory.schema.check", return_value=[]):  # that they keep to it is another test's
        library.add(Document("disclosure.yaml", writer.disclosure(), {}))
        return library.build(library.add(Document("profile.yaml", profile, {})), date(2027, 1, 1))


def _faults(profile: Profile, form: str, audience: str, graph: Graph) -> list[str]:
    make, render = _FORMS[form]
    definitions = make(Promises(profile, audience, kept=False))["$defs"]
    validator = Draft202012Validator({"$ref": f"#/$defs/{_KINDS[type(graph)]}", "$defs": definitions})
    body: Any = json.loads(
        render(replies.found(graph, profile, Standing(audience)), f"{replies.BASE}domain/x.test")
    )
    return [f"{list(each.absolute_path)}: {each.message[:200]}" for each in validator.iter_errors(body)]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**64 - 1), st.sampled_from(sorted(_FORMS)), st.integers(0, 4))
def test_any_answer_of_any_profile_fits_its_schema(seed: int, form: str, which: int) -> None:
    profile = _loaded(seed)
    audiences = profile.disclosure.audiences.names
    audience = audiences[which % len(audiences)]
    for graph in _OBJECTS:
        assert _faults(profile, form, audience, graph) == []


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


@pytest.mark.clause("RFC 9083 §5.3")
def test_what_an_answer_leaves_out_its_schema_does_not_know(writer: Writer) -> None:
    profile = writer.profile("status", "{each: registrar, elements: [org]}", rules=f"domain.status: {WITHHELD}")
    known = schema_of_rdap(Promises(profile, "public"))["$defs"]
    assert {"status", "secureDNS", "nameservers", "variants"}.isdisjoint(known["domain"]["properties"])
    assert "handle" not in known["domain.registrar"]["properties"]
    assert "status" in schema_of_rdap(Promises(profile, "staff"))["$defs"]["domain"]["properties"]


def test_the_schema_knows_at_most_two_forms_of_a_name(writer: Writer) -> None:
    item = "{each: contact, roles: [registrant], elements: [name]}"
    parameters = "postal: [loc, int], postal-forms: both"
    profile = writer.profile(item, public="registrant.name", parameters=parameters)
    graph = domain(Parts(contacts=(("registrant", contact(1, loc=True)),), sponsor=sponsor()))
    assert _faults(profile, "RDAP", "public", graph) == []
    body = replies.rdap_json(graph, profile=profile)
    card = body["entities"][0]["vcardArray"][1]
    assert [each[0] for each in card] == ["version", "fn", "fn"]
    card.append(card[-1])
    definitions = schema_of_rdap(Promises(profile, "public"))["$defs"]
    assert not Draft202012Validator({"$ref": "#/$defs/domain", "$defs": definitions}).is_valid(body)
