"""`dnrd query`: asks the hall without a socket, and shows what a door would answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from directory import config
from directory.access.gate import PUBLIC, Standing
from directory.answer import Answer, NotFound
from directory.cli import asking
from directory.cli.moments import moment_of
from directory.document import suggest
from directory.errors import DirectoryError, QueryError
from directory.model import format as text_format
from directory.model.base import Instant
from directory.query import Lookup, Requester
from directory.store.reader import Reader
from directory.store.result import Result


class Then:
    """A store as it was at a moment, for the hall, whose rules are those of today. `erased` is how many contacts
    the answer had then whose data were erased since."""

    def __init__(self, reader: Reader, moment: Instant) -> None:
        self._reader = reader
        self._moment = moment
        self.erased = 0

    async def lookup(self, lookup: Lookup) -> Result:
        """What the registry knew of this question at the moment."""
        result = await self._reader.lookup_as_of(lookup, self._moment)
        self.erased = len(result.erased)
        return result

    def zone_of(self, name: str) -> str | None:
        """The longest zone that is served today and that this name is, or is below."""
        return self._reader.zone_of(name)

    def as_of(self) -> Instant | None:
        """The oldest watermark of today's repositories."""
        return self._reader.as_of()

    def has_one_repository(self) -> bool:
        """Whether there is one repository today."""
        return self._reader.has_one_repository()


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
@click.option(
    "--as-of",
    "moment",
    metavar="TIME",
    callback=moment_of,
    help="What the registry knew then, as today's rules disclose it: a day (its beginning, in UTC) or a moment.",
)
@click.option("--config", "file", type=click.Path(path_type=Path), help="A file of settings, as for `dnrd serve`.")
@click.argument("query", nargs=-1, required=True)
def command(
    store: str | None,
    form: str,
    audience: str,
    registrar: str,
    language: str,
    moment: Instant | None,
    file: Path | None,
    query: tuple[str, ...],
) -> None:
    """Answer QUERY from a store, as the public would be answered, or another audience.

    With --format rdap, json, xml or csv, QUERY may be a path below /rdap/ as well. The exit code is 0 if something
    was found, 1 if nothing was, and 2 if the query cannot be understood.

    \b
        dnrd query --store sqlite:///registry.db one.example
        dnrd query --store sqlite:///registry.db nameserver 192.0.2.1
        dnrd query --store sqlite:///registry.db --as-of 2026-01-31T12:00:00Z one.example
        dnrd query --store sqlite:///registry.db --format rdap entity/9995
        dnrd query --store sqlite:///registry.db --format xml --audience law-enforcement one.example
    """
    flags = {"store": store} if store else {}
    try:
        languages = (text_format.language(language),) if language else ()
        standing = Standing(audience, registrar)
        settings = config.load(file, flags)
        answer, body = asyncio.run(_answer(" ".join(query), form, standing, languages, settings, moment))
    except QueryError as error:
        click.echo(f"the query cannot be answered: {error}", err=True)
        raise SystemExit(2) from None
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(body, nl=False)
    raise SystemExit(1 if isinstance(answer, NotFound) else 0)


async def _answer(
    text: str,
    form: str,
    standing: Standing,
    languages: tuple[str, ...],
    settings: config.Settings,
    moment: Instant | None,
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
        then = Then(built.store, moment) if moment else None
        hall = DirectoryService(asking.Known(standing), then or built.store, built.service.profiles)
        answer = await hall.answer(query, Requester(service, "", languages=languages or flagged))
        if then and then.erased:
            said = f"note: the data that {then.erased} contact{'s'[: then.erased != 1]} had then were erased since"
            click.echo(said, err=True)
    finally:
        await built.close()
    return answer, asking.rendered(answer, form, f"{built.rdap_url or asking.LOCAL}{asking.path_of(query)}")
