"""`dnrd query`: asks the hall without a socket, and shows what a door would answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from directory import config
from directory.access.gate import PUBLIC, Standing
from directory.answer import Answer, NotFound
from directory.cli import asking
from directory.document import suggest
from directory.errors import DirectoryError, QueryError
from directory.model import format as text_format
from directory.query import Requester


@click.command("query")
@click.option("--store", metavar="URL", help=config.help_of("store"))
@click.option(
    "--format",
    "form",
    type=click.Choice(asking.FORMS),
    default="whois",
    show_default=True,
    help="As which service to answer, or in which plain form; each service has its own profile.",
)
@click.option(
    "--audience", metavar="NAME", default=PUBLIC, show_default=True, help="As whom to ask, by the disclosure."
)
@click.option(
    "--registrar", metavar="ID", default="", help="The registrar (its id at the registry) for whom to ask."
)
@click.option(
    "-L", "--language", metavar="TAG", default="", help="The language to answer in, if the profile has it."
)
@click.option("--config", "file", type=click.Path(path_type=Path), help="A file of settings, as for `dnrd serve`.")
@click.argument("query", nargs=-1, required=True)
def command(
    store: str | None,
    form: str,
    audience: str,
    registrar: str,
    language: str,
    file: Path | None,
    query: tuple[str, ...],
) -> None:
    """Answer QUERY from a store, as the public would be answered, or another audience.

    With --format rdap, json, xml or csv, QUERY may be a path below /rdap/ as well. The exit code is 0 if something
    was found, 1 if nothing was, and 2 if the query cannot be understood.

    \b
        dnrd query --store sqlite:///registry.db one.example
        dnrd query --store sqlite:///registry.db nameserver 192.0.2.1
        dnrd query --store sqlite:///registry.db --format rdap entity/9995
        dnrd query --store sqlite:///registry.db --format xml --audience law-enforcement one.example
    """
    flags = {"store": store} if store else {}
    try:
        languages = (text_format.language(language),) if language else ()
        standing = Standing(audience, registrar)
        answer, body = asyncio.run(_answer(" ".join(query), form, standing, languages, config.load(file, flags)))
    except QueryError as error:
        click.echo(f"the query cannot be answered: {error}", err=True)
        raise SystemExit(2) from None
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(body, nl=False)
    raise SystemExit(1 if isinstance(answer, NotFound) else 0)


async def _answer(
    text: str, form: str, standing: Standing, languages: tuple[str, ...], settings: config.Settings
) -> tuple[Answer, bytes]:
    from directory import app  # what answers takes a while to import: `dnrd query --help` need not wait
    from directory.service import DirectoryService

    built = app.build(settings)
    known = built.service.profiles.audiences
    if standing.audience not in known:
        hint = suggest(standing.audience, known) or f"known: {', '.join(sorted(known))}"
        raise click.UsageError(f"--audience: {standing.audience!r} is no audience ({hint})")
    await built.start()
    try:
        service = asking.service_of(form)
        query, flagged = asking.query_of(text, service, built.store.zone_of)
        hall = DirectoryService(asking.Known(standing), built.store, built.service.profiles)
        answer = await hall.answer(query, Requester(service, "", languages=languages or flagged))
    finally:
        await built.close()
    return answer, asking.rendered(answer, form, f"{built.rdap_url or asking.LOCAL}{asking.path_of(query)}")
