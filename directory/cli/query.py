"""`dnrd query`: asks the hall without a socket, and shows what a door would answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from directory import config
from directory.access.standing import PUBLIC, Standing
from directory.answer import Answer, NotFound
from directory.cli import asking
from directory.cli.moments import moment_of
from directory.document import suggest
from directory.errors import BadValue, DirectoryError, Forgotten, QueryError
from directory.model import format as text_format
from directory.model.base import Instant
from directory.query import Kind, Lookup, Requester
from directory.store.reader import Reader
from directory.store.result import Result

_SOUGHT = {
    Kind.DOMAIN: {"domain", "nndn"},
    Kind.NAMESERVER: {"domain", "host"},
    Kind.REGISTRAR: {"registrar"},
    Kind.ENTITY: {"contact", "registrar"},
}
"""The kinds of objects among which something is looked for."""


class Then:
    """A store as it was at a moment, for the hall, whose rules are those of today. `erased` is how many contacts
    the answer had then that were forgotten since, `expired` the kinds of objects of which some were erased with
    time."""

    def __init__(self, reader: Reader, moment: Instant) -> None:
        self._reader = reader
        self._moment = moment
        self.erased = 0
        self.expired: tuple[str, ...] = ()

    async def lookup(self, lookup: Lookup) -> Result:
        """What the registry knew of this question at the moment."""
        result = await self._reader.lookup_as_of(lookup, self._moment)
        self.erased = len(result.erased)
        self.expired = result.expired
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


def _language_of(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The canonical tag of a language, for the callback of an option; else what tags look like."""
    try:
        return text_format.language(value) if value else ""
    except BadValue as error:
        raise click.BadParameter(f"{error}; give one like es or pt-BR (RFC 5646)") from error


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
    "--registrar",
    metavar="ID",
    default="",
    help="The registrar (its id at the registry; R-1@REPOSITORY where the store has several) for whom to ask.",
)
@click.option(
    "-L",
    "--language",
    metavar="TAG",
    default="",
    callback=_language_of,
    help="The language to answer in, as es or pt-BR, if the profile has it; else the profile's first.",
)
@click.option(
    "--as-of",
    "moment",
    metavar="TIME",
    callback=moment_of,
    help="What the registry knew then, as today's rules disclose it: a day (its beginning, in UTC) or a moment.",
)
@click.option(
    "--config",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A file of settings, as for `dnrd serve`.",
)
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

    QUERY is a line as port 43 takes it: NAME, or domain NAME, nameserver NAME, nameserver ADDRESS, registrar NAME,
    help. With --format rdap, json, xml or csv it may be a path below /rdap/ as well. What is printed is what a
    server would send, to the octet.

    \b
        dnrd query --store sqlite:///registry.db one.example
        dnrd query --store sqlite:///registry.db nameserver 192.0.2.1
        dnrd query --store sqlite:///registry.db --as-of 2026-01-31T12:00:00Z one.example
        dnrd query --store sqlite:///registry.db --format rdap entity/9995
        dnrd query --store sqlite:///registry.db --format xml --audience law-enforcement one.example
        dnrd query --config dnrd.yaml --audience authenticated --registrar R-1 one.example

    The exit code is 0 if something was found, 1 if nothing was or there is nothing to answer with, and 2 if the
    query cannot be understood.
    """
    flags = {"store": store} if store else {}
    try:
        languages = (language,) if language else ()
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

    built = app.build(asking.without_doors(settings))
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
        notes = await asking.notes_on(standing.registrar, built.store)
        if then and then.erased:
            notes.append(
                f"the data that {then.erased} contact{'s'[: then.erased != 1]} had then were erased since"
            )
        if then and answer.as_of is None:
            notes.append(f"nothing was known yet at {moment}: no deposit of then, or of before, was applied")
        if then and then.expired:
            gone = f"of what was known at {moment} some was erased with time: {', '.join(then.expired)}"
            if (
                isinstance(query, Lookup)
                and isinstance(answer, NotFound)
                and _SOUGHT[query.kind] & {*then.expired}
            ):
                raise Forgotten(f"{gone}; whether there was such a {query.kind} then is not known any more")
            notes.append(gone)
        for note in notes:
            click.echo(f"note: {note}", err=True)
    finally:
        await built.close()
    return answer, asking.rendered(answer, form, f"{built.rdap_url or asking.LOCAL}{asking.path_of(query)}")
