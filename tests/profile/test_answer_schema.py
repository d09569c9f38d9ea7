"""The JSON Schema of what a profile answers: every answer fits it, and whatever is changed in one does not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from directory.access.standing import Standing
from directory.answer import Answer, Matches
from directory.markup import json as json_form
from directory.markup.schema import schema as schema_of_json
from directory.model.graph import DomainGraph, Graph, HostGraph
from directory.profile.audit import Audit
from directory.profile.profile import Profile
from directory.profile.promise import Promises
from directory.profile.source import GRAPHS as CLASSES
from directory.query import Kind, Lookup
from directory.rdap import render as rdap_door
from directory.rdap.schema import schema as schema_of_rdap
from tests.profile import graphs, replies, shipped, thinned
from tests.profile.documents import DISCLOSURE, PROFILE, Desk
from tests.profile.objects import AS_OF, GRAPHS, Parts, contact, domain, host, sponsor

Json = dict[str, Any]

_KINDS = {graph: kind for kind, graph in CLASSES.items()}
_MAKERS = {"RDAP": schema_of_rdap, "JSON": schema_of_json}
_CASES = [  # all in plain JSON, too: whoever asks for that is answered by the profile of RDAP or WHOIS
    (name, markup)
    for name in shipped.PROFILES
    for markup in (["RDAP", "JSON"] if shipped.profile(name).service == "rdap" else ["JSON"])
]
_SOME = ("public", "sponsor", "law-enforcement", "registry")
_MANY = settings(max_examples=40, deadline=None)


def _audiences(profile: Profile) -> list[str]:
    """Some that do not all see the same."""
    return [each for each in _SOME if each in profile.disclosure.audiences.names]


@cache
def _schema(profile: Profile, markup: str, audience: str, kept: bool = True) -> Json:
    return _MAKERS[markup](Promises(profile, audience, kept))


@cache
def _validator(profile: Profile, markup: str, audience: str, kept: bool = True, only: str = "") -> Any:
    """A validator, of one kind of answer if it is named, which is much faster."""
    schema = _schema(profile, markup, audience, kept)
    if only:
        schema = {"$ref": f"#/$defs/{only}", "$defs": schema["$defs"]}
    return Draft202012Validator(schema)


def _body(answer: Answer, markup: str) -> Json:
    render = rdap_door.render if markup == "RDAP" else json_form.render
    body: Json = json.loads(render(answer, replies.BASE + "domain/example.test"))
    return body


@cache
def _audit(profile: Profile) -> Audit:
    return Audit(profile)


def _keeps(profile: Profile, graph: Graph) -> bool:
    """Whether an object keeps to a profile."""
    return not _audit(profile).check(_KINDS[type(graph)], graph)


def _faults(validator: Any, body: Json) -> list[str]:
    return [f"{list(each.absolute_path)}: {each.message[:200]}" for each in validator.iter_errors(body)]


def _check(profile: Profile, markup: str, audience: str, graph: Graph) -> bool:
    """Check the answer about an object; whether it was to keep to the profile, too."""
    body = _body(replies.found(graph, profile, Standing(audience)), markup)
    kind = _KINDS[type(graph)]
    if kind not in profile.layouts:
        assert _faults(_validator(profile, markup, audience, only="error"), body) == []
        return False
    is_kept = _keeps(profile, graph)
    assert _faults(_validator(profile, markup, audience, is_kept, kind), body) == []
    return is_kept


@pytest.mark.parametrize(("name", "markup"), _CASES)
def test_every_answer_about_an_object_of_the_tests_fits(name: str, markup: str) -> None:
    profile = shipped.profile(name)
    kept = 0
    for audience in _audiences(profile):
        Draft202012Validator.check_schema(_schema(profile, markup, audience))
        kept += sum(_check(profile, markup, audience, graph) for graph in GRAPHS.values())
    assert kept  # some of the objects keep to every shipped profile


@_MANY
@given(st.sampled_from(_CASES), st.sampled_from(_SOME), graphs.graphs)
def test_an_answer_about_any_likely_object_fits(case: tuple[str, str], audience: str, graph: Graph) -> None:
    profile = shipped.profile(case[0])
    _check(profile, case[1], audience if audience in _audiences(profile) else "public", graph)


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
def test_what_fits_the_schema_of_objects_that_keep_to_the_profile_fits_that_of_any(markup: str) -> None:
    profile = shipped.profile("gtld-rdap")
    for name in ("domain-full", "domain-minimal", "host", "registrar", "contact"):
        body = _body(replies.found(GRAPHS[name], profile), markup)
        for kept in (True, False):
            assert _faults(_validator(profile, markup, "public", kept, _KINDS[type(GRAPHS[name])]), body) == []


@_MANY
@given(st.sampled_from(_CASES), st.sampled_from(_SOME), thinned.graphs)
def test_an_answer_about_an_object_that_lacks_much_fits(
    case: tuple[str, str], audience: str, graph: Graph
) -> None:
    profile = shipped.profile(case[0])
    _check(profile, case[1], audience if audience in _audiences(profile) else "public", graph)


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
@pytest.mark.parametrize("graph", ["domain-full", "host", "registrar", "contact"])
def test_an_answer_is_of_one_kind_only(graph: str, markup: str) -> None:
    profile = shipped.profile("gtld-rdap")
    body = _body(replies.found(GRAPHS[graph], profile), markup)
    assert _faults(_validator(profile, markup, "public"), body) == []


@pytest.mark.parametrize(("name", "markup"), [("gtld-rdap", "RDAP"), ("cctld-es-rdap", "RDAP"), ("thin", "JSON")])
def test_answers_without_an_object_fit(name: str, markup: str) -> None:
    profile = shipped.profile(name)
    validator = _validator(profile, markup, "public")
    for kind in Kind:
        assert _faults(validator, _body(replies.missing(kind, "x.test", profile), markup)) == []
    assert _faults(validator, _body(replies.helping(profile), markup)) == []
    form = rdap_door if markup == "RDAP" else json_form
    refused = form.error(501, "Not Implemented", ["It is not offered."], profile, replies.BASE)
    assert _faults(validator, json.loads(refused)) == []


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
@pytest.mark.parametrize("audience", ["public", "registry"])
def test_search_results_fit(markup: str, audience: str) -> None:
    profile = shipped.profile("gtld-rdap")
    standing = Standing(audience)
    others = {"domain": ["domain-full", "domain-idn"], "host": ["host"], "registrar": ["registrar", "contact"]}
    for names in others.values():
        views = tuple(profile.present(GRAPHS[name], standing) for name in names)
        found = Matches(Lookup(Kind.ADDRESS, "192.0.2.1"), profile, AS_OF, views, True)
        assert _faults(_validator(profile, markup, audience), _body(found, markup)) == []


@pytest.mark.clause("RFC 9083 §3.1")
def test_namesakes_fit() -> None:
    two: list[Graph] = [HostGraph(host("ns1.example.test", roid=roid), sponsor()) for roid in ("H1-T", "H2-T")]
    profile = shipped.profile("gtld-rdap")
    body = _body(replies.matches(Kind.NAMESERVER, "ns1.example.test", two, profile), "RDAP")
    assert body["remarks"]
    assert _faults(_validator(profile, "RDAP", "public"), body) == []


@pytest.mark.parametrize(("markup", "member"), [("RDAP", "lang"), ("JSON", "language")])
def test_another_language_of_a_profile_fits(markup: str, member: str) -> None:
    profile = shipped.profile("cctld-es-rdap")
    assert len(profile.variants) > 1
    for language in profile.variants:
        body = _body(replies.found(GRAPHS["domain-full"], profile.speaking((language,))), markup)
        assert body[member] == language
        assert _faults(_validator(profile, markup, "public"), body) == []


Path = tuple[str | int, ...]


def _walk(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value in a body with its place."""
    yield at, value
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _walk(each, (*at, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _walk(each, (*at, index))


def _at(body: Json, path: Path) -> Any:
    found: Any = body
    for key in path:
        found = found[key]
    return found


def _changed(body: Json, path: Path, value: Any) -> Json:
    made = copy.deepcopy(body)
    _at(made, path[:-1])[path[-1]] = value
    return made


_ANSWERS = [("gtld-rdap", "RDAP", "registry"), ("law-enforcement", "JSON", "registry")]


@pytest.mark.parametrize(("name", "markup", "audience"), _ANSWERS)
@pytest.mark.parametrize("graph", ["domain-full", "registrar", "host", "contact"])
def test_no_answer_with_a_member_more_fits(name: str, markup: str, audience: str, graph: str) -> None:
    profile = shipped.profile(name)
    body = _body(replies.found(GRAPHS[graph], profile, Standing(audience)), markup)
    validator = _validator(profile, markup, audience, only=_KINDS[type(GRAPHS[graph])])
    assert validator.is_valid(body)
    places = [path for path, value in _walk(body) if isinstance(value, Mapping)]
    fitting = [path for path in places if validator.is_valid(_changed(body, (*path, "unheardOf"), 1))]
    assert places
    assert fitting == []


@pytest.mark.parametrize(("name", "markup", "audience"), _ANSWERS)
@pytest.mark.parametrize("graph", ["domain-full", "registrar", "host", "contact"])
def test_no_answer_with_a_value_of_another_type_fits(name: str, markup: str, audience: str, graph: str) -> None:
    profile = shipped.profile(name)
    body = _body(replies.found(GRAPHS[graph], profile, Standing(audience)), markup)
    validator = _validator(profile, markup, audience, only=_KINDS[type(GRAPHS[graph])])
    for path, value in list(_walk(body))[1:]:
        wrong = "x" if isinstance(value, int) else 1
        assert not validator.is_valid(_changed(body, path, wrong)), path


_DEMANDED = {
    "RDAP": """rdapConformance lang notices objectClassName handle ldhName links status events secureDNS
    secureDNS/delegationSigned events/0/eventAction events/0/eventDate links/0/href entities/0/handle
    entities/0/publicIds entities/0/roles entities/0/vcardArray entities/0/links entities/0/objectClassName
    entities/2/handle entities/2/roles entities/2/vcardArray nameservers/0/ldhName""".split(),
    "JSON": """url asOf profile language objects isCut objects/0/object objects/0/name objects/0/id
    objects/0/status objects/0/crDate objects/0/exDate objects/0/registrar/org objects/0/registrar/gurid
    objects/0/contacts/registrant/roid objects/0/contacts/registrant/cc objects/0/hosts/0/name""".split(),
}


@pytest.mark.parametrize(
    ("markup", "place"), [(markup, each) for markup, all_ in _DEMANDED.items() for each in all_]
)
def test_no_answer_fits_that_lacks_what_is_demanded_and_may_be_seen(markup: str, place: str) -> None:
    profile = shipped.profile("gtld-rdap")
    body = _body(replies.found(GRAPHS["domain-full"], profile, Standing("registry")), markup)
    path: Path = tuple(int(key) if key.isdigit() else key for key in place.split("/"))
    validator = _validator(profile, markup, "registry", only="domain")
    assert validator.is_valid(body)
    made = copy.deepcopy(body)
    del _at(made, path[:-1])[path[-1]]
    assert not validator.is_valid(made)


@pytest.mark.parametrize("action", ["registration", "expiration", "last update of RDAP database"])
def test_an_event_that_is_demanded_is_there_once(action: str) -> None:
    profile = shipped.profile("gtld-rdap")
    body = _body(replies.found(GRAPHS["domain-full"], profile), "RDAP")
    validator = _validator(profile, "RDAP", "public", only="domain")
    (event,) = [each for each in body["events"] if each["eventAction"] == action]
    others = [each for each in body["events"] if each is not event]
    assert not validator.is_valid({**body, "events": others})
    assert not validator.is_valid({**body, "events": [*body["events"], event]})
    assert validator.is_valid({**body, "events": [event, *others]})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("objects", 0, "crDate"), "2001-02-03"),
        (("objects", 0, "name"), "Example.TEST"),
        (("objects", 0, "status"), []),
        (("objects", 0, "registrar", "org"), ""),
        (("objects", 0, "contacts", "registrant", "cc"), "Canada"),
        (("objects", 0, "contacts", "registrant", "voice"), "+1 555 555 0101"),
        (("objects", 0, "hosts", 0, "addr"), ["192.0.2.1.9"]),
        (("objects", 0, "dnssec", 0, "keyTag"), "12345"),
        (("objects", 0, "object"), "host"),
        (("asOf",), ""),
    ],
)
def test_no_answer_with_a_value_of_another_form_fits(path: Path, value: Any) -> None:
    profile = shipped.profile("law-enforcement")
    body = _body(replies.found(GRAPHS["domain-full"], profile, Standing("registry")), "JSON")
    validator = _validator(profile, "JSON", "registry", only="domain")
    assert validator.is_valid(body)
    assert not validator.is_valid(_changed(body, path, value))


