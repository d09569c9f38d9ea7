"""`make clauses`: which test proves which clause of which standard."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections import defaultdict

import pytest


class Clauses:
    """Collects the marks of the tests, without running them."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note every clause of every test, once for all its parameters."""
        for item in session.items:
            name = item.nodeid.partition("[")[0]
            for mark in item.iter_markers("clause"):
                for clause in mark.args:
                    if name not in self.tests[clause]:
                        self.tests[clause].append(name)


def _order(clause: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", clause)]


def main() -> int:
    """Print the table; 1 if the tests cannot be collected."""
    clauses = Clauses()
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        code = pytest.main(["--collect-only", "-q", "tests"], plugins=[clauses])
    if code != pytest.ExitCode.OK:
        print(heard.getvalue(), file=sys.stderr)
    for clause in sorted(clauses.tests, key=_order):
        print(clause)
        for test in clauses.tests[clause]:
            print(f"    {test}")
    count = sum(map(len, clauses.tests.values()))
    print(f"{len(clauses.tests)} clauses, {count} proofs", file=sys.stderr)
    return int(code != pytest.ExitCode.OK)


if __name__ == "__main__":
    sys.exit(main())
