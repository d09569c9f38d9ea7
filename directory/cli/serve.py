"""`dnrd serve`: WHOIS and RDAP on the network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from directory import config
from directory.access import keyfile
from directory.cli import asking
from directory.config import Settings
from directory.errors import DirectoryError, Finding
from directory.listen import Listening, listen_all

if TYPE_CHECKING:
    from directory.app import App

_log = logging.getLogger(__name__)


@click.command("serve")
@click.option("--store", metavar="URL", help=config.help_of("store"))
@click.option("--whois", metavar="HOST:PORT", multiple=True, help=config.help_of("whois"))
@click.option("--rdap", metavar="HOST:PORT", multiple=True, help=config.help_of("rdap"))
@click.option("--no-whois", is_flag=True, help="Offer no WHOIS.")
@click.option("--no-rdap", is_flag=True, help="Offer no RDAP.")
@click.option("--admin", metavar="HOST:PORT", help=config.help_of("admin"))
@click.option("--workers", metavar="N", type=int, help=config.help_of("workers"))
@click.option("--profile", "profiles", metavar="NAME", multiple=True, help=config.help_of("profiles"))
@click.option("--extension", "extensions", metavar="FILE", multiple=True, help=config.help_of("extensions"))
@click.option("--rdap-url", metavar="URL", help=config.help_of("rdap_url"))
@click.option("--access-log", metavar="WHERE", help=config.help_of("access_log"))
@click.option("--quiet", is_flag=True, help="Write no access log.")
@click.option(
    "--config",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A file of settings; `dnrd config --example` prints one. Flags beat it.",
)
def command(file: Path | None, no_whois: bool, no_rdap: bool, quiet: bool, **flags: Any) -> None:
    """Answer WHOIS and RDAP queries from a store that `dnrd ingest` filled.

    \b
    dnrd serve --store sqlite:///registry.db
        WHOIS on 127.0.0.1:4343 and RDAP on http://127.0.0.1:8080/rdap/
    dnrd serve --store sqlite:///registry.db --whois 0.0.0.0:43 --whois [::]:43
        port 43 of every IPv4 and IPv6 address; repeat --whois and --rdap as needed
    dnrd serve --store sqlite:///registry.db --profile ./mine.yaml --profile ./rules.yaml --profile gtld-rdap
        with profiles of your own: a path, or a shipped one's name; `dnrd profile check` says if they are right
    dnrd serve --config dnrd.yaml --admin 127.0.0.1:9100
        with settings from a file, and /metrics, /health and /ready for the operator

    \b
    An access log goes to standard output, the service's own events to standard error, as JSON lines.
    SIGTERM   stop: answers under way are finished
    SIGHUP    read configuration and profiles anew; if anything is wrong with them the old ones stay

    The exit code is 0 if it was told to stop, and 1 if it could not start or go on; a line says why.
    """
    given = {name: list(each) if isinstance(each, tuple) else each for name, each in flags.items() if each}
    given |= {"access_log": "off"} if quiet else {}
    given |= {"whois": []} if no_whois else {}
    given |= {"rdap": []} if no_rdap else {}
    try:
        code = _serve(lambda: config.load(file, given))
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(code)


def _serve(load: Callable[[], Settings]) -> int:
    from directory import app  # what serves takes a while to import: `dnrd serve --help` need not wait
    from directory.supervisor import Supervisor
    from directory.telemetry import events
    from directory.telemetry.exposition import Exposition

    def checked() -> Settings:
        settings = load()
        if settings.keys:
            keyfile.load(Path(settings.keys))  # which a server that runs could go on without
        _note(app.build(settings).notes)
        return settings

    events.configure()
    settings = checked()
    some_name = asyncio.run(_first_look(app.build(settings)))
    workers = settings.worker_count()
    doors = {
        "whois": listen_all(settings.whois, workers, settings.backlog),
        "rdap": listen_all(settings.rdap, workers, settings.backlog),
    }
    admin = listen_all([settings.admin] if settings.admin else [], 1, 128)
    if not any(doors.values()):
        raise click.ClickException("there is nothing to serve: neither WHOIS nor RDAP has an address")
    with Exposition(bool(admin)) as exposition:
        supervisor = Supervisor(settings, doors, checked, exposition)

        async def run() -> int:
            if admin:
                await supervisor.open_admin(admin[0].sockets)
            return await supervisor.run(lambda: _announce(doors, admin, some_name))

        return asyncio.run(run())


async def _first_look(application: App) -> str | None:
    """A registered name to try: a small read, which tells at once whether there is a store. Who is taken to speak
    for a registrar that it does not know is noted."""
    await application.start()
    try:
        gate = application.service.gate
        if gate.names_registrars:
            _note(gate.check_registrars(await asking.registrars(application.store)))
        return await application.store.some_domain()
    finally:
        await application.close()


def _note(notes: Iterable[Finding]) -> None:
    for note in notes:
        _log.warning("a note on the configuration", extra={"fields": {"note": note.to_text()}})


def _announce(doors: Mapping[str, Sequence[Listening]], admin: Sequence[Listening], some_name: str | None) -> None:
    name = some_name or "help"
    if not some_name:
        click.echo("The store is empty: `dnrd ingest` fills it, also while this server runs.", err=True)
    for each in doors["whois"]:
        address = each.address
        trial = f"whois -h {address.host} -p {address.port} {name}"
        click.echo(f"WHOIS on {address.to_text()}; try: {trial}", err=True)
    for each in doors["rdap"]:
        url = f"http://{each.address.to_text()}/rdap/"
        click.echo(f"RDAP on {url}; try: curl -s {url}{f'domain/{name}' if some_name else 'help'}", err=True)
    for each in admin:
        click.echo(f"/metrics, /health and /ready on http://{each.address.to_text()}/", err=True)
