"""What all tests share: a real PostgreSQL, and golden files, which `pytest --golden-update` writes anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgresql import Cluster, cluster

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the golden files anew; look at the diff")


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
