"""`make bench`: what the server does, beside what the same core could do (`python -m tests.bench --help`)."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.bench import doors, growth, ingest, parts, profiles
from tests.bench.figure import Section
from tests.bench.machine import Cores, facts
from tests.bench.plan import HELP, Plan, PlanError
from tests.bench.registry import Registry, registry
from tests.bench.report import print_report, to_json, write_json

Tell = Callable[[str], None]


def main() -> int:
    """0 if everything was measured, whatever came out."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure WHOIS, RDAP and ingest beside their ceilings, on the loopback.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    try:
        plan = Plan.from_environment()
    except PlanError as error:
        parser.error(str(error))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is running is stopped on the way out
    cores = Cores.of_this_process()
    os.sched_setaffinity(0, {cores.load})
    machine = facts(cores)
    begun = time.monotonic()

    def tell(text: str) -> None:
        print(f"[{time.monotonic() - begun:6.1f} s] {text}", file=sys.stderr, flush=True)

    sections, failed = measure(plan, cores, tell)
    print_report(plan, machine, sections, failed)
    if arguments.json:
        write_json(arguments.json, to_json(plan, machine, sections, failed))
    return 1 if failed else 0


def measure(plan: Plan, cores: Cores, tell: Tell) -> tuple[list[Section], dict[str, str]]:
    """The sections of the parts that are wanted, and why others failed."""

    @cache
    def made(size: int) -> Registry:
        return registry(plan.cache, size, plan.seed, cores.server, tell)

    @cache
    def names() -> list[str]:
        return made(plan.names).names()

    sections: list[Section] = []
    runs: Mapping[str, Callable[[], list[Section]]] = {
        "whois": lambda: doors.measure(doors.WHOIS, plan, cores, made(plan.names).store, names(), tell),
        "rdap": lambda: doors.measure(doors.RDAP, plan, cores, made(plan.names).store, names(), tell),
        "growth": lambda: growth.measure(plan, cores, made(plan.names), made(plan.small), names(), tell),
        "ingest": lambda: ingest.measure(plan, cores, made(plan.names), made(plan.ingest_names), tell),
        "parts": lambda: parts.measure(plan, cores, made(plan.names), made(plan.ingest_names), names(), tell),
        "profiles": lambda: profiles.measure(plan, cores, sections, tell),
    }
    failed: dict[str, str] = {}
    for part in plan.parts:
        try:
            sections += runs[part]()
        except Exception as error:  # one part that fails takes no other with it
            traceback.print_exc()
            failed[part] = f"{type(error).__name__}: {error}"
            tell(f"{part} failed")
    return sections, failed


if __name__ == "__main__":
    sys.exit(main())
