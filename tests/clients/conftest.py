"""One registry, one server for all clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.clients.deposited import Deposited, Domain, read
from tests.clients.running import Running, Server


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`dnrd serve`, with two workers, on a made-up registry and the sample of RFC 9022 §14."""
    server = Server(tmp_path_factory.mktemp("clients"))
    try:
        yield server.running
    finally:
        code = server.stop()
    assert code == 0


@pytest.fixture(scope="session")
def deposited(running: Running) -> Deposited:
    """What the made-up registry deposited."""
    return read(running.deposit)


@pytest.fixture(scope="session")
def abuse(running: Running, deposited: Deposited) -> dict[str, dict[str, str]]:
    """The abuse desk of each registrar, by its id in the deposit, from the side data; with the RDAP base URL, and
    the number as a URI has it (RFC 3966 §3)."""
    side: list[dict[str, Any]] = yaml.safe_load(running.side.read_text())["registrars"]
    by_iana = {
        str(each["iana"]): {"rdap": each["rdap"]} | next(c for c in each["contacts"] if c["type"] == "abuse")
        for each in side
    }
    for desk in by_iana.values():
        desk["tel"] = desk["voice"] + (f";ext={desk['voiceExt']}" if "voiceExt" in desk else "")
    return {key: by_iana[registrar.iana] for key, registrar in deposited.registrars.items()}


@pytest.fixture(scope="session")
def plain(deposited: Deposited) -> Domain:
    """A delegated domain in ASCII that was updated, without grace periods."""
    return deposited.domain(
        lambda one: (
            bool(one.updated and one.hosts and not one.unicode_name and not one.rgp and not one.signed)
            and one.statuses == ("clientTransferProhibited",)
        )
    )


@pytest.fixture(scope="session")
def idn(deposited: Deposited) -> Domain:
    """A delegated domain whose name is not in ASCII."""
    return deposited.domain(lambda one: bool(one.unicode_name and one.hosts))
