"""What all tests share: a real PostgreSQL, and golden files, which `pytest --golden-update` writes anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgresql import Cluster, cluster

CLAUSE = re.compile(
    r"(RFC \d{3,4} (§\d+(\.\d+)*(–\d+)?|appendix [A-Z]|figure \d+)"
    r"|SAC054 (§\d+(\.\d+)*|table \d|appendix A)"
    r"|gTLD RDAP (Response Profile|Technical Implementation Guide)(,? (\d+(\.\d+)*|appendix [A-Z]))"
    r"|(YAML|XML) [\d.]+ §\d+(\.\d+)*"
    r"|ICANN .+ \S*\d\S*)\Z"
)
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the golden files anew; look at the diff")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A clause is named so that a reader finds it: the text, and the section."""
    for item in items:
        for mark in item.iter_markers("clause"):
            for clause in mark.args or ("",):
                if not CLAUSE.match(clause):
                    raise pytest.UsageError(f"{item.nodeid}: {clause!r} names no clause; write 'RFC 9083 §4.3'")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compares a whole reply with the golden file of a name."""

    def compare(name: str, reply: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden-update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(reply)
        assert path.exists(), f"no golden file {name}: run pytest --golden-update and look at what it writes"
        assert reply == path.read_bytes()

    return compare


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A real PostgreSQL; `make test` installs it."""
    with cluster() as running:
        yield running