def test_what_breaks_the_profile_fits_only_the_schema_of_any_object() -> None:
    profile = shipped.profile("gtld-rdap")
    body = _body(replies.found(GRAPHS["registrar-bare"], profile), "RDAP")
    assert not _keeps(profile, GRAPHS["registrar-bare"])
    assert not _validator(profile, "RDAP", "public", only="registrar").is_valid(body)
    assert _validator(profile, "RDAP", "public", kept=False, only="registrar").is_valid(body)


def test_descriptions_are_in_the_language_of_the_profile() -> None:
    spanish, english = (
        _schema(shipped.profile(name), "JSON", "public")["$defs"]["object-domain"]["properties"]["exDate"]
        for name in ("cctld-es", "thin")
    )
    assert spanish["title"] == "Fecha de vencimiento del registro"
    assert english["title"] != spanish["title"]


@pytest.fixture
def desk(tmp_path: Any) -> Desk:
    return Desk(tmp_path, replies.catalogue())


_SEEN: DomainGraph = domain(Parts(contacts=(("registrant", contact(1)),)))


def _made(desk: Desk, *changes: tuple[str, str]) -> Profile:
    return desk.write(DISCLOSURE, *changes).write(PROFILE).profile()


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
@pytest.mark.parametrize(
    ("hidden", "good", "bad"),
    [
        ('{description: E, method: replacementValue, value: "a@b.example"}', "a@b.example", "c@d.example"),
        (
            '{description: E, method: replacementValue, value: "https://x.example/?d={name}", as: contact-uri}',
            "https://x.example/?d=example.test",
            "https://y.example/?d=example.test",
        ),
        ("{description: E, method: partialValue, keep: domain}", "@mail.example", 7),
    ],
)
@pytest.mark.clause("RFC 9537 §3.3")
@pytest.mark.clause("RFC 9537 §3.4")
def test_what_stands_instead_of_a_value_is_in_the_schema(
    desk: Desk, markup: str, hidden: str, good: str, bad: Any
) -> None:
    rule = "registrant.email: {show: [police], hidden: {name: Registrant Email}, source: test}"
    profile = _made(desk, (rule, f"registrant.email: {{show: [police], hidden: {hidden}, source: test}}"))
    body = _body(replies.found(_SEEN, profile), markup)
    validator = _validator(profile, markup, "public", only="domain")
    assert _faults(validator, body) == []
    paths = [path for path, value in _walk(body) if value == good]
    assert len(paths) == 1
    assert not validator.is_valid(_changed(body, paths[0], bad))


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
@pytest.mark.clause("RFC 9537 §4.2")
def test_a_redaction_that_is_always_declared_is_demanded(desk: Desk, markup: str) -> None:
    rule = "registrant.voice: {show: [registry]"
    hidden = "domain.crDate: {show: [registry], hidden: {description: Created}, source: test}"
    desk.write(DISCLOSURE, ("domain.name, domain.crDate,", "domain.name,"), (rule, f"{hidden}\n  {rule}"))
    profile = desk.write(PROFILE, ("- name\n", "- name\n    - crDate\n")).profile()
    body = _body(replies.found(_SEEN, profile), markup)
    validator = _validator(profile, markup, "public", only="domain")
    assert _faults(validator, body) == []
    (place,) = [path for path, value in _walk(body) if path[-1:] == ("redacted",) and "contacts" not in path]
    made = copy.deepcopy(body)
    del _at(made, place[:-1])["redacted"]
    assert not validator.is_valid(made)
    assert not validator.is_valid(_changed(body, (*place, 0, "method"), "emptyValue"))


@pytest.mark.parametrize("markup", ["RDAP", "JSON"])
def test_what_an_audience_may_not_see_its_schema_does_not_know(desk: Desk, markup: str) -> None:
    profile = _made(desk)
    body = _body(replies.found(_SEEN, profile, Standing("registry")), markup)
    assert "+1.5555550101" in json.dumps(body)
    assert _faults(_validator(profile, markup, "registry", only="domain"), body) == []
    assert not _validator(profile, markup, "police", only="domain").is_valid(body)
