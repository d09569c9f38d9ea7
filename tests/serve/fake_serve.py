"""`dnrd serve` with workers whose store and words are made up: the parent, its sockets and signals are real."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from directory import config
from directory.config import Settings
from directory.listen import listen_all
from directory.supervisor import Supervisor
from directory.telemetry import events
from directory.telemetry.exposition import Exposition
from tests.serve.fake_worker import FakeBuilder


def load() -> Settings:
    settings = config.load(Path(sys.argv[1]))
    if "broken" not in settings.store:
        FakeBuilder().build(settings)
    return settings


def run() -> int:
    settings = load()
    events.configure()
    workers = settings.worker_count()
    doors = {"whois": listen_all(settings.whois, workers, 4096), "rdap": listen_all(settings.rdap, workers, 4096)}
    admin = listen_all([settings.admin] if settings.admin else [], 1, 128)
    command = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))

    def announce() -> None:
        ports = {door: [each.address.port for each in opened] for door, opened in doors.items()}
        print("READY", json.dumps(ports | {"admin": [each.address.port for each in admin]}), file=sys.stderr)

    with Exposition(bool(admin)) as exposition:
        supervisor = Supervisor(settings, doors, load, exposition, command)

        async def main() -> int:
            if admin:
                await supervisor.open_admin(admin[0].sockets)
            return await supervisor.run(announce)

        return asyncio.run(main())


if __name__ == "__main__":
    sys.exit(run())
