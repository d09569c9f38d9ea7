"""A spread of RDAP replies checked by models that are not ours: those of the PyPI package rdap, by 20C.

They tell what type each member of RFC 9083 has, down to times, notices, links, jCards and DS data. They do not
tell which members must be there, and pass over members they do not know: those are for the tests of the renderer.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pydantic
import pytest
from rdap.schema import rdap as models

from tests.clients.deposited import Deposited
from tests.clients.running import Running


def check(model: Any, running: Running, path: str) -> None:
    """A reply fits a model without any conversion of types but that of times from their text."""
    status, data = running.rdap(path)
    assert status == 200, path
    try:
        model.model_validate(data)
    except pydantic.ValidationError as error:
        pytest.fail(f"{path}: {error}")


@pytest.mark.clause("RFC 9083 §5.3")
def test_domains_fit(running: Running, deposited: Deposited) -> None:
    for domain in deposited.domains[::5]:
        check(models.Domain, running, f"domain/{domain.name}")


@pytest.mark.clause("RFC 9083 §5.2")
def test_name_servers_fit(running: Running, deposited: Deposited) -> None:
    for name in deposited.hosts:
        check(models.Nameserver, running, f"nameserver/{name}")


@pytest.mark.clause("RFC 9083 §5.1")
def test_registrars_and_contacts_fit(running: Running, deposited: Deposited) -> None:
    handles = [registrar.iana for registrar in deposited.registrars.values()]
    names = [quote(registrar.name) for registrar in deposited.registrars.values()]
    for handle in (*handles, *names, *deposited.contacts[::10]):
        check(models.Entity, running, f"entity/{handle}")


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("status", "active"),
        ("events", [{"eventAction": "registration", "eventDate": "soon"}]),
        ("notices", [{"title": "x", "description": "one text"}]),
        ("nameservers", [{"ipAddresses": {"v4": "192.0.2.1"}}]),
        ("entities", [{"handle": "x"}]),
        ("secureDNS", {"dsData": [{"keyTag": "many"}]}),
    ],
)
def test_the_models_refuse_what_is_wrong(
    running: Running, deposited: Deposited, member: str, wrong: object
) -> None:
    _, data = running.rdap(f"domain/{deposited.domains[0].name}")
    model = models.Entity if member == "status" else models.Domain
    with pytest.raises(pydantic.ValidationError):
        model.model_validate(data | {member: wrong})
