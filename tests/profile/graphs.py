"""Any objects of a small registry, for properties: contacts with preferences and consent, with values missing."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from directory.model.base import Instant, Transfer
from directory.model.contact import Contact, Disclose
from directory.model.graph import ContactGraph, DomainGraph, Graph, HostGraph, RegistrarGraph
from directory.model.registry import Extension
from tests.profile.objects import GRAPHS, Parts, contact, domain, host, sponsor

_NOW = Instant("2026-01-01T00:00:00Z")

disclosures = st.lists(
    st.builds(
        Disclose,
        st.sampled_from((0, 1)),
        st.sampled_from(("name", "org", "addr", "voice", "fax", "email")),
        st.sampled_from((None, "int", "loc")),
    ),
    max_size=4,
).map(tuple)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """A contact, perhaps without a number or an address of mail, with any preferences."""
    found = contact(draw(st.integers(1, 4)), loc=draw(st.booleans()))
    missing = draw(st.sets(st.sampled_from(("voice", "fax", "email", "voice_ext")), max_size=2))
    return msgspec.structs.replace(found, disclose=draw(disclosures), **dict.fromkeys(missing))


def persons(handle: str) -> st.SearchStrategy[Extension]:
    """What kind of person a contact is, and whether it consents."""
    values = st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from((("natural",), ("legal",))),
            "consent": st.sampled_from((("yes",), ("no",))),
        },
    )
    return st.builds(
        Extension, st.just(f"p-{handle}"), st.just("person"), st.just("contact"), st.just(handle), values
    )


transfers = st.builds(
    Transfer,
    st.sampled_from(("pending", "clientApproved")),
    st.sampled_from(("R-2", "R-3")),
    st.none(),
    st.just(_NOW),
    st.just("R-1"),
    st.none(),
    st.just(_NOW),
)


@st.composite
def domains(draw: st.DrawFn) -> DomainGraph:
    """A domain with any contacts."""
    roles = draw(st.lists(st.sampled_from(("registrant", "admin", "tech", "tech", "billing")), max_size=4))
    roles = [role for index, role in enumerate(roles) if role != "registrant" or index == roles.index(role)]
    linked = tuple((role, draw(contacts())) for role in roles)
    graph = domain(
        Parts(
            contacts=linked,
            hosts=draw(st.sampled_from(((), (host("ns1.example.test", "192.0.2.1"), "ns.provider.example")))),
            sponsor=sponsor(side=draw(st.booleans())),
            extensions=draw(st.sampled_from(((), GRAPHS["domain-full"].extensions))),
        )
    )
    handles = sorted({each.handle for _, each in linked})
    return msgspec.structs.replace(
        graph,
        domain=msgspec.structs.replace(graph.domain, transfer=tuple(draw(st.lists(transfers, max_size=1)))),
        contact_extensions=tuple(
            each for handle in handles for each in draw(st.lists(persons(handle), max_size=2))
        ),
    )


@st.composite
def standalone(draw: st.DrawFn) -> ContactGraph:
    """A contact by itself."""
    person = draw(contacts())
    return ContactGraph(person, sponsor(), tuple(draw(st.lists(persons(person.handle), max_size=2))))


graphs: st.SearchStrategy[Graph] = st.one_of(
    domains(),
    standalone(),
    st.just(HostGraph(host("ns1.example.test", "192.0.2.1"), sponsor())),
    st.booleans().map(lambda side: RegistrarGraph(sponsor(side=side))),
)
